/* SPDX-License-Identifier: Apache-2.0 */
#include "kube/stream/portforward.h"

#include <stdbool.h>
#include <string.h>

#include "base/limits.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/strbuf.h"
#include "kube/client_parts.h"
#include "kube/status.h"
#include "kube/stream/dial.h"

/* The channels of the only port. */
#define DATA 0
#define ERROR 1
#define PORT_SIZE 2 /* bytes of the port, with which each channel begins */

struct portforward {
	struct websocket *ws;
	unsigned port;
	uint8_t begun[2][PORT_SIZE];
	size_t begun_len[2];
	const uint8_t *bytes; /* of the websocket, not handed out yet */
	size_t len;
	struct strbuf error; /* what the server said */
};

int portforward_open(struct kube_client *c, const struct portforward_options *o,
		     struct portforward **ret, struct error *err)
{
	static const char *const protocols[] = { "v4.channel.k8s.io", NULL };
	cleanup_free char *label = xasprintf("port %u of pod '%s'", o->port, o->pod);
	cleanup_strbuf struct strbuf path = STRBUF_INIT;
	struct websocket *ws;
	struct portforward *p;
	int r;

	strbuf_addstr(&path, "/api/v1/namespaces/");
	kube_add_escaped(&path, o->namespace);
	strbuf_addstr(&path, "/pods/");
	kube_add_escaped(&path, o->pod);
	strbuf_addf(&path, "/portforward?ports=%u", o->port);
	r = stream_dial(c,
			&(struct stream_request){ .path = path.buf,
						  .protocols = protocols,
						  .resource = "pods/portforward",
						  .label = label,
						  .silence = o->silence },
			&ws, err);
	if (r < 0)
		return r;
	p = xcalloc(1, sizeof(*p));
	p->ws = ws;
	p->port = o->port;
	strbuf_init(&p->error);
	*ret = p;
	return 0;
}

/* Takes off the port that a channel begins with. */
static int take_port(struct portforward *p, struct channel_piece *piece, struct error *err)
{
	size_t *have = &p->begun_len[piece->channel];
	uint8_t *port = p->begun[piece->channel];

	while (*have < PORT_SIZE && piece->len) {
		port[(*have)++] = *piece->bytes++;
		piece->len--;
		if (*have == PORT_SIZE && (port[0] | (unsigned)port[1] << 8) != p->port)
			return error_set(err, ERR_INVALID,
					 "reading from %s: the server forwards another port",
					 websocket_label(p->ws));
	}
	return 0;
}

static int take_piece(struct portforward *p, struct channel_piece *piece, struct error *err)
{
	int r;

	if (piece->channel > ERROR)
		return error_set(err, ERR_INVALID, "reading from %s: the server uses channel %u",
				 websocket_label(p->ws), piece->channel);
	r = take_port(p, piece, err);
	if (r < 0)
		return r;
	if (piece->channel == DATA) {
		p->bytes = piece->bytes;
		p->len = piece->len;
	} else if (p->error.len + piece->len <= LIMIT_STREAM_ERROR) {
		strbuf_add(&p->error, piece->bytes, piece->len);
	}
	return 0;
}

/*
 * What container runtimes say names sandboxes and network namespaces, in two hundred bytes; what
 * happened is one of few things.
 */
static int fail_forward(struct portforward *p, struct error *err)
{
	const char *label = websocket_label(p->ws);
	cleanup_free char *text = kube_clean_text(p->error.buf, p->error.len, 2048);

	for (char *c = text; *c; c++)
		if (*c == '\n')
			*c = ' ';
	log_say(LOG_STEP, "%s: %s", label, text);
	if (strstr(text, "connection refused")) {
		error_set(err, ERR_IO, "cannot reach %s: connection refused", label);
		error_hint(err, "nothing listens there in the pod; kubectl logs tells whether its "
				"server runs");
	} else if (strstr(text, "connection reset by peer")) {
		error_set(err, ERR_IO, "the connection to %s was reset", label);
		error_hint(err, "its server, or the whole pod, has ended; kubectl get pod tells");
	} else {
		error_set(err, ERR_IO, "cannot reach %s: %s", label, text);
	}
	return -ERR_IO;
}

ssize_t portforward_read(struct portforward *p, void *buf, size_t len, struct error *err)
{
	size_t n;

	while (!p->len) {
		struct channel_piece piece;
		int r = websocket_read(p->ws, &piece, err);

		/* Its reason comes before the end, clean or not. */
		if (r <= 0 && p->error.len && r != -ERR_TIMEOUT && r != -ERR_CANCELLED) {
			error_release(err);
			return fail_forward(p, err);
		}
		if (r <= 0)
			return r;
		r = take_piece(p, &piece, err);
		if (r < 0)
			return r;
	}
	n = p->len < len ? p->len : len;
	memcpy(buf, p->bytes, n);
	p->bytes += n;
	p->len -= n;
	return (ssize_t)n;
}

int portforward_write(struct portforward *p, const void *buf, size_t len, struct error *err)
{
	return len ? websocket_write(p->ws, DATA, buf, len, err) : 0;
}

void portforward_close(struct portforward *p)
{
	if (!p)
		return;
	websocket_free(p->ws);
	strbuf_release(&p->error);
	free(p);
}
