/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * Rendered objects of an OpenShift Template, turned into what Kubernetes has: DeploymentConfig to
 * Deployment, Route to Ingress, Role and RoleBinding to their namesakes, Project to Namespace;
 * images that OpenShift fills in are looked up in the ImageStreams of the template, then in a table
 * of those of namespace 'openshift'. What has no counterpart is dropped.
 *
 * Every conversion is reported with the place of its object: T401 (note) converted, T402 (warning)
 * dropped, T403 (error) needs a decision of the user. Only empty leftovers (`status: {}`,
 * `creationTimestamp: null`, `portalIP: ""`) go without a word.
 */

#include "base/arena.h"
#include "base/error.h"
#include "tree/read.h"

#include <stdbool.h>

/*
 * Replaces docs->items; what is new lives in the arena, what is unchanged is shared, no node is
 * changed. namespace_ is where the objects will be created, "" if that is not known yet. False: at
 * least one T403 was reported, and docs are as they were. On success no object of a group of
 * OpenShift (*.openshift.io) is left.
 */
bool kubernetes_convert(struct arena *a, struct documents *docs, const char *namespace_,
			struct error_list *diags);
