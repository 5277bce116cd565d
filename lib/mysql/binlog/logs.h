/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * The binlogs that a server has, and how long it keeps them.
 *
 *	cleanup_binlog_logs struct binlog_logs logs = BINLOG_LOGS_INIT;
 *	r = binlog_logs_read(&logs, c, err);
 *	for (i = 0; r == 0 && i < logs.len; i++)
 *		r = binlog_logs_look(&logs, i, &options, err);
 *	… binlog_logs_gone(&logs, i) …
 */

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct connection;
struct connection_options;

enum binlog_encryption {
	BINLOG_ENCRYPTION_UNKNOWN,
	BINLOG_PLAIN,
	BINLOG_ENCRYPTED_FILE,	 /* MySQL: with a head of its own */
	BINLOG_ENCRYPTED_EVENTS, /* MariaDB: with an event that says so */
};

/* Times are seconds since 1970 of the server's clock; 0: not known. */
struct binlog_log {
	char *file;
	int64_t size;
	/* MySQL says it; of MariaDB it is known when the beginning has been looked at. */
	enum binlog_encryption encryption;
	int64_t first;	/* when it was begun */
	char *before;	/* the GTIDs of all files before it, "" for none; NULL: not known */
};

struct binlog_logs {
	struct binlog_log *items; /* oldest first; the last one is written */
	size_t len;
	bool off;	   /* the server has no binlog */
	int64_t bytes;	   /* of all */
	int64_t now;
	int64_t expire;	   /* seconds from the last write to a file; 0: kept, -1: not known */
	int64_t max_bytes; /* MariaDB's max_binlog_total_size; 0: none */
	char *holds;	   /* GTIDs of all files and what was before them, or NULL */
};

#define BINLOG_LOGS_INIT { .expire = -1 }

/*
 * How long a server keeps a binlog after its last write, by its variables; -1 for one that it does
 * not have. Seconds; 0: for ever, -1: not known.
 */
struct binlog_expiry {
	int64_t seconds; /* binlog_expire_logs_seconds */
	double days;	 /* expire_logs_days */
	bool off;	 /* binlog_expire_logs_auto_purge is OFF */
};
int64_t binlog_expiry_seconds(const struct binlog_expiry *e);

/* What one connection tells. *ret is empty before. A server without binlog is no error. */
int binlog_logs_read(struct binlog_logs *ret, struct connection *c, struct error *err);
/*
 * Reads the beginning of file i as a replica would, for first and before: takes a connection of
 * its own, which servers of both vendors end with the dump, and REPLICATION SLAVE. No statement
 * tells when a file was begun (SHOW BINLOG EVENTS has no times), and one dump of all files would
 * have the server read them whole. That the file was purged meanwhile is -ERR_FAILED.
 */
int binlog_logs_look(struct binlog_logs *logs, size_t i, const struct connection_options *opts,
		     struct error *err);
/* The file of this name, or -1. */
ptrdiff_t binlog_logs_find(const struct binlog_logs *logs, const char *file);
/* Bytes an hour, over all the files there are; -1: not known. */
int64_t binlog_logs_rate(const struct binlog_logs *logs);
/*
 * When file i may be purged: by its age, known to the second, or by the size of all, at the present
 * rate, whichever comes first. Servers do so when they begin a new file. 0: never, or not known;
 * the file that is written stays.
 */
int64_t binlog_logs_gone(const struct binlog_logs *logs, size_t i);
/*
 * GTIDs of file i, as text that the caller frees; NULL: not known. MariaDB: first to last number,
 * "0-1-5..9".
 */
char *binlog_logs_gtids(const struct binlog_logs *logs, size_t i);

void binlog_logs_release(struct binlog_logs *logs);
#define cleanup_binlog_logs __attribute__((cleanup(binlog_logs_release)))
