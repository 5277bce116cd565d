/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * Which resources a server has: from apiVersion and kind to the path of requests. Asked once (two
 * requests where the server has aggregated discovery, Kubernetes 1.27 and later; else one for each
 * group), and once more when a kind is not found, for it may be new.
 */

#include "base/strbuf.h"
#include "kube/client.h"

struct kube_resource {
	const char *group, *version; /* "" for the core group */
	const char *kind, *plural, *singular;
	const char *const *short_names, *const *categories; /* NULL-ended */
	bool namespaced;
	const char *const *verbs; /* NULL-ended */
};

struct kube_discovery;

struct kube_discovery *kube_discovery_new(struct kube_client *c);
void kube_discovery_free(struct kube_discovery *d);

/*
 * Several tasks may ask at once; one of them sends the request. -ERR_NOT_FOUND: "no matches for
 * kind 'K' in version 'G/V'", kubectl's words, with a hint about CRDs. An aggregated API that is
 * down hides no other; who asks for a kind of its own gets -ERR_IO. Else as kube_request(). *ret is
 * good as long as d.
 */
int kube_discovery_kind(struct kube_discovery *d, const char *api_version, const char *kind,
			const struct kube_resource **ret, struct error *err);
/*
 * What a user types: "sts", "statefulset", "statefulsets.apps", "statefulsets.v1.apps", "pods". The
 * preferred version, of the first group that has it. -ERR_NOT_FOUND: "the server doesn't have a
 * resource type 'x'".
 */
int kube_discovery_name(struct kube_discovery *d, const char *name,
			const struct kube_resource **ret, struct error *err);
/*
 * Appends "/api/v1/namespaces/shop/pods/shop-0"; ns is left out for what has no namespace, and for
 * all namespaces (NULL); name NULL: the collection. Each part is escaped.
 */
void kube_resource_path(const struct kube_resource *r, const char *ns, const char *name,
			struct strbuf *out);
/* Asks anew when it is next needed: after a CRD was made. */
void kube_discovery_forget(struct kube_discovery *d);
