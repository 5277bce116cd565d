/* SPDX-License-Identifier: Apache-2.0 */
#include "template/ast.h"

#include <string.h>

struct tpl *tpl_new(struct arena *a, enum tpl_kind kind, const struct pos *pos)
{
	struct tpl *t = arena_alloc(a, sizeof(*t));

	*t = (struct tpl){ .kind = (uint8_t)kind };
	if (pos)
		t->pos = *pos;
	return t;
}

struct tpl *tpl_new_items(struct arena *a, enum tpl_kind kind, const struct pos *pos, size_t items)
{
	struct tpl *t = tpl_new(a, kind, pos);

	t->count = (uint32_t)items;
	t->items = arena_zalloc(a, items * sizeof(*t->items));
	return t;
}

struct tpl *tpl_const(struct arena *a, struct node *node)
{
	struct tpl *t = tpl_new(a, TPL_CONST, &node->pos);

	t->node = node;
	return t;
}

static size_t array_size(const struct tpl *t)
{
	switch ((enum tpl_kind)t->kind) {
	case TPL_MAP:
		return t->count * sizeof(*t->entries);
	case TPL_TEXT:
		return t->count * sizeof(*t->pieces);
	case TPL_SEQ:
		return t->count * sizeof(*t->items);
	case TPL_IF:
	case TPL_ASSERT:
		return 2 * sizeof(*t->items);
	case TPL_FOR:
	case TPL_LET:
		return sizeof(*t->items);
	case TPL_CONST:
	case TPL_EXPR:
	case TPL_JSON:
		break;
	}
	return 0;
}

struct tpl *tpl_copy(struct arena *a, const struct tpl *t)
{
	struct tpl *c = arena_alloc(a, sizeof(*c));
	size_t size = array_size(t);

	*c = *t;
	if (size) {
		c->items = arena_alloc(a, size);
		memcpy(c->items, t->items, size);
	}
	if (t->bindings) {
		size = t->count * sizeof(*t->bindings);
		c->bindings = arena_alloc(a, size);
		memcpy(c->bindings, t->bindings, size);
	}
	return c;
}

static bool is_const(const struct tpl *t)
{
	return t && t->kind == TPL_CONST;
}

static bool has_duplicate_keys(const struct tpl *t)
{
	cleanup_strmap struct strmap seen = STRMAP_INIT;

	for (size_t i = 0; i < t->count; i++) {
		const struct node *k = t->entries[i].key->node;

		if (strmap_put(&seen, k->text, k->len, (void *)k))
			return true;
	}
	return false;
}

static struct tpl *collapse_map(struct arena *a, struct tpl *t)
{
	struct entry *entries;

	for (size_t i = 0; i < t->count; i++)
		if (!is_const(t->entries[i].key) || !is_const(t->entries[i].value) ||
		    t->entries[i].key->node->kind != NODE_STRING)
			return t;
	if (has_duplicate_keys(t))
		return t;
	entries = arena_alloc(a, t->count * sizeof(*entries));
	for (size_t i = 0; i < t->count; i++) {
		entries[i].key = t->entries[i].key->node;
		entries[i].value = t->entries[i].value->node;
	}
	return tpl_const(a, node_map(a, entries, t->count, &t->pos));
}

static struct tpl *collapse_seq(struct arena *a, struct tpl *t)
{
	struct node **items;

	for (size_t i = 0; i < t->count; i++)
		if (!is_const(t->items[i]))
			return t;
	items = arena_alloc(a, t->count * sizeof(*items));
	for (size_t i = 0; i < t->count; i++)
		items[i] = t->items[i]->node;
	return tpl_const(a, node_seq(a, items, t->count, &t->pos));
}

static struct tpl *collapse_text(struct arena *a, struct tpl *t)
{
	if (t->count == 0)
		return tpl_const(a, node_string(a, "", 0, &t->pos));
	if (t->count == 1 && !t->pieces[0].expr)
		return tpl_const(a, node_string(a, t->pieces[0].text, t->pieces[0].len, &t->pos));
	return t;
}

struct tpl *tpl_collapse(struct arena *a, struct tpl *t)
{
	switch ((enum tpl_kind)t->kind) {
	case TPL_MAP:
		return collapse_map(a, t);
	case TPL_SEQ:
		return collapse_seq(a, t);
	case TPL_TEXT:
		return collapse_text(a, t);
	default:
		return t;
	}
}

