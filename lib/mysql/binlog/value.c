/* SPDX-License-Identifier: Apache-2.0 */
#include "mysql/binlog/value.h"

#include <math.h>

#include "mysql/binlog/bytes.h"
#include "mysql/binlog/compress.h"
#include "mysql/binlog/types.h"

static const uint8_t digit_bytes[10] = { 0, 1, 1, 2, 2, 3, 3, 4, 4, 4 };

size_t value_decimal_bytes(unsigned precision, unsigned scale)
{
	unsigned whole = precision - scale;

	return whole / 9 * 4 + digit_bytes[whole % 9] + scale / 9 * 4 + digit_bytes[scale % 9];
}

/* Groups of nine digits in four bytes, big-endian; all bits of a negative number are inverted. */
struct groups {
	const uint8_t *p;
	size_t at;
	bool invert;
};

static bool next_group(struct groups *g, unsigned digits, uint32_t *ret)
{
	static const uint32_t bound[10] = { 1,	    10,	     100,	1000,	   10000,
					    100000, 1000000, 10000000, 100000000, 1000000000 };
	unsigned n = digit_bytes[digits];
	uint32_t v = 0, invert = g->invert ? UINT32_MAX : 0;

	for (unsigned i = 0; i < n; i++)
		v = v << 8 | g->p[g->at + i];
	v ^= n == 4 ? invert : invert & ((1u << 8 * n) - 1);
	if (g->at == 0) /* the sign bit, set for positive numbers */
		v ^= 0x80u << 8 * (n - 1);
	g->at += n;
	*ret = v;
	return v < bound[digits];
}

bool value_decimal(struct binlog_out *o, unsigned precision, unsigned scale, const uint8_t *p,
		   size_t len)
{
	unsigned whole = precision - scale;
	char *to = out_room(o, 96), *first; /* 81 digits, sign, zero, point */
	struct groups g = { .p = p };
	uint32_t v;

	if (scale > precision || precision > 81 || len < value_decimal_bytes(precision, scale) ||
	    len == 0)
		return false;
	if (!(p[0] & 0x80)) {
		g.invert = true;
		*to++ = '-';
	}
	first = to;
	for (unsigned left = whole; left > 0;) {
		unsigned digits = left % 9 ? left % 9 : 9;

		if (!next_group(&g, digits, &v))
			return false;
		if (to == first)
			to = v ? put_u64(to, v) : to;
		else
			to = put_digits(to, v, digits);
		left -= digits;
	}
	if (to == first)
		*to++ = '0';
	if (scale > 0)
		*to++ = '.';
	for (unsigned left = scale; left > 0;) {
		unsigned digits = left < 9 ? left : 9;

		if (!next_group(&g, digits, &v))
			return false;
		to = put_digits(to, v, digits);
		left -= digits;
	}
	out_end(o, to);
	return true;
}

/* Of n bytes. */
static int64_t extend_sign(uint64_t v, size_t n)
{
	uint64_t sign = (uint64_t)1 << (n * 8 - 1);

	return (int64_t)((v ^ sign) - sign);
}

static bool write_float(struct binlog_out *o, const struct binlog_column *c, const uint8_t *p)
{
	double d;
	float f;

	if (c->type == COLUMN_FLOAT) {
		memcpy(&f, p, 4);
		if (!isfinite(f))
			return false;
		out_end(o, put_float(out_room(o, 40), f));
		return true;
	}
	memcpy(&d, p, 8);
	if (!isfinite(d))
		return false;
	out_end(o, put_double(out_room(o, 40), d));
	return true;
}

static void write_year(struct binlog_out *o, uint8_t v)
{
	out_end(o, put_digits(out_room(o, 8), v ? 1900u + v : 0, v || o->text ? 4 : 1));
}

/* Number 0 is the empty string that stands for a value that was not allowed. */
static void write_enum(struct binlog_out *o, const struct binlog_column *c, uint64_t v)
{
	const struct binlog_text *m = c->members.items;

	if (v == 0 && m)
		out_string(o, CHARSET_UTF8MB4, (const uint8_t *)"", 0);
	else if (v <= c->members.count && m)
		out_string(o, CHARSET_UTF8MB4, (const uint8_t *)m[v - 1].text, m[v - 1].len);
	else
		out_u64(o, v);
}

static void write_set(struct binlog_out *o, const struct binlog_column *c, uint64_t v)
{
	const char *comma = "";

	if (!c->members.items || (c->members.count < 64 && v >> c->members.count)) {
		out_u64(o, v);
		return;
	}
	out_ch(o, o->text ? '\'' : '"');
	for (size_t i = 0; i < c->members.count && i < 64; i++) {
		if (!(v >> i & 1))
			continue;
		out_str(o, comma);
		out_utf8_part(o, c->members.items[i].text, c->members.items[i].len);
		comma = ",";
	}
	out_ch(o, o->text ? '\'' : '"');
}

