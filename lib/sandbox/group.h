/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * Group Replication in a sandbox: MySQL, one primary, members that talk over the servers' own port.
 * All in a task.
 */

#include "sandbox/sandbox.h"

#define GROUP_MEMBERS_MAX 9 /* the plugin's own limit */

/* A name for a new group: a UUID. */
int group_new_name(char **ret, struct error *err);
/*
 * Bootstraps the group on the first instance, runs the statements of history there (one a line),
 * and lets the others join; all are online afterwards.
 */
int group_form(const struct sandbox *s, const char *history, struct error *err);
/*
 * Brings all members that answer into one group again. If none of them has a majority, it is
 * bootstrapped anew by the one whose transactions include those of all others; -ERR_UNSAFE if there
 * is no such member.
 */
int group_rejoin(const struct sandbox *s, struct error *err);
/* Which instance is the primary, as the members say; -ERR_FAILED if they know of none. */
int group_primary(const struct sandbox *s, size_t *ret, struct error *err);
/* Waits until this member sees that the majority is gone. */
int group_await_no_majority(const struct sandbox *s, size_t i, struct error *err);
