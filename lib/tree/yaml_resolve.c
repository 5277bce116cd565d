/* SPDX-License-Identifier: Apache-2.0 */
#include "tree/resolve.h"

#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "tree/number.h"
#include "tree/read.h"
#include "tree/yaml_time.h"

/* What the first byte of a scalar lets it be. */
enum hint {
	HINT_STRING,
	HINT_WORD,
	HINT_POINT,
	HINT_SIGN,
	HINT_DIGIT,
};

static const uint8_t hints[256] = {
	['~'] = HINT_WORD,  ['y'] = HINT_WORD,	['Y'] = HINT_WORD,  ['n'] = HINT_WORD,
	['N'] = HINT_WORD,  ['t'] = HINT_WORD,	['T'] = HINT_WORD,  ['f'] = HINT_WORD,
	['F'] = HINT_WORD,  ['o'] = HINT_WORD,	['O'] = HINT_WORD,  ['.'] = HINT_POINT,
	['+'] = HINT_SIGN,  ['-'] = HINT_SIGN,	['0'] = HINT_DIGIT, ['1'] = HINT_DIGIT,
	['2'] = HINT_DIGIT, ['3'] = HINT_DIGIT, ['4'] = HINT_DIGIT, ['5'] = HINT_DIGIT,
	['6'] = HINT_DIGIT, ['7'] = HINT_DIGIT, ['8'] = HINT_DIGIT, ['9'] = HINT_DIGIT,
};

#define LONGEST_WORD 5
#define EXACT_DIGITS 15 /* whole numbers of so many are the same as float64 */

/* Each is known in lower case, in upper case and with the first letter alone in upper case. */
static const struct word {
	char text[LONGEST_WORD + 1];
	uint8_t len;
	uint8_t kind;
} words[] = {
	{ "y", 1, RESOLVED_TRUE },	{ "n", 1, RESOLVED_FALSE },   { "~", 1, RESOLVED_NULL },
	{ "on", 2, RESOLVED_TRUE },	{ "no", 2, RESOLVED_FALSE },  { "yes", 3, RESOLVED_TRUE },
	{ "off", 3, RESOLVED_FALSE },	{ "true", 4, RESOLVED_TRUE }, { "null", 4, RESOLVED_NULL },
	{ "false", 5, RESOLVED_FALSE },
};

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

static bool is_upper(char c)
{
	return c >= 'A' && c <= 'Z';
}

/* word is in lower case; first letter big or small, the others alike, and small if the first is. */
static bool is_word(const char *text, size_t len, const char *word, size_t word_len)
{
	bool upper;

	if (len != word_len)
		return false;
	for (size_t i = 0; i < len; i++)
		if (lower(text[i]) != word[i])
			return false;
	if (len < 2)
		return true;
	upper = is_upper(text[1]);
	if (upper && !is_upper(text[0]))
		return false;
	for (size_t i = 2; i < len; i++)
		if (is_upper(text[i]) != upper)
			return false;
	return true;
}

static enum resolved_kind resolve_word(const char *text, size_t len)
{
	if (len > LONGEST_WORD)
		return RESOLVED_STRING;
	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (is_word(text, len, words[i].text, words[i].len))
			return words[i].kind;
	return RESOLVED_STRING;
}

/* .inf .Inf .INF .nan .NaN .NAN, a sign perhaps before the former. */
static bool resolve_special(const char *text, size_t len, struct resolved *r)
{
	const char *p = text;

	if (len == 5 && (*p == '-' || *p == '+')) {
		r->negative = *p == '-';
		p++;
		len--;
	}
	if (len != 4 || *p != '.')
		return false;
	if (!memcmp(p, ".inf", 4) || !memcmp(p, ".Inf", 4) || !memcmp(p, ".INF", 4)) {
		r->kind = RESOLVED_INFINITY;
		return true;
	}
	if (p == text &&
	    (!memcmp(p, ".nan", 4) || !memcmp(p, ".NaN", 4) || !memcmp(p, ".NAN", 4))) {
		r->kind = RESOLVED_NAN;
		return true;
	}
	return false;
}

static int digit_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = lower(c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : 16;
}

static bool parse_digits(const char *p, const char *end, unsigned base, uint64_t *ret)
{
	uint64_t v = 0;
	unsigned d;

	if (p == end)
		return false;
	for (; p < end; p++) {
		d = (unsigned)digit_value(*p);
		if (d >= base || __builtin_mul_overflow(v, base, &v) ||
		    __builtin_add_overflow(v, d, &v))
			return false;
	}
	*ret = v;
	return true;
}

