/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * One document by URL: http and https, GET only. libcurl does the work and is opened when the
 * first URL is read. Proxies come from the environment as curl has it (http_proxy, HTTPS_PROXY,
 * ALL_PROXY, NO_PROXY), the CA file from CURL_CA_BUNDLE or SSL_CERT_FILE, else that of the system.
 *
 * Redirects are followed, at most ten; never from https to http, and without credentials to
 * another host. Messages show URLs without user and password.
 */

#include "base/error.h"
#include "base/strbuf.h"

#include <stdbool.h>

struct http_options {
	int64_t timeout; /* milliseconds for all of it; 0: HTTP_TIMEOUT */
	size_t limit;	 /* bytes of the body; 0: LIMIT_HTTP_BODY */
	const char *more_time; /* how to give it more, for a hint; NULL: no way */
};

#define HTTP_TIMEOUT 30000
#define HTTP_CONNECT_TIMEOUT 10000
#define HTTP_REDIRECTS 10

/* True for what begins with http:// or https://. */
bool http_is_url(const char *text);

/*
 * Appends the body of the answer to *ret; opts may be NULL. In a task (net/task.h) it waits there,
 * with that one's -ERR_TIMEOUT and -ERR_CANCELLED; outside it blocks. Other errors:
 * -ERR_NOT_FOUND (404, 410); -ERR_IO, which its own time limit is too, as nothing has to be undone;
 * -ERR_LIMIT when the body is too large; -ERR_INVALID for a URL that is none.
 */
int http_get(const char *url, const struct http_options *opts, struct strbuf *ret,
	     struct error *err);

/* Appends the URL without user, password, query and fragment: for messages. */
void http_add_shown_url(struct strbuf *out, const char *url);
