/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * A hash map from byte strings to pointers. Keys are borrowed: they must outlive
 * the map. The hash is seeded per process, so no input can be made to collide.
 */

#include <stddef.h>
#include <stdint.h>

struct strmap_slot {
	const char *key;
	size_t len;
	uint64_t hash;
	void *value;
};

struct strmap {
	struct strmap_slot *slots;
	size_t count;
	size_t alloc; /* a power of two, or 0 */
};

#define STRMAP_INIT { 0 }

/* The value of the key, or NULL. */
void *strmap_get(const struct strmap *m, const char *key, size_t len);
/* Sets key to value (not NULL) and returns the value it had, or NULL. */
void *strmap_put(struct strmap *m, const char *key, size_t len, void *value);
void strmap_release(struct strmap *m);

#define cleanup_strmap __attribute__((cleanup(strmap_release)))
