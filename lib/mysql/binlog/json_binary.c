/* SPDX-License-Identifier: Apache-2.0 */
#include "mysql/binlog/value.h"

#include <math.h>

#include "base/limits.h"
#include "base/utf8.h"
#include "mysql/binlog/bytes.h"
#include "mysql/binlog/types.h"

/*
 * MySQL's binary JSON: mysql-server sql-common/json_binary.h. Containers hold offsets from their
 * own start, so nothing keeps a broken document from pointing everywhere. Each container lies
 * within its parent's bytes, its depth is bounded, and the elements and bytes that were visited
 * cannot be more than the document has.
 */

enum json_type {
	SMALL_OBJECT,
	LARGE_OBJECT,
	SMALL_ARRAY,
	LARGE_ARRAY,
	LITERAL,
	INT16,
	UINT16,
	INT32,
	UINT32,
	INT64,
	UINT64,
	DOUBLE,
	STRING,
	OPAQUE = 15,
};

struct reader {
	struct binlog_out *o;
	size_t budget; /* bytes that may still be visited */
	unsigned depth;
};

static bool write_value(struct reader *r, uint8_t type, const uint8_t *p, size_t len);

static bool spend(struct reader *r, size_t bytes)
{
	if (bytes > r->budget)
		return false;
	r->budget -= bytes;
	return true;
}

/* Seven bits a byte, the highest bit says that more follow; at most five bytes. */
static bool read_length(const uint8_t **p, size_t *len, size_t *ret)
{
	uint64_t v = 0;

	for (unsigned i = 0; i < 5 && i < *len; i++) {
		v |= (uint64_t)((*p)[i] & 0x7f) << 7 * i;
		if ((*p)[i] & 0x80)
			continue;
		*p += i + 1;
		*len -= i + 1;
		*ret = (size_t)v;
		return v <= *len;
	}
	return false;
}

/* A JSON string, in readable text too. It is UTF-8 or the document is broken. */
static bool write_text(struct binlog_out *o, const uint8_t *p, size_t len)
{
	bool text = o->text;

	if (!utf8_valid((const char *)p, len))
		return false;
	o->text = false;
	out_string(o, CHARSET_UTF8MB4, p, len);
	o->text = text;
	return true;
}

static bool write_string(struct reader *r, const uint8_t *p, size_t len)
{
	size_t n;

	return read_length(&p, &len, &n) && spend(r, n) && write_text(r->o, p, n);
}

static bool write_opaque(struct reader *r, const uint8_t *p, size_t len)
{
	struct binlog_out *o = r->o;
	uint8_t type;
	size_t n;
	bool ok;

	if (len < 1)
		return false;
	type = *p++;
	len--;
	if (!read_length(&p, &len, &n) || !spend(r, n))
		return false;
	if (type == COLUMN_DECIMAL)
		return n >= 2 && value_decimal(o, p[0], p[1], p + 2, n - 2);
	out_ch(o, '"');
	if (type == COLUMN_DATE || type == COLUMN_TIME || type == COLUMN_DATETIME ||
	    type == COLUMN_TIMESTAMP) {
		ok = n == 8 && value_packed_time(o, type, (int64_t)bytes_u64(p));
	} else {
		/* As the server shows it. */
		out_str(o, "base64:type");
		out_u64(o, type);
		out_ch(o, ':');
		out_base64(o, p, n);
		ok = true;
	}
	out_ch(o, '"');
	return ok;
}

/* The server marks a double as one: 1 is printed "1.0". */
static bool write_double(struct binlog_out *o, const uint8_t *p)
{
	double d;
	char *start, *end;

	memcpy(&d, p, 8);
	if (!isfinite(d))
		return false;
	start = out_room(o, 40);
	end = put_double(start, d);
	if (!memchr(start, '.', (size_t)(end - start)) &&
	    !memchr(start, 'e', (size_t)(end - start))) {
		*end++ = '.';
		*end++ = '0';
	}
	out_end(o, end);
	return true;
}

static bool write_literal(struct binlog_out *o, uint8_t v)
{
	static const char *const words[] = { "null", "true", "false" };

	if (v > 2)
		return false;
	out_str(o, words[v]);
	return true;
}

struct container {
	const uint8_t *p;
	size_t len; /* its own bytes */
	size_t count;
	size_t width; /* of offsets and sizes: 2 or 4 */
	bool object;
};

static size_t key_entry(const struct container *c)
{
	return c->width + 2;
}

static bool open_container(struct container *c, uint8_t type, const uint8_t *p, size_t len)
{
	size_t entries;

	c->object = type <= LARGE_OBJECT;
	c->width = type == LARGE_OBJECT || type == LARGE_ARRAY ? 4 : 2;
	c->p = p;
	if (len < 2 * c->width)
		return false;
	c->count = (size_t)bytes_le(p, c->width);
	c->len = (size_t)bytes_le(p + c->width, c->width);
	entries = c->width + 1 + (c->object ? key_entry(c) : 0);
	return c->len <= len && c->len >= 2 * c->width &&
	       c->count <= (c->len - 2 * c->width) / entries;
}

