/* SPDX-License-Identifier: Apache-2.0 */
#include "net/http.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <arpa/inet.h>
#include <cmocka.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/memory.h"
#include "net/task.h"

/* A server in a child process: one connection, a fixed answer, perhaps none. */
struct server {
	pid_t pid;
	char url[64];
};

static void serve(int listener, const char *answer, size_t repeat)
{
	char request[4096];
	int fd = accept(listener, NULL, NULL);

	if (fd < 0 || read(fd, request, sizeof(request)) <= 0)
		_exit(1);
	for (size_t i = 0; i < repeat; i++)
		if (write(fd, answer, strlen(answer)) < 0)
			_exit(0);
	if (repeat == 0)
		pause();
	close(fd);
	_exit(0);
}

static struct server start_server(const char *answer, size_t repeat)
{
	struct sockaddr_in address = { .sin_family = AF_INET,
				       .sin_addr = { htonl(INADDR_LOOPBACK) } };
	socklen_t size = sizeof(address);
	int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct server s;

	assert_true(listener >= 0);
	assert_int_equal(bind(listener, (struct sockaddr *)&address, size), 0);
	assert_int_equal(listen(listener, 1), 0);
	assert_int_equal(getsockname(listener, (struct sockaddr *)&address, &size), 0);
	snprintf(s.url, sizeof(s.url), "http://127.0.0.1:%d/t?token=hidden",
		 ntohs(address.sin_port));
	s.pid = fork();
	if (s.pid == 0)
		serve(listener, answer, repeat);
	close(listener);
	return s;
}

static void stop_server(struct server *s)
{
	kill(s->pid, SIGKILL);
	waitpid(s->pid, NULL, 0);
}

static void test_http_is_url__knows_two_schemes(void **state)
{
	(void)state;
	assert_true(http_is_url("http://x"));
	assert_true(http_is_url("HTTPS://x"));
	assert_false(http_is_url("ftp://x"));
	assert_false(http_is_url("http.yaml"));
	assert_false(http_is_url("./https://x"));
}

static void expect_shown(const char *url, const char *want)
{
	cleanup_strbuf struct strbuf out = STRBUF_INIT;

	http_add_shown_url(&out, url);
	assert_string_equal(out.buf, want);
}

static void test_http_shown_url__hides_secrets(void **state)
{
	(void)state;
	expect_shown("https://h/p", "https://h/p");
	expect_shown("https://user:pass@h:1/p@q", "https://h:1/p@q");
	expect_shown("https://u:p@ss@h/", "https://h/");
	expect_shown("https://h/p?token=x#y", "https://h/p");
	expect_shown("https://h?token=x", "https://h");
	expect_shown("nothing", "nothing");
}

static void test_http_get__appends_the_body(void **state)
{
	struct server s = start_server("HTTP/1.0 200 OK\r\n\r\nhello", 1);
	cleanup_strbuf struct strbuf body = STRBUF_INIT;
	cleanup_error struct error err = ERROR_INIT;

	(void)state;
	strbuf_addstr(&body, "before ");
	assert_int_equal(http_get(s.url, NULL, &body, &err), 0);
	assert_string_equal(body.buf, "before hello");
	stop_server(&s);
}

static void expect_failure(struct server *s, const struct http_options *opts, int class,
			   const char *part)
{
	cleanup_strbuf struct strbuf body = STRBUF_INIT;
	cleanup_error struct error err = ERROR_INIT;

	assert_int_equal(http_get(s->url, opts, &body, &err), -class);
	assert_int_equal(body.len, 0);
	assert_non_null(strstr(err.message, part));
	assert_null(strstr(err.message, "hidden"));
	stop_server(s);
}

static void test_http_get__tells_what_is_not_there(void **state)
{
	struct server s = start_server("HTTP/1.0 404 Not Found\r\n\r\npage", 1);

	(void)state;
	expect_failure(&s, NULL, ERR_NOT_FOUND, "it is not there (404)");
}

