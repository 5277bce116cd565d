/* SPDX-License-Identifier: Apache-2.0 */
#include "net/curl_wait.h"

#include <string.h>

#include "base/memory.h"
#include "net/task.h"

/* What curl wants to be told of. */
struct wishes {
	struct pollfd *fds;
	size_t len, alloc;
	int64_t timer;
};

/* Of curl: the descriptor s is to be watched for what, or no longer. */
static int on_socket(CURL *easy UNUSED, curl_socket_t s, int what, void *user, void *mine UNUSED)
{
	struct wishes *w = user;
	size_t i = 0;

	while (i < w->len && w->fds[i].fd != s)
		i++;
	if (what == CURL_POLL_REMOVE) {
		if (i < w->len)
			w->fds[i] = w->fds[--w->len];
		return 0;
	}
	if (i == w->len) {
		ALLOC_GROW(w->fds, w->len + 1, w->alloc);
		w->fds[w->len++] = (struct pollfd){ .fd = s };
	}
	w->fds[i].events = (short)((what & CURL_POLL_IN ? POLLIN : 0) |
				   (what & CURL_POLL_OUT ? POLLOUT : 0));
	return 0;
}

static int on_timer(CURLM *multi UNUSED, long ms, void *user)
{
	struct wishes *w = user;

	w->timer = ms < 0 ? DEADLINE_NONE : clock_ms() + ms;
	return 0;
}

/* Tells curl of what came; its answer may change the wishes, so they are copied. */
static void tell(const struct curl_library *curl, CURLM *multi, const struct wishes *w,
		 int *running)
{
	size_t n = w->len;
	struct pollfd *came = xcalloc(n, sizeof(*came));

	memcpy(came, w->fds, n * sizeof(*came));
	for (size_t i = 0; i < n; i++) {
		int mask = (came[i].revents & (POLLIN | POLLHUP) ? CURL_CSELECT_IN : 0) |
			   (came[i].revents & POLLOUT ? CURL_CSELECT_OUT : 0) |
			   (came[i].revents & (POLLERR | POLLNVAL) ? CURL_CSELECT_ERR : 0);

		if (mask)
			curl->multi_socket_action(multi, came[i].fd, mask, running);
	}
	free(came);
}

static int run(const struct curl_library *curl, CURLM *multi, struct wishes *w, const char *what,
	       struct error *err)
{
	int running = 1, r = 0;

	curl->multi_socket_action(multi, CURL_SOCKET_TIMEOUT, 0, &running);
	while (running && r >= 0) {
		r = wait_fds(w->fds, w->len, w->timer, what, err);
		if (r > 0) {
			tell(curl, multi, w, &running);
		} else if (r == 0) {
			w->timer = DEADLINE_NONE;
			curl->multi_socket_action(multi, CURL_SOCKET_TIMEOUT, 0, &running);
		}
	}
	return r < 0 ? r : 0;
}

int curl_perform_in_task(const struct curl_library *curl, CURL *easy, const char *what,
			 CURLcode *ret, struct error *err)
{
	struct wishes w = { .timer = DEADLINE_NONE };
	CURLM *multi = curl->multi_init();
	CURLMsg *message;
	int left, r;

	if (!multi)
		memory_exhausted();
	curl->multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, on_socket);
	curl->multi_setopt(multi, CURLMOPT_SOCKETDATA, &w);
	curl->multi_setopt(multi, CURLMOPT_TIMERFUNCTION, on_timer);
	curl->multi_setopt(multi, CURLMOPT_TIMERDATA, &w);
	curl->multi_add_handle(multi, easy);
	r = run(curl, multi, &w, what, err);
	*ret = CURLE_RECV_ERROR;
	while (r == 0 && (message = curl->multi_info_read(multi, &left)))
		if (message->msg == CURLMSG_DONE)
			*ret = message->data.result;
	curl->multi_remove_handle(multi, easy);
	curl->multi_cleanup(multi);
	free(w.fds);
	return r;
}
