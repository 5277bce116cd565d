/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/help.h"

#include <string.h>

#include "base/memory.h"
#include "cli/parse.h"
#include "cli/text.h"

/* Wider than this and help stands on a line of its own. */
#define MOST_LEFT 32
/* Longer lines are hard to read; in shorter ones there is no room for the names of options. */
#define WIDEST	  100
#define NARROWEST 40

const struct exit_code common_exit_codes[] = {
	{ 0, "done" },
	{ 1, "failed" },
	{ 2, "the command line is wrong" },
	EXIT_CODE_END
};

const char *group_title(enum command_group g)
{
	static const char *const titles[GROUPS] = {
		[GROUP_TEMPLATES] = "Templates", [GROUP_DEPLOY] = "Deploy",
		[GROUP_IMAGES] = "Images",	 [GROUP_LOOK] = "Look",
		[GROUP_ACT] = "Act",		 [GROUP_LOCAL] = "Local",
		[GROUP_SELF] = "This program",
	};

	return titles[g];
}

static void heading(struct session *s, const char *text)
{
	if (s->out.len)
		strbuf_addch(&s->out, '\n');
	strbuf_addf(&s->out, s->colour ? "\033[1m%s:\033[0m\n" : "%s:\n", text);
}

static size_t page_width(const struct session *s)
{
	if (s->width < NARROWEST)
		return NARROWEST;
	return s->width > WIDEST ? WIDEST : s->width;
}

/* Text of one paragraph, its first letter in upper case. */
static void sentence(struct session *s, const char *text)
{
	cleanup_strbuf struct strbuf capital = STRBUF_INIT;

	text_capitalise(&capital, text);
	text_wrap(&s->out, capital.buf, 0, page_width(s));
	strbuf_addch(&s->out, '\n');
}

/* The line below "Usage", broken so that what goes on stands deeper. */
static void usage_line(struct session *s, const char *text)
{
	strbuf_addstr(&s->out, "  ");
	text_wrap(&s->out, text, 6, page_width(s));
	strbuf_addch(&s->out, '\n');
}

void usage_positionals(const struct command *c, struct strbuf *out)
{
	const char *blank = "";

	if (c->usage) {
		strbuf_addstr(out, c->usage);
		return;
	}
	for (const struct arg_spec *a = c->args; a && a->name; a++) {
		strbuf_addf(out, a->min ? "%s%s%s" : "%s[%s%s]", blank, a->name,
			    a->max > 1 ? "..." : "");
		blank = " ";
	}
}

void option_synopsis(const struct option_spec *o, bool align, struct strbuf *out)
{
	if (o->short_name)
		strbuf_addf(out, "-%c, ", o->short_name);
	else if (align)
		strbuf_addstr(out, "    ");
	strbuf_addf(out, "--%s", o->long_name);
	if (o->value_name)
		strbuf_addf(out, o->implied ? "[=%s]" : " %s", o->value_name);
}

static void help_output_formats(const struct command *c, struct strbuf *out)
{
	strbuf_addstr(out, ": ");
	formats_list(c->formats, out);
	if (c->formats & c->default_format)
		strbuf_addf(out, " (default: %s)", format_name(c->default_format));
}

void option_help_text(const struct command *c, const struct option_spec *o, struct strbuf *out)
{
	strbuf_addstr(out, o->help);
	if (c && strcmp(o->long_name, "output") == 0 && c->formats) {
		help_output_formats(c, out);
		return;
	}
	for (size_t i = 0; o->type == OPTION_CHOICE && o->choices[i]; i++)
		strbuf_addf(out, "%s%s", i ? ", " : ": ", o->choices[i]);
	if (o->fallback)
		strbuf_addf(out, " (default: %s)", o->fallback);
	if (o->implied && o->type != OPTION_FLAG)
		strbuf_addf(out, " (without a value: %s)", o->implied);
	if (o->type == OPTION_LIST)
		strbuf_addstr(out, " (may be repeated)");
}

/* The column where help begins, so that most left sides fit. */
static size_t help_column(const struct option_source *sources, size_t n)
{
	size_t widest = 0;

	for (size_t i = 0; i < n; i++) {
		for (const struct option_spec *o = sources[i].options; o->type; o++) {
			cleanup_strbuf struct strbuf left = STRBUF_INIT;
			size_t w;

			option_synopsis(o, true, &left);
			w = display_width(left.buf);
			if (!(o->flags & OPTION_HIDDEN) && w > widest && w <= MOST_LEFT)
				widest = w;
		}
	}
	return widest + 5;
}

