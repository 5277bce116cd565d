/* SPDX-License-Identifier: Apache-2.0 */
#include "topology/rules.h"

#include "base/memory.h"
#include "mysql/dialect/dialect.h"

#include <string.h>

/* Settings that will hurt one day. Advice: they do not change the verdict. */

static bool has_replicas(const struct instance *i)
{
	return i->followers > 0 || i->registered_count > 0;
}

static bool sync_binlog(const struct instance *i)
{
	return i->log_bin == 1 && i->sync_binlog >= 0 && i->sync_binlog != 1 &&
	       i->role != ROLE_REPLICA;
}

static bool flush_log(const struct instance *i)
{
	return i->flush_log >= 0 && i->flush_log != 1 && i->role != ROLE_REPLICA;
}

static bool binlog_off(const struct instance *i)
{
	return i->log_bin == 0 && i->role != ROLE_REPLICA;
}

static bool replica_not_logging(const struct instance *i)
{
	return i->role == ROLE_REPLICA && i->followers == 0 &&
	       (i->log_bin == 0 || i->log_updates == 0);
}

static bool super_read_only_off(const struct instance *i)
{
	return i->role == ROLE_REPLICA && i->read_only == 1 && i->super_read_only == 0;
}

static bool binlog_format(const struct instance *i)
{
	return i->log_bin == 1 && *i->binlog_format && strcmp(i->binlog_format, "ROW") != 0 &&
	       (i->writable || has_replicas(i));
}

static bool gtid_off(const struct instance *i)
{
	return !i->mariadb && i->gtid_on == 0;
}

static bool gtid_not_strict(const struct instance *i)
{
	return i->mariadb && i->gtid_strict == 0;
}

static bool relay_log_recovery_off(const struct instance *i)
{
	return !i->mariadb && i->role == ROLE_REPLICA && i->relay_log_recovery == 0;
}

static bool by_position(const struct instance *i)
{
	for (size_t j = 0; j < i->channels.len; j++)
		if (link_follows(&i->links[j]) && !i->links[j].status->auto_position)
			return true;
	return false;
}

static bool cleartext(const struct instance *i)
{
	for (size_t j = 0; j < i->channels.len; j++)
		if (link_follows(&i->links[j]) && !i->links[j].status->tls &&
		    strncmp(i->links[j].status->source_host, "127.", 4) != 0 &&
		    strcmp(i->links[j].status->source_host, "::1") != 0 &&
		    strcmp(i->links[j].status->source_host, "localhost") != 0)
			return true;
	return false;
}

#define KEPT_AT_LEAST (24 * 3600)

static bool binlog_kept_short(const struct instance *i)
{
	int64_t kept = binlog_expiry_seconds(&i->expire);

	return i->log_bin == 1 && kept > 0 && kept < KEPT_AT_LEAST;
}

static bool binlog_kept(const struct instance *i)
{
	return i->log_bin == 1 && binlog_expiry_seconds(&i->expire) == 0;
}

static bool connections_near_limit(const struct instance *i)
{
	return i->connections >= 0 && i->max_connections > 0 &&
	       i->connections * 10 >= i->max_connections * 9;
}

static bool current_pos(const struct instance *i)
{
	for (size_t j = 0; j < i->channels.len; j++)
		if (i->links[j].status->gtid_demotes)
			return true;
	return false;
}

static const struct setting {
	const char *code;
	bool (*is)(const struct instance *i);
	const char *reason;   /* behind the name */
	const char *evidence;
	const char *statement; /* that looks at it, or mends it */
} settings[] = {
	{ "sync-binlog", sync_binlog, "may lose the end of its binlog when its machine fails",
	  "sync_binlog is not 1", "SET GLOBAL sync_binlog = 1" },
	{ "flush-log", flush_log, "may lose acknowledged transactions when its machine fails",
	  "innodb_flush_log_at_trx_commit is not 1",
	  "SET GLOBAL innodb_flush_log_at_trx_commit = 1" },
	{ "binlog-off", binlog_off, "has no binlog: nothing can follow it", "log_bin off",
	  "SELECT @@log_bin" },
	{ "replica-not-logging", replica_not_logging,
	  "cannot become a source that others go on from", "log_bin or logging of updates off",
	  "SHOW VARIABLES LIKE 'log%updates'" },
	{ "super-read-only-off", super_read_only_off,
	  "is read only, but not for administrators", "super_read_only off",
	  "SET GLOBAL super_read_only = ON" },
	{ "binlog-format", binlog_format, "logs statements, which replicas may run differently",
	  "binlog_format is not ROW", "SET GLOBAL binlog_format = 'ROW'" },
	{ "gtid-off", gtid_off, "has no GTIDs: replicas must be moved by file and position",
	  "gtid_mode is not ON", "SELECT @@gtid_mode, @@enforce_gtid_consistency" },
	{ "gtid-not-strict", gtid_not_strict, "would let a transaction number be used twice",
	  "gtid_strict_mode off", "SET GLOBAL gtid_strict_mode = ON" },
	{ "relay-log-recovery-off", relay_log_recovery_off,
	  "may not go on after its machine fails", "relay_log_recovery off",
	  "SELECT @@relay_log_recovery" },
	{ "by-position", by_position, "follows by file and position, not by GTID",
	  "auto position off", "SELECT @@server_id" },
	{ "replication-cleartext", cleartext, "follows over a network without TLS",
	  "TLS is not asked for", "SELECT @@server_id" },
	{ "binlog-kept-short", binlog_kept_short,
	  "keeps its binlog for less than a day: a replica that is away for longer is lost",
	  "binlog_expire_logs_seconds or expire_logs_days",
	  "SHOW VARIABLES LIKE '%expire_logs%'" },
	{ "binlog-kept", binlog_kept, "never purges its binlog", "no expiry is set",
	  "SHOW VARIABLES LIKE '%expire_logs%'" },
	{ "connections-near-limit", connections_near_limit, "has nearly all its connections in use",
	  "more than nine tenths of max_connections", "SHOW PROCESSLIST" },
	{ "current-pos", current_pos, "takes its own writes for the source's place to go on",
	  "Using_Gtid Current_Pos", "SELECT @@gtid_current_pos, @@gtid_slave_pos" },
};

void rule_settings(struct diagnosis *d, const struct rule *r)
{
	const struct setting *s = settings;

	while (strcmp(s->code, r->code) != 0)
		s++;
	for (size_t i = 0; i < d->topology->len; i++) {
		const struct instance *one = d->topology->items[i];

		if (one->reach == REACH_OK && s->is(one))
			report(d, r, one, NULL, fact(d, "%s %s", one->name, s->reason),
			       s->evidence, next_sql(d, one, s->statement));
	}
}
