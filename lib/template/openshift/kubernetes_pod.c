/* SPDX-License-Identifier: Apache-2.0 */
#include "template/openshift/kubernetes_internal.h"

#include <string.h>

/* Images of containers, filled by triggers or by local lookup; volumes that OpenShift makes
 * writable. */

#define TRIGGERS_ANNOTATION "image.openshift.io/triggers"
#define RESOLVE_ANNOTATION  "alpha.image.policy.openshift.io/resolve-names"

void image_trigger_add(struct image_triggers *list, const struct image_trigger *t)
{
	ALLOC_GROW(list->items, list->len + 1, list->alloc);
	list->items[list->len++] = *t;
}

/* What is being filled. */
struct filling {
	struct kubernetes *k;
	const struct node *source;
	struct image_triggers *triggers;
	bool local; /* plain names are looked up in the streams of the namespace */
};

static bool is_blank(const char *s)
{
	return s[strspn(s, " \t\r\n")] == '\0';
}

static struct image_trigger *find_trigger(struct filling *f, const char *list, long index,
					  const char *name)
{
	struct image_trigger *found = NULL;

	for (size_t i = 0; i < f->triggers->len; i++) {
		struct image_trigger *t = &f->triggers->items[i];

		if (t->list && strcmp(t->list, list) != 0)
			continue;
		if (t->name ? strcmp(t->name, name) != 0 : t->index != index)
			continue;
		t->hit = true;
		found = t;
	}
	return found;
}

/* An image without registry that names a tag of a stream of the template, where such are looked up.
 */
static bool is_local(struct filling *f, const char *image)
{
	const struct known_object *o;
	const struct node *local;

	if (strchr(image, '/') || is_blank(image))
		return false;
	o = known_objects(f->k, "ImageStream",
			  arena_memdupz(f->k->arena, image, strcspn(image, ":")));
	for (; o; o = o->next) {
		local = node_path(o->object, "spec", "lookupPolicy", "local", NULL);
		if (f->local || (local && local->kind == NODE_BOOL && local->boolean))
			return true;
	}
	return false;
}

static const char *pull_hint(const char *image, bool triggered)
{
	static const char needs_login[] = "registry.redhat.io/";

	if (!strncmp(image, needs_login, sizeof(needs_login) - 1))
		return "registry.redhat.io wants a login: name a pull secret in imagePullSecrets, or "
		       "take a tag of another registry";
	return triggered ? "OpenShift rolled out anew when the tag moved; Kubernetes does not"
			 : NULL;
}

static void set_image(struct filling *f, struct node *container, const struct image_source *s,
		      const char *image, bool triggered)
{
	const struct node *old = node_get(container, "image");
	const char *of = s->namespace_[0] ? " of namespace '" : "";

	set_text_at(f->k, container, "image", image, old ? old : container);
	diagnose(f->k->diags, "T401", old ? &old->pos : &container->pos,
		 pull_hint(image, triggered),
		 "container '%s' of %s '%s' takes image '%s' from %s '%s'%s%s%s",
		 node_text_of(container, "name"), kind_of(f->source), name_of(f->source), image,
		 s->kind, s->name, of, s->namespace_, s->namespace_[0] ? "'" : "");
}

/* Nothing was found, but the written image can be pulled. */
static void keep_written(struct filling *f, const struct node *container, const char *why)
{
	const struct node *image = node_get(container, "image");

	diagnose(f->k->diags, "T402", &image->pos, "check that this is the image to run",
		 "container '%s' of %s '%s' keeps its written image '%s': %s",
		 node_text_of(container, "name"), kind_of(f->source), name_of(f->source),
		 image->text, why);
}

static void refuse(struct filling *f, const struct node *container, const char *why,
		   const char *hint)
{
	const struct node *image = node_get(container, "image");

	diagnose(f->k->diags, "T403", image ? &image->pos : &container->pos, hint,
		 "cannot tell the image of container '%s' of %s '%s': %s",
		 node_text_of(container, "name"), kind_of(f->source), name_of(f->source), why);
}

static void fill_container(struct filling *f, struct node *container, const char *list, long index)
{
	const char *written = node_text_of(container, "image");
	struct image_trigger *t = find_trigger(f, list, index, node_text_of(container, "name"));
	struct image_source local = { "ImageStreamTag", written, namespace_of(f->source) };
	const struct image_source *s = t ? &t->source : is_local(f, written) ? &local : NULL;
	const char *image, *why, *hint;

	if (!s) {
		if (is_blank(written))
			refuse(f, container, "it is empty, and no trigger fills it",
			       "write an image with its registry to the container");
		return;
	}
	image = kubernetes_find_image(f->k, s, &why, &hint);
	if (image)
		set_image(f, container, s, image, t && strcmp(s->kind, "DockerImage") != 0);
	else if (image_names_registry(written))
		keep_written(f, container, why);
	else
		refuse(f, container, why, hint);
}

