/* SPDX-License-Identifier: Apache-2.0 */
#include "mysql/binlog/charset.h"

#include "base/memory.h"
#include "base/utf8.h"
#include "mysql/binlog/bytes.h"

static const char *const names[CHARSETS] = {
	[CHARSET_UNKNOWN] = "unknown",	 [CHARSET_BINARY] = "binary",
	[CHARSET_ASCII] = "ascii",	 [CHARSET_UTF8MB3] = "utf8mb3",
	[CHARSET_UTF8MB4] = "utf8mb4",	 [CHARSET_UCS2] = "ucs2",
	[CHARSET_UTF16] = "utf16",	 [CHARSET_UTF16LE] = "utf16le",
	[CHARSET_UTF32] = "utf32",	 [CHARSET_SWE7] = "swe7",
	[CHARSET_BIG5] = "big5",	 [CHARSET_UJIS] = "ujis",
	[CHARSET_EUCJPMS] = "eucjpms",	 [CHARSET_SJIS] = "sjis",
	[CHARSET_CP932] = "cp932",	 [CHARSET_EUCKR] = "euckr",
	[CHARSET_GB2312] = "gb2312",	 [CHARSET_GBK] = "gbk",
	[CHARSET_GB18030] = "gb18030",	 [CHARSET_LATIN1] = "latin1",
	[CHARSET_LATIN2] = "latin2",	 [CHARSET_LATIN5] = "latin5",
	[CHARSET_LATIN7] = "latin7",	 [CHARSET_CP1250] = "cp1250",
	[CHARSET_CP1251] = "cp1251",	 [CHARSET_CP1256] = "cp1256",
	[CHARSET_CP1257] = "cp1257",	 [CHARSET_KOI8R] = "koi8r",
	[CHARSET_KOI8U] = "koi8u",	 [CHARSET_CP850] = "cp850",
	[CHARSET_CP852] = "cp852",	 [CHARSET_CP866] = "cp866",
	[CHARSET_GREEK] = "greek",	 [CHARSET_HEBREW] = "hebrew",
	[CHARSET_TIS620] = "tis620",	 [CHARSET_MACCE] = "macce",
	[CHARSET_MACROMAN] = "macroman", [CHARSET_DEC8] = "dec8",
	[CHARSET_HP8] = "hp8",		 [CHARSET_KEYBCS2] = "keybcs2",
	[CHARSET_ARMSCII8] = "armscii8", [CHARSET_GEOSTD8] = "geostd8",
};

/*
 * Numbers of collations below 1024, from information_schema.collations of MariaDB 10.11 and MySQL
 * 9. MariaDB adds 1024 for "nopad", and has 256 numbers from 2048 on for each of five character
 * sets (uca1400).
 */
