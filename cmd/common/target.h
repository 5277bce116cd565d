/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * What a command works on: a sandbox, a list of hosts, or a cluster of the project file, and
 * perhaps one instance of it.
 *
 *	struct opts { struct target_options target; struct login_options login; … };
 *	static const struct option_spec options[] = {
 *		TARGET_OPTIONS(struct opts, target), …, OPT_END };
 *	static const struct arg_spec args[] = { TARGET_ARG, ARG_END };
 *	…
 *	cleanup_target struct target t = TARGET_INIT;
 *	if (target_resolve(s, &o->target, s->argc ? s->args[0] : NULL, &t, err) < 0)
 *		return -err->class;
 *	for (size_t i = 0; i < t.count; i++)
 *		target_connection(&t, i, &connection_options);
 *
 * The project file is .kubectl-mysql.yaml in this folder or one above, then
 * $XDG_CONFIG_HOME/kubectl-mysql/config.yaml:
 *
 *	clusters:
 *	  shop:
 *	    hosts: [db1, "db2:3307"]
 *	    defaults-file: ~/.my.cnf
 */

#include "cli/command.h"
#include "mysql/connection.h"

struct target_options {
	const char *sandbox;
	const char *hosts;
	const char *inventory;
	int64_t timeout; /* milliseconds for the whole command */
};

#define TARGET_TIMEOUT "5s"

/* Rows for the option table of a command. */
#define TARGET_OPTIONS(type_, member_)                                                             \
	OPT_STRING(0, "sandbox", type_, member_.sandbox, "NAME", "the cluster is this sandbox"),   \
		OPT_STRING(0, "hosts", type_, member_.hosts, "HOST[:PORT],…",                    \
			   "the cluster is these servers"),                                        \
		OPT_STRING(0, "inventory", type_, member_.inventory, "FILE",                       \
			   "the cluster is the servers of this file, one a line or a YAML list",   \
			   .complete = complete_file),                                             \
		OPT_DURATION(0, "timeout", type_, member_.timeout,                                 \
			     "give up on what has not answered after this long",                   \
			     .fallback = TARGET_TIMEOUT)

/* The positional of a command that looks at a cluster, or at one instance of it. */
#define TARGET_ARG                                                                                 \
	{ "NAME", "a cluster, CLUSTER/INSTANCE, or an instance of --sandbox or --hosts", 0, 1, NULL }

struct target_instance {
	char *name; /* "demo-0", "db2:3307": unique in the target */
	char *host; /* NULL if there is only a socket */
	unsigned port;
	char *socket; /* or NULL; where both are there, the socket is the nearer way */
};

struct target {
	char *name;	 /* of the cluster: "demo", "shop", "db1,db2:3307" */
	char *words;	 /* how a command line names it: "--sandbox demo"; for hints */
	bool sandbox;
	struct target_instance *instances;
	size_t count;
	ptrdiff_t chosen; /* the instance that was named, or -1: all */
	/* What the target itself brings to log in with; what the user says goes before it. */
	char *user, *password, *tls_ca; /* or NULL */
	char *defaults_file;		/* or NULL */
};

#define TARGET_INIT { .chosen = -1 }

/*
 * Finds what the options and name (the positional, or NULL) mean: with an option name is one of its
 * instances; without, a cluster of the project file, a sandbox, an instance of a sandbox, or
 * CLUSTER/INSTANCE, split at the first slash. -ERR_USAGE, -ERR_NOT_FOUND with
 * what was looked for, -ERR_INVALID with file:line:column.
 */
int target_resolve(struct session *s, const struct target_options *o, const char *name,
		   struct target *ret, struct error *err);
/*
 * Fills host, port, socket and label, and user, password and tls_ca where they are NULL and the
 * target brings them. Everything is borrowed from the target.
 */
void target_connection(const struct target *t, size_t i, struct connection_options *ret);
/* Position of the instance that a user calls name, or -1. */
ptrdiff_t target_find(const struct target *t, const char *name);
void target_release(struct target *t);

#define cleanup_target __attribute__((cleanup(target_release)))
