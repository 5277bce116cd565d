/* SPDX-License-Identifier: Apache-2.0 */
#include "net/task.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/strbuf.h"
#include "net/fiber.h"
#include "net/loop.h"

/* Stacks kept for the next task; more are given back. */
#define STACKS_KEPT 64

static struct task *running;

/* ---- tasks ----------------------------------------------------------------------------------- */

static void queue_add(struct task_queue *q, struct task *t)
{
	t->next = NULL;
	if (q->last)
		q->last->next = t;
	else
		q->first = t;
	q->last = t;
}

static struct task *queue_take(struct task_queue *q)
{
	struct task *t = q->first;

	if (t) {
		q->first = t->next;
		if (!q->first)
			q->last = NULL;
		t->next = NULL;
	}
	return t;
}

void task_make_ready(struct task *t)
{
	if (t->ready)
		return;
	t->ready = true;
	queue_add(&t->loop->ready, t);
}

static void free_task(struct task *t)
{
	fiber_release(&t->fiber);
	free(t);
}

/* Wakes those that wait for the end of t, and goes back to the loop for ever. */
static void run_task(void *arg)
{
	struct task *t = arg;

	t->fn(t->arg);
	t->ended = true;
	condition_wake(&t->end);
	fiber_switch(&t->fiber, &t->loop->fiber, 1);
}

static void take_stack(struct loop *loop, struct fiber *f, size_t size)
{
	if (size == TASK_STACK && loop->stack_count) {
		*f = loop->stacks[--loop->stack_count];
		return;
	}
	fiber_init(f, size);
}

static void give_stack(struct loop *loop, struct task *t)
{
	if (t->stack != TASK_STACK || loop->stack_count >= STACKS_KEPT) {
		fiber_release(&t->fiber);
		return;
	}
	ALLOC_GROW(loop->stacks, loop->stack_count + 1, loop->stack_alloc);
	loop->stacks[loop->stack_count++] = t->fiber;
	t->fiber.memory = NULL;
}

struct task *task_start(struct loop *loop, const struct task_options *opts, void (*fn)(void *arg),
			void *arg)
{
	struct task *t = xcalloc(1, sizeof(*t));

	t->loop = loop;
	t->fn = fn;
	t->arg = arg;
	t->deadline = opts && opts->deadline ? opts->deadline : DEADLINE_NONE;
	t->since = running && running->deadline == t->deadline ? running->since : clock_ms();
	t->stack = opts && opts->stack ? opts->stack : TASK_STACK;
	t->name = opts ? opts->name : NULL;
	t->timer = TIMER_NONE;
	t->cancelled = loop->cancelled;
	t->next_task = loop->tasks;
	if (loop->tasks)
		loop->tasks->previous_task = t;
	loop->tasks = t;
	task_make_ready(t);
	return t;
}

struct task *task_current(void)
{
	return running;
}

struct loop *task_loop(const struct task *t)
{
	return t->loop;
}

void task_cancel(struct task *t)
{
	if (t->ended || t->cancelled)
		return;
	t->cancelled = true;
	if (t->waiting)
		task_make_ready(t);
}

void task_wake(struct task *t)
{
	if (t->waiting)
		task_make_ready(t);
}

void task_hold(struct task *t)
{
	t->holds++;
}

void task_release(struct task *t)
{
	t->holds--;
	if (t->ended && t->unlinked && t->holds == 0)
		free_task(t);
}

bool task_ended(const struct task *t)
{
	return t->ended;
}

int64_t deadline_current(void)
{
	return running ? running->deadline : DEADLINE_NONE;
}

int64_t deadline_shorten(int64_t when)
{
	int64_t old = deadline_current();
	struct task *t = running;

	if (!t || when >= old)
		return old;
	if (t->depth < ARRAY_SIZE(t->outer_since))
		t->outer_since[t->depth] = t->since;
	t->depth++;
	t->deadline = when;
	t->since = clock_ms();
	return old;
}

void deadline_restore(int64_t old)
{
	struct task *t = running;

	if (!t || t->deadline == old)
		return;
	t->deadline = old;
	if (t->depth > 0 && --t->depth < ARRAY_SIZE(t->outer_since))
		t->since = t->outer_since[t->depth];
}

/* ---- waiting --------------------------------------------------------------------------------- */

static void add_duration(struct strbuf *out, int64_t ms)
{
	if (ms < 1000)
		strbuf_addf(out, "%" PRId64 " ms", ms < 0 ? 0 : ms);
	else
		strbuf_addf(out, "%" PRId64 ".%" PRId64 " s", (ms + 50) / 1000,
			    (ms + 50) % 1000 / 100);
}

/*
 * 0, or why the task may not wait any longer. A deadline counts from when it was given: the last
 * wait may have been short.
 */
static int check_task(const struct task *t, int64_t since, const char *what, struct error *err)
{
	int64_t now = clock_ms();
	int class = t->cancelled ? ERR_CANCELLED : now >= t->deadline ? ERR_TIMEOUT : 0;
	cleanup_strbuf struct strbuf waited = STRBUF_INIT;

	if (!class || !err)
		return -class;
	add_duration(&waited, now - (class == ERR_TIMEOUT ? t->since : since));
	return error_set(err, (enum error_class)class, "%s: %s after %s", what ? what : "waiting",
			 class == ERR_CANCELLED ? "cancelled" : "timed out", waited.buf);
}

/* Lets others run until the task is made ready or the time has come, be it the deadline. */
static void pause_task(struct task *t, int64_t until)
{
	int64_t when = until < t->deadline ? until : t->deadline;

	if (when != DEADLINE_NONE)
		loop_add_timer(t, when);
	t->waiting = true;
	fiber_switch(&t->fiber, &t->loop->fiber, 0);
	t->waiting = false;
	loop_remove_timer(t);
}

