/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/man.h"

#include <ctype.h>
#include <string.h>

#include "base/memory.h"
#include "base/utf8.h"
#include "cli/help.h"
#include "cli/parse.h"

/* What is typed before the words of a command. */
#define TYPED "kubectl mysql"

static bool ends_sentence(const char *p)
{
	return *p == '.' && p[1] == ' ' && p[2] >= 'A' && p[2] <= 'Z';
}

/* Appends the character at p so that roff shows it as it is; returns its length in bytes. */
static size_t add_character(struct strbuf *out, const char *p)
{
	static const struct {
		char c;
		const char *escape;
	} escapes[] = {
		{ '\\', "\\e" },	{ '-', "\\-" },	{ '"', "\\(dq" },
		{ '\'', "\\(aq" }, { '`', "\\(ga" }, { '^', "\\(ha" }, { '~', "\\(ti" },
	};
	size_t len = 1;

	if ((unsigned char)*p >= 0x80) {
		len = utf8_sequence(p, p + strlen(p));
		if (len)
			strbuf_addf(out, "\\[u%04X]", utf8_decode(p, &len));
		return len ? len : 1;
	}
	for (size_t i = 0; i < ARRAY_SIZE(escapes); i++) {
		if (escapes[i].c == *p) {
			strbuf_addstr(out, escapes[i].escape);
			return 1;
		}
	}
	strbuf_addch(out, *p);
	return 1;
}

/* Text of a line of its own: roff sees no request, escape or ligature in it. */
static void add_text(struct strbuf *out, const char *text)
{
	bool line_start = true;

	for (const char *p = text; *p;) {
		bool sentence = ends_sentence(p);

		if (line_start && *p == '.')
			strbuf_addstr(out, "\\&");
		line_start = sentence || *p == '\n';
		p += add_character(out, p);
		/* mdoc wants each sentence on a line of its own. */
		if (sentence) {
			strbuf_addch(out, '\n');
			p++;
		}
	}
}

/* One argument of a macro: quoted, and not taken for a macro's name or a delimiter. */
static void add_argument(struct strbuf *out, const char *text)
{
	strbuf_addstr(out, " \"\\&");
	while (*text)
		text += add_character(out, text);
	strbuf_addch(out, '"');
}

/* Paragraphs parted by blank lines. */
static void add_paragraphs(struct strbuf *out, const char *text)
{
	cleanup_strbuf struct strbuf part = STRBUF_INIT;
	const char *end;

	while ((end = strstr(text, "\n\n"))) {
		strbuf_reset(&part);
		strbuf_add(&part, text, (size_t)(end - text));
		add_text(out, part.buf);
		strbuf_addstr(out, "\n.Pp\n");
		text = end + 2;
	}
	add_text(out, text);
	strbuf_addch(out, '\n');
}

/* A summary or help text as a sentence. */
static void add_sentence(struct strbuf *out, const char *text)
{
	char first[] = { (char)toupper((unsigned char)*text), '\0' };

	if (!*text)
		return;
	add_text(out, first);
	/* Not at the start of a line any more. */
	add_text(out, text + 1);
	strbuf_addstr(out, text[strlen(text) - 1] == '.' ? "\n" : ".\n");
}

void man_name(const struct program *p, const struct command *c, struct strbuf *out)
{
	strbuf_addstr(out, p->name);
	if (!c)
		return;
	strbuf_addch(out, '-');
	for (const char *w = c->words; *w; w++)
		strbuf_addch(out, *w == ' ' ? '-' : *w);
}

static void add_header(const struct program *p, const struct command *c, struct strbuf *out)
{
	cleanup_strbuf struct strbuf name = STRBUF_INIT;

	man_name(p, c, &name);
	strbuf_addf(out, ".\\\" Made from the command tables by '%s help -o man'.\n", p->name);
	strbuf_addf(out, ".Dd %s\n.Dt ", p->date);
	for (size_t i = 0; i < name.len; i++)
		strbuf_addch(out, (char)toupper((unsigned char)name.buf[i]));
	strbuf_addf(out, " 1\n.Os %s %s\n.Sh NAME\n.Nm %s\n.Nd ", p->name, p->version, name.buf);
	add_text(out, c ? c->summary : p->summary);
	strbuf_addstr(out, "\n.Sh SYNOPSIS\n");
}

static void add_option(const struct command *c, const struct option_spec *o, struct strbuf *out)
{
	cleanup_strbuf struct strbuf help = STRBUF_INIT;

	strbuf_addstr(out, ".It ");
	if (o->short_name)
		strbuf_addf(out, "Fl %c , ", o->short_name);
	strbuf_addf(out, "Fl \\-%s", o->long_name);
	if (o->value_name && o->implied)
		strbuf_addstr(out, " Ns Oo = Ns Ar");
	else if (o->value_name)
		strbuf_addstr(out, " Ns = Ns Ar");
	if (o->value_name)
		add_argument(out, o->value_name);
	if (o->value_name && o->implied)
		strbuf_addstr(out, " Oc");
	strbuf_addch(out, '\n');
	option_help_text(c, o, &help);
	add_sentence(out, help.buf);
}