static void print_options(struct session *s, const struct command *c)
{
	struct option_source sources[OPTION_SOURCES];
	size_t n = option_sources(c, sources), column = help_column(sources, n);
	int shown = -1;

	for (size_t i = 0; i < n; i++) {
		bool kubernetes = sources[i].origin == ORIGIN_GLOBAL;

		for (const struct option_spec *o = sources[i].options; o->type; o++) {
			cleanup_strbuf struct strbuf left = STRBUF_INIT, right = STRBUF_INIT;

			if (o->flags & OPTION_HIDDEN)
				continue;
			if (shown != kubernetes)
				heading(s, kubernetes ? "Kubernetes options" : "Options");
			shown = kubernetes;
			option_synopsis(o, true, &left);
			option_help_text(c, o, &right);
			text_row(&s->out, left.buf, right.buf, column, page_width(s));
		}
	}
}

static void print_args(struct session *s, const struct command *c)
{
	size_t widest = 0;

	for (const struct arg_spec *a = c->args; a && a->name; a++) {
		if (strlen(a->name) > widest)
			widest = strlen(a->name);
	}
	if (!widest)
		return;
	heading(s, "Arguments");
	for (const struct arg_spec *a = c->args; a->name; a++)
		text_row(&s->out, a->name, a->help, widest + 5, page_width(s));
}

static void print_examples(struct session *s, const struct command *c)
{
	if (!c->examples || !c->examples->line)
		return;
	heading(s, "Examples");
	for (const struct example *e = c->examples; e->line; e++) {
		strbuf_addf(&s->out, "%s  # ", e == c->examples ? "" : "\n");
		text_wrap_with(&s->out, e->help, "  # ", page_width(s));
		strbuf_addf(&s->out, "\n  %s %s\n", s->program_name, e->line);
	}
}

static void print_exit_code(struct session *s, const struct exit_code *e)
{
	cleanup_free char *left = xasprintf("%d", e->code);

	text_row(&s->out, left, e->meaning, 6, page_width(s));
}

static void print_exit_codes(struct session *s, const struct command *c)
{
	if (!c->exit_codes)
		return;
	heading(s, "Exit codes");
	for (const struct exit_code *e = common_exit_codes; e->meaning; e++)
		print_exit_code(s, e);
	for (const struct exit_code *e = c->exit_codes; e->meaning; e++)
		print_exit_code(s, e);
}

void help_command(struct session *s, const struct command *c)
{
	cleanup_strbuf struct strbuf usage = STRBUF_INIT;
	struct strbuf *out = &s->out;

	sentence(s, c->summary);
	heading(s, "Usage");
	strbuf_addf(&usage, "%s %s", s->program_name, c->words);
	if (c->usage || (c->args && c->args->name)) {
		strbuf_addch(&usage, ' ');
		usage_positionals(c, &usage);
	}
	strbuf_addstr(&usage, " [options]");
	usage_line(s, usage.buf);
	if (c->description) {
		strbuf_addch(out, '\n');
		text_wrap(out, c->description, 0, page_width(s));
		strbuf_addch(out, '\n');
	}
	print_args(s, c);
	print_options(s, c);
	print_examples(s, c);
	print_exit_codes(s, c);
}

/* One line for each command that fits: of the group, or of the family. */
static void print_commands(struct session *s, int group, const char *family)
{
	size_t widest = 0;
	bool any = false;

	for (const struct command *const *c = s->program->commands; *c; c++) {
		if (!(*c)->hidden && strlen((*c)->words) > widest)
			widest = strlen((*c)->words);
	}
	for (const struct command *const *c = s->program->commands; *c; c++) {
		if ((*c)->hidden || (group >= 0 && (int)(*c)->group != group) ||
		    (family && !command_in_family(*c, family)))
			continue;
		if (!any)
			heading(s, family ? "Commands" : group_title((*c)->group));
		any = true;
		text_row(&s->out, (*c)->words, (*c)->summary, widest + 5, page_width(s));
	}
}

/* words are those that they begin with, "" or "template ". */
static void usage_of_commands(struct session *s, const char *words)
{
	cleanup_strbuf struct strbuf usage = STRBUF_INIT;

	heading(s, "Usage");
	strbuf_addf(&usage, "%s %sCOMMAND [arguments] [options]", s->program_name, words);
	usage_line(s, usage.buf);
}

static void point_to_commands(struct session *s, const char *words)
{
	cleanup_strbuf struct strbuf text = STRBUF_INIT;

	strbuf_addf(&text, "'%s %sCOMMAND -h' shows everything about a command.", s->program_name,
		    words);
	strbuf_addch(&s->out, '\n');
	sentence(s, text.buf);
}

void help_overview(struct session *s)
{
	sentence(s, s->program->summary);
	usage_of_commands(s, "");
	for (int g = 0; g < GROUPS; g++)
		print_commands(s, g, NULL);
	point_to_commands(s, "");
}

void help_family(struct session *s, const struct command_family *family)
{
	cleanup_free char *words = xasprintf("%s ", family->words);

	sentence(s, family->summary);
	usage_of_commands(s, words);
	print_commands(s, -1, family->words);
	point_to_commands(s, words);
}
