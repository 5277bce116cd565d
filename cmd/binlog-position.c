/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/command.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/memory.h"
#include "cli/table.h"
#include "cmd/common/server_task.h"
#include "mysql/dialect/dialect.h"

/* Where each server's binlog stands. */

static const struct arg_spec args[] = { TARGET_ARG, ARG_END };

static const struct example examples[] = {
	{ "binlog position --sandbox demo", "file, position and GTIDs of each instance" }, EXAMPLE_END
};

static const struct exit_code exit_codes[] = { { 5, "an instance could not be asked" },
					       EXIT_CODE_END };

struct row {
	const char *name;
	char *file, *position, *executed, *purged;
	char *error;
};

static char *copy(const struct result *r, const char *name)
{
	const char *text = r && result_rows(r) > 0 ? result_get(r, 0, name) : NULL;

	return text ? xstrdup(text) : NULL;
}

/* MySQL wraps its sets. */
static char *without_line_ends(char *text)
{
	char *to = text;

	for (const char *from = text; from && *from; from++)
		if (*from != '\n')
			*to++ = *from;
	if (to)
		*to = '\0';
	return text;
}

static int ask(struct server_task *t, struct error *err)
{
	struct row *row = &((struct row *)t->arg)[t->index];
	const struct server_info *info = connection_server(t->c);
	const struct dialect *d = dialect_for(info->mariadb, info->version);
	cleanup_result struct result *position = NULL, *sets = NULL;
	const char *sql = info->mariadb ? "SELECT @@GLOBAL.gtid_binlog_pos AS executed, NULL AS purged"
					: "SELECT @@GLOBAL.gtid_executed AS executed, "
					  "@@GLOBAL.gtid_purged AS purged";

	if (connection_query(t->c, d->binlog_position, &position, err) < 0 ||
	    connection_query(t->c, sql, &sets, err) < 0)
		return -err->class;
	row->file = copy(position, "File");
	row->position = copy(position, "Position");
	row->executed = without_line_ends(copy(sets, "executed"));
	row->purged = without_line_ends(copy(sets, "purged"));
	return 0;
}

static void get_instance(const void *row, struct cell *ret)
{
	ret->text = ((const struct row *)row)->name;
}

static void get_file(const void *row, struct cell *ret)
{
	ret->text = ((const struct row *)row)->file;
}

static void get_position(const void *row, struct cell *ret)
{
	const struct row *r = row;

	if (!r->position)
		return;
	ret->kind = CELL_INTEGER;
	ret->integer = strtoll(r->position, NULL, 10);
}

static void get_executed(const void *row, struct cell *ret)
{
	ret->text = ((const struct row *)row)->executed;
}

static void get_purged(const void *row, struct cell *ret)
{
	ret->text = ((const struct row *)row)->purged;
}

static void get_error(const void *row, struct cell *ret)
{
	ret->text = ((const struct row *)row)->error;
}

static const struct column columns[] = {
	{ .key = "name", .header = "NAME", .help = "instance", .get = get_instance },
	{ .key = "file", .header = "FILE", .help = "binlog that is written", .get = get_file },
	{ .key = "position", .header = "POSITION", .right = true, .help = "end of it",
	  .get = get_position },
	{ .key = "gtidExecuted", .header = "EXECUTED", .width = 60,
	  .help = "GTIDs that are committed (MySQL), or in the binlog (MariaDB)", .get = get_executed },
	{ .key = "gtidPurged", .header = "PURGED", .wide = true,
	  .help = "GTIDs whose binlogs are gone (MySQL)", .get = get_purged },
	{ .key = "error", .header = "ERROR", .data = true, .help = "why there is nothing",
	  .get = get_error },
	COLUMN_END
};

static const struct table table = { .kind = "BinlogPositionList", .columns = columns };

static void free_rows(struct row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		free(rows[i].file);
		free(rows[i].position);
		free(rows[i].executed);
		free(rows[i].purged);
		free(rows[i].error);
	}
	free(rows);
}

/* Rows of those that were asked, closed up; *ret_failed: those that did not answer. */
static size_t collect(struct session *s, const struct target *t, struct server_task *tasks,
		      struct row *rows, size_t *ret_failed)
{
	size_t n = 0;

	for (size_t i = 0; i < t->count; i++) {
		if (t->chosen >= 0 && (size_t)t->chosen != i)
			continue;
		rows[i].name = tasks[i].name;
		if (tasks[i].result < 0) {
			rows[i].error = xstrdup(tasks[i].err.message);
			error_list_take(&s->diagnostics, &tasks[i].err);
			++*ret_failed;
		}
		rows[n++] = rows[i];
		if (n - 1 != i)
			rows[i] = (struct row){ 0 };
	}
	return n;
}

static int run(struct session *s, const void *opts, struct error *err)
{
	const struct server_options *o = opts;
	cleanup_target struct target target = TARGET_INIT;
	struct server_task *tasks = NULL;
	struct row *rows = xcalloc(LIMIT_INSTANCES, sizeof(*rows));
	size_t failed = 0, n;
	int r;

	r = server_tasks_run(s, &o->target, &o->login, s->args[0], ask, rows, &target,
			     &tasks, err);
	if (r == 0) {
		n = collect(s, &target, tasks, rows, &failed);
		r = table_print(&table, rows, n, sizeof(*rows), s->format, NULL, &s->out, err);
	}
	server_tasks_free(tasks, target.count);
	free_rows(rows, target.count);
	return r < 0 ? r : failed ? -ERR_UNKNOWN_STATE : 0;
}

extern const struct command cmd_binlog_position;
const struct command cmd_binlog_position = {
	.words = "binlog position",
	.group = GROUP_LOOK,
	.summary = "show where each server's binlog stands",
	.args = args,
	.options = server_options,
	.globals = GLOBAL_VERBOSE,
	.opts_size = sizeof(struct server_options),
	.formats = FORMAT_TABLE_ALL,
	.default_format = FORMAT_TABLE,
	.examples = examples,
	.exit_codes = exit_codes,
	.run = run,
};
