/* SPDX-License-Identifier: Apache-2.0 */
#include "mysql/binlog/decoder_internal.h"

#include <stdlib.h>

#include "base/limits.h"
#include "base/memory.h"
#include "mysql/binlog/compress.h"

/*
 * TRANSACTION_PAYLOAD: a header of (type, length, value) as packed integers, then the events of a
 * transaction without checksums, packed by zstd: mysql-server transaction_payload_codecs.h. The
 * stream is unpacked in pieces; the longest event bounds the memory.
 */

enum { FIELD_END, FIELD_SIZE, FIELD_COMPRESSION, FIELD_PLAIN_SIZE };
enum { COMPRESSION_ZSTD = 0, COMPRESSION_NONE = 255 };

#define PIECE ((size_t)64 << 10)

/* Errors of the payload itself; those of events within have their place already. */
static int broken(const struct binlog_decoder *d, const struct binlog_event *e, struct error *err,
		  const char *why)
{
	error_set(err, ERR_INVALID, "%s", why);
	return decoder_fail(d, e, err);
}

static bool read_header(struct binlog_payload *p, struct cursor *c)
{
	for (;;) {
		uint64_t field = cursor_packed(c), len;
		struct cursor value;

		if (c->failed || field == FIELD_END)
			return !c->failed;
		len = cursor_packed(c);
		value = cursor_of(c->p, 0);
		cursor_take(c, len);
		if (c->failed)
			return false;
		value.end += len;
		if (field == FIELD_SIZE)
			p->size = cursor_packed(&value);
		else if (field == FIELD_COMPRESSION)
			p->compression = cursor_packed(&value);
		else if (field == FIELD_PLAIN_SIZE)
			p->plain_size = cursor_packed(&value);
		if (value.failed)
			return false;
	}
}

static int feed_inner(struct binlog_decoder *d, const struct binlog_event *outer,
		      const uint8_t *data, uint32_t len, struct error *err)
{
	struct binlog_event e = {
		.file = outer->file,
		.position = outer->position,
		.next = outer->next,
		.inner = true,
		.timestamp = bytes_u32(data),
		.type = data[4],
		.server_id = bytes_u32(data + 5),
		.length = len,
		.flags = bytes_u16(data + 17),
		.body = { data + BINLOG_HEADER_BYTES, len - BINLOG_HEADER_BYTES },
	};

	if (e.type == BINLOG_TRANSACTION_PAYLOAD || e.type == BINLOG_FORMAT_DESCRIPTION ||
	    e.type == BINLOG_ROTATE) {
		error_set(err, ERR_INVALID, "it may not be in a compressed transaction");
		return decoder_fail(d, &e, err);
	}
	return decoder_dispatch(d, &e, err);
}

/* Whole events at the start of buf are decoded and removed. */
static int feed_whole(struct binlog_decoder *d, const struct binlog_event *outer,
		      struct strbuf *buf, struct error *err)
{
	const uint8_t *data = (const uint8_t *)buf->buf;
	size_t at = 0;

	while (buf->len - at >= BINLOG_HEADER_BYTES) {
		uint32_t len = binlog_event_length(data + at);
		int r;

		if (len < BINLOG_HEADER_BYTES || len > LIMIT_BINLOG_EVENT)
			return broken(d, outer, err, "an event within has a wrong length");
		if (len > buf->len - at)
			break;
		r = feed_inner(d, outer, data + at, len, err);
		if (r != 0)
			return r;
		at += len;
	}
	memmove(buf->buf, buf->buf + at, buf->len - at);
	strbuf_setlen(buf, buf->len - at);
	return 0;
}

static int unpack(struct binlog_decoder *d, const struct binlog_event *outer, struct zstd_reader *z,
		  struct error *err)
{
	cleanup_strbuf struct strbuf buf = STRBUF_INIT;
	size_t got;
	int r;

	do {
		strbuf_grow(&buf, PIECE);
		r = zstd_reader_read(z, (uint8_t *)buf.buf + buf.len, PIECE, &got, err);
		if (r < 0)
			return decoder_fail(d, outer, err);
		strbuf_added(&buf, got);
		r = feed_whole(d, outer, &buf, err);
		if (r != 0)
			return r;
		if (d->progress)
			d->progress(d->progress_arg);
	} while (got > 0);
	if (buf.len > 0)
		return broken(d, outer, err, "its last event is cut off");
	return 0;
}

static int unpack_zstd(struct binlog_decoder *d, const struct binlog_event *e, struct cursor c,
		       struct error *err)
{
	struct zstd_reader *z = NULL;
	int r = zstd_reader_new(c.p, cursor_left(&c), &z, err);

	if (r < 0)
		return decoder_fail(d, e, err);
	r = unpack(d, e, z, err);
	zstd_reader_free(z);
	return r;
}

static int feed_plain(struct binlog_decoder *d, const struct binlog_event *outer, struct cursor c,
		      struct error *err)
{
	while (cursor_left(&c) > 0) {
		const uint8_t *data = c.p;
		uint32_t len = 0;
		int r;

		if (cursor_left(&c) >= BINLOG_HEADER_BYTES)
			len = binlog_event_length(data);
		cursor_take(&c, len);
		if (len < BINLOG_HEADER_BYTES || c.failed)
			return broken(d, outer, err, "its last event is cut off");
		r = feed_inner(d, outer, data, len, err);
		if (r != 0)
			return r;
	}
	return 0;
}

int decoder_payload(struct binlog_decoder *d, struct binlog_event *e, struct error *err)
{
	struct cursor c = cursor_of(e->body.p, e->body.len);
	struct binlog_payload *p = &e->payload;
	int r;

	*p = (struct binlog_payload){ .compression = COMPRESSION_NONE };
	e->kind = KIND_PAYLOAD;
	if (!read_header(p, &c))
		return broken(d, e, err, "its header is cut off");
	if (p->size > cursor_left(&c))
		return broken(d, e, err, "it holds fewer bytes than it says");
	c.end = c.p + p->size;
	if (p->compression != COMPRESSION_ZSTD && p->compression != COMPRESSION_NONE)
		return broken(d, e, err, "its way of compression is not known");
	r = d->handler(d->arg, e, err);
	if (r != 0)
		return r;
	return p->compression == COMPRESSION_ZSTD ? unpack_zstd(d, e, c, err)
						  : feed_plain(d, e, c, err);
}
