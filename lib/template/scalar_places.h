/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * Where each character of a scalar's text stands in the source: behind escapes, on folded and
 * indented lines. Without the source, and where source and text do not fit together, as if the
 * text went on there as it is. Private to lib/template.
 */

#include "template/source_text.h"

struct text_place {
	size_t offset; /* of the text */
	struct pos pos;
};

struct scalar_places {
	const struct node *node;
	/* Source and text, side by side, as far as they were looked at. */
	const char *p, *end; /* source; NULL: they go no further together */
	size_t at;	     /* of the text */
	struct pos pos;	     /* of p */
	struct pos expected; /* of the character at at, if nothing comes between */
	char style;	     /* its quote, '|' for both kinds of blocks, or NUL */
	size_t indent;	     /* of a block */
	/* Where the text begins, and where the source goes on otherwise than it does. */
	struct text_place start, *v;
	size_t len, alloc;
	struct text_place last; /* what was asked for last: the next one is mostly behind it */
};

/* n is a scalar and must outlive *ret. */
void scalar_places_init(struct scalar_places *ret, struct source_text *s, const struct node *n);
void scalar_places_release(struct scalar_places *p);
#define cleanup_scalar_places __attribute__((cleanup(scalar_places_release)))

/* The position of the character at this offset of the text. Cheap if offsets ascend. */
struct pos scalar_place(struct scalar_places *p, size_t offset);
