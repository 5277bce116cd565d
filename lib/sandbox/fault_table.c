/* SPDX-License-Identifier: Apache-2.0 */
#include "sandbox/fault_context.h"

#include <string.h>

#include "base/memory.h"

/* All faults. Numbers of errors are MariaDB's, and MySQL's where they differ. */

#define TARGET(...) { .kind = STEP_TARGET, .mariadb = __VA_ARGS__ }
#define LOCAL(...) { .kind = STEP_LOCAL, .mariadb = __VA_ARGS__ }
#define SOURCE(...) { .kind = STEP_SOURCE, .mariadb = __VA_ARGS__ }
#define CATCH_UP { .kind = STEP_CATCH_UP }
#define APPLIER(...) { .kind = STEP_APPLIER, .error = __VA_ARGS__ }
#define RECEIVER(...) { .kind = STEP_RECEIVER, .error = __VA_ARGS__ }
#define GOES_ON { .kind = STEP_GOES_ON }
#define END { .kind = STEP_END }
#define STEPS(name, ...) static const struct fault_step name[] = { __VA_ARGS__, END }

STEPS(stop_receiver, TARGET("STOP ALL SLAVES", ""), TARGET("START SLAVE SQL_THREAD", ""),
	TARGET("", "STOP REPLICA IO_THREAD"));
STEPS(stop_applier, TARGET("STOP SLAVE SQL_THREAD", "STOP REPLICA SQL_THREAD"));
STEPS(stop_replica, TARGET("STOP ALL SLAVES", "STOP REPLICA"));
STEPS(start, GOES_ON);

STEPS(duplicate_key, CATCH_UP, LOCAL("INSERT INTO shop.orders VALUES (900001, 'of the replica')"),
	SOURCE("INSERT INTO shop.orders VALUES (900001, 'of the primary')"), APPLIER(1062));
STEPS(heal_duplicate_key, LOCAL("DELETE FROM shop.orders WHERE id = 900001"), GOES_ON, CATCH_UP,
	SOURCE("DELETE FROM shop.orders WHERE id = 900001"));

STEPS(missing_row, SOURCE("REPLACE INTO shop.orders VALUES (900002, 'here')"), CATCH_UP,
	LOCAL("DELETE FROM shop.orders WHERE id = 900002"),
	SOURCE("UPDATE shop.orders SET item = 'changed' WHERE id = 900002"), APPLIER(1032));
STEPS(heal_missing_row, LOCAL("REPLACE INTO shop.orders VALUES (900002, 'here')"), GOES_ON,
	CATCH_UP, SOURCE("DELETE FROM shop.orders WHERE id = 900002"));

STEPS(missing_table, SOURCE("CREATE TABLE IF NOT EXISTS shop.missing (id INT PRIMARY KEY)"),
	CATCH_UP, LOCAL("DROP TABLE shop.missing"), SOURCE("INSERT INTO shop.missing VALUES (1)"),
	APPLIER(1146));
STEPS(heal_missing_table, LOCAL("CREATE TABLE IF NOT EXISTS shop.missing (id INT PRIMARY KEY)"),
	GOES_ON, CATCH_UP, SOURCE("DROP TABLE IF EXISTS shop.missing"));

STEPS(missing_database, SOURCE("CREATE DATABASE IF NOT EXISTS lost"), CATCH_UP,
	LOCAL("DROP DATABASE lost"), SOURCE("CREATE TABLE lost.t (id INT PRIMARY KEY)"),
	APPLIER(1049));
STEPS(heal_missing_database, LOCAL("CREATE DATABASE IF NOT EXISTS lost"), GOES_ON, CATCH_UP,
	SOURCE("DROP DATABASE IF EXISTS lost"));

STEPS(table_exists, CATCH_UP, LOCAL("CREATE TABLE shop.early (id INT PRIMARY KEY)"),
	SOURCE("CREATE TABLE shop.early (id INT PRIMARY KEY)"), APPLIER(1050));
STEPS(heal_table_exists, LOCAL("DROP TABLE IF EXISTS shop.early"), GOES_ON, CATCH_UP,
	SOURCE("DROP TABLE IF EXISTS shop.early"));

STEPS(schema_drift, SOURCE("CREATE TABLE shop.drift (id INT PRIMARY KEY, note VARCHAR(20))"),
	CATCH_UP, LOCAL("ALTER TABLE shop.drift MODIFY note INT"),
	SOURCE("INSERT INTO shop.drift VALUES (1, 'text')"), APPLIER(1677, .error_mysql = 13146));
