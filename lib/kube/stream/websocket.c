/* SPDX-License-Identifier: Apache-2.0 */
#include "kube/stream/websocket.h"

#include <poll.h>
#include <string.h>

#include "base/clock.h"
#include "base/digest.h"
#include "base/memory.h"
#include "net/task.h"

#define READ_SIZE ((size_t)64 << 10)
#define PINGS 6 /* within the time of silence */
/* Bytes that are read without a wait before others get a turn. */
#define TURN ((size_t)256 << 10)
#define GOOD_BYE 1000 /* the status code */

struct websocket {
	struct wire *wire;
	struct websocket_options options;
	char *label, *reading, *writing;

	struct frame_reader frames;
	struct channel_reader channels;
	uint8_t *in; /* NULL while there is nothing in it */
	size_t in_pos, in_len;
	size_t unpaused;
	int64_t heard_at, asked_at;
	unsigned close_code;
	bool closed; /* by the server */

	/* The one frame that is being sent. It stays where it is, as wire_write_now() wants it. */
	uint8_t *out;
	size_t out_pos, out_len;
	bool broken; /* nothing can be written any more */
	struct error failure; /* why */
	/* What goes before the next message. */
	bool ping, pong;
	uint8_t pong_bytes[FRAME_CONTROL_MAX];
	size_t pong_len;
};

struct websocket *websocket_new(struct wire *wire, const struct websocket_options *opts,
				const void *bytes, size_t len)
{
	struct websocket *ws = xcalloc(1, sizeof(*ws));

	ws->wire = wire;
	ws->options = *opts;
	if (!ws->options.silence)
		ws->options.silence = WEBSOCKET_SILENCE;
	ws->label = xstrdup(opts->label);
	ws->reading = xasprintf("reading from %s", opts->label);
	ws->writing = xasprintf("writing to %s", opts->label);
	ws->heard_at = ws->asked_at = clock_ms();
	if (len) {
		ws->in = (uint8_t *)xmemdupz(bytes, len);
		ws->in_len = len;
	}
	return ws;
}

const char *websocket_protocol(const struct websocket *ws)
{
	return ws->options.protocol;
}

const char *websocket_label(const struct websocket *ws)
{
	return ws->label;
}

unsigned websocket_close_code(const struct websocket *ws)
{
	return ws->close_code;
}

/* ---- writing ----------------------------------------------------------------------------------*/

/* Makes the frame that is sent next: at most one byte of channel and the others. */
static int set_frame(struct websocket *ws, enum frame_opcode opcode, const uint8_t *channel,
		     const void *bytes, size_t len, struct error *err)
{
	size_t skip = channel ? 1 : 0, size;
	uint8_t mask[4];
	int r = random_bytes(mask, sizeof(mask), err);

	if (r < 0)
		return r;
	ws->out = xmalloc(FRAME_HEADER_MAX + skip + len);
	size = frame_write_header(ws->out, opcode, skip + len, mask);
	if (channel)
		ws->out[size] = *channel;
	if (len)
		memcpy(ws->out + size + skip, bytes, len);
	frame_mask(ws->out + size, skip + len, mask);
	ws->out_pos = 0;
	ws->out_len = size + skip + len;
	return 0;
}

static void drop_frame(struct websocket *ws)
{
	free(ws->out);
	ws->out = NULL;
	ws->out_pos = ws->out_len = 0;
}

/* Takes the next ping or pong that waits; 1 if there is one. */
static int set_control(struct websocket *ws, struct error *err)
{
	int r;

	if (ws->pong) {
		ws->pong = false;
		r = set_frame(ws, FRAME_PONG, NULL, ws->pong_bytes, ws->pong_len, err);
		return r < 0 ? r : 1;
	}
	if (ws->ping) {
		ws->ping = false;
		r = set_frame(ws, FRAME_PING, NULL, NULL, 0, err);
		return r < 0 ? r : 1;
	}
	return 0;
}

