/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Types of expressions, before there are values. Each expression has a set of kinds that its value
 * may have: one for a parameter of declared type, all for what is not known. An operator is tried
 * on one value of each kind, by the same code that evaluates it: what fails for all of them because
 * of the kinds can never be right. Branches that no value reaches are checked too.
 */
#include "template/check_types.h"

#include <string.h>

#include "base/limits.h"
#include "base/suggest.h"
#include "template/diagnostics.h"
#include "template/eval.h"
#include "template/expr_internal.h"

typedef unsigned kinds; /* 1 << enum value_kind */

#define KIND_COUNT (VALUE_NODE + 1)
#define ANY_KIND ((1u << KIND_COUNT) - 1)
#define ONLY(kind) (1u << (kind))

struct local {
	const char *name;
	const struct local *outer;
};

struct checker {
	struct error_list *diags;
	struct strmap params; /* name -> const struct param * */
	const struct local *locals;
	struct env env;
	size_t steps;
	struct value samples[KIND_COUNT];
};

static void make_samples(struct checker *c)
{
	static struct node map = { .kind = NODE_MAP };

	for (unsigned i = 0; i < KIND_COUNT; i++)
		c->samples[i] = (struct value){ .kind = (enum value_kind)i };
	c->samples[VALUE_NUMBER] = value_integer(1);
	c->samples[VALUE_QUANTITY].number = c->samples[VALUE_NUMBER].number;
	c->samples[VALUE_STRING] = value_string("", 0);
	c->samples[VALUE_NODE].node = &map;
}

static kinds kinds_of_param(const struct param *p)
{
	switch (p->type) {
	case PARAM_INTEGER:
	case PARAM_PORT:
		return ONLY(VALUE_NUMBER);
	case PARAM_BOOLEAN:
		return ONLY(VALUE_BOOL);
	case PARAM_QUANTITY:
		return ONLY(VALUE_QUANTITY);
	case PARAM_STRING:
	case PARAM_NAME:
	case PARAM_ENUM:
	case PARAM_PASSWORD:
	case PARAM_SECRET:
	default:
		return ONLY(VALUE_STRING);
	}
}

static const struct param *find_param(const struct checker *c, const char *name)
{
	for (const struct local *l = c->locals; l; l = l->outer)
		if (!strcmp(l->name, name))
			return NULL;
	return strmap_get(&c->params, name, strlen(name));
}

static kinds kinds_of_name(const struct checker *c, const char *name)
{
	const struct param *p = find_param(c, name);

	return p ? kinds_of_param(p) : ANY_KIND;
}

static int try_operator(const struct checker *c, const struct expr *e, const struct value *l,
			const struct value *r, struct value *ret, struct error *err)
{
	bool yes;
	int rc = 0;

	if (e->kind == EXPR_UNARY)
		return apply_unary(e, l, ret, err);
	if (e->kind == EXPR_INDEX)
		return apply_index(e, l, r, &c->env, ret, err);
	if (e->op == OP_AND || e->op == OP_OR)
		rc = want_boolean(e, l, &yes, err);
	return rc < 0 ? rc : apply_binary(e, l, r, &c->env, ret, err);
}

/* One pair of kinds: those of the result, none if the pair does not fit; the first misfit stays. */
static kinds try_pair(struct checker *c, const struct expr *e, unsigned l, unsigned r,
		      struct error *misfit)
{
	cleanup_error struct error err = ERROR_INIT;
	struct value v;

	c->steps = LIMIT_EVAL_STEPS;
	if (try_operator(c, e, &c->samples[l], &c->samples[r], &v, &err) == 0)
		return ONLY(v.kind);
	if (!err.code || strcmp(err.code, CODE_TYPE) != 0)
		return ANY_KIND; /* another value may do */
	if (!misfit->class) {
		*misfit = err;
		err = (struct error)ERROR_INIT;
	}
	return 0;
}

static kinds check_operator(struct checker *c, const struct expr *e, kinds left, kinds right)
{
	struct error misfit = ERROR_INIT;
	kinds result = 0;

	for (unsigned l = KIND_COUNT; l-- > 0;)
		for (unsigned r = KIND_COUNT; r-- > 0;)
			if (left & ONLY(l) && right & ONLY(r))
				result |= try_pair(c, e, l, r, &misfit);
	if (result) {
		error_release(&misfit);
		return result;
	}
	diagnose_error(c->diags, CODE_TYPE, &misfit);
	return ANY_KIND;
}

/* 'A == text', where A can never be this text. */
static void check_choice(struct checker *c, const struct expr *name, const struct expr *text)
{
	const struct param *p = name->kind == EXPR_NAME ? find_param(c, name->name) : NULL;
	cleanup_strbuf struct strbuf hint = STRBUF_INIT;
	struct suggestion near = { 0 };

	if (!p || !p->choice_count || text->kind != EXPR_CONST ||
	    text->value.kind != VALUE_STRING)
		return;
	for (size_t i = 0; i < p->choice_count; i++) {
		if (!strcmp(p->choices[i], text->value.text))
			return;
		suggest_offer(&near, text->value.text, p->choices[i]);
		strbuf_addf(&hint, "%s%s", i ? ", " : "", p->choices[i]);
	}
	if (near.best) {
		strbuf_reset(&hint);
		strbuf_addf(&hint, "did you mean '%s'?", near.best);
	}
	diagnose(c->diags, "T219", &text->pos, hint.buf,
		 "'%.*s%s' is none of the values that parameter '%s' can have",
		 quote_length(text->value.text, text->value.len), text->value.text,
		 quote_rest(text->value.text, text->value.len), p->name);
}

