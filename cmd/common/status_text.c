/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/common/status_text.h"

#include "base/memory.h"
#include "base/strvec.h"
#include "cli/text.h"
#include "topology/rules.h"

#include <ctype.h>
#include <string.h>

#define COLUMNS 5 /* tree and name, role, rw or ro, position or lag, the rest */
#define WIDE_COLUMNS 9

struct row {
	char *cells[WIDE_COLUMNS];
	enum level level; /* of the worst finding about it */
};

struct tree {
	const struct topology *t;
	const struct diagnosis *d;
	struct row *rows;
	size_t len, alloc;
	bool *shown;
	bool wide;
};

void print_bytes(struct strbuf *out, int64_t bytes)
{
	static const char *const units[] = { "kB", "MB", "GB", "TB" };
	double n = (double)bytes;
	size_t unit = 0;

	if (bytes < 0) {
		strbuf_addstr(out, "-");
		return;
	}
	if (bytes < 1000) {
		strbuf_addf(out, "%lld B", (long long)bytes);
		return;
	}
	for (n /= 1000; n >= 1000 && unit + 1 < ARRAY_SIZE(units); unit++)
		n /= 1000;
	strbuf_addf(out, n < 10 ? "%.1f %s" : "%.0f %s", n, units[unit]);
}

static void print_span(struct strbuf *out, double seconds)
{
	if (seconds < 0)
		strbuf_addstr(out, "-");
	else if (seconds < 100)
		strbuf_addf(out, seconds < 10 ? "%.1fs" : "%.0fs", seconds);
	else if (seconds < 3600)
		strbuf_addf(out, "%dm", (int)(seconds / 60));
	else if (seconds < 2 * 86400)
		strbuf_addf(out, "%dh", (int)(seconds / 3600));
	else
		strbuf_addf(out, "%dd", (int)(seconds / 86400));
}

void print_lag_seconds(struct strbuf *out, const struct lag *lag)
{
	if (lag->at_most)
		strbuf_addstr(out, "≤ ");
	print_span(out, lag->seconds);
}

static const struct link *main_link(const struct instance *i)
{
	for (size_t j = 0; j < i->channels.len; j++)
		if (link_follows(&i->links[j]))
			return &i->links[j];
	return NULL;
}

/* "0.2s · 0 trx · 0 B", or how its threads stand. */
static void print_link(struct strbuf *out, const struct link *l)
{
	const struct channel *c = l->status;

	if (c->applier.state == THREAD_STOPPED) {
		strbuf_addstr(out, "stopped");
		if (c->applier.error)
			strbuf_addf(out, " %u", c->applier.error);
		return;
	}
	if (c->receiver.state != THREAD_RUNNING) {
		strbuf_addf(out, "receiver %s", thread_state_name(c->receiver.state));
		if (c->receiver.error)
			strbuf_addf(out, " %u", c->receiver.error);
		return;
	}
	if (l->lag.seconds < 0)
		strbuf_addstr(out, "lag unknown");
	else
		print_lag_seconds(out, &l->lag);
	if (l->lag.transactions >= 0)
		strbuf_addf(out, " · %lld trx", (long long)l->lag.transactions);
	if (l->lag.bytes >= 0) {
		strbuf_addstr(out, " · ");
		print_bytes(out, l->lag.bytes);
	}
}

static void separate(struct strbuf *out, size_t start)
{
	if (out->len > start)
		strbuf_addstr(out, " · ");
}

static void print_behind(struct strbuf *out, const struct link *l)
{
	const struct lag *lag = &l->lag;

	if (lag->transactions <= 0)
		return;
	separate(out, 0);
	if (lag->seconds >= 0) {
		print_lag_seconds(out, lag);
		strbuf_addstr(out, " · ");
	}
	strbuf_addf(out, "%lld trx", (long long)lag->transactions);
	if (lag->bytes >= 0) {
		strbuf_addstr(out, " · ");
		print_bytes(out, lag->bytes);
	}
	strbuf_addstr(out, " behind");
}

/*
 * How its source waits for it. A replica also counts itself as semi-synchronous while its source
 * does not; "" where the source cannot tell, or nobody wants it.
 */
static const char *acknowledges(const struct instance *i, const struct link *l)
{
	const struct semisync *source = l->source ? &l->source->semisync : NULL;

	if (i->semisync.replica_enabled != 1 || !source || l->source->reach != REACH_OK)
		return "";
	if (source->source_enabled != 1)
		return "async";
	if (source->source_active == 0)
		return "semi-sync fallen back";
	return i->semisync.replica_active == 1 ? "semi-sync" : "async";
}

