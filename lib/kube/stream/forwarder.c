/* SPDX-License-Identifier: Apache-2.0 */
#include "kube/stream/forwarder.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/memory.h"
#include "net/dial.h"

#define FOLDER "kubectl-mysql-XXXXXX"
#define SOCKET "port.sock"
#define PIECE ((size_t)32 << 10)
#define AGAIN 100 /* ms; when there are no descriptors left */

/* One connection: two tasks, one for each way. */
struct link {
	struct forwarder *forwarder;
	struct link *next, *previous;
	int fd;
	struct portforward *port;
	struct task *there, *back; /* NULL: has ended */
	unsigned users;
};

struct forwarder {
	struct loop *loop;
	struct kube_client *client;
	struct portforward_options options;
	char *namespace, *pod, *folder, *path;
	int listener;
	struct task *acceptor;
	struct link *links;
	struct condition changed;
	struct error failure;
	bool closed;   /* nothing more is accepted */
	bool orphaned; /* the last task frees it */
};

/* ---- the socket -------------------------------------------------------------------------------*/

static int bind_in(struct forwarder *f, const char *base, struct error *err)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	char *folder = xasprintf("%s/" FOLDER, base);
	size_t size;

	if (!mkdtemp(folder)) {
		error_set_errno(err, errno, "cannot make a private folder in '%s'", base);
		free(folder);
		return -err->class;
	}
	f->folder = folder;
	f->path = xasprintf("%s/" SOCKET, folder);
	size = strlen(f->path) + 1;
	memcpy(address.sun_path, f->path, size);
	f->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (f->listener < 0 ||
	    bind(f->listener, (struct sockaddr *)&address, sizeof(address)) < 0 ||
	    listen(f->listener, SOMAXCONN) < 0)
		return error_set_errno(err, errno, "cannot listen on socket '%s'", f->path);
	return 0;
}

static bool is_short(const char *base)
{
	return strlen(base) + sizeof("/" FOLDER "/" SOCKET) <=
	       sizeof(((struct sockaddr_un *)0)->sun_path);
}

/* Paths of sockets are short, and folders for temporary files need not be. */
static int listen_somewhere(struct forwarder *f, struct error *err)
{
	static const char *const names[] = { "XDG_RUNTIME_DIR", "TMPDIR" };

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		const char *base = getenv(names[i]);

		if (base && base[0] == '/' && is_short(base) && access(base, W_OK) == 0)
			return bind_in(f, base, err);
	}
	return bind_in(f, "/tmp", err);
}

static void remove_socket(struct forwarder *f)
{
	if (f->path)
		(void)unlink(f->path);
	if (f->folder)
		(void)rmdir(f->folder);
}

/* ---- connections ------------------------------------------------------------------------------*/

static void free_forwarder(struct forwarder *f)
{
	if (f->listener >= 0)
		(void)close(f->listener);
	error_release(&f->failure);
	free(f->namespace);
	free(f->pod);
	free(f->folder);
	free(f->path);
	free(f);
}

/* When its last task has ended, a forwarder that nobody has any more goes too. */
static void look_for_end(struct forwarder *f)
{
	condition_wake(&f->changed);
	if (f->orphaned && !f->acceptor && !f->links)
		free_forwarder(f);
}

static void put_link(struct link *l)
{
	struct forwarder *f = l->forwarder;

	if (--l->users)
		return;
	portforward_close(l->port);
	(void)close(l->fd);
	if (l->previous)
		l->previous->next = l->next;
	else
		f->links = l->next;
	if (l->next)
		l->next->previous = l->previous;
	free(l);
	look_for_end(f);
}

static void keep_failure(struct forwarder *f, struct error *err)
{
	if (err->class == ERR_CANCELLED)
		return;
	error_release(&f->failure);
	f->failure = *err;
	*err = (struct error)ERROR_INIT;
}

/* True when the client has gone. */
static bool pass_there(struct link *l)
{
	cleanup_error struct error err = ERROR_INIT;
	char *buf = xmalloc(PIECE);
	ssize_t n;

	do
		n = socket_read(l->fd, buf, PIECE, "reading from a client", NULL);
	while (n > 0 && portforward_write(l->port, buf, (size_t)n, &err) == 0);
	free(buf);
	return n <= 0;
}

