/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/common/errant.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/utf8.h"
#include "mysql/binlog/remote.h"
#include "mysql/binlog/rows.h"
#include "net/task.h"

/* The key of a transaction in the log, as a set has it. */
static struct gtid_key key_of(const struct binlog_gtid *g)
{
	if (g->mariadb)
		return gtid_key_mariadb(g->domain, g->server);
	return gtid_key_mysql(g->uuid, (const char *)g->tag.p,
			      g->tag.len <= GTID_TAG_MAX ? g->tag.len : 0);
}

/* Exactly these, MariaDB's servers told apart in every form of a set. */
static bool is_errant(void *arg, const struct binlog_gtid *g)
{
	const struct errant_server *s = arg;
	const struct gtid_set *errant = &s->wanted;
	struct gtid_key key = key_of(g);

	for (size_t i = 0; i < errant->count && !g->anonymous; i++) {
		const struct gtid_entry *e = &errant->entries[i];

		for (size_t r = 0; r < e->count && gtid_key_compare(&e->key, &key) == 0; r++)
			if (g->number >= e->ranges[r].first && g->number <= e->ranges[r].last)
				return true;
	}
	return false;
}

/* The greatest number that those above an instance have of a server; 0: none. */
static uint64_t last_above(const struct instance *i, const struct gtid_key *key, unsigned depth)
{
	uint64_t last = 0;

	for (size_t j = 0; depth > 0 && j < i->channels.len; j++) {
		const struct instance *source = i->links[j].source;
		uint64_t above;

		if (!source)
			continue;
		for (size_t k = 0; k < source->last.state.count; k++) {
			const struct gtid_entry *e = &source->last.state.entries[k];

			if (gtid_key_compare(&e->key, key) == 0 &&
			    e->ranges[e->count - 1].last > last)
				last = e->ranges[e->count - 1].last;
		}
		above = last_above(source, key, depth - 1);
		last = above > last ? above : last;
	}
	return last;
}

#define DEPTH 16 /* of chains that are followed */

/*
 * MariaDB's state tells of each server its last number alone, so what is errant there stands for
 * all numbers of that server behind those that the sources have.
 */
static void find_wanted(struct errant_server *s)
{
	const struct gtid_set *errant = &s->instance->errant;

	if (errant->family != GTID_MARIADB) {
		cleanup_error struct error ignored = ERROR_INIT;

		/* What is purged cannot be asked for: the server would refuse the rest too. */
		(void)gtid_set_subtract(errant, &s->instance->purged, &s->wanted, &ignored);
		return;
	}
	for (size_t i = 0; i < errant->count; i++) {
		const struct gtid_entry *e = &errant->entries[i];
		struct gtid_range r = { last_above(s->instance, &e->key, DEPTH) + 1,
					e->ranges[e->count - 1].last };

		if (r.first <= r.last)
			gtid_set_add(&s->wanted, GTID_MARIADB, &e->key, r);
		else
			gtid_set_add(&s->wanted, GTID_MARIADB, &e->key, e->ranges[e->count - 1]);
	}
}

static char *time_text(const struct binlog_transaction *t)
{
	time_t seconds = (time_t)binlog_transaction_time(t, NULL);
	char text[32];
	struct tm tm;

	if (!seconds || !gmtime_r(&seconds, &tm))
		return NULL;
	strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &tm);
	return xstrdup(text);
}

static void begin(struct errant_server *s, const struct binlog_event *e)
{
	struct gtid_key key = key_of(&e->gtid);

	gtid_set_add(&s->seen, e->gtid.mariadb ? GTID_MARIADB : GTID_MYSQL, &key,
		     (struct gtid_range){ e->gtid.number, e->gtid.number });
	if (++s->found > ERRANT_SHOWN)
		return;
	ALLOC_GROW(s->items, s->len + 1, s->alloc);
	s->items[s->len++] = (struct errant_transaction){ .instance = s->instance->name,
							  .gtid = xstrdup(s->t.gtid.buf),
							  .time = time_text(&s->t),
							  .kind = "empty",
							  .text = STRBUF_INIT };
}

static struct errant_change *change_of(struct errant_transaction *t, const struct binlog_table *on)
{
	cleanup_free char *name = xasprintf("%.*s.%.*s", (int)on->database.len, on->database.text,
					    (int)on->name.len, on->name.text);

	for (size_t i = 0; i < t->count; i++)
		if (strcmp(t->changes[i].table, name) == 0)
			return &t->changes[i];
	ALLOC_GROW(t->changes, t->count + 1, t->alloc);
	t->changes[t->count] = (struct errant_change){ .table = TAKE_PTR(name) };
	return &t->changes[t->count++];
}

static int add_rows(struct errant_transaction *t, const struct binlog_event *e, struct error *err)
{
	struct binlog_rows rows = *e->rows;
	struct errant_change *c = change_of(t, rows.table);
	int r;

	/* A copy, so that the lines read the rows again from the first. */
	while ((r = binlog_rows_next(&rows, err)) > 0)
		;
	t->kind = "rows";
	if (rows.change == BINLOG_INSERT)
		c->inserts += rows.done;
	else if (rows.change == BINLOG_UPDATE)
		c->updates += rows.done;
	else
		c->deletes += rows.done;
	return r;
}

static void add_statement(struct errant_transaction *t, const struct binlog_query *q)
{
	size_t len = q->sql.len < ERRANT_STATEMENT ? q->sql.len : ERRANT_STATEMENT;

	t->kind = "statement";
	if (t->text.len)
		strbuf_addstr(&t->text, "; ");
	if (utf8_valid((const char *)q->sql.p, q->sql.len))
		while (len && len < q->sql.len && ((unsigned char)q->sql.p[len] & 0xc0) == 0x80)
			len--;
	strbuf_add(&t->text, q->sql.p, len);
	if (len < q->sql.len)
		strbuf_addstr(&t->text, "…");
}

