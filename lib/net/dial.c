/* SPDX-License-Identifier: Apache-2.0 */
#include "net/dial.h"

#include <errno.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <string.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/memory.h"
#include "net/resolve.h"
#include "net/task.h"

#define NEXT_ATTEMPT 250 /* ms; the recommended delay of RFC 8305, section 5 */

/* Connections that are being made at the same time. */
struct attempts {
	const struct addresses *addresses;
	size_t next; /* address */
	struct pollfd fds[16];
	size_t len;
	int failure; /* errno of the last one */
	int won;
};

_Static_assert(ARRAY_SIZE(((struct attempts *)0)->fds) ==
		       ARRAY_SIZE(((struct addresses *)0)->v),
	       "an attempt for each address");

static void set_options(int fd)
{
	int on = 1;

	/* Statements are small and wait for their answers. Neither can fail on a new socket. */
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof(on));
}

static void start_next(struct attempts *a)
{
	const struct address *address = &a->addresses->v[a->next++];
	int fd = socket(address->storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd < 0) {
		a->failure = errno;
		return;
	}
	set_options(fd);
	if (connect(fd, (const struct sockaddr *)&address->storage, address->len) == 0) {
		a->won = fd;
	} else if (errno == EINPROGRESS) {
		a->fds[a->len++] = (struct pollfd){ .fd = fd, .events = POLLOUT };
	} else {
		a->failure = errno;
		close(fd);
	}
}

/* Takes those that were decided out of the list. */
static void look_at(struct attempts *a)
{
	for (size_t i = a->len; i-- > 0 && a->won < 0;) {
		int failure = 0;
		socklen_t size = sizeof(failure);

		if (!a->fds[i].revents)
			continue;
		getsockopt(a->fds[i].fd, SOL_SOCKET, SO_ERROR, &failure, &size);
		if (failure) {
			a->failure = failure;
			close(a->fds[i].fd);
		} else {
			a->won = a->fds[i].fd;
		}
		a->fds[i] = a->fds[--a->len];
	}
}

static int race(struct attempts *a, const char *what, struct error *err)
{
	int64_t next_at = 0;
	int r = 0;

	while (a->won < 0 && (a->len || a->next < a->addresses->len)) {
		bool more = a->next < a->addresses->len;

		if (more && (!a->len || clock_ms() >= next_at)) {
			start_next(a);
			next_at = clock_ms() + NEXT_ATTEMPT;
			continue;
		}
		r = wait_fds(a->fds, a->len, more ? next_at : DEADLINE_NONE, what, err);
		if (r < 0)
			break;
		look_at(a);
	}
	for (size_t i = 0; i < a->len; i++)
		close(a->fds[i].fd);
	return r < 0 ? r : 0;
}

int dial_tcp(const char *host, unsigned port, int *ret_fd, struct error *err)
{
	bool six = strchr(host, ':') != NULL;
	cleanup_free char *where = xasprintf(six ? "[%s]:%u" : "%s:%u", host, port);
	cleanup_free char *what = xasprintf("connecting to '%s'", where);
	struct addresses addresses;
	struct attempts a = { .addresses = &addresses, .won = -1 };
	int r = resolve_host(host, port, &addresses, err);

	if (r == 0)
		r = race(&a, what, err);
	if (r < 0)
		return r;
	if (a.won < 0 && (a.failure == EMFILE || a.failure == ENFILE)) {
		error_set(err, ERR_LIMIT, "cannot connect to '%s': %s on this side", where,
			  strerror(a.failure));
		error_hint(err, "allow more with ulimit -n, or ask fewer servers at once");
		return -err->class;
	}
	if (a.won < 0) {
		error_set_errno(err, a.failure ? a.failure : EADDRNOTAVAIL,
				"cannot connect to '%s'", where);
		if (a.failure == ECONNREFUSED)
			error_hint(err, "nothing listens there; check the port, and that the server "
					"runs");
		return -err->class;
	}
	*ret_fd = a.won;
	return 0;
}

static int set_path(struct sockaddr_un *address, const char *path, socklen_t *ret_len,
		    struct error *err)
{
	size_t len = strlen(path);

	if (len >= sizeof(address->sun_path))
		return error_set(err, ERR_INVALID,
				 "cannot connect to socket '%s': its path has more than %zu bytes",
				 path, sizeof(address->sun_path) - 1);
	*address = (struct sockaddr_un){ .sun_family = AF_UNIX };
	memcpy(address->sun_path, path, len);
	if (path[0] == '@')
		address->sun_path[0] = '\0';
	*ret_len = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + len + (path[0] != '@'));
	return 0;
}

int dial_unix(const char *path, int *ret_fd, struct error *err)
{
	struct sockaddr_un address;
	socklen_t len = 0;
	cleanup_close int fd = -1;
	int r = set_path(&address, path, &len, err);

	if (r < 0)
		return r;
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return error_set_errno(err, errno, "cannot connect to socket '%s'", path);
	while (connect(fd, (const struct sockaddr *)&address, len) < 0) {
		/* The server's queue is full: a unix socket cannot be waited for. */
		if (errno != EAGAIN) {
			bool gone = errno == ENOENT || errno == ECONNREFUSED;

			error_set_errno(err, errno, "cannot connect to socket '%s'", path);
			if (gone)
				error_hint(err, "check the path, and that the server runs");
			return -err->class;
		}
		r = wait_until(clock_ms() + 10, err);
		if (r < 0) {
			error_wrap(err, "connecting to socket '%s'", path);
			return r;
		}
	}
	*ret_fd = fd;
	fd = -1;
	return 0;
}

static int fail(struct error *err, const char *what)
{
	return err ? error_set_errno(err, errno, "%s", what) : -ERR_IO;
}

ssize_t socket_read(int fd, void *buf, size_t len, const char *what, struct error *err)
{
	for (;;) {
		ssize_t n = recv(fd, buf, len, MSG_DONTWAIT);
		int r;

		if (n >= 0)
			return n;
		if (errno == EINTR)
			continue;
		if (errno != EAGAIN)
			return fail(err, what);
		r = wait_fd(fd, POLLIN, what, NULL, err);
		if (r < 0)
			return r;
	}
}

int socket_write(int fd, const void *buf, size_t len, const char *what, struct error *err)
{
	const char *p = buf;

	while (len) {
		ssize_t n = send(fd, p, len, MSG_DONTWAIT | MSG_NOSIGNAL);
		int r;

		if (n >= 0) {
			p += n;
			len -= (size_t)n;
			continue;
		}
		if (errno == EINTR)
			continue;
		if (errno != EAGAIN)
			return fail(err, what);
		r = wait_fd(fd, POLLOUT, what, NULL, err);
		if (r < 0)
			return r;
	}
	return 0;
}
