/* SPDX-License-Identifier: Apache-2.0 */
#include "mysql/gtid.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/memory.h"

/* GTID sets: what is read, how it is printed, and the operations in hand-made cases. */

#define U "3e11fa47-71ca-11e1-9e33-c80aa9429562"
#define V "ffffffff-0000-1111-2222-333333333333"
#define ZERO "00000000-0000-0000-0000-000000000001"

static void parse(const char *text, struct gtid_set *ret)
{
	cleanup_error struct error err = ERROR_INIT;

	if (gtid_set_parse(ret, text, strlen(text), "set", &err) < 0)
		fail_msg("'%s': %s", text, err.message);
}

static char *normal(const char *text)
{
	cleanup_gtid_set struct gtid_set s = GTID_SET_INIT;
	cleanup_strbuf struct strbuf out = STRBUF_INIT;

	parse(text, &s);
	gtid_set_print(&s, ",", &out);
	return strbuf_detach(&out, NULL);
}

static void is(char *got, const char *want)
{
	assert_string_equal(got, want);
	free(got);
}

static void test_gtid__prints_as_the_server_does(void **state)
{
	(void)state;
	/* Each pair was tried with GTID_SUBTRACT(text, '') on MySQL 9.7. */
	is(normal(U ":7:1-5"), U ":1-5:7");
	is(normal(U ":1-3:4-5"), U ":1-5");
	is(normal(U ":5-1"), "");
	is(normal(U ":00010"), U ":10");
	is(normal("3E11FA4771CA11E19E33C80AA9429562:1"), U ":1");
	is(normal("\n {3E11FA47-71CA-11E1-9E33-C80AA9429562} : 1 - 5 : 7 , " ZERO ":3"),
	   ZERO ":3," U ":1-5:7");
	is(normal(U), "");
	is(normal(",, ,"), "");
	is(normal(" \n\t\v\f\r"), "");
	is(normal("," U ":1,,"), U ":1");
	is(normal(U ":1,\n" U ":2"), U ":1-2");
	is(normal(U ":Tag:1-3:5:other:7"), U ":other:7:tag:1-3:5");
	is(normal(U ":1:tag:2:7:a:1"), U ":1:a:1:tag:2:7");
	is(normal(U ":tag"), "");
	is(normal(U ": tag : 1"), U ":tag:1");
	is(normal(U ":tag:1:TAG:2"), U ":tag:1-2");
	is(normal(U ":b:1," U ":a:1," U ":1"), U ":1:a:1:b:1");
	is(normal(U ":_b:1:a_:1:a1:1:aa:1:a:1"), U ":_b:1:a:1:a1:1:a_:1:aa:1");
	is(normal(U ":1-9223372036854775806"), U ":1-9223372036854775806");
	is(normal(U ":tag:5-1," ZERO ":4-3:1"), ZERO ":1");
}

static void test_gtid__separates_members_by_what_is_asked(void **state)
{
	cleanup_gtid_set struct gtid_set s = GTID_SET_INIT;
	cleanup_strbuf struct strbuf out = STRBUF_INIT;

	(void)state;
	parse(U ":1:tag:1," ZERO ":3", &s);
	gtid_set_print(&s, ",\n", &out);
	assert_string_equal(out.buf, ZERO ":3,\n" U ":1:tag:1");
}

static void test_gtid__reads_mariadb(void **state)
{
	(void)state;
	is(normal("1-2-5, 0-1-100"), "0-1-100,1-2-5");
	is(normal("0-1-100\n,0-2-95,"), "0-2-95,0-1-100");
	is(normal("0-1-0"), "");
	is(normal("0-1-5..9"), "0-1-5..9");
	is(normal("0-1-1..9"), "0-1-9");
	is(normal("0-1-0..9"), "0-1-9");
	is(normal("0-1-9..5"), "");
	is(normal("4294967295-4294967295-18446744073709551615"),
	   "4294967295-4294967295-18446744073709551615");
	/* Eight digits and a dash begin a UUID only if its other groups follow. */
	is(normal("12345678-1234-123"), "12345678-1234-123");
	is(normal("12345678-1234-1234-1234-123456789012:3"),
	   "12345678-1234-1234-1234-123456789012:3");
	is(normal("12345678-1234-12345"), "12345678-1234-12345");
}

