/* SPDX-License-Identifier: Apache-2.0 */
#include "tree/write.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "tree/read.h"

static void expect(const char *json, unsigned flags, const char *want)
{
	cleanup_arena struct arena *a = arena_new();
	cleanup_strbuf struct strbuf out = STRBUF_INIT;
	cleanup_error struct error err = ERROR_INIT;
	struct node *n;

	if (tree_read_json(a, json, strlen(json), "t", 0, &n, &err) < 0)
		fail_msg("%s", err.message);
	tree_write_json(&out, n, flags);
	assert_string_equal(out.buf, want);
}

static void test_json_write__indents_by_four_two_or_not_at_all(void **state UNUSED)
{
	static const char text[] = "{\"a\":[1,{\"b\":[]}],\"c\":{}}";

	expect(text, 0,
	       "{\n    \"a\": [\n        1,\n        {\n            \"b\": []\n        }\n"
	       "    ],\n    \"c\": {}\n}\n");
	expect(text, WRITE_INDENT_2,
	       "{\n  \"a\": [\n    1,\n    {\n      \"b\": []\n    }\n  ],\n  \"c\": {}\n}\n");
	expect(text, WRITE_COMPACT, text);
	expect("5", 0, "5\n");
}

static void test_json_write__sorts_keys_by_bytes(void **state UNUSED)
{
	expect("{\"b\":{\"z\":1,\"y\":2},\"a10\":1,\"a2\":2,\"B\":3,\"é\":4,\"a\":5}",
	       WRITE_SORT_KEYS | WRITE_COMPACT,
	       "{\"B\":3,\"a\":5,\"a10\":1,\"a2\":2,\"b\":{\"y\":2,\"z\":1},\"é\":4}");
	expect("{\"b\":1,\"a\":2}", WRITE_COMPACT, "{\"b\":1,\"a\":2}");
}

static void test_json_write__escapes_what_go_escapes(void **state UNUSED)
{
	static const char text[] =
		"[\"<&>\\u2028\\u2029\\u0000\\u001f\\b\\f\\n\\r\\t\\\"\\\\/\x7fé😀\"]";

	expect(text, WRITE_COMPACT,
	       "[\"<&>\xe2\x80\xa8\xe2\x80\xa9\\u0000\\u001f\\b\\f\\n\\r\\t\\\"\\\\/\x7fé😀\"]");
	expect(text, WRITE_COMPACT | WRITE_ESCAPE_HTML,
	       "[\"\\u003c\\u0026\\u003e\\u2028\\u2029\\u0000\\u001f\\b\\f\\n\\r\\t\\\"\\\\/\x7fé😀\"]");
}

static void test_json_write__invalid_utf8_becomes_a_replacement(void **state UNUSED)
{
	cleanup_strbuf struct strbuf out = STRBUF_INIT;

	json_write_string(&out, "a\xff\xc3", 3, 0);
	assert_string_equal(out.buf, "\"a��\"");
}

static void test_json_write__numbers_stay_or_become_those_of_go(void **state UNUSED)
{
	expect("[1.0,1e3,-0,18446744073709551615]", WRITE_COMPACT,
	       "[1.0,1e3,-0,18446744073709551615]");
	expect("[1.0,1e3,-0,18446744073709551615]", WRITE_COMPACT | WRITE_GO_NUMBERS,
	       "[1,1000,0,18446744073709552000]");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_json_write__indents_by_four_two_or_not_at_all),
		cmocka_unit_test(test_json_write__sorts_keys_by_bytes),
		cmocka_unit_test(test_json_write__escapes_what_go_escapes),
		cmocka_unit_test(test_json_write__invalid_utf8_becomes_a_replacement),
		cmocka_unit_test(test_json_write__numbers_stay_or_become_those_of_go),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
