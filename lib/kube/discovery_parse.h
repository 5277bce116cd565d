/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * The answers of an API server to the question what it has, in each of their forms. For
 * discovery.c, its tests and fuzzing.
 */

#include "kube/discovery.h"

/* In the order of the server, preferred versions first; all in the arena. */
struct kube_resources {
	struct arena *arena;
	struct kube_resource **items;
	size_t len, alloc;
	/* "group/version" of those whose own server does not answer. */
	const char **stale;
	size_t stale_len, stale_alloc;
};

void kube_resources_release(struct kube_resources *list);

enum kube_discovery_form {
	KUBE_FORM_AGGREGATED, /* APIGroupDiscoveryList: taken in as a whole */
	KUBE_FORM_VERSIONS,   /* APIVersions, of /api */
	KUBE_FORM_GROUPS,     /* APIGroupList, of /apis */
};

/* -ERR_INVALID for what is none of them. */
int kube_discovery_form(const struct node *answer, enum kube_discovery_form *ret,
			struct error *err);
/* Adds all of an APIGroupDiscoveryList, v2 or v2beta1. -ERR_LIMIT beyond LIMIT_KUBE_RESOURCES. */
int kube_resources_add_aggregated(struct kube_resources *list, const struct node *answer,
				  struct error *err);
/*
 * The paths to ask for one by one, "/api/v1" or "/apis/apps/v1", preferred versions first; *ret is
 * NULL-ended and in the arena of list.
 */
int kube_discovery_paths(struct kube_resources *list, const struct node *answer,
			 const char *const **ret, struct error *err);
/* Adds an APIResourceList, which is of group/version. */
int kube_resources_add_plain(struct kube_resources *list, const struct node *answer,
			     struct error *err);
void kube_resources_add_stale(struct kube_resources *list, const char *group_version);
