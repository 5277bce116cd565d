/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/command.h"

#include "base/clock.h"
#include "base/memory.h"
#include "cli/table.h"
#include "cmd/common/look.h"
#include "cmd/common/status_text.h"
#include "cmd/common/topology_json.h"
#include "topology/history.h"
#include "topology/rules.h"
#include "tree/write.h"

#include <string.h>

/* How far replicas are behind. */

struct opts {
	struct target_options target;
	struct login_options login;
	int64_t max, during, interval;
	bool watch;
};

static const struct option_spec options[] = {
	TARGET_OPTIONS(struct opts, target),
	LOGIN_OPTIONS(struct opts, login),
	OPT_DURATION(0, "max", struct opts, max, "exit with 3 when a replica is farther behind",
		     .fallback = "0"),
	OPT_DURATION(0, "for", struct opts, during, "go on looking for this long; MAX is the worst",
		     .fallback = "0"),
	OPT_FLAG('w', "watch", struct opts, watch, "look again and again, until interrupted"),
	OPT_DURATION(0, "interval", struct opts, interval, "pause of --for and --watch",
		     .fallback = "1s"),
	OPT_END
};

static const struct arg_spec args[] = { TARGET_ARG, ARG_END };

static const struct example examples[] = {
	{ "lag --sandbox demo", "the four figures of each replica" },
	{ "lag --sandbox demo --max 5s", "for a script: exit 3 beyond five seconds" },
	{ "lag --sandbox demo --for 10s", "the worst of ten seconds" },
	EXAMPLE_END
};

static const struct exit_code exit_codes[] = {
	{ 3, "a replica is farther behind than --max" },
	{ 5, "how far a replica is behind cannot be told" },
	EXIT_CODE_END
};

#define SPARK 30 /* values of a sparkline */

struct row {
	const struct instance *instance;
	const struct link *link; /* NULL: could not be read */
	const struct lag_series *series;
	struct arena *arena;
};

static const struct lag *lag_of(const void *row)
{
	return &((const struct row *)row)->link->lag;
}

static const char *print_text(const struct row *r,
			      void (*print)(struct strbuf *, const struct lag *))
{
	cleanup_strbuf struct strbuf text = STRBUF_INIT;

	print(&text, &r->link->lag);
	return arena_memdupz(r->arena, text.buf, text.len);
}

static const char *text_seconds(const struct row *r, double seconds)
{
	if (seconds < 0)
		return "-";
	return arena_printf(r->arena, seconds < 100 ? "%.2fs" : "%.0fs", seconds);
}

static void get_name(const void *row, struct cell *ret)
{
	ret->text = ((const struct row *)row)->instance->name;
}

static void get_channel(const void *row, struct cell *ret)
{
	const struct row *r = row;

	ret->text = r->link && *r->link->status->name ? r->link->status->name : "-";
}

static void get_source(const void *row, struct cell *ret)
{
	const struct row *r = row;

	ret->text = r->link ? source_name(r->arena, r->link) : "-";
}

static void get_lag(const void *row, struct cell *ret)
{
	const struct row *r = row;

	ret->text = r->link ? print_text(r, print_lag_seconds) : "-";
}

static void get_error(const void *row, struct cell *ret)
{
	const struct row *r = row;

	if (!r->link || lag_of(row)->seconds < 0)
		ret->text = "-";
	else
		cell_printf(ret, "±%.3fs", lag_of(row)->error);
}

static void get_transport(const void *row, struct cell *ret)
{
	const struct row *r = row;

	ret->text = r->link ? text_seconds(r, lag_of(row)->transport) : "-";
}

static void count_cell(int64_t n, struct cell *ret)
{
	if (n < 0)
		ret->text = "-";
	else
		cell_printf(ret, "%lld", (long long)n);
}

static void get_transactions(const void *row, struct cell *ret)
{
	count_cell(((const struct row *)row)->link ? lag_of(row)->transactions : -1, ret);
}

static void get_not_received(const void *row, struct cell *ret)
{
	count_cell(((const struct row *)row)->link ? lag_of(row)->not_received : -1, ret);
}

static void get_bytes(const void *row, struct cell *ret)
{
	cleanup_strbuf struct strbuf text = STRBUF_INIT;

	print_bytes(&text, ((const struct row *)row)->link ? lag_of(row)->bytes : -1);
	cell_printf(ret, "%s", text.buf);
}

static void get_contact(const void *row, struct cell *ret)
{
	const struct row *r = row;

	ret->text = r->link ? text_seconds(r, lag_of(row)->last_contact) : "-";
}

static void get_eta(const void *row, struct cell *ret)
{
	const struct row *r = row;

	ret->text = r->link ? text_seconds(r, lag_of(row)->eta) : "-";
}

static void get_max(const void *row, struct cell *ret)
{
	const struct row *r = row;

	ret->text = r->series ? text_seconds(r, r->series->worst) : "-";
}

