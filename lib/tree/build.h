/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * What both readers build a tree with: nodes by the chunk, and a stack of the nodes whose
 * parent is not closed yet (keys and values in turn, for a map).
 */

#include "base/memory.h"
#include "tree/node.h"

#include <string.h>

struct builder {
	struct arena *arena;
	const char *file; /* display name in the arena */
	struct node *next, *end;
	size_t chunk, made;
	bool full; /* beyond LIMIT_NODES: the reader ends with builder_fail_full() */
	struct node **stack;
	size_t top, alloc;
};

#define BUILD_FIRST_CHUNK   8
#define BUILD_LARGEST_CHUNK 1024

static inline void builder_release(struct builder *b)
{
	free(b->stack);
}

void builder_refill(struct builder *b);
/* What is too much stands about at pos; what is "JSON" or "YAML". Returns -ERR_LIMIT. */
int builder_fail_full(const struct builder *b, uint32_t line, uint32_t column, const char *what,
		      struct error *err);

static inline struct node *builder_node(struct builder *b, enum node_kind kind, uint32_t line,
					uint32_t column)
{
	struct node *n;

	if (b->next == b->end)
		builder_refill(b);
	n = b->next++;
	*n = (struct node){ .kind = (uint8_t)kind, .pos = { line, column, b->file } };
	return n;
}

static inline void builder_push(struct builder *b, struct node *n)
{
	if (b->top == b->alloc)
		ALLOC_GROW(b->stack, b->top + 1, b->alloc);
	b->stack[b->top++] = n;
}

/* Makes what lies on the stack above base the children of n, and takes it off. */
void builder_close(struct builder *b, struct node *n, size_t base);

/*
 * Looks for keys that are there twice: an error, or with last_wins the later ones win.
 * what is "JSON" or "YAML", for the message.
 */
int builder_check_keys(struct builder *b, struct node *map, bool last_wins, const char *what,
		       struct error *err);

/* Text for a message: cut to what is legible, control characters replaced. In the arena. */
const char *builder_excerpt(struct arena *a, const char *text, size_t len);
