/* SPDX-License-Identifier: Apache-2.0 */
#include "mysql/binlog/value.h"

#include <math.h>

#include "base/limits.h"
#include "base/memory.h"
#include "mysql/binlog/bytes.h"

/*
 * Well-known binary to well-known text, as ST_AsText() has it but for the order of the axes, which
 * MySQL turns around for geographic systems: here they come as they are stored.
 */

enum { POINT = 1, LINESTRING, POLYGON, MULTIPOINT, MULTILINESTRING, MULTIPOLYGON, COLLECTION };

struct wkb {
	struct cursor c;
	struct strbuf *text;
	bool big_endian;
	unsigned depth;
};

static uint32_t read_u32(struct wkb *w)
{
	const uint8_t *p = cursor_take(&w->c, 4);

	if (w->c.failed)
		return 0;
	return (uint32_t)(w->big_endian ? bytes_be(p, 4) : bytes_le(p, 4));
}

static void write_number(struct wkb *w)
{
	const uint8_t *p = cursor_take(&w->c, 8);
	uint64_t bits;
	double d;
	char *end;

	if (w->c.failed)
		return;
	bits = w->big_endian ? bytes_be(p, 8) : bytes_le(p, 8);
	memcpy(&d, &bits, 8);
	if (!isfinite(d)) {
		w->c.failed = true;
		return;
	}
	strbuf_grow(w->text, 40);
	end = w->text->buf + w->text->len;
	strbuf_added(w->text, (size_t)(put_double(end, d) - end));
}

static void write_point(struct wkb *w)
{
	write_number(w);
	strbuf_addch(w->text, ' ');
	write_number(w);
}

typedef void part(struct wkb *w);

static void write_list(struct wkb *w, part *each)
{
	uint32_t n = read_u32(w);

	if (n == 0) {
		/* Behind a name, which is no part of a list. */
		if (w->text->buf[w->text->len - 1] >= 'A')
			strbuf_addch(w->text, ' ');
		strbuf_addstr(w->text, "EMPTY");
		return;
	}
	strbuf_addch(w->text, '(');
	for (uint32_t i = 0; i < n && !w->c.failed; i++) {
		if (i > 0)
			strbuf_addch(w->text, ',');
		each(w);
	}
	strbuf_addch(w->text, ')');
}

static void write_line(struct wkb *w)
{
	write_list(w, write_point);
}

static void write_polygon(struct wkb *w)
{
	write_list(w, write_line);
}

static uint32_t read_head(struct wkb *w)
{
	w->big_endian = cursor_u8(&w->c) == 0;
	return read_u32(w);
}

static void write_body(struct wkb *w, uint32_t type);

/* A part of a MULTI… has a head of its own, and no name in the text. */
static void write_member(struct wkb *w)
{
	uint32_t type = read_head(w);

	if (type < POINT || type > POLYGON)
		w->c.failed = true;
	else
		write_body(w, type);
}

static void write_any(struct wkb *w)
{
	static const char *const names[] = {
		[POINT] = "POINT",
		[LINESTRING] = "LINESTRING",
		[POLYGON] = "POLYGON",
		[MULTIPOINT] = "MULTIPOINT",
		[MULTILINESTRING] = "MULTILINESTRING",
		[MULTIPOLYGON] = "MULTIPOLYGON",
		[COLLECTION] = "GEOMETRYCOLLECTION",
	};
	uint32_t type = read_head(w);

	if (type < POINT || type > COLLECTION || ++w->depth > LIMIT_BINLOG_GEOMETRY_DEPTH) {
		w->c.failed = true;
		return;
	}
	strbuf_addstr(w->text, names[type]);
	write_body(w, type);
	w->depth--;
}

static void write_body(struct wkb *w, uint32_t type)
{
	switch (type) {
	case POINT:
		strbuf_addch(w->text, '(');
		write_point(w);
		strbuf_addch(w->text, ')');
		break;
	case LINESTRING:
		write_line(w);
		break;
	case POLYGON:
		write_polygon(w);
		break;
	case COLLECTION:
		write_list(w, write_any);
		break;
	default:
		write_list(w, write_member);
	}
}

void value_geometry(struct binlog_out *o, const uint8_t *p, size_t len)
{
	struct wkb w = { .text = &o->scratch };
	uint32_t srid;

	strbuf_reset(&o->scratch);
	w.c = cursor_of(p, len);
	srid = cursor_u32(&w.c);
	write_any(&w);
	if (w.c.failed || cursor_left(&w.c) > 0) {
		out_bytes(o, p, len, NULL);
		return;
	}
	if (!o->text) {
		out_str(o, "{\"wkt\":\"");
		out_add(o, o->scratch.buf, o->scratch.len);
		out_str(o, "\",\"srid\":");
		out_u64(o, srid);
		out_ch(o, '}');
		return;
	}
	out_ch(o, '\'');
	out_add(o, o->scratch.buf, o->scratch.len);
	out_ch(o, '\'');
	if (srid) {
		out_str(o, " srid ");
		out_u64(o, srid);
	}
}
