/* SPDX-License-Identifier: Apache-2.0 */
/* Functions on numbers and quantities, and conversions. */
#include "template/functions.h"

#include "template/fraction.h"

static int extreme(const struct expr *call, const struct value *args, size_t argc, int sign,
		   const struct env *env, struct value *ret, struct error *err)
{
	const struct value *best = NULL, *items = args;
	size_t count = argc;
	bool of_list = argc == 1 && args[0].kind == VALUE_LIST;

	if (of_list) {
		items = args[0].items;
		count = args[0].count;
		if (count == 0)
			return expr_fail(err, call, CODE_TYPE, "%s: the list is empty",
					 expr_functions[call->op].name);
		if (expr_charge(env, call, count, err) < 0)
			return -ERR_LIMIT;
	}
	for (size_t i = 0; i < count; i++) {
		if (!value_is_numeric(&items[i])) {
			if (!of_list)
				return argument_error(call, i, &items[i], "a number or quantity",
						      err);
			return expr_fail(
				err, call, CODE_TYPE,
				"%s: item %zu of the list is a %s, not a number or quantity",
				expr_functions[call->op].name, i, value_kind_name(&items[i]));
		}
		if (!best || fraction_compare(items[i].number, best->number) * sign > 0)
			best = &items[i];
	}
	*ret = *best;
	ret->secret = any_secret(args, argc);
	return 0;
}

FUNCTION(function_min)
{
	return extreme(call, args, argc, -1, env, ret, err);
}

FUNCTION(function_max)
{
	return extreme(call, args, argc, 1, env, ret, err);
}

static int to_whole(const struct expr *call, const struct value *v, __int128 (*fn)(struct fraction),
		    struct value *ret, struct error *err)
{
	if (!value_is_numeric(v))
		return argument_error(call, 0, v, "a number or quantity", err);
	*ret = *v;
	ret->number = fraction_whole(fn(v->number));
	return 0;
}

FUNCTION(function_floor)
{
	(void)argc;
	(void)env;
	return to_whole(call, args, fraction_floor, ret, err);
}

FUNCTION(function_ceil)
{
	(void)argc;
	(void)env;
	return to_whole(call, args, fraction_ceil, ret, err);
}

FUNCTION(function_round)
{
	(void)argc;
	(void)env;
	return to_whole(call, args, fraction_round, ret, err);
}

FUNCTION(function_bytes)
{
	(void)argc;
	(void)env;
	if (args[0].kind != VALUE_QUANTITY)
		return argument_error(call, 0, &args[0], "a quantity", err);
	*ret = (struct value){ .kind = VALUE_NUMBER,
			       .secret = args[0].secret,
			       .number = fraction_whole(fraction_floor(args[0].number)) };
	return 0;
}

/* ---- conversions ---- */

/* Text that cannot be converted; a secret one is not shown. */
static int conversion_error(const struct expr *call, const struct value *v, struct error *parse,
			    struct error *err)
{
	const char *name = expr_functions[call->op].name;

	if (v->secret)
		return expr_fail(err, call, CODE_CONVERSION, "%s: the secret text is not %s", name,
				 name[0] == 'i' ? "a number" : "a quantity");
	return expr_fail(err, call, CODE_CONVERSION, "%s: %s", name, parse->message);
}

FUNCTION(function_integer)
{
	cleanup_error struct error parse = ERROR_INIT;
	struct value v = args[0];

	(void)argc;
	if (expr_charge(env, call, v.kind == VALUE_STRING ? v.len / BYTES_PER_STEP : 0, err) < 0)
		return -ERR_LIMIT;
	if (v.kind == VALUE_STRING) {
		if (value_parse_number(v.text, v.len, &v, &parse) < 0)
			return conversion_error(call, args, &parse, err);
		v.secret = args[0].secret;
	}
	if (!value_is_numeric(&v))
		return argument_error(call, 0, args, "a string, number or quantity", err);
	if (!fraction_is_whole(v.number)) {
		expr_fail(err, call, CODE_CONVERSION, "integer: the value is not whole");
		error_hint(err, "use round(x), floor(x) or ceil(x)");
		return -ERR_INVALID;
	}
	*ret = (struct value){ .kind = VALUE_NUMBER, .secret = v.secret, .number = v.number };
	return 0;
}

FUNCTION(function_quantity)
{
	cleanup_error struct error parse = ERROR_INIT;
	struct value v = args[0];

	(void)argc;
	if (expr_charge(env, call, v.kind == VALUE_STRING ? v.len / BYTES_PER_STEP : 0, err) < 0)
		return -ERR_LIMIT;
	if (v.kind == VALUE_STRING && value_parse_quantity(v.text, v.len, &v, &parse) < 0)
		return conversion_error(call, args, &parse, err);
	if (v.kind == VALUE_NUMBER)
		v = (struct value){ .kind = VALUE_QUANTITY, .number = v.number };
	if (v.kind != VALUE_QUANTITY)
		return argument_error(call, 0, args, "a string, number or quantity", err);
	v.secret = args[0].secret;
	*ret = v;
	return 0;
}

FUNCTION(function_secret)
{
	size_t items = args[0].kind == VALUE_LIST ? args[0].weight : 0;
	int rc = expr_charge(env, call, items, err);

	(void)argc;
	if (rc == 0)
		*ret = value_as_secret(env->arena, &args[0]);
	return rc;
}

FUNCTION(function_string)
{
	char buf[VALUE_TEXT_MAX];
	const char *text;
	size_t len;

	(void)argc;
	if (value_text(&args[0], buf, &text, &len, err) < 0) {
		error_wrap(err, "string");
		error_locate(err, &call->pos);
		return -ERR_INVALID;
	}
	if (args[0].kind == VALUE_STRING)
		*ret = args[0];
	else
		*ret = value_string(arena_memdupz(env->arena, text, len), len);
	ret->secret = args[0].secret;
	return 0;
}