static void add_options(const struct command *c, struct strbuf *out)
{
	struct option_source sources[OPTION_SOURCES];
	size_t n = option_sources(c, sources);
	bool kubernetes = false;

	strbuf_addstr(out, ".Sh OPTIONS\n.Bl -tag -width Ds\n");
	for (size_t i = 0; i < n; i++) {
		if (sources[i].origin == ORIGIN_GLOBAL && !kubernetes) {
			kubernetes = true;
			strbuf_addstr(out, ".El\n.Pp\nAs in\n.Xr kubectl 1 :\n"
					   ".Bl -tag -width Ds\n");
		}
		for (const struct option_spec *o = sources[i].options; o->type; o++) {
			if (!(o->flags & OPTION_HIDDEN))
				add_option(c, o, out);
		}
	}
	strbuf_addstr(out, ".El\n");
}

static void add_examples(const struct command *c, struct strbuf *out)
{
	if (!c->examples || !c->examples->line)
		return;
	strbuf_addstr(out, ".Sh EXAMPLES\n");
	for (const struct example *e = c->examples; e->line; e++) {
		char first[] = { (char)toupper((unsigned char)*e->help), '\0' };

		if (e != c->examples)
			strbuf_addstr(out, ".Pp\n");
		add_text(out, first);
		add_text(out, e->help + 1);
		strbuf_addstr(out, ":\n.Bd -literal -offset indent\n" TYPED " ");
		add_text(out, e->line);
		strbuf_addstr(out, "\n.Ed\n");
	}
}

static void add_exit_codes(const struct exit_code *codes, struct strbuf *out)
{
	for (const struct exit_code *e = codes; e && e->meaning; e++) {
		strbuf_addf(out, ".It %d\n", e->code);
		add_sentence(out, e->meaning);
	}
}

static void add_exit_section(const struct command *c, struct strbuf *out)
{
	strbuf_addstr(out, ".Sh EXIT STATUS\n.Bl -tag -width Ds\n");
	add_exit_codes(common_exit_codes, out);
	if (c)
		add_exit_codes(c->exit_codes, out);
	strbuf_addstr(out, ".El\n");
}

void man_command(const struct program *p, const struct command *c, struct strbuf *out)
{
	cleanup_strbuf struct strbuf usage = STRBUF_INIT;

	add_header(p, c, out);
	strbuf_addf(out, ".Nm " TYPED " %s\n", c->words);
	usage_positionals(c, &usage);
	if (usage.len) {
		strbuf_addstr(out, ".Ar");
		add_argument(out, usage.buf);
		strbuf_addch(out, '\n');
	}
	strbuf_addstr(out, ".Op Ar options\n.Sh DESCRIPTION\n");
	if (c->description)
		add_paragraphs(out, c->description);
	else
		add_sentence(out, c->summary);
	if (c->args && c->args->name) {
		strbuf_addstr(out, ".Bl -tag -width Ds\n");
		for (const struct arg_spec *a = c->args; a->name; a++) {
			strbuf_addstr(out, ".It Ar");
			add_argument(out, a->name);
			strbuf_addch(out, '\n');
			add_sentence(out, a->help);
		}
		strbuf_addstr(out, ".El\n");
	}
	add_options(c, out);
	add_exit_section(c, out);
	add_examples(c, out);
	strbuf_addf(out, ".Sh SEE ALSO\n.Xr %s 1\n", p->name);
}

void man_program(const struct program *p, struct strbuf *out)
{
	add_header(p, NULL, out);
	strbuf_addstr(out, ".Nm " TYPED "\n.Ar command\n.Op Ar arguments\n.Op Ar options\n"
			   ".Sh DESCRIPTION\n");
	add_sentence(out, p->summary);
	for (int g = 0; g < GROUPS; g++) {
		bool any = false;

		for (const struct command *const *c = p->commands; *c; c++) {
			if ((*c)->hidden || (int)(*c)->group != g)
				continue;
			if (!any)
				strbuf_addf(out, ".Ss %s\n.Bl -tag -width Ds\n",
					    group_title((enum command_group)g));
			any = true;
			strbuf_addstr(out, ".It Xr ");
			man_name(p, *c, out);
			strbuf_addstr(out, " 1\n");
			add_sentence(out, (*c)->summary);
		}
		if (any)
			strbuf_addstr(out, ".El\n");
	}
	strbuf_addstr(out, ".Sh ENVIRONMENT\n.Bl -tag -width Ds\n.It Ev COLUMNS\n"
			   "Width of the help, from 40 to 100, instead of the terminal\\(aqs.\n"
			   ".It Ev NO_COLOR\n"
			   "When set to anything but the empty string, no colours are written.\n"
			   ".El\n");
	add_exit_section(NULL, out);
	strbuf_addstr(out, "When the reader of its output goes away, a command ends by the signal "
			   "SIGPIPE, without a message: a shell calls that 141.\n");
	strbuf_addstr(out, ".Sh SEE ALSO\n.Xr kubectl 1\n");
}
