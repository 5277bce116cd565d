/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * What the template commands have in common: a template by name or file, and the values that
 * -p, arguments and --param-file give.
 */

#include "cli/command.h"
#include "cmd/common/input.h"
#include "template/template.h"

struct template_source {
	struct template *template;
	struct inputs inputs; /* a compiled template borrows its text */
	struct include_reader *includes;
	bool to_render; /* objects are not wanted before they are */
};

#define TEMPLATE_SOURCE_INIT                                                                       \
	{                                                                                          \
		0                                                                                  \
	}

/*
 * Opens the template that a name of the catalogue or a path (with a '/' or a file ending) names,
 * or, when file is not NULL, that file, URL, or "-". Diagnostics go to the session; then the class
 * comes without an error set.
 */
int template_source_open(struct template_source *src, struct session *s, const char *name,
			 const char *file, struct error *err);
/* The same for who only renders: see template_open(). */
int template_source_to_render(struct template_source *src, struct session *s,
				   const char *name, const char *file, struct error *err);
/* Whether an argument is written as a path: no name of the catalogue is. */
bool template_is_path(const char *arg);
void template_source_release(struct template_source *src);
#define cleanup_template_source __attribute__((cleanup(template_source_release)))

enum given { GIVEN_BY_COMMAND_LINE = 1, GIVEN_BY_FILE };

/* Values from the command line, and where from. */
struct values {
	struct arena *arena;
	struct inputs files;
	struct assignment *items;
	size_t len, alloc;
	struct strmap by_name; /* name -> enum given */
};

#define VALUES_INIT                                                                                \
	{                                                                                          \
		0                                                                                  \
	}

/* Adds NAME=VALUE; a name that was given by the command line already is T114. */
int values_add(struct values *v, const char *text, struct error *err);
/* Adds those of a file that the command line did not give; the first file wins, others warn. */
int values_add_file(struct values *v, struct session *s, const char *path, struct error *err);
/* All of: -p options, positionals from `first` on, --param-file. */
int values_collect(struct values *v, struct session *s, const struct option_list *params,
		   const struct option_list *files, size_t first, struct error *err);
void values_release(struct values *v);
#define cleanup_values __attribute__((cleanup(values_release)))

/* Completes names of the catalogue and files; behind the template, its parameters. */
completer complete_template;
/* Completes NAME= of the parameters that the template of the line has. */
completer complete_parameter;
