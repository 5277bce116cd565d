/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Clusters made by hand, each with one thing wrong, and what is to be said of it. */

#include "base/error.h"
#include "tests/unit/topology/fixture.h"
#include "topology/diagnose.h"

#define I(n) (t->items[n])
#define C(n) (t->items[n]->channels.items[0])

static void two_writers(struct topology *t)
{
	I(1)->read_only = I(1)->super_read_only = 0;
}

static void primary_down(struct topology *t)
{
	I(0)->reach = REACH_DOWN;
	I(0)->why = "connection refused";
	for (size_t i = 1; i < 3; i++) {
		C(i).receiver = (struct replica_thread){ THREAD_CONNECTING, 2003, "refused", "" };
	}
}

static void all_read_only(struct topology *t)
{
	I(0)->read_only = 1;
	I(1)->channels.len = I(2)->channels.len = 0;
}

static void replicas_alone(struct topology *t)
{
	I(0)->read_only = 1;
	add_channel(t, I(0), "", "elsewhere", 3307);
}

static void not_open(struct topology *t)
{
	I(0)->read_only = 1;
}

static void waits_for_first(struct topology *t)
{
	I(0)->read_only = 1;
	I(0)->semisync = (struct semisync){ 1, 1, 0, 1, 0, 4294967295, -1, -1 };
	drop_replicas(t);
}

static void primary_hangs(struct topology *t)
{
	I(0)->reach = REACH_SILENT;
	I(0)->why = "no answer in time";
}

/* Refused, but a replica still gets data: there is another way to it. */
static void primary_refuses_us_only(struct topology *t)
{
	I(0)->reach = REACH_DOWN;
	I(0)->why = "connection refused";
}

static void nothing(struct topology *t)
{
	for (size_t i = 0; i < 3; i++) {
		I(i)->reach = REACH_DOWN;
		I(i)->why = "connection refused";
	}
}

static void none_lets_us_in(struct topology *t)
{
	nothing(t);
	I(0)->reach = REACH_DENIED;
	I(0)->why = "access denied for user 'app'";
}

static void no_such_host(struct topology *t)
{
	nothing(t);
	I(0)->reach = REACH_NO_NAME;
	I(0)->host = "db9";
	I(0)->why = "no such host";
}

static void ring(struct topology *t)
{
	add_channel(t, I(0), "", "demo-1", 3306);
	C(1).source_host = "demo-0";
}

static void same_id(struct topology *t)
{
	I(2)->server_id = 2;
}

static void same_uuid(struct topology *t)
{
	I(2)->uuid = UUID_1;
}

static void clock_behind(struct topology *t)
{
	I(2)->clock_offset = -3000000;
}

static void clock_within(struct topology *t)
{
	I(2)->clock_offset = -900000;
}

static void down(struct topology *t)
{
	I(2)->reach = REACH_DOWN;
	I(2)->why = "connection refused";
}

static void silent(struct topology *t)
{
	I(2)->reach = REACH_SILENT;
}

static void no_name(struct topology *t)
{
	I(2)->reach = REACH_NO_NAME;
}

static void denied(struct topology *t)
{
	I(2)->reach = REACH_DENIED;
}

static void full(struct topology *t)
{
	I(2)->reach = REACH_FULL;
}

static void broken(struct topology *t)
{
	I(2)->reach = REACH_BROKEN;
}

static void detached(struct topology *t)
{
	I(2)->channels.len = 0;
}

static void writable_replica(struct topology *t)
{
	add_channel(t, I(0), "", "elsewhere", 3306);
}

static void errant(struct topology *t)
{
	set_gtids(I(2), UUID_0 ":1-100," UUID_2 ":1-3", "");
}

/* 0-3-101 was written while the primary was at 100 as well. */
static void errant_mariadb(struct topology *t)
{
	set_gtids(I(0), "0-1-200", "");
	set_gtids(I(1), "0-1-200", "0-1-200");
	set_gtids(I(2), "0-1-200,0-3-101", "0-1-200");
	C(1).retrieved = C(2).retrieved = "0-1-200";
}

static void lost_tail(struct topology *t)
{
	set_gtids(I(2), UUID_0 ":1-105", "");
}

static void disk_full(struct topology *t)
{
	I(1)->disk_full = 1;
	I(1)->disk_full_where = "Waiting for disk space";
}

static void semisync_waiting(struct topology *t)
{
	I(0)->semisync = (struct semisync){ 1, 1, 0, 1, 3, 4294967295, -1, -1 };
}