STEPS(heal_schema_drift, LOCAL("DROP TABLE IF EXISTS shop.drift"),
	LOCAL("CREATE TABLE shop.drift (id INT PRIMARY KEY, note VARCHAR(20))"), GOES_ON, CATCH_UP,
	SOURCE("DROP TABLE IF EXISTS shop.drift"));

STEPS(missing_column, SOURCE("CREATE TABLE shop.narrow (id INT PRIMARY KEY, note VARCHAR(20))"),
	CATCH_UP, LOCAL("ALTER TABLE shop.narrow DROP COLUMN note"),
	SOURCE("ALTER TABLE shop.narrow MODIFY note VARCHAR(30)"), APPLIER(1054));
STEPS(heal_missing_column, LOCAL("DROP TABLE IF EXISTS shop.narrow"),
	LOCAL("CREATE TABLE shop.narrow (id INT PRIMARY KEY, note VARCHAR(20))"), GOES_ON, CATCH_UP,
	SOURCE("DROP TABLE IF EXISTS shop.narrow"));

STEPS(missing_account, SOURCE("CREATE USER clerk@'%'"), CATCH_UP, LOCAL("DROP USER clerk@'%'"),
	SOURCE("ALTER USER clerk@'%' ACCOUNT LOCK"), APPLIER(1396));
STEPS(heal_missing_account, LOCAL("CREATE USER IF NOT EXISTS clerk@'%'"), GOES_ON, CATCH_UP,
	SOURCE("DROP USER IF EXISTS clerk@'%'"));

STEPS(missing_parent, SOURCE("CREATE TABLE shop.parent (id INT PRIMARY KEY)"),
	SOURCE("CREATE TABLE shop.child (id INT PRIMARY KEY, parent INT NOT NULL, "
	     "FOREIGN KEY (parent) REFERENCES shop.parent (id))"),
	SOURCE("INSERT INTO shop.parent VALUES (1)"), CATCH_UP, LOCAL("DELETE FROM shop.parent"),
	SOURCE("INSERT INTO shop.child VALUES (1, 1)"), APPLIER(1452));
STEPS(heal_missing_parent, LOCAL("INSERT IGNORE INTO shop.parent VALUES (1)"), GOES_ON, CATCH_UP,
	SOURCE("DROP TABLE IF EXISTS shop.child, shop.parent"));

STEPS(two_writers, TARGET("", "SET GLOBAL super_read_only = OFF"),
	TARGET("SET GLOBAL read_only = OFF"));
STEPS(heal_two_writers, TARGET("SET GLOBAL read_only = ON", "SET GLOBAL super_read_only = ON"));
STEPS(no_writer, TARGET("SET GLOBAL read_only = ON", "SET GLOBAL super_read_only = ON"));
STEPS(heal_no_writer, TARGET("", "SET GLOBAL super_read_only = OFF"),
	TARGET("SET GLOBAL read_only = OFF"));

STEPS(packet_too_large, TARGET("SET GLOBAL slave_max_allowed_packet = 4096",
			       "SET GLOBAL replica_max_allowed_packet = 4096"),
	TARGET("STOP ALL SLAVES", "STOP REPLICA"),
	TARGET("START ALL SLAVES", "START REPLICA"),
	SOURCE("CREATE TABLE IF NOT EXISTS shop.large (id INT PRIMARY KEY, text LONGTEXT)"),
	SOURCE("REPLACE INTO shop.large VALUES (1, REPEAT('x', 100000))"),
	RECEIVER(1153, .error_mysql = 13125));
STEPS(heal_packet_too_large, TARGET("SET GLOBAL slave_max_allowed_packet = 1073741824",
				    "SET GLOBAL replica_max_allowed_packet = 1073741824"),
	TARGET("STOP ALL SLAVES", "STOP REPLICA"), GOES_ON, CATCH_UP, SOURCE("DROP TABLE IF EXISTS shop.large"));

STEPS(filters, TARGET("STOP ALL SLAVES", "STOP REPLICA"),
	TARGET("SET GLOBAL replicate_ignore_db = 'shop'",
	     "CHANGE REPLICATION FILTER REPLICATE_IGNORE_DB = (shop)"), GOES_ON);
STEPS(heal_filters, TARGET("STOP ALL SLAVES", "STOP REPLICA"),
	TARGET("SET GLOBAL replicate_ignore_db = ''",
	     "CHANGE REPLICATION FILTER REPLICATE_IGNORE_DB = ()"), GOES_ON);

