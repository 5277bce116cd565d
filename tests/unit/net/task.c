/* SPDX-License-Identifier: Apache-2.0 */
#include "net/task.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/memory.h"

struct work {
	struct loop *loop;
	struct task *other;
	int fd;
	short events;
	int64_t until;
	int result, status;
	struct error err;
	char trace[32];
	struct work *shared;
};

static void note(struct work *w, char c)
{
	w->trace[strlen(w->trace)] = c;
}

static void pair(int fds[2])
{
	int r = socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, fds);

	assert_int_equal(r, 0);
}

/* ---- order ----------------------------------------------------------------------------------- */

static void first(void *arg)
{
	struct work *w = arg;

	note(w, 'a');
	w->result = wait_until(clock_ms() + 1, NULL);
	note(w, 'c');
}

static void second(void *arg)
{
	note(arg, 'b');
}

static void test_task__others_run_while_one_waits(void **state UNUSED)
{
	cleanup_loop struct loop *loop = loop_new();
	struct work w = { .result = -1 };

	task_start(loop, NULL, first, &w);
	task_start(loop, NULL, second, &w);
	assert_string_equal(w.trace, "");
	loop_run(loop);
	assert_string_equal(w.trace, "abc");
	assert_int_equal(w.result, 0);
}

static void starter(void *arg)
{
	struct work *w = arg;

	note(w, '1');
	task_start(task_loop(task_current()), NULL, second, w);
	note(w, '2');
	wait_until(clock_ms() + 1, NULL);
	note(w, '3');
}

static void test_task__a_task_starts_another(void **state UNUSED)
{
	cleanup_loop struct loop *loop = loop_new();
	struct work w = { 0 };

	task_start(loop, NULL, starter, &w);
	loop_run(loop);
	assert_string_equal(w.trace, "12b3");
}

static void deep(void *arg)
{
	struct work *w = arg;
	char bytes[64 << 10];

	memset(bytes, 7, sizeof(bytes));
	w->result = wait_until(clock_ms() + 1, NULL);
	for (size_t i = 0; i < sizeof(bytes); i++)
		assert_int_equal(bytes[i], 7);
}

static void test_task__keeps_its_stack_while_a_thousand_wait(void **state UNUSED)
{
	cleanup_loop struct loop *loop = loop_new();
	static struct work work[1000];

	for (int round = 0; round < 2; round++) {
		for (size_t i = 0; i < ARRAY_SIZE(work); i++) {
			work[i].result = -1;
			task_start(loop, NULL, deep, &work[i]);
		}
		loop_run(loop);
		for (size_t i = 0; i < ARRAY_SIZE(work); i++)
			assert_int_equal(work[i].result, 0);
	}
}

/* ---- descriptors ----------------------------------------------------------------------------- */

static void wait_for_fd(void *arg)
{
	struct work *w = arg;
	short events = 0;

	w->result = wait_fd(w->fd, w->events, "reading from 'x'", &events, &w->err);
	w->status = events;
}

static void write_later(void *arg)
{
	struct work *w = arg;

	wait_until(clock_ms() + 5, NULL);
	assert_int_equal(write(w->fd, "x", 1), 1);
}

static void test_task__a_descriptor_becomes_ready(void **state UNUSED)
{
	cleanup_loop struct loop *loop = loop_new();
	int fds[2];
	struct work reader = { .events = POLLIN }, writer = { 0 };

	pair(fds);
	reader.fd = fds[0];
	writer.fd = fds[1];
	for (int round = 0; round < 2; round++) {
		char c;

		task_start(loop, NULL, wait_for_fd, &reader);
		task_start(loop, NULL, write_later, &writer);
		loop_run(loop);
		assert_int_equal(reader.result, 0);
		assert_int_equal(reader.status, POLLIN);
		assert_int_equal(read(fds[0], &c, 1), 1);
	}
	close(fds[0]);
	close(fds[1]);
}

static void test_task__two_tasks_wait_for_one_descriptor(void **state UNUSED)
{
	cleanup_loop struct loop *loop = loop_new();
	int fds[2];
	struct work reader = { .events = POLLIN }, second_reader = { .events = POLLIN },
		    sender = { .events = POLLOUT }, writer = { 0 };

	pair(fds);
	reader.fd = second_reader.fd = sender.fd = fds[0];
	writer.fd = fds[1];
	task_start(loop, NULL, wait_for_fd, &reader);
	task_start(loop, NULL, wait_for_fd, &sender);
	task_start(loop, NULL, wait_for_fd, &second_reader);
	task_start(loop, NULL, write_later, &writer);
	loop_run(loop);
	assert_int_equal(reader.status, POLLIN);
	assert_int_equal(second_reader.status, POLLIN);
	assert_int_equal(sender.status, POLLOUT);
	close(fds[0]);
	close(fds[1]);
}

