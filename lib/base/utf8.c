/* SPDX-License-Identifier: Apache-2.0 */
#include "base/utf8.h"

static bool continuation(char c)
{
	return ((unsigned char)c & 0xc0) == 0x80;
}

size_t utf8_sequence(const char *p, const char *end)
{
	size_t room = (size_t)(end - p);
	unsigned char c, d;

	if (room == 0)
		return 0;
	c = (unsigned char)p[0];
	if (c < 0x80)
		return 1;
	if (c < 0xc2 || c > 0xf4 || room < 2 || !continuation(p[1]))
		return 0;
	if (c < 0xe0)
		return 2;
	d = (unsigned char)p[1];
	if (room < 3 || !continuation(p[2]))
		return 0;
	if (c < 0xf0) /* no overlong forms, no surrogates */
		return (c == 0xe0 && d < 0xa0) || (c == 0xed && d > 0x9f) ? 0 : 3;
	if (room < 4 || !continuation(p[3]))
		return 0;
	return (c == 0xf0 && d < 0x90) || (c == 0xf4 && d > 0x8f) ? 0 : 4;
}

uint32_t utf8_decode(const char *s, size_t *ret_len)
{
	const unsigned char *p = (const unsigned char *)s;

	if (p[0] < 0x80) {
		*ret_len = 1;
		return p[0];
	}
	if (p[0] < 0xe0) {
		*ret_len = 2;
		return (uint32_t)(p[0] & 0x1f) << 6 | (p[1] & 0x3f);
	}
	if (p[0] < 0xf0) {
		*ret_len = 3;
		return (uint32_t)(p[0] & 0x0f) << 12 | (uint32_t)(p[1] & 0x3f) << 6 | (p[2] & 0x3f);
	}
	*ret_len = 4;
	return (uint32_t)(p[0] & 0x07) << 18 | (uint32_t)(p[1] & 0x3f) << 12 |
	       (uint32_t)(p[2] & 0x3f) << 6 | (p[3] & 0x3f);
}

size_t utf8_encode(uint32_t c, char *to)
{
	if (c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
		c = 0xfffd;
	if (c < 0x80) {
		to[0] = (char)c;
		return 1;
	}
	if (c < 0x800) {
		to[0] = (char)(0xc0 | c >> 6);
		to[1] = (char)(0x80 | (c & 0x3f));
		return 2;
	}
	if (c < 0x10000) {
		to[0] = (char)(0xe0 | c >> 12);
		to[1] = (char)(0x80 | (c >> 6 & 0x3f));
		to[2] = (char)(0x80 | (c & 0x3f));
		return 3;
	}
	to[0] = (char)(0xf0 | c >> 18);
	to[1] = (char)(0x80 | (c >> 12 & 0x3f));
	to[2] = (char)(0x80 | (c >> 6 & 0x3f));
	to[3] = (char)(0x80 | (c & 0x3f));
	return 4;
}

bool utf8_valid(const char *p, size_t len)
{
	const char *end = p + len;
	size_t n;

	for (; p < end; p += n) {
		n = utf8_sequence(p, end);
		if (n == 0)
			return false;
	}
	return true;
}

size_t utf8_count(const char *p, size_t len)
{
	const char *end = p + len;
	size_t count = 0, n;

	for (; p < end; count++) {
		if ((unsigned char)*p < 0x80) {
			p++;
			continue;
		}
		n = utf8_sequence(p, end);
		p += n ? n : 1;
	}
	return count;
}
