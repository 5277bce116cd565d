/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/table.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/suggest.h"
#include "base/utf8.h"
#include "cli/text.h"
#include "tree/write.h"

#define GAP 3 /* blanks between columns, as kubectl has it */

/* The columns to show, in order. */
struct selection {
	const struct column **v;
	size_t len;
	size_t alloc;
};

static void selection_release(struct selection *sel)
{
	free(sel->v);
}

static void selection_add(struct selection *sel, const struct column *c)
{
	ALLOC_GROW(sel->v, sel->len + 1, sel->alloc);
	sel->v[sel->len++] = c;
}

void cell_printf(struct cell *c, const char *fmt, ...)
{
	struct strbuf text = STRBUF_INIT;
	va_list ap;

	va_start(ap, fmt);
	strbuf_vaddf(&text, fmt, ap);
	va_end(ap);
	free(c->owned);
	c->owned = strbuf_detach(&text, NULL);
	c->text = c->owned;
	c->kind = CELL_TEXT;
}

static struct cell get_cell(const struct column *c, const void *row)
{
	struct cell cell = { 0 };

	c->get(row, &cell);
	if ((cell.kind == CELL_TEXT && !cell.text) || (cell.kind == CELL_LIST && !cell.list))
		cell.kind = CELL_NULL;
	return cell;
}

static int unknown_column(const struct table *t, const char *key, struct error *err)
{
	struct suggestion near = { 0 };
	int r = error_set(err, ERR_USAGE, "unknown column '%s'", key);

	for (const struct column *c = t->columns; c->key; c++)
		suggest_offer(&near, key, c->key);
	if (near.best)
		error_hint(err, "did you mean '%s'? '--columns help' lists them", near.best);
	else
		error_hint(err, "'--columns help' lists them");
	return r;
}

static int select_listed(const struct table *t, const char *list, struct selection *sel,
			 struct error *err)
{
	while (*list) {
		size_t len = strcspn(list, ",");
		cleanup_free char *key = xmemdupz(list, len);
		const struct column *c = t->columns;

		while (c->key && strcmp(c->key, key) != 0)
			c++;
		if (!c->key)
			return unknown_column(t, key, err);
		selection_add(sel, c);
		list += len + (list[len] == ',');
	}
	if (sel->len == 0)
		return error_set(err, ERR_USAGE, "no columns given");
	return 0;
}

static void select_by_format(const struct table *t, enum format format, struct selection *sel)
{
	for (const struct column *c = t->columns; c->key; c++) {
		bool shown = format == FORMAT_JSON || format == FORMAT_YAML ||
			     (!c->data && (!c->wide || format == FORMAT_WIDE));

		if (shown)
			selection_add(sel, c);
	}
}

/* The text of a cell for people, on one line. */
static void cell_text(const struct cell *cell, struct strbuf *out)
{
	size_t start = out->len;

	switch (cell->kind) {
	case CELL_TEXT:
		strbuf_addstr(out, cell->text);
		break;
	case CELL_INTEGER:
		strbuf_addf(out, "%" PRId64, cell->integer);
		break;
	case CELL_BOOL:
		strbuf_addstr(out, cell->boolean ? "true" : "false");
		break;
	case CELL_LIST:
		for (size_t i = 0; cell->list[i]; i++)
			strbuf_addf(out, "%s%s", i ? "," : "", cell->list[i]);
		break;
	case CELL_NULL:
		break;
	}
	if (out->len == start)
		strbuf_addstr(out, "<none>");
	for (char *p = out->buf + start; *p; p++) {
		if ((unsigned char)*p < 0x20 || *p == 0x7f)
			*p = ' ';
	}
}

/* Cuts text to width cells, the last one being "…". */
static void cut(struct strbuf *text, size_t width)
{
	const char *p = text->buf, *end = p + text->len;

	if (!width || display_width(text->buf) <= width)
		return;
	while (p < end) {
		size_t n = utf8_sequence(p, end);

		n = n ? n : 1;
		if (display_width_of(text->buf, (size_t)(p - text->buf) + n) >= width)
			break;
		p += n;
	}
	strbuf_setlen(text, (size_t)(p - text->buf));
	strbuf_addstr(text, "…");
}

/* One row of texts, padded to the widths; headers are a row too. */
static void add_row(const struct selection *sel, const struct strbuf *cells, const size_t *widths,
		    struct strbuf *out)
{
	for (size_t i = 0; i < sel->len; i++) {
		size_t pad = widths[i] - display_width(cells[i].buf);

		if (i)
			strbuf_addchars(out, ' ', GAP);
		if (sel->v[i]->right)
			strbuf_addchars(out, ' ', pad);
		strbuf_add(out, cells[i].buf, cells[i].len);
		if (!sel->v[i]->right && i + 1 < sel->len)
			strbuf_addchars(out, ' ', pad);
	}
	strbuf_addch(out, '\n');
}

