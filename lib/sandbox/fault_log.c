/* SPDX-License-Identifier: Apache-2.0 */
#include "sandbox/fault_context.h"

#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/limits.h"
#include "base/memory.h"
#include "base/strbuf.h"
#include "net/task.h"

/* Faults of binary logs and relay logs. */

/* Purges all but the newest; a thread that still sends a log keeps it for a moment. */
static int purge_all(struct connection *source, struct error *err)
{
	int64_t old = deadline_shorten(clock_ms() + 60000);
	int r = 0;

	for (;;) {
		cleanup_result struct result *logs = NULL;

		r = sql_do(source, err, "PURGE BINARY LOGS BEFORE NOW() + INTERVAL 1 DAY");
		if (r == 0)
			r = connection_query(source, "SHOW BINARY LOGS", &logs, err);
		if (r < 0 || result_rows(logs) == 1)
			break;
		r = wait_until(clock_ms() + 100, err);
		if (r < 0)
			break;
	}
	deadline_restore(old);
	return r;
}

int fault_make_purged_logs(struct fault_context *c, struct error *err)
{
	static const struct fault_step before[] = {
		{ .kind = STEP_CATCH_UP },
		{ .kind = STEP_TARGET, .mariadb = "STOP ALL SLAVES", .mysql = "STOP REPLICA" },
		{ .kind = STEP_SOURCE, .mariadb = "INSERT INTO shop.orders (item) VALUES ('lost')" },
		{ .kind = STEP_SOURCE, .mariadb = "FLUSH BINARY LOGS" },
		{ .kind = STEP_SOURCE, .mariadb = "INSERT INTO shop.orders (item) VALUES ('kept')" },
		{ .kind = STEP_END }
	};
	static const struct fault_step behind[] = {
		{ .kind = STEP_GOES_ON },
		{ .kind = STEP_RECEIVER, .error = 1236, .error_mysql = 13114 },
		{ .kind = STEP_END }
	};
	struct connection *source = NULL;
	int r = fault_run(c, before, err);

	if (r == 0)
		r = fault_connect(c, true, &source, err);
	if (r == 0)
		r = purge_all(source, err);
	return r < 0 ? r : fault_run(c, behind, err);
}

/* The newest relay log: the last by name. */
static char *newest_relay_log(const struct sandbox_instance *i)
{
	cleanup_free char *pattern = fault_data_file(i, "relay.[0-9]*");
	char *found = NULL;
	glob_t g;

	if (glob(pattern, 0, NULL, &g) == 0) {
		found = xstrdup(g.gl_pathv[g.gl_pathc - 1]);
		globfree(&g);
	}
	return found;
}

/* Overwrites the last bytes of the file, which are in the middle of its last events. */
static int destroy_end(const char *path, struct error *err)
{
	static const char garbage[48] = "these bytes were destroyed by sandbox break....";
	cleanup_close int fd = open(path, O_WRONLY | O_CLOEXEC);
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0)
		return error_set_errno(err, errno, "cannot open '%s'", path);
	if (st.st_size < 400 ||
	    pwrite(fd, garbage, sizeof(garbage), st.st_size - 140) != (ssize_t)sizeof(garbage))
		return error_set(err, ERR_FAILED, "cannot write into '%s'", path);
	return 0;
}

