/* SPDX-License-Identifier: Apache-2.0 */
#include "mysql/binlog/decoder_internal.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/limits.h"
#include "base/memory.h"
#include "mysql/binlog/compress.h"

/* TABLE_MAP events, kept by their number, and the events of rows that refer to them. */

/* Rows of no table, which end a statement. */
#define DUMMY_TABLE 0xffffff

static struct table_slot **find_slot(struct binlog_decoder *d, uint64_t id)
{
	struct table_slot **at = &d->tables[id % TABLE_BUCKETS];

	while (*at && (*at)->table->id != id)
		at = &(*at)->next;
	return at;
}

void decoder_forget_tables(struct binlog_decoder *d)
{
	for (size_t i = 0; i < TABLE_BUCKETS; i++) {
		struct table_slot *s = d->tables[i], *next;

		for (; s; s = next) {
			next = s->next;
			binlog_table_free(s->table);
			free(s);
		}
		d->tables[i] = NULL;
	}
	d->table_count = 0;
}

static void make_values(struct binlog_decoder *d, size_t columns)
{
	if (columns <= d->values)
		return;
	d->rows.before = xreallocarray(d->rows.before, columns, sizeof(*d->rows.before));
	d->rows.after = xreallocarray(d->rows.after, columns, sizeof(*d->rows.after));
	d->values = columns;
}

static int keep_table(struct binlog_decoder *d, uint64_t id, uint16_t flags, struct cursor c,
		      const struct binlog_table **ret, struct error *err)
{
	struct table_slot **slot = find_slot(d, id);
	struct binlog_table *table = *slot ? (*slot)->table : NULL;
	size_t len = cursor_left(&c);
	int r;

	if (!table || table->raw_len != len || memcmp(table->raw, c.p, len) != 0) {
		if (!*slot && d->table_count >= LIMIT_BINLOG_TABLES)
			return error_set(err, ERR_LIMIT, "more than %d tables in one transaction",
					 LIMIT_BINLOG_TABLES);
		r = binlog_table_parse(id, flags, c.p, len, &table, err);
		if (r < 0)
			return r;
		if (*slot) {
			binlog_table_free((*slot)->table);
		} else {
			*slot = xcalloc(1, sizeof(**slot));
			d->table_count++;
		}
		(*slot)->table = table;
	}
	*ret = table;
	return 0;
}

/* Six bytes; servers of long ago had four. */
static uint64_t read_table_id(const struct binlog_decoder *d, const struct binlog_event *e,
			      struct cursor *c)
{
	return d->post_header[e->type] == 6 ? cursor_u32(c) : cursor_u48(c);
}

int decoder_table_map(struct binlog_decoder *d, struct binlog_event *e, struct error *err)
{
	struct cursor c = cursor_of(e->body.p, e->body.len);
	uint64_t id = read_table_id(d, e, &c);
	uint16_t flags = cursor_u16(&c);

	e->kind = KIND_TABLE;
	if (c.failed)
		return error_set(err, ERR_INVALID, "it is cut off");
	return keep_table(d, id, flags, c, &e->table, err);
}

static enum binlog_change change_of(uint8_t type)
{
	switch (type) {
	case BINLOG_WRITE_ROWS_V1:
	case BINLOG_WRITE_ROWS:
	case BINLOG_MARIADB_WRITE_ROWS_COMPRESSED_V1:
	case BINLOG_MARIADB_WRITE_ROWS_COMPRESSED:
		return BINLOG_INSERT;
	case BINLOG_DELETE_ROWS_V1:
	case BINLOG_DELETE_ROWS:
	case BINLOG_MARIADB_DELETE_ROWS_COMPRESSED_V1:
	case BINLOG_MARIADB_DELETE_ROWS_COMPRESSED:
		return BINLOG_DELETE;
	default:
		return BINLOG_UPDATE;
	}
}

static bool is_version_1(uint8_t type)
{
	return (type >= BINLOG_WRITE_ROWS_V1 && type <= BINLOG_DELETE_ROWS_V1) ||
	       (type >= BINLOG_MARIADB_WRITE_ROWS_COMPRESSED_V1 &&
		type <= BINLOG_MARIADB_DELETE_ROWS_COMPRESSED_V1);
}

/* Compression begins behind the lists of columns. */
static int decompress_rows(struct binlog_decoder *d, struct binlog_rows *rows, struct error *err)
{
	int r = compress_event(rows->p, (size_t)(rows->end - rows->p), &d->plain, err);

	if (r < 0)
		return r;
	rows->p = (const uint8_t *)d->plain.buf;
	rows->end = rows->p + d->plain.len;
	return 0;
}

static int begin_rows(struct binlog_decoder *d, const struct binlog_event *e, struct cursor c,
		      struct error *err)
{
	struct binlog_rows *rows = &d->rows;
	int r;

	rows->change = change_of(e->type);
	rows->partial = e->type == BINLOG_PARTIAL_UPDATE_ROWS;
	make_values(d, rows->table->count);
	r = binlog_rows_begin(rows, c.p, cursor_left(&c), err);
	if (r == 0 && e->type >= BINLOG_MARIADB_WRITE_ROWS_COMPRESSED_V1)
		r = decompress_rows(d, rows, err);
	return r;
}

int decoder_rows(struct binlog_decoder *d, struct binlog_event *e, struct error *err)
{
	struct cursor c = cursor_of(e->body.p, e->body.len);
	uint64_t id = read_table_id(d, e, &c);
	struct table_slot *slot = *find_slot(d, id);

	d->rows.flags = cursor_u16(&c);
	if (!is_version_1(e->type)) {
		uint16_t extra = cursor_u16(&c); /* with itself */

		c.failed |= extra < 2;
		cursor_take(&c, extra - 2u);
	}
	if (c.failed)
		return error_set(err, ERR_INVALID, "it is cut off");
	if (!slot && id == DUMMY_TABLE) {
		e->kind = KIND_OTHER;
		return 0;
	}
	if (!slot) {
		error_set(err, ERR_INVALID, "it has rows of table number %" PRIu64
			  ", of which no TABLE_MAP came before", id);
		error_hint(err, "start where a transaction begins");
		return -ERR_INVALID;
	}
	e->kind = KIND_ROWS;
	e->rows = &d->rows;
	d->rows.table = slot->table;
	return begin_rows(d, e, c, err);
}