static const struct range {
	uint16_t first, last;
	uint16_t charset;
} ranges[] = {
	{ 1, 1, CHARSET_BIG5 }, { 2, 2, CHARSET_LATIN2 }, { 3, 3, CHARSET_DEC8 },
	{ 4, 4, CHARSET_CP850 }, { 5, 5, CHARSET_LATIN1 }, { 6, 6, CHARSET_HP8 },
	{ 7, 7, CHARSET_KOI8R }, { 8, 8, CHARSET_LATIN1 }, { 9, 9, CHARSET_LATIN2 },
	{ 10, 10, CHARSET_SWE7 }, { 11, 11, CHARSET_ASCII }, { 12, 12, CHARSET_UJIS },
	{ 13, 13, CHARSET_SJIS }, { 14, 14, CHARSET_CP1251 }, { 15, 15, CHARSET_LATIN1 },
	{ 16, 16, CHARSET_HEBREW }, { 18, 18, CHARSET_TIS620 }, { 19, 19, CHARSET_EUCKR },
	{ 20, 20, CHARSET_LATIN7 }, { 21, 21, CHARSET_LATIN2 }, { 22, 22, CHARSET_KOI8U },
	{ 23, 23, CHARSET_CP1251 }, { 24, 24, CHARSET_GB2312 }, { 25, 25, CHARSET_GREEK },
	{ 26, 26, CHARSET_CP1250 }, { 27, 27, CHARSET_LATIN2 }, { 28, 28, CHARSET_GBK },
	{ 29, 29, CHARSET_CP1257 }, { 30, 30, CHARSET_LATIN5 }, { 31, 31, CHARSET_LATIN1 },
	{ 32, 32, CHARSET_ARMSCII8 }, { 33, 33, CHARSET_UTF8MB3 }, { 34, 34, CHARSET_CP1250 },
	{ 35, 35, CHARSET_UCS2 }, { 36, 36, CHARSET_CP866 }, { 37, 37, CHARSET_KEYBCS2 },
	{ 38, 38, CHARSET_MACCE }, { 39, 39, CHARSET_MACROMAN }, { 40, 40, CHARSET_CP852 },
	{ 41, 42, CHARSET_LATIN7 }, { 43, 43, CHARSET_MACCE }, { 44, 44, CHARSET_CP1250 },
	{ 45, 46, CHARSET_UTF8MB4 }, { 47, 49, CHARSET_LATIN1 }, { 50, 52, CHARSET_CP1251 },
	{ 53, 53, CHARSET_MACROMAN }, { 54, 55, CHARSET_UTF16 }, { 56, 56, CHARSET_UTF16LE },
	{ 57, 57, CHARSET_CP1256 }, { 58, 59, CHARSET_CP1257 }, { 60, 61, CHARSET_UTF32 },
	{ 62, 62, CHARSET_UTF16LE }, { 63, 63, CHARSET_BINARY }, { 64, 64, CHARSET_ARMSCII8 },
	{ 65, 65, CHARSET_ASCII }, { 66, 66, CHARSET_CP1250 }, { 67, 67, CHARSET_CP1256 },
	{ 68, 68, CHARSET_CP866 }, { 69, 69, CHARSET_DEC8 }, { 70, 70, CHARSET_GREEK },
	{ 71, 71, CHARSET_HEBREW }, { 72, 72, CHARSET_HP8 }, { 73, 73, CHARSET_KEYBCS2 },
	{ 74, 74, CHARSET_KOI8R }, { 75, 75, CHARSET_KOI8U }, { 76, 76, CHARSET_UTF8MB3 },
	{ 77, 77, CHARSET_LATIN2 }, { 78, 78, CHARSET_LATIN5 }, { 79, 79, CHARSET_LATIN7 },
	{ 80, 80, CHARSET_CP850 }, { 81, 81, CHARSET_CP852 }, { 82, 82, CHARSET_SWE7 },
	{ 83, 83, CHARSET_UTF8MB3 }, { 84, 84, CHARSET_BIG5 }, { 85, 85, CHARSET_EUCKR },
	{ 86, 86, CHARSET_GB2312 }, { 87, 87, CHARSET_GBK }, { 88, 88, CHARSET_SJIS },
	{ 89, 89, CHARSET_TIS620 }, { 90, 90, CHARSET_UCS2 }, { 91, 91, CHARSET_UJIS },
	{ 92, 93, CHARSET_GEOSTD8 }, { 94, 94, CHARSET_LATIN1 }, { 95, 96, CHARSET_CP932 },
	{ 97, 98, CHARSET_EUCJPMS }, { 99, 99, CHARSET_CP1250 }, { 101, 124, CHARSET_UTF16 },
	{ 128, 159, CHARSET_UCS2 }, { 160, 183, CHARSET_UTF32 }, { 192, 223, CHARSET_UTF8MB3 },
	{ 224, 247, CHARSET_UTF8MB4 }, { 248, 250, CHARSET_GB18030 },
	{ 255, 323, CHARSET_UTF8MB4 }, { 576, 578, CHARSET_UTF8MB3 },
	{ 608, 610, CHARSET_UTF8MB4 }, { 640, 642, CHARSET_UCS2 }, { 672, 674, CHARSET_UTF16 },
	{ 736, 738, CHARSET_UTF32 },
};

static enum charset find_range(uint32_t collation)
{
	for (size_t i = 0; i < ARRAY_SIZE(ranges); i++)
		if (collation >= ranges[i].first && collation <= ranges[i].last)
			return (enum charset)ranges[i].charset;
	return CHARSET_UNKNOWN;
}

enum charset charset_of_collation(uint32_t collation)
{
	static const uint8_t uca1400[] = { CHARSET_UTF8MB3, CHARSET_UTF8MB4, CHARSET_UCS2,
					   CHARSET_UTF16, CHARSET_UTF32 };

