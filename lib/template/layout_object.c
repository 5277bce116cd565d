/* SPDX-License-Identifier: Apache-2.0 */
#include "template/layout_object.h"

#include <string.h>

#include "base/strmap.h"
#include "template/finish.h"
#include "template/openshift/process.h"

static bool is_string(const struct tpl *t)
{
	return t && t->kind == TPL_CONST && t->node->kind == NODE_STRING;
}

static bool has_twice(const struct tpl *map)
{
	cleanup_strmap struct strmap seen = STRMAP_INIT;

	for (size_t i = 0; i < map->count; i++) {
		struct node *key = map->entries[i].key->node;

		if (strmap_put(&seen, key->text, key->len, key))
			return true;
	}
	return false;
}

static struct tpl *map_of_node(struct arena *a, const struct node *n)
{
	struct tpl *map = tpl_new(a, TPL_MAP, &n->pos);

	map->count = n->len;
	map->entries = arena_zalloc(a, n->len * sizeof(*map->entries));
	for (uint32_t i = 0; i < n->len; i++) {
		map->entries[i].key = tpl_const(a, n->entries[i].key);
		map->entries[i].value = tpl_const(a, n->entries[i].value);
	}
	return map;
}

struct tpl *layout_map(struct arena *a, const struct tpl *t)
{
	struct tpl *map;

	if (t->kind == TPL_CONST && t->node->kind == NODE_MAP)
		map = map_of_node(a, t->node);
	else if (t->kind == TPL_MAP)
		map = tpl_copy(a, t);
	else
		return NULL;
	for (size_t i = 0; i < map->count; i++)
		if (!is_string(map->entries[i].key) || map->entries[i].key->node->tag)
			return NULL;
	return has_twice(map) ? NULL : map;
}

static struct tpl **find(const struct tpl *map, const char *key, size_t len)
{
	for (size_t i = 0; i < map->count; i++) {
		const struct node *k = map->entries[i].key->node;

		if (k->len == len && memcmp(k->text, key, len) == 0)
			return &map->entries[i].value;
	}
	return NULL;
}

static struct tpl **find_field(const struct tpl *map, const char *key)
{
	return find(map, key, strlen(key));
}

/* Sets a key where it stands, else at the end. */
static void set(struct arena *a, struct tpl *map, struct node *key, struct tpl *value)
{
	struct tpl **at = find(map, key->text, key->len);
	struct tpl_entry *entries;

	if (at) {
		*at = value;
		return;
	}
	entries = arena_alloc(a, (map->count + (size_t)1) * sizeof(*entries));
	if (map->count)
		memcpy(entries, map->entries, map->count * sizeof(*entries));
	entries[map->count] = (struct tpl_entry){ .key = tpl_const(a, key), .value = value };
	map->entries = entries;
	map->count++;
}

/* The map that a field holds, an empty one if it is not there; NULL if that depends on values. */
static struct tpl *field_map(struct arena *a, const struct tpl *map, const char *key)
{
	struct tpl **at = find_field(map, key);

	if (!at)
		return tpl_new(a, TPL_MAP, &map->pos);
	return layout_map(a, *at);
}

/* Labels are strings: of an object's own ones this must be sure, those of t are checked. */
static bool add_labels(struct arena *a, struct tpl *object, const struct tpl *labels)
{
	struct tpl *from = layout_map(a, labels);
	struct tpl *metadata = field_map(a, object, "metadata");
	struct tpl *own = metadata ? field_map(a, metadata, "labels") : NULL;

	if (!from || !own || find_field(object, "items"))
		return false;
	for (size_t i = 0; i < own->count; i++)
		if (!is_string(own->entries[i].value) && own->entries[i].value->kind != TPL_TEXT)
			return false;
	for (size_t i = 0; i < from->count; i++) {
		const struct tpl *value = from->entries[i].value;

		if (!is_string(value) && value->kind != TPL_TEXT && value->kind != TPL_EXPR)
			return false;
		set(a, own, from->entries[i].key->node, from->entries[i].value);
	}
	set(a, metadata, node_cstring(a, "labels"), own);
	set(a, object, node_cstring(a, "metadata"), metadata);
	return true;
}

static void set_group(struct arena *a, struct tpl **version, struct tpl **kind)
{
	struct node *named = node_map(a, NULL, 0, NULL);

	node_set(a, named, "apiVersion", (*version)->node);
	node_set(a, named, "kind", (*kind)->node);
	openshift_set_group(a, named);
	*version = tpl_const(a, node_get(named, "apiVersion"));
	*kind = tpl_const(a, node_get(named, "kind"));
}

struct tpl *layout_object(struct arena *a, const struct template *t, const struct tpl *object)
{
	struct tpl *map = layout_map(a, object);
	struct tpl **version = map ? find_field(map, "apiVersion") : NULL;
	struct tpl **kind = map ? find_field(map, "kind") : NULL;

	if (!version || !kind || !is_string(*version) || !is_string(*kind) || !(*kind)->node->len)
		return NULL;
	if (t->language == TEMPLATE_OPENSHIFT)
		set_group(a, version, kind);
	if (!(*version)->node->len || !(*kind)->node->len)
		return NULL;
	if (t->labels && !add_labels(a, map, t->labels))
		return NULL;
	return map;
}

/* A scalar that is always there. */
static bool is_scalar_part(const struct tpl *t)
{
	return t->kind == TPL_TEXT || t->kind == TPL_EXPR ||
	       (t->kind == TPL_CONST && t->node->kind == NODE_STRING && t->node->len);
}

bool layout_identity(struct arena *a, const struct tpl *object, struct layout_identity *ret)
{
	struct tpl **field = find_field(object, "metadata"), **name, **namespace;
	const struct tpl *metadata = field ? layout_map(a, *field) : NULL;

	*ret = (struct layout_identity){
		.kind = (*find_field(object, "kind"))->node->text,
		.api_version = (*find_field(object, "apiVersion"))->node->text,
	};
	if (!kind_has_names(ret->kind))
		return true;
	if (!metadata)
		return false;
	name = find_field(metadata, "generateName");
	if (name && !find_field(metadata, "name"))
		return is_string(*name) && (*name)->node->len;
	name = find_field(metadata, "name");
	namespace = find_field(metadata, "namespace");
	if (!name || !is_scalar_part(*name) || (namespace && !is_scalar_part(*namespace)))
		return false;
	ret->name = *name;
	ret->namespace = namespace ? *namespace : NULL;
	return true;
}
