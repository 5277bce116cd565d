/* SPDX-License-Identifier: Apache-2.0 */
#include "net/proxy.h"

#include <errno.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/memory.h"
#include "net/dial.h"
#include "net/resolve.h"

#define PIECE 16384
/* A greeting that is none: what a TLS server says to somebody who does not begin with TLS. */
static const char garbage[] = "\x15\x03\x03\x00\x02\x02\x0a garbage garbage garbage garbage\r\n";

/* One connection: two tasks, one for each way. */
struct link {
	struct proxy *proxy;
	struct link *next, *previous;
	int client, server;
	struct task *there, *back; /* NULL: has ended */
	unsigned users;
	uint64_t from_server; /* bytes passed */
	bool answered;	      /* the server spoke last */
	bool reset;
};

struct proxy {
	struct loop *loop;
	int listener;
	unsigned port;
	char *host, *socket, *from, *to;
	unsigned server_port;
	struct proxy_faults faults;
	struct condition changed;
	struct task *acceptor;
	struct link *links;
	size_t count;
	uint64_t turns;
	bool stopped;
};

/* ---- one way ---------------------------------------------------------------------------------*/

/* Waits as long as a slow network needs for len bytes. */
static int pace(const struct link *l, size_t len)
{
	const struct proxy_faults *f = &l->proxy->faults;
	int64_t ms = f->delay + (f->rate ? (int64_t)(len * 1000 / f->rate) : 0);

	return ms ? wait_until(clock_ms() + ms, NULL) : 0;
}

/* Waits while the link is silent; negative when it is to be cut. */
static int hold(struct link *l)
{
	const struct proxy_faults *f = &l->proxy->faults;
	int r = 0;

	while (r == 0 && (f->hang || (f->silent_after && l->from_server >= f->silent_after)))
		r = wait_condition(&l->proxy->changed, NULL, NULL);
	if (r == 0 && f->cut_after && l->from_server >= f->cut_after) {
		l->reset = true;
		r = -ERR_IO;
	}
	return r;
}

static size_t piece_size(const struct link *l, bool back)
{
	const struct proxy_faults *f = &l->proxy->faults;
	uint64_t size = PIECE, limit = f->cut_after ? f->cut_after : f->silent_after;

	if (f->piece && f->piece < size)
		size = f->piece;
	/* Stop exactly there: in the middle of a packet, if it is one. */
	if (back && limit && l->from_server < limit && limit - l->from_server < size)
		size = limit - l->from_server;
	/* A tenth of a second at a time. */
	if (f->rate && f->rate / 10 + 1 < size)
		size = f->rate / 10 + 1;
	return (size_t)size;
}

static void rewrite(const struct proxy *p, char *buf, size_t len)
{
	size_t n = p->from ? strlen(p->from) : 0;
	char *at = buf;

	while (n && (at = memmem(at, len - (size_t)(at - buf), p->from, n))) {
		memcpy(at, p->to, n);
		at += n;
	}
}

static void count_turn(struct link *l, bool back)
{
	if (!back && l->answered)
		l->proxy->turns++;
	l->answered = back;
}

static int pass(struct link *l, int from, int to, bool back)
{
	char *buf = xmalloc(PIECE);
	ssize_t n;
	int r;

	do {
		n = socket_read(from, buf, piece_size(l, back), "reading", NULL);
		r = n < 0 ? (int)n : hold(l);
		if (r == 0 && n > 0)
			r = pace(l, (size_t)n);
		if (r < 0 || n == 0)
			break;
		count_turn(l, back);
		if (back) {
			rewrite(l->proxy, buf, (size_t)n);
			l->from_server += (uint64_t)n;
		}
		r = socket_write(to, buf, (size_t)n, "writing", NULL);
		/* Before the next piece is read: there may be none. */
		if (r == 0)
			r = hold(l);
	} while (r == 0);
	free(buf);
	if (r == 0)
		shutdown(to, SHUT_WR);
	return r;
}

