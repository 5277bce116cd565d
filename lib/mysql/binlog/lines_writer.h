/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * The two forms of binlog lines: JSON (lines_json.c) and readable text (lines_text.c). What belongs
 * to what, and when a transaction begins and ends, is the same for both (lines_write.c). Private to
 * lib/mysql/binlog.
 */

#include "mysql/binlog/lines.h"

enum lines_end { LINES_COMMIT, LINES_ROLLBACK, LINES_XA_COMMIT, LINES_XA_PREPARE };

typedef void lines_write_fn(struct binlog_lines *l, const struct binlog_event *e);

/* Each writes the line of one event; NULL: there is none. */
struct lines_writer {
	lines_write_fn *begin; /* of the transaction, once, before its first line */
	void (*end)(struct binlog_lines *l, const struct binlog_event *e, enum lines_end how);
	int (*rows)(struct binlog_lines *l, const struct binlog_event *e, struct error *err);
	lines_write_fn *statement, *annotation;
	/* false: its value is broken; half a line may have been written. */
	bool (*variable)(struct binlog_lines *l, const struct binlog_event *e);
	lines_write_fn *load;	/* a block of data; */
	lines_write_fn *loaded; /* before the first event behind the last block */
	lines_write_fn *format, *rotate, *incident, *skipped;
	lines_write_fn *gtids; /* their text is in l->prefix */
};

extern const struct lines_writer lines_json, lines_text;

/* One event that is wanted. */
int lines_write(const struct lines_writer *w, struct binlog_lines *l, const struct binlog_event *e,
		struct error *err);

/* Of text: counts a block; writes the line of all of them. */
void lines_load_take(struct binlog_lines *l, const struct binlog_load *data);
void lines_load_write(struct binlog_lines *l);
/* "12 bytes", "1.5 MiB" */
void lines_add_bytes(struct binlog_out *o, uint64_t n);
/* A value that cannot be decoded ends the reading, with its place. */
int lines_bad_value(const struct binlog_event *e, size_t column, struct error *err);
/* Adds the place of an event that cannot be read further to a set error. */
int lines_bad_event(const struct binlog_event *e, struct error *err);
/* The value of a user variable; false: it is broken. */
bool lines_user_value(struct binlog_out *o, const struct binlog_variable *v);