struct mention {
	const char *name;
	bool found;
};

static void look(const struct expr *e, void *data)
{
	struct mention *m = data;

	m->found |= !strcmp(e->name, m->name);
}

static bool expr_mentions(struct expr *e, const char *name)
{
	struct mention m = { .name = name };

	if (e)
		expr_each_name(e, look, &m);
	return m.found;
}

static bool map_mentions(const struct tpl *t, const char *name)
{
	for (size_t i = 0; i < t->count; i++)
		if (tpl_mentions(t->entries[i].key, name) ||
		    tpl_mentions(t->entries[i].value, name))
			return true;
	return false;
}

static bool let_mentions(const struct tpl *t, const char *name)
{
	for (size_t i = 0; i < t->count; i++) {
		if (tpl_mentions(t->bindings[i].value, name))
			return true;
		if (!strcmp(t->bindings[i].name, name))
			return false; /* shadowed from here on */
	}
	return tpl_mentions(t->items[0], name);
}

bool tpl_mentions(const struct tpl *t, const char *name)
{
	if (!t)
		return false;
	if (expr_mentions(t->expr, name))
		return true;
	switch ((enum tpl_kind)t->kind) {
	case TPL_MAP:
		return map_mentions(t, name);
	case TPL_SEQ:
		for (size_t i = 0; i < t->count; i++)
			if (tpl_mentions(t->items[i], name))
				return true;
		return false;
	case TPL_TEXT:
		for (size_t i = 0; i < t->count; i++)
			if (expr_mentions(t->pieces[i].expr, name))
				return true;
		return false;
	case TPL_IF:
	case TPL_ASSERT:
		return tpl_mentions(t->items[0], name) || tpl_mentions(t->items[1], name);
	case TPL_FOR:
		return strcmp(t->name, name) != 0 && tpl_mentions(t->items[0], name);
	case TPL_LET:
		return let_mentions(t, name);
	case TPL_CONST:
	case TPL_EXPR:
	case TPL_JSON:
		break;
	}
	return false;
}

static void visit_expr(struct expr *e, struct pos_visitor *v)
{
	v->visit(v, &e->pos);
	for (uint32_t i = 0; i < e->argc; i++)
		visit_expr(e->args[i], v);
}

static void visit_node(struct node *n, struct pos_visitor *v)
{
	v->visit(v, &n->pos);
	if (n->kind == NODE_SEQ)
		for (uint32_t i = 0; i < n->len; i++)
			visit_node(n->items[i], v);
	if (n->kind == NODE_MAP)
		for (uint32_t i = 0; i < n->len; i++) {
			visit_node(n->entries[i].key, v);
			visit_node(n->entries[i].value, v);
		}
}

static void visit_children(struct tpl *t, size_t n, struct pos_visitor *v)
{
	for (size_t i = 0; i < n; i++)
		tpl_each_pos(t->items[i], v);
}

void tpl_each_pos(struct tpl *t, struct pos_visitor *v)
{
	if (!t)
		return;
	v->visit(v, &t->pos);
	if (t->expr) {
		v->visit(v, &t->expr_pos);
		visit_expr(t->expr, v);
	}
	switch ((enum tpl_kind)t->kind) {
	case TPL_CONST:
		visit_node(t->node, v);
		break;
	case TPL_MAP:
		for (size_t i = 0; i < t->count; i++) {
			tpl_each_pos(t->entries[i].key, v);
			tpl_each_pos(t->entries[i].value, v);
		}
		break;
	case TPL_TEXT:
		for (size_t i = 0; i < t->count; i++)
			if (t->pieces[i].expr) {
				v->visit(v, &t->pieces[i].pos);
				visit_expr(t->pieces[i].expr, v);
			}
		break;
	case TPL_LET:
		for (size_t i = 0; i < t->count; i++) {
			v->visit(v, &t->bindings[i].pos);
			tpl_each_pos(t->bindings[i].value, v);
		}
		visit_children(t, 1, v);
		break;
	case TPL_SEQ:
		visit_children(t, t->count, v);
		break;
	case TPL_IF:
	case TPL_ASSERT:
		visit_children(t, 2, v);
		break;
	case TPL_FOR:
		visit_children(t, 1, v);
		break;
	case TPL_EXPR:
	case TPL_JSON:
		break;
	}
}
