/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/limits.h"
#include "base/memory.h"
#include "template/fraction.h"
#include "template/value.h"

static struct value number(const char *text)
{
	cleanup_error struct error err = ERROR_INIT;
	struct value v;

	if (value_parse_number(text, strlen(text), &v, &err) < 0)
		fail_msg("%s: %s", text, err.message);
	return v;
}

static struct value quantity(const char *text)
{
	cleanup_error struct error err = ERROR_INIT;
	struct value v;

	if (value_parse_quantity(text, strlen(text), &v, &err) < 0)
		fail_msg("%s: %s", text, err.message);
	return v;
}

static void check_text(const struct value *v, const char *expected)
{
	cleanup_strbuf struct strbuf sb = STRBUF_INIT;
	cleanup_error struct error err = ERROR_INIT;

	assert_int_equal(value_to_text(v, &sb, &err), 0);
	assert_string_equal(sb.buf, expected);
}

static void check_no_text(const struct value *v, const char *code, const char *message)
{
	cleanup_strbuf struct strbuf sb = STRBUF_INIT;
	cleanup_error struct error err = ERROR_INIT;

	assert_int_equal(value_to_text(v, &sb, &err), -ERR_INVALID);
	assert_string_equal(err.code, code);
	assert_string_equal(err.message, message);
	assert_int_equal(sb.len, 0);
}

/* ---- numbers ---- */

static void test_value__numbers_are_written_in_the_shortest_exact_form(void **unused)
{
	static const char *const cases[][2] = {
		{ "42", "42" },
		{ "-1.50", "-1.5" },
		{ "1e3", "1000" },
		{ "1.0", "1" },
		{ "-0", "0" },
		{ "0.1", "0.1" },
		{ "1E-3", "0.001" },
		{ "0.5e1", "5" },
		{ "007", "7" },
		{ "0.000", "0" },
		{ "0e99999", "0" },
		{ "12e+2", "1200" },
		{ "1000000000000000000000000000000000000e-36", "1" },
		{ "170141183460469231731687303715884105727",
		  "170141183460469231731687303715884105727" },
		{ "-170141183460469231731687303715884105727",
		  "-170141183460469231731687303715884105727" },
		{ "0.12345678901234567890123456789012345678",
		  "0.12345678901234567890123456789012345678" },
	};

	(void)unused;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct value v = number(cases[i][0]);

		check_text(&v, cases[i][1]);
	}
}

static void test_value__what_is_no_number_is_refused(void **unused)
{
	static const char *const cases[] = {
		"",   "-",  "+1",    ".5",    "5.",  "1e",  "1e+", "0x10",
		"1 ", " 1", "1_000", "1.2.3", "Inf", "1Gi", "--1", "1e5.5",
	};

	(void)unused;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		cleanup_error struct error err = ERROR_INIT;
		struct value v;

		if (value_parse_number(cases[i], strlen(cases[i]), &v, &err) == 0)
			fail_msg("'%s' is a number", cases[i]);
		assert_non_null(strstr(err.message, "is not a number"));
	}
}

static void test_value__numbers_beyond_128_bits_are_refused(void **unused)
{
	static const char *const cases[] = {
		"170141183460469231731687303715884105728",
		"1e39",
		"1e-39000",
		"1e99999999999999",
		"1e-60",
		"9999999999999999999999999999999999999999",
		"0.1234567890123456789012345678901234567890123",
	};

	(void)unused;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		cleanup_error struct error err = ERROR_INIT;
		struct value v;

		if (value_parse_number(cases[i], strlen(cases[i]), &v, &err) == 0)
			fail_msg("'%s' fits", cases[i]);
		assert_non_null(strstr(err.message, "beyond the range"));
	}
}

static struct fraction ratio(__int128 num, __int128 den)
{
	struct fraction r;

	assert_true(fraction_div(fraction_whole(num), fraction_whole(den), &r));
	return r;
}

