/* SPDX-License-Identifier: Apache-2.0 */
#include "template/eval.h"

#include <string.h>

#include "base/memory.h"
#include "template/diagnostics.h"
#include "template/eval_internal.h"
#include "template/expr_internal.h"

void eval_init(struct eval *ev, struct template *t, const struct strmap *parameters,
	       struct error_list *diags)
{
	size_t per_mib = arena_used(t->arena) >> 20;

	*ev = (struct eval){
		.env = { .arena = t->arena, .parameters = parameters },
		.language = t->language,
		.diags = diags,
		.steps = LIMIT_EVAL_STEPS + per_mib * EVAL_STEPS_PER_MIB,
		.weight = LIMIT_OUTPUT_NODES,
		.text = STRBUF_INIT,
	};
	ev->env.cache = &ev->names;
}

void eval_release(struct eval *ev)
{
	strbuf_release(&ev->text);
}

bool eval_report(struct eval *ev, const char *code, const struct pos *pos, struct error *err)
{
	ev->failed = true;
	error_locate(err, pos);
	if (err->class == ERR_LIMIT || (err->code && !strcmp(err->code, "T207")))
		ev->stopped = true;
	diagnose_error(ev->diags, code, err);
	return false;
}

bool eval_out_of_budget(struct eval *ev, const struct pos *pos, const char *what)
{
	if (!ev->stopped)
		diagnose(ev->diags, "T207", pos, NULL, "rendering takes more than %s", what);
	ev->stopped = ev->failed = true;
	return false;
}

bool eval_take(struct eval *ev, size_t steps, size_t weight)
{
	if (steps > ev->steps || weight > ev->weight)
		return false;
	ev->steps -= steps;
	ev->weight -= weight;
	return true;
}

size_t eval_weight(const struct node *n, size_t limit)
{
	size_t w = 1;

	if (n->kind == NODE_STRING || n->kind == NODE_NUMBER)
		return 1 + n->len / BYTES_PER_NODE;
	if (n->kind == NODE_SEQ)
		for (uint32_t i = 0; i < n->len && w <= limit; i++)
			w += eval_weight(n->items[i], limit - w);
	if (n->kind == NODE_MAP)
		for (uint32_t i = 0; i < n->len && w <= limit; i++)
			w += 1 + eval_weight(n->entries[i].value, limit - w);
	return w;
}

static bool eval_const(struct eval *ev, const struct tpl *t, struct node **ret)
{
	*ret = t->node;
	if (!t->count)
		eval_keep_weight(t);
	return eval_take_weight(ev, &t->pos, t->count);
}

bool eval_expr(struct eval *ev, const struct expr *e, struct value *ret)
{
	struct error err = ERROR_INIT;

	ev->env.steps = &ev->steps;
	if (expr_eval(e, &ev->env, ret, &err) < 0)
		return eval_report(ev, "T203", &e->pos, &err);
	return true;
}

static bool eval_expr_node(struct eval *ev, const struct tpl *t, struct node **ret)
{
	struct error err = ERROR_INIT;
	struct value v;

	if (!eval_expr(ev, t->expr, &v))
		return false;
	if (value_least_text(&v, LARGEST_OUTPUT) > LARGEST_OUTPUT)
		return eval_take_weight(ev, &t->pos, SIZE_MAX);
	if (value_to_node(ev->env.arena, &v, &t->pos, ret, &err) < 0)
		return eval_report(ev, "T204", &t->expr_pos, &err);
	ev->secret |= v.secret;
	return eval_take_weight(ev, &t->pos, eval_weight(*ret, LIMIT_OUTPUT_NODES));
}

bool eval_condition(struct eval *ev, const struct tpl *t, bool *ret)
{
	struct value v;

	if (!eval_expr(ev, t->expr, &v))
		return false;
	if (v.kind == VALUE_BOOL) {
		*ret = v.boolean;
		return true;
	}
	diagnose(ev->diags, "T213", &t->expr_pos, NULL, "expected a boolean, got %s",
		 value_kind_name(&v));
	ev->failed = true;
	return false;
}

