/* SPDX-License-Identifier: Apache-2.0 */
#include "net/wire.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/memory.h"
#include "net/curl_peer.h"
#include "net/curl_pool.h"
#include "net/task.h"

struct wire {
	const struct curl_library *curl;
	struct curl_pool *pool;
	struct curl_transfer transfer;
	CURL *easy;
	struct curl_slist *connect_to;
	int fd;
	char reason[CURL_ERROR_SIZE];
};

/* ---- options ----------------------------------------------------------------------------------*/

static char *join(const char *host, unsigned port)
{
	return xasprintf(strchr(host, ':') ? "[%s]:%u" : "%s:%u", host, port);
}

/* The name that TLS is to see stands in the URL; where to go is told apart. */
static int set_peer(struct wire *w, const struct wire_options *o, struct error *err)
{
	__typeof__(curl_easy_setopt) *setopt = w->curl->easy_setopt;
	cleanup_free char *name = join(o->tls && o->tls_name ? o->tls_name : o->host, o->port);
	cleanup_free char *url = xasprintf("%s://%s/", o->tls ? "https" : "http", name);
	cleanup_free char *where = join(o->host, o->port);
	const struct http_peer peer = { .ca = o->ca,
					.cert = o->cert,
					.key = o->key,
					.insecure = o->insecure,
					.connect_to = where,
					.proxy = o->proxy };

	setopt(w->easy, CURLOPT_URL, url);
	setopt(w->easy, CURLOPT_HTTPPROXYTUNNEL, 1L);
	curl_peer_set_route(w->curl, w->easy, &peer, &w->connect_to);
	return curl_peer_set_tls(w->curl, w->easy, &peer, err);
}

static void set_transport(struct wire *w)
{
	__typeof__(curl_easy_setopt) *setopt = w->curl->easy_setopt;

	setopt(w->easy, CURLOPT_CONNECT_ONLY, 1L);
	setopt(w->easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	setopt(w->easy, CURLOPT_CONNECTTIMEOUT_MS, (long)WIRE_CONNECT_TIMEOUT);
	setopt(w->easy, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
	setopt(w->easy, CURLOPT_NOSIGNAL, 1L);
	setopt(w->easy, CURLOPT_ERRORBUFFER, w->reason);
#if LIBCURL_VERSION_NUM >= 0x075700
	/* A name server that does not answer must not hold the end up. */
	setopt(w->easy, CURLOPT_QUICK_EXIT, 1L);
#endif
}

/* ---- opening ----------------------------------------------------------------------------------*/

static int fail(const struct wire *w, CURLcode code, const char *peer, struct error *err)
{
	const char *reason = w->reason[0] ? w->reason : w->curl->easy_strerror(code);
	enum error_class class;

	switch (code) {
	case CURLE_COULDNT_RESOLVE_HOST:
		class = ERR_NOT_FOUND;
		break;
	case CURLE_PEER_FAILED_VERIFICATION:
	case CURLE_SSL_CONNECT_ERROR:
	case CURLE_SSL_CERTPROBLEM:
	case CURLE_SSL_CIPHER:
	case CURLE_SSL_CACERT_BADFILE:
		class = ERR_TLS;
		break;
	default:
		class = ERR_IO;
	}
	return error_set(err, class, "cannot connect to '%s': %s", peer, reason);
}

/* What a peer that has lost its power does not say is noticed within a minute. */
static void watch_peer(int fd)
{
	const int one = 1, idle = 30, pause = 10, probes = 3;

	(void)setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &one, sizeof(one));
	(void)setsockopt(fd, IPPROTO_TCP, TCP_KEEPIDLE, &idle, sizeof(idle));
	(void)setsockopt(fd, IPPROTO_TCP, TCP_KEEPINTVL, &pause, sizeof(pause));
	(void)setsockopt(fd, IPPROTO_TCP, TCP_KEEPCNT, &probes, sizeof(probes));
	(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
}

static int connect_in_task(struct wire *w, const char *peer, struct error *err)
{
	cleanup_free char *what = xasprintf("connecting to '%s'", peer);
	CURLcode code = CURLE_OK;
	curl_socket_t fd = CURL_SOCKET_BAD;
	int r = 0;

	curl_transfer_begin(w->pool, &w->transfer);
	while (!w->transfer.done && r == 0)
		r = curl_transfer_wait(&w->transfer, what, err);
	if (r < 0)
		return r;
	code = w->transfer.result;
	if (code == CURLE_OK)
		code = w->curl->easy_getinfo(w->easy, CURLINFO_ACTIVESOCKET, &fd);
	if (code != CURLE_OK || fd == CURL_SOCKET_BAD)
		return fail(w, code ? code : CURLE_COULDNT_CONNECT, peer, err);
	w->fd = fd;
	watch_peer(fd);
	return 0;
}

int wire_open(const struct wire_options *o, struct wire **ret, struct error *err)
{
	cleanup_wire struct wire *w = NULL;
	struct curl_pool *pool = curl_pool_new(err);
	int r;

	if (!pool)
		return -err->class;
	w = xcalloc(1, sizeof(*w));
	w->pool = pool;
	w->curl = curl_pool_library(pool);
	w->fd = -1;
	w->easy = w->transfer.easy = w->curl->easy_init();
	if (!w->easy)
		memory_exhausted();
	set_transport(w);
	r = set_peer(w, o, err);
	if (r == 0)
		r = connect_in_task(w, o->peer, err);
	if (r < 0)
		return r;
	*ret = TAKE_PTR(w);
	return 0;
}

void wire_close(struct wire *w)
{
	if (!w)
		return;
	/* The connection belongs to the pool, and lives as long as the transfer is in there. */
	curl_transfer_end(&w->transfer);
	if (w->easy)
		w->curl->easy_cleanup(w->easy);
	w->curl->slist_free_all(w->connect_to);
	curl_pool_free(w->pool);
	free(w);
}

/* ---- bytes ------------------------------------------------------------------------------------*/

int wire_fd(const struct wire *w)
{
	return w->fd;
}

int64_t wire_silence_ms(const struct wire *w)
{
	struct tcp_info info = { 0 };
	socklen_t size = sizeof(info);

	if (getsockopt(w->fd, IPPROTO_TCP, TCP_INFO, &info, &size) < 0)
		return 0;
	return info.tcpi_last_ack_recv;
}

static int judge(struct wire *w, CURLcode code, struct error *err)
{
	if (code == CURLE_OK)
		return 1;
	if (code == CURLE_AGAIN)
		return 0;
	return error_set(err, ERR_IO, "the connection was cut: %s",
			 w->reason[0] ? w->reason : w->curl->easy_strerror(code));
}

int wire_read_now(struct wire *w, void *buf, size_t len, size_t *ret, struct error *err)
{
	w->reason[0] = '\0';
	*ret = 0;
	return judge(w, w->curl->easy_recv(w->easy, buf, len, ret), err);
}

int wire_write_now(struct wire *w, const void *buf, size_t len, size_t *ret, struct error *err)
{
	w->reason[0] = '\0';
	*ret = 0;
	return judge(w, w->curl->easy_send(w->easy, buf, len, ret), err);
}

int wire_write(struct wire *w, const void *buf, size_t len, const char *what, struct error *err)
{
	const char *p = buf;

	while (len) {
		size_t n;
		int r = wire_write_now(w, p, len, &n, err);

		if (r < 0) {
			error_wrap(err, "%s", what);
			return r;
		}
		if (r == 0)
			r = wait_fd(w->fd, POLLOUT, what, NULL, err);
		if (r < 0)
			return r;
		p += n;
		len -= n;
	}
	return 0;
}