	if (collation >= 2048 && collation < 2048 + 256 * ARRAY_SIZE(uca1400))
		return (enum charset)uca1400[(collation - 2048) / 256];
	return find_range(collation >= 1024 && collation < 2048 ? collation - 1024 : collation);
}

const char *charset_name(enum charset c)
{
	return names[c];
}

static size_t convert_single(enum charset c, const uint8_t *p, size_t len, struct strbuf *out)
{
	const uint16_t *upper = charset_upper_halves[c - CHARSET_SINGLE];
	size_t i;

	for (i = 0; i < len; i++) {
		if (p[i] < 0x80) {
			strbuf_addch(out, (char)p[i]);
			continue;
		}
		if (!upper[p[i] - 0x80])
			break;
		strbuf_add_utf8(out, upper[p[i] - 0x80]);
	}
	return i;
}

/* ASCII with national letters in the place of brackets. */
static size_t convert_swe7(const uint8_t *p, size_t len, struct strbuf *out)
{
	static const uint16_t letters[128] = {
		['@'] = 0xc9, ['['] = 0xc4, ['\\'] = 0xd6, [']'] = 0xc5, ['^'] = 0xdc,
		['`'] = 0xe9, ['{'] = 0xe4, ['|'] = 0xf6,  ['}'] = 0xe5, ['~'] = 0xfc,
	};
	size_t i;

	for (i = 0; i < len && p[i] < 0x7f; i++)
		strbuf_add_utf8(out, letters[p[i]] ? letters[p[i]] : p[i]);
	return i;
}

static size_t convert_utf8(enum charset c, const uint8_t *p, size_t len, struct strbuf *out)
{
	const char *at = (const char *)p, *end = at + len;
	size_t n;

	while (at < end && (n = utf8_sequence(at, end)) > 0 && (n == 1 || c != CHARSET_ASCII))
		at += n;
	strbuf_add(out, p, (size_t)(at - (const char *)p));
	return (size_t)(at - (const char *)p);
}

static bool is_surrogate(uint32_t u)
{
	return u >= 0xd800 && u <= 0xdfff;
}

static size_t convert_utf16(enum charset c, const uint8_t *p, size_t len, struct strbuf *out)
{
	size_t i = 0;

	while (len - i >= 2) {
		bool little = c == CHARSET_UTF16LE;
		uint32_t u = (uint32_t)(little ? bytes_le(p + i, 2) : bytes_be(p + i, 2)), low;
		size_t n = 2;

		if (is_surrogate(u)) {
			if (c == CHARSET_UCS2 || u >= 0xdc00 || len - i < 4)
				break;
			low = (uint32_t)(little ? bytes_le(p + i + 2, 2) : bytes_be(p + i + 2, 2));
			if (low < 0xdc00 || low > 0xdfff)
				break;
			u = 0x10000 + ((u - 0xd800) << 10) + (low - 0xdc00);
			n = 4;
		}
		strbuf_add_utf8(out, u);
		i += n;
	}
	return i;
}

static size_t convert_utf32(const uint8_t *p, size_t len, struct strbuf *out)
{
	size_t i;

	for (i = 0; len - i >= 4; i += 4) {
		uint32_t u = (uint32_t)bytes_be(p + i, 4);

		if (u > 0x10ffff || is_surrogate(u))
			break;
		strbuf_add_utf8(out, u);
	}
	return i;
}

size_t charset_convert(enum charset c, const uint8_t *p, size_t len, struct strbuf *out)
{
	if (charset_is_utf8(c))
		return convert_utf8(c, p, len, out);
	if (c >= CHARSET_SINGLE)
		return convert_single(c, p, len, out);
	switch (c) {
	case CHARSET_UCS2:
	case CHARSET_UTF16:
	case CHARSET_UTF16LE:
		return convert_utf16(c, p, len, out);
	case CHARSET_UTF32:
		return convert_utf32(p, len, out);
	case CHARSET_SWE7:
		return convert_swe7(p, len, out);
	case CHARSET_UNKNOWN:
	case CHARSET_BINARY:
		return 0;
	default:
		return charset_convert_asian(c, p, len, out);
	}
}