static void print_table(const struct table *t, const struct selection *sel, const char *rows,
			size_t count, size_t row_size, bool narrow, struct strbuf *out)
{
	size_t first = t->no_headers ? 1 : 0, n = sel->len;
	struct strbuf *cells = xcalloc((count + 1) * n, sizeof(*cells));
	cleanup_free size_t *widths = xcalloc(n, sizeof(*widths));

	for (size_t i = 0; i < (count + 1) * n; i++) {
		const struct column *c = sel->v[i % n];

		strbuf_init(&cells[i]);
		if (i < n) {
			strbuf_addstr(&cells[i], c->header);
		} else {
			struct cell cell = get_cell(c, rows + (i / n - 1) * row_size);

			cell_text(&cell, &cells[i]);
			free(cell.owned);
			cut(&cells[i], narrow ? c->width : 0);
		}
		if (i / n >= first && display_width(cells[i].buf) > widths[i % n])
			widths[i % n] = display_width(cells[i].buf);
	}
	for (size_t i = first; i <= count; i++)
		add_row(sel, cells + i * n, widths, out);
	for (size_t i = 0; i < (count + 1) * n; i++)
		strbuf_release(&cells[i]);
	free(cells);
}

static struct node *cell_node(struct arena *a, const struct cell *cell)
{
	struct node **items;
	const char *text;
	size_t n = 0;

	switch (cell->kind) {
	case CELL_TEXT:
		return node_cstring(a, cell->text);
	case CELL_INTEGER:
		text = arena_printf(a, "%" PRId64, cell->integer);
		return node_number(a, text, strlen(text), NULL);
	case CELL_BOOL:
		return node_bool(a, cell->boolean);
	case CELL_LIST:
		while (cell->list[n])
			n++;
		items = arena_alloc(a, (n + 1) * sizeof(*items));
		for (size_t i = 0; i < n; i++)
			items[i] = node_cstring(a, cell->list[i]);
		return node_seq(a, items, n, NULL);
	case CELL_NULL:
		break;
	}
	return node_new(a, NODE_NULL, NULL);
}

static void print_data(const struct table *t, const struct selection *sel, const char *rows,
		       size_t count, size_t row_size, enum format format, struct strbuf *out)
{
	cleanup_arena struct arena *a = arena_new();
	struct node **items = arena_alloc(a, (count + 1) * sizeof(*items));
	struct node *list = node_map(a, NULL, 0, NULL);

	for (size_t i = 0; i < count; i++) {
		items[i] = node_map(a, NULL, 0, NULL);
		for (size_t j = 0; j < sel->len; j++) {
			struct cell cell = get_cell(sel->v[j], rows + i * row_size);

			node_set(a, items[i], sel->v[j]->key, cell_node(a, &cell));
			free(cell.owned);
		}
	}
	node_set(a, list, "apiVersion", node_cstring(a, "kubectl-mysql/v1"));
	node_set(a, list, "kind", node_cstring(a, t->kind));
	node_set(a, list, "items", node_seq(a, items, count, NULL));
	if (format == FORMAT_JSON)
		tree_write_json(out, list, 0);
	else
		tree_write_yaml(out, list, 0);
}

static void print_names(const struct table *t, const char *rows, size_t count, size_t row_size,
			struct strbuf *out)
{
	for (size_t i = 0; i < count; i++) {
		struct cell cell = get_cell(&t->columns[0], rows + i * row_size);

		strbuf_addstr(out, t->name_prefix ? t->name_prefix : "");
		cell_text(&cell, out);
		strbuf_addch(out, '\n');
		free(cell.owned);
	}
}

static void get_key(const void *row, struct cell *ret)
{
	ret->text = ((const struct column *)row)->key;
}

static void get_header(const void *row, struct cell *ret)
{
	ret->text = ((const struct column *)row)->header;
}

static void get_help(const void *row, struct cell *ret)
{
	ret->text = ((const struct column *)row)->help;
}

bool table_print_columns(const struct table *t, const char *column_list, struct strbuf *out)
{
	static const struct column columns[] = {
		{ .key = "key", .header = "KEY", .get = get_key },
		{ .key = "header", .header = "HEADER", .get = get_header },
		{ .key = "help", .header = "HELP", .get = get_help },
		COLUMN_END
	};
	const struct column *all[] = { &columns[0], &columns[1], &columns[2] };
	const struct selection sel = { .v = all, .len = ARRAY_SIZE(all) };
	const struct table table = { .columns = columns };
	size_t n = 0;

	if (!column_list || strcmp(column_list, "help") != 0)
		return false;
	while (t->columns[n].key)
		n++;
	print_table(&table, &sel, (const char *)t->columns, n, sizeof(struct column), false, out);
	return true;
}

int table_print(const struct table *t, const void *rows, size_t count, size_t row_size,
		enum format format, const char *column_list, struct strbuf *out, struct error *err)
{
	__attribute__((cleanup(selection_release))) struct selection sel = { 0 };
	int r;

	if (table_print_columns(t, column_list, out))
		return 0;
	if (format == FORMAT_NAME) {
		print_names(t, rows, count, row_size, out);
		return 0;
	}
	if (column_list) {
		r = select_listed(t, column_list, &sel, err);
		if (r < 0)
			return r;
	} else {
		select_by_format(t, format, &sel);
	}
	if (format == FORMAT_JSON || format == FORMAT_YAML)
		print_data(t, &sel, rows, count, row_size, format, out);
	else
		print_table(t, &sel, rows, count, row_size,
			    format == FORMAT_TABLE && !column_list, out);
	return 0;
}
