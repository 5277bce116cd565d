/* SPDX-License-Identifier: Apache-2.0 */
#include "template/openshift/process.h"

#include "base/log.h"
#include "template/diagnostics.h"
#include "template/openshift/groups.h"
#include "template/openshift/labels.h"
#include "template/openshift/references.h"
#include "template/openshift/substitute.h"

#include <string.h>

struct processor {
	struct arena *arena;
	unsigned flags;
	const struct node *labels; /* filled, or NULL */
	struct substitution subst;
	struct error_list *errors;
};

int openshift_add_labels(struct openshift_template *t, const char *spec, struct error *err)
{
	if (!t->labels)
		t->labels = node_map(t->arena, NULL, 0, NULL);
	return labels_parse(t->arena, spec, t->labels, err);
}

static int generate_one(struct arena *a, struct param *p, const struct random_source *rs,
			struct error *err)
{
	static const struct random_source any = { .seed = NULL };

	if (p->value && p->value_len > 0)
		return 0;
	if (p->generate &&
	    param_generate(a, p, rs ? rs : &any, &p->value, &p->value_len, err) < 0) {
		error_locate(err, &p->pos);
		return -ERR_INVALID;
	}
	if (p->generate)
		log_say(LOG_STEP, "parameter %s: generated", p->name);
	if (p->required && (!p->value || p->value_len == 0)) {
		error_set_at(err, ERR_INVALID, &p->pos,
			     "parameter '%s' is required and must be specified", p->name);
		error_hint(err, "add -p %s=VALUE", p->name);
		return -ERR_INVALID;
	}
	return 0;
}

int openshift_generate(struct openshift_template *t, const struct random_source *rs,
		       struct error_list *errors)
{
	int r = 0;

	for (size_t i = 0; i < t->param_count; i++) {
		struct error err = ERROR_INIT;

		if (generate_one(t->arena, &t->params[i], rs, &err) < 0) {
			if (err.code)
				diagnose_error(errors, err.code, &err);
			else
				error_list_take(errors, &err);
			r = -ERR_INVALID;
		}
	}
	return r;
}

static struct node *fail_object(struct processor *p, size_t index, const struct node *object,
				const char *why, const char *hint)
{
	struct error err = ERROR_INIT;

	error_set_at(&err, ERR_INVALID, &object->pos, "cannot process object %zu: %s", index, why);
	if (hint)
		error_hint(&err, "%s", hint);
	error_list_take(p->errors, &err);
	return NULL;
}

static void set_text(struct arena *a, struct node *map, const char *key, const char *text)
{
	if (!node_is_string(node_get(map, key), text))
		node_set(a, map, key, node_cstring(a, text));
}

/* What only a parameter can put into a namespace stays; a written one is taken away. */
static bool is_reference_text(const struct node *n)
{
	struct reference ref;
	size_t at = 0;

	return n->kind == NODE_STRING && reference_next(n->text, n->len, &at, &ref);
}

void openshift_strip_namespace(struct arena *a, struct node *object)
{
	struct node *metadata = node_get(object, "metadata");
	struct node *ns;

	if (!metadata) {
		ns = node_get(object, "namespace");
		if (ns && !is_reference_text(ns))
			set_text(a, object, "namespace", "");
		return;
	}
	ns = metadata->kind == NODE_MAP ? node_get(metadata, "namespace") : NULL;
	if (!ns || is_reference_text(ns))
		return;
	metadata = node_copy_shallow(a, metadata);
	if (ns->kind == NODE_STRING && ns->len > 0)
		node_remove(metadata, "namespace");
	else
		set_text(a, metadata, "namespace", "");
	node_set(a, object, "metadata", metadata);
}

/*
 * What oc does with kind and apiVersion of an object: OpenShift kinds without a group get theirs,
 * and both fields are there as strings.
 */
void openshift_set_group(struct arena *a, struct node *object)
{
	const char *version = node_text_of(object, "apiVersion");
	const char *kind = node_text_of(object, "kind");
	const char *slash = strchr(version, '/');
	const char *group;

	if (slash && strchr(slash + 1, '/')) {
		/* Three parts are no group and version: then oc knows no kind either. */
		version = kind = "";
	} else if (!slash || slash == version) {
		if (slash)
			version = slash + 1;
		group = openshift_group_of(kind);
		if (group)
			version = arena_printf(a, "%s/%s", group, version);
	}
	set_text(a, object, "apiVersion", version);
	set_text(a, object, "kind", kind);
}

static struct node *strip_managed_fields(struct arena *a, struct node *object)
{
	struct node *metadata = node_get(object, "metadata");

	if (!metadata || metadata->kind != NODE_MAP || !node_get(metadata, "managedFields"))
		return object;
	object = node_copy_shallow(a, object);
	metadata = node_copy_shallow(a, metadata);
	node_remove(metadata, "managedFields");
	node_set(a, object, "metadata", metadata);
	return object;
}

