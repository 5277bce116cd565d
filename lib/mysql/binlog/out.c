/* SPDX-License-Identifier: Apache-2.0 */
#include "mysql/binlog/out.h"

#include "base/digest.h"
#include "base/utf8.h"

void binlog_out_release(struct binlog_out *o)
{
	strbuf_release(&o->buf);
	strbuf_release(&o->scratch);
	error_release(&o->err);
}

void binlog_out_drain(struct binlog_out *o)
{
	if (!o->drain || o->buf.len == 0)
		return;
	if (!o->err.class)
		(void)o->drain(o->arg, &o->buf, &o->err);
	strbuf_reset(&o->buf);
}

/* True if one of the eight bytes does not stand for itself in both forms. */
static bool has_special(uint64_t w)
{
	const uint64_t ones = 0x0101010101010101u, high = 0x8080808080808080u;
	uint64_t quote = w ^ ones * '"', slash = w ^ ones * '\\', apostrophe = w ^ ones * '\'';

	/* A borrow can make a byte look special that follows a special one, never the reverse. */
	return (w | (w - ones * 0x20) | (quote - ones) | (slash - ones) | (apostrophe - ones) |
		((w ^ ones * 0x7f) - ones)) & high;
}

static bool is_plain(uint8_t c)
{
	return c >= 0x20 && c < 0x7f && c != '"' && c != '\\' && c != '\'';
}

/* Bytes at p that stand for themselves in both forms. */
static size_t plain_run(const uint8_t *p, size_t len)
{
	size_t i = 0;

	for (; len - i >= 8; i += 8) {
		uint64_t w;

		memcpy(&w, p + i, 8);
		if (has_special(w))
			break;
	}
	while (i < len && is_plain(p[i]))
		i++;
	return i;
}

#if defined(__SSE2__)

#include <emmintrin.h>

#define STEP 16

/* True if all of a step is plain; copies it. */
static bool copy_step(char *to, const uint8_t *p)
{
	const __m128i x = _mm_loadu_si128((const __m128i *)(const void *)p);
	/* Signed: bytes from 0x80 on are below too. */
	__m128i special = _mm_cmplt_epi8(x, _mm_set1_epi8(0x20));

	special = _mm_or_si128(special, _mm_cmpeq_epi8(x, _mm_set1_epi8('"')));
	special = _mm_or_si128(special, _mm_cmpeq_epi8(x, _mm_set1_epi8('\\')));
	special = _mm_or_si128(special, _mm_cmpeq_epi8(x, _mm_set1_epi8('\'')));
	special = _mm_or_si128(special, _mm_cmpeq_epi8(x, _mm_set1_epi8(0x7f)));
	_mm_storeu_si128((__m128i *)(void *)to, x);
	return _mm_movemask_epi8(special) == 0;
}

#else

#define STEP 8

static bool copy_step(char *to, const uint8_t *p)
{
	uint64_t w;

	memcpy(&w, p, 8);
	memcpy(to, &w, 8);
	return !has_special(w);
}

#endif

/*
 * Copies all of a short value while looking at it; the last step is of its last bytes, some of
 * which were copied before. False: not all of it is plain.
 */
static bool copy_plain(char *to, const uint8_t *p, size_t len)
{
	size_t i = 0;

	if (len < STEP) {
		uint64_t w;

		for (; len - i >= 8; i += 8) {
			memcpy(&w, p + i, 8);
			memcpy(to + i, &w, 8);
			if (has_special(w))
				return false;
		}
		for (; i < len; i++) {
			to[i] = (char)p[i];
			if (!is_plain(p[i]))
				return false;
		}
		return true;
	}
	for (; len - i >= STEP; i += STEP)
		if (!copy_step(to + i, p + i))
			return false;
	return i == len || copy_step(to + len - STEP, p + len - STEP);
}

static char escape_letter(uint8_t c)
{
	switch (c) {
	case '\n':
		return 'n';
	case '\r':
		return 'r';
	case '\t':
		return 't';
	case '\b':
		return 'b';
	case '\f':
		return 'f';
	default:
		return 0;
	}
}

static void out_escaped(struct binlog_out *o, uint8_t c)
{
	static const char hex[] = "0123456789abcdef";
	char letter = escape_letter(c);
	char *p = out_room(o, 8);

	if (c == '\\' || (c == '"' && !o->text) || (c == '\'' && o->text)) {
		*p++ = '\\';
		*p++ = (char)c;
	} else if (letter) {
		*p++ = '\\';
		*p++ = letter;
	} else if (c >= 0x20 && c != 0x7f) {
		*p++ = (char)c;
	} else if (o->text) {
		*p++ = '\\';
		*p++ = 'x';
		*p++ = hex[c >> 4];
		*p++ = hex[c & 15];
	} else {
		memcpy(p, "\\u00", 4);
		p[4] = hex[c >> 4];
		p[5] = hex[c & 15];
		p += 6;
	}
	out_end(o, p);
}

/* Bytes at p that are valid UTF-8 and need no escape. */
static size_t clean_run(const uint8_t *p, size_t len, bool ascii_only)
{
	const char *end = (const char *)p + len;
	size_t i = 0, n;

	while (i < len) {
		if (p[i] < 0x80) {
			n = plain_run(p + i, len - i);
		} else {
			n = ascii_only ? 0 : utf8_sequence((const char *)p + i, end);
		}
		if (n == 0)
			break;
		i += n;
	}
	return i;
}

