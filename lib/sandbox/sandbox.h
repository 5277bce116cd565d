/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * A sandbox: a real cluster of servers on this machine, in one folder
 * ($XDG_STATE_HOME or ~/.local/state, then kubectl-mysql/sandbox/NAME; root's is under /var/lib,
 * as its servers run as nobody, who cannot look into root's home). The folder says everything:
 * which servers belong to it, how to reach them, what was broken. Nothing is kept elsewhere, but
 * for the sockets of a folder whose path is too long for them.
 *
 * sandbox.json is the description; it is written whole or not at all, first with "whole": false,
 * and again when the cluster stands. This header is what other commands need: the description.
 */

#include "base/error.h"
#include "base/strvec.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct sandbox_instance {
	char *name;   /* "demo-0" */
	char *host;   /* a loopback address */
	unsigned port;
	unsigned server_id;
	char *socket; /* path of its unix socket */
	char *folder;
};

/* Who follows whom when the sandbox is made. */
enum sandbox_shape {
	SANDBOX_STAR,	      /* all follow the first */
	SANDBOX_CHAIN,	      /* each follows the one before it */
	SANDBOX_MULTI_SOURCE, /* the last follows all others, which are primaries */
	SANDBOX_GROUP,	      /* Group Replication, single primary */
};

/* What `sandbox break` did and nobody has healed. */
struct sandbox_break {
	char *fault;
	char *instance; /* or NULL: the whole cluster */
	char *since;	/* RFC 3339, UTC */
};

struct sandbox {
	char *name;
	char *folder;
	bool mariadb;
	char *version;		/* of the servers, as they print it */
	char *server_root;	/* of --server-root, or NULL */
	bool whole;		/* false: broken off; sandbox_load() refuses it */
	char *user, *password;	/* of the administrator, for every instance */
	char *replication_user, *replication_password;
	char *tls_ca;		/* file, or NULL without --tls */
	char *group_name;	/* a UUID, or NULL without --group */
	char *socket_folder;	/* made for the sockets alone, or NULL */
	enum sandbox_shape shape;
	bool semi_sync, gtid;
	int64_t delay;		/* seconds that replicas stay behind on purpose */
	struct sandbox_instance *instances;
	size_t count;
	struct sandbox_break *breaks;
	size_t break_count, break_alloc;
};

/* Reads the sandbox's folder; -ERR_NOT_FOUND names the sandboxes that there are. */
int sandbox_load(const char *name, struct sandbox **ret, struct error *err);
void sandbox_free(struct sandbox *s);
void cleanup_sandbox_fn(struct sandbox **s);
#define cleanup_sandbox __attribute__((cleanup(cleanup_sandbox_fn)))

/* An instance by name ("demo-1") or number ("1"), or NULL. */
struct sandbox_instance *sandbox_instance(const struct sandbox *s, const char *name);
/* The error that there is none, with those that there are in the hint; returns -class. */
int sandbox_no_instance(const struct sandbox *s, const char *name, enum error_class class,
			struct error *err);
/*
 * Hints at what there is in place of a sandbox of this name; may_make: and how to make it.
 */
void sandbox_hint_names(const char *name, bool may_make, struct error *err);
/* The names of all sandboxes, half-made ones included, sorted. */
int sandbox_names(struct strvec *ret, struct error *err);
/*
 * The instance that i was made to follow, or NULL; in SANDBOX_MULTI_SOURCE the last one follows all
 * others and this gives the first.
 */
const struct sandbox_instance *sandbox_source(const struct sandbox *s, size_t i);
