/* SPDX-License-Identifier: Apache-2.0 */
#include "template/functions.h"

#include "base/memory.h"

const struct expr_function expr_functions[] = {
	{ "base64", 1, 1, "base64(s)", function_base64 },
	{ "bytes", 1, 1, "bytes(q)", function_bytes },
	{ "ceil", 1, 1, "ceil(x)", function_ceil },
	{ "contains", 2, 2, "contains(x, y)", function_contains },
	{ "default", 2, 2, "default(x, y)", function_default },
	{ "endswith", 2, 2, "endswith(s, p)", function_endswith },
	{ "floor", 1, 1, "floor(x)", function_floor },
	{ "format", 1, 255, "format(f, x, …)", function_format },
	{ "integer", 1, 1, "integer(x)", function_integer },
	{ "join", 2, 2, "join(list, sep)", function_join },
	{ "json", 1, 1, "json(x)", function_json },
	{ "len", 1, 1, "len(x)", function_len },
	{ "lower", 1, 1, "lower(s)", function_lower },
	{ "max", 1, 255, "max(a, b, …)", function_max },
	{ "min", 1, 255, "min(a, b, …)", function_min },
	{ "quantity", 1, 1, "quantity(x)", function_quantity },
	{ "range", 1, 2, "range(n), range(a, b)", function_range },
	{ "replace", 3, 3, "replace(s, old, new)", function_replace },
	{ "round", 1, 1, "round(x)", function_round },
	{ "secret", 1, 1, "secret(x)", function_secret },
	{ "sha256", 1, 1, "sha256(s)", function_sha256 },
	{ "slice", 2, 3, "slice(x, a), slice(x, a, b)", function_slice },
	{ "split", 2, 2, "split(s, sep)", function_split },
	{ "startswith", 2, 2, "startswith(s, p)", function_startswith },
	{ "string", 1, 1, "string(x)", function_string },
	{ "trim", 1, 1, "trim(s)", function_trim },
	{ "unique", 1, 1, "unique(list)", function_unique },
	{ "upper", 1, 1, "upper(s)", function_upper },
};
const size_t expr_function_count = ARRAY_SIZE(expr_functions);

int apply_call(const struct expr *e, struct value *args, const struct env *env, struct value *ret,
	       struct error *err)
{
	return expr_functions[e->op].call(e, args, e->argc, env, ret, err);
}

int argument_error(const struct expr *call, size_t i, const struct value *v, const char *wanted,
		   struct error *err)
{
	return expr_fail(err, call, CODE_TYPE, "%s: argument %zu wants %s, got %s",
			 expr_functions[call->op].name, i + 1, wanted, value_kind_name(v));
}

int want_strings(const struct expr *call, const struct value *args, size_t argc, struct error *err)
{
	for (size_t i = 0; i < argc; i++) {
		if (args[i].kind != VALUE_STRING)
			return argument_error(call, i, &args[i], "a string", err);
	}
	return 0;
}

bool any_secret(const struct value *args, size_t argc)
{
	for (size_t i = 0; i < argc; i++) {
		if (args[i].secret)
			return true;
	}
	return false;
}

int new_string(const struct expr *call, const struct env *env, size_t len, char **ret,
	       struct error *err)
{
	int rc = expr_charge_string(env, call, len, err);

	if (rc < 0)
		return rc;
	*ret = arena_alloc(env->arena, len + 1);
	(*ret)[len] = '\0';
	return 0;
}
