/* SPDX-License-Identifier: Apache-2.0 */
#include "template/openshift/kubernetes.h"

#include <string.h>

#include "template/openshift/kubernetes_internal.h"

/* Which kind becomes what. The parts that take more than a line are in kubernetes_*.c. */

static kubernetes_converter to_namespace;
static kubernetes_converter take_stream;

/* Kinds of OpenShift: converted by a function, or dropped with a hint. Others are T403. */
static const struct kind_rule {
	const char *kind, *group;
	kubernetes_converter *convert; /* NULL: dropped */
	const char *hint;
} rules[] = {
	{ "DeploymentConfig", "apps.openshift.io", kubernetes_deployment_config, NULL },
	{ "Route", "route.openshift.io", kubernetes_route, NULL },
	{ "ImageStream", "image.openshift.io", take_stream, NULL },
	{ "ImageStreamImport", "image.openshift.io", NULL, NULL },
	{ "ImageStreamMapping", "image.openshift.io", NULL, NULL },
	{ "ImageStreamTag", "image.openshift.io", NULL, NULL },
	{ "Image", "image.openshift.io", NULL, NULL },
	{ "ImageSignature", "image.openshift.io", NULL, NULL },
	{ "BuildConfig", "build.openshift.io", NULL,
	  "build the image elsewhere, push it to a registry, and write its name to the containers" },
	{ "Build", "build.openshift.io", NULL, "build the image elsewhere" },
	{ "Project", "project.openshift.io", to_namespace, NULL },
	{ "ProjectRequest", "project.openshift.io", to_namespace, NULL },
	{ "Role", "authorization.openshift.io", kubernetes_role, NULL },
	{ "ClusterRole", "authorization.openshift.io", kubernetes_role, NULL },
	{ "RoleBinding", "authorization.openshift.io", kubernetes_role_binding, NULL },
	{ "ClusterRoleBinding", "authorization.openshift.io", kubernetes_role_binding, NULL },
	{ "RoleBindingRestriction", "authorization.openshift.io", NULL,
	  "restrict bindings with a ValidatingAdmissionPolicy" },
	{ "SecurityContextConstraints", "security.openshift.io", NULL,
	  "label the namespace for Pod Security Admission, and give the pods a securityContext" },
	{ "User", "user.openshift.io", NULL, "users come from the authentication of the cluster" },
	{ "Group", "user.openshift.io", NULL,
	  "groups come from the authentication of the cluster" },
	{ "Identity", "user.openshift.io", NULL, NULL },
	{ "UserIdentityMapping", "user.openshift.io", NULL, NULL },
	{ "OAuthClient", "oauth.openshift.io", NULL,
	  "give the application a login of its own: the OAuth server is OpenShift's" },
	{ "OAuthClientAuthorization", "oauth.openshift.io", NULL, NULL },
	{ "ClusterResourceQuota", "quota.openshift.io", NULL,
	  "write a ResourceQuota for each namespace" },
	{ "EgressNetworkPolicy", "network.openshift.io", NULL,
	  "write a NetworkPolicy with egress rules" },
	{ "NetNamespace", "network.openshift.io", NULL, "write a NetworkPolicy" },
	{ "ConsoleLink", "console.openshift.io", NULL, NULL },
	{ "ConsoleQuickStart", "console.openshift.io", NULL, NULL },
};

static const struct kind_rule *find_rule(const char *group, const char *kind)
{
	for (size_t i = 0; i < ARRAY_SIZE(rules); i++)
		if (!strcmp(rules[i].kind, kind) && !strcmp(rules[i].group, group))
			return &rules[i];
	return NULL;
}

static void drop(struct kubernetes *k, const struct node *object, const char *hint)
{
	diagnose(k->diags, "T402", &object->pos, hint,
		 "dropped %s '%s': Kubernetes has no such kind", kind_of(object), name_of(object));
}

static void copy_annotation(struct kubernetes *k, const struct node *object, const char *field,
			    const char *key, struct node *metadata)
{
	const struct node *value = present(object, field);
	struct node *annotations = present_map(metadata, "annotations");

	if (!value || value->kind != NODE_STRING || !value->text[0])
		return;
	annotations = annotations ? node_copy_shallow(k->arena, annotations) : map_at(k, object);
	set_text_at(k, annotations, key, value->text, value);
	node_set(k->arena, metadata, "annotations", annotations);
}

static void to_namespace(struct kubernetes *k, const struct node *object, struct sink *out)
{
	struct node *made, *metadata;

	if (!name_is_free(k, object, "", "Namespace", name_of(object)))
		return;
	diagnose(k->diags, "T401", &object->pos, NULL, "converted %s '%s' to a Namespace",
		 kind_of(object), name_of(object));
	made = object_from(k, object, "v1", "Namespace");
	metadata = node_get(made, "metadata");
	copy_annotation(k, object, "displayName", "openshift.io/display-name", metadata);
	copy_annotation(k, object, "description", "openshift.io/description", metadata);
	sink_add(out, made);
}

