/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Usage: liar LIE
 * A server that greets as MariaDB does, lets everybody in, and lies from the first statement on:
 *
 *	huge-packet      the head of a packet of 16 MiB, then a byte now and then
 *	split-packets    packets of 16 MiB without an end
 *	endless-columns  a result of 65535 columns, each of 64 KiB, without an end
 *	many-columns     a result of 2^63 columns
 *	endless-rows     rows without an end
 *	long-cell        a row whose cell is longer than its packet
 *	endless-results  empty results, each says that there is another
 *	endless-ok       the same without rows
 *	local-file       asks for /etc/passwd
 *	wrong-number     an answer whose packets are numbered wrongly
 *	garbage          bytes of no meaning
 *	short-packets    packets without a byte
 *
 * or in the login: endless-login, a question of the login plugin after the other; odd-login, a
 * plugin's name without its end. Prints "ready PORT", ends at the end of standard input.
 */

#include "net/dial.h"
#include "net/task.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/strbuf.h"

enum { HEADER = 4, MOST = 0xffffff, MORE_RESULTS = 8 };

struct liar {
	struct loop *loop;
	const char *lie;
	int listener;
};

struct victim {
	struct liar *liar;
	int fd;
	unsigned number; /* of the next packet */
};

static int put(struct victim *v, const void *bytes, size_t len)
{
	return socket_write(v->fd, bytes, len, "writing", NULL);
}

static int say(struct victim *v, const void *body, size_t len)
{
	cleanup_strbuf struct strbuf out = STRBUF_INIT;
	const char head[HEADER] = { (char)len, (char)(len >> 8), (char)(len >> 16),
				    (char)v->number++ };

	strbuf_add(&out, head, sizeof(head));
	strbuf_add(&out, body, len);
	return put(v, out.buf, out.len);
}

/* Reads a packet of the client, whatever it says. */
static int listen_to(struct victim *v)
{
	unsigned char head[HEADER], buf[4096];
	size_t got = 0, len;
	ssize_t n = 1;

	while (got < sizeof(head) && n > 0) {
		n = socket_read(v->fd, head + got, sizeof(head) - got, "reading", NULL);
		got += n > 0 ? (size_t)n : 0;
	}
	if (n <= 0)
		return -1;
	v->number = head[3] + 1u;
	for (len = head[0] | (size_t)head[1] << 8 | (size_t)head[2] << 16; len; len -= (size_t)n) {
		n = socket_read(v->fd, buf, len < sizeof(buf) ? len : sizeof(buf), "reading", NULL);
		if (n <= 0)
			return -1;
	}
	return 0;
}

static int say_ok(struct victim *v, unsigned status)
{
	const char ok[] = { 0, 0, 0, (char)status, 0, 0, 0 };

	return say(v, ok, sizeof(ok));
}

static int say_end(struct victim *v, unsigned status)
{
	const char end[] = { (char)0xfe, 0, 0, (char)status, 0 };

	return say(v, end, sizeof(end));
}

static int say_column(struct victim *v)
{
	static const char column[] = "\003def\000\000\000\001a\001a\014\055\000\377\377\000\000\375"
				     "\000\000\000\000\000";

	return say(v, column, sizeof(column) - 1);
}

static int begin_result(struct victim *v)
{
	int r = say(v, "\001", 1);

	r = r < 0 ? r : say_column(v);
	return r < 0 ? r : say_end(v, 0);
}

/* ---- lies ------------------------------------------------------------------------------------*/

static void huge_packet(struct victim *v)
{
	int r = put(v, "\377\377\377\001", HEADER);

	while (r == 0 && wait_until(clock_ms() + 20, NULL) == 0)
		r = put(v, "x", 1);
}

static void split_packets(struct victim *v)
{
	char *body = xcalloc(1, MOST);

	while (say(v, body, MOST) == 0)
		;
	free(body);
}

static void endless_columns(struct victim *v)
{
	enum { NAME = 60000 };
	cleanup_strbuf struct strbuf column = STRBUF_INIT;
	const char length[] = { (char)0xfc, (char)(NAME & 0xff), (char)(NAME >> 8) };

	strbuf_add(&column, "\003def\000\000\000", 7);
	strbuf_add(&column, length, sizeof(length));
	strbuf_addchars(&column, 'a', NAME);
	strbuf_add(&column, "\001a\014\055\000\377\377\000\000\375\000\000\000\000\000", 16);
	say(v, "\374\377\377", 3);
	while (say(v, column.buf, column.len) == 0)
		;
}

static void many_columns(struct victim *v)
{
	say(v, "\376\377\377\377\377\377\377\377\177", 9);
	while (say_column(v) == 0)
		;
}

static void endless_rows(struct victim *v)
{
	cleanup_strbuf struct strbuf row = STRBUF_INIT;
	int r = begin_result(v);

	strbuf_add(&row, "\374\020\047", 3);
	strbuf_addchars(&row, 'x', 10000);
	while (r == 0)
		r = say(v, row.buf, row.len);
}

