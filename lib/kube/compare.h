/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* What an apply would change: the object that is there, and the one that the server would make. */

#include "kube/manifest.h"

struct compared {
	const struct node *before; /* NULL: it is not there */
	const struct node *after;  /* NULL with an error */
	struct error err;	   /* the caller releases it */
};

/*
 * Asks the server for each object, and for what it would be (a dry run). What only the server
 * counts (versions, managers) is left out, and what Secrets hold is masked: "***", and where it
 * differs "*** (before)" and "*** (after)". ret has m->len entries. 0, or the class of the first
 * failure. In a task.
 */
int kube_compare(struct kube_client *c, struct kube_discovery *d, struct arena *a,
		 const struct manifests *m, bool force, struct compared *ret,
		 struct error_list *errors);
