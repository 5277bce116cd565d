/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/memory.h"
#include "mysql/binlog/lines_writer.h"

/* Readable text: a line for each transaction's beginning, its changes indented below. */

void lines_add_bytes(struct binlog_out *o, uint64_t n)
{
	static const char units[] = "KMGT";
	double v = (double)n;
	size_t unit = 0;

	if (n < 1024) {
		out_u64(o, n);
		out_str(o, n == 1 ? " byte" : " bytes");
		return;
	}
	for (v /= 1024; v >= 1024 && units[unit + 1]; unit++)
		v /= 1024;
	strbuf_addf(&o->buf, "%.1f %ciB", v, units[unit]);
}

static void add_number(struct binlog_out *o, const char *before, uint64_t v)
{
	out_str(o, before);
	out_u64(o, v);
}

static void colour(struct binlog_lines *l, const char *code)
{
	if (l->colour)
		out_str(&l->out, code);
}

#define BOLD "\033[1m"
#define DIM "\033[2m"
#define PLAIN "\033[0m"

static void write_begin(struct binlog_lines *l, const struct binlog_event *e UNUSED)
{
	struct binlog_out *o = &l->out;
	uint32_t micros;
	int64_t seconds = binlog_transaction_time(&l->t, &micros);

	colour(l, BOLD);
	out_str(o, l->t.gtid.len ? l->t.gtid.buf : "transaction");
	colour(l, PLAIN);
	out_str(o, "  ");
	out_utc(o, seconds, micros);
	add_number(o, "  server ", l->t.server_id);
	add_number(o, "  position ", l->t.position);
	if (l->t.length) {
		out_str(o, "  ");
		lines_add_bytes(o, l->t.length);
	}
	out_ch(o, '\n');
}

static void write_end(struct binlog_lines *l, const struct binlog_event *e, enum lines_end how)
{
	static const char *const words[] = { [LINES_COMMIT] = "commit",
					     [LINES_ROLLBACK] = "rollback",
					     [LINES_XA_COMMIT] = "commit xa",
					     [LINES_XA_PREPARE] = "xa prepare" };
	struct binlog_out *o = &l->out;

	colour(l, DIM);
	out_str(o, "  ");
	out_str(o, words[how]);
	if (e->kind == KIND_XID)
		add_number(o, " xid ", e->xid);
	if (e->kind == KIND_XA_PREPARE) {
		out_ch(o, ' ');
		binlog_xa_print(&e->xa, &o->buf);
	}
	add_number(o, "  ", l->t.rows);
	out_str(o, l->t.rows == 1 ? " row  " : " rows  ");
	lines_add_bytes(o, l->t.bytes);
	add_number(o, "  next ", e->next);
	colour(l, PLAIN);
	out_ch(o, '\n');
}

/* ---- rows -------------------------------------------------------------------------------- */

static bool same_value(const struct binlog_value *a, const struct binlog_value *b)
{
	if (a->state == VALUE_NULL || b->state == VALUE_NULL)
		return a->state == b->state;
	return b->state == VALUE_PRESENT && a->len == b->len &&
	       memcmp(a->data, b->data, a->len) == 0;
}

/* column=value; of an update column=old -> new, or ? -> new where the log has no old one. */
static bool add_column(struct binlog_lines *l, const struct binlog_rows *rows, size_t i)
{
	const struct binlog_column *c = &rows->table->columns[i];
	const struct binlog_value *before = &rows->before[i], *after = &rows->after[i];
	bool has_before = rows->change != BINLOG_INSERT && before->state != VALUE_ABSENT;
	bool has_after = rows->change != BINLOG_DELETE && after->state != VALUE_ABSENT;
	struct binlog_out *o = &l->out;

	if (!has_before && !has_after)
		return true;
	table_add_key(o, &c->text_key, 0);
	if (has_before && !value_write(o, c, before))
		return false;
	if (!has_after || (has_before && same_value(before, after)))
		return true;
	if (rows->change == BINLOG_UPDATE)
		out_str(o, has_before ? " -> " : "? -> ");
	return value_write(o, c, after);
}

static void add_missing(struct binlog_lines *l, const struct binlog_table *t)
{
	if (t->has_names)
		return;
	colour(l, DIM);
	out_str(&l->out, "  # the log lacks column names");
	if (!t->has_signs || !t->has_charsets)
		out_str(&l->out, !t->has_signs && !t->has_charsets ? ", signs and character sets"
				 : !t->has_signs		   ? " and signs"
								   : " and character sets");
	out_str(&l->out, " (binlog_row_metadata=FULL)\n");
	colour(l, PLAIN);
}

/* What each row of the event begins with. */
static void make_prefix(struct binlog_lines *l, const struct binlog_rows *rows)
{
	static const char *const words[] = { "  INSERT ", "  UPDATE ", "  DELETE " };
	const struct binlog_table *t = rows->table;
	struct binlog_out *o = &l->out;
	size_t start = o->buf.len;
	bool held = o->hold;

	o->hold = true;
	out_str(o, words[rows->change]);
	out_utf8_part(o, t->database.text, t->database.len);
	out_ch(o, '.');
	out_utf8_part(o, t->name.text, t->name.len);
	out_ch(o, ' ');
	strbuf_reset(&l->prefix);
	strbuf_add(&l->prefix, o->buf.buf + start, o->buf.len - start);
	strbuf_setlen(&o->buf, start);
	o->hold = held;
}

