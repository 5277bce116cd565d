/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * A connection to a server of HTTP, over TLS and through a proxy if need be, for what is no
 * request and answer any more: WebSockets. libcurl makes it (CURLOPT_CONNECT_ONLY), so proxies of
 * all kinds, certificates in memory and their messages are those of requests; HTTP/1.1 is what TLS
 * agrees on.
 */

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct wire;

/* All borrowed during wire_open(). Texts may be NULL. */
struct wire_options {
	const char *host; /* without brackets */
	unsigned port;
	bool tls;
	const char *tls_name; /* to send and to check instead of host */
	bool insecure;	      /* the certificate is not checked */
	const char *ca;	      /* PEM: the only CAs; none: those of the system */
	const char *cert, *key; /* PEM: of the client */
	const char *proxy;    /* http://, https://, socks5://, socks5h:// */
	const char *peer;     /* how messages call the server */
};

#define WIRE_CONNECT_TIMEOUT 30000 /* ms; the task's deadline may come first */

/* In a task. Errors: -ERR_NOT_FOUND (no such host), -ERR_IO, -ERR_TLS, and those of the task. */
int wire_open(const struct wire_options *o, struct wire **ret, struct error *err);
/* What to wait for when there is nothing now. */
int wire_fd(const struct wire *w);
/*
 * Without waiting. 1: *ret bytes were read, 0 at the end, or written; 0: not now, wait for the
 * descriptor. -ERR_IO with a reason. What was not written at once is to be given again, unchanged
 * and at the same place in memory.
 */
int wire_read_now(struct wire *w, void *buf, size_t len, size_t *ret, struct error *err);
int wire_write_now(struct wire *w, const void *buf, size_t len, size_t *ret, struct error *err);
/* In a task: writes all. */
int wire_write(struct wire *w, const void *buf, size_t len, const char *what, struct error *err);
/* Since when the peer's machine, or a proxy's, has not even said that it got something. */
int64_t wire_silence_ms(const struct wire *w);
/* NULL is accepted. */
void wire_close(struct wire *w);

static inline void cleanup_wire_fn(struct wire **w)
{
	wire_close(*w);
}
#define cleanup_wire __attribute__((cleanup(cleanup_wire_fn)))
