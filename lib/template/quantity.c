/* SPDX-License-Identifier: Apache-2.0 */
#include "template/quantity.h"

#include <string.h>

#include "base/memory.h"

typedef unsigned __int128 u128;

/* Ascending in each family. */
static const struct quantity_suffix suffixes[] = {
	{ "n", -9, 0 },	 { "u", -6, 0 },  { "m", -3, 0 },  { "k", 3, 0 },   { "M", 6, 0 },
	{ "G", 9, 0 },	 { "T", 12, 0 },  { "P", 15, 0 },  { "E", 18, 0 },  { "Ki", 0, 10 },
	{ "Mi", 0, 20 }, { "Gi", 0, 30 }, { "Ti", 0, 40 }, { "Pi", 0, 50 }, { "Ei", 0, 60 },
};

const struct quantity_suffix *quantity_suffix_find(const char *text, size_t len)
{
	for (size_t i = 0; i < ARRAY_SIZE(suffixes); i++) {
		if (strlen(suffixes[i].text) == len && memcmp(suffixes[i].text, text, len) == 0)
			return &suffixes[i];
	}
	return NULL;
}

enum quantity_family quantity_suffix_family(const struct quantity_suffix *s)
{
	return s->exp2 ? QUANTITY_BINARY : QUANTITY_DECIMAL;
}

static bool in_family(const struct quantity_suffix *s, enum quantity_family family)
{
	return quantity_suffix_family(s) == family;
}

static __int128 suffix_factor(const struct quantity_suffix *s)
{
	__int128 f = (__int128)1 << s->exp2;

	for (int i = 0; i < s->exp10; i++)
		f *= 10;
	return f;
}

/* The largest suffix of the family that divides n, or NULL. */
static const struct quantity_suffix *largest_suffix(__int128 n, enum quantity_family family)
{
	for (size_t i = ARRAY_SIZE(suffixes); n != 0 && i-- > 0;) {
		const struct quantity_suffix *s = &suffixes[i];

		if (in_family(s, family) && s->exp10 >= 0 && n % suffix_factor(s) == 0)
			return s;
	}
	return NULL;
}

static size_t add_suffix(char *buf, size_t len, const char *suffix)
{
	memcpy(buf + len, suffix, strlen(suffix) + 1);
	return len + strlen(suffix);
}

static size_t print_whole(__int128 n, enum quantity_family family, char buf[VALUE_TEXT_MAX])
{
	const struct quantity_suffix *s = largest_suffix(n, family);

	if (!s)
		return whole_print(n, buf);
	return add_suffix(buf, whole_print(n / suffix_factor(s), buf), s->text);
}

/*
 * Thousandths of rest/den, rounded up or down; rest < den. Where 1000 times rest is too large, the
 * sum of as many rests modulo den is not.
 */
static int thousandths(u128 rest, u128 den, bool up)
{
	u128 sum = 0;
	int n = 0;

	if (rest <= (u128)-1 / 1000)
		return (int)(rest * 1000 / den) + (up && rest * 1000 % den);
	for (int i = 0; i < 1000; i++) {
		sum += rest;
		if (sum >= den) {
			sum -= den;
			n++;
		}
	}
	return n + (up && sum);
}

size_t quantity_print(struct fraction q, enum quantity_family family, char buf[VALUE_TEXT_MAX])
{
	bool negative = q.num < 0;
	u128 n = negative ? -(u128)q.num : (u128)q.num, den = (u128)q.den;
	size_t len = 0;
	int milli;

	if (family == QUANTITY_BINARY || q.den == 1)
		return print_whole(fraction_floor(q), family, buf);
	milli = thousandths(n % den, den, !negative);
	n /= den;
	if (milli == 0 || milli == 1000) {
		n += milli == 1000;
		return print_whole(negative ? -(__int128)n : (__int128)n, family, buf);
	}
	if (negative)
		buf[len++] = '-';
	if (n)
		len += whole_print((__int128)n, buf + len);
	/* Text, for n · 1000 may not fit. */
	if (n || milli >= 100)
		buf[len++] = (char)('0' + milli / 100);
	if (n || milli >= 10)
		buf[len++] = (char)('0' + milli / 10 % 10);
	buf[len++] = (char)('0' + milli % 10);
	return add_suffix(buf, len, "m");
}

/* Exact text in units of s, if its digits fit. */
static size_t print_in(struct fraction q, const struct quantity_suffix *s, bool whole,
		       char buf[VALUE_TEXT_MAX])
{
	struct fraction unit = fraction_whole(1), scaled;
	struct decimal ten = { .digits = "1", .digits_len = 1 };

	if (!decimal_value(&ten, s->exp10, s->exp2, &unit) || !fraction_div(q, unit, &scaled) ||
	    !fraction_is_short(scaled) || (whole && !fraction_is_whole(scaled)))
		return 0;
	return add_suffix(buf, fraction_print(scaled, buf), s->text);
}

size_t quantity_print_literal(struct fraction q, enum quantity_family family,
			      char buf[VALUE_TEXT_MAX])
{
	/* The largest suffix that leaves a whole number, else the smallest: 512Mi, 0.5Ki. */
	for (size_t i = 0; i < 2 * ARRAY_SIZE(suffixes); i++) {
		bool whole = i < ARRAY_SIZE(suffixes);
		const struct quantity_suffix *s =
			&suffixes[whole ? ARRAY_SIZE(suffixes) - 1 - i : i - ARRAY_SIZE(suffixes)];
		size_t len;

		/* "0m" and "0Ki" rather than the largest suffix, which divides 0 too. */
		if (!in_family(s, family) || (q.num == 0 && s->exp10 != -3 && s->exp2 != 10))
			continue;
		len = print_in(q, s, whole, buf);
		if (len)
			return len;
	}
	return 0;
}