static int repeat_failure(const struct websocket *ws, struct error *err)
{
	return error_set(err, (enum error_class)ws->failure.class, "%s", ws->failure.message);
}

static int break_writing(struct websocket *ws, struct error *err)
{
	ws->broken = true;
	drop_frame(ws);
	error_wrap(err, "%s", ws->writing);
	error_set(&ws->failure, (enum error_class)err->class, "%s", err->message);
	return -err->class;
}

/* Without waiting: 1 when all is sent, 0 when the connection takes no more now. */
static int flush_now(struct websocket *ws, struct error *err)
{
	if (ws->broken)
		return repeat_failure(ws, err);
	for (;;) {
		size_t n;
		int r;

		if (!ws->out) {
			r = set_control(ws, err);
			if (r <= 0)
				return r < 0 ? break_writing(ws, err) : 1;
		}
		r = wire_write_now(ws->wire, ws->out + ws->out_pos, ws->out_len - ws->out_pos, &n,
				   err);
		if (r < 0)
			return break_writing(ws, err);
		if (r == 0)
			return 0;
		ws->out_pos += n;
		if (ws->out_pos == ws->out_len)
			drop_frame(ws);
	}
}

static int flush(struct websocket *ws, struct error *err)
{
	for (;;) {
		int r = flush_now(ws, err);

		if (r != 0)
			return r < 0 ? r : 0;
		r = wait_fd(wire_fd(ws->wire), POLLOUT, ws->writing, NULL, err);
		if (r < 0)
			return r;
	}
}

int websocket_write(struct websocket *ws, uint8_t channel, const void *bytes, size_t len,
		    struct error *err)
{
	const uint8_t *p = bytes;

	do {
		size_t n = len < WEBSOCKET_PIECE - 1 ? len : WEBSOCKET_PIECE - 1;
		int r = flush(ws, err);

		if (r == 0)
			r = set_frame(ws, FRAME_BINARY, &channel, p, n, err);
		if (r == 0)
			r = flush(ws, err);
		if (r < 0)
			return r;
		p += n;
		len -= n;
	} while (len);
	return 0;
}

bool websocket_may_queue(const struct websocket *ws)
{
	return !ws->out && !ws->broken;
}

int websocket_queue(struct websocket *ws, uint8_t channel, const void *bytes, size_t len,
		    struct error *err)
{
	cleanup_error struct error unsent = ERROR_INIT;
	int r = ws->broken ? 0 : set_frame(ws, FRAME_BINARY, &channel, bytes, len, err);

	if (r == 0 && !ws->broken)
		(void)flush_now(ws, &unsent);
	return r;
}

/* ---- reading ----------------------------------------------------------------------------------*/

/* 1: *ret is for the caller; 0: it was for us, or the end. */
static int take_event(struct websocket *ws, const struct frame_event *e, struct channel_piece *ret,
		      struct error *err)
{
	switch (e->opcode) {
	case FRAME_CLOSE:
		ws->closed = true;
		ws->close_code = frame_close_code(e);
		return 0;
	case FRAME_PING:
		/* Only the last one has to be answered (RFC 6455 §5.5.3). */
		ws->pong = true;
		ws->pong_len = e->len;
		memcpy(ws->pong_bytes, e->bytes, e->len);
		return 0;
	case FRAME_PONG:
		return 0;
	default:
		return channel_read(&ws->channels, e, ret, err);
	}
}

/* What is in the buffer: 1 a piece, 0 no whole one. */
static int take_buffered(struct websocket *ws, struct channel_piece *ret, struct error *err)
{
	int r = 0;

	while (r == 0 && !ws->closed && ws->in_pos < ws->in_len) {
		struct frame_event e;
		size_t used = 0;

		r = frame_read(&ws->frames, ws->in + ws->in_pos, ws->in_len - ws->in_pos, &used, &e,
			       err);
		ws->in_pos += used;
		if (r == 1)
			r = take_event(ws, &e, ret, err);
	}
	if (r < 0)
		error_wrap(err, "%s", ws->reading);
	return r;
}

