/* SPDX-License-Identifier: Apache-2.0 */
#include "topology/read.h"

#include "base/memory.h"
#include "base/strbuf.h"
#include "mysql/dialect/dialect.h"
#include "topology/variables.h"

#include <string.h>
#include <time.h>

int64_t wall_clock_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

#define VARIABLES                                                                                  \
	"('server_id','server_uuid','hostname',"                                                   \
	"'report_host','port','read_only','super_read_only','offline_mode','log_bin',"             \
	"'log_slave_updates','log_replica_updates','gtid_mode','gtid_strict_mode',"                \
	"'binlog_format','sync_binlog','innodb_flush_log_at_trx_commit','relay_log_recovery',"     \
	"'max_allowed_packet','max_connections','rpl_semi_sync_master_enabled',"                   \
	"'rpl_semi_sync_source_enabled','rpl_semi_sync_master_timeout',"                           \
	"'rpl_semi_sync_source_timeout','rpl_semi_sync_master_wait_for_slave_count',"              \
	"'rpl_semi_sync_source_wait_for_replica_count','rpl_semi_sync_slave_enabled',"             \
	"'rpl_semi_sync_replica_enabled','binlog_expire_logs_seconds','expire_logs_days',"         \
	"'binlog_expire_logs_auto_purge')"
#define STATUS                                                                                     \
	"('Uptime','Threads_connected',"                                                           \
	"'Threads_running','Rpl_semi_sync_master_status','Rpl_semi_sync_source_status',"           \
	"'Rpl_semi_sync_master_clients','Rpl_semi_sync_source_clients',"                           \
	"'Rpl_semi_sync_master_wait_sessions','Rpl_semi_sync_source_wait_sessions',"               \
	"'Rpl_semi_sync_slave_status','Rpl_semi_sync_replica_status')"
#define SHOW_VARIABLES "SHOW GLOBAL VARIABLES WHERE Variable_name IN " VARIABLES
#define SHOW_STATUS "SHOW GLOBAL STATUS WHERE Variable_name IN " STATUS
/* The same of MySQL 8.0, which looks them up by name: SHOW takes it three times as long. */
#define SELECT_VARIABLES                                                                           \
	"SELECT VARIABLE_NAME, VARIABLE_VALUE FROM performance_schema.global_variables "           \
	"WHERE VARIABLE_NAME IN " VARIABLES
#define SELECT_STATUS                                                                              \
	"SELECT VARIABLE_NAME, VARIABLE_VALUE FROM performance_schema.global_status "              \
	"WHERE VARIABLE_NAME IN " STATUS
/* The clock comes first: the less there is before it, the better it can be compared. */
#define GTIDS_MYSQL                                                                                \
	"SELECT UTC_TIMESTAMP(6) AS now_utc, @@GLOBAL.gtid_executed AS executed, "                 \
	"@@GLOBAL.gtid_purged AS purged"
#define GTIDS_MARIADB                                                                              \
	"SELECT UTC_TIMESTAMP(6) AS now_utc, @@GLOBAL.gtid_binlog_pos AS executed, "               \
	"@@GLOBAL.gtid_binlog_state AS state, @@GLOBAL.gtid_slave_pos AS applied, "                \
	"@@GLOBAL.gtid_current_pos AS current_pos"
#define CONNECTIONS                                                                                \
	"SELECT CHANNEL_NAME, RECEIVED_TRANSACTION_SET, COUNT_RECEIVED_HEARTBEATS, "               \
	"LAST_HEARTBEAT_TIMESTAMP, LAST_QUEUED_TRANSACTION_END_QUEUE_TIMESTAMP, "                  \
	"LAST_QUEUED_TRANSACTION_ORIGINAL_COMMIT_TIMESTAMP "                                       \
	"FROM performance_schema.replication_connection_status"