static char *note(const struct instance *i)
{
	cleanup_strbuf struct strbuf out = STRBUF_INIT;
	const struct link *first = main_link(i);

	if (i->reach != REACH_OK)
		return xstrdup(i->why);
	if (i->found)
		strbuf_addstr(&out, "found");
	if (first && *acknowledges(i, first)) {
		separate(&out, 0);
		strbuf_addstr(&out, acknowledges(i, first));
	}
	if (first && (first->status->applier.state != THREAD_RUNNING ||
		      first->status->receiver.state != THREAD_RUNNING))
		print_behind(&out, first);
	if (first && first->status->delay > 0) {
		separate(&out, 0);
		strbuf_addf(&out, "delayed %lld s", (long long)first->status->delay);
	}
	for (size_t j = 0; j < i->channels.len; j++) {
		const struct link *l = &i->links[j];

		if (!link_follows(l) || l == first)
			continue;
		separate(&out, 0);
		strbuf_addf(&out, "channel %s from %s: ", l->status->name,
			    l->source ? l->source->name : l->status->source_host);
		print_link(&out, l);
	}
	if (!first && i->uptime >= 0) {
		separate(&out, 0);
		strbuf_addstr(&out, "up ");
		print_span(&out, (double)i->uptime);
	}
	return strbuf_detach(&out, NULL);
}

static char *state(const struct instance *i)
{
	static const char *const words[] = {
		[REACH_DOWN] = "down",	       [REACH_SILENT] = "no answer",
		[REACH_NO_NAME] = "no address", [REACH_DENIED] = "login refused",
		[REACH_FULL] = "full",	       [REACH_BROKEN] = "unreadable",
	};
	cleanup_strbuf struct strbuf out = STRBUF_INIT;
	const struct link *l = main_link(i);

	if (i->reach != REACH_OK)
		strbuf_addstr(&out, words[i->reach]);
	else if (l)
		print_link(&out, l);
	else if (*i->binlog_file)
		strbuf_addf(&out, "%s:%lld", i->binlog_file, (long long)i->binlog_position);
	else
		strbuf_addch(&out, '-');
	return strbuf_detach(&out, NULL);
}

static enum level level_of(const struct diagnosis *d, const struct instance *i)
{
	enum level worst = LEVEL_OK;

	for (size_t j = 0; j < d->len; j++)
		if (d->items[j].instance == i && d->items[j].rule->level > worst)
			worst = d->items[j].rule->level;
	return worst;
}

static void fill_wide(struct row *r, const struct instance *i)
{
	if (i->socket && !*i->host)
		r->cells[5] = xstrdup(i->socket);
	else
		r->cells[5] = xasprintf("%s:%u", i->host, i->port);
	r->cells[6] = xstrdup(*i->version_text ? i->version_text : "-");
	r->cells[7] = i->server_id < 0 ? xstrdup("-")
				       : xasprintf("id %lld", (long long)i->server_id);
	r->cells[8] = xstrdup(*i->gtid_text ? i->gtid_text : "-");
	for (char *c = r->cells[8]; *c; c++)
		if (*c == '\n')
			*c = ' ';
}

static void add_row(struct tree *tree, const struct instance *i, const char *lead)
{
	struct row *r;

	ALLOC_GROW(tree->rows, tree->len + 1, tree->alloc);
	r = &tree->rows[tree->len++];
	*r = (struct row){ .level = level_of(tree->d, i) };
	r->cells[0] = xasprintf("%s%s", lead, i->name);
	r->cells[1] = xstrdup(role_name(i->role));
	r->cells[2] = xstrdup(i->reach != REACH_OK ? "-" : i->writable ? "rw" : "ro");
	r->cells[3] = state(i);
	r->cells[4] = note(i);
	if (tree->wide)
		fill_wide(r, i);
}

static bool is_below(const struct instance *i, const struct instance *source)
{
	const struct link *l = main_link(i);

	return l && l->source == source;
}

/* Lines of one instance and all below it; lead stands before the names of its children. */
static void walk(struct tree *tree, const struct instance *i, const char *own, const char *lead)
{
	const struct topology *t = tree->t;
	size_t left = 0;

	tree->shown[i->index] = true;
	add_row(tree, i, own);
	for (size_t n = 0; n < t->len; n++)
		left += is_below(t->items[n], i) && !tree->shown[n];
	for (size_t n = 0; n < t->len && left; n++) {
		cleanup_free char *branch = NULL, *below = NULL;

		if (!is_below(t->items[n], i) || tree->shown[n])
			continue;
		branch = xasprintf("%s%s", lead, --left ? "├─ " : "└─ ");
		below = xasprintf("%s%s", lead, left ? "│  " : "   ");
		walk(tree, t->items[n], branch, below);
	}
}

static void build(struct tree *tree)
{
	const struct topology *t = tree->t;

	if (t->primary && !(main_link(t->primary) && main_link(t->primary)->source))
		walk(tree, t->primary, "", "");
	for (size_t n = 0; n < t->len; n++)
		if (!tree->shown[n] && !(main_link(t->items[n]) && main_link(t->items[n])->source))
			walk(tree, t->items[n], "", "");
	/* A ring has no top. */
	for (size_t n = 0; n < t->len; n++)
		if (!tree->shown[n])
			walk(tree, t->items[n], "", "");
}

static const char *colour_of(enum level l)
{
	static const char *const codes[] = { "32", "33", "35", "31" };

	return codes[l];
}

