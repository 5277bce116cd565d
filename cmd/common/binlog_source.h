/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Files whose events are given to a handler, one file after the other. */

#include "mysql/binlog/decoder.h"
#include "mysql/binlog/out.h"

struct binlog_source {
	const char *const *files; /* paths, "-" for standard input */
	size_t count;
	uint64_t start, stop; /* positions in the first and in the last file; stop 0: its end */
	bool follow;	      /* wait at the end of the last file, and go on in the next ones */
	struct binlog_out *out; /* drained before waiting */
	uint64_t skipped;	/* set: ignorable events of unknown types */
};

/*
 * Returns 0 at the end, 1 when the handler wanted no more, or a negative class. A file that ends in
 * the middle of an event is an error, unless it is followed.
 */
int binlog_source_read(struct binlog_source *s, binlog_handler *handler, void *arg,
		       struct error *err);
