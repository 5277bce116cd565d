/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * Positions inside scalars. A node knows where it begins; where a reference within its text
 * stands depends on quotes, indentation and folded lines, which only the source shows.
 * Positions are exact but for text that escapes hide ("\x24{…"). Private to lib/template.
 */

#include "tree/node.h"

struct source_text {
	const char *text; /* borrowed; NULL: positions are estimated from the decoded text */
	size_t len;
	size_t *lines; /* where each begins */
	size_t line_count, alloc;
};
#define SOURCE_TEXT_INIT { .text = NULL }

/* UTF-16 counts as no text. */
void source_text_init(struct source_text *s, const char *text, size_t len);
void source_text_release(struct source_text *s);

/* Where the text of a scalar begins: inside its quotes, behind the header of a block. */
struct pos scalar_text_pos(struct source_text *s, const struct node *n);
/* So many characters behind the beginning of a scalar on one line, inside its quotes. */
struct pos scalar_inner_pos(struct source_text *s, const struct pos *scalar, size_t characters);
/* Where the tag of a scalar begins, which is before n->pos. */
struct pos scalar_tag_pos(struct source_text *s, const struct node *n);

/* Finds each "${" of a scalar's text in the source, in order. */
struct reference_finder {
	const struct node *node;
	size_t done; /* of the node's text */
	const char *at, *end;
	struct pos pos; /* of at */
	struct pos start;
};
void reference_finder_init(struct reference_finder *f, struct source_text *s,
			   const struct node *n);
/* The position of the "${" at this offset of the text; offsets ascend. */
struct pos reference_finder_at(struct reference_finder *f, size_t offset);
