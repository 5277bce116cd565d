/* SPDX-License-Identifier: Apache-2.0 */
#include "topology/rules.h"

#include "base/strbuf.h"

/*
 * One proven writer and nothing wrong is ok; one and anything wrong is degraded; none or two is
 * critical; a primary that cannot be read and is not proven to be gone is unknown. Repairs are the
 * cheapest safe ones, in the order wait < restart a thread < re-point < skip one < repair a row <
 * feed missing binlogs < rebuild.
 */

#define CRITICAL WEIGHT_CRITICAL, LEVEL_CRITICAL
#define STATE_UNKNOWN WEIGHT_CRITICAL, LEVEL_UNKNOWN
#define BROKEN WEIGHT_ERROR, LEVEL_DEGRADED
#define WRONG WEIGHT_WARNING, LEVEL_DEGRADED
#define ADVICE WEIGHT_WARNING, LEVEL_OK
#define NOTE WEIGHT_INFO, LEVEL_OK

const struct rule diagnose_rules[] = {
	{ "two-writers", CRITICAL, "more than one server takes writes",
	  "close the one that is not the primary, then compare what each has", rule_two_writers },
	{ "no-writer", CRITICAL, "no server takes writes",
	  "open the replica that has received the most", rule_no_writer },
	{ "primary-not-open", CRITICAL, "the primary was elected and is read only",
	  "connect a replica: a lossless primary opens by itself when the first one acknowledges; "
	  "else open it",
	  rule_primary_not_open },
	{ "primary-unreadable", STATE_UNKNOWN,
	  "the primary cannot be read and is not proven to be gone",
	  "look from another side, or give it more time; do not open another server",
	  rule_primary_unreadable },
	{ "nothing-readable", STATE_UNKNOWN, "no server could be read",
	  "check names, ports, login and network", rule_nothing_readable },

	{ "group-no-quorum", BROKEN, "the group has lost its majority",
	  "bring members back; forcing a new membership is the last resort",
	  rule_group_no_quorum },
	{ "ring", BROKEN, "servers follow each other in a ring",
	  "cut the channel of the one that shall be the primary", rule_ring },
	{ "semi-sync-waiting", BROKEN, "writes wait for an acknowledgement that does not come",
	  "start or reconnect a semi-synchronous replica", rule_semisync_waiting },
	{ "disk-full", BROKEN, "the disk is full", "free space or grow the volume, then start",
	  rule_disk_full },
	{ "own-server-id", BROKEN, "a replica has its source's server id",
	  "give it a server id of its own and start it", NULL },
	{ "own-uuid", BROKEN, "a replica has its source's server UUID",
	  "remove auto.cnf from its data folder and restart it", NULL },
	{ "server-id-equal", BROKEN, "two servers have the same server id",
	  "give one of them another id", rule_server_id_equal },
	{ "server-uuid-equal", BROKEN, "two servers have the same UUID",
	  "remove auto.cnf from the copy and restart it", rule_server_uuid_equal },
	{ "replicas-clash", BROKEN, "two replicas with one identity throw each other out",
	  "give one of them another server id and UUID", NULL },

	/* Its root runs all of these. */
	{ "replication-stopped", BROKEN, "both threads of a replica are stopped without an error",
	  "start them, and look again after ten seconds", rule_threads },
	{ "applier-duplicate", BROKEN, "a row that shall be inserted is there already (1062)",
	  "decode the whole transaction and compare each row; all there: skip it; else remove the "
	  "colliding local rows with sql_log_bin=0 and start",
	  NULL },
	{ "applier-row-missing", BROKEN, "a row that shall be changed is not there (1032)",
	  "insert the before-image with sql_log_bin=0 and start; of many rows, rebuild", NULL },
	{ "applier-schema", BROKEN, "a table or column is missing or different",
	  "make the schema equal with sql_log_bin=0 and start", NULL },
	{ "applier-foreign-key", BROKEN, "the other row of a foreign key is not there (1452)",
	  "as for a missing row", NULL },
	{ "applier-locks", BROKEN, "lock waits or deadlocks used up the retries (1205, 1213)",
	  "start again; end the local reader", NULL },
	{ "applier-limits", BROKEN, "a cache, table or packet limit is too small",
	  "raise the limit and start", NULL },
	{ "applier-account", BROKEN, "an account or right is missing on the replica",
	  "make the account equal with sql_log_bin=0 and start", NULL },
	{ "applier-incident", BROKEN, "the source wrote that events were lost (1590)",
	  "rebuild the replica", NULL },
	{ "applier-metadata", BROKEN, "replication metadata cannot be used (1201, 1872)",
	  "reset the replica, keeping its place by GTID, and start", NULL },
	{ "applier-gaps", BROKEN, "the workers stopped with gaps (1756, 1802)",
	  "start until the gaps are closed, then mend the first error", NULL },
	{ "gtid-order", BROKEN, "a transaction number came twice (1950)",
	  "find who wrote the first one by its server id; undo it, or rebuild", NULL },
	{ "relay-log-corrupt", BROKEN, "the relay log cannot be read (1594)",
	  "while the source lives: reset the replica and fetch again by GTID", NULL },
	{ "applier-error", BROKEN, "the applier stopped with an error",
	  "mend what the message says and start", NULL },
	{ "applier-stopped", BROKEN, "the applier is stopped without an error", "start it", NULL },
	{ "binlog-purged", BROKEN, "the source has purged what the replica needs (1236)",
	  "another source that still has it; else rebuild", NULL },
	{ "source-behind", BROKEN, "the replica has what its source has not (1236)",
	  "find out whether the source lost its end or the replica wrote; never force it", NULL },
	{ "position-missing", BROKEN, "the source does not have the file or position (1236)",
	  "after a crash of the source: the next file, once all of the old one is applied; else "
	  "rebuild",
	  NULL },
	{ "packet-too-large", BROKEN, "an event is larger than allowed",
	  "raise max_allowed_packet on both sides and start", NULL },
	{ "binlog-checksum", BROKEN, "an event arrived with a wrong checksum",
	  "start again; if it stays, check the source's disk", NULL },
	{ "gtid-mode", BROKEN, "replica and source do not agree about GTIDs",
	  "bring gtid_mode together step by step", NULL },
	{ "replica-position", BROKEN,
	  "the replica position contradicts its own binlog (1947, 1948)",
	  "take its own writes into the position, or reset its binlog after a rebuild", NULL },
	{ "relay-log-write", BROKEN, "the relay log cannot be written", "free space and start",
	  NULL },
	{ "receiver-denied", BROKEN, "the source refuses the replication account",
	  "mend the account on the source, or user, password and TLS of the channel", NULL },
	{ "source-full", BROKEN, "the source takes no more connections",
	  "wait; free or raise its connections", NULL },
	{ "source-refused", BROKEN, "the source refuses its binlog (1236)",
	  "mend what the message says and start", NULL },
	{ "receiver-connecting", BROKEN, "the receiver cannot reach its source",
	  "wait; mend the network, or re-point to the source's new address", NULL },
	{ "receiver-error", BROKEN, "the receiver stopped with an error",
	  "mend what the message says and start", NULL },
	{ "receiver-stopped", BROKEN, "the receiver is stopped without an error", "start it",
	  NULL },
	{ "stale", BROKEN, "a replica shows 0 seconds and lacks what was never sent to it",
	  "mend the way to its source; do not read from it", rule_stale },
	{ "source-lost-tail", BROKEN, "a replica has what the primary wrote and lost",
	  "save it from the replica; the primary's end was not on disk when it crashed",
	  rule_source_lost_tail },
	{ "errant", BROKEN, "a replica has transactions of its own",
	  "look what they changed: nothing: commit them empty on the primary; else undo or copy "
	  "them",
	  rule_errant },
	{ "unknown-source", BROKEN, "a replica follows a server that is not of the cluster",
	  "name that server too, or re-point the replica", rule_unknown_source },
	{ "other-source", BROKEN, "a replica follows another server than the primary's",
	  "re-point it, once the sets are compared", rule_other_root },
	{ "detached", BROKEN, "a read-only server follows nobody",
	  "point it at the primary, or rebuild it", rule_detached },
	{ "writable-replica", BROKEN, "the only writer follows another server",
	  "close it, or cut its channel", rule_writable_replica },
	{ "log-updates-off", BROKEN, "a replica with replicas below it does not log",
	  "turn on log_bin and logging of replica updates, and restart it",
	  rule_log_updates_off },
	{ "group-member", BROKEN, "a member of the group is not online",
	  "start it again; if it lacks logs, clone", rule_group_member },
	{ "instance-down", BROKEN, "nothing listens at an instance's address", "start it",
	  rule_reach },
	{ "instance-silent", BROKEN, "an instance does not answer in time",
	  "look at its machine: silence proves nothing", rule_reach },
	{ "instance-name", BROKEN, "an instance's name has no address", "mend the name",
	  rule_reach },
	{ "instance-denied", BROKEN, "an instance refuses the login", "mend account or password",
	  rule_reach },
	{ "instance-full", BROKEN, "an instance takes no more connections",
	  "free or raise its connections", rule_reach },
	{ "instance-broken", BROKEN, "an instance does not answer as a server should",
	  "check the port and TLS", rule_reach },
	{ "semi-sync-off", WRONG, "semi-synchronous replication has fallen back",
	  "reconnect a semi-synchronous replica", rule_semisync_off },
	{ "semi-sync-few", WRONG, "fewer replicas acknowledge than a write waits for",
	  "connect more, or lower the count", rule_semisync_few },
	{ "lagging", WRONG, "a replica is more than 30 s behind",
	  "see the reason that lag gives; do not rebuild", rule_lagging },
	{ "clock-skew", WRONG, "a clock differs by more than a second", "mend its time service",
	  rule_clock_skew },
	{ "version-order", WRONG, "a replica is older than its source",
	  "upgrade replicas first, the primary last", rule_version_order },
	{ "rights", WRONG, "the account may not see everything",
	  "grant what is missing", rule_rights },

	{ "filtered", ADVICE, "a replica filters", "never promote it", rule_filtered },
	{ "sync-binlog", ADVICE, "sync_binlog is not 1 on a server that takes writes",
	  "SET GLOBAL sync_binlog = 1", rule_settings },
	{ "flush-log", ADVICE, "innodb_flush_log_at_trx_commit is not 1",
	  "SET GLOBAL innodb_flush_log_at_trx_commit = 1", rule_settings },
	{ "binlog-off", ADVICE, "a server that takes writes has no binlog",
	  "set log_bin and restart it", rule_settings },
	{ "super-read-only-off", ADVICE, "administrators can write on a replica",
	  "SET GLOBAL super_read_only = ON", rule_settings },
	{ "binlog-format", ADVICE, "binlog_format is not ROW", "SET GLOBAL binlog_format = 'ROW'",
	  rule_settings },
	{ "gtid-off", ADVICE, "gtid_mode is not ON", "turn it on by the documented four steps",
	  rule_settings },
	{ "gtid-not-strict", ADVICE, "gtid_strict_mode is off",
	  "SET GLOBAL gtid_strict_mode = ON", rule_settings },
	{ "relay-log-recovery-off", ADVICE, "relay_log_recovery is off on a replica",
	  "set it and restart", rule_settings },
	{ "connections-near-limit", ADVICE, "nine tenths of max_connections are in use",
	  "end idle sessions, or raise the limit", rule_settings },
	{ "current-pos", ADVICE, "a channel goes on from gtid_current_pos",
	  "change it to slave_pos", rule_settings },
	{ "replica-not-logging", NOTE, "a replica does not log what it applies",
	  "set log_bin and logging of replica updates", rule_settings },
	{ "by-position", NOTE, "a channel goes by file and position", "change it to GTIDs",
	  rule_settings },
	{ "replication-cleartext", NOTE, "a channel over a network has no TLS",
	  "turn on TLS for the channel", rule_settings },
	{ "multi-source", NOTE, "a replica follows several sources", "nothing to repair",
	  rule_multi_source },
	{ "chain", NOTE, "a replica follows a replica", "nothing to repair", rule_chain },
	{ "delayed", NOTE, "a replica is delayed on purpose", "nothing to repair", rule_delayed },
	{ NULL, NOTE, NULL, NULL, NULL },
};

void diagnose_print_markdown(struct strbuf *out)
{
	strbuf_addstr(out,
		      "# Findings\n\n"
		      "Printed from the table in `lib/topology/rules.c` by `make generate`. Codes are "
		      "stable. The verdict of `status` is that of the worst finding: `critical` before "
		      "`unknown` before `degraded`; what stands as `ok` is advice, which `check` shows "
		      "and the verdict leaves out. `check` exits with 3 from severity `warning` up.\n\n"
		      "| code | severity | verdict | what is the case | cheapest safe repair |\n"
		      "| --- | --- | --- | --- | --- |\n");
	for (const struct rule *r = diagnose_rules; r->code; r++)
		strbuf_addf(out, "| `%s` | %s | %s | %s | %s |\n", r->code, weight_name(r->weight),
			    level_name(r->level), r->title, r->repair);
}
