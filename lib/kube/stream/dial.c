/* SPDX-License-Identifier: Apache-2.0 */
#include "kube/stream/dial.h"

#include <inttypes.h>
#include <poll.h>
#include <string.h>

#include "base/limits.h"
#include "base/log.h"
#include "base/memory.h"
#include "kube/client_parts.h"
#include "kube/stream/upgrade.h"
#include "net/task.h"

#define READING "waiting for the server's answer"

/* One try. */
struct attempt {
	struct kube_client *client;
	const struct stream_request *request;
	struct credentials_shown shown;
	struct upgrade_request upgrade;
	struct upgrade_answer answer;
	struct wire *wire;
	struct strbuf text; /* what has come */
};

static void release_attempt(struct attempt *a)
{
	wire_close(a->wire);
	strbuf_release(&a->text);
}

static int connect_wire(struct attempt *a, struct error *err)
{
	const struct kube_config *c = a->client->config;
	const struct wire_options o = {
		.host = c->host,
		.port = c->port,
		.tls = c->tls,
		.tls_name = c->tls_server_name,
		.insecure = c->insecure,
		.ca = c->ca.text,
		.cert = a->shown.cert,
		.key = a->shown.key,
		.proxy = c->proxy,
		.peer = c->server,
	};

	return wire_open(&o, &a->wire, err);
}

static int send_request(struct attempt *a, char key[UPGRADE_KEY_SIZE], struct error *err)
{
	struct strbuf out = STRBUF_INIT;
	int r = upgrade_make_key(key, err);

	if (r < 0)
		return r;
	a->upgrade = (struct upgrade_request){ .config = a->client->config,
					       .path = a->request->path,
					       .protocols = a->request->protocols,
					       .authorization = a->shown.authorization,
					       .headers = (const char *const *)a->client->headers.v,
					       .key = key };
	strbuf_grow(&out, 16384 + strlen(a->request->path));
	upgrade_write(&out, &a->upgrade);
	r = wire_write(a->wire, out.buf, out.len, "sending a request", err);
	explicit_bzero(out.buf, out.len);
	strbuf_release(&out);
	return r;
}

/* 1: something came; 0: the end. */
static int read_more(struct attempt *a, struct error *err)
{
	for (;;) {
		size_t n;
		int r;

		strbuf_grow(&a->text, 4096);
		r = wire_read_now(a->wire, a->text.buf + a->text.len, 4096, &n, err);
		if (r < 0) {
			error_wrap(err, READING);
			return r;
		}
		if (r == 1) {
			strbuf_added(&a->text, n);
			return n > 0;
		}
		r = wait_fd(wire_fd(a->wire), POLLIN, READING, NULL, err);
		if (r < 0)
			return r;
	}
}

static int read_answer(struct attempt *a, struct error *err)
{
	for (;;) {
		int r = upgrade_read(a->text.buf, a->text.len, &a->answer, err);

		if (r != 0)
			return r < 0 ? r : 0;
		r = read_more(a, err);
		if (r < 0)
			return r;
		if (r == 0)
			return error_set(err, ERR_IO, READING ": the connection was cut");
	}
}

/* As much of it as there is: what a refusal says is worth showing even if it was cut. */
static int refuse(struct attempt *a, struct error *err)
{
	cleanup_error struct error cut = ERROR_INIT;
	cleanup_strbuf struct strbuf body = STRBUF_INIT, what = STRBUF_INIT;
	size_t size = a->answer.size;
	int r = 1;

	while (r == 1) {
		strbuf_reset(&body);
		strbuf_add(&body, a->text.buf + size, a->text.len - size);
		if (a->answer.chunked && upgrade_unchunk(&body))
			break;
		if (a->answer.length >= 0 && (int64_t)body.len >= a->answer.length)
			break;
		if (body.len >= LIMIT_REFUSAL_BYTES)
			break;
		r = read_more(a, &cut);
	}
	strbuf_addf(&what, "GET '%.*s'", (int)strcspn(a->request->path, "?"), a->request->path);
	return upgrade_refusal(&a->answer, body.buf, body.len, what.buf, a->request->resource,
			       err);
}

static int try_once(struct attempt *a, struct websocket **ret, struct error *err)
{
	struct websocket_options o = { .label = a->request->label,
				       .silence = a->request->silence,
				       .patient = a->request->patient };
	char key[UPGRADE_KEY_SIZE];
	int64_t began = clock_ms();
	int r = connect_wire(a, err);

	if (r == 0)
		r = send_request(a, key, err);
	if (r == 0)
		r = read_answer(a, err);
	if (r < 0)
		return r;
	log_say(LOG_REQUEST, "GET %s%.*s %ld in %" PRId64 " milliseconds",
		a->client->config->server, (int)strcspn(a->request->path, "?"), a->request->path,
		a->answer.code, clock_ms() - began);
	if (a->answer.code != 101)
		return refuse(a, err);
	r = upgrade_check(&a->answer, &a->upgrade, &o.protocol, err);
	if (r < 0)
		return r;
	*ret = websocket_new(TAKE_PTR(a->wire), &o, a->text.buf + a->answer.size,
			     a->text.len - a->answer.size);
	return 0;
}

/* Is there sense in another try? Waits for its time. */
static bool may_try_again(struct attempt *a, unsigned tries, bool *renewed, struct error *err)
{
	if (a->answer.code == 401 && !*renewed) {
		*renewed = true;
		return credentials_refused(a->client->credentials, &a->shown);
	}
	if ((a->answer.code != 429 && a->answer.code < 500) || a->answer.retry_after < 0 ||
	    tries >= STREAM_TRIES)
		return false;
	error_release(err);
	return wait_until(clock_ms() + a->answer.retry_after * 1000, err) == 0;
}

static int dial(struct kube_client *c, const struct stream_request *rq, struct websocket **ret,
		struct error *err)
{
	bool renewed = false;

	for (unsigned tries = 1;; tries++) {
		__attribute__((cleanup(release_attempt))) struct attempt a = {
			.client = c, .request = rq, .text = STRBUF_INIT
		};
		int64_t old;
		int r = credentials_get(c->credentials, &a.shown, err);

		if (r < 0)
			return r;
		old = deadline_shorten(clock_ms() + STREAM_ANSWER_TIMEOUT);
		r = try_once(&a, ret, err);
		deadline_restore(old);
		if (r >= 0)
			return 0;
		if (!may_try_again(&a, tries, &renewed, err))
			return -err->class;
		error_release(err);
	}
}

int stream_dial(struct kube_client *c, const struct stream_request *rq, struct websocket **ret,
		struct error *err)
{
	int r = dial(c, rq, ret, err);

	if (r < 0)
		error_wrap(err, "cannot reach %s", rq->label);
	return r;
}
