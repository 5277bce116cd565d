/* SPDX-License-Identifier: Apache-2.0 */
#include "kube/client_parts.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/clock.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/secret.h"
#include "base/strbuf.h"
#include "kube/status.h"
#include "kube/url.h"
#include "net/task.h"
#include "tree/read.h"

#define MOST_TRIES 10	     /* as client-go has it */
#define LONGEST_PAUSE 600    /* seconds; whoever asks for more gets it by the next try */
#define PAUSE_AFTER_CUT 1000 /* ms */

/* One request and what became of its last try. */
struct asking {
	struct kube_client *c;
	const struct kube_request *rq;
	const struct kube_mode *mode;
	struct arena *arena;
	char *url, *label;
	struct credentials_shown shown;
	int tries, cuts;
	bool refreshed;
	int64_t retry_after; /* seconds; -1: the server did not say */
	struct http_call *call;
};

static void release(struct asking *q)
{
	http_call_free(q->call);
	free(q->url);
	free(q->label);
}

/* ---- what is sent ---------------------------------------------------------------------------- */

static void make_url(struct asking *q)
{
	const struct kube_request *rq = q->rq;
	cleanup_strbuf struct strbuf url = STRBUF_INIT, shown = STRBUF_INIT;
	char mark = '?';

	strbuf_addf(&url, "%s%s", q->c->base, rq->path);
	if (rq->query && rq->query[0]) {
		strbuf_addf(&url, "?%s", rq->query);
		mark = '&';
	}
	/* The server shall not go on with what nobody waits for. */
	if (q->c->request_timeout && !q->mode->stream)
		strbuf_addf(&url, "%ctimeout=%" PRId64 "ms", mark, q->c->request_timeout);
	kube_url_add_shown(&shown, q->c->config->server);
	q->url = strbuf_detach(&url, NULL);
	q->label = xasprintf("%s '%s%s'", rq->method, shown.buf, rq->path);
}

/* Of the server and the query what may be seen: a part whose name speaks of a token is left out. */
static void say(const struct asking *q, long code, size_t bytes, int64_t since)
{
	cleanup_strbuf struct strbuf line = STRBUF_INIT;
	const char *p = q->rq->query;

	if (!log_wants(LOG_REQUEST))
		return;
	strbuf_addf(&line, "%s ", q->rq->method);
	kube_url_add_shown(&line, q->c->config->server);
	strbuf_addstr(&line, q->rq->path);
	for (char mark = '?'; p && *p; mark = '&') {
		size_t len = strcspn(p, "&"), name = strcspn(p, "=&");
		bool secret = name >= 5 && strncasecmp(p + name - 5, "token", 5) == 0;

		strbuf_addch(&line, mark);
		strbuf_add(&line, p, secret ? name : len);
		if (secret)
			strbuf_addstr(&line, "=***");
		p += len + (p[len] == '&');
	}
	log_say(LOG_REQUEST, "%s %ld in %.1f ms, %zu bytes", line.buf, code,
		(double)(clock_ns() - since) / 1e6, bytes);
}

/* Of the name and the value of a header; NULL if it is another one. */
static const char *value_of(const char *line, size_t len, const char *name)
{
	size_t n = strlen(name);

	if (len <= n || strncasecmp(line, name, n) != 0 || line[n] != ':')
		return NULL;
	for (n++; n < len && line[n] == ' '; n++)
		;
	return line + n;
}

static void on_header(void *arg, const char *line, size_t len)
{
	struct asking *q = arg;
	const char *value;

	/* Of an answer before the last one: of a proxy, or 100. */
	if (len > 5 && strncmp(line, "HTTP/", 5) == 0)
		q->retry_after = -1;
	value = value_of(line, len, "Warning");
	if (value)
		kube_add_warnings(&q->c->warnings, value, len - (size_t)(value - line));
	value = value_of(line, len, "Retry-After");
	if (value) {
		cleanup_free char *text = xmemdupz(value, len - (size_t)(value - line));
		char *end = NULL;
		long long seconds = strtoll(text, &end, 10);

		/* A date is not taken, as client-go does not. */
		if (end != text && !*end && seconds >= 0)
			q->retry_after = seconds < LONGEST_PAUSE ? seconds : LONGEST_PAUSE;
	}
}