static void refused(const char *text, uint32_t line, uint32_t column, const char *message)
{
	cleanup_error struct error err = ERROR_INIT;
	cleanup_gtid_set struct gtid_set s = GTID_SET_INIT;

	assert_int_equal(gtid_set_parse(&s, text, strlen(text), "set 1", &err), -ERR_INVALID);
	assert_string_equal(err.message, message);
	assert_int_equal(err.line, line);
	assert_int_equal(err.column, column);
	assert_string_equal(err.file, "set 1");
	assert_true(gtid_set_is_empty(&s));
}

static void test_gtid__refuses_with_line_and_column(void **state)
{
	(void)state;
	refused(U ":", 1, 38, "expected a number or a tag, found the end");
	refused(U ":0", 1, 38, "0 is out of range: 1 to 9223372036854775806");
	refused(U ":1-9223372036854775807", 1, 40,
		"9223372036854775807 is out of range: 0 to 9223372036854775806");
	refused(U ":99999999999999999999", 1, 38,
		"99999999999999999999 is out of range: 1 to 9223372036854775806");
	refused(U ":1a:1", 1, 39, "expected ':', ',' or the end, found 'a'");
	refused(U ":1,\n" U ":x y", 2, 40, "expected ':', ',' or the end, found 'y'");
	refused(U ":tag:", 1, 42, "expected a number, found the end");
	refused(U ":tag:é", 1, 42, "expected a number, found 'é'");
	refused(U ":aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa:1", 1, 38,
		"a tag of 33 characters; 32 are the most");
	refused("é,x", 1, 1, "expected a hexadecimal digit of the UUID, found 'é'");
	refused("3E11FA47-71CA11E1-9E33-C80AA9429562:1", 1, 14,
		"expected '-' of the UUID, found '1'");
	refused("{3E11FA47-71CA-11E1-9E33-C80AA9429562:1", 1, 38,
		"expected '}' behind the UUID, found ':'");
	refused(U ":\x01", 1, 38, "expected a number or a tag, found byte 0x01");
	refused("0-1", 1, 4, "expected '-' and a sequence number, found the end");
	refused("0-1-x", 1, 5, "expected a sequence number, found 'x'");
	refused("0-4294967296-1", 1, 3, "4294967296 is out of range: 0 to 4294967295");
	refused("0-1-5 6", 1, 7, "expected ',', found '6'");
	refused("0-1-5," U ":1", 1, 7, "a MySQL id in a set of MariaDB ids");
	refused(U ":1,0-1-5", 1, 40, "a MariaDB id in a set of MySQL ids");
}

static void test_gtid__bounds_the_intervals(void **state)
{
	cleanup_error struct error err = ERROR_INIT;
	cleanup_gtid_set struct gtid_set s = GTID_SET_INIT;
	cleanup_strbuf struct strbuf text = STRBUF_INIT;

	(void)state;
	strbuf_addstr(&text, U);
	for (size_t i = 0; i <= LIMIT_GTID_INTERVALS; i++)
		strbuf_add(&text, ":1", 2);
	assert_int_equal(gtid_set_parse(&s, text.buf, text.len, NULL, &err), -ERR_LIMIT);
	assert_string_equal(err.message, "more than 10000000 intervals");
	error_release(&err);
	assert_int_equal(gtid_set_parse(&s, text.buf, text.len - 2, NULL, &err), 0);
	assert_true(gtid_set_ranges(&s) == 1);
}

typedef int operation(const struct gtid_set *a, const struct gtid_set *b, struct gtid_set *ret,
		      struct error *err);

static void op(operation *fn, const char *a, const char *b, const char *want)
{
	cleanup_error struct error err = ERROR_INIT;
	cleanup_gtid_set struct gtid_set x = GTID_SET_INIT, y = GTID_SET_INIT, z = GTID_SET_INIT;
	cleanup_strbuf struct strbuf out = STRBUF_INIT;

	parse(a, &x);
	parse(b, &y);
	assert_int_equal(fn(&x, &y, &z, &err), 0);
	gtid_set_print(&z, ",", &out);
	if (strcmp(out.buf, want) != 0)
		fail_msg("'%s' and '%s': want '%s', got '%s'", a, b, want, out.buf);
}

