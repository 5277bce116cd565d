/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Usage: fleet --to HOST:PORT [--to HOST:PORT] [--OPTION VALUE]...
 * One thousand servers for tests, that answer with what a real one said. Instance 0 is the first
 * --to, a primary; all others are the second one, a replica of it. Each has an address of its own.
 *
 *	--first A.B.C.D  address of instance 0 (default 127.1.0.1); the others count up
 *	--port N         of all of them (default 3306)
 *	--count N        instances (default 1000)
 *	--fan N          instance k follows (k - 1) / N, not instance 0
 *	--hang N         the last N accept connections and say nothing
 *	--delay MS       before each answer
 *	--slow MS        the same, for instance 1 only
 *	--cert F --key F offer TLS
 *
 * An account without a password logs in. The first login and the first time that a text of SQL is
 * asked for are passed on to the real server and its answer is kept; what the clients see are these
 * recordings, with the identity of each instance put into their cells: server_id, server_uuid,
 * hostname, report_host, port, the clock, and the same of the source in a replica's status.
 * Prints "ready" when all addresses listen, and ends at the end of standard input.
 */

#include "net/dial.h"
#include "net/resolve.h"
#include "net/task.h"
#include "net/tls_library.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/strbuf.h"

enum { HEADER = 4, REQUEST_TLS = 32, TLS_FLAG = 0x800, MORE_RESULTS = 8, COM_QUERY = 3 };
enum { MOST_CELLS = 128, FIRST_ID = 500000 };

/* What a real server said to one request: packets with their headers. */
struct recording {
	struct strbuf request, answer;
};

struct upstream {
	const char *to;
	int fd;
	struct strbuf greeting, login;
	struct recording *items;
	size_t len, alloc;
	bool busy; /* a task asks it */
	struct condition free;
};

struct fleet {
	struct loop *loop;
	struct upstream up[2];
	size_t upstreams;
	uint32_t first;
	unsigned port;
	unsigned long count, fan, hang, delay, slow;
	const char *cert, *key;
	SSL_CTX *ctx;
	size_t listening;
};

struct instance {
	struct fleet *fleet;
	struct upstream *up;
	size_t number;
	char address[16];
	int listener;
};

struct client {
	struct instance *i;
	int fd;
	SSL *ssl;
};

static void __attribute__((noreturn)) fail(const char *what, const char *why)
{
	fprintf(stderr, "fleet: %s: %s\n", what, why);
	exit(2);
}

/* ---- packets ---------------------------------------------------------------------------------*/

static size_t packet_size(const unsigned char *header)
{
	return header[0] | (size_t)header[1] << 8 | (size_t)header[2] << 16;
}

static void add_packet(struct strbuf *out, const void *body, size_t len, unsigned number)
{
	const char header[HEADER] = { (char)len, (char)(len >> 8), (char)(len >> 16),
				      (char)number };

	strbuf_add(out, header, sizeof(header));
	strbuf_add(out, body, len);
}

/* A number of MySQL's variable length; NULL in *at for SQL's NULL. */
static uint64_t take_number(const unsigned char **at, const unsigned char *end)
{
	size_t bytes = **at < 0xfb ? 0 : **at == 0xfc ? 2 : **at == 0xfd ? 3 : 8;
	uint64_t n = 0;

	if (!bytes)
		return *(*at)++;
	for (size_t k = bytes; k && *at + bytes < end; k--)
		n = n << 8 | (*at)[k];
	*at += bytes + 1;
	return n;
}

static void add_text(struct strbuf *out, const void *text, size_t len)
{
	if (len < 0xfb) {
		strbuf_addch(out, (char)len);
	} else {
		const char head[] = { (char)0xfd, (char)len, (char)(len >> 8), (char)(len >> 16) };

		strbuf_add(out, head, sizeof(head));
	}
	strbuf_add(out, text, len);
}

struct text {
	const char *text;
	size_t len;
};

/* A text of variable length; text is NULL for SQL's NULL. */
static struct text take_text(const unsigned char **at, const unsigned char *end)
{
	struct text t = { 0 };

