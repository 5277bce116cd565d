/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * A connection to a port in a pod, over the API server: a stream of bytes both ways. Each has a
 * WebSocket of its own (the subprotocol v4.channel.k8s.io, which all servers speak), so the end of
 * one harms no other. In tasks: one may read while another writes.
 *
 * There is no half-close: who has said all must wait for the answer before portforward_close().
 */

#include "kube/client.h"

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct portforward;

struct portforward_options {
	const char *namespace, *pod;
	unsigned port;
	int64_t silence; /* ms without a sign of life; 0: WEBSOCKET_SILENCE */
};

/*
 * The server connects to the port after this: whether something listens there shows in the first
 * read. Errors: those of stream_dial().
 */
int portforward_open(struct kube_client *c, const struct portforward_options *o,
		     struct portforward **ret, struct error *err);
/*
 * At least one byte, 0 when the other side has closed it. -ERR_IO when nothing listens on the port,
 * when the pod is gone, when the connection was cut; -ERR_INVALID, -ERR_TIMEOUT, -ERR_CANCELLED.
 */
ssize_t portforward_read(struct portforward *p, void *buf, size_t len, struct error *err);
/* Writes all. */
int portforward_write(struct portforward *p, const void *buf, size_t len, struct error *err);
/* No task may be in a call. NULL is accepted. */
void portforward_close(struct portforward *p);

static inline void cleanup_portforward_fn(struct portforward **p)
{
	portforward_close(*p);
}
#define cleanup_portforward __attribute__((cleanup(cleanup_portforward_fn)))