static bool eval_optional(struct eval *ev, const struct tpl *t, struct node **ret)
{
	*ret = NULL;
	return !t || eval_tpl(ev, t, ret);
}

static bool eval_if(struct eval *ev, const struct tpl *t, struct node **ret)
{
	bool when;

	return eval_condition(ev, t, &when) && eval_optional(ev, t->items[when ? 0 : 1], ret);
}

static bool assertion_failed(struct eval *ev, const struct tpl *t)
{
	cleanup_strbuf struct strbuf text = STRBUF_INIT;

	if (eval_message(ev, t->items[0], &text))
		diagnose(ev->diags, "T209", &t->pos, NULL, "%s", text.buf);
	ev->failed = true;
	return false;
}

static bool eval_assert(struct eval *ev, const struct tpl *t, struct node **ret)
{
	bool that;

	if (!eval_condition(ev, t, &that))
		return false;
	return that ? eval_optional(ev, t->items[1], ret) : assertion_failed(ev, t);
}

struct node_vec {
	struct node **v;
	size_t len, alloc;
};

static void push(struct node_vec *vec, struct node *n)
{
	ALLOC_GROW(vec->v, vec->len + 1, vec->alloc);
	vec->v[vec->len++] = n;
}

void diagnose_no_list(struct error_list *diags, const struct pos *pos, const struct value *v)
{
	diagnose(diags, "T214", pos,
		 v->kind == VALUE_STRING ? "split(s, ',') makes a list of a string"
					 : "range(n) makes a list of numbers",
		 "expected a list, got %s", value_kind_name(v));
}

/* Appends the results of a !for. */
static bool eval_loop(struct eval *ev, const struct tpl *t, struct node_vec *out)
{
	struct binding local = { .name = t->name, .known = true, .outer = ev->env.locals };
	struct value list;
	bool ok = true;

	if (!eval_expr(ev, t->expr, &list))
		return false;
	if (list.kind != VALUE_LIST) {
		diagnose_no_list(ev->diags, &t->expr_pos, &list);
		ev->failed = true;
		return false;
	}
	for (size_t i = 0; i < list.count && !ev->stopped; i++) {
		struct node *n;

		local.value = list.items[i];
		local.value.secret |= list.secret;
		ev->env.locals = &local;
		if (!eval_optional(ev, t->items[0], &n))
			ok = false;
		else if (n)
			push(out, n);
		ev->env.locals = local.outer;
	}
	return ok && !ev->stopped;
}

static bool finish_seq(struct eval *ev, const struct tpl *t, struct node_vec *vec, bool ok,
		       struct node **ret)
{
	struct node **items;

	if (ok) {
		items = arena_alloc(ev->env.arena, vec->len * sizeof(*items));
		if (vec->len)
			memcpy(items, vec->v, vec->len * sizeof(*items));
		*ret = node_seq(ev->env.arena, items, vec->len, &t->pos);
	}
	free(vec->v);
	return ok && eval_take_weight(ev, &t->pos, 1);
}

static bool eval_for(struct eval *ev, const struct tpl *t, struct node **ret)
{
	struct node_vec vec = { 0 };
	bool ok = eval_loop(ev, t, &vec);

	return finish_seq(ev, t, &vec, ok, ret);
}

static bool eval_seq(struct eval *ev, const struct tpl *t, struct node **ret)
{
	struct node_vec vec = { 0 };
	bool ok = true;

	for (size_t i = 0; i < t->count && !ev->stopped; i++) {
		const struct tpl *item = t->items[i];
		struct node *n;

		if (item->kind == TPL_FOR) {
			ok &= eval_loop(ev, item, &vec);
		} else if (!eval_tpl(ev, item, &n)) {
			ok = false;
		} else if (n) {
			push(&vec, n);
		} else if (item->kind == TPL_JSON) {
			diagnose(ev->diags, "T309", &item->pos, NULL,
				 "'${{%s}}' gave null as an item of a list", item->name);
			ok = false;
			ev->failed = true;
		}
	}
	return finish_seq(ev, t, &vec, ok && !ev->stopped, ret);
}

