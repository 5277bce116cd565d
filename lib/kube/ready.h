/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * Is an object what it is to be, and if not, why: pure decisions over what the API server says. For
 * what runs pods the reason is that of the first pod that is not ready: not scheduled (the
 * scheduler's words), an image that cannot be pulled, a container that ends, a volume that is not
 * there, a probe that fails.
 */

#include "base/strbuf.h"
#include "tree/node.h"

enum readiness {
	READY,
	NOT_YET,
	NEVER, /* waiting longer does not help: a Job that failed */
};

/* Appends to *why what is missing, in a few words; nothing when it is ready. */
enum readiness kube_ready(const struct node *object, struct strbuf *why);
/*
 * Does it run pods that may say more? The selector of its pods as a query ("labelSelector=…"), in
 * the arena; NULL: none.
 */
const char *kube_pod_query(struct arena *a, const struct node *object);
/* Is this pod one that the object runs: of its newest revision, and of its own? */
bool kube_runs_pod(const struct node *object, const struct node *pod);
/* Appends why a pod is not ready; false: it is. *ret_log: container whose last log says more. */
bool kube_pod_waits(const struct node *pod, struct strbuf *why, const char **ret_log);
/* The newest warning among events about this pod, or NULL. */
const char *kube_pod_warning(const struct node *events, const struct node *pod);
