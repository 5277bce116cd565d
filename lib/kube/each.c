/* SPDX-License-Identifier: Apache-2.0 */
#include "kube/apply.h"

#include <stdlib.h>

#include "base/memory.h"
#include "net/task.h"

struct work {
	size_t n, next;
	void (*fn)(void *arg, size_t i);
	void *arg;
};

static void work_off(void *arg)
{
	struct work *w = arg;

	while (w->next < w->n)
		w->fn(w->arg, w->next++);
}

int kube_for_each(size_t n, size_t parallel, void (*fn)(void *arg, size_t i), void *arg,
		  struct error *err)
{
	struct work w = { .n = n, .fn = fn, .arg = arg };
	size_t count = n < parallel ? n : parallel;
	struct task **tasks = xcalloc(count + 1, sizeof(*tasks));
	int r = 0;

	for (size_t i = 0; i < count; i++) {
		struct task_options o = { .deadline = deadline_current() };

		tasks[i] = task_start(task_loop(task_current()), &o, work_off, &w);
		task_hold(tasks[i]);
	}
	for (size_t i = 0; i < count; i++) {
		int failed = wait_task(tasks[i], r ? NULL : err);

		/* Those below us still say how far they came. */
		for (size_t k = 0; failed < 0 && k < count; k++)
			task_cancel(tasks[k]);
		task_join(tasks[i]);
		task_release(tasks[i]);
		if (failed < 0 && r == 0)
			r = failed;
	}
	free(tasks);
	return r;
}
