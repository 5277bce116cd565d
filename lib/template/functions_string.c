/* SPDX-License-Identifier: Apache-2.0 */
/* Functions on text. */
#include "template/functions.h"

#include <string.h>

#include "base/digest.h"
#include "template/ascii.h"

#define UNUSED_ARGC (void)argc

static char lower_letter(char c)
{
	return ascii_is_upper(c) ? (char)(c - 'A' + 'a') : c;
}

static char upper_letter(char c)
{
	return ascii_is_lower(c) ? (char)(c - 'a' + 'A') : c;
}

static int map_letters(const struct expr *call, const struct value *v, char (*fn)(char),
		       const struct env *env, struct value *ret, struct error *err)
{
	char *text;
	int rc = want_strings(call, v, 1, err);

	if (rc == 0)
		rc = new_string(call, env, v->len, &text, err);
	if (rc < 0)
		return rc;
	for (size_t i = 0; i < v->len; i++)
		text[i] = fn(v->text[i]);
	*ret = value_string(text, v->len);
	ret->secret = v->secret;
	return 0;
}

FUNCTION(function_lower)
{
	UNUSED_ARGC;
	return map_letters(call, args, lower_letter, env, ret, err);
}

FUNCTION(function_upper)
{
	UNUSED_ARGC;
	return map_letters(call, args, upper_letter, env, ret, err);
}

FUNCTION(function_trim)
{
	const char *start, *end;
	char *text;
	int rc = want_strings(call, args, argc, err);

	if (rc < 0)
		return rc;
	start = args[0].text;
	end = start + args[0].len;
	while (start < end && ascii_is_space(*start))
		start++;
	while (start < end && ascii_is_space(end[-1]))
		end--;
	rc = new_string(call, env, (size_t)(end - start), &text, err);
	if (rc < 0)
		return rc;
	memcpy(text, start, (size_t)(end - start));
	*ret = value_string(text, (size_t)(end - start));
	ret->secret = args[0].secret;
	return 0;
}

static int matches(const struct expr *call, const struct value *args, bool at_end,
		   const struct env *env, struct value *ret, struct error *err)
{
	const struct value *s = &args[0], *part = &args[1];
	int rc = want_strings(call, args, 2, err);

	if (rc == 0)
		rc = expr_charge(env, call, part->len / BYTES_PER_STEP, err);
	if (rc < 0)
		return rc;
	*ret = value_bool(part->len <= s->len && memcmp(s->text + (at_end ? s->len - part->len : 0),
							part->text, part->len) == 0);
	return 0;
}

FUNCTION(function_startswith)
{
	UNUSED_ARGC;
	return matches(call, args, false, env, ret, err);
}

FUNCTION(function_endswith)
{
	UNUSED_ARGC;
	return matches(call, args, true, env, ret, err);
}

/* ---- replace and split ---- */

static const char *find(const char *at, const char *end, const struct value *what)
{
	return memmem(at, (size_t)(end - at), what->text, what->len);
}

/* Checks the arguments and counts how often the second stands in the first. */
static int count_matches(const struct expr *call, const struct value *args, size_t argc,
			 const struct env *env, size_t *ret, struct error *err)
{
	const struct value *s = &args[0], *what = &args[1];
	const char *end;
	size_t n = 0;
	int rc = want_strings(call, args, argc, err);

	if (rc < 0)
		return rc;
	if (what->len == 0)
		return expr_fail(err, call, CODE_TYPE, "%s: argument 2 is empty",
				 expr_functions[call->op].name);
	rc = expr_charge_string(env, call, s->len, err);
	if (rc < 0)
		return rc;
	end = s->text + s->len;
	for (const char *p = s->text; (p = find(p, end, what)); p += what->len)
		n++;
	*ret = n;
	return 0;
}

FUNCTION(function_replace)
{
	const struct value *s = &args[0], *old = &args[1], *new = &args[2];
	const char *at, *end, *p;
	size_t n, len;
	char *text, *q;
	int rc = count_matches(call, args, argc, env, &n, err);

	if (rc < 0)
		return rc;
	/* The parts are bounded, so only the product may overflow. */
	if (__builtin_mul_overflow(n, new->len, &len) ||
	    __builtin_add_overflow(len, s->len - n * old->len, &len))
		len = SIZE_MAX;
	rc = new_string(call, env, len, &text, err);
	if (rc < 0)
		return rc;
	q = text;
	end = s->text + s->len;
	for (at = s->text; (p = find(at, end, old)); at = p + old->len) {
		q = mempcpy(q, at, (size_t)(p - at));
		q = mempcpy(q, new->text, new->len);
	}
	memcpy(q, at, (size_t)(end - at));
	*ret = value_string(text, len);
	ret->secret = any_secret(args, argc);
	return 0;
}

static struct value piece(const struct env *env, const char *at, const char *end, bool secret)
{
	size_t len = (size_t)(end - at);
	struct value v = value_string(arena_memdupz(env->arena, at, len), len);

	v.secret = secret;
	return v;
}

FUNCTION(function_split)
{
	const struct value *s = &args[0];
	bool secret = any_secret(args, argc);
	const char *at, *end, *p;
	struct value *items;
	size_t n, i = 0;
	int rc = count_matches(call, args, argc, env, &n, err);

	if (rc < 0)
		return rc;
	n = s->len ? n + 1 : 0;
	rc = expr_charge_list(env, call, n, err);
	if (rc < 0)
		return rc;
	items = arena_alloc(env->arena, n * sizeof(*items));
	end = s->text + s->len;
	for (at = s->text; n && (p = find(at, end, &args[1])); at = p + args[1].len)
		items[i++] = piece(env, at, p, secret);
	if (n)
		items[i] = piece(env, at, end, secret);
	return value_list(items, n, ret, err);
}

/* ---- digests ---- */

static void take(const struct env *env, const struct strbuf *sb, const struct value *from,
		 struct value *ret)
{
	*ret = value_string(arena_memdupz(env->arena, sb->buf, sb->len), sb->len);
	ret->secret = from->secret;
}

FUNCTION(function_base64)
{
	cleanup_strbuf struct strbuf sb = STRBUF_INIT;
	int rc = want_strings(call, args, argc, err);

	if (rc == 0)
		rc = expr_charge_string(env, call, (args[0].len + 2) / 3 * 4, err);
	if (rc < 0)
		return rc;
	strbuf_add_base64(&sb, args[0].text, args[0].len);
	take(env, &sb, &args[0], ret);
	return 0;
}

FUNCTION(function_sha256)
{
	cleanup_strbuf struct strbuf sb = STRBUF_INIT;
	uint8_t digest[SHA256_SIZE];
	int rc = want_strings(call, args, argc, err);

	if (rc == 0)
		rc = expr_charge_string(env, call, args[0].len, err);
	if (rc < 0)
		return rc;
	sha256(args[0].text, args[0].len, digest);
	strbuf_add_hex(&sb, digest, sizeof(digest));
	take(env, &sb, &args[0], ret);
	return 0;
}
