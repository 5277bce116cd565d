/* SPDX-License-Identifier: Apache-2.0 */
#include "mysql/binlog/lines.h"

#include <inttypes.h>

#include "mysql/binlog/lines_writer.h"

void binlog_lines_end(struct binlog_lines *l)
{
	if (l->out.text && l->load.open && l->t.shown)
		lines_load_write(l);
}

void binlog_lines_release(struct binlog_lines *l)
{
	binlog_out_release(&l->out);
	strbuf_release(&l->t.gtid);
	strbuf_release(&l->prefix);
}

int lines_bad_value(const struct binlog_event *e, size_t column, struct error *err)
{
	const struct binlog_table *t = e->rows->table;

	error_set(err, ERR_INVALID,
		  "cannot read binlog '%s' at position %" PRIu64
		  ": row %" PRIu64 " of table '%s.%s' has no valid value in column %zu (%s)",
		  e->file, e->position, e->rows->done, t->database.text, t->name.text, column + 1,
		  t->columns[column].name.text);
	error_hint(err, "the event is damaged, or was written by a newer server than is known");
	return -ERR_INVALID;
}

bool lines_user_value(struct binlog_out *o, const struct binlog_variable *v)
{
	double d;

	if (v->is_null) {
		out_str(o, o->text ? "NULL" : "null");
	} else if (v->type == 1) {
		memcpy(&d, v->value.p, 8);
		out_end(o, put_double(out_room(o, 40), d));
	} else if (v->type == 2) {
		if (v->is_unsigned)
			out_u64(o, bytes_u64(v->value.p));
		else
			out_i64(o, (int64_t)bytes_u64(v->value.p));
	} else if (v->type == 4) {
		return value_decimal(o, v->value.p[0], v->value.p[1], v->value.p + 2,
				     v->value.len - 2);
	} else {
		out_string(o, v->charset, v->value.p, v->value.len);
	}
	return true;
}

/* Outside of transactions; shown unless one is being left out. */
static bool is_about_the_file(const struct binlog_event *e)
{
	switch (e->kind) {
	case KIND_FORMAT:
	case KIND_ROTATE:
	case KIND_STOP:
	case KIND_GTIDS:
	case KIND_HEARTBEAT:
	case KIND_ENCRYPTION:
	case KIND_OTHER:
	case KIND_SKIPPED:
		return true;
	default:
		return false;
	}
}

static bool is_wanted(const struct binlog_lines *l, const struct binlog_event *e)
{
	/* A server names the file that it begins to send, which its description does too. */
	if (e->kind == KIND_ROTATE && (e->timestamp == 0 || e->flags & BINLOG_FLAG_ARTIFICIAL))
		return false;
	if (is_about_the_file(e))
		return true;
	if (!l->t.wanted)
		return false;
	if (e->kind == KIND_ROWS)
		return binlog_filter_table(l->filter, e->rows->table);
	if (e->kind == KIND_QUERY && e->query.role == QUERY_STATEMENT)
		return binlog_filter_database(l->filter, &e->query.database);
	/* Among the rest of a transaction only what belongs to something that is shown. */
	return !l->filter || l->filter->table_count == 0 || l->t.shown;
}

static bool is_beyond(const struct binlog_lines *l)
{
	return l->filter && l->filter->stop_time &&
	       binlog_transaction_time(&l->t, NULL) >= l->filter->stop_time;
}

int binlog_lines_event(void *arg, const struct binlog_event *e, struct error *err)
{
	struct binlog_lines *l = arg;
	int began = binlog_transaction_event(&l->t, l->filter, e), r = 0;

	if (began && is_beyond(l)) {
		l->stopped = true;
		l->t.open = false;
		return 1;
	}
	if (e->kind == KIND_LOAD)
		lines_load_take(l, &e->load);
	if (is_wanted(l, e))
		r = lines_write(l->out.text ? &lines_text : &lines_json, l, e, err);
	if (e->ends_transaction)
		l->t.open = l->load.open = false;
	binlog_out_check(&l->out);
	if (r == 0 && l->out.err.class) {
		*err = l->out.err;
		l->out.err = (struct error)ERROR_INIT;
		return -err->class;
	}
	return r;
}
