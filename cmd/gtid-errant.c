/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/command.h"

#include <stdlib.h>

#include "base/memory.h"
#include "cli/table.h"
#include "cmd/common/cluster.h"
#include "cmd/common/errant.h"

/* Transactions that a replica has and nobody above it, and what they changed. */

struct opts {
	struct target_options target;
	struct login_options login;
	const char *columns;
	bool rows;
};

static const struct option_spec options[] = {
	TARGET_OPTIONS(struct opts, target),
	LOGIN_OPTIONS(struct opts, login),
	OPT_FLAG(0, "rows", struct opts, rows,
		 "show every row instead, as binlog dump does (-o json: JSON lines)"),
	OPT_STRING(0, "columns", struct opts, columns, "NAMES",
		   "show these columns ('help' lists them)"),
	OPT_END
};

static const struct arg_spec args[] = { TARGET_ARG, ARG_END };

static const struct example examples[] = {
	{ "gtid errant --sandbox demo", "what would be in the way of a promotion" },
	{ "gtid errant --hosts db1,db2 --rows -o json", "every row that they changed" },
	EXAMPLE_END
};

static const struct exit_code exit_codes[] = {
	{ 3, "there are errant transactions" },
	{ 5, "none were found, but some servers could not be read" },
	EXIT_CODE_END
};

static void get_instance(const void *row, struct cell *ret)
{
	ret->text = ((const struct errant_transaction *)row)->instance;
}

static void get_gtid(const void *row, struct cell *ret)
{
	ret->text = ((const struct errant_transaction *)row)->gtid;
}

static void get_time(const void *row, struct cell *ret)
{
	ret->text = ((const struct errant_transaction *)row)->time;
}

static void get_kind(const void *row, struct cell *ret)
{
	ret->text = ((const struct errant_transaction *)row)->kind;
}

static void get_changes(const void *row, struct cell *ret)
{
	ret->text = ((const struct errant_transaction *)row)->text.buf;
}

static const struct column columns[] = {
	{ .key = "instance", .header = "INSTANCE", .help = "who has it", .get = get_instance },
	{ .key = "gtid", .header = "GTID", .help = "which one", .get = get_gtid },
	{ .key = "time", .header = "TIME", .help = "when it was committed", .get = get_time },
	{ .key = "kind", .header = "KIND", .get = get_kind,
	  .help = "rows, statement, empty, or unread: no longer in the binlog" },
	{ .key = "changes", .header = "CHANGES", .width = 80, .get = get_changes,
	  .help = "tables with numbers of rows, or statements" },
	COLUMN_END
};

static const struct table table = {
	.kind = "ErrantTransactionList", .name_prefix = "", .columns = columns,
};

struct servers {
	struct errant_server *items;
	size_t len;
};

static void servers_release(struct servers *s)
{
	for (size_t i = 0; i < s->len; i++)
		errant_server_release(&s->items[i]);
	free(s->items);
}

static void find_servers(const struct cluster *c, const struct opts *o, struct session *s,
			 struct servers *ret)
{
	const struct topology *t = c->topology;

	ret->items = xcalloc(t->len + 1, sizeof(*ret->items));
	for (size_t i = 0; i < t->len; i++) {
		struct errant_server *one = &ret->items[ret->len];

		if (!t->items[i]->errant_known || gtid_set_is_empty(&t->items[i]->errant))
			continue;
		*one = (struct errant_server)ERRANT_SERVER_INIT;
		one->instance = t->items[i];
		one->connect_ms = o->target.timeout;
		one->rows = o->rows;
		one->lines.out.text = s->format != FORMAT_JSON;
		cluster_connection(c, t->items[i], &one->options);
		ret->len++;
	}
}

static int print_list(struct session *s, const struct opts *o, const struct servers *servers,
		      struct error *err)
{
	cleanup_free struct errant_transaction *all = NULL;
	size_t len = 0, alloc = 0;

	for (size_t i = 0; i < servers->len; i++)
		for (size_t k = 0; k < servers->items[i].len; k++) {
			ALLOC_GROW(all, len + 1, alloc);
			all[len++] = servers->items[i].items[k];
		}
	return table_print(&table, all, len, sizeof(*all), s->format, o->columns, &s->out, err);
}

static void print_rows(struct session *s, struct servers *servers)
{
	for (size_t i = 0; i < servers->len; i++) {
		struct errant_server *one = &servers->items[i];

		if (one->lines.out.text)
			strbuf_addf(&s->out, "# %s\n", one->instance->name);
		strbuf_add(&s->out, one->lines.out.buf.buf, one->lines.out.buf.len);
	}
}

/* What was left out, and what went wrong. */
static void warn(struct session *s, struct servers *servers)
{
	for (size_t i = 0; i < servers->len; i++) {
		struct errant_server *one = &servers->items[i];

		if (one->found > ERRANT_SHOWN)
			session_warn(s, "'%s' has %llu errant transactions; %d are shown",
				     one->instance->name, (unsigned long long)one->found,
				     ERRANT_SHOWN);
		if (one->err.class)
			error_list_take(&s->diagnostics, &one->err);
	}
}

static bool all_known(const struct topology *t)
{
	for (size_t i = 0; i < t->len; i++) {
		const struct instance *one = t->items[i];

		if (one->reach != REACH_OK || (one->role == ROLE_REPLICA && !one->errant_known))
			return false;
	}
	return true;
}

static int run(struct session *s, const void *opts, struct error *err)
{
	const struct opts *o = opts;
	cleanup_cluster struct cluster c = CLUSTER_INIT;
	__attribute__((cleanup(servers_release))) struct servers servers = { 0 };
	const char *name = s->argc ? s->args[0] : NULL;
	bool partial;
	int r;

	if (table_print_columns(&table, o->columns, &s->out))
		return 0;
	r = cluster_read(&c, s, &o->target, &o->login, name, err);
	if (r < 0)
		return r;
	find_servers(&c, o, s, &servers);
	errant_read(servers.items, servers.len);
	partial = cluster_warn_unread(s, &c) || !all_known(c.topology);
	warn(s, &servers);
	if (o->rows)
		print_rows(s, &servers);
	else
		r = print_list(s, o, &servers, err);
	if (r < 0)
		return r;
	return servers.len ? -ERR_FINDINGS : partial ? -ERR_UNKNOWN_STATE : 0;
}

extern const struct command cmd_gtid_errant;
const struct command cmd_gtid_errant = {
	.words = "gtid errant",
	.group = GROUP_LOOK,
	.summary = "show errant transactions and what they changed",
	.description =
		"An errant transaction is on a replica and on nobody that it follows: somebody wrote "
		"there. After a promotion it would be missing on the others, or stop them. Each is read "
		"from the binlog of the server that has it. Servers are asked in such an order that a "
		"busy primary shows none that is not.",
	.args = args,
	.options = options,
	.globals = GLOBAL_VERBOSE,
	.opts_size = sizeof(struct opts),
	.formats = FORMAT_TABLE_ALL,
	.default_format = FORMAT_TABLE,
	.examples = examples,
	.exit_codes = exit_codes,
	.run = run,
};
