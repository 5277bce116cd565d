/* SPDX-License-Identifier: Apache-2.0 */
#include <ctype.h>
#include <string.h>

#include "base/limits.h"
#include "base/memory.h"
#include "template/diagnostics.h"
#include "template/openshift/process.h"
#include "template/openshift/references.h"
#include "template/scope.h"

/*
 * An OpenShift Template to the syntax tree, strictly: what oc process would pass over in
 * silence is reported.
 */

static struct tpl *load(struct loader *l, struct node *n);

static struct usage *find_param(struct loader *l, const char *name, size_t len)
{
	return strmap_get(&l->params, name, len);
}

static void unknown_reference(struct loader *l, const struct pos *pos, const struct reference *ref)
{
	diagnose(l->diags, "T301", pos,
		 "declare it under 'parameters'; `process` prints it as it stands",
		 "reference to unknown parameter '%.*s'", (int)ref->name_len, ref->name);
}

/* What was meant as a reference and is none: "${ X}", "${a-b}", "x${{X}}", "${X". */
static void report_near_misses(struct loader *l, struct scalar_places *places)
{
	const struct node *n = places->node;
	const char *s = n->text, *end = s + n->len, *at = s, *close;
	struct pos pos;

	while ((at = memchr(at, '$', (size_t)(end - at))) != NULL) {
		const char *name = at + 2;

		if (end - at < 3 || at[1] != '{') {
			at++;
			continue;
		}
		close = memchr(name, '}', (size_t)(end - name));
		if (!close)
			return;
		if (*name == '{') {
			pos = scalar_place(places, (size_t)(at - s));
			diagnose(l->diags, "T303", &pos,
				 "'${{NAME}}' counts only as the whole string, without blanks",
				 "'%.*s' is no reference here", (int)(close - at), at);
		} else {
			size_t blanks = strspn(name, " \t"), len;

			name += blanks;
			for (len = 0; name + len < close && name[len] != ' '; len++)
				;
			/* Shell has ${X:-y} and the like: only what names a parameter was meant as
			 * one. */
			if (name + len <= close && (blanks || name + len < close) && len &&
			    find_param(l, name, len)) {
				pos = scalar_place(places, (size_t)(at - s));
				diagnose(l->diags, "T303", &pos, "write it as '${NAME}'",
					 "'%.*s' is no reference", (int)(close + 1 - at), at);
			}
		}
		at = close;
	}
}

static struct expr *name_expr(struct loader *l, struct scalar_places *places,
			      const struct reference *ref)
{
	struct usage *u = find_param(l, ref->name, ref->name_len);
	struct pos pos = scalar_place(places, ref->start);
	struct expr *e;

	if (!u) {
		unknown_reference(l, &pos, ref);
		return NULL;
	}
	u->used = true;
	e = arena_zalloc(l->arena, sizeof(*e));
	e->kind = EXPR_NAME;
	e->pos = pos;
	e->name = u->param->name;
	return e;
}

static struct tpl *load_whole(struct loader *l, struct scalar_places *places,
			      const struct reference *ref)
{
	struct expr *e = name_expr(l, places, ref);
	struct tpl *t;

	if (!e)
		return NULL;
	t = tpl_new(l->arena, TPL_JSON, &places->node->pos);
	t->expr = e;
	t->expr_pos = e->pos;
	t->name = e->name;
	return t;
}

static void add_text(struct loader *l, uint32_t *count, const char *text, size_t len)
{
	if (!len)
		return;
	ALLOC_GROW(l->pieces, *count + (size_t)1, l->piece_alloc);
	l->pieces[(*count)++] = (struct tpl_piece){ .text = text, .len = len };
}

static void add_expr(struct loader *l, uint32_t *count, struct expr *e)
{
	ALLOC_GROW(l->pieces, *count + (size_t)1, l->piece_alloc);
	l->pieces[(*count)++] = (struct tpl_piece){ .expr = e, .pos = e->pos };
}

