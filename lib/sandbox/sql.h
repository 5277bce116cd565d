/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* SQL on instances of a sandbox, as its administrator. All in a task. */

#include "mysql/connection.h"
#include "sandbox/sandbox.h"

#define SQL_TIME 90000 /* milliseconds for one statement of ours, unless the task has less */

/* Logs in over the socket. */
int sql_open(const struct sandbox *s, const struct sandbox_instance *i, struct connection **ret,
	     struct error *err);
/* Runs statements, each by itself, up to NULL. */
int sql_run_all(struct connection *c, const char *const *statements, struct error *err);
/* One statement, formatted. */
int sql_do(struct connection *c, struct error *err, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
/* The first cell of the first row, for the caller; NULL if there is none. */
int sql_text(struct connection *c, const char *sql, char **ret, struct error *err);
/* A field of the state of the first channel ("Last_SQL_Errno"); NULL if it is no replica. */
int sql_replica_field(struct connection *c, const char *field, char **ret, struct error *err);
/* Is a receiver of any channel still looking for its source? Neither is one that is stopped. */
int sql_receivers_connect(struct connection *c, bool *ret, struct error *err);
/* A semi-sync status of a source ("clients", "status"); NULL where the plugin is not there. */
int sql_semi_sync(struct connection *c, const char *name, char **ret, struct error *err);
/* Waits until the replica has applied all that the source has written. */
int sql_catch_up(struct connection *replica, struct connection *source, bool gtid,
		 struct error *err);