static void test_gtid__joins_and_parts_mysql_sets(void **state)
{
	(void)state;
	op(gtid_set_union, U ":1-3", U ":4:t:1," V ":1", U ":1-4:t:1," V ":1");
	op(gtid_set_intersect, U ":1-10:t:5", U ":3:9-20:t:4-6," V ":1", U ":3:9-10:t:5");
	op(gtid_set_subtract, U ":1-10:t:5", U ":3:9-20:t:4-6", U ":1-2:4-8");
	op(gtid_set_subtract, U ":1-3:5-7:9-11", U ":2-10", U ":1:11");
	op(gtid_set_subtract, U ":1-9", "", U ":1-9");
	op(gtid_set_subtract, "", U ":1-9", "");
	op(gtid_set_intersect, "", U ":1-9", "");
	op(gtid_set_subtract, U ":1-9223372036854775806", U ":2-9223372036854775805",
	   U ":1:9223372036854775806");
}

static void test_gtid__joins_and_parts_mariadb_sets(void **state)
{
	(void)state;
	/* Positions: by number within the domain. */
	op(gtid_set_union, "0-1-100,1-1-5", "0-2-110,2-1-1", "0-2-110,1-1-5,2-1-1");
	op(gtid_set_intersect, "0-1-100,1-1-5", "0-2-110,2-1-1", "0-1-100");
	op(gtid_set_subtract, "0-2-110,1-1-5", "0-1-100", "0-2-101..110,1-1-5");
	op(gtid_set_subtract, "0-1-100", "0-2-110", "");
	op(gtid_set_subtract, "0-1-5..20", "0-1-8..9", "0-1-5..7,0-1-10..20");
	/* The same number from two servers: a fork. */
	op(gtid_set_subtract, "0-2-100", "0-1-100", "0-2-100..100");
	op(gtid_set_union, "0-2-100", "0-1-100", "0-1-100,0-2-100");
	op(gtid_set_intersect, "0-2-100", "0-1-100", "0-2-99");
	/* States: by server. A lower number than the holder's can be a lost branch. */
	op(gtid_set_subtract, "0-1-105", "0-1-100,0-2-110", "0-1-101..105");
	op(gtid_set_subtract, "0-1-100,0-2-110", "0-2-110", "");
	op(gtid_set_subtract, "0-1-100,0-2-110", "0-1-100,0-2-105", "0-2-106..110");
	op(gtid_set_subtract, "0-3-50", "0-1-100,0-2-110", "0-3-50");
	op(gtid_set_intersect, "0-1-100,0-2-110", "0-2-105", "0-1-100,0-2-105");
	op(gtid_set_intersect, "0-2-105", "0-1-100,0-2-110", "0-1-100,0-2-105");
	op(gtid_set_union, "0-1-100,0-2-105", "0-2-110", "0-1-100,0-2-110");
	op(gtid_set_subtract, "0-1-18446744073709551615", "0-1-18446744073709551614",
	   "0-1-18446744073709551615..18446744073709551615");
}

static void test_gtid__does_not_mix_families(void **state)
{
	cleanup_error struct error err = ERROR_INIT;
	cleanup_gtid_set struct gtid_set x = GTID_SET_INIT, y = GTID_SET_INIT, z = GTID_SET_INIT;

	(void)state;
	parse("0-1-5", &x);
	parse(U ":1", &y);
	assert_int_equal(gtid_set_union(&x, &y, &z, &err), -ERR_INVALID);
	assert_string_equal(err.message, "cannot join a MySQL set of GTIDs with one of MariaDB");
	assert_non_null(err.hint);
}

static bool contains(const char *a, const char *b)
{
	cleanup_error struct error err = ERROR_INIT;
	cleanup_gtid_set struct gtid_set x = GTID_SET_INIT, y = GTID_SET_INIT;
	bool result = false;

	parse(a, &x);
	parse(b, &y);
	assert_int_equal(gtid_set_contains(&x, &y, &result, &err), 0);
	return result;
}

static void test_gtid__says_what_is_contained(void **state)
{
	(void)state;
	assert_true(contains(U ":1-10", U ":2:4-5"));
	assert_false(contains(U ":1-10", U ":2:t:1"));
	assert_true(contains(U ":1", ""));
	assert_false(contains("", U ":1"));
	assert_true(contains("0-1-100", "0-1-99"));
	assert_true(contains("0-2-110", "0-1-105"));
	assert_false(contains("0-1-100,0-2-110", "0-1-105"));
	assert_false(contains("0-1-100", "0-2-100"));
}

static bool by_number(const char *holder, const char *of, uint32_t *domain)
{
	cleanup_gtid_set struct gtid_set x = GTID_SET_INIT, y = GTID_SET_INIT;

	parse(holder, &x);
	parse(of, &y);
	return gtid_set_by_number(&x, &y, domain);
}

