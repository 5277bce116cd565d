/* SPDX-License-Identifier: Apache-2.0 */
#include "tree/yaml_reader.h"

#include "tree/keys.h"

/*
 * Merge keys as oc and kubectl have them: a merge sets its keys at the place where
 * it stands, so that what comes later wins; of a list of maps the first one wins.
 */

struct pairs {
	struct entry *items;
	size_t len, alloc;
};

static void add_pair(struct pairs *p, struct entry e)
{
	ALLOC_GROW(p->items, p->len + 1, p->alloc);
	p->items[p->len++] = e;
}

static int add_map(struct yaml_reader *r, struct pairs *p, const struct node *map)
{
	if (map->kind != NODE_MAP || map->tag)
		return error_set_at(r->err, ERR_INVALID, &map->pos,
				    "cannot read YAML: the key << needs a map or a list of maps");
	for (size_t i = 0; i < map->len; i++)
		add_pair(p, map->entries[i]);
	return 0;
}

static int add_merged(struct yaml_reader *r, struct pairs *p, const struct node *from)
{
	int ret = 0;

	if (from->kind != NODE_SEQ || from->tag)
		return add_map(r, p, from);
	for (size_t i = from->len; i-- > 0 && ret == 0;)
		ret = add_map(r, p, from->items[i]);
	return ret;
}

/* Keys that the map itself has, without those that it merges, may not be there twice. */
static int check_own_keys(struct yaml_reader *r, const struct node *map)
{
	struct node own = *map;
	struct entry *entries;

	if (r->flags & (READ_DUPLICATE_KEYS_LAST_WINS | READ_OC))
		return 0;
	own.entries = entries = arena_alloc(r->build.arena, map->len * sizeof(*entries));
	own.len = 0;
	for (size_t i = 0; i < map->len; i++)
		if (!map->entries[i].key->boolean)
			entries[own.len++] = map->entries[i];
	return builder_check_keys(&r->build, &own, false, "YAML", r->err);
}

int yaml_merge(struct yaml_reader *r, struct node *map)
{
	struct pairs p = { 0 };
	int ret;

	ret = check_own_keys(r, map);
	for (size_t i = 0; i < map->len && ret == 0; i++)
		if (map->entries[i].key->boolean)
			ret = add_merged(r, &p, map->entries[i].value);
		else
			add_pair(&p, map->entries[i]);
	if (ret == 0) {
		p.len = entries_last_wins(p.items, p.len);
		map->entries = arena_alloc(r->build.arena, p.len * sizeof(*map->entries));
		map->len = (uint32_t)p.len;
		if (p.len)
			memcpy(map->entries, p.items, p.len * sizeof(*map->entries));
	}
	free(p.items);
	return ret;
}
