/* SPDX-License-Identifier: Apache-2.0 */
#include "net/curl_pool.h"

#include <string.h>

#include "base/memory.h"

/* libcurl and the TLS library behind it run on this stack. */
#define DRIVER_STACK ((size_t)512 << 10)

struct curl_pool {
	const struct curl_library *curl;
	CURLM *multi;
	struct curl_transfer *transfers;
	struct task *driver; /* NULL: nothing to do */
	/* What curl wants to be told of. */
	struct pollfd *fds;
	size_t len, alloc;
	int64_t timer;
	bool freed;
};

/* ---- what curl wants ------------------------------------------------------------------------- */

/* What the driver waits for may have changed. */
static void wake_driver(struct curl_pool *p)
{
	if (p->driver)
		task_wake(p->driver);
}

/* Of curl: the descriptor s is to be watched for what, or no longer. */
static int on_socket(CURL *easy UNUSED, curl_socket_t s, int what, void *user, void *mine UNUSED)
{
	struct curl_pool *p = user;
	size_t i = 0;

	wake_driver(p);
	while (i < p->len && p->fds[i].fd != s)
		i++;
	if (what == CURL_POLL_REMOVE) {
		if (i < p->len)
			p->fds[i] = p->fds[--p->len];
		return 0;
	}
	if (i == p->len) {
		ALLOC_GROW(p->fds, p->len + 1, p->alloc);
		p->fds[p->len++] = (struct pollfd){ .fd = s };
	}
	p->fds[i].events = (short)((what & CURL_POLL_IN ? POLLIN : 0) |
				   (what & CURL_POLL_OUT ? POLLOUT : 0));
	return 0;
}

static int on_timer(CURLM *multi UNUSED, long ms, void *user)
{
	struct curl_pool *p = user;

	p->timer = ms < 0 ? DEADLINE_NONE : clock_ms() + ms;
	wake_driver(p);
	return 0;
}

/* ---- the driver ------------------------------------------------------------------------------ */

static void finish(struct curl_transfer *t, CURLcode result)
{
	t->done = true;
	t->result = result;
	condition_wake(&t->changed);
}

static void collect(struct curl_pool *p)
{
	CURLMsg *message;
	int left;

	while ((message = p->curl->multi_info_read(p->multi, &left))) {
		struct curl_transfer *t = NULL;

		p->curl->easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, (char **)&t);
		if (message->msg == CURLMSG_DONE && t)
			finish(t, message->data.result);
	}
}

/* Tells curl of what came. */
static void tell(struct curl_pool *p, const struct pollfd *came, size_t n)
{
	int running;

	for (size_t i = 0; i < n; i++) {
		int mask = (came[i].revents & (POLLIN | POLLHUP) ? CURL_CSELECT_IN : 0) |
			   (came[i].revents & POLLOUT ? CURL_CSELECT_OUT : 0) |
			   (came[i].revents & (POLLERR | POLLNVAL) ? CURL_CSELECT_ERR : 0);

		if (mask)
			p->curl->multi_socket_action(p->multi, came[i].fd, mask, &running);
	}
	if (clock_ms() >= p->timer) {
		p->timer = DEADLINE_NONE;
		p->curl->multi_socket_action(p->multi, CURL_SOCKET_TIMEOUT, 0, &running);
	}
	collect(p);
}

/* The wishes may change while it waits, so they are copied. */
static int wait_once(struct curl_pool *p)
{
	size_t n = p->len;
	struct pollfd *came = xcalloc(n + 1, sizeof(*came));
	int r;

	if (n)
		memcpy(came, p->fds, n * sizeof(*came));
	r = wait_fds(came, n, p->timer, NULL, NULL);
	if (r >= 0 && !p->freed)
		tell(p, came, n);
	free(came);
	return r;
}

static void free_memory(struct curl_pool *p)
{
	free(p->fds);
	free(p);
}

