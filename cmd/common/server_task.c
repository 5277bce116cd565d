/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/common/server_task.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/memory.h"
#include "net/task.h"

/* Decoding, decompressing and converting text want more than a query does. */
#define STACK_BYTES ((size_t)512 << 10)

struct work {
	struct server_task *task;
	struct connection_options options;
	server_fn *fn;
	bool one;
	int64_t deadline;
};

static void run_one(void *arg)
{
	struct work *w = arg;
	struct server_task *t = w->task;
	int64_t old = deadline_shorten(w->deadline);

	t->result = connection_open(&w->options, &t->c, &t->err);
	/* What is read to its end takes as long as it takes. */
	if (w->one)
		deadline_restore(old);
	if (t->result == 0)
		t->result = w->fn(t, &t->err);
	connection_close(t->c);
	t->c = NULL;
}

static int run_all(struct session *s, const struct target_options *o, const struct login_options *l,
		   const char *name, bool one, server_fn *fn, void *arg, struct target *target,
		   struct server_task **ret, struct error *err)
{
	cleanup_login struct login login = LOGIN_INIT;
	cleanup_loop struct loop *loop = NULL;
	cleanup_free struct work *work = NULL;
	struct server_task *tasks;

	if (target_resolve(s, o, name, target, err) < 0 ||
	    login_resolve(s, l, target, &login, err) < 0)
		return -err->class;
	if (one && target->chosen < 0 && target->count > 1)
		return session_usage(s, err, "'%s' has %zu instances; name one of them, '%s'",
				     target->name, target->count, target->instances[0].name);
	loop = loop_new();
	tasks = xcalloc(target->count + 1, sizeof(*tasks));
	work = xcalloc(target->count + 1, sizeof(*work));
	for (size_t i = 0; i < target->count; i++) {
		struct work *w = &work[i];

		tasks[i] = (struct server_task){ .name = target->instances[i].name, .index = i,
						 .arg = arg };
		if (target->chosen >= 0 && (size_t)target->chosen != i)
			continue;
		login_fill(&login, &w->options);
		target_connection(target, i, &w->options);
		w->options.packet_limit = (size_t)1025 << 20;
		w->options.statement_ms = o->timeout;
		w->task = &tasks[i];
		w->fn = fn;
		w->one = one;
		w->deadline = clock_ms() + o->timeout;
		(void)task_start(loop, &(struct task_options){ .name = tasks[i].name,
							.stack = STACK_BYTES }, run_one, w);
	}
	loop_run(loop);
	*ret = tasks;
	return 0;
}

void server_tasks_free(struct server_task *tasks, size_t count)
{
	for (size_t i = 0; tasks && i < count; i++)
		error_release(&tasks[i].err);
	free(tasks);
}

int server_tasks_run(struct session *s, const struct target_options *o,
		     const struct login_options *l, const char *name, server_fn *fn, void *arg,
		     struct target *target, struct server_task **ret, struct error *err)
{
	return run_all(s, o, l, name, false, fn, arg, target, ret, err);
}

int server_task_run_one(struct session *s, const struct target_options *o,
			const struct login_options *l, const char *name, server_fn *fn, void *arg,
			struct error *err)
{
	cleanup_target struct target target = TARGET_INIT;
	struct server_task *tasks = NULL, *one;
	int r = run_all(s, o, l, name, true, fn, arg, &target, &tasks, err);

	if (r < 0)
		return r;
	one = &tasks[target.chosen >= 0 ? target.chosen : 0];
	r = one->result;
	if (r < 0) {
		*err = one->err;
		one->err = (struct error)ERROR_INIT;
	}
	server_tasks_free(tasks, target.count);
	return r;
}
