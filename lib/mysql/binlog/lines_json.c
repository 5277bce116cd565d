/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "mysql/binlog/lines_writer.h"

/* One JSON object a line. Members that every line of a kind has come first, in a fixed order. */

static void member(struct binlog_out *o, const char *name)
{
	out_ch(o, o->buf.len > 0 && o->buf.buf[o->buf.len - 1] == '{' ? '"' : ',');
	if (o->buf.buf[o->buf.len - 1] == ',')
		out_ch(o, '"');
	out_str(o, name);
	out_add(o, "\":", 2);
}

static void member_text(struct binlog_out *o, const char *name, const void *text, size_t len)
{
	member(o, name);
	out_string(o, CHARSET_UTF8MB4, text, len);
}

static void member_string(struct binlog_out *o, const char *name, const char *text)
{
	member_text(o, name, text, strlen(text));
}

static void member_u64(struct binlog_out *o, const char *name, uint64_t v)
{
	member(o, name);
	out_u64(o, v);
}

static void member_time(struct binlog_out *o, const char *name, int64_t seconds, uint32_t micros)
{
	member(o, name);
	out_ch(o, '"');
	out_utc(o, seconds, micros);
	out_ch(o, '"');
}

static void open_line(struct binlog_lines *l, const char *type, const struct binlog_event *e)
{
	struct binlog_out *o = &l->out;

	out_ch(o, '{');
	member_string(o, "type", type);
	if (e->file)
		member_string(o, "file", e->file);
	member_u64(o, "position", e->position);
}

static void end_line(struct binlog_lines *l)
{
	out_add(&l->out, "}\n", 2);
}

static void add_transaction(struct binlog_lines *l)
{
	struct binlog_out *o = &l->out;
	uint32_t micros;
	int64_t seconds = binlog_transaction_time(&l->t, &micros);

	member_time(o, "time", seconds, micros);
	if (l->t.gtid.len)
		member_text(o, "gtid", l->t.gtid.buf, l->t.gtid.len);
	member_u64(o, "serverId", l->t.server_id);
}

static void write_begin(struct binlog_lines *l, const struct binlog_event *e)
{
	struct binlog_event first = *e;

	first.position = l->t.position;
	open_line(l, "begin", &first);
	add_transaction(l);
	if (l->t.length)
		member_u64(&l->out, "bytes", l->t.length);
	end_line(l);
}

static void write_end(struct binlog_lines *l, const struct binlog_event *e, enum lines_end how)
{
	static const char *const types[] = { [LINES_COMMIT] = "commit",
					     [LINES_ROLLBACK] = "rollback",
					     [LINES_XA_COMMIT] = "commit",
					     [LINES_XA_PREPARE] = "xa-prepare" };
	struct binlog_out *o = &l->out;

	open_line(l, types[how], e);
	add_transaction(l);
	if (e->kind == KIND_XID)
		member_u64(o, "xid", e->xid);
	if (e->kind == KIND_XA_PREPARE) {
		strbuf_reset(&l->prefix);
		binlog_xa_print(&e->xa, &l->prefix);
		member_text(o, "xa", l->prefix.buf, l->prefix.len);
	}
	member_u64(o, "rows", l->t.rows);
	member_u64(o, "bytes", l->t.bytes);
	member_u64(o, "next", e->next);
	end_line(l);
}

/* ---- rows -------------------------------------------------------------------------------- */

static void add_missing(struct binlog_out *o, const struct binlog_table *t)
{
	const char *const missing[] = { t->has_names ? NULL : "\"names\"",
					t->has_signs ? NULL : "\"signs\"",
					t->has_charsets ? NULL : "\"charsets\"" };
	bool first = true;

	/* A table without such columns has nothing to say of them. */
	if (t->has_names)
		return;
	member(o, "missing");
	out_ch(o, '[');
	for (size_t i = 0; i < 3; i++) {
		if (!missing[i])
			continue;
		if (!first)
			out_ch(o, ',');
		out_str(o, missing[i]);
		first = false;
	}
	out_ch(o, ']');
}

/* What all rows of the event begin with. Made in the output buffer, then taken out of it. */
static void make_prefix(struct binlog_lines *l, const struct binlog_event *e)
{
	static const char *const names[] = { "insert", "update", "delete" };
	const struct binlog_table *t = e->rows->table;
	struct binlog_out *o = &l->out;
	size_t start = o->buf.len;
	bool held = o->hold;

	o->hold = true;
	open_line(l, names[e->rows->change], e);
	add_transaction(l);
	member_text(o, "database", t->database.text, t->database.len);
	member_text(o, "table", t->name.text, t->name.len);
	add_missing(o, t);
	member(o, "row");
	strbuf_reset(&l->prefix);
	strbuf_add(&l->prefix, o->buf.buf + start, o->buf.len - start);
	strbuf_setlen(&o->buf, start);
	o->hold = held;
}

static int add_image(struct binlog_lines *l, const struct binlog_event *e, const char *name,
		     size_t name_len, const struct binlog_value *v, struct error *err)
{
	const struct binlog_table *t = e->rows->table;
	struct binlog_out *o = &l->out;
	size_t skip = 1; /* the comma of the first key */

	out_add(o, name, name_len);
	for (size_t i = 0; i < t->count; i++) {
		if (v[i].state == VALUE_ABSENT)
			continue;
		table_add_key(o, &t->columns[i].json_key, skip);
		if (!value_write(o, &t->columns[i], &v[i]))
			return lines_bad_value(e, i, err);
		skip = 0;
	}
	out_ch(o, '}');
	return 0;
}

