/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * What an instance is asked, as statements that go out together in one round trip, and how the
 * answers become facts. Statements name variables in lists and not one by one, so that a server
 * which lacks one still answers.
 */

#include "mysql/connection.h"
#include "topology/model.h"

enum question {
	ASK_ALL,     /* first: everything */
	ASK_REPLICA, /* of those that follow: threads and GTIDs */
	ASK_GTID,    /* of those that are followed: GTIDs */
};

/*
 * Asks over c and fills i; the reading of GTIDs goes to *reading. Runs in a task. When a statement
 * fails, for want of a right, which is noted, or otherwise, each is asked alone.
 * -ERR_TIMEOUT, -ERR_CANCELLED, -ERR_IO when the connection is lost.
 */
int read_facts(struct connection *c, enum question q, struct instance *i,
	       struct gtid_reading *reading, struct arena *a, struct error *err);
/* For want of this right something was not read. */
void read_note_right(struct instance *i, struct arena *a, const char *right);
/* Microseconds since 1970 of our own clock. */
int64_t wall_clock_us(void);
/* A result as rows; borrows it. */
struct rows read_rows(const struct result *res);
