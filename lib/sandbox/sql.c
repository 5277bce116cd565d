/* SPDX-License-Identifier: Apache-2.0 */
#include "sandbox/sql.h"

#include <string.h>

#include "base/memory.h"
#include "base/strbuf.h"
#include "net/task.h"

#define CATCH_UP_TIME 90000 /* milliseconds; the server itself gives up after 60 s */

int sql_open(const struct sandbox *s, const struct sandbox_instance *i, struct connection **ret,
	     struct error *err)
{
	struct connection_options o = { .socket = i->socket,
					.user = s->user,
					.password = s->password,
					.tls = TLS_DISABLED,
					.label = i->name };
	int64_t old = deadline_shorten(clock_ms() + SQL_TIME);
	int r = connection_open(&o, ret, err);

	deadline_restore(old);
	return r;
}

static int query_within(struct connection *c, int64_t time, const char *sql, struct result **ret,
			struct error *err)
{
	int64_t old = deadline_shorten(clock_ms() + time);
	int r = connection_query(c, sql, ret, err);

	deadline_restore(old);
	return r;
}

static int query(struct connection *c, const char *sql, struct result **ret, struct error *err)
{
	return query_within(c, SQL_TIME, sql, ret, err);
}

int sql_run_all(struct connection *c, const char *const *statements, struct error *err)
{
	int r = 0;

	for (; *statements && r == 0; statements++) {
		cleanup_result struct result *ignored = NULL;

		r = query(c, *statements, &ignored, err);
	}
	return r;
}

int sql_do(struct connection *c, struct error *err, const char *fmt, ...)
{
	cleanup_strbuf struct strbuf sql = STRBUF_INIT;
	cleanup_result struct result *ignored = NULL;
	va_list ap;

	va_start(ap, fmt);
	strbuf_vaddf(&sql, fmt, ap);
	va_end(ap);
	return query(c, sql.buf, &ignored, err);
}

static int text_within(struct connection *c, int64_t time, const char *sql, char **ret,
		       struct error *err)
{
	cleanup_result struct result *rows = NULL;
	const char *text = NULL;
	int r = query_within(c, time, sql, &rows, err);

	if (r < 0)
		return r;
	if (rows && result_rows(rows) && result_columns(rows))
		text = result_cell(rows, 0, 0, NULL);
	*ret = text ? xstrdup(text) : NULL;
	return 0;
}

int sql_text(struct connection *c, const char *sql, char **ret, struct error *err)
{
	return text_within(c, SQL_TIME, sql, ret, err);
}

static int replica_status(struct connection *c, struct result **ret, struct error *err)
{
	bool mariadb = connection_server(c)->mariadb;

	return query(c, mariadb ? "SHOW ALL SLAVES STATUS" : "SHOW REPLICA STATUS", ret, err);
}

int sql_replica_field(struct connection *c, const char *field, char **ret, struct error *err)
{
	cleanup_result struct result *rows = NULL;
	const char *text = NULL;
	int r = replica_status(c, &rows, err);

	if (r < 0)
		return r;
	if (rows && result_rows(rows))
		text = result_get(rows, 0, field);
	*ret = text ? xstrdup(text) : NULL;
	return 0;
}

int sql_receivers_connect(struct connection *c, bool *ret, struct error *err)
{
	bool mariadb = connection_server(c)->mariadb;
	const char *field = mariadb ? "Slave_IO_Running" : "Replica_IO_Running";
	cleanup_result struct result *rows = NULL;
	int r = replica_status(c, &rows, err);

	*ret = false;
	for (size_t i = 0; r == 0 && rows && i < result_rows(rows); i++) {
		const char *state = result_get(rows, i, field);

		*ret |= state && strcmp(state, "Yes") != 0 && strcmp(state, "No") != 0;
	}
	return r;
}

int sql_semi_sync(struct connection *c, const char *name, char **ret, struct error *err)
{
	cleanup_free char *sql = xasprintf(
		connection_server(c)->mariadb
			? "SELECT VARIABLE_VALUE FROM information_schema.GLOBAL_STATUS "
			  "WHERE VARIABLE_NAME = 'Rpl_semi_sync_master_%s'"
			: "SELECT VARIABLE_VALUE FROM performance_schema.global_status "
			  "WHERE VARIABLE_NAME = 'Rpl_semi_sync_source_%s'",
		name);

	return sql_text(c, sql, ret, err);
}

/* Where the source's binary log ends, as MASTER_POS_WAIT() takes it. */
static int wait_by_position(struct connection *replica, struct connection *source, bool mariadb,
			    char **ret, struct error *err)
{
	cleanup_result struct result *rows = NULL;
	const char *sql = mariadb ? "SHOW MASTER STATUS" : "SHOW BINARY LOG STATUS";
	cleanup_free char *wait = NULL;
	int r = query(source, sql, &rows, err);

	if (r < 0 || !rows || !result_rows(rows))
		return r < 0 ? r : error_set(err, ERR_FAILED, "'%s' writes no binary log",
					     connection_label(source));
	wait = xasprintf("SELECT %s_POS_WAIT('%s', %s, 60)", mariadb ? "MASTER" : "SOURCE",
			 result_cell(rows, 0, 0, NULL), result_cell(rows, 0, 1, NULL));
	return text_within(replica, CATCH_UP_TIME, wait, ret, err);
}

static int wait_by_gtid(struct connection *replica, struct connection *source, bool mariadb,
			char **ret, struct error *err)
{
	cleanup_free char *position = NULL, *wait = NULL;
	int r = sql_text(source,
			 mariadb ? "SELECT @@GLOBAL.gtid_binlog_pos"
				 : "SELECT REPLACE(@@GLOBAL.gtid_executed, '\\n', '')",
			 &position, err);

	if (r < 0)
		return r;
	wait = xasprintf(mariadb ? "SELECT MASTER_GTID_WAIT('%s', 60)"
				 : "SELECT WAIT_FOR_EXECUTED_GTID_SET('%s', 60)",
			 position ? position : "");
	return text_within(replica, CATCH_UP_TIME, wait, ret, err);
}

int sql_catch_up(struct connection *replica, struct connection *source, bool gtid,
		 struct error *err)
{
	bool mariadb = connection_server(replica)->mariadb;
	cleanup_free char *result = NULL;
	int r = gtid ? wait_by_gtid(replica, source, mariadb, &result, err)
		     : wait_by_position(replica, source, mariadb, &result, err);

	if (r < 0)
		return r;
	if (!result || !strcmp(result, "-1") || (!mariadb && gtid && !strcmp(result, "1")))
		return error_set(err, ERR_TIMEOUT, "'%s' does not catch up with '%s'",
				 connection_label(replica), connection_label(source));
	return 0;
}
