/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Errors of a replica's threads, each as demo-2 has it, and what is to be said of them. */

#include <stdbool.h>

struct failure_case {
	const char *code;
	bool receiver;
	unsigned number;
	const char *text, *reason;
};

static const struct failure_case failure_cases[] = {
	{ "binlog-purged", true, 13114, "Got fatal error 1236 … has purged required binary logs",
	  "demo-2 needs binlog files that its source has purged (13114)" },
	{ "binlog-purged", true, 1236, "Could not find GTID state … files have been purged",
	  "demo-2 needs binlog files that its source has purged (1236)" },
	{ "source-behind", true, 13114, "Replica has more GTIDs than the source has",
	  "demo-2 has transactions that its source has not (13114)" },
	{ "source-behind", true, 1236,
	  "connecting slave requested to start from GTID 0-1-9, which is not in the master's binlog",
	  "demo-2 stands at a transaction that its source does not have (1236)" },
	{ "packet-too-large", true, 1236, "log event entry exceeded max_allowed_packet",
	  "demo-2 was sent an event that is larger than max_allowed_packet (1236)" },
	{ "position-missing", true, 1236, "Could not find first log file name in binary log index",
	  "demo-2 asks for a binlog file that its source does not have (1236)" },
	{ "replicas-clash", true, 1236, "A slave with the same server_uuid/server_id has connected",
	  "demo-2 is thrown out by another replica with its identity (1236)" },
	{ "binlog-checksum", true, 13115, "event read from network failed checksum",
	  "demo-2 was sent an event with a wrong checksum (13115)" },
	{ "binlog-checksum", true, 1236, "event read from binlog did not pass crc check; the first",
	  "demo-2 waits for an event that has a wrong checksum in its source's binlog (1236)" },
	{ "source-refused", true, 1236, "binary log is not open",
	  "demo-2 is refused the binlog by its source (1236)" },
	{ "own-uuid", true, 13117, "source and replica have equal MySQL server UUIDs",
	  "demo-2 has the same server UUID as its source (13117)" },
	{ "own-server-id", true, 1593, "master and slave have equal MySQL server ids",
	  "demo-2 has the same server id as its source (1593)" },
	{ "receiver-denied", true, 1045, "Access denied for user 'repl'",
	  "demo-2 cannot log in to its source (1045)" },
	{ "source-full", true, 1040, "Too many connections",
	  "demo-2 gets no connection from its source, which has too many (1040)" },
	{ "receiver-connecting", true, 2003, "Can't connect",
	  "demo-2 cannot reach its source (2003)" },
	{ "gtid-mode", true, 13148, "GTID_MODE differs",
	  "demo-2 does not agree with its source about GTIDs (13148)" },
	{ "replica-position", true, 1947, "conflicts",
	  "demo-2 has a replica position that contradicts its own binlog (1947)" },
	{ "relay-log-write", true, 1595, "Relay log write failure",
	  "demo-2 cannot write its relay log (1595)" },
	{ "relay-log-write", true, 13122, "could not queue event from source",
	  "demo-2 could not take in an event: its checksum is wrong, or the relay log cannot be "
	  "written (13122)" },
	{ "gtid-mode", true, 13117, "the source has GTID_MODE = OFF and this server has ON",
	  "demo-2 does not agree with its source about GTIDs (13117)" },
	{ "receiver-denied", true, 1597, "command COM_REGISTER_SLAVE failed: Access denied",
	  "demo-2 may not read the binlog of its source (1597)" },
	{ "receiver-error", true, 4711, "something", "demo-2 stopped receiving (4711)" },
	{ "applier-duplicate", false, 1062,
	  "Could not execute Write_rows event on table shop.orders; Duplicate entry '1'",
	  "demo-2 stopped applying: a row is there already (1062 on shop.orders)" },
	{ "applier-row-missing", false, 1032, "Could not execute Update_rows event on table a.b; x",
	  "demo-2 stopped applying: a row that was changed is not there (1032 on a.b)" },
	{ "applier-schema", false, 1146, "Table 'a.b' doesn't exist",
	  "demo-2 stopped applying: its schema is another (1146)" },
	{ "applier-foreign-key", false, 1452, "Cannot add",
	  "demo-2 stopped applying: the other row of a foreign key is not there (1452)" },
	{ "applier-locks", false, 1205, "Lock wait timeout",
	  "demo-2 stopped applying: others held the locks (1205)" },
	{ "applier-limits", false, 1197, "Multi-statement transaction",
	  "demo-2 stopped applying: a limit is too small (1197)" },
	{ "applier-account", false, 1396, "Operation CREATE USER failed",
	  "demo-2 stopped applying: an account or a right is missing (1396)" },
	{ "applier-incident", false, 1590, "The incident LOST_EVENTS",
	  "demo-2 stopped applying: the source reports lost events (1590)" },
	{ "applier-metadata", false, 1872, "Replica failed to initialize",
	  "demo-2 stopped applying: its replication metadata cannot be used (1872)" },
	{ "applier-gaps", false, 1756, "workers stopped",
	  "demo-2 stopped applying with gaps between what its workers did (1756)" },
	{ "gtid-order", false, 1950, "out of order",
	  "demo-2 stopped applying: a transaction number was used already (1950)" },
	{ "relay-log-corrupt", false, 1594, "Relay log read failure",
	  "demo-2 stopped applying: its relay log cannot be read (1594)" },
	{ "disk-full", false, 1021, "Disk full", "demo-2 stopped applying: its disk is full (1021)" },
	{ "applier-error", false, 4711, "something", "demo-2 stopped applying (4711)" },
};
