/* SPDX-License-Identifier: Apache-2.0 */
#include "tree/yaml_emit.h"

#include <string.h>

#include "base/utf8.h"
#include "tree/resolve.h"

#define WIDTH 80
#define STEP  2

static size_t column(const struct yaml_emitter *e)
{
	return e->out->len - e->line_start - e->wide;
}

static void put_break(struct yaml_emitter *e)
{
	strbuf_addch(e->out, '\n');
	e->line_start = e->out->len;
	e->wide = 0;
}

/* Bytes of one line, wide of which begin no character. */
static void put(struct yaml_emitter *e, const char *p, size_t len, size_t wide)
{
	strbuf_add(e->out, p, len);
	e->wide += wide;
}

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
	size_t indent = e->indent > 0 ? (size_t)e->indent : 0, at = column(e);
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

static void before_word(struct yaml_emitter *e)
{
	if (!e->whitespace)
		strbuf_addch(e->out, ' ');
}

static void after_word(struct yaml_emitter *e)
{
	e->whitespace = false;
	e->indention = false;
}

void yaml_emit_indicator(struct yaml_emitter *e, const char *text, bool spaced, bool indention)
{
	if (spaced)
		before_word(e);
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
	after_word(e);
}

void yaml_emit_word_key(struct yaml_emitter *e, const char *text, size_t len)
{
	char *to = copy_text(put_indent(e, len + 1), text, len);

	*to++ = ':';
	put_end(e, to);
	after_word(e);
}

