/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * Memory that is freed all at once. A document tree, a template and what was
 * rendered from it live in one arena each; nothing in it is freed by itself.
 * Allocations are aligned for any type and not zeroed unless said so.
 */

#include <stddef.h>

struct arena;

struct arena *arena_new(void);
/* Frees everything that was taken from it; NULL is fine. */
void arena_free(struct arena *a);
/* Forgets everything that was taken and keeps one block, for what is taken next. */
void arena_reset(struct arena *a);
void *arena_alloc(struct arena *a, size_t size) __attribute__((alloc_size(2), returns_nonnull));
void *arena_zalloc(struct arena *a, size_t size) __attribute__((alloc_size(2), returns_nonnull));
/* Copies len bytes and a final NUL. */
char *arena_memdupz(struct arena *a, const void *p, size_t len) __attribute__((returns_nonnull));
char *arena_strdup(struct arena *a, const char *s) __attribute__((returns_nonnull));
char *arena_printf(struct arena *a, const char *fmt, ...)
	__attribute__((format(printf, 2, 3), returns_nonnull));
/* Takes over all that was taken from another arena, which is gone then. */
void arena_join(struct arena *a, struct arena *from);
/* Bytes taken so far, for limits. */
size_t arena_used(const struct arena *a);

static inline void cleanup_arena_fn(struct arena **a)
{
	arena_free(*a);
}
#define cleanup_arena __attribute__((cleanup(cleanup_arena_fn)))
