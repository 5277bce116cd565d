/* SPDX-License-Identifier: Apache-2.0 */
#include "mysql/binlog/decoder.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/limits.h"
#include "base/memory.h"
#include "mysql/binlog/compress.h"
#include "mysql/binlog/crc32.h"
#include "mysql/binlog/decoder_internal.h"

struct binlog_decoder *binlog_decoder_new(binlog_handler *handler, void *arg)
{
	struct binlog_decoder *d = xcalloc(1, sizeof(*d));

	d->handler = handler;
	d->arg = arg;
	strbuf_init(&d->plain);
	return d;
}

void binlog_decoder_free(struct binlog_decoder *d)
{
	if (!d)
		return;
	decoder_forget_tables(d);
	free(d->rows.before);
	free(d->rows.after);
	strbuf_release(&d->plain);
	free(d->name);
	free(d);
}

void cleanup_binlog_decoder_fn(struct binlog_decoder **d)
{
	binlog_decoder_free(*d);
}

void binlog_decoder_file(struct binlog_decoder *d, const char *name)
{
	char *copy = xstrdup(name);

	free(d->name);
	d->name = copy;
	d->have_format = false;
	d->checksum = CHECKSUM_NONE;
	d->in_begin = d->gtid_open = false;
	decoder_forget_tables(d);
}

void binlog_decoder_stream(struct binlog_decoder *d)
{
	d->stream = true;
}

void binlog_decoder_on_progress(struct binlog_decoder *d, void (*fn)(void *arg), void *arg)
{
	d->progress = fn;
	d->progress_arg = arg;
}

uint32_t binlog_event_length(const uint8_t *header)
{
	return bytes_u32(header + 9);
}

const char *binlog_decoder_name(const struct binlog_decoder *d)
{
	return d->name;
}

uint64_t binlog_decoder_skipped(const struct binlog_decoder *d)
{
	return d->skipped;
}

bool binlog_decoder_in_transaction(const struct binlog_decoder *d)
{
	return d->in_begin || d->gtid_open;
}

int decoder_fail(const struct binlog_decoder *d, const struct binlog_event *e, struct error *err)
{
	const char *name = binlog_type_name(e->type);

	error_wrap(err, "cannot read binlog '%s' at position %" PRIu64 ": event of type %u%s%s%s",
		   d->name ? d->name : "?", e->position, e->type, name ? " (" : "",
		   name ? name : "", name ? ")" : "");
	return -err->class;
}

/* ---- checksums --------------------------------------------------------------------------- */

/* A long event is summed up in steps, so that a mapped file's pages can be given back. */
#define CRC_STEP ((size_t)4 << 20)

static uint32_t sum(const struct binlog_decoder *d, uint32_t crc, const uint8_t *p, size_t len)
{
	while (len > CRC_STEP) {
		crc = crc32_add(crc, p, CRC_STEP);
		p += CRC_STEP;
		len -= CRC_STEP;
		if (d->progress)
			d->progress(d->progress_arg);
	}
	return crc32_add(crc, p, len);
}

/* The mark of a file that is open is set when its checksum has been made without it. */
static uint32_t sum_format(const struct binlog_decoder *d, const uint8_t *data, size_t len)
{
	uint8_t flags = data[17] & (uint8_t)~BINLOG_FLAG_IN_USE;
	uint32_t crc = crc32_add(0, data, 17);

	crc = crc32_add(crc, &flags, 1);
	return sum(d, crc, data + 18, len - 18);
}

static int check_sum(const struct binlog_decoder *d, const struct binlog_event *e,
		     const uint8_t *data, size_t len, struct error *err)
{
	uint32_t want = bytes_u32(data + len - BINLOG_CHECKSUM_BYTES), have;

	len -= BINLOG_CHECKSUM_BYTES;
	if (e->type == BINLOG_FORMAT_DESCRIPTION)
		have = sum_format(d, data, len);
	else
		have = sum(d, 0, data, len);
	if (have == want)
		return 0;
	error_set(err, ERR_INVALID, "its checksum is wrong (it says %08" PRIx32 ", its bytes %08" PRIx32
		  ")", want, have);
	error_hint(err, "fetch the file from the server again, or from another one");
	return -ERR_INVALID;
}

/*
 * Events that a server makes for the stream have a checksum or not, depending on what was agreed
 * and on what came before: it is there when it is right.
 */
static bool has_made_up_sum(const struct binlog_decoder *d, const struct binlog_event *e,
			    const uint8_t *data, size_t len)
{
	if (!d->stream || (e->type != BINLOG_ROTATE && e->type != BINLOG_HEARTBEAT &&
			   e->type != BINLOG_HEARTBEAT_V2))
		return false;
	return len >= BINLOG_HEADER_BYTES + BINLOG_CHECKSUM_BYTES &&
	       crc32_add(0, data, len - BINLOG_CHECKSUM_BYTES) ==
		       bytes_u32(data + len - BINLOG_CHECKSUM_BYTES);
}

