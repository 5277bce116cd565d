/* SPDX-License-Identifier: Apache-2.0 */
#include "base/strbuf.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"
#include "base/utf8.h"

/* What buf of every unwritten strbuf points to; never written but for its NUL. */
char strbuf_empty[1];

void strbuf_init(struct strbuf *sb)
{
	*sb = (struct strbuf)STRBUF_INIT;
}

void strbuf_release(struct strbuf *sb)
{
	if (sb->alloc)
		free(sb->buf);
	strbuf_init(sb);
}

void strbuf_reset(struct strbuf *sb)
{
	strbuf_setlen(sb, 0);
}

void strbuf_grow_slow(struct strbuf *sb, size_t extra)
{
	size_t need, size;

	if (__builtin_add_overflow(sb->len, extra, &need) ||
	    __builtin_add_overflow(need, 1, &need))
		need = SIZE_MAX;
	if (need <= sb->alloc)
		return;
	size = sb->alloc + sb->alloc / 2;
	if (size < 64)
		size = 64;
	if (size < need)
		size = need;
	sb->buf = xreallocarray(sb->alloc ? sb->buf : NULL, size, 1);
	memory_expect_much(sb->buf, size);
	if (!sb->alloc)
		sb->buf[0] = '\0';
	sb->alloc = size;
}

char *strbuf_detach(struct strbuf *sb, size_t *ret_len)
{
	char *p;

	if (!sb->alloc)
		strbuf_grow_slow(sb, 0);
	p = sb->buf;
	if (ret_len)
		*ret_len = sb->len;
	strbuf_init(sb);
	return p;
}

void strbuf_setlen(struct strbuf *sb, size_t len)
{
	assert(len <= sb->len);
	sb->len = len;
	if (sb->alloc)
		sb->buf[len] = '\0';
}

void strbuf_addchars(struct strbuf *sb, char c, size_t n)
{
	if (n == 0)
		return;
	strbuf_grow(sb, n);
	memset(sb->buf + sb->len, c, n);
	sb->len += n;
	sb->buf[sb->len] = '\0';
}

void strbuf_vaddf(struct strbuf *sb, const char *fmt, va_list ap)
{
	va_list copy;
	size_t room;
	int need;

	strbuf_grow(sb, 64);
	room = sb->alloc - sb->len;
	va_copy(copy, ap);
	need = vsnprintf(sb->buf + sb->len, room, fmt, copy);
	va_end(copy);
	assert(need >= 0);
	if ((size_t)need >= room) {
		strbuf_grow(sb, (size_t)need);
		need = vsnprintf(sb->buf + sb->len, (size_t)need + 1, fmt, ap);
		assert(need >= 0);
	}
	sb->len += (size_t)need;
}

void strbuf_addf(struct strbuf *sb, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	strbuf_vaddf(sb, fmt, ap);
	va_end(ap);
}

void strbuf_add_utf8(struct strbuf *sb, uint32_t c)
{
	char b[4];

	strbuf_add(sb, b, utf8_encode(c, b));
}
