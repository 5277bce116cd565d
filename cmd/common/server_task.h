/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Work on one or several servers of a target, each in a task of its own with a connection. */

#include "cmd/common/login.h"
#include "cmd/common/target.h"

struct server_task {
	struct connection *c;	/* open while fn runs */
	const char *name;	/* of the instance */
	size_t index;		/* in the target */
	void *arg;
	int result;		/* what connecting or fn returned */
	struct error err;	/* set with a negative result */
};

typedef int server_fn(struct server_task *t, struct error *err);

/*
 * Calls fn for the chosen instance, or for all, at the same time; *ret holds target->count, of
 * which the results are the caller's to look at. o->timeout is for all of it.
 */
int server_tasks_run(struct session *s, const struct target_options *o,
		     const struct login_options *l, const char *name, server_fn *fn, void *arg,
		     struct target *target, struct server_task **ret, struct error *err);
void server_tasks_free(struct server_task *tasks, size_t count);
/*
 * Calls fn for exactly one instance, a usage error if there are several, and returns its result.
 * o->timeout is for connecting and for each statement, but not for what is read to its end.
 */
int server_task_run_one(struct session *s, const struct target_options *o,
			const struct login_options *l, const char *name, server_fn *fn, void *arg,
			struct error *err);
