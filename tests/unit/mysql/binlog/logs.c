/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "mysql/binlog/logs.h"

static struct binlog_log three[] = {
	{ .file = (char *)"b.1", .size = 1000, .first = 10000, .before = (char *)"" },
	{ .file = (char *)"b.2", .size = 2000, .first = 11000, .before = (char *)"0-1-5" },
	{ .file = (char *)"b.3", .size = 600, .first = 13000, .before = (char *)"0-1-9" },
};

static struct binlog_logs logs_of(int64_t expire, int64_t max_bytes)
{
	return (struct binlog_logs){ .items = three, .len = 3, .bytes = 3600, .now = 13600,
				     .expire = expire, .max_bytes = max_bytes,
				     .holds = (char *)"0-1-9" };
}

static void test_logs__go_by_age_after_their_last_write(void **state)
{
	struct binlog_logs logs = logs_of(5000, 0);

	(void)state;
	assert_int_equal(binlog_logs_rate(&logs), 3600);
	assert_int_equal(binlog_logs_gone(&logs, 0), 16000);
	assert_int_equal(binlog_logs_gone(&logs, 1), 18000);
	assert_int_equal(binlog_logs_gone(&logs, 2), 0);
	logs.expire = 0;
	assert_int_equal(binlog_logs_gone(&logs, 0), 0);
}

static void test_logs__go_by_size_when_that_is_sooner(void **state)
{
	struct binlog_logs logs = logs_of(5000, 4000);

	(void)state;
	assert_int_equal(binlog_logs_gone(&logs, 0), 14000);
	assert_int_equal(binlog_logs_gone(&logs, 1), 15000);
	logs.max_bytes = 3000;
	assert_int_equal(binlog_logs_gone(&logs, 0), 13600);
	logs.max_bytes = 1000000;
	assert_int_equal(binlog_logs_gone(&logs, 0), 16000);
}

static void test_logs__tell_no_rate_without_a_first_time(void **state)
{
	struct binlog_log one = { .file = (char *)"b.1", .size = 7 };
	struct binlog_logs logs = { .items = &one, .len = 1, .bytes = 7, .now = 100 };
	struct binlog_logs none = BINLOG_LOGS_INIT;

	(void)state;
	assert_int_equal(binlog_logs_rate(&logs), -1);
	assert_int_equal(binlog_logs_rate(&none), -1);
	assert_null(binlog_logs_gtids(&logs, 0));
}

static void test_logs__say_which_gtids_each_has(void **state)
{
	struct binlog_logs logs = logs_of(0, 0);
	static const char *const want[] = { "0-1-5", "0-1-6..9", "" };

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		char *got = binlog_logs_gtids(&logs, i);

		assert_string_equal(got, want[i]);
		free(got);
	}
	assert_int_equal(binlog_logs_find(&logs, "b.2"), 1);
	assert_int_equal(binlog_logs_find(&logs, "b.9"), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_logs__go_by_age_after_their_last_write),
		cmocka_unit_test(test_logs__go_by_size_when_that_is_sooner),
		cmocka_unit_test(test_logs__tell_no_rate_without_a_first_time),
		cmocka_unit_test(test_logs__say_which_gtids_each_has),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
