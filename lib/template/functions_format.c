/* SPDX-License-Identifier: Apache-2.0 */
/* format(f, x, …): %s, %d, %x with a width, %%; and json(x). */
#include "template/functions.h"

#include <string.h>

#include "base/limits.h"
#include "base/utf8.h"
#include "template/fraction.h"
#include "tree/write.h"

#define WIDTH_MAX 1000

struct directive {
	bool zeros;
	unsigned width;
	char conversion;
};

struct formatter {
	const struct expr *call;
	const struct value *args;
	size_t argc;
	const struct env *env;
	char *out; /* NULL while the length is taken */
	size_t len;
	struct error *err;
};

static int bad_directive(const struct formatter *f, const char *start, const char *end,
			 const char *all_end)
{
	if (f->args[0].secret)
		return expr_fail(f->err, f->call, CODE_TYPE, "format: malformed directive");
	if (end < all_end)
		end++;
	expr_fail(f->err, f->call, CODE_TYPE, "format: malformed directive '%.*s'",
		  (int)(end - start < 12 ? end - start : 12), start);
	error_hint(f->err, "directives are %%s %%d %%x, with a width (%%5d, %%05d), and %%%%");
	return -ERR_INVALID;
}

/* Reads what follows '%' at *at, and steps over it. */
static int read_directive(const struct formatter *f, const char **at, const char *end,
			  struct directive *ret)
{
	const char *start = *at, *p = start + 1;
	struct directive d = { 0 };

	if (p < end && *p == '0') {
		d.zeros = true;
		p++;
	}
	for (; p < end && *p >= '0' && *p <= '9' && d.width <= WIDTH_MAX; p++)
		d.width = d.width * 10 + (unsigned)(*p - '0');
	if (p == end || !strchr("sdx%", *p) || *p == '\0' || (d.zeros && *p == 's') ||
	    (d.zeros && !d.width) || (*p == '%' && p > start + 1))
		return bad_directive(f, start, p, end);
	if (d.width > WIDTH_MAX)
		return expr_fail_limit(f->err, f->call, "format: a width is at most %d", WIDTH_MAX);
	d.conversion = *p;
	*at = p + 1;
	*ret = d;
	return 0;
}

static void add(struct formatter *f, const char *text, size_t len)
{
	if (f->out)
		memcpy(f->out + f->len, text, len);
	f->len += len;
}

static void pad(struct formatter *f, char c, size_t n)
{
	if (f->out)
		memset(f->out + f->len, c, n);
	f->len += n;
}

static void add_padded(struct formatter *f, const struct directive *d, const char *text, size_t len)
{
	size_t width = d->width ? utf8_count(text, len < WIDTH_MAX * 4 ? len : WIDTH_MAX * 4) : 0;
	size_t fill = d->width > width ? d->width - width : 0;

	if (d->zeros && len && text[0] == '-') {
		add(f, text, 1);
		text++;
		len--;
	}
	pad(f, d->zeros ? '0' : ' ', fill);
	add(f, text, len);
}

static size_t hexadecimal(__int128 n, char *buf)
{
	unsigned __int128 m = n < 0 ? -(unsigned __int128)n : (unsigned __int128)n;
	char digits[32];
	size_t len = 0, count = 0;

	do {
		digits[count++] = "0123456789abcdef"[(int)(m & 15)];
		m >>= 4;
	} while (m);
	if (n < 0)
		buf[len++] = '-';
	while (count)
		buf[len++] = digits[--count];
	return len;
}

static int add_value(struct formatter *f, const struct directive *d, size_t i)
{
	const struct value *v = &f->args[i];
	char buf[VALUE_TEXT_MAX];
	const char *text = buf;
	size_t len;

	if (d->conversion == 's') {
		if (value_text(v, buf, &text, &len, f->err) < 0) {
			error_wrap(f->err, "format: argument %zu", i + 1);
			error_locate(f->err, &f->call->pos);
			return -ERR_INVALID;
		}
	} else {
		if (v->kind != VALUE_NUMBER)
			return argument_error(f->call, i, v, "a whole number", f->err);
		if (!fraction_is_whole(v->number))
			return expr_fail(
				f->err, f->call, CODE_TYPE,
				"format: argument %zu wants a whole number, got a fraction", i + 1);
		len = d->conversion == 'x' ? hexadecimal(v->number.num, buf)
					   : whole_print(v->number.num, buf);
	}
	add_padded(f, d, text, len);
	return 0;
}

static int check_count(const struct formatter *f, size_t used)
{
	if (used == f->argc)
		return 0;
	return expr_fail(f->err, f->call, CODE_CALL, "format: %zu directive%s, but %zu value%s",
			 used - 1, used == 2 ? "" : "s", f->argc - 1, f->argc == 2 ? "" : "s");
}

static int run(struct formatter *f)
{
	const char *at = f->args[0].text, *end = at + f->args[0].len, *p;
	size_t used = 1;

	f->len = 0;
	while ((p = memchr(at, '%', (size_t)(end - at)))) {
		struct directive d = { 0 };
		int rc;

		add(f, at, (size_t)(p - at));
		at = p;
		rc = read_directive(f, &at, end, &d);
		if (rc < 0)
			return rc;
		if (d.conversion == '%') {
			add(f, "%", 1);
			continue;
		}
		if (used < f->argc) {
			rc = add_value(f, &d, used);
			if (rc < 0)
				return rc;
		}
		used++;
	}
	add(f, at, (size_t)(end - at));
	return check_count(f, used);
}

FUNCTION(function_format)
{
	struct formatter f = { .call = call, .args = args, .argc = argc, .env = env, .err = err };
	char *text;
	int rc = want_strings(call, args, 1, err);

	if (rc == 0)
		rc = expr_charge(env, call, args[0].len / BYTES_PER_STEP, err);
	if (rc == 0)
		rc = run(&f);
	if (rc == 0)
		rc = new_string(call, env, f.len, &text, err);
	if (rc < 0)
		return rc;
	f.out = text;
	rc = run(&f);
	if (rc < 0)
		return rc;
	*ret = value_string(text, f.len);
	ret->secret = any_secret(args, argc);
	return 0;
}

FUNCTION(function_json)
{
	cleanup_strbuf struct strbuf sb = STRBUF_INIT;
	size_t least = value_least_text(&args[0], LIMIT_STRING_BYTES);
	struct node *n;
	char *text;
	int rc;

	(void)argc;
	if (least > LIMIT_STRING_BYTES)
		return expr_charge_string(env, call, least, err);
	rc = value_to_node(env->arena, &args[0], &call->pos, &n, err);
	if (rc < 0) {
		error_wrap(err, "json");
		error_locate(err, &call->pos);
		return rc;
	}
	tree_write_json(&sb, n, WRITE_COMPACT);
	rc = new_string(call, env, sb.len, &text, err);
	if (rc < 0)
		return rc;
	memcpy(text, sb.buf, sb.len);
	*ret = value_string(text, sb.len);
	ret->secret = any_secret(args, 1);
	return 0;
}
