/* SPDX-License-Identifier: Apache-2.0 */
/* Decimal text in and out of fractions. */
#include "template/fraction.h"

#include "template/ascii.h"

typedef unsigned __int128 u128;

#define MAX	     ((__int128)(~(u128)0 >> 1))
#define EXPONENT_MAX 100000

static size_t scan_digits(const char *text, size_t len, size_t at)
{
	while (at < len && ascii_is_digit(text[at]))
		at++;
	return at;
}

/* An exponent is one only if a digit follows: 1E is one exa. */
static size_t scan_exponent(const char *text, size_t len, size_t at, int *ret)
{
	size_t i = at + 1;
	bool negative = false;
	int value = 0;

	if (at >= len || (text[at] != 'e' && text[at] != 'E'))
		return at;
	if (i < len && (text[i] == '-' || text[i] == '+'))
		negative = text[i++] == '-';
	if (i >= len || !ascii_is_digit(text[i]))
		return at;
	for (; i < len && ascii_is_digit(text[i]); i++) {
		if (value < EXPONENT_MAX)
			value = value * 10 + (text[i] - '0');
	}
	if (value > EXPONENT_MAX)
		value = EXPONENT_MAX;
	*ret = negative ? -value : value;
	return i;
}

void decimal_scan(const char *text, size_t len, unsigned form, struct decimal *ret)
{
	bool loose = form & DECIMAL_LOOSE;
	size_t start = 0, point, end;

	*ret = (struct decimal){ 0 };
	if (len > 0 && !(form & DECIMAL_UNSIGNED) && (text[0] == '-' || (loose && text[0] == '+')))
		start = 1;
	point = end = scan_digits(text, len, start);
	if (point == start && !loose)
		return;
	if (end < len && text[end] == '.') {
		size_t after = scan_digits(text, len, end + 1);

		if (after > end + 1 || (loose && point > start))
			end = after;
	}
	if (end == start)
		return;
	ret->negative = start && text[0] == '-';
	ret->digits = text + start;
	ret->digits_len = end - start;
	ret->used = scan_exponent(text, len, end, &ret->exponent);
}

static bool scale(u128 *n, unsigned factor, int64_t times)
{
	for (; times > 0; times--) {
		if (__builtin_mul_overflow(*n, factor, n))
			return false;
	}
	return true;
}

/*
 * Zeros are counted, not multiplied, until another digit follows: 1000…000 may have any number of
 * them.
 */
static bool read_digits(const struct decimal *d, u128 *ret, int64_t *ret_exponent)
{
	u128 n = 0;
	int64_t zeros = 0, places = 0;
	bool fraction = false;

	for (size_t i = 0; i < d->digits_len; i++) {
		unsigned digit = (unsigned char)d->digits[i] - (unsigned)'0';

		if (d->digits[i] == '.') {
			fraction = true;
			continue;
		}
		places += fraction;
		if (digit == 0) {
			zeros += n != 0;
			continue;
		}
		if (n && (zeros > 40 || !scale(&n, 10, zeros + 1)))
			return false;
		if (__builtin_add_overflow(n, digit, &n))
			return false;
		zeros = 0;
	}
	*ret = n;
	*ret_exponent = zeros - places;
	return true;
}

/* n · 2^two · 5^five in lowest terms. */
static bool set_scaled(u128 n, int64_t two, int64_t five, bool negative, struct fraction *ret)
{
	u128 den = 1;

	for (; two < 0 && !(n & 1); two++)
		n >>= 1;
	for (; five < 0 && n % 5 == 0; five++)
		n /= 5;
	/* The range ends near 2^127 and 5^54; the bounds keep the loops short. */
	if (two > 127 || two < -127 || five > 60 || five < -60)
		return false;
	if (!scale(&n, 2, two) || !scale(&n, 5, five) || !scale(&den, 2, -two) ||
	    !scale(&den, 5, -five) || n > (u128)MAX || den > (u128)MAX)
		return false;
	ret->num = negative ? -(__int128)n : (__int128)n;
	ret->den = (__int128)den;
	return true;
}

bool decimal_value(const struct decimal *d, int exp10, int exp2, struct fraction *ret)
{
	u128 n;
	int64_t exponent;

	if (!read_digits(d, &n, &exponent))
		return false;
	if (n == 0) {
		*ret = fraction_whole(0);
		return true;
	}
	exponent += d->exponent + exp10;
	return set_scaled(n, exponent + exp2, exponent, d->negative, ret);
}

static size_t print_digits(u128 n, char *buf)
{
	char digits[40];
	size_t len = 0;

	/* 64-bit division is many times faster. */
	for (; n >> 64; n /= 10)
		digits[len++] = (char)('0' + (int)(n % 10));
	for (uint64_t m = (uint64_t)n; m || len == 0; m /= 10)
		digits[len++] = (char)('0' + (int)(m % 10));
	for (size_t i = 0; i < len; i++)
		buf[i] = digits[len - 1 - i];
	buf[len] = '\0';
	return len;
}

size_t whole_print(__int128 n, char buf[VALUE_TEXT_MAX])
{
	if (n >= 0)
		return print_digits((u128)n, buf);
	buf[0] = '-';
	return 1 + print_digits(-(u128)n, buf + 1);
}

/* The exponents of 2 and 5 in den; false if it has another factor. */
static bool factor(__int128 den, int *ret_two, int *ret_five)
{
	int two = 0, five = 0;

	for (; !(den & 1); den >>= 1)
		two++;
	for (; den % 5 == 0; den /= 5)
		five++;
	*ret_two = two;
	*ret_five = five;
	return den == 1;
}

size_t fraction_print(struct fraction a, char buf[VALUE_TEXT_MAX])
{
	u128 n = a.num < 0 ? -(u128)a.num : (u128)a.num, den = (u128)a.den, rest;
	size_t len = 0;
	int two, five;

	if (a.den == 1)
		return whole_print(a.num, buf);
	if (!factor(a.den, &two, &five))
		return 0;
	if (a.num < 0)
		buf[len++] = '-';
	len += print_digits(n / den, buf + len);
	buf[len++] = '.';
	for (rest = n % den; rest;) {
		u128 sum = 0;
		char digit = '0';

		/* rest · 10 may not fit; the sum of ten times rest, modulo den, does. */
		for (int i = 0; i < 10; i++) {
			sum += rest;
			if (sum >= den) {
				sum -= den;
				digit++;
			}
		}
		buf[len++] = digit;
		rest = sum;
	}
	buf[len] = '\0';
	return len;
}

bool fraction_is_short(struct fraction a)
{
	u128 n = a.num < 0 ? -(u128)a.num : (u128)a.num;
	int two, five, places;

	if (a.den == 1)
		return true;
	if (!factor(a.den, &two, &five))
		return false;
	places = two > five ? two : five;
	return scale(&n, 2, places - two) && scale(&n, 5, places - five);
}
