/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* The API group that a kind of OpenShift moved to ("Route": "route.openshift.io"), or NULL. */
const char *openshift_group_of(const char *kind);