static int check_silence(struct websocket *ws, struct error *err)
{
	int64_t limit = ws->options.silence, now = clock_ms();

	if (now - ws->heard_at > limit &&
	    (!ws->options.patient || wire_silence_ms(ws->wire) > limit))
		return error_set(err, ERR_IO, "%s: the server has been silent for %g s", ws->reading,
				 (double)limit / 1000);
	if (now - ws->asked_at >= limit / PINGS) {
		ws->ping = true;
		ws->asked_at = now;
	}
	return 0;
}

/* 2: input can be read. */
static int wait_for_bytes(struct websocket *ws, int input, struct error *err)
{
	struct pollfd fds[2] = {
		{ .fd = wire_fd(ws->wire), .events = (short)(POLLIN | (ws->out ? POLLOUT : 0)) },
		{ .fd = websocket_may_queue(ws) && input >= 0 ? input : -1, .events = POLLIN },
	};
	int r;

	free(ws->in);
	ws->in = NULL;
	ws->in_pos = ws->in_len = ws->unpaused = 0;
	if (input == WEBSOCKET_AT_ONCE && websocket_may_queue(ws))
		return 2;
	r = wait_fds(fds, 2, ws->asked_at + ws->options.silence / PINGS, ws->reading, err);
	if (r < 0)
		return r;
	return r == 0 ? check_silence(ws, err) : fds[1].revents ? 2 : 0;
}

/* 0: there may be more to take; 2: input can be read. */
static int read_bytes(struct websocket *ws, int input, struct error *err)
{
	cleanup_error struct error unsent = ERROR_INIT;
	size_t n;
	int r = 0;

	if (ws->unpaused >= TURN) {
		ws->unpaused = 0;
		r = wait_until(clock_ms(), err);
		if (r < 0)
			return r;
	}
	/* What cannot be sent any more is no reason not to read what has come. */
	(void)flush_now(ws, &unsent);
	if (!ws->in || ws->in_len < READ_SIZE) {
		free(ws->in);
		ws->in = xmalloc(READ_SIZE);
	}
	ws->in_pos = 0;
	r = wire_read_now(ws->wire, ws->in, READ_SIZE, &n, err);
	ws->in_len = n;
	if (r == 0)
		return wait_for_bytes(ws, input, err);
	if (r < 0)
		error_wrap(err, "%s", ws->reading);
	else if (n == 0)
		r = error_set(err, ERR_IO, "%s: the connection was cut", ws->reading);
	if (r < 0)
		return r;
	ws->unpaused += n;
	ws->heard_at = ws->asked_at = clock_ms();
	return 0;
}

int websocket_read_or_input(struct websocket *ws, int input, struct channel_piece *ret,
			    struct error *err)
{
	for (;;) {
		int r = take_buffered(ws, ret, err);

		if (r != 0 || ws->closed)
			return r;
		r = read_bytes(ws, input, err);
		if (r != 0)
			return r;
	}
}

int websocket_read(struct websocket *ws, struct channel_piece *ret, struct error *err)
{
	return websocket_read_or_input(ws, -1, ret, err);
}

void websocket_free(struct websocket *ws)
{
	cleanup_error struct error ignored = ERROR_INIT;
	static const uint8_t code[] = { GOOD_BYE >> 8, GOOD_BYE & 0xff };

	if (!ws)
		return;
	if (!ws->broken && flush_now(ws, &ignored) == 1 &&
	    set_frame(ws, FRAME_CLOSE, NULL, code, sizeof(code), &ignored) == 0)
		(void)flush_now(ws, &ignored);
	drop_frame(ws);
	wire_close(ws->wire);
	error_release(&ws->failure);
	free(ws->in);
	free(ws->label);
	free(ws->reading);
	free(ws->writing);
	free(ws);
}
