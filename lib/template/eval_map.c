/* SPDX-License-Identifier: Apache-2.0 */
/* Maps: keys that are computed, and keys that became equal. */
#include "template/eval_internal.h"

#include <string.h>

#include "template/diagnostics.h"
#include "tree/keys.h"

static bool eval_key(struct eval *ev, const struct tpl *t, struct node **ret)
{
	if (t->kind == TPL_CONST) {
		*ret = t->node;
	} else if (t->kind == TPL_TEXT) {
		if (!eval_take_step(ev, &t->pos) || !eval_text(ev, t, false, ret))
			return false;
	} else if (!eval_tpl(ev, t, ret)) {
		return false;
	}
	if (*ret && (*ret)->kind == NODE_STRING)
		return true;
	diagnose(ev->diags, "T210", &t->pos, "use string(…)", "a key must be a string, got %s",
		 *ret ? node_kind_name(*ret) : "null");
	ev->failed = true;
	return false;
}

/* The key that stands twice, or NULL. Most maps are too small for hashing to pay. */
static const struct node *twice(const struct node *map)
{
	cleanup_strmap struct strmap seen = STRMAP_INIT;
	const struct node *a, *b;
	uint64_t marks = 0, mark;

	if (map->len > 16) {
		for (uint32_t i = 0; i < map->len; i++) {
			a = map->entries[i].key;
			if (strmap_put(&seen, a->text, a->len, (void *)a))
				return a;
		}
		return NULL;
	}
	for (uint32_t i = 0; i < map->len; i++, marks |= mark) {
		a = map->entries[i].key;
		mark = key_mark(a);
		for (uint32_t j = 0; j < i && marks & mark; j++) {
			b = map->entries[j].key;
			if (a->len == b->len && !memcmp(a->text, b->text, a->len))
				return a;
		}
	}
	return NULL;
}

static bool keys_collide(struct eval *ev, const struct node *map, bool secret)
{
	const struct node *key = twice(map);

	if (!key)
		return false;
	if (secret)
		diagnose(ev->diags, "T211", &key->pos, NULL,
			 "a key stands twice in this map, whose keys are secret");
	else
		diagnose(ev->diags, "T211", &key->pos, NULL, "key '%s' stands twice in this map",
			 key->text);
	ev->failed = true;
	return true;
}

/* The most frequent entry by far, without detours. False: it has to go the usual way. */
static bool add_constant(struct eval *ev, const struct tpl_entry *from, struct entry *ret)
{
	const struct tpl *key = from->key, *value = from->value;

	if (key->kind != TPL_CONST || value->kind != TPL_CONST || key->node->kind != NODE_STRING)
		return false;
	if (!value->count)
		eval_keep_weight(value);
	if (!ev->steps || value->count > ev->weight)
		return false;
	ev->steps--;
	ev->weight -= value->count;
	*ret = (struct entry){ .key = key->node, .value = value->node };
	return true;
}

bool eval_map(struct eval *ev, const struct tpl *t, struct node **ret)
{
	struct entry *entries = arena_alloc(ev->env.arena, t->count * sizeof(*entries));
	bool ok = true, secret_keys = false;
	size_t len = 0;

	for (size_t i = 0; i < t->count && !ev->stopped; i++) {
		struct node *key, *value = NULL;
		bool good, secret;

		if (add_constant(ev, &t->entries[i], &entries[len])) {
			len++;
			continue;
		}
		good = eval_tpl(ev, t->entries[i].value, &value);
		secret = ev->secret;

		if (good && !value)
			continue;
		ev->secret = false;
		good &= eval_key(ev, t->entries[i].key, &key);
		secret_keys |= ev->secret;
		ev->secret |= secret;
		if (good)
			entries[len++] = (struct entry){ .key = key, .value = value };
		ok &= good;
	}
	if (!ok || ev->stopped)
		return false;
	*ret = node_map(ev->env.arena, entries, len, &t->pos);
	return !keys_collide(ev, *ret, secret_keys) && eval_take_weight(ev, &t->pos, 1 + len);
}
