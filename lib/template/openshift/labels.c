/* SPDX-License-Identifier: Apache-2.0 */
#include "template/openshift/labels.h"

#include <string.h>

static void set_string(struct arena *a, struct node *map, const char *key, const char *value,
		       size_t len)
{
	node_set(a, map, key, node_string(a, value, len, NULL));
}

struct node *labels_copy(struct arena *a, const struct node *map)
{
	struct node *copy = node_map(a, NULL, 0, &map->pos);

	for (size_t i = 0; i < map->len; i++) {
		const struct entry *e = &map->entries[i];

		if (e->value->kind == NODE_STRING)
			node_set(a, copy, e->key->text, e->value);
		else
			set_string(a, copy, e->key->text, "", 0);
	}
	return copy;
}

static int parse_one(struct arena *a, const char *pair, size_t len, struct node *labels,
		     struct error *err)
{
	const char *equals = memchr(pair, '=', len);
	size_t key_len = equals ? (size_t)(equals - pair) : 0;
	const char *value = equals ? equals + 1 : NULL;

	if (!equals || memchr(value, '=', len - key_len - 1)) {
		error_set(err, ERR_INVALID, "cannot read the label '%.*s' of --labels", (int)len,
			  pair);
		error_hint(err, "write KEY=VALUE, several of them with commas between");
		return -ERR_INVALID;
	}
	if (key_len == 0)
		return error_set(err, ERR_INVALID, "the label '%.*s' of --labels has no key",
				 (int)len, pair);
	set_string(a, labels, arena_memdupz(a, pair, key_len), value, len - key_len - 1);
	return 0;
}

int labels_parse(struct arena *a, const char *spec, struct node *labels, struct error *err)
{
	for (;;) {
		size_t len = strcspn(spec, ",");

		if (parse_one(a, spec, len, labels, err) < 0)
			return -ERR_INVALID;
		if (spec[len] == '\0')
			return 0;
		spec += len + 1;
	}
}

struct node *labels_substitute(struct substitution *s, const struct node *labels)
{
	struct arena *a = s->arena;
	struct node *made = node_map(a, NULL, 0, &labels->pos);

	/* Written keys first, so that those made by references win. */
	for (int by_reference = 0; by_reference <= 1; by_reference++) {
		for (size_t i = 0; i < labels->len; i++) {
			const struct entry *e = &labels->entries[i];
			size_t key_len, len;
			const char *key = substitute_text(s, e->key->text, e->key->len,
							  &e->key->pos, &key_len);
			const char *value;

			if ((key != e->key->text) != by_reference)
				continue;
			value = substitute_text(s, e->value->text, e->value->len, &e->value->pos,
						&len);
			set_string(a, made, key, value, len);
		}
	}
	return made;
}

/* The labels that an object has itself, to write to; none if one is neither text nor null. */
static struct node *own_labels(struct arena *a, const struct node *metadata)
{
	const struct node *own = node_get(metadata, "labels");

	bool nulls = false;

	if (!own || own->kind != NODE_MAP)
		return node_map(a, NULL, 0, NULL);
	for (size_t i = 0; i < own->len; i++) {
		const struct node *value = own->entries[i].value;

		if (value->kind != NODE_STRING && value->kind != NODE_NULL)
			return node_map(a, NULL, 0, &own->pos);
		nulls |= value->kind == NODE_NULL;
	}
	return nulls ? labels_copy(a, own) : node_copy_shallow(a, own);
}

void labels_apply(struct arena *a, struct node *object, const struct node *labels)
{
	struct node *metadata = node_get(object, "metadata");
	struct node *own;

	if (metadata && metadata->kind != NODE_MAP)
		return;
	metadata = metadata ? node_copy_shallow(a, metadata) : node_map(a, NULL, 0, NULL);
	own = own_labels(a, metadata);
	for (size_t i = 0; i < labels->len; i++)
		node_set(a, own, labels->entries[i].key->text, labels->entries[i].value);
	node_set(a, metadata, "labels", own);
	node_set(a, object, "metadata", metadata);
}
