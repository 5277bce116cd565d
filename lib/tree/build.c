/* SPDX-License-Identifier: Apache-2.0 */
#include "tree/build.h"

#include "base/limits.h"
#include "tree/keys.h"

#define EXCERPT_BYTES 60

void builder_refill(struct builder *b)
{
	b->chunk = b->chunk ? b->chunk * 2 : BUILD_FIRST_CHUNK;
	if (b->chunk > BUILD_LARGEST_CHUNK)
		b->chunk = BUILD_LARGEST_CHUNK;
	b->next = arena_alloc(b->arena, b->chunk * sizeof(*b->next));
	b->end = b->next + b->chunk;
	b->full = b->made >= LIMIT_NODES;
	b->made += b->chunk;
}

int builder_fail_full(const struct builder *b, uint32_t line, uint32_t column, const char *what,
		      struct error *err)
{
	const struct pos pos = { .line = line, .column = column, .file = b->file };

	return error_set_at(err, ERR_LIMIT, &pos, "cannot read %s: more than %zu values", what,
			    LIMIT_NODES);
}

void builder_close(struct builder *b, struct node *n, size_t base)
{
	size_t count = b->top - base;
	struct node **children;

	b->top = base;
	n->len = (uint32_t)(n->kind == NODE_MAP ? count / 2 : count);
	if (!count)
		return;
	children = arena_alloc(b->arena, count * sizeof(*children));
	memcpy(children, b->stack + base, count * sizeof(*children));
	/* A pair of pointers is an entry. */
	_Static_assert(sizeof(struct entry) == 2 * sizeof(struct node *), "entry is a pair");
	if (n->kind == NODE_MAP)
		n->entries = (struct entry *)(void *)children;
	else
		n->items = children;
}

const char *builder_excerpt(struct arena *a, const char *text, size_t len)
{
	bool cut = len > EXCERPT_BYTES;
	char *copy;

	if (cut) {
		len = EXCERPT_BYTES;
		while (len > 0 && ((unsigned char)text[len] & 0xc0) == 0x80)
			len--;
	}
	copy = arena_alloc(a, len + 4);
	for (size_t i = 0; i < len; i++)
		copy[i] = (unsigned char)text[i] < 0x20 || text[i] == 0x7f ? '?' : text[i];
	memcpy(copy + len, cut ? "..." : "", cut ? 4 : 1);
	return copy;
}

int builder_check_keys(struct builder *b, struct node *map, bool last_wins, const char *what,
		       struct error *err)
{
	const struct node *first, *second;
	size_t i, j;

	if (!entries_duplicate(map->entries, map->len, &i, &j))
		return 0;
	if (last_wins) {
		map->len = (uint32_t)entries_last_wins(map->entries, map->len);
		return 0;
	}
	first = map->entries[i].key;
	second = map->entries[j].key;
	error_set_at(err, ERR_INVALID, &second->pos, "cannot read %s: key '%s' is there twice",
		     what, builder_excerpt(b->arena, second->text, second->len));
	error_hint(err, "the first one is on line %u", first->pos.line);
	return -ERR_INVALID;
}