static void fill_list(struct filling *f, struct node *pod, const char *list)
{
	struct node *containers = present_list(pod, list);

	if (!containers)
		return;
	containers = node_copy_shallow(f->k->arena, containers);
	node_set(f->k->arena, pod, list, containers);
	for (uint32_t i = 0; i < containers->len; i++) {
		if (containers->items[i]->kind != NODE_MAP)
			continue;
		containers->items[i] = node_copy_shallow(f->k->arena, containers->items[i]);
		fill_container(f, containers->items[i], list, (long)i);
	}
}

static bool resolves_names(const struct node *metadata)
{
	return node_text_of(node_get(metadata, "annotations"), RESOLVE_ANNOTATION)[0] != '\0';
}

void kubernetes_fill_images(struct kubernetes *k, const struct node *source, struct node *pod,
			    struct image_triggers *triggers)
{
	struct filling f = { .k = k, .source = source, .triggers = triggers };

	f.local = resolves_names(node_get(source, "metadata")) ||
		  resolves_names(node_path(source, "spec", "template", "metadata", NULL));
	fill_list(&f, pod, "containers");
	fill_list(&f, pod, "initContainers");
	for (size_t i = 0; i < triggers->len; i++) {
		const struct image_trigger *t = &triggers->items[i];

		if (!t->hit)
			diagnose(
				k->diags, "T402", &t->pos, NULL,
				"dropped an image trigger of %s '%s': it names no container of the pod",
				kind_of(source), name_of(source));
	}
}

/* ---- the annotation ---- */

/* "containers[0].image" or 'initContainers[?(@.name=="web")].image'. */
static bool read_field(struct kubernetes *k, const char *path, struct image_trigger *t)
{
	static const char *const lists[] = { "containers", "initContainers" };
	static const char by_name[] = "?(@.name==";
	const char *end;
	char quote;

	t->list = NULL;
	for (size_t i = 0; i < ARRAY_SIZE(lists) && !t->list; i++)
		if (!strncmp(path, lists[i], strlen(lists[i])) && path[strlen(lists[i])] == '[')
			t->list = lists[i];
	if (!t->list)
		return false;
	path += strlen(t->list) + 1;
	if (!strncmp(path, by_name, sizeof(by_name) - 1)) {
		path += sizeof(by_name) - 1;
		quote = *path;
		end = quote == '"' || quote == '\'' ? strchr(path + 1, quote) : NULL;
		if (!end || strcmp(end + 1, ")].image") != 0)
			return false;
		t->name = arena_memdupz(k->arena, path + 1, (size_t)(end - path - 1));
		return true;
	}
	t->index = 0;
	for (end = path; *end >= '0' && *end <= '9' && end - path < 6; end++)
		t->index = t->index * 10 + (*end - '0');
	return end > path && !strcmp(end, "].image");
}

static bool is_paused(const struct node *trigger)
{
	const struct node *paused = node_get(trigger, "paused");

	return node_is_string(paused, "true") ||
	       (paused && paused->kind == NODE_BOOL && paused->boolean);
}

static void read_trigger(struct kubernetes *k, const struct node *object, const char *pod_path,
			 const struct node *trigger, const struct pos *pos,
			 struct image_triggers *ret)
{
	struct image_trigger t = { .source = image_source_of(node_get(trigger, "from")),
				   .pos = *pos };
	const char *path = node_text_of(trigger, "fieldPath");
	size_t prefix = strlen(pod_path);

	if (is_paused(trigger))
		diagnose(k->diags, "T402", pos, NULL, "dropped a paused image trigger of %s '%s'",
			 kind_of(object), name_of(object));
	else if (strncmp(path, pod_path, prefix) != 0 || !read_field(k, path + prefix, &t))
		diagnose(k->diags, "T402", pos, NULL,
			 "dropped an image trigger of %s '%s': its fieldPath '%s' is no image of a "
			 "container",
			 kind_of(object), name_of(object), path);
	else
		image_trigger_add(ret, &t);
}