/* An object with "items" is a list of objects. Its items get the kind that its own kind says. */
static struct node *read_list_items(struct processor *p, size_t index, const struct node *list)
{
	struct arena *a = p->arena;
	const struct node *items = node_get(list, "items");
	const char *kind = node_text_of(list, "kind");
	size_t kind_len = strlen(kind);
	struct node *copy;

	if (items->kind == NODE_NULL)
		return node_seq(a, NULL, 0, &items->pos);
	if (items->kind != NODE_SEQ)
		return fail_object(p, index, items, "'items' is no list", NULL);
	if (kind_len >= 4 && strcmp(kind + kind_len - 4, "List") == 0)
		kind_len -= 4;
	copy = node_copy_shallow(a, items);
	for (size_t i = 0; i < copy->len; i++) {
		struct node *item = copy->items[i];

		if (item->kind == NODE_NULL)
			item = node_map(a, NULL, 0, &item->pos);
		if (item->kind != NODE_MAP)
			return fail_object(p, index, item, "an item of its list is no map", NULL);
		if (node_text_of(item, "kind")[0] || node_text_of(item, "apiVersion")[0])
			continue;
		item = node_copy_shallow(a, item);
		node_set(a, item, "kind", node_string(a, kind, kind_len, NULL));
		set_text(a, item, "apiVersion", node_text_of(list, "apiVersion"));
		copy->items[i] = item;
	}
	return copy;
}

/* Checks what oc needs to take a document for an object. */
static const char *why_no_object(const struct node *object)
{
	const char *version, *slash;

	if (object->kind != NODE_MAP)
		return "it is no map";
	if (node_text_of(object, "kind")[0] == '\0')
		return "it has no 'kind'";
	version = node_text_of(object, "apiVersion");
	slash = strchr(version, '/');
	if (slash && strchr(slash + 1, '/'))
		return "its apiVersion has more than one '/'";
	return NULL;
}

static void strip_list_managed_fields(struct arena *a, struct node *list)
{
	struct node *items = node_copy_shallow(a, node_get(list, "items"));

	for (size_t i = 0; i < items->len; i++)
		items->items[i] = strip_managed_fields(a, items->items[i]);
	node_set(a, list, "items", items);
}

static struct node *process_object(struct processor *p, size_t index, struct node *source)
{
	struct arena *a = p->arena;
	struct node *object, *made;
	const char *why;
	bool is_list;

	if (source->kind == NODE_NULL && !p->labels)
		return source;
	if (source->kind == NODE_NULL)
		return fail_object(p, index, source, "labels cannot be added to null", NULL);
	why = why_no_object(source);
	if (why)
		return fail_object(p, index, source, why, "every object needs kind and apiVersion");
	is_list = node_get(source, "items") != NULL;
	if (is_list && p->labels)
		return fail_object(p, index, source, "labels cannot be added to a list of objects",
				   "put the objects of the list into the template itself");

	object = node_copy_shallow(a, source);
	if (is_list) {
		struct node *items = read_list_items(p, index, source);

		if (!items)
			return NULL;
		node_set(a, object, "items", items);
	} else {
		openshift_strip_namespace(a, object);
	}
	made = substitute_node(&p->subst, object);
	object = made == object ? object : node_copy_shallow(a, made);
	openshift_set_group(a, object);
	if (p->labels)
		labels_apply(a, object, p->labels);
	if (p->flags & OPENSHIFT_MANAGED_FIELDS)
		return object;
	if (!is_list)
		return strip_managed_fields(a, object);
	if (p->flags & OPENSHIFT_RAW)
		strip_list_managed_fields(a, object);
	return object;
}

static void fill_message_and_labels(struct processor *p, struct openshift_template *t)
{
	if (t->message) {
		const struct node *n = node_get(t->root, "message");

		t->message = substitute_text(&p->subst, t->message, t->message_len,
					     n ? &n->pos : NULL, &t->message_len);
	}
	if (t->labels)
		t->labels = labels_substitute(&p->subst, t->labels);
	p->labels = t->labels;
}

int openshift_process(struct openshift_template *t, unsigned flags, struct node **ret,
		      struct error_list *errors)
{
	struct processor p = { .arena = t->arena, .flags = flags, .errors = errors };
	size_t errors_before = errors->errors;
	struct node *items;

	substitution_init(&p.subst, t->arena, t->params, t->param_count, errors);
	fill_message_and_labels(&p, t);
	items = t->objects ? node_copy_shallow(t->arena, t->objects)
			   : node_new(t->arena, NODE_NULL, NULL);
	for (size_t i = 0; t->objects && i < t->objects->len && !p.subst.failed; i++)
		items->items[i] = process_object(&p, i, t->objects->items[i]);
	substitution_release(&p.subst);
	if (errors->errors > errors_before)
		return -ERR_INVALID;
	*ret = items;
	return 0;
}
