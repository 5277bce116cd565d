/* SPDX-License-Identifier: Apache-2.0 */
#include "tree/write.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "tree/read.h"

/* What is written must also read back as the same tree. */
static void expect(const char *json, unsigned flags, const char *want)
{
	cleanup_arena struct arena *a = arena_new();
	cleanup_strbuf struct strbuf out = STRBUF_INIT;
	cleanup_error struct error err = ERROR_INIT;
	struct documents d;
	struct node *n;

	if (tree_read_json(a, json, strlen(json), "t", 0, &n, &err) < 0)
		fail_msg("%s: %s", json, err.message);
	tree_write_kyaml(&out, n, flags);
	assert_string_equal(out.buf, want);
	if (tree_read_yaml(a, out.buf, out.len, "t", 0, &d, &err) < 0)
		fail_msg("%s: %s", out.buf, err.message);
	if (!(flags & WRITE_GO_NUMBERS))
		assert_true(node_equal(n, d.items[0]));
}

static void test_kyaml_write__brackets_of_lists_of_maps_are_cuddled(void **state UNUSED)
{
	expect("{\"a\":[{\"b\":1},{\"c\":[]}],\"d\":[1,{\"e\":{}}],\"h\":[[2]],\"g\":null}", 0,
	       "---\n{\n  a: [{\n    b: 1,\n  }, {\n    c: [],\n  }],\n  d: [\n    1,\n    {\n"
	       "      e: {},\n    },\n  ],\n  h: [[\n    2,\n  ]],\n  g: null,\n}\n");
	expect("5", 0, "---\n5\n");
	expect("1e400", 0, "---\n!!float 1e400\n");
}

static void test_kyaml_write__keys_are_quoted_only_where_they_could_be_mistaken(void **state UNUSED)
{
	expect("{\"a\":1,\"t\":2,\"1\":3,\"a-b/c.d\":4,\"a b\":5,\"no\":6,\"\":7,\"-a\":8,\"a.\":9,\"_x\":10,"
	       "\"1e3x\":11,\"é\":12,\"0x1p-2\":13,\"in_f\":14,\"2001-01-01\":15,\"name\":16}",
	       0,
	       "---\n{\n  a: 1,\n  \"t\": 2,\n  \"1\": 3,\n  a-b/c.d: 4,\n  \"a b\": 5,\n  \"no\": 6,\n"
	       "  \"\": 7,\n  \"-a\": 8,\n  \"a.\": 9,\n  _x: 10,\n  1e3x: 11,\n  é: 12,\n"
	       "  \"0x1p-2\": 13,\n  \"in_f\": 14,\n  \"2001-01-01\": 15,\n  name: 16,\n}\n");
}

static void test_kyaml_write__text_with_line_ends_goes_over_lines(void **state UNUSED)
{
	expect("{\"a\":\"x\\n  y\\n\",\"b\":[\"x\\ny\"],\"c\":\"\\n\"}", 0,
	       "---\n{\n  a: \"\\\n     x\\n\\\n    \\  y\\n\\\n    \",\n  b: [\n    \"\\\n       x\\n\\\n"
	       "       y\\\n      \",\n  ],\n  c: \"\\\n     \\n\\\n    \",\n}\n");
	/* What is escaped itself needs no backslash at the start of a line. */
	expect("[\"a\\n\\u2028b\\n\\tc\"]", 0,
	       "---\n[\n  \"\\\n     a\\n\\\n     \\Lb\\n\\\n    \\\tc\\\n    \",\n]\n");
}

static void test_kyaml_write__escapes_what_has_no_picture(void **state UNUSED)
{
	expect("[\"\\u0000\\u0007\\u001b\\u007f\\u0085\\u00a0\\ufeff\\r\\\"\\\\\",\"é😀\",\"a\\tb\"]",
	       0,
	       "---\n[\n  \"\\0\\a\\e\\x7f\\N\\_\\ufeff\\r\\\"\\\\\",\n  \"é😀\",\n  \"a\tb\",\n]\n");
	expect("{\"a\\tb\\n\":1}", 0, "---\n{\n  \"a\\tb\\n\": 1,\n}\n");
}

static void test_kyaml_write__sorts_by_bytes_and_prints_numbers_as_go(void **state UNUSED)
{
	expect("{\"a2\":1e3,\"a10\":1.0}", WRITE_SORT_KEYS | WRITE_GO_NUMBERS,
	       "---\n{\n  a10: 1,\n  a2: 1000,\n}\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_kyaml_write__brackets_of_lists_of_maps_are_cuddled),
		cmocka_unit_test(
			test_kyaml_write__keys_are_quoted_only_where_they_could_be_mistaken),
		cmocka_unit_test(test_kyaml_write__text_with_line_ends_goes_over_lines),
		cmocka_unit_test(test_kyaml_write__escapes_what_has_no_picture),
		cmocka_unit_test(test_kyaml_write__sorts_by_bytes_and_prints_numbers_as_go),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
