/* SPDX-License-Identifier: Apache-2.0 */
#include "tree/number.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "tree/write.h"

#define MAX_DIGITS 17

/* A decimal 0.d1d2d3… * 10^point. */
struct decimal {
	char digits[MAX_DIGITS + 2];
	int len;
	int point;
	bool negative;
};

const char *number_skip_digits(const char *p, const char *end)
{
	while (p < end && *p >= '0' && *p <= '9')
		p++;
	return p;
}

size_t number_scan(const char *text, const char *end)
{
	const char *p = text, *q;

	if (p < end && *p == '-')
		p++;
	q = number_skip_digits(p, end);
	if (q == p || (*p == '0' && q - p > 1))
		return 0;
	p = q;
	if (p < end && *p == '.') {
		q = number_skip_digits(p + 1, end);
		if (q == p + 1)
			return 0;
		p = q;
	}
	if (p < end && (*p == 'e' || *p == 'E')) {
		p++;
		if (p < end && (*p == '+' || *p == '-'))
			p++;
		q = number_skip_digits(p, end);
		if (q == p)
			return 0;
		p = q;
	}
	return (size_t)(p - text);
}

/* Digits only, and not more than the given limit of as many digits. */
static bool digits_within(const char *p, size_t len, const char *limit)
{
	size_t limit_len = strlen(limit);

	for (size_t i = 0; i < len; i++)
		if (p[i] < '0' || p[i] > '9')
			return false;
	if (len != limit_len)
		return len && len < limit_len;
	return memcmp(p, limit, len) <= 0;
}

bool number_is_int64(const char *text, size_t len)
{
	if (len && text[0] == '-')
		return digits_within(text + 1, len - 1, "9223372036854775808");
	return digits_within(text, len, "9223372036854775807");
}

bool number_is_uint64(const char *text, size_t len)
{
	return digits_within(text, len, "18446744073709551615");
}

bool number_to_double(const char *text, size_t len, double *ret)
{
	cleanup_free char *heap = NULL;
	char local[64], *copy = local;

	if (len >= sizeof(local))
		copy = heap = xmemdupz(text, len);
	else
		memcpy(local, text, len);
	copy[len] = '\0';
	*ret = strtod(copy, NULL);
	return isfinite(*ret);
}

bool number_is_beyond_double(const char *text, size_t len)
{
	double v;

	if (len < 300 && !memchr(text, 'e', len) && !memchr(text, 'E', len))
		return false;
	return !number_to_double(text, len, &v);
}

/* strtod and printf take the decimal point of the locale; this does without either's. */
static void decimal_from(struct decimal *d, double v, int precision)
{
	char b[64];
	const char *e;

	snprintf(b, sizeof(b), "%.*e", precision - 1, v);
	e = strchr(b, 'e');
	d->digits[0] = b[0];
	if (precision > 1)
		memcpy(d->digits + 1, e - (precision - 1), (size_t)precision - 1);
	d->len = precision;
	d->digits[d->len] = '\0';
	d->point = (int)strtol(e + 1, NULL, 10) + 1;
}

static bool decimal_is(const struct decimal *d, double v, bool single)
{
	char b[64];

	snprintf(b, sizeof(b), "%se%d", d->digits, d->point - d->len);
	return single ? (double)strtof(b, NULL) == v : strtod(b, NULL) == v;
}

/* The next decimal above with as many digits. */
static void decimal_step_up(struct decimal *d)
{
	int i;

	for (i = d->len - 1; i >= 0 && d->digits[i] == '9'; i--)
		d->digits[i] = '0';
	if (i >= 0) {
		d->digits[i]++;
		return;
	}
	d->digits[0] = '1';
	d->point++;
}

/*
 * The shortest decimal that reads back as v (which is not negative, not 0, finite). At a power of
 * two the floats below lie closer than those above, so that the nearest decimal of some
 * length may fail where the next one above serves.
 */
static void decimal_shortest(struct decimal *d, double v, bool single)
{
	struct decimal up;

	for (int precision = 1; precision <= MAX_DIGITS; precision++) {
		decimal_from(d, v, precision);
		if (decimal_is(d, v, single))
			break;
		up = *d;
		decimal_step_up(&up);
		if (decimal_is(&up, v, single)) {
			*d = up;
			break;
		}
	}
	while (d->len > 1 && d->digits[d->len - 1] == '0')
		d->len--;
}

static void add_exponent_form(struct strbuf *out, const struct decimal *d, enum number_style style)
{
	int exponent = d->point - 1;

	strbuf_addch(out, d->digits[0]);
	if (d->len > 1) {
		strbuf_addch(out, '.');
		strbuf_add(out, d->digits + 1, (size_t)d->len - 1);
	}
	strbuf_addf(out, style == NUMBER_JSON ? "e%c%d" : "e%c%02d", exponent < 0 ? '-' : '+',
		    abs(exponent));
}

static void add_plain_form(struct strbuf *out, const struct decimal *d)
{
	int whole = d->point < d->len ? d->point : d->len;

	if (d->point <= 0) {
		strbuf_addstr(out, "0.");
		strbuf_addchars(out, '0', (size_t)-d->point);
		strbuf_add(out, d->digits, (size_t)d->len);
		return;
	}
	strbuf_add(out, d->digits, (size_t)whole);
	strbuf_addchars(out, '0', (size_t)(d->point - whole));
	if (d->len > whole) {
		strbuf_addch(out, '.');
		strbuf_add(out, d->digits + whole, (size_t)(d->len - whole));
	}
}

void number_add_double(struct strbuf *out, double v, enum number_style style)
{
	struct decimal d;
	bool exponent;

	if (style == NUMBER_KEY)
		v = (double)(float)v;
	if (isnan(v)) {
		strbuf_addstr(out, ".nan");
		return;
	}
	if (signbit(v))
		strbuf_addch(out, '-');
	v = fabs(v);
	if (isinf(v)) {
		strbuf_addstr(out, ".inf");
		return;
	}
	if (v == 0) {
		strbuf_addch(out, '0');
		return;
	}
	decimal_shortest(&d, v, style == NUMBER_KEY);
	if (style == NUMBER_JSON)
		exponent = v < 1e-6 || v >= 1e21;
	else
		exponent = d.point < -3 || d.point > 6;
	if (exponent)
		add_exponent_form(out, &d, style);
	else
		add_plain_form(out, &d);
}

void tree_write_go_number(struct strbuf *out, const char *text, size_t len)
{
	double v;

	if (number_is_int64(text, len)) {
		if (len == 2 && memcmp(text, "-0", 2) == 0)
			strbuf_addch(out, '0');
		else
			strbuf_add(out, text, len);
	} else if (number_to_double(text, len, &v)) {
		number_add_double(out, v, NUMBER_JSON);
	} else {
		strbuf_add(out, text, len);
	}
}

void number_add_go_yaml(struct strbuf *out, const char *text, size_t len)
{
	cleanup_strbuf struct strbuf json = STRBUF_INIT;
	double v;

	if (number_is_int64(text, len)) {
		tree_write_go_number(out, text, len);
		return;
	}
	/* JSON first, then read as YAML and printed again: a second step, with uint64 in it. */
	tree_write_go_number(&json, text, len);
	if (number_is_int64(json.buf, json.len) && strcmp(json.buf, "-0") == 0)
		strbuf_addch(out, '0');
	else if (number_is_int64(json.buf, json.len) || number_is_uint64(json.buf, json.len))
		strbuf_add(out, json.buf, json.len);
	else if (number_to_double(json.buf, json.len, &v))
		number_add_double(out, v, NUMBER_YAML);
	else
		strbuf_add(out, text, len);
}