	if (*at < end && **at == 0xfb) {
		(*at)++;
		return t;
	}
	t.len = *at < end ? take_number(at, end) : 0;
	if (t.len > (size_t)(end - *at))
		t.len = 0;
	t.text = (const char *)*at;
	*at += t.len;
	return t;
}

static bool text_is(struct text t, const char *word)
{
	return t.text && t.len == strlen(word) && strncasecmp(t.text, word, t.len) == 0;
}

/* An answer to a query, packet by packet. */
struct answer {
	enum { AT_HEAD, AT_COLUMNS, AT_ROWS } place;
	struct text columns[MOST_CELLS]; /* their names, in the packets */
	size_t count, seen, row;
};

/* Takes the next packet. True: it is the last one. */
static bool answer_take(struct answer *a, const unsigned char *p, size_t len)
{
	const unsigned char *at = p, *end = p + len;
	bool is_end = p[0] == 0xfe && len < 9;

	if (p[0] == 0xff)
		return true;
	switch (a->place) {
	case AT_HEAD:
		if (p[0] == 0) {
			at++;
			take_number(&at, end);
			take_number(&at, end);
			return (*at & MORE_RESULTS) == 0;
		}
		*a = (struct answer){ .place = AT_COLUMNS, .count = take_number(&at, end) };
		if (a->count > MOST_CELLS)
			fail("a result", "it has too many columns");
		return false;
	case AT_COLUMNS:
		for (size_t k = 0; !is_end && k < 4; k++)
			take_text(&at, end);
		if (is_end)
			a->place = AT_ROWS;
		else if (a->seen < a->count)
			a->columns[a->seen++] = take_text(&at, end);
		return false;
	default:
		a->row++;
		if (!is_end)
			return false;
		a->place = AT_HEAD;
		return (p[3] & MORE_RESULTS) == 0;
	}
}

/* ---- recording -------------------------------------------------------------------------------*/

static void read_all(int fd, void *buf, size_t len)
{
	struct error err = ERROR_INIT;
	ssize_t n = 1;

	for (size_t got = 0; got < len && n > 0; got += (size_t)(n > 0 ? n : 0))
		n = socket_read(fd, (char *)buf + got, len - got, "reading from a real server",
				&err);
	if (n <= 0)
		fail("a real server", err.message ? err.message : "it closed the connection");
}

/* Appends the next packet; returns its body. */
static const unsigned char *record_packet(struct upstream *u, struct strbuf *out, size_t *ret_len)
{
	unsigned char header[HEADER];
	size_t at = out->len + HEADER;

	read_all(u->fd, header, sizeof(header));
	*ret_len = packet_size(header);
	strbuf_add(out, header, sizeof(header));
	strbuf_grow(out, *ret_len + 1);
	read_all(u->fd, out->buf + at, *ret_len);
	strbuf_added(out, *ret_len);
	return (const unsigned char *)out->buf + at;
}

static void send_up(struct upstream *u, const struct strbuf *packet)
{
	struct error err = ERROR_INIT;

	if (socket_write(u->fd, packet->buf, packet->len, "writing to a real server", &err) < 0)
		fail("a real server", err.message);
}

static void lock(struct upstream *u)
{
	while (u->busy)
		wait_condition(&u->free, NULL, NULL);
	u->busy = true;
}

static void unlock(struct upstream *u)
{
	u->busy = false;
	condition_wake(&u->free);
}

/* Connects, and takes the greeting. */
static void call(struct upstream *u, struct strbuf *greeting)
{
	struct error err = ERROR_INIT;
	const char *colon = strrchr(u->to, ':');
	cleanup_free char *host = xmemdupz(u->to, (size_t)(colon - u->to));
	size_t len;

	if (dial_tcp(host, (unsigned)strtoul(colon + 1, NULL, 10), &u->fd, &err) < 0)
		fail(u->to, err.message);
	record_packet(u, greeting, &len);
}

