/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * A Unix socket that stands for a port in a pod: each connection to it is forwarded by a WebSocket
 * of its own. It is in a folder of ours with the mode 0700, never a port of this machine, which
 * others could reach.
 *
 * It runs in tasks of the loop. What fails is not seen by the client of the socket, who gets an
 * end; forwarder_failure() says it.
 */

#include "kube/client.h"
#include "kube/stream/portforward.h"
#include "net/task.h"

struct forwarder;

/*
 * Nothing is sent before the first connection. The client must live until forwarder_close() has
 * returned, and, if that was called in a task that cannot wait any more, until loop_run() has.
 * -ERR_IO if there is no place for the socket.
 */
int forwarder_open(struct loop *loop, struct kube_client *c, const struct portforward_options *o,
		   struct forwarder **ret, struct error *err);
const char *forwarder_path(const struct forwarder *f);
/* Why the last connection that failed did: sets err and returns the class, or 0 if none has. */
int forwarder_failure(const struct forwarder *f, struct error *err);
/* Ends all connections and removes the socket, in a task or outside. NULL is accepted. */
void forwarder_close(struct forwarder *f);

static inline void cleanup_forwarder_fn(struct forwarder **f)
{
	forwarder_close(*f);
}
#define cleanup_forwarder __attribute__((cleanup(cleanup_forwarder_fn)))
