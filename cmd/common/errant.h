/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * Errant transactions and what they changed: read from the binlogs of the servers that have them,
 * all servers at once.
 */

#include "base/strbuf.h"
#include "mysql/binlog/lines.h"
#include "mysql/connection.h"
#include "topology/model.h"

/* Of one server more than these are counted and not shown. */
#define ERRANT_SHOWN 10000
/* Characters of a statement's text that are shown. */
#define ERRANT_STATEMENT 2000

struct errant_change {
	char *table; /* "shop.orders" */
	uint64_t inserts, updates, deletes;
};

struct errant_transaction {
	const char *instance; /* borrowed */
	char *gtid;
	char *time;		/* RFC 3339, or NULL */
	const char *kind;	/* "rows", "statement", "empty", "unread" */
	struct strbuf text;	/* for people: "insert 2 shop.orders", "CREATE TABLE …" */
	struct errant_change *changes;
	size_t count, alloc;
};

struct errant_server {
	const struct instance *instance;
	struct connection_options options;
	int64_t connect_ms;
	struct errant_transaction *items;
	size_t len, alloc;
	uint64_t found;		  /* all, those that are not shown too */
	struct gtid_set unread;	  /* not found in the binlogs */
	struct binlog_lines lines; /* with rows: every row, as text or JSON lines */
	bool rows;
	struct error err; /* why it was not read to the end */
	/* private */
	struct gtid_set wanted;
	struct binlog_transaction t;
	struct binlog_filter filter;
	struct gtid_set seen;
};

#define ERRANT_SERVER_INIT { .t.gtid = STRBUF_INIT, .lines = BINLOG_LINES_INIT }

/* Reads all of them; what went wrong with one is in its err. */
void errant_read(struct errant_server *servers, size_t count);
void errant_server_release(struct errant_server *s);
