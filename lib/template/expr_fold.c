/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Partial evaluation. A node is replaced only by what gives the same value or fails in the same way
 * at the same place, whatever the unknown names turn out to be.
 */
#include "template/expr.h"

#include <string.h>

#include "base/memory.h"
#include "template/expr_internal.h"

static struct expr *fold_name(struct expr *e, const struct env *env)
{
	const struct binding *b = env_find(env, e->name);

	if (!b || !b->known || !value_printable(&b->value))
		return e;
	return expr_constant(env->arena, &b->value, &e->pos);
}

/* Replaces one argument of *copy, which is e itself until there is something to replace. */
static void set_arg(struct expr **copy, const struct expr *e, uint32_t i, struct expr *arg,
		    const struct env *env)
{
	struct expr *c = *copy;

	if (arg == e->args[i])
		return;
	if (c == e) {
		c = expr_new(env->arena, e->kind, &e->pos, e->argc);
		c->op = e->op;
		c->depth = e->depth;
		memcpy(c->args, e->args, e->argc * sizeof(e->args[0]));
		*copy = c;
	}
	c->args[i] = arg;
}

/* e with its arguments folded; e itself if none of them changed. */
static struct expr *fold_args(struct expr *e, const struct env *env)
{
	struct expr *copy = e;

	for (uint32_t i = 0; i < e->argc; i++)
		set_arg(&copy, e, i, expr_fold(e->args[i], env), env);
	return copy;
}

/* True if e, when it gives a value at all, gives a boolean. */
static bool is_boolean(const struct expr *e)
{
	switch ((enum expr_kind)e->kind) {
	case EXPR_CONST:
		return e->value.kind == VALUE_BOOL;
	case EXPR_UNARY:
		return e->op == OP_NOT;
	case EXPR_BINARY:
		return e->op >= OP_OR && e->op <= OP_GE;
	case EXPR_COND:
		return is_boolean(e->args[1]) && is_boolean(e->args[2]);
	case EXPR_NAME:
	case EXPR_LIST:
	case EXPR_INDEX:
	case EXPR_CALL:
	default:
		return false;
	}
}

/*
 * `true && y` is y only if y is sure to be a boolean: otherwise the operator still has to check it.
 * A secret on the left is kept too, for the result has to be one.
 */
static struct expr *fold_logical(struct expr *e, const struct env *env)
{
	const struct expr *left = e->args[0];
	bool decisive = e->op == OP_OR;

	if (left->kind != EXPR_CONST || left->value.kind != VALUE_BOOL)
		return e;
	if (left->value.boolean == decisive)
		return expr_constant(env->arena, &left->value, &e->pos);
	return is_boolean(e->args[1]) && !left->value.secret ? e->args[1] : e;
}

static struct expr *fold_condition(struct expr *e, const struct env *env)
{
	struct expr *condition = expr_fold(e->args[0], env), *copy = e;

	if (condition->kind == EXPR_CONST && condition->value.kind == VALUE_BOOL)
		return expr_fold(e->args[condition->value.boolean ? 1 : 2], env);
	set_arg(&copy, e, 0, condition, env);
	set_arg(&copy, e, 1, expr_fold(e->args[1], env), env);
	set_arg(&copy, e, 2, expr_fold(e->args[2], env), env);
	return copy;
}

/* Operands at hand: constants, and names of values that cannot be spelled. */
static bool all_known(const struct expr *e, const struct env *env)
{
	for (uint32_t i = 0; i < e->argc; i++) {
		const struct binding *b;

		if (e->args[i]->kind == EXPR_CONST)
			continue;
		if (e->args[i]->kind != EXPR_NAME)
			return false;
		b = env_find(env, e->args[i]->name);
		if (!b || !b->known)
			return false;
	}
	return true;
}

/* Computes e over known operands; what fails stays, to fail where it is reached. */
static struct expr *compute(struct expr *e, const struct env *env)
{
	cleanup_error struct error err = ERROR_INIT;
	struct value v;

	if (!all_known(e, env) || expr_eval(e, env, &v, &err) < 0 || !value_printable(&v))
		return e;
	return expr_constant(env->arena, &v, &e->pos);
}

struct expr *expr_fold(struct expr *e, const struct env *env)
{
	switch ((enum expr_kind)e->kind) {
	case EXPR_CONST:
		return e;
	case EXPR_NAME:
		return fold_name(e, env);
	case EXPR_COND:
		return fold_condition(e, env);
	case EXPR_LIST:
	case EXPR_UNARY:
	case EXPR_BINARY:
	case EXPR_INDEX:
	case EXPR_CALL:
	default:
		break;
	}
	e = fold_args(e, env);
	if (e->kind == EXPR_BINARY && (e->op == OP_AND || e->op == OP_OR))
		e = fold_logical(e, env);
	if (e->kind != EXPR_CONST)
		e = compute(e, env);
	return expr_normalise(env->arena, e);
}
