/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * The frames of WebSockets (RFC 6455), as a client has them. No I/O. Messages are handed on in
 * pieces as they come, so none is too large for us and none is put together in memory; what must be
 * whole (a ping, a reason) has at most 125 bytes.
 *
 * Our own and not libwslay: what it would save is about this file, and it is in no repository of
 * many distributions.
 */

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum frame_opcode {
	FRAME_CONTINUATION = 0,
	FRAME_TEXT = 1,
	FRAME_BINARY = 2,
	FRAME_CLOSE = 8,
	FRAME_PING = 9,
	FRAME_PONG = 10,
};

#define FRAME_CONTROL_MAX 125 /* bytes of a ping, a pong, a close */
#define FRAME_HEADER_MAX 14   /* with a mask */

/* A zeroed one is ready for use. */
struct frame_reader {
	uint8_t head[10];
	size_t head_len;
	bool in_frame;
	bool final;	 /* the frame ends its message */
	uint8_t opcode;	 /* of the frame */
	uint8_t message; /* the opcode of the message that is under way; 0: none */
	bool fresh;	 /* nothing of that message was handed on */
	uint64_t left;	 /* bytes of the frame that are still to come */
	uint8_t control[FRAME_CONTROL_MAX];
	size_t control_len;
};

struct frame_event {
	enum frame_opcode opcode; /* text or binary: a piece of such a message */
	bool first, last;	  /* the piece begins its message, ends it */
	const uint8_t *bytes;	  /* of the input, or of the reader */
	size_t len;
};

/*
 * Reads from buf what a server sent. 1: *ret is an event, and *ret_used bytes were for it; 0: all
 * bytes were used and more are needed. -ERR_INVALID for what no server may send; then the reader
 * is of no use any more.
 */
int frame_read(struct frame_reader *r, const uint8_t *buf, size_t len, size_t *ret_used,
	       struct frame_event *ret, struct error *err);
/* The status code of a FRAME_CLOSE, 1005 if it has none. */
unsigned frame_close_code(const struct frame_event *close);

/*
 * Writes the header of a frame that is a whole message of len bytes, and returns its size. mask
 * must be random, and anew for each frame.
 */
size_t frame_write_header(uint8_t ret[FRAME_HEADER_MAX], enum frame_opcode opcode, size_t len,
			  const uint8_t mask[4]);
/* Masks payload in place, or takes the mask off. */
void frame_mask(uint8_t *payload, size_t len, const uint8_t mask[4]);