#define WORKERS                                                                                    \
	"SELECT CHANNEL_NAME, LAST_APPLIED_TRANSACTION_ORIGINAL_COMMIT_TIMESTAMP, "                \
	"APPLYING_TRANSACTION, APPLYING_TRANSACTION_ORIGINAL_COMMIT_TIMESTAMP, "                   \
	"LAST_ERROR_NUMBER, LAST_ERROR_MESSAGE, LAST_ERROR_TIMESTAMP "                             \
	"FROM performance_schema.replication_applier_status_by_worker"
#define GROUP_MEMBERS                                                                              \
	"SELECT MEMBER_ID, MEMBER_HOST, MEMBER_PORT, MEMBER_STATE, MEMBER_ROLE "                   \
	"FROM performance_schema.replication_group_members WHERE MEMBER_ID <> ''"
#define FULL_DISK_MYSQL                                                                            \
	"SELECT PROCESSLIST_STATE AS State FROM performance_schema.threads "                       \
	"WHERE PROCESSLIST_STATE = 'Waiting for disk space' LIMIT 1"
/*
 * An account without PROCESS sees its own sessions, and no error; INNODB_CMP, which has five rows
 * of counters, takes that right too, and says when it is missing. And not PROCESSLIST of the
 * information schema: that makes a temporary table on disk each time, which cannot be when the disk
 * is full.
 */
#define MAY_SEE_ALL_MARIADB "SELECT COUNT(*) AS n FROM information_schema.INNODB_CMP"
#define FULL_DISK_MARIADB "SHOW PROCESSLIST"

/* One reading on its way. */
struct reader {
	struct instance *i;
	struct gtid_reading *reading;
	struct arena *arena;
	int64_t sent;
};

typedef void take(struct reader *r, const struct result *res);

static const char *cell(const void *from, size_t row, const char *column)
{
	return result_get(from, row, column);
}

struct rows read_rows(const struct result *res)
{
	return (struct rows){ res, result_rows(res), cell };
}

static void take_variables(struct reader *r, const struct result *res)
{
	variables_take(r->i, r->arena, res);
}

static void parse_set(const char *text, struct gtid_set *ret, bool *known)
{
	struct error ignored = ERROR_INIT;

	gtid_set_release(ret);
	if (!text || gtid_set_parse(ret, text, strlen(text), NULL, &ignored) < 0) {
		error_release(&ignored);
		*known = false;
	}
}

/* The clock of the server lies between the two moments of ours. */
static void take_clock(struct reader *r, const char *text, int64_t now)
{
	server_time theirs = server_time_parse(text);
	int64_t error = (now - r->sent) / 2 + 1;

	if (!theirs || (r->i->clock_error >= 0 && r->i->clock_error <= error))
		return;
	r->i->clock_offset = theirs - (r->sent + now) / 2;
	r->i->clock_error = error;
}

static void take_gtids(struct reader *r, const struct result *res)
{
	struct gtid_reading *to = r->reading;
	struct instance *i = r->i;
	int64_t now = wall_clock_us();
	bool purged = true;

	if (result_rows(res) == 0)
		return;
	take_clock(r, result_get(res, 0, "now_utc"), now);
	to->known = true;
	to->at = r->sent;
	to->until = now;
	parse_set(result_get(res, 0, "executed"), &to->executed, &to->known);
	if (i->mariadb) {
		parse_set(result_get(res, 0, "state"), &to->state, &to->known);
		parse_set(result_get(res, 0, "applied"), &to->applied, &to->known);
		i->gtid_text = text_kept(r->arena, result_get(res, 0, "current_pos"));
	} else {
		parse_set(result_get(res, 0, "executed"), &to->state, &to->known);
		parse_set(result_get(res, 0, "purged"), &i->purged, &purged);
		i->gtid_text = text_kept(r->arena, result_get(res, 0, "executed"));
	}
}

static void take_replica_status(struct reader *r, const struct result *res)
{
	struct rows rows = read_rows(res);

	channels_read(r->arena, r->i->dialect, &rows, &r->i->channels);
	r->i->channels_known = true;
}

