/* SPDX-License-Identifier: Apache-2.0 */
#include "mysql/binlog/summary.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/limits.h"
#include "base/memory.h"

static void release_transaction(struct binlog_summary_transaction *t)
{
	free(t->gtid);
	free(t->file);
}

void binlog_summary_release(struct binlog_summary *s)
{
	for (size_t i = 0; i < s->count; i++) {
		free(s->tables[i]->name);
		free(s->tables[i]);
	}
	for (size_t i = 0; i < s->top_count; i++)
		release_transaction(&s->top[i]);
	free(s->tables);
	free(s->first_gtid);
	free(s->last_gtid);
	strmap_release(&s->by_name);
	strbuf_release(&s->t.gtid);
}

static int find_table(struct binlog_summary *s, const struct binlog_table *t,
		      struct binlog_summary_table **ret, struct error *err)
{
	cleanup_strbuf struct strbuf name = STRBUF_INIT;
	struct binlog_summary_table *found;

	strbuf_add(&name, t->database.text, t->database.len);
	strbuf_addch(&name, '.');
	strbuf_add(&name, t->name.text, t->name.len);
	found = strmap_get(&s->by_name, name.buf, name.len);
	if (!found) {
		if (s->count >= LIMIT_BINLOG_SUMMARY_TABLES)
			return error_set(err, ERR_LIMIT, "more than %d tables to count",
					 LIMIT_BINLOG_SUMMARY_TABLES);
		found = xcalloc(1, sizeof(*found));
		found->name = xmemdupz(name.buf, name.len);
		ALLOC_GROW(s->tables, s->count + 1, s->alloc);
		s->tables[s->count++] = found;
		(void)strmap_put(&s->by_name, found->name, name.len, found);
	}
	*ret = found;
	return 0;
}

static int count_rows(struct binlog_summary *s, const struct binlog_event *e, struct error *err)
{
	struct binlog_summary_table *t = NULL;
	struct binlog_rows *rows = e->rows;
	int r = find_table(s, rows->table, &t, err);

	if (r < 0)
		return r;
	while ((r = binlog_rows_next(rows, err)) > 0)
		;
	if (r < 0) {
		error_wrap(err, "cannot read binlog '%s' at position %" PRIu64, e->file, e->position);
		return r;
	}
	if (rows->change == BINLOG_INSERT)
		t->inserts += rows->done;
	else if (rows->change == BINLOG_UPDATE)
		t->updates += rows->done;
	else
		t->deletes += rows->done;
	t->bytes += e->length;
	t->transactions += t->last != s->transactions;
	t->last = s->transactions;
	s->t.rows += rows->done;
	s->rows += rows->done;
	return 0;
}

static void set_text(char **to, const struct strbuf *text)
{
	free(*to);
	*to = text->len ? xmemdupz(text->buf, text->len) : NULL;
}

static void begin(struct binlog_summary *s)
{
	int64_t seconds = binlog_transaction_time(&s->t, NULL);

	s->transactions++;
	if (!s->first_time)
		s->first_time = seconds;
	s->last_time = seconds;
	if (!s->first_gtid)
		set_text(&s->first_gtid, &s->t.gtid);
	set_text(&s->last_gtid, &s->t.gtid);
}

static void end(struct binlog_summary *s, const struct binlog_event *e)
{
	struct binlog_summary_transaction mine = { 0 };
	size_t at = s->top_count;

	while (at > 0 && s->top[at - 1].bytes < s->t.bytes)
		at--;
	if (at == BINLOG_SUMMARY_TOP)
		return;
	set_text(&mine.gtid, &s->t.gtid);
	mine.file = xstrdup(e->file);
	mine.position = s->t.position;
	mine.bytes = s->t.bytes;
	mine.rows = s->t.rows;
	mine.time = binlog_transaction_time(&s->t, NULL);
	if (s->top_count == BINLOG_SUMMARY_TOP)
		release_transaction(&s->top[--s->top_count]);
	memmove(&s->top[at + 1], &s->top[at], (s->top_count - at) * sizeof(s->top[0]));
	s->top[at] = mine;
	s->top_count++;
}

int binlog_summary_event(void *arg, const struct binlog_event *e, struct error *err)
{
	struct binlog_summary *s = arg;
	int r = 0;

	if (binlog_transaction_event(&s->t, s->filter, e)) {
		if (s->filter && s->filter->stop_time &&
		    binlog_transaction_time(&s->t, NULL) >= s->filter->stop_time) {
			s->stopped = true;
			s->t.open = false;
			return 1;
		}
		if (s->t.wanted)
			begin(s);
	}
	if (s->t.open && s->t.wanted) {
		s->events++;
		s->bytes += e->inner ? 0 : e->length;
		if (e->kind == KIND_ROWS && binlog_filter_table(s->filter, e->rows->table))
			r = count_rows(s, e, err);
		s->statements += e->kind == KIND_QUERY && e->query.role == QUERY_STATEMENT;
		if (e->ends_transaction)
			end(s, e);
	}
	if (e->ends_transaction)
		s->t.open = false;
	return r;
}

/* ---- writing ----------------------------------------------------------------------------- */

