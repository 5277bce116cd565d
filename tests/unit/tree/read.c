/* SPDX-License-Identifier: Apache-2.0 */
#include "tree/read.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "base/limits.h"
#include "base/memory.h"
#include "tree/write.h"

static void expect(const char *text, unsigned flags, const char *want)
{
	cleanup_arena struct arena *a = arena_new();
	cleanup_strbuf struct strbuf out = STRBUF_INIT;
	cleanup_error struct error err = ERROR_INIT;
	struct documents d;

	if (tree_read(a, text, strlen(text), "t", flags, &d, &err) < 0)
		fail_msg("%s: %u:%u %s", text, err.line, err.column, err.message);
	for (size_t i = 0; i < d.len; i++) {
		if (i)
			strbuf_addch(&out, ' ');
		tree_write_json(&out, d.items[i], WRITE_COMPACT);
	}
	assert_string_equal(out.buf, want);
}

static void expect_failure(const char *text, unsigned flags, enum error_class class, uint32_t line,
			   uint32_t column, const char *message)
{
	cleanup_arena struct arena *a = arena_new();
	cleanup_error struct error err = ERROR_INIT;
	struct documents d;

	assert_int_equal(tree_read(a, text, strlen(text), "t", flags, &d, &err), -(int)class);
	assert_string_equal(err.message, message);
	assert_int_equal(err.line, line);
	assert_int_equal(err.column, column);
}

static void test_read__decides_by_the_text(void **state UNUSED)
{
	expect("{\"a\": 1}", 0, "{\"a\":1}");
	expect(" \n[1]", 0, "[1]");
	expect("a: 1", 0, "{\"a\":1}");
	expect("{a: 1, b: [c, ]}", 0, "{\"a\":1,\"b\":[\"c\"]}");
	expect("{\"a\": \"\\ud83d\\ude00\"}", 0, "{\"a\":\"😀\"}");
	expect("\xef\xbb\xbf{\"a\": 1}", 0, "{\"a\":1}");
	expect("", 0, "");
	expect("\n---\n", 0, "");
}

static void test_read__json_that_fails_is_tried_as_yaml(void **state UNUSED)
{
	expect("{\"a\":1,}", READ_OC, "{\"a\":1}");
	expect("{\"a\": 1} # comment", 0, "{\"a\":1}");
	expect_failure("{\"a\":1,}", READ_JSON_ONLY, ERR_INVALID, 1, 8,
		       "cannot read JSON: expected a key in double quotes");
	expect_failure("a: 1", READ_JSON_ONLY, ERR_INVALID, 1, 1,
		       "cannot read JSON: more text behind the value");
}

static void test_read__json_values_may_follow_each_other(void **state UNUSED)
{
	expect("{\"a\":1}{\"b\":2}\n[3]", 0, "{\"a\":1} {\"b\":2} [3]");
	expect("{\"a\":\"\\ud83d\\ude00\"}\n---\n{\"b\":2}\n--- \n", 0, "{\"a\":\"😀\"} {\"b\":2}");
	expect("{\"a\":1}\n---\nb: 2\n", 0, "{\"a\":1} {\"b\":2}");
}

static void test_read__of_two_failures_the_later_one_is_told(void **state UNUSED)
{
	expect_failure("{\n  \"kind\": \"X\" \"api\": 1\n}", 0, ERR_INVALID, 2, 15,
		       "cannot read JSON: expected ',' or '}'");
	expect_failure("{a: 1,\n b: ]}", 0, ERR_INVALID, 2, 5,
		       "cannot read YAML: did not find expected node content while parsing a flow "
		       "node");
	expect_failure("{\"a\":1} trailing", READ_OC, ERR_INVALID, 1, 9,
		       "cannot read JSON: more text behind the value");
}

static void test_read__what_is_json_by_form_is_not_tried_again(void **state UNUSED)
{
	cleanup_strbuf struct strbuf deep = STRBUF_INIT;

	expect_failure("{\"a\":1,\"a\":2}", 0, ERR_INVALID, 1, 8,
		       "cannot read JSON: key 'a' is there twice");
	expect_failure("[\"\xff\"]", 0, ERR_INVALID, 1, 3,
		       "cannot read JSON: the text is not valid UTF-8");
	strbuf_addchars(&deep, '[', LIMIT_DEPTH + 1);
	expect_failure(deep.buf, 0, ERR_LIMIT, 1, LIMIT_DEPTH + 1,
		       "cannot read JSON: nested more than 512 deep");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_read__decides_by_the_text),
		cmocka_unit_test(test_read__json_that_fails_is_tried_as_yaml),
		cmocka_unit_test(test_read__json_values_may_follow_each_other),
		cmocka_unit_test(test_read__of_two_failures_the_later_one_is_told),
		cmocka_unit_test(test_read__what_is_json_by_form_is_not_tried_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
