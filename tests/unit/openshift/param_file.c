/* SPDX-License-Identifier: Apache-2.0 */
#include "template/openshift/param_file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"

/* What a file with one line gives: "NAME|VALUE", or "" for nothing. */
static const char *one(struct arena *a, const char *line)
{
	cleanup_error struct error err = ERROR_INIT;
	struct param_assignments list;

	assert_int_equal(param_file_read(a, line, strlen(line), "p.env", &list, &err), 0);
	assert_true(list.len <= 1);
	return list.len == 0 ? "" : arena_printf(a, "%s|%s", list.items[0].name,
						 list.items[0].value);
}

static void test_param_file__reads_lines(void **state)
{
	cleanup_arena struct arena *a = arena_new();
	static const char *const rows[][2] = {
		{ "A=plain", "A|plain" },
		{ "A=plain\r\n", "A|plain" },
		{ "export A=v", "A|v" },
		{ "exportA=v", "A|v" },
		{ "A: colon", "A|colon" },
		{ "A=http://x:80/", "A|http://x:80/" },
		{ "  A =  spaced  ", "A|spaced" },
		{ "A=", "A|" },
		{ "A=a=b", "A|a=b" },
		{ "", "" },
		{ "   ", "" },
		{ "\t# comment", "" },
		{ "A=v # comment", "A|v" },
		{ "A=\"with # hash\"", "A|with # hash" },
		{ "A=\"x\" # \"y\"", "A|x" },
		{ "A=it's # kept'", "A|it's # kept'" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		assert_string_equal(one(a, rows[i][0]), rows[i][1]);
}

static void test_param_file__unquotes(void **state)
{
	cleanup_arena struct arena *a = arena_new();
	static const char *const rows[][2] = {
		{ "A=\"a\\nb\\r\"", "A|a\nb\r" },   { "A='a\\nb'", "A|a\nb" },
		{ "A=\"say \\\"hi\\\"\"", "A|say \"hi\"" }, { "A=a\\nb", "A|a\\nb" },
		{ "A=\"unbalanced", "A|\"unbalanced" }, { "A='mixed\"", "A|'mixed\"" },
		{ "A=\"\"", "A|" },		    { "A=\"", "A|\"" },
		{ "A='\"'", "A|\"" },		    { "A=\"end\\\"", "A|end\\" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		assert_string_equal(one(a, rows[i][0]), rows[i][1]);
}

static void test_param_file__last_of_a_name_stays(void **state)
{
	cleanup_arena struct arena *a = arena_new();
	cleanup_error struct error err = ERROR_INIT;
	static const char text[] = "B=1\nA=2\n\nB=3\n";
	struct param_assignments list;

	(void)state;
	assert_int_equal(param_file_read(a, text, strlen(text), "p.env", &list, &err), 0);
	assert_int_equal(list.len, 2);
	assert_string_equal(list.items[0].name, "B");
	assert_string_equal(list.items[0].value, "3");
	assert_int_equal(list.items[0].pos.line, 4);
	assert_string_equal(list.items[1].name, "A");
}

static void expect_bad(struct arena *a, const char *text, const char *message, uint32_t line,
		       uint32_t column)
{
	cleanup_error struct error err = ERROR_INIT;
	struct param_assignments list;

	assert_int_equal(param_file_read(a, text, strlen(text), "p.env", &list, &err),
			 -ERR_INVALID);
	assert_string_equal(err.message, message);
	assert_string_equal(err.file, "p.env");
	assert_int_equal(err.line, line);
	assert_int_equal(err.column, column);
	assert_non_null(err.hint);
}

static void test_param_file__errors_have_a_place_and_no_value(void **state)
{
	cleanup_arena struct arena *a = arena_new();

	(void)state;
	expect_bad(a, "A=1\n  just text\n", "the line has no '=' behind a name", 2, 3);
	expect_bad(a, "\nexport 1A=secret", "'1A' is no name of a parameter", 2, 8);
	expect_bad(a, "=secret", "'' is no name of a parameter", 1, 1);
	expect_bad(a, "A B=secret", "'A B' is no name of a parameter", 1, 1);
	expect_bad(a, "A\t=secret", "'A\t' is no name of a parameter", 1, 1);
}

static void test_param_name__is_that_of_an_environment_variable(void **state)
{
	(void)state;
	assert_true(param_name_valid("A", 1));
	assert_true(param_name_valid("_a.b-9", 6));
	assert_true(param_name_valid("-", 1));
	assert_false(param_name_valid("", 0));
	assert_false(param_name_valid("9a", 2));
	assert_false(param_name_valid("a b", 3));
	assert_false(param_name_valid(".", 1));
	assert_false(param_name_valid("..", 2));
	assert_false(param_name_valid("..a", 3));
	assert_true(param_name_valid(".a", 2));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_param_file__reads_lines),
		cmocka_unit_test(test_param_file__unquotes),
		cmocka_unit_test(test_param_file__last_of_a_name_stays),
		cmocka_unit_test(test_param_file__errors_have_a_place_and_no_value),
		cmocka_unit_test(test_param_name__is_that_of_an_environment_variable),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
