/* SPDX-License-Identifier: Apache-2.0 */
/* Operators on values that are at hand. */
#include <string.h>

#include "base/limits.h"
#include "template/expr_internal.h"
#include "template/quantity.h"

int want_boolean(const struct expr *e, const struct value *v, bool *ret, struct error *err)
{
	if (v->kind != VALUE_BOOL)
		return expr_fail(err, e, CODE_TYPE, "'%s' wants a boolean, got %s",
				 e->kind == EXPR_COND ? "?:" : expr_op_text(e->op),
				 value_kind_name(v));
	*ret = v->boolean;
	return 0;
}

int apply_unary(const struct expr *e, const struct value *v, struct value *ret, struct error *err)
{
	struct value r = *v;

	if (e->op == OP_NOT) {
		if (want_boolean(e, v, &r.boolean, err) < 0)
			return -ERR_INVALID;
		r.boolean = !r.boolean;
	} else {
		if (!value_is_numeric(v))
			return expr_fail(err, e, CODE_TYPE, "cannot negate %s", value_kind_name(v));
		r.number = fraction_neg(r.number);
	}
	*ret = r;
	return 0;
}

/* ---- arithmetic ---- */

static bool is_quantity(const struct value *v)
{
	return v->kind == VALUE_QUANTITY;
}

static bool kinds_fit(enum expr_op op, const struct value *l, const struct value *r)
{
	if (!value_is_numeric(l) || !value_is_numeric(r))
		return false;
	switch (op) {
	case OP_ADD:
	case OP_SUB:
		return true;
	case OP_MUL:
		return !is_quantity(l) || !is_quantity(r);
	case OP_DIV:
		return is_quantity(l) || !is_quantity(r);
	default:
		return !is_quantity(l) && !is_quantity(r);
	}
}

static bool compute(enum expr_op op, struct fraction a, struct fraction b, struct fraction *ret)
{
	switch (op) {
	case OP_ADD:
		return fraction_add(a, b, ret);
	case OP_SUB:
		return fraction_sub(a, b, ret);
	case OP_MUL:
		return fraction_mul(a, b, ret);
	case OP_DIV:
		return b.num != 0 && fraction_div(a, b, ret);
	default:
		if (b.num == 0 || a.den != 1 || b.den != 1)
			return false;
		*ret = fraction_whole(a.num % b.num);
		return true;
	}
}

bool numeric_binary(enum expr_op op, const struct value *l, const struct value *r,
		    struct value *ret)
{
	struct value v = { .kind = VALUE_NUMBER, .secret = l->secret || r->secret };

	if (!kinds_fit(op, l, r) || !compute(op, l->number, r->number, &v.number))
		return false;
	/*
	 * The family of a sum is that of its first quantity; a quotient of two quantities has none.
	 */
	if (is_quantity(l) ? !(op == OP_DIV && is_quantity(r)) : is_quantity(r)) {
		v.kind = VALUE_QUANTITY;
		v.family = is_quantity(l) ? l->family : r->family;
	}
	*ret = v;
	return true;
}

static int type_error(const struct expr *e, const struct value *l, const struct value *r,
		      struct error *err)
{
	static const char *const verbs[][2] = {
		[OP_ADD] = { "add", "and" },
		[OP_SUB] = { "subtract", "and" },
		[OP_MUL] = { "multiply", "and" },
		[OP_DIV] = { "divide", "by" },
		[OP_MOD] = { "take the remainder of", "by" },
	};
	const char *const *verb = e->op >= OP_ADD ? verbs[e->op] : NULL;

	expr_fail(err, e, CODE_TYPE, "cannot %s %s %s %s", verb ? verb[0] : "compare",
		  value_kind_name(l), verb ? verb[1] : "and", value_kind_name(r));
	if (l->kind != VALUE_STRING && r->kind != VALUE_STRING)
		return -ERR_INVALID;
	if (e->op == OP_ADD)
		error_hint(err, "string(x) makes text of a value");
	else if (!verb && (l->kind == VALUE_NUMBER || r->kind == VALUE_NUMBER))
		error_hint(err, "numbers stand without quotes; string(x) makes text of a value");
	else if (!verb && (l->kind == VALUE_QUANTITY || r->kind == VALUE_QUANTITY))
		error_hint(err, "quantities stand without quotes; quantity(x) makes one of a string");
	return -ERR_INVALID;
}

static int no_result(const struct expr *e, const struct value *l, const struct value *r,
		     struct error *err)
{
	if (!kinds_fit(e->op, l, r))
		return type_error(e, l, r, err);
	if ((e->op == OP_DIV || e->op == OP_MOD) && r->number.num == 0)
		return expr_fail(err, e, CODE_ARITHMETIC, "division by zero");
	if (e->op == OP_MOD)
		return expr_fail(err, e, CODE_TYPE, "'%%' wants whole numbers");
	return expr_fail(err, e, CODE_ARITHMETIC, "the result leaves the range of exact numbers");
}

static int join_strings(const struct expr *e, const struct value *l, const struct value *r,
			const struct env *env, struct value *ret, struct error *err)
{
	char *text;
	int rc = expr_charge_string(env, e, l->len + r->len, err);

	if (rc < 0)
		return rc;
	text = arena_alloc(env->arena, l->len + r->len + 1);
	memcpy(text, l->text, l->len);
	memcpy(text + l->len, r->text, r->len);
	text[l->len + r->len] = '\0';
	*ret = value_string(text, l->len + r->len);
	ret->secret = l->secret || r->secret;
	return 0;
}

