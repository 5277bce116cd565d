/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * What differs between servers: statements, names of columns and variables, what they can do.
 * Chosen by vendor and numeric version, never by comparing texts ("10.11" sorts before "10.6").
 * No other folder asks for a version; it asks for a capability or takes a statement from here.
 */

#include <stdbool.h>
#include <stddef.h>

enum dialect_capability {
	CAN_SOURCE_NAMES = 1 << 0,	/* replica status speaks of Source_*, not Master_* */
	CAN_COMMIT_TIMES = 1 << 1,	/* performance_schema has commit times (MySQL 8.0) */
	CAN_CHANNELS = 1 << 2,		/* FOR CHANNEL 'name'; else MariaDB's connection names */
	CAN_GROUP_REPLICATION = 1 << 3,
	CAN_SUPER_READ_ONLY = 1 << 4,
	CAN_TAGGED_GTIDS = 1 << 5,	/* uuid:tag:1-9 (MySQL 8.3) */
	CAN_CLONE = 1 << 6,
	CAN_EVENT_TIMES = 1 << 7,	/* MariaDB 11.6: Master_last_event_time and its kin */
};

struct dialect {
	const char *name; /* "MySQL 8.4 and later" */
	bool mariadb;
	unsigned since; /* first version that speaks it, 80400 */
	unsigned capabilities;
	const char *replica_status;  /* one row for each channel */
	const char *binlog_position; /* File, Position, … */
	const char *replicas;	     /* who registered: Server_id, Host, Port, … */
	/* Verbs, for texts that tell a user what to run. */
	const char *start_replica, *stop_replica; /* "START REPLICA" */
	const char *start_receiver, *start_applier;
	const char *point_at_source; /* "CHANGE REPLICATION SOURCE TO SOURCE_HOST" */
	const char *wait_gtid;	     /* a function of a set and seconds */
	const char *wait_position;   /* a function of file, position, seconds */
};

/* Never NULL: what is older than all of them gets the oldest of its vendor. */
const struct dialect *dialect_for(bool mariadb, unsigned version);
static inline bool dialect_can(const struct dialect *d, enum dialect_capability what)
{
	return d->capabilities & what;
}
