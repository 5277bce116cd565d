/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * The record: which pod of a cluster takes writes (docs/authority.md, rule 1). It is the ConfigMap
 * CLUSTER-record, created by the first apply and changed by promote alone; the Service
 * CLUSTER-primary selects the pod that it names, by a field that has a manager of its own, so that
 * no apply of manifests ever moves it.
 */

#include "kube/manifest.h"

#define RECORD_MANAGER "kubectl-mysql-record"
#define CLUSTER_LABEL "kubectl-mysql/cluster"
#define POD_NAME_LABEL "statefulset.kubernetes.io/pod-name"

/* The cluster that an object says it belongs to, by its label; NULL: none. */
const char *kube_cluster_of(const struct manifest *m);

/* A cluster among manifests: the one whose primary Service is there. */
struct kube_record {
	const char *cluster, *ns;
	const char *primary; /* pod, after kube_record_settle(); in the arena */
};

/*
 * Finds the clusters of m. What belongs to the record is taken out of m: the record itself, and the
 * selector of the primary Service, as `render --bootstrap` prints them. *ret is in the arena.
 */
size_t kube_records_take(struct arena *a, struct manifests *m, struct kube_record **ret);
/*
 * Creates the record unless it is there (epoch 0, the first pod). To be done before the cluster's
 * pods are made. In a task.
 */
int kube_record_ensure(struct kube_client *c, struct arena *a, struct kube_record *record,
		       bool dry_run, struct error *err);
/* Points the primary Service at the pod that the record names. The Service must be there. */
int kube_record_select(struct kube_client *c, struct arena *a, const struct kube_record *record,
		       bool dry_run, struct error *err);
