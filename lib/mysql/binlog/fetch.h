/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * Saves the files of a server's binlog into a folder, byte for byte. A file is FILE.part until all
 * of it is there and its checksums are right, then it is named; so FILE is whole, and who is killed
 * goes on where he was. The file that the server writes stays FILE.part until it has begun another.
 */

#include "base/error.h"
#include "mysql/binlog/logs.h"

#include <stdint.h>

struct connection;

enum binlog_fetched {
	FETCH_GOES_ON, /* so many bytes of the file are there now */
	FETCH_SAVED,   /* the file is whole */
	FETCH_HAD,     /* it was there before */
	FETCH_OPEN,    /* all that the server has written so far is in FILE.part */
};

/* plain: what the server has is encrypted, what it sent is not. */
typedef void binlog_fetch_fn(void *arg, enum binlog_fetched what, const char *file,
			     uint64_t bytes, uint64_t size, bool plain);

struct binlog_fetch_options {
	const char *folder;
	size_t first;	      /* in the logs: begin with this one */
	int64_t silence_ms;   /* the most that the server may be silent in between */
	binlog_fetch_fn *say; /* about each file, in order */
	void *arg;
};

/*
 * Everything that logs lists, from the first on that is not there. The connection is used up.
 * -ERR_INVALID: a checksum is wrong, or what is in the folder is of another binlog; -ERR_FAILED:
 * the server does not send what is in its file; -ERR_UNSAFE: another
 * process is saving the same file.
 */
int binlog_fetch(struct connection *c, const struct binlog_logs *logs,
		 const struct binlog_fetch_options *opts, struct error *err);
