/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * Statements on several servers at once, each server in a task of its own. What a user wrote is
 * parted and judged by mysql/statement.h; a server that is guarded gets no write, and a READ ONLY
 * session on top. A statement that was not finished, because time was up or the user interrupted,
 * is killed on the server by a second connection.
 */

#include "mysql/connection.h"
#include "topology/model.h"

struct rows;

struct sql_server {
	const struct instance *instance;
	struct connection_options options;
	bool guarded;
	/* Filled by sql_run(), if the job does not stream. */
	struct result **results; /* [i] NULL: statement i has no rows */
	uint64_t *affected;
	size_t done, alloc;
	struct error err; /* why it did not go on; class 0: all done */
	unsigned long thread; /* to be killed, or 0 */
	struct sql_job *job;
};

struct sql_job {
	const char *text; /* statements */
	size_t len;
	const char *name;     /* where they come from, for messages */
	int64_t connect_ms;   /* to connect, and to kill */
	int64_t statement_ms; /* for each statement; 0: any */
	struct rows *rows;    /* results go here as they come; NULL: they are kept */
	bool say_instance;    /* in rows */
	struct sql_server *servers;
	size_t count;
};

/* Before anything is sent: would a guarded server get a write? -ERR_UNSAFE with its place. */
int sql_check(const struct sql_job *job, size_t *ret_statements, struct error *err);
/* Runs until every server has done all, or has failed. */
void sql_run(struct sql_job *job);
void sql_job_release(struct sql_job *job);
