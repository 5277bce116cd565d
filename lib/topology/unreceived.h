/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * How old the oldest transaction is that a replica has not even received: what its source must not
 * purge yet.
 */

#include "mysql/connection.h"
#include "topology/model.h"

/*
 * Sets c->oldest_unreceived, or c->unreceived_purged when the source no longer has it; leaves both
 * where there is nothing. Runs in a task; logs in with opts, which are those of the source.
 * -ERR_DENIED without REPLICATION SLAVE.
 */
int unreceived_find(const struct connection_options *opts, const struct instance *replica,
		    struct channel *c, struct error *err);