static void drive(void *arg)
{
	struct curl_pool *p = arg;
	int r = 0;

	while (r >= 0 && !p->freed && p->transfers)
		r = wait_once(p);
	p->driver = NULL;
	if (p->freed) {
		free_memory(p);
		return;
	}
	/* Cancelled, and so is whoever waits for them. */
	for (struct curl_transfer *t = p->transfers; t; t = t->next)
		if (!t->done)
			finish(t, CURLE_ABORTED_BY_CALLBACK);
}

/* ---- pools and transfers --------------------------------------------------------------------- */

struct curl_pool *curl_pool_new(struct error *err)
{
	const struct curl_library *curl = curl_library_open(err);
	struct curl_pool *p;

	if (!curl)
		return NULL;
	p = xcalloc(1, sizeof(*p));
	p->curl = curl;
	p->timer = DEADLINE_NONE;
	p->multi = curl->multi_init();
	if (!p->multi)
		memory_exhausted();
	curl->multi_setopt(p->multi, CURLMOPT_SOCKETFUNCTION, on_socket);
	curl->multi_setopt(p->multi, CURLMOPT_SOCKETDATA, p);
	curl->multi_setopt(p->multi, CURLMOPT_TIMERFUNCTION, on_timer);
	curl->multi_setopt(p->multi, CURLMOPT_TIMERDATA, p);
	curl->multi_setopt(p->multi, CURLMOPT_PIPELINING, (long)CURLPIPE_MULTIPLEX);
	return p;
}

void curl_pool_free(struct curl_pool *p)
{
	if (!p)
		return;
	p->curl->multi_cleanup(p->multi);
	p->freed = true;
	if (p->driver)
		task_wake(p->driver); /* it frees what it stands on */
	else
		free_memory(p);
}

const struct curl_library *curl_pool_library(const struct curl_pool *p)
{
	return p->curl;
}

void curl_pool_limit(struct curl_pool *p, long connections)
{
	p->curl->multi_setopt(p->multi, CURLMOPT_MAX_HOST_CONNECTIONS, connections);
}

void curl_transfer_begin(struct curl_pool *p, struct curl_transfer *t)
{
	struct task_options options = { .stack = DRIVER_STACK, .name = "transfers" };

	t->pool = p;
	t->done = false;
	t->previous = NULL;
	t->next = p->transfers;
	if (t->next)
		t->next->previous = t;
	p->transfers = t;
	if (!p->driver)
		p->driver = task_start(task_loop(task_current()), &options, drive, p);
	p->curl->easy_setopt(t->easy, CURLOPT_PRIVATE, t);
	p->curl->multi_add_handle(p->multi, t->easy);
}

void curl_transfer_wake(struct curl_transfer *t)
{
	condition_wake(&t->changed);
}

int curl_transfer_wait(struct curl_transfer *t, const char *what, struct error *err)
{
	if (t->done)
		return 0;
	return wait_condition(&t->changed, what, err);
}

void curl_transfer_resume(struct curl_transfer *t)
{
	if (!t->done)
		t->pool->curl->easy_pause(t->easy, CURLPAUSE_CONT);
}

void curl_transfer_end(struct curl_transfer *t)
{
	struct curl_pool *p = t->pool;

	if (!p)
		return;
	p->curl->multi_remove_handle(p->multi, t->easy);
	if (t->next)
		t->next->previous = t->previous;
	if (t->previous)
		t->previous->next = t->next;
	else
		p->transfers = t->next;
	t->pool = NULL;
	wake_driver(p);
}

int curl_perform_in_task(CURL *easy, const char *what, CURLcode *ret, struct error *err)
{
	struct curl_transfer t = { .easy = easy };
	struct curl_pool *p = curl_pool_new(err);
	int r = 0;

	if (!p)
		return -ERR_FAILED;
	curl_transfer_begin(p, &t);
	while (!t.done && r == 0)
		r = curl_transfer_wait(&t, what, err);
	*ret = t.done ? t.result : CURLE_RECV_ERROR;
	curl_transfer_end(&t);
	curl_pool_free(p);
	return r;
}