/* Those of the system are elsewhere, in Go's words. */
static const char *system_cas(void)
{
	const char *path = getenv("SSL_CERT_FILE");

	return path && path[0] ? path : NULL;
}

static int begin(struct asking *q, struct error *err)
{
	struct kube_client *c = q->c;
	const struct kube_request *rq = q->rq;
	const struct kube_config *config = c->config;
	const struct http_peer peer = {
		.ca = config->ca.text,
		.ca_file = system_cas(),
		.cert = q->shown.cert,
		.key = q->shown.key,
		.insecure = config->insecure,
		.connect_to = c->connect_to,
		.proxy = config->proxy,
	};
	cleanup_free char *accept =
		xasprintf("Accept: %s", rq->accept ? rq->accept : "application/json");
	cleanup_free char *type = xasprintf(
		"Content-Type: %s", rq->content_type ? rq->content_type : "application/json");
	cleanup_secret char *authorization =
		q->shown.authorization
			? xasprintf("Authorization: %s", q->shown.authorization)
			: NULL;
	const char **headers = xcalloc(c->headers.len + 4, sizeof(*headers));
	size_t n = 0;
	int r;

	for (size_t i = 0; i < c->headers.len; i++)
		headers[n++] = c->headers.v[i];
	headers[n++] = accept;
	if (rq->body || strcmp(rq->method, "GET") != 0)
		headers[n++] = rq->body ? type : "Content-Type:";
	if (authorization)
		headers[n++] = authorization;
	q->retry_after = -1;
	r = http_call_begin(c->http,
			    &(struct http_what){ .peer = &peer,
						 .method = rq->method,
						 .url = q->url,
						 .label = q->label,
						 .headers = headers,
						 .body = rq->body,
						 .body_len = rq->body_len,
						 .limit = rq->limit ? rq->limit : LIMIT_KUBE_ANSWER,
						 .silence = q->mode->silence,
						 .compressed = !config->disable_compression,
						 .stream = q->mode->stream,
						 .alone = q->mode->alone,
						 .on_header = on_header,
						 .arg = q },
			    &q->call, err);
	free(headers);
	return r;
}

/* ---- what came ------------------------------------------------------------------------------- */

/* kubectl's words for what has no answer: people look for them. */
static int name_failure(const struct asking *q, struct error *err)
{
	const struct kube_config *config = q->c->config;

	if (!http_call_was_refused(q->call))
		return -err->class;
	error_release(err);
	*err = (struct error)ERROR_INIT;
	error_set(err, ERR_IO,
		  "the connection to the server '%s:%u' was refused - did you specify the right "
		  "host or port?",
		  config->host, config->port);
	if (config->server_is_default)
		error_hint(err, "no kubeconfig names a server; see kubectl config view, or give "
				"--kubeconfig");
	else
		error_hint(err, "check that the API server of the context '%s' runs",
			   config->context ? config->context : "");
	return -ERR_IO;
}

static bool is_json(const char *content_type, const char *text)
{
	return strcasestr(content_type, "json") ||
	       (!content_type[0] && text[strspn(text, " \t\r\n")] == '{');
}

static int take_answer(struct asking *q, struct kube_answer *ret, struct error *err)
{
	struct strbuf *body = http_call_body(q->call);
	cleanup_error struct error unread = ERROR_INIT;
	struct kube_answer answer = {
		.code = http_call_code(q->call),
		.content_type = arena_strdup(q->arena, http_call_content_type(q->call)),
		.text = arena_memdupz(q->arena, body->buf, body->len),
		.len = body->len,
	};

	if (answer.len && is_json(answer.content_type, answer.text) &&
	    tree_read_json(q->arena, answer.text, answer.len, q->label,
			   READ_DUPLICATE_KEYS_LAST_WINS | READ_UTF8_REPLACE, &answer.body,
			   &unread) < 0) {
		answer.body = NULL;
		if (answer.code >= 200 && answer.code < 300)
			return error_set(err, ERR_INVALID,
					 "%s: what the server answered is no valid JSON: %s",
					 q->label, unread.message);
	}
	*ret = answer;
	return 0;
}

