/* SPDX-License-Identifier: Apache-2.0 */
#include "kube/compare.h"

#include <string.h>

#include "base/memory.h"
#include "kube/apply.h"
#include "tree/write.h"

#define LAST_APPLIED "kubectl.kubernetes.io/last-applied-configuration"

struct comparer {
	struct kube_client *client;
	struct arena *arena;
	const struct manifests *m;
	const char *query;
	struct compared *ret;
};

/* ---- what is left out ----------------------------------------------------------------------- */

/* A copy without what changes by itself; of a new object, without what only a real one has. */
static struct node *without_counters(struct arena *a, const struct node *object, bool is_new)
{
	static const char *const counters[] = { "managedFields", "resourceVersion", "generation" };
	static const char *const first[] = { "uid", "creationTimestamp" };
	struct node *copy = node_copy_shallow(a, object);
	struct node *metadata = node_get(object, "metadata");

	if (!metadata || metadata->kind != NODE_MAP)
		return copy;
	metadata = node_copy_shallow(a, metadata);
	for (size_t i = 0; i < ARRAY_SIZE(counters); i++)
		node_remove(metadata, counters[i]);
	for (size_t i = 0; i < ARRAY_SIZE(first) && is_new; i++)
		node_remove(metadata, first[i]);
	node_set(a, copy, "metadata", metadata);
	return copy;
}

/* ---- secrets -------------------------------------------------------------------------------- */

static const struct node *field(const struct node *object, const char *map, const char *key)
{
	return object ? node_get(node_get(object, map), key) : NULL;
}

/* The fields of a map of a Secret, masked; mark is for those that the other has not equal. */
static void mask_map(struct arena *a, struct node *copy, const struct node *object,
		     const struct node *other, const char *map, const char *mark)
{
	const struct node *values = node_get(object, map);
	struct node *masked;

	if (!values || values->kind != NODE_MAP)
		return;
	masked = node_copy_shallow(a, values);
	for (uint32_t i = 0; i < values->len; i++) {
		const struct node *mine = values->entries[i].value;
		const struct node *theirs = field(other, map, values->entries[i].key->text);
		bool same = !theirs || node_equal(mine, theirs);

		masked->entries[i].value = node_cstring(a, same ? "***" : mark);
	}
	node_set(a, copy, map, masked);
}

/* kubectl keeps a copy of the whole Secret in an annotation. */
static void mask_annotation(struct arena *a, struct node *copy)
{
	struct node *metadata = node_get(copy, "metadata");
	struct node *annotations = node_get(metadata, "annotations");

	if (!annotations || !node_get(annotations, LAST_APPLIED))
		return;
	annotations = node_copy_shallow(a, annotations);
	node_set(a, annotations, LAST_APPLIED, node_cstring(a, "***"));
	metadata = node_copy_shallow(a, metadata);
	node_set(a, metadata, "annotations", annotations);
	node_set(a, copy, "metadata", metadata);
}

static struct node *masked(struct arena *a, const struct node *object, const struct node *other,
			   const char *mark)
{
	struct node *copy = node_copy_shallow(a, object);

	mask_map(a, copy, object, other, "data", mark);
	mask_map(a, copy, object, other, "stringData", mark);
	mask_annotation(a, copy);
	return copy;
}

static void clean(struct comparer *cp, const struct manifest *m, struct compared *one)
{
	const struct node *before = one->before, *after = one->after;

	if (!strcmp(m->kind, "Secret")) {
		if (before)
			one->before = masked(cp->arena, before, after, "*** (before)");
		one->after = masked(cp->arena, after, before, "*** (after)");
	}
	if (one->before)
		one->before = without_counters(cp->arena, one->before, false);
	one->after = without_counters(cp->arena, one->after, !before);
}

/* ---- the server ----------------------------------------------------------------------------- */

static void compare_one(void *arg, size_t i)
{
	struct comparer *cp = arg;
	const struct manifest *m = &cp->m->items[i];
	struct compared *one = &cp->ret[i];
	cleanup_strbuf struct strbuf body = STRBUF_INIT;
	struct kube_request get = { .method = "GET", .path = m->path };
	struct kube_request patch = { .method = "PATCH",
				      .path = m->path,
				      .query = cp->query,
				      .content_type = "application/apply-patch+yaml" };
	struct kube_answer live = { 0 }, wanted = { 0 };
	int r;

	if (!m->path)
		return;
	r = kube_request(cp->client, &get, cp->arena, &live, &one->err);
	if (r == -ERR_NOT_FOUND) {
		error_release(&one->err);
		live.body = NULL;
		r = 0;
	}
	tree_write_json(&body, m->object, WRITE_COMPACT);
	patch.body = body.buf;
	patch.body_len = body.len;
	if (r == 0)
		r = kube_request(cp->client, &patch, cp->arena, &wanted, &one->err);
	if (r < 0) {
		error_wrap(&one->err, "cannot compare %s '%s'", m->kind, m->name);
		error_locate(&one->err, &m->object->pos);
		return;
	}
	one->before = live.body;
	one->after = wanted.body;
	if (one->after)
		clean(cp, m, one);
}

int kube_compare(struct kube_client *c, struct kube_discovery *d, struct arena *a,
		 const struct manifests *m, bool force, struct compared *ret,
		 struct error_list *errors)
{
	struct comparer cp = { .client = c, .arena = a, .m = m, .ret = ret };
	struct error err = ERROR_INIT;
	int r = 0;

	memset(ret, 0, m->len * sizeof(*ret));
	cp.query = arena_printf(a, "fieldManager=%s&force=%s&fieldValidation=Strict&dryRun=All",
				APPLY_MANAGER, force ? "true" : "false");
	for (enum wave w = 0; w < WAVE_COUNT && r == 0; w++)
		r = manifests_resolve(a, d, m, w, errors);
	if (r < 0)
		return r;
	r = kube_for_each(m->len, APPLY_PARALLEL, compare_one, &cp, &err);
	error_release(&err);
	for (size_t i = 0; i < m->len; i++)
		if (ret[i].err.class) {
			if (r == 0)
				r = -ret[i].err.class;
			error_list_take(errors, &ret[i].err);
		}
	return r;
}
