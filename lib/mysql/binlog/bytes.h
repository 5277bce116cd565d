/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * Reading numbers from bytes that nobody vouches for. A read beyond the end sets failed, returns
 * zero and goes nowhere; it is enough to look at failed once, behind the last read.
 *
 *	struct cursor c = cursor_of(data, len);
 *	id = cursor_u48(&c);
 *	name = cursor_take(&c, cursor_u8(&c));
 *	if (c.failed)
 *		return error_set(err, ERR_INVALID, ...);
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct cursor {
	const uint8_t *p, *end;
	bool failed;
};

static inline struct cursor cursor_of(const void *data, size_t len)
{
	const uint8_t *p = data;

	return (struct cursor){ .p = p, .end = p + len };
}

static inline size_t cursor_left(const struct cursor *c)
{
	return (size_t)(c->end - c->p);
}

/* The next n bytes; when there are fewer, failed is set and the result must not be read. */
static inline const uint8_t *cursor_take(struct cursor *c, uint64_t n)
{
	const uint8_t *p = c->p;

	if (n > (uint64_t)(c->end - c->p)) {
		c->failed = true;
		c->p = c->end;
		return p;
	}
	c->p += n;
	return p;
}

/* Little-endian, n from 0 to 8. */
static inline uint64_t bytes_le(const uint8_t *p, size_t n)
{
	uint64_t v = 0;

	for (size_t i = n; i > 0; i--)
		v = v << 8 | p[i - 1];
	return v;
}

static inline uint64_t bytes_be(const uint8_t *p, size_t n)
{
	uint64_t v = 0;

	for (size_t i = 0; i < n; i++)
		v = v << 8 | p[i];
	return v;
}

static inline uint16_t bytes_u16(const uint8_t *p)
{
	return (uint16_t)(p[0] | p[1] << 8);
}

static inline uint32_t bytes_u24(const uint8_t *p)
{
	return (uint32_t)(p[0] | p[1] << 8 | p[2] << 16);
}

static inline uint32_t bytes_u32(const uint8_t *p)
{
	return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

static inline uint64_t bytes_u64(const uint8_t *p)
{
	return (uint64_t)bytes_u32(p) | (uint64_t)bytes_u32(p + 4) << 32;
}

static inline uint64_t cursor_le(struct cursor *c, size_t n)
{
	const uint8_t *p = cursor_take(c, n);

	return c->failed ? 0 : bytes_le(p, n);
}

static inline uint8_t cursor_u8(struct cursor *c)
{
	return (uint8_t)cursor_le(c, 1);
}

static inline uint16_t cursor_u16(struct cursor *c)
{
	return (uint16_t)cursor_le(c, 2);
}

static inline uint32_t cursor_u32(struct cursor *c)
{
	return (uint32_t)cursor_le(c, 4);
}

static inline uint64_t cursor_u48(struct cursor *c)
{
	return cursor_le(c, 6);
}

static inline uint64_t cursor_u64(struct cursor *c)
{
	return cursor_le(c, 8);
}

/* The protocol's length-encoded integer: one byte up to 250, then 252, 253, 254 with 2, 3, 8. */
static inline uint64_t cursor_packed(struct cursor *c)
{
	uint8_t first = cursor_u8(c);

	if (first < 251)
		return first;
	if (first == 252)
		return cursor_le(c, 2);
	if (first == 253)
		return cursor_le(c, 3);
	if (first == 254)
		return cursor_le(c, 8);
	c->failed = true;
	return 0;
}
