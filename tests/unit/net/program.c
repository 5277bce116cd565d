/* SPDX-License-Identifier: Apache-2.0 */
#include "net/program.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/memory.h"
#include "net/task.h"

struct work {
	const char *script;
	struct program_options options;
	int64_t deadline;
	struct strbuf out;
	struct error err;
	int result, status;
	int64_t took;
};

static void act(void *arg)
{
	struct work *w = arg;
	const char *const argv[] = { "sh", "-c", w->script, NULL };
	int64_t start = clock_ms();

	w->result = program_run("/bin/sh", argv, &w->options, &w->out, &w->status, &w->err);
	w->took = clock_ms() - start;
}

static void run(struct work *w)
{
	struct loop *loop = loop_new();
	struct task_options opts = { .deadline = w->deadline ? clock_ms() + w->deadline : 0 };

	strbuf_init(&w->out);
	task_start(loop, &opts, act, w);
	loop_run(loop);
	loop_free(loop);
}

static void done(struct work *w)
{
	strbuf_release(&w->out);
	error_release(&w->err);
}

static void test_program__gives_output_and_status(void **state UNUSED)
{
	struct work w = { .script = "printf 'a b'; exit 3" };

	run(&w);
	assert_int_equal(w.result, 0);
	assert_string_equal(w.out.buf, "a b");
	assert_true(WIFEXITED(w.status));
	assert_int_equal(WEXITSTATUS(w.status), 3);
	done(&w);
}

static void test_program__has_the_environment_that_is_given(void **state UNUSED)
{
	static const char *const environment[] = { "X=1", "PATH=/usr/bin:/bin", NULL };
	struct work w = { .script = "echo $X$HOME", .options.environment = environment };

	run(&w);
	assert_string_equal(w.out.buf, "1\n");
	done(&w);
}

static void test_program__reads_nothing_and_holds_no_descriptor(void **state UNUSED)
{
	int leaked = dup(1);
	struct work w = { .script = "cat; [ -e /proc/self/fd/$LEAKED ] && echo leaked; exit 0" };
	cleanup_free char *number = xasprintf("%d", leaked);

	setenv("LEAKED", number, 1);
	run(&w);
	assert_int_equal(w.result, 0);
	assert_string_equal(w.out.buf, "");
	close(leaked);
	done(&w);
}

static void test_program__that_prints_too_much_is_killed(void **state UNUSED)
{
	struct work w = { .script = "while :; do echo too much; done", .options.limit = 10000 };

	run(&w);
	assert_int_equal(w.result, -ERR_LIMIT);
	assert_true(w.out.len <= 10001);
	assert_null(strstr(w.err.message, "too much;"));
	done(&w);
}

static void test_program__prints_as_much_as_it_may(void **state UNUSED)
{
	struct work w = { .script = "printf 0123456789", .options.limit = 10 };

	run(&w);
	assert_int_equal(w.result, 0);
	assert_string_equal(w.out.buf, "0123456789");
	done(&w);
}

static void test_program__is_killed_at_the_deadline(void **state UNUSED)
{
	struct work w = { .script = "echo secret; exec sleep 60", .deadline = 200 };

	run(&w);
	assert_int_equal(w.result, -ERR_TIMEOUT);
	assert_true(w.took < 20000);
	assert_true(WIFSIGNALED(w.status));
	assert_null(strstr(w.err.message, "secret"));
	done(&w);
}

static void test_program__what_it_leaves_running_is_not_waited_for(void **state UNUSED)
{
	struct work w = { .script = "sleep 60 & echo $!" };
	pid_t left;

	run(&w);
	left = (pid_t)strtol(w.out.buf, NULL, 10);
	assert_int_equal(w.result, 0);
	assert_true(w.took < 20000);
	assert_true(left > 1);
	kill(left, SIGKILL);
	done(&w);
}

static void find_in(const char *path, const char *name, const char *expected)
{
	cleanup_free char *old = xstrdup(getenv("PATH"));
	cleanup_free char *found = NULL;
	cleanup_error struct error err = ERROR_INIT;

	setenv("PATH", path, 1);
	if (expected) {
		assert_int_equal(program_find(name, &found, &err), 0);
		assert_string_equal(found, expected);
	} else {
		assert_int_equal(program_find(name, &found, &err), -ERR_NOT_FOUND);
	}
	setenv("PATH", old, 1);
}

static void test_program__is_found_in_absolute_folders_of_the_path(void **state UNUSED)
{
	find_in("/nowhere:/bin", "sh", "/bin/sh");
	find_in("", "/bin/sh", "/bin/sh");
	find_in("/nowhere", "sh", NULL);
	find_in("/etc", "passwd", NULL);
	find_in("/", "bin", NULL);
	find_in("/bin", "", NULL);
	find_in("/bin", "/nowhere/sh", NULL);
	assert_int_equal(chdir("/bin"), 0);
	find_in(".::", "sh", NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_program__gives_output_and_status),
		cmocka_unit_test(test_program__has_the_environment_that_is_given),
		cmocka_unit_test(test_program__reads_nothing_and_holds_no_descriptor),
		cmocka_unit_test(test_program__that_prints_too_much_is_killed),
		cmocka_unit_test(test_program__prints_as_much_as_it_may),
		cmocka_unit_test(test_program__is_killed_at_the_deadline),
		cmocka_unit_test(test_program__what_it_leaves_running_is_not_waited_for),
		cmocka_unit_test(test_program__is_found_in_absolute_folders_of_the_path),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