static struct tpl *load_references(struct loader *l, struct scalar_places *places)
{
	const struct node *n = places->node;
	size_t at = 0, done = 0;
	struct reference ref;
	uint32_t count = 0;
	struct tpl *t;

	while (reference_next(n->text, n->len, &at, &ref)) {
		struct expr *e = name_expr(l, places, &ref);

		if (!e)
			continue;
		add_text(l, &count, n->text + done, ref.start - done);
		add_expr(l, &count, e);
		done = ref.end;
	}
	if (!done)
		return NULL;
	add_text(l, &count, n->text + done, n->len - done);
	t = tpl_new(l->arena, TPL_TEXT, &n->pos);
	t->count = count;
	t->pieces = arena_alloc(l->arena, count * sizeof(*t->pieces));
	memcpy(t->pieces, l->pieces, count * sizeof(*t->pieces));
	return t;
}

static struct tpl *load_dollar(struct loader *l, const struct node *n)
{
	cleanup_scalar_places struct scalar_places places = { 0 };
	struct reference ref;

	if (!reference_possible(n->text, n->len))
		return NULL;
	scalar_places_init(&places, l->source, n);
	if (reference_whole(n->text, n->len, &ref))
		return load_whole(l, &places, &ref);
	report_near_misses(l, &places);
	return load_references(l, &places);
}

static struct tpl *load_string(struct loader *l, const struct node *n)
{
	return n->known & TEXT_NO_DOLLAR ? NULL : load_dollar(l, n);
}

static struct tpl *load_seq(struct loader *l, struct node *n)
{
	struct tpl *t = NULL;

	for (uint32_t i = 0; i < n->len; i++) {
		struct tpl *item = load(l, n->items[i]);

		if (!item)
			continue;
		if (!t)
			t = tpl_new_items(l->arena, TPL_SEQ, &n->pos, n->len);
		t->items[i] = item;
	}
	for (uint32_t i = 0; t && i < n->len; i++)
		if (!t->items[i])
			t->items[i] = tpl_const(l->arena, n->items[i]);
	return t;
}

static struct tpl *load_whole_key(struct loader *l, const struct node *key,
				  const struct reference *ref)
{
	cleanup_scalar_places struct scalar_places places = { 0 };
	struct expr *e;
	struct tpl *t;

	scalar_places_init(&places, l->source, key);
	e = name_expr(l, &places, ref);
	t = e ? tpl_new(l->arena, TPL_TEXT, &key->pos) : NULL;
	if (!t)
		return NULL;
	/* As in oc: plain text works; what is JSON of another kind is an error there. */
	t->count = 1;
	t->pieces = arena_zalloc(l->arena, sizeof(*t->pieces));
	t->pieces[0].expr = e;
	t->pieces[0].pos = e->pos;
	return t;
}

static struct tpl *load_key(struct loader *l, const struct node *key)
{
	struct reference ref;

	if (key->known & TEXT_NO_DOLLAR)
		return NULL;
	if (reference_whole(key->text, key->len, &ref))
		return load_whole_key(l, key, &ref);
	return load_dollar(l, key);
}

/* Constants for what is left out of a map: most parts of most maps, so they are made in one go. */
static void fill_entries(struct loader *l, struct tpl *t, const struct node *n)
{
	struct tpl *constant;
	size_t missing = 0;

	for (uint32_t i = 0; i < n->len; i++)
		missing += !t->entries[i].key + (size_t)!t->entries[i].value;
	constant = arena_zalloc(l->arena, missing * sizeof(*constant));
	for (uint32_t i = 0; i < n->len; i++) {
		if (!t->entries[i].key) {
			tpl_set_const(constant, n->entries[i].key);
			t->entries[i].key = constant++;
		}
		if (!t->entries[i].value) {
			tpl_set_const(constant, n->entries[i].value);
			t->entries[i].value = constant++;
		}
	}
}

static struct tpl *load_map(struct loader *l, struct node *n)
{
	struct tpl *t = NULL;