static int write_rows(struct binlog_lines *l, const struct binlog_event *e, struct error *err)
{
	struct binlog_rows *rows = e->rows;
	const struct binlog_table *t = rows->table;
	struct binlog_out *o = &l->out;
	int r;

	if (l->t.rows == 0)
		add_missing(l, t);
	make_prefix(l, rows);
	while ((r = binlog_rows_next(rows, err)) > 0) {
		out_add(o, l->prefix.buf, l->prefix.len);
		for (size_t i = 0; i < t->count; i++) {
			if (add_column(l, rows, i))
				continue;
			out_ch(o, '\n');
			return lines_bad_value(e, i, err);
		}
		out_ch(o, '\n');
		l->t.rows++;
		binlog_out_check(o);
		if (o->err.class)
			return 0;
	}
	return r < 0 ? lines_bad_event(e, err) : 0;
}

/* ---- statements -------------------------------------------------------------------------- */

/* SQL as it is, its further lines indented; control characters cannot reach a terminal. */
static void add_sql(struct binlog_out *o, enum charset c, const struct binlog_slice *sql)
{
	const char *p, *end;

	if (c == CHARSET_UNKNOWN || c == CHARSET_BINARY)
		c = CHARSET_UTF8MB4;
	strbuf_reset(&o->scratch);
	if (charset_convert(c, sql->p, sql->len, &o->scratch) != sql->len) {
		out_bytes(o, sql->p, sql->len, NULL);
		return;
	}
	p = o->scratch.buf;
	end = p + o->scratch.len;
	for (; p < end; p++) {
		unsigned char ch = (unsigned char)*p;

		if (ch == '\n')
			out_str(o, "\n      ");
		else if ((ch < 0x20 && ch != '\t') || ch == 0x7f)
			strbuf_addf(&o->buf, "\\x%02x", ch);
		else
			out_ch(o, *p);
		binlog_out_check(o);
	}
}

static void write_statement(struct binlog_lines *l, const struct binlog_event *e)
{
	const struct binlog_query *q = &e->query;
	struct binlog_out *o = &l->out;

	out_str(o, "  STATEMENT ");
	if (q->database.len) {
		out_ch(o, '(');
		out_utf8_part(o, (const char *)q->database.p, q->database.len);
		out_str(o, ") ");
	}
	if (q->load)
		add_number(o, "[with the data of file ", q->file_id);
	out_str(o, q->load ? "] " : "");
	add_sql(o, q->charset, &q->sql);
	if (q->error)
		add_number(o, "  # ended with error ", q->error);
	out_ch(o, '\n');
}

static bool write_variable(struct binlog_lines *l, const struct binlog_event *e)
{
	static const char *const names[] = { "last_insert_id=", "insert_id=", "rand_seed1=" };
	const struct binlog_variable *v = &e->variable;
	struct binlog_out *o = &l->out;

	out_str(o, "  SET ");
	if (v->kind == VARIABLE_USER) {
		out_ch(o, '@');
		out_utf8_part(o, (const char *)v->name.p, v->name.len);
		out_ch(o, '=');
		if (!lines_user_value(o, v))
			return false;
	} else {
		add_number(o, names[v->kind], v->numbers[0]);
		if (v->kind == VARIABLE_RAND)
			add_number(o, " rand_seed2=", v->numbers[1]);
	}
	out_ch(o, '\n');
	return true;
}

/* ---- the rest ---------------------------------------------------------------------------- */

static void write_format(struct binlog_lines *l, const struct binlog_event *e)
{
	struct binlog_out *o = &l->out;

	out_str(o, "# file ");
	out_utf8_part(o, e->file, strlen(e->file));
	out_str(o, "  server ");
	out_utf8_part(o, e->format.version, strlen(e->format.version));
	if (e->format.created) {
		out_str(o, "  started ");
		out_utc(o, e->format.created, UINT32_MAX);
	}
	out_str(o, e->format.checksum == 1 ? "  checksums crc32" : "  no checksums");
	if (e->format.in_use)
		out_str(o, "  in use, or its server was killed");
	out_ch(o, '\n');
}

static void write_gtids(struct binlog_lines *l, const struct binlog_event *e UNUSED)
{
	out_str(&l->out, "# before this file ");
	if (l->prefix.len)
		out_add(&l->out, l->prefix.buf, l->prefix.len);
	else
		out_str(&l->out, "nothing");
	out_ch(&l->out, '\n');
}

static void write_words(struct binlog_lines *l, const char *before, const struct binlog_slice *text)
{
	out_str(&l->out, before);
	out_utf8_part(&l->out, (const char *)text->p, text->len);
	out_ch(&l->out, '\n');
}

static void write_incident(struct binlog_lines *l, const struct binlog_event *e)
{
	struct binlog_out *o = &l->out;

	add_number(o, "# incident ", e->incident.number);
	write_words(l, ": the server lost changes here: ", &e->incident.message);
}

static void write_rotate(struct binlog_lines *l, const struct binlog_event *e)
{
	write_words(l, "# goes on in ", &e->rotate.file);
}

static void write_annotation(struct binlog_lines *l, const struct binlog_event *e)
{
	out_str(&l->out, "  # ");
	add_sql(&l->out, CHARSET_UTF8MB4, &e->text);
	out_ch(&l->out, '\n');
}

/* Before what comes after the last block. */
static void write_loaded(struct binlog_lines *l, const struct binlog_event *e UNUSED)
{
	lines_load_write(l);
}

static void write_skipped(struct binlog_lines *l, const struct binlog_event *e)
{
	add_number(&l->out, "# passed over: an event of the unknown type ", e->type);
	out_ch(&l->out, '\n');
}

const struct lines_writer lines_text = {
	.begin = write_begin,
	.end = write_end,
	.rows = write_rows,
	.statement = write_statement,
	.variable = write_variable,
	.annotation = write_annotation,
	.loaded = write_loaded,
	.format = write_format,
	.rotate = write_rotate,
	.gtids = write_gtids,
	.incident = write_incident,
	.skipped = write_skipped,
};
