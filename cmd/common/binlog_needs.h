/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* The binlogs of each server that was looked at, and which replicas still need which of them. */

#include "base/arena.h"
#include "cmd/common/look.h"
#include "mysql/binlog/logs.h"

/* Borrowed from the topology. */
struct binlog_need {
	const char *replica, *channel;
	const char *file; /* of the source: what is applied so far ends there */
};

struct binlog_server {
	const struct instance *instance;
	struct connection_options options;
	struct binlog_logs logs;
	struct binlog_need *needs;
	size_t need_count;
	int64_t deadline;
	int result; /* of reading the logs */
	struct error err; /* set with a negative result, and when not every file told its time */
};

/* Asks every instance that was reached and is not left out; the caller frees. */
struct binlog_server *binlog_servers_read(const struct look *l, int64_t timeout_ms,
					  size_t *ret_count);
/* A warning for each that could not be read whole. True if there was one. */
bool binlog_servers_warn(struct session *s, const struct binlog_server *servers, size_t count);
void binlog_servers_free(struct binlog_server *servers, size_t count);

/* "2026-12-01T10:00:00Z"; NULL for 0. */
const char *binlog_time(struct arena *a, int64_t seconds);
