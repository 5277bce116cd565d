/* SPDX-License-Identifier: Apache-2.0 */
#include "tree/yaml_emit.h"

#include <string.h>

#include "base/utf8.h"
#include "tree/resolve.h"
#include "tree/yaml_emit_parts.h"

/* Copies short text, of which most output is made, without a call. */
static inline char *copy_text(char *to, const char *from, size_t len)
{
	if (len > 16) {
		memcpy(to, from, len);
	} else if (len >= 8) {
		uint64_t head, tail;

		memcpy(&head, from, 8);
		memcpy(&tail, from + len - 8, 8);
		memcpy(to, &head, 8);
		memcpy(to + len - 8, &tail, 8);
	} else if (len >= 4) {
		uint32_t head, tail;

		memcpy(&head, from, 4);
		memcpy(&tail, from + len - 4, 4);
		memcpy(to, &head, 4);
		memcpy(to + len - 4, &tail, 4);
	} else {
		for (size_t i = 0; i < len; i++)
			to[i] = from[i];
	}
	return to + len;
}

/* Blanks are written so many at once. */
#define BLANKS 8

/* To a new line, if need be, and to the indentation, with room for more behind it. */
static inline char *put_indent(struct yaml_emitter *e, size_t more)
{
	size_t indent = e->indent > 0 ? (size_t)e->indent : 0, at = yaml_column(e);
	char *to;

	strbuf_grow(e->out, 1 + indent + BLANKS + more);
	to = e->out->buf + e->out->len;
	if (!e->indention || at > indent || (at == indent && !e->whitespace)) {
		*to++ = '\n';
		e->line_start = e->out->len + 1;
		e->wide = 0;
		at = 0;
	}
	for (size_t i = at; i < indent; i += BLANKS)
		memcpy(to + i - at, "        ", BLANKS);
	return indent > at ? to + indent - at : to;
}

static inline void put_end(struct yaml_emitter *e, char *to)
{
	*to = '\0';
	e->out->len = (size_t)(to - e->out->buf);
}

void yaml_emit_indent(struct yaml_emitter *e)
{
	put_end(e, put_indent(e, 0));
	e->whitespace = true;
	e->indention = true;
}

void yaml_emit_indicator(struct yaml_emitter *e, const char *text, bool spaced, bool indention)
{
	if (spaced)
		yaml_before_word(e);
	strbuf_addstr(e->out, text);
	e->whitespace = false;
	e->indention = e->indention && indention;
}

/* 1: within a word; 2: at its beginning; 4: at its beginning if it is longer than "false". */
static const unsigned char word_bytes[256] = {
	['a' ... 'e'] = 3, ['f'] = 5, ['g' ... 'm'] = 3, ['n'] = 5, ['o'] = 5,
	['p' ... 's'] = 3, ['t'] = 5, ['u' ... 'x'] = 3, ['y'] = 5, ['z'] = 3,
	['A' ... 'E'] = 3, ['F'] = 5, ['G' ... 'M'] = 3, ['N'] = 5, ['O'] = 5,
	['P' ... 'S'] = 3, ['T'] = 5, ['U' ... 'X'] = 3, ['Y'] = 5, ['Z'] = 3,
	['_'] = 3,	   ['/'] = 3, ['0' ... '9'] = 1, ['-'] = 1, ['.'] = 1,
};

static bool begins_word(const char *text, size_t len)
{
	unsigned char first = word_bytes[(unsigned char)text[0]];

	return first & (len > 5 ? 6 : 2) ||
	       (first & 4 && yaml_resolve(text, len).kind == RESOLVED_STRING);
}

static bool has_word_bytes(const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (!word_bytes[(unsigned char)text[i]])
			return false;
	return true;
}

bool yaml_is_word(const struct node *n)
{
	return n->len && (n->known & TEXT_WORD_BYTES || has_word_bytes(n->text, n->len)) &&
	       begins_word(n->text, n->len);
}

void yaml_emit_word(struct yaml_emitter *e, const char *text, size_t len)
{
	char *to;

	strbuf_grow(e->out, len + 1);
	to = e->out->buf + e->out->len;
	if (!e->whitespace)
		*to++ = ' ';
	put_end(e, copy_text(to, text, len));
	yaml_after_word(e);
}

void yaml_emit_word_key(struct yaml_emitter *e, const char *text, size_t len)
{
	char *to = copy_text(put_indent(e, len + 1), text, len);

	*to++ = ':';
	put_end(e, to);
	yaml_after_word(e);
}

void yaml_emit_tag(struct yaml_emitter *e, const char *tag)
{
	static const char free_signs[] = ";/?:@&=+$_.~*'()-";

	yaml_before_word(e);
	for (const char *p = tag; *p; p++) {
		const char c = *p;

		if ((p == tag && c == '!') || (c >= '0' && c <= '9') ||
		    ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') || strchr(free_signs, c))
			strbuf_addch(e->out, c);
		else
			strbuf_addf(e->out, "%%%02X", (unsigned)(unsigned char)c);
	}
	yaml_after_word(e);
}
