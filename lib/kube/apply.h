/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * Server-side apply of many objects: wave after wave, the objects of one at once. An object that is
 * refused does not stop the others of its wave, but later waves, which may need it, are not begun.
 */

#include "kube/manifest.h"

/* Requests under way at once: more make the server's queue longer, not the whole shorter. */
#define APPLY_PARALLEL 16
#define APPLY_MANAGER "kubectl-mysql"

enum apply_outcome {
	APPLY_NOT_TRIED,
	APPLY_CREATED,
	APPLY_CONFIGURED,
	APPLY_UNCHANGED,
	APPLY_DONE,    /* there already; whether it was changed cannot be told without the right
			  to get it */
	APPLY_FAILED,  /* refused: nothing was changed */
	APPLY_UNKNOWN, /* no answer came: it may have been done */
};

struct apply_result {
	enum apply_outcome outcome;
	const struct node *live; /* what the server has now, or NULL; in the arena */
	struct error err;	 /* of APPLY_FAILED and APPLY_UNKNOWN; the caller releases it */
};

struct apply_options {
	const char *manager;	/* NULL: APPLY_MANAGER */
	const char *validation; /* "Strict", "Warn", "Ignore" */
	bool force, dry_run;
	/* Called when an object's result is there, in no certain order; or NULL. */
	void (*done)(void *arg, size_t i);
	/* Called once, before anything that runs is sent; an error ends it there. Or NULL. */
	int (*before_workloads)(void *arg, struct error *err);
	void *arg;
};

/*
 * results has m->len entries and is filled whatever happens. A kind that the server does not know
 * goes to errors before anything of its wave is sent. 0, or the class of the first failure. In a
 * task.
 */
int kube_apply(struct kube_client *c, struct kube_discovery *d, struct arena *a,
	       const struct manifests *m, const struct apply_options *o,
	       struct apply_result *results, struct error_list *errors);

/*
 * Runs fn(arg, i) for each i below n, at most `parallel` at once. The first failure is returned;
 * all are run. In a task.
 */
int kube_for_each(size_t n, size_t parallel, void (*fn)(void *arg, size_t i), void *arg,
		  struct error *err);