static void test_task__a_number_that_was_closed_is_watched_anew(void **state UNUSED)
{
	cleanup_loop struct loop *loop = loop_new();

	for (int round = 0; round < 3; round++) {
		int fds[2];
		struct work reader = { .events = POLLIN };

		pair(fds);
		reader.fd = fds[0];
		assert_int_equal(write(fds[1], "x", 1), 1);
		task_start(loop, NULL, wait_for_fd, &reader);
		loop_run(loop);
		assert_int_equal(reader.status, POLLIN);
		close(fds[0]);
		close(fds[1]);
	}
}

static void test_task__the_end_of_a_stream_wakes(void **state UNUSED)
{
	cleanup_loop struct loop *loop = loop_new();
	int fds[2];
	struct work reader = { .events = POLLIN };

	pair(fds);
	reader.fd = fds[0];
	close(fds[1]);
	task_start(loop, NULL, wait_for_fd, &reader);
	loop_run(loop);
	assert_int_equal(reader.result, 0);
	assert_true(reader.status & POLLHUP);
	close(fds[0]);
}

static void test_task__files_are_always_ready_and_closed_ones_invalid(void **state UNUSED)
{
	cleanup_loop struct loop *loop = loop_new();
	struct work reader = { .events = POLLIN };

	reader.fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	assert_true(reader.fd >= 0);
	task_start(loop, NULL, wait_for_fd, &reader);
	loop_run(loop);
	assert_int_equal(reader.status, POLLIN);
	close(reader.fd);
	task_start(loop, NULL, wait_for_fd, &reader);
	loop_run(loop);
	assert_int_equal(reader.status, POLLNVAL);
}

static void wait_for_many(void *arg)
{
	struct work *w = arg;
	struct pollfd fds[6];

	for (int i = 0; i < 6; i++)
		fds[i] = (struct pollfd){ .fd = i == 3 ? w->fd : -1, .events = POLLIN };
	w->result = wait_fds(fds, 6, w->until, "waiting", &w->err);
	w->status = fds[3].revents;
}

static void test_task__many_descriptors_until_a_time(void **state UNUSED)
{
	cleanup_loop struct loop *loop = loop_new();
	int fds[2];
	struct work reader = { .until = clock_ms() + 5 };

	pair(fds);
	reader.fd = fds[0];
	task_start(loop, NULL, wait_for_many, &reader);
	loop_run(loop);
	assert_int_equal(reader.result, 0);
	assert_int_equal(write(fds[1], "x", 1), 1);
	reader.until = DEADLINE_NONE;
	task_start(loop, NULL, wait_for_many, &reader);
	loop_run(loop);
	assert_int_equal(reader.result, 1);
	assert_int_equal(reader.status, POLLIN);
	close(fds[0]);
	close(fds[1]);
}

/* ---- deadline and cancel --------------------------------------------------------------------- */

static void test_task__the_deadline_ends_a_wait(void **state UNUSED)
{
	cleanup_loop struct loop *loop = loop_new();
	int fds[2];
	struct work reader = { .events = POLLIN };

	pair(fds);
	reader.fd = fds[0];
	task_start(loop, &(struct task_options){ .deadline = clock_ms() + 20 }, wait_for_fd,
		   &reader);
	loop_run(loop);
	assert_int_equal(reader.result, -ERR_TIMEOUT);
	assert_non_null(strstr(reader.err.message, "reading from 'x': timed out after "));
	error_release(&reader.err);
	close(fds[0]);
	close(fds[1]);
}

/* Waits for a time, then for ever, within deadlines that were given before. */
static void waits_twice(void *arg)
{
	struct work *w = arg;
	int64_t old = deadline_shorten(clock_ms() + 1000000);
	int64_t outer = deadline_shorten(clock_ms() + 300);

	assert_int_equal(wait_until(clock_ms() + 200, NULL), 0);
	assert_int_equal(deadline_shorten(DEADLINE_NONE), deadline_current());
	w->result = wait_fd(w->fd, POLLIN, "x", NULL, &w->err);
	deadline_restore(outer);
	deadline_restore(old);
}

static void test_task__the_error_says_how_much_time_there_was(void **state UNUSED)
{
	cleanup_loop struct loop *loop = loop_new();
	int fds[2];
	struct work reader = { .events = POLLIN };
	long ms;

	pair(fds);
	reader.fd = fds[0];
	task_start(loop, NULL, waits_twice, &reader);
	loop_run(loop);
	assert_int_equal(reader.result, -ERR_TIMEOUT);
	assert_true(strncmp(reader.err.message, "x: timed out after ", 19) == 0);
	ms = strtol(reader.err.message + 19, NULL, 10);
	assert_true((ms >= 300 && ms < 1000) || strstr(reader.err.message, " s"));
	error_release(&reader.err);
	close(fds[0]);
	close(fds[1]);
}