static void semisync_off(struct topology *t)
{
	I(0)->semisync = (struct semisync){ 1, 0, 0, 1, 0, 10000, -1, -1 };
}

static void semisync_few(struct topology *t)
{
	I(0)->semisync = (struct semisync){ 1, 1, 1, 2, 0, 10000, -1, -1 };
}

/* A commit of a healthy cluster waits for a moment. */
static void semisync_busy(struct topology *t)
{
	I(0)->semisync = (struct semisync){ 1, 1, 2, 1, 4, 4294967295, -1, -1 };
}

static void rights(struct topology *t)
{
	I(1)->missing_rights = "REPLICATION CLIENT";
}

static void older(struct topology *t)
{
	I(2)->version = 80400;
	I(2)->version_text = "8.4.0";
	I(2)->dialect = dialect_for(false, 80400);
}

static void chain_without_log(struct topology *t)
{
	C(2).source_host = "demo-1";
	I(1)->log_updates = 0;
}

static void both_stopped(struct topology *t)
{
	C(2).receiver.state = C(2).applier.state = THREAD_STOPPED;
}

static void named_channel_stopped(struct topology *t)
{
	C(2).name = "east";
	C(2).receiver.state = C(2).applier.state = THREAD_STOPPED;
}

static void relay_log_lost(struct topology *t)
{
	both_stopped(t);
	C(2).relay_bytes = 0;
}

static void no_metadata(struct topology *t)
{
	C(2).applier = (struct replica_thread){ THREAD_STOPPED, 13124, "failed to initialize", "" };
}

static void thrown_out(struct topology *t)
{
	C(2).receiver = (struct replica_thread){
		THREAD_STOPPED, 13114, "A replica with the same server_uuid/server_id", ""
	};
}

static void receiver_stopped(struct topology *t)
{
	C(2).receiver.state = THREAD_STOPPED;
}

static void applier_stopped(struct topology *t)
{
	C(2).applier.state = THREAD_STOPPED;
}

static void connecting(struct topology *t)
{
	C(2).receiver.state = THREAD_CONNECTING;
}

static void unknown_source(struct topology *t)
{
	C(2).source_host = "elsewhere";
	C(2).source_id = 77;
}

/* A second, closed root below which demo-2 hangs. */
static void other_root(struct topology *t)
{
	I(1)->channels.len = 0;
	C(2).source_host = "demo-1";
}

static void stale(struct topology *t)
{
	set_gtids(I(0), UUID_0 ":1-112", "");
	set_gtids(I(1), UUID_0 ":1-112", "");
	C(1).retrieved = UUID_0 ":1-112";
}

static void lagging(struct topology *t)
{
	set_gtids(I(0), UUID_0 ":1-112", "");
	set_gtids(I(1), UUID_0 ":1-112", "");
	C(1).retrieved = C(2).retrieved = UUID_0 ":1-112";
	C(2).seconds_behind = 95;
	C(2).applying_commit = 1002500 - 90000000LL + 1;
}

static void delayed(struct topology *t)
{
	C(2).delay = 3600;
}

static void filtered(struct topology *t)
{
	C(2).filtered = true;
	C(2).filters = "Replicate_Ignore_DB=logs";
}

static void multi_source(struct topology *t)
{
	I(1)->channels.len = 0;
	two_writers(t);
	add_channel(t, I(2), "east", "demo-1", 3306);
}

/* Two sources of one replica, and one of its channels now goes elsewhere. */
static void left_source(struct topology *t)
{
	multi_source(t);
	C(2).source_host = "elsewhere";
	set_gtids(I(0), UUID_0 ":1-100", "");
	set_gtids(I(1), UUID_1 ":1-7", "");
	set_gtids(I(2), UUID_0 ":1-100," UUID_1 ":1-7", "");
}

static void left_source_mariadb(struct topology *t)
{
	multi_source(t);
	I(2)->channels.items[1].source_host = "demo-0";
	set_gtids(I(0), "0-1-100", "");
	set_gtids(I(1), "1-2-7", "");
	set_gtids(I(2), "0-1-100,1-2-7", "0-1-100,1-2-7");
}

