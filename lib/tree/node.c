/* SPDX-License-Identifier: Apache-2.0 */
#include "tree/node.h"

#include <assert.h>
#include <stdarg.h>
#include <string.h>

#include "base/memory.h"
#include "base/strmap.h"
#include "tree/keys.h"

struct node *node_new(struct arena *a, enum node_kind kind, const struct pos *pos)
{
	struct node *n = arena_alloc(a, sizeof(*n));

	*n = (struct node){ .kind = (uint8_t)kind };
	if (pos)
		n->pos = *pos;
	return n;
}

static uint32_t length32(size_t len)
{
	assert(len <= UINT32_MAX);
	return (uint32_t)len;
}

struct node *node_string(struct arena *a, const char *text, size_t len, const struct pos *pos)
{
	struct node *n = node_new(a, NODE_STRING, pos);

	n->text = arena_memdupz(a, text, len);
	n->len = length32(len);
	return n;
}

struct node *node_cstring(struct arena *a, const char *text)
{
	return node_string(a, text, strlen(text), NULL);
}

struct node *node_bool(struct arena *a, bool value)
{
	struct node *n = node_new(a, NODE_BOOL, NULL);

	n->boolean = value;
	return n;
}

struct node *node_number(struct arena *a, const char *text, size_t len, const struct pos *pos)
{
	struct node *n = node_string(a, text, len, pos);

	n->kind = NODE_NUMBER;
	return n;
}

struct node *node_seq(struct arena *a, struct node **items, size_t len, const struct pos *pos)
{
	struct node *n = node_new(a, NODE_SEQ, pos);

	n->items = items;
	n->len = length32(len);
	return n;
}

struct node *node_map(struct arena *a, struct entry *entries, size_t len, const struct pos *pos)
{
	struct node *n = node_new(a, NODE_MAP, pos);

	n->entries = entries;
	n->len = length32(len);
	return n;
}

static void *copy_array(struct arena *a, const void *from, size_t size)
{
	void *to = arena_alloc(a, size);

	if (size)
		memcpy(to, from, size);
	return to;
}

struct node *node_copy_shallow(struct arena *a, const struct node *n)
{
	struct node *copy = arena_alloc(a, sizeof(*copy));

	*copy = *n;
	copy->roomy = false;
	if (n->kind == NODE_SEQ)
		copy->items = copy_array(a, n->items, n->len * sizeof(*n->items));
	else if (n->kind == NODE_MAP)
		copy->entries = copy_array(a, n->entries, n->len * sizeof(*n->entries));
	return copy;
}

ptrdiff_t node_index(const struct node *n, const char *key, size_t len)
{
	if (!n || n->kind != NODE_MAP)
		return -1;
	for (size_t i = n->len; i-- > 0;) {
		const struct node *k = n->entries[i].key;

		if (k->len == len && k->text[0] == key[0] && !k->tag &&
		    memcmp(k->text, key, len) == 0)
			return (ptrdiff_t)i;
	}
	return -1;
}

size_t node_least_text(const struct node *n, size_t limit)
{
	size_t sum = 1;

	if (n->kind == NODE_STRING || n->kind == NODE_NUMBER)
		sum += n->len;
	for (uint32_t i = 0; n->kind == NODE_SEQ && i < n->len && sum <= limit; i++)
		sum += node_least_text(n->items[i], limit - sum);
	for (uint32_t i = 0; n->kind == NODE_MAP && i < n->len && sum <= limit; i++)
		sum += n->entries[i].key->len + node_least_text(n->entries[i].value, limit - sum);
	return sum;
}

struct node *node_find(const struct node *n, const char *key, size_t len)
{
	ptrdiff_t i = node_index(n, key, len);

	return i < 0 ? NULL : n->entries[i].value;
}

struct node *node_path(const struct node *n, ...)
{
	struct node *found = NULL;
	const char *key;
	va_list ap;

	va_start(ap, n);
	while ((key = va_arg(ap, const char *))) {
		found = node_get(n, key);
		n = found;
	}
	va_end(ap);
	return found;
}

/* Room for one more entry: arrays grow to powers of two, others are copied once. */
static void make_room(struct arena *a, struct node *map)
{
	struct entry *entries;
	size_t room = 4;

	if (map->roomy && map->len >= room && (map->len & (map->len - 1)) != 0)
		return;
	if (map->roomy && map->len < room)
		return;
	while (room <= map->len)
		room *= 2;
	entries = arena_alloc(a, room * sizeof(*entries));
	if (map->len)
		memcpy(entries, map->entries, map->len * sizeof(*entries));
	map->entries = entries;
	map->roomy = true;
}

void node_set(struct arena *a, struct node *map, const char *key, struct node *value)
{
	ptrdiff_t i = node_index(map, key, strlen(key));

	if (i >= 0) {
		map->entries[i].value = value;
		return;
	}
	make_room(a, map);
	map->entries[map->len++] = (struct entry){ node_cstring(a, key), value };
}

void node_set_text(struct arena *a, struct node *map, const char *key, const char *text)
{
	if (text && *text)
		node_set(a, map, key, node_cstring(a, text));
}

