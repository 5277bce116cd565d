/* SPDX-License-Identifier: Apache-2.0 */

/* Go's formatting verbs, for the values that a document can hold. */

#include "tree/gotemplate_parse.h"

#include "base/memory.h"
#include "base/utf8.h"

#include <inttypes.h>
#include <math.h>

/* Go refuses wider fields and finer precisions. */
#define WIDTH_MAX 1000000

struct verb {
	bool minus, plus, sharp, space, zero;
	bool has_width, has_precision;
	long width, precision;
	char letter;
};

static const char *type_name(const struct go_value *v)
{
	static const char *const names[] = {
		[GO_MISSING] = "<nil>", [GO_NIL] = "<nil>",	  [GO_BOOL] = "bool",
		[GO_INT] = "int64",	[GO_FLOAT] = "float64",	  [GO_STRING] = "string",
		[GO_SLICE] = "[]interface {}", [GO_MAP] = "map[string]interface {}",
	};

	return names[v->kind];
}

/* Puts blanks or zeros beside what was added since start. */
static void pad(struct strbuf *out, size_t start, const struct verb *v)
{
	size_t used = utf8_count(out->buf + start, out->len - start);
	size_t missing, sign = 0;
	bool zeros = v->zero && !v->minus;

	if (!v->has_width || used >= (size_t)v->width)
		return;
	missing = (size_t)v->width - used;
	if (zeros && (out->buf[start] == '-' || out->buf[start] == '+'))
		sign = 1;
	strbuf_addchars(out, ' ', missing);
	if (v->minus)
		return;
	memmove(out->buf + start + sign + missing, out->buf + start + sign,
		out->len - missing - start - sign);
	memset(out->buf + start + sign, zeros ? '0' : ' ', missing);
}

static void add_bad(struct strbuf *out, const struct verb *v, const struct go_value *value)
{
	strbuf_addf(out, "%%!%c(", v->letter);
	if (value->kind == GO_NIL || value->kind == GO_MISSING) {
		strbuf_addstr(out, "<nil>)");
		return;
	}
	strbuf_addf(out, "%s=", type_name(value));
	gotemplate_add_value(out, value);
	strbuf_addch(out, ')');
}

static void add_quoted(struct strbuf *out, const char *s, size_t len)
{
	static const char from[] = "\a\b\f\n\r\t\v\\\"", to[] = "abfnrtv\\\"";

	strbuf_addch(out, '"');
	for (size_t i = 0; i < len;) {
		size_t n = utf8_sequence(s + i, s + len);
		const char *hit = s[i] ? strchr(from, s[i]) : NULL;

		if (hit)
			strbuf_addf(out, "\\%c", to[hit - from]);
		else if (n == 0 || (unsigned char)s[i] < 0x20 || s[i] == 0x7f)
			strbuf_addf(out, "\\x%02x", (unsigned char)s[i]);
		else
			strbuf_add(out, s + i, n);
		i += n ? n : 1;
	}
	strbuf_addch(out, '"');
}

static void add_string(struct strbuf *out, const struct verb *v, const struct go_value *value)
{
	size_t len = value->len;

	if (v->has_precision) {
		size_t at = 0;

		for (long i = 0; i < v->precision && at < value->len; i++) {
			size_t n = utf8_sequence(value->text + at, value->text + value->len);

			at += n ? n : 1;
		}
		len = at;
	}
	if (v->letter == 'q') {
		add_quoted(out, value->text, len);
	} else if (v->letter == 'x' || v->letter == 'X') {
		for (size_t i = 0; i < len; i++)
			strbuf_addf(out, v->letter == 'x' ? "%02x" : "%02X",
				    (unsigned char)value->text[i]);
	} else {
		strbuf_add(out, value->text, len);
	}
}