static void test_value__fractions_without_decimal_form_have_no_text(void **unused)
{
	struct value v = { .kind = VALUE_NUMBER, .number = ratio(-2, 6) };

	(void)unused;
	check_no_text(&v, "T204", "-1/3 has no finite decimal form");
	v.secret = true;
	check_no_text(&v, "T204", "a secret number has no finite decimal form");
}

static void test_value__sums_overflow_only_if_their_result_does(void **unused)
{
	const __int128 max = (__int128)(~(unsigned __int128)0 >> 1);
	struct fraction a = { .num = max, .den = 2 }, b = { .num = -max + 2, .den = 2 }, r;

	(void)unused;
	assert_true(fraction_add(a, b, &r));
	assert_true(r.num == 1 && r.den == 1);
	assert_true(fraction_is_valid(a));
	assert_false(fraction_add(fraction_whole(max), fraction_whole(1), &r));
	assert_false(fraction_sub(fraction_whole(-max), fraction_whole(1), &r));
	assert_true(fraction_sub(fraction_whole(-max), fraction_whole(0), &r));
	/* Numerators that need 256 bits on the way. */
	a = (struct fraction){ .num = max, .den = max - 1 };
	b = (struct fraction){ .num = max - 2, .den = max - 1 };
	assert_true(fraction_sub(a, b, &r));
	assert_true(r.num == 1 && r.den == (max - 1) / 2);
	assert_false(fraction_add((struct fraction){ .num = 1, .den = max },
				  (struct fraction){ .num = 1, .den = max - 1 }, &r));
}

static void test_value__products_overflow_only_if_their_result_does(void **unused)
{
	const __int128 max = (__int128)(~(unsigned __int128)0 >> 1);
	struct fraction r;

	(void)unused;
	assert_true(fraction_mul(ratio(max, 3), ratio(3, max), &r));
	assert_true(r.num == 1 && r.den == 1);
	assert_false(fraction_mul(fraction_whole(max), fraction_whole(2), &r));
	assert_false(fraction_div(ratio(1, max), fraction_whole(2), &r));
	assert_true(fraction_div(fraction_whole(3), fraction_whole(-6), &r));
	assert_true(r.num == -1 && r.den == 2);
}

static void test_value__fractions_are_compared_exactly(void **unused)
{
	const __int128 max = (__int128)(~(unsigned __int128)0 >> 1);

	(void)unused;
	assert_true(fraction_compare(ratio(max - 1, max), ratio(max - 2, max - 1)) > 0);
	assert_true(fraction_compare(ratio(1 - max, max), ratio(2 - max, max - 1)) < 0);
	assert_true(fraction_compare(ratio(1, 3), ratio(-1, 3)) > 0);
	assert_int_equal(fraction_compare(ratio(2, 6), ratio(1, 3)), 0);
}

static void test_value__fractions_from_outside_are_checked(void **unused)
{
	const __int128 max = (__int128)(~(unsigned __int128)0 >> 1);

	(void)unused;
	assert_false(fraction_is_valid((struct fraction){ .num = 1, .den = 0 }));
	assert_false(fraction_is_valid((struct fraction){ .num = 1, .den = -1 }));
	assert_false(fraction_is_valid((struct fraction){ .num = 2, .den = 4 }));
	assert_false(fraction_is_valid((struct fraction){ .num = 0, .den = 4 }));
	assert_false(fraction_is_valid((struct fraction){ .num = -max - 1, .den = 1 }));
	assert_true(fraction_is_valid((struct fraction){ .num = 0, .den = 1 }));
}

/* ---- quantities ---- */

