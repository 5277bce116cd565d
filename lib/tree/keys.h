/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* The keys of a map: equal ones, and their order in output. */

#include "tree/node.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One of 64 marks, the same for equal texts: where all keys have different ones, none is twice. */
static inline uint64_t key_mark(const struct node *key)
{
	const unsigned char *text = (const unsigned char *)key->text;
	size_t len = key->len;

	return (uint64_t)1 << (len ? (text[0] + text[len - 1] * 5u + len * 11u) % 64 : 0);
}

/* Same text, and neither has a tag (what a tagged key will be is not known yet). */
bool keys_equal(const struct node *a, const struct node *b);

/* Finds the first key that an earlier entry has already; sets both positions. */
bool entries_duplicate(const struct entry *entries, size_t len, size_t *ret_first,
		       size_t *ret_second);
/* Later entries take the place of earlier ones with the same key. Returns the new length. */
size_t entries_last_wins(struct entry *entries, size_t len);

/* By bytes, as JSON output has it. */
int key_compare_bytes(const struct node *a, const struct node *b);
/* As go-yaml sorts: letters behind all else, numbers in a text by value (a2 before a10). */
int key_compare_natural(const struct node *a, const struct node *b);
/* Sorts by one of the two. Stable. */
void entries_sort(struct entry *entries, size_t len,
		  int (*compare)(const struct node *, const struct node *));

/* Unicode letters; beyond Latin told by block, well enough for an order and for quoting. */
bool unicode_is_letter(uint32_t c);
