/* SPDX-License-Identifier: Apache-2.0 */
#include "mysql/result.h"

#include <string.h>
#include <strings.h>

#include "base/limits.h"
#include "base/memory.h"
#include "base/strbuf.h"

/* Where a cell is in the text of all; each ends with a NUL that length does not count. */
struct cell {
	uint32_t start, length;
};
#define SQL_NULL UINT32_MAX

_Static_assert(LIMIT_RESULT_BYTES < SQL_NULL, "places of cells have 32 bits");

struct column {
	uint32_t name; /* in text */
	bool number;
};

struct result {
	struct strbuf text;
	struct column *columns;
	size_t column_count;
	struct cell *cells; /* row by row */
	size_t cell_count, cell_alloc;
};

static bool is_number(const MYSQL_FIELD *f)
{
	switch (f->type) {
	case MYSQL_TYPE_TINY:
	case MYSQL_TYPE_SHORT:
	case MYSQL_TYPE_INT24:
	case MYSQL_TYPE_LONG:
	case MYSQL_TYPE_LONGLONG:
	case MYSQL_TYPE_DECIMAL:
	case MYSQL_TYPE_NEWDECIMAL:
	case MYSQL_TYPE_FLOAT:
	case MYSQL_TYPE_DOUBLE:
	case MYSQL_TYPE_YEAR:
		return !(f->flags & ZEROFILL_FLAG);
	default:
		return false;
	}
}

static uint32_t add_text(struct result *r, const char *text, size_t len)
{
	size_t start = r->text.len;

	strbuf_add(&r->text, text, len);
	strbuf_addch(&r->text, '\0');
	return (uint32_t)start;
}

struct result *result_new(const MYSQL_FIELD *fields, unsigned n)
{
	struct result *r = xcalloc(1, sizeof(*r));

	strbuf_init(&r->text);
	r->columns = xcalloc(n, sizeof(*r->columns));
	r->column_count = n;
	for (unsigned i = 0; i < n; i++) {
		r->columns[i].name = add_text(r, fields[i].name, strlen(fields[i].name));
		r->columns[i].number = is_number(&fields[i]);
	}
	return r;
}

bool result_add(struct result *r, const MYSQL_ROW row, const unsigned long *lengths)
{
	ALLOC_GROW(r->cells, r->cell_count + r->column_count, r->cell_alloc);
	for (size_t i = 0; i < r->column_count; i++) {
		struct cell *c = &r->cells[r->cell_count];

		*c = (struct cell){ .start = SQL_NULL };
		if (row[i]) {
			if (lengths[i] > LIMIT_RESULT_BYTES - r->text.len)
				return false;
			c->length = (uint32_t)lengths[i];
			c->start = add_text(r, row[i], lengths[i]);
		}
		r->cell_count++;
	}
	/* The cells of rows without text take room too. */
	return r->text.len < LIMIT_RESULT_BYTES &&
	       r->cell_count < LIMIT_RESULT_BYTES / sizeof(struct cell);
}

size_t result_rows(const struct result *r)
{
	return r->column_count ? r->cell_count / r->column_count : 0;
}

size_t result_columns(const struct result *r)
{
	return r->column_count;
}

const char *result_name(const struct result *r, size_t column)
{
	return r->text.buf + r->columns[column].name;
}

bool result_is_number(const struct result *r, size_t column)
{
	return r->columns[column].number;
}

const char *result_cell(const struct result *r, size_t row, size_t column, size_t *ret_len)
{
	const struct cell *c = &r->cells[row * r->column_count + column];

	if (ret_len)
		*ret_len = c->length;
	return c->start == SQL_NULL ? NULL : r->text.buf + c->start;
}

ptrdiff_t result_column(const struct result *r, const char *name)
{
	for (size_t i = 0; i < r->column_count; i++)
		if (strcasecmp(result_name(r, i), name) == 0)
			return (ptrdiff_t)i;
	return -1;
}

const char *result_get(const struct result *r, size_t row, const char *name)
{
	ptrdiff_t column = result_column(r, name);

	return column < 0 ? NULL : result_cell(r, row, (size_t)column, NULL);
}

void result_free(struct result *r)
{
	if (!r)
		return;
	strbuf_release(&r->text);
	free(r->columns);
	free(r->cells);
	free(r);
}

void cleanup_result_fn(struct result **r)
{
	result_free(*r);
}
