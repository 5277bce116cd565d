/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/common/look.h"

#include "base/clock.h"
#include "base/file.h"
#include "net/task.h"

#include <string.h>
#include <unistd.h>

int look_open(struct look *l, struct session *s, const struct target_options *target,
	      const struct login_options *login, struct error *err)
{
	return cluster_open(&l->cluster, s, target, login, s->argc ? s->args[0] : NULL, err);
}

void look_take(struct look *l)
{
	diagnosis_release(&l->diagnosis);
	cluster_take(&l->cluster);
	topology_diagnose(l->cluster.topology, &l->diagnosis);
}

bool look_leaves_out(const struct look *l, const struct instance *i)
{
	const struct target *t = &l->cluster.target;

	return t->chosen >= 0 && (!i || strcmp(t->instances[t->chosen].name, i->name) != 0);
}

void look_release(struct look *l)
{
	diagnosis_release(&l->diagnosis);
	cluster_release(&l->cluster);
}

int look_repaint(struct session *s, struct error *err)
{
	cleanup_strbuf struct strbuf text = STRBUF_INIT;

	/* To the upper left corner; each line's rest and what is below are cleared. */
	if (s->stdout_tty)
		strbuf_addstr(&text, "\033[H");
	for (const char *at = s->out.buf; *at; at++) {
		if (s->stdout_tty && *at == '\n')
			strbuf_addstr(&text, "\033[K");
		strbuf_addch(&text, *at);
	}
	if (s->stdout_tty)
		strbuf_addstr(&text, "\033[J");
	strbuf_reset(&s->out);
	return fd_write_all(STDOUT_FILENO, "standard output", text.buf, text.len, err);
}

static void pause_task(void *arg)
{
	struct error ignored = ERROR_INIT;

	if (wait_until(clock_ms() + *(int64_t *)arg, &ignored) < 0)
		error_release(&ignored);
}

void look_pause(int64_t milliseconds)
{
	cleanup_loop struct loop *loop = loop_new();

	task_start(loop, &(struct task_options){ .name = "pause" }, pause_task, &milliseconds);
	loop_run(loop);
}
