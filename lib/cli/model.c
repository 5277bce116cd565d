/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/model.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cli/help.h"
#include "cli/parse.h"

static struct node *new_map(struct arena *a)
{
	return node_map(a, NULL, 0, NULL);
}

static void set_text(struct arena *a, struct node *map, const char *key, const char *text)
{
	if (text)
		node_set(a, map, key, node_cstring(a, text));
}

static void set_true(struct arena *a, struct node *map, const char *key, bool value)
{
	if (value)
		node_set(a, map, key, node_bool(a, true));
}

static void set_integer(struct arena *a, struct node *map, const char *key, int64_t n)
{
	const char *text = arena_printf(a, "%" PRId64, n);

	node_set(a, map, key, node_number(a, text, strlen(text), NULL));
}

/* A sequence under construction; room for most items is taken at the start. */
static struct node *new_seq(struct arena *a, size_t most)
{
	struct node **items = arena_alloc(a, (most ? most : 1) * sizeof(*items));

	return node_seq(a, items, 0, NULL);
}

static void seq_add(struct node *seq, struct node *item)
{
	seq->items[seq->len++] = item;
}

static const char *type_name(enum option_type t)
{
	static const char *const names[] = {
		[OPTION_FLAG] = "boolean",     [OPTION_STRING] = "string",
		[OPTION_LIST] = "list",	       [OPTION_INTEGER] = "integer",
		[OPTION_DURATION] = "duration", [OPTION_CHOICE] = "choice",
	};

	return names[t];
}

static struct node *option_model(struct arena *a, const struct option_spec *o,
				 enum option_origin origin)
{
	struct node *map = new_map(a), *choices;
	char letter[] = { o->short_name, '\0' };
	size_t n = 0;

	set_text(a, map, "name", o->long_name);
	set_text(a, map, "short", *letter ? letter : NULL);
	set_text(a, map, "type", type_name(o->type));
	set_text(a, map, "valueName", o->value_name);
	set_text(a, map, "help", o->help);
	set_text(a, map, "default", o->fallback);
	set_text(a, map, "implied", o->implied);
	set_true(a, map, "kubernetes", origin == ORIGIN_GLOBAL);
	if (o->minimum || o->maximum) {
		set_integer(a, map, "minimum", o->minimum);
		set_integer(a, map, "maximum", o->maximum);
	}
	while (o->choices && o->choices[n])
		n++;
	if (n) {
		choices = new_seq(a, n);
		for (size_t i = 0; i < n; i++)
			seq_add(choices, node_cstring(a, o->choices[i]));
		node_set(a, map, "choices", choices);
	}
	return map;
}

static struct node *options_model(struct arena *a, const struct command *c)
{
	struct option_source sources[OPTION_SOURCES];
	size_t n = option_sources(c, sources), count = 0;
	struct node *seq;

	for (size_t i = 0; i < n; i++) {
		for (const struct option_spec *o = sources[i].options; o->type; o++)
			count++;
	}
	seq = new_seq(a, count);
	for (size_t i = 0; i < n; i++) {
		for (const struct option_spec *o = sources[i].options; o->type; o++) {
			if (!(o->flags & OPTION_HIDDEN))
				seq_add(seq, option_model(a, o, sources[i].origin));
		}
	}
	return seq;
}

static struct node *args_model(struct arena *a, const struct command *c)
{
	struct node *seq;
	size_t n = 0;

	while (c->args && c->args[n].name)
		n++;
	seq = new_seq(a, n);
	for (size_t i = 0; i < n; i++) {
		struct node *map = new_map(a);

		set_text(a, map, "name", c->args[i].name);
		set_text(a, map, "help", c->args[i].help);
		set_integer(a, map, "minimum", c->args[i].min);
		if (c->args[i].max != ARGS_ANY)
			set_integer(a, map, "maximum", c->args[i].max);
		seq_add(seq, map);
	}
	return seq;
}

static struct node *formats_model(struct arena *a, const struct command *c)
{
	struct node *seq;
	size_t n = 0;

	while (format_at(n))
		n++;
	seq = new_seq(a, n);
	for (size_t i = 0; i < n; i++) {
		struct node *map;

		if (!(c->formats & format_at(i)))
			continue;
		map = new_map(a);
		set_text(a, map, "name", format_name(format_at(i)));
		set_true(a, map, "takesText", format_at(i) & FORMAT_WITH_ARGUMENT);
		set_true(a, map, "default", format_at(i) == c->default_format);
		seq_add(seq, map);
	}
	return seq;
}

static struct node *examples_model(struct arena *a, const struct command *c)
{
	struct node *seq;
	size_t n = 0;

	while (c->examples && c->examples[n].line)
		n++;
	seq = new_seq(a, n);
	for (size_t i = 0; i < n; i++) {
		struct node *map = new_map(a);

		set_text(a, map, "line", c->examples[i].line);
		set_text(a, map, "help", c->examples[i].help);
		seq_add(seq, map);
	}
	return seq;
}

static void add_exit_codes(struct arena *a, struct node *seq, const struct exit_code *codes)
{
	for (const struct exit_code *e = codes; e && e->meaning; e++) {
		struct node *map = new_map(a);

		set_integer(a, map, "code", e->code);
		set_text(a, map, "meaning", e->meaning);
		seq_add(seq, map);
	}
}

static struct node *one_command(struct arena *a, const struct command *c)
{
	struct strbuf usage = STRBUF_INIT;
	struct node *map = new_map(a), *codes;
	size_t n = 3; /* those that every command has */

	set_text(a, map, "words", c->words);
	set_text(a, map, "group", group_title(c->group));
	set_text(a, map, "summary", c->summary);
	set_text(a, map, "description", c->description);
	usage_positionals(c, &usage);
	set_text(a, map, "arguments", usage.buf);
	strbuf_release(&usage);
	node_set(a, map, "positionals", args_model(a, c));
	node_set(a, map, "options", options_model(a, c));
	node_set(a, map, "formats", formats_model(a, c));
	node_set(a, map, "examples", examples_model(a, c));
	for (const struct exit_code *e = c->exit_codes; e && e->meaning; e++)
		n++;
	codes = new_seq(a, n);
	add_exit_codes(a, codes, common_exit_codes);
	add_exit_codes(a, codes, c->exit_codes);
	node_set(a, map, "exitCodes", codes);
	return map;
}

struct node *command_model(struct arena *a, const struct program *p, const struct command *only)
{
	struct node *map = new_map(a), *seq;
	size_t n = 0;

	while (p->commands[n])
		n++;
	set_text(a, map, "apiVersion", "kubectl-mysql/v1");
	set_text(a, map, "kind", "CommandModel");
	set_text(a, map, "name", p->name);
	set_text(a, map, "version", p->version);
	set_text(a, map, "summary", p->summary);
	seq = new_seq(a, n);
	for (size_t i = 0; i < n; i++) {
		const struct command *c = p->commands[i];

		if (only ? c == only : !c->hidden)
			seq_add(seq, one_command(a, c));
	}
	node_set(a, map, "commands", seq);
	return map;
}
