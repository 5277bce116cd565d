/* SPDX-License-Identifier: Apache-2.0 */
#include "template/fraction.h"

typedef unsigned __int128 u128;

#define MAX ((__int128)(~(u128)0 >> 1))

/* An unsigned 256-bit number. */
struct wide {
	u128 hi, lo;
};

static u128 magnitude(__int128 n)
{
	return n < 0 ? -(u128)n : (u128)n;
}

static u128 gcd(u128 a, u128 b)
{
	while (b) {
		u128 t;

		if (!(a >> 64) && !(b >> 64)) {
			uint64_t x = (uint64_t)a, y = (uint64_t)b, z;

			for (; y; y = z) {
				z = x % y;
				x = y;
			}
			return x;
		}
		t = a % b;
		a = b;
		b = t;
	}
	return a;
}

static struct wide wide_mul(u128 a, u128 b)
{
	u128 a0 = (uint64_t)a, a1 = a >> 64, b0 = (uint64_t)b, b1 = b >> 64;
	u128 low = a0 * b0, m1 = a1 * b0, m2 = a0 * b1;
	u128 middle = (low >> 64) + (uint64_t)m1 + (uint64_t)m2;

	return (struct wide){
		.hi = a1 * b1 + (m1 >> 64) + (m2 >> 64) + (middle >> 64),
		.lo = middle << 64 | (uint64_t)low,
	};
}

static int wide_compare(struct wide a, struct wide b)
{
	if (a.hi != b.hi)
		return a.hi < b.hi ? -1 : 1;
	return (a.lo > b.lo) - (a.lo < b.lo);
}

static struct wide wide_add(struct wide a, struct wide b)
{
	u128 lo = a.lo + b.lo;

	return (struct wide){ a.hi + b.hi + (lo < a.lo), lo };
}

static struct wide wide_sub(struct wide a, struct wide b)
{
	return (struct wide){ a.hi - b.hi - (a.lo < b.lo), a.lo - b.lo };
}

/* d < 2^127. Long division bit by bit is only for sums near the end of the range. */
static struct wide wide_div(struct wide a, u128 d, u128 *ret_rest)
{
	struct wide q = { 0, 0 };
	u128 rest = 0;

	if (!a.hi) {
		*ret_rest = a.lo % d;
		return (struct wide){ 0, a.lo / d };
	}
	for (int i = 255; i >= 0; i--) {
		rest = rest << 1 | ((i >= 128 ? a.hi >> (i - 128) : a.lo >> i) & 1);
		if (rest >= d) {
			rest -= d;
			if (i >= 128)
				q.hi |= (u128)1 << (i - 128);
			else
				q.lo |= (u128)1 << i;
		}
	}
	*ret_rest = rest;
	return q;
}

struct fraction fraction_whole(__int128 n)
{
	return (struct fraction){ .num = n, .den = 1 };
}

bool fraction_is_valid(struct fraction a)
{
	return a.den > 0 && a.num >= -MAX && gcd(magnitude(a.num), (u128)a.den) == 1;
}

static bool set_sum(bool negative, struct wide sum, u128 g, u128 left_den, u128 right_den,
		    struct fraction *ret)
{
	struct wide den;
	u128 rest, common;

	(void)wide_div(sum, g, &rest);
	common = gcd(g, rest);
	sum = wide_div(sum, common, &rest);
	den = wide_mul(left_den, right_den / common);
	if (sum.hi || sum.lo > (u128)MAX || den.hi || den.lo > (u128)MAX)
		return false;
	ret->num = negative ? -(__int128)sum.lo : (__int128)sum.lo;
	ret->den = (__int128)den.lo;
	return true;
}

/*
 * a/b + c/d with g = gcd(b, d) is (a·d/g + c·b/g) / (b/g·d), and only g can still be common (Knuth
 * 4.5.1).
 */
static bool add_slow(struct fraction a, struct fraction b, struct fraction *ret)
{
	u128 g = gcd((u128)a.den, (u128)b.den);
	struct wide x = wide_mul(magnitude(a.num), (u128)b.den / g);
	struct wide y = wide_mul(magnitude(b.num), (u128)a.den / g);
	bool negative = a.num < 0;
	struct wide sum;

	if ((a.num < 0) == (b.num < 0)) {
		sum = wide_add(x, y);
	} else if (wide_compare(x, y) >= 0) {
		sum = wide_sub(x, y);
	} else {
		sum = wide_sub(y, x);
		negative = !negative;
	}
	if (!sum.hi && !sum.lo) {
		*ret = fraction_whole(0);
		return true;
	}
	return set_sum(negative, sum, g, (u128)a.den / g, (u128)b.den, ret);
}

bool fraction_add(struct fraction a, struct fraction b, struct fraction *ret)
{
	__int128 sum;

	if (a.den != 1 || b.den != 1)
		return add_slow(a, b, ret);
	if (__builtin_add_overflow(a.num, b.num, &sum) || sum < -MAX)
		return false;
	*ret = fraction_whole(sum);
	return true;
}

bool fraction_sub(struct fraction a, struct fraction b, struct fraction *ret)
{
	return fraction_add(a, fraction_neg(b), ret);
}

bool fraction_mul(struct fraction a, struct fraction b, struct fraction *ret)
{
	struct fraction r;

	if (a.den != 1 || b.den != 1) {
		__int128 g = (__int128)gcd(magnitude(a.num), (u128)b.den);
		__int128 h = (__int128)gcd(magnitude(b.num), (u128)a.den);

		a.num /= g;
		b.den /= g;
		b.num /= h;
		a.den /= h;
	}
	if (__builtin_mul_overflow(a.num, b.num, &r.num) || r.num < -MAX ||
	    __builtin_mul_overflow(a.den, b.den, &r.den))
		return false;
	*ret = r;
	return true;
}

bool fraction_div(struct fraction a, struct fraction b, struct fraction *ret)
{
	struct fraction inverse = { .num = b.num < 0 ? -b.den : b.den,
				    .den = b.num < 0 ? -b.num : b.num };

	return fraction_mul(a, inverse, ret);
}

struct fraction fraction_neg(struct fraction a)
{
	return (struct fraction){ .num = -a.num, .den = a.den };
}

int fraction_compare(struct fraction a, struct fraction b)
{
	int order;

	if (a.den == b.den)
		return (a.num > b.num) - (a.num < b.num);
	if ((a.num < 0) != (b.num < 0))
		return a.num < 0 ? -1 : 1;
	order = wide_compare(wide_mul(magnitude(a.num), (u128)b.den),
			     wide_mul(magnitude(b.num), (u128)a.den));
	return a.num < 0 ? -order : order;
}

__int128 fraction_floor(struct fraction a)
{
	__int128 q = a.num / a.den;

	return a.num < 0 && q * a.den != a.num ? q - 1 : q;
}

__int128 fraction_ceil(struct fraction a)
{
	return -fraction_floor(fraction_neg(a));
}

__int128 fraction_round(struct fraction a)
{
	u128 n = magnitude(a.num), den = (u128)a.den, q = n / den, rest = n % den;

	if (rest >= den - rest)
		q++;
	return a.num < 0 ? -(__int128)q : (__int128)q;
}
