/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * Channels in a WebSocket (v4.channel.k8s.io, v5.channel.k8s.io): the first byte of each binary
 * message says whose the others are. A message may come in fragments, and that byte is in the first
 * of them only. No I/O.
 */

#include "kube/stream/frame.h"

/* A zeroed one is ready for use. */
struct channel_reader {
	uint8_t channel;
};

struct channel_piece {
	uint8_t channel;
	bool last; /* of its message */
	const uint8_t *bytes;
	size_t len; /* 0: an empty message: servers say so that they are ready */
};

/*
 * event is a FRAME_BINARY or FRAME_TEXT. 1: *ret is filled; 0: there is nothing in it. -ERR_INVALID
 * for text, which nobody sends in these protocols.
 */
int channel_read(struct channel_reader *r, const struct frame_event *event,
		 struct channel_piece *ret, struct error *err);