/* ---- connections -----------------------------------------------------------------------------*/

static void reset_on_close(int fd)
{
	const struct linger now = { .l_onoff = 1, .l_linger = 0 };

	if (fd >= 0)
		setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
}

static void free_proxy(struct proxy *p)
{
	free(p->host);
	free(p->socket);
	free(p->from);
	free(p->to);
	free(p);
}

static void end_link(struct link *l)
{
	struct proxy *p = l->proxy;

	if (l->reset) {
		reset_on_close(l->client);
		reset_on_close(l->server);
	}
	close(l->client);
	if (l->server >= 0)
		close(l->server);
	if (l->previous)
		l->previous->next = l->next;
	else
		p->links = l->next;
	if (l->next)
		l->next->previous = l->previous;
	free(l);
	p->count--;
	if (p->stopped && !p->count && !p->acceptor)
		free_proxy(p);
}

static int say_garbage(struct link *l)
{
	int r = socket_write(l->client, garbage, sizeof(garbage) - 1, "writing", NULL);

	shutdown(l->client, SHUT_WR);
	return r < 0 ? r : -ERR_IO;
}

static int dial(struct link *l)
{
	const struct proxy *p = l->proxy;
	cleanup_error struct error err = ERROR_INIT;

	if (p->socket)
		return dial_unix(p->socket, &l->server, &err);
	return dial_tcp(p->host, p->server_port, &l->server, &err);
}

static void put_link(struct link *l)
{
	if (--l->users == 0)
		end_link(l);
}

static void go_there(void *arg)
{
	struct link *l = arg;

	if (pass(l, l->client, l->server, false) < 0 && l->back)
		task_cancel(l->back);
	l->there = NULL;
	put_link(l);
}

/* The task of a link: the way back, after all that comes before it. */
static void run_link(void *arg)
{
	struct link *l = arg;
	int r = hold(l);

	if (r == 0 && l->proxy->faults.garbage)
		r = say_garbage(l);
	if (r == 0)
		r = dial(l);
	if (r == 0) {
		l->users++;
		l->there = task_start(l->proxy->loop, NULL, go_there, l);
		r = pass(l, l->server, l->client, true);
	}
	if (r < 0 && l->there)
		task_cancel(l->there);
	l->back = NULL;
	put_link(l);
}

static void accept_one(struct proxy *p)
{
	int fd = accept4(p->listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK), on = 1;
	struct link *l;

	if (fd < 0)
		return;
	if (p->faults.refuse) {
		reset_on_close(fd);
		close(fd);
		return;
	}
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	l = xcalloc(1, sizeof(*l));
	*l = (struct link){ .proxy = p, .client = fd, .server = -1, .next = p->links };
	if (p->links)
		p->links->previous = l;
	p->links = l;
	p->count++;
	l->users = 1;
	l->back = task_start(p->loop, NULL, run_link, l);
}

static void run_acceptor(void *arg)
{
	struct proxy *p = arg;

	while (wait_fd(p->listener, POLLIN, NULL, NULL, NULL) == 0)
		accept_one(p);
	close(p->listener);
	p->acceptor = NULL;
	p->stopped = true;
	if (!p->count)
		free_proxy(p);
}

/* ---- from outside ----------------------------------------------------------------------------*/

static int start_listening(const struct proxy_options *o, int *ret_fd, unsigned *ret_port)
{
	struct addresses addresses;
	cleanup_close int fd = -1;
	struct sockaddr_storage own;
	socklen_t size = sizeof(own);
	int on = 1;

	/* An address is found without waiting, so outside of tasks too. */
	if (!resolve_address(o->listen, o->port, &addresses))
		return -EADDRNOTAVAIL;
	fd = socket(addresses.v[0].storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK,
		    0);
	if (fd < 0)
		return -errno;
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (bind(fd, (struct sockaddr *)&addresses.v[0].storage, addresses.v[0].len) < 0 ||
	    listen(fd, SOMAXCONN) < 0 || getsockname(fd, (struct sockaddr *)&own, &size) < 0)
		return -errno;
	*ret_port = own.ss_family == AF_INET6 ? ntohs(((struct sockaddr_in6 *)&own)->sin6_port)
					      : ntohs(((struct sockaddr_in *)&own)->sin_port);
	*ret_fd = fd;
	fd = -1;
	return 0;
}