/* ---- tries ----------------------------------------------------------------------------------- */

/* 1: again. 0: what came is the answer. */
static int judge_answer(struct asking *q, struct error *err)
{
	long code = http_call_code(q->call);

	if (code == 401 && !q->refreshed) {
		q->refreshed = true;
		return credentials_refused(q->c->credentials, &q->shown) ? 1 : 0;
	}
	if ((code != 429 && code < 500) || q->retry_after < 0 || q->rq->once ||
	    ++q->tries > MOST_TRIES)
		return 0;
	if (wait_until(clock_ms() + q->retry_after * 1000, err) == 0)
		return 1;
	error_wrap(err, "%s: the server answered %ld and asked for patience", q->label, code);
	return -err->class;
}

static int judge_failure(struct asking *q, struct error *err)
{
	cleanup_error struct error late = ERROR_INIT;

	if (!http_call_was_cut(q->call) || strcmp(q->rq->method, "GET") != 0 ||
	    ++q->cuts > MOST_TRIES)
		return name_failure(q, err);
	/* Without the time for another try the cut is what there is to tell. */
	if (wait_until(clock_ms() + PAUSE_AFTER_CUT, &late) < 0 && late.class != ERR_CANCELLED)
		return -err->class;
	error_release(err);
	*err = late;
	late = (struct error)ERROR_INIT;
	return err->class ? -err->class : 1;
}

/* 1: again. 0: q->call has the answer. */
static int try_once(struct asking *q, struct error *err)
{
	int64_t since = clock_ns();
	int r;

	http_call_free(q->call);
	q->call = NULL;
	r = credentials_get(q->c->credentials, &q->shown, err);
	if (r == 0)
		r = begin(q, err);
	if (r < 0)
		return r;
	r = http_call_wait(q->call, err);
	say(q, http_call_code(q->call), http_call_body(q->call)->len, since);
	return r < 0 ? judge_failure(q, err) : judge_answer(q, err);
}

static int ask(struct asking *q, struct error *err)
{
	int64_t old = deadline_current();
	int r;

	if (q->c->request_timeout)
		old = deadline_shorten(clock_ms() + q->c->request_timeout);
	do {
		r = try_once(q, err);
	} while (r == 1);
	deadline_restore(old);
	return r;
}

int kube_call(struct kube_client *c, const struct kube_request *rq, const struct kube_mode *mode,
	      struct arena *a, struct kube_answer *ret, struct http_call **ret_call,
	      struct error *err)
{
	__attribute__((cleanup(release))) struct asking q = {
		.c = c, .rq = rq, .mode = mode, .arena = a,
	};
	int r;

	make_url(&q);
	r = ask(&q, err);
	if (r < 0)
		return r;
	if (mode->stream && http_call_code(q.call) / 100 == 2) {
		*ret = (struct kube_answer){ .code = http_call_code(q.call),
					     .content_type = "",
					     .text = "" };
		http_call_forget_headers(q.call);
		*ret_call = TAKE_PTR(q.call);
		return 0;
	}
	r = take_answer(&q, ret, err);
	if (r == 0 && ret->code / 100 != 2)
		r = kube_status_error(ret, q.label, err);
	return r;
}

int kube_request(struct kube_client *c, const struct kube_request *rq, struct arena *a,
		 struct kube_answer *ret, struct error *err)
{
	const struct kube_mode mode = { .silence = KUBE_SILENCE };

	return kube_call(c, rq, &mode, a, ret, NULL, err);
}

bool kube_may_pass(const struct error *err)
{
	return err->class == ERR_IO || err->origin == 429 || err->origin >= 500;
}