/* A replica was promoted, and the old primary still takes writes. */
static void old_primary_writes(struct topology *t)
{
	I(1)->channels.len = 0;
	two_writers(t);
	set_gtids(I(0), UUID_0 ":1-105", "");
	set_gtids(I(1), UUID_0 ":1-100," UUID_1 ":1-7", "");
	C(2).source_host = "demo-1";
	set_gtids(I(2), UUID_0 ":1-100," UUID_1 ":1-7", "");
}

static void chain(struct topology *t)
{
	C(2).source_host = "demo-1";
}

static void group(struct topology *t, const char *states[3])
{
	for (size_t i = 0; i < 3; i++) {
		I(i)->channels.len = 0;
		I(i)->group = arena_zalloc(t->arena, 3 * sizeof(struct group_member));
		I(i)->group_count = 3;
		for (size_t j = 0; j < 3; j++)
			I(i)->group[j] = (struct group_member){ I(j)->uuid, I(j)->host, states[j],
								j ? "SECONDARY" : "PRIMARY", 3306 };
		I(i)->group_state = states[i];
		I(i)->group_role = i ? "SECONDARY" : "PRIMARY";
	}
}

static void group_healthy(struct topology *t)
{
	group(t, (const char *[]){ "ONLINE", "ONLINE", "ONLINE" });
}

static void member_failed(struct topology *t)
{
	group(t, (const char *[]){ "ONLINE", "ONLINE", "ERROR" });
}

static void group_primary_down(struct topology *t)
{
	group(t, (const char *[]){ "UNREACHABLE", "ONLINE", "ONLINE" });
	I(0)->reach = REACH_DOWN;
	I(0)->why = "connection refused";
	I(0)->group_count = 0;
	I(0)->group_state = I(0)->group_role = "";
}

/* Only we do not get an answer: the others see it. */
static void group_primary_silent(struct topology *t)
{
	group(t, (const char *[]){ "ONLINE", "ONLINE", "ONLINE" });
	I(0)->reach = REACH_SILENT;
	I(0)->why = "no answer in time";
	I(0)->group_count = 0;
	I(0)->group_state = I(0)->group_role = "";
}

static void group_no_quorum(struct topology *t)
{
	group(t, (const char *[]){ "ONLINE", "UNREACHABLE", "UNREACHABLE" });
	drop_replicas(t);
}

static void unreceived(struct topology *t)
{
	set_gtids(I(0), I(0)->mariadb ? "0-1-200" : UUID_0 ":1-200", "");
	C(1).seconds_behind = C(2).seconds_behind = 1; /* else they are stale */
}

/* Of an hour 45 minutes have gone. */
static void expiring(struct topology *t)
{
	unreceived(t);
	I(0)->expire.seconds = 3600;
	C(2).oldest_unreceived = I(0)->first.until + I(0)->clock_offset - 2700 * INT64_C(1000000);
}

static void expired(struct topology *t)
{
	unreceived(t);
	I(0)->expire = (struct binlog_expiry){ 0, 0.5, false };
	C(2).oldest_unreceived = I(0)->first.until - 43300 * INT64_C(1000000);
}

static void gone(struct topology *t)
{
	unreceived(t);
	C(2).unreceived_purged = true;
}

static void kept_short(struct topology *t)
{
	I(0)->expire.seconds = 3600;
}

static void kept_for_ever(struct topology *t)
{
	I(0)->expire = (struct binlog_expiry){ 0, 0, false };
}

static void own_id(struct topology *t)
{
	C(2).receiver = (struct replica_thread){ THREAD_STOPPED, 1593, "equal MySQL server ids", "" };
}

static void own_uuid(struct topology *t)
{
	C(2).receiver = (struct replica_thread){ THREAD_STOPPED, 13117, "equal UUIDs", "" };
}

static void torn(struct topology *t)
{
	C(2).applier = (struct replica_thread){ THREAD_STOPPED, 13121, "Relay log read failure", "" };
}

static void duplicate_mysql(struct topology *t)
{
	C(2).applier = (struct replica_thread){ THREAD_STOPPED, 1062, "x on table shop.orders; x", "" };
	C(2).failed_gtid = UUID_0 ":101";
}

static void duplicate_mariadb(struct topology *t)
{
	C(2).applier = (struct replica_thread){
		THREAD_STOPPED, 1062, "x on table shop.orders; Duplicate, end_log_pos 200", ""
	};
}

static void healthy_cluster(struct topology *t)
{
	(void)t;
}

/* Settings. */
static void sync_binlog(struct topology *t)
{
	I(0)->sync_binlog = 1000;
}

