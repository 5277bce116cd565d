/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* A healthy cluster made by hand: a primary and two replicas, everything applied. */

#include "base/memory.h"
#include "mysql/dialect/dialect.h"
#include "topology/model.h"

#include <string.h>

#define UUID_0 "00000000-0000-0000-0000-000000000001"
#define UUID_1 "00000000-0000-0000-0000-000000000002"
#define UUID_2 "00000000-0000-0000-0000-000000000003"

static inline void set_reading(struct gtid_reading *r, const char *executed, const char *state,
			       const char *applied, int64_t at)
{
	struct error err = ERROR_INIT;

	gtid_set_release(&r->executed);
	gtid_set_release(&r->state);
	gtid_set_release(&r->applied);
	if (gtid_set_parse(&r->executed, executed, strlen(executed), NULL, &err) < 0 ||
	    gtid_set_parse(&r->state, state, strlen(state), NULL, &err) < 0 ||
	    gtid_set_parse(&r->applied, applied, strlen(applied), NULL, &err) < 0)
		error_release(&err);
	r->known = true;
	r->at = at;
	r->until = at + 1000;
}

/* The three readings, in the order in which they are made. */
static inline void set_gtids(struct instance *i, const char *executed, const char *applied)
{
	set_reading(&i->first, executed, executed, applied, 1000000);
	set_reading(&i->second, executed, executed, applied, 1002000);
	set_reading(&i->last, executed, executed, applied, 1004000);
}

static inline void add_channel(struct topology *t, struct instance *i, const char *name,
			       const char *host, unsigned port)
{
	struct channel *more = arena_zalloc(t->arena, (i->channels.len + 1) * sizeof(*more));

	if (i->channels.len)
		memcpy(more, i->channels.items, i->channels.len * sizeof(*more));
	more[i->channels.len] = (struct channel){
		.name = name,
		.source_host = host,
		.source_port = port,
		.source_user = "repl",
		.source_uuid = "",
		.source_id = -1,
		.receiver = { THREAD_RUNNING, 0, "", "" },
		.applier = { THREAD_RUNNING, 0, "", "" },
		.read_file = "binlog.000001",
		.applied_file = "binlog.000001",
		.relay_file = "relay.000002",
		.relay_bytes = 400,
		.read_position = 100,
		.applied_position = 100,
		.seconds_behind = 0,
		.delay = 0,
		.remaining_delay = -1,
		.retrieved = i->mariadb ? "0-1-100" : UUID_0 ":1-100",
		.executed = "",
		.auto_position = true,
		.filters = "",
		.until = "",
		.failed_gtid = "",
	};
	i->channels.items = more;
	i->channels.len++;
}

static inline struct instance *add_instance(struct topology *t, const char *name, bool mariadb,
					    int64_t id, const char *uuid)
{
	struct instance *i = topology_add(t, name);

	i->host = arena_strdup(t->arena, name);
	i->port = 3306;
	i->reach = REACH_OK;
	i->channels_known = true;
	i->mariadb = mariadb;
	i->version = mariadb ? 101119 : 90700;
	i->version_text = mariadb ? "10.11.19-MariaDB" : "9.7.0";
	i->dialect = dialect_for(mariadb, i->version);
	i->server_id = id;
	i->uuid = mariadb ? "" : uuid;
	i->read_only = id != 1;
	i->super_read_only = mariadb ? -1 : id != 1;
	i->log_bin = i->log_updates = i->gtid_on = i->gtid_strict = 1;
	i->sync_binlog = i->flush_log = i->relay_log_recovery = 1;
	i->binlog_format = "ROW";
	i->binlog_file = "binlog.000001";
	i->binlog_position = 100;
	i->connections = 5;
	i->max_connections = 100;
	i->clock_offset = 0;
	i->clock_error = 500;
	set_gtids(i, mariadb ? "0-1-100" : UUID_0 ":1-100", mariadb ? "0-1-100" : "");
	return i;
}

/* demo-0, followed by demo-1 and demo-2. */
static inline struct topology *healthy(bool mariadb)
{
	struct topology *t = topology_new("demo", "--sandbox demo");

	add_instance(t, "demo-0", mariadb, 1, UUID_0);
	add_instance(t, "demo-1", mariadb, 2, UUID_1);
	add_instance(t, "demo-2", mariadb, 3, UUID_2);
	for (size_t i = 1; i < 3; i++)
		add_channel(t, t->items[i], "", "demo-0", 3306);
	return t;
}

/* Leaves demo-0 alone. */
static inline void drop_replicas(struct topology *t)
{
	for (; t->len > 1; t->len--) {
		struct instance *i = t->items[t->len - 1];

		for (struct gtid_reading *r = &i->first; r <= &i->last; r++) {
			gtid_set_release(&r->executed);
			gtid_set_release(&r->state);
			gtid_set_release(&r->applied);
		}
	}
}