void node_remove(struct node *map, const char *key)
{
	ptrdiff_t i = node_index(map, key, strlen(key));
	size_t at;

	if (i < 0)
		return;
	at = (size_t)i;
	memmove(map->entries + at, map->entries + at + 1,
		(map->len - at - 1) * sizeof(*map->entries));
	map->len--;
	/* Room is told by the length, and this length would tell too much of it. */
	map->roomy = false;
}

bool node_is_string(const struct node *n, const char *text)
{
	return n && n->kind == NODE_STRING && !n->tag && n->len == strlen(text) &&
	       memcmp(n->text, text, n->len) == 0;
}

const char *node_kind_name(const struct node *n)
{
	static const char *const names[] = {
		[NODE_NULL] = "null",	  [NODE_BOOL] = "boolean", [NODE_NUMBER] = "number",
		[NODE_STRING] = "string", [NODE_SEQ] = "list",	   [NODE_MAP] = "map",
	};

	return names[n->kind];
}

static bool same_tag(const struct node *a, const struct node *b)
{
	if (!a->tag || !b->tag)
		return a->tag == b->tag;
	return strcmp(a->tag, b->tag) == 0;
}

static bool same_text(const struct node *a, const struct node *b)
{
	return same_tag(a, b) && a->len == b->len && memcmp(a->text, b->text, a->len) == 0;
}

/* Copies of the entries sorted by key bytes, in memory that the caller frees. */
static struct entry *sorted_entries(const struct node *n)
{
	struct entry *entries = xmalloc((n->len + 1) * sizeof(*entries));

	memcpy(entries, n->entries, n->len * sizeof(*entries));
	entries_sort(entries, n->len, key_compare_bytes);
	return entries;
}

static bool same_order_equal(const struct node *a, const struct node *b, bool *ret_equal)
{
	for (size_t i = 0; i < a->len; i++)
		if (!same_text(a->entries[i].key, b->entries[i].key))
			return false;
	*ret_equal = true;
	for (size_t i = 0; i < a->len && *ret_equal; i++)
		*ret_equal = node_equal(a->entries[i].value, b->entries[i].value);
	return true;
}

static bool map_equal(const struct node *a, const struct node *b)
{
	cleanup_free struct entry *ae = NULL;
	cleanup_free struct entry *be = NULL;
	bool equal;

	if (a->len != b->len)
		return false;
	if (same_order_equal(a, b, &equal))
		return equal;
	ae = sorted_entries(a);
	be = sorted_entries(b);
	for (size_t i = 0; i < a->len; i++)
		if (!same_text(ae[i].key, be[i].key) || !node_equal(ae[i].value, be[i].value))
			return false;
	return true;
}

bool node_equal(const struct node *a, const struct node *b)
{
	if (a == b)
		return true;
	if (a->kind != b->kind || !same_tag(a, b))
		return false;
	switch (a->kind) {
	case NODE_NULL:
		return true;
	case NODE_BOOL:
		return a->boolean == b->boolean;
	case NODE_SEQ:
		if (a->len != b->len)
			return false;
		for (size_t i = 0; i < a->len; i++)
			if (!node_equal(a->items[i], b->items[i]))
				return false;
		return true;
	case NODE_MAP:
		return map_equal(a, b);
	default:
		return same_text(a, b);
	}
}

/* The value of a key if it has the wanted kind; *ret is NULL if it is missing or null. */
static int get_kind(const struct node *map, const char *key, enum node_kind kind,
		    const struct node **ret, struct error *err)
{
	const struct node wanted = { .kind = (uint8_t)kind };
	const struct node *n = node_get(map, key);

	*ret = NULL;
	if (!n || n->kind == NODE_NULL)
		return 0;
	if (n->tag)
		return error_set_at(err, ERR_INVALID, &n->pos, "field '%s': expected %s, got '%s'",
				    key, node_kind_name(&wanted), n->tag);
	if (n->kind != kind)
		return error_set_at(err, ERR_INVALID, &n->pos, "field '%s': expected %s, got %s",
				    key, node_kind_name(&wanted), node_kind_name(n));
	*ret = n;
	return 0;
}

int node_get_string(const struct node *map, const char *key, const char **ret, struct error *err)
{
	const struct node *n;
	int r;

	r = get_kind(map, key, NODE_STRING, &n, err);
	if (r < 0 || !n)
		return r;
	if (memchr(n->text, '\0', n->len))
		return error_set_at(err, ERR_INVALID, &n->pos,
				    "field '%s': holds a character U+0000", key);
	*ret = n->text;
	return 0;
}

int node_get_bool(const struct node *map, const char *key, bool *ret, struct error *err)
{
	const struct node *n;
	int r;

	r = get_kind(map, key, NODE_BOOL, &n, err);
	if (r == 0 && n)
		*ret = n->boolean;
	return r;
}

static int get_child(const struct node *map, const char *key, enum node_kind kind,
		     struct node **ret, struct error *err)
{
	const struct node *n;
	int r;

	r = get_kind(map, key, kind, &n, err);
	if (r == 0 && n)
		*ret = node_get(map, key);
	return r;
}

int node_get_seq(const struct node *map, const char *key, struct node **ret, struct error *err)
{
	return get_child(map, key, NODE_SEQ, ret, err);
}

int node_get_map(const struct node *map, const char *key, struct node **ret, struct error *err)
{
	return get_child(map, key, NODE_MAP, ret, err);
}
