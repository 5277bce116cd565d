/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * The character sets of both vendors, to UTF-8. The single-byte ones are tables of our own that say
 * what the servers' own CONVERT() says; the Asian ones are converted by iconv(3), but for the
 * characters of which the servers say something else. A small image may lack its modules: then, as
 * for bytes that are not of the character set, nothing is converted and the caller shows the bytes
 * as such.
 */

#include "base/strbuf.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum charset {
	CHARSET_UNKNOWN, /* the log does not say, or a collation number that we do not know */
	CHARSET_BINARY,
	CHARSET_ASCII,
	CHARSET_UTF8MB3,
	CHARSET_UTF8MB4,
	CHARSET_UCS2,
	CHARSET_UTF16,
	CHARSET_UTF16LE,
	CHARSET_UTF32,
	CHARSET_SWE7,
	/* by iconv */
	CHARSET_BIG5,
	CHARSET_UJIS,
	CHARSET_EUCJPMS,
	CHARSET_SJIS,
	CHARSET_CP932,
	CHARSET_EUCKR,
	CHARSET_GB2312,
	CHARSET_GBK,
	CHARSET_GB18030,
	/* by table */
	CHARSET_LATIN1,
	CHARSET_LATIN2,
	CHARSET_LATIN5,
	CHARSET_LATIN7,
	CHARSET_CP1250,
	CHARSET_CP1251,
	CHARSET_CP1256,
	CHARSET_CP1257,
	CHARSET_KOI8R,
	CHARSET_KOI8U,
	CHARSET_CP850,
	CHARSET_CP852,
	CHARSET_CP866,
	CHARSET_GREEK,
	CHARSET_HEBREW,
	CHARSET_TIS620,
	CHARSET_MACCE,
	CHARSET_MACROMAN,
	CHARSET_DEC8,
	CHARSET_HP8,
	CHARSET_KEYBCS2,
	CHARSET_ARMSCII8,
	CHARSET_GEOSTD8,
	CHARSETS,
};
#define CHARSET_SINGLE CHARSET_LATIN1

/* Of a collation's number, which is what the log holds; CHARSET_UNKNOWN if it is not known. */
enum charset charset_of_collation(uint32_t collation);
/* As in CREATE TABLE: "latin1". */
const char *charset_name(enum charset c);
/* Is valid UTF-8 text of this character set the same bytes? */
static inline bool charset_is_utf8(enum charset c)
{
	return c == CHARSET_ASCII || c == CHARSET_UTF8MB3 || c == CHARSET_UTF8MB4;
}

/*
 * Appends as much of the text as is valid and whole; returns the number of bytes that it used. Less
 * than len: the rest is not of the character set, or a character is cut off at the end. Not for
 * CHARSET_UNKNOWN and CHARSET_BINARY.
 */
size_t charset_convert(enum charset c, const uint8_t *p, size_t len, struct strbuf *out);

/* Its part for those from CHARSET_BIG5 to CHARSET_GB18030. */
size_t charset_convert_asian(enum charset c, const uint8_t *p, size_t len, struct strbuf *out);

/* Code points of the bytes 0x80 to 0xff, 0 for those that stand for nothing. */
extern const uint16_t charset_upper_halves[CHARSETS - CHARSET_SINGLE][128];
