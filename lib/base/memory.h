/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * Allocation that cannot fail, and cleanup attributes.
 *
 * The x*() family aborts the program when memory is exhausted, so callers never
 * check. Whatever a peer or a file can make large is bounded before it gets here
 * (lib/base/limits.h).
 *
 *	cleanup_free char *name = xstrdup("shop-0");
 *	return TAKE_PTR(name);		// hands ownership over
 */

#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

void *xmalloc(size_t size) __attribute__((malloc, alloc_size(1), returns_nonnull));
void *xcalloc(size_t n, size_t size) __attribute__((malloc, alloc_size(1, 2), returns_nonnull));
/* Resizes to n * size bytes; aborts on overflow too. */
void *xreallocarray(void *p, size_t n, size_t size) __attribute__((returns_nonnull));
char *xstrdup(const char *s) __attribute__((malloc, returns_nonnull));
/* NULL for NULL. */
char *xstrdup_or_null(const char *s);
/* Copies exactly len bytes and ends them with NUL; the bytes may hold NUL. */
char *xmemdupz(const void *p, size_t len) __attribute__((malloc, returns_nonnull));
char *xasprintf(const char *fmt, ...) __attribute__((format(printf, 1, 2), returns_nonnull));
char *xvasprintf(const char *fmt, va_list ap)
	__attribute__((format(printf, 1, 0), returns_nonnull));

/*
 * Asks for huge pages where memory of this size is worth them: page faults cost more than most work
 * on a large text. A wish: all works without.
 */
void memory_expect_much(void *p, size_t size);

/* For what maps memory by itself: says so and aborts. */
void memory_exhausted(void) __attribute__((noreturn, cold));

/* Grows *p (elements of elem_size bytes) so that it holds at least need elements. */
void *grow_array(void *p, size_t *alloc, size_t need, size_t elem_size);

/* ALLOC_GROW(v->items, v->len + 1, v->alloc): room for one more element. */
#define ALLOC_GROW(p, need, alloc) ((p) = grow_array((p), &(alloc), (need), sizeof(*(p))))

#define TAKE_PTR(p)                                                                                \
	({                                                                                         \
		__typeof__(p) *take_ptr_ = &(p);                                                   \
		__typeof__(p) taken_ = *take_ptr_;                                                 \
		*take_ptr_ = NULL;                                                                 \
		taken_;                                                                            \
	})

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))
#define UNUSED __attribute__((unused))

/* Makes void cleanup_NAME(TYPE **p) for a free function that accepts NULL. */
#define DEFINE_CLEANUP(name, type, fn)                                                             \
	static inline void cleanup_##name(type *p)                                                 \
	{                                                                                          \
		fn(*p);                                                                            \
	}

static inline void cleanup_free_fn(void *p)
{
	free(*(void **)p);
}
#define cleanup_free __attribute__((cleanup(cleanup_free_fn)))

void cleanup_close_fn(int *fd);
#define cleanup_close __attribute__((cleanup(cleanup_close_fn)))