static bool write_key(struct reader *r, const struct container *c, size_t i)
{
	const uint8_t *entry = c->p + 2 * c->width + i * key_entry(c);
	size_t offset = (size_t)bytes_le(entry, c->width), len = bytes_u16(entry + c->width);

	if (offset > c->len || len > c->len - offset || !spend(r, len) ||
	    !write_text(r->o, c->p + offset, len))
		return false;
	out_str(r->o, r->o->text ? ": " : ":");
	return true;
}

/* Small values stand in the entry itself. */
static bool is_inline(uint8_t type, size_t width)
{
	return type == LITERAL || type == INT16 || type == UINT16 ||
	       (width == 4 && (type == INT32 || type == UINT32));
}

static bool write_element(struct reader *r, const struct container *c, size_t i)
{
	const uint8_t *entry = c->p + 2 * c->width + (c->object ? c->count * key_entry(c) : 0) +
			       i * (c->width + 1);
	size_t offset;

	if (is_inline(entry[0], c->width))
		return write_value(r, entry[0], entry + 1, c->width);
	offset = (size_t)bytes_le(entry + 1, c->width);
	if (offset >= c->len)
		return false;
	return write_value(r, entry[0], c->p + offset, c->len - offset);
}

static bool write_container(struct reader *r, uint8_t type, const uint8_t *p, size_t len)
{
	struct container c;

	if (++r->depth > LIMIT_BINLOG_JSON_DEPTH || !open_container(&c, type, p, len))
		return false;
	out_ch(r->o, c.object ? '{' : '[');
	for (size_t i = 0; i < c.count; i++) {
		if (i > 0)
			out_str(r->o, r->o->text ? ", " : ",");
		if (!spend(r, 3) || (c.object && !write_key(r, &c, i)) || !write_element(r, &c, i))
			return false;
		binlog_out_check(r->o);
	}
	out_ch(r->o, c.object ? '}' : ']');
	r->depth--;
	return true;
}

static bool write_scalar(struct reader *r, uint8_t type, const uint8_t *p, size_t len)
{
	static const uint8_t sizes[] = {
		[LITERAL] = 1, [INT16] = 2, [UINT16] = 2, [INT32] = 4,
		[UINT32] = 4,  [INT64] = 8, [UINT64] = 8, [DOUBLE] = 8,
	};
	struct binlog_out *o = r->o;

	if (len < sizes[type])
		return false;
	switch ((enum json_type)type) {
	case LITERAL:
		return write_literal(o, p[0]);
	case INT16:
		out_i64(o, (int16_t)bytes_u16(p));
		return true;
	case INT32:
		out_i64(o, (int32_t)bytes_u32(p));
		return true;
	case INT64:
		out_i64(o, (int64_t)bytes_u64(p));
		return true;
	case DOUBLE:
		return write_double(o, p);
	default:
		out_u64(o, bytes_le(p, sizes[type]));
		return true;
	}
}

static bool write_value(struct reader *r, uint8_t type, const uint8_t *p, size_t len)
{
	if (type <= LARGE_ARRAY)
		return write_container(r, type, p, len);
	if (type <= DOUBLE)
		return write_scalar(r, type, p, len);
	if (type == STRING)
		return write_string(r, p, len);
	return type == OPAQUE && write_opaque(r, p, len);
}

bool value_json(struct binlog_out *o, const uint8_t *p, size_t len)
{
	struct reader r = { .o = o, .budget = len };

	/* UPDATE IGNORE can leave a value of no bytes, which the server reads as null. */
	if (len == 0) {
		out_str(o, "null");
		return true;
	}
	return write_value(&r, p[0], p + 1, len - 1);
}

static bool write_operation(struct binlog_out *o, struct cursor *c)
{
	static const char *const names[] = { "replace", "insert", "remove" };
	uint8_t op = cursor_u8(c);
	uint64_t len = cursor_packed(c);
	const uint8_t *path = cursor_take(c, len), *value;

	if (c->failed || op >= 3)
		return false;
	out_str(o, "{\"op\":\"");
	out_str(o, names[op]);
	out_str(o, "\",\"path\":");
	if (!write_text(o, path, (size_t)len))
		return false;
	if (op != 2) {
		len = cursor_packed(c);
		value = cursor_take(c, len);
		out_str(o, ",\"value\":");
		if (c->failed || !value_json(o, value, (size_t)len))
			return false;
	}
	out_ch(o, '}');
	return true;
}

bool value_json_diff(struct binlog_out *o, const uint8_t *p, size_t len)
{
	struct cursor c = cursor_of(p, len);
	const char *comma = "";

	out_str(o, o->text ? "diff [" : "{\"diff\":[");
	while (cursor_left(&c) > 0) {
		out_str(o, comma);
		if (!write_operation(o, &c))
			return false;
		comma = ",";
		binlog_out_check(o);
	}
	out_str(o, o->text ? "]" : "]}");
	return true;
}
