/* SPDX-License-Identifier: Apache-2.0 */
#include "net/http_client.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/memory.h"
#include "net/curl_peer.h"
#include "net/curl_pool.h"

#define CONNECT_TIMEOUT 30000L /* as kubectl dials */
#define CONNECTIONS 256L       /* to one server; with HTTP/2 one is enough */
#define PAUSE_AT ((size_t)1 << 20)  /* unread bytes of a stream that is alone */

struct http_client {
	struct curl_pool *pool;
	const struct curl_library *curl;
	bool http1;
	size_t connections;
	int idle, ping; /* seconds; idle 0: no signs of life are asked for */
};

struct http_call {
	struct http_client *client;
	struct curl_transfer transfer;
	struct curl_slist *headers, *connect_to;
	char *label;
	struct strbuf body;
	size_t limit;
	int64_t silence;
	bool stream, alone, paused, has_begun, too_large;
	void (*on_header)(void *arg, const char *line, size_t len);
	void *arg;
	char reason[CURL_ERROR_SIZE];
};

/* ---- clients --------------------------------------------------------------------------------- */

static int seconds_of(const char *name, int usual)
{
	const char *text = getenv(name);
	char *end = NULL;
	long n = text ? strtol(text, &end, 10) : usual;

	return text && (end == text || *end || n < 0 || n > 3600) ? usual : (int)n;
}

struct http_client *http_client_new(struct error *err)
{
	struct curl_pool *pool = curl_pool_new(err);
	const char *disabled = getenv("DISABLE_HTTP2");
	struct http_client *c;

	if (!pool)
		return NULL;
	c = xcalloc(1, sizeof(*c));
	c->pool = pool;
	c->curl = curl_pool_library(pool);
	c->http1 = disabled && disabled[0];
	c->idle = seconds_of("HTTP2_READ_IDLE_TIMEOUT_SECONDS", 30);
	c->ping = seconds_of("HTTP2_PING_TIMEOUT_SECONDS", 15);
	curl_pool_limit(pool, CONNECTIONS);
	return c;
}

void http_client_free(struct http_client *c)
{
	if (!c)
		return;
	curl_pool_free(c->pool);
	free(c);
}

size_t http_client_connections(const struct http_client *c)
{
	return c->connections;
}

/* ---- what comes ------------------------------------------------------------------------------ */

static size_t receive(char *data, size_t size, size_t count, void *user)
{
	struct http_call *call = user;
	size_t len = size * count;

	if (call->alone && call->body.len >= PAUSE_AT && http_call_code(call) / 100 == 2) {
		call->paused = true;
		return CURL_WRITEFUNC_PAUSE;
	}
	if (len > call->limit - call->body.len) {
		call->too_large = true;
		return 0;
	}
	strbuf_add(&call->body, data, len);
	call->has_begun = true;
	if (call->stream)
		curl_transfer_wake(&call->transfer);
	return len;
}

static size_t receive_header(char *data, size_t size, size_t count, void *user)
{
	struct http_call *call = user;
	size_t len = size * count, n = len;

	while (n && (data[n - 1] == '\r' || data[n - 1] == '\n'))
		n--;
	if (n && call->on_header)
		call->on_header(call->arg, data, n);
	/* The line that ends them; behind 1xx come others. */
	if (!n && http_call_code(call) >= 200) {
		call->has_begun = true;
		curl_transfer_wake(&call->transfer);
	}
	return len;
}

/* Without this a peer that has lost its power is missed for a quarter of an hour. */
static int tune_socket(void *user, curl_socket_t fd, curlsocktype purpose UNUSED)
{
	struct http_client *c = user;
	const int one = 1, pause = c->ping > 3 ? c->ping / 3 : 1, probes = 3;
	const unsigned most = (unsigned)(c->idle + c->ping) * 1000;

	c->connections++;
	if (!c->idle)
		return CURL_SOCKOPT_OK;
	/* What the kernel does not know it leaves alone, and the connection works without. */
	(void)setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &one, sizeof(one));
	(void)setsockopt(fd, IPPROTO_TCP, TCP_KEEPIDLE, &c->idle, sizeof(c->idle));
	(void)setsockopt(fd, IPPROTO_TCP, TCP_KEEPINTVL, &pause, sizeof(pause));
	(void)setsockopt(fd, IPPROTO_TCP, TCP_KEEPCNT, &probes, sizeof(probes));
	(void)setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &most, sizeof(most));
	return CURL_SOCKOPT_OK;
}

/* ---- setting up ------------------------------------------------------------------------------ */