static void add_count(struct errant_transaction *t, uint64_t n, const char *verb,
		      const char *table)
{
	if (n)
		strbuf_addf(&t->text, "%s%s %" PRIu64 " %s", t->text.len ? ", " : "", verb, n,
			    table);
}

static void end(struct errant_transaction *t)
{
	for (size_t i = 0; i < t->count; i++) {
		add_count(t, t->changes[i].inserts, "insert", t->changes[i].table);
		add_count(t, t->changes[i].updates, "update", t->changes[i].table);
		add_count(t, t->changes[i].deletes, "delete", t->changes[i].table);
	}
	if (t->text.len == 0)
		strbuf_addstr(&t->text, "nothing: an empty transaction");
}

static int on_event(void *arg, const struct binlog_event *e, struct error *err)
{
	struct errant_server *s = arg;
	struct errant_transaction *t;
	bool shown;
	int r = 0;

	if (binlog_transaction_event(&s->t, &s->filter, e) && s->t.wanted)
		begin(s, e);
	shown = s->t.open && s->t.wanted && s->found <= ERRANT_SHOWN;
	t = shown ? &s->items[s->len - 1] : NULL;
	if (t && e->kind == KIND_ROWS)
		r = add_rows(t, e, err);
	else if (t && e->kind == KIND_QUERY && e->query.role == QUERY_STATEMENT)
		add_statement(t, &e->query);
	if (t && e->ends_transaction)
		end(t);
	if (e->ends_transaction)
		s->t.open = false;
	if (r == 0 && s->rows)
		r = binlog_lines_event(&s->lines, e, err);
	return r;
}

/* What the logs do not hold any more stays on the list. */
static void add_unread(struct errant_server *s)
{
	cleanup_strbuf struct strbuf set = STRBUF_INIT;
	struct errant_transaction t = { .instance = s->instance->name, .kind = "unread",
					.text = STRBUF_INIT };

	if (gtid_set_is_empty(&s->unread))
		return;
	gtid_set_print(&s->unread, ",", &set);
	t.gtid = strbuf_detach(&set, NULL);
	strbuf_addstr(&t.text, s->err.class ? "not read" : "no longer in the binlog");
	ALLOC_GROW(s->items, s->len + 1, s->alloc);
	s->items[s->len++] = t;
}

/* By key: two forms of MariaDB's sets must not be mixed up here. */
static void find_unread(struct errant_server *s)
{
	const struct gtid_set *errant = &s->instance->errant;

	for (size_t i = 0; i < errant->count; i++) {
		cleanup_gtid_set struct gtid_set one = GTID_SET_INIT, seen = GTID_SET_INIT;
		cleanup_gtid_set struct gtid_set left = GTID_SET_INIT;
		cleanup_error struct error ignored = ERROR_INIT;
		const struct gtid_entry *e = &errant->entries[i];

		for (size_t r = 0; r < e->count; r++)
			gtid_set_add(&one, errant->family, &e->key, e->ranges[r]);
		for (size_t k = 0; k < s->seen.count; k++)
			for (size_t r = 0; r < s->seen.entries[k].count; r++)
				if (gtid_key_compare(&s->seen.entries[k].key, &e->key) == 0)
					gtid_set_add(&seen, errant->family, &e->key,
						     s->seen.entries[k].ranges[r]);
		if (gtid_set_subtract(&one, &seen, &left, &ignored) < 0)
			continue;
		for (size_t k = 0; k < left.count; k++)
			for (size_t r = 0; r < left.entries[k].count; r++)
				gtid_set_add(&s->unread, errant->family, &e->key,
					     left.entries[k].ranges[r]);
	}
}

static int read_one(struct errant_server *s, struct error *err)
{
	cleanup_connection struct connection *c = NULL;
	cleanup_binlog_decoder struct binlog_decoder *d = NULL;
	int64_t old;
	int r;

	find_wanted(s);
	if (gtid_set_is_empty(&s->wanted))
		return 0;
	old = deadline_shorten(clock_ms() + s->connect_ms);
	r = connection_open(&s->options, &c, err);
	deadline_restore(old);
	if (r < 0)
		return r;
	s->filter = (struct binlog_filter){ .gtid = is_errant, .gtid_arg = s };
	s->lines.filter = &s->filter;
	d = binlog_decoder_new(on_event, s);
	binlog_decoder_stream(d);
	return binlog_remote_read(c, &s->wanted, &s->instance->second.executed, d, err);
}

static void read_task(void *arg)
{
	struct errant_server *s = arg;

	(void)read_one(s, &s->err);
	find_unread(s);
	add_unread(s);
}

void errant_read(struct errant_server *servers, size_t count)
{
	cleanup_loop struct loop *loop = loop_new();

	loop_catch_signals(loop);
	for (size_t i = 0; i < count; i++)
		task_start(loop, NULL, read_task, &servers[i]);
	loop_run(loop);
}

void errant_server_release(struct errant_server *s)
{
	for (size_t i = 0; i < s->len; i++) {
		struct errant_transaction *t = &s->items[i];

		for (size_t k = 0; k < t->count; k++)
			free(t->changes[k].table);
		free(t->changes);
		free(t->gtid);
		free(t->time);
		strbuf_release(&t->text);
	}
	free(s->items);
	gtid_set_release(&s->unread);
	gtid_set_release(&s->seen);
	gtid_set_release(&s->wanted);
	strbuf_release(&s->t.gtid);
	binlog_lines_release(&s->lines);
	error_release(&s->err);
}
