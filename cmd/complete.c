/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/complete.h"

#include "base/memory.h"

/* What shells and kubectl call while the user presses the tab key. */

static const struct arg_spec args[] = {
	{ "WORD", "words behind the program's name, the last one perhaps empty", 0, ARGS_ANY,
	  NULL },
	ARG_END
};

static int run(struct session *s, const void *opts UNUSED, struct error *err UNUSED)
{
	struct completions c;

	complete_words(s->program, s->argc, s->args, &c);
	completions_print(&c, &s->out);
	completions_release(&c);
	return 0;
}

const struct command cmd_complete = {
	.words = "__complete",
	.group = GROUP_SELF,
	.summary = "answer a shell's question for completions",
	.args = args,
	.raw_args = true,
	.hidden = true,
	.run = run,
};