static void test_http_get__tells_other_answers(void **state)
{
	struct server s = start_server("HTTP/1.0 503 Busy\r\n\r\npage", 1);

	(void)state;
	expect_failure(&s, NULL, ERR_IO, "the server answered 503");
}

static void test_http_get__stops_at_the_limit(void **state)
{
	static const struct http_options opts = { .limit = 100 };
	struct server declared = start_server("HTTP/1.0 200 OK\r\nContent-Length: 101\r\n\r\n", 1);
	struct server endless;

	(void)state;
	expect_failure(&declared, &opts, ERR_LIMIT, "larger than 100 bytes");
	endless = start_server("HTTP/1.0 200 OK\r\n\r\nxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", 1000);
	expect_failure(&endless, &opts, ERR_LIMIT, "larger than 100 bytes");
}

static void test_http_get__keeps_the_deadline(void **state)
{
	static const struct http_options opts = { .timeout = 200 };
	struct server s = start_server("", 0);

	(void)state;
	expect_failure(&s, &opts, ERR_IO, "no complete answer within 0.2 s");
}

static void test_http_get__tells_a_refused_connection(void **state)
{
	struct server s = start_server("", 0);

	(void)state;
	stop_server(&s);
	s.pid = fork();
	if (s.pid == 0)
		_exit(0);
	expect_failure(&s, NULL, ERR_IO, "cannot read 'http://127.0.0.1:");
}

static void test_http_get__refuses_what_is_no_url(void **state)
{
	cleanup_strbuf struct strbuf body = STRBUF_INIT;
	cleanup_error struct error err = ERROR_INIT;

	(void)state;
	assert_int_equal(http_get("file:///etc/passwd", NULL, &body, &err), -ERR_INVALID);
}

/* ---- in a task -------------------------------------------------------------------------------*/

struct fetch {
	const char *url;
	struct strbuf body;
	struct error err;
	int result;
};

static void run_fetch(void *arg)
{
	struct fetch *f = arg;

	f->result = http_get(f->url, NULL, &f->body, &f->err);
}

static void test_http__waits_in_a_task(void **state UNUSED)
{
	struct server a = start_server("HTTP/1.0 200 OK\r\n\r\nbody", 1);
	struct server silent = start_server("", 0);
	struct loop *loop = loop_new();
	struct fetch quick = { .url = a.url, .body = STRBUF_INIT };
	struct fetch slow = { .url = silent.url, .body = STRBUF_INIT };
	struct task_options soon = { .deadline = clock_ms() + 300 };

	task_start(loop, &soon, run_fetch, &slow);
	task_start(loop, NULL, run_fetch, &quick);
	loop_run(loop);
	assert_int_equal(quick.result, 0);
	assert_string_equal(quick.body.buf, "body");
	assert_int_equal(slow.result, -ERR_TIMEOUT);
	assert_non_null(strstr(slow.err.message, "reading 'http://127.0.0.1"));
	assert_null(strstr(slow.err.message, "hidden"));
	error_release(&slow.err);
	strbuf_release(&quick.body);
	strbuf_release(&slow.body);
	loop_free(loop);
	kill(silent.pid, SIGKILL);
	waitpid(silent.pid, NULL, 0);
	waitpid(a.pid, NULL, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_http_is_url__knows_two_schemes),
		cmocka_unit_test(test_http_shown_url__hides_secrets),
		cmocka_unit_test(test_http_get__appends_the_body),
		cmocka_unit_test(test_http_get__tells_what_is_not_there),
		cmocka_unit_test(test_http_get__tells_other_answers),
		cmocka_unit_test(test_http_get__stops_at_the_limit),
		cmocka_unit_test(test_http_get__keeps_the_deadline),
		cmocka_unit_test(test_http_get__tells_a_refused_connection),
		cmocka_unit_test(test_http_get__refuses_what_is_no_url),
		cmocka_unit_test(test_http__waits_in_a_task),
	};

	/* Nothing of the machine's own set-up may stand between. */
	setenv("no_proxy", "*", 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
