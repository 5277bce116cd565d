/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * When the oldest transaction was written that a MariaDB replica has not applied: MariaDB tells no
 * commit times, but its binlog has them, in whole seconds. The source is asked for its binlog from
 * the replica's position on, as a replica would ask, and the first GTID event ends it.
 */

#include "mysql/connection.h"
#include "mysql/gtid.h"
#include "topology/model.h"

/*
 * Sets c->oldest_missing, or leaves it at 0 when the source has nothing behind that position. Runs
 * in a task; logs in with opts, which are those of the source. -ERR_DENIED without REPLICATION
 * SLAVE, -ERR_FAILED when the source has purged it.
 */
int oldest_missing(const struct connection_options *opts, const struct gtid_set *applied,
		   struct channel *c, struct error *err);
