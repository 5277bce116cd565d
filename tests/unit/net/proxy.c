/* SPDX-License-Identifier: Apache-2.0 */

/*
 * A client that dials, says a word and reads an answer of ten bytes, through a link with each
 * fault; with a deadline, and cancelled by another task. The server greets as MySQL's does: first.
 */

#include "net/proxy.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <arpa/inet.h>
#include <cmocka.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/memory.h"
#include "net/dial.h"

#define GREETING "greeting: "
#define ANSWER "an answer."
#define BOTH (sizeof(GREETING) + sizeof(ANSWER) - 2)
#define SOON 200	 /* ms; what is to fail by its deadline */
#define LATE 60000 /* what is to succeed, on the slowest machine */

struct stage {
	struct loop *loop;
	int listener;
	unsigned port;
	struct proxy *proxy;
	struct task *client;
	const char *change; /* a fault, or "cut", "stop", once the greeting was read */
	char text[64];
	size_t len;
	int result;
	uint64_t turns;
	struct error err;
};

static void serve_one(void *arg)
{
	int fd = (int)(intptr_t)arg;
	char word[16];

	if (socket_write(fd, GREETING, strlen(GREETING), "s", NULL) == 0 &&
	    socket_read(fd, word, sizeof(word), "s", NULL) > 0)
		socket_write(fd, ANSWER, strlen(ANSWER), "s", NULL);
	/* Stays until the client goes. */
	while (socket_read(fd, word, sizeof(word), "s", NULL) > 0)
		;
	close(fd);
}

static void serve(void *arg)
{
	struct stage *s = arg;

	while (wait_fd(s->listener, POLLIN, NULL, NULL, NULL) == 0) {
		int fd = accept4(s->listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

		if (fd >= 0)
			task_start(s->loop, NULL, serve_one, (void *)(intptr_t)fd);
	}
}

static void listen_anywhere(struct stage *s)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_addr = { htonl(INADDR_LOOPBACK) } };
	socklen_t size = sizeof(a);

	s->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	assert_int_equal(bind(s->listener, (struct sockaddr *)&a, size), 0);
	assert_int_equal(listen(s->listener, 16), 0);
	assert_int_equal(getsockname(s->listener, (struct sockaddr *)&a, &size), 0);
	s->port = ntohs(a.sin_port);
}

static int read_up_to(struct stage *s, int fd, size_t len)
{
	while (s->len < len) {
		ssize_t n = socket_read(fd, s->text + s->len, len - s->len, "reading from 'x'",
					&s->err);

		if (n < 0)
			return (int)n;
		if (n == 0)
			return error_set(&s->err, ERR_IO, "the end");
		s->len += (size_t)n;
	}
	return 0;
}

static void change(struct stage *s)
{
	struct proxy_faults f = { 0 };
	struct error err = ERROR_INIT;

	if (!s->change)
		return;
	if (strcmp(s->change, "cut") == 0) {
		proxy_cut(s->proxy);
	} else {
		assert_int_equal(proxy_fault_parse(s->change, &f, &err), 0);
		proxy_set_faults(s->proxy, &f);
	}
}

static int talk(struct stage *s)
{
	cleanup_close int fd = -1;
	int r = dial_tcp("127.0.0.1", proxy_port(s->proxy), &fd, &s->err);

	if (r == 0)
		r = read_up_to(s, fd, strlen(GREETING));
	if (r == 0) {
		change(s);
		r = socket_write(fd, "word", 4, "writing to 'x'", &s->err);
	}
	return r < 0 ? r : read_up_to(s, fd, BOTH);
}

static void run_client(void *arg)
{
	struct stage *s = arg;

	s->result = talk(s);
	s->turns = proxy_turns(s->proxy);
	loop_cancel_all(s->loop);
}

static void cancel_client(void *arg)
{
	struct stage *s = arg;

	wait_until(clock_ms() + 20, NULL);
	task_cancel(s->client);
}

/* fault holds from the beginning; change from after the greeting. */
static struct stage play(const char *fault, const char *later, int64_t deadline, bool cancels)
{
	struct stage s = { .loop = loop_new(), .change = later, .result = 1 };
	struct proxy_faults f = { 0 };
	struct error err = ERROR_INIT;

	listen_anywhere(&s);
	assert_int_equal(proxy_start(s.loop, &(struct proxy_options){ .listen = "127.0.0.1",
						.host = "127.0.0.1", .server_port = s.port },
				     &s.proxy, &err), 0);
	if (fault) {
		assert_int_equal(proxy_fault_parse(fault, &f, &err), 0);
		proxy_set_faults(s.proxy, &f);
	}
	task_start(s.loop, NULL, serve, &s);
	s.client = task_start(s.loop, &(struct task_options){ .deadline = clock_ms() + deadline },
			      run_client, &s);
	if (cancels)
		task_start(s.loop, NULL, cancel_client, &s);
	loop_run(s.loop);
	loop_free(s.loop);
	close(s.listener);
	return s;
}

static void expect(struct stage s, int result, size_t len)
{
	assert_int_equal(s.result, result);
	assert_int_equal(s.len, len);
	error_release(&s.err);
}

