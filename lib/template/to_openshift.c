/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/memory.h"
#include "template/diagnostics.h"
#include "template/openshift/references.h"
#include "template/template.h"

/*
 * A residual as a plain OpenShift Template. That language can only put text into strings, so every
 * other use of a parameter needs it to be known: T501 names each one.
 */

struct converter {
	struct arena *arena;
	const struct template *t;
	struct error_list *diags;
	struct strmap blamed; /* parameters that were reported: once each */
	const struct tpl *let; /* around this text, or NULL: what folding kept apart */
};

static const struct param *find_param(const struct converter *c, const char *name)
{
	for (size_t i = 0; i < c->t->param_count; i++)
		if (!strcmp(c->t->params[i].name, name))
			return &c->t->params[i];
	return NULL;
}

static void blame_name(const struct expr *e, void *data)
{
	struct converter *c = data;

	if (!find_param(c, e->name) ||
	    strmap_put(&c->blamed, e->name, strlen(e->name), (void *)e->name))
		return;
	diagnose(c->diags, "T501", &e->pos, arena_printf(c->arena, "-p %s=…", e->name),
		 "parameter '%s' must be known for an OpenShift Template", e->name);
}

static struct node *blame(struct converter *c, const struct tpl *t, const struct expr *e)
{
	size_t before = c->diags->errors, known = c->blamed.count;

	expr_each_name(e, blame_name, c);
	if (c->diags->errors == before && c->blamed.count == known && !known)
		diagnose(c->diags, "T501", &t->pos, "render it to see why",
			 "this cannot be written in an OpenShift Template");
	return node_new(c->arena, NODE_NULL, &t->pos);
}

/* A string parameter keeps its text; the other types are written anew and must be known. */
static bool keeps_text(const struct param *p)
{
	return p && p->type != PARAM_INTEGER && p->type != PARAM_BOOLEAN && p->type != PARAM_PORT &&
	       p->type != PARAM_QUANTITY;
}

/* NULL: nothing, whose key or item is left out. */
static struct node *convert(struct converter *c, const struct tpl *t);

/* Constant text must not become a reference; it cannot be escaped. */
static void check_literal(struct converter *c, const char *text, size_t len, const struct pos *pos)
{
	struct reference ref;

	for (size_t at = 0; reference_next(text, len, &at, &ref);) {
		const char *name = arena_memdupz(c->arena, ref.name, ref.name_len);

		if (find_param(c, name) &&
		    !strmap_put(&c->blamed, name, ref.name_len, (void *)name))
			diagnose(
				c->diags, "T501", pos, arena_printf(c->arena, "-p %s=…", name),
				"the text '${%s}' would become a reference: parameter '%s' must be known",
				name, name);
	}
}

static void check_node(struct converter *c, const struct node *n)
{
	if (n->kind == NODE_STRING)
		check_literal(c, n->text, n->len, &n->pos);
	if (n->kind == NODE_SEQ)
		for (uint32_t i = 0; i < n->len; i++)
			check_node(c, n->items[i]);
	if (n->kind == NODE_MAP)
		for (uint32_t i = 0; i < n->len; i++) {
			check_node(c, n->entries[i].key);
			check_node(c, n->entries[i].value);
		}
}

/* Appends the value of a name that folding kept apart from a text. */
static bool add_bound(const struct converter *c, const char *name, struct strbuf *text)
{
	cleanup_error struct error err = ERROR_INIT;
	struct value v;

	for (size_t i = 0; c->let && i < c->let->count; i++) {
		const struct tpl_binding *b = &c->let->bindings[i];

		if (!strcmp(b->name, name))
			return b->value->kind == TPL_EXPR && expr_is_const(b->value->expr, &v) &&
			       value_to_text(&v, text, &err) == 0;
	}
	return false;
}

static struct node *convert_text(struct converter *c, const struct tpl *t)
{
	cleanup_strbuf struct strbuf text = STRBUF_INIT;

	for (size_t i = 0; i < t->count; i++) {
		const struct tpl_piece *p = &t->pieces[i];

		if (!p->expr) {
			strbuf_add(&text, p->text, p->len);
			check_literal(c, p->text, p->len, &t->pos);
		} else if (p->expr->kind == EXPR_NAME && add_bound(c, p->expr->name, &text)) {
			continue;
		} else if (p->expr->kind == EXPR_NAME && keeps_text(find_param(c, p->expr->name))) {
			strbuf_addf(&text, "${%s}", p->expr->name);
		} else {
			return blame(c, t, p->expr);
		}
	}
	return node_string(c->arena, text.buf, text.len, &t->pos);
}

static struct node *convert_expr(struct converter *c, const struct tpl *t)
{
	const struct param *p = t->expr->kind == EXPR_NAME ? find_param(c, t->expr->name) : NULL;

	if (!p)
		return blame(c, t, t->expr);
	if (keeps_text(p))
		return node_cstring(c->arena, arena_printf(c->arena, "${%s}", p->name));
	if (p->type != PARAM_QUANTITY)
		return node_cstring(c->arena, arena_printf(c->arena, "${{%s}}", p->name));
	return blame(c, t, t->expr);
}

static struct node *convert_json(struct converter *c, const struct tpl *t)
{
	struct value v;

