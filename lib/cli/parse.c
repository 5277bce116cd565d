/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/parse.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/suggest.h"
#include "cli/value.h"

struct parser {
	struct parsed *p;
	size_t argc;
	const char *const *argv;
	size_t next; /* the word to read next */
};

static void *base_of(struct parsed *p, enum option_origin origin)
{
	switch (origin) {
	case ORIGIN_OWN:
		return p->opts;
	case ORIGIN_GLOBAL:
		return &p->globals;
	case ORIGIN_COMMON:
		break;
	}
	return p;
}

/* -o is no option of c: elsewhere it writes to a file, in kubectl and here it is a format. */
static void hint_no_output(const struct command *c, struct error *err)
{
	const struct option_spec *to = option_by_long(c, "to", 2, NULL);
	const char *value = to && to->value_name ? to->value_name : "";

	if (strcmp(value, "FILE") == 0)
		error_hint(err, "-o is a format, which this command has not; "
				"--to=FILE writes to a file");
	else if (strcmp(value, "DIR") == 0)
		error_hint(err, "-o is a format, which this command has not; "
				"--to=DIR is where it writes");
	else
		error_hint(err, "-o is a format, which this command has not; "
				"'> FILE' writes to a file");
}

static int unknown_long(const struct command *c, const char *name, size_t len, struct error *err)
{
	cleanup_free char *word = xmemdupz(name, len);
	struct option_source sources[OPTION_SOURCES];
	size_t n = option_sources(c, sources);
	struct suggestion near = { 0 };
	int r = error_set(err, ERR_USAGE, "unknown option '--%s' for '%s'", word, c->words);

	for (size_t i = 0; i < n; i++) {
		for (const struct option_spec *o = sources[i].options; o->type; o++) {
			if (o->flags & OPTION_HIDDEN)
				continue;
			suggest_offer(&near, word, o->long_name);
			/* A beginning says more than any spelling. */
			if (len >= 2 && strncmp(o->long_name, word, len) == 0)
				near = (struct suggestion){ .best = o->long_name };
		}
	}
	if (strcmp(word, "output") == 0)
		hint_no_output(c, err);
	else if (near.best)
		error_hint(err, "did you mean '--%s'?", near.best);
	return r;
}

static int missing_value(struct parser *ps, const struct option_spec *o, struct error *err)
{
	ps->p->pending = o;
	return error_set(err, ERR_USAGE, "option '--%s' needs a value: --%s=%s", o->long_name,
			 o->long_name, o->value_name);
}

/* Sets the option to value, or to the next word if value is NULL and it needs one. */
static int take_option(struct parser *ps, const struct option_spec *o, enum option_origin origin,
		       const char *value, struct error *err)
{
	if (!value && option_value_optional(o))
		value = o->implied ? o->implied : "true";
	if (!value) {
		if (ps->next >= ps->argc)
			return missing_value(ps, o, err);
		value = ps->argv[ps->next++];
	}
	return option_set(o, base_of(ps->p, origin), value, err);
}

static int take_long(struct parser *ps, const char *word, struct error *err)
{
	size_t len = strcspn(word, "=");
	enum option_origin origin;
	const struct option_spec *o = option_by_long(ps->p->command, word, len, &origin);

	if (!o)
		return unknown_long(ps->p->command, word, len, err);
	return take_option(ps, o, origin, word[len] ? word + len + 1 : NULL, err);
}

/* Letters behind one dash: flags, the last one perhaps with a value. */
static int take_short(struct parser *ps, const char *word, struct error *err)
{
	for (const char *p = word; *p; p++) {
		enum option_origin origin;
		const struct option_spec *o = option_by_short(ps->p->command, *p, &origin);
		const char *value = NULL;
		int r;

		if (!o) {
			r = error_set(err, ERR_USAGE, "unknown option '-%.*s' for '%s'",
				      (unsigned char)*p < 0x80 ? 1 : (int)strlen(p), p,
				      ps->p->command->words);
			if (option_by_long(ps->p->command, word, strcspn(word, "="), NULL))
				error_hint(err, "did you mean '--%s'?", word);
			else if (*p == 'o')
				hint_no_output(ps->p->command, err);
			return r;
		}
		if (p[1] == '=')
			value = p + 2;
		else if (p[1] && !option_value_optional(o))
			value = p + 1;
		r = take_option(ps, o, origin, value, err);
		if (r < 0 || value)
			return r;
	}
	return 0;
}

static int take_word(struct parser *ps, const char *word, struct error *err)
{
	struct parsed *p = ps->p;

	if (p->dash < 0 && !p->command->raw_args && word[0] == '-' && word[1]) {
		if (strcmp(word, "--") == 0) {
			p->dash = (ptrdiff_t)p->argc;
			return 0;
		}
		if (word[1] == '-')
			return take_long(ps, word + 2, err);
		return take_short(ps, word + 1, err);
	}
	p->args[p->argc++] = word;
	return 0;
}