static int write_rows(struct binlog_lines *l, const struct binlog_event *e, struct error *err)
{
	static const char before[] = ",\"before\":{", after[] = ",\"after\":{";
	struct binlog_rows *rows = e->rows;
	struct binlog_out *o = &l->out;
	int r;

	make_prefix(l, e);
	while ((r = binlog_rows_next(rows, err)) > 0) {
		size_t start = o->buf.len;

		out_add(o, l->prefix.buf, l->prefix.len);
		out_u64(o, l->t.rows++);
		if (rows->change != BINLOG_INSERT)
			r = add_image(l, e, before, sizeof(before) - 1, rows->before, err);
		if (r >= 0 && rows->change != BINLOG_DELETE)
			r = add_image(l, e, after, sizeof(after) - 1, rows->after, err);
		if (r < 0) {
			/* Half a line helps nobody, unless a long value has sent it off already. */
			if (start <= o->buf.len)
				strbuf_setlen(&o->buf, start);
			return r;
		}
		end_line(l);
		binlog_out_check(o);
		if (o->err.class)
			return 0;
	}
	return r < 0 ? lines_bad_event(e, err) : 0;
}

/* ---- statements -------------------------------------------------------------------------- */

static void write_statement(struct binlog_lines *l, const struct binlog_event *e)
{
	const struct binlog_query *q = &e->query;
	struct binlog_out *o = &l->out;

	open_line(l, "statement", e);
	add_transaction(l);
	member_text(o, "database", q->database.p, q->database.len);
	member_u64(o, "thread", q->thread);
	if (q->error)
		member_u64(o, "error", q->error);
	if (q->load)
		member_u64(o, "fileId", q->file_id);
	member(o, "sql");
	out_string(o, q->charset, q->sql.p, q->sql.len);
	end_line(l);
}

static bool write_variable(struct binlog_lines *l, const struct binlog_event *e)
{
	static const char *const names[] = { "last_insert_id", "insert_id", "rand", NULL };
	const struct binlog_variable *v = &e->variable;
	struct binlog_out *o = &l->out;

	open_line(l, "variable", e);
	if (v->kind == VARIABLE_USER) {
		member(o, "name");
		out_string(o, CHARSET_UTF8MB4, v->name.p, v->name.len);
		member(o, "value");
		if (!lines_user_value(o, v))
			return false;
	} else {
		member_string(o, "name", names[v->kind]);
		member_u64(o, "value", v->numbers[0]);
		if (v->kind == VARIABLE_RAND)
			member_u64(o, "second", v->numbers[1]);
	}
	end_line(l);
	return true;
}

/* ---- the rest ---------------------------------------------------------------------------- */

static void write_format(struct binlog_lines *l, const struct binlog_event *e)
{
	struct binlog_out *o = &l->out;

	open_line(l, "file", e);
	member_string(o, "server", e->format.version);
	member_u64(o, "serverId", e->server_id);
	if (e->format.created)
		member_time(o, "created", e->format.created, UINT32_MAX);
	member_string(o, "checksum", e->format.checksum == 1 ? "crc32" : "none");
	member(o, "inUse");
	out_str(o, e->format.in_use ? "true" : "false");
	end_line(l);
}

static void write_gtids(struct binlog_lines *l, const struct binlog_event *e)
{
	open_line(l, "previous-gtids", e);
	member_text(&l->out, "gtids", l->prefix.buf, l->prefix.len);
	end_line(l);
}

static void write_words(struct binlog_lines *l, const struct binlog_event *e, const char *type,
			const char *name, const struct binlog_slice *text)
{
	open_line(l, type, e);
	member(&l->out, name);
	out_string(&l->out, CHARSET_UTF8MB4, text->p, text->len);
	end_line(l);
}

static void write_rotate(struct binlog_lines *l, const struct binlog_event *e)
{
	write_words(l, e, "rotate", "nextFile", &e->rotate.file);
}

static void write_annotation(struct binlog_lines *l, const struct binlog_event *e)
{
	write_words(l, e, "annotation", "sql", &e->text);
}

static void write_load(struct binlog_lines *l, const struct binlog_event *e)
{
	open_line(l, "load-data", e);
	member_u64(&l->out, "fileId", e->load.file_id);
	if (e->load.deletes) {
		member(&l->out, "deleted");
		out_str(&l->out, "true");
	} else {
		member(&l->out, "data");
		out_bytes(&l->out, e->load.data.p, e->load.data.len, NULL);
	}
	end_line(l);
}

static void write_incident(struct binlog_lines *l, const struct binlog_event *e)
{
	open_line(l, "incident", e);
	member_u64(&l->out, "number", e->incident.number);
	member(&l->out, "message");
	out_string(&l->out, CHARSET_UTF8MB4, e->incident.message.p, e->incident.message.len);
	end_line(l);
}

static void write_skipped(struct binlog_lines *l, const struct binlog_event *e)
{
	open_line(l, "skipped", e);
	member_u64(&l->out, "eventType", e->type);
	end_line(l);
}

const struct lines_writer lines_json = {
	.begin = write_begin,
	.end = write_end,
	.rows = write_rows,
	.statement = write_statement,
	.variable = write_variable,
	.annotation = write_annotation,
	.load = write_load,
	.format = write_format,
	.rotate = write_rotate,
	.gtids = write_gtids,
	.incident = write_incident,
	.skipped = write_skipped,
};
