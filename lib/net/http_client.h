/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * Many requests of many tasks to one server, over connections that they share: over one if the
 * server speaks HTTP/2. What is asked and how it is proven who asks stands in the call; nothing
 * comes from the environment but DISABLE_HTTP2, HTTP2_READ_IDLE_TIMEOUT_SECONDS and
 * HTTP2_PING_TIMEOUT_SECONDS, with Go's meaning: a connection that is silent for the sum of the
 * two, though the peer's machine was asked for a sign of life, is dead.
 *
 *	cleanup_http_call struct http_call *call = NULL;
 *	r = http_call_begin(client, &what, &call, err);
 *	if (r == 0)
 *		r = http_call_wait(call, err);
 *	... http_call_code(call), http_call_body(call)
 *
 * Redirects are not followed. libcurl is opened when the first client is made.
 */

#include "base/error.h"
#include "base/strbuf.h"

#include <stdbool.h>
#include <stdint.h>

struct http_client;
struct http_call;

/* NULL if libcurl is not there. */
struct http_client *http_client_new(struct error *err);
/* NULL is accepted. No call may be left. */
void http_client_free(struct http_client *c);

/* That were begun so far. */
size_t http_client_connections(const struct http_client *c);

/* Who is at the other end, and who we are. All borrowed during http_call_begin(). */
struct http_peer {
	const char *ca;	       /* PEM: the only CAs; NULL: those of ca_file */
	const char *ca_file;   /* NULL: those of the system */
	const char *cert, *key; /* PEM; or NULL */
	bool insecure;	       /* its certificate is not checked */
	const char *connect_to; /* "host:port" to connect to instead of the URL's; or NULL */
	const char *proxy;     /* URL; NULL: none */
};

struct http_what {
	const struct http_peer *peer;
	const char *method, *url;
	const char *label;	    /* for messages: "GET '/api'" */
	const char *const *headers; /* NULL-ended "Name: value"; Authorization may be among them */
	const char *body;	    /* or NULL; must stay until the end of the call */
	size_t body_len;
	size_t limit;		    /* bytes of the answer, after unpacking */
	int64_t silence;	    /* ms without a byte that are too many; 0: none are */
	bool compressed;	    /* the answer may be */
	/* The body is taken while it comes: http_call_read(). */
	bool stream;
	/* A connection of its own, whose server waits while nobody reads. Only with stream. */
	bool alone;
	/* Each header of the answer, without line end. It may not wait. Or NULL. */
	void (*on_header)(void *arg, const char *line, size_t len);
	void *arg;
};

/* In a task. */
int http_call_begin(struct http_client *c, const struct http_what *w, struct http_call **ret,
		    struct error *err);
/*
 * Until the answer is there: whole, or for a stream its headers (of 2xx; what stands behind another
 * code is body to the end). Errors: -ERR_IO, -ERR_TLS, -ERR_LIMIT; -ERR_TIMEOUT and -ERR_CANCELLED
 * of the task, and -ERR_TIMEOUT after silence. http_call_was_cut() tells more.
 */
int http_call_wait(struct http_call *call, struct error *err);
/*
 * Of a stream: appends to *out what has come, waiting for at least one byte. Returns 1, or 0 at its
 * end, or an error.
 */
int http_call_read(struct http_call *call, struct strbuf *out, struct error *err);
/* The connection was there and broke: another try makes sense where a request may come twice. */
bool http_call_was_cut(const struct http_call *call);
/* Nobody listens there. */
bool http_call_was_refused(const struct http_call *call);
long http_call_code(const struct http_call *call);
const char *http_call_content_type(const struct http_call *call); /* "" if it has none */
/* on_header is not called any more: whoever listens goes away. */
void http_call_forget_headers(struct http_call *call);
/* What has come and was not read. Good until the next call. */
struct strbuf *http_call_body(struct http_call *call);
/* At any time; what is under way is broken off. NULL is accepted. */
void http_call_free(struct http_call *call);

static inline void cleanup_http_call_fn(struct http_call **call)
{
	http_call_free(*call);
}
#define cleanup_http_call __attribute__((cleanup(cleanup_http_call_fn)))
