/* SPDX-License-Identifier: Apache-2.0 */
#include "tree/number.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "tree/write.h"

static void test_number__scan_takes_what_json_allows(void **state UNUSED)
{
	static const struct {
		const char *text;
		size_t len;
	} cases[] = {
		{ "0", 1 },  { "-0", 2 }, { "10x", 2 }, { "1.5e-3,", 6 }, { "1E+5]", 4 },
		{ "01", 0 }, { "-", 0 },  { "1.", 0 },	{ "1e", 0 },	  { "1e+", 0 },
		{ ".5", 0 }, { "+5", 0 }, { "", 0 },	{ "0.0", 3 },	  { "1.x", 0 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		assert_int_equal(number_scan(cases[i].text, cases[i].text + strlen(cases[i].text)),
				 cases[i].len);
}

static void test_number__ranges_of_whole_numbers(void **state UNUSED)
{
	assert_true(number_is_int64("9223372036854775807", 19));
	assert_false(number_is_int64("9223372036854775808", 19));
	assert_true(number_is_int64("-9223372036854775808", 20));
	assert_false(number_is_int64("-9223372036854775809", 20));
	assert_false(number_is_int64("1.0", 3));
	assert_false(number_is_int64("1e3", 3));
	assert_false(number_is_int64("", 0));
	assert_false(number_is_int64("-", 1));
	assert_true(number_is_uint64("18446744073709551615", 20));
	assert_false(number_is_uint64("18446744073709551616", 20));
	assert_false(number_is_uint64("-1", 2));
}

static void expect_go(const char *text, const char *json, const char *yaml)
{
	cleanup_strbuf struct strbuf out = STRBUF_INIT;

	tree_write_go_number(&out, text, strlen(text));
	assert_string_equal(out.buf, json);
	strbuf_reset(&out);
	number_add_go_yaml(&out, text, strlen(text));
	assert_string_equal(out.buf, yaml);
}

static void test_number__are_printed_as_go_prints_them(void **state UNUSED)
{
	expect_go("1", "1", "1");
	expect_go("-0", "0", "0");
	expect_go("-0.0", "-0", "0");
	expect_go("1.0", "1", "1");
	expect_go("1e3", "1000", "1000");
	expect_go("0.1e1", "1", "1");
	expect_go("9007199254740993", "9007199254740993", "9007199254740993");
	expect_go("9223372036854775808", "9223372036854776000", "9223372036854776000");
	expect_go("18446744073709551615", "18446744073709552000", "1.8446744073709552e+19");
	expect_go("123456789012345678901234567890", "1.2345678901234568e+29",
		  "1.2345678901234568e+29");
	expect_go("1e20", "100000000000000000000", "1e+20");
	expect_go("1e21", "1e+21", "1e+21");
	expect_go("1e-7", "1e-7", "1e-07");
	expect_go("0.000001", "0.000001", "1e-06");
	expect_go("0.0001", "0.0001", "0.0001");
	expect_go("123456789.125", "123456789.125", "1.23456789125e+08");
	expect_go("1.5e300", "1.5e+300", "1.5e+300");
	expect_go("5e-324", "5e-324", "5e-324");
	expect_go("1e-400", "0", "0");
	/* Powers of two, where the shortest text is not the nearest one of its length. */
	expect_go("5.684341886080801486968994140625e-14", "5.684341886080802e-14",
		  "5.684341886080802e-14");
	expect_go("9.5367431640625e-7", "9.5367431640625e-7", "9.5367431640625e-07");
	/* What no float64 holds stays. */
	expect_go("1e400", "1e400", "1e400");
}

static void test_number__keys_have_the_precision_of_float32(void **state UNUSED)
{
	static const struct {
		double v;
		const char *text;
	} cases[] = {
		{ 1.5, "1.5" },
		{ 123456.789, "123456.79" },
		{ 1e3, "1000" },
		{ 1e6, "1e+06" },
		{ 1e10, "1e+10" },
		{ 1e300, ".inf" },
		{ -1e300, "-.inf" },
		{ 0, "0" },
		{ 16777217, "1.6777216e+07" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		cleanup_strbuf struct strbuf out = STRBUF_INIT;

		number_add_double(&out, cases[i].v, NUMBER_KEY);
		assert_string_equal(out.buf, cases[i].text);
	}
}

static void test_number__long_text_is_read_whole(void **state UNUSED)
{
	cleanup_strbuf struct strbuf text = STRBUF_INIT;
	double v;

	strbuf_addstr(&text, "0.");
	strbuf_addchars(&text, '0', 100);
	strbuf_addstr(&text, "5e101");
	assert_true(number_to_double(text.buf, text.len, &v));
	assert_true(fabs(v - 5) < 1e-9);
	strbuf_reset(&text);
	strbuf_addchars(&text, '9', 400);
	assert_false(number_to_double(text.buf, text.len, &v));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_number__scan_takes_what_json_allows),
		cmocka_unit_test(test_number__ranges_of_whole_numbers),
		cmocka_unit_test(test_number__are_printed_as_go_prints_them),
		cmocka_unit_test(test_number__keys_have_the_precision_of_float32),
		cmocka_unit_test(test_number__long_text_is_read_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
