/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * Binlogs of a server, by the replication protocol and to their present end: events go into a
 * decoder as those of files do. Runs in a task. Takes REPLICATION SLAVE, and for MariaDB BINLOG
 * MONITOR.
 */

#include "mysql/binlog/decoder.h"
#include "mysql/connection.h"
#include "mysql/gtid.h"

/*
 * Feeds what the server has of the wanted transactions, and on MariaDB some around them: from the
 * newest file that begins before them on. executed is all that the server holds (MySQL). The
 * decoder has to be set to binlog_decoder_stream(). Ends early when its handler returns 1. The
 * connection is of no use afterwards. -ERR_FAILED when the server has purged what is wanted.
 */
int binlog_remote_read(struct connection *c, const struct gtid_set *wanted,
		       const struct gtid_set *executed, struct binlog_decoder *d,
		       struct error *err);