static void read_annotation(struct kubernetes *k, const struct node *object, const char *pod_path,
			    const struct node *annotation, struct image_triggers *ret)
{
	cleanup_error struct error err = ERROR_INIT;
	struct node *list;

	if (tree_read_json(k->arena, annotation->text, annotation->len, "", READ_JSON_ONLY, &list,
			   &err) < 0 ||
	    list->kind != NODE_SEQ) {
		diagnose(k->diags, "T403", &annotation->pos, "write it as a JSON list",
			 "cannot read the image triggers of %s '%s': %s", kind_of(object),
			 name_of(object), err.message ? err.message : "they are no list");
		return;
	}
	for (uint32_t i = 0; i < list->len; i++)
		read_trigger(k, object, pod_path, list->items[i], &annotation->pos, ret);
}

/* ---- volumes ---- */

/* The name of something persistent that the pod writes to, or NULL. */
static const char *persistent_volume(const struct node *source, const struct node *pod)
{
	const struct node *volumes = present_list(pod, "volumes");
	const struct node *claims = present_list(node_get(source, "spec"), "volumeClaimTemplates");

	for (uint32_t i = 0; volumes && i < volumes->len; i++) {
		const struct node *claim = present_map(volumes->items[i], "persistentVolumeClaim");

		if (claim)
			return node_text_of(claim, "claimName");
	}
	return claims ? name_of(claims->items[0]) : NULL;
}

void kubernetes_check_volumes(struct kubernetes *k, const struct node *source,
			      const struct node *pod)
{
	const char *claim = persistent_volume(source, pod);

	if (!claim || present(node_get(pod, "securityContext"), "fsGroup"))
		return;
	diagnose(k->diags, "T402", &pod->pos,
		 "set securityContext.fsGroup of the pod (27 for the MySQL and MariaDB images of "
		 "OpenShift, 26 for PostgreSQL)",
		 "the pod of %s '%s' has no 'fsGroup', which OpenShift adds so that "
		 "PersistentVolumeClaim '%s' can be written",
		 kind_of(source), name_of(source), claim);
}

/* ---- workloads that Kubernetes has ---- */

struct workload {
	const char *kind;
	const char *pod_path; /* before "containers" in a fieldPath */
	const char *const *path;
};

static const char *const in_template[] = { "spec", "template", "spec", NULL };
static const char *const in_job_template[] = { "spec",	   "jobTemplate", "spec",
					       "template", "spec",	  NULL };
static const char *const in_itself[] = { "spec", NULL };

static const struct workload workloads[] = {
	{ "CronJob", "spec.jobTemplate.spec.template.spec.", in_job_template },
	{ "DaemonSet", "spec.template.spec.", in_template },
	{ "Deployment", "spec.template.spec.", in_template },
	{ "Job", "spec.template.spec.", in_template },
	{ "Pod", "spec.", in_itself },
	{ "ReplicaSet", "spec.template.spec.", in_template },
	{ "ReplicationController", "spec.template.spec.", in_template },
	{ "StatefulSet", "spec.template.spec.", in_template },
};

static const struct workload *find_workload(const char *kind)
{
	for (size_t i = 0; i < ARRAY_SIZE(workloads); i++)
		if (!strcmp(workloads[i].kind, kind))
			return &workloads[i];
	return NULL;
}

static void drop_trigger_annotations(struct kubernetes *k, struct node *copy)
{
	static const char *const path[] = { "metadata", "annotations", NULL };
	struct node *annotations = own_path(k, copy, path);

	if (!annotations)
		return;
	node_remove(annotations, TRIGGERS_ANNOTATION);
	node_remove(annotations, RESOLVE_ANNOTATION);
	if (annotations->len == 0)
		node_remove(node_get(copy, "metadata"), "annotations");
}

struct node *kubernetes_workload(struct kubernetes *k, const struct node *object)
{
	const struct workload *w = find_workload(kind_of(object));
	const struct node *annotation =
		node_get(node_path(object, "metadata", "annotations", NULL), TRIGGERS_ANNOTATION);
	struct image_triggers triggers = { 0 };
	struct node *copy, *pod;

	copy = node_copy_shallow(k->arena, object);
	pod = w ? own_path(k, copy, w->path) : NULL;
	if (!pod)
		return (struct node *)object;
	if (annotation && annotation->kind == NODE_STRING)
		read_annotation(k, object, w->pod_path, annotation, &triggers);
	kubernetes_fill_images(k, object, pod, &triggers);
	free(triggers.items);
	kubernetes_check_volumes(k, object, pod);
	drop_trigger_annotations(k, copy);
	return copy;
}