static void waits_after_deadline(void *arg)
{
	struct work *w = arg;
	int64_t old = deadline_shorten(clock_ms() - 1);

	assert_int_equal(wait_fd(w->fd, POLLIN, "x", NULL, NULL), -ERR_TIMEOUT);
	assert_int_equal(wait_until(clock_ms() + 1000000, NULL), -ERR_TIMEOUT);
	assert_int_equal(wait_until(0, NULL), -ERR_TIMEOUT);
	assert_int_equal(deadline_shorten(DEADLINE_NONE), deadline_current());
	deadline_restore(old);
	w->result = wait_until(clock_ms() + 1, NULL);
}

static void test_task__waits_after_the_deadline_fail_at_once(void **state UNUSED)
{
	cleanup_loop struct loop *loop = loop_new();
	struct work w = { .fd = -1, .result = -1 };

	task_start(loop, NULL, waits_after_deadline, &w);
	loop_run(loop);
	assert_int_equal(w.result, 0);
}

static void cancel_later(void *arg)
{
	struct work *w = arg;

	wait_until(clock_ms() + 5, NULL);
	task_cancel(w->other);
	task_cancel(w->other);
}

static void test_task__cancel_ends_a_wait(void **state UNUSED)
{
	cleanup_loop struct loop *loop = loop_new();
	int fds[2];
	struct work reader = { .events = POLLIN }, canceller = { 0 };

	pair(fds);
	reader.fd = fds[0];
	canceller.other = task_start(loop, NULL, wait_for_fd, &reader);
	task_start(loop, NULL, cancel_later, &canceller);
	loop_run(loop);
	assert_int_equal(reader.result, -ERR_CANCELLED);
	assert_non_null(strstr(reader.err.message, "reading from 'x': cancelled after "));
	error_release(&reader.err);
	close(fds[0]);
	close(fds[1]);
}

static void test_task__cancelled_before_it_ran(void **state UNUSED)
{
	cleanup_loop struct loop *loop = loop_new();
	struct work w = { .fd = -1 };
	struct task *t = task_start(loop, NULL, wait_for_fd, &w);

	task_cancel(t);
	loop_run(loop);
	assert_int_equal(w.result, -ERR_CANCELLED);
	error_release(&w.err);
}

/* ---- other tasks, children, signals ---------------------------------------------------------- */

static void wait_for_task(void *arg)
{
	struct work *w = arg;

	w->result = wait_task(w->other, &w->err);
	note(w, 'w');
}

static void test_task__waits_for_the_end_of_another(void **state UNUSED)
{
	cleanup_loop struct loop *loop = loop_new();
	struct work a = { .result = -1 }, b = { .result = -1 };
	struct task *t = task_start(loop, NULL, first, &a);

	task_hold(t);
	b.other = t;
	task_start(loop, NULL, wait_for_task, &b);
	loop_run(loop);
	assert_int_equal(b.result, 0);
	assert_true(task_ended(t));
	task_cancel(t);
	task_release(t);
}

static void test_task__waiting_for_a_task_has_a_deadline_too(void **state UNUSED)
{
	cleanup_loop struct loop *loop = loop_new();
	int fds[2];
	struct work reader = { .events = POLLIN }, joiner = { 0 }, writer = { 0 };
	struct task *t;

	pair(fds);
	reader.fd = fds[0];
	writer.fd = fds[1];
	t = task_start(loop, NULL, wait_for_fd, &reader);
	task_hold(t);
	joiner.other = t;
	task_start(loop, &(struct task_options){ .deadline = clock_ms() - 1 }, wait_for_task,
		   &joiner);
	task_start(loop, NULL, write_later, &writer);
	loop_run(loop);
	assert_int_equal(joiner.result, -ERR_TIMEOUT);
	assert_int_equal(reader.result, 0);
	error_release(&joiner.err);
	task_release(t);
	close(fds[0]);
	close(fds[1]);
}

static void wait_for_pid(void *arg)
{
	struct work *w = arg;

	w->result = wait_child(w->fd, &w->status, &w->err);
}

