/* SPDX-License-Identifier: Apache-2.0 */
#include "mysql/binlog/table_map.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/limits.h"
#include "base/memory.h"
#include "mysql/binlog/bytes.h"
#include "mysql/binlog/out.h"
#include "mysql/binlog/table_metadata.h"
#include "mysql/binlog/types.h"
#include "mysql/binlog/value.h"

void binlog_table_free(struct binlog_table *t)
{
	if (!t)
		return;
	arena_free(t->arena);
	free(t);
}

/* Columns whose values have a length in front. */
static bool read_string_type(struct binlog_column *c, const uint8_t *meta)
{
	unsigned length = meta[1];
	uint8_t type = meta[0];

	/* CHAR above 255 bytes: two bits of the length hide in the type, inverted. */
	if ((type & 0x30) != 0x30) {
		length |= (unsigned)((type & 0x30) ^ 0x30) << 4;
		type |= 0x30;
	}
	c->type = type;
	if (type == COLUMN_ENUM || type == COLUMN_SET) {
		c->size = length;
		return length >= 1 && length <= 8;
	}
	c->length_bytes = length < 256 ? 1 : 2;
	c->size = length;
	return type == COLUMN_STRING;
}

static uint32_t fixed_size(uint8_t type)
{
	switch (type) {
	case COLUMN_TINY:
	case COLUMN_YEAR:
		return 1;
	case COLUMN_SHORT:
		return 2;
	case COLUMN_INT24:
	case COLUMN_DATE:
	case COLUMN_NEWDATE:
	case COLUMN_TIME:
		return 3;
	case COLUMN_LONG:
	case COLUMN_FLOAT:
	case COLUMN_TIMESTAMP:
		return 4;
	case COLUMN_DOUBLE:
	case COLUMN_LONGLONG:
	case COLUMN_DATETIME:
		return 8;
	default:
		return 0;
	}
}

static bool read_fraction(struct binlog_column *c, uint32_t whole, uint8_t digits)
{
	c->decimals = digits;
	c->size = whole + (digits + 1u) / 2;
	return digits <= 6;
}

static bool read_decimal(struct binlog_column *c, const uint8_t *meta)
{
	c->precision = meta[0];
	c->decimals = meta[1];
	if (c->precision == 0 || c->precision > 65 || c->decimals > 38 ||
	    c->decimals > c->precision)
		return false;
	c->size = (uint32_t)value_decimal_bytes(c->precision, c->decimals);
	return true;
}

/* False: the metadata is wrong for the type, or the type is not known. */
static bool read_column(struct binlog_column *c, struct cursor *meta)
{
	const uint8_t *m = meta->p;

	switch (c->type) {
	case COLUMN_FLOAT:
	case COLUMN_DOUBLE:
		c->size = fixed_size(c->type);
		return cursor_u8(meta) == c->size;
	case COLUMN_NULL:
		return true;
	case COLUMN_VARCHAR:
	case COLUMN_VAR_STRING:
	case COLUMN_VARCHAR_COMPRESSED:
		c->length_bytes = cursor_u16(meta) < 256 ? 1 : 2;
		return true;
	case COLUMN_BIT:
		m = cursor_take(meta, 2);
		if (meta->failed || m[0] > 7 || m[1] > 8)
			return false;
		c->bits = (uint16_t)(m[1] * 8 + m[0]);
		c->size = (c->bits + 7u) / 8;
		return c->bits >= 1 && c->bits <= 64;
	case COLUMN_TIMESTAMP2:
		return read_fraction(c, 4, cursor_u8(meta));
	case COLUMN_DATETIME2:
		return read_fraction(c, 5, cursor_u8(meta));
	case COLUMN_TIME2:
		return read_fraction(c, 3, cursor_u8(meta));
	case COLUMN_BLOB_COMPRESSED:
	case COLUMN_VECTOR:
	case COLUMN_JSON:
	case COLUMN_BLOB:
	case COLUMN_GEOMETRY:
		c->length_bytes = cursor_u8(meta);
		return c->length_bytes >= 1 && c->length_bytes <= 4;
	case COLUMN_DECIMAL:
		m = cursor_take(meta, 2);
		return !meta->failed && read_decimal(c, m);
	case COLUMN_STRING:
	case COLUMN_ENUM:
	case COLUMN_SET:
		m = cursor_take(meta, 2);
		return !meta->failed && read_string_type(c, m);
	default:
		c->size = fixed_size(c->type);
		return c->size > 0;
	}
}

