/* SPDX-License-Identifier: Apache-2.0 */
#include "net/http.h"

#include "base/clock.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/memory.h"
#include "net/curl_library.h"
#include "net/curl_pool.h"
#include "net/task.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

struct transfer {
	const struct curl_library *curl;
	CURL *easy;
	const char *url;
	struct strbuf *body;
	size_t start; /* bytes that were in body before */
	size_t limit;
	int64_t timeout;
	const char *more_time; /* a hint */
	bool too_large;
	char reason[CURL_ERROR_SIZE];
};

bool http_is_url(const char *text)
{
	return strncasecmp(text, "http://", 7) == 0 || strncasecmp(text, "https://", 8) == 0;
}

void http_add_shown_url(struct strbuf *out, const char *url)
{
	const char *host = strstr(url, "://");
	size_t authority;
	const char *at;

	if (!host) {
		strbuf_addstr(out, url);
		return;
	}
	host += 3;
	authority = strcspn(host, "/?#");
	at = memrchr(host, '@', authority);
	strbuf_add(out, url, (size_t)(host - url));
	if (at) {
		authority -= (size_t)(at + 1 - host);
		host = at + 1;
	}
	strbuf_add(out, host, authority + strcspn(host + authority, "?#"));
}

static void cleanup_transfer(struct transfer *t)
{
	if (t->easy)
		t->curl->easy_cleanup(t->easy);
}

static size_t receive(char *data, size_t size, size_t count, void *user)
{
	struct transfer *t = user;
	size_t len = size * count;
	long status = 0;

	t->curl->easy_getinfo(t->easy, CURLINFO_RESPONSE_CODE, &status);
	if (status >= 300)
		return len; /* what an error page says is not shown */
	if (len > t->limit - (t->body->len - t->start)) {
		t->too_large = true;
		return 0;
	}
	strbuf_add(t->body, data, len);
	return len;
}

static const char *ca_file(void)
{
	static const char *const names[] = { "CURL_CA_BUNDLE", "SSL_CERT_FILE" };

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		const char *path = getenv(names[i]);

		if (path && path[0])
			return path;
	}
	return NULL;
}

static void set_protocols(struct transfer *t)
{
	__typeof__(curl_easy_setopt) *setopt = t->curl->easy_setopt;
	bool secure = strncasecmp(t->url, "https:", 6) == 0;

	setopt(t->easy, CURLOPT_FOLLOWLOCATION, 1L);
	setopt(t->easy, CURLOPT_MAXREDIRS, (long)HTTP_REDIRECTS);
#if LIBCURL_VERSION_NUM >= 0x075500
	setopt(t->easy, CURLOPT_PROTOCOLS_STR, "http,https");
	setopt(t->easy, CURLOPT_REDIR_PROTOCOLS_STR, secure ? "https" : "http,https");
#else
	setopt(t->easy, CURLOPT_PROTOCOLS, (long)(CURLPROTO_HTTP | CURLPROTO_HTTPS));
	setopt(t->easy, CURLOPT_REDIR_PROTOCOLS,
	       (long)(secure ? CURLPROTO_HTTPS : CURLPROTO_HTTP | CURLPROTO_HTTPS));
#endif
}

