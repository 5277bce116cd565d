/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* What happens to each object after its values are in. Private to lib/template. */

#include "template/template.h"

/* Whether the template's labels are a map of strings; reports what is not. */
bool labels_check(const struct node *labels, struct error_list *diags);

/*
 * Checks one object, writes the labels to its metadata; for OpenShift Templates also drops a
 * literal namespace and gives legacy kinds their group (facts: oc process does the same). *ret is a
 * changed copy in the arena, or object itself.
 */
bool object_finish(const struct template *t, struct arena *a, struct node *object,
		   const struct node *labels, struct error_list *diags, struct node **ret);
/*
 * Reports an object whose kind, API group, namespace and name another one in seen has; else adds
 * it there. Lists, and objects whose name the server makes, are never the same.
 */
bool object_is_new(const struct template *t, const struct node *object, struct strmap *seen,
		   struct strbuf *scratch, struct error_list *diags);

/* Sets key to the same text for the same objects; false: it has none. */
bool object_identity(const struct node *object, struct strbuf *key);

/* Objects of this kind are known by their names: all but lists and questions to the server. */
bool kind_has_names(const char *kind);
/*
 * What is wrong with a name, or NULL: Kubernetes takes a DNS-1123 subdomain, for a Service and a
 * Namespace a label. Kinds that may have other names (those of RBAC, of OpenShift, of others) take
 * any. kind is what identity_add_kind() writes.
 */
const char *name_flaw(const char *kind, size_t kind_len, const char *name, size_t len);
/*
 * What such an object is known by, its kind and group and then where its name stands. namespace is
 * that of its metadata, or NULL.
 */
void identity_add_kind(struct strbuf *key, const char *kind, const char *api_version);
void identity_add_name(struct strbuf *key, const struct node *namespace, const struct node *name);
