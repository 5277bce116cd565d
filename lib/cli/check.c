/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/check.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/strvec.h"
#include "base/utf8.h"
#include "cli/parse.h"
#include "cli/value.h"

#define LONGEST_SUMMARY 60

struct check {
	const struct program *program;
	const struct command *command;
	struct error_list *list;
};

static void __attribute__((format(printf, 2, 3)))
complain(struct check *k, const char *fmt, ...)
{
	cleanup_strbuf struct strbuf text = STRBUF_INIT;
	struct error err = ERROR_INIT;
	va_list ap;

	va_start(ap, fmt);
	strbuf_vaddf(&text, fmt, ap);
	va_end(ap);
	error_set(&err, ERR_INVALID, "command '%s': %s", k->command->words, text.buf);
	error_list_take(k->list, &err);
}

/* Does text begin with a capital that is no name's, such as MySQL's? */
static bool capitalised(const char *text)
{
	if (*text < 'A' || *text > 'Z')
		return false;
	for (text++; *text && *text != ' '; text++) {
		if (*text >= 'A' && *text <= 'Z')
			return false;
	}
	return true;
}

/* Something at all, one line, lower case at the start (or a name in capitals), no full stop. */
static void check_phrase(struct check *k, const char *what, const char *name, const char *text)
{
	size_t len = text ? strlen(text) : 0;

	if (len == 0) {
		complain(k, "%s '%s' has no text", what, name);
		return;
	}
	if (capitalised(text))
		complain(k, "%s '%s' begins with a capital: '%s'", what, name, text);
	if (text[len - 1] == '.' || text[len - 1] == ' ')
		complain(k, "%s '%s' ends with a full stop or blank: '%s'", what, name, text);
	if (strpbrk(text, "\n\t"))
		complain(k, "%s '%s' is more than one line", what, name);
}

static void check_summary(struct check *k)
{
	const struct command *c = k->command;

	check_phrase(k, "summary of", c->words, c->summary);
	if (c->summary && utf8_count(c->summary, strlen(c->summary)) > LONGEST_SUMMARY)
		complain(k, "summary is longer than %d characters", LONGEST_SUMMARY);
	if (!c->run)
		complain(k, "has no run function");
	if (c->formats && !c->default_format)
		complain(k, "has formats but no default format");
	if (c->options && c->options->type && !c->opts_size)
		complain(k, "has options but no opts_size");
}

static void check_args(struct check *k)
{
	bool optional = false;

	for (const struct arg_spec *a = k->command->args; a && a->name; a++) {
		check_phrase(k, "argument", a->name, a->help);
		if (a->max < 1 || a->min < 0 || a->min > a->max)
			complain(k, "argument '%s' has odd bounds", a->name);
		if (a->max > 1 && a[1].name)
			complain(k, "argument '%s' may be repeated but is not the last", a->name);
		if (optional && a->min)
			complain(k, "argument '%s' is needed behind an optional one", a->name);
		optional |= !a->min;
	}
}

static void check_default(struct check *k, const struct option_spec *o, const char *text)
{
	union {
		bool flag;
		const char *string;
		int64_t number;
		int choice;
	} member;
	struct option_spec here = *o;
	struct error err = ERROR_INIT;

	if (!text)
		return;
	if (o->type == OPTION_LIST) {
		complain(k, "option '--%s' is a list with a default", o->long_name);
		return;
	}
	here.offset = 0;
	if (option_set(&here, &member, text, &err) < 0) {
		complain(k, "default: %s", err.message);
		error_release(&err);
	}
}

static void check_option(struct check *k, const struct option_spec *o)
{
	enum option_origin origin;

	check_phrase(k, "option", o->long_name, o->help);
	for (const char *p = o->long_name; *p; p++) {
		if (!((*p >= 'a' && *p <= 'z') || (*p >= '0' && *p <= '9') || *p == '-'))
			complain(k, "option '--%s' has an odd name", o->long_name);
	}
	if (option_by_long(k->command, o->long_name, strlen(o->long_name), &origin) != o)
		complain(k, "option '--%s' is there twice", o->long_name);
	if (o->short_name && option_by_short(k->command, o->short_name, &origin) != o)
		complain(k, "option '-%c' is there twice", o->short_name);
	if ((o->type == OPTION_FLAG) != !o->value_name)
		complain(k, "option '--%s': value name and type do not agree", o->long_name);
	if (o->type == OPTION_CHOICE && (!o->choices || !o->choices[0]))
		complain(k, "option '--%s' has no choices", o->long_name);
	check_default(k, o, o->fallback);
	check_default(k, o, o->implied);
}

static void check_options(struct check *k)
{
	struct option_source sources[OPTION_SOURCES];
	size_t n = option_sources(k->command, sources);

	for (size_t i = 0; i < n; i++) {
		for (const struct option_spec *o = sources[i].options; o->type; o++)
			check_option(k, o);
	}
}

/*
 * The words of a line up to the first pipe, redirection or comment, quotes removed: as much of a
 * shell as examples need.
 */
static void split_line(const char *line, struct strvec *ret)
{
	while (*line) {
		cleanup_strbuf struct strbuf word = STRBUF_INIT;
		char quote = 0;

		line += strspn(line, " ");
		if (!*line || strchr("|<>&;#", *line))
			return;
		for (; *line && (quote || *line != ' '); line++) {
			if (quote ? *line == quote : *line == '\'' || *line == '"')
				quote = quote ? 0 : *line;
			else
				strbuf_addch(&word, *line);
		}
		strvec_add(ret, word.buf);
	}
}

static void check_example(struct check *k, const struct example *e)
{
	cleanup_strvec struct strvec words = STRVEC_INIT;
	cleanup_parsed struct parsed p = { 0 };
	cleanup_error struct error err = ERROR_INIT;
	const struct command *c;
	size_t used;

	check_phrase(k, "example", e->line, e->help);
	split_line(e->line, &words);
	c = command_find(k->program, words.len, (const char *const *)words.v, &used);
	if (c != k->command) {
		complain(k, "example '%s' is of another command", e->line);
		return;
	}
	if (parse_line(c, words.len - used, (const char *const *)words.v + used, 0, &p, &err) < 0)
		complain(k, "example '%s': %s", e->line, err.message);
}

static void check_exit_codes(struct check *k)
{
	for (const struct exit_code *e = k->command->exit_codes; e && e->meaning; e++) {
		cleanup_free char *code = xasprintf("%d", e->code);

		check_phrase(k, "exit code", code, e->meaning);
		if (e->code <= 2 || e->code > 8)
			complain(k, "exit code %d is none of its own", e->code);
	}
}

static void check_words(struct check *k)
{
	const char *words = k->command->words, *blank = strchr(words, ' ');
	cleanup_free char *first = xmemdupz(words, strcspn(words, " "));

	if (command_by_words(k->program, words) != k->command)
		complain(k, "is there twice");
	if (blank && !family_find(k->program, first))
		complain(k, "the family '%s' is not in the list", first);
	if (blank && command_by_words(k->program, first))
		complain(k, "'%s' is a command and a family", first);
}

void commands_check(const struct program *p, struct error_list *ret)
{
	for (const struct command *const *c = p->commands; *c; c++) {
		struct check k = { .program = p, .command = *c, .list = ret };

		check_words(&k);
		check_summary(&k);
		check_args(&k);
		check_options(&k);
		if (!(*c)->hidden && (!(*c)->examples || !(*c)->examples->line))
			complain(&k, "has no example");
		for (const struct example *e = (*c)->examples; e && e->line; e++)
			check_example(&k, e);
		check_exit_codes(&k);
	}
}
