/* SPDX-License-Identifier: Apache-2.0 */
#include "kube/watch.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/strbuf.h"
#include "kube/client_parts.h"
#include "kube/status.h"
#include "net/task.h"
#include "tree/read.h"

/*
 * Each request ends by itself after ROUND, so that one through something that has forgotten us does
 * not wait for ever; from where it was, the next one goes on.
 */
#define ROUND 300	       /* seconds */
#define ROUND_SILENCE 330000   /* ms */
#define LEAST_PAUSE 1000       /* ms between two beginnings */
#define MOST_PAUSE 30000

struct watching {
	struct kube_client *c;
	const char *path, *query;
	char *version;
	kube_watch_fn *fn;
	void *arg;
	struct arena *arena; /* of one event */
	int64_t good;	     /* when the server was last heard of */
	int64_t pause;
	bool ended;	     /* by fn */
};

int kube_watch_line_parse(struct arena *a, const char *text, size_t len,
			  struct kube_watch_line *ret, struct error *err)
{
	static const char *const names[] = { "ADDED", "MODIFIED", "DELETED" };
	struct kube_watch_line line = { .version = "" };
	const struct node *type, *version;
	struct node *event = NULL;
	int r = tree_read_json(a, text, len, "event",
			       READ_DUPLICATE_KEYS_LAST_WINS | READ_UTF8_REPLACE, &event, err);

	if (r < 0)
		return r;
	type = node_get(event, "type");
	line.object = node_get(event, "object");
	if (!type || type->kind != NODE_STRING || !line.object || line.object->kind != NODE_MAP)
		return error_set(err, ERR_INVALID, "what the server sent is no event");
	version = node_path(line.object, "metadata", "resourceVersion", NULL);
	if (version && version->kind == NODE_STRING)
		line.version = version->text;
	if (node_is_string(type, "BOOKMARK")) {
		line.what = KUBE_LINE_BOOKMARK;
	} else if (node_is_string(type, "ERROR")) {
		line.what = KUBE_LINE_ERROR;
	} else {
		size_t i = 0;

		while (i < ARRAY_SIZE(names) && !node_is_string(type, names[i]))
			i++;
		if (i == ARRAY_SIZE(names))
			return error_set(err, ERR_INVALID, "what the server sent is no event");
		line.event = (enum kube_event)i;
	}
	*ret = line;
	return 0;
}

static int fail_event(struct watching *w, const struct node *status, struct error *err)
{
	const struct node *code = node_get(status, "code");
	struct kube_answer answer = { .body = (struct node *)(uintptr_t)status, .text = "" };
	int64_t seconds = kube_status_retry_after(status);

	answer.code = code && code->kind == NODE_NUMBER ? strtol(code->text, NULL, 10) : 500;
	if (seconds > 0)
		w->pause = seconds * 1000 < MOST_PAUSE ? seconds * 1000 : MOST_PAUSE;
	return kube_status_error(&answer, w->path, err);
}

static int take_line(struct watching *w, const char *text, size_t len, struct error *err)
{
	struct kube_watch_line line;
	int r;

	while (len && strchr(" \r\t", text[len - 1]))
		len--;
	if (!len)
		return 0;
	arena_reset(w->arena);
	r = kube_watch_line_parse(w->arena, text, len, &line, err);
	if (r < 0) {
		error_wrap(err, "watching '%s'", w->path);
		return r;
	}
	if (line.what == KUBE_LINE_ERROR)
		return fail_event(w, line.object, err);
	if (line.what == KUBE_LINE_EVENT) {
		r = w->fn(w->arg, line.event, line.object, err);
		w->ended = r != 0;
	}
	if (line.version[0] && r == 0) {
		free(w->version);
		w->version = xstrdup(line.version);
	}
	return r;
}

/* What is behind the last line end stays in buf. */
static int take_lines(struct watching *w, struct strbuf *buf, struct error *err)
{
	size_t start = 0;
	const char *end;
	int r = 0;

	while (r == 0 && (end = memchr(buf->buf + start, '\n', buf->len - start))) {
		size_t len = (size_t)(end - buf->buf) - start;

		r = take_line(w, buf->buf + start, len, err);
		start += len + 1;
	}
	memmove(buf->buf, buf->buf + start, buf->len - start);
	strbuf_setlen(buf, buf->len - start);
	if (r == 0 && buf->len > LIMIT_KUBE_EVENT)
		return error_set(err, ERR_LIMIT, "watching '%s': an event is larger than %zu bytes",
				 w->path, LIMIT_KUBE_EVENT);
	return r;
}