int fault_make_broken_relay_log(struct fault_context *c, struct error *err)
{
	static const struct fault_step before[] = {
		{ .kind = STEP_CATCH_UP },
		{ .kind = STEP_TARGET,
		  .mariadb = "STOP SLAVE SQL_THREAD",
		  .mysql = "STOP REPLICA SQL_THREAD" },
		{ .kind = STEP_SOURCE, .mariadb = "INSERT INTO shop.orders (item) VALUES ('one')" },
		{ .kind = STEP_SOURCE, .mariadb = "INSERT INTO shop.orders (item) VALUES ('two')" },
		{ .kind = STEP_END }
	};
	static const struct fault_step behind[] = {
		{ .kind = STEP_TARGET,
		  .mariadb = "START SLAVE SQL_THREAD",
		  .mysql = "START REPLICA SQL_THREAD" },
		{ .kind = STEP_APPLIER, .error = 1594, .error_mysql = 13121 },
		{ .kind = STEP_END }
	};
	cleanup_free char *path = NULL, *end = NULL;
	struct connection *source = NULL;
	int r = fault_run(c, before, err);

	if (r == 0)
		r = fault_connect(c, true, &source, err);
	if (r == 0)
		r = sql_text(source,
			     c->sandbox->mariadb
				     ? "SELECT VARIABLE_VALUE FROM information_schema.GLOBAL_STATUS "
				       "WHERE VARIABLE_NAME = 'BINLOG_SNAPSHOT_POSITION'"
				     : "SELECT LOCAL->>'$.binary_log_position' FROM "
				       "performance_schema.log_status",
			     &end, err);
	/* All of it has been received. */
	if (r == 0)
		r = fault_await_field(c, c->sandbox->mariadb ? "Read_Master_Log_Pos"
							     : "Read_Source_Log_Pos",
				      end ? end : "", err);
	if (r < 0)
		return r;
	path = newest_relay_log(fault_target(c));
	if (!path)
		return error_set(err, ERR_FAILED, "'%s' has no relay log", fault_target(c)->name);
	r = destroy_end(path, err);
	return r < 0 ? r : fault_run(c, behind, err);
}

int fault_heal_broken_relay_log(struct fault_context *c, struct error *err)
{
	static const struct fault_step steps[] = {
		{ .kind = STEP_TARGET, .mariadb = "STOP ALL SLAVES", .mysql = "STOP REPLICA" },
		{ .kind = STEP_TARGET, .mariadb = "RESET SLAVE", .mysql = "RESET REPLICA" },
		{ .kind = STEP_GOES_ON },
		{ .kind = STEP_CATCH_UP },
		{ .kind = STEP_END }
	};

	return fault_run(c, steps, err);
}

/* ---- relay logs that are gone ---------------------------------------------------------------- */

static int remove_relay_logs(const struct sandbox_instance *i, struct error *err)
{
	/* Those of a named connection are called relay-NAME.000001. */
	cleanup_free char *pattern = fault_data_file(i, "relay*.[0-9][0-9][0-9][0-9][0-9][0-9]");
	int r = 0;
	glob_t g;

	if (glob(pattern, 0, NULL, &g) != 0)
		return error_set(err, ERR_FAILED, "'%s' has no relay log", i->name);
	for (size_t n = 0; n < g.gl_pathc && r == 0; n++)
		if (unlink(g.gl_pathv[n]) < 0)
			r = error_set_errno(err, errno, "cannot remove '%s'", g.gl_pathv[n]);
	globfree(&g);
	return r;
}

/* Their list is left, so the server looks for them when it starts. */
int fault_make_lost_relay_log(struct fault_context *c, struct error *err)
{
	static const struct fault_step before[] = { { .kind = STEP_CATCH_UP },
						    { .kind = STEP_END } };
	bool mariadb = c->sandbox->mariadb;
	struct error refused = ERROR_INIT;
	struct connection *on = NULL;
	int r = fault_run(c, before, err);

	if (r == 0)
		r = fault_stop_server(c, 30000, err);
	if (r == 0)
		r = remove_relay_logs(fault_target(c), err);
	if (r == 0)
		r = fault_start_server(c, err);
	if (r == 0)
		r = fault_connect(c, false, &on, err);
	if (r < 0)
		return r;
	if (sql_do(on, &refused, "START %s", fault_replica_word(c)) == 0 && mariadb)
		r = error_set(err, ERR_FAILED, "'%s' replicates without its relay logs",
			      fault_target(c)->name);
	error_release(&refused);
	/* MariaDB shows nothing of it. */
	return r < 0 || mariadb ? r : fault_await_field(c, "Last_SQL_Errno", "13124", err);
}

int fault_heal_lost_relay_log(struct fault_context *c, struct error *err)
{
	return fault_heal_broken_relay_log(c, err);
}

