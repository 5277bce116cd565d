/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * Exact arithmetic on struct fraction (value.h). Always in lowest terms, den > 0, and num never the
 * least __int128, so that negation cannot fail. An operation fails exactly when its result, not an
 * intermediate, leaves the range.
 */

#include "template/value.h"

struct fraction fraction_whole(__int128 n);
/* True if a fraction that came from outside has the form that all of this relies on. */
bool fraction_is_valid(struct fraction a);

/* Each returns false when the result is out of range, and leaves *ret alone. */
bool fraction_add(struct fraction a, struct fraction b, struct fraction *ret);
bool fraction_sub(struct fraction a, struct fraction b, struct fraction *ret);
bool fraction_mul(struct fraction a, struct fraction b, struct fraction *ret);
/* b must not be 0. */
bool fraction_div(struct fraction a, struct fraction b, struct fraction *ret);
struct fraction fraction_neg(struct fraction a);

/* Negative, 0 or positive. */
int fraction_compare(struct fraction a, struct fraction b);
static inline bool fraction_is_whole(struct fraction a)
{
	return a.den == 1;
}
__int128 fraction_floor(struct fraction a);
__int128 fraction_ceil(struct fraction a);
/* Half away from zero. */
__int128 fraction_round(struct fraction a);

/* What a number looks like: [sign] digits [. digits] [e [sign] digits]. */
struct decimal {
	bool negative;
	const char *digits; /* digits, at most one '.' among them */
	size_t digits_len;
	int exponent; /* clamped to ±100000 */
	size_t used;  /* bytes of all of it; 0: no number here */
};

enum decimal_form {
	DECIMAL_STRICT = 0,    /* no '+', a digit on both sides of the point */
	DECIMAL_LOOSE = 1 << 0, /* +5 .5 5. too, as Kubernetes' quantities */
	DECIMAL_UNSIGNED = 1 << 1,
};

/* Reads as much of text as is a number; what follows is the caller's. */
void decimal_scan(const char *text, size_t len, unsigned form, struct decimal *ret);
/* The value times 10^exp10 times 2^exp2. False when it is out of range. */
bool decimal_value(const struct decimal *d, int exp10, int exp2, struct fraction *ret);

/*
 * Writes the shortest exact decimal text and a NUL (at most VALUE_TEXT_MAX bytes) and returns its
 * length; 0: there is no finite decimal form.
 */
size_t fraction_print(struct fraction a, char buf[VALUE_TEXT_MAX]);
/* Writes a whole number and a NUL, returns the length. */
size_t whole_print(__int128 n, char buf[VALUE_TEXT_MAX]);
/*
 * True if fraction_print gives text whose digits fit a 128-bit integer, so that it can be read
 * back.
 */
bool fraction_is_short(struct fraction a);
