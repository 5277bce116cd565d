/* SPDX-License-Identifier: Apache-2.0 */
/* Scalars in the styles that YAML has. */
#include "tree/yaml_emit_parts.h"

#include <string.h>

#include "base/utf8.h"
#include "tree/resolve.h"

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
		if (lone && yaml_column(e) > YAML_WIDTH)
			yaml_emit_indent(e);
		else
			strbuf_addch(e->out, ' ');
		after_space = true;
		p++;
	}
}

static bool fits(const struct yaml_emitter *e, size_t len, const struct yaml_look *look, bool key)
{
	return key || !look->spaces || yaml_column(e) + len <= YAML_WIDTH;
}

static void emit_plain(struct yaml_emitter *e, const char *text, size_t len,
		       const struct yaml_look *look, bool key)
{
	yaml_before_word(e);
	if (fits(e, len, look, key))
		yaml_put(e, text, len, look->wide);
	else
		put_folded(e, text, len);
	yaml_after_word(e);
}

/* Single-quoted text with quotes or line ends in it: character by character. */
static void put_single(struct yaml_emitter *e, const char *text, size_t len, bool key)
{
	const char *p = text, *end = text + len;
	bool after_space = false, after_break = false;

	while (p < end) {
		size_t n = yaml_break_length(p, end);

		if (n) {
			if (!after_break && *p == '\n')
				yaml_put_break(e);
			yaml_put(e, p, n, 0);
			e->line_start = e->out->len;
			e->wide = 0;
			e->indention = true;
			after_break = true;
		} else if (*p == ' ') {
			if (!key && !after_space && yaml_column(e) > YAML_WIDTH && p > text &&
			    p + 1 < end && p[1] != ' ')
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
			yaml_put(e, p, n, n - 1);
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
		yaml_put(e, text, len, look->wide);
	else
		put_folded(e, text, len);
	strbuf_addch(e->out, '\'');
	yaml_after_word(e);
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
		if (n == 0 || all || !yaml_is_printable(p, n) || *p == '"' || *p == '\\' ||
		    yaml_break_length(p, end)) {
			c = n ? utf8_decode(p, &n) : 0xfffd;
			put_escape(e, c);
			n = n ? n : 1;
			after_space = false;
		} else if (*p == ' ') {
			if (!key && !after_space && yaml_column(e) > YAML_WIDTH && p > text &&
			    p + 1 < end) {
				yaml_emit_indent(e);
				if (p[1] == ' ')
					strbuf_addch(e->out, '\\');
			} else {
				strbuf_addch(e->out, ' ');
			}
			after_space = true;
		} else {
			yaml_put(e, p, n, n - 1);
			after_space = false;
		}
	}
	strbuf_addch(e->out, '"');
	yaml_after_word(e);
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

	if (!yaml_break_length(p, end))
		return "-";
	if (p == text || yaml_break_length(last_character(text, p), p))
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
	while (q < end && !(*ret_break = yaml_break_length(q, end)))
		q++;
	return q;
}

/* ascii: all line ends are line feeds. */
static void emit_literal(struct yaml_emitter *e, const char *text, size_t len, bool ascii)
{
	const char *p = text, *end = text + len, *q;
	size_t n;

	yaml_emit_indicator(e, "|", true, false);
	if (*p == ' ' || yaml_break_length(p, end))
		strbuf_addch(e->out, '0' + YAML_STEP);
	strbuf_addstr(e->out, chomping(text, end));
	yaml_put_break(e);
	e->whitespace = e->indention = true;
	while (p < end) {
		q = line_of(p, end, ascii, &n);
		if (q > p) {
			yaml_emit_indent(e);
			yaml_put(e, p, (size_t)(q - p), 0);
			e->indention = false;
		}
		if (n) {
			yaml_put(e, q, n, 0);
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

	e->indent = indent < 0 ? YAML_STEP : indent + YAML_STEP;
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
