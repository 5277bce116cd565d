/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * Which exec plugins may run: credentialPluginPolicy and credentialPluginAllowlist of the user's
 * kuberc ($KUBERC, else ~/.kube/kuberc). It is kubectl's file; whoever has forbidden a program to
 * kubectl has not allowed it to us.
 */

#include "base/error.h"
#include "base/strvec.h"

#include <stdbool.h>

struct exec_policy {
	bool restricted;	/* else all may run */
	struct strvec allowed;	/* names and paths; none: nothing may run */
	char *file;		/* that says so, for messages */
};

/*
 * Reads it. As to kubectl, a file that is not there or is no kuberc forbids nothing, unless KUBERC
 * names it. -ERR_IO, -ERR_INVALID for a policy that contradicts itself.
 */
int exec_policy_read(struct exec_policy *ret, struct error *err);
/* command is what the kubeconfig says, path the program that it means. -ERR_DENIED. */
int exec_policy_check(const struct exec_policy *p, const char *command, const char *path,
		      struct error *err);
void exec_policy_release(struct exec_policy *p);

#define cleanup_exec_policy __attribute__((cleanup(exec_policy_release)))