/* body is the client's login, as it would be without TLS. */
static const struct strbuf *record_login(struct upstream *u, const unsigned char *body, size_t len)
{
	lock(u);
	if (!u->login.len) {
		cleanup_strbuf struct strbuf packet = STRBUF_INIT, again = STRBUF_INIT;
		const unsigned char *said;

		/* Nobody logged in yet, and the server may have hung up meanwhile. */
		close(u->fd);
		call(u, &again);
		add_packet(&packet, body, len, 1);
		packet.buf[HEADER + 1] &= ~(TLS_FLAG >> 8);
		send_up(u, &packet);
		said = record_packet(u, &u->login, &len);
		if (said[0] != 0)
			fail("a real server", "it does not take the login without a password");
	}
	unlock(u);
	return &u->login;
}

static const struct strbuf *find(const struct upstream *u, const void *request, size_t len)
{
	for (size_t k = 0; k < u->len; k++)
		if (u->items[k].request.len == len &&
		    memcmp(u->items[k].request.buf, request, len) == 0)
			return &u->items[k].answer;
	return NULL;
}

static void record_query(struct upstream *u, const void *request, size_t len)
{
	struct recording r = { STRBUF_INIT, STRBUF_INIT };
	cleanup_strbuf struct strbuf packet = STRBUF_INIT;
	struct answer *a = xcalloc(1, sizeof(*a));
	const unsigned char *p;

	strbuf_add(&r.request, request, len);
	add_packet(&packet, request, len, 0);
	send_up(u, &packet);
	do
		p = record_packet(u, &r.answer, &len);
	while (!answer_take(a, p, len));
	free(a);
	ALLOC_GROW(u->items, u->len + 1, u->alloc);
	u->items[u->len++] = r;
}

static const struct strbuf *answer_for(struct upstream *u, const void *request, size_t len)
{
	if (!find(u, request, len)) {
		lock(u);
		if (!find(u, request, len))
			record_query(u, request, len);
		unlock(u);
	}
	return find(u, request, len);
}

/* ---- identities ------------------------------------------------------------------------------*/

static void address_of(const struct fleet *f, size_t number, char ret[16])
{
	struct in_addr a = { htonl(f->first + (uint32_t)number) };

	inet_ntop(AF_INET, &a, ret, 16);
}

enum what { WHAT_ID, WHAT_UUID, WHAT_NAME, WHAT_HOST, WHAT_PORT };

/* False: instance 0 is who the real server is, since the replicas' GTIDs name it. */
static bool identity(const struct fleet *f, size_t number, enum what what, struct text old,
		     char ret[64])
{
	if (what == WHAT_PORT)
		snprintf(ret, 64, "%u", f->port);
	else if (what == WHAT_HOST)
		address_of(f, number, ret);
	else if (what == WHAT_NAME)
		snprintf(ret, 64, "fleet-%zu", number);
	else if (number == 0)
		return false;
	else if (what == WHAT_ID)
		snprintf(ret, 64, "%zu", FIRST_ID + number);
	else
		snprintf(ret, 64, "%.24s%012zx", old.len == 36 ? old.text : "", number);
	return true;
}

/* What stands in this cell for this instance; false: what is there. */
static bool cell_for(const struct instance *i, const struct answer *a, size_t column,
		     struct text first, struct text old, char ret[64])
{
	static const struct {
		const char *word;
		enum what what;
	} own[] = { { "server_id", WHAT_ID },	  { "server_uuid", WHAT_UUID },
		    { "hostname", WHAT_NAME },	  { "report_host", WHAT_HOST },
		    { "port", WHAT_PORT },	  },
	  source[] = { { "host", WHAT_HOST }, { "port", WHAT_PORT }, { "server_id", WHAT_ID },
		       { "uuid", WHAT_UUID } },
	  listed[] = { { "server_id", WHAT_ID }, { "host", WHAT_HOST }, { "port", WHAT_PORT } };
	struct text name = a->columns[column];
	const struct fleet *f = i->fleet;
	size_t up = i->number && f->fan ? (i->number - 1) / f->fan : 0;

