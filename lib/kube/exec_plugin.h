/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * Credentials from a program that a kubeconfig names: client.authentication.k8s.io v1 and v1beta1.
 * It is run when credentials are first needed, when they have expired, and when a server refused
 * them; what it gave is kept in memory and never written anywhere. Tasks that need credentials at
 * the same time wait for one run, as it may ask a person something.
 *
 * Nothing of what it printed, of its arguments or its variables is in a message.
 */

#include "base/error.h"
#include "kube/kubeconfig.h"

#include <stdbool.h>
#include <stdint.h>

struct exec_plugin;

struct exec_plugin_options {
	/* Milliseconds for one run; 0: EXEC_PLUGIN_TIMEOUT. The task's deadline holds as well. */
	int64_t timeout;
	/*
	 * Why the plugin may not read standard input, as "manifests are read from it (-f -)". NULL:
	 * it may, if that is a terminal.
	 */
	const char *stdin_taken;
};

/* A person may have to log in to a web page meanwhile. */
#define EXEC_PLUGIN_TIMEOUT 300000

/* NULL: not given. A token, or both of the others, or all three. Borrowed until the next call. */
struct exec_credentials {
	const char *token;
	const char *cert, *key; /* PEM */
	unsigned number;	/* of the run that they are from, from 1 */
};

/* exec must live longer; opts may be NULL. */
struct exec_plugin *exec_plugin_new(const struct kube_exec *exec,
				    const struct exec_plugin_options *opts);
/* NULL is accepted. No task may be within a call. */
void exec_plugin_free(struct exec_plugin *p);

/*
 * In a task: runs it if it has to. Errors: -ERR_NOT_FOUND without the program, with the install
 * hint; -ERR_DENIED if it failed, may not run (kube/exec_policy.h) or needs a terminal that is not
 * there; -ERR_INVALID for an answer that is none; -ERR_LIMIT, -ERR_TIMEOUT, -ERR_CANCELLED.
 */
int exec_plugin_get(struct exec_plugin *p, struct exec_credentials *ret, struct error *err);
/*
 * In a task: a server refused (401) the credentials of that number. They are forgotten, unless
 * there are newer ones already; the next exec_plugin_get() runs it again.
 */
void exec_plugin_refused(struct exec_plugin *p, unsigned number);

/*
 * Reads what a plugin printed. *ret_expiry is in seconds of time(), INT64_MAX if it does not say.
 * For the plugin itself, and for fuzzing. The strings are to be freed with secret_free().
 */
struct exec_answer {
	char *token, *cert, *key;
	int64_t expiry;
};
int exec_answer_parse(const char *text, size_t len, const char *api_version,
		      struct exec_answer *ret, struct error *err);
void exec_answer_release(struct exec_answer *a);