static bool eval_value(struct eval *ev, const struct tpl *t, struct value *ret);

/* Binds the names of a !let; the caller restores ev->env.locals. */
static bool bind_locals(struct eval *ev, const struct tpl *t)
{
	for (size_t i = 0; i < t->count; i++) {
		struct binding *b = arena_zalloc(ev->env.arena, sizeof(*b));

		if (!eval_value(ev, t->bindings[i].value, &b->value))
			return false;
		b->name = t->bindings[i].name;
		b->known = true;
		b->outer = ev->env.locals;
		ev->env.locals = b;
	}
	return true;
}

/* The document of t as a value; one that a secret went into is secret as a whole. */
static bool eval_node_value(struct eval *ev, const struct tpl *t, struct value *ret)
{
	struct error err = ERROR_INIT;
	bool outer = ev->secret, secret, ok;
	struct node *n;

	*ret = (struct value){ .kind = VALUE_NULL };
	ev->secret = false;
	ok = eval_tpl(ev, t, &n);
	secret = ev->secret;
	ev->secret = outer;
	if (!ok)
		return false;
	if (n && value_from_node(ev->env.arena, n, ret, &err) < 0)
		return eval_report(ev, "T208", &t->pos, &err);
	if (secret)
		*ret = value_as_secret(ev->env.arena, ret);
	return true;
}

/*
 * What a name is bound to. Through !if, !let and !assert an expression keeps its type:
 * a quantity stays one, although the document has only strings and numbers.
 */
static bool eval_value(struct eval *ev, const struct tpl *t, struct value *ret)
{
	const struct binding *outer = ev->env.locals;
	bool yes, ok;

	if (!eval_take_step(ev, &t->pos))
		return false;
	switch ((enum tpl_kind)t->kind) {
	case TPL_EXPR:
		return eval_expr(ev, t->expr, ret);
	case TPL_IF:
	case TPL_ASSERT:
		*ret = (struct value){ .kind = VALUE_NULL };
		if (!eval_condition(ev, t, &yes))
			return false;
		if (t->kind == TPL_ASSERT && !yes)
			return assertion_failed(ev, t);
		t = t->items[t->kind == TPL_IF && yes ? 0 : 1];
		return !t || eval_value(ev, t, ret);
	case TPL_LET:
		*ret = (struct value){ .kind = VALUE_NULL };
		ok = bind_locals(ev, t) && (!t->items[0] || eval_value(ev, t->items[0], ret));
		ev->env.locals = outer;
		return ok;
	default:
		return eval_node_value(ev, t, ret);
	}
}

static bool eval_let(struct eval *ev, const struct tpl *t, struct node **ret)
{
	const struct binding *outer = ev->env.locals;
	bool ok = bind_locals(ev, t) && eval_optional(ev, t->items[0], ret);

	ev->env.locals = outer;
	return ok;
}

bool eval_tpl(struct eval *ev, const struct tpl *t, struct node **ret)
{
	*ret = NULL;
	if (!eval_take_step(ev, &t->pos))
		return false;
	switch ((enum tpl_kind)t->kind) {
	case TPL_CONST:
		return eval_const(ev, t, ret);
	case TPL_MAP:
		return eval_map(ev, t, ret);
	case TPL_SEQ:
		return eval_seq(ev, t, ret);
	case TPL_TEXT:
		return eval_text(ev, t, true, ret);
	case TPL_EXPR:
		return eval_expr_node(ev, t, ret);
	case TPL_JSON:
		return eval_json(ev, t, ret);
	case TPL_IF:
		return eval_if(ev, t, ret);
	case TPL_FOR:
		return eval_for(ev, t, ret);
	case TPL_LET:
		return eval_let(ev, t, ret);
	case TPL_ASSERT:
		return eval_assert(ev, t, ret);
	}
	return false;
}