static void set_options(struct transfer *t)
{
	__typeof__(curl_easy_setopt) *setopt = t->curl->easy_setopt;

	setopt(t->easy, CURLOPT_URL, t->url);
	setopt(t->easy, CURLOPT_ERRORBUFFER, t->reason);
	setopt(t->easy, CURLOPT_WRITEFUNCTION, receive);
	setopt(t->easy, CURLOPT_WRITEDATA, t);
	setopt(t->easy, CURLOPT_USERAGENT, "kubectl-mysql");
	setopt(t->easy, CURLOPT_NOSIGNAL, 1L);
#if LIBCURL_VERSION_NUM >= 0x075700
	/* A name server that does not answer must not hold the end up. */
	setopt(t->easy, CURLOPT_QUICK_EXIT, 1L);
#endif
	setopt(t->easy, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
	setopt(t->easy, CURLOPT_UNRESTRICTED_AUTH, 0L);
	setopt(t->easy, CURLOPT_TIMEOUT_MS, (long)t->timeout);
	setopt(t->easy, CURLOPT_CONNECTTIMEOUT_MS,
	       (long)(t->timeout < HTTP_CONNECT_TIMEOUT ? t->timeout : HTTP_CONNECT_TIMEOUT));
	setopt(t->easy, CURLOPT_MAXFILESIZE_LARGE, (curl_off_t)t->limit);
	if (ca_file())
		setopt(t->easy, CURLOPT_CAINFO, ca_file());
	set_protocols(t);
}

static int fail_transfer(const struct transfer *t, CURLcode code, const char *shown,
			 struct error *err)
{
	const char *reason = t->reason[0] ? t->reason : t->curl->easy_strerror(code);

	if (t->too_large || code == CURLE_FILESIZE_EXCEEDED)
		return error_set(err, ERR_LIMIT, "cannot read '%s': it is larger than %zu bytes",
				 shown, t->limit);
	switch (code) {
	case CURLE_OPERATION_TIMEDOUT:
		error_set(err, ERR_IO, "cannot read '%s': no complete answer within %g s", shown,
			  (double)t->timeout / 1000);
		error_hint(err, "%s", t->more_time);
		break;
	case CURLE_TOO_MANY_REDIRECTS:
		error_set(err, ERR_IO, "cannot read '%s': more than %d redirects", shown,
			  HTTP_REDIRECTS);
		break;
	case CURLE_UNSUPPORTED_PROTOCOL:
		/* An answer without a header, which libcurl takes for HTTP/0.9. */
		if (strstr(reason, "HTTP/0.9")) {
			error_set(err, ERR_IO,
				  "cannot read '%s': what the server answered is no HTTP", shown);
			break;
		}
		error_set(err, ERR_IO, "cannot read '%s': it redirects to what is not %s", shown,
			  strncasecmp(t->url, "https:", 6) == 0 ? "https" : "http or https");
		error_hint(err, "fetch the document with another tool, and give the file");
		break;
	case CURLE_URL_MALFORMAT:
		error_set(err, ERR_INVALID, "cannot read '%s': it is no valid URL", shown);
		break;
	case CURLE_PEER_FAILED_VERIFICATION:
	case CURLE_SSL_CACERT_BADFILE:
		error_set(err, ERR_IO, "cannot read '%s': %s", shown, reason);
		error_hint(err, "name the file of the CA in SSL_CERT_FILE, if it is one of your own");
		break;
	case CURLE_COULDNT_RESOLVE_PROXY:
		error_set(err, ERR_IO, "cannot read '%s': %s", shown, reason);
		error_hint(err, "check http_proxy, https_proxy and no_proxy");
		break;
	default:
		error_set(err, ERR_IO, "cannot read '%s': %s", shown, reason);
	}
	return -err->class;
}

static int check_status(const struct transfer *t, const char *shown, struct error *err)
{
	long status = 0;

	t->curl->easy_getinfo(t->easy, CURLINFO_RESPONSE_CODE, &status);
	if (status >= 200 && status < 300)
		return 0;
	if (status == 404 || status == 410)
		return error_set(err, ERR_NOT_FOUND, "cannot read '%s': it is not there (%ld)",
				 shown, status);
	error_set(err, ERR_IO, "cannot read '%s': the server answered %ld", shown, status);
	if (status == 401 || status == 403)
		error_hint(err, "the document needs a login; fetch it with another tool");
	return -ERR_IO;
}

/* In a task, its deadline and its cancel count too. */
static int perform(struct transfer *t, const char *shown, CURLcode *ret, struct error *err)
{
	cleanup_free char *what = xasprintf("reading '%s'", shown);

	if (task_current())
		return curl_perform_in_task(t->easy, what, ret, err);
	*ret = t->curl->easy_perform(t->easy);
	return 0;
}

int http_get(const char *url, const struct http_options *opts, struct strbuf *ret,
	     struct error *err)
{
	__attribute__((cleanup(cleanup_transfer))) struct transfer t = {
		.url = url,
		.body = ret,
		.start = ret->len,
		.limit = opts && opts->limit ? opts->limit : LIMIT_HTTP_BODY,
		.timeout = opts && opts->timeout ? opts->timeout : HTTP_TIMEOUT,
		.more_time = opts && opts->more_time
				     ? opts->more_time
				     : "fetch the document with another tool, and give the file",
	};
	cleanup_strbuf struct strbuf shown = STRBUF_INIT;
	const int64_t since = clock_ns();
	CURLcode code;
	int r;

	http_add_shown_url(&shown, url);
	if (!http_is_url(url))
		return error_set(err, ERR_INVALID, "cannot read '%s': it is no http or https URL",
				 shown.buf);
	t.curl = curl_library_open(err);
	if (!t.curl)
		return -ERR_FAILED;
	t.easy = t.curl->easy_init();
	if (!t.easy)
		return error_set(err, ERR_FAILED, "cannot read '%s': libcurl does not start",
				 shown.buf);
	set_options(&t);
	r = perform(&t, shown.buf, &code, err);
	if (r < 0) {
		strbuf_setlen(ret, t.start);
		return r;
	}
	log_say(LOG_REQUEST, "GET %s: %s, %zu bytes in %.1f ms", shown.buf,
		code == CURLE_OK ? "answered" : t.curl->easy_strerror(code), ret->len - t.start,
		(double)(clock_ns() - since) / 1e6);
	r = code == CURLE_OK ? check_status(&t, shown.buf, err)
			     : fail_transfer(&t, code, shown.buf, err);
	if (r < 0)
		strbuf_setlen(ret, t.start);
	return r;
}
