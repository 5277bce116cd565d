/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* What the parts of the conversion for Kubernetes share. */

#include "template/diagnostics.h"
#include "template/openshift/kubernetes.h"

#include "base/memory.h"
#include "base/strmap.h"

#define OPENSHIFT_NAMESPACE "openshift"

/* An object of the template; those of one kind and name are chained in their order. */
struct known_object {
	const struct node *object;
	struct known_object *next;
	struct known_object *last; /* of the chain; kept in its first */
	bool used;		   /* an ImageStream in which an image was found */
};

struct kubernetes {
	struct arena *arena;
	struct error_list *diags;
	const char *namespace_; /* where the objects will go, "" if unknown */
	struct known_object **objects; /* all of the source, those in Lists too */
	size_t count, alloc;
	struct strmap by_name;	  /* "kind/name" -> struct known_object * */
	struct strmap pod_labels; /* values of the label that OpenShift gives to pods */
	bool pod_labels_known;
};

/* Where objects go. */
struct sink {
	struct node **items;
	size_t len, alloc;
};

void sink_add(struct sink *s, struct node *object);

/* ---- objects (kubernetes_object.c) ---- */

const char *kind_of(const struct node *object);
const char *name_of(const struct node *object);
const char *namespace_of(const struct node *object);
/* The value of a key, or NULL if it is missing or null. */
struct node *present(const struct node *map, const char *key);
/* The same if it is a map with entries, or a list with items; else NULL. */
struct node *present_map(const struct node *map, const char *key);
struct node *present_list(const struct node *map, const char *key);
/* The group of an object, that of kinds from before there were groups included; "" for core. */
const char *kubernetes_group(struct arena *a, const struct node *object);
bool is_openshift_group(const char *group);

struct node *text_node(struct kubernetes *k, const char *text, const struct node *origin);
void set_text_at(struct kubernetes *k, struct node *map, const char *key, const char *text,
		 const struct node *origin);
struct node *map_at(struct kubernetes *k, const struct node *origin);
struct node *list_of_one(struct kubernetes *k, struct node *item);
/* An object of another kind with the name, labels and annotations of the source. */
struct node *object_from(struct kubernetes *k, const struct node *source, const char *version,
			 const char *kind);
/* A copy of metadata without leftovers; an empty map if there is none. */
struct node *metadata_from(struct kubernetes *k, const struct node *metadata);
/* Copies the maps on a way down (NULL-ended) below a copy, and gives the last; NULL: there is none.
 */
struct node *own_path(struct kubernetes *k, struct node *copy, const char *const *path);
void add_known_object(struct kubernetes *k, const struct node *object);
/* The chain of objects of this kind and name, or NULL. */
struct known_object *known_objects(const struct kubernetes *k, const char *kind, const char *name);
/* The object of this kind and name, and of this namespace if both have one; or NULL. */
const struct node *find_object(const struct kubernetes *k, const char *group, const char *kind,
			       const char *name, const char *namespace_);
/* Reports T403 if the template has such an object already. */
bool name_is_free(struct kubernetes *k, const struct node *source, const char *group,
		  const char *kind, const char *name);

/* ---- images (kubernetes_image.c) ---- */

/* What a trigger says about where an image comes from. */
struct image_source {
	const char *kind;	/* "ImageStreamTag" if not said */
	const char *name;	/* "mysql:8.4-el9" */
	const char *namespace_; /* "": that of the object */
};

struct image_source image_source_of(const struct node *from);
/* The image, or NULL with *ret_why ("…", behind a colon) and *ret_hint set. */
const char *kubernetes_find_image(struct kubernetes *k, const struct image_source *source,
				  const char **ret_why, const char **ret_hint);
/* True if the text names a registry that a cluster other than OpenShift can reach. */
bool image_names_registry(const char *image);

/* ---- pods (kubernetes_pod.c) ---- */

/* What fills the image of containers. */
struct image_trigger {
	const char *list; /* "containers", "initContainers"; NULL: both */
	const char *name; /* of the container, or NULL: by index */
	long index;
	struct image_source source;
	struct pos pos;
	bool hit;
};

struct image_triggers {
	struct image_trigger *items;
	size_t len, alloc;
};

void image_trigger_add(struct image_triggers *list, const struct image_trigger *t);

/*
 * Fills the images of a pod (a copy that may be changed), and reports those that nothing fills.
 * source is the object in the template, for messages.
 */
void kubernetes_fill_images(struct kubernetes *k, const struct node *source, struct node *pod,
			    struct image_triggers *triggers);
/* Reports a pod with persistent volumes and no fsGroup, which OpenShift gives by itself. */
void kubernetes_check_volumes(struct kubernetes *k, const struct node *source,
			      const struct node *pod);
/* Deployments and the like, with the annotation of OpenShift's image triggers or without. */
struct node *kubernetes_workload(struct kubernetes *k, const struct node *object);

/* ---- one kind each; the result goes into the sink ---- */

typedef void kubernetes_converter(struct kubernetes *k, const struct node *object,
				  struct sink *out);

kubernetes_converter kubernetes_deployment_config; /* kubernetes_workload.c */
kubernetes_converter kubernetes_route;		   /* kubernetes_route.c */
kubernetes_converter kubernetes_role;		   /* kubernetes_rbac.c */
kubernetes_converter kubernetes_role_binding;

/* Objects that Kubernetes has, without what only OpenShift reads in them (kubernetes_fields.c). */
struct node *kubernetes_fields(struct kubernetes *k, const struct node *object);
/* Drops the annotations that only OpenShift acts on from a copy of an object. */
void kubernetes_annotations(struct kubernetes *k, const struct node *source, struct node *copy);
