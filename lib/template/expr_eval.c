/* SPDX-License-Identifier: Apache-2.0 */
/* Evaluation and partial evaluation. */
#include "template/expr.h"

#include <string.h>

#include "template/expr_internal.h"

/* Calls with so many arguments at most need no room in the arena. */
#define FEW_ARGUMENTS 4

/* ---- evaluation ---- */

static int eval(const struct expr *e, const struct env *env, struct value *ret, struct error *err);

static int eval_name(const struct expr *e, const struct env *env, struct value *ret,
		     struct error *err)
{
	const struct binding *b = env_find(env, e->name);

	if (!b)
		return expr_fail(err, e, CODE_NAME, "unknown name '%s'", e->name);
	if (!b->known)
		return expr_fail(err, e, CODE_NAME, "the value of '%s' is not known yet", e->name);
	*ret = b->value;
	return 0;
}

static int eval_args(const struct expr *e, const struct env *env, struct value *items,
		     struct error *err)
{
	for (uint32_t i = 0; i < e->argc; i++) {
		int rc = eval(e->args[i], env, &items[i], err);

		if (rc < 0)
			return rc;
	}
	return 0;
}

static int eval_list(const struct expr *e, const struct env *env, struct value *ret,
		     struct error *err)
{
	struct value *items = arena_alloc(env->arena, e->argc * sizeof(*items));
	int rc = eval_args(e, env, items, err);

	if (rc < 0)
		return rc;
	rc = value_list(items, e->argc, ret, err);
	if (rc < 0)
		error_locate(err, &e->pos);
	return rc;
}

/* Apart from eval, for the size of its frame. */
static int __attribute__((noinline))
eval_few(const struct expr *e, const struct env *env, struct value *ret, struct error *err)
{
	struct value args[FEW_ARGUMENTS];
	int rc = eval_args(e, env, args, err);

	return rc < 0 ? rc : apply_call(e, args, env, ret, err);
}

static int eval_call(const struct expr *e, const struct env *env, struct value *ret,
		     struct error *err)
{
	struct value *args;
	int rc;

	if (e->argc <= FEW_ARGUMENTS)
		return eval_few(e, env, ret, err);
	args = arena_alloc(env->arena, e->argc * sizeof(*args));
	rc = eval_args(e, env, args, err);
	return rc < 0 ? rc : apply_call(e, args, env, ret, err);
}

static int eval_condition(const struct expr *e, const struct env *env, struct value *ret,
			  struct error *err)
{
	struct value v;
	bool yes;
	int rc = eval(e->args[0], env, &v, err);

	if (rc == 0)
		rc = want_boolean(e, &v, &yes, err);
	return rc < 0 ? rc : eval(e->args[yes ? 1 : 2], env, ret, err);
}

static int eval_operator(const struct expr *e, const struct env *env, struct value *ret,
			 struct error *err)
{
	struct value l, r;
	int rc = eval(e->args[0], env, &l, err);

	if (rc < 0)
		return rc;
	if (e->kind == EXPR_UNARY)
		return apply_unary(e, &l, ret, err);
	if (e->kind == EXPR_BINARY && (e->op == OP_AND || e->op == OP_OR)) {
		bool left;

		if (want_boolean(e, &l, &left, err) < 0)
			return -ERR_INVALID;
		if (left == (e->op == OP_OR)) {
			*ret = l;
			return 0;
		}
	}
	rc = eval(e->args[1], env, &r, err);
	if (rc < 0)
		return rc;
	if (e->kind == EXPR_INDEX)
		return apply_index(e, &l, &r, env, ret, err);
	return apply_binary(e, &l, &r, env, ret, err);
}

static int eval(const struct expr *e, const struct env *env, struct value *ret, struct error *err)
{
	if (*env->steps == 0)
		return expr_charge(env, e, 1, err);
	--*env->steps;
	switch ((enum expr_kind)e->kind) {
	case EXPR_CONST:
		*ret = e->value;
		return 0;
	case EXPR_NAME:
		return eval_name(e, env, ret, err);
	case EXPR_LIST:
		return eval_list(e, env, ret, err);
	case EXPR_COND:
		return eval_condition(e, env, ret, err);
	case EXPR_CALL:
		return eval_call(e, env, ret, err);
	case EXPR_UNARY:
	case EXPR_BINARY:
	case EXPR_INDEX:
	default:
		return eval_operator(e, env, ret, err);
	}
}

int expr_eval(const struct expr *e, const struct env *env, struct value *ret, struct error *err)
{
	struct value v;
	int rc = eval(e, env, &v, err);

	if (rc == 0)
		*ret = v;
	return rc;
}
