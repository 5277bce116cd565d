/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/command.h"

#include <string.h>

#include "base/arena.h"
#include "base/memory.h"
#include "cli/table.h"
#include "cmd/common/binlog_needs.h"
#include "cmd/common/look.h"
#include "cmd/common/status_text.h"
#include "cmd/common/topology_json.h"
#include "tree/write.h"

/* Which binlogs the servers have, and whether those that replicas need stay long enough. */

static const struct arg_spec args[] = { TARGET_ARG, ARG_END };

static const struct example examples[] = {
	{ "binlog list --sandbox demo", "the files of each instance, and which replica needs which" },
	{ "binlog list --sandbox demo demo-0 -o wide", "of one instance, with the GTIDs in each" },
	EXAMPLE_END
};

static const struct exit_code exit_codes[] = { { 5, "not all could be read" }, EXIT_CODE_END };

struct row {
	struct arena *arena;
	const struct binlog_server *server;
	size_t index;
};

static const struct binlog_log *log_of(const void *row)
{
	const struct row *r = row;

	return &r->server->logs.items[r->index];
}

static bool is_current(const void *row)
{
	const struct row *r = row;

	return r->index + 1 == r->server->logs.len;
}

static const char *gtids_of(const struct row *r)
{
	cleanup_free char *text = binlog_logs_gtids(&r->server->logs, r->index);

	return text ? arena_strdup(r->arena, text) : NULL;
}

/* Those that need this file as their oldest, "demo-1,demo-2". */
static const char *needed_by(const struct row *r)
{
	const char *all = NULL;

	for (size_t i = 0; i < r->server->need_count; i++) {
		const struct binlog_need *n = &r->server->needs[i];

		if (strcmp(n->file, log_of(r)->file) == 0)
			all = all ? arena_printf(r->arena, "%s,%s", all, n->replica) : n->replica;
	}
	return all;
}

static void get_instance(const void *row, struct cell *ret)
{
	ret->text = ((const struct row *)row)->server->instance->name;
}

static void get_file(const void *row, struct cell *ret)
{
	ret->text = log_of(row)->file;
}

static void get_size(const void *row, struct cell *ret)
{
	cleanup_strbuf struct strbuf text = STRBUF_INIT;

	print_bytes(&text, log_of(row)->size);
	cell_printf(ret, "%s", text.buf);
}

static void get_first(const void *row, struct cell *ret)
{
	const char *text = binlog_time(((const struct row *)row)->arena, log_of(row)->first);

	ret->text = text ? text : "?";
}

static void get_current(const void *row, struct cell *ret)
{
	ret->text = is_current(row) ? "*" : "";
}

static void get_gone(const void *row, struct cell *ret)
{
	const struct row *r = row;
	const char *text = binlog_time(r->arena, binlog_logs_gone(&r->server->logs, r->index));

	ret->text = text ? text : "-";
}

static void get_needed(const void *row, struct cell *ret)
{
	const char *text = needed_by(row);

	ret->text = text ? text : "-";
}

static void get_gtids(const void *row, struct cell *ret)
{
	const char *text = gtids_of(row);

	ret->text = !text ? "?" : *text ? text : "-";
}

static const struct column columns[] = {
	{ .key = "instance", .header = "NAME", .help = "instance", .get = get_instance },
	{ .key = "file", .header = "FILE", .help = "binlog", .get = get_file },
	{ .key = "current", .header = "NOW", .help = "* is the one that is written",
	  .get = get_current },
	{ .key = "size", .header = "SIZE", .right = true, .help = "of the file", .get = get_size },
	{ .key = "firstTime", .header = "BEGUN", .help = "time of its first event",
	  .get = get_first },
	{ .key = "goneAt", .header = "GONE-FROM", .help = "from when on it may be purged",
	  .get = get_gone },
	{ .key = "neededBy", .header = "NEEDED-BY", .help = "replicas that need it and later ones",
	  .get = get_needed },
	{ .key = "gtids", .header = "GTIDS", .wide = true, .help = "transactions in it",
	  .get = get_gtids },
	COLUMN_END
};

static const struct table table = { .kind = "BinlogList", .columns = columns };

static struct row *collect(const struct binlog_server *servers, size_t count, struct arena *a,
			   size_t *ret_len)
{
	size_t most = 0, n = 0;
	struct row *rows;

	for (size_t i = 0; i < count; i++)
		most += servers[i].logs.len;
	rows = arena_zalloc(a, (most + 1) * sizeof(*rows));
	for (size_t i = 0; i < count; i++)
		for (size_t k = 0; k < servers[i].logs.len; k++)
			rows[n++] = (struct row){ a, &servers[i], k };
	*ret_len = n;
	return rows;
}

/* ---- below the table ------------------------------------------------------------------------ */

