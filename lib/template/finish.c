/* SPDX-License-Identifier: Apache-2.0 */
#include "template/finish.h"

#include <string.h>

#include "base/memory.h"
#include "base/strbuf.h"
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

static bool ends_with(const char *s, const char *end)
{
	size_t len = strlen(s), n = strlen(end);

	return len >= n && !strcmp(s + len - n, end);
}

bool kind_has_names(const char *kind)
{
	return !ends_with(kind, "List") && !ends_with(kind, "Review");
}

static bool begins_with(const char *text, size_t len, const char *begin)
{
	size_t n = strlen(begin);

	return len >= n && memcmp(text, begin, n) == 0;
}

/* All kinds of some groups, and some of the group that has no name. */
static bool has_dns_name(const char *kind, size_t len)
{
	static const char *const groups[] = { "\napps\n",   "\nautoscaling\n",
					      "\nbatch\n",  "\nnetworking.k8s.io\n",
					      "\npolicy\n", "\nstorage.k8s.io\n" };
	static const char *const kinds[] = {
		"ConfigMap\n\n", "Secret\n\n", "Service\n\n", "Pod\n\n",
		"PersistentVolumeClaim\n\n", "PersistentVolume\n\n", "Namespace\n\n",
		"ServiceAccount\n\n", "ReplicationController\n\n", "ResourceQuota\n\n",
		"LimitRange\n\n", "Endpoints\n\n",
	};
	const char *group = memchr(kind, '\n', len);

	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
		if (begins_with(kind, len, kinds[i]))
			return true;
	for (size_t i = 0; group && i < ARRAY_SIZE(groups); i++)
		if (begins_with(group, len - (size_t)(group - kind), groups[i]))
			return true;
	return false;
}

static bool is_alphanumeric(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

const char *name_flaw(const char *kind, size_t kind_len, const char *name, size_t len)
{
	bool label = begins_with(kind, kind_len, "Service\n\n") ||
		     begins_with(kind, kind_len, "Namespace\n\n");
	size_t most = label ? 63 : 253;

	if (!has_dns_name(kind, kind_len))
		return NULL;
	if (len > most)
		return label ? "is longer than 63 characters" : "is longer than 253 characters";
	for (size_t i = 0; i < len; i++) {
		bool dot = name[i] == '.' && !label;

		if (is_alphanumeric(name[i]))
			continue;
		if (name[i] != '-' && !dot)
			return label ? "has another character than a-z, 0-9 and '-'"
				     : "has another character than a-z, 0-9, '-' and '.'";
		/* Each part begins and ends with a letter or digit. */
		if (i == 0 || i + 1 == len || (dot && !is_alphanumeric(name[i - 1])) ||
		    (dot && !is_alphanumeric(name[i + 1])))
			return "has a part that does not begin and end with a letter or digit";
	}
	return NULL;
}

static bool is_text(const struct node *n)
{
	return n && n->kind == NODE_STRING && n->len;
}

static bool name_check(const struct node *object, struct error_list *diags)
{
	const struct node *metadata = node_get(object, "metadata");
	const struct node *name = node_get(metadata, "name");
	const char *kind = node_get(object, "kind")->text, *flaw;

	if (is_text(name) && kind_has_names(kind)) {
		cleanup_strbuf struct strbuf key = STRBUF_INIT;

		identity_add_kind(&key, kind, node_get(object, "apiVersion")->text);
		flaw = name_flaw(key.buf, key.len, name->text, name->len);
		if (flaw)
			diagnose(diags, "T218", &name->pos, NULL,
				 "the name of this object of kind '%s' %s", kind, flaw);
		return !flaw;
	}
	if (is_text(name) || !kind_has_names(kind) ||
	    (!name && is_text(node_get(metadata, "generateName"))))
		return true;
	if (!name)
		diagnose(diags, "T217", metadata ? &metadata->pos : &object->pos, NULL,
			 "object of kind '%s' has no name", kind);
	else if (name->kind != NODE_STRING)
		diagnose(diags, "T217", &name->pos, "quote it",
			 "the name of this object of kind '%s' is a %s, not a string", kind,
			 node_kind_name(name));
	else
		diagnose(diags, "T217", &name->pos, NULL,
			 "the name of this object of kind '%s' is empty", kind);
	return false;
}

void identity_add_kind(struct strbuf *key, const char *kind, const char *api_version)
{
	const char *slash = strchr(api_version, '/');

	strbuf_addstr(key, kind);
	strbuf_addch(key, '\n');
	strbuf_add(key, api_version, slash ? (size_t)(slash - api_version) : 0);
	strbuf_addch(key, '\n');
}

void identity_add_name(struct strbuf *key, const struct node *namespace, const struct node *name)
{
	if (is_text(namespace))
		strbuf_add(key, namespace->text, namespace->len);
	strbuf_addch(key, '\n');
	strbuf_add(key, name->text, name->len);
}

bool object_identity(const struct node *object, struct strbuf *key)
{
	const struct node *metadata = node_get(object, "metadata");
	const struct node *name = node_get(metadata, "name");
	const char *kind = node_get(object, "kind")->text;

	if (!is_text(name) || !kind_has_names(kind))
		return false;
	strbuf_reset(key);
	identity_add_kind(key, kind, node_get(object, "apiVersion")->text);
	identity_add_name(key, node_get(metadata, "namespace"), name);
	return true;
}

bool object_is_new(const struct template *t, const struct node *object, struct strmap *seen,
		   struct strbuf *key, struct error_list *diags)
{
	struct pos *other;

	if (!object_identity(object, key))
		return true;
	other = strmap_get(seen, key->buf, key->len);
	if (!other) {
		/* The object itself may be forgotten when it is printed. */
		other = arena_alloc(t->arena, sizeof(*other));
		*other = object->pos;
		strmap_put(seen, arena_memdupz(t->arena, key->buf, key->len), key->len, other);
		return true;
	}
	diagnose(diags, "T216", &object->pos, NULL,
		 "this object of kind '%s' has the name and namespace of the one at %s:%u:%u",
		 node_get(object, "kind")->text,
		 other->file ? other->file : t->file, other->line, other->column);
	return false;
}

bool object_finish(const struct template *t, struct arena *a, struct node *object,
		   const struct node *labels, struct error_list *diags, struct node **ret)
{
	const struct node *version;

	if (!is_object(object)) {
		if (object->kind == NODE_MAP && !node_get(object, "kind"))
			diagnose(diags, "T212", &object->pos, NULL, "this object has no 'kind'");
		else
			diagnose(diags, "T212", &object->pos, NULL,
				 "an object must be a map with a 'kind', got %s",
				 node_kind_name(object));
		return false;
	}
	if (t->language == TEMPLATE_OPENSHIFT) {
		object = node_copy_shallow(a, object);
		openshift_set_group(a, object);
	}
	version = node_get(object, "apiVersion");
	if (!version || version->kind != NODE_STRING || !version->len) {
		diagnose(diags, "T212",
			 version && version->pos.line ? &version->pos : &object->pos, NULL,
			 "object of kind '%s' has no apiVersion", node_get(object, "kind")->text);
		return false;
	}
	if (!name_check(object, diags))
		return false;
	if (labels && !add_labels(t, a, &object, labels, diags))
		return false;
	*ret = object;
	return true;
}