static bool parse_magnitude(const char *p, const char *end, uint64_t *ret)
{
	unsigned base = 10;

	if (p < end && *p == '0') {
		base = 8;
		switch (end - p >= 3 ? lower(p[1]) : '\0') {
		case 'x':
			base = 16;
			p += 2;
			break;
		case 'o':
			p += 2;
			break;
		case 'b':
			base = 2;
			p += 2;
			break;
		default:
			if (end - p == 1) {
				*ret = 0;
				return true;
			}
			p++;
		}
	}
	return parse_digits(p, end, base, ret);
}

/* text is without underscores here. */
static bool parse_int(const char *text, size_t len, struct resolved *r)
{
	const char *p = text, *end = text + len;
	bool sign = *p == '+' || *p == '-';
	bool negative = *p == '-';
	uint64_t max = negative ? (uint64_t)INT64_MAX + 1 : sign ? INT64_MAX : UINT64_MAX;
	uint64_t v;

	/* oc's reader takes a sign behind 0b, too. */
	if (!sign && len >= 4 && p[0] == '0' && p[1] == 'b' && (p[2] == '-' || p[2] == '+')) {
		negative = p[2] == '-';
		if (!parse_digits(p + 3, end, 2, &v) ||
		    v > (uint64_t)INT64_MAX + (negative ? 1 : 0))
			return false;
	} else if (!parse_magnitude(p + sign, end, &v) || v > max) {
		return false;
	}
	r->kind = RESOLVED_INT;
	r->negative = negative;
	r->magnitude = v;
	return true;
}

static bool within_float64(const char *text, size_t len, bool exponent)
{
	double v;

	if (!exponent && len < 300)
		return true;
	return number_to_double(text, len, &v);
}

static const char *skip_sign(const char *p, const char *end)
{
	return p < end && (*p == '+' || *p == '-') ? p + 1 : p;
}

/* [-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?, and not beyond a float64. */
static bool is_float(const char *text, size_t len)
{
	const char *end = text + len, *start = skip_sign(text, end);
	const char *p = number_skip_digits(start, end), *digits;
	bool any = p > start;

	if (p < end && *p == '.') {
		digits = p + 1;
		p = number_skip_digits(digits, end);
		any |= p > digits;
	}
	if (!any)
		return false;
	if (p == end)
		return within_float64(text, len, false);
	if (*p != 'e' && *p != 'E')
		return false;
	digits = skip_sign(p + 1, end);
	return digits < end && number_skip_digits(digits, end) == end &&
	       within_float64(text, len, true);
}

static size_t drop_underscores(char *to, const char *text, size_t len)
{
	size_t n = 0;

	for (size_t i = 0; i < len; i++)
		if (text[i] != '_')
			to[n++] = text[i];
	return n;
}

static void resolve_number_text(const char *text, size_t len, struct resolved *r)
{
	if (len && !parse_int(text, len, r) && is_float(text, len))
		r->kind = RESOLVED_FLOAT;
}

static void resolve_number(const char *text, size_t len, struct resolved *r)
{
	cleanup_free char *heap = NULL;
	char local[64], *plain = local;

	if (!memchr(text, '_', len)) {
		if (len >= 8 && text[4] == '-' && yaml_is_time(text, len))
			r->kind = RESOLVED_TIME;
		else
			resolve_number_text(text, len, r);
		return;
	}
	if (len > sizeof(local))
		plain = heap = xmalloc(len);
	resolve_number_text(plain, drop_underscores(plain, text, len), r);
}

/* After a point underscores may stand between digits only. */
static bool underscores_between_digits(const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (text[i] == '_' &&
		    (digit_value(text[i - 1]) > 9 || i + 1 == len || digit_value(text[i + 1]) > 9))
			return false;
	return true;
}

static void resolve_point(const char *text, size_t len, struct resolved *r)
{
	cleanup_free char *heap = NULL;

	if (memchr(text, '_', len)) {
		if (!underscores_between_digits(text, len))
			return;
		heap = xmalloc(len);
		len = drop_underscores(heap, text, len);
		text = heap;
	}
	if (is_float(text, len))
		r->kind = RESOLVED_FLOAT;
}

/* The commonest number: a few digits, the first not 0. */
static bool resolve_small(const char *text, size_t len, struct resolved *r)
{
	uint64_t v = 0;

	if (len > 18 || (text[0] == '0' && len > 1))
		return false;
	for (size_t i = 0; i < len; i++) {
		if (text[i] < '0' || text[i] > '9')
			return false;
		v = v * 10 + (uint64_t)(text[i] - '0');
	}
	r->kind = RESOLVED_INT;
	r->magnitude = v;
	return true;
}

struct resolved yaml_resolve(const char *text, size_t len)
{
	struct resolved r = { .kind = RESOLVED_STRING };

