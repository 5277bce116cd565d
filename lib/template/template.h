/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * Templates: reading (YAML, JSON or compiled), parameters, rendering, expansion,
 * compilation. One engine for both languages (docs/templates.md, OpenShift Templates).
 *
 *	template_read(text, …, &t, diags);
 *	template_bind(t, &args, &binding, diags);
 *	template_render(t, binding, &docs, diags);
 *
 * Diagnostics are collected in an error_list; a function that returns a negative class has put at
 * least one of severity error there. Codes: lib/template/diagnostics.h.
 *
 * The law: render(expand(T, A), B) = render(compile(expand(T, A)), B) = render(T, A ∪ B), byte for
 *byte.
 */

#include "template/ast.h"
#include "template/param.h"
#include "tree/read.h"

enum template_language { TEMPLATE_OWN, TEMPLATE_OPENSHIFT };

/* A parameter that an earlier expansion decided. */
struct decided {
	const char *name;
	struct param decl;
	const char *digest; /* hexadecimal HMAC-less SHA-256 of the canonical text */
	struct pos pos;
};

struct template
{
	struct arena *arena;
	enum template_language language;
	bool residual;	  /* written by expand: static checks were made on its original */
	const char *file; /* display name */
	const char *name, *description, *example; /* never NULL; "" */
	struct pos parameters_pos;
	struct param *params;
	size_t param_count;
	struct decided *decided;
	size_t decided_count;
	struct tpl *labels;  /* or NULL */
	struct tpl *message; /* or NULL */
	struct tpl *objects; /* TPL_SEQ or TPL_CONST; NULL: not read yet, see template_open() */
	/* Of a compiled template: how its objects are printed (layout.h), perhaps nothing; */
	const char *layout;
	size_t layout_len;
	/* its bytes; its source map until somebody needs a position. */
	const char *program;
	size_t program_len;
	const char *map;
	size_t map_len;
	const char **map_files;
	size_t map_file_count;
};

/* How !include finds a file: path as written, beside `from`; gives its text in the arena and its
 * display name. */
struct include_reader {
	int (*read)(struct include_reader *r, const char *from, const char *path, struct arena *a,
		    const char **ret_text, size_t *ret_len, const char **ret_name,
		    struct error *err);
};

/* Reads files below the folder of the template; refuses others, symbolic links out of it included.
 */
struct include_reader *include_reader_files(const char *template_path);
void include_reader_free(struct include_reader *r);

/*
 * Reads a template of either language, or a compiled program (told by its first bytes).
 * Static checks are made: unknown names, bad directives, near-misses (diagnostics T0xx to T3xx).
 * len bytes of text are borrowed until template_free when it is a program, else copied.
 */
int template_read(const char *text, size_t len, const char *name, struct include_reader *includes,
		  struct template **ret, struct error_list *diags);
void template_free(struct template *t);
/*
 * Like template_read(), for who only renders: the objects of a compiled template are read when they
 * are needed, and damage in them is reported then. trusted: the text is part of this very program.
 */
int template_open(const char *text, size_t len, const char *name, struct include_reader *includes,
		  bool trusted, struct template **ret, struct error_list *diags);
/*
 * Gives all parts of a compiled template their positions, which are not read before somebody has
 * to report one. The functions of this header do so by themselves; whoever reports something about
 * rendered objects calls it before template_render.
 */
void template_locate(struct template *t);
bool template_is_program(const char *text, size_t len);

/* A value that a user gave. */
struct assignment {
	const char *name, *value;
	size_t value_len;
	struct pos pos; /* line 0: the command line */
};

struct bind_options {
	const struct assignment *given;
	size_t given_count;
	bool ignore_unknown;
	struct random_source random;
};

/* The values of all parameters: name -> struct binding *, in the template's arena. */
struct bindings {
	struct strmap by_name;
};
void bindings_release(struct bindings *b);

/*
 * The text of a parameter that was generated, or NULL: to be compared, never to be shown. In the
 * template's arena.
 */
const char *template_generated(const struct template *t, const struct bindings *b, size_t param,
			       size_t *ret_len);

/* Checks what was given, adds defaults and generated values. */
int template_bind(struct template *t, const struct bind_options *opts, struct bindings *ret,
		  struct error_list *diags);

/* The objects, in template order, with labels merged; nodes live in the template's arena. */
int template_render(struct template *t, const struct bindings *b, struct documents *ret,
		    struct error_list *diags);
/*
 * The same as YAML text, as it is printed (tree_write_yaml with WRITE_TABS, "---" between objects).
 * A compiled template is printed without making objects. Nothing is appended if it fails.
 */
int template_render_yaml(struct template *t, const struct bindings *b, struct strbuf *out,
			 struct error_list *diags);
/* The message with its references filled, secrets as (secret), or NULL. */
const char *template_message(struct template *t, const struct bindings *b);

/*
 * Expansion: decides the given parameters and folds what they decide; the others stay.
 * *ret is a new template that shares t's arena: free it never, t last.
 * What is sure to fail when rendered is reported as a warning, with the code and place it will
 * have.
 */
int template_expand(struct template *t, const struct bind_options *opts, struct template **ret,
		    struct error_list *diags);

/* The template as YAML text of our own language, with its source map. */
void template_print(struct template *t, struct strbuf *out);
/* As an OpenShift Template; T5xx for each parameter that must be known for that. */
int template_to_openshift(struct template *t, struct node **ret, struct error_list *diags);
/* The compiled program. */
void template_compile(struct template *t, struct strbuf *out);
