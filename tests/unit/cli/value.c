/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/value.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"

static void test_duration__reads_units(void **state UNUSED)
{
	static const struct {
		const char *text;
		int64_t ms;
	} good[] = {
		{ "0", 0 },	     { "90", 90000 },	  { "90s", 90000 },   { "1m", 60000 },
		{ "1h30m", 5400000 }, { "1.5h", 5400000 }, { "250ms", 250 },  { "1s250ms", 1250 },
		{ ".5s", 500 },	     { "1.s", 1000 },	  { "1500us", 1 },    { "2\xc2\xb5s", 0 },
		{ "0.0000001s", 0 }, { "0.9999999999s", 999 },
		{ "2562047h", 2562047LL * 3600000 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(good); i++) {
		int64_t ms = -1;

		assert_true(duration_parse(good[i].text, &ms));
		assert_int_equal(ms, good[i].ms);
	}
}

static void test_duration__refuses_the_rest(void **state UNUSED)
{
	static const char *const bad[] = { "",	 "s",	 "1x",	"-1s",	"1s ",	" 1s", "1s2",
					   "1.2.3s", ".s", "1e3s", "99999999999999999999",
					   "9223372036854775807", "99999999999h", "1d" };

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		int64_t ms;

		assert_false(duration_parse(bad[i], &ms));
	}
}

static void test_boolean__reads_what_kubectl_reads(void **state UNUSED)
{
	bool b = false;

	assert_true(boolean_parse("T", &b) && b);
	assert_true(boolean_parse("False", &b) && !b);
	assert_false(boolean_parse("yes", &b));
	assert_false(boolean_parse("tRUE", &b));
	assert_false(boolean_parse("", &b));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_duration__reads_units),
		cmocka_unit_test(test_duration__refuses_the_rest),
		cmocka_unit_test(test_boolean__reads_what_kubectl_reads),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