static void print_rows(const struct tree *tree, bool colour, struct strbuf *out)
{
	size_t columns = tree->wide ? WIDE_COLUMNS : COLUMNS, widths[WIDE_COLUMNS] = { 0 };

	for (size_t n = 0; n < tree->len; n++)
		for (size_t c = 0; c < columns; c++) {
			size_t w = display_width(tree->rows[n].cells[c]);

			widths[c] = w > widths[c] ? w : widths[c];
		}
	for (size_t n = 0; n < tree->len; n++) {
		const struct row *r = &tree->rows[n];
		size_t gap = 0;

		for (size_t c = 0; c < columns; c++) {
			if (!*r->cells[c]) {
				gap += widths[c] + 2;
				continue;
			}
			strbuf_addchars(out, ' ', gap);
			if (c == 3 && colour && r->level != LEVEL_OK)
				strbuf_addf(out, "\033[%sm%s\033[0m", colour_of(r->level),
					    r->cells[c]);
			else
				strbuf_addstr(out, r->cells[c]);
			gap = widths[c] - display_width(r->cells[c]) + 2;
		}
		strbuf_addch(out, '\n');
	}
}

/* "MySQL 9.7.4 · GTID · semi-sync needs 1, has 2" of the primary, or of who can be read. */
static void print_facts(const struct topology *t, struct strbuf *out)
{
	const struct instance *i = t->primary;

	for (size_t n = 0; n < t->len && (!i || i->reach != REACH_OK); n++)
		i = t->items[n];
	if (!i || i->reach != REACH_OK)
		return;
	strbuf_addf(out, "   %s %u.%u.%u", i->mariadb ? "MariaDB" : "MySQL", i->version / 10000,
		    i->version / 100 % 100, i->version % 100);
	if (*i->gtid_text)
		strbuf_addstr(out, " · GTID");
	if (i->semisync.source_enabled == 1 && i->semisync.source_active == 0)
		strbuf_addstr(out, " · semi-sync fallen back");
	else if (i->semisync.source_enabled == 1 && i->semisync.clients >= 0)
		strbuf_addf(out, " · semi-sync needs %lld, has %lld",
			    (long long)(i->semisync.wait_for > 0 ? i->semisync.wait_for : 1),
			    (long long)i->semisync.clients);
}

static void print_verdict(const struct topology *t, const struct diagnosis *d, bool colour,
			  struct strbuf *out)
{
	const struct verdict *v = &d->verdict;

	strbuf_addstr(out, t->name);
	print_facts(t, out);
	strbuf_addstr(out, "   ");
	if (colour)
		strbuf_addf(out, "\033[1;%sm", colour_of(v->level));
	for (const char *c = level_name(v->level); *c; c++)
		strbuf_addch(out, (char)toupper((unsigned char)*c));
	if (colour)
		strbuf_addstr(out, "\033[0m");
	strbuf_addf(out, ": %s\n", v->reason);
	if (*v->next)
		strbuf_addf(out, "next: %s\n", v->next);
}

static size_t count_findings(const struct diagnosis *d, bool of_verdict)
{
	size_t n = 0;

	for (size_t j = 0; j < d->len; j++)
		n += of_verdict ? d->items[j].rule->level != LEVEL_OK
				: d->items[j].rule->weight >= WEIGHT_WARNING;
	return n;
}

static void print_more(const struct topology *t, const struct diagnosis *d, struct strbuf *out)
{
	size_t unread = 0, more = count_findings(d, true);

	for (size_t n = 0; n < t->len; n++)
		unread += t->items[n]->reach != REACH_OK;
	if (unread)
		strbuf_addf(out, "partial: %zu of %zu instances could not be read\n", unread,
			    t->len);
	else if (t->partial)
		strbuf_addstr(out, "partial: not everything could be read\n");
	if (more < 2)
		return;
	strbuf_addstr(out, "also:\n");
	for (size_t j = 1, shown = 0; j < d->len && shown < 10; j++) {
		if (d->items[j].rule->level == LEVEL_OK)
			continue;
		strbuf_addf(out, "  %s\n", d->items[j].reason);
		if (++shown == 10 && more > 11)
			strbuf_addf(out, "  and %zu more: kubectl mysql check %s\n", more - 11,
				    t->words);
	}
}

void status_print(const struct topology *t, const struct diagnosis *d,
		  const struct status_text_options *o, struct strbuf *out)
{
	struct tree tree = { .t = t, .d = d, .wide = o->wide };

	tree.shown = xcalloc(t->len + 1, sizeof(*tree.shown));
	build(&tree);
	print_verdict(t, d, o->colour, out);
	strbuf_addch(out, '\n');
	print_rows(&tree, o->colour, out);
	print_more(t, d, out);
	for (size_t n = 0; n < tree.len; n++)
		for (size_t c = 0; c < WIDE_COLUMNS; c++)
			free(tree.rows[n].cells[c]);
	free(tree.rows);
	free(tree.shown);
}