	if (text_is(name, "now_utc")) {
		struct timespec now;
		struct tm tm;
		size_t n;

		clock_gettime(CLOCK_REALTIME, &now);
		n = strftime(ret, 64, "%F %T", gmtime_r(&now.tv_sec, &tm));
		snprintf(ret + n, 64 - n, ".%06ld", now.tv_nsec / 1000);
		return true;
	}
	for (size_t k = 0; k < ARRAY_SIZE(own) && column == 1 && a->count == 2; k++)
		if (text_is(first, own[k].word))
			return identity(f, i->number, own[k].what, old, ret);
	if (name.len > 7 && (strncasecmp(name.text, "Master_", 7) == 0 ||
			     strncasecmp(name.text, "Source_", 7) == 0)) {
		const struct text rest = { name.text + 7, name.len - 7 };

		for (size_t k = 0; k < ARRAY_SIZE(source); k++)
			if (text_is(rest, source[k].word))
				return identity(f, up, source[k].what, old, ret);
		return false;
	}
	/* The list of a source's replicas begins so. */
	for (size_t k = 0; k < ARRAY_SIZE(listed) && text_is(a->columns[0], "Server_Id"); k++)
		if (text_is(name, listed[k].word))
			return identity(f, a->row + 1, listed[k].what, old, ret);
	return false;
}

static void rewrite_row(const struct instance *i, const struct answer *a, const unsigned char *p,
			size_t len, struct strbuf *out)
{
	const unsigned char *at = p, *end = p + len;
	struct text first = { 0 };

	for (size_t column = 0; column < a->count; column++) {
		struct text t = take_text(&at, end);
		char own[64];

		if (column == 0)
			first = t;
		if (!t.text)
			strbuf_addch(out, (char)0xfb);
		else if (cell_for(i, a, column, first, t, own))
			add_text(out, own, strlen(own));
		else
			add_text(out, t.text, t.len);
	}
}

/* Appends the recorded answer as this instance gives it. */
static void rewrite(const struct instance *i, const struct strbuf *answer, struct strbuf *out)
{
	struct answer *a = xcalloc(1, sizeof(*a));
	cleanup_strbuf struct strbuf row = STRBUF_INIT;
	const unsigned char *p = (const unsigned char *)answer->buf, *end = p + answer->len;
	unsigned number = 1;

	while (p < end) {
		size_t len = packet_size(p);
		const unsigned char *body = p + HEADER;

		if (a->place == AT_ROWS && body[0] != 0xff && !(body[0] == 0xfe && len < 9)) {
			strbuf_reset(&row);
			rewrite_row(i, a, body, len, &row);
			add_packet(out, row.buf, row.len, number++);
		} else {
			add_packet(out, body, len, number++);
		}
		answer_take(a, body, len);
		p = body + len;
	}
	free(a);
}

/* ---- clients ---------------------------------------------------------------------------------*/

static int wait_for_tls(struct client *c, int r)
{
	int why = SSL_get_error(c->ssl, r);

	if (why != SSL_ERROR_WANT_READ && why != SSL_ERROR_WANT_WRITE)
		return -ERR_IO;
	return wait_fd(c->fd, why == SSL_ERROR_WANT_READ ? POLLIN : POLLOUT, NULL, NULL, NULL);
}

static int receive(struct client *c, void *buf, size_t len)
{
	char *at = buf;

	while (len) {
		ssize_t n;

		ERR_clear_error();
		n = c->ssl ? SSL_read(c->ssl, at, (int)len)
			   : socket_read(c->fd, at, len, "reading", NULL);
		if (n > 0) {
			at += n;
			len -= (size_t)n;
		} else if (!c->ssl || wait_for_tls(c, (int)n) < 0) {
			return -ERR_IO;
		}
	}
	return 0;
}

static int reply(struct client *c, const struct strbuf *what)
{
	int n;

	if (!c->ssl)
		return socket_write(c->fd, what->buf, what->len, "writing", NULL);
	do {
		ERR_clear_error();
		n = SSL_write(c->ssl, what->buf, (int)what->len);
	} while (n <= 0 && wait_for_tls(c, n) == 0);
	return n > 0 ? 0 : -ERR_IO;
}

