/* SPDX-License-Identifier: Apache-2.0 */
#include "net/dial.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/memory.h"
#include "net/resolve.h"
#include "net/task.h"

struct dialled {
	const char *host, *path;
	unsigned port;
	int fd, result;
	struct error err;
};

static void run_dial(void *arg)
{
	struct dialled *d = arg;

	d->result = d->path ? dial_unix(d->path, &d->fd, &d->err)
			    : dial_tcp(d->host, d->port, &d->fd, &d->err);
}

static struct dialled dial(const char *host, unsigned port, const char *path, int64_t deadline)
{
	cleanup_loop struct loop *loop = loop_new();
	struct dialled d = { .host = host, .port = port, .path = path, .fd = -1, .result = 1 };

	task_start(loop, &(struct task_options){ .deadline = clock_ms() + deadline }, run_dial,
		   &d);
	loop_run(loop);
	return d;
}

static int listen_on(struct in_addr address, unsigned *ret_port)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_addr = address };
	socklen_t size = sizeof(a);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_int_equal(bind(fd, (struct sockaddr *)&a, size), 0);
	assert_int_equal(listen(fd, 8), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&a, &size), 0);
	*ret_port = ntohs(a.sin_port);
	return fd;
}

static void test_dial__connects_by_address_and_by_name(void **state UNUSED)
{
	static const char *const hosts[] = { "127.0.0.1", "localhost" };
	unsigned port;
	int listener = listen_on((struct in_addr){ htonl(INADDR_LOOPBACK) }, &port);

	for (size_t i = 0; i < ARRAY_SIZE(hosts); i++) {
		struct dialled d = dial(hosts[i], port, NULL, 60000);

		/* The name may stand for ::1 too, where nobody listens. */
		assert_int_equal(d.result, 0);
		close(d.fd);
	}
	close(listener);
}

static void test_dial__a_closed_port_is_refused(void **state UNUSED)
{
	unsigned port;
	struct dialled d;

	close(listen_on((struct in_addr){ htonl(INADDR_LOOPBACK) }, &port));
	d = dial("127.0.0.1", port, NULL, 60000);
	assert_int_equal(d.result, -ERR_IO);
	assert_non_null(strstr(d.err.message, "cannot connect to '127.0.0.1:"));
	assert_non_null(strstr(d.err.message, "Connection refused"));
	assert_non_null(strstr(d.err.hint, "check the port"));
	error_release(&d.err);
}

static void test_dial__a_name_that_does_not_exist_is_named(void **state UNUSED)
{
	struct dialled d = dial("no-such-host.invalid", 3306, NULL, 60000);

	assert_true(d.result == -ERR_NOT_FOUND || d.result == -ERR_IO);
	assert_non_null(strstr(d.err.message, "'no-such-host.invalid'"));
	error_release(&d.err);
}

/* The queue of such a listener takes a connection or two; the next one waits for ever. */
static void test_dial__what_never_answers_ends_by_the_deadline(void **state UNUSED)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_addr = { htonl(INADDR_LOOPBACK) } };
	socklen_t size = sizeof(a);
	int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), fds[8];
	struct dialled d = { 0 };
	size_t n = 0;

	assert_int_equal(bind(listener, (struct sockaddr *)&a, size), 0);
	assert_int_equal(listen(listener, 0), 0);
	assert_int_equal(getsockname(listener, (struct sockaddr *)&a, &size), 0);
	while (n < ARRAY_SIZE(fds)) {
		d = dial("127.0.0.1", ntohs(a.sin_port), NULL, 300);
		if (d.result < 0)
			break;
		fds[n++] = d.fd;
	}
	assert_int_equal(d.result, -ERR_TIMEOUT);
	assert_non_null(strstr(d.err.message, "connecting to '127.0.0.1:"));
	error_release(&d.err);
	while (n)
		close(fds[--n]);
	close(listener);
}

static void test_dial__a_socket_by_path_and_by_name(void **state UNUSED)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	cleanup_free char *name = xasprintf("@kmdial-%d", (int)getpid());
	int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct dialled d;

	memcpy(a.sun_path + 1, name + 1, strlen(name) - 1);
	assert_int_equal(bind(listener, (struct sockaddr *)&a,
			      (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(name))),
			 0);
	assert_int_equal(listen(listener, 1), 0);
	d = dial(NULL, 0, name, 60000);
	assert_int_equal(d.result, 0);
	close(d.fd);
	close(listener);
	d = dial(NULL, 0, "/nonexistent/socket", 60000);
	assert_int_equal(d.result, -ERR_IO);
	assert_string_equal(d.err.message,
			    "cannot connect to socket '/nonexistent/socket': No such file or directory");
	error_release(&d.err);
}

static void test_dial__a_path_that_is_too_long_is_an_error(void **state UNUSED)
{
	char path[200];
	struct dialled d;

	memset(path, 'x', sizeof(path) - 1);
	path[0] = '/';
	path[sizeof(path) - 1] = '\0';
	d = dial(NULL, 0, path, 60000);
	assert_int_equal(d.result, -ERR_INVALID);
	error_release(&d.err);
}

static void test_dial__addresses_need_no_name_server(void **state UNUSED)
{
	struct addresses a;

	assert_true(resolve_address("127.0.0.1", 3306, &a));
	assert_int_equal(a.len, 1);
	assert_true(resolve_address("::1", 3306, &a));
	assert_int_equal(a.v[0].storage.ss_family, AF_INET6);
	assert_false(resolve_address("localhost", 3306, &a));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_dial__connects_by_address_and_by_name),
		cmocka_unit_test(test_dial__a_closed_port_is_refused),
		cmocka_unit_test(test_dial__a_name_that_does_not_exist_is_named),
		cmocka_unit_test(test_dial__what_never_answers_ends_by_the_deadline),
		cmocka_unit_test(test_dial__a_socket_by_path_and_by_name),
		cmocka_unit_test(test_dial__a_path_that_is_too_long_is_an_error),
		cmocka_unit_test(test_dial__addresses_need_no_name_server),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
