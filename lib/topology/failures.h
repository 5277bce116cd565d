/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * The errors that stop a receiver or an applier, by number and text, each to the code of a rule.
 * Sources: mysql-server share/messages_to_error_log.txt and messages_to_clients.txt, MariaDB
 * errmsg-utf8.txt; both vendors' numbers stand in one row.
 */

#include "mysql/dialect/replica_status.h"

struct failure {
	bool receiver; /* else the applier */
	unsigned numbers[13]; /* ended by 0; none at all: every other number */
	const char *text;     /* must be in the message too, or NULL */
	const char *code;     /* of the rule */
	const char *words;    /* "cannot reach its source"; behind "stopped applying" */
};

/* Never NULL for a thread with an error. */
const struct failure *failure_find(const struct replica_thread *t, bool receiver);
/* The table a message speaks of: "Could not execute … on table shop.orders;" to len bytes. */
const char *failure_table(const char *text, size_t *ret_len);