static void flush_log(struct topology *t)
{
	I(0)->flush_log = 2;
}

static void super_read_only(struct topology *t)
{
	I(2)->super_read_only = 0;
}

static void binlog_format(struct topology *t)
{
	I(0)->binlog_format = "STATEMENT";
}

static void gtid_off(struct topology *t)
{
	I(0)->gtid_on = 0;
}

static void not_strict(struct topology *t)
{
	I(1)->gtid_strict = 0;
}

static void relay_recovery(struct topology *t)
{
	I(1)->relay_log_recovery = 0;
}

static void near_limit(struct topology *t)
{
	I(1)->connections = 95;
}

static void not_logging(struct topology *t)
{
	I(2)->log_updates = 0;
}

static void by_position(struct topology *t)
{
	C(2).auto_position = false;
}

static void current_pos(struct topology *t)
{
	C(2).gtid_demotes = true;
}

static void tls_is_there(struct topology *t)
{
	C(1).tls = true;
}


static void binlog_off(struct topology *t)
{
	drop_replicas(t);
	I(0)->log_bin = 0;
}

struct rule_case {
	const char *code;
	void (*make)(struct topology *t);
	enum level level;
	const char *reason;
	const char *next;
	bool mariadb;
};

#define STATUS "kubectl mysql status --timeout 30s --sandbox demo"
#define CHANGE(instance, statement)                                                                \
	"kubectl mysql sql " instance " --sandbox demo --allow-write-on-replica -e \"" statement "\""
#define SQL(instance, statement)                                                                   \
	"kubectl mysql sql " instance " --sandbox demo -e \"" statement "\""