static int read_columns(struct binlog_table *t, struct cursor *c, struct error *err)
{
	const uint8_t *types = cursor_take(c, t->count), *nulls;
	uint64_t meta_len = cursor_packed(c);
	struct cursor meta = cursor_of(c->p, meta_len <= cursor_left(c) ? (size_t)meta_len : 0);

	cursor_take(c, meta_len);
	nulls = cursor_take(c, (t->count + 7) / 8);
	if (c->failed)
		return error_set(err, ERR_INVALID, "the list of columns is cut off");
	t->columns = arena_zalloc(t->arena, t->count * sizeof(*t->columns));
	for (size_t i = 0; i < t->count; i++) {
		struct binlog_column *col = &t->columns[i];

		col->type = types[i];
		col->nullable = nulls[i / 8] >> i % 8 & 1;
		if (!read_column(col, &meta) || meta.failed)
			return error_set(err, ERR_INVALID,
					 "column %zu has type %u, which is not known or badly described",
					 i + 1, types[i]);
		t->json_columns += col->type == COLUMN_JSON;
		col->compressed = col->type == COLUMN_BLOB_COMPRESSED ||
				  col->type == COLUMN_VARCHAR_COMPRESSED;
		if (col->type == COLUMN_VECTOR || col->type == COLUMN_GEOMETRY)
			col->charset = CHARSET_BINARY;
	}
	return 0;
}

static struct binlog_text read_name(struct binlog_table *t, struct cursor *c)
{
	uint64_t len = cursor_packed(c);
	const uint8_t *p = cursor_take(c, len);

	cursor_take(c, 1); /* NUL */
	if (c->failed)
		return (struct binlog_text){ "", 0 };
	return (struct binlog_text){ arena_memdupz(t->arena, p, (size_t)len), (size_t)len };
}

static struct binlog_text keep_key(struct binlog_table *t, const struct strbuf *buf)
{
	char *copy = arena_zalloc(t->arena, buf->len + TABLE_KEY_STEP);

	memcpy(copy, buf->buf, buf->len);
	return (struct binlog_text){ copy, buf->len };
}

/* What every row needs, made once: the name in the form in which each output has it. */
static void make_keys(struct binlog_table *t)
{
	struct binlog_out o = BINLOG_OUT_INIT;

	for (size_t i = 0; i < t->count; i++) {
		struct binlog_column *c = &t->columns[i];

		if (!t->has_names) {
			c->name.text = arena_printf(t->arena, "@%zu", i + 1);
			c->name.len = strlen(c->name.text);
		}
		o.text = false;
		out_ch(&o, ',');
		out_string(&o, CHARSET_UTF8MB4, (const uint8_t *)c->name.text, c->name.len);
		out_ch(&o, ':');
		c->json_key = keep_key(t, &o.buf);
		strbuf_reset(&o.buf);
		o.text = true;
		out_ch(&o, ' ');
		out_utf8_part(&o, c->name.text, c->name.len);
		out_ch(&o, '=');
		c->text_key = keep_key(t, &o.buf);
		strbuf_reset(&o.buf);
	}
	binlog_out_release(&o);
}

static int parse(struct binlog_table *t, struct cursor *c, struct error *err)
{
	uint64_t count;
	int r;

	t->database = read_name(t, c);
	t->name = read_name(t, c);
	count = cursor_packed(c);
	if (c->failed)
		return error_set(err, ERR_INVALID, "the name of the table is cut off");
	if (count == 0 || count > LIMIT_BINLOG_COLUMNS)
		return error_set(err, ERR_LIMIT, "a table of %llu columns",
				 (unsigned long long)count);
	t->count = (size_t)count;
	r = read_columns(t, c, err);
	if (r < 0)
		return r;
	r = table_metadata_read(t, c, err);
	if (r < 0)
		return r;
	make_keys(t);
	return 0;
}

int binlog_table_parse(uint64_t id, uint16_t flags, const uint8_t *body, size_t len,
		       struct binlog_table **ret, struct error *err)
{
	struct binlog_table *t = xcalloc(1, sizeof(*t));
	struct cursor c = cursor_of(body, len);
	int r;

	t->arena = arena_new();
	t->id = id;
	t->flags = flags;
	t->raw = (const uint8_t *)arena_memdupz(t->arena, body, len);
	t->raw_len = len;
	r = parse(t, &c, err);
	if (r < 0) {
		binlog_table_free(t);
		return r;
	}
	*ret = t;
	return 0;
}
