/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * A growing byte string. buf is never NULL and always ends with a NUL that len
 * does not count; the bytes may hold NUL themselves. An initialised strbuf that
 * was never written owns nothing.
 *
 *	cleanup_strbuf struct strbuf sb = STRBUF_INIT;
 *	strbuf_addf(&sb, "%s:%d", host, port);
 *	return strbuf_detach(&sb, NULL);
 */

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct strbuf {
	char *buf;
	size_t len;
	size_t alloc; /* 0 while buf is the shared empty string */
};

extern char strbuf_empty[1];
#define STRBUF_INIT { .buf = strbuf_empty }

void strbuf_init(struct strbuf *sb);
void strbuf_release(struct strbuf *sb);
/* Empties it and keeps the memory. */
void strbuf_reset(struct strbuf *sb);
/* Makes room for extra more bytes; strbuf_grow is a no-op most of the time. */
void strbuf_grow_slow(struct strbuf *sb, size_t extra);
/* Gives the bytes to the caller, who frees them; the strbuf is empty afterwards. */
char *strbuf_detach(struct strbuf *sb, size_t *ret_len);
void strbuf_setlen(struct strbuf *sb, size_t len);

static inline void strbuf_grow(struct strbuf *sb, size_t extra)
{
	if (extra >= sb->alloc - sb->len || sb->alloc == 0)
		strbuf_grow_slow(sb, extra);
}

/* n bytes were written at buf + len, into room that strbuf_grow() made. */
static inline void strbuf_added(struct strbuf *sb, size_t n)
{
	sb->len += n;
	sb->buf[sb->len] = '\0';
}

static inline void strbuf_add(struct strbuf *sb, const void *p, size_t len)
{
	if (len == 0)
		return;
	strbuf_grow(sb, len);
	memcpy(sb->buf + sb->len, p, len);
	sb->len += len;
	sb->buf[sb->len] = '\0';
}

static inline void strbuf_addch(struct strbuf *sb, char c)
{
	strbuf_grow(sb, 1);
	sb->buf[sb->len++] = c;
	sb->buf[sb->len] = '\0';
}

static inline void strbuf_addstr(struct strbuf *sb, const char *s)
{
	strbuf_add(sb, s, strlen(s));
}

/* Adds n times the character c. */
void strbuf_addchars(struct strbuf *sb, char c, size_t n);
void strbuf_addf(struct strbuf *sb, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void strbuf_vaddf(struct strbuf *sb, const char *fmt, va_list ap)
	__attribute__((format(printf, 2, 0)));
/* Adds the UTF-8 form of a code point (at most 0x10ffff; surrogates become U+FFFD). */
void strbuf_add_utf8(struct strbuf *sb, uint32_t code_point);

#define cleanup_strbuf __attribute__((cleanup(strbuf_release)))
