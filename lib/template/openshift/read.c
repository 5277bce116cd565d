/* SPDX-License-Identifier: Apache-2.0 */

/* A Template as a typed object: which fields it has, and of which kind they must be. */

#include "template/openshift/process.h"

#include "base/limits.h"
#include "base/memory.h"
#include "template/openshift/labels.h"

#include <string.h>
#include <strings.h>

/* The first word of apiVersion that has Templates; "v1" is its name of old. */
#define TEMPLATE_GROUP_VERSION "template.openshift.io/v1"

/* A string field found ignoring case, as oc finds kind and apiVersion: exact spelling first. */
static const char *find_type_field(const struct node *root, const char *key)
{
	const struct node *n = node_get(root, key);

	for (size_t i = 0; !n && i < root->len; i++)
		if (strcasecmp(root->entries[i].key->text, key) == 0)
			n = root->entries[i].value;
	return node_text(n);
}

enum openshift_kind openshift_classify(const struct node *root, const char **ret_kind,
				       const char **ret_version)
{
	const char *kind = "", *version = "";

	if (root && root->kind == NODE_MAP) {
		kind = find_type_field(root, "kind");
		version = find_type_field(root, "apiVersion");
	}
	if (ret_kind)
		*ret_kind = kind;
	if (ret_version)
		*ret_version = version;
	if (kind[0] == '\0')
		return OPENSHIFT_NO_KIND;
	if (strcmp(kind, "Template") != 0)
		return OPENSHIFT_OTHER;
	if (strcmp(version, TEMPLATE_GROUP_VERSION) == 0 || strcmp(version, "v1") == 0)
		return OPENSHIFT_TEMPLATE;
	return OPENSHIFT_WRONG_VERSION;
}

static int wrong_kind(const struct node *n, const char *field, const char *want, struct error *err)
{
	error_set_at(err, ERR_INVALID, &n->pos, "field '%s': expected %s, got %s", field, want,
		     node_kind_name(n));
	if (strcmp(want, "string") == 0 && n->kind <= NODE_NUMBER)
		error_hint(err, "put it in quotes");
	return -ERR_INVALID;
}

/* A field with a value, or NULL if it is missing or null. */
static struct node *present(const struct node *map, const char *key)
{
	struct node *n = map ? node_get(map, key) : NULL;

	return n && n->kind != NODE_NULL ? n : NULL;
}

/* path is the name of the field for messages. */
static int read_string(const struct node *map, const char *key, const char *path,
		       const struct node **ret, struct error *err)
{
	const struct node *n = present(map, key);

	if (n && n->kind != NODE_STRING)
		return wrong_kind(n, path, "string", err);
	*ret = n;
	return 0;
}

static int read_kind(const struct node *map, const char *key, enum node_kind kind,
		     const char *want, struct node **ret, struct error *err)
{
	struct node *n = present(map, key);

	if (n && n->kind != kind)
		return wrong_kind(n, key, want, err);
	*ret = n;
	return 0;
}

/* A map of strings; null values count as the empty string. */
static int check_string_map(const struct node *map, const char *key, struct error *err)
{
	struct node *n;

	if (read_kind(map, key, NODE_MAP, "map", &n, err) < 0)
		return -ERR_INVALID;
	for (size_t i = 0; n && i < n->len; i++) {
		const struct entry *e = &n->entries[i];

		if (e->value->kind != NODE_STRING && e->value->kind != NODE_NULL)
			return wrong_kind(e->value, e->key->text, "string", err);
	}
	return 0;
}

static int read_metadata(const struct node *root, struct openshift_template *t, struct error *err)
{
	static const char *const strings[] = { "generateName", "selfLink", "uid",
					       "resourceVersion", "creationTimestamp",
					       "deletionTimestamp" };
	static const char *const lists[] = { "finalizers", "ownerReferences", "managedFields" };
	struct node *meta, *ignored;
	const struct node *n = NULL;

	if (read_kind(root, "metadata", NODE_MAP, "map", &meta, err) < 0)
		return -ERR_INVALID;
	if (!meta)
		return 0;
	for (size_t i = 0; i < ARRAY_SIZE(strings); i++)
		if (read_string(meta, strings[i], strings[i], &n, err) < 0)
			return -ERR_INVALID;
	for (size_t i = 0; i < ARRAY_SIZE(lists); i++)
		if (read_kind(meta, lists[i], NODE_SEQ, "list", &ignored, err) < 0)
			return -ERR_INVALID;
	if (check_string_map(meta, "labels", err) < 0 ||
	    check_string_map(meta, "annotations", err) < 0 ||
	    read_string(meta, "name", "name", &n, err) < 0)
		return -ERR_INVALID;
	if (n)
		t->name = n->text;
	if (read_string(meta, "namespace", "namespace", &n, err) < 0)
		return -ERR_INVALID;
	if (n)
		t->namespace_ = n->text;
	return 0;
}

