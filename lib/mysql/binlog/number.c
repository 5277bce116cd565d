/* SPDX-License-Identifier: Apache-2.0 */
#include "mysql/binlog/out.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"

const char out_pairs[201] = "00010203040506070809101112131415161718192021222324252627282930313233"
				"34353637383940414243444546474849505152535455565758596061626364656667"
				"6869707172737475767778798081828384858687888990919293949596979899";

char *put_digits(char *p, uint64_t v, unsigned digits)
{
	unsigned i = digits;

	for (; v > UINT32_MAX && i >= 2; i -= 2, v /= 100)
		memcpy(p + i - 2, out_pairs + v % 100 * 2, 2);
	/* Dividing 32 bits is twice as fast. */
	for (uint32_t small = (uint32_t)v; i >= 2; i -= 2, small /= 100, v = small)
		memcpy(p + i - 2, out_pairs + small % 100 * 2, 2);
	if (i == 1)
		p[0] = (char)('0' + v % 10);
	return p + digits;
}

static unsigned count_digits(uint64_t v)
{
	unsigned n = 1;

	for (;;) {
		if (v < 10)
			return n;
		if (v < 100)
			return n + 1;
		if (v < 1000)
			return n + 2;
		if (v < 10000)
			return n + 3;
		v /= 10000;
		n += 4;
	}
}

char *put_u64(char *p, uint64_t v)
{
	if (v < 10) {
		*p = (char)('0' + v);
		return p + 1;
	}
	return v < 100 ? put_two(p, (unsigned)v) : put_digits(p, v, count_digits(v));
}

char *put_i64(char *p, int64_t v)
{
	if (v >= 0)
		return put_u64(p, (uint64_t)v);
	*p++ = '-';
	return put_u64(p, 0 - (uint64_t)v);
}

void out_u64(struct binlog_out *o, uint64_t v)
{
	out_end(o, put_u64(out_room(o, 24), v));
}

void out_i64(struct binlog_out *o, int64_t v)
{
	out_end(o, put_i64(out_room(o, 24), v));
}

/* "1e+20" as the servers have it: "1e20". */
static char *put_printed(char *p, const char *text)
{
	const char *e = strchr(text, 'e');
	size_t head = e ? (size_t)(e - text) : strlen(text);

	memcpy(p, text, head);
	p += head;
	if (!e)
		return p;
	*p++ = 'e';
	if (*++e == '-')
		*p++ = '-';
	e += *e == '-' || *e == '+';
	while (*e == '0' && e[1])
		e++;
	while (*e)
		*p++ = *e++;
	return p;
}

static char *put_long_way(char *p, double v, bool single)
{
	/* Numbers of 6 or 15 digits are told apart, but for those below the smallest normal one. */
	bool tiny = fabs(v) < (single ? (double)FLT_MIN : DBL_MIN);
	char text[40];

	for (int precision = tiny ? 1 : single ? 6 : 15; precision <= 17; precision++) {
		snprintf(text, sizeof(text), "%.*g", precision, v);
		if (single ? strtof(text, NULL) == (float)v : strtod(text, NULL) == v)
			break;
	}
	return put_printed(p, text);
}

static char *put_fixed(char *p, bool negative, uint64_t whole, unsigned decimals, uint64_t power)
{
	if (negative)
		*p++ = '-';
	p = put_u64(p, whole / power);
	if (decimals > 0) {
		*p++ = '.';
		p = put_digits(p, whole % power, decimals);
	}
	return p;
}

/*
 * What libm would do as well; but whoever links it has it loaded at every start, which takes a
 * tenth of the time that most commands need.
 */

/* 0 <= v < 2^51 to the nearest integer, of two the even one: beyond 2^52 there is no fraction. */
static double nearest_integer(double v)
{
	return (v + 0x1p52) - 0x1p52;
}

/* The distance of v >= 0 to the next greater float: its bits count them. */
static double float_step(float v)
{
	uint32_t bits;
	float next;

	memcpy(&bits, &v, sizeof(bits));
	bits++;
	memcpy(&next, &bits, sizeof(next));
	return (double)next - (double)v;
}

/*
 * Most numbers in tables have few decimals. m / 10^k, both exact in a double, is rounded once, as
 * reading the text would be; so the smallest k for which it gives the number back is the shortest
 * text. A float has to be nearer to it than a quarter of its last place, or it goes the long way.
 */
static char *put_number(char *p, double v, bool single)
{
	static const uint64_t powers[] = { 1,	   10,	    100,      1000,	 10000,
					   100000, 1000000, 10000000, 100000000, 1000000000 };
	double a = fabs(v), limit = single ? 1e7 : 1e15;
	double near;

	if (!(a < limit) || (a < 1e-4 && a > 0) || (a == 0 && signbit(v)))
		return put_long_way(p, v, single);
	near = single ? 0.24 * float_step((float)a) : 0;
	for (unsigned k = 0; k < ARRAY_SIZE(powers); k++) {
		double scaled = a * (double)powers[k], whole = nearest_integer(scaled), back;

		if (scaled >= limit)
			break;
		back = whole / (double)powers[k];
		if (single ? fabs(back - a) <= near : back == a)
			return put_fixed(p, v < 0, (uint64_t)whole, k, powers[k]);
		if (single && (float)back == (float)a)
			break;
	}
	return put_long_way(p, v, single);
}

char *put_double(char *p, double v)
{
	return put_number(p, v, false);
}

char *put_float(char *p, float v)
{
	return put_number(p, (double)v, true);
}
