/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * A template as a syntax tree: what evaluation walks, expansion folds, and the compiled
 * program stores. Both template languages become this one tree. Nodes live in the
 * template's arena; constant sub-trees are one TPL_CONST over a document node.
 *
 * "Nothing" (an !if without branch, a true !assert) is a NULL struct tpl * here and a NULL
 * node when evaluated: its key or list item is left out.
 */

#include "template/expr.h"

enum tpl_kind {
	TPL_CONST,  /* node */
	TPL_MAP,    /* entries[count] */
	TPL_SEQ,    /* items[count] */
	TPL_TEXT,   /* pieces[count] */
	TPL_EXPR,   /* expr */
	TPL_JSON,   /* expr: an OpenShift ${{NAME}}; its text is read as JSON, null is nothing */
	TPL_IF,	    /* expr, items[0] then, items[1] else; either may be NULL */
	TPL_FOR,    /* name, expr (in), items[0] do */
	TPL_LET,    /* bindings[count], items[0] do */
	TPL_ASSERT, /* expr, items[0] message, items[1] then (or NULL) */
};

struct tpl;

struct tpl_entry {
	struct tpl *key;   /* TPL_CONST string, TPL_TEXT or TPL_EXPR */
	struct tpl *value; /* may be NULL only while folding */
};

/* A part of a TPL_TEXT: literal text (expr NULL) or ${…}. */
struct tpl_piece {
	const char *text;
	size_t len;
	struct expr *expr;
	struct pos pos; /* where the expression begins */
};

struct tpl_binding {
	const char *name;
	struct pos pos;
	struct tpl *value;
};

struct tpl {
	uint8_t kind; /* enum tpl_kind */
	uint32_t count;
	struct pos pos;
	struct expr *expr;
	struct pos expr_pos; /* where its text begins: folding moves expr->pos, this never */
	const char *name;
	union {
		struct node *node;
		struct tpl **items;
		struct tpl_entry *entries;
		struct tpl_piece *pieces;
	};
	struct tpl_binding *bindings;
};

struct tpl *tpl_new(struct arena *a, enum tpl_kind kind, const struct pos *pos);
/* With room for `items` children, set to NULL. */
struct tpl *tpl_new_items(struct arena *a, enum tpl_kind kind, const struct pos *pos, size_t items);
struct tpl *tpl_const(struct arena *a, struct node *node);
/* Makes a constant of t, which is zeroed. */
static inline void tpl_set_const(struct tpl *t, struct node *node)
{
	t->kind = TPL_CONST;
	t->pos = node->pos;
	t->node = node;
}
/* A copy whose own arrays may be changed. */
struct tpl *tpl_copy(struct arena *a, const struct tpl *t);

/*
 * Makes a map, sequence or text constant when all its parts are (map: when no key stands
 * twice); else returns t itself. The loader and the folder both end with it, so a
 * residual that is read back has the same shape as before.
 */
struct tpl *tpl_collapse(struct arena *a, struct tpl *t);

/* True if a name occurs free in t. */
bool tpl_mentions(const struct tpl *t, const char *name);

/*
 * Visits every position of a tree in one fixed order: t itself, expressions with their
 * operands, constant nodes with keys and children, entries, pieces, bindings. Source maps and
 * programs rely on the order. Shared constant nodes are visited at each place.
 */
struct pos_visitor {
	void (*visit)(struct pos_visitor *v, struct pos *pos);
};
void tpl_each_pos(struct tpl *t, struct pos_visitor *v);
