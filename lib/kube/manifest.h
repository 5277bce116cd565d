/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * Manifests as a list of objects to send: Lists are taken apart, each object has a namespace, and a
 * wave: what others need comes before them.
 */

#include "kube/discovery.h"
#include "tree/read.h"

/* Objects of a wave may be sent at once; waves one after the other. */
enum wave {
	WAVE_NAMESPACE,
	WAVE_DEFINITION, /* CustomResourceDefinition, StorageClass, PersistentVolume, … */
	WAVE_ACCESS,	 /* ServiceAccount, Role, RoleBinding, … */
	WAVE_CONTENT,	 /* ConfigMap, Secret, PersistentVolumeClaim, quotas and limits */
	WAVE_SERVICE,	 /* Service, NetworkPolicy, PodDisruptionBudget, … */
	WAVE_WORKLOAD,	 /* what runs, and whatever we know nothing of */
	WAVE_COUNT,
};

struct manifest {
	struct node *object;
	const char *api_version, *kind, *name; /* borrowed from object */
	const char *ns;			       /* the namespace to use if its kind has one */
	enum wave wave;
	const struct kube_resource *resource; /* NULL before manifests_resolve() */
	const char *path;		      /* of the object; NULL before that */
};

struct manifests {
	struct manifest *items; /* in the order of the documents, in the arena */
	size_t len;
};

/*
 * ns: for objects that name none; given: it was asked for, and an object that names another is an
 * error. Each problem goes to errors, with its place; then -ERR_INVALID. The same object twice is
 * one.
 */
int manifests_collect(struct arena *a, const struct documents *docs, const char *ns, bool given,
		      struct manifests *ret, struct error_list *errors);
/* Finds the resources that the server has for the objects of one wave. In a task. */
int manifests_resolve(struct arena *a, struct kube_discovery *d, const struct manifests *m,
		      enum wave wave, struct error_list *errors);
/* "statefulset.apps/shop": as kubectl names it. Before resolving, from the kind. */
void manifest_add_name(const struct manifest *m, struct strbuf *out);