static int join_lists(const struct expr *e, const struct value *l, const struct value *r,
		      const struct env *env, struct value *ret, struct error *err)
{
	struct value *items;
	int rc = expr_charge_list(env, e, l->count + r->count, err);

	if (rc < 0)
		return rc;
	items = arena_alloc(env->arena, (l->count + r->count) * sizeof(*items));
	if (l->count)
		memcpy(items, l->items, l->count * sizeof(*items));
	if (r->count)
		memcpy(items + l->count, r->items, r->count * sizeof(*items));
	rc = value_list(items, l->count + r->count, ret, err);
	if (rc < 0)
		error_locate(err, &e->pos);
	return rc;
}

static int apply_arithmetic(const struct expr *e, const struct value *l, const struct value *r,
			    const struct env *env, struct value *ret, struct error *err)
{
	if (numeric_binary(e->op, l, r, ret))
		return 0;
	if (e->op == OP_ADD && l->kind == VALUE_STRING && r->kind == VALUE_STRING)
		return join_strings(e, l, r, env, ret, err);
	if (e->op == OP_ADD && l->kind == VALUE_LIST && r->kind == VALUE_LIST)
		return join_lists(e, l, r, env, ret, err);
	return no_result(e, l, r, err);
}

/* ---- comparison ---- */

static bool order_fits(enum expr_op op, int order)
{
	switch (op) {
	case OP_LT:
		return order < 0;
	case OP_LE:
		return order <= 0;
	case OP_GT:
		return order > 0;
	default:
		return order >= 0;
	}
}

static int apply_equality(const struct expr *e, const struct value *l, const struct value *r,
			  const struct env *env, struct value *ret, struct error *err)
{
	int same;

	if (!value_comparable(l, r))
		return type_error(e, l, r, err);
	same = value_same(l, r, env->steps);
	if (same < 0)
		return expr_charge(env, e, SIZE_MAX, err);
	*ret = value_bool((same == 1) == (e->op == OP_EQ));
	return 0;
}

int apply_binary(const struct expr *e, const struct value *l, const struct value *r,
		 const struct env *env, struct value *ret, struct error *err)
{
	bool boolean = false;

	switch (e->op) {
	case OP_OR:
	case OP_AND:
		/* The left one decided nothing. */
		if (want_boolean(e, r, &boolean, err) < 0)
			return -ERR_INVALID;
		*ret = value_bool(boolean);
		ret->secret = l->secret || r->secret;
		return 0;
	case OP_EQ:
	case OP_NE:
		return apply_equality(e, l, r, env, ret, err);
	case OP_LT:
	case OP_LE:
	case OP_GT:
	case OP_GE:
		if (!value_comparable(l, r) || (!value_is_numeric(l) && l->kind != VALUE_STRING))
			return type_error(e, l, r, err);
		if (l->kind == VALUE_STRING &&
		    expr_charge(env, e, l->len / BYTES_PER_STEP, err) < 0)
			return -ERR_LIMIT;
		*ret = value_bool(order_fits(e->op, value_order(l, r)));
		return 0;
	default:
		return apply_arithmetic(e, l, r, env, ret, err);
	}
}

/* ---- x[i] ---- */

static int out_of_range(const struct expr *e, const struct value *v, const struct value *index,
			struct error *err)
{
	char buf[VALUE_TEXT_MAX];

	if (index->secret || (v->secret && v->kind == VALUE_STRING))
		return expr_fail(err, e, CODE_INDEX, "%s index is out of range",
				 value_kind_name(v));
	fraction_print(index->number, buf);
	if (v->kind == VALUE_LIST)
		return expr_fail(err, e, CODE_INDEX,
				 "list has %zu item%s, index %s is out of range", v->count,
				 v->count == 1 ? "" : "s", buf);
	return expr_fail(err, e, CODE_INDEX, "index %s is out of range of the string", buf);
}

int apply_index(const struct expr *e, const struct value *v, const struct value *index,
		const struct env *env, struct value *ret, struct error *err)
{
	__int128 i;
	size_t at, len;

	if (v->kind != VALUE_LIST && v->kind != VALUE_STRING)
		return expr_fail(err, e, CODE_TYPE,
				 "cannot take an item of %s, only of a list or string",
				 value_kind_name(v));
	if (index->kind != VALUE_NUMBER || !fraction_is_whole(index->number))
		return expr_fail(err, e, CODE_TYPE, "an index is a whole number, got %s",
				 index->kind == VALUE_NUMBER ? "a fraction"
							     : value_kind_name(index));
	i = index->number.num;
	if (v->kind == VALUE_LIST) {
		if (i < 0 || i >= (__int128)v->count)
			return out_of_range(e, v, index, err);
		*ret = v->items[(size_t)i];
		ret->secret |= index->secret;
		return 0;
	}
	if (i < 0 || i >= (__int128)v->len)
		return out_of_range(e, v, index, err);
	if (expr_charge(env, e, (size_t)i / BYTES_PER_STEP, err) < 0)
		return -ERR_LIMIT;
	len = string_character(v->text, v->len, (size_t)i, &at);
	if (len == 0)
		return out_of_range(e, v, index, err);
	*ret = value_string(arena_memdupz(env->arena, v->text + at, len), len);
	ret->secret = v->secret || index->secret;
	return 0;
}