static bool is_made_up(const struct binlog_decoder *d, const struct binlog_event *e)
{
	return d->stream && (e->type == BINLOG_HEARTBEAT || e->type == BINLOG_HEARTBEAT_V2 ||
			     (e->type == BINLOG_ROTATE &&
			      (e->timestamp == 0 || e->flags & BINLOG_FLAG_ARTIFICIAL)));
}

/* ---- the format description -------------------------------------------------------------- */

#define FORMAT_FIXED_BYTES (2 + 50 + 4 + 1)

static int read_format(struct binlog_decoder *d, struct binlog_event *e, struct error *err)
{
	struct cursor c = cursor_of(e->body.p, e->body.len);
	struct binlog_format *f = &e->format;
	uint16_t version = cursor_u16(&c);
	const uint8_t *text = cursor_take(&c, 50), *lengths;
	size_t types;
	uint8_t header;

	f->created = cursor_u32(&c);
	header = cursor_u8(&c);
	if (c.failed || cursor_left(&c) < 1 + BINLOG_CHECKSUM_BYTES)
		return error_set(err, ERR_INVALID, "it is cut off");
	if (version != 4 || header != BINLOG_HEADER_BYTES) {
		error_set(err, ERR_INVALID, "binlog version %u with headers of %u bytes is not known",
			  version, header);
		error_hint(err, "servers since MySQL 5.6 and MariaDB 10.0 write version 4");
		return -ERR_INVALID;
	}
	memcpy(f->version, text, 50);
	f->mariadb = strstr(f->version, "MariaDB") != NULL;
	types = cursor_left(&c) - 1 - BINLOG_CHECKSUM_BYTES;
	lengths = cursor_take(&c, types);
	f->checksum = cursor_u8(&c);
	if (f->checksum > CHECKSUM_CRC32 && f->checksum != 255)
		return error_set(err, ERR_INVALID, "checksums of kind %u are not known", f->checksum);
	f->in_use = e->flags & BINLOG_FLAG_IN_USE;
	memset(d->post_header, 0, sizeof(d->post_header));
	for (size_t i = 0; i < types && i + 1 < sizeof(d->post_header); i++)
		d->post_header[i + 1] = lengths[i];
	d->checksum = f->checksum == CHECKSUM_CRC32 ? CHECKSUM_CRC32 : CHECKSUM_NONE;
	d->have_format = true;
	return 0;
}

/* Its own last bytes: an algorithm and room for a checksum, even when there is none. */
static int open_format(struct binlog_decoder *d, struct binlog_event *e, const uint8_t *data,
		       size_t len, struct error *err)
{
	if (len < BINLOG_HEADER_BYTES + FORMAT_FIXED_BYTES + 1 + BINLOG_CHECKSUM_BYTES)
		return error_set(err, ERR_INVALID, "it is cut off");
	if (data[len - BINLOG_CHECKSUM_BYTES - 1] == CHECKSUM_CRC32) {
		int r = check_sum(d, e, data, len, err);

		if (r < 0)
			return r;
	}
	e->kind = KIND_FORMAT;
	/* In a stream it comes again in the middle of a transaction: that goes on. */
	decoder_forget_tables(d);
	return read_format(d, e, err);
}

/* ---- other events ------------------------------------------------------------------------ */

static int read_rotate(struct binlog_decoder *d, struct binlog_event *e, struct error *err)
{
	struct cursor c = cursor_of(e->body.p, e->body.len);

	e->rotate.position = cursor_u64(&c);
	e->rotate.file = (struct binlog_slice){ c.p, cursor_left(&c) };
	e->kind = KIND_ROTATE;
	if (c.failed || e->rotate.file.len == 0 || e->rotate.file.len > 512)
		return error_set(err, ERR_INVALID, "it names no file");
	if (is_made_up(d, e)) {
		free(d->name);
		d->name = xmemdupz(e->rotate.file.p, e->rotate.file.len);
		e->file = d->name;
	}
	return 0;
}

static int read_compressed_query(struct binlog_decoder *d, struct binlog_event *e,
				 struct error *err)
{
	struct binlog_query *q = &e->query;
	int r = compress_event(q->sql.p, q->sql.len, &d->plain, err);

	if (r == 0)
		q->sql = (struct binlog_slice){ (const uint8_t *)d->plain.buf, d->plain.len };
	return r;
}