static void add_digits(struct strbuf *out, uint64_t n, unsigned base, bool upper)
{
	char buf[64];
	size_t at = sizeof(buf);

	do {
		buf[--at] = (upper ? "0123456789ABCDEF" : "0123456789abcdef")[n % base];
		n /= base;
	} while (n > 0);
	strbuf_add(out, buf + at, sizeof(buf) - at);
}

static void add_integer(struct strbuf *out, const struct verb *v, int64_t i)
{
	uint64_t n = i < 0 ? -(uint64_t)i : (uint64_t)i;

	if (v->letter == 'c') {
		strbuf_add_utf8(out, n > 0x10ffff || i < 0 ? 0xfffd : (uint32_t)n);
		return;
	}
	if (i < 0 || v->plus || v->space)
		strbuf_addch(out, i < 0 ? '-' : v->plus ? '+' : ' ');
	if (v->sharp && v->letter != 'd' && v->letter != 'v')
		strbuf_addstr(out, v->letter == 'o' ? "0" : v->letter == 'b' ? "0b" :
			      v->letter == 'X' ? "0X" : "0x");
	switch (v->letter) {
	case 'x':
	case 'X':
		add_digits(out, n, 16, v->letter == 'X');
		break;
	case 'o':
		add_digits(out, n, 8, false);
		break;
	case 'b':
		add_digits(out, n, 2, false);
		break;
	default:
		add_digits(out, n, 10, false);
	}
}

static void add_shortest(struct strbuf *out, double d, bool upper)
{
	size_t start = out->len;
	char *e;

	go_print_float(out, d);
	e = memchr(out->buf + start, 'e', out->len - start);
	if (e && upper)
		*e = 'E';
}

static void add_float(struct strbuf *out, const struct verb *v, double d)
{
	int precision = v->has_precision ? (int)v->precision : 6;

	if (v->plus && !signbit(d))
		strbuf_addch(out, '+');
	else if (v->space && !signbit(d))
		strbuf_addch(out, ' ');
	switch (v->letter) {
	case 'f':
	case 'F':
		strbuf_addf(out, "%.*f", precision, d);
		break;
	case 'e':
		strbuf_addf(out, "%.*e", precision, d);
		break;
	case 'E':
		strbuf_addf(out, "%.*E", precision, d);
		break;
	default:
		if (v->has_precision)
			strbuf_addf(out, v->letter == 'G' ? "%.*G" : "%.*g", precision, d);
		else
			add_shortest(out, d, v->letter == 'G');
	}
}

/* The verbs that a kind of value takes besides %v. */
static bool takes(const struct go_value *value, char letter)
{
	static const char *const letters[] = {
		[GO_MISSING] = "",  [GO_NIL] = "",	[GO_BOOL] = "t",   [GO_INT] = "dxXobc",
		[GO_FLOAT] = "feEgGF", [GO_STRING] = "sqxX", [GO_SLICE] = "", [GO_MAP] = "",
	};

	return letter == 'v' || (letter && strchr(letters[value->kind], letter));
}

/* Lists and maps print each of their values by the verb. */
static void add_inside(struct strbuf *out, const struct verb *v, const struct go_value *value);

static void add_value(struct strbuf *out, const struct verb *v, const struct go_value *value)
{
	size_t start = out->len;

	if ((value->kind == GO_SLICE || value->kind == GO_MAP) && v->letter != 'T') {
		add_inside(out, v, value);
		return;
	}
	if (v->letter == 'T') {
		strbuf_addstr(out, type_name(value));
	} else if (!takes(value, v->letter)) {
		add_bad(out, v, value);
		return;
	} else if (value->kind == GO_STRING) {
		add_string(out, v, value);
	} else if (value->kind == GO_INT) {
		add_integer(out, v, value->integer);
	} else if (value->kind == GO_FLOAT) {
		add_float(out, v, value->real);
	} else {
		gotemplate_add_value(out, value);
	}
	pad(out, start, v);
}

