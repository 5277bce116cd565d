/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * Where decoded text goes: a buffer that is drained when it is large, in the middle of a long value
 * too, so that a value of a gigabyte needs no gigabyte. Nothing is allocated for a row once the
 * buffer has grown to its size.
 */

#include "base/error.h"
#include "base/strbuf.h"
#include "mysql/binlog/charset.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

struct binlog_out {
	struct strbuf buf;
	struct strbuf scratch; /* of conversions */
	bool text;	       /* readable text; false: JSON */
	bool hold;	       /* a part of buf may be taken back: not to be drained now */
	/* Takes all of buf away (writes it). NULL: it is kept. */
	int (*drain)(void *arg, struct strbuf *buf, struct error *err);
	void *arg;
	struct error err; /* the first that drain met; nothing is drained after it */
};

#define BINLOG_OUT_INIT { .buf = STRBUF_INIT, .scratch = STRBUF_INIT }
/* Drained from this size on. */
#define BINLOG_OUT_CHUNK ((size_t)128 << 10)

void binlog_out_release(struct binlog_out *o);
void binlog_out_drain(struct binlog_out *o);

static inline void binlog_out_check(struct binlog_out *o)
{
	if (o->buf.len >= BINLOG_OUT_CHUNK && !o->hold)
		binlog_out_drain(o);
}

/* Room for n bytes at the end of the buffer; out_end() says where writing stopped. */
static inline char *out_room(struct binlog_out *o, size_t n)
{
	strbuf_grow(&o->buf, n);
	return o->buf.buf + o->buf.len;
}

static inline void out_end(struct binlog_out *o, char *end)
{
	o->buf.len = (size_t)(end - o->buf.buf);
	*end = '\0';
}

static inline void out_add(struct binlog_out *o, const void *p, size_t len)
{
	strbuf_add(&o->buf, p, len);
}

static inline void out_str(struct binlog_out *o, const char *s)
{
	strbuf_addstr(&o->buf, s);
}

static inline void out_ch(struct binlog_out *o, char c)
{
	strbuf_addch(&o->buf, c);
}

/*
 * Text of a character set between quotes, as UTF-8. What is not text of that character set becomes
 * {"base64": …, "charset": …} in JSON, X'…' in text. CHARSET_UNKNOWN is taken for UTF-8 if it is
 * that and holds no control characters but tab, line feed and carriage return.
 */
void out_string(struct binlog_out *o, enum charset c, const uint8_t *p, size_t len);
/* The same for text that is known to be good; parts of one string, without quotes. */
void out_utf8_part(struct binlog_out *o, const char *p, size_t len);
/* {"base64": "…"} in JSON, X'…' in text. charset: of text that cannot be converted, else NULL. */
void out_bytes(struct binlog_out *o, const uint8_t *p, size_t len, const char *charset);
void out_base64(struct binlog_out *o, const uint8_t *p, size_t len);
void out_hex(struct binlog_out *o, const uint8_t *p, size_t len);

/* Numbers; those named put_ write at p and return the end. */
char *put_u64(char *p, uint64_t v); /* at most 20 bytes */
char *put_i64(char *p, int64_t v);
/* The shortest text that reads back as the same number, at most 32 bytes. */
char *put_double(char *p, double v);
char *put_float(char *p, float v);
void out_u64(struct binlog_out *o, uint64_t v);
void out_i64(struct binlog_out *o, int64_t v);
/* Digits of v, with leading zeros. */
char *put_digits(char *p, uint64_t v, unsigned digits);

/* "00" to "99" */
extern const char out_pairs[201];

static inline char *put_two(char *p, unsigned below_100)
{
	memcpy(p, out_pairs + (size_t)below_100 * 2, 2);
	return p + 2;
}
