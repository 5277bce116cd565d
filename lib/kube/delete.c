/* SPDX-License-Identifier: Apache-2.0 */
#include "kube/delete.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/strbuf.h"
#include "kube/apply.h"
#include "kube/record.h"
#include "net/task.h"

#define GONE_INTERVAL 200 /* milliseconds between looks whether an object is gone */

/* ---- what belongs to a StatefulSet ---------------------------------------------------------- */

struct additions {
	struct arena *arena;
	struct manifest *items;
	size_t len, alloc;
};

static void add(struct additions *more, const char *kind, const char *name, const char *ns)
{
	struct node *object = node_map(more->arena, NULL, 0, NULL);

	ALLOC_GROW(more->items, more->len + 1, more->alloc);
	more->items[more->len++] = (struct manifest){ .object = object,
						      .api_version = "v1",
						      .kind = kind,
						      .name = name,
						      .ns = ns,
						      .wave = WAVE_CONTENT };
}

/* "data-shop-0" of the template "data" of StatefulSet "shop". */
static bool is_claim_of(const char *claim, const char *template, const char *set)
{
	size_t t = strlen(template), s = strlen(set);
	const char *ordinal = claim + t + s + 2;

	return strlen(claim) > t + s + 2 && !strncmp(claim, template, t) && claim[t] == '-' &&
	       !strncmp(claim + t + 1, set, s) && claim[t + 1 + s] == '-' &&
	       !ordinal[strspn(ordinal, "0123456789")];
}

static void add_claims(struct additions *more, const struct manifest *set,
		       const struct node *claims)
{
	const struct node *templates =
		node_path(set->object, "spec", "volumeClaimTemplates", NULL);

	for (uint32_t t = 0; templates && templates->kind == NODE_SEQ && t < templates->len; t++) {
		const struct node *name =
			node_path(templates->items[t], "metadata", "name", NULL);

		for (uint32_t i = 0; name && name->kind == NODE_STRING && i < claims->len; i++) {
			const struct node *claim =
				node_path(claims->items[i], "metadata", "name", NULL);

			if (claim && claim->kind == NODE_STRING &&
			    is_claim_of(claim->text, name->text, set->name))
				add(more, "PersistentVolumeClaim", claim->text, set->ns);
		}
	}
}

static bool has_claims(const struct manifest *m)
{
	return !strcmp(m->kind, "StatefulSet") &&
	       node_path(m->object, "spec", "volumeClaimTemplates", NULL);
}

static int find_claims(struct kube_client *c, struct kube_discovery *d, struct additions *more,
		       const struct manifest *set, struct error *err)
{
	cleanup_strbuf struct strbuf path = STRBUF_INIT;
	const struct kube_resource *resource;
	struct node *claims = NULL;
	const char *version;
	int r = kube_discovery_kind(d, "v1", "PersistentVolumeClaim", &resource, err);

	if (r < 0)
		return r;
	kube_resource_path(resource, set->ns, NULL, &path);
	r = kube_list(c, path.buf, NULL, more->arena, &claims, &version, err);
	if (r == 0)
		add_claims(more, set, claims);
	else
		error_wrap(err, "cannot find the volumes of StatefulSet '%s'", set->name);
	return r;
}

int kube_delete_find(struct kube_client *c, struct kube_discovery *d, struct arena *a,
		     struct manifests *m, struct error *err)
{
	struct additions more = { .arena = a };
	struct manifest *all;
	int r = 0;

	for (size_t i = 0; i < m->len && r == 0; i++) {
		const struct manifest *one = &m->items[i];

		if (!has_claims(one))
			continue;
		if (kube_cluster_of(one))
			add(&more, "ConfigMap", arena_printf(a, "%s-record", kube_cluster_of(one)),
			    one->ns);
		r = find_claims(c, d, &more, one, err);
	}
	all = arena_alloc(a, (m->len + more.len) * sizeof(*all));
	if (m->len)
		memcpy(all, m->items, m->len * sizeof(*all));
	if (more.len)
		memcpy(all + m->len, more.items, more.len * sizeof(*all));
	m->items = all;
	m->len += more.len;
	free(more.items);
	return r;
}

/* ---- what is kept --------------------------------------------------------------------------- */

static bool has_data(const struct manifests *m)
{
	for (size_t i = 0; i < m->len; i++)
		if (has_claims(&m->items[i]))
			return true;
	return false;
}

/* The passwords are in the data, and so is the epoch of the record. */
static bool is_data(const struct manifest *m, bool with_data)
{
	size_t len = strlen(m->name), tail = strlen("-record");

	if (!strcmp(m->kind, "PersistentVolumeClaim"))
		return true;
	if (!with_data)
		return false;
	return (!strcmp(m->kind, "Secret") && kube_cluster_of(m)) ||
	       (!strcmp(m->kind, "ConfigMap") && len > tail &&
		!strcmp(m->name + len - tail, "-record") && !node_get(m->object, "kind"));
}

