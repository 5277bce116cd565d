/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/table.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"

struct row {
	const char *name;
	int64_t size;
	const char *text;
	const char *const *tags;
};

static void row_name(const void *row, struct cell *ret)
{
	ret->text = ((const struct row *)row)->name;
}

static void get_size(const void *row, struct cell *ret)
{
	ret->kind = CELL_INTEGER;
	ret->integer = ((const struct row *)row)->size;
}

static void get_text(const void *row, struct cell *ret)
{
	ret->text = ((const struct row *)row)->text;
}

static void get_tags(const void *row, struct cell *ret)
{
	ret->kind = CELL_LIST;
	ret->list = ((const struct row *)row)->tags;
}

static void get_big(const void *row, struct cell *ret)
{
	ret->kind = CELL_BOOL;
	ret->boolean = ((const struct row *)row)->size > 10;
}

static void get_twice(const void *row, struct cell *ret)
{
	cell_printf(ret, "%s%s", ((const struct row *)row)->name, ((const struct row *)row)->name);
}

static const struct column columns[] = {
	{ .key = "name", .header = "NAME", .get = row_name, .help = "name" },
	{ .key = "size", .header = "SIZE", .get = get_size, .right = true, .help = "size" },
	{ .key = "tags", .header = "TAGS", .get = get_tags, .wide = true, .help = "tags" },
	{ .key = "big", .header = "BIG", .get = get_big, .data = true, .help = "is it big" },
	{ .key = "twice", .header = "TWICE", .get = get_twice, .data = true, .help = "again" },
	{ .key = "text", .header = "TEXT", .get = get_text, .width = 8, .help = "text" },
	COLUMN_END
};

static const struct table table = {
	.kind = "ThingList", .name_prefix = "thing/", .columns = columns
};

static const char *const tags[] = { "a", "b", NULL };

static const struct row rows[] = {
	{ "one", 7, "short", tags },
	{ "zwölf", 1234, "much too long", NULL },
	{ "漢字", -5, NULL, tags + 2 },
};

static void expect(const struct table *t, size_t count, enum format f, const char *list,
		   const char *want)
{
	cleanup_strbuf struct strbuf out = STRBUF_INIT;
	struct error err = ERROR_INIT;

	assert_int_equal(table_print(t, rows, count, sizeof(rows[0]), f, list, &out, &err), 0);
	assert_string_equal(out.buf, want);
}

static void test_table__aligns_by_display_width(void **state UNUSED)
{
	expect(&table, 3, FORMAT_TABLE, NULL,
	       "NAME    SIZE   TEXT\n"
	       "one        7   short\n"
	       "zwölf   1234   much to…\n"
	       "漢字      -5   <none>\n");
}

static void test_table__shows_more_in_wide(void **state UNUSED)
{
	expect(&table, 2, FORMAT_WIDE, NULL,
	       "NAME    SIZE   TAGS     TEXT\n"
	       "one        7   a,b      short\n"
	       "zwölf   1234   <none>   much too long\n");
}

static void test_table__selects_columns(void **state UNUSED)
{
	expect(&table, 1, FORMAT_TABLE, "big,name", "BIG     NAME\nfalse   one\n");
	expect(&table, 1, FORMAT_JSON, "size",
	       "{\n"
	       "    \"apiVersion\": \"kubectl-mysql/v1\",\n"
	       "    \"kind\": \"ThingList\",\n"
	       "    \"items\": [\n"
	       "        {\n"
	       "            \"size\": 7\n"
	       "        }\n"
	       "    ]\n"
	       "}\n");
}

static void test_table__refuses_unknown_columns(void **state UNUSED)
{
	cleanup_strbuf struct strbuf out = STRBUF_INIT;
	struct error err = ERROR_INIT;

	assert_int_equal(table_print(&table, rows, 1, sizeof(rows[0]), FORMAT_TABLE, "sizes", &out,
				     &err),
			 -ERR_USAGE);
	assert_string_equal(err.message, "unknown column 'sizes'");
	assert_string_equal(err.hint, "did you mean 'size'? '--columns help' lists them");
	error_release(&err);
	assert_int_equal(table_print(&table, rows, 1, sizeof(rows[0]), FORMAT_TABLE, "", &out,
				     &err),
			 -ERR_USAGE);
	error_release(&err);
	assert_int_equal(out.len, 0);
}

static void test_table__writes_data_with_types(void **state UNUSED)
{
	expect(&table, 3, FORMAT_YAML, NULL,
	       "apiVersion: kubectl-mysql/v1\n"
	       "kind: ThingList\n"
	       "items:\n"
	       "- name: one\n"
	       "  size: 7\n"
	       "  tags:\n"
	       "  - a\n"
	       "  - b\n"
	       "  big: false\n"
	       "  twice: oneone\n"
	       "  text: short\n"
	       "- name: zwölf\n"
	       "  size: 1234\n"
	       "  tags: null\n"
	       "  big: true\n"
	       "  twice: zwölfzwölf\n"
	       "  text: much too long\n"
	       "- name: 漢字\n"
	       "  size: -5\n"
	       "  tags: []\n"
	       "  big: false\n"
	       "  twice: 漢字漢字\n"
	       "  text: null\n");
}

static void test_table__prints_names(void **state UNUSED)
{
	expect(&table, 2, FORMAT_NAME, NULL, "thing/one\nthing/zwölf\n");
}

static void test_table__is_a_header_when_empty(void **state UNUSED)
{
	static const struct table bare = { .columns = columns, .no_headers = true };

	expect(&table, 0, FORMAT_TABLE, NULL, "NAME   SIZE   TEXT\n");
	expect(&bare, 0, FORMAT_TABLE, NULL, "");
	expect(&bare, 1, FORMAT_TABLE, NULL, "one   7   short\n");
}

static void test_table__keeps_a_row_on_one_line(void **state UNUSED)
{
	static const struct row odd = { "a\nb\033[31mc", 1, "", NULL };
	cleanup_strbuf struct strbuf out = STRBUF_INIT;
	struct error err = ERROR_INIT;

	assert_int_equal(table_print(&table, &odd, 1, sizeof(odd), FORMAT_TABLE, "name,text", &out,
				     &err),
			 0);
	assert_string_equal(out.buf, "NAME        TEXT\na b [31mc   <none>\n");
}

static void test_table__lists_its_columns(void **state UNUSED)
{
	expect(&table, 0, FORMAT_TABLE, "help",
	       "KEY     HEADER   HELP\n"
	       "name    NAME     name\n"
	       "size    SIZE     size\n"
	       "tags    TAGS     tags\n"
	       "big     BIG      is it big\n"
	       "twice   TWICE    again\n"
	       "text    TEXT     text\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_table__aligns_by_display_width),
		cmocka_unit_test(test_table__shows_more_in_wide),
		cmocka_unit_test(test_table__selects_columns),
		cmocka_unit_test(test_table__refuses_unknown_columns),
		cmocka_unit_test(test_table__writes_data_with_types),
		cmocka_unit_test(test_table__prints_names),
		cmocka_unit_test(test_table__is_a_header_when_empty),
		cmocka_unit_test(test_table__keeps_a_row_on_one_line),
		cmocka_unit_test(test_table__lists_its_columns),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
