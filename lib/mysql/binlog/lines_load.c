/* SPDX-License-Identifier: Apache-2.0 */
#include "mysql/binlog/lines_writer.h"

#include "base/utf8.h"

/*
 * The data of a LOAD DATA statement comes before it, in blocks of a few kilobytes. Readable text
 * has one line for all of them, with their beginning.
 */

void lines_load_take(struct binlog_lines *l, const struct binlog_load *data)
{
	struct binlog_lines_load *f = &l->load;
	size_t room;

	if (data->begins || data->file_id != f->file_id)
		*f = (struct binlog_lines_load){ .file_id = data->file_id };
	f->open = true;
	f->deleted = data->deletes;
	if (f->bytes == f->first_len) {
		room = sizeof(f->first) - f->first_len;
		room = data->data.len < room ? data->data.len : room;
		memcpy(f->first + f->first_len, data->data.p, room);
		f->first_len += room;
	}
	f->bytes += data->data.len;
}

/* What is cut off within a character ends before it. */
static size_t whole_characters(const uint8_t *p, size_t len)
{
	const char *at = (const char *)p, *end = at + len;
	size_t n;

	while (at < end && (n = utf8_sequence(at, end)) > 0)
		at += n;
	return end - at < 4 ? (size_t)(at - (const char *)p) : len;
}

void lines_load_write(struct binlog_lines *l)
{
	struct binlog_lines_load *f = &l->load;
	struct binlog_out *o = &l->out;
	bool cut = f->bytes > f->first_len;

	out_str(o, "  DATA of file ");
	out_u64(o, f->file_id);
	out_str(o, ": ");
	lines_add_bytes(o, f->bytes);
	if (f->bytes > 0) {
		out_str(o, cut ? ", from " : ", ");
		out_string(o, CHARSET_UNKNOWN, f->first,
			   cut ? whole_characters(f->first, f->first_len) : f->first_len);
		out_str(o, cut ? " on" : "");
	}
	out_str(o, f->deleted ? "; the server did not use it\n" : "\n");
	f->open = false;
}
