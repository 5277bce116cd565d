/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/common/sandbox.h"

#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"
#include "net/task.h"

struct waiting {
	int (*fn)(void *arg, struct error *err);
	void *arg;
	struct error *err;
	int result;
};

static void run_one(void *arg)
{
	struct waiting *w = arg;

	w->result = w->fn(w->arg, w->err);
}

int run_waiting(int (*fn)(void *arg, struct error *err), void *arg, struct error *err)
{
	cleanup_loop struct loop *loop = loop_new();
	struct waiting w = { fn, arg, err, 0 };

	loop_catch_signals(loop);
	task_start(loop, NULL, run_one, &w);
	loop_run(loop);
	return w.result;
}

/* ---- progress ------------------------------------------------------------------------------- */

static void write_line(const char *text, size_t len)
{
	struct error ignored = ERROR_INIT;

	if (fd_write_all(STDERR_FILENO, "standard error", text, len, &ignored) < 0)
		error_release(&ignored);
}

static void say(struct sandbox_progress *p, const char *text)
{
	struct sandbox_line *l = (struct sandbox_line *)p;
	cleanup_strbuf struct strbuf line = STRBUF_INIT;

	if (!l->terminal)
		return;
	strbuf_addf(&line, "\r\033[K%.*s", (int)l->width - 1, text);
	write_line(line.buf, line.len);
	l->shown = true;
}

struct sandbox_line sandbox_line(const struct session *s)
{
	return (struct sandbox_line){ .progress.say = say, .terminal = s->stderr_tty,
				      .width = s->width };
}

void sandbox_line_end(struct sandbox_line *l)
{
	if (l->shown)
		write_line("\r\033[K", 4);
	l->shown = false;
}

/* ---- completion ----------------------------------------------------------------------------- */

void complete_sandbox(const struct completion_request *rq UNUSED, struct completions *out)
{
	cleanup_strvec struct strvec names = STRVEC_INIT;
	struct error ignored = ERROR_INIT;

	out->directive |= COMPLETE_NO_FILES;
	if (sandbox_names(&names, &ignored) < 0)
		error_release(&ignored);
	for (size_t i = 0; i < names.len; i++)
		completions_add(out, names.v[i], NULL);
}

void complete_sandbox_instance(const struct completion_request *rq, struct completions *out)
{
	cleanup_sandbox struct sandbox *s = NULL;
	struct error ignored = ERROR_INIT;

	out->directive |= COMPLETE_NO_FILES;
	if (!rq->argc || sandbox_load(rq->args[0], &s, &ignored) < 0) {
		error_release(&ignored);
		return;
	}
	for (size_t i = 0; i < s->count; i++)
		completions_add(out, s->instances[i].name, s->instances[i].host);
}

/* ---- output --------------------------------------------------------------------------------- */

void sandbox_print_instances(const struct sandbox *s, struct strbuf *out)
{
	for (size_t i = 0; i < s->count; i++)
		strbuf_addf(out, "  %-*s  %s:%u\n", (int)strlen(s->instances[0].name) + 1,
			    s->instances[i].name, s->instances[i].host, s->instances[i].port);
}
