/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * What only OpenShift has, as what Kubernetes has: DeploymentConfig, Route, image triggers and
 * the like. Works on rendered objects; every conversion is reported (T401 to T403).
 */

#include "base/error.h"
#include "tree/read.h"

/* Replaces the objects of docs. False if one needs a decision: T403 was reported. */
bool kubernetes_convert(struct arena *a, struct documents *docs, struct error_list *diags);
