/* SPDX-License-Identifier: Apache-2.0 */
#include "template/fold.h"

#include <string.h>

#include "base/limits.h"
#include "base/memory.h"
#include "template/eval.h"
#include "template/residual.h"

#define BYTES_PER_ITEM 8 /* of LIMIT_UNROLLED_ITEMS */

/*
 * The law that all of this keeps: evaluating the result with the names that were unknown gives
 * what evaluating t with all names gives, the same values and the same reports in the same
 * order. So nothing that could fail is dropped, and nothing fails early.
 */

struct expr *fold_expr(struct fold *f, struct expr *e)
{
	f->env.steps = &f->steps;
	return expr_fold(e, &f->env);
}

/* The node of a constant expression, or NULL if it has none (it fails later, or is a secret). */
static struct tpl *const_from_expr(struct fold *f, const struct expr *e, const struct pos *pos)
{
	cleanup_error struct error err = ERROR_INIT;
	struct value v;
	struct node *n;
	size_t size;

	if (!expr_is_const(e, &v) || (f->keep_secrets && v.secret))
		return NULL;
	size = value_least_text(&v, f->bytes);
	if (size > f->bytes || value_to_node(f->env.arena, &v, pos, &n, &err) < 0)
		return NULL;
	f->bytes -= size;
	return tpl_const(f->env.arena, n);
}

static struct tpl *fold_value(struct fold *f, struct tpl *t)
{
	struct expr *e = fold_expr(f, t->expr);
	struct tpl *c = f->typed ? NULL : const_from_expr(f, e, &t->pos);

	if (c)
		return c;
	/* A name bound to a document that no expression can spell. */
	if (!f->typed && e->kind == EXPR_NAME) {
		const struct binding *b = env_find(&f->env, e->name);
		cleanup_error struct error err = ERROR_INIT;
		struct node *n;

		if (b && b->value.kind == VALUE_NODE && b->known &&
		    !(f->keep_secrets && b->value.secret) &&
		    value_to_node(f->env.arena, &b->value, &t->pos, &n, &err) == 0)
			return tpl_const(f->env.arena, n);
	}
	if (e == t->expr)
		return t;
	t = tpl_copy(f->env.arena, t);
	t->expr = e;
	return t;
}

static struct tpl *fold_json(struct fold *f, struct tpl *t)
{
	struct expr *e = fold_expr(f, t->expr);
	struct node *n;
	bool is_json;
	struct value v;

	/* What was reported about the value has to be reported once more, so only what is plain
	 * JSON folds. */
	if (expr_is_const(e, &v) && v.kind == VALUE_STRING) {
		eval_json_text(f->env.arena, v.text, v.len, &t->pos, &n, &is_json);
		if (is_json && n && n->kind != NODE_SEQ && n->kind != NODE_MAP &&
		    n->kind != NODE_NUMBER) {
			n->pos = t->pos;
			return tpl_const(f->env.arena, n);
		}
		if (is_json && n && n->kind == NODE_NUMBER && n->len <= 15) {
			n->pos = t->pos;
			return tpl_const(f->env.arena, n);
		}
	}
	t = tpl_copy(f->env.arena, t);
	t->expr = e;
	return t;
}

static struct tpl *fold_optional(struct fold *f, struct tpl *t)
{
	return t ? fold_tpl(f, t) : NULL;
}

static struct tpl *fold_if(struct fold *f, struct tpl *t)
{
	struct expr *e = fold_expr(f, t->expr);
	struct value v;
	struct tpl *r;

	if (expr_is_const(e, &v) && v.kind == VALUE_BOOL)
		return fold_optional(f, t->items[v.boolean ? 0 : 1]);
	r = tpl_new_items(f->env.arena, TPL_IF, &t->pos, 2);
	r->expr = e;
	r->expr_pos = t->expr_pos;
	r->items[0] = fold_optional(f, t->items[0]);
	r->items[1] = fold_optional(f, t->items[1]);
	return r;
}

struct tpl *fold_message(struct fold *f, struct tpl *t)
{
	return t->kind == TPL_TEXT ? fold_text(f, t, TEXT_MESSAGE) : t;
}

static struct tpl *fold_assert(struct fold *f, struct tpl *t)
{
	struct expr *e = fold_expr(f, t->expr);
	struct value v;
	struct tpl *r;

	if (expr_is_const(e, &v) && v.kind == VALUE_BOOL && v.boolean)
		return fold_optional(f, t->items[1]);
	r = tpl_new_items(f->env.arena, TPL_ASSERT, &t->pos, 2);
	r->expr = e;
	r->expr_pos = t->expr_pos;
	r->items[0] = fold_message(f, t->items[0]);
	r->items[1] = fold_optional(f, t->items[1]);
	return r;
}

