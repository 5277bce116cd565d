/* SPDX-License-Identifier: Apache-2.0 */
#include "mysql/binlog/charset.h"

#include <errno.h>
#include <iconv.h>

#include "base/memory.h"

/*
 * Characters of two to four bytes. The C library's tables and the servers' part ways at a few:
 * those are in a table here, as MySQL 9.7 and MariaDB 10.11 convert every code that they know.
 */

/* The C library's names. The servers' sjis, euckr and ujis are wider than these standards. */
static const char *const iconv_names[] = {
	[CHARSET_BIG5 - CHARSET_BIG5] = "BIG5",
	[CHARSET_UJIS - CHARSET_BIG5] = "EUC-JP-MS",
	[CHARSET_EUCJPMS - CHARSET_BIG5] = "EUC-JP-MS",
	[CHARSET_SJIS - CHARSET_BIG5] = "SJIS",
	[CHARSET_CP932 - CHARSET_BIG5] = "CP932",
	[CHARSET_EUCKR - CHARSET_BIG5] = "UHC",
	[CHARSET_GB2312 - CHARSET_BIG5] = "EUC-CN",
	[CHARSET_GBK - CHARSET_BIG5] = "CP936",
	[CHARSET_GB18030 - CHARSET_BIG5] = "GB18030",
};

/* Codes in a row that are code points in a row; sorted. */
struct codes {
	uint32_t first, last, to;
};

/* clang-format off */
static const struct codes big5[] = {
	{ 0xa145, 0xa145, 0x2022 }, { 0xa14e, 0xa14e, 0xff64 }, { 0xa1c2, 0xa1c2, 0x203e },
	{ 0xa1e3, 0xa1e3, 0x223c }, { 0xa1f2, 0xa1f2, 0x2641 }, { 0xa1f3, 0xa1f3, 0x2609 },
	{ 0xa241, 0xa241, 0xff0f }, { 0xa242, 0xa242, 0xff3c }, { 0xa244, 0xa244, 0x00a5 },
	{ 0xa246, 0xa247, 0x00a2 }, { 0xc6a1, 0xc6a1, 0x30fe }, { 0xc6a2, 0xc6a3, 0x309d },
	{ 0xc6a4, 0xc6a4, 0x3005 }, { 0xc6a5, 0xc6f7, 0x3041 }, { 0xc6f8, 0xc6fe, 0x30a1 },
	{ 0xc740, 0xc77e, 0x30a8 }, { 0xc7a1, 0xc7b0, 0x30e7 }, { 0xc7b1, 0xc7b2, 0x0414 },
	{ 0xc7b3, 0xc7b3, 0x0401 }, { 0xc7b4, 0xc7ba, 0x0416 }, { 0xc7bb, 0xc7cd, 0x0423 },
	{ 0xc7ce, 0xc7ce, 0x0451 }, { 0xc7cf, 0xc7e8, 0x0436 }, { 0xc7e9, 0xc7f2, 0x2460 },
	{ 0xc7f3, 0xc7fc, 0x2474 },
};
static const struct codes ujis[] = {
	{ 0xa1c0, 0xa1c0, 0x005c }, { 0xa1c1, 0xa1c1, 0x301c }, { 0xa1c2, 0xa1c2, 0x2016 },
	{ 0xa1dd, 0xa1dd, 0x2212 }, { 0xa1f1, 0xa1f2, 0x00a2 }, { 0xa2cc, 0xa2cc, 0x00ac },
	{ 0x8fa2b7, 0x8fa2b7, 0x007e }, { 0x8fa2c3, 0x8fa2c3, 0x00a6 },
};
static const struct codes sjis[] = {
	{ 0x5c, 0x5c, 0x5c }, { 0x7e, 0x7e, 0x7e }, { 0x815f, 0x815f, 0x5c },
};
/* As the standard had it in 2000: private code points, and 4 bytes for what became of them. */
static const struct codes gb18030[] = {
	{ 0xa6d9, 0xa6df, 0xe78d }, { 0xa6ec, 0xa6ed, 0xe794 }, { 0xa6f3, 0xa6f3, 0xe796 },
	{ 0xfe51, 0xfe53, 0xe816 }, { 0xfe59, 0xfe59, 0xe81e }, { 0xfe61, 0xfe61, 0xe826 },
	{ 0xfe66, 0xfe67, 0xe82b }, { 0xfe6c, 0xfe6d, 0xe831 }, { 0xfe76, 0xfe76, 0xe83b },
	{ 0xfe7e, 0xfe7e, 0xe843 }, { 0xfe90, 0xfe91, 0xe854 }, { 0xfea0, 0xfea0, 0xe864 },
	{ 0x82359037, 0x82359039, 0x9fb4 }, { 0x82359130, 0x82359134, 0x9fb7 },
	{ 0x84318236, 0x84318239, 0xfe10 }, { 0x84318330, 0x84318335, 0xfe14 },
};
/* clang-format on */