static void get_method(const void *row, struct cell *ret)
{
	const struct row *r = row;

	ret->text = r->link ? lag_method_name(r->link->lag.method) : "-";
}

static void get_reason(const void *row, struct cell *ret)
{
	const struct row *r = row;

	ret->text = r->link ? r->link->lag.reason : r->instance->why;
}

static void get_spark(const void *row, struct cell *ret)
{
	static const char *const bars[] = { "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█" };
	const struct lag_series *s = ((const struct row *)row)->series;
	cleanup_strbuf struct strbuf text = STRBUF_INIT;
	double most = 0;
	size_t from;

	if (!s)
		return;
	from = s->len > SPARK ? s->len - SPARK : 0;
	for (size_t i = from; i < s->len; i++)
		most = s->items[i].seconds > most ? s->items[i].seconds : most;
	for (size_t i = from; i < s->len; i++) {
		double v = s->items[i].seconds;

		if (v < 0)
			strbuf_addch(&text, '?');
		else
			strbuf_addstr(&text, bars[most > 0 ? (size_t)(v / most * 7 + 0.5) : 0]);
	}
	cell_printf(ret, "%s", text.buf);
}

#define FIGURES                                                                                    \
	{ .key = "name", .header = "NAME", .help = "the replica", .get = get_name },               \
		{ .key = "channel", .header = "CHANNEL", .help = "its channel",                    \
		  .get = get_channel, .wide = true },                                              \
		{ .key = "source", .header = "SOURCE", .help = "whom it follows",                  \
		  .get = get_source },                                                             \
		{ .key = "lag", .header = "LAG", .help = "age of the oldest transaction not visible", \
		  .right = true, .get = get_lag },                                                 \
		{ .key = "error", .header = "ERROR", .help = "how wrong that may be",              \
		  .right = true, .get = get_error },                                               \
		{ .key = "transport", .header = "TRANSPORT",                                       \
		  .help = "how old the newest received is, 0 when all is", .right = true,          \
		  .get = get_transport },                                                          \
		{ .key = "transactions", .header = "TRX", .help = "that are missing",              \
		  .right = true, .get = get_transactions },                                        \
		{ .key = "notReceived", .header = "NOT-RECEIVED",                                  \
		  .help = "of those, not even received", .right = true, .wide = true,              \
		  .get = get_not_received },                                                       \
		{ .key = "bytes", .header = "BYTES", .help = "of binlog not applied",              \
		  .right = true, .get = get_bytes },                                               \
		{ .key = "contact", .header = "CONTACT",                                           \
		  .help = "since the source was last heard", .right = true, .get = get_contact },  \
		{ .key = "eta", .header = "ETA", .help = "until nothing is missing",               \
		  .right = true, .get = get_eta },                                                 \
		{ .key = "method", .header = "METHOD", .help = "how it was measured",              \
		  .wide = true, .get = get_method }

static const struct column once_columns[] = {
	FIGURES, { .key = "reason", .header = "REASON", .help = "why", .get = get_reason },
	COLUMN_END
};

static const struct column over_time_columns[] = {
	FIGURES,
	{ .key = "max", .header = "MAX", .help = "the worst so far", .right = true,
	  .get = get_max },
	{ .key = "reason", .header = "REASON", .help = "why", .get = get_reason },
	COLUMN_END
};

static const struct column watch_columns[] = {
	FIGURES,
	{ .key = "max", .header = "MAX", .help = "the worst so far", .right = true,
	  .get = get_max },
	{ .key = "history", .header = "HISTORY", .help = "the last looks", .get = get_spark },
	{ .key = "reason", .header = "REASON", .help = "why", .get = get_reason },
	COLUMN_END
};

static struct row *collect(const struct look *l, const struct history *h, struct arena *a,
			   size_t *ret_len)
{
	const struct topology *t = l->cluster.topology;
	size_t n = 0, most = 0;
	struct row *rows;

	for (size_t i = 0; i < t->len; i++)
		most += t->items[i]->channels.len + 1;
	rows = arena_zalloc(a, (most + 1) * sizeof(*rows));
	for (size_t i = 0; i < t->len; i++) {
		const struct instance *one = t->items[i];

		if (look_leaves_out(l, one))
			continue;
		if (one->reach != REACH_OK)
			rows[n++] = (struct row){ one, NULL, NULL, a };
		for (size_t j = 0; one->reach == REACH_OK && j < one->channels.len; j++)
			if (link_follows(&one->links[j]))
				rows[n++] = (struct row){ one, &one->links[j],
							  history_series(h, one, &one->links[j]),
							  a };
	}
	*ret_len = n;
	return rows;
}

