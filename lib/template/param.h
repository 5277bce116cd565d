/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * Parameters of a template: their declaration, types, defaults and generators.
 */

#include "template/source_text.h"
#include "template/value.h"

enum param_type {
	PARAM_STRING,
	PARAM_INTEGER,
	PARAM_BOOLEAN,
	PARAM_QUANTITY,
	PARAM_PORT,
	PARAM_NAME,
	PARAM_ENUM,
	PARAM_PASSWORD,
	PARAM_SECRET,
};

struct param {
	const char *name;
	struct pos pos; /* of the name's value in the declaration */
	enum param_type type;
	const char *display_name, *description; /* or NULL */
	const char *value;	/* default as text, or NULL */
	size_t value_len;
	struct pos value_pos;
	const char *generate, *from; /* or NULL; generate is "expression" */
	struct pos from_pos; /* or that of the wrong block, see param_locate_generator() */
	bool required;
	const char *minimum, *maximum; /* number or quantity text, or NULL */
	struct pos minimum_pos, maximum_pos;
	const char *pattern;	/* POSIX ERE, or NULL */
	struct pos pattern_pos;
	const char **choices;	/* enum, or NULL */
	size_t choice_count;
};

/* "string", "integer", …; param_type_from_name returns -1 for an unknown one. */
const char *param_type_name(enum param_type t);
int param_type_from_name(const char *name);
bool param_is_secret(const struct param *p);

/*
 * Reads one declaration of our own language (docs/templates.md "Parameters") and checks it, its
 * default included. strict: fields outside that table are errors (with a suggestion).
 */
int param_read(struct arena *a, const struct node *decl, struct param *ret, struct error *err);

/*
 * The typed value of the text that a user gave: checks type, bounds, pattern, choices. The message
 * names the parameter and never the value of a secret. Position: that of pos (where the value was
 * given), or none.
 */
int param_parse(struct arena *a, const struct param *p, const char *text, size_t len,
		const struct pos *pos, struct value *ret, struct error *err);

/*
 * Moves p->from_pos to the first block of its generator that is wrong, if one is. source is the
 * text of the file in which the declaration stands.
 */
void param_locate_generator(struct param *p, struct source_text *source, const struct node *decl);

/* Where generated text gets its randomness. */
struct random_source {
	const void *seed; /* NULL: getrandom */
	size_t seed_len;
	const char *cluster, *namespace_, *template_name; /* with a seed: HMAC of all of them */
};
/* The generated text of a parameter with `generate`. */
int param_generate(struct arena *a, const struct param *p, const struct random_source *rs,
		   const char **ret, size_t *ret_len, struct error *err);
