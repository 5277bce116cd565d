/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs those above first */
#include <cmocka.h>

#include "topology/oldest.h"

#include <strings.h>

#include "base/memory.h"

static void test_oldest__mysql_tells_the_commit(void **state)
{
	struct channel c = { 0 };
	struct binlog_event e = { .kind = KIND_GTID, .timestamp = 7 };

	(void)state;
	e.gtid.original = 1700000000123456;
	assert_true(oldest_take(&c, &e));
	assert_int_equal(c.oldest_missing, 1700000000123456);
	assert_true(c.oldest_is_commit);
}

static void test_oldest__else_the_second_of_the_last_statement(void **state)
{
	struct channel mariadb = { .oldest_is_commit = true }, old = { .oldest_is_commit = true };
	struct binlog_event e = { .kind = KIND_GTID, .timestamp = 1700000000 };

	(void)state;
	assert_true(oldest_take(&old, &e));
	assert_int_equal(old.oldest_missing, 1700000000000000);
	assert_false(old.oldest_is_commit);
	/* Whatever stands in the place of MySQL's time. */
	e.gtid.mariadb = true;
	e.gtid.original = 42;
	assert_true(oldest_take(&mariadb, &e));
	assert_int_equal(mariadb.oldest_missing, 1700000000000000);
	assert_false(mariadb.oldest_is_commit);
}

static void test_oldest__other_events_tell_nothing(void **state)
{
	struct channel c = { 0 };
	struct binlog_event e = { .kind = KIND_GTID, .timestamp = 1700000000 };

	(void)state;
	e.kind = KIND_QUERY;
	assert_false(oldest_take(&c, &e));
	assert_int_equal(c.oldest_missing, 0);
}

/* Rows of two cells: an id, and a command or a duration. */
struct pair {
	const char *id, *other;
};

static const char *pair_get(const void *from, size_t row, const char *column)
{
	const struct pair *p = from;

	return strcasecmp(column, "id") == 0 ? p[row].id : p[row].other;
}

static int64_t applying(const struct pair *transactions, size_t count, const struct pair *processes,
			size_t process_count)
{
	return oldest_applying_for(&(struct rows){ transactions, count, pair_get },
				   &(struct rows){ processes, process_count, pair_get });
}

static void test_oldest__the_oldest_of_the_appliers_counts(void **state)
{
	static const struct pair transactions[] = {
		{ "11", "5000000" }, { "12", "7000000" }, { "13", "90000000" }, { "14", NULL },
	};
	static const struct pair processes[] = {
		{ "11", "Slave_SQL" }, { "12", "Slave_worker" }, { "13", "Query" },
		{ "14", "Slave_worker" }, { NULL, "Slave_worker" }, { "15", NULL },
	};

	(void)state;
	assert_int_equal(applying(transactions, ARRAY_SIZE(transactions), processes,
				  ARRAY_SIZE(processes)), 7000000);
}

static void test_oldest__sessions_of_clients_apply_nothing(void **state)
{
	static const struct pair transactions[] = { { "13", "90000000" } };
	static const struct pair processes[] = { { "13", "Query" }, { "12", "Slave_worker" } };

	(void)state;
	assert_int_equal(applying(transactions, 1, processes, 2), -1);
	assert_int_equal(applying(transactions, 0, processes, 2), -1);
	assert_int_equal(applying(transactions, 1, processes, 0), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_oldest__mysql_tells_the_commit),
		cmocka_unit_test(test_oldest__else_the_second_of_the_last_statement),
		cmocka_unit_test(test_oldest__other_events_tell_nothing),
		cmocka_unit_test(test_oldest__the_oldest_of_the_appliers_counts),
		cmocka_unit_test(test_oldest__sessions_of_clients_apply_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
