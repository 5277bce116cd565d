/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * The one way to wait. A loop runs tasks: functions with a stack of their own, all in one thread.
 * A task calls something that has to wait (wait_fd and what is built on it: connections, names,
 * child processes), the loop runs others meanwhile, and the call returns when the event came, the
 * task's deadline passed, or the task was cancelled. So code that talks to a thousand servers
 * reads from top to bottom, and every wait of it has a deadline and can be cancelled.
 *
 * Why stacks and not the _start/_cont calls of Connector/C: those resolve names and wait for TLS
 * in calls that block the whole thread.
 *
 *	static void ask(void *arg)
 *	{
 *		struct asked *a = arg;
 *		a->result = connection_open(&a->options, &a->connection, &a->err);
 *	}
 *	...
 *	cleanup_loop struct loop *loop = loop_new();
 *	for (i = 0; i < n; i++)
 *		task_start(loop, &(struct task_options){ .deadline = end }, ask, &asked[i]);
 *	loop_run(loop);		// returns when all tasks have ended
 *
 * A function that waits may be called inside a task only. Its errors: -ERR_TIMEOUT when the
 * deadline passed, -ERR_CANCELLED when task_cancel() was called; both again at once for each
 * further wait of that task, so that a task always unwinds.
 */

#include "base/clock.h"
#include "base/error.h"

#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct loop;
struct task;

/* No deadline. All times are milliseconds of clock_ms() (base/clock.h), which is monotonic. */
#define DEADLINE_NONE INT64_MAX

struct task_options {
	int64_t deadline;  /* 0: DEADLINE_NONE */
	size_t stack;	   /* bytes; 0: TASK_STACK */
	const char *name;  /* borrowed, for traces; or NULL */
};

#define TASK_STACK ((size_t)128 << 10)

struct loop *loop_new(void);
/* All tasks must have ended. NULL is accepted. */
void loop_free(struct loop *loop);
#define cleanup_loop __attribute__((cleanup(cleanup_loop_fn)))
void cleanup_loop_fn(struct loop **loop);

/* Runs until every task has ended. Never within a task. */
void loop_run(struct loop *loop);
/*
 * While the loop runs, the first SIGINT or SIGTERM cancels all its tasks, and a second one has its
 * usual effect. loop_signal() is the number of the one that came, or 0; cmd/main.c ends the program
 * by it when all is tidied up.
 */
void loop_catch_signals(struct loop *loop);
int loop_signal(void);
/* Cancels all tasks, and those that are started from now on. */
void loop_cancel_all(struct loop *loop);

/*
 * Starts fn(arg) as a task; it first runs when its starter waits or the loop runs. The task frees
 * itself when fn returns; the pointer is good until then, or, after task_hold(), until
 * task_release(). May be called before loop_run() or from another task.
 */
struct task *task_start(struct loop *loop, const struct task_options *opts, void (*fn)(void *arg),
			void *arg);
/* The task that is running, NULL outside of all. */
struct task *task_current(void);
struct loop *task_loop(const struct task *t);
/* Every wait of the task, now and later, ends with -ERR_CANCELLED. Safe on an ended, held task. */
void task_cancel(struct task *t);
void task_hold(struct task *t);
void task_release(struct task *t);
bool task_ended(const struct task *t);

/*
 * The deadline of the running task. deadline_shorten() returns the old one, to be put back with
 * deadline_restore(): a part of the work may have less time than the whole.
 */
int64_t deadline_current(void);
int64_t deadline_shorten(int64_t when);
void deadline_restore(int64_t old);

/*
 * Waits. what is for the message: "reading from 'shop-0:3306'"; the error says it and how much
 * time there was: a deadline gave it to all waits before, too. err may be NULL when only the class
 * counts.
 */
int wait_fd(int fd, short poll_events, const char *what, short *ret_events, struct error *err);
/*
 * For several descriptors at once, or one until a time that is not the task's deadline: the number
 * of those with events (in revents), 0 when `until` came, or a negative class. A descriptor below
 * zero is left out, as poll() does.
 */
int wait_fds(struct pollfd *fds, size_t n, int64_t until, const char *what, struct error *err);
/* A task that is within wait_fds() goes on as if its time had come; in other waits it stays. */
void task_wake(struct task *t);
/* 0 when that time came; others get a turn even if it is over. */
int wait_until(int64_t when, struct error *err);
int wait_task(struct task *held, struct error *err);
/*
 * Waits until a task below this one has ended, whatever becomes of this one: for who was cancelled,
 * or late, and cannot leave before those that use its memory have. They must have a deadline, or be
 * cancelled.
 */
void task_join(struct task *held);
/*
 * Something that other tasks bring about. Look at what you wait for first, and again afterwards:
 *	while (!queue->len && r == 0)
 *		r = wait_condition(&queue->changed, "waiting for work", err);
 * A zeroed struct is ready for use, and must stay where it is while tasks wait.
 */
struct condition {
	struct task *waiting;
};
int wait_condition(struct condition *c, const char *what, struct error *err);
/* Wakes all that wait. May be called outside of tasks. */
void condition_wake(struct condition *c);
/* The exit status as waitpid() gives it. Does not kill the child when the time is up. */
int wait_child(pid_t pid, int *ret_status, struct error *err);