static void set_transport(struct http_call *call)
{
	__typeof__(curl_easy_setopt) *setopt = call->client->curl->easy_setopt;
	struct http_client *c = call->client;
	CURL *easy = call->transfer.easy;

#if LIBCURL_VERSION_NUM >= 0x075500
	setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
#else
	setopt(easy, CURLOPT_PROTOCOLS, (long)(CURLPROTO_HTTP | CURLPROTO_HTTPS));
#endif
	setopt(easy, CURLOPT_HTTP_VERSION,
	       (long)(c->http1 || call->alone ? CURL_HTTP_VERSION_1_1 : CURL_HTTP_VERSION_2TLS));
	setopt(easy, CURLOPT_PIPEWAIT, call->alone ? 0L : 1L);
	setopt(easy, CURLOPT_FRESH_CONNECT, call->alone ? 1L : 0L);
	setopt(easy, CURLOPT_FORBID_REUSE, call->alone ? 1L : 0L);
	setopt(easy, CURLOPT_NOSIGNAL, 1L);
#if LIBCURL_VERSION_NUM >= 0x075700
	/* A name server that does not answer must not hold the end up. */
	setopt(easy, CURLOPT_QUICK_EXIT, 1L);
#endif
	setopt(easy, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
	setopt(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
	setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, CONNECT_TIMEOUT);
	setopt(easy, CURLOPT_SOCKOPTFUNCTION, tune_socket);
	setopt(easy, CURLOPT_SOCKOPTDATA, c);
	if (call->silence) {
		setopt(easy, CURLOPT_LOW_SPEED_LIMIT, 1L);
		setopt(easy, CURLOPT_LOW_SPEED_TIME, (long)((call->silence + 999) / 1000));
	}
}

static void set_message(struct http_call *call, const struct http_what *w)
{
	__typeof__(curl_easy_setopt) *setopt = call->client->curl->easy_setopt;
	CURL *easy = call->transfer.easy;

	setopt(easy, CURLOPT_URL, w->url);
	setopt(easy, CURLOPT_PATH_AS_IS, 1L);
	setopt(easy, CURLOPT_ERRORBUFFER, call->reason);
	if (w->body || strcmp(w->method, "GET") != 0) {
		setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)w->body_len);
		setopt(easy, CURLOPT_POSTFIELDS, w->body ? w->body : "");
	}
	setopt(easy, CURLOPT_CUSTOMREQUEST, w->method);
	for (const char *const *h = w->headers; h && *h; h++)
		call->headers = call->client->curl->slist_append(call->headers, *h);
	/* A server that does not know it would cost a second. */
	call->headers = call->client->curl->slist_append(call->headers, "Expect:");
	setopt(easy, CURLOPT_HTTPHEADER, call->headers);
	setopt(easy, CURLOPT_HEADEROPT, (long)CURLHEADER_SEPARATE);
	if (w->compressed)
		setopt(easy, CURLOPT_ACCEPT_ENCODING, "gzip");
	setopt(easy, CURLOPT_WRITEFUNCTION, receive);
	setopt(easy, CURLOPT_WRITEDATA, call);
	setopt(easy, CURLOPT_HEADERFUNCTION, receive_header);
	setopt(easy, CURLOPT_HEADERDATA, call);
}

int http_call_begin(struct http_client *c, const struct http_what *w, struct http_call **ret,
		    struct error *err)
{
	cleanup_http_call struct http_call *call = xcalloc(1, sizeof(*call));
	int r;

	call->client = c;
	call->label = xstrdup(w->label);
	strbuf_init(&call->body);
	call->limit = w->limit;
	call->silence = w->silence;
	call->stream = w->stream;
	call->alone = w->alone;
	call->on_header = w->on_header;
	call->arg = w->arg;
	call->transfer.easy = c->curl->easy_init();
	if (!call->transfer.easy)
		memory_exhausted();
	set_transport(call);
	curl_peer_set_route(c->curl, call->transfer.easy, w->peer, &call->connect_to);
	r = curl_peer_set_tls(c->curl, call->transfer.easy, w->peer, err);
	if (r < 0)
		return r;
	set_message(call, w);
	curl_transfer_begin(c->pool, &call->transfer);
	*ret = TAKE_PTR(call);
	return 0;
}

void http_call_free(struct http_call *call)
{
	if (!call)
		return;
	curl_transfer_end(&call->transfer);
	if (call->transfer.easy)
		call->client->curl->easy_cleanup(call->transfer.easy);
	/* Among them may be a token. */
	for (struct curl_slist *h = call->headers; h; h = h->next)
		explicit_bzero(h->data, strlen(h->data));
	call->client->curl->slist_free_all(call->headers);
	call->client->curl->slist_free_all(call->connect_to);
	explicit_bzero(call->body.buf, call->body.len);
	strbuf_release(&call->body);
	free(call->label);
	free(call);
}