	if (t->expr->kind == EXPR_NAME)
		return node_cstring(c->arena, arena_printf(c->arena, "${{%s}}", t->name));
	/* A decided one that only rendering judges: a parameter of its own keeps it as it is. */
	if (expr_is_const(t->expr, &v))
		check_literal(c, v.text, v.len, &t->pos);
	diagnose(c->diags, "T501", &t->pos, "leave this parameter open",
		 "the value of '${{%s}}' cannot be written in an OpenShift Template", t->name);
	return node_new(c->arena, NODE_NULL, &t->pos);
}

static struct node *convert_map(struct converter *c, const struct tpl *t)
{
	struct entry *entries = arena_alloc(c->arena, t->count * sizeof(*entries));
	size_t len = 0;

	for (size_t i = 0; i < t->count; i++) {
		struct node *value = convert(c, t->entries[i].value);

		if (!value)
			continue;
		entries[len].key = convert(c, t->entries[i].key);
		entries[len++].value = value;
	}
	return node_map(c->arena, entries, len, &t->pos);
}

static struct node *convert_seq(struct converter *c, const struct tpl *t)
{
	struct node **items = arena_alloc(c->arena, t->count * sizeof(*items));
	size_t len = 0;

	for (size_t i = 0; i < t->count; i++) {
		items[len] = convert(c, t->items[i]);
		len += items[len] != NULL;
	}
	return node_seq(c->arena, items, len, &t->pos);
}

static struct node *convert_let(struct converter *c, const struct tpl *t)
{
	const struct tpl *body = t->items[0];
	struct node *n;

	for (size_t i = 0; i < t->count; i++)
		if (!body || body->kind != TPL_TEXT || t->bindings[i].value->kind != TPL_EXPR)
			convert(c, t->bindings[i].value);
	c->let = t;
	n = body ? convert(c, body) : NULL;
	c->let = NULL;
	return n;
}

static struct node *convert(struct converter *c, const struct tpl *t)
{
	switch ((enum tpl_kind)t->kind) {
	case TPL_CONST:
		check_node(c, t->node);
		return t->node;
	case TPL_MAP:
		return convert_map(c, t);
	case TPL_SEQ:
		return convert_seq(c, t);
	case TPL_TEXT:
		return convert_text(c, t);
	case TPL_EXPR:
		return convert_expr(c, t);
	case TPL_JSON:
		return convert_json(c, t);
	case TPL_IF:
	case TPL_FOR:
	case TPL_ASSERT:
		return blame(c, t, t->expr);
	case TPL_LET:
		return convert_let(c, t);
	}
	return t->node;
}

static void report_lost_checks(struct converter *c, const struct param *p)
{
	if (p->pattern || p->minimum || p->maximum || p->choice_count ||
	    (p->type != PARAM_STRING && p->type != PARAM_PASSWORD && p->type != PARAM_SECRET))
		diagnose(c->diags, "T502", &p->pos, "give it now to have it checked",
			 "parameter '%s' is only text in an OpenShift Template: it is not checked",
			 p->name);
}

static struct node *convert_param(struct converter *c, const struct param *p)
{
	struct node *map = node_map(c->arena, NULL, 0, NULL);

	if (c->t->language == TEMPLATE_OWN)
		report_lost_checks(c, p);
	node_set_text(c->arena, map, "name", p->name);
	node_set_text(c->arena, map, "displayName", p->display_name);
	node_set_text(c->arena, map, "description", p->description);
	if (p->value && p->value_len)
		node_set(c->arena, map, "value",
			 node_string(c->arena, p->value, p->value_len, NULL));
	node_set_text(c->arena, map, "generate", p->generate);
	node_set_text(c->arena, map, "from", p->from);
	if (p->required)
		node_set(c->arena, map, "required", node_bool(c->arena, true));
	return map;
}

static struct node *convert_head(struct converter *c)
{
	struct arena *a = c->arena;
	const struct template *t = c->t;
	struct node *map = node_map(a, NULL, 0, NULL), *metadata = node_map(a, NULL, 0, NULL);
	struct node *annotations = node_map(a, NULL, 0, NULL);
	struct node **params = arena_alloc(a, t->param_count * sizeof(*params));

	node_set_text(a, map, "apiVersion", "template.openshift.io/v1");
	node_set_text(a, map, "kind", "Template");
	node_set_text(a, metadata, "name", t->name);
	node_set_text(a, annotations, "description", t->description);
	if (annotations->len)
		node_set(a, metadata, "annotations", annotations);
	node_set(a, map, "metadata", metadata);
	for (size_t i = 0; i < t->param_count; i++)
		params[i] = convert_param(c, &t->params[i]);
	if (t->param_count)
		node_set(a, map, "parameters", node_seq(a, params, t->param_count, NULL));
	return map;
}

int template_to_openshift(struct template *t, struct node **ret, struct error_list *diags)
{
	struct converter c = { .arena = t->arena, .t = t, .diags = diags };
	size_t before = diags->errors;
	struct node *map = convert_head(&c);

	if (t->labels)
		node_set(t->arena, map, "labels", convert(&c, t->labels));
	if (t->message)
		node_set(t->arena, map, "message", convert(&c, t->message));
	node_set(t->arena, map, "objects", convert(&c, t->objects));
	strmap_release(&c.blamed);
	*ret = map;
	return diags->errors > before ? -ERR_INVALID : 0;
}
