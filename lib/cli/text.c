/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/text.h"

#include <string.h>

static void new_line(struct strbuf *out, size_t indent)
{
	strbuf_addch(out, '\n');
	strbuf_addchars(out, ' ', indent);
}

void text_wrap(struct strbuf *out, const char *text, size_t indent, size_t width)
{
	size_t column = indent;

	while (*text) {
		size_t len = strcspn(text, " \n");
		size_t cells = display_width_of(text, len);

		if (len && column > indent && column + 1 + cells > width) {
			new_line(out, indent);
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
				new_line(out, indent);
			column = indent;
		}
		if (*text)
			text++;
	}
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

	strbuf_addf(out, "  %s", left);
	if (*right && cells + 2 > column)
		new_line(out, column);
	else if (*right)
		strbuf_addchars(out, ' ', column - cells);
	text_wrap(out, right, column, width);
	strbuf_addch(out, '\n');
}
