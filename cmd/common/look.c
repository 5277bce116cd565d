/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/common/look.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/memory.h"
#include "net/task.h"
#include "topology/discover.h"

#include <string.h>
#include <unistd.h>

int look_open(struct look *l, struct session *s, const struct target_options *target,
	      const struct login_options *login, struct error *err)
{
	l->timeout_ms = target->timeout;
	if (target_resolve(s, target, s->argc ? s->args[0] : NULL, &l->target, err) < 0)
		return -err->class;
	return login_resolve(s, login, &l->target, &l->login, err);
}

void look_take(struct look *l)
{
	cleanup_free struct seed *seeds = xcalloc(l->target.count + 1, sizeof(*seeds));
	struct discover_options o = {
		.name = l->target.name,
		.words = l->target.words,
		.seeds = seeds,
		.count = l->target.count,
		.timeout_ms = l->timeout_ms,
	};

	for (size_t i = 0; i < l->target.count; i++) {
		const struct target_instance *one = &l->target.instances[i];

		seeds[i] = (struct seed){ .name = one->name,
					  .host = one->host,
					  .port = one->port,
					  .socket = one->socket };
		login_fill(&l->login, &seeds[i].options);
		target_connection(&l->target, i, &seeds[i].options);
	}
	diagnosis_release(&l->diagnosis);
	topology_free(l->topology);
	l->topology = topology_discover(&o);
	topology_diagnose(l->topology, &l->diagnosis);
}

bool look_leaves_out(const struct look *l, const struct instance *i)
{
	return l->target.chosen >= 0 &&
	       (!i || strcmp(l->target.instances[l->target.chosen].name, i->name) != 0);
}

void look_release(struct look *l)
{
	diagnosis_release(&l->diagnosis);
	topology_free(l->topology);
	login_release(&l->login);
	target_release(&l->target);
	l->topology = NULL;
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