/* Writes UTF-8 text until a byte that is not; returns how far it came. */
static size_t write_utf8(struct binlog_out *o, const uint8_t *p, size_t len, bool ascii_only)
{
	/* A bound on what is added between two looks at the size of the buffer. */
	const size_t most = BINLOG_OUT_CHUNK / 2;
	size_t i = 0, n;

	while (i < len) {
		n = clean_run(p + i, len - i < most ? len - i : most, ascii_only);
		out_add(o, p + i, n);
		i += n;
		if (i < len && p[i] < 0x80 && !is_plain(p[i]))
			out_escaped(o, p[i++]);
		else if (n == 0)
			break;
		binlog_out_check(o);
	}
	return i;
}

void out_utf8_part(struct binlog_out *o, const char *p, size_t len)
{
	(void)write_utf8(o, (const uint8_t *)p, len, false);
}

#define CONVERT_CHUNK ((size_t)16 << 10)

/* Converts in chunks; with write false only tries. */
static bool convert_all(struct binlog_out *o, enum charset c, const uint8_t *p, size_t len,
			bool write)
{
	while (len > 0) {
		size_t part = len < CONVERT_CHUNK ? len : CONVERT_CHUNK, used;

		strbuf_reset(&o->scratch);
		used = charset_convert(c, p, part, &o->scratch);
		/* A character may be cut at the end of a chunk, not at the end of the value. */
		if (used == 0 || (used < part && (part == len || part - used > 3)))
			return false;
		if (write)
			(void)write_utf8(o, (const uint8_t *)o->scratch.buf, o->scratch.len, false);
		p += used;
		len -= used;
	}
	return true;
}

/* No character set is known: text is what can hardly be anything else. */
static bool looks_like_text(const uint8_t *p, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (p[i] == 0x7f || (p[i] < 0x20 && p[i] != '\n' && p[i] != '\r' && p[i] != '\t'))
			return false;
	return utf8_valid((const char *)p, len);
}

#define TAKE_BACK_BYTES BINLOG_OUT_CHUNK

/* Writes the inside of a string; false: it is not text, and nothing may be kept of it. */
static bool write_text(struct binlog_out *o, enum charset c, const uint8_t *p, size_t len)
{
	if (c == CHARSET_UNKNOWN) {
		if (!looks_like_text(p, len))
			return false;
		return write_utf8(o, p, len, false) == len;
	}
	if (charset_is_utf8(c)) {
		if (!o->hold && !utf8_valid((const char *)p, len))
			return false;
		return write_utf8(o, p, len, c == CHARSET_ASCII) == len;
	}
	return (o->hold || convert_all(o, c, p, len, false)) && convert_all(o, c, p, len, true);
}

/* Longer ones may have to be drained halfway. */
#define SHORT_BYTES 4096

/* Character sets in which plain bytes are ASCII. */
static bool has_plain(enum charset c)
{
	return c == CHARSET_UNKNOWN || charset_is_utf8(c) || c >= CHARSET_SINGLE;
}

/* Most values are short and plain: copied and done. False: nothing was written. */
static bool write_plain(struct binlog_out *o, const uint8_t *p, size_t len)
{
	char *to = out_room(o, len + 2);

	if (!copy_plain(to + 1, p, len))
		return false;
	to[0] = to[len + 1] = o->text ? '\'' : '"';
	out_end(o, to + len + 2);
	return true;
}

void out_string(struct binlog_out *o, enum charset c, const uint8_t *p, size_t len)
{
	size_t start = o->buf.len;
	bool held = o->hold, ok;

	if (c == CHARSET_BINARY) {
		out_bytes(o, p, len, NULL);
		return;
	}
	if (len <= SHORT_BYTES && has_plain(c) && write_plain(o, p, len))
		return;
	/* Short values are written and, if they are not text, taken back; long ones are tried. */
	o->hold = held || len < TAKE_BACK_BYTES;
	out_ch(o, o->text ? '\'' : '"');
	ok = write_text(o, c, p, len);
	out_ch(o, o->text ? '\'' : '"');
	o->hold = held;
	if (!ok) {
		strbuf_setlen(&o->buf, start);
		out_bytes(o, p, len, charset_name(c));
	}
}

/* A multiple of three, so that the parts join. */
#define BASE64_CHUNK ((size_t)48 << 10)

void out_base64(struct binlog_out *o, const uint8_t *p, size_t len)
{
	while (len > 0) {
		size_t part = len < BASE64_CHUNK ? len : BASE64_CHUNK;

		strbuf_add_base64(&o->buf, p, part);
		p += part;
		len -= part;
		binlog_out_check(o);
	}
}

void out_hex(struct binlog_out *o, const uint8_t *p, size_t len)
{
	static const char hex[] = "0123456789abcdef";

	while (len > 0) {
		size_t part = len < 32768 ? len : 32768;
		char *to = out_room(o, part * 2);

		for (size_t i = 0; i < part; i++) {
			*to++ = hex[p[i] >> 4];
			*to++ = hex[p[i] & 15];
		}
		out_end(o, to);
		p += part;
		len -= part;
		binlog_out_check(o);
	}
}

void out_bytes(struct binlog_out *o, const uint8_t *p, size_t len, const char *charset)
{
	if (o->text) {
		out_str(o, "X'");
		out_hex(o, p, len);
		out_ch(o, '\'');
		return;
	}
	out_str(o, "{\"base64\":\"");
	out_base64(o, p, len);
	out_ch(o, '"');
	if (charset) {
		out_str(o, ",\"charset\":\"");
		out_str(o, charset);
		out_ch(o, '"');
	}
	out_ch(o, '}');
}
