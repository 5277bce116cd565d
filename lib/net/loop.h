/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * The inside of net/task.h, shared by task.c (tasks, and what waits in them) and loop.c (the
 * descriptors, the timers, the signals). No other file includes it.
 */

#include "net/fiber.h"
#include "net/task.h"

#define TIMER_NONE SIZE_MAX

/* One descriptor that one task waits for; it lies on that task's stack. */
struct waiter {
	struct task *task;
	int fd;
	short events, revents; /* of poll() */
	struct waiter *next;
};

struct task {
	struct loop *loop;
	struct task *next;			  /* in the queue */
	struct task *next_task, *previous_task;	  /* of the loop */
	struct condition end;
	struct task *next_waiting; /* for the same condition */
	void (*fn)(void *arg);
	void *arg;
	const char *name;
	int64_t deadline;
	int64_t since; /* when that deadline was given, for messages */
	int64_t outer_since[4]; /* of those that it is within, outermost first */
	unsigned depth;
	int64_t wake;  /* when the timer fires */
	size_t timer;  /* place in the heap, or TIMER_NONE */
	size_t stack;
	struct fiber fiber;
	unsigned holds;
	bool started, ready, waiting, cancelled, ended, unlinked;
};

struct task_queue {
	struct task *first, *last;
};

/* The waiters for one descriptor; registered: epoll knows of it. */
struct watch {
	struct waiter *waiters;
	bool registered;
};

struct loop {
	int epoll;
	struct task_queue ready;
	struct task *tasks;
	struct task **timers; /* a heap by wake */
	size_t timer_count, timer_alloc;
	struct watch *watches; /* by descriptor */
	size_t watch_count, watch_alloc;
	struct fiber *stacks; /* for reuse */
	size_t stack_count, stack_alloc;
	struct fiber fiber; /* of loop_run()'s caller */
	bool catches_signals;
	bool cancelled; /* tasks that are started from now on are too */
};

void task_make_ready(struct task *t);
/* Runs each task that is ready now, once. */
void loop_run_ready(struct loop *loop);

void loop_add_timer(struct task *t, int64_t when);
/* Does nothing for a task without one. */
void loop_remove_timer(struct task *t);

/* Sets revents at once where the kernel cannot wait for the descriptor, or it is not open. */
void loop_add_waiter(struct loop *loop, struct waiter *w);
void loop_remove_waiter(struct loop *loop, struct waiter *w);