struct tpl_vec {
	struct tpl **v;
	size_t len, alloc;
};

static void push(struct tpl_vec *vec, struct tpl *t)
{
	ALLOC_GROW(vec->v, vec->len + 1, vec->alloc);
	vec->v[vec->len++] = t;
}

static struct tpl *seq_from(struct fold *f, const struct pos *pos, struct tpl_vec *vec)
{
	struct tpl *r = tpl_new_items(f->env.arena, TPL_SEQ, pos, vec->len);

	if (vec->len)
		memcpy(r->items, vec->v, vec->len * sizeof(*vec->v));
	free(vec->v);
	return tpl_collapse(f->env.arena, r);
}

/* The body with name bound to v; what the expressions cannot spell stays behind a !let. */
static struct tpl *fold_bound(struct fold *f, struct tpl *body, const char *name,
			      const struct pos *pos, const struct value *v)
{
	struct binding local = { .name = name, .known = true, .value = *v, .outer = f->env.locals };
	cleanup_error struct error err = ERROR_INIT;
	struct node *n;
	struct tpl *r, *let;

	f->env.locals = &local;
	local.known = value_printable(v) || (body && body->kind == TPL_EXPR);
	r = fold_optional(f, body);
	f->env.locals = local.outer;
	if (value_printable(v) || !tpl_mentions(r, name) ||
	    value_to_node(f->env.arena, v, pos, &n, &err) < 0)
		return r;
	let = tpl_new_items(f->env.arena, TPL_LET, pos, 1);
	let->count = 1;
	let->bindings = arena_zalloc(f->env.arena, sizeof(*let->bindings));
	let->bindings[0] = (struct tpl_binding){ .name = name,
						 .pos = *pos,
						 .value = tpl_const(f->env.arena, n) };
	let->items[0] = r;
	return let;
}

/* A !for whose list is not decided: the name is unknown in the body. */
static struct tpl *fold_open_loop(struct fold *f, struct tpl *t, struct expr *e)
{
	struct binding local = { .name = t->name, .known = false, .outer = f->env.locals };
	struct tpl *r = tpl_new_items(f->env.arena, TPL_FOR, &t->pos, 1);

	r->name = t->name;
	r->expr = e;
	r->expr_pos = t->expr_pos;
	f->env.locals = &local;
	r->items[0] = fold_optional(f, t->items[0]);
	f->env.locals = local.outer;
	return r;
}

/* What writing out one turn of a !for costs: a large body costs more than a small one. */
static size_t item_weight(const struct fold *f, const struct tpl *t)
{
	return 1 + residual_size(t->items[0], f->weight * BYTES_PER_ITEM) / BYTES_PER_ITEM;
}

static bool may_unroll(const struct fold *f, const struct tpl *t, const struct expr *e,
		       struct value *ret_list)
{
	return expr_is_const(e, ret_list) && ret_list->kind == VALUE_LIST &&
	       ret_list->count <= f->weight / item_weight(f, t);
}

/* Unrolls a !for into vec, or pushes what is left of it. Nested lists of open loops keep their
 * brackets. */
static void fold_loop(struct fold *f, struct tpl *t, struct tpl_vec *vec)
{
	struct expr *e = fold_expr(f, t->expr);
	struct value list;

	if (!may_unroll(f, t, e, &list)) {
		push(vec, fold_open_loop(f, t, e));
		return;
	}
	f->weight -= list.count * item_weight(f, t);
	for (size_t i = 0; i < list.count; i++) {
		struct value item = list.items[i];
		struct tpl *body;

		item.secret |= list.secret;
		body = fold_bound(f, t->items[0], t->name, &t->pos, &item);
		if (!body)
			continue;
		/* A loop that was an item's value is one item: a list, not its items. */
		if (body->kind == TPL_FOR) {
			struct tpl *wrap = tpl_new_items(f->env.arena, TPL_SEQ, &body->pos, 1);

			wrap->items[0] = body;
			body = wrap;
		}
		push(vec, body);
	}
}

static struct tpl *fold_for(struct fold *f, struct tpl *t)
{
	struct expr *e = fold_expr(f, t->expr);
	struct tpl_vec vec = { 0 };
	struct value list;

	if (!may_unroll(f, t, e, &list))
		return fold_open_loop(f, t, e);
	fold_loop(f, t, &vec);
	return seq_from(f, &t->pos, &vec);
}

static struct tpl *fold_seq(struct fold *f, struct tpl *t)
{
	struct tpl_vec vec = { 0 };

