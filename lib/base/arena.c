/* SPDX-License-Identifier: Apache-2.0 */
#include "base/arena.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#include "base/memory.h"

#define FIRST_BLOCK ((size_t)4 << 10)
#define LARGEST_BLOCK ((size_t)16 << 20)
/* Blocks from here on ask for huge pages: page faults cost more than parsing a large document. */
#define HUGE_BLOCK ((size_t)4 << 20)
#define HUGE_PAGE ((size_t)2 << 20)
#define ALIGNMENT _Alignof(max_align_t)

struct block {
	struct block *next;
	size_t size;
	_Alignas(max_align_t) char data[];
};

struct arena {
	struct block *blocks; /* the newest first; the first one is being filled */
	char *at, *end;
	size_t next_size;
	size_t used;
};

struct arena *arena_new(void)
{
	struct arena *a = xcalloc(1, sizeof(*a));

	a->next_size = FIRST_BLOCK;
	return a;
}

void arena_free(struct arena *a)
{
	struct block *b, *next;

	if (!a)
		return;
	for (b = a->blocks; b; b = next) {
		next = b->next;
		free(b);
	}
	free(a);
}

void arena_reset(struct arena *a)
{
	struct block *b, *next;

	if (!a->blocks)
		return;
	for (b = a->blocks->next; b; b = next) {
		next = b->next;
		free(b);
	}
	a->blocks->next = NULL;
	a->at = a->blocks->data;
	a->end = a->at + a->blocks->size;
	a->used = 0;
}

static struct block *block_new(size_t size)
{
	size_t total = sizeof(struct block) + size;
	struct block *b = NULL;

	if (total >= HUGE_BLOCK) {
		b = aligned_alloc(HUGE_PAGE, (total + HUGE_PAGE - 1) & ~(HUGE_PAGE - 1));
		if (b)
			(void)madvise(b, total, MADV_HUGEPAGE); /* a wish: all works without */
	}
	if (!b)
		b = xmalloc(total);
	b->size = size;
	return b;
}

static void *arena_alloc_slow(struct arena *a, size_t size)
{
	struct block *b;

	if (size > a->next_size / 4 && a->blocks) {
		/* Large: a block of its own, so that the one in use is not given up. */
		b = block_new(size);
		b->next = a->blocks->next;
		a->blocks->next = b;
		return b->data;
	}
	b = block_new(size > a->next_size ? size : a->next_size);
	b->next = a->blocks;
	a->blocks = b;
	a->at = b->data + size;
	a->end = b->data + b->size;
	if (a->next_size < LARGEST_BLOCK)
		a->next_size *= 2;
	return b->data;
}

void *arena_alloc(struct arena *a, size_t size)
{
	void *p = a->at;

	size = (size + ALIGNMENT - 1) & ~(ALIGNMENT - 1);
	a->used += size;
	if ((size_t)(a->end - a->at) < size || !p)
		return arena_alloc_slow(a, size ? size : ALIGNMENT);
	a->at += size;
	return p;
}

void *arena_zalloc(struct arena *a, size_t size)
{
	return memset(arena_alloc(a, size), 0, size);
}

char *arena_memdupz(struct arena *a, const void *p, size_t len)
{
	char *q;

	/* Text needs no alignment; many short strings are what a document is made of. */
	if ((size_t)(a->end - a->at) > len) {
		q = a->end - len - 1;
		a->end = q;
		a->used += len + 1;
	} else {
		q = arena_alloc(a, len + 1);
	}
	if (len)
		memcpy(q, p, len);
	q[len] = '\0';
	return q;
}

char *arena_strdup(struct arena *a, const char *s)
{
	return arena_memdupz(a, s, strlen(s));
}

char *arena_printf(struct arena *a, const char *fmt, ...)
{
	cleanup_free char *s = NULL;
	va_list ap;

	va_start(ap, fmt);
	s = xvasprintf(fmt, ap);
	va_end(ap);
	return arena_strdup(a, s);
}

void arena_join(struct arena *a, struct arena *from)
{
	struct block *last = from->blocks;

	if (last) {
		while (last->next)
			last = last->next;
		last->next = a->blocks;
		a->blocks = from->blocks;
		a->at = from->at;
		a->end = from->end;
	}
	if (a->next_size < from->next_size)
		a->next_size = from->next_size;
	a->used += from->used;
	free(from);
}

size_t arena_used(const struct arena *a)
{
	return a->used;
}