#define BY_STEPS(a, b) .make_steps = (a), .heal_steps = (b)
#define BY_FUNCTIONS(n) .make = fault_make_##n, .heal = fault_heal_##n

const struct fault faults[] = {
	{ "kill-primary", "SIGKILL the server that takes writes", FAULT_PRIMARY, 0,
	  BY_FUNCTIONS(kill) },
	{ "kill", "SIGKILL a server", FAULT_ANY, 0, BY_FUNCTIONS(kill) },
	{ "no-quorum", "SIGKILL all members of a group but this one: no majority is left",
	  FAULT_ANY, FAULT_MYSQL | FAULT_GROUP, BY_FUNCTIONS(no_quorum) },
	{ "hang-primary", "SIGSTOP the server that takes writes: its sockets stay open",
	  FAULT_PRIMARY, 0, BY_FUNCTIONS(hang) },
	{ "hang", "SIGSTOP a server", FAULT_ANY, 0, BY_FUNCTIONS(hang) },
	{ "stop-receiver", "stop the thread that reads from the source", FAULT_REPLICA, 0,
	  BY_STEPS(stop_receiver, start) },
	{ "stop-applier", "stop the thread that applies", FAULT_REPLICA, 0,
	  BY_STEPS(stop_applier, start) },
	{ "stop-replica", "stop both threads, without an error", FAULT_REPLICA, 0,
	  BY_STEPS(stop_replica, start) },
	{ "duplicate-key", "a row of the replica's own is in the way (1062)", FAULT_REPLICA, 0,
	  BY_STEPS(duplicate_key, heal_duplicate_key) },
	{ "missing-row", "a row that the primary changes was deleted here (1032)", FAULT_REPLICA, 0,
	  BY_STEPS(missing_row, heal_missing_row) },
	{ "missing-table", "a table that the primary fills was dropped here (1146)", FAULT_REPLICA,
	  0, BY_STEPS(missing_table, heal_missing_table) },
	{ "missing-database", "a database that the primary uses was dropped here (1049)",
	  FAULT_REPLICA, 0, BY_STEPS(missing_database, heal_missing_database) },
	{ "table-exists", "a table that the primary creates is here already (1050)", FAULT_REPLICA,
	  FAULT_MYSQL, BY_STEPS(table_exists, heal_table_exists) },
	{ "schema-drift", "a column has another type here (1677, 13146)", FAULT_REPLICA, 0,
	  BY_STEPS(schema_drift, heal_schema_drift) },
	{ "missing-column", "a column that the primary alters is gone here (1054)", FAULT_REPLICA,
	  0, BY_STEPS(missing_column, heal_missing_column) },
	{ "missing-account", "an account that the primary alters is gone here (1396)",
	  FAULT_REPLICA, 0, BY_STEPS(missing_account, heal_missing_account) },
	{ "missing-parent", "the parent of a new row is gone here (1452)", FAULT_REPLICA, 0,
	  BY_STEPS(missing_parent, heal_missing_parent) },
	{ "packet-too-large", "an event is larger than the replica takes (1153)", FAULT_REPLICA,
	  FAULT_MARIADB,
	  BY_STEPS(packet_too_large, heal_packet_too_large) },
	{ "purged-logs", "the primary purged what the replica still needs (1236, 13114)",
	  FAULT_REPLICA, 0, .make = fault_make_purged_logs },
	{ "errant-empty", "an empty transaction of the replica's own", FAULT_REPLICA, FAULT_GTID,
	  BY_FUNCTIONS(errant_empty) },
	{ "errant-rows", "a row that was written on the replica", FAULT_REPLICA, FAULT_GTID,
	  BY_FUNCTIONS(errant_rows) },
	{ "out-of-order", "a local write took the next sequence number of the domain (1950)",
	  FAULT_REPLICA, FAULT_MARIADB | FAULT_GTID, BY_FUNCTIONS(out_of_order) },
	{ "same-server-id", "the replica gets the server id of its source (1593, 13117)",
	  FAULT_REPLICA, 0, BY_FUNCTIONS(same_server_id) },
	{ "same-uuid", "the replica gets the server UUID of its source (13117)", FAULT_REPLICA,
	  FAULT_MYSQL, BY_FUNCTIONS(same_uuid) },
	{ "same-id-replicas", "two replicas have one id and throw each other out",
	  FAULT_REPLICA, FAULT_SIBLING, BY_FUNCTIONS(same_id_replicas) },
	{ "wrong-password", "the replica logs in with a wrong password (1045)", FAULT_REPLICA, 0,
	  BY_FUNCTIONS(wrong_password) },
	{ "wrong-port", "nothing listens where the replica looks for its source (2003)",
	  FAULT_REPLICA, 0, BY_FUNCTIONS(wrong_port) },
	{ "unknown-source", "the name of the replica's source does not resolve (2005)",
	  FAULT_REPLICA, 0, BY_FUNCTIONS(unknown_source) },
	{ "cut-link", "the link to the source resets every connection", FAULT_REPLICA, 0,
	  BY_FUNCTIONS(cut_link) },
	{ "slow-link", "the link to the source passes 4 kB a second, and 1 MB waits",
	  FAULT_REPLICA, 0, BY_FUNCTIONS(slow_link) },
	{ "half-open-link", "the link to the source goes silent and stays open: 0 s, but stale",
	  FAULT_REPLICA, 0, BY_FUNCTIONS(half_open_link) },
	{ "full-disk", "the disk of the replica's data is full (a tmpfs; needs root)",
	  FAULT_REPLICA, 0, .can = fault_can_full_disk, BY_FUNCTIONS(full_disk) },
	{ "two-writers", "a replica takes writes too", FAULT_REPLICA, 0,
	  BY_STEPS(two_writers, heal_two_writers) },
	{ "no-writer", "the primary is read only", FAULT_PRIMARY, 0,
	  BY_STEPS(no_writer, heal_no_writer) },
	{ "lag", "a lock holds up the applier while the primary goes on", FAULT_REPLICA, 0,
	  BY_FUNCTIONS(lag) },
	{ "lock-wait", "a local transaction locks a row until the applier gives up (1205)",
	  FAULT_REPLICA, 0, BY_FUNCTIONS(lock_wait) },
	{ "delay", "the replica stays an hour behind on purpose", FAULT_REPLICA, 0,
	  BY_FUNCTIONS(delay) },
	{ "long-transaction", "a transaction on the primary stays open", FAULT_PRIMARY, 0,
	  BY_FUNCTIONS(long_transaction) },
	{ "huge-transaction", "the primary writes 200,000 rows in one transaction", FAULT_PRIMARY, 0,
	  BY_FUNCTIONS(huge_transaction) },
	{ "semi-sync-waiting", "no replica acknowledges: a commit on the primary waits",
	  FAULT_PRIMARY, FAULT_SEMI_SYNC, BY_FUNCTIONS(semi_sync_waiting) },
	{ "semi-sync-fallen-back", "the primary gave up waiting and acknowledges alone",
	  FAULT_PRIMARY, FAULT_SEMI_SYNC, BY_FUNCTIONS(semi_sync_fallen_back) },
	{ "broken-relay-log", "bytes of the relay log are destroyed (1594, 13121)", FAULT_REPLICA,
	  FAULT_GTID, BY_FUNCTIONS(broken_relay_log) },
	{ "lost-relay-log", "the relay log's files were deleted by hand (1201, 13124)",
	  FAULT_REPLICA, FAULT_GTID, BY_FUNCTIONS(lost_relay_log) },
	{ "bad-binlog", "a bit of the primary's binary log is wrong when it is read (1595, 13122)",
	  FAULT_REPLICA, 0, BY_FUNCTIONS(bad_binlog) },
	{ "binlog-off", "the server runs without a binary log", FAULT_REPLICA, 0,
	  BY_FUNCTIONS(binlog_off) },
	{ "gtid-off", "the replica no longer replicates by GTID", FAULT_REPLICA, FAULT_GTID,
	  BY_FUNCTIONS(gtid_off) },
	{ "filters", "the replica leaves out the database shop", FAULT_REPLICA, 0,
	  BY_STEPS(filters, heal_filters) },
	{ "ring", "the primary follows its replica", FAULT_REPLICA, 0, BY_FUNCTIONS(ring) },
	{ "clock-skew", "the server's clock is an hour ahead (needs libfaketime)", FAULT_ANY, 0,
	  .can = fault_can_clock_skew, BY_FUNCTIONS(clock_skew) },
	{ 0 }
};

const struct fault *fault_find(const char *name)
{
	for (const struct fault *f = faults; f->name; f++)
		if (!strcmp(f->name, name))
			return f;
	return NULL;
}

bool fault_heals(const struct fault *f)
{
	return f->heal || f->heal_steps;
}