static int read_param_text(const struct node *decl, const char *key, const char **ret,
			   struct pos *ret_pos, struct error *err)
{
	const struct node *n = NULL;

	if (read_string(decl, key, key, &n, err) < 0)
		return -ERR_INVALID;
	if (!n)
		return 0;
	*ret = n->text;
	if (ret_pos)
		*ret_pos = n->pos;
	return 0;
}

static int read_param(const struct node *decl, struct param *p, struct error *err)
{
	const struct node *n = NULL;

	*p = (struct param){ .name = "", .pos = decl->pos, .type = PARAM_STRING };
	if (decl->kind == NODE_NULL)
		return 0;
	if (decl->kind != NODE_MAP)
		return wrong_kind(decl, "parameters", "list of maps", err);
	if (read_param_text(decl, "name", &p->name, &p->pos, err) < 0 ||
	    read_param_text(decl, "displayName", &p->display_name, NULL, err) < 0 ||
	    read_param_text(decl, "description", &p->description, NULL, err) < 0 ||
	    read_param_text(decl, "generate", &p->generate, NULL, err) < 0 ||
	    read_param_text(decl, "from", &p->from, &p->from_pos, err) < 0 ||
	    read_string(decl, "value", "value", &n, err) < 0 ||
	    node_get_bool(decl, "required", &p->required, err) < 0)
		return -ERR_INVALID;
	if (n) {
		p->value = n->text;
		p->value_len = n->len;
		p->value_pos = n->pos;
	}
	if (p->generate && p->generate[0] == '\0')
		p->generate = NULL;
	return 0;
}

static int read_params(const struct node *root, struct openshift_template *t, struct error *err)
{
	struct node *list;

	if (read_kind(root, "parameters", NODE_SEQ, "list", &list, err) < 0)
		return -ERR_INVALID;
	if (!list)
		return 0;
	if (list->len > LIMIT_PARAMETERS)
		return error_set_at(err, ERR_LIMIT, &list->pos,
				    "the template has more than %zu parameters",
				    (size_t)LIMIT_PARAMETERS);
	t->param_count = list->len;
	t->params = arena_zalloc(t->arena, sizeof(*t->params) * (list->len + 1));
	for (size_t i = 0; i < list->len; i++)
		if (read_param(list->items[i], &t->params[i], err) < 0)
			return -ERR_INVALID;
	return 0;
}

int openshift_read(struct arena *a, const struct node *root, struct openshift_template *ret,
		   struct error *err)
{
	struct openshift_template t = { .arena = a, .root = root, .name = "", .namespace_ = "" };
	const struct node *message = NULL;
	struct node *labels;

	if (read_metadata(root, &t, err) < 0 || read_params(root, &t, err) < 0 ||
	    read_kind(root, "objects", NODE_SEQ, "list", &t.objects, err) < 0 ||
	    check_string_map(root, "labels", err) < 0 ||
	    read_string(root, "message", "message", &message, err) < 0)
		return err->class == ERR_LIMIT ? -ERR_LIMIT : -ERR_INVALID;
	labels = present(root, "labels");
	if (labels)
		t.labels = labels_copy(a, labels);
	if (message) {
		t.message = message->text;
		t.message_len = message->len;
	}
	*ret = t;
	return 0;
}

void openshift_locate_generators(struct openshift_template *t, const char *text, size_t len)
{
	const struct node *list = node_get(t->root, "parameters");
	struct source_text source;

	source_text_init(&source, text, len);
	for (size_t i = 0; i < t->param_count; i++)
		param_locate_generator(&t->params[i], &source, list->items[i]);
	source_text_release(&source);
}

bool openshift_set(struct openshift_template *t, const char *name, const char *value, size_t len)
{
	for (size_t i = 0; i < t->param_count; i++) {
		struct param *p = &t->params[i];

		if (strcmp(p->name, name) != 0)
			continue;
		p->value = arena_memdupz(t->arena, value, len);
		p->value_len = len;
		p->generate = NULL;
		return true;
	}
	return false;
}
