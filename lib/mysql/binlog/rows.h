/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * The rows of one event, one after the other. Values point into the event; the arrays belong to the
 * decoder and are used again for the next event.
 *
 *	while ((r = binlog_rows_next(rows, err)) > 0)
 *		value_write(out, &rows->table->columns[0], &rows->after[0]);
 */

#include "base/error.h"
#include "mysql/binlog/table_map.h"
#include "mysql/binlog/value.h"

enum binlog_change { BINLOG_INSERT, BINLOG_UPDATE, BINLOG_DELETE };

struct binlog_rows {
	const struct binlog_table *table;
	enum binlog_change change;
	uint16_t flags;	   /* 1: the last of its statement */
	bool partial;	   /* JSON columns may hold diffs */
	struct binlog_value *before, *after; /* table->count each; INSERT has no before … */
	uint64_t done;	   /* rows that were read */
	/* private */
	const uint8_t *before_bits, *after_bits;
	size_t before_count, after_count;
	const uint8_t *p, *end;
};

#define BINLOG_ROWS_END_OF_STATEMENT 1

/* 1: before and after hold the next row. 0: there is none. -ERR_INVALID: the event is broken. */
int binlog_rows_next(struct binlog_rows *r, struct error *err);
/* Sets the private members from the part behind the post-header; r->table and change are set. */
int binlog_rows_begin(struct binlog_rows *r, const uint8_t *body, size_t len, struct error *err);
