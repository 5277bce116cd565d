/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Whether two trees that were read are alike in everything: order, styles and positions, too. */

#include "tree/node.h"

#include <string.h>

static bool same_text_in_both(const struct node *a, const struct node *b)
{
	if (!a->text || !b->text)
		return a->text == b->text && a->len == b->len;
	return a->len == b->len && memcmp(a->text, b->text, (size_t)a->len + 1) == 0;
}

static bool same_place(const struct node *a, const struct node *b)
{
	return a->pos.line == b->pos.line && a->pos.column == b->pos.column &&
	       strcmp(a->pos.file, b->pos.file) == 0;
}

static bool same_flags(const struct node *a, const struct node *b)
{
	if (a->kind != b->kind || a->boolean != b->boolean || a->plain != b->plain)
		return false;
	return a->tag && b->tag ? strcmp(a->tag, b->tag) == 0 : a->tag == b->tag;
}

/* The first node that differs, of a; NULL if none does. Aliases are followed. */
static const struct node *different_node(const struct node *a, const struct node *b)
{
	const struct node *found = NULL;

	if (!same_flags(a, b) || !same_place(a, b))
		return a;
	if (a->kind != NODE_SEQ && a->kind != NODE_MAP)
		return same_text_in_both(a, b) ? NULL : a;
	if (a->len != b->len)
		return a;
	for (size_t i = 0; i < a->len && !found; i++)
		if (a->kind == NODE_SEQ) {
			found = different_node(a->items[i], b->items[i]);
		} else {
			found = different_node(a->entries[i].key, b->entries[i].key);
			if (!found)
				found = different_node(a->entries[i].value, b->entries[i].value);
		}
	return found;
}
