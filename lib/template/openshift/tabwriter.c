/* SPDX-License-Identifier: Apache-2.0 */
#include "template/openshift/tabwriter.h"

#include "base/memory.h"
#include "base/utf8.h"

struct cell {
	const char *text;
	size_t len, width;
};

struct line {
	size_t first, count; /* of cells; the last one is not followed by a tab */
};

struct tabwriter {
	const struct tabwriter_style *style;
	struct strbuf *out;
	struct cell *cells;
	size_t cell_count, cell_alloc;
	struct line *lines;
	size_t line_count, line_alloc;
	size_t *widths; /* of the columns to the left */
	size_t width_count, width_alloc;
};

static void release(struct tabwriter *w)
{
	free(w->cells);
	free(w->lines);
	free(w->widths);
}

static void split(struct tabwriter *w, const char *text, size_t len)
{
	const char *end = text + len, *start = text;

	ALLOC_GROW(w->lines, w->line_count + 1, w->line_alloc);
	w->lines[w->line_count++] = (struct line){ 0, 0 };
	for (const char *p = text; p <= end; p++) {
		if (p < end && *p != '\t' && *p != '\n')
			continue;
		ALLOC_GROW(w->cells, w->cell_count + 1, w->cell_alloc);
		w->cells[w->cell_count++] = (struct cell){
			start, (size_t)(p - start), utf8_count(start, (size_t)(p - start))
		};
		w->lines[w->line_count - 1].count++;
		start = p + 1;
		if (p < end && *p == '\n') {
			ALLOC_GROW(w->lines, w->line_count + 1, w->line_alloc);
			w->lines[w->line_count++] = (struct line){ w->cell_count, 0 };
		}
	}
}

static void pad(struct tabwriter *w, size_t used, size_t width)
{
	size_t tab = w->style->tab_width;

	if (w->style->tabs) {
		width = (width + tab - 1) / tab * tab;
		strbuf_addchars(w->out, '\t', (width - used + tab - 1) / tab);
	} else {
		strbuf_addchars(w->out, ' ', width - used);
	}
}

static void write_lines(struct tabwriter *w, size_t from, size_t to)
{
	for (size_t i = from; i < to; i++) {
		const struct line *line = &w->lines[i];

		for (size_t j = 0; j < line->count; j++) {
			const struct cell *c = &w->cells[line->first + j];

			strbuf_add(w->out, c->text, c->len);
			if (j < w->width_count)
				pad(w, c->width, w->widths[j]);
		}
		if (i + 1 < w->line_count)
			strbuf_addch(w->out, '\n');
	}
}

static bool has_column(const struct tabwriter *w, size_t line, size_t column)
{
	return column + 1 < w->lines[line].count;
}

/*
 * Writes lines whose columns to the left are known: finds runs with one more column, and goes
 * on in them.
 */
static void format(struct tabwriter *w, size_t from, size_t to)
{
	size_t column = w->width_count;
	size_t at = from;

	while (at < to) {
		size_t width = w->style->min_width;

		if (!has_column(w, at, column)) {
			at++;
			continue;
		}
		write_lines(w, from, at);
		from = at;
		for (; at < to && has_column(w, at, column); at++) {
			size_t cell = w->cells[w->lines[at].first + column].width +
				      w->style->padding;

			width = cell > width ? cell : width;
		}
		ALLOC_GROW(w->widths, w->width_count + 1, w->width_alloc);
		w->widths[w->width_count++] = width;
		format(w, from, at);
		w->width_count--;
		from = at;
	}
	write_lines(w, from, to);
}

void tabwriter_format(struct strbuf *out, const char *text, size_t len,
		      const struct tabwriter_style *style)
{
	__attribute__((cleanup(release))) struct tabwriter w = { .style = style, .out = out };

	split(&w, text, len);
	format(&w, 0, w.line_count);
}