static int read_event(struct binlog_decoder *d, struct binlog_event *e, struct error *err)
{
	if (e->type == BINLOG_TABLE_MAP)
		return decoder_table_map(d, e, err);
	if ((e->type >= BINLOG_WRITE_ROWS_V1 && e->type <= BINLOG_DELETE_ROWS_V1) ||
	    (e->type >= BINLOG_WRITE_ROWS && e->type <= BINLOG_DELETE_ROWS) ||
	    e->type == BINLOG_PARTIAL_UPDATE_ROWS ||
	    (e->type >= BINLOG_MARIADB_WRITE_ROWS_COMPRESSED_V1 &&
	     e->type <= BINLOG_MARIADB_DELETE_ROWS_COMPRESSED))
		return decoder_rows(d, e, err);
	if (e->type == BINLOG_ROTATE)
		return read_rotate(d, e, err);
	if (!event_read_plain(e, cursor_of(e->body.p, e->body.len)))
		return error_set(err, ERR_INVALID, "it is cut off, or broken");
	if (e->type == BINLOG_MARIADB_QUERY_COMPRESSED)
		return read_compressed_query(d, e, err);
	if (e->kind == KIND_ENCRYPTION && !d->stream && !(e->flags & BINLOG_FLAG_IGNORABLE)) {
		error_set(err, ERR_INVALID, "what follows is encrypted by the server");
		error_hint(err, "read it from the server, which decrypts: binlog dump --hosts");
		return -ERR_INVALID;
	}
	if (e->kind == KIND_SKIPPED) {
		if (!(e->flags & BINLOG_FLAG_IGNORABLE)) {
			error_set(err, ERR_INVALID,
				  "the type is not known, and it may not be passed over");
			error_hint(err, "a newer server than this program knows, or a broken file");
			return -ERR_INVALID;
		}
		d->skipped++;
	}
	return 0;
}

/* ---- transactions ------------------------------------------------------------------------ */

static bool ends_by_query(struct binlog_decoder *d, const struct binlog_query *q)
{
	bool ends = !d->in_begin;

	switch (q->role) {
	case QUERY_BEGIN:
		d->in_begin = true;
		return false;
	case QUERY_XA_END:
		return false;
	case QUERY_COMMIT:
	case QUERY_ROLLBACK:
		ends = true;
		break;
	case QUERY_STATEMENT:
		break;
	}
	return ends;
}

static void follow_transaction(struct binlog_decoder *d, struct binlog_event *e)
{
	switch (e->kind) {
	case KIND_GTID:
		d->gtid_open = true;
		d->in_begin = e->gtid.mariadb && !(e->gtid.flags & MARIADB_GTID_STANDALONE);
		return;
	case KIND_QUERY:
		e->ends_transaction = ends_by_query(d, &e->query);
		break;
	case KIND_XID:
	case KIND_XA_PREPARE:
	case KIND_INCIDENT:
		e->ends_transaction = true;
		break;
	default:
		return;
	}
	if (!e->ends_transaction)
		return;
	d->in_begin = d->gtid_open = false;
	if (d->table_count > KEPT_TABLES)
		decoder_forget_tables(d);
}

/* ---- feeding ----------------------------------------------------------------------------- */

int decoder_dispatch(struct binlog_decoder *d, struct binlog_event *e, struct error *err)
{
	int r = read_event(d, e, err);

	if (r < 0)
		return decoder_fail(d, e, err);
	follow_transaction(d, e);
	return d->handler(d->arg, e, err);
}

static int take_apart(struct binlog_decoder *d, struct binlog_event *e, const uint8_t *data,
		      size_t len, struct error *err)
{
	int r;

	e->body = (struct binlog_slice){ data + BINLOG_HEADER_BYTES, len - BINLOG_HEADER_BYTES };
	if (e->type == BINLOG_FORMAT_DESCRIPTION)
		return open_format(d, e, data, len, err);
	if (is_made_up(d, e)) {
		if (has_made_up_sum(d, e, data, len))
			len -= BINLOG_CHECKSUM_BYTES;
	} else if (!d->have_format) {
		return error_set(err, ERR_INVALID, "no format description came before it");
	} else if (d->checksum == CHECKSUM_CRC32) {
		if (len < BINLOG_HEADER_BYTES + BINLOG_CHECKSUM_BYTES)
			return error_set(err, ERR_INVALID, "it is cut off");
		r = check_sum(d, e, data, len, err);
		if (r < 0)
			return r;
		len -= BINLOG_CHECKSUM_BYTES;
	}
	e->body.len = len - BINLOG_HEADER_BYTES;
	return 0;
}

int binlog_decoder_feed(struct binlog_decoder *d, uint64_t position, const uint8_t *data,
			size_t len, struct error *err)
{
	struct binlog_event e = {
		.file = d->name,
		.position = position,
		.next = position + len,
	};
	int r;

	if (len < BINLOG_HEADER_BYTES || len != binlog_event_length(data))
		return error_set(err, ERR_INVALID,
				 "cannot read binlog '%s' at position %" PRIu64
				 ": no event of %zu bytes can be there",
				 d->name ? d->name : "?", position, len);
	e.timestamp = bytes_u32(data);
	e.type = data[4];
	e.server_id = bytes_u32(data + 5);
	e.length = (uint32_t)len;
	e.flags = bytes_u16(data + 17);
	r = take_apart(d, &e, data, len, err);
	if (r < 0)
		return decoder_fail(d, &e, err);
	if (e.type == BINLOG_FORMAT_DESCRIPTION)
		return d->handler(d->arg, &e, err);
	if (e.type == BINLOG_TRANSACTION_PAYLOAD)
		return decoder_payload(d, &e, err);
	return decoder_dispatch(d, &e, err);
}