static void print_kept(const struct binlog_logs *logs, struct strbuf *out)
{
	if (logs->expire > 0 && logs->expire % 86400 == 0)
		strbuf_addf(out, ", each kept for %lldd after its last write",
			    (long long)logs->expire / 86400);
	else if (logs->expire > 0)
		strbuf_addf(out, ", each kept for %llds after its last write",
			    (long long)logs->expire);
	else if (logs->expire == 0 && logs->max_bytes <= 0)
		strbuf_addstr(out, ", kept until they are purged by hand");
	if (logs->max_bytes > 0) {
		strbuf_addstr(out, ", at most ");
		print_bytes(out, logs->max_bytes);
		strbuf_addstr(out, " of all");
	}
}

static void print_need(const struct binlog_server *s, const struct binlog_need *n, struct arena *a,
		       struct strbuf *out)
{
	ptrdiff_t at = binlog_logs_find(&s->logs, n->file);
	const char *gone = at < 0 ? NULL
				  : binlog_time(a, binlog_logs_gone(&s->logs, (size_t)at));

	strbuf_addf(out, "  %s needs %s", n->replica, n->file);
	if (*n->channel)
		strbuf_addf(out, " (channel '%s')", n->channel);
	if (at < 0)
		strbuf_addstr(out, ", which is purged\n");
	else if (gone)
		strbuf_addf(out, ", which may be purged from %s on\n", gone);
	else if ((size_t)at + 1 == s->logs.len)
		strbuf_addstr(out, ", which is being written\n");
	else
		strbuf_addstr(out, "\n");
}

static void print_encrypted(const struct binlog_logs *logs, struct strbuf *out)
{
	size_t n = 0;

	for (size_t i = 0; i < logs->len; i++)
		n += logs->items[i].encryption > BINLOG_PLAIN;
	if (n > 0 && n == logs->len)
		strbuf_addstr(out, ", encrypted");
	else if (n > 0)
		strbuf_addf(out, ", %zu of them encrypted", n);
}

static void print_server(const struct binlog_server *s, struct arena *a, struct strbuf *out)
{
	int64_t rate = binlog_logs_rate(&s->logs);

	if (s->result < 0)
		return;
	strbuf_addf(out, "\n%s: ", s->instance->name);
	if (s->logs.off) {
		strbuf_addstr(out, "no binlog\n");
		return;
	}
	strbuf_addf(out, "%zu %s, ", s->logs.len, s->logs.len == 1 ? "file" : "files");
	print_bytes(out, s->logs.bytes);
	print_encrypted(&s->logs, out);
	if (rate >= 0) {
		strbuf_addstr(out, ", ");
		print_bytes(out, rate);
		strbuf_addstr(out, " an hour");
	}
	print_kept(&s->logs, out);
	strbuf_addstr(out, "\n");
	for (size_t i = 0; i < s->need_count; i++)
		print_need(s, &s->needs[i], a, out);
}

/* ---- JSON, YAML ----------------------------------------------------------------------------- */

static struct node *integer_node(struct arena *a, int64_t n)
{
	const char *text = arena_printf(a, "%lld", (long long)n);

	return n < 0 ? node_new(a, NODE_NULL, NULL) : node_number(a, text, strlen(text), NULL);
}

static struct node *text_node(struct arena *a, const char *text)
{
	return text ? node_cstring(a, text) : node_new(a, NODE_NULL, NULL);
}

static struct node *encrypted_node(struct arena *a, const struct binlog_log *l)
{
	return l->encryption == BINLOG_ENCRYPTION_UNKNOWN
		       ? node_new(a, NODE_NULL, NULL)
		       : node_bool(a, l->encryption != BINLOG_PLAIN);
}

static struct node *file_node(struct arena *a, const struct row *r)
{
	const struct binlog_server *s = r->server;
	struct node **names = arena_alloc(a, (s->need_count + 1) * sizeof(*names));
	struct node *m = node_map(a, NULL, 0, NULL);
	size_t n = 0;

	for (size_t i = 0; i < s->need_count; i++)
		if (strcmp(s->needs[i].file, log_of(r)->file) == 0)
			names[n++] = node_cstring(a, s->needs[i].replica);
	node_set(a, m, "instance", node_cstring(a, s->instance->name));
	node_set(a, m, "file", node_cstring(a, log_of(r)->file));
	node_set(a, m, "current", node_bool(a, is_current(r)));
	node_set(a, m, "size", integer_node(a, log_of(r)->size));
	node_set(a, m, "encrypted", encrypted_node(a, log_of(r)));
	node_set(a, m, "firstTime", text_node(a, binlog_time(a, log_of(r)->first)));
	node_set(a, m, "gtids", text_node(a, gtids_of(r)));
	node_set(a, m, "goneAt",
		 text_node(a, binlog_time(a, binlog_logs_gone(&s->logs, r->index))));
	node_set(a, m, "neededBy", node_seq(a, names, n, NULL));
	return m;
}