static void check_comparison(struct checker *c, const struct expr *e)
{
	if (e->kind != EXPR_BINARY || (e->op != OP_EQ && e->op != OP_NE))
		return;
	check_choice(c, e->args[0], e->args[1]);
	check_choice(c, e->args[1], e->args[0]);
}

static kinds check_expr(struct checker *c, const struct expr *e);

/* The sample of the last kind in a set: what a message says that it is. */
static const struct value *sample_of(const struct checker *c, kinds k)
{
	unsigned kind = VALUE_NODE;

	while (!(k & ONLY(kind)))
		kind--;
	return &c->samples[kind];
}

/* A condition that can be no boolean is reported at pos. */
static void check_condition(struct checker *c, const struct expr *e, const struct pos *pos)
{
	kinds k = check_expr(c, e);

	if (!(k & ONLY(VALUE_BOOL)))
		diagnose(c->diags, "T213", pos, NULL, "expected a boolean, got %s",
			 value_kind_name(sample_of(c, k)));
}

static kinds check_expr(struct checker *c, const struct expr *e)
{
	kinds left, right;

	switch ((enum expr_kind)e->kind) {
	case EXPR_CONST:
		return ONLY(e->value.kind);
	case EXPR_NAME:
		return kinds_of_name(c, e->name);
	case EXPR_COND:
		check_condition(c, e->args[0], &e->pos);
		left = check_expr(c, e->args[1]);
		return left | check_expr(c, e->args[2]);
	case EXPR_UNARY:
	case EXPR_BINARY:
	case EXPR_INDEX:
		left = check_expr(c, e->args[0]);
		right = e->argc > 1 ? check_expr(c, e->args[1]) : ONLY(VALUE_NULL);
		check_comparison(c, e);
		return check_operator(c, e, left, right);
	case EXPR_LIST:
	case EXPR_CALL:
	default:
		for (uint32_t i = 0; i < e->argc; i++)
			(void)check_expr(c, e->args[i]);
		return e->kind == EXPR_LIST ? ONLY(VALUE_LIST) : ANY_KIND;
	}
}

static void check_tpl(struct checker *c, const struct tpl *t);

/* The names of !for and !let hide parameters, and may be of any kind. */
static void check_scope(struct checker *c, const struct tpl *t)
{
	const struct local *outer = c->locals;
	uint32_t count = t->kind == TPL_FOR ? 1 : t->count;
	struct local *names = arena_alloc(c->env.arena, (count + 1) * sizeof(*names));

	if (t->kind == TPL_FOR) {
		kinds k = check_expr(c, t->expr);

		if (!(k & ONLY(VALUE_LIST)))
			diagnose_no_list(c->diags, &t->expr_pos, sample_of(c, k));
	}
	for (uint32_t i = 0; i < count; i++) {
		names[i].name = t->kind == TPL_FOR ? t->name : t->bindings[i].name;
		names[i].outer = c->locals;
		c->locals = &names[i];
		if (t->kind == TPL_LET)
			check_tpl(c, t->bindings[i].value);
	}
	check_tpl(c, t->items[0]);
	c->locals = outer;
}

static void check_text(struct checker *c, const struct tpl *t)
{
	for (uint32_t i = 0; i < t->count; i++)
		if (t->pieces[i].expr)
			(void)check_expr(c, t->pieces[i].expr);
}

static void check_tpl(struct checker *c, const struct tpl *t)
{
	switch (t ? (enum tpl_kind)t->kind : TPL_CONST) {
	case TPL_MAP:
		for (uint32_t i = 0; i < t->count; i++) {
			check_tpl(c, t->entries[i].key);
			check_tpl(c, t->entries[i].value);
		}
		return;
	case TPL_SEQ:
		for (uint32_t i = 0; i < t->count; i++)
			check_tpl(c, t->items[i]);
		return;
	case TPL_TEXT:
		check_text(c, t);
		return;
	case TPL_EXPR:
		(void)check_expr(c, t->expr);
		return;
	case TPL_IF:
	case TPL_ASSERT:
		check_condition(c, t->expr, &t->expr_pos);
		check_tpl(c, t->items[0]);
		check_tpl(c, t->items[1]);
		return;
	case TPL_FOR:
	case TPL_LET:
		check_scope(c, t);
		return;
	case TPL_CONST:
	case TPL_JSON: /* a name alone */
	default:
		return;
	}
}

void template_check_types(struct template *t, struct error_list *diags)
{
	struct checker c = { .diags = diags, .params = STRMAP_INIT };

	if (t->language != TEMPLATE_OWN || !t->objects)
		return;
	template_locate(t);
	c.env = (struct env){ .arena = t->arena, .steps = &c.steps };
	make_samples(&c);
	for (size_t i = 0; i < t->param_count; i++)
		strmap_put(&c.params, t->params[i].name, strlen(t->params[i].name), &t->params[i]);
	check_tpl(&c, t->labels);
	check_tpl(&c, t->message);
	check_tpl(&c, t->objects);
	strmap_release(&c.params);
}
