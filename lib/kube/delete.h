/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * Deleting the objects of manifests, what runs first. Data is kept unless it is asked for: the
 * claims that a StatefulSet made, and what fits no other data, the cluster's Secrets and record.
 */

#include "kube/manifest.h"

enum delete_outcome {
	DELETE_NOT_TRIED,
	DELETE_DONE,	  /* gone, or to be gone when nobody waits */
	DELETE_NOT_FOUND, /* was not there */
	DELETE_KEPT,
	DELETE_FAILED,
	DELETE_UNKNOWN,	  /* no answer came, or it was not gone in time */
};

struct delete_result {
	enum delete_outcome outcome;
	struct error err; /* of the last two; the caller releases it */
};

struct delete_options {
	bool volumes; /* the data as well */
	bool wait;    /* until they are gone */
	bool dry_run;
};

/*
 * Adds to m what the StatefulSets of it made or need: their claims, and the cluster's record. To be
 * done before kube_delete(), which keeps those unless o->volumes. In a task.
 */
int kube_delete_find(struct kube_client *c, struct kube_discovery *d, struct arena *a,
		     struct manifests *m, struct error *err);
/*
 * Until the object is not there; one of another uid (NULL: any) is not it. In a task.
 */
int kube_wait_gone(struct kube_client *c, const struct manifest *m, const char *uid,
		   struct error *err);
/* results has m->len entries. 0, or the class of the first failure. In a task. */
int kube_delete(struct kube_client *c, struct kube_discovery *d, struct arena *a,
		const struct manifests *m, const struct delete_options *o,
		struct delete_result *results, struct error_list *errors);