static int open_round(struct watching *w, struct http_call **ret, struct error *err)
{
	const struct kube_mode mode = { .stream = true, .silence = ROUND_SILENCE };
	cleanup_strbuf struct strbuf query = STRBUF_INIT;
	cleanup_arena struct arena *a = arena_new();
	struct kube_answer answer;

	if (w->query)
		strbuf_addstr(&query, w->query);
	kube_add_parameter(&query, "watch", "true");
	kube_add_parameter(&query, "allowWatchBookmarks", "true");
	kube_add_parameter(&query, "resourceVersion", w->version);
	strbuf_addf(&query, "&timeoutSeconds=%d", ROUND);
	return kube_call(w->c,
			 &(struct kube_request){ .method = "GET",
						 .path = w->path,
						 .query = query.buf,
						 .limit = LIMIT_KUBE_BEHIND },
			 &mode, a, &answer, ret, err);
}

/* One request. 0: the server has ended it. */
static int run_round(struct watching *w, struct error *err)
{
	cleanup_http_call struct http_call *call = NULL;
	cleanup_strbuf struct strbuf buf = STRBUF_INIT;
	int r = open_round(w, &call, err);

	if (r < 0)
		return r;
	w->good = clock_ms();
	w->pause = LEAST_PAUSE;
	while ((r = http_call_read(call, &buf, err)) == 1) {
		w->good = clock_ms();
		r = take_lines(w, &buf, err);
		if (r != 0)
			return r;
	}
	return r;
}

/* 0: go on. A silent connection is only one that was not needed. */
static int forgive(struct watching *w, int r, struct error *err)
{
	bool silent = err->class == ERR_TIMEOUT && !err->origin && clock_ms() < deadline_current();

	if (w->ended || r >= 0)
		return r;
	if (!silent && !kube_may_pass(err))
		return r;
	if (clock_ms() - w->good > KUBE_WATCH_PATIENCE)
		return r;
	log_say(LOG_STEP, "watching '%s': %s; going on", w->path, err->message);
	error_release(err);
	*err = (struct error)ERROR_INIT;
	return 0;
}

int kube_watch(struct kube_client *c, const char *path, const char *query, const char *version,
	       kube_watch_fn *fn, void *arg, struct error *err)
{
	struct watching w = {
		.c = c,
		.path = path,
		.query = query,
		.version = xstrdup(version),
		.fn = fn,
		.arg = arg,
		.arena = arena_new(),
		.good = clock_ms(),
		.pause = LEAST_PAUSE,
	};
	int r;

	do {
		int64_t begun = clock_ms();

		r = forgive(&w, run_round(&w, err), err);
		if (r != 0 || w.ended)
			break;
		r = wait_until(begun + w.pause, err);
		w.pause = w.pause * 2 < MOST_PAUSE ? w.pause * 2 : MOST_PAUSE;
	} while (r == 0);
	arena_free(w.arena);
	free(w.version);
	return r;
}

int kube_stream(struct kube_client *c, const char *path, const char *query, kube_bytes_fn *fn,
		void *arg, struct error *err)
{
	const struct kube_mode mode = { .stream = true, .alone = true };
	cleanup_http_call struct http_call *call = NULL;
	cleanup_arena struct arena *a = arena_new();
	struct kube_answer answer;
	int r = kube_call(c,
			  &(struct kube_request){ .method = "GET",
						  .path = path,
						  .query = query,
						  .accept = "*/*",
						  .limit = LIMIT_KUBE_BEHIND },
			  &mode, a, &answer, &call, err);

	while (r >= 0) {
		cleanup_strbuf struct strbuf piece = STRBUF_INIT;

		r = http_call_read(call, &piece, err);
		if (r != 1)
			return r;
		r = fn(arg, piece.buf, piece.len, err);
		if (r != 0)
			return r;
	}
	return r;
}
