/* SPDX-License-Identifier: Apache-2.0 */
#include "template/openshift/tabwriter.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void expect(const struct tabwriter_style *style, const char *text, const char *want)
{
	cleanup_strbuf struct strbuf out = STRBUF_INIT;

	tabwriter_format(&out, text, strlen(text), style);
	assert_string_equal(out.buf, want);
}

static void test_tabwriter__aligns_runs_of_lines(void **state)
{
	static const struct tabwriter_style spaces = { .tab_width = 8, .padding = 1 };

	(void)state;
	expect(&spaces, "a\tb\nccc\td\n", "a   b\nccc d\n");
	/* A line without the cell parts two runs. */
	expect(&spaces, "a\tb\n\nccc\td\n", "a b\n\nccc d\n");
	expect(&spaces, "a\tbb\tc\nd\te\n", "a bb c\nd e\n");
	expect(&spaces, "a\t\tc\nd\te\tf\n", "a   c\nd e f\n");
	expect(&spaces, "no end", "no end");
	expect(&spaces, "", "");
}

static void test_tabwriter__counts_characters(void **state)
{
	static const struct tabwriter_style spaces = { .padding = 1 };

	(void)state;
	expect(&spaces, "\xc3\xa9\tb\nab\tc\n", "\xc3\xa9  b\nab c\n");
}

static void test_tabwriter__keeps_the_least_width(void **state)
{
	static const struct tabwriter_style wide = { .min_width = 5, .padding = 3 };

	(void)state;
	expect(&wide, "a\tb\n", "a    b\n");
	expect(&wide, "abcd\tb\n", "abcd   b\n");
}

static void test_tabwriter__pads_with_tabs(void **state)
{
	static const struct tabwriter_style tabs = { .tab_width = 8, .padding = 1, .tabs = true };

	(void)state;
	expect(&tabs, "a\tb\n", "a\tb\n");
	expect(&tabs, "1234567\tb\n", "1234567\tb\n");
	expect(&tabs, "12345678\tb\na\tb\n", "12345678\tb\na\t\tb\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_tabwriter__aligns_runs_of_lines),
		cmocka_unit_test(test_tabwriter__counts_characters),
		cmocka_unit_test(test_tabwriter__keeps_the_least_width),
		cmocka_unit_test(test_tabwriter__pads_with_tabs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
