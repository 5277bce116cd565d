/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "template/diagnostics.h"
#include "template/residual.h"
#include "template/source_map.h"

void residual_begin(struct loader *l, const struct node *field)
{
	l->t->residual = true;
	if (node_is_string(node_get(field, "language"), "openshift"))
		l->t->language = TEMPLATE_OPENSHIFT;
}

static bool read_decided(struct loader *l, const struct node *n, struct decided *ret)
{
	const struct node *name = node_get(n, "name"), *type = node_get(n, "type");
	const struct node *digest = node_get(n, "digest");
	int number = type && type->kind == NODE_STRING ? param_type_from_name(type->text) : -1;

	if (!name || name->kind != NODE_STRING || number < 0 || !digest ||
	    digest->kind != NODE_STRING) {
		diagnose(l->diags, "T004", &n->pos, "do not edit the field 'residual'",
			 "an entry of 'decided' needs name, type and digest");
		return false;
	}
	*ret = (struct decided){ .name = name->text, .digest = digest->text, .pos = name->pos };
	/* An enum was checked when it was decided; only its text counts now. */
	ret->decl = (struct param){ .name = name->text,
				    .type = number == PARAM_ENUM ? PARAM_STRING
								 : (enum param_type)number,
				    .pos = name->pos };
	return true;
}

static void read_all_decided(struct loader *l, const struct node *list)
{
	struct template *t = l->t;

	if (!list || list->kind != NODE_SEQ)
		return;
	t->decided = arena_zalloc(l->arena, list->len * sizeof(*t->decided));
	for (uint32_t i = 0; i < list->len; i++)
		t->decided_count += read_decided(l, list->items[i], &t->decided[t->decided_count]);
}

static bool apply_map(struct loader *l, const struct node *files, const struct node *positions)
{
	cleanup_strbuf struct strbuf text = STRBUF_INIT;
	const char **names;

	if (!files || files->kind != NODE_SEQ || !positions || positions->kind != NODE_SEQ)
		return false;
	names = arena_alloc(l->arena, files->len * sizeof(*names));
	for (uint32_t i = 0; i < files->len; i++) {
		if (files->items[i]->kind != NODE_STRING)
			return false;
		names[i] = files->items[i]->text;
	}
	for (uint32_t i = 0; i < positions->len; i++) {
		if (positions->items[i]->kind != NODE_STRING)
			return false;
		strbuf_add(&text, positions->items[i]->text, positions->items[i]->len);
	}
	return source_map_apply(l->t, text.buf, text.len, names, files->len);
}

void residual_finish(struct loader *l, const struct node *field)
{
	size_t before = l->diags->errors;

	read_all_decided(l, node_get(field, "decided"));
	if (l->diags->errors == before &&
	    !apply_map(l, node_get(field, "files"), node_get(field, "positions")))
		diagnose(l->diags, "T011", &field->pos,
			 "positions in messages are those of this file",
			 "the source map does not fit: the file was edited");
}
