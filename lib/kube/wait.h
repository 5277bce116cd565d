/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Waits until objects are ready, and says what each waits for. */

#include "kube/manifest.h"

struct wait_state {
	bool ready;
	char *why;	  /* the last that was seen, or NULL; the caller frees it */
	struct error err; /* it will never be ready, or cannot be read; the caller releases it */
};

struct wait_options {
	/* Called when what is missing of an object changes; NULL why: it is ready. Or NULL. */
	void (*changed)(void *arg, const struct manifest *m, const char *why);
	void *arg;
};

/*
 * Until all of m are ready, or the task's deadline, or one never will be. ret has m->len entries.
 * 0; -ERR_TIMEOUT with the whys in ret; or the class of the first error. In a task.
 */
int kube_wait_ready(struct kube_client *c, struct kube_discovery *d, struct arena *a,
		    const struct manifests *m, const struct wait_options *o, struct wait_state *ret,
		    struct error_list *errors);
