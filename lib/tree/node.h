/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * The document tree: what a JSON or YAML text says, with number text, key order,
 * key case and the source position of every node kept.
 *
 * Nodes live in an arena and are immutable once shared; whoever changes a tree
 * copies the spine (node_copy_shallow). YAML aliases make shared sub-trees: a tree
 * may be a DAG, never a cycle. Strings may hold NUL and are NUL-ended as well.
 *
 * Numbers keep text in JSON form: what JSON wrote, verbatim; what YAML 1.1 wrote in
 * a form of its own (0x1F, 0755, 1_000, +5, .5) as the exact JSON number.
 */

#include "base/arena.h"
#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum node_kind {
	NODE_NULL,
	NODE_BOOL,
	NODE_NUMBER,
	NODE_STRING,
	NODE_SEQ,
	NODE_MAP,
};

/*
 * What the reader of a text has seen in passing, so that nobody has to look again. A bit that is
 * not set says nothing.
 */
enum text_known {
	TEXT_NO_DOLLAR = 1 << 0,   /* no '$' */
	TEXT_WORD_BYTES = 1 << 1,  /* ASCII letters, digits and _ . / - only */
	TEXT_USUAL_BYTES = 1 << 2, /* printable ASCII without : # ' */
	TEXT_IN_PLACE = 1 << 3,	   /* the same bytes in the source, on one line */
};

struct node {
	uint8_t kind;	  /* enum node_kind */
	bool boolean : 1; /* of NODE_BOOL */
	bool plain : 1;	  /* the scalar was written without quotes in YAML */
	bool roomy : 1;	  /* entries has room for the next power of two; only node_set() sets it */
	uint8_t known;	  /* of text: enum text_known; who changes the text clears it */
	uint32_t len;	/* bytes of text, items of a sequence, entries of a map */
	struct pos pos; /* of a tagged scalar: where it begins behind the tag (its quote, if any) */
	const char *tag; /* local YAML tag such as "!expr", or NULL */
	union {
		const char *text; /* NODE_STRING, raw if tagged; NODE_NUMBER: JSON text */
		struct node **items;
		struct entry *entries;
	};
};

struct entry {
	struct node *key; /* NODE_STRING, perhaps with a tag */
	struct node *value;
};

/* Constructors; text is copied (len bytes), pos may be NULL. */
struct node *node_new(struct arena *a, enum node_kind kind, const struct pos *pos);
struct node *node_string(struct arena *a, const char *text, size_t len, const struct pos *pos);
struct node *node_cstring(struct arena *a, const char *text);
struct node *node_bool(struct arena *a, bool value);
/* text must be a JSON number. */
struct node *node_number(struct arena *a, const char *text, size_t len, const struct pos *pos);
/* A sequence or map over caller-filled arrays that live in the same arena. */
struct node *node_seq(struct arena *a, struct node **items, size_t len, const struct pos *pos);
struct node *node_map(struct arena *a, struct entry *entries, size_t len, const struct pos *pos);
/* A copy whose items or entries array may be changed; the children are shared. */
struct node *node_copy_shallow(struct arena *a, const struct node *n);

/*
 * Bytes that n takes in any text at least, what is shared counted each time. The walk ends as soon
 * as it is more than limit.
 */
size_t node_least_text(const struct node *n, size_t limit);

struct node *node_find(const struct node *n, const char *key, size_t len);
/* The value of a key (case-sensitive) or NULL; NULL too if n is NULL or no map. Last one wins. */
static inline struct node *node_get(const struct node *n, const char *key)
{
	return node_find(n, key, strlen(key));
}
/* Like node_get over several keys: node_path(n, "metadata", "name", NULL). */
struct node *node_path(const struct node *n, ...) __attribute__((sentinel));
/* Position of a key in a map, or -1. Last one wins. */
ptrdiff_t node_index(const struct node *n, const char *key, size_t len);
/* Sets a key in a map that node_copy_shallow or node_map made; grows the array in the arena. */
void node_set(struct arena *a, struct node *map, const char *key, struct node *value);
/* Sets a key to a string, unless text is NULL or empty. */
void node_set_text(struct arena *a, struct node *map, const char *key, const char *text);
/* Removes a key if it is there. */
void node_remove(struct node *map, const char *key);

bool node_is_string(const struct node *n, const char *text);
/* Its text if it is a string, else "". n may be NULL. */
static inline const char *node_text(const struct node *n)
{
	return n && n->kind == NODE_STRING ? n->text : "";
}
/* The same of the value of a key. */
static inline const char *node_text_of(const struct node *map, const char *key)
{
	return node_text(node_get(map, key));
}
/* "null", "boolean", "number", "string", "list", "map" — for messages. */
const char *node_kind_name(const struct node *n);
/* Deep equality: kinds, texts, order of items; key order ignored; numbers by text. */
bool node_equal(const struct node *a, const struct node *b);

/*
 * Typed getters over a map. They produce the error themselves, with position:
 * "field 'minimum': expected integer, got string". A missing key gives 0 and leaves
 * *ret alone; null counts as missing. Return 0 or -ERR_INVALID.
 */
int node_get_string(const struct node *map, const char *key, const char **ret, struct error *err);
int node_get_bool(const struct node *map, const char *key, bool *ret, struct error *err);
int node_get_seq(const struct node *map, const char *key, struct node **ret, struct error *err);
int node_get_map(const struct node *map, const char *key, struct node **ret, struct error *err);
