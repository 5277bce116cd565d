/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Text laid out for a terminal. Widths are in terminal cells. */

#include "base/strbuf.h"

/*
 * Appends text broken at blanks so that no line is wider than width; every line but the first
 * begins behind indent blanks, where the first one is taken to begin. Line ends of the text are
 * kept, none is added at the end.
 */
void text_wrap(struct strbuf *out, const char *text, size_t indent, size_t width);
/* The same; every line but the first begins with this text. */
void text_wrap_with(struct strbuf *out, const char *text, const char *begin, size_t width);
/* Appends text with its first letter (ASCII) in upper case. */
void text_capitalise(struct strbuf *out, const char *text);
/*
 * Appends a line "  left    right", right wrapped from column on; it begins on the next line if
 * left is too long, and further left if the page is narrow.
 */
void text_row(struct strbuf *out, const char *left, const char *right, size_t column,
	      size_t width);

/* Cells of a UTF-8 text: combining marks take none, wide characters two. */
size_t display_width(const char *text);
size_t display_width_of(const char *text, size_t len);