static void take_binlog(struct reader *r, const struct result *res)
{
	if (result_rows(res) == 0)
		return;
	r->i->binlog_file = text_kept(r->arena, result_get(res, 0, "File"));
	r->i->binlog_position = number_parse(result_get(res, 0, "Position"));
}

static void take_replicas(struct reader *r, const struct result *res)
{
	size_t n = result_rows(res);

	r->i->registered = arena_zalloc(r->arena, (n + 1) * sizeof(*r->i->registered));
	r->i->registered_count = n;
	for (size_t j = 0; j < n; j++) {
		int64_t port = number_parse(result_get(res, j, "Port"));

		r->i->registered[j] = (struct registered){
			.server_id = number_parse(result_get(res, j, "Server_Id")),
			.host = text_kept(r->arena, result_get(res, j, "Host")),
			.port = port > 0 && port < 65536 ? (unsigned)port : 0,
		};
	}
}

static void take_connections(struct reader *r, const struct result *res)
{
	struct rows rows = read_rows(res);

	channels_read_connections(r->arena, &r->i->channels, &rows);
}

static void take_workers(struct reader *r, const struct result *res)
{
	struct rows rows = read_rows(res);

	channels_read_workers(r->arena, &r->i->channels, &rows);
}

static void take_group(struct reader *r, const struct result *res)
{
	struct instance *i = r->i;
	size_t n = result_rows(res);

	i->group = arena_zalloc(r->arena, (n + 1) * sizeof(*i->group));
	i->group_count = n;
	for (size_t j = 0; j < n; j++) {
		int64_t port = number_parse(result_get(res, j, "MEMBER_PORT"));

		i->group[j] = (struct group_member){
			.uuid = text_kept(r->arena, result_get(res, j, "MEMBER_ID")),
			.host = text_kept(r->arena, result_get(res, j, "MEMBER_HOST")),
			.state = text_kept(r->arena, result_get(res, j, "MEMBER_STATE")),
			.role = text_kept(r->arena, result_get(res, j, "MEMBER_ROLE")),
			.port = port > 0 && port < 65536 ? (unsigned)port : 0,
		};
		if (strcmp(i->group[j].uuid, i->uuid) != 0)
			continue;
		i->group_state = i->group[j].state;
		i->group_role = i->group[j].role;
	}
}

/* What a thread says that waits until its disk has room: mysys of MySQL, and of MariaDB. */
static bool waits_for_space(const char *state)
{
	return strcmp(state, "Waiting for disk space") == 0 ||
	       strcmp(state, "Waiting for someone to free space") == 0;
}

static void take_full_disk(struct reader *r, const struct result *res)
{
	r->i->disk_full = 0;
	for (size_t n = 0; n < result_rows(res); n++) {
		const char *state = result_get(res, n, "State");

		if (!state || !waits_for_space(state))
			continue;
		r->i->disk_full = 1;
		r->i->disk_full_where = text_kept(r->arena, state);
	}
}

/* It was asked for its right alone. */
static void take_nothing(struct reader *r UNUSED, const struct result *res UNUSED)
{
}

struct statement {
	const char *sql;
	take *take;
	const char *right; /* that it needs, or NULL */
};

#define STATEMENTS 11

/* Before the state of replication: servers keep that back while a receiver waits for space. */
static size_t disk_statements(const struct dialect *d, struct statement *ret)
{
	size_t n = 0;

	if (d->mariadb)
		ret[n++] = (struct statement){ MAY_SEE_ALL_MARIADB, take_nothing, "PROCESS" };
	ret[n++] = (struct statement){ d->mariadb ? FULL_DISK_MARIADB : FULL_DISK_MYSQL,
				       take_full_disk,
				       d->mariadb ? NULL : "SELECT on performance_schema" };
	return n;
}

