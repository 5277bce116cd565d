/* SPDX-License-Identifier: Apache-2.0 */
#include "template/openshift/kubernetes_internal.h"

#include <string.h>

#include "template/openshift/groups.h"

/* Reading objects, and making them. */

void sink_add(struct sink *s, struct node *object)
{
	ALLOC_GROW(s->items, s->len + 1, s->alloc);
	s->items[s->len++] = object;
}

const char *kind_of(const struct node *object)
{
	return node_text_of(object, "kind");
}

const char *name_of(const struct node *object)
{
	return node_text_of(node_get(object, "metadata"), "name");
}

const char *namespace_of(const struct node *object)
{
	return node_text_of(node_get(object, "metadata"), "namespace");
}

struct node *present(const struct node *map, const char *key)
{
	struct node *n = node_get(map, key);

	return n && n->kind != NODE_NULL ? n : NULL;
}

struct node *present_map(const struct node *map, const char *key)
{
	struct node *n = node_get(map, key);

	return n && n->kind == NODE_MAP && n->len ? n : NULL;
}

struct node *present_list(const struct node *map, const char *key)
{
	struct node *n = node_get(map, key);

	return n && n->kind == NODE_SEQ && n->len ? n : NULL;
}

const char *kubernetes_group(struct arena *a, const struct node *object)
{
	const char *version = node_text_of(object, "apiVersion");
	const char *slash = strchr(version, '/');
	const char *group;

	if (slash && slash != version)
		return arena_memdupz(a, version, (size_t)(slash - version));
	group = openshift_group_of(kind_of(object));
	return group ? group : "";
}

bool is_openshift_group(const char *group)
{
	static const char suffix[] = "openshift.io";
	size_t len = strlen(group), suffix_len = sizeof(suffix) - 1;

	return len >= suffix_len && !strcmp(group + len - suffix_len, suffix) &&
	       (len == suffix_len || group[len - suffix_len - 1] == '.');
}

struct node *text_node(struct kubernetes *k, const char *text, const struct node *origin)
{
	return node_string(k->arena, text, strlen(text), origin ? &origin->pos : NULL);
}

void set_text_at(struct kubernetes *k, struct node *map, const char *key, const char *text,
		 const struct node *origin)
{
	node_set(k->arena, map, key, text_node(k, text, origin));
}

struct node *map_at(struct kubernetes *k, const struct node *origin)
{
	return node_map(k->arena, NULL, 0, origin ? &origin->pos : NULL);
}

struct node *list_of_one(struct kubernetes *k, struct node *item)
{
	struct node **items = arena_alloc(k->arena, sizeof(*items));

	items[0] = item;
	return node_seq(k->arena, items, 1, &item->pos);
}

struct node *metadata_from(struct kubernetes *k, const struct node *metadata)
{
	struct node *copy, *created;

	if (!metadata || metadata->kind != NODE_MAP)
		return map_at(k, metadata);
	copy = node_copy_shallow(k->arena, metadata);
	created = node_get(copy, "creationTimestamp");
	if (created && created->kind == NODE_NULL)
		node_remove(copy, "creationTimestamp");
	return copy;
}

struct node *object_from(struct kubernetes *k, const struct node *source, const char *version,
			 const char *kind)
{
	struct node *object = map_at(k, source);

	set_text_at(k, object, "apiVersion", version, node_get(source, "apiVersion"));
	set_text_at(k, object, "kind", kind, node_get(source, "kind"));
	node_set(k->arena, object, "metadata", metadata_from(k, node_get(source, "metadata")));
	kubernetes_annotations(k, source, object);
	return object;
}

struct node *own_path(struct kubernetes *k, struct node *copy, const char *const *path)
{
	for (; *path; path++) {
		struct node *next = node_get(copy, *path);

		if (!next || next->kind != NODE_MAP)
			return NULL;
		next = node_copy_shallow(k->arena, next);
		node_set(k->arena, copy, *path, next);
		copy = next;
	}
	return copy;
}

static const char *index_key(const struct kubernetes *k, const char *kind, const char *name)
{
	return arena_printf(k->arena, "%s/%s", kind, name);
}

void add_known_object(struct kubernetes *k, const struct node *object)
{
	struct known_object *o = arena_zalloc(k->arena, sizeof(*o));
	const char *key = index_key(k, kind_of(object), name_of(object));
	struct known_object *first = strmap_get(&k->by_name, key, strlen(key));

	o->object = object;
	o->last = o;
	ALLOC_GROW(k->objects, k->count + 1, k->alloc);
	k->objects[k->count++] = o;
	if (first) {
		first->last->next = o;
		first->last = o;
	} else {
		strmap_put(&k->by_name, key, strlen(key), o);
	}
}

struct known_object *known_objects(const struct kubernetes *k, const char *kind, const char *name)
{
	const char *key = index_key(k, kind, name);

	return strmap_get(&k->by_name, key, strlen(key));
}

const struct node *find_object(const struct kubernetes *k, const char *group, const char *kind,
			       const char *name, const char *namespace_)
{
	for (const struct known_object *o = known_objects(k, kind, name); o; o = o->next) {
		const char *its = namespace_of(o->object);

		if (its[0] && namespace_[0] && strcmp(its, namespace_) != 0)
			continue;
		if (!strcmp(kubernetes_group(k->arena, o->object), group))
			return o->object;
	}
	return NULL;
}

bool name_is_free(struct kubernetes *k, const struct node *source, const char *group,
		  const char *kind, const char *name)
{
	const struct node *other = find_object(k, group, kind, name, namespace_of(source));

	if (!other || !name[0])
		return true;
	diagnose(k->diags, "T403", &source->pos, "give one of them another name, or take one away",
		 "cannot convert %s '%s': the template has %s '%s' already", kind_of(source),
		 name_of(source), kind, name);
	return false;
}