int proxy_start(struct loop *loop, const struct proxy_options *opts, struct proxy **ret,
		struct error *err)
{
	struct proxy *p;
	int fd = -1, r;
	unsigned port = 0;

	if (opts->from && (!opts->to || strlen(opts->from) != strlen(opts->to)))
		return error_set(err, ERR_USAGE, "'%s' and what it becomes differ in length",
				 opts->from);
	r = start_listening(opts, &fd, &port);
	if (r < 0)
		return error_set_errno(err, -r, "cannot listen on '%s:%u'", opts->listen,
				       opts->port);
	p = xcalloc(1, sizeof(*p));
	p->loop = loop;
	p->listener = fd;
	p->port = port;
	p->host = xstrdup_or_null(opts->host);
	p->socket = xstrdup_or_null(opts->socket);
	p->from = xstrdup_or_null(opts->from);
	p->to = xstrdup_or_null(opts->to);
	p->server_port = opts->server_port;
	p->acceptor = task_start(loop, NULL, run_acceptor, p);
	*ret = p;
	return 0;
}

unsigned proxy_port(const struct proxy *p)
{
	return p->port;
}

size_t proxy_connections(const struct proxy *p)
{
	return p->count;
}

uint64_t proxy_turns(const struct proxy *p)
{
	return p->turns;
}

void proxy_set_faults(struct proxy *p, const struct proxy_faults *faults)
{
	p->faults = *faults;
	condition_wake(&p->changed);
}

static void cancel_link(struct link *l, bool reset)
{
	l->reset = l->reset || reset;
	if (l->back)
		task_cancel(l->back);
	if (l->there)
		task_cancel(l->there);
}

void proxy_cut(struct proxy *p)
{
	for (struct link *l = p->links; l; l = l->next)
		cancel_link(l, true);
}

void proxy_stop(struct proxy *p)
{
	for (struct link *l = p->links; l; l = l->next)
		cancel_link(l, false);
	if (p->acceptor)
		task_cancel(p->acceptor);
}

int proxy_fault_parse(const char *words, struct proxy_faults *faults, struct error *err)
{
	size_t len = strcspn(words, " \n");
	const char *rest = words + len + strspn(words + len, " ");
	char *end = NULL;
	unsigned long long number = strtoull(rest, &end, 10);
	bool has_number = end != rest && (*end == '\0' || *end == '\n') && *rest != '-';
	struct proxy_faults f = *faults;
	const struct {
		const char *word;
		uint64_t *number;
		bool *flag;
	} known[] = {
		{ "delay", (uint64_t *)&f.delay, NULL },
		{ "rate", &f.rate, NULL },
		{ "piece", &f.piece, NULL },
		{ "cut-after", &f.cut_after, NULL },
		{ "silent-after", &f.silent_after, NULL },
		{ "hang", NULL, &f.hang },
		{ "refuse", NULL, &f.refuse },
		{ "garbage", NULL, &f.garbage },
	};

	if (len == 4 && memcmp(words, "heal", len) == 0) {
		*faults = (struct proxy_faults){ 0 };
		return 0;
	}
	for (size_t i = 0; i < ARRAY_SIZE(known); i++) {
		if (strlen(known[i].word) != len || memcmp(known[i].word, words, len) != 0)
			continue;
		if (known[i].flag)
			*known[i].flag = true;
		else if (has_number)
			*known[i].number = number;
		else
			break;
		*faults = f;
		return 0;
	}
	return error_set(err, ERR_USAGE, "'%s' is no fault of a link", words);
}