static int receive_packet(struct client *c, struct strbuf *ret)
{
	unsigned char header[HEADER];

	if (receive(c, header, sizeof(header)) < 0)
		return -ERR_IO;
	strbuf_reset(ret);
	strbuf_grow(ret, packet_size(header) + 1);
	if (receive(c, ret->buf, packet_size(header)) < 0)
		return -ERR_IO;
	strbuf_added(ret, packet_size(header));
	return 0;
}

static int shake_hands(struct client *c)
{
	int n;

	c->ssl = SSL_new(c->i->fleet->ctx);
	if (!c->ssl || SSL_set_fd(c->ssl, c->fd) != 1)
		return -ERR_IO;
	do {
		ERR_clear_error();
		n = SSL_accept(c->ssl);
	} while (n <= 0 && wait_for_tls(c, n) == 0);
	return n > 0 ? 0 : -ERR_IO;
}

/* Greets, and answers the login. */
static int let_in(struct client *c, struct strbuf *packet)
{
	cleanup_strbuf struct strbuf out = STRBUF_INIT;
	const struct strbuf *said = &c->i->up->greeting;
	size_t flags = HEADER + 1 + strlen(said->buf + HEADER + 1) + 1 + 4 + 8 + 1;
	unsigned number = 2;

	strbuf_add(&out, said->buf, said->len);
	out.buf[flags + 1] &= ~(TLS_FLAG >> 8);
	if (c->i->fleet->ctx)
		out.buf[flags + 1] |= TLS_FLAG >> 8;
	if (reply(c, &out) < 0 || receive_packet(c, packet) < 0)
		return -ERR_IO;
	if (packet->len == REQUEST_TLS) {
		if (!c->i->fleet->ctx || shake_hands(c) < 0 || receive_packet(c, packet) < 0)
			return -ERR_IO;
		number++;
	}
	said = record_login(c->i->up, (unsigned char *)packet->buf, packet->len);
	strbuf_reset(&out);
	add_packet(&out, said->buf + HEADER, said->len - HEADER, number);
	return reply(c, &out);
}

static void serve(struct client *c)
{
	const struct fleet *f = c->i->fleet;
	cleanup_strbuf struct strbuf packet = STRBUF_INIT, out = STRBUF_INIT;
	int64_t delay = (int64_t)(c->i->number == 1 && f->slow ? f->slow : f->delay);
	int r = let_in(c, &packet);

	while (r == 0 && receive_packet(c, &packet) == 0 && packet.buf[0] == COM_QUERY) {
		strbuf_reset(&out);
		rewrite(c->i, answer_for(c->i->up, packet.buf, packet.len), &out);
		if (delay)
			wait_until(clock_ms() + delay, NULL);
		r = reply(c, &out);
	}
}

static void run_client(void *arg)
{
	struct client *c = arg;
	const struct fleet *f = c->i->fleet;
	int on = 1;

	setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	if (c->i->number + f->hang < f->count)
		serve(c);
	else
		wait_fd(c->fd, POLLIN, NULL, NULL, NULL);
	if (c->ssl)
		SSL_free(c->ssl);
	close(c->fd);
	free(c);
}

/* ---- setting up ------------------------------------------------------------------------------*/

