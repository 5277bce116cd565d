/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/command.h"

#include <string.h>
#include <sys/stat.h>

#include "base/memory.h"
#include "cmd/common/template_source.h"
#include "template/catalogue.h"
#include "template/lint.h"
#include "tree/write.h"

/* All that can be said about templates without values. */

struct opts {
	struct option_list files;
};

static const struct option_spec options[] = {
	OPT_LIST('f', "filename", struct opts, files, "FILE",
		 "check this file, URL, - for standard input, or the templates below this folder",
		 .complete = complete_file),
	OPT_END
};

static const struct arg_spec args[] = {
	{ "TEMPLATE", "names of the catalogue, files and folders", 0, ARGS_ANY, complete_template },
	ARG_END
};

static const struct example examples[] = {
	{ "template lint shop.yaml", "check a template" },
	{ "template lint replicated templates/", "one of the catalogue, and those of a folder" },
	{ "template lint -f shop.yaml -o json", "findings for a program" },
	EXAMPLE_END
};

static const struct exit_code exit_codes[] = { { 3, "a template has findings" }, EXIT_CODE_END };

static bool has_findings(const struct error_list *list)
{
	for (size_t i = 0; i < list->len; i++)
		if (list->items[i].code && list->items[i].severity != SEVERITY_NOTE)
			return true;
	return false;
}

