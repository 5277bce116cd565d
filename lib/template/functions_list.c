/* SPDX-License-Identifier: Apache-2.0 */
/* Functions on lists, and those that take more than one kind. */
#include "template/functions.h"

#include <string.h>

#include "base/limits.h"
#include "base/utf8.h"
#include "template/fraction.h"

FUNCTION(function_len)
{
	const struct value *v = &args[0];
	int rc;

	(void)argc;
	if (v->kind == VALUE_LIST) {
		*ret = value_integer((int64_t)v->count);
		return 0;
	}
	if (v->kind != VALUE_STRING)
		return argument_error(call, 0, v, "a string or list", err);
	rc = expr_charge(env, call, v->len / BYTES_PER_STEP, err);
	if (rc < 0)
		return rc;
	*ret = value_integer((int64_t)utf8_count(v->text, v->len));
	ret->secret = v->secret;
	return 0;
}

/* The arguments from first on are whole numbers. */
static int want_whole(const struct expr *call, const struct value *args, size_t first, size_t argc,
		      struct error *err)
{
	for (size_t i = first; i < argc; i++) {
		if (args[i].kind != VALUE_NUMBER)
			return argument_error(call, i, &args[i], "a whole number", err);
		if (!fraction_is_whole(args[i].number))
			return expr_fail(err, call, CODE_TYPE,
					 "%s: argument %zu wants a whole number, got a fraction",
					 expr_functions[call->op].name, i + 1);
	}
	return 0;
}

FUNCTION(function_range)
{
	const struct fraction limit = fraction_whole(LIMIT_LIST_ITEMS + 1);
	struct fraction from = fraction_whole(0), count;
	struct value *items;
	bool secret = any_secret(args, argc);
	size_t n = 0;
	int rc = want_whole(call, args, 0, argc, err);

	if (rc < 0)
		return rc;
	if (argc == 2)
		from = args[0].number;
	if (!fraction_sub(args[argc - 1].number, from, &count))
		count = fraction_compare(args[argc - 1].number, from) < 0 ? fraction_whole(0)
									  : limit;
	if (count.num > 0)
		n = (size_t)(fraction_compare(count, limit) < 0 ? count.num : limit.num);
	rc = expr_charge_list(env, call, n, err);
	if (rc < 0)
		return rc;
	items = arena_alloc(env->arena, n * sizeof(*items));
	for (size_t i = 0; i < n; i++)
		items[i] = (struct value){ .kind = VALUE_NUMBER,
					   .secret = secret,
					   .number = fraction_whole(from.num + (__int128)i) };
	return value_list(items, n, ret, err);
}

/* Length of the joined text; also finds items that have none. */
static int joined_length(const struct expr *call, const struct value *list,
			 const struct value *separator, size_t *ret, struct error *err)
{
	size_t total = list->count ? separator->len * (list->count - 1) : 0;
	char buf[VALUE_TEXT_MAX];
	const char *text;
	size_t len;

	for (size_t i = 0; i < list->count; i++) {
		if (value_text(&list->items[i], buf, &text, &len, err) < 0) {
			error_wrap(err, "join: item %zu", i);
			error_locate(err, &call->pos);
			return -ERR_INVALID;
		}
		total += len;
	}
	*ret = total;
	return 0;
}

FUNCTION(function_join)
{
	const struct value *list = &args[0], *separator = &args[1];
	char buf[VALUE_TEXT_MAX], *joined, *q;
	const char *text;
	size_t len;
	int rc;

	if (list->kind != VALUE_LIST)
		return argument_error(call, 0, list, "a list", err);
	if (separator->kind != VALUE_STRING)
		return argument_error(call, 1, separator, "a string", err);
	rc = expr_charge(env, call, list->count, err);
	if (rc == 0)
		rc = joined_length(call, list, separator, &len, err);
	if (rc == 0)
		rc = new_string(call, env, len, &joined, err);
	if (rc < 0)
		return rc;
	*ret = value_string(joined, len);
	ret->secret = any_secret(args, argc);
	q = joined;
	for (size_t i = 0; i < list->count; i++) {
		if (i)
			q = mempcpy(q, separator->text, separator->len);
		if (value_text(&list->items[i], buf, &text, &len, err) == 0)
			q = mempcpy(q, text, len);
	}
	return 0;
}

static int contains_item(const struct expr *call, const struct value *list,
			 const struct value *item, const struct env *env, struct value *ret,
			 struct error *err)
{
	int same = 0;

	for (size_t i = 0; same == 0 && i < list->count; i++)
		same = value_same(&list->items[i], item, env->steps);
	if (same < 0)
		return expr_charge(env, call, SIZE_MAX, err);
	*ret = value_bool(same == 1);
	return 0;
}

