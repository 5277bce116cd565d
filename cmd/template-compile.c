/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/command.h"

#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "cmd/common/template_source.h"

/* A template to its compiled program. */

enum emit { EMIT_BYTES, EMIT_C };

struct opts {
	const char *file, *output;
	int emit;
};

static const char *const emits[] = { "bytes", "c", NULL };

static const struct option_spec options[] = {
	OPT_STRING('f', "filename", struct opts, file, "FILE",
		   "read the template from this file, URL, or - for standard input",
		   .complete = complete_file, .flags = OPTION_ONCE),
	OPT_CHOICE(0, "emit", struct opts, emit, "FORM", emits,
		   "the program as bytes, or as C source", .fallback = "bytes"),
	OPT_STRING(0, "to", struct opts, output, "FILE",
		   "write to this file (needed for bytes on a terminal), or - for standard output",
		   .complete = complete_file),
	OPT_END
};

static const struct arg_spec args[] = {
	{ "TEMPLATE", "a template's name or file (not with -f)", 0, 1, complete_template }, ARG_END
};

static const struct example examples[] = {
	{ "template compile -f shop.yaml --to shop.kmt", "compile once, render many times" },
	{ "template compile -f shop.yaml --emit=c", "as C source, to build it in" },
	EXAMPLE_END
};

/* A name may be any text: in a comment nothing of it may end the comment, or the line. */
static void add_commented(struct strbuf *out, const char *name)
{
	for (; *name; name++)
		strbuf_addch(out, strchr("*/\\", *name) || (unsigned char)*name < ' ' ? '_'
										       : *name);
}

static void emit_c(const struct strbuf *program, const char *name, struct strbuf *out)
{
	strbuf_addstr(out, "/* Template '");
	add_commented(out, name);
	strbuf_addf(out,
		    "', compiled by `kubectl-mysql template compile`. */\n"
		    "static const unsigned char template_compiled[%zu] = {",
		    program->len);
	for (size_t i = 0; i < program->len; i++)
		strbuf_addf(out, "%s%u,", i % 20 ? "" : "\n\t", (unsigned char)program->buf[i]);
	strbuf_addstr(out, "\n};\n");
}

static int run(struct session *s, const void *opts, struct error *err)
{
	const struct opts *o = opts;
	cleanup_template_source struct template_source src = TEMPLATE_SOURCE_INIT;
	cleanup_strbuf struct strbuf program = STRBUF_INIT, text = STRBUF_INIT;
	const struct strbuf *result = &program;
	int r;

	r = template_source_open(&src, s, s->argc ? s->args[0] : NULL, o->file, err);
	if (r < 0)
		return r;
	template_compile(src.template, &program);
	if (o->emit == EMIT_C) {
		emit_c(&program, src.template->name, &text);
		result = &text;
	}
	if (o->output && strcmp(o->output, "-") != 0)
		return file_write_atomic(o->output, result->buf, result->len, FILE_MODE_USUAL, err);
	if (o->emit == EMIT_BYTES && s->stdout_tty && !o->output)
		return session_usage(s, err, "a program is no text for a terminal: give --to FILE");
	strbuf_add(&s->out, result->buf, result->len);
	return 0;
}

extern const struct command cmd_template_compile;
const struct command cmd_template_compile = {
	.words = "template compile",
	.group = GROUP_TEMPLATES,
	.summary = "compile a template to a program that renders fast",
	.description =
		"The program is what `render -f` takes in place of the template: it needs no "
		"YAML and no other file. It keeps all positions, so that messages still "
		"name the lines of the template.",
	.args = args,
	.options = options,
	.globals = GLOBAL_VERBOSE,
	.opts_size = sizeof(struct opts),
	.examples = examples,
	.run = run,
};