static void add_inside(struct strbuf *out, const struct verb *v, const struct go_value *value)
{
	cleanup_arena struct arena *a = arena_new();
	const struct node *n = value->node;
	const struct entry **sorted = NULL;
	size_t len = n->len;

	if (value->kind == GO_MAP)
		sorted = go_sorted_entries(a, n, &len);
	strbuf_addstr(out, sorted ? "map[" : "[");
	for (size_t i = 0; i < len; i++) {
		const struct node *item = sorted ? sorted[i]->value : n->items[i];
		struct go_value inner = go_value_of(item, GO_NUMBERS_VALUE);

		if (i > 0)
			strbuf_addch(out, ' ');
		if (sorted) {
			struct go_value key = go_string(sorted[i]->key->text,
							sorted[i]->key->len);

			add_value(out, v, &key);
			strbuf_addch(out, ':');
		}
		if (inner.kind == GO_NIL)
			strbuf_addstr(out, "<nil>");
		else
			add_value(out, v, &inner);
	}
	strbuf_addch(out, ']');
}

/* A number in the format, or the next argument for "*". False: none there. */
static bool read_number(const char **at, const char *end, const struct go_value *args,
			size_t count, size_t *next, long *ret)
{
	bool any = false;

	if (*at < end && **at == '*') {
		(*at)++;
		if (*next >= count || args[*next].kind != GO_INT)
			return false;
		*ret = args[*next].integer < -WIDTH_MAX	 ? -WIDTH_MAX
		       : args[*next].integer > WIDTH_MAX ? WIDTH_MAX
							 : (long)args[*next].integer;
		(*next)++;
		return true;
	}
	for (*ret = 0; *at < end && **at >= '0' && **at <= '9'; (*at)++) {
		any = true;
		if (*ret < WIDTH_MAX)
			*ret = *ret * 10 + (**at - '0');
	}
	*ret = *ret > WIDTH_MAX ? WIDTH_MAX : *ret;
	return any;
}

static void read_flags(const char **at, const char *end, struct verb *v)
{
	for (; *at < end && strchr("-+# 0", **at) && **at; (*at)++) {
		v->minus |= **at == '-';
		v->plus |= **at == '+';
		v->sharp |= **at == '#';
		v->space |= **at == ' ';
		v->zero |= **at == '0';
	}
}

void gotemplate_printf(struct strbuf *out, const char *format, size_t len,
		       const struct go_value *args, size_t count)
{
	const char *at = format, *end = format + len;
	size_t next = 0;

	while (at < end) {
		const char *percent = memchr(at, '%', (size_t)(end - at));
		struct verb v = { .letter = 0 };

		strbuf_add(out, at, (size_t)((percent ? percent : end) - at));
		if (!percent)
			break;
		at = percent + 1;
		read_flags(&at, end, &v);
		v.has_width = read_number(&at, end, args, count, &next, &v.width);
		if (v.has_width && v.width < 0) {
			v.minus = true;
			v.width = -v.width;
		}
		if (at < end && *at == '.') {
			at++;
			v.has_precision = true;
			if (!read_number(&at, end, args, count, &next, &v.precision) ||
			    v.precision < 0)
				v.precision = 0;
		}
		if (at == end) {
			strbuf_addstr(out, "%!(NOVERB)");
			break;
		}
		v.letter = *at++;
		if (v.letter == '%')
			strbuf_addch(out, '%');
		else if (next >= count)
			strbuf_addf(out, "%%!%c(MISSING)", v.letter);
		else
			add_value(out, &v, &args[next++]);
	}
	if (next < count)
		strbuf_addstr(out, "%!(EXTRA ");
	for (size_t i = next; i < count; i++) {
		strbuf_addf(out, "%s%s", i > next ? ", " : "", type_name(&args[i]));
		if (args[i].kind > GO_NIL) {
			strbuf_addch(out, '=');
			gotemplate_add_value(out, &args[i]);
		}
	}
	if (next < count)
		strbuf_addch(out, ')');
}
