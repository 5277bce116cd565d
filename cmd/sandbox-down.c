/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/common/sandbox.h"

#include "base/memory.h"

/* Ends the servers of a sandbox and removes its folder. */

struct opts {
	bool all;
};

static const struct option_spec options[] = {
	OPT_FLAG(0, "all", struct opts, all, "every sandbox that there is"),
	OPT_END
};

static const struct arg_spec args[] = { { "NAME", "name of the sandbox", 0, ARGS_ANY,
					  complete_sandbox },
					ARG_END };

static const struct example examples[] = { { "sandbox down demo", "remove one" },
					   { "sandbox down --all", "remove all" },
					   EXAMPLE_END };

struct work {
	struct session *session;
	struct sandbox_line line;
	struct strvec names;
};

static int down(void *arg, struct error *err)
{
	struct work *w = arg;

	for (size_t i = 0; i < w->names.len; i++) {
		int r = sandbox_down(w->names.v[i], &w->line.progress, err);

		if (r < 0)
			return r;
		strbuf_addf(&w->session->out, "sandbox '%s' is gone\n", w->names.v[i]);
	}
	return 0;
}

static int run(struct session *s, const void *opts, struct error *err)
{
	const struct opts *o = opts;
	struct work w = { .session = s, .line = sandbox_line(s) };
	int r = 0;

	if (o->all && s->argc)
		return session_usage(s, err, "--all takes no names");
	if (!o->all && !s->argc)
		return session_usage(s, err, "which sandbox? Name it, or give --all");
	for (size_t i = 0; i < s->argc; i++)
		strvec_add(&w.names, s->args[i]);
	if (o->all)
		r = sandbox_names(&w.names, err);
	if (r == 0)
		r = run_waiting(down, &w, err);
	sandbox_line_end(&w.line);
	strvec_release(&w.names);
	return r;
}

extern const struct command cmd_sandbox_down;
const struct command cmd_sandbox_down = {
	.words = "sandbox down",
	.group = GROUP_LOCAL,
	.summary = "end a sandbox and remove all of it",
	.args = args,
	.options = options,
	.globals = GLOBAL_VERBOSE,
	.opts_size = sizeof(struct opts),
	.examples = examples,
	.run = run,
};
