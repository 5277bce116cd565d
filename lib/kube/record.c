/* SPDX-License-Identifier: Apache-2.0 */
#include "kube/record.h"

#include <string.h>
#include <time.h>

#include "base/memory.h"
#include "base/strbuf.h"
#include "tree/write.h"

const char *kube_cluster_of(const struct manifest *m)
{
	const struct node *label = node_path(m->object, "metadata", "labels", CLUSTER_LABEL, NULL);

	return label && label->kind == NODE_STRING && label->len ? label->text : NULL;
}

/* Is its name that of the cluster with this behind it? */
static bool is_named(const struct manifest *m, const char *cluster, const char *behind)
{
	size_t len = strlen(cluster);

	return !strncmp(m->name, cluster, len) && !strcmp(m->name + len, behind);
}

static bool is_record(const struct manifest *m)
{
	const char *cluster = kube_cluster_of(m);

	return cluster && !strcmp(m->kind, "ConfigMap") && is_named(m, cluster, "-record");
}

static bool is_primary_service(const struct manifest *m)
{
	const char *cluster = kube_cluster_of(m);

	return cluster && !strcmp(m->kind, "Service") && is_named(m, cluster, "-primary");
}

/* Without the selector, if that names a pod. Another one is somebody's choice, and stays. */
static void drop_selector(struct arena *a, struct manifest *m)
{
	struct node *spec = node_get(m->object, "spec"), *object;
	const struct node *selector = node_get(spec, "selector");

	if (!selector || !node_get(selector, POD_NAME_LABEL) || selector->len != 1)
		return;
	object = node_copy_shallow(a, m->object);
	spec = node_copy_shallow(a, spec);
	node_remove(spec, "selector");
	node_set(a, object, "spec", spec);
	m->object = object;
}

static bool selects_otherwise(const struct manifest *m)
{
	return node_path(m->object, "spec", "selector", NULL) != NULL;
}

size_t kube_records_take(struct arena *a, struct manifests *m, struct kube_record **ret)
{
	struct kube_record *records = arena_zalloc(a, m->len * sizeof(*records));
	size_t count = 0, kept = 0;

	for (size_t i = 0; i < m->len; i++) {
		struct manifest *one = &m->items[i];

		if (is_record(one))
			continue;
		if (is_primary_service(one)) {
			drop_selector(a, one);
			if (!selects_otherwise(one))
				records[count++] = (struct kube_record){
					.cluster = kube_cluster_of(one), .ns = one->ns };
		}
		m->items[kept++] = *one;
	}
	m->len = kept;
	*ret = records;
	return count;
}

static const char *path_of(struct arena *a, const struct kube_record *r, const char *plural,
			   const char *behind)
{
	static const char *const no_list[] = { NULL };
	const struct kube_resource resource = { .group = "", .version = "v1", .plural = plural,
						.namespaced = true, .verbs = no_list };
	cleanup_strbuf struct strbuf path = STRBUF_INIT;
	cleanup_free char *name = behind ? xasprintf("%s%s", r->cluster, behind) : NULL;

	kube_resource_path(&resource, r->ns, name, &path);
	return arena_memdupz(a, path.buf, path.len);
}

static struct node *metadata(struct arena *a, const struct kube_record *r, const char *behind)
{
	struct node *m = node_map(a, NULL, 0, NULL), *labels = node_map(a, NULL, 0, NULL);

	node_set_text(a, labels, CLUSTER_LABEL, r->cluster);
	node_set_text(a, m, "name", arena_printf(a, "%s%s", r->cluster, behind));
	if (!strcmp(behind, "-record"))
		node_set(a, m, "labels", labels);
	return m;
}

static struct node *object_of(struct arena *a, const char *kind, struct node *meta)
{
	struct node *object = node_map(a, NULL, 0, NULL);

	node_set_text(a, object, "apiVersion", "v1");
	node_set_text(a, object, "kind", kind);
	node_set(a, object, "metadata", meta);
	return object;
}

