/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/command.h"

#include "cmd/common/template_source.h"
#include "template/check_types.h"

/* All that can be said about a template without values. */

struct opts {
	const char *file;
};

static const struct option_spec options[] = {
	OPT_STRING('f', "filename", struct opts, file, "FILE",
		   "read the template from this file, URL, or - for standard input",
		   .complete = complete_file, .flags = OPTION_ONCE),
	OPT_END
};

static const struct arg_spec args[] = {
	{ "TEMPLATE", "a template's name or file (not with -f)", 0, 1, complete_template }, ARG_END
};

static const struct example examples[] = { { "template lint -f shop.yaml", "check a template" },
					   EXAMPLE_END };

static const struct exit_code exit_codes[] = { { 3, "the template has findings" }, EXIT_CODE_END };

static bool has_findings(const struct error_list *list)
{
	for (size_t i = 0; i < list->len; i++)
		if (list->items[i].code && list->items[i].severity != SEVERITY_NOTE)
			return true;
	return false;
}

static int run(struct session *s, const void *opts, struct error *err)
{
	const struct opts *o = opts;
	cleanup_template_source struct template_source src = TEMPLATE_SOURCE_INIT;
	int r = template_source_open(&src, s, s->argc ? s->args[0] : NULL, o->file, err);

	if (err->class && err->class != ERR_INVALID)
		return r;
	if (r == 0)
		template_check_types(src.template, &s->diagnostics);
	return has_findings(&s->diagnostics) ? -ERR_FINDINGS : r;
}

extern const struct command cmd_template_lint;
const struct command cmd_template_lint = {
	.words = "template lint",
	.group = GROUP_TEMPLATES,
	.summary = "check a template without rendering it",
	.description = "Reports everything that can be found without parameter values, with file, "
		       "line, column and a code that docs/diagnostics.md explains.",
	.args = args,
	.options = options,
	.globals = GLOBAL_VERBOSE,
	.opts_size = sizeof(struct opts),
	.examples = examples,
	.exit_codes = exit_codes,
	.run = run,
};
