/* SPDX-License-Identifier: Apache-2.0 */

/*
 * What servers send in a WebSocket. The first byte says how large the pieces are in which it comes;
 * all at once and in pieces must give the same messages, or the same refusal.
 */

#include "kube/stream/channel.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/strbuf.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void note(struct strbuf *out, const struct frame_event *e, struct channel_reader *channels)
{
	cleanup_error struct error err = ERROR_INIT;
	struct channel_piece p;

	if (e->opcode == FRAME_PING || e->opcode == FRAME_PONG || e->opcode == FRAME_CLOSE) {
		if (e->len > FRAME_CONTROL_MAX || !e->first || !e->last)
			abort();
		/* It may stand between any two pieces of a message. */
		return;
	}
	if (channel_read(channels, e, &p, &err) != 1)
		return;
	if (p.len > e->len)
		abort();
	for (size_t i = 0; i < p.len; i++) {
		strbuf_addch(out, (char)p.channel);
		strbuf_addch(out, (char)p.bytes[i]);
	}
}

static int read_all(const uint8_t *data, size_t size, size_t piece, struct strbuf *out)
{
	cleanup_error struct error err = ERROR_INIT;
	struct frame_reader frames = { 0 };
	struct channel_reader channels = { 0 };
	size_t pos = 0;

	while (pos < size) {
		size_t n = size - pos < piece ? size - pos : piece, used = 0;
		struct frame_event e;
		int r = frame_read(&frames, data + pos, n, &used, &e, &err);

		if (r < 0)
			return r;
		if (used > n || (r == 0 && used != n))
			abort();
		pos += used;
		if (r == 1)
			note(out, &e, &channels);
	}
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	cleanup_strbuf struct strbuf whole = STRBUF_INIT, pieces = STRBUF_INIT;

	if (size < 1)
		return 0;
	if (read_all(data + 1, size - 1, size, &whole) !=
		    read_all(data + 1, size - 1, data[0] % 16u + 1, &pieces) ||
	    whole.len != pieces.len || memcmp(whole.buf, pieces.buf, whole.len) != 0)
		abort();
	return 0;
}