static void run_instance(void *arg)
{
	struct instance *i = arg;

	while (wait_fd(i->listener, POLLIN, NULL, NULL, NULL) == 0) {
		int fd = accept4(i->listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
		struct client *c;

		if (fd < 0)
			continue;
		c = xcalloc(1, sizeof(*c));
		*c = (struct client){ .i = i, .fd = fd };
		task_start(i->fleet->loop, NULL, run_client, c);
	}
	close(i->listener);
	free(i);
}

static void start_instance(struct fleet *f, size_t number)
{
	struct instance *i = xcalloc(1, sizeof(*i));
	struct sockaddr_in own = { .sin_family = AF_INET, .sin_port = htons((uint16_t)f->port) };
	int on = 1;

	own.sin_addr.s_addr = htonl(f->first + (uint32_t)number);
	*i = (struct instance){ .fleet = f, .number = number };
	i->up = &f->up[number && f->upstreams > 1];
	i->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	setsockopt(i->listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (bind(i->listener, (struct sockaddr *)&own, sizeof(own)) < 0 ||
	    listen(i->listener, SOMAXCONN) < 0) {
		address_of(f, number, i->address);
		fail(i->address, strerror(errno));
	}
	task_start(f->loop, NULL, run_instance, i);
}

static void start(void *arg)
{
	struct fleet *f = arg;

	for (size_t k = 0; k < f->upstreams; k++) {
		strbuf_init(&f->up[k].greeting);
		strbuf_init(&f->up[k].login);
		call(&f->up[k], &f->up[k].greeting);
	}
	for (size_t number = 0; number < f->count; number++)
		start_instance(f, number);
	printf("ready\n");
	while (wait_fd(STDIN_FILENO, POLLIN, NULL, NULL, NULL) == 0) {
		char buf[64];

		if (read(STDIN_FILENO, buf, sizeof(buf)) <= 0)
			break;
	}
	loop_cancel_all(f->loop);
}

static void set_up_tls(struct fleet *f)
{
	f->ctx = SSL_CTX_new(TLS_server_method());
	if (!f->ctx || SSL_CTX_use_certificate_chain_file(f->ctx, f->cert) != 1 ||
	    SSL_CTX_use_PrivateKey_file(f->ctx, f->key, SSL_FILETYPE_PEM) != 1)
		fail(f->cert, ERR_reason_error_string(ERR_peek_error()));
	SSL_CTX_set_mode(f->ctx, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
}

static void set(struct fleet *f, const char *name, const char *value)
{
	const struct {
		const char *name;
		unsigned long *to;
	} numbers[] = { { "--count", &f->count }, { "--fan", &f->fan },	   { "--hang", &f->hang },
			{ "--delay", &f->delay }, { "--slow", &f->slow } };
	struct in_addr a;

	for (size_t k = 0; k < ARRAY_SIZE(numbers); k++)
		if (strcmp(numbers[k].name, name) == 0) {
			*numbers[k].to = strtoul(value, NULL, 10);
			return;
		}
	if (strcmp(name, "--to") == 0 && f->upstreams < 2 && strrchr(value, ':'))
		f->up[f->upstreams++].to = value;
	else if (strcmp(name, "--first") == 0 && inet_pton(AF_INET, value, &a) == 1)
		f->first = ntohl(a.s_addr);
	else if (strcmp(name, "--port") == 0)
		f->port = (unsigned)strtoul(value, NULL, 10);
	else if (strcmp(name, "--cert") == 0)
		f->cert = value;
	else if (strcmp(name, "--key") == 0)
		f->key = value;
	else
		fail(name, "bad option or value");
}

static void free_upstream(struct upstream *u)
{
	for (size_t k = 0; k < u->len; k++) {
		strbuf_release(&u->items[k].request);
		strbuf_release(&u->items[k].answer);
	}
	free(u->items);
	strbuf_release(&u->greeting);
	strbuf_release(&u->login);
	close(u->fd);
}

int main(int argc, char **argv)
{
	struct fleet f = { .loop = loop_new(), .first = 0x7f010001, .port = 3306, .count = 1000 };
	struct rlimit files;

	for (int k = 1; k + 1 < argc; k += 2)
		set(&f, argv[k], argv[k + 1]);
	if (!f.upstreams)
		fail("--to", "it is missing");
	/* A listener and a client for each instance. */
	getrlimit(RLIMIT_NOFILE, &files);
	files.rlim_cur = files.rlim_max;
	setrlimit(RLIMIT_NOFILE, &files);
	if (f.cert)
		set_up_tls(&f);
	setvbuf(stdout, NULL, _IOLBF, 0);
	task_start(f.loop, NULL, start, &f);
	loop_run(f.loop);
	loop_free(f.loop);
	SSL_CTX_free(f.ctx);
	for (size_t k = 0; k < f.upstreams; k++)
		free_upstream(&f.up[k]);
	return 0;
}