static void print_document(struct session *s, const struct look *l, const struct row *rows,
			   size_t len, struct arena *a)
{
	struct node *doc = document_new(a, "LagList", l->cluster.topology);
	struct node **items = arena_alloc(a, (len + 1) * sizeof(*items));

	for (size_t i = 0; i < len; i++) {
		const struct row *r = &rows[i];
		struct node *m = node_map(a, NULL, 0, NULL);

		items[i] = m;
		node_set(a, m, "name", node_cstring(a, r->instance->name));
		node_set(a, m, "reachable", node_bool(a, r->link != NULL));
		if (!r->link) {
			node_set(a, m, "reason", node_cstring(a, r->instance->why));
			continue;
		}
		node_set(a, m, "channel", node_cstring(a, r->link->status->name));
		node_set(a, m, "source", node_cstring(a, source_name(a, r->link)));
		node_set(a, m, "lag", lag_node(a, r->link));
		if (r->series) {
			const char *worst = arena_printf(a, "%.3f", r->series->worst);

			node_set(a, m, "maxSeconds",
				 r->series->worst < 0
					 ? node_new(a, NODE_NULL, NULL)
					 : node_number(a, worst, strlen(worst), NULL));
		}
	}
	node_set(a, doc, "partial", node_bool(a, l->cluster.topology->partial));
	node_set(a, doc, "items", node_seq(a, items, len, NULL));
	if (s->format == FORMAT_JSON)
		tree_write_json(&s->out, doc, 0);
	else
		tree_write_yaml(&s->out, doc, 0);
}

static int print(struct session *s, const struct opts *o, const struct look *l,
		 const struct history *h, struct error *err)
{
	cleanup_arena struct arena *a = arena_new();
	struct table table = { .kind = "LagList", .name_prefix = "instance/",
			       .columns = o->watch    ? watch_columns
					  : o->during ? over_time_columns
						      : once_columns };
	size_t len;
	struct row *rows = collect(l, h, a, &len);

	if (s->format & (FORMAT_JSON | FORMAT_YAML)) {
		print_document(s, l, rows, len, a);
		return 0;
	}
	if (len == 0 && !(s->format & FORMAT_NAME)) {
		strbuf_addstr(&s->out, "no replicas\n");
		return 0;
	}
	return table_print(&table, rows, len, sizeof(*rows), s->format, NULL, &s->out, err);
}

/* Beyond --max counts before what cannot be told. */
static int judge(const struct opts *o, const struct look *l, const struct history *h)
{
	cleanup_arena struct arena *a = arena_new();
	size_t len;
	const struct row *rows = collect(l, h, a, &len);
	bool unknown = false;

	for (size_t i = 0; i < len; i++) {
		double worst = rows[i].series ? rows[i].series->worst : -1;

		if (o->max && worst > (double)o->max / 1000)
			return -ERR_FINDINGS;
		unknown |= !rows[i].link || rows[i].link->lag.seconds < 0;
	}
	unknown |= strcmp(l->diagnosis.verdict.code, "nothing-readable") == 0;
	return unknown ? -ERR_UNKNOWN_STATE : 0;
}

static int run(struct session *s, const void *opts, struct error *err)
{
	const struct opts *o = opts;
	cleanup_look struct look l = LOOK_INIT;
	cleanup_history struct history *h = history_new();
	int64_t end = clock_ms() + o->during;
	bool partial;
	int r;

	if (look_open(&l, s, &o->target, &o->login, err) < 0)
		return -err->class;
	l.cluster.oldest = true;
	for (;;) {
		look_take(&l);
		history_add(h, l.cluster.topology);
		if (!o->watch && clock_ms() + o->interval > end)
			break;
		if (o->watch && (print(s, o, &l, h, err) < 0 || look_repaint(s, err) < 0))
			return -err->class;
		look_pause(o->interval);
	}
	if (print(s, o, &l, h, err) < 0)
		return -err->class;
	partial = cluster_warn_rights(s, &l.cluster);
	r = judge(o, &l, h);
	return r == 0 && partial ? -ERR_UNKNOWN_STATE : r;
}

extern const struct command cmd_lag;
const struct command cmd_lag = {
	.words = "lag",
	.group = GROUP_LOOK,
	.summary = "show how far replicas are behind, truthfully",
	.description =
		"The lag of a replica is the age of the oldest transaction that its source has committed "
		"and it does not show. Next to it stand how wrong the figure may be, what has not even "
		"arrived, how many transactions and bytes are missing, and when the source was last "
		"heard. A replica that says 0 s while nothing reaches it is told apart from one that has "
		"everything. Where the source cannot be asked, nobody knows, and it says so.\n\n"
		"The source's binlog is asked for the oldest transaction that is missing (which needs "
		"REPLICATION SLAVE). MySQL 8.0 and later have the time of its commit there; MariaDB has "
		"the second in which its last statement began, and, with --for and --watch, it counts "
		"when the source had which position. \"≤\" marks a figure that may be smaller. "
		"docs/json.md has how wrong each kind of figure may be.",
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