static struct node *first_record(struct arena *a, const struct kube_record *r)
{
	struct node *object = object_of(a, "ConfigMap", metadata(a, r, "-record"));
	struct node *data = node_map(a, NULL, 0, NULL);
	time_t now = time(NULL);
	char since[32] = "";
	struct tm tm;

	if (gmtime_r(&now, &tm))
		strftime(since, sizeof(since), "%Y-%m-%dT%H:%M:%SZ", &tm);
	node_set_text(a, data, "primary", arena_printf(a, "%s-0", r->cluster));
	node_set_text(a, data, "epoch", "0");
	node_set_text(a, data, "since", since);
	node_set_text(a, data, "by", "kubectl-mysql apply");
	node_set(a, object, "data", data);
	return object;
}

static int send_object(struct kube_client *c, struct arena *a, struct kube_request rq,
		       const struct node *object, struct kube_answer *ret, struct error *err)
{
	cleanup_strbuf struct strbuf body = STRBUF_INIT;

	tree_write_json(&body, object, WRITE_COMPACT);
	rq.body = body.buf;
	rq.body_len = body.len;
	return kube_request(c, &rq, a, ret, err);
}

/* The pod that a record names: one of the cluster's. */
static int read_primary(struct kube_record *r, const struct node *object, struct error *err)
{
	const struct node *n = node_path(object, "data", "primary", NULL);
	size_t len = strlen(r->cluster);

	if (n && n->kind == NODE_STRING && !strncmp(n->text, r->cluster, len) &&
	    n->text[len] == '-' && n->text[len + 1] &&
	    !n->text[len + 1 + strspn(n->text + len + 1, "0123456789")]) {
		r->primary = n->text;
		return 0;
	}
	error_set(err, ERR_INVALID, "the record '%s/%s-record' names no pod of the cluster", r->ns,
		  r->cluster);
	error_hint(err, "kubectl get configmap %s-record -n %s -o yaml", r->cluster, r->ns);
	return -ERR_INVALID;
}

int kube_record_ensure(struct kube_client *c, struct arena *a, struct kube_record *record,
		       bool dry_run, struct error *err)
{
	struct kube_request get = { .method = "GET",
				    .path = path_of(a, record, "configmaps", "-record") };
	struct kube_request post = { .method = "POST",
				     .path = path_of(a, record, "configmaps", NULL),
				     .query = dry_run ? "fieldManager=" RECORD_MANAGER "&dryRun=All"
						      : "fieldManager=" RECORD_MANAGER };
	struct kube_answer answer = { 0 };
	int r = kube_request(c, &get, a, &answer, err);

	if (r == -ERR_NOT_FOUND) {
		error_release(err);
		r = send_object(c, a, post, first_record(a, record), &answer, err);
		/* Somebody else was faster: that one counts. */
		if (r < 0 && !strcmp(kube_answer_reason(&answer), "AlreadyExists")) {
			error_release(err);
			r = kube_request(c, &get, a, &answer, err);
		}
	}
	if (r < 0) {
		error_wrap(err, "cannot keep the record of cluster '%s'", record->cluster);
		return r;
	}
	return read_primary(record, answer.body, err);
}

int kube_record_select(struct kube_client *c, struct arena *a, const struct kube_record *record,
		       bool dry_run, struct error *err)
{
	struct node *object = object_of(a, "Service", metadata(a, record, "-primary"));
	struct node *spec = node_map(a, NULL, 0, NULL), *selector = node_map(a, NULL, 0, NULL);
	struct kube_request patch = {
		.method = "PATCH",
		.path = path_of(a, record, "services", "-primary"),
		.content_type = "application/apply-patch+yaml",
		.query = dry_run ? "fieldManager=" RECORD_MANAGER "&force=true&dryRun=All"
				 : "fieldManager=" RECORD_MANAGER "&force=true",
	};
	struct kube_answer answer = { 0 };
	int r;

	node_set_text(a, selector, POD_NAME_LABEL, record->primary);
	node_set(a, spec, "selector", selector);
	node_set(a, object, "spec", spec);
	r = send_object(c, a, patch, object, &answer, err);
	if (r < 0)
		error_wrap(err, "cannot point Service '%s-primary' at '%s'", record->cluster,
			   record->primary);
	return r;
}
