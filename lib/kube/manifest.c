/* SPDX-License-Identifier: Apache-2.0 */
#include "kube/manifest.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/strbuf.h"
#include "base/strmap.h"

struct collector {
	struct arena *arena;
	const char *ns;
	bool given;
	struct error_list *errors;
	struct strmap seen; /* what identifies an object -> struct manifest * */
	struct manifest *items;
	size_t len, alloc;
};

static const struct {
	const char *kind;
	enum wave wave;
} waves[] = {
	{ "Namespace", WAVE_NAMESPACE },
	{ "CustomResourceDefinition", WAVE_DEFINITION },
	{ "PriorityClass", WAVE_DEFINITION },
	{ "StorageClass", WAVE_DEFINITION },
	{ "PersistentVolume", WAVE_DEFINITION },
	{ "ServiceAccount", WAVE_ACCESS },
	{ "Role", WAVE_ACCESS },
	{ "RoleBinding", WAVE_ACCESS },
	{ "ClusterRole", WAVE_ACCESS },
	{ "ClusterRoleBinding", WAVE_ACCESS },
	{ "ConfigMap", WAVE_CONTENT },
	{ "Secret", WAVE_CONTENT },
	{ "PersistentVolumeClaim", WAVE_CONTENT },
	{ "LimitRange", WAVE_CONTENT },
	{ "ResourceQuota", WAVE_CONTENT },
	{ "Service", WAVE_SERVICE },
	{ "NetworkPolicy", WAVE_SERVICE },
	{ "PodDisruptionBudget", WAVE_SERVICE },
	{ "Ingress", WAVE_SERVICE },
};

static enum wave wave_of(const char *kind)
{
	for (size_t i = 0; i < ARRAY_SIZE(waves); i++)
		if (!strcmp(waves[i].kind, kind))
			return waves[i].wave;
	return WAVE_WORKLOAD;
}

static bool fail(struct collector *c, const struct node *at, const char *hint, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

static bool fail(struct collector *c, const struct node *at, const char *hint, const char *fmt, ...)
{
	cleanup_strbuf struct strbuf text = STRBUF_INIT;
	struct error err = ERROR_INIT;
	va_list ap;

	va_start(ap, fmt);
	strbuf_vaddf(&text, fmt, ap);
	va_end(ap);
	error_set_at(&err, ERR_INVALID, &at->pos, "%s", text.buf);
	if (hint)
		error_hint(&err, "%s", hint);
	error_list_take(c->errors, &err);
	return false;
}

/* A field that has to be there; NULL with an error. */
static const char *required_text(struct collector *c, const struct node *map, const char *key,
			   const char *shown)
{
	const struct node *n = node_get(map, key);

	if (n && n->kind == NODE_STRING && n->len)
		return n->text;
	fail(c, n ? n : map, NULL,
	     n ? "'%s' must be a string that is not empty" : "the object has no '%s'", shown);
	return NULL;
}

/* The namespace that the object is to be in; NULL with an error. */
static const char *namespace_of(struct collector *c, const struct node *metadata)
{
	const struct node *n = node_get(metadata, "namespace");

	if (!n || (n->kind == NODE_STRING && !n->len) || n->kind == NODE_NULL)
		return c->ns;
	if (n->kind != NODE_STRING) {
		fail(c, n, NULL, "'metadata.namespace' must be a string");
		return NULL;
	}
	if (c->given && strcmp(n->text, c->ns) != 0) {
		fail(c, n, arena_printf(c->arena, "leave out -n, or give -n %s", n->text),
		     "the object is for the namespace '%s', and -n says '%s'", n->text, c->ns);
		return NULL;
	}
	return n->text;
}

static void add_object(struct collector *c, struct node *object)
{
	const struct node *metadata = node_get(object, "metadata");
	struct manifest m = { .object = object };
	const char *key;

	if (object->kind != NODE_MAP) {
		fail(c, object, NULL, "expected an object, got %s", node_kind_name(object));
		return;
	}
	m.api_version = required_text(c, object, "apiVersion", "apiVersion");
	m.kind = required_text(c, object, "kind", "kind");
	if (!metadata || metadata->kind != NODE_MAP) {
		fail(c, metadata ? metadata : object, NULL, "the object has no 'metadata'");
		return;
	}
	m.name = required_text(c, metadata, "name", "metadata.name");
	m.ns = namespace_of(c, metadata);
	if (!m.api_version || !m.kind || !m.name || !m.ns)
		return;
	m.wave = wave_of(m.kind);
	key = arena_printf(c->arena, "%s\n%s\n%s\n%s", m.api_version, m.kind, m.ns, m.name);
	ALLOC_GROW(c->items, c->len + 1, c->alloc);
	if (strmap_put(&c->seen, key, strlen(key), object)) {
		fail(c, object, "leave one of them out", "%s '%s' is there twice", m.kind, m.name);
		return;
	}
	c->items[c->len++] = m;
}

static bool is_list(const struct node *object)
{
	const struct node *kind = node_get(object, "kind"), *items = node_get(object, "items");

	return kind && kind->kind == NODE_STRING && items && items->kind == NODE_SEQ &&
	       kind->len >= 4 && !strcmp(kind->text + kind->len - 4, "List");
}

static void add(struct collector *c, struct node *object)
{
	const struct node *items;

	if (!is_list(object)) {
		add_object(c, object);
		return;
	}
	items = node_get(object, "items");
	for (uint32_t i = 0; i < items->len; i++)
		add(c, items->items[i]);
}

int manifests_collect(struct arena *a, const struct documents *docs, const char *ns, bool given,
		      struct manifests *ret, struct error_list *errors)
{
	struct collector c = { .arena = a, .ns = ns, .given = given, .errors = errors };
	size_t before = errors->errors;

	for (size_t i = 0; i < docs->len; i++)
		add(&c, docs->items[i]);
	ret->items = arena_alloc(a, c.len * sizeof(*c.items));
	if (c.len)
		memcpy(ret->items, c.items, c.len * sizeof(*c.items));
	ret->len = c.len;
	free(c.items);
	strmap_release(&c.seen);
	return errors->errors > before ? -ERR_INVALID : 0;
}

int manifests_resolve(struct arena *a, struct kube_discovery *d, const struct manifests *m,
		      enum wave wave, struct error_list *errors)
{
	int r = 0;

	for (size_t i = 0; i < m->len; i++) {
		cleanup_strbuf struct strbuf path = STRBUF_INIT;
		struct manifest *one = &m->items[i];
		struct error err = ERROR_INIT;
		int failed;

		if (one->wave != wave || one->resource)
			continue;
		failed = kube_discovery_kind(d, one->api_version, one->kind, &one->resource, &err);
		if (failed < 0) {
			error_locate(&err, &one->object->pos);
			error_list_take(errors, &err);
			r = failed;
			/* Without an answer the others get none either. */
			if (failed != -ERR_NOT_FOUND)
				return r;
			continue;
		}
		kube_resource_path(one->resource, one->ns, one->name, &path);
		one->path = arena_memdupz(a, path.buf, path.len);
	}
	return r;
}

void manifest_add_name(const struct manifest *m, struct strbuf *out)
{
	const char *slash = strchr(m->api_version, '/');

	for (const char *k = m->kind; *k; k++)
		strbuf_addch(out, (char)tolower((unsigned char)*k));
	if (slash) {
		strbuf_addch(out, '.');
		strbuf_add(out, m->api_version, (size_t)(slash - m->api_version));
	}
	strbuf_addf(out, "/%s", m->name);
}
