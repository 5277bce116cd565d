/* SPDX-License-Identifier: Apache-2.0 */
#include "kube/apply.h"

#include <string.h>

#include "base/memory.h"
#include "base/strbuf.h"
#include "base/strmap.h"
#include "net/task.h"
#include "tree/write.h"

/* From so many objects of one kind on, one list tells what is there. */
#define LIST_FROM 8
#define ESTABLISH_TIME 30000 /* milliseconds for a definition to be served */
#define ESTABLISH_INTERVAL 100

#define METADATA "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1,application/json"
#define METADATA_LIST                                                                              \
	"application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json"

struct applier {
	struct kube_client *client;
	struct arena *arena;
	const struct manifests *m;
	const struct apply_options *o;
	struct apply_result *results;
	const char *query;
	size_t *indices; /* of the objects of the wave at hand */
	size_t count;
	struct strmap versions; /* path of an object -> its resourceVersion before, "" if none */
	struct strmap listed;	/* path of a collection: all its objects are in versions */
};

static const char *text_at(const struct node *object, const char *key)
{
	const struct node *n = node_path(object, "metadata", key, NULL);

	return n && n->kind == NODE_STRING ? n->text : NULL;
}

/* ---- what is there -------------------------------------------------------------------------- */

static const char *collection_of(const struct applier *ap, const struct manifest *m)
{
	cleanup_strbuf struct strbuf path = STRBUF_INIT;

	kube_resource_path(m->resource, m->ns, NULL, &path);
	return arena_memdupz(ap->arena, path.buf, path.len);
}

static void remember(struct applier *ap, const struct manifest *m, const struct node *object)
{
	cleanup_strbuf struct strbuf path = STRBUF_INIT;
	const char *name = text_at(object, "name"), *version = text_at(object, "resourceVersion");
	const char *key;

	if (!name || !version)
		return;
	kube_resource_path(m->resource, m->ns, name, &path);
	key = arena_memdupz(ap->arena, path.buf, path.len);
	strmap_put(&ap->versions, key, path.len, (void *)(uintptr_t)version);
}

/* One list instead of many requests. Who may not list is asked for each object, or not told. */
static int list_versions(struct applier *ap, const struct manifest *m, const char *collection)
{
	struct error ignored = ERROR_INIT;
	struct kube_answer answer = { 0 };
	struct kube_request rq = { .method = "GET", .path = collection, .accept = METADATA_LIST };
	const struct node *items;
	int r = kube_request(ap->client, &rq, ap->arena, &answer, &ignored);

	error_release(&ignored);
	items = r == 0 && answer.body ? node_get(answer.body, "items") : NULL;
	if (!items || items->kind != NODE_SEQ)
		return r;
	for (uint32_t i = 0; i < items->len; i++)
		remember(ap, m, items->items[i]);
	strmap_put(&ap->listed, collection, strlen(collection), ap);
	return 0;
}

/* Where many objects of one kind are applied, their versions are read at once. */
static void read_versions(struct applier *ap)
{
	for (size_t i = 0; i < ap->count; i++) {
		const struct manifest *m = &ap->m->items[ap->indices[i]];
		const char *collection = collection_of(ap, m);
		size_t same = 0;

		if (strmap_get(&ap->listed, collection, strlen(collection)))
			continue;
		for (size_t k = i; k < ap->count && same < LIST_FROM; k++)
			same += !strcmp(collection_of(ap, &ap->m->items[ap->indices[k]]),
					collection);
		if (same >= LIST_FROM)
			(void)list_versions(ap, m, collection);
	}
}

/* The object's version; "" if it is not there, NULL if that cannot be told. */
static const char *version_before(struct applier *ap, const struct manifest *m)
{
	struct kube_request rq = { .method = "GET", .path = m->path, .accept = METADATA };
	const char *collection = collection_of(ap, m), *version;
	struct error ignored = ERROR_INIT;
	struct kube_answer answer = { 0 };
	int r;

	if (strmap_get(&ap->listed, collection, strlen(collection))) {
		version = strmap_get(&ap->versions, m->path, strlen(m->path));
		return version ? version : "";
	}
	r = kube_request(ap->client, &rq, ap->arena, &answer, &ignored);
	error_release(&ignored);
	if (r == -ERR_NOT_FOUND)
		return "";
	return r == 0 && answer.body ? text_at(answer.body, "resourceVersion") : NULL;
}

/* ---- one object ----------------------------------------------------------------------------- */

/* No answer: it is not known whether the server has done it. */
static bool is_unanswered(int r)
{
	return r == -ERR_IO || r == -ERR_TIMEOUT || r == -ERR_CANCELLED || r == -ERR_TLS;
}

static void add_conflict_hint(const struct kube_answer *answer, struct error *err)
{
	if (answer->code == 409 && !strcmp(kube_answer_reason(answer), "Conflict"))
		error_hint(err, "who owns these fields is named above; --force-conflicts takes them");
}

static enum apply_outcome outcome_of(const struct kube_answer *answer, const char *before)
{
	const char *after = answer->body ? text_at(answer->body, "resourceVersion") : NULL;

	if (answer->code == 201)
		return APPLY_CREATED;
	if (!before || !after)
		return APPLY_DONE;
	return strcmp(before, after) == 0 ? APPLY_UNCHANGED : APPLY_CONFIGURED;
}