static struct node *need_node(struct arena *a, const struct binlog_server *s,
			      const struct binlog_need *n)
{
	struct node *m = node_map(a, NULL, 0, NULL);
	ptrdiff_t at = binlog_logs_find(&s->logs, n->file);
	int64_t gone = at < 0 ? 0 : binlog_logs_gone(&s->logs, (size_t)at);

	node_set(a, m, "name", node_cstring(a, n->replica));
	node_set(a, m, "channel", node_cstring(a, n->channel));
	node_set(a, m, "file", node_cstring(a, n->file));
	node_set(a, m, "purged", node_bool(a, at < 0));
	node_set(a, m, "goneAt", text_node(a, binlog_time(a, gone)));
	return m;
}

static struct node *server_node(struct arena *a, const struct binlog_server *s)
{
	struct node *m = node_map(a, NULL, 0, NULL);
	struct node **needs = arena_alloc(a, (s->need_count + 1) * sizeof(*needs));
	bool read = s->result == 0;

	for (size_t i = 0; i < s->need_count; i++)
		needs[i] = need_node(a, s, &s->needs[i]);
	node_set(a, m, "name", node_cstring(a, s->instance->name));
	node_set(a, m, "error", text_node(a, read ? NULL : s->err.message));
	node_set(a, m, "files", integer_node(a, read ? (int64_t)s->logs.len : -1));
	node_set(a, m, "bytes", integer_node(a, read ? s->logs.bytes : -1));
	node_set(a, m, "bytesPerHour", integer_node(a, binlog_logs_rate(&s->logs)));
	node_set(a, m, "expireSeconds", integer_node(a, s->logs.expire));
	node_set(a, m, "maxBytes", integer_node(a, s->logs.max_bytes ? s->logs.max_bytes : -1));
	node_set(a, m, "replicas", node_seq(a, needs, s->need_count, NULL));
	return m;
}

static void print_document(struct session *s, const struct look *l, const struct row *rows,
			   size_t len, const struct binlog_server *servers, size_t count,
			   bool partial, struct arena *a)
{
	struct node *doc = document_new(a, "BinlogList", l->cluster.topology);
	struct node **items = arena_alloc(a, (len + 1) * sizeof(*items));
	struct node **each = arena_alloc(a, (count + 1) * sizeof(*each));

	for (size_t i = 0; i < len; i++)
		items[i] = file_node(a, &rows[i]);
	for (size_t i = 0; i < count; i++)
		each[i] = server_node(a, &servers[i]);
	node_set(a, doc, "partial", node_bool(a, partial));
	node_set(a, doc, "items", node_seq(a, items, len, NULL));
	node_set(a, doc, "servers", node_seq(a, each, count, NULL));
	if (s->format == FORMAT_JSON)
		tree_write_json(&s->out, doc, 0);
	else
		tree_write_yaml(&s->out, doc, 0);
}

static int print(struct session *s, const struct look *l, const struct binlog_server *servers,
		 size_t count, bool partial, struct error *err)
{
	cleanup_arena struct arena *a = arena_new();
	size_t len;
	struct row *rows = collect(servers, count, a, &len);

	if (s->format & (FORMAT_JSON | FORMAT_YAML)) {
		print_document(s, l, rows, len, servers, count, partial, a);
		return 0;
	}
	/* One name may be that of a file on every server. */
	for (size_t i = 0; s->format == FORMAT_NAME && i < len; i++)
		strbuf_addf(&s->out, "binlog/%s/%s\n", rows[i].server->instance->name,
			    log_of(&rows[i])->file);
	if (s->format == FORMAT_NAME)
		return 0;
	if (table_print(&table, rows, len, sizeof(*rows), s->format, NULL, &s->out, err) < 0)
		return -err->class;
	for (size_t i = 0; i < count; i++)
		print_server(&servers[i], a, &s->out);
	return 0;
}

static int run(struct session *s, const void *opts, struct error *err)
{
	const struct server_options *o = opts;
	cleanup_look struct look l = LOOK_INIT;
	struct binlog_server *servers;
	bool partial;
	size_t count;
	int r;

	if (look_open(&l, s, &o->target, &o->login, err) < 0)
		return -err->class;
	look_take(&l);
	partial = cluster_warn_unread(s, &l.cluster);
	servers = binlog_servers_read(&l, o->target.timeout, &count);
	partial |= binlog_servers_warn(s, servers, count);
	r = print(s, &l, servers, count, partial, err);
	binlog_servers_free(servers, count);
	return r < 0 ? r : partial ? -ERR_UNKNOWN_STATE : 0;
}

extern const struct command cmd_binlog_list;
const struct command cmd_binlog_list = {
	.words = "binlog list",
	.group = GROUP_LOOK,
	.summary = "show binlogs, which replica needs which, when they go",
	.description =
		"The files of each server, with size, the time of the first event and the GTIDs in "
		"each; how fast they grow, what the server's settings keep, and for each replica the "
		"oldest file that it would read again if it lost its relay log.\n\n"
		"A server purges a file when its last write is older than the limit, at the time when "
		"it begins a new file; so GONE-FROM is the earliest time. MariaDB's limit of size is "
		"reckoned at the present rate. Times come from the beginnings of the files, which are "
		"asked for one after the other as a replica would; that takes REPLICATION SLAVE. What "
		"could not be read within --timeout is shown as ?.",
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