static int check_positionals(const struct parsed *p, struct error *err)
{
	size_t least = 0, most = 0;
	bool any = false;

	for (const struct arg_spec *a = p->command->args; a && a->name; a++) {
		least += (size_t)a->min;
		any |= a->max == ARGS_ANY;
		most += (size_t)a->max;
		if (p->argc < least)
			return error_set(err, ERR_USAGE, "'%s' needs an argument: %s",
					 p->command->words, a->name);
	}
	if (any || p->argc <= most)
		return 0;
	if (most == 0)
		return error_set(err, ERR_USAGE, "'%s' takes no arguments, got '%s'",
				 p->command->words, p->args[0]);
	return error_set(err, ERR_USAGE, "'%s' takes at most %zu argument%s, '%s' is one more",
			 p->command->words, most, most == 1 ? "" : "s", p->args[most]);
}

static int unknown_format(const struct parsed *p, struct error *err)
{
	cleanup_strbuf struct strbuf all = STRBUF_INIT;
	struct suggestion near = { 0 };
	enum format f;
	int r;

	for (size_t i = 0; (f = format_at(i)) != FORMAT_NONE; i++) {
		if (p->command->formats & f)
			suggest_offer(&near, p->output, format_name(f));
	}
	formats_list(p->command->formats, &all);
	r = error_set(err, ERR_USAGE, "unknown output format '%s' for '%s'", p->output,
		      p->command->words);
	if (strpbrk(p->output, "./") && !strchr(p->output, '='))
		error_hint(err, "-o is a format, such as %s; '> %s' writes to a file",
			   p->command->formats & FORMAT_YAML ? "yaml" : "json", p->output);
	else if (near.best)
		error_hint(err, "did you mean '%s'? It writes: %s", near.best, all.buf);
	else
		error_hint(err, "it writes: %s", all.buf);
	return r;
}

static enum format format_from(unsigned set, const char *name, size_t len)
{
	enum format f;

	for (size_t i = 0; (f = format_at(i)) != FORMAT_NONE; i++) {
		const char *known = format_name(f);

		if ((set & f) && strlen(known) == len && memcmp(known, name, len) == 0)
			return f;
	}
	return FORMAT_NONE;
}

/* Makes format and format_arg out of -o and --template, by kubectl's rules. */
static int choose_format(struct parsed *p, struct error *err)
{
	size_t len;

	p->format = p->command->default_format;
	if (!p->output) {
		if (p->template_text && (p->command->formats & FORMAT_GO_TEMPLATE)) {
			p->format = FORMAT_GO_TEMPLATE;
			p->format_arg = p->template_text;
		}
		return 0;
	}
	len = strcspn(p->output, "=");
	p->format = format_from(p->command->formats, p->output, len);
	if (!p->format || (p->output[len] && !(p->format & FORMAT_WITH_ARGUMENT)))
		return unknown_format(p, err);
	if (!(p->format & FORMAT_WITH_ARGUMENT))
		return 0;
	p->format_arg = p->output[len] ? p->output + len + 1 : p->template_text;
	if (p->format_arg && *p->format_arg)
		return 0;
	return error_set(err, ERR_USAGE, "output format '%s' needs a text: -o %s=TEXT",
			 format_name(p->format), format_name(p->format));
}

static void set_defaults(struct parsed *p)
{
	struct option_source sources[OPTION_SOURCES];
	size_t n = option_sources(p->command, sources);

	for (size_t i = 0; i < n; i++) {
		for (const struct option_spec *o = sources[i].options; o->type; o++)
			option_set_default(o, base_of(p, sources[i].origin));
	}
}

int parse_line(const struct command *c, size_t argc, const char *const *argv, unsigned flags,
	       struct parsed *ret, struct error *err)
{
	struct parser ps = { .p = ret, .argc = argc, .argv = argv };
	int r;

	*ret = (struct parsed){ .command = c, .dash = -1 };
	ret->opts = c->opts_size ? xcalloc(1, c->opts_size) : NULL;
	ret->args = xcalloc(argc + 1, sizeof(*ret->args));
	set_defaults(ret);
	while (ps.next < argc && !ret->help) {
		const char *word = argv[ps.next++];

		r = take_word(&ps, word, err);
		if (r >= 0)
			continue;
		if (!(flags & PARSE_PARTIAL))
			return r;
		error_release(err);
	}
	if (ret->help || (flags & PARSE_PARTIAL))
		return 0;
	r = check_positionals(ret, err);
	return r < 0 ? r : choose_format(ret, err);
}

void parsed_release(struct parsed *p)
{
	struct option_source sources[OPTION_SOURCES];
	size_t n;

	if (!p->command)
		return;
	n = option_sources(p->command, sources);
	for (size_t i = 0; i < n; i++)
		options_release(sources[i].options, base_of(p, sources[i].origin));
	free(p->opts);
	free(p->args);
	*p = (struct parsed){ 0 };
}
