/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * What each request shows of us, whichever way a kube_config has it: a token, a file that holds
 * one, user and password, a program, a client certificate. For the code that sends requests:
 *
 *	r = credentials_get(c, &shown, err);
 *	... send with shown.authorization; on a 401, once:
 *	if (credentials_refused(c, &shown))
 *		... the same again, as there may be others now
 *
 * When shown.cert changes from one call to the next, connections that were made with the old one
 * must not be used any more.
 */

#include "base/error.h"
#include "kube/exec_plugin.h"
#include "kube/kubeconfig.h"

struct credentials;

/* Borrowed until the next call. NULL: nothing to send. */
struct credentials_shown {
	const char *authorization; /* the value of the header: "Bearer …", "Basic …" */
	const char *cert, *key;	   /* PEM */
	unsigned number;	   /* for credentials_refused() */
};

/* config must live longer. opts are for a program; or NULL. */
struct credentials *credentials_new(const struct kube_config *config,
				    const struct exec_plugin_options *opts);
/* NULL is accepted. */
void credentials_free(struct credentials *c);

/* In a task if there is a program to run. Errors as exec_plugin_get() and token_file_get(). */
int credentials_get(struct credentials *c, struct credentials_shown *ret, struct error *err);
/* A server answered with 401. True if another try makes sense; to be asked once for a request. */
bool credentials_refused(struct credentials *c, const struct credentials_shown *shown);
