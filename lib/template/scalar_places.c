/* SPDX-License-Identifier: Apache-2.0 */
#include "template/scalar_places.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/utf8.h"
#include "template/ascii.h"

/* The next character of the text stands at p. */
static void note(struct scalar_places *w)
{
	if (w->pos.line == w->expected.line && w->pos.column == w->expected.column)
		return;
	ALLOC_GROW(w->v, w->len + 1, w->alloc);
	w->v[w->len++] = (struct text_place){ .offset = w->at, .pos = w->pos };
}

/* Goes on by one character of the text, which has been noted. */
static void step_text(struct scalar_places *w, const struct pos *noted)
{
	const char *text = w->node->text, *end = text + w->node->len;
	size_t len = utf8_sequence(text + w->at, end);

	w->expected = *noted;
	w->expected.column++;
	w->at += len ? len : 1;
}

static void step_source(struct scalar_places *w, size_t bytes)
{
	if (bytes > (size_t)(w->end - w->p))
		bytes = (size_t)(w->end - w->p);
	w->pos.column += (uint32_t)utf8_count(w->p, bytes);
	w->p += bytes;
}

/* Over a line end and what indents the next line. */
static void step_line(struct scalar_places *w)
{
	const char *line;

	w->p++;
	w->pos.line++;
	w->pos.column = 1;
	for (line = w->p; w->p < w->end && ascii_is_blank(*w->p);) {
		if (w->style == '|' && (size_t)(w->p - line) == w->indent)
			break;
		step_source(w, 1);
	}
}

/* Bytes of the escape at p; JSON writes one character as two of them. */
static size_t escape_length(const struct scalar_places *w)
{
	const size_t left = (size_t)(w->end - w->p);

	switch (left > 1 ? w->p[1] : '\0') {
	case 'x':
		return 4;
	case 'u':
		return left >= 8 && (w->p[2] | 0x20) == 'd' && strchr("89abAB", w->p[3]) &&
				       w->p[6] == '\\' && w->p[7] == 'u'
			       ? 12
			       : 6;
	case 'U':
		return 10;
	default:
		return 2;
	}
}

/* At a character that does not stand for itself. */
static void walk_escape(struct scalar_places *w, size_t bytes)
{
	const struct pos pos = w->pos;

	note(w);
	step_source(w, bytes);
	step_text(w, &pos);
}

/* A line end stands for "\n" or a blank, or for nothing. */
static void walk_line(struct scalar_places *w, char text)
{
	const struct pos pos = w->pos;
	const bool counts = text == '\n' || text == ' ';

	if (counts)
		note(w);
	step_line(w);
	if (counts)
		step_text(w, &pos);
}

/* One character of the source or the text. False if they do not fit together. */
static bool walk_step(struct scalar_places *w)
{
	const char c = *w->p, text = w->node->text[w->at];
	const char after = w->end - w->p > 1 ? w->p[1] : '\0';

	if (c == '\r' && after == '\n') {
		w->p++;
	} else if (c == '\n') {
		walk_line(w, text);
	} else if (c == '\\' && w->style == '"' && (after == '\n' || after == '\r')) {
		w->p += after == '\r' ? 2 : 1;
		step_line(w);
	} else if (c == '\\' && w->style == '"') {
		walk_escape(w, escape_length(w));
	} else if (c == '\'' && w->style == '\'') {
		walk_escape(w, 2);
	} else if (c == text) {
		const struct pos pos = w->pos;
		size_t len = utf8_sequence(w->p, w->end);

		note(w);
		step_source(w, len ? len : 1);
		step_text(w, &pos);
	} else if (ascii_is_blank(c)) {
		step_source(w, 1);
	} else {
		return false;
	}
	return true;
}

/* The text may begin with blanks, which are no indentation then. */
static size_t block_indent(const struct scalar_places *w)
{
	const char *p = w->p, *line = p, *text = w->node->text;
	size_t own;

	for (; p < w->end && strchr(" \r\n", *p); p++)
		if (*p == '\n')
			line = p + 1;
	text += strspn(text, "\n");
	own = strspn(text, " ");
	return (size_t)(p - line) > own ? (size_t)(p - line) - own : 0;
}

/* To the first line of a block, behind its indentation. */
static void enter_block(struct scalar_places *w)
{
	const char *line = memchr(w->p, '\n', (size_t)(w->end - w->p));

	w->style = '|';
	w->p = line ? line : w->end;
	if (!line)
		return;
	w->p++;
	w->indent = block_indent(w);
	w->p--;
	step_line(w);
}

/* True if the text, all on one line, stands in the source as it is. */
static bool stands_as_it_is(const struct scalar_places *w)
{
	const struct node *n = w->node;

	return (size_t)(w->end - w->p) >= n->len && memcmp(w->p, n->text, n->len) == 0 &&
	       !memchr(n->text, '\n', n->len) &&
	       (w->style != '"' || !memchr(n->text, '\\', n->len)) &&
	       (w->style != '\'' || !memchr(n->text, '\'', n->len));
}

void scalar_places_init(struct scalar_places *ret, struct source_text *s, const struct node *n)
{
	if (n->known & TEXT_IN_PLACE) {
		*ret = (struct scalar_places){ .node = n, .pos = n->pos };
		ret->pos.column += !n->plain;
		ret->expected = ret->pos;
		ret->start = ret->last = (struct text_place){ .pos = ret->pos };
		return;
	}
	*ret = (struct scalar_places){ .node = n, .p = source_text_at(s, &n->pos), .pos = n->pos };
	if (!ret->p) {
		ret->pos.column += !n->plain;
	} else {
		ret->end = s->text + s->len;
		if (!n->plain && (*ret->p == '"' || *ret->p == '\'')) {
			ret->style = *ret->p;
			step_source(ret, 1);
		} else if (!n->plain && (*ret->p == '|' || *ret->p == '>')) {
			enter_block(ret);
		}
		if (stands_as_it_is(ret))
			ret->p = NULL;
	}
	ret->expected = ret->pos;
	ret->start = ret->last = (struct text_place){ .pos = ret->pos };
}

void scalar_places_release(struct scalar_places *p)
{
	free(p->v);
	p->v = NULL;
}

/* The last place that is noted at or before an offset. */
static const struct text_place *noted_before(const struct scalar_places *p, size_t offset)
{
	size_t low = 0, high = p->len, middle;

	if (!high || p->v[0].offset > offset)
		return &p->start;
	while (high - low > 1) {
		middle = low + (high - low) / 2;
		if (p->v[middle].offset <= offset)
			low = middle;
		else
			high = middle;
	}
	return &p->v[low];
}

struct pos scalar_place(struct scalar_places *p, size_t offset)
{
	const char *text = p->node->text, *line;
	const struct text_place *noted;
	struct text_place from;

	while (p->p && p->at <= offset && p->at < p->node->len)
		if (p->p == p->end || !walk_step(p))
			p->p = NULL;
	noted = noted_before(p, offset);
	from = p->last.offset >= noted->offset && p->last.offset <= offset ? p->last : *noted;
	/* Lines are left to themselves only where the source is not known. */
	while ((line = memchr(text + from.offset, '\n', offset - from.offset)) != NULL) {
		from.pos.line++;
		from.pos.column = 1;
		from.offset = (size_t)(line - text) + 1;
	}
	from.pos.column += (uint32_t)utf8_count(text + from.offset, offset - from.offset);
	from.offset = offset;
	p->last = from;
	return from.pos;
}
