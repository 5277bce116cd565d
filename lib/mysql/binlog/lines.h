/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * A binlog for people and for programs: the handler of a decoder that follows transactions, leaves
 * out what was not asked for, and writes the rest as readable text or as one JSON object a line
 * (docs/binlog.md has the members). Statements are shown as statements: nothing is made up from
 * them.
 */

#include "base/error.h"
#include "base/strmap.h"
#include "mysql/binlog/decoder.h"
#include "mysql/binlog/out.h"

#include <stdbool.h>
#include <stdint.h>

/* What is asked for; all zero: everything. */
struct binlog_filter {
	const char *const *tables; /* globs of "database.table"; table_count of them */
	size_t table_count;
	int64_t start_time, stop_time; /* seconds since 1970, of transactions; 0: none */
	bool (*gtid)(void *arg, const struct binlog_gtid *g); /* is it wanted? NULL: all */
	void *gtid_arg;
};

/* The transaction that is open, or the one that has just ended. */
struct binlog_transaction {
	struct strbuf gtid; /* empty: the server has none */
	uint32_t timestamp, server_id;
	uint64_t committed; /* microseconds since 1970, or 0 */
	uint64_t position;  /* of its first event */
	uint64_t length;    /* as its first event says, or 0 */
	uint64_t bytes, rows;
	bool open;   /* something of it has come */
	bool wanted; /* the filter takes it */
	bool shown;  /* its beginning has been written */
};

/* Data of a LOAD DATA statement that is still to come. */
struct binlog_lines_load {
	bool open; /* nothing has been written of it */
	bool deleted;
	uint32_t file_id;
	uint64_t bytes;
	uint8_t first[60];
	size_t first_len;
};

struct binlog_lines {
	struct binlog_out out; /* out.text: readable; else JSON */
	const struct binlog_filter *filter;
	struct binlog_transaction t;
	struct strbuf prefix; /* of each row of one event */
	struct binlog_lines_load load; /* for text */
	bool stopped;	      /* by filter->stop_time: nothing more will come */
	bool colour;
};

#define BINLOG_LINES_INIT                                                                          \
	{ .out = BINLOG_OUT_INIT, .t.gtid = STRBUF_INIT, .prefix = STRBUF_INIT }

/* The handler for binlog_decoder_new(); arg is a struct binlog_lines. Returns 1 when stopped. */
int binlog_lines_event(void *arg, const struct binlog_event *e, struct error *err);
/* At the end of all events, an early one too: what was still held back. */
void binlog_lines_end(struct binlog_lines *l);
void binlog_lines_release(struct binlog_lines *l);

/* Does the filter take rows of this table? Statements: can one with this default database touch
 * tables that it takes? */
bool binlog_filter_table(const struct binlog_filter *f, const struct binlog_table *t);
bool binlog_filter_database(const struct binlog_filter *f, const struct binlog_slice *database);

/*
 * Follows transactions through events, for what counts instead of writing lines. Call it first for
 * each event; 1 means that a new transaction began with it.
 */
int binlog_transaction_event(struct binlog_transaction *t, const struct binlog_filter *f,
			     const struct binlog_event *e);
/* Time of the transaction in seconds, and its microseconds or UINT32_MAX. */
int64_t binlog_transaction_time(const struct binlog_transaction *t, uint32_t *ret_micros);
