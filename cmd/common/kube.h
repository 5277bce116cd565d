/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * A command's way to an API server, from kubectl's global options (GLOBAL_CLUSTER).
 *
 *	static int act(struct kube *k, void *arg, struct error *err) { … }
 *	return kube_run(s, &(struct kube_run_options){ 0 }, act, &job, err);
 */

#include "cli/command.h"
#include "kube/discovery.h"

struct kube {
	struct session *session;
	struct arena *arena; /* for all of the command */
	struct kube_config config;
	struct kube_client *client;
	struct kube_discovery *discovery;
};

struct kube_run_options {
	int64_t timeout;  /* milliseconds for all of it; 0: none */
	bool stdin_taken; /* manifests come from there */
};

typedef int kube_fn(struct kube *k, void *arg, struct error *err);

/*
 * Reads the configuration and calls fn in a task, which an interrupt cancels. What servers warn of
 * is added to the session's diagnostics.
 */
int kube_run(struct session *s, const struct kube_run_options *o, kube_fn *fn, void *arg,
	     struct error *err);
