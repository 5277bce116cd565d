/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/complete.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "cli/parse.h"

void completions_add(struct completions *c, const char *value, const char *description)
{
	if (strncmp(value, c->word, strlen(c->word)) != 0)
		return;
	if (description && *description)
		strvec_addf(&c->values, "%s%s\t%.*s", c->lead, value,
			    (int)strcspn(description, "\n"), description);
	else
		strvec_addf(&c->values, "%s%s", c->lead, value);
}

const char *completion_option(const struct completion_request *rq, const char *long_name)
{
	for (const struct option_spec *o = rq->command->options; o && o->type; o++) {
		if (o->type == OPTION_STRING && strcmp(o->long_name, long_name) == 0)
			return *(const char *const *)((const char *)rq->opts + o->offset);
	}
	return NULL;
}

void completions_release(struct completions *c)
{
	strvec_release(&c->values);
}

void complete_file(const struct completion_request *rq UNUSED, struct completions *out)
{
	out->directive &= ~(unsigned)COMPLETE_NO_FILES;
}

void complete_directory(const struct completion_request *rq UNUSED, struct completions *out)
{
	out->directive &= ~(unsigned)COMPLETE_NO_FILES;
	out->directive |= COMPLETE_DIRECTORIES;
}

static bool listed(const struct completions *c, const char *value)
{
	size_t len = strlen(value);

	for (size_t i = 0; i < c->values.len; i++) {
		if (strncmp(c->values.v[i], value, len) == 0 &&
		    (c->values.v[i][len] == '\t' || c->values.v[i][len] == '\0'))
			return true;
	}
	return false;
}

/* The next word of every command that the argc words before it begin. */
static void complete_command(const struct program *p, size_t argc, const char *const *argv,
			     struct completions *out)
{
	cleanup_strbuf struct strbuf before = STRBUF_INIT;

	for (size_t i = 0; i < argc; i++)
		strbuf_addf(&before, "%s ", argv[i]);
	for (const struct command *const *c = p->commands; *c; c++) {
		const char *rest = (*c)->words + before.len, *summary = (*c)->summary;
		cleanup_free char *word = NULL;

		if ((*c)->hidden || strncmp((*c)->words, before.buf, before.len) != 0)
			continue;
		word = xmemdupz(rest, strcspn(rest, " "));
		if (strchr(rest, ' ')) {
			const struct command_family *f = family_find(p, word);

			summary = f ? f->summary : NULL;
		}
		if (!listed(out, word))
			completions_add(out, word, summary);
	}
}

static void complete_format(const struct command *c, struct completions *out)
{
	enum format f;

	for (size_t i = 0; (f = format_at(i)) != FORMAT_NONE; i++) {
		cleanup_strbuf struct strbuf name = STRBUF_INIT;

		if (!(c->formats & f))
			continue;
		strbuf_addf(&name, "%s%s", format_name(f), f & FORMAT_WITH_ARGUMENT ? "=" : "");
		completions_add(out, name.buf, NULL);
	}
	/* A lone "jsonpath=" is not the whole word yet. */
	if (out->values.len == 1 &&
	    out->values.v[0][strlen(out->values.v[0]) - 1] == '=')
		out->directive |= COMPLETE_NO_SPACE;
}

static void complete_value(const struct option_spec *o, struct completion_request *rq,
			   struct completions *out)
{
	out->word = rq->word;
	if (o->type == OPTION_CHOICE) {
		for (size_t i = 0; o->choices[i]; i++)
			completions_add(out, o->choices[i], NULL);
	} else if (o->type == OPTION_FLAG) {
		completions_add(out, "true", NULL);
		completions_add(out, "false", NULL);
	} else if (strcmp(o->long_name, "output") == 0 && rq->command->formats) {
		complete_format(rq->command, out);
	} else if (o->complete) {
		o->complete(rq, out);
	}
}

static void complete_option_names(const struct command *c, struct completions *out)
{
	struct option_source sources[OPTION_SOURCES];
	size_t n = option_sources(c, sources);

	for (size_t i = 0; i < n; i++) {
		for (const struct option_spec *o = sources[i].options; o->type; o++) {
			cleanup_free char *word = xasprintf("--%s", o->long_name);

			if (!(o->flags & OPTION_HIDDEN))
				completions_add(out, word, o->help);
		}
	}
}

/*
 * The option whose value is glued to the word ("--out=j", "-oj"); its value begins at *ret_value.
 * NULL: the word is no such thing.
 */
static const struct option_spec *glued_option(const struct command *c, const char *word,
					      const char **ret_value)
{
	const struct option_spec *o;
	const char *equals = strchr(word, '=');

	if (word[0] != '-' || !word[1])
		return NULL;
	if (word[1] == '-') {
		*ret_value = equals ? equals + 1 : NULL;
		return equals ? option_by_long(c, word + 2, (size_t)(equals - word) - 2, NULL)
			      : NULL;
	}
	o = option_by_short(c, word[1], NULL);
	if (!o || option_value_optional(o) || !word[2])
		return NULL;
	*ret_value = word + 2 + (word[2] == '=');
	return o;
}

static const struct arg_spec *positional_at(const struct command *c, size_t index)
{
	size_t before = 0;

	for (const struct arg_spec *a = c->args; a && a->name; a++) {
		if (a->max == ARGS_ANY || index < before + (size_t)a->max)
			return a;
		before += (size_t)a->max;
	}
	return NULL;
}

static void complete_in_command(struct completion_request *rq, const struct parsed *line,
				struct completions *out)
{
	const struct option_spec *o = line->pending;
	const char *value, *word = rq->word;
	const struct arg_spec *arg;

	if (o) {
		complete_value(o, rq, out);
		return;
	}
	if (line->dash < 0 && word[0] == '-' && !rq->command->raw_args) {
		o = glued_option(rq->command, word, &value);
		if (!o) {
			complete_option_names(rq->command, out);
			return;
		}
		cleanup_free char *lead = xmemdupz(word, (size_t)(value - word));

		out->lead = lead;
		rq->word = value;
		complete_value(o, rq, out);
		out->lead = "";
		return;
	}
	arg = positional_at(rq->command, line->argc);
	if (arg && arg->complete)
		arg->complete(rq, out);
}

void complete_words(const struct program *program, size_t argc, const char *const *argv,
		    struct completions *ret)
{
	const char *word = argc ? argv[argc - 1] : "";
	size_t before = argc ? argc - 1 : 0, used;
	cleanup_parsed struct parsed line = { 0 };
	cleanup_error struct error err = ERROR_INIT;
	struct completion_request rq = { .program = program, .word = word };

	*ret = (struct completions){
		.word = word, .lead = "", .values = STRVEC_INIT, .directive = COMPLETE_NO_FILES
	};
	rq.command = command_find(program, before, argv, &used);
	if (!rq.command) {
		complete_command(program, before, argv, ret);
		return;
	}
	parse_line(rq.command, before - used, argv + used, PARSE_PARTIAL, &line, &err);
	rq.argc = line.argc;
	rq.args = line.args;
	rq.opts = line.opts;
	rq.globals = &line.globals;
	complete_in_command(&rq, &line, ret);
}

void completions_print(const struct completions *c, struct strbuf *out)
{
	for (size_t i = 0; i < c->values.len; i++)
		strbuf_addf(out, "%s\n", c->values.v[i]);
	strbuf_addf(out, ":%u\n", c->directive);
}
