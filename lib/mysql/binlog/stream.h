/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * A binlog as a server sends it to a replica. The connection is used up by it: close it afterwards.
 * MySQL: manual "COM_BINLOG_DUMP", "COM_BINLOG_DUMP_GTID"; MariaDB: sql/sql_repl.cc.
 *
 *	binlog_stream_start(&stream, c, &options, err);
 *	while ((r = binlog_stream_next(&stream, &data, &len, &position, err)) > 0)
 *		binlog_decoder_feed(decoder, position, data, len, err);
 */

#include "base/error.h"
#include "mysql/gtid.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct connection;

struct binlog_stream_options {
	const char *file;	       /* of the server; not with after */
	uint64_t position;	       /* in it; 0: its beginning */
	const struct gtid_set *after; /* everything but this; NULL: by file */
	bool wait;		       /* for more at the end, as a replica does */
	/*
	 * The most that the server may be silent once transactions come; 30 s before that, or while
	 * waiting, when it is heard of every few seconds, if this is less. 0: 30 s.
	 */
	int64_t silence_ms;
};

struct binlog_stream {
	struct connection *c;
	uint64_t position; /* behind the last event */
	bool wait;
	int64_t silence_ms; /* to be set when transactions come */
	bool made_up; /* the last event is of the stream alone, in no file */
};

/* -ERR_DENIED without REPLICATION SLAVE; -ERR_FAILED with the server's words (purged …). */
int binlog_stream_start(struct binlog_stream *s, struct connection *c,
			const struct binlog_stream_options *opts, struct error *err);
/*
 * 1: an event, good until the next call; *ret_position is its place in the file (of an artificial
 * one: where the stream stands). 0: the end. -ERR_TIMEOUT: the server was silent.
 */
int binlog_stream_next(struct binlog_stream *s, const uint8_t **ret_data, size_t *ret_len,
		       uint64_t *ret_position, struct error *err);
