/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * Replica status in one form, whatever the server calls its columns: a struct for each channel
 * (MySQL) or named connection (MariaDB).
 *
 * Sources: MySQL 8.4 manual "SHOW REPLICA STATUS" and "Performance Schema Replication Tables",
 * MariaDB "SHOW REPLICA STATUS"; the columns were compared with what MariaDB 10.11 and 11.8 and
 * MySQL 9.7 send.
 */

#include "base/arena.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct dialect;

enum thread_state { THREAD_UNKNOWN, THREAD_STOPPED, THREAD_CONNECTING, THREAD_RUNNING };

/* "running", "stopped", "connecting", "unknown". */
const char *thread_state_name(enum thread_state s);

struct replica_thread {
	enum thread_state state;
	unsigned error;	   /* number of the last error, 0: none */
	const char *text;  /* of that error, "" */
	const char *doing; /* what it says it does, "" */
};

/* A time that a server gave: microseconds since 1970 UTC of its own clock; 0: not known. */
typedef int64_t server_time;

/* Unknown numbers are -1, unknown texts "". Everything lives in the arena that was given. */
struct channel {
	const char *name; /* "" is the unnamed one */
	const char *source_host, *source_user;
	unsigned source_port;
	const char *source_uuid;
	int64_t source_id; /* server id of the source */
	struct replica_thread receiver, applier;
	/* The source's binlog: read until, applied until. */
	const char *read_file, *applied_file;
	int64_t read_position, applied_position;
	int64_t seconds_behind; /* the server's own word; see topology/lag.h for what it is worth */
	int64_t delay, remaining_delay; /* seconds; remaining only while one is waited for */
	const char *relay_file; /* that is applied */
	int64_t relay_bytes;
	const char *retrieved, *executed; /* MySQL: sets; MariaDB: Gtid_IO_Pos, Gtid_Slave_Pos */
	bool auto_position;		  /* GTIDs say where to go on */
	bool gtid_demotes;		  /* MariaDB's Current_Pos */
	bool filtered;
	const char *filters; /* as text for a message */
	bool ignores_servers;
	const char *until; /* "None" or "" when nothing */
	bool tls;
	int64_t heartbeat_period_ms;
	int64_t heartbeats;
	/* performance_schema (MySQL 8.0), or the event times of MariaDB 11.6. */
	server_time last_contact;	 /* heartbeat or transaction */
	server_time last_queued_commit;	 /* commit time of the last one received */
	server_time last_applied_commit; /* of the last one applied, the newest over the workers */
	server_time applying_commit;	 /* of the oldest one being applied now */
	/*
	 * The oldest one not applied, by the source's binlog: when it was committed, or else when
	 * its last statement began, in whole seconds.
	 */
	server_time oldest_missing;
	bool oldest_is_commit;
	int64_t applying_since; /* our clock: by then something was being applied; 0: not known */
	server_time oldest_unreceived;	 /* of the oldest one not even received, the same way */
	bool unreceived_purged;		 /* the source no longer has it */
	const char *failed_gtid;	 /* the transaction that the applier stopped at, "" */
	server_time failed_at;		 /* when */
};

/* Rows of a result, however they came: the rows of a connection, or those of a test. */
struct rows {
	const void *from;
	size_t count;
	/* NULL: no such column, or SQL's NULL. */
	const char *(*get)(const void *from, size_t row, const char *column);
};

struct channels {
	struct channel *items;
	size_t len;
};

/*
 * Rows of dialect->replica_status. Of more than LIMIT_CHANNELS the rest is left out. Any text that
 * a server sends is survived: what is no number is -1.
 */
void channels_read(struct arena *a, const struct dialect *d, const struct rows *rows,
		   struct channels *ret);
/*
 * Rows of performance_schema.replication_connection_status and replication_applier_status_by_worker
 * joined into the channels that they name; those of no known channel are left out.
 */
void channels_read_connections(struct arena *a, struct channels *c, const struct rows *rows);
void channels_read_workers(struct arena *a, struct channels *c, const struct rows *rows);
/* "2026-11-30 12:00:00.123456" as microseconds since 1970 UTC; 0 for zeros and what is no time. */
server_time server_time_parse(const char *text);
/* A decimal number, or -1 for NULL and what is none. */
int64_t number_parse(const char *text);
