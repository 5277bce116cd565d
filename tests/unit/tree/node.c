/* SPDX-License-Identifier: Apache-2.0 */
#include "tree/node.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "tree/read.h"

static struct node *json(struct arena *a, const char *text)
{
	cleanup_error struct error err = ERROR_INIT;
	struct node *n = NULL;

	if (tree_read_json(a, text, strlen(text), "t.json", READ_OC, &n, &err) < 0)
		fail_msg("%s", err.message);
	return n;
}

static void test_node__is_found_by_key_case_sensitively(void **state UNUSED)
{
	cleanup_arena struct arena *a = arena_new();
	struct node *n = json(a, "{\"a\":1,\"A\":2,\"ab\":3}");

	assert_string_equal(node_get(n, "a")->text, "1");
	assert_string_equal(node_get(n, "A")->text, "2");
	assert_null(node_get(n, "AB"));
	assert_null(node_get(NULL, "a"));
	assert_null(node_get(node_get(n, "a"), "a"));
	assert_int_equal(node_index(n, "abc", 2), 2);
	assert_int_equal(node_index(n, "abc", 3), -1);
}

static void test_node__path_goes_down_and_stops_at_what_is_missing(void **state UNUSED)
{
	cleanup_arena struct arena *a = arena_new();
	struct node *n = json(a, "{\"metadata\":{\"name\":\"x\"},\"s\":\"t\"}");

	assert_true(node_is_string(node_path(n, "metadata", "name", NULL), "x"));
	assert_null(node_path(n, "metadata", "labels", "app", NULL));
	assert_null(node_path(n, "s", "name", NULL));
	assert_null(node_path(NULL, "s", NULL));
}

static void test_node__set_adds_replaces_and_leaves_the_original(void **state UNUSED)
{
	cleanup_arena struct arena *a = arena_new();
	struct node *n = json(a, "{\"a\":1,\"b\":2}");
	struct node *copy = node_copy_shallow(a, n);
	char key[16];

	node_set(a, copy, "b", node_bool(a, true));
	for (int i = 0; i < 100; i++) {
		snprintf(key, sizeof(key), "k%d", i);
		node_set(a, copy, key, node_number(a, key + 1, strlen(key + 1), NULL));
	}
	assert_int_equal(copy->len, 102);
	assert_int_equal(n->len, 2);
	assert_string_equal(node_get(n, "b")->text, "2");
	assert_true(node_get(copy, "b")->boolean);
	assert_string_equal(node_get(copy, "k99")->text, "99");
	for (int i = 0; i < 100; i++) {
		snprintf(key, sizeof(key), "k%d", i);
		node_remove(copy, key);
	}
	node_remove(copy, "nothing");
	node_set(a, copy, "z", node_cstring(a, "end"));
	assert_int_equal(copy->len, 3);
	assert_string_equal(copy->entries[2].key->text, "z");
}

static void test_node__set_fills_an_empty_map(void **state UNUSED)
{
	cleanup_arena struct arena *a = arena_new();
	struct node *n = node_map(a, NULL, 0, NULL);

	node_set(a, n, "a", node_cstring(a, "1"));
	node_set(a, n, "b", node_cstring(a, "2"));
	assert_int_equal(n->len, 2);
	assert_true(node_is_string(node_get(n, "b"), "2"));
}

static void test_node__strings_may_hold_nul(void **state UNUSED)
{
	cleanup_arena struct arena *a = arena_new();
	struct node *n = node_string(a, "a\0b", 3, NULL);

	assert_int_equal(n->len, 3);
	assert_false(node_is_string(n, "a"));
	assert_memory_equal(n->text, "a\0b", 4);
}

static void test_node__equality_ignores_the_order_of_keys(void **state UNUSED)
{
	static const struct {
		const char *a, *b;
		bool equal;
	} cases[] = {
		{ "{\"a\":1,\"b\":[1,2]}", "{\"b\":[1,2],\"a\":1}", true },
		{ "{\"a\":1,\"b\":2}", "{\"b\":1,\"a\":2}", false },
		{ "{\"a\":1}", "{\"a\":1,\"b\":2}", false },
		{ "[1,2]", "[2,1]", false },
		{ "[1]", "[1.0]", false },
		{ "[null,true,\"x\"]", "[null,true,\"x\"]", true },
		{ "[null]", "[false]", false },
		{ "[1]", "[\"1\"]", false },
		{ "[1]", "[1,1]", false },
	};
	cleanup_arena struct arena *a = arena_new();

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		assert_int_equal(node_equal(json(a, cases[i].a), json(a, cases[i].b)),
				 cases[i].equal);
}

static void expect_message(struct error *err, const char *message)
{
	assert_string_equal(err->message, message);
	assert_int_equal(err->class, ERR_INVALID);
	assert_int_equal(err->line, 2);
	error_release(err);
}

static void test_node__typed_getters_name_field_and_kinds(void **state UNUSED)
{
	cleanup_arena struct arena *a = arena_new();
	struct node *n = json(a, "{\"s\":\"x\",\"b\":true,\"l\":[],\"m\":{},\"z\":null,\n\"n\":5}");
	const char *text = "unset";
	struct error err = ERROR_INIT;
	struct node *child = NULL;
	bool b = false;

	assert_int_equal(node_get_string(n, "s", &text, &err), 0);
	assert_string_equal(text, "x");
	assert_int_equal(node_get_bool(n, "b", &b, &err), 0);
	assert_true(b);
	assert_int_equal(node_get_seq(n, "l", &child, &err), 0);
	assert_int_equal(child->kind, NODE_SEQ);
	assert_int_equal(node_get_map(n, "m", &child, &err), 0);
	assert_int_equal(child->kind, NODE_MAP);

	text = "unset";
	assert_int_equal(node_get_string(n, "missing", &text, &err), 0);
	assert_int_equal(node_get_string(n, "z", &text, &err), 0);
	assert_string_equal(text, "unset");

	assert_int_equal(node_get_string(n, "n", &text, &err), -ERR_INVALID);
	expect_message(&err, "field 'n': expected string, got number");
	assert_int_equal(node_get_bool(n, "n", &b, &err), -ERR_INVALID);
	expect_message(&err, "field 'n': expected boolean, got number");
	assert_int_equal(node_get_seq(n, "n", &child, &err), -ERR_INVALID);
	expect_message(&err, "field 'n': expected list, got number");
	assert_int_equal(node_get_map(n, "n", &child, &err), -ERR_INVALID);
	expect_message(&err, "field 'n': expected map, got number");
}

static void test_node__typed_getters_refuse_nul(void **state UNUSED)
{
	cleanup_arena struct arena *a = arena_new();
	struct node *n = json(a, "{\n\"s\":\"a\\u0000b\"}");
	const char *text = "unset";
	struct error err = ERROR_INIT;

	assert_int_equal(node_get_string(n, "s", &text, &err), -ERR_INVALID);
	expect_message(&err, "field 's': holds a character U+0000");
	assert_string_equal(text, "unset");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_node__is_found_by_key_case_sensitively),
		cmocka_unit_test(test_node__path_goes_down_and_stops_at_what_is_missing),
		cmocka_unit_test(test_node__set_adds_replaces_and_leaves_the_original),
		cmocka_unit_test(test_node__set_fills_an_empty_map),
		cmocka_unit_test(test_node__strings_may_hold_nul),
		cmocka_unit_test(test_node__equality_ignores_the_order_of_keys),
		cmocka_unit_test(test_node__typed_getters_name_field_and_kinds),
		cmocka_unit_test(test_node__typed_getters_refuse_nul),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
