/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * The syntax tree of a go-template, between gotemplate_parse.c, gotemplate.c and
 * gotemplate_call.c.
 */

#include "tree/gotemplate.h"
#include "tree/goprint.h"

enum term_kind {
	TERM_DOT,
	TERM_NIL,
	TERM_VALUE, /* a literal */
	TERM_VARIABLE,
	TERM_FUNCTION,
	TERM_PIPE, /* in brackets */
};

struct gt_function;

/* One operand, and the fields behind it: .a.b is the dot with two fields. */
struct term {
	enum term_kind kind;
	struct pos pos;
	struct go_value value;
	const char *name; /* TERM_VARIABLE: with its "$" */
	const struct gt_function *function;
	struct pipeline *pipe;
	const char **fields;
	size_t field_count;
};

struct gt_command {
	struct term **terms; /* the first one, and its arguments */
	size_t count;
};

struct pipeline {
	struct pos pos;
	const char *variables[2]; /* set to the value; in a range index and item */
	size_t variable_count;
	bool assign; /* "=", not ":=" */
	struct gt_command **commands;
	size_t count;
};

enum gt_node_kind { GT_TEXT, GT_PRINT, GT_IF, GT_WITH, GT_RANGE, GT_BREAK, GT_CONTINUE };

struct gt_list {
	struct gt_node **nodes;
	size_t count;
};

struct gt_node {
	enum gt_node_kind kind;
	struct pos pos;
	const char *text; /* GT_TEXT */
	size_t len;
	struct pipeline *pipe;
	struct gt_list body, otherwise;
};

struct gotemplate {
	struct gt_list list;
};

/* What functions see of a run. */
struct gt_call {
	struct arena *arena;
	struct error *err;
	struct pos pos;
};

struct gt_function {
	const char *name;
	size_t least, most; /* arguments */
	int (*call)(struct gt_call *c, const struct go_value *args, size_t count,
		    struct go_value *ret);
};

/*
 * The function of a name, or NULL. `and` and `or` have no call: they evaluate only what they
 * need.
 */
const struct gt_function *gotemplate_function(const char *name, size_t len);
/* What Go's templates take for true. */
bool gotemplate_truth(const struct go_value *v);
/* Appends the value as a template prints it. */
void gotemplate_add_value(struct strbuf *out, const struct go_value *v);
/* "a map", "a string": for messages. */
const char *gotemplate_kind_name(const struct go_value *v);

/* How Go's formatting verbs print the arguments. */
void gotemplate_printf(struct strbuf *out, const char *format, size_t len,
		       const struct go_value *args, size_t count);
