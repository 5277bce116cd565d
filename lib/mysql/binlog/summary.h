/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * What a binlog changed, counted: rows of each table, the largest transactions, files and time that
 * it spans. Memory grows with the number of tables, not with that of rows.
 */

#include "mysql/binlog/lines.h"

struct binlog_summary_table {
	char *name; /* "shop.orders" */
	uint64_t inserts, updates, deletes;
	uint64_t bytes; /* of its events; what is compressed counts as plain */
	uint64_t transactions;
	uint64_t last; /* number of the transaction that counted last */
};

struct binlog_summary_transaction {
	char *gtid, *file;
	uint64_t position, bytes, rows;
	int64_t time;
};

#define BINLOG_SUMMARY_TOP 10

struct binlog_summary {
	const struct binlog_filter *filter;
	struct binlog_transaction t;
	struct strmap by_name;
	struct binlog_summary_table **tables;
	size_t count, alloc;
	struct binlog_summary_transaction top[BINLOG_SUMMARY_TOP]; /* the largest first */
	size_t top_count;
	uint64_t transactions, statements, events, bytes, rows;
	int64_t first_time, last_time; /* 0: no transaction */
	char *first_gtid, *last_gtid;  /* or NULL */
	bool stopped;
};

#define BINLOG_SUMMARY_INIT { .t.gtid = STRBUF_INIT }

/* A handler for binlog_decoder_new(); arg is a struct binlog_summary. */
int binlog_summary_event(void *arg, const struct binlog_event *e, struct error *err);
/* Writes it; the tables with most bytes first. */
void binlog_summary_write(struct binlog_summary *s, struct binlog_out *o);
void binlog_summary_release(struct binlog_summary *s);