static const struct rule_case cases[] = {
	{ "healthy", healthy_cluster, LEVEL_OK, "demo-0 takes writes, 2 replicas apply", "", false },
	{ "healthy", healthy_cluster, LEVEL_OK, "demo-0 takes writes, 2 replicas apply", "", true },
	{ "healthy", semisync_busy, LEVEL_OK, "demo-0 takes writes, 2 replicas apply", "", true },
	{ "healthy", clock_within, LEVEL_OK, "demo-0 takes writes, 2 replicas apply", "", true },
	{ "healthy", group_healthy, LEVEL_OK, "demo-0 takes writes, 2 replicas apply", "", false },
	{ "two-writers", two_writers, LEVEL_CRITICAL,
	  "demo-0 and demo-1 take writes at the same time",
	  CHANGE("demo-1", "SET GLOBAL read_only = ON"), true },
	{ "two-writers", two_writers, LEVEL_CRITICAL,
	  "demo-0 and demo-1 take writes at the same time",
	  CHANGE("demo-1", "SET GLOBAL super_read_only = ON"), false },
	{ "two-writers", old_primary_writes, LEVEL_CRITICAL,
	  "demo-0 and demo-1 take writes at the same time",
	  SQL("demo-1", "SET GLOBAL super_read_only = ON"), false },
	{ "unknown-source", left_source, LEVEL_DEGRADED,
	  "demo-2 follows elsewhere:3306, which is not one of the cluster",
	  SQL("demo-2", "SHOW REPLICA STATUS") " -o vertical", false },
	{ "other-source", left_source_mariadb, LEVEL_DEGRADED,
	  "demo-2 no longer follows demo-1, whose transactions it has",
	  "kubectl mysql gtid compare --sandbox demo", true },
	{ "no-writer", primary_down, LEVEL_CRITICAL,
	  "no server takes writes: demo-0 is down and no replica hears of it",
	  "kubectl mysql lag --sandbox demo", true },
	{ "no-writer", all_read_only, LEVEL_CRITICAL,
	  "no server takes writes: every one is read only", "kubectl mysql lag --sandbox demo",
	  true },
	{ "primary-unlisted", replicas_alone, LEVEL_UNKNOWN,
	  "none of the servers takes writes, and they follow elsewhere:3307, which was not named",
	  "kubectl mysql check --sandbox demo", false },
	{ "primary-not-open", not_open, LEVEL_CRITICAL, "demo-0 is the primary and read only",
	  SQL("demo-0", "SET GLOBAL read_only = OFF"), true },
	{ "primary-not-open", waits_for_first, LEVEL_CRITICAL,
	  "demo-0 is the primary and read only: it opens when the first replica acknowledges",
	  "kubectl mysql lag --sandbox demo", true },
	{ "primary-unreadable", primary_hangs, LEVEL_UNKNOWN,
	  "demo-0 cannot be read, and nobody else takes writes: it may still take them", STATUS,
	  false },
	{ "primary-unreadable", primary_refuses_us_only, LEVEL_UNKNOWN,
	  "demo-0 cannot be read, and nobody else takes writes: it may still take them",
	  "kubectl mysql sandbox up demo", false },
	{ "nothing-readable", nothing, LEVEL_UNKNOWN, "no server could be read: connection refused",
	  "kubectl mysql sandbox up demo", false },
	{ "nothing-readable", none_lets_us_in, LEVEL_UNKNOWN,
	  "no server could be read: access denied for user 'app'",
	  "kubectl mysql status --mysql-user NAME --ask-password --sandbox demo", false },
	{ "nothing-readable", no_such_host, LEVEL_UNKNOWN,
	  "no server could be read: no such host",
	  "kubectl mysql status --sandbox demo # there is no host 'db9': check the name", false },
	{ "ring", ring, LEVEL_DEGRADED, "demo-0 and demo-1 follow each other in a ring",
	  CHANGE("demo-0", "STOP REPLICA; RESET REPLICA ALL"), false },
	{ "server-id-equal", same_id, LEVEL_DEGRADED, "demo-2 has the server id of demo-1",
	  CHANGE("demo-2", "SET GLOBAL server_id = 3"), false },
	{ "server-uuid-equal", same_uuid, LEVEL_DEGRADED,
	  "demo-2 has the server UUID of demo-1: its data folder is a copy",
	  SQL("demo-2", "SELECT @@datadir, @@server_uuid"), false },
	{ "clock-skew", clock_behind, LEVEL_DEGRADED,
	  "the clock of demo-2 is 3.0s behind the others",
	  SQL("demo-2", "SELECT UTC_TIMESTAMP(6)"), false },
	{ "instance-down", down, LEVEL_DEGRADED, "demo-2 is down",
	  "kubectl mysql sandbox up demo", false },
	{ "instance-silent", silent, LEVEL_DEGRADED, "demo-2 does not answer", STATUS, false },
	{ "instance-name", no_name, LEVEL_DEGRADED, "demo-2 has no address",
	  "kubectl mysql check --sandbox demo", false },
	{ "instance-denied", denied, LEVEL_DEGRADED, "demo-2 does not let us in",
	  "kubectl mysql check --sandbox demo", false },
	{ "instance-full", full, LEVEL_DEGRADED, "demo-2 takes no connections", STATUS, false },
	{ "instance-broken", broken, LEVEL_DEGRADED, "demo-2 does not answer as a server",
	  "kubectl mysql check --sandbox demo", false },
	{ "detached", detached, LEVEL_DEGRADED, "demo-2 follows nobody",
	  "kubectl mysql gtid compare --sandbox demo", false },
	{ "unknown-source", writable_replica, LEVEL_DEGRADED,
	  "demo-0 follows elsewhere:3306, which is not one of the cluster",
	  SQL("demo-0", "SHOW REPLICA STATUS") " -o vertical", false },
	{ "errant", errant, LEVEL_DEGRADED, "demo-2 has 3 transactions that its source has not",
	  "kubectl mysql gtid errant --sandbox demo", false },
	{ "errant", errant_mariadb, LEVEL_DEGRADED,
	  "demo-2 has 1 transaction that its source has not",
	  "kubectl mysql gtid errant --sandbox demo", true },
	{ "source-lost-tail", lost_tail, LEVEL_DEGRADED,
	  "demo-2 has 5 transactions that demo-0 wrote itself and lost",
	  "kubectl mysql gtid errant --sandbox demo", false },
	{ "disk-full", disk_full, LEVEL_DEGRADED, "the disk of demo-1 is full",
	  SQL("demo-1", "SELECT @@datadir, @@tmpdir, @@log_bin_basename"), false },
	{ "semi-sync-waiting", semisync_waiting, LEVEL_DEGRADED,
	  "writes on demo-0 hang: 3 wait for a replica to acknowledge",
	  "kubectl mysql lag --sandbox demo", true },
	{ "semi-sync-off", semisync_off, LEVEL_DEGRADED,
	  "demo-0 has fallen back to asynchronous replication: what it acknowledges may be lost",
	  "kubectl mysql lag --sandbox demo", true },
	{ "semi-sync-few", semisync_few, LEVEL_DEGRADED,
	  "the next write on demo-0 will wait: 1 of 2 acknowledging replicas are connected",
	  "kubectl mysql lag --sandbox demo", false },
	{ "rights", rights, LEVEL_DEGRADED,
	  "demo-1 does not show everything: the account lacks REPLICATION CLIENT",
	  SQL("demo-1", "SHOW GRANTS"), false },
	{ "version-order", older, LEVEL_DEGRADED, "demo-2 is older than its source demo-0",
	  SQL("demo-2", "SELECT VERSION()"), false },
	{ "log-updates-off", chain_without_log, LEVEL_DEGRADED,
	  "demo-1 does not log what it applies: those below it get nothing",
	  SQL("demo-1", "SHOW VARIABLES LIKE 'log%updates'"), false },
	{ "replication-stopped", both_stopped, LEVEL_DEGRADED,
	  "demo-2 is stopped: it neither receives nor applies", CHANGE("demo-2", "START REPLICA"),
	  false },
	{ "replication-stopped", named_channel_stopped, LEVEL_DEGRADED,
	  "demo-2 channel 'east' is stopped: it neither receives nor applies",
	  CHANGE("demo-2", "START REPLICA FOR CHANNEL 'east'"), false },
	{ "replication-stopped", named_channel_stopped, LEVEL_DEGRADED,
	  "demo-2 channel 'east' is stopped: it neither receives nor applies",
	  CHANGE("demo-2", "START REPLICA 'east'"), true },
	{ "applier-metadata", relay_log_lost, LEVEL_DEGRADED,
	  "demo-2 is stopped and cannot start: its relay log is not found",
	  CHANGE("demo-2", "STOP REPLICA; RESET REPLICA; START REPLICA"), true },
	{ "applier-metadata", no_metadata, LEVEL_DEGRADED,
	  "demo-2 stopped applying: its replication metadata cannot be used (13124)",
	  CHANGE("demo-2", "STOP REPLICA; RESET REPLICA; START REPLICA"), false },
	{ "replicas-clash", thrown_out, LEVEL_DEGRADED,
	  "demo-2 is thrown out by another replica with its identity (13114)",
	  SQL("demo-0", "SHOW REPLICAS"), false },
	{ "receiver-stopped", receiver_stopped, LEVEL_DEGRADED,
	  "demo-2 does not receive: its receiver is stopped",
	  CHANGE("demo-2", "START REPLICA IO_THREAD"), true },
	{ "applier-stopped", applier_stopped, LEVEL_DEGRADED,
	  "demo-2 does not apply: its applier is stopped",
	  CHANGE("demo-2", "START REPLICA SQL_THREAD"), false },
	{ "receiver-connecting", connecting, LEVEL_DEGRADED,
	  "demo-2 cannot reach its source demo-0:3306",
	  SQL("demo-2", "SHOW REPLICA STATUS") " -o vertical",
	  false },
	{ "unknown-source", unknown_source, LEVEL_DEGRADED,
	  "demo-2 follows elsewhere:3306, which is not one of the cluster",
	  SQL("demo-2", "SHOW REPLICA STATUS") " -o vertical", false },
	{ "other-source", other_root, LEVEL_DEGRADED,
	  "demo-2 follows demo-1, not the primary demo-0",
	  "kubectl mysql gtid compare --sandbox demo", false },
	{ "stale", stale, LEVEL_DEGRADED,
	  "demo-2 shows 0 s and is stale: 12 transactions were not sent to it",
	  "kubectl mysql lag demo-2 --sandbox demo", false },
	{ "lagging", lagging, LEVEL_DEGRADED, "demo-2 is 1m behind",
	  "kubectl mysql lag demo-2 --sandbox demo", false },
	{ "group-member", member_failed, LEVEL_DEGRADED, "demo-2 is in the group's state ERROR",
	  CHANGE("demo-2", "START GROUP_REPLICATION"), false },
	{ "primary-unreadable", group_primary_down, LEVEL_UNKNOWN,
	  "demo-0 cannot be read, and its group has not elected another primary yet",
	  "kubectl mysql status --watch --sandbox demo", false },
	{ "primary-unreadable", group_primary_silent, LEVEL_UNKNOWN,
	  "demo-0 cannot be read, and nobody else takes writes: it may still take them", STATUS,
	  false },
	{ "group-no-quorum", group_no_quorum, LEVEL_CRITICAL,
	  "the group has lost its majority: demo-0 reaches 1 of 3 members",
	  SQL("demo-0", "SELECT * FROM performance_schema.replication_group_members"), false },
	{ "binlog-expiring", expiring, LEVEL_OK,
	  "demo-0 may purge in 15m what demo-2 has not received", NULL, false },
	{ "binlog-expiring", expired, LEVEL_OK,
	  "demo-0 may purge at any moment what demo-2 has not received", NULL, true },
	{ "binlog-expiring", gone, LEVEL_OK, "demo-0 has purged what demo-2 has not received",
	  NULL, false },
	{ "binlog-kept-short", kept_short, LEVEL_OK,
	  "demo-0 keeps its binlog for less than a day: a replica that is away for longer is lost",
	  NULL, true },
	{ "binlog-kept", kept_for_ever, LEVEL_OK, "demo-0 never purges its binlog", NULL, true },
	{ "own-server-id", own_id, LEVEL_DEGRADED,
	  "demo-2 has the same server id as its source (1593)",
	  CHANGE("demo-2", "SET GLOBAL server_id = 4; START REPLICA"), true },
	{ "relay-log-corrupt", torn, LEVEL_DEGRADED,
	  "demo-2 stopped applying: its relay log cannot be read (13121)",
	  CHANGE("demo-2", "STOP REPLICA; RESET REPLICA; START REPLICA"), false },
	{ "own-uuid", own_uuid, LEVEL_DEGRADED,
	  "demo-2 has the same server UUID as its source (13117)",
	  SQL("demo-2", "SELECT @@datadir, @@server_uuid"), false },
	{ "applier-duplicate", duplicate_mysql, LEVEL_DEGRADED,
	  "demo-2 stopped applying: a row is there already (1062 on shop.orders)",
	  "kubectl mysql binlog dump demo-0 --sandbox demo --start-file binlog.000001 "
	  "--gtid " UUID_0 ":101", false },
	{ "applier-duplicate", duplicate_mariadb, LEVEL_DEGRADED,
	  "demo-2 stopped applying: a row is there already (1062 on shop.orders)",
	  "kubectl mysql binlog dump demo-0 --sandbox demo --start-file binlog.000001 "
	  "--start-position 100 | head -n 50", true },
	{ "filtered", filtered, LEVEL_OK, "demo-2 leaves out a part of what its source sends", NULL,
	  false },
	{ "delayed", delayed, LEVEL_OK, "demo-2 applies 1h late on purpose", NULL, false },
	{ "chain", chain, LEVEL_OK, "demo-2 follows the replica demo-1", NULL, false },
	{ "multi-source", multi_source, LEVEL_OK, "demo-2 follows 2 sources", NULL, true },
	{ "sync-binlog", sync_binlog, LEVEL_OK,
	  "demo-0 may lose the end of its binlog when its machine fails", NULL, false },
	{ "flush-log", flush_log, LEVEL_OK,
	  "demo-0 may lose acknowledged transactions when its machine fails", NULL, true },
	{ "binlog-off", binlog_off, LEVEL_OK, "demo-0 has no binlog: nothing can follow it", NULL,
	  false },
	{ "super-read-only-off", super_read_only, LEVEL_OK,
	  "demo-2 is read only, but not for administrators", NULL, false },
	{ "binlog-format", binlog_format, LEVEL_OK,
	  "demo-0 logs statements, which replicas may run differently", NULL, true },
	{ "gtid-off", gtid_off, LEVEL_OK,
	  "demo-0 has no GTIDs: replicas must be moved by file and position", NULL, false },
	{ "gtid-not-strict", not_strict, LEVEL_OK,
	  "demo-1 would let a transaction number be used twice", NULL, true },
	{ "relay-log-recovery-off", relay_recovery, LEVEL_OK,
	  "demo-1 may not go on after its machine fails", NULL, false },
	{ "connections-near-limit", near_limit, LEVEL_OK,
	  "demo-1 has nearly all its connections in use", NULL, false },
	{ "current-pos", current_pos, LEVEL_OK,
	  "demo-2 takes its own writes for the source's place to go on", NULL, true },
	{ "replica-not-logging", not_logging, LEVEL_OK,
	  "demo-2 cannot become a source that others go on from", NULL, false },
	{ "by-position", by_position, LEVEL_OK, "demo-2 follows by file and position, not by GTID",
	  NULL, false },
	{ "replication-cleartext", tls_is_there, LEVEL_OK,
	  "demo-2 follows over a network without TLS", NULL, false },
};