	if (len == 0) {
		r.kind = RESOLVED_NULL;
		return r;
	}
	switch (hints[(unsigned char)text[0]]) {
	case HINT_WORD:
		r.kind = resolve_word(text, len);
		break;
	case HINT_POINT:
		if (!resolve_special(text, len, &r))
			resolve_point(text, len, &r);
		break;
	case HINT_DIGIT:
		if (!resolve_small(text, len, &r))
			resolve_number(text, len, &r);
		break;
	case HINT_SIGN:
		if (!resolve_special(text, len, &r))
			resolve_number(text, len, &r);
		break;
	default:
		break;
	}
	return r;
}

static const char *int_text(struct arena *a, const struct resolved *r, size_t *ret_len)
{
	char *text = arena_printf(a, "%s%llu", r->negative && r->magnitude ? "-" : "",
				  (unsigned long long)r->magnitude);

	*ret_len = strlen(text);
	return text;
}

/* +1_0.5 is 10.5, .5 is 0.5, 5. is 5.0, 007.5 is 7.5: the digits stay as they were written. */
static const char *float_text(struct arena *a, const char *text, size_t len, size_t *ret_len)
{
	char *plain = arena_alloc(a, len + 3), *out, *to;
	const char *p = plain, *end;

	/* A 0 may come in before the point and one behind it, or both with the point. */
	to = out = arena_alloc(a, len + 4);
	end = plain + drop_underscores(plain, text, len);
	if (*p == '-' || *p == '+')
		if (*p++ == '-')
			*out++ = '-';
	while (end - p > 1 && p[0] == '0' && p[1] >= '0' && p[1] <= '9')
		p++;
	if (*p == '.')
		*out++ = '0';
	while (p < end) {
		*out++ = *p++;
		if (p[-1] == '.' && (p == end || *p < '0' || *p > '9'))
			*out++ = '0';
	}
	/* 09007199254740993 is a float to oc; without a point it would be a whole number here. */
	if (out - to > EXACT_DIGITS && !memchr(to, '.', (size_t)(out - to)) &&
	    !memchr(to, 'e', (size_t)(out - to)) && !memchr(to, 'E', (size_t)(out - to))) {
		*out++ = '.';
		*out++ = '0';
	}
	*out = '\0';
	*ret_len = (size_t)(out - to);
	return to;
}

const char *yaml_number_text(struct arena *a, const char *text, size_t len,
			     const struct resolved *r, size_t *ret_len)
{
	if (number_scan(text, text + len) == len) {
		*ret_len = len;
		return arena_memdupz(a, text, len);
	}
	if (r->kind == RESOLVED_INT)
		return int_text(a, r, ret_len);
	return float_text(a, text, len, ret_len);
}

static const char *skip_decimals_and_underscores(const char *p, const char *end)
{
	while (p < end && ((*p >= '0' && *p <= '9') || *p == '_'))
		p++;
	return p;
}

/* Length of :[0-5]?[0-9] at p, or 0. */
static size_t base60_digit(const char *p, const char *end)
{
	size_t n = (size_t)(number_skip_digits(p + 1, end) - p);

	if (*p != ':' || n < 2)
		return 0;
	return n > 2 && p[1] <= '5' ? 3 : 2;
}

bool yaml_is_base60(const char *text, size_t len)
{
	const char *end = text + len, *p = skip_sign(text, end);
	bool colon = false;
	size_t n;

	if (number_skip_digits(p, end) == p)
		return false;
	p = skip_decimals_and_underscores(p, end);
	while (p < end && (n = base60_digit(p, end))) {
		p += n;
		colon = true;
	}
	if (p < end && *p == '.')
		p = skip_decimals_and_underscores(p + 1, end);
	return colon && p == end;
}

bool yaml_resolve_plain(struct arena *a, const char *text, size_t len, enum node_kind *ret_kind,
			bool *ret_bool, const char **ret_text)
{
	struct resolved r = yaml_resolve(text, len);
	size_t number_len;

	switch (r.kind) {
	case RESOLVED_INFINITY:
	case RESOLVED_NAN:
		return false;
	case RESOLVED_NULL:
		*ret_kind = NODE_NULL;
		return true;
	case RESOLVED_TRUE:
	case RESOLVED_FALSE:
		*ret_kind = NODE_BOOL;
		*ret_bool = r.kind == RESOLVED_TRUE;
		return true;
	case RESOLVED_INT:
	case RESOLVED_FLOAT:
		*ret_kind = NODE_NUMBER;
		*ret_text = yaml_number_text(a, text, len, &r, &number_len);
		return true;
	default:
		*ret_kind = NODE_STRING;
		*ret_text = arena_memdupz(a, text, len);
		return true;
	}
}
