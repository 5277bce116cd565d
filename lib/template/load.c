/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/suggest.h"
#include "template/diagnostics.h"
#include "template/directive.h"
#include "template/generator.h"
#include "template/param_internal.h"
#include "template/scope.h"

/* Our own template language: a document tree to the syntax tree. */

static const char *const fields[] = { "apiVersion", "kind",    "metadata", "parameters",
				      "labels",	    "message", "objects",  "residual" };

void loader_release(struct loader *l)
{
	strmap_release(&l->params);
	free(l->pieces);
}

void loader_declare(struct loader *l)
{
	for (size_t i = 0; i < l->t->param_count; i++) {
		struct param *p = &l->t->params[i];
		struct usage *u = arena_zalloc(l->arena, sizeof(*u));

		u->param = p;
		if (strmap_get(&l->params, p->name, strlen(p->name)))
			diagnose(l->diags, "T111", &p->pos, "remove one of the two declarations",
				 "parameter '%s' is declared twice", p->name);
		else
			strmap_put(&l->params, p->name, strlen(p->name), u);
	}
}

static void suggest_names(const struct loader *l, const char *word, struct suggestion *s)
{
	for (const struct local_name *n = l->locals; n; n = n->outer)
		suggest_offer(s, word, n->name);
	for (size_t i = 0; i < l->t->param_count && !error_list_is_full(l->diags); i++)
		suggest_offer(s, word, l->t->params[i].name);
}

static void check_name(const struct expr *e, void *data)
{
	struct loader *l = data;
	struct suggestion s = { 0 };
	struct usage *u;

	for (const struct local_name *n = l->locals; n; n = n->outer)
		if (!strcmp(n->name, e->name))
			return;
	u = strmap_get(&l->params, e->name, strlen(e->name));
	if (u) {
		u->used = true;
		return;
	}
	suggest_names(l, e->name, &s);
	diagnose(l->diags, "T202", &e->pos,
		 s.best ? arena_printf(l->arena, "did you mean '%s'?", s.best)
			: "declare it under 'parameters', or put text in quotes",
		 "unknown name '%s'", e->name);
}

void loader_check_names(struct loader *l, const struct expr *e)
{
	expr_each_name(e, check_name, l);
}

/* An OpenShift Template may be so, and so may what is left of one. */
static void report_constant_generator(struct loader *l, const struct param *p)
{
	if (l->t->language == TEMPLATE_OWN && !l->t->residual &&
	    !generator_has_block(p->from, strlen(p->from)))
		diagnose(l->diags, "T304", &p->from_pos,
			 "a block is '[a-z0-9]{8}'; a constant is a 'value'",
			 "parameter '%s': 'from' holds no generator block: all that it generates is "
			 "equal",
			 p->name);
}

void loader_check_generator(struct loader *l, struct param *p, const struct node *decl)
{
	cleanup_scalar_places struct scalar_places places = { 0 };
	struct pos pos;
	size_t at;

	if (!p->from)
		return;
	param_locate_generator(p, l->source, decl);
	if (!generator_near_miss(p->from, strlen(p->from), &at)) {
		report_constant_generator(l, p);
		return;
	}
	scalar_places_init(&places, l->source, node_get(decl, "from"));
	pos = scalar_place(&places, at);
	diagnose(l->diags, "T304", &pos, "a block is '[a-z0-9]{8}'",
		 "parameter '%s': what looks like a generator block is literal text", p->name);
}

void loader_report_unused(struct loader *l)
{
	for (size_t i = 0; i < l->t->param_count; i++) {
		const struct param *p = &l->t->params[i];
		struct usage *u = strmap_get(&l->params, p->name, strlen(p->name));

		if (u && u->param == p && !u->used)
			diagnose(l->diags, "T302", &p->pos, "remove its declaration, or use it",
				 "parameter '%s' is never used", p->name);
	}
}

