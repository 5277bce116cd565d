/* SPDX-License-Identifier: Apache-2.0 */
#include "template/source_text.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/utf8.h"

void source_text_init(struct source_text *s, const char *text, size_t len)
{
	bool utf16 = len >= 2 && (!text[0] || !text[1] || !memcmp(text, "\xff\xfe", 2) ||
				  !memcmp(text, "\xfe\xff", 2));

	*s = (struct source_text){ .text = utf16 ? NULL : text, .len = len };
}

void source_text_release(struct source_text *s)
{
	free(s->lines);
	*s = (struct source_text)SOURCE_TEXT_INIT;
}

static void index_lines(struct source_text *s)
{
	size_t at = 0;
	const char *end;

	do {
		ALLOC_GROW(s->lines, s->line_count + 1, s->alloc);
		s->lines[s->line_count++] = at;
		end = memchr(s->text + at, '\n', s->len - at);
		at = end ? (size_t)(end - s->text) + 1 : s->len;
	} while (end);
}

const char *source_text_at(struct source_text *s, const struct pos *pos)
{
	const char *p, *end;
	uint32_t column = 1;

	if (!s || !s->text || !pos->line)
		return NULL;
	if (!s->line_count)
		index_lines(s);
	if (pos->line > s->line_count)
		return NULL;
	p = s->text + s->lines[pos->line - 1];
	end = s->text + s->len;
	if (s->last_at && pos->line == s->last.line && pos->column >= s->last.column) {
		p = s->last_at;
		column = s->last.column;
	}
	for (; column < pos->column; column++) {
		if (p >= end || *p == '\n')
			return NULL;
		for (p++; p < end && ((unsigned char)*p & 0xc0) == 0x80;)
			p++;
	}
	s->last = *pos;
	s->last_at = p;
	return p < end ? p : NULL;
}

/* Moves pos over the source from p to to. */
static void advance(struct pos *pos, const char *p, const char *to)
{
	const char *line;

	while ((line = memchr(p, '\n', (size_t)(to - p))) != NULL) {
		pos->line++;
		pos->column = 1;
		p = line + 1;
	}
	pos->column += (uint32_t)utf8_count(p, (size_t)(to - p));
}

/* Where the content of the scalar at p begins. */
static const char *content(const char *p, const char *end, const struct node *n)
{
	const char *line;

	if (!n->plain && (*p == '\'' || *p == '"'))
		return p + 1;
	if (!n->plain && (*p == '|' || *p == '>')) {
		line = memchr(p, '\n', (size_t)(end - p));
		for (p = line ? line + 1 : end; p < end && strchr(" \r\n", *p);)
			p++;
	}
	return p;
}

struct pos scalar_text_pos(struct source_text *s, const struct node *n)
{
	const char *p = source_text_at(s, &n->pos), *to;
	struct pos pos = n->pos;

	if (!p) {
		pos.column += !n->plain;
		return pos;
	}
	to = content(p, s->text + s->len, n);
	if (to < s->text + s->len || n->plain)
		advance(&pos, p, to);
	return pos;
}

struct pos scalar_tag_pos(struct source_text *s, const struct node *n)
{
	const char *p = source_text_at(s, &n->pos), *line;
	size_t len = n->tag ? strlen(n->tag) : 0;
	struct pos pos = n->pos;

	if (!p || !len)
		return pos;
	while (p > s->text && strchr(" \t\r\n", p[-1])) {
		p--;
		if (*p == '\n')
			pos.line--;
	}
	if ((size_t)(p - s->text) < len || memcmp(p - len, n->tag, len) != 0)
		return n->pos;
	p -= len;
	for (line = p; line > s->text && line[-1] != '\n';)
		line--;
	pos.column = (uint32_t)utf8_count(line, (size_t)(p - line)) + 1;
	return pos;
}
