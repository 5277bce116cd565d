/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * A topology and its diagnosis as documents of docs/json.md. Whatever is not known is null, seconds
 * are numbers, times RFC 3339 UTC. Only ever added to.
 */

#include "topology/diagnose.h"
#include "tree/node.h"

/* kind "Status". Everything lives in the arena, or is borrowed from the topology. */
struct node *status_document(struct arena *a, const struct topology *t, const struct diagnosis *d);
/* One finding: code, severity, level, object, reason, evidence, repair, next. */
struct node *finding_node(struct arena *a, const struct finding *f);
/* The figures of a channel's lag. */
struct node *lag_node(struct arena *a, const struct link *l);
/* {"apiVersion": "kubectl-mysql/v1", "kind": kind, "cluster": name, "takenAt": time} */
struct node *document_new(struct arena *a, const char *kind, const struct topology *t);
/* What a channel follows: an instance by its name, else host:port. */
const char *source_name(struct arena *a, const struct link *l);
/* "mysql" or "mariadb". */
const char *flavor_name(const struct instance *i);
