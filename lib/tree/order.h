/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * The order in which a writer visits the entries of maps: sorted copies on one stack, or
 * the map itself if nothing is to be sorted or it is sorted already.
 */

#include "base/memory.h"
#include "tree/keys.h"

#include <string.h>

struct order {
	int (*compare)(const struct node *, const struct node *); /* NULL: as they stand */
	struct entry *sorted;
	size_t len, alloc;
};

#define ORDER_AS_IS SIZE_MAX

static inline bool order_is_kept(const struct order *o, const struct node *map)
{
	if (!o->compare)
		return true;
	for (size_t i = 1; i < map->len; i++)
		if (o->compare(map->entries[i - 1].key, map->entries[i].key) > 0)
			return false;
	return true;
}

/* Returns what order_entry() and order_end() want. */
static inline size_t order_begin(struct order *o, const struct node *map)
{
	size_t at = o->len;

	if (order_is_kept(o, map))
		return ORDER_AS_IS;
	ALLOC_GROW(o->sorted, at + map->len, o->alloc);
	memcpy(o->sorted + at, map->entries, map->len * sizeof(*o->sorted));
	entries_sort(o->sorted + at, map->len, o->compare);
	o->len += map->len;
	return at;
}

static inline struct entry order_entry(const struct order *o, const struct node *map, size_t at,
				       size_t i)
{
	return at == ORDER_AS_IS ? map->entries[i] : o->sorted[at + i];
}

static inline void order_end(struct order *o, size_t at)
{
	if (at != ORDER_AS_IS)
		o->len = at;
}

static inline void order_release(struct order *o)
{
	free(o->sorted);
}