/* ---- the server ----------------------------------------------------------------------------- */

struct deleter {
	struct kube_client *client;
	struct arena *arena;
	const struct manifests *m;
	const struct delete_options *o;
	struct delete_result *results;
	size_t *indices;
	size_t count;
};

int kube_wait_gone(struct kube_client *c, const struct manifest *m, const char *uid,
		   struct error *err)
{
	struct kube_request get = { .method = "GET", .path = m->path };
	struct arena *a = arena_new();
	int r = 0;

	while (r == 0) {
		struct kube_answer answer = { 0 };
		const struct node *now;

		arena_reset(a);
		r = kube_request(c, &get, a, &answer, err);
		now = r == 0 ? node_path(answer.body, "metadata", "uid", NULL) : NULL;
		/* Another one of the same name is not the one that was deleted. */
		if (uid && now && now->kind == NODE_STRING && strcmp(now->text, uid) != 0)
			break;
		if (r == 0)
			r = wait_until(clock_ms() + GONE_INTERVAL, err);
	}
	arena_free(a);
	if (r != -ERR_NOT_FOUND)
		return r;
	error_release(err);
	return 0;
}

/* The uid of what was deleted: in a Status, or in the object that is on its way. */
static const char *uid_of(const struct kube_answer *answer)
{
	const struct node *uid = node_path(answer->body, "details", "uid", NULL);

	if (!uid)
		uid = node_path(answer->body, "metadata", "uid", NULL);
	return uid && uid->kind == NODE_STRING ? uid->text : NULL;
}

/* What is kept is told from what is not there. */
static void keep_one(struct deleter *dl, const struct manifest *m, struct delete_result *one)
{
	struct kube_request get = { .method = "GET", .path = m->path };
	struct kube_answer answer = { 0 };
	struct error ignored = ERROR_INIT;
	int r = kube_request(dl->client, &get, dl->arena, &answer, &ignored);

	error_release(&ignored);
	one->outcome = r == -ERR_NOT_FOUND ? DELETE_NOT_FOUND : DELETE_KEPT;
}

static void delete_one(void *arg, size_t k)
{
	static const char options[] = "{\"propagationPolicy\":\"Foreground\"}";
	struct deleter *dl = arg;
	const struct manifest *m = &dl->m->items[dl->indices[k]];
	struct delete_result *one = &dl->results[dl->indices[k]];
	struct kube_answer answer = { 0 };
	struct kube_request rq = { .method = "DELETE",
				   .path = m->path,
				   .query = dl->o->dry_run ? "dryRun=All" : NULL,
				   .body = options,
				   .body_len = sizeof(options) - 1 };
	int r;

	if (!dl->o->volumes && is_data(m, has_data(dl->m))) {
		keep_one(dl, m, one);
		return;
	}
	r = kube_request(dl->client, &rq, dl->arena, &answer, &one->err);
	if (r == -ERR_NOT_FOUND) {
		error_release(&one->err);
		one->outcome = DELETE_NOT_FOUND;
		return;
	}
	if (r < 0) {
		one->outcome = answer.code ? DELETE_FAILED : DELETE_UNKNOWN;
		return;
	}
	one->outcome = DELETE_DONE;
	if (!dl->o->wait || dl->o->dry_run)
		return;
	r = kube_wait_gone(dl->client, m, uid_of(&answer), &one->err);
	if (r < 0) {
		error_wrap(&one->err, "it is not gone yet");
		one->outcome = DELETE_UNKNOWN;
	}
}

static int run_wave(struct deleter *dl, struct kube_discovery *d, enum wave wave,
		    struct error_list *errors)
{
	struct error err = ERROR_INIT;
	int r = manifests_resolve(dl->arena, d, dl->m, wave, errors);

	if (r < 0)
		return r;
	dl->count = 0;
	for (size_t i = 0; i < dl->m->len; i++)
		if (dl->m->items[i].wave == wave)
			dl->indices[dl->count++] = i;
	r = kube_for_each(dl->count, APPLY_PARALLEL, delete_one, dl, &err);
	error_release(&err);
	for (size_t k = 0; k < dl->count && r == 0; k++)
		if (dl->results[dl->indices[k]].err.class)
			r = -dl->results[dl->indices[k]].err.class;
	return r;
}

int kube_delete(struct kube_client *c, struct kube_discovery *d, struct arena *a,
		const struct manifests *m, const struct delete_options *o,
		struct delete_result *results, struct error_list *errors)
{
	struct deleter dl = { .client = c,
			      .arena = a,
			      .m = m,
			      .o = o,
			      .results = results,
			      .indices = arena_alloc(a, m->len * sizeof(*dl.indices)) };
	int r = 0;

	memset(results, 0, m->len * sizeof(*results));
	for (int w = WAVE_COUNT - 1; w >= 0 && r == 0; w--)
		r = run_wave(&dl, d, (enum wave)w, errors);
	return r;
}