static bool is_folder(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

static bool is_no_template(const struct error_list *found)
{
	return found->len && found->items[0].code && !strcmp(found->items[0].code, "T002");
}

/* A file of a folder that is no template is passed over: *checked counts the others. */
static void lint_input(struct session *s, const struct input *in, bool local, bool may_be_other,
		       size_t *checked)
{
	struct include_reader *includes = local ? include_reader_files(in->name) : NULL;
	cleanup_error_list struct error_list found = ERROR_LIST_INIT;
	struct template *t = NULL;

	if (template_read(in->text.buf, in->text.len, in->name, includes, &t, &found) == 0)
		template_lint(t, &found);
	if (!may_be_other || !is_no_template(&found)) {
		for (size_t i = 0; i < found.len; i++)
			error_list_take(&s->diagnostics, &found.items[i]);
		s->diagnostics.dropped += found.dropped;
		found.len = 0;
		++*checked;
	}
	template_free(t);
	include_reader_free(includes);
}

static int lint_files(struct session *s, struct inputs *all, const char *arg, struct error *err)
{
	const struct input_options opts = { .recursive = true };
	cleanup_inputs struct inputs in = INPUTS_INIT;
	bool folder = is_folder(arg), local = strcmp(arg, "-") != 0 && !strstr(arg, "://");
	size_t checked = 0;
	int r;

	in.stdin_used = all->stdin_used;
	r = inputs_read(&in, arg, &opts, err);
	all->stdin_used = in.stdin_used;
	if (r == -ERR_LIMIT)
		err->code = "T006";
	for (size_t i = 0; i < in.len && r == 0; i++)
		lint_input(s, &in.items[i], local, folder, &checked);
	if (r < 0 || checked)
		return r;
	error_set(err, ERR_NOT_FOUND, "the folder '%s' holds no template", arg);
	error_hint(err, "a template is a file of kind Template; see docs/templates.md");
	return -ERR_NOT_FOUND;
}

/* A name of the catalogue, else a folder or file. */
static int lint_named(struct session *s, struct inputs *all, const char *name, struct error *err)
{
	cleanup_template_source struct template_source src = TEMPLATE_SOURCE_INIT;
	int r;

	if (!catalogue_find(name) && (is_folder(name) || template_is_path(name)))
		return lint_files(s, all, name, err);
	r = template_source_open(&src, s, name, NULL, err);
	if (r == 0)
		template_lint(src.template, &s->diagnostics);
	return err->class ? r : 0;
}

static struct node *finding_node(struct arena *a, const struct error *e)
{
	static const char *const severities[] = { "error", "warning", "note" };
	struct node *n = node_map(a, NULL, 0, NULL);
	char number[32];

	node_set(a, n, "code", node_cstring(a, e->code));
	node_set(a, n, "severity", node_cstring(a, severities[e->severity]));
	node_set(a, n, "file", e->file ? node_cstring(a, e->file) : node_new(a, NODE_NULL, NULL));
	snprintf(number, sizeof(number), "%u", e->line);
	node_set(a, n, "line", e->line ? node_number(a, number, strlen(number), NULL)
				       : node_new(a, NODE_NULL, NULL));
	snprintf(number, sizeof(number), "%u", e->column);
	node_set(a, n, "column", e->line ? node_number(a, number, strlen(number), NULL)
					 : node_new(a, NODE_NULL, NULL));
	node_set(a, n, "message", node_cstring(a, e->message));
	node_set(a, n, "hint", e->hint ? node_cstring(a, e->hint) : node_new(a, NODE_NULL, NULL));
	return n;
}

/* Moves the findings from the diagnostics to the document; what has no code stays. */
static void print(struct session *s)
{
	cleanup_arena struct arena *a = arena_new();
	struct error_list *list = &s->diagnostics;
	struct node *doc = node_map(a, NULL, 0, NULL);
	struct node **items = arena_alloc(a, (list->len + 1) * sizeof(*items));
	size_t count = 0, kept = 0;
	char more[32];

	for (size_t i = 0; i < list->len; i++) {
		if (!list->items[i].code) {
			list->items[kept++] = list->items[i];
			continue;
		}
		items[count++] = finding_node(a, &list->items[i]);
		error_release(&list->items[i]);
	}
	snprintf(more, sizeof(more), "%zu", list->dropped);
	list->len = kept;
	list->dropped = 0;
	node_set(a, doc, "apiVersion", node_cstring(a, "kubectl-mysql/v1"));
	node_set(a, doc, "kind", node_cstring(a, "LintList"));
	node_set(a, doc, "more", node_number(a, more, strlen(more), NULL));
	node_set(a, doc, "items", node_seq(a, items, count, NULL));
	if (s->format == FORMAT_JSON)
		tree_write_json(&s->out, doc, 0);
	else
		tree_write_yaml(&s->out, doc, 0);
}

static int run(struct session *s, const void *opts, struct error *err)
{
	const struct opts *o = opts;
	cleanup_inputs struct inputs all = INPUTS_INIT;
	bool found;
	int r = 0;

	if (!s->argc && !o->files.len)
		return session_usage(s, err, "which template? give a name, a file or a folder");
	for (size_t i = 0; i < s->argc && r == 0; i++)
		r = lint_named(s, &all, s->args[i], err);
	for (size_t i = 0; i < o->files.len && r == 0; i++)
		r = lint_files(s, &all, o->files.v[i], err);
	if (r < 0)
		return r;
	found = has_findings(&s->diagnostics);
	if (s->format & (FORMAT_JSON | FORMAT_YAML))
		print(s);
	return found ? -ERR_FINDINGS : 0;
}

extern const struct command cmd_template_lint;
const struct command cmd_template_lint = {
	.words = "template lint",
	.group = GROUP_TEMPLATES,
	.summary = "check templates without rendering them",
	.description =
		"Reports everything that can be found without parameter values, and what the defaults "
		"lead to where no parameter is required, with file, line, column and a code that "
		"docs/diagnostics.md explains. Of a folder, all templates in and below it are "
		"checked; other files are passed over.\n\n"
		"Findings go to standard error; with -o json or yaml they are one document on "
		"standard output, which docs/json.md describes.",
	.args = args,
	.options = options,
	.formats = FORMAT_TEXT | FORMAT_JSON | FORMAT_YAML,
	.default_format = FORMAT_TEXT,
	.globals = GLOBAL_VERBOSE,
	.opts_size = sizeof(struct opts),
	.examples = examples,
	.exit_codes = exit_codes,
	.run = run,
};
