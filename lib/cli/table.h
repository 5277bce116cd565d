/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * Lists as a table of columns over an array of rows, shown as table, wide, JSON, YAML or names.
 *
 *	static void get_name(const void *row, struct cell *ret)
 *	{
 *		ret->text = ((const struct template_info *)row)->name;
 *	}
 *	static const struct column columns[] = {
 *		{ .key = "name", .header = "NAME", .get = get_name,
 *		  .help = "name of the template" },
 *		{ .key = "size", .header = "SIZE", .get = get_size, .right = true, .wide = true,
 *		  .help = "bytes of the compiled template" },
 *		COLUMN_END
 *	};
 *	static const struct table table = {
 *		.kind = "TemplateList", .name_prefix = "template/", .columns = columns };
 *
 *	return table_print(&table, rows, count, sizeof(*rows), s->format, NULL, &s->out, err);
 *
 * JSON and YAML are {"apiVersion": "kubectl-mysql/v1", "kind": KIND, "items": [{key: value, …}]}
 * with all columns. Widths count terminal cells, not bytes.
 */

#include "base/error.h"
#include "base/strbuf.h"
#include "cli/command.h"

enum cell_kind { CELL_TEXT, CELL_INTEGER, CELL_BOOL, CELL_NULL, CELL_LIST };

/* What a getter fills; all zero when it is called. Text NULL counts as CELL_NULL. */
struct cell {
	enum cell_kind kind;
	const char *text; /* borrowed from the row, or made with cell_printf */
	int64_t integer;
	bool boolean;
	const char *const *list; /* CELL_LIST: NULL-ended, borrowed; "a,b" in a table */
	char *owned;
};

/* Sets text to a formatted string that the table frees. */
void cell_printf(struct cell *c, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

struct column {
	const char *key;    /* in JSON and --columns; lowerCamelCase */
	const char *header; /* upper case */
	const char *help;
	size_t width; /* longer text is cut with … in a table (not in wide); 0: never */
	bool wide;    /* only with -o wide */
	bool data;    /* only in JSON, YAML and by --columns */
	bool right;   /* aligned to the right */
	void (*get)(const void *row, struct cell *ret);
};
#define COLUMN_END { .key = NULL }

struct table {
	const char *kind;
	const char *name_prefix; /* of -o name, such as "template/"; the first column is the name */
	const struct column *columns;
	bool no_headers;
};

/*
 * If column_list is "help", appends what columns there are: for commands whose rows cost questions
 * to servers. false: it is something else.
 */
bool table_print_columns(const struct table *t, const char *column_list, struct strbuf *out);
/*
 * Appends count rows (each row_size bytes from rows on) in a format of FORMAT_TABLE_ALL.
 * column_list is what --columns gave ("name,size"; "help" lists them), or NULL. -ERR_USAGE for an
 * unknown column.
 */
int table_print(const struct table *t, const void *rows, size_t count, size_t row_size,
		enum format format, const char *column_list, struct strbuf *out,
		struct error *err);