static void test_value__quantities_are_written_canonically(void **unused)
{
	static const char *const cases[][2] = {
		{ "512Mi", "512Mi" },
		{ "1024Mi", "1Gi" },
		{ "1.5Gi", "1536Mi" },
		{ "2", "2" },
		{ "500m", "500m" },
		{ "1000m", "1" },
		{ "1500m", "1500m" },
		{ "2000", "2k" },
		{ "1e3", "1k" },
		{ "1e-3", "1m" },
		{ "100n", "1m" },
		{ "-100n", "0" },
		{ "-1500u", "-1m" },
		{ "0.5Ki", "512" },
		{ "0.0001Ki", "0" },
		{ "-0.0001Ki", "-1" },
		{ ".5", "500m" },
		{ "5.", "5" },
		{ "+5", "5" },
		{ "0Mi", "0" },
		{ "1E", "1E" },
		{ "1E3", "1k" },
		{ "1000P", "1E" },
		{ "1023Ki", "1023Ki" },
		{ "1.2345", "1235m" },
		{ "999.9999", "1k" },
		{ "12Ei", "12Ei" },
		{ "0.1", "100m" },
		{ "170141183460469231731687303715884105727",
		  "170141183460469231731687303715884105727" },
		{ "8507059173023461586584365185794205286.5",
		  "8507059173023461586584365185794205286500m" },
	};

	(void)unused;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct value v = quantity(cases[i][0]);

		check_text(&v, cases[i][1]);
	}
}

static void test_value__what_is_no_quantity_is_refused(void **unused)
{
	static const char *const cases[] = {
		"",	 "Mi", "1mi", "1KI", "1K",  "1 Mi", "1e3Mi", "1Mi ",
		"1.2.3", "-",  ".",   "1ki", "1iM", "0x1",  "1e3k",
	};

	(void)unused;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		cleanup_error struct error err = ERROR_INIT;
		struct value v;

		if (value_parse_quantity(cases[i], strlen(cases[i]), &v, &err) == 0)
			fail_msg("'%s' is a quantity", cases[i]);
		assert_non_null(strstr(err.message, "is not a quantity"));
	}
}

static void test_value__long_text_is_cut_in_messages(void **unused)
{
	cleanup_error struct error err = ERROR_INIT;
	cleanup_strbuf struct strbuf sb = STRBUF_INIT;
	struct value v;

	(void)unused;
	strbuf_addchars(&sb, 'x', 59);
	strbuf_addstr(&sb, "äöü");
	assert_int_equal(value_parse_number(sb.buf, sb.len, &v, &err), -ERR_INVALID);
	assert_string_equal(err.message,
			    "'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…' "
			    "is not a number");
}

/* ---- equality ---- */

static void test_value__equality_is_by_value(void **unused)
{
	struct value a = number("1.50"), b = number("1.5"), c = quantity("1500m"),
		     d = quantity("1Ki"), e = number("1024"), f = value_string("1024", 4),
		     null = { .kind = VALUE_NULL };

	(void)unused;
	assert_true(value_equal(&a, &b));
	assert_true(value_equal(&a, &c));
	assert_true(value_equal(&d, &e));
	assert_false(value_equal(&e, &f));
	assert_true(value_equal(&null, &null));
	assert_false(value_equal(&null, &f));
}

static void test_value__lists_are_equal_item_by_item(void **unused)
{
	struct value items[] = { value_integer(1), value_string("a", 1) };
	struct value same[] = { value_integer(1), value_string("a", 1) };
	struct value other[] = { value_integer(1), value_bool(true) };
	struct value a, b, c, d;
	struct error err = ERROR_INIT;

	(void)unused;
	assert_int_equal(value_list(items, 2, &a, &err), 0);
	assert_int_equal(value_list(same, 2, &b, &err), 0);
	assert_int_equal(value_list(other, 2, &c, &err), 0);
	assert_int_equal(value_list(same, 1, &d, &err), 0);
	assert_true(value_equal(&a, &b));
	assert_false(value_equal(&a, &c));
	assert_false(value_equal(&a, &d));
}

