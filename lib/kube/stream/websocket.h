/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * A WebSocket with channels in it, in tasks: one may read while another writes. Pings are answered,
 * and sent where nothing comes; what is silent for too long is dead. Reading never waits for
 * writing, so a server that stops reading until it is read from does not stop us.
 *
 * A connection that ends without a good-bye is an error: what came over it may not be all.
 */

#include "base/error.h"
#include "kube/stream/channel.h"
#include "net/wire.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct websocket;

#define WEBSOCKET_SILENCE 60000	      /* ms */
#define WEBSOCKET_PIECE ((size_t)32 << 10) /* bytes of a frame that we send */

struct websocket_options {
	const char *protocol; /* that was agreed on; borrowed, static */
	const char *label;    /* for messages: "port 3306 of pod 'db'" */
	int64_t silence;      /* ms; 0: WEBSOCKET_SILENCE */
	/* Something that nobody reads may be on its way: then pings stay unanswered. */
	bool patient;
};

/* Takes wire, and the bytes that were read from it already. */
struct websocket *websocket_new(struct wire *wire, const struct websocket_options *opts,
				const void *bytes, size_t len);
const char *websocket_protocol(const struct websocket *ws);
const char *websocket_label(const struct websocket *ws);

/*
 * The next piece of any channel, good until the next call: 1. 0 when the server has closed it, with
 * the code in websocket_close_code(). Errors: -ERR_IO (cut, silent), -ERR_INVALID (no WebSocket),
 * -ERR_TIMEOUT, -ERR_CANCELLED.
 */
int websocket_read(struct websocket *ws, struct channel_piece *ret, struct error *err);
/*
 * The same for who has something to write too, without another task: 2 when websocket_queue() may
 * be called and input, a descriptor, can be read. WEBSOCKET_AT_ONCE: as soon as it may be called.
 */
#define WEBSOCKET_AT_ONCE (-2)
int websocket_read_or_input(struct websocket *ws, int input, struct channel_piece *ret,
			    struct error *err);
/* May websocket_queue() be called? */
bool websocket_may_queue(const struct websocket *ws);
/*
 * Begins to write one message of less than WEBSOCKET_PIECE bytes; the calls above go on with it.
 * What cannot be written is dropped: the reading tells what became of the connection.
 */
int websocket_queue(struct websocket *ws, uint8_t channel, const void *bytes, size_t len,
		    struct error *err);
unsigned websocket_close_code(const struct websocket *ws);
/* Writes one message, or several if it is long. -ERR_IO when the connection is no more. */
int websocket_write(struct websocket *ws, uint8_t channel, const void *bytes, size_t len,
		    struct error *err);
/* Says good-bye without waiting, and frees. No task may be in a call. NULL is accepted. */
void websocket_free(struct websocket *ws);

static inline void cleanup_websocket_fn(struct websocket **ws)
{
	websocket_free(*ws);
}
#define cleanup_websocket __attribute__((cleanup(cleanup_websocket_fn)))
