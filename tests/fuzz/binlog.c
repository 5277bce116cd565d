/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Binlog events. The input is a byte (text, stream, summary), then events as type, length
 * (two bytes, little-endian) and body; headers are made here, without checksums, so that a search
 * is not stopped by them. What is decoded to JSON must be valid UTF-8 lines.
 */

#include <stdint.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/utf8.h"
#include "mysql/binlog/decoder.h"
#include "mysql/binlog/lines.h"
#include "mysql/binlog/summary.h"
#include "tree/read.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void le(struct strbuf *out, uint64_t v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		strbuf_addch(out, (char)(v >> 8 * i & 0xff));
}

static void make(struct strbuf *out, uint8_t type, const uint8_t *body, size_t len)
{
	strbuf_reset(out);
	le(out, 1764550800, 4);
	le(out, type, 1);
	le(out, 7, 4);
	le(out, 19 + len, 4);
	le(out, 0, 4);
	le(out, 0, 2);
	strbuf_add(out, body, len);
}

static void make_format(struct strbuf *out)
{
	uint8_t body[57 + 42 + 5] = { 4, 0, '9' };

	body[56] = 19;
	make(out, BINLOG_FORMAT_DESCRIPTION, body, sizeof(body));
}

static int feed(struct binlog_decoder *d, const struct strbuf *event, uint64_t position,
		struct error *err)
{
	/* An allocation of its own lets the sanitizers see a read of one byte too many. */
	uint8_t *copy = malloc(event->len);
	int r;

	if (!copy)
		abort();
	memcpy(copy, event->buf, event->len);
	r = binlog_decoder_feed(d, position, copy, event->len, err);
	free(copy);
	if (r < 0 && (!err->class || !err->message))
		abort();
	return r;
}

static void feed_all(struct binlog_decoder *d, const uint8_t *data, size_t size)
{
	cleanup_strbuf struct strbuf event = STRBUF_INIT;
	cleanup_error struct error err = ERROR_INIT;
	uint64_t position = 4;
	size_t at = 0;
	int r;

	make_format(&event);
	r = feed(d, &event, position, &err);
	while (r == 0 && size - at >= 3) {
		size_t len = (size_t)(data[at + 1] | data[at + 2] << 8);

		len = len > size - at - 3 ? size - at - 3 : len;
		make(&event, data[at], data + at + 3, len);
		position += event.len;
		r = feed(d, &event, position, &err);
		at += 3 + len;
	}
}

/* Whole lines only: none is begun that cannot be ended. */
static void must_be_lines(const struct strbuf *text)
{
	const char *at = text->buf, *end = text->buf + text->len, *stop;

	for (; at < end; at = stop + 1) {
		cleanup_arena struct arena *a = arena_new();
		cleanup_error struct error err = ERROR_INIT;
		struct node *n;

		stop = memchr(at, '\n', (size_t)(end - at));
		if (!stop)
			abort();
		if (tree_read_json(a, at, (size_t)(stop - at), "line",
				   READ_DUPLICATE_KEYS_LAST_WINS, &n, &err) < 0 &&
		    err.class != ERR_LIMIT)
			abort();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct binlog_lines lines = BINLOG_LINES_INIT;
	struct binlog_summary summary = BINLOG_SUMMARY_INIT;
	struct binlog_decoder *d;
	uint8_t how;

	if (size < 1)
		return 0;
	how = data[0];
	lines.out.text = how & 1;
	if (how & 4)
		d = binlog_decoder_new(binlog_summary_event, &summary);
	else
		d = binlog_decoder_new(binlog_lines_event, &lines);
	binlog_decoder_file(d, "f");
	if (how & 2)
		binlog_decoder_stream(d);
	feed_all(d, data + 1, size - 1);
	binlog_lines_end(&lines);
	if (!utf8_valid(lines.out.buf.buf, lines.out.buf.len))
		abort();
	if (!(how & 5))
		must_be_lines(&lines.out.buf);
	binlog_decoder_free(d);
	if (how & 4)
		binlog_summary_write(&summary, &lines.out);
	binlog_lines_release(&lines);
	binlog_summary_release(&summary);
	return 0;
}
