/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/common/sandbox.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "cli/table.h"
#include "sandbox/instance.h"
#include "sandbox/process.h"
#include "sandbox/store.h"

/* The instances of all sandboxes, one a row; a half-made sandbox without instances has one too. */

struct opts {
	const char *columns;
};

static const struct option_spec options[] = { OPT_STRING(0, "columns", struct opts, columns,
							 "NAMES",
							 "show these columns ('help' lists them)"),
					      OPT_END };

static const struct arg_spec args[] = { { "NAME", "only these sandboxes", 0, ARGS_ANY,
					  complete_sandbox },
					ARG_END };

static const struct example examples[] = { { "sandbox list", "what runs here" },
					   { "sandbox list -o json", "for programs" },
					   EXAMPLE_END };

struct row {
	const struct sandbox *sandbox;
	const struct sandbox_instance *instance; /* or NULL */
	pid_t pid;
	char *breaks;
};

static void get_name(const void *row, struct cell *ret)
{
	const struct row *r = row;

	ret->text = r->instance ? r->instance->name : r->sandbox->name;
}

static void get_sandbox(const void *row, struct cell *ret)
{
	ret->text = ((const struct row *)row)->sandbox->name;
}

static void get_flavor(const void *row, struct cell *ret)
{
	const struct row *r = row;

	if (r->instance)
		ret->text = r->sandbox->mariadb ? "mariadb" : "mysql";
}

static void get_version(const void *row, struct cell *ret)
{
	ret->text = ((const struct row *)row)->sandbox->version;
}

static void get_host(const void *row, struct cell *ret)
{
	const struct row *r = row;

	ret->text = r->instance ? r->instance->host : NULL;
}

static void get_port(const void *row, struct cell *ret)
{
	const struct row *r = row;

	ret->kind = r->instance ? CELL_INTEGER : CELL_NULL;
	ret->integer = r->instance ? r->instance->port : 0;
}

static void get_socket(const void *row, struct cell *ret)
{
	const struct row *r = row;

	ret->text = r->instance ? r->instance->socket : NULL;
}

static void get_folder(const void *row, struct cell *ret)
{
	const struct row *r = row;

	ret->text = r->instance ? r->instance->folder : r->sandbox->folder;
}

static void get_pid(const void *row, struct cell *ret)
{
	const struct row *r = row;

	ret->kind = r->pid ? CELL_INTEGER : CELL_NULL;
	ret->integer = r->pid;
}

static void get_state(const void *row, struct cell *ret)
{
	const struct row *r = row;

	if (!r->sandbox->whole)
		ret->text = "half made";
	else if (!r->pid)
		ret->text = "dead";
	else
		ret->text = process_is_stopped(r->pid) ? "stopped (SIGSTOP)" : "running";
}

static void get_breaks(const void *row, struct cell *ret)
{
	ret->text = ((const struct row *)row)->breaks;
}

static const struct column columns[] = {
	{ .key = "name", .header = "NAME", .help = "name of the instance", .get = get_name },
	{ .key = "sandbox",
	  .header = "SANDBOX",
	  .help = "name of the sandbox",
	  .wide = true,
	  .get = get_sandbox },
	{ .key = "flavor", .header = "FLAVOR", .help = "mariadb or mysql", .get = get_flavor },
	{ .key = "version", .header = "VERSION", .help = "of the server", .get = get_version },
	{ .key = "host", .header = "HOST", .help = "its address", .get = get_host },
	{ .key = "port", .header = "PORT", .help = "its port", .right = true, .get = get_port },
	{ .key = "pid",
	  .header = "PID",
	  .help = "process of the server",
	  .right = true,
	  .get = get_pid },
	{ .key = "state",
	  .header = "STATE",
	  .help = "running, stopped (SIGSTOP), dead, or half made: up or down was broken off",
	  .get = get_state },
	{ .key = "breaks",
	  .header = "BREAKS",
	  .help = "faults that were made and not healed",
	  .get = get_breaks },
	{ .key = "socket",
	  .header = "SOCKET",
	  .help = "path of the unix socket",
	  .wide = true,
	  .get = get_socket },
	{ .key = "folder",
	  .header = "FOLDER",
	  .help = "where all of it is",
	  .data = true,
	  .get = get_folder },
	COLUMN_END
};

static const struct table table = {
	.kind = "SandboxInstanceList",
	.name_prefix = "sandbox/",
	.columns = columns,
};

struct rows {
	struct row *items;
	size_t len, alloc;
};

static char *breaks_of(const struct sandbox *s, const struct sandbox_instance *i)
{
	cleanup_strbuf struct strbuf list = STRBUF_INIT;

	for (size_t k = 0; k < s->break_count; k++)
		if (!s->breaks[k].instance || (i && !strcmp(s->breaks[k].instance, i->name)))
			strbuf_addf(&list, "%s%s", list.len ? "," : "", s->breaks[k].fault);
	return list.len ? strbuf_detach(&list, NULL) : NULL;
}

static void add_rows(const struct sandbox *s, struct rows *rows)
{
	size_t n = s->count ? s->count : 1;

	ALLOC_GROW(rows->items, rows->len + n, rows->alloc);
	for (size_t i = 0; i < n; i++) {
		const struct sandbox_instance *in = s->count ? &s->instances[i] : NULL;

		rows->items[rows->len++] = (struct row){
			.sandbox = s,
			.instance = in,
			.pid = in ? instance_pid(in) : 0,
			.breaks = breaks_of(s, in),
		};
	}
}

static int run(struct session *s, const void *opts, struct error *err)
{
	const struct opts *o = opts;
	cleanup_strvec struct strvec names = STRVEC_INIT;
	struct sandbox **all;
	struct rows rows = { 0 };
	int r = 0;

	for (size_t i = 0; i < s->argc; i++)
		strvec_add(&names, s->args[i]);
	if (!s->argc)
		r = sandbox_names(&names, err);
	all = xcalloc(names.len + 1, sizeof(*all));
	for (size_t i = 0; i < names.len && r == 0; i++) {
		r = store_read(names.v[i], &all[i], err);
		/* Another command removed it since its name was read. */
		if (r == -ERR_NOT_FOUND && !s->argc) {
			error_release(err);
			r = 0;
		} else if (r == 0) {
			add_rows(all[i], &rows);
		}
	}
	if (r == 0)
		r = table_print(&table, rows.items, rows.len, sizeof(*rows.items), s->format,
				o->columns, &s->out, err);
	for (size_t i = 0; i < rows.len; i++)
		free(rows.items[i].breaks);
	for (size_t i = 0; i < names.len; i++)
		sandbox_free(all[i]);
	free(rows.items);
	free(all);
	return r;
}

extern const struct command cmd_sandbox_list;
const struct command cmd_sandbox_list = {
	.words = "sandbox list",
	.group = GROUP_LOCAL,
	.summary = "list the sandboxes and their servers",
	.args = args,
	.options = options,
	.opts_size = sizeof(struct opts),
	.formats = FORMAT_TABLE_ALL,
	.default_format = FORMAT_TABLE,
	.examples = examples,
	.run = run,
};
