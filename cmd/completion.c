/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/memory.h"
#include "base/suggest.h"
#include "cli/complete.h"
#include "cli/shell.h"

/* The completion script of a shell. */

static void complete_shell(const struct completion_request *rq UNUSED, struct completions *out)
{
	for (size_t i = 0; shell_names[i]; i++)
		completions_add(out, shell_names[i], NULL);
}

static const struct arg_spec args[] = {
	{ "SHELL", "bash, zsh, fish, or kubectl", 1, 1, complete_shell },
	ARG_END
};

static const struct example examples[] = {
	{ "completion bash > ~/.local/share/bash-completion/completions/kubectl-mysql",
	  "complete kubectl-mysql in bash" },
	{ "completion kubectl > ~/.local/bin/kubectl_complete-mysql",
	  "complete kubectl mysql (make the file executable)" },
	EXAMPLE_END
};

static int run(struct session *s, const void *opts UNUSED, struct error *err)
{
	struct suggestion near = { 0 };
	int r;

	for (size_t i = 0; shell_names[i]; i++) {
		if (strcmp(shell_names[i], s->args[0]) == 0) {
			strbuf_addstr(&s->out, shell_script(i));
			return 0;
		}
		suggest_offer(&near, s->args[0], shell_names[i]);
	}
	r = session_usage(s, err, "no completion for shell '%s'", s->args[0]);
	if (near.best)
		error_hint(err, "did you mean '%s'?", near.best);
	else
		error_hint(err, "there is bash, zsh, fish and kubectl");
	return r;
}

const struct command cmd_completion = {
	.words = "completion",
	.group = GROUP_SELF,
	.summary = "print the completion script of a shell",
	.description =
		"The scripts for bash, zsh and fish complete the command kubectl-mysql. For "
		"'kubectl mysql', kubectl itself asks a file kubectl_complete-mysql in the PATH; "
		"'completion kubectl' prints it.",
	.args = args,
	.examples = examples,
	.run = run,
};
