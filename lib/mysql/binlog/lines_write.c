/* SPDX-License-Identifier: Apache-2.0 */
#include "mysql/binlog/lines_writer.h"

#include <inttypes.h>

/* Events to lines, whatever the lines look like. */

static void begin(const struct lines_writer *w, struct binlog_lines *l,
		  const struct binlog_event *e)
{
	if (l->t.shown)
		return;
	l->t.shown = true;
	w->begin(l, e);
}

static void end(const struct lines_writer *w, struct binlog_lines *l, const struct binlog_event *e,
		enum lines_end how)
{
	if (l->t.shown)
		w->end(l, e, how);
}

int lines_bad_event(const struct binlog_event *e, struct error *err)
{
	error_wrap(err, "cannot read binlog '%s' at position %" PRIu64, e->file, e->position);
	return -err->class;
}

static void write_query(const struct lines_writer *w, struct binlog_lines *l,
			const struct binlog_event *e)
{
	begin(w, l, e);
	if (e->query.role == QUERY_BEGIN || e->query.role == QUERY_XA_END)
		return;
	if (e->query.role == QUERY_STATEMENT)
		w->statement(l, e);
	if (e->ends_transaction)
		end(w, l, e, e->query.role == QUERY_ROLLBACK ? LINES_ROLLBACK : LINES_COMMIT);
}

static int write_variable(const struct lines_writer *w, struct binlog_lines *l,
			  const struct binlog_event *e, struct error *err)
{
	struct strbuf *out = &l->out.buf;
	size_t start;

	begin(w, l, e);
	start = out->len;
	if (w->variable(l, e))
		return 0;
	/* No half line; nothing so short has been drained. */
	strbuf_setlen(out, start < out->len ? start : out->len);
	error_set(err, ERR_INVALID, "a variable has no valid value");
	return lines_bad_event(e, err);
}

static int write_gtids(const struct lines_writer *w, struct binlog_lines *l,
		       const struct binlog_event *e, struct error *err)
{
	strbuf_reset(&l->prefix);
	if (!binlog_gtids_print(e, &l->prefix)) {
		error_set(err, ERR_INVALID, "its set of GTIDs is broken");
		return lines_bad_event(e, err);
	}
	w->gtids(l, e);
	return 0;
}

/* What belongs to a transaction, but for rows and variables. */
static void write_part(const struct lines_writer *w, struct binlog_lines *l,
		       const struct binlog_event *e)
{
	switch (e->kind) {
	case KIND_GTID:
		if (!l->filter || l->filter->table_count == 0)
			begin(w, l, e);
		return;
	case KIND_QUERY:
		write_query(w, l, e);
		return;
	case KIND_XID:
		end(w, l, e, LINES_COMMIT);
		return;
	case KIND_XA_PREPARE:
		end(w, l, e, e->xa.one_phase ? LINES_XA_COMMIT : LINES_XA_PREPARE);
		return;
	case KIND_SQL:
		if (l->t.shown)
			w->annotation(l, e);
		return;
	case KIND_LOAD:
		begin(w, l, e);
		if (w->load)
			w->load(l, e);
		return;
	default:
		return;
	}
}

int lines_write(const struct lines_writer *w, struct binlog_lines *l, const struct binlog_event *e,
		struct error *err)
{
	if (w->loaded && l->load.open && e->kind != KIND_LOAD) {
		begin(w, l, e);
		w->loaded(l, e);
	}
	switch (e->kind) {
	case KIND_ROWS:
		begin(w, l, e);
		return w->rows(l, e, err);
	case KIND_VARIABLE:
		return write_variable(w, l, e, err);
	case KIND_GTIDS:
		return write_gtids(w, l, e, err);
	case KIND_FORMAT:
		w->format(l, e);
		return 0;
	case KIND_ROTATE:
		w->rotate(l, e);
		return 0;
	case KIND_INCIDENT:
		w->incident(l, e);
		return 0;
	case KIND_SKIPPED:
		w->skipped(l, e);
		return 0;
	default:
		write_part(w, l, e);
		return 0;
	}
}