static void test_proxy__slow_links_pass_everything(void **state UNUSED)
{
	static const char *const faults[] = { NULL, "delay 2", "piece 1", "rate 2000" };

	for (size_t i = 0; i < ARRAY_SIZE(faults); i++) {
		struct stage s = play(faults[i], NULL, LATE, false);

		assert_memory_equal(s.text, GREETING ANSWER, BOTH);
		expect(s, 0, BOTH);
	}
}

static void test_proxy__counts_round_trips(void **state UNUSED)
{
	struct stage s = play(NULL, NULL, LATE, false);

	/* The greeting was no answer; the word after it had one. */
	assert_int_equal(s.turns, 1);
	expect(s, 0, BOTH);
}

static void test_proxy__cuts_to_the_byte(void **state UNUSED)
{
	expect(play("cut-after 1", NULL, LATE, false), -ERR_IO, 1);
	expect(play("cut-after 9", NULL, LATE, false), -ERR_IO, 9);
	expect(play("cut-after 13", NULL, LATE, false), -ERR_IO, 13);
	expect(play(NULL, "cut", LATE, false), -ERR_IO, 10);
	expect(play("refuse", NULL, LATE, false), -ERR_IO, 0);
}

static void test_proxy__silent_links_end_by_the_deadline(void **state UNUSED)
{
	expect(play("hang", NULL, SOON, false), -ERR_TIMEOUT, 0);
	expect(play("silent-after 4", NULL, SOON, false), -ERR_TIMEOUT, 4);
	expect(play("silent-after 14", NULL, 5 * SOON, false), -ERR_TIMEOUT, 14);
	expect(play(NULL, "hang", 5 * SOON, false), -ERR_TIMEOUT, 10);
}

static void test_proxy__silent_links_end_by_cancel(void **state UNUSED)
{
	expect(play("hang", NULL, LATE, true), -ERR_CANCELLED, 0);
	expect(play("silent-after 4", NULL, LATE, true), -ERR_CANCELLED, 4);
}

static void test_proxy__garbage_is_no_greeting(void **state UNUSED)
{
	struct stage s = play("garbage", NULL, LATE, false);

	assert_int_equal(s.text[0], 0x15);
	error_release(&s.err);
}

static void test_proxy__a_dead_server_is_an_end(void **state UNUSED)
{
	struct stage s = { .loop = loop_new(), .result = 1 };
	struct error err = ERROR_INIT;

	/* Bound and never listening: refused. */
	listen_anywhere(&s);
	close(s.listener);
	assert_int_equal(proxy_start(s.loop, &(struct proxy_options){ .listen = "127.0.0.1",
						.host = "127.0.0.1", .server_port = s.port },
				     &s.proxy, &err), 0);
	s.client = task_start(s.loop, &(struct task_options){ .deadline = clock_ms() + LATE },
			      run_client, &s);
	loop_run(s.loop);
	loop_free(s.loop);
	expect(s, -ERR_IO, 0);
}

static void test_proxy__rewrites_an_identity(void **state UNUSED)
{
	struct stage s = { .loop = loop_new(), .result = 1 };
	struct error err = ERROR_INIT;
	struct proxy_options o = { .listen = "127.0.0.1", .host = "127.0.0.1",
				   .from = "answer", .to = "ANSWER" };

	listen_anywhere(&s);
	o.server_port = s.port;
	assert_int_equal(proxy_start(s.loop, &o, &s.proxy, &err), 0);
	task_start(s.loop, NULL, serve, &s);
	s.client = task_start(s.loop, &(struct task_options){ .deadline = clock_ms() + LATE },
			      run_client, &s);
	loop_run(s.loop);
	loop_free(s.loop);
	close(s.listener);
	assert_memory_equal(s.text, GREETING "an ANSWER.", BOTH);
	o.to = "longer text";
	assert_int_equal(proxy_start(NULL, &o, &s.proxy, &err), -ERR_USAGE);
	error_release(&err);
}

static void test_proxy__faults_are_words(void **state UNUSED)
{
	struct proxy_faults f = { 0 };
	struct error err = ERROR_INIT;
	static const char *const bad[] = { "", "delay", "delay x", "delay -1", "hangs", "rate 1x" };

	assert_int_equal(proxy_fault_parse("delay 15", &f, &err), 0);
	assert_int_equal(proxy_fault_parse("hang", &f, &err), 0);
	assert_int_equal(f.delay, 15);
	assert_true(f.hang);
	assert_int_equal(proxy_fault_parse("heal", &f, &err), 0);
	assert_int_equal(f.delay, 0);
	assert_false(f.hang);
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		assert_int_equal(proxy_fault_parse(bad[i], &f, &err), -ERR_USAGE);
		error_release(&err);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_proxy__slow_links_pass_everything),
		cmocka_unit_test(test_proxy__counts_round_trips),
		cmocka_unit_test(test_proxy__cuts_to_the_byte),
		cmocka_unit_test(test_proxy__silent_links_end_by_the_deadline),
		cmocka_unit_test(test_proxy__silent_links_end_by_cancel),
		cmocka_unit_test(test_proxy__garbage_is_no_greeting),
		cmocka_unit_test(test_proxy__a_dead_server_is_an_end),
		cmocka_unit_test(test_proxy__rewrites_an_identity),
		cmocka_unit_test(test_proxy__faults_are_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
