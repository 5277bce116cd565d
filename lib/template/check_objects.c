/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Objects before there are values. Each item of `objects` becomes a document as far as it is known,
 * with stand-ins for the rest, which is then checked as a rendered one is.
 */
#include <string.h>

#include "base/memory.h"
#include "template/finish.h"
#include "template/lint.h"
#include "tree/node.h"

struct checker {
	const struct template *t;
	struct arena *arena;
	struct error_list *diags;
	struct node *labels; /* or NULL */
	struct strmap seen;  /* objects by what identifies them */
	struct strbuf scratch;
	unsigned scopes; /* of !let and !for around: equal expressions may differ */
};

/* Stands for a whole value of any kind: nothing can be said about it. */
static struct node anything;

/*
 * Stands for text that any name may be. Its tag is the text of what makes it, which is equal where
 * the value is; an empty one: nobody knows.
 */
static struct node *some_text(struct checker *c, const struct tpl *t)
{
	struct node *n = node_string(c->arena, "x", 1, &t->pos);
	cleanup_strbuf struct strbuf text = STRBUF_INIT;

	n->tag = "";
	if (c->scopes)
		return n;
	if (t->kind == TPL_EXPR)
		expr_print(t->expr, &text);
	for (uint32_t i = 0; t->kind == TPL_TEXT && i < t->count; i++) {
		const struct tpl_piece *p = &t->pieces[i];

		strbuf_addstr(&text, p->expr ? "${" : "");
		if (p->expr)
			expr_print(p->expr, &text);
		else
			strbuf_add(&text, p->text, p->len);
		strbuf_addstr(&text, p->expr ? "}" : "");
	}
	n->tag = arena_memdupz(c->arena, text.buf, text.len);
	return n;
}

static struct node *known_part(struct checker *c, const struct tpl *t);

/* A map with a computed key may hold whatever key is missing. */
static struct node *known_map(struct checker *c, const struct tpl *t)
{
	struct entry *entries = arena_alloc(c->arena, t->count * sizeof(*entries));
	size_t len = 0;

	for (uint32_t i = 0; i < t->count; i++) {
		const struct tpl *key = t->entries[i].key;
		struct node *value = known_part(c, t->entries[i].value);

		if (key->kind != TPL_CONST || key->node->kind != NODE_STRING)
			return &anything;
		if (value)
			entries[len++] = (struct entry){ .key = key->node, .value = value };
	}
	return node_map(c->arena, entries, len, &t->pos);
}

/* NULL is "nothing". */
static struct node *known_part(struct checker *c, const struct tpl *t)
{
	struct node *n;

	if (!t)
		return NULL;
	switch ((enum tpl_kind)t->kind) {
	case TPL_CONST:
		return t->node;
	case TPL_MAP:
		return known_map(c, t);
	case TPL_TEXT:
	case TPL_EXPR:
		return some_text(c, t);
	case TPL_ASSERT:
		return known_part(c, t->items[1]);
	case TPL_LET:
		c->scopes++;
		n = known_part(c, t->items[0]);
		c->scopes--;
		return n;
	case TPL_SEQ:
	case TPL_JSON:
	case TPL_IF:
	case TPL_FOR:
	default:
		return &anything;
	}
}

/* Gives a stand-in the text that identifies it; false: there is none. */
static bool identify(struct node *n)
{
	if (n == &anything || (n && n->kind == NODE_STRING && n->tag && !*n->tag))
		return false;
	if (n && n->kind == NODE_STRING && n->tag) {
		n->text = n->tag;
		n->len = (uint32_t)strlen(n->tag);
	}
	return true;
}

static bool is_known(const struct node *n)
{
	return !n || (n != &anything && !(n->kind == NODE_STRING && n->tag));
}

/* sure: it is made exactly once, whatever the values are. */
static void check_object(struct checker *c, struct node *object, bool sure)
{
	struct node *metadata = node_get(object, "metadata"), *name, *namespace;

	if (object == &anything || metadata == &anything || !is_known(node_get(object, "kind")))
		return;
	name = node_get(metadata, "name");
	namespace = node_get(metadata, "namespace");
	if (name == &anything)
		return;
	if (!object_finish(c->t, c->arena, object, c->labels, c->diags, &object))
		return;
	if (sure && is_known(node_get(object, "apiVersion")) && identify(name) &&
	    identify(namespace))
		(void)object_is_new(c->t, object, &c->seen, &c->scratch, c->diags);
}

static void check_item(struct checker *c, const struct tpl *t, bool sure)
{
	struct node *object;

	if (t && (t->kind == TPL_IF || t->kind == TPL_FOR)) {
		c->scopes += t->kind == TPL_FOR;
		check_item(c, t->items[0], false);
		if (t->kind == TPL_IF)
			check_item(c, t->items[1], false);
		c->scopes -= t->kind == TPL_FOR;
		return;
	}
	if (t && (t->kind == TPL_LET || t->kind == TPL_ASSERT)) {
		c->scopes += t->kind == TPL_LET;
		check_item(c, t->items[t->kind == TPL_ASSERT], sure);
		c->scopes -= t->kind == TPL_LET;
		return;
	}
	/* A text is none; an expression may give a map that !let bound, or nothing. */
	object = t && t->kind != TPL_EXPR ? known_part(c, t) : NULL;
	if (object)
		check_object(c, object, sure);
}

static void check_labels(struct checker *c)
{
	static struct node none = { .kind = NODE_MAP };

	if (!c->t->labels)
		return;
	if (c->t->labels->kind == TPL_CONST && labels_check(c->t->labels->node, c->diags))
		c->labels = c->t->labels->node;
	else
		c->labels = &none;
}

/* What the residual says will fail, in the severity that it has then. */
static void take_foretold(struct error_list *found, struct error_list *diags)
{
	for (size_t i = 0; i < found->len; i++) {
		found->items[i].severity = SEVERITY_ERROR;
		error_list_take(diags, &found->items[i]);
	}
	found->len = 0;
}

void template_check_objects(struct template *t, struct error_list *diags)
{
	struct checker c = { .arena = t->arena, .diags = diags, .scratch = STRBUF_INIT };
	cleanup_error_list struct error_list foretold = ERROR_LIST_INIT;
	struct template *r;
	struct tpl *o;

	if (template_expand(t, &(struct bind_options){ 0 }, &r, &foretold) < 0)
		return;
	take_foretold(&foretold, diags);
	c.t = r;
	o = r->objects;
	check_labels(&c);
	for (uint32_t i = 0; o->kind == TPL_SEQ && i < o->count; i++)
		check_item(&c, o->items[i], true);
	for (uint32_t i = 0; o->kind == TPL_CONST && i < o->node->len; i++)
		check_object(&c, o->node->items[i], true);
	strmap_release(&c.seen);
	strbuf_release(&c.scratch);
}