static void test_value__maps_are_equal_in_any_order_of_keys(void **unused)
{
	cleanup_arena struct arena *a = arena_new();
	struct node *one = node_number(a, "1.0", 3, NULL), *uno = node_number(a, "1", 1, NULL);
	struct node *two = node_cstring(a, "two");
	struct entry left[] = { { node_cstring(a, "a"), one }, { node_cstring(a, "b"), two } };
	struct entry right[] = { { node_cstring(a, "b"), node_cstring(a, "two") },
				 { node_cstring(a, "a"), uno } };
	struct value v = { .kind = VALUE_NODE, .node = node_map(a, left, 2, NULL) };
	struct value w = { .kind = VALUE_NODE, .node = node_map(a, right, 2, NULL) };

	(void)unused;
	assert_true(value_equal(&v, &w));
	right[0].value = one;
	assert_false(value_equal(&v, &w));
	assert_string_equal(value_kind_name(&v), "map");
}

/* ---- limits of lists ---- */

static void test_value__lists_count_what_is_in_them(void **unused)
{
	struct error err = ERROR_INIT;
	struct value inner[2] = { value_integer(1), value_integer(2) }, outer[2], v;

	(void)unused;
	inner[0].secret = true;
	assert_int_equal(value_list(inner, 2, &outer[0], &err), 0);
	outer[1] = outer[0];
	assert_int_equal(value_list(outer, 2, &v, &err), 0);
	assert_int_equal(v.weight, 6);
	assert_int_equal(v.depth, 2);
	assert_true(v.secret);
	assert_false(v.opaque);
}

static void test_value__shared_lists_cannot_grow_without_bound(void **unused)
{
	struct value items[64][2];
	struct error err = ERROR_INIT;
	struct value v = value_integer(1);
	int rc = 0, level;

	(void)unused;
	for (level = 0; rc == 0 && level < 64; level++) {
		items[level][0] = items[level][1] = v;
		rc = value_list(items[level], 2, &v, &err);
	}
	assert_int_equal(rc, -ERR_LIMIT);
	assert_string_equal(err.code, "T207");
	assert_in_range(level, 18, 21);
	error_release(&err);
}

static void test_value__lists_nest_to_a_limit(void **unused)
{
	static struct value items[LIMIT_DEPTH + 1];
	struct error err = ERROR_INIT;
	struct value v = value_integer(1);

	(void)unused;
	for (int i = 0; i < LIMIT_DEPTH; i++) {
		items[i] = v;
		assert_int_equal(value_list(&items[i], 1, &v, &err), 0);
	}
	items[LIMIT_DEPTH] = v;
	assert_int_equal(value_list(&items[LIMIT_DEPTH], 1, &v, &err), -ERR_LIMIT);
	assert_string_equal(err.message, "lists are nested deeper than 512");
	error_release(&err);
}

/* ---- documents ---- */

static void test_value__nodes_become_values_and_come_back(void **unused)
{
	cleanup_arena struct arena *a = arena_new();
	struct error err = ERROR_INIT;
	struct node *items[] = { node_number(a, "1.50", 4, NULL), node_cstring(a, "x"),
				 node_bool(a, true), node_new(a, NODE_NULL, NULL),
				 node_map(a, NULL, 0, NULL) };
	struct node *list = node_seq(a, items, 5, NULL), *back;
	struct pos pos = { 7, 3, "file" };
	struct value v;

	(void)unused;
	assert_int_equal(value_from_node(a, list, &v, &err), 0);
	assert_int_equal(v.kind, VALUE_LIST);
	assert_true(v.opaque);
	assert_int_equal(v.items[4].kind, VALUE_NODE);
	assert_int_equal(value_to_node(a, &v, &pos, &back, &err), 0);
	assert_string_equal(back->items[0]->text, "1.5");
	assert_int_equal(back->items[0]->kind, NODE_NUMBER);
	assert_int_equal(back->items[1]->pos.line, 7);
	assert_ptr_equal(back->items[4], items[4]);
	assert_int_equal(back->items[3]->kind, NODE_NULL);
}

