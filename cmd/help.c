/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/help.h"

#include "base/arena.h"
#include "base/memory.h"
#include "cli/complete.h"
#include "cli/man.h"
#include "cli/model.h"
#include "cli/parse.h"
#include "tree/write.h"

/* Help about everything, a family of commands, or one command; as text, data or manual page. */

static void complete_words_of_commands(const struct completion_request *rq,
				       struct completions *out)
{
	struct completions next;
	cleanup_free const char **words = xcalloc(rq->argc + 1, sizeof(*words));

	for (size_t i = 0; i < rq->argc; i++)
		words[i] = rq->args[i];
	words[rq->argc] = rq->word;
	/* Only while the words are not a whole command yet. */
	complete_words(rq->program, rq->argc + 1, words, &next);
	for (size_t i = 0; i < next.values.len && rq->word[0] != '-'; i++)
		strvec_add(&out->values, next.values.v[i]);
	completions_release(&next);
}

static const struct arg_spec args[] = {
	{ "COMMAND", "words of a command, such as: template list", 0, ARGS_ANY,
	  complete_words_of_commands },
	ARG_END
};

static const struct example examples[] = {
	{ "help", "list all commands" },
	{ "help completion", "show everything about a command" },
	{ "help -o json", "all commands, options and examples as data" },
	{ "help -o man completion | man -l -", "read a manual page" },
	EXAMPLE_END
};

/* The command of the words; NULL for none and for a family, whose text is written here. */
static int find(struct session *s, const struct command **ret, struct error *err)
{
	const struct command_family *family;
	size_t used;

	*ret = NULL;
	if (s->argc == 0) {
		if (s->format == FORMAT_TEXT)
			help_overview(s);
		return 0;
	}
	*ret = command_find(s->program, s->argc, s->args, &used);
	if (*ret && used == s->argc)
		return 0;
	if (*ret)
		return session_usage(s, err, "'%s' has no command '%s'", (*ret)->words,
				     s->args[used]);
	family = family_find(s->program, s->args[0]);
	if (!family || s->argc > 1)
		return command_unknown(s, family ? family->words : NULL,
				       s->args[family ? 1 : 0], err);
	if (s->format != FORMAT_TEXT)
		return session_usage(s, err, "'%s' is not a command but a family of them",
				     family->words);
	help_family(s, family);
	return 0;
}

static void print_model(struct session *s, const struct command *only)
{
	cleanup_arena struct arena *a = arena_new();
	struct node *model = command_model(a, s->program, only);

	if (s->format == FORMAT_JSON)
		tree_write_json(&s->out, model, 0);
	else
		tree_write_yaml(&s->out, model, 0);
}

static void print_names(struct session *s, const struct command *only)
{
	for (const struct command *const *c = s->program->commands; *c; c++) {
		if (only ? *c == only : !(*c)->hidden)
			strbuf_addf(&s->out, "%s\n", (*c)->words);
	}
}

static int run(struct session *s, const void *opts UNUSED, struct error *err)
{
	const struct command *c;
	int r;

	r = find(s, &c, err);
	if (r < 0)
		return r;
	if (s->format == FORMAT_JSON || s->format == FORMAT_YAML)
		print_model(s, c);
	else if (s->format == FORMAT_NAME)
		print_names(s, c);
	else if (s->format == FORMAT_MAN && c)
		man_command(s->program, c, &s->out);
	else if (s->format == FORMAT_MAN)
		man_program(s->program, &s->out);
	else if (c)
		help_command(s, c);
	return 0;
}

const struct command cmd_help = {
	.words = "help",
	.group = GROUP_SELF,
	.summary = "show help, as text, data or manual page",
	.description = "Without arguments, all commands are listed. With the words of a command, "
		       "everything about it is shown. JSON and YAML are the command model: kind "
		       "CommandModel of kubectl-mysql/v1.",
	.args = args,
	.formats = FORMAT_TEXT | FORMAT_JSON | FORMAT_YAML | FORMAT_NAME | FORMAT_MAN,
	.default_format = FORMAT_TEXT,
	.examples = examples,
	.run = run,
};
