/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * The way to a WebSocket of a client's API server: connection, proxy, TLS, credentials, upgrade. On
 * a 401 new credentials are asked for once; where the server says when to come back (Retry-After),
 * we do.
 */

#include "kube/client.h"
#include "kube/stream/websocket.h"

struct stream_request {
	const char *path;	      /* escaped, with its query */
	const char *const *protocols; /* NULL-ended, best first; static */
	const char *resource;	      /* for a hint: "pods/exec" */
	const char *label;	      /* for messages: "port 3306 of pod 'db'" */
	bool patient;		      /* of websocket_options */
	int64_t silence;	      /* likewise */
};

#define STREAM_ANSWER_TIMEOUT 60000 /* ms for one upgrade, the connection included */
#define STREAM_TRIES 10

/*
 * In a task. Errors, besides those of wire_open(), credentials_get() and upgrade_refusal():
 * -ERR_INVALID for an answer that is none, -ERR_TIMEOUT, -ERR_CANCELLED. Each begins with "cannot
 * reach LABEL". No secret is in them.
 */
int stream_dial(struct kube_client *c, const struct stream_request *rq, struct websocket **ret,
		struct error *err);