int wait_fds(struct pollfd *fds, size_t n, int64_t until, const char *what, struct error *err)
{
	struct task *t = running;
	int64_t since = clock_ms();
	struct waiter few[4] = { { .fd = -1 } };
	cleanup_free struct waiter *many = NULL;
	struct waiter *waiters = few;
	int ready = 0, r;

	r = check_task(t, since, what, err);
	if (r < 0)
		return r;
	if (n > ARRAY_SIZE(few))
		waiters = many = xcalloc(n, sizeof(*many));
	for (size_t i = 0; i < n; i++) {
		waiters[i] = (struct waiter){ .task = t, .fd = fds[i].fd, .events = fds[i].events };
		loop_add_waiter(t->loop, &waiters[i]);
	}
	/* A descriptor that cannot be waited for is ready at once. */
	for (size_t i = 0; i < n; i++)
		ready += waiters[i].revents != 0;
	if (!ready)
		pause_task(t, until);
	ready = 0;
	for (size_t i = 0; i < n; i++) {
		loop_remove_waiter(t->loop, &waiters[i]);
		fds[i].revents = waiters[i].revents;
		ready += fds[i].revents != 0;
	}
	/* What came counts more than a deadline that passed in the same moment. */
	if (ready && !t->cancelled)
		return ready;
	return check_task(t, since, what, err);
}

int wait_fd(int fd, short poll_events, const char *what, short *ret_events, struct error *err)
{
	struct pollfd one = { .fd = fd, .events = poll_events };
	int r = wait_fds(&one, 1, DEADLINE_NONE, what, err);

	if (r < 0)
		return r;
	if (ret_events)
		*ret_events = one.revents;
	return 0;
}

int wait_until(int64_t when, struct error *err)
{
	struct task *t = running;
	int64_t since = clock_ms();
	int r;

	/* A time that has passed still gives the others a turn. */
	do {
		r = check_task(t, since, NULL, err);
		if (r < 0)
			return r;
		pause_task(t, when);
	} while (clock_ms() < when);
	return check_task(t, since, NULL, err);
}

int wait_condition(struct condition *c, const char *what, struct error *err)
{
	struct task *t = running, **p;
	int64_t since = clock_ms();
	int r = check_task(t, since, what, err);

	if (r < 0)
		return r;
	t->next_waiting = c->waiting;
	c->waiting = t;
	pause_task(t, DEADLINE_NONE);
	for (p = &c->waiting; *p != t; p = &(*p)->next_waiting)
		;
	*p = t->next_waiting;
	return check_task(t, since, what, err);
}

void condition_wake(struct condition *c)
{
	for (struct task *t = c->waiting; t; t = t->next_waiting)
		task_make_ready(t);
}

int wait_task(struct task *held, struct error *err)
{
	int r = 0;

	while (!held->ended && r == 0)
		r = wait_condition(&held->end, "waiting for a task", err);
	return held->ended ? 0 : r;
}

void task_join(struct task *held)
{
	struct task *t = running, **p;
	int64_t deadline = t->deadline;

	while (!held->ended) {
		t->next_waiting = held->end.waiting;
		held->end.waiting = t;
		t->deadline = DEADLINE_NONE;
		pause_task(t, DEADLINE_NONE);
		t->deadline = deadline;
		for (p = &held->end.waiting; *p != t; p = &(*p)->next_waiting)
			;
		*p = t->next_waiting;
	}
}

/* Kernels before 5.3 have none of these. */
static int open_pid(pid_t pid)
{
	return (int)syscall(SYS_pidfd_open, pid, 0);
}

int wait_child(pid_t pid, int *ret_status, struct error *err)
{
	cleanup_close int fd = open_pid(pid);
	int64_t pause = 1;
	int r = 0;

	while (!r) {
		pid_t got = waitpid(pid, ret_status, WNOHANG);

		if (got == pid)
			return 0;
		if (got < 0 && errno != EINTR)
			return error_set_errno(err, errno, "cannot wait for process %d", (int)pid);
		if (fd >= 0) {
			r = wait_fd(fd, POLLIN, "waiting for a program", NULL, err);
		} else {
			r = wait_until(clock_ms() + pause, err);
			pause = pause < 50 ? pause * 2 : 50;
		}
	}
	return r;
}

/* ---- the loop's side ------------------------------------------------------------------------- */

static void unlink_task(struct loop *loop, struct task *t)
{
	if (t->previous_task)
		t->previous_task->next_task = t->next_task;
	else
		loop->tasks = t->next_task;
	if (t->next_task)
		t->next_task->previous_task = t->previous_task;
	t->unlinked = true;
}

static void resume(struct loop *loop, struct task *t)
{
	t->ready = false;
	if (!t->started) {
		take_stack(loop, &t->fiber, t->stack);
		fiber_prepare(&t->fiber, run_task, t);
		t->started = true;
	}
	running = t;
	fiber_switch(&loop->fiber, &t->fiber, 0);
	running = NULL;
	if (!t->ended)
		return;
	give_stack(loop, t);
	unlink_task(loop, t);
	if (t->holds == 0)
		free_task(t);
}

void loop_run_ready(struct loop *loop)
{
	/* Those that become ready meanwhile have to wait until events were looked at. */
	struct task_queue now = loop->ready;
	struct task *t;

	loop->ready = (struct task_queue){ 0 };
	while ((t = queue_take(&now)))
		resume(loop, t);
}
