/* SPDX-License-Identifier: Apache-2.0 */
#include "tree/resolve.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "tree/read.h"
#include "tree/yaml_time.h"

/* Kind of a plain scalar and, for a number, its JSON text. */
static void expect(const char *text, enum node_kind kind, const char *number)
{
	cleanup_arena struct arena *a = arena_new();
	enum node_kind got = NODE_MAP;
	const char *got_text = NULL;
	bool b;

	assert_true(yaml_resolve_plain(a, text, strlen(text), &got, &b, &got_text));
	if (got != kind)
		fail_msg("'%s' is of kind %d, not %d", text, (int)got, (int)kind);
	if (number)
		assert_string_equal(got_text, number);
}

static void test_resolve__words_are_known_in_three_spellings(void **state UNUSED)
{
	static const char *const booleans[] = {
		"y",  "Y",   "yes", "Yes", "YES", "on",	   "On",
		"ON", "off", "Off", "OFF", "n",	  "false", "FALSE"
	};
	static const char *const nulls[] = { "", "~", "null", "Null", "NULL" };
	static const char *const strings[] = { "tRue", "yEs", "yES", "nULL", "oN", "truee", "yess",
					       "t",    "nil", "Nan", "inf",  "~~", "<<",    "=" };

	for (size_t i = 0; i < ARRAY_SIZE(booleans); i++)
		expect(booleans[i], NODE_BOOL, NULL);
	for (size_t i = 0; i < ARRAY_SIZE(nulls); i++)
		expect(nulls[i], NODE_NULL, NULL);
	for (size_t i = 0; i < ARRAY_SIZE(strings); i++)
		expect(strings[i], NODE_STRING, NULL);
}

static void test_resolve__numbers_become_exact_json_numbers(void **state UNUSED)
{
	static const struct {
		const char *text, *number;
	} cases[] = {
		{ "0", "0" },
		{ "-0", "-0" },
		{ "80", "80" },
		{ "007", "7" },
		{ "0755", "493" },
		{ "-0755", "-493" },
		{ "0o17", "15" },
		{ "0O17", "15" },
		{ "0x1F", "31" },
		{ "0X1f", "31" },
		{ "-0x1F", "-31" },
		{ "0b101", "5" },
		{ "0b-11", "-3" },
		{ "+5", "5" },
		{ "1_000", "1000" },
		{ "0x_ff", "255" },
		{ "18446744073709551615", "18446744073709551615" },
		{ "0xffffffffffffffff", "18446744073709551615" },
		{ "-9223372036854775808", "-9223372036854775808" },
		{ "123456789012345678901234567890", "123456789012345678901234567890" },
		{ "1.0", "1.0" },
		{ "8.40", "8.40" },
		{ ".5", "0.5" },
		{ "-.5", "-0.5" },
		{ "+.5", "0.5" },
		{ "5.", "5.0" },
		{ "1.e3", "1.0e3" },
		{ "+1e3", "1e3" },
		{ "1E+05", "1E+05" },
		{ "1_0.5_0", "10.50" },
		{ ".5_0", "0.50" },
		{ "08", "8" },
		{ "09.50", "9.50" },
		{ "0777777777777777777777777", "777777777777777777777777.0" },
		{ "1e-400", "1e-400" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		expect(cases[i].text, NODE_NUMBER, cases[i].number);
}

static void test_resolve__what_only_looks_like_a_number_is_text(void **state UNUSED)
{
	static const char *const strings[] = {
		"-",	  "+",	   ".",	  "..",	       "-.",	"0x",	 "0xg",
		"0b2",	  "0o8",   "1e",  "1e+",       "e5",	"1.2.3", "1e400",
		".5e400", "--5",   "+-5", "1 000",     "_1",	"._5",	 ".5_",
		".5__0",  "1:30",  "1,5", "5m",	       "0b",	"-0b",	 "2001-",
		"1e3x",	  "0x1p2", "Inf", ".infinity", "..inf", "0b12",	 "-0x8000000000000001",
	};

	for (size_t i = 0; i < ARRAY_SIZE(strings); i++)
		expect(strings[i], NODE_STRING, NULL);
}

static void test_resolve__long_numbers_with_underscores(void **state UNUSED)
{
	char text[201], digits[101];

	for (int i = 0; i < 100; i++) {
		text[2 * i] = digits[i] = '7';
		text[2 * i + 1] = '_';
	}
	text[200] = digits[100] = '\0';
	expect(text, NODE_NUMBER, NULL);
}

static void test_resolve__json_has_no_infinity(void **state UNUSED)
{
	static const char *const none[] = { ".inf", "-.inf", "+.Inf", ".INF", ".nan", ".NaN" };
	cleanup_arena struct arena *a = arena_new();
	enum node_kind kind;
	const char *text;
	bool b;

	for (size_t i = 0; i < ARRAY_SIZE(none); i++)
		assert_false(yaml_resolve_plain(a, none[i], strlen(none[i]), &kind, &b, &text));
}

static void test_resolve__dates_and_times_are_known(void **state UNUSED)
{
	static const char *const times[] = {
		"2001-01-01",	       "2001-1-2",
		"2000-02-29",	       "2001-01-01T10:00:00Z",
		"2001-1-2t3:4:5.678Z", "2001-01-01T10:00:00+05:30",
		"2001-01-01 10:00:00", "2001-01-01   1:2:3,5",
	};
	static const char *const others[] = {
		"2001-13-01",
		"2001-02-29",
		"2001-01-32",
		"2001-1-",
		"201-01-01",
		"20011-01-01",
		"2001-01-01T10:00:00",
		"2001-01-01T24:00:00Z",
		"2001-01-01 10:00:00 Z",
		"2001-01-01T10:00Z",
		"2001-01-01T10:00:00+5:30",
		"2001-01-01x",
		"2001-01-01T",
		"2001-01-01T10:60:00Z",
	};

	for (size_t i = 0; i < ARRAY_SIZE(times); i++) {
		assert_true(yaml_is_time(times[i], strlen(times[i])));
		assert_int_equal(yaml_resolve(times[i], strlen(times[i])).kind, RESOLVED_TIME);
	}
	for (size_t i = 0; i < ARRAY_SIZE(others); i++)
		assert_false(yaml_is_time(others[i], strlen(others[i])));
}

static void test_resolve__sexagesimal_numbers_are_told(void **state UNUSED)
{
	static const char *const yes[] = { "1:30", "-1:30", "190:20:30", "1:30.15", "1_0:5" };
	static const char *const no[] = { "1:60", ":30", "1:", "1:30:", "a:30", "1:2x", "1", "" };

	for (size_t i = 0; i < ARRAY_SIZE(yes); i++)
		assert_true(yaml_is_base60(yes[i], strlen(yes[i])));
	for (size_t i = 0; i < ARRAY_SIZE(no); i++)
		assert_false(yaml_is_base60(no[i], strlen(no[i])));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_resolve__words_are_known_in_three_spellings),
		cmocka_unit_test(test_resolve__numbers_become_exact_json_numbers),
		cmocka_unit_test(test_resolve__what_only_looks_like_a_number_is_text),
		cmocka_unit_test(test_resolve__long_numbers_with_underscores),
		cmocka_unit_test(test_resolve__json_has_no_infinity),
		cmocka_unit_test(test_resolve__dates_and_times_are_known),
		cmocka_unit_test(test_resolve__sexagesimal_numbers_are_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