FUNCTION(function_contains)
{
	int rc;

	(void)argc;
	if (args[0].kind == VALUE_LIST)
		return contains_item(call, &args[0], &args[1], env, ret, err);
	if (args[0].kind != VALUE_STRING)
		return argument_error(call, 0, &args[0], "a string or list", err);
	if (args[1].kind != VALUE_STRING)
		return argument_error(call, 1, &args[1], "a string", err);
	rc = expr_charge(env, call, args[0].len / BYTES_PER_STEP, err);
	if (rc < 0)
		return rc;
	*ret = value_bool(memmem(args[0].text, args[0].len, args[1].text, args[1].len) != NULL);
	return 0;
}

/* The bounds of slice(x, a, b), cut to the length of x. */
static int slice_bounds(const struct expr *call, const struct value *args, size_t argc,
			size_t length, size_t *from, size_t *to, struct error *err)
{
	struct fraction end = fraction_whole((__int128)length), bound[2] = { args[1].number, end };
	int rc = want_whole(call, args, 1, argc, err);

	if (rc < 0)
		return rc;
	if (argc == 3)
		bound[1] = args[2].number;
	for (size_t i = 0; i < 2; i++) {
		if (bound[i].num < 0)
			return expr_fail(err, call, CODE_INDEX, "slice: argument %zu is negative", i + 2);
		if (fraction_compare(bound[i], end) > 0)
			bound[i] = end;
	}
	*from = (size_t)bound[0].num;
	*to = bound[1].num < bound[0].num ? *from : (size_t)bound[1].num;
	return 0;
}

static const char *skip_characters(const char *at, const char *end, size_t n)
{
	while (n-- && at < end)
		for (at++; at < end && (*at & 0xc0) == 0x80; at++)
			;
	return at;
}

static int slice_string(const struct expr *call, const struct value *args, size_t argc,
			const struct env *env, struct value *ret, struct error *err)
{
	const struct value *s = &args[0];
	const char *start, *end = s->text + s->len;
	size_t from, to;
	char *text;
	int rc = expr_charge(env, call, s->len / BYTES_PER_STEP, err);

	if (rc == 0)
		rc = slice_bounds(call, args, argc, utf8_count(s->text, s->len), &from, &to, err);
	if (rc < 0)
		return rc;
	start = skip_characters(s->text, end, from);
	end = skip_characters(start, end, to - from);
	rc = new_string(call, env, (size_t)(end - start), &text, err);
	if (rc < 0)
		return rc;
	memcpy(text, start, (size_t)(end - start));
	*ret = value_string(text, (size_t)(end - start));
	ret->secret = any_secret(args, argc);
	return 0;
}

FUNCTION(function_slice)
{
	struct value *items;
	size_t from, to;
	int rc;

	if (args[0].kind == VALUE_STRING)
		return slice_string(call, args, argc, env, ret, err);
	if (args[0].kind != VALUE_LIST)
		return argument_error(call, 0, &args[0], "a string or list", err);
	rc = slice_bounds(call, args, argc, args[0].count, &from, &to, err);
	if (rc == 0)
		rc = expr_charge_list(env, call, to - from, err);
	if (rc < 0)
		return rc;
	items = arena_alloc(env->arena, (to - from) * sizeof(*items));
	for (size_t i = from; i < to; i++)
		items[i - from] = args[0].items[i];
	rc = value_list(items, to - from, ret, err);
	ret->secret |= any_secret(args, argc);
	return rc;
}

FUNCTION(function_unique)
{
	const struct value *list = &args[0];
	struct value *items;
	size_t n = 0;
	int rc, same;

	(void)argc;
	if (list->kind != VALUE_LIST)
		return argument_error(call, 0, list, "a list", err);
	rc = expr_charge_list(env, call, list->count, err);
	if (rc < 0)
		return rc;
	items = arena_alloc(env->arena, list->count * sizeof(*items));
	for (size_t i = 0; i < list->count; i++) {
		same = 0;
		for (size_t j = 0; same == 0 && j < n; j++)
			same = value_same(&items[j], &list->items[i], env->steps);
		if (same < 0)
			return expr_charge(env, call, SIZE_MAX, err);
		if (!same)
			items[n++] = list->items[i];
	}
	rc = value_list(items, n, ret, err);
	ret->secret |= list->secret;
	return rc;
}

FUNCTION(function_default)
{
	bool empty = args[0].kind == VALUE_NULL || (args[0].kind == VALUE_STRING && !args[0].len);

	(void)call;
	(void)argc;
	(void)env;
	(void)err;
	*ret = args[empty ? 1 : 0];
	return 0;
}