static void test_gtid__tells_when_only_numbers_were_compared(void **state)
{
	uint32_t domain = 0;

	(void)state;
	assert_true(by_number("0-1-1,3-2-110", "3-1-105", &domain));
	assert_int_equal(domain, 3);
	assert_false(by_number("3-1-100,3-2-110", "3-1-105", &domain));
	assert_false(by_number("3-2-110", "3-2-105,4-1-1", &domain));
	assert_false(by_number(U ":1", U ":1", &domain));
}

static void counts(const char *text, const char *want)
{
	cleanup_gtid_set struct gtid_set s = GTID_SET_INIT;
	cleanup_strbuf struct strbuf out = STRBUF_INIT;

	parse(text, &s);
	gtid_count_print(gtid_set_count(&s), &out);
	assert_string_equal(out.buf, want);
}

static void test_gtid__counts_beyond_64_bits(void **state)
{
	(void)state;
	counts("", "0");
	counts(U ":1-5:7:t:1-3", "9");
	counts(U ":1-9223372036854775806", "9223372036854775806");
	counts(U ":1-9223372036854775806:t:1-9223372036854775806," V ":1-9223372036854775806",
	       "27670116110564327418");
	counts("0-1-18446744073709551615,1-1-18446744073709551615", "36893488147419103230");
	/* A state's servers share the numbers of their domain. */
	counts("0-1-100,0-2-110,1-1-1", "111");
}

static void test_gtid__walks_over_single_transactions(void **state)
{
	cleanup_gtid_set struct gtid_set s = GTID_SET_INIT;
	cleanup_strbuf struct strbuf out = STRBUF_INIT;
	const struct gtid_key *key;
	uint64_t number;

	(void)state;
	parse(U ":1-2:9:t:3," V ":1", &s);
	for (struct gtid_cursor c = GTID_CURSOR_INIT(&s); gtid_cursor_next(&c, &key, &number);) {
		gtid_key_print(GTID_MYSQL, key, &out);
		strbuf_addf(&out, ":%llu ", (unsigned long long)number);
	}
	assert_string_equal(out.buf, U ":1 " U ":2 " U ":9 " U ":t:3 " V ":1 ");
}

static void test_gtid__adds_in_any_order(void **state)
{
	static const unsigned char id[16] = { 1 };
	static const struct gtid_range ranges[] = { { 10, 20 }, { 30, 40 }, { 1, 2 },
						    { 25, 25 }, { 5, 8 },   { 3, 3 },
						    { 9, 9 },   { 19, 31 }, { 50, 50 } };
	cleanup_gtid_set struct gtid_set s = GTID_SET_INIT;
	cleanup_strbuf struct strbuf out = STRBUF_INIT;
	struct gtid_key key = gtid_key_mysql(id, "", 0), tagged = gtid_key_mysql(id, "t", 1);

	(void)state;
	gtid_set_add(&s, GTID_MYSQL, &tagged, (struct gtid_range){ 7, 7 });
	for (size_t i = 0; i < ARRAY_SIZE(ranges); i++)
		gtid_set_add(&s, GTID_MYSQL, &key, ranges[i]);
	gtid_set_print(&s, ",", &out);
	assert_string_equal(out.buf, "01000000-0000-0000-0000-000000000000:1-3:5-40:50:t:7");
	assert_true(gtid_set_has(&s, &key, 40) && gtid_set_has(&s, &tagged, 7));
	assert_false(gtid_set_has(&s, &key, 4) || gtid_set_has(&s, &key, 51) ||
		     gtid_set_has(&s, &tagged, 1));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_gtid__prints_as_the_server_does),
		cmocka_unit_test(test_gtid__separates_members_by_what_is_asked),
		cmocka_unit_test(test_gtid__reads_mariadb),
		cmocka_unit_test(test_gtid__refuses_with_line_and_column),
		cmocka_unit_test(test_gtid__bounds_the_intervals),
		cmocka_unit_test(test_gtid__joins_and_parts_mysql_sets),
		cmocka_unit_test(test_gtid__joins_and_parts_mariadb_sets),
		cmocka_unit_test(test_gtid__does_not_mix_families),
		cmocka_unit_test(test_gtid__says_what_is_contained),
		cmocka_unit_test(test_gtid__tells_when_only_numbers_were_compared),
		cmocka_unit_test(test_gtid__counts_beyond_64_bits),
		cmocka_unit_test(test_gtid__walks_over_single_transactions),
		cmocka_unit_test(test_gtid__adds_in_any_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
