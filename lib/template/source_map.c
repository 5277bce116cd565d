/* SPDX-License-Identifier: Apache-2.0 */
#include "template/source_map.h"

#include <string.h>

static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

struct state {
	int64_t file, line, column;
};

struct writer {
	struct pos_visitor visitor;
	struct strbuf *out;
	struct file_table *files;
	struct state last;
};

static void write_number(struct strbuf *out, int64_t n)
{
	uint64_t u = n < 0 ? (uint64_t)-n << 1 | 1 : (uint64_t)n << 1;

	do {
		strbuf_addch(out, digits[(u & 31) | (u > 31 ? 32 : 0)]);
		u >>= 5;
	} while (u);
}

static void write_pos(struct pos_visitor *v, struct pos *pos)
{
	struct writer *w = (struct writer *)v;
	struct state now = { .file = (int64_t)file_table_index(w->files, pos->file),
			     .line = pos->line,
			     .column = pos->column };

	write_number(w->out, now.file - w->last.file);
	write_number(w->out, now.line - w->last.line);
	write_number(w->out, now.column - w->last.column);
	w->last = now;
}

void source_map_write(const struct template *t, struct strbuf *out, struct file_table *files)
{
	struct writer w = { .visitor = { write_pos }, .out = out, .files = files };

	/* The visitor only reads here. */
	template_each_pos((struct template *)t, &w.visitor);
}

struct reader {
	struct pos_visitor visitor;
	const char *at, *end;
	const char *const *files;
	size_t file_count;
	struct state last;
	bool apply, failed;
};

static int64_t read_number(struct reader *r)
{
	uint64_t u = 0;
	const char *digit;

	for (unsigned shift = 0; r->at < r->end && shift < 60; shift += 5) {
		digit = memchr(digits, *r->at++, 64);
		if (!digit)
			break;
		u |= (uint64_t)((digit - digits) & 31) << shift;
		if (digit - digits < 32)
			return u & 1 ? -(int64_t)(u >> 1) : (int64_t)(u >> 1);
	}
	r->failed = true;
	return 0;
}

static void read_pos(struct pos_visitor *v, struct pos *pos)
{
	struct reader *r = (struct reader *)v;

	if (r->failed)
		return;
	r->last.file += read_number(r);
	r->last.line += read_number(r);
	r->last.column += read_number(r);
	if (r->last.file < 0 || (size_t)r->last.file >= r->file_count || r->last.line < 0 ||
	    r->last.line > UINT32_MAX || r->last.column < 0 || r->last.column > UINT32_MAX)
		r->failed = true;
	if (r->failed || !r->apply)
		return;
	*pos = (struct pos){ .line = (uint32_t)r->last.line,
			     .column = (uint32_t)r->last.column,
			     .file = r->files[r->last.file] };
}

bool source_map_apply(struct template *t, const char *text, size_t len, const char *const *files,
		      size_t file_count)
{
	struct reader r = { .visitor = { read_pos },
			    .at = text,
			    .end = text + len,
			    .files = files,
			    .file_count = file_count };

	template_each_pos(t, &r.visitor);
	if (r.failed || r.at != r.end)
		return false;
	r.at = text;
	r.last = (struct state){ 0 };
	r.apply = true;
	template_each_pos(t, &r.visitor);
	return true;
}
