/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Waiting for objects, shown as it goes on. */

#include "cmd/common/kube.h"
#include "kube/manifest.h"

/*
 * Until all of m are ready. What an object waits for, and why, is shown on standard error when that
 * is a terminal, and is in the diagnostics of one that was not ready in time. 0, or a negative
 * class with the reasons in the diagnostics. In a task.
 */
int await_ready(struct kube *k, const struct manifests *m, struct error *err);
/* Until none of m is there. */
int await_gone(struct kube *k, const struct manifests *m, struct error *err);
