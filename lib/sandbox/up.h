/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * Making, restarting and removing sandboxes. All of it in a task.
 *
 * At every moment we may be killed: the description says "whole": false until the cluster stands,
 * and again from the moment `down` begins; the next `up` or `down` finds the servers by their
 * command lines, ends them, and begins anew.
 */

#include "sandbox/sandbox.h"
#include "sandbox/server.h"

/* What is going on, for a terminal: "starting demo-1". */
struct sandbox_progress {
	void (*say)(struct sandbox_progress *p, const char *text);
};

struct sandbox_up_options {
	const char *name;
	size_t replicas;
	enum server_flavor flavor;
	const char *server_root; /* or NULL */
	enum sandbox_shape shape;
	bool semi_sync, gtid, tls;
	int64_t delay; /* seconds */
	bool as_is;    /* one that is there may differ: its own servers are started */
};

/*
 * Makes the sandbox, or, if it is there with the same options, starts those of its servers that are
 * dead. *ret_made tells which. On failure nothing of a new one is left.
 */
int sandbox_up(const struct sandbox_up_options *opts, struct sandbox_progress *progress,
	       struct sandbox **ret, bool *ret_made, struct error *err);
/* Ends the servers and removes the folder. -ERR_NOT_FOUND names the sandboxes that there are. */
int sandbox_down(const char *name, struct sandbox_progress *progress, struct error *err);

/* The argument that marks the server of an instance; the caller frees it. */
char *sandbox_marker(const struct sandbox_instance *i);
