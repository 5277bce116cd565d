/* SPDX-License-Identifier: Apache-2.0 */
/* What a text can be written as. */
#include "tree/yaml_emit_parts.h"

#include <string.h>

#include "base/utf8.h"

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
	if (n == 0 || !yaml_is_printable(p, n))
		t->special = true;
	if (n == 0)
		n = 1;
	look->wide += n - 1;
	if (!yaml_break_length(p, end)) {
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
			       !yaml_break_length(text, end);
	t.special |= t.tab;
	edges = text[0] == ' ' || t.space || t.line_end || yaml_break_length(text, end);
	look.single_ok = !t.break_space && !t.space_break && !t.special;
	look.literal_ok = !t.space && !t.space_break && !t.special;
	look.plain_ok = look.single_ok && !edges && !look.multiline && !t.indicator;
	return look;
}
