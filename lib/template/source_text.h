/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * Positions inside scalars. A node knows where it begins; where something within its text
 * stands depends on quotes, indentation and folded lines, which only the source shows:
 * scalar_places.h for all of the text. Private to lib/template.
 */

#include "tree/node.h"

struct source_text {
	const char *text; /* borrowed; NULL: positions are estimated from the decoded text */
	size_t len;
	size_t *lines; /* where each begins */
	size_t line_count, alloc;
	/* The place that was looked up last: the next one is mostly behind it, on the same line. */
	struct pos last;
	const char *last_at;
};
#define SOURCE_TEXT_INIT { .text = NULL }

/* UTF-16 counts as no text. */
void source_text_init(struct source_text *s, const char *text, size_t len);
void source_text_release(struct source_text *s);

/* The character at a position, or NULL if the source has no such place. */
const char *source_text_at(struct source_text *s, const struct pos *pos);
/* Where the text of a scalar begins: inside its quotes, behind the header of a block. */
struct pos scalar_text_pos(struct source_text *s, const struct node *n);
/* Where the tag of a scalar begins, which is before n->pos. */
struct pos scalar_tag_pos(struct source_text *s, const struct node *n);
