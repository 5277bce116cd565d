/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * Strings that hold JSON with references in it, such as {"a": "${X}", "n": [${N}]}: whether a text
 * is one, and whether a value that is filled in keeps it so. A reference stands inside a JSON
 * string, or alone where a value belongs. One pass over the text, no allocation.
 *
 * A value is judged by itself and by the text in front of it, never by other values: filling in one
 * that fits changes nothing of what is said about the others. lib/template/fold.c stands on that.
 * Private to lib/template.
 */

#include "base/limits.h"
#include "template/ast.h"

struct json_text {
	uint8_t state;
	bool key;	  /* the string is a key */
	bool quoted;	  /* a string was begun */
	uint8_t digits;	  /* of a \u escape, still to come */
	uint16_t depth, base;
	const char *word; /* rest of true, false or null */
	uint64_t maps[LIMIT_DEPTH / 64]; /* a bit for each level: map or list */
};

/* True if t, a TPL_TEXT, is such a text. Looks no further than at its first byte if that is no
 * bracket. */
bool json_text_holds(const struct tpl *t);

/* Then, piece by piece. */
void json_text_begin(struct json_text *j);
void json_text_literal(struct json_text *j, const char *text, size_t len);
/* True if the text of a value keeps the JSON whole; next is the literal text behind it, or NULL. */
bool json_text_value(struct json_text *j, const char *text, size_t len,
		     const struct tpl_piece *next);
/* True between the quotes of a string: where the next value stands. */
bool json_text_in_string(const struct json_text *j);