static void run_there(void *arg)
{
	struct link *l = arg;
	bool gone = pass_there(l);

	l->there = NULL;
	/*
	 * There is no half-close, and a client who has gone wants no answer. If it was the server,
	 * the other task reads why.
	 */
	if (gone && l->back)
		task_cancel(l->back);
	put_link(l);
}

static int pass_back(struct link *l, struct error *err)
{
	char *buf = xmalloc(PIECE);
	ssize_t n;

	for (;;) {
		n = portforward_read(l->port, buf, PIECE, err);
		/* A client who has gone is no failure. */
		if (n <= 0 || socket_write(l->fd, buf, (size_t)n, "writing to a client", NULL) < 0)
			break;
	}
	free(buf);
	return n < 0 ? (int)n : 0;
}

static void run_back(void *arg)
{
	struct link *l = arg;
	cleanup_error struct error err = ERROR_INIT;
	int r = portforward_open(l->forwarder->client, &l->forwarder->options, &l->port, &err);

	if (r == 0) {
		l->users++;
		l->there = task_start(l->forwarder->loop, NULL, run_there, l);
		r = pass_back(l, &err);
	}
	if (r < 0)
		keep_failure(l->forwarder, &err);
	(void)shutdown(l->fd, SHUT_RDWR);
	l->back = NULL;
	if (l->there)
		task_cancel(l->there);
	put_link(l);
}

static void add_link(struct forwarder *f, int fd)
{
	struct link *l = xcalloc(1, sizeof(*l));

	*l = (struct link){ .forwarder = f, .fd = fd, .next = f->links, .users = 1 };
	if (f->links)
		f->links->previous = l;
	f->links = l;
	l->back = task_start(f->loop, NULL, run_back, l);
}

static void run_acceptor(void *arg)
{
	struct forwarder *f = arg;
	int r = 0;

	while (r == 0 && !f->closed) {
		int fd = accept4(f->listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

		if (fd >= 0)
			add_link(f, fd);
		else if (errno == EAGAIN)
			r = wait_fd(f->listener, POLLIN, NULL, NULL, NULL);
		else if (errno != EINTR && errno != ECONNABORTED)
			r = wait_until(clock_ms() + AGAIN, NULL);
	}
	f->acceptor = NULL;
	look_for_end(f);
}

/* ---- outside ----------------------------------------------------------------------------------*/

int forwarder_open(struct loop *loop, struct kube_client *c, const struct portforward_options *o,
		   struct forwarder **ret, struct error *err)
{
	struct forwarder *f = xcalloc(1, sizeof(*f));
	int r;

	f->loop = loop;
	f->client = c;
	f->namespace = xstrdup(o->namespace);
	f->pod = xstrdup(o->pod);
	f->options = *o;
	f->options.namespace = f->namespace;
	f->options.pod = f->pod;
	f->listener = -1;
	r = listen_somewhere(f, err);
	if (r < 0) {
		remove_socket(f);
		free_forwarder(f);
		return r;
	}
	f->acceptor = task_start(loop, NULL, run_acceptor, f);
	*ret = f;
	return 0;
}

const char *forwarder_path(const struct forwarder *f)
{
	return f->path;
}

int forwarder_failure(const struct forwarder *f, struct error *err)
{
	if (!f->failure.class)
		return 0;
	error_set(err, (enum error_class)f->failure.class, "%s", f->failure.message);
	if (f->failure.hint)
		error_hint(err, "%s", f->failure.hint);
	err->origin = f->failure.origin;
	return -err->class;
}

void forwarder_close(struct forwarder *f)
{
	int r = 0;

	if (!f)
		return;
	f->closed = true;
	for (struct link *l = f->links; l; l = l->next) {
		if (l->back)
			task_cancel(l->back);
		if (l->there)
			task_cancel(l->there);
	}
	if (f->acceptor)
		task_cancel(f->acceptor);
	while (task_current() && r == 0 && (f->acceptor || f->links))
		r = wait_condition(&f->changed, NULL, NULL);
	remove_socket(f);
	f->orphaned = true;
	if (!f->acceptor && !f->links)
		free_forwarder(f);
}