	for (uint32_t i = 0; i < n->len; i++) {
		struct tpl *key = load_key(l, n->entries[i].key);
		struct tpl *value = load(l, n->entries[i].value);

		if (!key && !value)
			continue;
		if (!t) {
			t = tpl_new(l->arena, TPL_MAP, &n->pos);
			t->count = n->len;
			t->entries = arena_zalloc(l->arena, n->len * sizeof(*t->entries));
		}
		t->entries[i] = (struct tpl_entry){ .key = key, .value = value };
	}
	if (t)
		fill_entries(l, t, n);
	return t;
}

/* NULL: constant as it stands. */
static struct tpl *load(struct loader *l, struct node *n)
{
	n->tag = NULL; /* directives are of our own language */
	if (n->kind == NODE_STRING)
		return load_string(l, n);
	if (n->kind == NODE_SEQ)
		return load_seq(l, n);
	if (n->kind == NODE_MAP)
		return load_map(l, n);
	return NULL;
}

static struct tpl *load_or_const(struct loader *l, struct node *n)
{
	struct tpl *t = load(l, n);

	return t ? t : tpl_const(l->arena, n);
}

static void check_param(struct loader *l, struct param *p, const struct node *decl)
{
	if (isdigit((unsigned char)p->name[0]) ||
	    p->name[strspn(p->name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789_")])
		diagnose(l->diags, "T313", &p->pos, "use letters, digits and '_', no digit first",
			 "parameter name '%s' cannot be used", p->name);
	if (p->generate && strcmp(p->generate, "expression") != 0)
		diagnose(l->diags, "T110", &p->pos, "the only generator is 'expression'",
			 "parameter '%s': unknown generator '%s'", p->name, p->generate);
	loader_check_generator(l, p, decl);
}

/* Objects lose a written namespace before anything is filled in. */
static struct node *without_namespace(struct loader *l, struct node *object)
{
	const struct node *ns = node_path(object, "metadata", "namespace", NULL);
	struct node *copy;

	if (object->kind != NODE_MAP || !ns || node_get(object, "items"))
		return object;
	copy = node_copy_shallow(l->arena, object);
	openshift_strip_namespace(l->arena, copy);
	if (node_path(copy, "metadata", "namespace", NULL) != ns)
		diagnose(l->diags, "T312", &ns->pos, "use `apply -n` or a parameter",
			 "the written namespace is dropped");
	return copy;
}

static void load_objects(struct loader *l, struct node *objects)
{
	struct node *copy = node_copy_shallow(l->arena, objects);

	for (uint32_t i = 0; i < copy->len; i++)
		copy->items[i] = without_namespace(l, copy->items[i]);
	l->t->objects = load_or_const(l, copy);
}

void load_openshift(struct loader *l, const struct node *doc)
{
	struct openshift_template ot;
	cleanup_error struct error err = ERROR_INIT;
	struct template *t = l->t;
	ptrdiff_t at = node_index(doc, "parameters", strlen("parameters"));
	struct node *n;

	t->objects = tpl_new_items(l->arena, TPL_SEQ, &doc->pos, 0);
	t->parameters_pos = at < 0 ? doc->pos : doc->entries[at].key->pos;
	if (openshift_read(l->arena, doc, &ot, &err) < 0) {
		error_locate(&err, &doc->pos);
		diagnose_error(l->diags, "T004", &err);
		return;
	}
	t->name = ot.name;
	n = node_path(doc, "metadata", "annotations", "description", NULL);
	t->description = node_text(n);
	t->params = ot.params;
	t->param_count = ot.param_count;
	n = node_get(doc, "parameters");
	for (size_t i = 0; i < t->param_count; i++)
		check_param(l, &t->params[i], n->items[i]);
	loader_declare(l);
	n = node_get(doc, "labels");
	if (n && n->kind == NODE_MAP)
		t->labels = load_or_const(l, n);
	n = node_get(doc, "message");
	if (n && n->kind == NODE_STRING)
		t->message = load_or_const(l, n);
	if (ot.objects)
		load_objects(l, ot.objects);
}