	for (size_t i = 0; i < t->count; i++) {
		struct tpl *item = t->items[i], *r;

		if (item->kind == TPL_FOR) {
			fold_loop(f, item, &vec);
			continue;
		}
		r = fold_tpl(f, item);
		if (!r)
			continue;
		if (r->kind == TPL_FOR) { /* came out of an !if or !let: one item, not many */
			struct tpl *wrap = tpl_new_items(f->env.arena, TPL_SEQ, &r->pos, 1);

			wrap->items[0] = r;
			r = wrap;
		}
		push(&vec, r);
	}
	return seq_from(f, &t->pos, &vec);
}

/* A key stays an expression unless it became a string: what is wrong with it is reported when
 * rendering. */
static struct tpl *fold_key(struct fold *f, struct tpl *key)
{
	bool outer = f->keep_secrets;
	struct value v;
	struct tpl *r;

	if (key->kind == TPL_EXPR) {
		r = tpl_copy(f->env.arena, key);
		r->expr = fold_expr(f, key->expr);
		if (!expr_is_const(r->expr, &v) || v.kind != VALUE_STRING || v.secret)
			return r;
	}
	f->keep_secrets = true;
	r = key->kind == TPL_TEXT ? fold_text(f, key, TEXT_KEY) : fold_tpl(f, key);
	f->keep_secrets = outer;
	return r;
}

static struct tpl *fold_map(struct fold *f, struct tpl *t)
{
	struct tpl *r = tpl_new(f->env.arena, TPL_MAP, &t->pos);
	size_t len = 0;

	r->entries = arena_alloc(f->env.arena, t->count * sizeof(*r->entries));
	for (size_t i = 0; i < t->count; i++) {
		struct tpl *value = fold_tpl(f, t->entries[i].value);

		if (!value)
			continue;
		r->entries[len].key = fold_key(f, t->entries[i].key);
		r->entries[len++].value = value;
	}
	r->count = (uint32_t)len;
	return tpl_collapse(f->env.arena, r);
}

static bool binding_value(struct fold *f, struct tpl *t, struct value *ret)
{
	cleanup_error struct error err = ERROR_INIT;

	if (t->kind == TPL_CONST)
		return value_from_node(f->env.arena, t->node, ret, &err) == 0;
	return t->kind == TPL_EXPR && expr_is_const(t->expr, ret);
}

/* The bindings from i on, then the body. */
static struct tpl *fold_let_from(struct fold *f, struct tpl *t, size_t i)
{
	struct binding local = { .outer = f->env.locals };
	struct tpl *value, *rest, *let;
	bool typed = f->typed, keep_secrets = f->keep_secrets;

	if (i == t->count)
		return fold_optional(f, t->items[0]);
	local.name = t->bindings[i].name;
	value = t->bindings[i].value;
	f->typed = f->keep_secrets = true;
	value = fold_tpl(f, value);
	f->typed = typed;
	f->keep_secrets = keep_secrets;
	if (!value) {
		local.known = true;
		local.value = (struct value){ .kind = VALUE_NULL };
	} else {
		local.known = binding_value(f, value, &local.value);
	}
	if (local.known && value_printable(&local.value)) {
		f->env.locals = &local;
		rest = fold_let_from(f, t, i + 1);
		f->env.locals = local.outer;
		return rest;
	}
	local.known = false;
	f->env.locals = &local;
	rest = fold_let_from(f, t, i + 1);
	f->env.locals = local.outer;
	if (value->kind == TPL_CONST && !tpl_mentions(rest, local.name))
		return rest; /* a constant cannot fail */
	let = tpl_new_items(f->env.arena, TPL_LET, &t->pos, 1);
	let->count = 1;
	let->bindings = arena_zalloc(f->env.arena, sizeof(*let->bindings));
	let->bindings[0] = (struct tpl_binding){ .name = t->bindings[i].name,
						 .pos = t->bindings[i].pos,
						 .value = value };
	let->items[0] = rest;
	return let;
}

static struct tpl *fold_untyped(struct fold *f, struct tpl *t)
{
	bool typed = f->typed;

	f->typed = false;
	t = t->kind == TPL_MAP	 ? fold_map(f, t)
	    : t->kind == TPL_SEQ ? fold_seq(f, t)
				 : fold_for(f, t);
	f->typed = typed;
	return t;
}

struct tpl *fold_tpl(struct fold *f, struct tpl *t)
{
	switch ((enum tpl_kind)t->kind) {
	case TPL_CONST:
		return t;
	case TPL_MAP:
	case TPL_SEQ:
	case TPL_FOR:
		return fold_untyped(f, t);
	case TPL_TEXT:
		return fold_text(f, t, TEXT_VALUE);
	case TPL_EXPR:
		return fold_value(f, t);
	case TPL_JSON:
		return fold_json(f, t);
	case TPL_IF:
		return fold_if(f, t);
	case TPL_LET:
		return fold_let_from(f, t, 0);
	case TPL_ASSERT:
		return fold_assert(f, t);
	}
	return t;
}