/* ---- the end of it --------------------------------------------------------------------------- */

bool http_call_was_cut(const struct http_call *call)
{
	if (!call->transfer.done)
		return false;
	switch (call->transfer.result) {
	case CURLE_RECV_ERROR:
	case CURLE_SEND_ERROR:
	case CURLE_GOT_NOTHING:
	case CURLE_PARTIAL_FILE:
	case CURLE_HTTP2:
	case CURLE_HTTP2_STREAM:
		return true;
	default:
		return false;
	}
}

bool http_call_was_refused(const struct http_call *call)
{
	long why = 0;

	call->client->curl->easy_getinfo(call->transfer.easy, CURLINFO_OS_ERRNO, &why);
	return call->transfer.done && call->transfer.result == CURLE_COULDNT_CONNECT &&
	       why == ECONNREFUSED;
}

static int fail_tls(const struct http_call *call, const char *reason, struct error *err)
{
	error_set(err, ERR_TLS, "%s: %s", call->label, reason);
	if (call->transfer.result == CURLE_PEER_FAILED_VERIFICATION)
		error_hint(err, "the certificate is not of a CA that is trusted, or for another name");
	return -ERR_TLS;
}

static int fail(const struct http_call *call, struct error *err)
{
	CURLcode code = call->transfer.result;
	const char *reason = call->reason[0] ? call->reason
					     : call->client->curl->easy_strerror(code);

	if (call->too_large)
		return error_set(err, ERR_LIMIT, "%s: the answer is larger than %zu bytes",
				 call->label, call->limit);
	switch (code) {
	case CURLE_PEER_FAILED_VERIFICATION:
	case CURLE_SSL_CONNECT_ERROR:
	case CURLE_SSL_CERTPROBLEM:
	case CURLE_SSL_CACERT_BADFILE:
	case CURLE_SSL_CIPHER:
		return fail_tls(call, reason, err);
	case CURLE_OPERATION_TIMEDOUT:
		if (!call->silence || strncmp(reason, "Operation too slow", 18) != 0)
			return error_set(err, ERR_IO, "%s: %s", call->label, reason);
		return error_set(err, ERR_TIMEOUT, "%s: not a byte for %g s", call->label,
				 (double)call->silence / 1000);
	case CURLE_ABORTED_BY_CALLBACK:
		return error_set(err, ERR_CANCELLED, "%s: cancelled", call->label);
	default:
		return error_set(err, ERR_IO, "%s: %s", call->label, reason);
	}
}

/* Also for a body that came in part. */
static int check(const struct http_call *call, struct error *err)
{
	return call->transfer.done && call->transfer.result != CURLE_OK ? fail(call, err) : 0;
}

int http_call_wait(struct http_call *call, struct error *err)
{
	int r = 0;

	while (r == 0 && !call->transfer.done) {
		long code = http_call_code(call);

		if (call->stream && call->has_begun && code >= 200 && code < 300)
			break;
		r = curl_transfer_wait(&call->transfer, call->label, err);
	}
	/* What came counts more than a deadline that passed in the same moment. */
	if (r < 0 && !call->transfer.done)
		return r;
	if (r < 0)
		error_release(err);
	return check(call, err);
}

int http_call_read(struct http_call *call, struct strbuf *out, struct error *err)
{
	int r = 0;

	while (r == 0 && !call->body.len && !call->transfer.done)
		r = curl_transfer_wait(&call->transfer, call->label, err);
	if (r < 0)
		return r;
	if (!call->body.len)
		return check(call, err);
	strbuf_add(out, call->body.buf, call->body.len);
	strbuf_reset(&call->body);
	if (call->paused) {
		call->paused = false;
		curl_transfer_resume(&call->transfer);
	}
	return 1;
}

/* ---- the answer ------------------------------------------------------------------------------ */

long http_call_code(const struct http_call *call)
{
	long code = 0;

	call->client->curl->easy_getinfo(call->transfer.easy, CURLINFO_RESPONSE_CODE, &code);
	return code;
}

const char *http_call_content_type(const struct http_call *call)
{
	const char *type = NULL;

	call->client->curl->easy_getinfo(call->transfer.easy, CURLINFO_CONTENT_TYPE, &type);
	return type ? type : "";
}

void http_call_forget_headers(struct http_call *call)
{
	call->on_header = NULL;
}

struct strbuf *http_call_body(struct http_call *call)
{
	return &call->body;
}
