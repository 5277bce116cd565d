/* SPDX-License-Identifier: Apache-2.0 */
#include "base/memory.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define HUGE_PAGE ((size_t)2 << 20)

void memory_exhausted(void)
{
	static const char text[] = "kubectl-mysql: out of memory\n";

	/* Nothing can be done about a failing write here. */
	if (write(STDERR_FILENO, text, sizeof(text) - 1) < 0)
		abort();
	abort();
}

void *xmalloc(size_t size)
{
	void *p = malloc(size ? size : 1);

	if (!p)
		memory_exhausted();
	return p;
}

void *xcalloc(size_t n, size_t size)
{
	void *p = calloc(n ? n : 1, size ? size : 1);

	if (!p)
		memory_exhausted();
	return p;
}

void *xreallocarray(void *p, size_t n, size_t size)
{
	void *q = reallocarray(p, n ? n : 1, size ? size : 1);

	if (!q)
		memory_exhausted();
	return q;
}

char *xstrdup_or_null(const char *s)
{
	return s ? xstrdup(s) : NULL;
}

char *xmemdupz(const void *p, size_t len)
{
	char *q = xmalloc(len + 1);

	if (len)
		memcpy(q, p, len);
	q[len] = '\0';
	return q;
}

char *xstrdup(const char *s)
{
	return xmemdupz(s, strlen(s));
}

char *xvasprintf(const char *fmt, va_list ap)
{
	char *s;

	if (vasprintf(&s, fmt, ap) < 0)
		memory_exhausted();
	return s;
}

char *xasprintf(const char *fmt, ...)
{
	va_list ap;
	char *s;

	va_start(ap, fmt);
	s = xvasprintf(fmt, ap);
	va_end(ap);
	return s;
}

void *grow_array(void *p, size_t *alloc, size_t need, size_t elem_size)
{
	size_t size;

	if (need <= *alloc)
		return p;
	size = *alloc + *alloc / 2 + 8;
	if (size < need)
		size = need;
	p = xreallocarray(p, size, elem_size);
	*alloc = size;
	return p;
}

void cleanup_close_fn(int *fd)
{
	if (*fd >= 0)
		(void)close(*fd);
}

void memory_expect_much(void *p, size_t size)
{
	const uintptr_t start = ((uintptr_t)p + HUGE_PAGE - 1) & ~(uintptr_t)(HUGE_PAGE - 1);
	const uintptr_t end = ((uintptr_t)p + size) & ~(uintptr_t)(HUGE_PAGE - 1);

	if (size >= 2 * HUGE_PAGE && start < end)
		(void)madvise((void *)start, end - start, MADV_HUGEPAGE);
}
