/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * How old the oldest transaction is that a replica has not applied. The binlog of its source has
 * it: the source is asked for it from the replica's position on, as a replica would ask, and the
 * first GTID event ends it. MySQL writes the time of the commit into it, by the microsecond;
 * MariaDB only when the transaction's last statement began, in whole seconds.
 */

#include "mysql/binlog/decoder.h"
#include "mysql/connection.h"
#include "topology/model.h"

/*
 * Sets c->oldest_missing, or leaves it at 0 when the source has nothing behind the position of the
 * replica's second reading (with GTIDs) or of c (without). Runs in a task; logs in with opts, which
 * are those of the source. -ERR_DENIED without REPLICATION SLAVE, -ERR_FAILED when the source has
 * purged it.
 */
int oldest_missing(const struct connection_options *opts, const struct instance *replica,
		   struct channel *c, struct error *err);
/*
 * Sets c->applying_since for a MariaDB replica with one channel: what a server applies was
 * committed before it began with it. conn is to the replica. -ERR_DENIED without PROCESS.
 */
int oldest_applying(struct connection *conn, struct channel *c, struct error *err);

/* The parts that need no server. Takes the time of a GTID event; false for any other. */
bool oldest_take(struct channel *c, const struct binlog_event *e);
/*
 * How long the oldest transaction of an applier has run, microseconds, from the rows of INNODB_TRX
 * (id, duration) and of SHOW PROCESSLIST; -1: there is none.
 */
int64_t oldest_applying_for(const struct rows *transactions, const struct rows *processes);