static void long_cell(struct victim *v)
{
	begin_result(v);
	say(v, "\375\377\377\377abc", 7);
	say_end(v, 0);
}

static void endless_results(struct victim *v)
{
	int r = 0;

	while (r == 0) {
		r = begin_result(v);
		r = r < 0 ? r : say_end(v, MORE_RESULTS);
	}
}

static void endless_ok(struct victim *v)
{
	while (say_ok(v, MORE_RESULTS) == 0)
		;
}

static void local_file(struct victim *v)
{
	say(v, "\373/etc/passwd", 12);
	listen_to(v);
	say_ok(v, 0);
}

static void wrong_number(struct victim *v)
{
	v->number += 5;
	begin_result(v);
	say_end(v, 0);
}

static void garbage(struct victim *v)
{
	uint32_t x = 1;

	for (;;) {
		unsigned char bytes[512];

		for (size_t i = 0; i < sizeof(bytes); i++) {
			x = x * 1103515245u + 12345u;
			bytes[i] = (unsigned char)(x >> 16);
		}
		if (put(v, bytes, sizeof(bytes)) < 0)
			return;
	}
}

static void short_packets(struct victim *v)
{
	while (say(v, "", 0) == 0)
		;
}

static void endless_login(struct victim *v)
{
	static const char ask[] = "\376mysql_native_password\0aaaaaaaaaaaaaaaaaaaa";

	while (say(v, ask, sizeof(ask)) == 0 && listen_to(v) == 0)
		;
}

static void odd_login(struct victim *v)
{
	static const char ask[] = "\376mysql_native_password";

	say(v, ask, sizeof(ask) - 1);
	listen_to(v);
}

static const struct {
	const char *name;
	void (*tell)(struct victim *v);
	bool in_login;
} lies[] = {
	{ "huge-packet", huge_packet, false },
	{ "split-packets", split_packets, false },
	{ "endless-columns", endless_columns, false },
	{ "many-columns", many_columns, false },
	{ "endless-rows", endless_rows, false },
	{ "long-cell", long_cell, false },
	{ "endless-results", endless_results, false },
	{ "endless-ok", endless_ok, false },
	{ "local-file", local_file, false },
	{ "wrong-number", wrong_number, false },
	{ "garbage", garbage, false },
	{ "short-packets", short_packets, false },
	{ "endless-login", endless_login, true },
	{ "odd-login", odd_login, true },
};

/* ---- serving ---------------------------------------------------------------------------------*/

static void run_victim(void *arg)
{
	static const char greeting[] =
		"\0125.5.5-10.11.6-MariaDB\0\001\000\000\000abcdefgh\000\376\367\055\002\000\277\201"
		"\025\000\000\000\000\000\000\005\000\000\000abcdefghijkl\000mysql_native_password";
	struct victim *v = arg;
	size_t i = 0;
	int r;

	while (strcmp(lies[i].name, v->liar->lie) != 0)
		i++;
	r = say(v, greeting, sizeof(greeting));
	r = r < 0 ? r : listen_to(v);
	if (r == 0 && !lies[i].in_login) {
		r = say_ok(v, 2);
		r = r < 0 ? r : listen_to(v);
	}
	if (r == 0)
		lies[i].tell(v);
	shutdown(v->fd, SHUT_WR);
	while (r == 0)
		r = listen_to(v);
	close(v->fd);
	free(v);
}

static void run(void *arg)
{
	struct liar *l = arg;

	while (wait_fd(l->listener, POLLIN, NULL, NULL, NULL) == 0) {
		struct victim *v = xcalloc(1, sizeof(*v));

		*v = (struct victim){ .liar = l };
		v->fd = accept4(l->listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
		task_start(l->loop, NULL, run_victim, v);
	}
	close(l->listener);
}

static void wait_for_end(void *arg)
{
	struct liar *l = arg;
	char buf[64];

	while (wait_fd(STDIN_FILENO, POLLIN, NULL, NULL, NULL) == 0 &&
	       read(STDIN_FILENO, buf, sizeof(buf)) > 0)
		;
	loop_cancel_all(l->loop);
}

int main(int argc, char **argv)
{
	struct liar l = { .lie = argc == 2 ? argv[1] : "" };
	struct sockaddr_in own = { .sin_family = AF_INET };
	socklen_t size = sizeof(own);
	bool known = false;

	for (size_t i = 0; i < ARRAY_SIZE(lies); i++)
		known |= strcmp(lies[i].name, l.lie) == 0;
	own.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	l.listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (!known || bind(l.listener, (struct sockaddr *)&own, sizeof(own)) < 0 ||
	    listen(l.listener, SOMAXCONN) < 0 ||
	    getsockname(l.listener, (struct sockaddr *)&own, &size) < 0) {
		fprintf(stderr, "liar: no such lie, or no port\n");
		return 2;
	}
	l.loop = loop_new();
	task_start(l.loop, NULL, run, &l);
	task_start(l.loop, NULL, wait_for_end, &l);
	printf("ready %u\n", ntohs(own.sin_port));
	fflush(stdout);
	loop_run(l.loop);
	loop_free(l.loop);
	return 0;
}