static int by_bytes(const void *a, const void *b)
{
	const struct binlog_summary_table *x = *(struct binlog_summary_table *const *)a;
	const struct binlog_summary_table *y = *(struct binlog_summary_table *const *)b;

	if (x->bytes != y->bytes)
		return x->bytes < y->bytes ? 1 : -1;
	return strcmp(x->name, y->name);
}

static void json_text(struct binlog_out *o, const char *before, const char *text)
{
	out_str(o, before);
	if (text)
		out_string(o, CHARSET_UTF8MB4, (const uint8_t *)text, strlen(text));
	else
		out_str(o, "null");
}

static void json_time(struct binlog_out *o, const char *before, int64_t seconds)
{
	out_str(o, before);
	if (!seconds) {
		out_str(o, "null");
		return;
	}
	out_ch(o, '"');
	out_utc(o, seconds, UINT32_MAX);
	out_ch(o, '"');
}

static void write_json(struct binlog_summary *s, struct binlog_out *o)
{
	strbuf_addf(&o->buf,
		    "{\"apiVersion\":\"kubectl-mysql/v1\",\"kind\":\"BinlogSummary\","
		    "\"transactions\":%" PRIu64 ",\"statements\":%" PRIu64 ",\"rows\":%" PRIu64
		    ",\"events\":%" PRIu64 ",\"bytes\":%" PRIu64,
		    s->transactions, s->statements, s->rows, s->events, s->bytes);
	json_time(o, ",\"firstTime\":", s->first_time);
	json_time(o, ",\"lastTime\":", s->last_time);
	json_text(o, ",\"firstGtid\":", s->first_gtid);
	json_text(o, ",\"lastGtid\":", s->last_gtid);
	out_str(o, ",\"tables\":[");
	for (size_t i = 0; i < s->count; i++) {
		const struct binlog_summary_table *t = s->tables[i];

		json_text(o, i ? ",{\"name\":" : "{\"name\":", t->name);
		strbuf_addf(&o->buf,
			    ",\"inserts\":%" PRIu64 ",\"updates\":%" PRIu64 ",\"deletes\":%" PRIu64
			    ",\"bytes\":%" PRIu64 ",\"transactions\":%" PRIu64 "}",
			    t->inserts, t->updates, t->deletes, t->bytes, t->transactions);
	}
	out_str(o, "],\"largest\":[");
	for (size_t i = 0; i < s->top_count; i++) {
		const struct binlog_summary_transaction *t = &s->top[i];

		json_text(o, i ? ",{\"gtid\":" : "{\"gtid\":", t->gtid);
		json_text(o, ",\"file\":", t->file);
		json_time(o, ",\"time\":", t->time);
		strbuf_addf(&o->buf,
			    ",\"position\":%" PRIu64 ",\"bytes\":%" PRIu64 ",\"rows\":%" PRIu64 "}",
			    t->position, t->bytes, t->rows);
	}
	out_str(o, "]}\n");
}

static void text_head(struct binlog_summary *s, struct binlog_out *o)
{
	strbuf_addf(&o->buf,
		    "%" PRIu64 " transactions, %" PRIu64 " rows, %" PRIu64 " statements, %" PRIu64
		    " bytes\n",
		    s->transactions, s->rows, s->statements, s->bytes);
	if (s->first_time) {
		out_utc(o, s->first_time, UINT32_MAX);
		out_str(o, " to ");
		out_utc(o, s->last_time, UINT32_MAX);
		out_ch(o, '\n');
	}
	if (s->first_gtid && s->last_gtid)
		strbuf_addf(&o->buf, "%s to %s\n", s->first_gtid, s->last_gtid);
}

static void write_text(struct binlog_summary *s, struct binlog_out *o)
{
	text_head(s, o);
	if (s->count)
		strbuf_addf(&o->buf, "\n%12s %12s %12s %12s %14s  TABLE\n", "INSERTS", "UPDATES",
			    "DELETES", "TRANSACTIONS", "BYTES");
	for (size_t i = 0; i < s->count; i++) {
		const struct binlog_summary_table *t = s->tables[i];

		strbuf_addf(&o->buf,
			    "%12" PRIu64 " %12" PRIu64 " %12" PRIu64 " %12" PRIu64 " %14" PRIu64
			    "  ", t->inserts, t->updates, t->deletes, t->transactions, t->bytes);
		out_utf8_part(o, t->name, strlen(t->name));
		out_ch(o, '\n');
	}
	if (s->top_count)
		strbuf_addf(&o->buf, "\n%14s %12s  %-20s  %-32s GTID\n", "BYTES", "ROWS", "TIME",
			    "FILE:POSITION");
	for (size_t i = 0; i < s->top_count; i++) {
		const struct binlog_summary_transaction *t = &s->top[i];
		cleanup_free char *place = xasprintf("%s:%" PRIu64, t->file, t->position);

		strbuf_addf(&o->buf, "%14" PRIu64 " %12" PRIu64 "  ", t->bytes, t->rows);
		out_utc(o, t->time, UINT32_MAX);
		strbuf_addf(&o->buf, "  %-32s %s\n", place, t->gtid ? t->gtid : "-");
	}
}

void binlog_summary_write(struct binlog_summary *s, struct binlog_out *o)
{
	if (s->count)
		qsort(s->tables, s->count, sizeof(*s->tables), by_bytes);
	if (o->text)
		write_text(s, o);
	else
		write_json(s, o);
}
