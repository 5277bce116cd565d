/* SPDX-License-Identifier: Apache-2.0 */
#include "base/strmap.h"

#include <string.h>
#include <sys/auxv.h>

#include "base/memory.h"

/* Sixteen random bytes that the kernel gave this process: no system call needed. */
static const uint64_t *seeds(void)
{
	static uint64_t value[2];
	const void *p;

	if (value[1])
		return value;
	p = (const void *)(uintptr_t)getauxval(AT_RANDOM);
	if (p)
		memcpy(value, p, sizeof(value));
	value[1] |= 1;
	return value;
}

/*
 * Both halves of the product. The low one alone lets a difference in the high bits through whatever
 * the seed is, and a second difference takes it back: 2^n keys of n such pairs would collide.
 */
static uint64_t mix(uint64_t a, uint64_t b)
{
	unsigned __int128 product = (unsigned __int128)a * b;

	return (uint64_t)product ^ (uint64_t)(product >> 64);
}

static uint64_t hash_bytes(const char *p, size_t len)
{
	const uint64_t *seed = seeds();
	uint64_t h = seed[0] ^ (uint64_t)len * 0x9e3779b97f4a7c15u, w;

	for (; len >= 8; p += 8, len -= 8) {
		memcpy(&w, p, 8);
		h = mix(h ^ w, seed[1]);
	}
	w = 0;
	if (len)
		memcpy(&w, p, len);
	return mix(mix(h ^ w, seed[1]), 0xff51afd7ed558ccdu);
}

static struct strmap_slot *find(const struct strmap *m, const char *key, size_t len, uint64_t hash)
{
	size_t i = (size_t)hash & (m->alloc - 1);
	struct strmap_slot *s;

	for (;; i = (i + 1) & (m->alloc - 1)) {
		s = &m->slots[i];
		if (!s->key)
			return s;
		if (s->hash == hash && s->len == len && (!len || !memcmp(s->key, key, len)))
			return s;
	}
}

static void grow(struct strmap *m)
{
	struct strmap bigger = { .alloc = m->alloc ? m->alloc * 2 : 16, .count = m->count };

	bigger.slots = xcalloc(bigger.alloc, sizeof(*bigger.slots));
	for (size_t i = 0; i < m->alloc; i++)
		if (m->slots[i].key)
			*find(&bigger, m->slots[i].key, m->slots[i].len, m->slots[i].hash) =
				m->slots[i];
	free(m->slots);
	*m = bigger;
}

void *strmap_get(const struct strmap *m, const char *key, size_t len)
{
	if (!m->count)
		return NULL;
	return find(m, key, len, hash_bytes(key, len))->value;
}

void *strmap_put(struct strmap *m, const char *key, size_t len, void *value)
{
	uint64_t hash = hash_bytes(key, len);
	struct strmap_slot *s;
	void *old;

	if (m->count >= m->alloc / 2)
		grow(m);
	s = find(m, key, len, hash);
	old = s->value;
	if (!s->key)
		m->count++;
	*s = (struct strmap_slot){ .key = key, .len = len, .hash = hash, .value = value };
	return old;
}

void strmap_release(struct strmap *m)
{
	free(m->slots);
	*m = (struct strmap)STRMAP_INIT;
}
