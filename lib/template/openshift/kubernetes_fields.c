/* SPDX-License-Identifier: Apache-2.0 */
#include "template/openshift/kubernetes_internal.h"

#include <string.h>

/* What only OpenShift reads in objects that Kubernetes has: annotations, old fields, references. */

static const struct {
	const char *prefix;
	const char *hint;
	bool makes_secret; /* the value names a Secret that OpenShift makes */
} annotations[] = {
	{ "haproxy.router.openshift.io/", "use the annotations of your ingress controller", false },
	{ "router.openshift.io/", "use the annotations of your ingress controller", false },
	{ "service.alpha.openshift.io/inject-cabundle", "put the CA certificate there yourself",
	  false },
	{ "service.beta.openshift.io/inject-cabundle", "put the CA certificate there yourself",
	  false },
	{ "service.alpha.openshift.io/serving-cert-secret-name", NULL, true },
	{ "service.beta.openshift.io/serving-cert-secret-name", NULL, true },
	{ "serviceaccounts.openshift.io/oauth-",
	  "give the application a login of its own: the OAuth server is OpenShift's", false },
};

static ptrdiff_t find_annotation(const char *key)
{
	for (size_t i = 0; i < ARRAY_SIZE(annotations); i++)
		if (!strncmp(key, annotations[i].prefix, strlen(annotations[i].prefix)))
			return (ptrdiff_t)i;
	return -1;
}

static void report_annotation(struct kubernetes *k, const struct node *source, size_t row,
			      const struct entry *e)
{
	const char *value = e->value->kind == NODE_STRING ? e->value->text : "";
	const char *hint = annotations[row].hint;

	if (annotations[row].makes_secret) {
		/* Made in the template: then nothing is missed. */
		if (find_object(k, "", "Secret", value, namespace_of(source)))
			return;
		hint = arena_printf(
			k->arena,
			"make the TLS Secret '%s' yourself, for example with cert-manager", value);
	}
	diagnose(k->diags, "T402", &e->key->pos, hint, "dropped annotation '%s' of %s '%s'",
		 e->key->text, kind_of(source), name_of(source));
}

void kubernetes_annotations(struct kubernetes *k, const struct node *source, struct node *copy)
{
	static const char *const path[] = { "metadata", "annotations", NULL };
	const struct node *old = node_path(source, "metadata", "annotations", NULL);
	struct node *mine = NULL;

	if (!old || old->kind != NODE_MAP)
		return;
	for (uint32_t i = 0; i < old->len; i++) {
		const struct entry *e = &old->entries[i];
		ptrdiff_t row = find_annotation(e->key->text);

		if (row < 0)
			continue;
		if (!mine)
			mine = own_path(k, copy, path);
		node_remove(mine, e->key->text);
		report_annotation(k, source, (size_t)row, e);
	}
	if (mine && mine->len == 0)
		node_remove(node_get(copy, "metadata"), "annotations");
}

/* `status` written into a template says nothing. */
static void drop_status(struct node *copy)
{
	node_remove(copy, "status");
}

/* portalIP is what clusterIP was called before v1. */
static void convert_service(struct kubernetes *k, const struct node *object, struct node *copy)
{
	static const char *const path[] = { "spec", NULL };
	const struct node *portal = node_path(object, "spec", "portalIP", NULL);
	struct node *spec;

	drop_status(copy);
	spec = portal ? own_path(k, copy, path) : NULL;
	if (!spec)
		return;
	node_remove(spec, "portalIP");
	if (portal->kind != NODE_STRING || !portal->text[0] || present(spec, "clusterIP"))
		return;
	set_text_at(k, spec, "clusterIP", portal->text, portal);
	diagnose(k->diags, "T401", &portal->pos, NULL,
		 "renamed 'portalIP' of Service '%s' to 'clusterIP'", name_of(object));
}

/* Autoscalers and disruption tools name what they act on. */
static void convert_scale_target(struct kubernetes *k, const struct node *object, struct node *copy)
{
	static const char *const path[] = { "spec", "scaleTargetRef", NULL };
	const struct node *target = node_path(object, "spec", "scaleTargetRef", NULL);
	struct node *mine;

	if (strcmp(node_text_of(target, "kind"), "DeploymentConfig") != 0)
		return;
	mine = own_path(k, copy, path);
	set_text_at(k, mine, "kind", "Deployment", node_get(target, "kind"));
	set_text_at(k, mine, "apiVersion", "apps/v1", target);
	diagnose(k->diags, "T401", &target->pos, NULL,
		 "%s '%s' scales Deployment '%s' instead of the DeploymentConfig", kind_of(object),
		 name_of(object), node_text_of(target, "name"));
}

static void drop_null_timestamp(struct kubernetes *k, struct node *copy)
{
	const struct node *metadata = node_get(copy, "metadata");
	const struct node *created = node_get(metadata, "creationTimestamp");

	if (created && created->kind == NODE_NULL)
		node_set(k->arena, copy, "metadata", metadata_from(k, metadata));
}

struct node *kubernetes_fields(struct kubernetes *k, const struct node *object)
{
	struct node *copy = node_copy_shallow(k->arena, kubernetes_workload(k, object));
	const char *kind = kind_of(object);

	kubernetes_annotations(k, object, copy);
	drop_null_timestamp(k, copy);
	if (!strcmp(kind, "Service"))
		convert_service(k, object, copy);
	else if (!strcmp(kind, "Deployment") || !strcmp(kind, "StatefulSet"))
		drop_status(copy);
	convert_scale_target(k, object, copy);
	return copy;
}
