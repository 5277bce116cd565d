/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/text.h"

#include <stdbool.h>
#include <string.h>

/* Of a row: cells for its right side, at least, and where that begins if there are fewer. */
#define LEAST_RIGHT 24
#define DEEPEST	    8

void text_wrap_with(struct strbuf *out, const char *text, const char *begin, size_t width)
{
	size_t indent = display_width(begin), column = indent;

	while (*text) {
		size_t len = strcspn(text, " \n");
		size_t cells = display_width_of(text, len);

		if (len && column > indent && column + 1 + cells > width) {
			strbuf_addf(out, "\n%s", begin);
			column = indent;
		} else if (len && column > indent) {
			strbuf_addch(out, ' ');
			column++;
		}
		strbuf_add(out, text, len);
		column += cells;
		text += len;
		if (*text == '\n') {
			if (text[1] == '\n')
				strbuf_addch(out, '\n');
			else if (text[1])
				strbuf_addf(out, "\n%s", begin);
			column = indent;
		}
		if (*text)
			text++;
	}
}

void text_wrap(struct strbuf *out, const char *text, size_t indent, size_t width)
{
	cleanup_strbuf struct strbuf blanks = STRBUF_INIT;

	strbuf_addchars(&blanks, ' ', indent);
	text_wrap_with(out, text, blanks.buf, width);
}

void text_capitalise(struct strbuf *out, const char *text)
{
	if (!*text)
		return;
	strbuf_addch(out, *text >= 'a' && *text <= 'z' ? (char)(*text - 'a' + 'A') : *text);
	strbuf_addstr(out, text + 1);
}

void text_row(struct strbuf *out, const char *left, const char *right, size_t column, size_t width)
{
	size_t cells = display_width(left) + 2;
	bool own_line = cells + 2 > column;

	/* Beside the left sides there would be a word a line. */
	if (column > DEEPEST && column + LEAST_RIGHT > width) {
		column = DEEPEST;
		own_line = true;
	}
	strbuf_addf(out, "  %s", left);
	if (*right && own_line) {
		strbuf_addch(out, '\n');
		strbuf_addchars(out, ' ', column);
	} else if (*right) {
		strbuf_addchars(out, ' ', column - cells);
	}
	text_wrap(out, right, column, width);
	strbuf_addch(out, '\n');
}