static void apply_one(void *arg, size_t k)
{
	struct applier *ap = arg;
	const size_t i = ap->indices[k];
	const struct manifest *m = &ap->m->items[i];
	struct apply_result *result = &ap->results[i];
	cleanup_strbuf struct strbuf body = STRBUF_INIT;
	struct kube_answer answer = { 0 };
	struct kube_request rq = { .method = "PATCH",
				   .path = m->path,
				   .query = ap->query,
				   .content_type = "application/apply-patch+yaml" };
	const char *before = version_before(ap, m);
	int r;

	tree_write_json(&body, m->object, WRITE_COMPACT);
	rq.body = body.buf;
	rq.body_len = body.len;
	r = kube_request(ap->client, &rq, ap->arena, &answer, &result->err);
	if (r == 0) {
		result->outcome = outcome_of(&answer, before);
		result->live = answer.body;
	} else {
		result->outcome = is_unanswered(r) && !answer.code ? APPLY_UNKNOWN : APPLY_FAILED;
		add_conflict_hint(&answer, &result->err);
		error_locate(&result->err, &m->object->pos);
	}
	if (ap->o->done)
		ap->o->done(ap->o->arg, i);
}

/* ---- definitions ---------------------------------------------------------------------------- */

static bool is_established(const struct node *crd)
{
	const struct node *conditions = node_path(crd, "status", "conditions", NULL);

	for (uint32_t i = 0; conditions && conditions->kind == NODE_SEQ && i < conditions->len; i++)
		if (node_is_string(node_get(conditions->items[i], "type"), "Established") &&
		    node_is_string(node_get(conditions->items[i], "status"), "True"))
			return true;
	return false;
}

/* A definition that was just made is served a moment later. */
static int await_definition(struct applier *ap, const struct manifest *m, struct error *err)
{
	int64_t old = deadline_shorten(clock_ms() + ESTABLISH_TIME);
	struct kube_request rq = { .method = "GET", .path = m->path };
	int r = 0;

	while (r == 0) {
		struct kube_answer answer = { 0 };

		r = kube_request(ap->client, &rq, ap->arena, &answer, err);
		if (r == 0 && answer.body && is_established(answer.body))
			break;
		if (r == 0)
			r = wait_until(clock_ms() + ESTABLISH_INTERVAL, err);
	}
	deadline_restore(old);
	if (r < 0)
		error_wrap(err, "%s '%s' is not served", m->kind, m->name);
	return r;
}

static int await_definitions(struct applier *ap, struct kube_discovery *d,
			     struct error_list *errors)
{
	for (size_t k = 0; k < ap->count && !ap->o->dry_run; k++) {
		const struct manifest *m = &ap->m->items[ap->indices[k]];
		struct error err = ERROR_INIT;
		int r;

		if (strcmp(m->kind, "CustomResourceDefinition") != 0)
			continue;
		r = await_definition(ap, m, &err);
		if (r < 0) {
			error_list_take(errors, &err);
			return r;
		}
		kube_discovery_forget(d);
	}
	return 0;
}

/* ---- waves ---------------------------------------------------------------------------------- */

static const char *query_of(struct arena *a, const struct apply_options *o)
{
	return arena_printf(a, "fieldManager=%s&force=%s&fieldValidation=%s%s",
			    o->manager ? o->manager : APPLY_MANAGER, o->force ? "true" : "false",
			    o->validation ? o->validation : "Strict",
			    o->dry_run ? "&dryRun=All" : "");
}

static int run_wave(struct applier *ap, struct kube_discovery *d, enum wave wave,
		    struct error_list *errors)
{
	struct error err = ERROR_INIT;
	int r = 0;

	if (wave == WAVE_WORKLOAD && ap->o->before_workloads)
		r = ap->o->before_workloads(ap->o->arg, &err);
	if (r < 0) {
		error_list_take(errors, &err);
		return r;
	}
	r = manifests_resolve(ap->arena, d, ap->m, wave, errors);
	if (r < 0)
		return r;
	ap->count = 0;
	for (size_t i = 0; i < ap->m->len; i++)
		if (ap->m->items[i].wave == wave)
			ap->indices[ap->count++] = i;
	read_versions(ap);
	r = kube_for_each(ap->count, APPLY_PARALLEL, apply_one, ap, &err);
	/* Each object says it for itself. */
	error_release(&err);
	for (size_t k = 0; k < ap->count && r == 0; k++)
		if (ap->results[ap->indices[k]].err.class)
			r = -ap->results[ap->indices[k]].err.class;
	return r < 0 ? r : await_definitions(ap, d, errors);
}

int kube_apply(struct kube_client *c, struct kube_discovery *d, struct arena *a,
	       const struct manifests *m, const struct apply_options *o,
	       struct apply_result *results, struct error_list *errors)
{
	struct applier ap = { .client = c,
			      .arena = a,
			      .m = m,
			      .o = o,
			      .results = results,
			      .query = query_of(a, o),
			      .indices = arena_alloc(a, m->len * sizeof(*ap.indices)) };
	int r = 0;

	memset(results, 0, m->len * sizeof(*results));
	for (enum wave w = 0; w < WAVE_COUNT && r == 0; w++)
		r = run_wave(&ap, d, w, errors);
	strmap_release(&ap.versions);
	strmap_release(&ap.listed);
	return r;
}