static void write_bits(struct binlog_out *o, const struct binlog_column *c, const uint8_t *p)
{
	uint64_t v = bytes_be(p, c->size);
	char *to;

	if (!o->text) {
		out_u64(o, v);
		return;
	}
	to = out_room(o, 72);
	*to++ = 'b';
	*to++ = '\'';
	for (unsigned i = c->bits; i > 0; i--)
		*to++ = (char)('0' + (v >> (i - 1) & 1));
	*to++ = '\'';
	out_end(o, to);
}

static bool write_vector(struct binlog_out *o, const uint8_t *p, size_t len)
{
	float f;

	if (len % 4 != 0)
		return false;
	out_ch(o, '[');
	for (size_t i = 0; i < len; i += 4) {
		memcpy(&f, p + i, 4);
		if (!isfinite(f))
			return false;
		if (i > 0)
			out_ch(o, ',');
		out_end(o, put_float(out_room(o, 40), f));
		binlog_out_check(o);
	}
	out_ch(o, ']');
	return true;
}

static bool write_compressed(struct binlog_out *o, const struct binlog_column *c,
			     const struct binlog_value *v)
{
	cleanup_strbuf struct strbuf plain = STRBUF_INIT;

	if (compress_column(v->data, v->len, &plain) < 0)
		return false;
	out_string(o, c->charset, (const uint8_t *)plain.buf, plain.len);
	return true;
}

/* Images leave out the zeros that fill a BINARY, and the last ones of MariaDB's UUID and INET6. */
static void write_binary(struct binlog_out *o, const struct binlog_column *c,
			 const struct binlog_value *v)
{
	if (v->len >= c->size) {
		out_bytes(o, v->data, v->len, NULL);
		return;
	}
	strbuf_reset(&o->scratch);
	strbuf_add(&o->scratch, v->data, v->len);
	strbuf_addchars(&o->scratch, '\0', c->size - v->len);
	out_bytes(o, (const uint8_t *)o->scratch.buf, o->scratch.len, NULL);
}

static void write_integer(struct binlog_out *o, const struct binlog_column *c, const uint8_t *p)
{
	uint64_t v;

	switch (c->size) {
	case 1:
		v = p[0];
		break;
	case 4:
		v = bytes_u32(p);
		break;
	case 8:
		v = bytes_u64(p);
		break;
	default:
		v = bytes_le(p, c->size);
	}
	if (c->is_unsigned)
		out_u64(o, v);
	else
		out_i64(o, extend_sign(v, c->size));
}

/* What is in few rows; apart, so that the rest needs no stack. */
static __attribute__((noinline)) bool write_other(struct binlog_out *o,
						  const struct binlog_column *c,
						  const struct binlog_value *v)
{
	switch (c->type) {
	case COLUMN_FLOAT:
	case COLUMN_DOUBLE:
		return write_float(o, c, v->data);
	case COLUMN_YEAR:
		write_year(o, v->data[0]);
		return true;
	case COLUMN_BIT:
		write_bits(o, c, v->data);
		return true;
	case COLUMN_SET:
		write_set(o, c, bytes_le(v->data, c->size));
		return true;
	case COLUMN_JSON:
		return value_json(o, v->data, v->len);
	case COLUMN_GEOMETRY:
		value_geometry(o, v->data, v->len);
		return true;
	case COLUMN_VECTOR:
		return write_vector(o, v->data, v->len);
	case COLUMN_BLOB_COMPRESSED:
	case COLUMN_VARCHAR_COMPRESSED:
		return write_compressed(o, c, v);
	case COLUMN_STRING:
		write_binary(o, c, v);
		return true;
	case COLUMN_NULL:
		out_str(o, o->text ? "NULL" : "null");
		return true;
	default:
		return value_time(o, c, v->data);
	}
}

bool value_write(struct binlog_out *o, const struct binlog_column *c, const struct binlog_value *v)
{
	if (v->state == VALUE_NULL) {
		out_add(o, o->text ? "NULL" : "null", 4);
		return true;
	}
	if (v->state == VALUE_DIFF)
		return value_json_diff(o, v->data, v->len);
	switch (c->type) {
	case COLUMN_TINY:
	case COLUMN_SHORT:
	case COLUMN_INT24:
	case COLUMN_LONG:
	case COLUMN_LONGLONG:
		write_integer(o, c, v->data);
		return true;
	case COLUMN_DECIMAL:
		return value_decimal(o, c->precision, c->decimals, v->data, v->len);
	case COLUMN_ENUM:
		write_enum(o, c, bytes_le(v->data, c->size));
		return true;
	case COLUMN_DATETIME2:
	case COLUMN_TIMESTAMP2:
		return value_time(o, c, v->data);
	case COLUMN_STRING:
		if (c->charset == CHARSET_BINARY)
			return write_other(o, c, v);
		out_string(o, c->charset, v->data, v->len);
		return true;
	case COLUMN_VARCHAR:
	case COLUMN_VAR_STRING:
	case COLUMN_BLOB:
		out_string(o, c->charset, v->data, v->len);
		return true;
	default:
		return write_other(o, c, v);
	}
}