static void test_value__quantities_are_number_nodes_when_plain(void **unused)
{
	cleanup_arena struct arena *a = arena_new();
	struct error err = ERROR_INIT;
	struct value plain = quantity("2"), suffix = quantity("2Gi");
	struct value third = { .kind = VALUE_NUMBER, .number = ratio(1, 3) };
	struct pos pos = { 7, 3, "file" };
	struct node *n;

	(void)unused;
	assert_int_equal(value_to_node(a, &plain, &pos, &n, &err), 0);
	assert_int_equal(n->kind, NODE_NUMBER);
	assert_int_equal(value_to_node(a, &suffix, &pos, &n, &err), 0);
	assert_int_equal(n->kind, NODE_STRING);
	assert_string_equal(n->text, "2Gi");
	assert_int_equal(value_to_node(a, &third, &pos, &n, &err), -ERR_INVALID);
	assert_int_equal(err.line, 7);
	error_release(&err);
}

static void test_value__numbers_out_of_range_pass_as_they_were_written(void **unused)
{
	cleanup_arena struct arena *a = arena_new();
	struct error err = ERROR_INIT;
	struct node *n = node_number(a, "1e400", 5, NULL), *back;
	struct value v;

	(void)unused;
	assert_int_equal(value_from_node(a, n, &v, &err), 0);
	assert_int_equal(v.kind, VALUE_NODE);
	assert_int_equal(value_to_node(a, &v, NULL, &back, &err), 0);
	assert_ptr_equal(back, n);
}

static void test_value__shared_sequences_are_not_expanded_without_bound(void **unused)
{
	cleanup_arena struct arena *a = arena_new();
	struct error err = ERROR_INIT;
	struct node *n = node_cstring(a, "x");
	struct value v;

	(void)unused;
	for (int i = 0; i < 40; i++) {
		struct node **items = arena_alloc(a, 2 * sizeof(*items));

		items[0] = items[1] = n;
		n = node_seq(a, items, 2, NULL);
	}
	assert_int_equal(value_from_node(a, n, &v, &err), -ERR_LIMIT);
	assert_string_equal(err.code, "T207");
	error_release(&err);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_value__numbers_are_written_in_the_shortest_exact_form),
		cmocka_unit_test(test_value__what_is_no_number_is_refused),
		cmocka_unit_test(test_value__numbers_beyond_128_bits_are_refused),
		cmocka_unit_test(test_value__fractions_without_decimal_form_have_no_text),
		cmocka_unit_test(test_value__sums_overflow_only_if_their_result_does),
		cmocka_unit_test(test_value__products_overflow_only_if_their_result_does),
		cmocka_unit_test(test_value__fractions_are_compared_exactly),
		cmocka_unit_test(test_value__fractions_from_outside_are_checked),
		cmocka_unit_test(test_value__quantities_are_written_canonically),
		cmocka_unit_test(test_value__what_is_no_quantity_is_refused),
		cmocka_unit_test(test_value__long_text_is_cut_in_messages),
		cmocka_unit_test(test_value__equality_is_by_value),
		cmocka_unit_test(test_value__lists_are_equal_item_by_item),
		cmocka_unit_test(test_value__maps_are_equal_in_any_order_of_keys),
		cmocka_unit_test(test_value__lists_count_what_is_in_them),
		cmocka_unit_test(test_value__shared_lists_cannot_grow_without_bound),
		cmocka_unit_test(test_value__lists_nest_to_a_limit),
		cmocka_unit_test(test_value__nodes_become_values_and_come_back),
		cmocka_unit_test(test_value__quantities_are_number_nodes_when_plain),
		cmocka_unit_test(test_value__numbers_out_of_range_pass_as_they_were_written),
		cmocka_unit_test(test_value__shared_sequences_are_not_expanded_without_bound),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