void yaml_emit_tag(struct yaml_emitter *e, const char *tag)
{
	static const char free_signs[] = ";/?:@&=+$_.~*'()-";

	before_word(e);
	for (const char *p = tag; *p; p++) {
		const char c = *p;

		if ((p == tag && c == '!') || (c >= '0' && c <= '9') ||
		    ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') || strchr(free_signs, c))
			strbuf_addch(e->out, c);
		else
			strbuf_addf(e->out, "%%%02X", (unsigned)(unsigned char)c);
	}
	after_word(e);
}

/* CR, LF, NEL, LS, PS: what YAML 1.1 takes for the end of a line. Returns its length or 0. */
static size_t break_length(const char *p, const char *end)
{
	if (*p == '\n' || *p == '\r')
		return 1;
	if (*p == '\xc2')
		return end - p >= 2 && p[1] == '\x85' ? 2 : 0;
	if (*p == '\xe2' && end - p >= 3 && p[1] == '\x80' && (p[2] == '\xa8' || p[2] == '\xa9'))
		return 3;
	return 0;
}

/* Printable to go-yaml: not beyond the BMP, no BOM, no control character but the line feed. */
static bool is_printable(const char *s, size_t len)
{
	const unsigned char *p = (const unsigned char *)s;

	if (len == 1)
		return p[0] == '\n' || (p[0] >= 0x20 && p[0] < 0x7f);
	if (len == 2)
		return p[0] != 0xc2 || p[1] >= 0xa0;
	if (len != 3)
		return false;
	if (p[0] != 0xef)
		return true;
	return !(p[1] == 0xbb && p[2] == 0xbf) && !(p[1] == 0xbf && p[2] >= 0xbe);
}

enum { USUAL, SPACE, SIGN, OTHER };

static const unsigned char kinds[256] = {
	[0 ... 0x1f] = OTHER, [' '] = SPACE, [':'] = SIGN,
	['#'] = SIGN,	      ['\''] = SIGN, [0x7f ... 0xff] = OTHER,
};

/* What stood before the character that is looked at. */
struct trail {
	bool space, line_end;
	bool break_space; /* a blank behind a line end */
	bool space_break; /* and the other way round */
	bool special;
	bool tab;
	bool indicator;
};

static void look_at_space(struct trail *t, struct yaml_look *look)
{
	if (t->line_end)
		t->break_space = true;
	t->space = true;
	t->line_end = false;
	look->spaces = true;
}

/* A control character, a line end or one beyond ASCII; returns its length. */
static size_t look_at_other(const char *p, const char *end, struct trail *t, struct yaml_look *look)
{
	size_t n;

	if (*p == '\n') {
		look->multiline = look->newline = true;
		t->space_break |= t->space;
		t->space = false;
		t->line_end = true;
		return 1;
	}
	n = utf8_sequence(p, end);
	if (*p == '\t') {
		t->tab = true;
		t->space = t->line_end = false;
		return 1;
	}
	if (n == 0 || !is_printable(p, n))
		t->special = true;
	if (n == 0)
		n = 1;
	look->wide += n - 1;
	if (!break_length(p, end)) {
		t->space = t->line_end = false;
		return n;
	}
	look->multiline = true;
	t->space_break |= t->space;
	t->space = false;
	t->line_end = true;
	return n;
}

static void look_at_sign(const char *text, const char *p, const char *end, struct trail *t,
			 struct yaml_look *look)
{
	if (*p == '\'')
		look->quotes = true;
	else if (*p == '#')
		t->indicator |=
			p == text || t->space || t->line_end || p[-1] == '\t' || p[-1] == '\0';
	else
		t->indicator |= p + 1 == end || p[1] == ' ' || p[1] == '\t';
	t->space = t->line_end = false;
}

static bool begins_as_indicator(const char *text, size_t len)
{
	if (strchr("#,[]{}&*!|>'\"%@`", text[0]))
		return true;
	if (text[0] == '?' || text[0] == '-')
		if (len == 1 || text[1] == ' ' || text[1] == '\t')
			return true;
	return len >= 3 && (memcmp(text, "---", 3) == 0 || memcmp(text, "...", 3) == 0);
}

/* Text of printable ASCII without signs needs a look at its ends only. */
static struct yaml_look look_at_usual(const char *text, size_t len)
{
	const bool edges = text[0] == ' ' || text[len - 1] == ' ';

	return (struct yaml_look){
		.plain_ok = !edges && !begins_as_indicator(text, len),
		.single_ok = true,
		.literal_ok = text[len - 1] != ' ',
		.tabs_literal_ok = text[len - 1] != ' ',
		.spaces = true,
	};
}

struct yaml_look yaml_look_at_node(const struct node *n)
{
	return n->len && n->known & TEXT_USUAL_BYTES ? look_at_usual(n->text, n->len)
						     : yaml_look_at(n->text, n->len);
}

struct yaml_look yaml_look_at(const char *text, size_t len)
{
	struct yaml_look look = { .plain_ok = true, .single_ok = true, .literal_ok = len > 0 };
	const char *p = text, *end = text + len;
	struct trail t = { 0 };
	bool edges;

	if (len == 0)
		return look;
	t.indicator = text[0] != '\0' && begins_as_indicator(text, len);
	while (p < end) {
		switch (kinds[(unsigned char)*p]) {
		case USUAL:
			do
				p++;
			while (p < end && kinds[(unsigned char)*p] == USUAL);
			t.space = t.line_end = false;
			break;
		case SPACE:
			look_at_space(&t, &look);
			p++;
			break;
		case SIGN:
			look_at_sign(text, p, end, &t, &look);
			p++;
			break;
		default:
			p += look_at_other(p, end, &t, &look);
		}
	}
	/* While the indentation is not known yet, a tab is taken for a part of it. */
	look.tabs_literal_ok = !t.space && !t.space_break && !t.special && text[0] != '\t' &&
			       !break_length(text, end);
	t.special |= t.tab;
	edges = text[0] == ' ' || t.space || t.line_end || break_length(text, end);
	look.single_ok = !t.break_space && !t.space_break && !t.special;
	look.literal_ok = !t.space && !t.space_break && !t.special;
	look.plain_ok = look.single_ok && !edges && !look.multiline && !t.indicator;
	return look;
}

/* Runs of text go out as they are; a lone blank behind the edge becomes a line end. */
static void put_folded(struct yaml_emitter *e, const char *text, size_t len)
{
	const char *p = text, *end = text + len, *run;
	bool after_space = false, lone;

	while (p < end) {
		for (run = p; p < end && *p != ' ';) {
			e->wide += ((unsigned char)*p & 0xc0) == 0x80;
			p++;
		}
		if (p > run) {
			strbuf_add(e->out, run, (size_t)(p - run));
			e->indention = false;
			after_space = false;
		}
		if (p == end)
			break;
		lone = !after_space && p > text && p + 1 < end && p[1] != ' ';
		if (lone && column(e) > WIDTH)
			yaml_emit_indent(e);
		else
			strbuf_addch(e->out, ' ');
		after_space = true;
		p++;
	}
}

static bool fits(const struct yaml_emitter *e, size_t len, const struct yaml_look *look, bool key)
{
	return key || !look->spaces || column(e) + len <= WIDTH;
}

static void emit_plain(struct yaml_emitter *e, const char *text, size_t len,
		       const struct yaml_look *look, bool key)
{
	before_word(e);
	if (fits(e, len, look, key))
		put(e, text, len, look->wide);
	else
		put_folded(e, text, len);
	after_word(e);
}

/* Single-quoted text with quotes or line ends in it: character by character. */
static void put_single(struct yaml_emitter *e, const char *text, size_t len, bool key)
{
	const char *p = text, *end = text + len;
	bool after_space = false, after_break = false;

	while (p < end) {
		size_t n = break_length(p, end);

		if (n) {
			if (!after_break && *p == '\n')
				put_break(e);
			put(e, p, n, 0);
			e->line_start = e->out->len;
			e->wide = 0;
			e->indention = true;
			after_break = true;
		} else if (*p == ' ') {
			if (!key && !after_space && column(e) > WIDTH && p > text && p + 1 < end &&
			    p[1] != ' ')
				yaml_emit_indent(e);
			else
				strbuf_addch(e->out, ' ');
			after_space = true;
			n = 1;
		} else {
			if (after_break)
				yaml_emit_indent(e);
			if (*p == '\'')
				strbuf_addch(e->out, '\'');
			n = utf8_sequence(p, end);
			put(e, p, n, n - 1);
			e->indention = false;
			after_space = after_break = false;
		}
		p += n;
	}
}

static void emit_single(struct yaml_emitter *e, const char *text, size_t len,
			const struct yaml_look *look, bool key)
{
	yaml_emit_indicator(e, "'", true, false);
	if (look->quotes || look->multiline)
		put_single(e, text, len, key);
	else if (fits(e, len, look, key))
		put(e, text, len, look->wide);
	else
		put_folded(e, text, len);
	strbuf_addch(e->out, '\'');
	after_word(e);
}

static void put_escape(struct yaml_emitter *e, uint32_t c)
{
	static const char from[] = "\a\b\t\n\v\f\r\x1b\"\\";
	static const char letters[] = "abtnvfre\"\\";
	const char *at = c && c < 0x80 ? strchr(from, (int)c) : NULL;

	if (at)
		strbuf_addf(e->out, "\\%c", letters[at - from]);
	else if (c == 0)
		strbuf_addstr(e->out, "\\0");
	else if (c == 0x85)
		strbuf_addstr(e->out, "\\N");
	else if (c == 0xa0)
		strbuf_addstr(e->out, "\\_");
	else if (c == 0x2028)
		strbuf_addstr(e->out, "\\L");
	else if (c == 0x2029)
		strbuf_addstr(e->out, "\\P");
	else
		strbuf_addf(e->out, c <= 0xff ? "\\x%02X" : c <= 0xffff ? "\\u%04X" : "\\U%08X", c);
}

static void emit_double(struct yaml_emitter *e, const char *text, size_t len, bool key)
{
	/* go-yaml escapes all of a text that begins with a byte order mark. */
	const bool all = len >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0;
	const char *p = text, *end = text + len;
	bool after_space = false;
	uint32_t c;
	size_t n;

	yaml_emit_indicator(e, "\"", true, false);
	for (; p < end; p += n) {
		n = utf8_sequence(p, end);
		if (n == 0 || all || !is_printable(p, n) || *p == '"' || *p == '\\' ||
		    break_length(p, end)) {
			c = n ? utf8_decode(p, &n) : 0xfffd;
			put_escape(e, c);
			n = n ? n : 1;
			after_space = false;
		} else if (*p == ' ') {
			if (!key && !after_space && column(e) > WIDTH && p > text && p + 1 < end) {
				yaml_emit_indent(e);
				if (p[1] == ' ')
					strbuf_addch(e->out, '\\');
			} else {
				strbuf_addch(e->out, ' ');
			}
			after_space = true;
		} else {
			put(e, p, n, n - 1);
			after_space = false;
		}
	}
	strbuf_addch(e->out, '"');
	after_word(e);
}

/* Start of the character that ends at end. */
static const char *last_character(const char *text, const char *end)
{
	do
		end--;
	while (end > text && ((unsigned char)*end & 0xc0) == 0x80);
	return end;
}

/* "" keeps one line end, "-" none, "+" all. */
static const char *chomping(const char *text, const char *end)
{
	const char *p = last_character(text, end);

	if (!break_length(p, end))
		return "-";
	if (p == text || break_length(last_character(text, p), p))
		return "+";
	return "";
}

/* The end of the line that begins at p; *ret_break: bytes of what ends it. */
static const char *line_of(const char *p, const char *end, bool ascii, size_t *ret_break)
{
	const char *q = ascii ? memchr(p, '\n', (size_t)(end - p)) : p;

	*ret_break = q && ascii;
	if (ascii)
		return q ? q : end;
	while (q < end && !(*ret_break = break_length(q, end)))
		q++;
	return q;
}

/* ascii: all line ends are line feeds. */
static void emit_literal(struct yaml_emitter *e, const char *text, size_t len, bool ascii)
{
	const char *p = text, *end = text + len, *q;
	size_t n;

	yaml_emit_indicator(e, "|", true, false);
	if (*p == ' ' || break_length(p, end))
		strbuf_addch(e->out, '0' + STEP);
	strbuf_addstr(e->out, chomping(text, end));
	put_break(e);
	e->whitespace = e->indention = true;
	while (p < end) {
		q = line_of(p, end, ascii, &n);
		if (q > p) {
			yaml_emit_indent(e);
			put(e, p, (size_t)(q - p), 0);
			e->indention = false;
		}
		if (n) {
			put(e, q, n, 0);
			e->line_start = e->out->len;
			e->wide = 0;
			e->indention = true;
		}
		p = q + n;
	}
}

void yaml_emit_scalar(struct yaml_emitter *e, const char *text, size_t len,
		      const struct yaml_look *look, enum yaml_style style, bool key)
{
	const int indent = e->indent;

	e->indent = indent < 0 ? STEP : indent + STEP;
	if (key && look->multiline)
		style = STYLE_DOUBLE;
	if (style == STYLE_PLAIN && !look->plain_ok)
		style = STYLE_SINGLE;
	if (style == STYLE_SINGLE && !look->single_ok)
		style = STYLE_DOUBLE;
	if (style == STYLE_LITERAL && (!look->literal_ok || key))
		style = STYLE_DOUBLE;
	switch (style) {
	case STYLE_PLAIN:
		emit_plain(e, text, len, look, key);
		break;
	case STYLE_SINGLE:
		emit_single(e, text, len, look, key);
		break;
	case STYLE_DOUBLE:
		emit_double(e, text, len, key);
		break;
	default:
		emit_literal(e, text, len, look->wide == 0);
	}
	e->indent = indent;
}