static void check_fields(struct loader *l, const struct node *doc)
{
	for (uint32_t i = 0; i < doc->len; i++) {
		const struct node *key = doc->entries[i].key;
		struct suggestion s = { 0 };
		bool known = false;

		for (size_t f = 0; f < sizeof(fields) / sizeof(*fields); f++) {
			known |= node_is_string(key, fields[f]);
			suggest_offer(&s, key->text, fields[f]);
		}
		if (!known)
			diagnose(l->diags, "T003", &key->pos,
				 s.best ? arena_printf(l->arena, "did you mean '%s'?", s.best)
					: NULL,
				 "unknown field '%s' of a template", key->text);
	}
}

static void load_metadata(struct loader *l, const struct node *doc)
{
	struct node *metadata = node_get(doc, "metadata"), *annotations;
	cleanup_error struct error err = ERROR_INIT;
	struct template *t = l->t;

	if (node_get_map(doc, "metadata", &metadata, &err) < 0 || !metadata ||
	    node_get_string(metadata, "name", &t->name, &err) < 0 ||
	    node_get_map(metadata, "annotations", &annotations, &err) < 0)
		goto out;
	annotations = node_get(metadata, "annotations");
	if (annotations &&
	    (node_get_string(annotations, "description", &t->description, &err) < 0 ||
	     node_get_string(annotations, "example", &t->example, &err) < 0))
		goto out;
out:
	if (err.class)
		diagnose_error(l->diags, "T004", &err);
}

static struct node *list_field(struct loader *l, const struct node *doc, const char *key)
{
	struct node *n = node_get(doc, key);

	if (!n || (n->kind == NODE_NULL && !n->tag))
		return NULL;
	if (n->kind == NODE_SEQ && !n->tag)
		return n;
	diagnose(l->diags, "T004", &n->pos, NULL, "field '%s': expected list, got %s", key,
		 n->tag ? n->tag : node_kind_name(n));
	return NULL;
}

/* A parameter whose declaration is wrong is still no unknown name. */
static void declare_broken(struct loader *l, const struct node *decl)
{
	const struct node *name = node_get(decl, "name");

	if (name && name->kind == NODE_STRING && name->len &&
	    !strmap_get(&l->params, name->text, name->len)) {
		struct usage *u = arena_zalloc(l->arena, sizeof(*u));

		u->used = true;
		strmap_put(&l->params, name->text, name->len, u);
	}
}

static void load_parameters(struct loader *l, const struct node *doc)
{
	struct node *list = list_field(l, doc, "parameters");
	ptrdiff_t at = node_index(doc, "parameters", strlen("parameters"));

	l->t->parameters_pos = at < 0 ? doc->pos : doc->entries[at].key->pos;
	if (!list)
		return;
	if (list->len > LIMIT_PARAMETERS) {
		diagnose(l->diags, "T006", &list->pos, NULL, "more than %zu parameters",
			 LIMIT_PARAMETERS);
		return;
	}
	l->t->params = arena_zalloc(l->arena, list->len * sizeof(*l->t->params));
	for (uint32_t i = 0; i < list->len; i++) {
		cleanup_error struct error err = ERROR_INIT;

		struct param *p = &l->t->params[l->t->param_count];

		if (param_read(l->arena, list->items[i], p, &err) < 0) {
			error_locate(&err, &list->items[i]->pos);
			diagnose_error(l->diags, "T101", &err);
			declare_broken(l, list->items[i]);
			continue;
		}
		l->t->param_count++;
		loader_check_generator(l, p, list->items[i]);
		if (param_check_generator(p, &err) < 0)
			diagnose_error(l->diags, "T107", &err);
	}
}

void load_own(struct loader *l, const struct node *doc)
{
	struct node *n;

	check_fields(l, doc);
	load_metadata(l, doc);
	load_parameters(l, doc);
	loader_declare(l);
	n = node_get(doc, "labels");
	if (n && n->kind != NODE_NULL)
		l->t->labels = directive_load(l, n);
	n = node_get(doc, "message");
	if (n && n->kind != NODE_NULL)
		l->t->message = message_load(l, n);
	n = list_field(l, doc, "objects");
	l->t->objects = n ? directive_load(l, n) : tpl_new_items(l->arena, TPL_SEQ, &doc->pos, 0);
}