/* ---- a binary log that went bad -------------------------------------------------------------- */

#define GOOD "written before the disk went bad"
#define BAD "Written before the disk went bad" /* one bit of it is another */

static int change_file(const char *path, const char *from, const char *to, bool *ret_found,
		       struct error *err)
{
	cleanup_strbuf struct strbuf text = STRBUF_INIT;
	cleanup_close int fd = -1;
	const char *at;
	int r = file_read(path, LIMIT_INPUT_BYTES, &text, err);

	if (r < 0)
		return r;
	at = memmem(text.buf, text.len, from, strlen(from));
	if (!at)
		return 0;
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0 || pwrite(fd, to, strlen(to), at - text.buf) != (ssize_t)strlen(to))
		return error_set_errno(err, errno, "cannot write into '%s'", path);
	*ret_found = true;
	return 0;
}

/* Replaces the text where it stands last in the binary logs of the source. */
static int change_binlog(struct fault_context *c, const char *from, const char *to,
			 struct error *err)
{
	cleanup_free char *pattern = fault_data_file(fault_source(c), "binlog.[0-9]*");
	bool found = false;
	int r = 0;
	glob_t g;

	if (glob(pattern, 0, NULL, &g) == 0) {
		for (size_t i = g.gl_pathc; i-- > 0 && r == 0 && !found;)
			r = change_file(g.gl_pathv[i], from, to, &found, err);
		globfree(&g);
	}
	if (r == 0 && !found)
		r = error_set(err, ERR_FAILED, "the binary logs of '%s' do not hold '%s'",
			      fault_source(c)->name, from);
	return r;
}

/* Every other replica of the source has read what the target is to read badly. */
static int others_catch_up(struct fault_context *c, struct error *err)
{
	const struct sandbox *s = c->sandbox;
	struct connection *source = NULL;
	int r = fault_connect(c, true, &source, err);

	for (size_t i = 0; i < s->count && r == 0; i++) {
		cleanup_connection struct connection *other = NULL;

		if (i == c->i || sandbox_source(s, i) != fault_source(c))
			continue;
		r = sql_open(s, &s->instances[i], &other, err);
		if (r == 0)
			r = sql_catch_up(other, source, s->gtid, err);
	}
	return r;
}

int fault_make_bad_binlog(struct fault_context *c, struct error *err)
{
	static const struct fault_step before[] = {
		{ .kind = STEP_CATCH_UP },
		{ .kind = STEP_TARGET, .mariadb = "STOP ALL SLAVES", .mysql = "STOP REPLICA" },
		{ .kind = STEP_SOURCE, .mariadb = "FLUSH BINARY LOGS" },
		{ .kind = STEP_SOURCE,
		  .mariadb = "INSERT INTO shop.orders (item) VALUES ('" GOOD "')" },
		{ .kind = STEP_END }
	};
	static const struct fault_step behind[] = {
		{ .kind = STEP_GOES_ON },
		/* Behind 1743 or 13115, of which only the error log tells. */
		{ .kind = STEP_RECEIVER, .error = 1595, .error_mysql = 13122 },
		{ .kind = STEP_END }
	};
	int r;

	if (!fault_may_write(c))
		return error_set(err, ERR_FAILED, "'%s' waits for '%s' alone to acknowledge",
				 fault_source(c)->name, fault_target(c)->name);
	r = fault_run(c, before, err);
	if (r == 0)
		r = others_catch_up(c, err);
	if (r == 0)
		r = change_binlog(c, GOOD, BAD, err);
	return r < 0 ? r : fault_run(c, behind, err);
}

int fault_heal_bad_binlog(struct fault_context *c, struct error *err)
{
	static const struct fault_step steps[] = { { .kind = STEP_GOES_ON },
						   { .kind = STEP_CATCH_UP },
						   { .kind = STEP_END } };
	int r = change_binlog(c, BAD, GOOD, err);

	return r < 0 ? r : fault_run(c, steps, err);
}