/* Reported when all images are known. */
static void take_stream(struct kubernetes *k UNUSED, const struct node *object UNUSED,
			struct sink *out UNUSED)
{
}

static void report_streams(struct kubernetes *k)
{
	for (size_t i = 0; i < k->count; i++) {
		const struct node *o = k->objects[i]->object;

		if (strcmp(kind_of(o), "ImageStream") != 0 ||
		    !is_openshift_group(kubernetes_group(k->arena, o)))
			continue;
		if (k->objects[i]->used)
			diagnose(k->diags, "T401", &o->pos, NULL,
				 "replaced ImageStream '%s' by the images that it names",
				 name_of(o));
		else
			drop(k, o, "name images by their registry in the containers");
	}
}

static void refuse(struct kubernetes *k, const struct node *object, const char *group)
{
	const char *hint = "remove it from the template, or render the template for OpenShift";

	if (!strcmp(kind_of(object), "Template"))
		hint = "render the inner template by itself";
	diagnose(k->diags, "T403", &object->pos, hint,
		 "cannot convert %s '%s' of '%s': Kubernetes has no such kind", kind_of(object),
		 name_of(object), group);
}

static void convert_object(struct kubernetes *k, struct node *object, struct sink *out);

/* A List of anything becomes a List of the core; one that loses all its items goes. */
static void convert_list(struct kubernetes *k, const struct node *list, const struct node *items,
			 struct sink *out)
{
	struct sink inner = { 0 };
	struct node *copy, **array;

	for (uint32_t i = 0; i < items->len; i++)
		convert_object(k, items->items[i], &inner);
	if (inner.len || !items->len) {
		array = arena_alloc(k->arena, inner.len * sizeof(*array));
		if (inner.len)
			memcpy(array, inner.items, inner.len * sizeof(*array));
		copy = node_copy_shallow(k->arena, list);
		if (is_openshift_group(kubernetes_group(k->arena, list))) {
			set_text_at(k, copy, "apiVersion", "v1", node_get(list, "apiVersion"));
			set_text_at(k, copy, "kind", "List", node_get(list, "kind"));
		}
		node_set(k->arena, copy, "items",
			 node_seq(k->arena, array, inner.len, &items->pos));
		sink_add(out, copy);
	}
	free(inner.items);
}

/* The items of a list of objects, or NULL. */
static const struct node *items_of(const struct node *object)
{
	const struct node *items = node_get(object, "items");
	const char *kind = kind_of(object);
	size_t len = strlen(kind);

	if (!items || items->kind != NODE_SEQ || len < 4 || strcmp(kind + len - 4, "List") != 0)
		return NULL;
	return items;
}

static void convert_object(struct kubernetes *k, struct node *object, struct sink *out)
{
	const struct node *items = items_of(object);
	const struct kind_rule *rule;
	const char *group;

	if (object->kind != NODE_MAP) {
		sink_add(out, object);
		return;
	}
	if (items) {
		convert_list(k, object, items, out);
		return;
	}
	group = kubernetes_group(k->arena, object);
	rule = find_rule(group, kind_of(object));
	if (rule && rule->convert)
		rule->convert(k, object, out);
	else if (rule)
		drop(k, object, rule->hint);
	else if (is_openshift_group(group))
		refuse(k, object, group);
	else
		sink_add(out, kubernetes_fields(k, object));
}

/* All objects, so that one may ask for another. */
static void collect(struct kubernetes *k, const struct node *object)
{
	const struct node *items = items_of(object);

	if (items) {
		for (uint32_t i = 0; i < items->len; i++)
			collect(k, items->items[i]);
		return;
	}
	if (object->kind == NODE_MAP)
		add_known_object(k, object);
}

bool kubernetes_convert(struct arena *a, struct documents *docs, const char *namespace_,
			struct error_list *diags)
{
	struct kubernetes k = { .arena = a, .diags = diags, .namespace_ = namespace_ };
	size_t errors = diags->errors;
	struct sink out = { 0 };
	bool ok;

	for (size_t i = 0; i < docs->len; i++)
		collect(&k, docs->items[i]);
	for (size_t i = 0; i < docs->len; i++)
		convert_object(&k, docs->items[i], &out);
	report_streams(&k);
	ok = diags->errors == errors;
	if (ok) {
		docs->items = arena_alloc(a, out.len * sizeof(*docs->items));
		if (out.len)
			memcpy(docs->items, out.items, out.len * sizeof(*docs->items));
		docs->len = out.len;
	}
	free(out.items);
	free(k.objects);
	strmap_release(&k.by_name);
	strmap_release(&k.pod_labels);
	return ok;
}
