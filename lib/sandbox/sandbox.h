/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * A sandbox: a real cluster of servers on this machine, in one folder
 * ($XDG_STATE_HOME or ~/.local/state, then kubectl-mysql/sandbox/NAME). The folder says everything:
 * which servers belong to it, how to reach them, what was broken. Nothing is kept elsewhere.
 * This header is what other commands need of one: its list of instances.
 */

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>

struct sandbox_instance {
	char *name;   /* "demo-0" */
	char *host;   /* a loopback address */
	unsigned port;
	char *socket; /* path of its unix socket */
	char *folder;
};

struct sandbox {
	char *name;
	char *folder;
	bool mariadb;
	char *user, *password; /* of the administrator, for every instance */
	char *tls_ca;	       /* file, or NULL without --tls */
	struct sandbox_instance *instances;
	size_t count;
};

/* Reads the sandbox's folder; -ERR_NOT_FOUND names the sandboxes that there are. */
int sandbox_load(const char *name, struct sandbox **ret, struct error *err);
void sandbox_free(struct sandbox *s);
void cleanup_sandbox_fn(struct sandbox **s);
#define cleanup_sandbox __attribute__((cleanup(cleanup_sandbox_fn)))