static void test_task__waits_for_a_child(void **state UNUSED)
{
	cleanup_loop struct loop *loop = loop_new();
	struct work w = { .result = -1 };

	w.fd = fork();
	if (w.fd == 0)
		_exit(7);
	task_start(loop, NULL, wait_for_pid, &w);
	loop_run(loop);
	assert_int_equal(w.result, 0);
	assert_int_equal(WEXITSTATUS(w.status), 7);
	task_start(loop, NULL, wait_for_pid, &w);
	loop_run(loop);
	assert_int_equal(w.result, -ERR_IO);
	error_release(&w.err);
}

static void test_task__a_child_that_lives_on_is_left_at_the_deadline(void **state UNUSED)
{
	cleanup_loop struct loop *loop = loop_new();
	struct work w = { .result = -1 };

	w.fd = fork();
	if (w.fd == 0) {
		pause();
		_exit(0);
	}
	task_start(loop, &(struct task_options){ .deadline = clock_ms() + 10 }, wait_for_pid, &w);
	loop_run(loop);
	assert_int_equal(w.result, -ERR_TIMEOUT);
	error_release(&w.err);
	assert_int_equal(kill(w.fd, SIGKILL), 0);
	assert_int_equal(waitpid(w.fd, NULL, 0), w.fd);
}

static void raise_signal(void *arg)
{
	struct work *w = arg;

	raise(SIGTERM);
	w->result = wait_fd(w->fd, POLLIN, "x", NULL, NULL);
}

static void test_task__a_signal_cancels_all(void **state UNUSED)
{
	cleanup_loop struct loop *loop = loop_new();
	int fds[2];
	struct work raiser = { 0 }, reader = { .events = POLLIN }, late = { 0 };

	pair(fds);
	raiser.fd = reader.fd = fds[0];
	loop_catch_signals(loop);
	task_start(loop, NULL, wait_for_fd, &reader);
	task_start(loop, NULL, raise_signal, &raiser);
	loop_run(loop);
	assert_int_equal(raiser.result, -ERR_CANCELLED);
	assert_int_equal(reader.result, -ERR_CANCELLED);
	assert_int_equal(loop_signal(), SIGTERM);
	error_release(&reader.err);
	task_start(loop, NULL, first, &late);
	loop_run(loop);
	assert_int_equal(late.result, -ERR_CANCELLED);
	close(fds[0]);
	close(fds[1]);
}

struct joiner {
	struct task *below;
	bool below_ended, left_first;
};

static void tidies_up(void *arg)
{
	struct joiner *j = arg;

	/* Its own time: that of the one above is over by then. */
	(void)wait_until(clock_ms() + 40, NULL);
	j->below_ended = true;
}

static void joins(void *arg)
{
	struct joiner *j = arg;

	j->below = task_start(task_loop(task_current()), NULL, tidies_up, j);
	task_hold(j->below);
	assert_int_equal(wait_task(j->below, NULL), -ERR_TIMEOUT);
	task_join(j->below);
	j->left_first = !j->below_ended;
	task_release(j->below);
}

static void test_task__joins_what_ends_after_its_deadline(void **state)
{
	cleanup_loop struct loop *loop = loop_new();
	struct joiner j = { 0 };

	(void)state;
	task_start(loop, &(struct task_options){ .deadline = clock_ms() + 5 }, joins, &j);
	loop_run(loop);
	assert_true(j.below_ended);
	assert_false(j.left_first);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_task__others_run_while_one_waits),
		cmocka_unit_test(test_task__a_task_starts_another),
		cmocka_unit_test(test_task__keeps_its_stack_while_a_thousand_wait),
		cmocka_unit_test(test_task__a_descriptor_becomes_ready),
		cmocka_unit_test(test_task__two_tasks_wait_for_one_descriptor),
		cmocka_unit_test(test_task__a_number_that_was_closed_is_watched_anew),
		cmocka_unit_test(test_task__the_end_of_a_stream_wakes),
		cmocka_unit_test(test_task__files_are_always_ready_and_closed_ones_invalid),
		cmocka_unit_test(test_task__many_descriptors_until_a_time),
		cmocka_unit_test(test_task__the_deadline_ends_a_wait),
		cmocka_unit_test(test_task__the_error_says_how_much_time_there_was),
		cmocka_unit_test(test_task__waits_after_the_deadline_fail_at_once),
		cmocka_unit_test(test_task__cancel_ends_a_wait),
		cmocka_unit_test(test_task__cancelled_before_it_ran),
		cmocka_unit_test(test_task__waits_for_the_end_of_another),
		cmocka_unit_test(test_task__waiting_for_a_task_has_a_deadline_too),
		cmocka_unit_test(test_task__joins_what_ends_after_its_deadline),
		cmocka_unit_test(test_task__waits_for_a_child),
		cmocka_unit_test(test_task__a_child_that_lives_on_is_left_at_the_deadline),
		cmocka_unit_test(test_task__a_signal_cancels_all),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
