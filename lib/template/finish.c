/* SPDX-License-Identifier: Apache-2.0 */
#include "template/finish.h"

#include <string.h>

#include "template/diagnostics.h"
#include "template/openshift/labels.h"
#include "template/openshift/process.h"

bool labels_check(const struct node *labels, struct error_list *diags)
{
	bool ok = true;

	if (labels->kind != NODE_MAP) {
		diagnose(diags, "T004", &labels->pos, NULL, "field 'labels': expected map, got %s",
			 node_kind_name(labels));
		return false;
	}
	for (uint32_t i = 0; i < labels->len; i++) {
		const struct entry *e = &labels->entries[i];

		if (e->value->kind == NODE_STRING)
			continue;
		diagnose(diags, "T004", &e->value->pos, "quote it",
			 "label '%s': expected string, got %s", e->key->text,
			 node_kind_name(e->value));
		ok = false;
	}
	return ok;
}

static bool is_object(const struct node *n)
{
	const struct node *kind = node_get(n, "kind");

	return kind && kind->kind == NODE_STRING && kind->len;
}

static bool own_labels_are_strings(const struct node *metadata, struct error_list *diags)
{
	const struct node *labels = node_get(metadata, "labels");
	bool ok = true;

	for (uint32_t i = 0; labels && labels->kind == NODE_MAP && i < labels->len; i++) {
		const struct node *v = labels->entries[i].value;

		if (v->kind == NODE_STRING)
			continue;
		diagnose(diags, "T311", &v->pos, "quote it", "label '%s' is a %s, not a string",
			 labels->entries[i].key->text, node_kind_name(v));
		ok = false;
	}
	return ok;
}

/* Writes the labels into a copy of the object, which is what *object becomes. */
static bool add_labels(const struct template *t, struct arena *a, struct node **object,
		       const struct node *labels, struct error_list *diags)
{
	struct node *metadata = node_get(*object, "metadata");

	if (node_get(*object, "items")) {
		diagnose(diags, "T310", &(*object)->pos,
			 "put the objects of the list into the template itself",
			 "labels cannot be written to a list of objects");
		return false;
	}
	if (metadata && metadata->kind != NODE_MAP) {
		diagnose(diags, "T004", &metadata->pos, NULL,
			 "field 'metadata': expected map, got %s", node_kind_name(metadata));
		return false;
	}
	if (t->language == TEMPLATE_OPENSHIFT)
		own_labels_are_strings(metadata, diags);
	*object = node_copy_shallow(a, *object);
	labels_apply(a, *object, labels);
	return true;
}

bool object_finish(const struct template *t, struct arena *a, struct node *object,
		   const struct node *labels, struct error_list *diags, struct node **ret)
{
	const struct node *version;

	if (!is_object(object)) {
		diagnose(diags, "T212", &object->pos, NULL,
			 "an object must be a map with a 'kind', got %s", node_kind_name(object));
		return false;
	}
	if (t->language == TEMPLATE_OPENSHIFT) {
		object = node_copy_shallow(a, object);
		openshift_set_group(a, object);
	}
	version = node_get(object, "apiVersion");
	if (!version || version->kind != NODE_STRING || !version->len) {
		diagnose(diags, "T212", version ? &version->pos : &object->pos, NULL,
			 "object of kind '%s' has no apiVersion", node_get(object, "kind")->text);
		return false;
	}
	if (labels && !add_labels(t, a, &object, labels, diags))
		return false;
	*ret = object;
	return true;
}
