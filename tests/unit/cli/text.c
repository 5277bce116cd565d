/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"

static void test_display_width__counts_cells(void **state UNUSED)
{
	assert_int_equal(display_width(""), 0);
	assert_int_equal(display_width("abc"), 3);
	assert_int_equal(display_width("äöü"), 3);
	assert_int_equal(display_width("a\xcc\x88"), 1); /* a and a combining diaeresis */
	assert_int_equal(display_width("漢字"), 4);
	assert_int_equal(display_width("한글"), 4);
	assert_int_equal(display_width("😀"), 2);
	assert_int_equal(display_width("…"), 1);
	assert_int_equal(display_width("\xff\xc3"), 2);
	assert_int_equal(display_width("\xe2\x80\x8b"), 0); /* zero width space */
}

static void expect_wrapped(const char *text, size_t indent, size_t width, const char *want)
{
	cleanup_strbuf struct strbuf out = STRBUF_INIT;

	text_wrap(&out, text, indent, width);
	assert_string_equal(out.buf, want);
}

static void test_text_wrap__breaks_at_blanks(void **state UNUSED)
{
	expect_wrapped("one two three", 0, 7, "one two\nthree");
	expect_wrapped("one two three", 2, 9, "one two\n  three");
	expect_wrapped("  one   two  ", 0, 80, "one two");
	expect_wrapped("", 4, 80, "");
}

static void test_text_wrap__keeps_long_words_and_line_ends(void **state UNUSED)
{
	expect_wrapped("a incomprehensibilities b", 0, 5, "a\nincomprehensibilities\nb");
	expect_wrapped("one\ntwo", 2, 80, "one\n  two");
	expect_wrapped("one\n\ntwo\n", 2, 80, "one\n\n  two");
}

static void test_text_row__moves_help_below_a_long_name(void **state UNUSED)
{
	cleanup_strbuf struct strbuf out = STRBUF_INIT;

	text_row(&out, "ab", "help", 8, 80);
	text_row(&out, "abcdefgh", "help", 8, 80);
	text_row(&out, "ab", "", 8, 80);
	text_row(&out, "ab", "one two", 8, 12);
	assert_string_equal(out.buf, "  ab    help\n"
				     "  abcdefgh\n        help\n"
				     "  ab\n"
				     "  ab    one\n        two\n");
}

static void test_text_capitalise__changes_the_first_letter(void **state UNUSED)
{
	cleanup_strbuf struct strbuf out = STRBUF_INIT;

	text_capitalise(&out, "abc ");
	text_capitalise(&out, "");
	text_capitalise(&out, "\xc3\xa4");
	assert_string_equal(out.buf, "Abc \xc3\xa4");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_display_width__counts_cells),
		cmocka_unit_test(test_text_wrap__breaks_at_blanks),
		cmocka_unit_test(test_text_wrap__keeps_long_words_and_line_ends),
		cmocka_unit_test(test_text_row__moves_help_below_a_long_name),
		cmocka_unit_test(test_text_capitalise__changes_the_first_letter),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
