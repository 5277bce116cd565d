/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * Faults: named, real ways to break a sandbox. Each returns when the fault can be seen, not before:
 * a broken replica has stopped with its error, a lagging one waits. What was broken is written to
 * the description before anything is touched, so that `--heal` knows of it whatever happened.
 */

#include "sandbox/sandbox.h"

/* Which instance a fault breaks if none is named, and which it may break. */
enum fault_where {
	FAULT_REPLICA, /* one that follows another; the last */
	FAULT_PRIMARY, /* one that others follow; the first */
	FAULT_ANY,     /* the last */
};

enum fault_needs {
	FAULT_MARIADB = 1 << 0,	  /* only there */
	FAULT_MYSQL = 1 << 1,	  /* only there */
	FAULT_GTID = 1 << 2,	  /* not with --gtid=off */
	FAULT_SEMI_SYNC = 1 << 3, /* only with --semi-sync */
	FAULT_GROUP = 1 << 5,	  /* only with --group */
	FAULT_SIBLING = 1 << 4,	  /* another replica of the same source */
};

struct fault_context;

struct fault {
	const char *name;
	const char *help; /* what it does, lower case, no full stop */
	enum fault_where where;
	unsigned needs;
	const struct fault_step *make_steps, *heal_steps; /* or NULL */
	/* Can it be made on this machine? Asked before anything is written down; NULL: always. */
	int (*can)(struct fault_context *c, struct error *err);
	int (*make)(struct fault_context *c, struct error *err);
	int (*heal)(struct fault_context *c, struct error *err);
};

extern const struct fault faults[]; /* ended by name == NULL */
const struct fault *fault_find(const char *name);
/* Can it be taken back? */
bool fault_heals(const struct fault *f);

/*
 * Breaks an instance (NULL: the one that the fault takes by itself). *ret_instance is borrowed from
 * the sandbox that *ret holds. -ERR_USAGE for what does not fit this sandbox. In a task.
 */
int sandbox_break(const char *name, const struct fault *f, const char *instance,
		  struct sandbox **ret, const struct sandbox_instance **ret_instance,
		  struct error *err);
/*
 * Takes back the faults that were made, or only f; newest first. *ret_healed gets a line for each
 * ("duplicate-key on demo-2"). Those that cannot be taken back stay, and are named in *ret_left.
 */
int sandbox_heal(const char *name, const struct fault *f, struct strvec *ret_healed,
		 struct strvec *ret_left, struct error *err);