static size_t statements(const struct dialect *d, enum question q, struct statement *ret)
{
	const char *monitor = d->mariadb ? "REPLICA MONITOR" : "REPLICATION CLIENT";
	bool times = dialect_can(d, CAN_COMMIT_TIMES);
	size_t n = 0;

	ret[n++] = (struct statement){ d->mariadb ? GTIDS_MARIADB : GTIDS_MYSQL, take_gtids, NULL };
	if (q == ASK_GTID)
		return n;
	if (q == ASK_ALL) {
		ret[n++] = (struct statement){ times ? SELECT_VARIABLES : SHOW_VARIABLES,
					       take_variables, NULL };
		ret[n++] = (struct statement){ times ? SELECT_STATUS : SHOW_STATUS, take_variables,
					       NULL };
		n += disk_statements(d, ret + n);
	}
	ret[n++] = (struct statement){ d->replica_status, take_replica_status, monitor };
	if (times) {
		ret[n++] = (struct statement){ CONNECTIONS, take_connections,
					       "SELECT on performance_schema" };
		ret[n++] = (struct statement){ WORKERS, take_workers,
					       "SELECT on performance_schema" };
	}
	if (q == ASK_REPLICA)
		return n;
	ret[n++] = (struct statement){ d->binlog_position, take_binlog,
				       d->mariadb ? "BINLOG MONITOR" : "REPLICATION CLIENT" };
	ret[n++] = (struct statement){ d->replicas, take_replicas,
				       d->mariadb ? "REPLICATION MASTER ADMIN"
						  : "REPLICATION SLAVE" };
	if (dialect_can(d, CAN_GROUP_REPLICATION))
		ret[n++] = (struct statement){ GROUP_MEMBERS, take_group,
					       "SELECT on performance_schema" };
	return n;
}

void read_note_right(struct instance *i, struct arena *a, const char *right)
{
	if (!right || strstr(i->missing_rights, right))
		return;
	i->missing_rights = *i->missing_rights
				    ? arena_printf(a, "%s, %s", i->missing_rights, right)
				    : right;
}

/* Asks those from first on, up to end, in one round trip: all are answered, or none. */
static int ask(struct connection *c, const struct statement *all, size_t first, size_t end,
	       struct reader *r, struct error *err)
{
	cleanup_strbuf struct strbuf sql = STRBUF_INIT;
	struct result *results[STATEMENTS] = { NULL };
	int result;

	for (size_t i = first; i < end; i++)
		strbuf_addf(&sql, "%s%s", i > first ? ";" : "", all[i].sql);
	r->sent = wall_clock_us();
	result = connection_query_many(c, sql.buf, results, end - first, err);
	for (size_t i = first; i < end; i++) {
		if (results[i - first])
			all[i].take(r, results[i - first]);
		result_free(results[i - first]);
	}
	return result;
}

static bool lives_on(int result)
{
	return result >= 0 || result == -ERR_FAILED || result == -ERR_DENIED;
}

/* Nothing is claimed of what does not even say whether it takes writes, as anyone may ask. */
static int check_answers(const struct connection *c, enum question q, const struct instance *i,
			 struct error *err)
{
	if (q != ASK_ALL || i->read_only >= 0)
		return 0;
	return error_set(err, ERR_INVALID, "'%s' does not answer as a server does: it has no "
			 "variable read_only", connection_label(c));
}

int read_facts(struct connection *c, enum question q, struct instance *i,
	       struct gtid_reading *reading, struct arena *a, struct error *err)
{
	struct statement all[STATEMENTS];
	struct reader r = { .i = i, .reading = reading, .arena = a };
	size_t n = statements(i->dialect, q, all);
	int result = ask(c, all, 0, n, &r, err);

	if (result >= 0)
		return check_answers(c, q, i, err);
	if (!lives_on(result))
		return result;
	/* A server without one of the statements, or an account without a right, says the rest. */
	for (size_t k = 0; k < n; k++) {
		error_release(err);
		result = ask(c, all, k, k + 1, &r, err);
		if (!lives_on(result))
			return result;
		if (result == -ERR_DENIED)
			read_note_right(i, a, all[k].right);
	}
	error_release(err);
	return check_answers(c, q, i, err);
}
