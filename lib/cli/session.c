/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/session.h"

#include <stdarg.h>
#include <string.h>

#include "base/log.h"
#include "base/memory.h"
#include "base/suggest.h"
#include "cli/help.h"
#include "cli/parse.h"

/* Puts the command that shows help behind whatever hint there is. */
static void point_to_help(const struct session *s, const char *words, struct error *err)
{
	cleanup_free char *hint = err->hint ? xstrdup(err->hint) : NULL;

	if (hint)
		error_hint(err, "%s (see '%s%s%s -h')", hint, s->program_name, *words ? " " : "",
			   words);
	else
		error_hint(err, "see '%s%s%s -h'", s->program_name, *words ? " " : "", words);
}

__attribute__((format(printf, 3, 0))) static void
add_diagnostic(struct session *s, enum severity severity, const char *fmt, va_list ap)
{
	cleanup_strbuf struct strbuf text = STRBUF_INIT;
	struct error err = ERROR_INIT;

	strbuf_vaddf(&text, fmt, ap);
	error_set(&err, ERR_FAILED, "%s", text.buf);
	err.severity = severity;
	error_list_take(&s->diagnostics, &err);
}

void session_warn(struct session *s, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	add_diagnostic(s, SEVERITY_WARNING, fmt, ap);
	va_end(ap);
}

void session_note(struct session *s, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	add_diagnostic(s, SEVERITY_NOTE, fmt, ap);
	va_end(ap);
}

int session_usage(struct session *s, struct error *err, const char *fmt, ...)
{
	cleanup_strbuf struct strbuf text = STRBUF_INIT;
	va_list ap;
	int r;

	va_start(ap, fmt);
	strbuf_vaddf(&text, fmt, ap);
	va_end(ap);
	r = error_set(err, ERR_USAGE, "%s", text.buf);
	point_to_help(s, s->command->words, err);
	return r;
}

static bool is_help(const char *word)
{
	return strcmp(word, "-h") == 0 || strcmp(word, "--help") == 0;
}

/* Offers the words that may stand behind family (NULL: at the beginning). */
static void suggest_word(const struct program *p, const char *family, const char *word,
			 struct suggestion *near)
{
	for (const struct command *const *c = p->commands; *c; c++) {
		const char *words = (*c)->words;

		if ((*c)->hidden || (family && !command_in_family(*c, family)))
			continue;
		if (family)
			words += strlen(family) + 1;
		suggest_offer(near, word, words);
	}
	for (const struct command_family *f = p->families; !family && f && f->words; f++)
		suggest_offer(near, word, f->words);
}

int command_unknown(const struct session *s, const char *family, const char *word,
		    struct error *err)
{
	struct suggestion near = { 0 };
	int r;

	if (word[0] == '-')
		r = error_set(err, ERR_USAGE, "option '%s' stands before the command", word);
	else if (family)
		r = error_set(err, ERR_USAGE, "unknown command '%s %s'", family, word);
	else
		r = error_set(err, ERR_USAGE, "unknown command '%s'", word);
	suggest_word(s->program, family, word, &near);
	if (word[0] == '-')
		error_hint(err, "put options behind the command");
	else if (near.best)
		error_hint(err, "did you mean '%s%s%s'?", family ? family : "", family ? " " : "",
			   near.best);
	point_to_help(s, family ? family : "", err);
	return r;
}

/* What begins with no command: help, a family alone, or a mistake. */
static int run_no_command(struct session *s, size_t argc, const char *const *argv,
			  struct error *err)
{
	const struct command_family *family = NULL;
	int r;

	if (argc == 0 || is_help(argv[0])) {
		help_overview(s);
		return 0;
	}
	family = family_find(s->program, argv[0]);
	if (!family)
		return command_unknown(s, NULL, argv[0], err);
	if (argc > 1 && is_help(argv[1])) {
		help_family(s, family);
		return 0;
	}
	if (argc > 1)
		return command_unknown(s, family->words, argv[1], err);
	r = error_set(err, ERR_USAGE, "'%s' needs a command", family->words);
	point_to_help(s, family->words, err);
	return r;
}

static void adopt(struct session *s, const struct parsed *p)
{
	s->argc = p->argc;
	s->args = p->args;
	s->dash = p->dash;
	s->globals = p->globals;
	s->format = p->format;
	s->format_arg = p->format_arg;
}

int session_run(struct session *s, size_t argc, const char *const *argv, struct error *err)
{
	static const char *const version[] = { "version", NULL };
	cleanup_parsed struct parsed p = { 0 };
	size_t used;
	int r;

	if (argc == 1 && strcmp(argv[0], "--version") == 0)
		argv = version;
	s->command = command_find(s->program, argc, argv, &used);
	if (!s->command)
		return run_no_command(s, argc, argv, err);
	r = parse_line(s->command, argc - used, argv + used, 0, &p, err);
	if (r < 0) {
		point_to_help(s, s->command->words, err);
		return r;
	}
	if (p.help) {
		help_command(s, s->command);
		return 0;
	}
	adopt(s, &p);
	if (s->globals.verbosity > 0)
		log_open(s->globals.verbosity, s->show_log);
	r = s->command->run(s, p.opts, err);
	/* They belong to p. */
	s->argc = 0;
	s->args = NULL;
	s->globals = (struct globals){ 0 };
	return r;
}

void session_release(struct session *s)
{
	strbuf_release(&s->out);
	error_list_release(&s->diagnostics);
}

bool session_discards(int result, const struct error *err)
{
	return result < 0 && err->class && error_exit_code(-result) <= 2;
}