static const struct {
	const struct codes *codes;
	size_t count;
} others[] = {
	[CHARSET_BIG5 - CHARSET_BIG5] = { big5, ARRAY_SIZE(big5) },
	[CHARSET_UJIS - CHARSET_BIG5] = { ujis, ARRAY_SIZE(ujis) },
	[CHARSET_SJIS - CHARSET_BIG5] = { sjis, ARRAY_SIZE(sjis) },
	[CHARSET_GB18030 - CHARSET_BIG5] = { gb18030, ARRAY_SIZE(gb18030) },
};

/* Bytes of the character at p as its first ones say. */
static size_t length_of(enum charset c, const uint8_t *p, size_t len)
{
	if (p[0] < 0x80)
		return 1;
	switch (c) {
	case CHARSET_SJIS: /* letters of one byte in between */
		return (p[0] >= 0xa0 && p[0] <= 0xdf) || p[0] == 0x80 ? 1 : 2;
	case CHARSET_UJIS:
		return p[0] == 0x8f ? 3 : 2;
	case CHARSET_GB18030:
		return len > 1 && p[1] >= '0' && p[1] <= '9' ? 4 : 2;
	default:
		return 2;
	}
}

/* The code point of a code that the C library has elsewhere; 0 for others. */
static uint32_t find_other(enum charset c, const uint8_t *p, size_t n)
{
	size_t which = (size_t)(c - CHARSET_BIG5), low = 0, high = others[which].count;
	const struct codes *codes = others[which].codes;
	uint32_t code = 0;

	for (size_t i = 0; i < n; i++)
		code = code << 8 | p[i];
	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (code > codes[middle].last)
			low = middle + 1;
		else if (code < codes[middle].first)
			high = middle;
		else
			return codes[middle].to + (code - codes[middle].first);
	}
	return 0;
}

/* Any of U+E000 to U+F8FF. */
static bool has_private(const char *utf8, size_t len)
{
	for (size_t i = 0; i + 1 < len; i++)
		if ((uint8_t)utf8[i] == 0xee ||
		    ((uint8_t)utf8[i] == 0xef && (uint8_t)utf8[i + 1] < 0xa4))
			return true;
	return false;
}

static iconv_t open_iconv(enum charset c)
{
	static iconv_t opened[ARRAY_SIZE(iconv_names)];
	static bool tried[ARRAY_SIZE(iconv_names)];
	size_t which = (size_t)(c - CHARSET_BIG5);

	if (!tried[which]) {
		opened[which] = iconv_open("UTF-8", iconv_names[which]);
		tried[which] = true;
	}
	return opened[which];
}

/* Returns the number of bytes that it used. */
static size_t convert_by_iconv(enum charset c, const uint8_t *p, size_t len, struct strbuf *out)
{
	iconv_t how = open_iconv(c);
	size_t left = len, room = len * 3;
	char *in = (char *)(uintptr_t)p, *to;

	if (how == (iconv_t)-1 || len == 0)
		return 0;
	iconv(how, NULL, NULL, NULL, NULL);
	/* No character of these takes fewer than a third of its bytes in UTF-8. */
	strbuf_grow(out, room);
	to = out->buf + out->len;
	iconv(how, &in, &left, &to, &room);
	/* Rows C6 to C8: the servers have letters where the C library has private code points. */
	if (c == CHARSET_BIG5 && has_private(out->buf + out->len, len * 3 - room))
		return 0;
	strbuf_added(out, len * 3 - room);
	return len - left;
}

size_t charset_convert_asian(enum charset c, const uint8_t *p, size_t len, struct strbuf *out)
{
	size_t done = 0, at = 0;

	if (!others[c - CHARSET_BIG5].codes)
		return convert_by_iconv(c, p, len, out);
	while (at < len) {
		size_t n = length_of(c, p + at, len - at);
		uint32_t other = n <= len - at ? find_other(c, p + at, n) : 0;

		if (n > len - at)
			break;
		if (other) {
			done += convert_by_iconv(c, p + done, at - done, out);
			if (done < at)
				return done;
			strbuf_add_utf8(out, other);
			done += n;
		}
		at += n;
	}
	return done + convert_by_iconv(c, p + done, at - done, out);
}
