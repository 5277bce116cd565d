/* SPDX-License-Identifier: Apache-2.0 */
#include "tree/write.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "tree/read.h"

/* What is written must also read back as the same tree. */
static void expect_flags(const char *json, unsigned flags, const char *want)
{
	cleanup_arena struct arena *a = arena_new();
	cleanup_strbuf struct strbuf out = STRBUF_INIT;
	cleanup_error struct error err = ERROR_INIT;
	struct documents d;
	struct node *n;

	if (tree_read_json(a, json, strlen(json), "t", 0, &n, &err) < 0)
		fail_msg("%s: %s", json, err.message);
	tree_write_yaml(&out, n, flags);
	assert_string_equal(out.buf, want);
	if (tree_read_yaml(a, out.buf, out.len, "t", 0, &d, &err) < 0)
		fail_msg("%s: %s", out.buf, err.message);
	if (!(flags & WRITE_GO_NUMBERS) && n->kind != NODE_NULL)
		assert_true(node_equal(n, d.items[0]));
}

static void expect(const char *json, const char *want)
{
	expect_flags(json, 0, want);
}

static void test_yaml_write__lists_in_maps_are_not_indented(void **state UNUSED)
{
	expect("{\"a\":[1,{\"b\":2,\"c\":[3]},[4,[5]],[]],\"d\":{\"e\":{}},\"f\":null}",
	       "a:\n- 1\n- b: 2\n  c:\n  - 3\n- - 4\n  - - 5\n- []\nd:\n  e: {}\nf: null\n");
	expect("[]", "[]\n");
	expect("{}", "{}\n");
	expect("true", "true\n");
	expect("\"x\"", "x\n");
	expect("null", "null\n");
}

static void test_yaml_write__quotes_what_would_read_as_something_else(void **state UNUSED)
{
	expect("[\"yes\",\"n\",\"null\",\"~\",\"\",\"1\",\"0755\",\"0x1\",\"1_000\",\"1e3\",\".5\",\".inf\","
	       "\"2001-01-01\",\"1:30\",\"-1\"]",
	       "- \"yes\"\n- \"n\"\n- \"null\"\n- \"~\"\n- \"\"\n- \"1\"\n- \"0755\"\n- \"0x1\"\n"
	       "- \"1_000\"\n- \"1e3\"\n- \".5\"\n- \".inf\"\n- \"2001-01-01\"\n- \"1:30\"\n- \"-1\"\n");
	expect("[\"yess\",\"1.2.3\",\"v1\",\"0b2\",\"=\",\"<<\",\"10.0.0.1\",\"a:b\",\"/x\",\"-v\",\"a#b\"]",
	       "- yess\n- 1.2.3\n- v1\n- 0b2\n- =\n- <<\n- 10.0.0.1\n- a:b\n- /x\n- -v\n- a#b\n");
}

static void test_yaml_write__quotes_what_would_break_the_form(void **state UNUSED)
{
	expect("[\"- a\",\"-\",\"? a\",\": a\",\"a: b\",\"a:\",\"a #b\",\"#a\",\"@a\",\"`\",\"%a\",\"!a\",\"&a\","
	       "\"*a\",\"|\",\">\",\"{\",\"[\",\",\",\"---\",\"...\",\" a\",\"a \",\"'a'\",\"it's\",\"\\\"a\"]",
	       "- '- a'\n- '-'\n- '? a'\n- ': a'\n- 'a: b'\n- 'a:'\n- 'a #b'\n- '#a'\n- '@a'\n- '`'\n"
	       "- '%a'\n- '!a'\n- '&a'\n- '*a'\n- '|'\n- '>'\n- '{'\n- '['\n- ','\n- '---'\n- '...'\n"
	       "- ' a'\n- 'a '\n- '''a'''\n- it's\n- '\"a'\n");
	expect("[\"a\\tb\",\"a\\rb\",\"\\u0000\\u0007\\u001b\\u007f\",\"😀\",\"é\",\"\\u0085\","
	       "\"\\u00a0\",\"a\\\\\\\"\\t\"]",
	       "- \"a\\tb\"\n- \"a\\rb\"\n- \"\\0\\a\\e\\x7F\"\n- \"\\U0001F600\"\n- é\n- \"\\N\"\n"
	       "- \xc2\xa0\n- \"a\\\\\\\"\\t\"\n");
	expect("[\"\\ufeffa b\"]", "- \"\\uFEFF\\x61\\x20\\x62\"\n");
}

static void test_yaml_write__text_with_line_ends_is_a_literal_block(void **state UNUSED)
{
	expect("{\"a\":\"x\\ny\\n\",\"b\":\"x\\ny\",\"c\":\"x\\n\\n\",\"d\":\"\\n\",\"e\":\"  x\\ny\\n\","
	       "\"f\":\"\\nx\\n\",\"g\":\"x\\n  y\\n\\n\\nz\\n\"}",
	       "a: |\n  x\n  y\nb: |-\n  x\n  y\nc: |+\n  x\n\nd: |2+\n\ne: |2\n    x\n  y\n"
	       "f: |2\n\n  x\ng: |\n  x\n    y\n\n\n  z\n");
	expect("{\"a\":\"x \\ny\",\"b\":\"x\\ty\\n\",\"c\":\"x\\n \"}",
	       "a: \"x \\ny\"\nb: \"x\\ty\\n\"\nc: \"x\\n \"\n");
	expect("[[\"x\\ny\\n\"],{\"a\":[\" x\\n\"]}]",
	       "- - |\n    x\n    y\n- a:\n  - |2\n     x\n");
	expect("\"a\\nb\"", "|-\n  a\n  b\n");
}

#define TEN "123456789 "

static void test_yaml_write__long_lines_are_folded_behind_column_80(void **state UNUSED)
{
	expect("{\"a\":\"" TEN TEN TEN TEN TEN TEN TEN TEN TEN "x\"}",
	       "a: " TEN TEN TEN TEN TEN TEN TEN "123456789\n  " TEN "x\n");
	expect("{\"a\":\"" TEN TEN TEN TEN TEN TEN TEN TEN " x: " TEN "y\"}",
	       "a: '" TEN TEN TEN TEN TEN TEN TEN TEN " x:\n  " TEN "y'\n");
	expect("{\"a\":\"\\t" TEN TEN TEN TEN TEN TEN TEN TEN " b " TEN "y\"}",
	       "a: \"\\t" TEN TEN TEN TEN TEN TEN TEN "123456789\n  \\ b " TEN "y\"\n");
	/* Columns count characters. */
	expect("{\"a\":\"éééééééééé " TEN TEN TEN TEN TEN TEN "éééééé é é\"}",
	       "a: éééééééééé " TEN TEN TEN TEN TEN TEN "éééééé é\n  é\n");
}

static void
test_yaml_write__long_and_multiline_keys_stand_behind_a_question_mark(void **state UNUSED)
{
	cleanup_strbuf struct strbuf json = STRBUF_INIT;
	cleanup_strbuf struct strbuf want = STRBUF_INIT;

	expect("{\"a\\nb\":1,\"c\\n\":[2],\"d\":{\"e\\t\\n\":{\"f\":3}}}",
	       "? |-\n  a\n  b\n: 1\n? |\n  c\n: - 2\nd:\n  ? \"e\\t\\n\"\n  : f: 3\n");
	strbuf_addstr(&json, "{\"");
	strbuf_addchars(&json, 'k', 129);
	strbuf_addstr(&json, "\":1}");
	strbuf_addstr(&want, "? ");
	strbuf_addchars(&want, 'k', 129);
	strbuf_addstr(&want, "\n: 1\n");
	expect(json.buf, want.buf);
}

static void test_yaml_write__keys_are_quoted_like_values(void **state UNUSED)
{
	expect("{\"y\":1,\"\":2,\"1\":3,\"a b\":4,\"- c\":5,\"<<\":6,\"app.kubernetes.io/name\":7,\"é\":8}",
	       "\"y\": 1\n\"\": 2\n\"1\": 3\na b: 4\n'- c': 5\n\"<<\": 6\n"
	       "app.kubernetes.io/name: 7\né: 8\n");
}

static void test_yaml_write__sorted_keys_have_the_order_of_go_yaml(void **state UNUSED)
{
	expect_flags(
		"{\"b\":1,\"a10\":2,\"a2\":3,\"A\":4,\"a\":5,\"1\":6,\"a-b\":7,\"a.b\":8,\"ab\":9,"
		"\"a02\":10,\"é\":11,\"_\":12}",
		WRITE_SORT_KEYS,
		"_: 12\n\"1\": 6\nA: 4\na: 5\na-b: 7\na.b: 8\na2: 3\na02: 10\na10: 2\n"
		"ab: 9\nb: 1\né: 11\n");
}

static void test_yaml_write__numbers_stay_or_become_those_of_go(void **state UNUSED)
{
	expect("[1.0,1e3,-0,18446744073709551616,1e400,-1E400]",
	       "- 1.0\n- 1e3\n- -0\n- 18446744073709551616\n- !!float 1e400\n- !!float -1E400\n");
	expect_flags("[1.0,1e6,-0,18446744073709551615,1e21,0.000001]", WRITE_GO_NUMBERS,
		     "- 1\n- 1000000\n- 0\n- 1.8446744073709552e+19\n- 1e+21\n- 1e-06\n");
}

static void test_yaml_write__appends(void **state UNUSED)
{
	cleanup_arena struct arena *a = arena_new();
	cleanup_strbuf struct strbuf out = STRBUF_INIT;

	strbuf_addstr(&out, "---\n");
	tree_write_yaml(&out, node_cstring(a, "a"), 0);
	assert_string_equal(out.buf, "---\na\n");
}

static void test_yaml_write__tags_are_written_if_wanted(void **state UNUSED)
{
	static const char text[] = "a: !expr 5\nb: !if\n  when: x\nc: !x []\nd: !%C3%A9 ''\n"
				   "e: !text |\n  a\n  b\n- : !x 'a: b'\n";
	cleanup_arena struct arena *a = arena_new();
	cleanup_strbuf struct strbuf out = STRBUF_INIT;
	cleanup_error struct error err = ERROR_INIT;
	struct documents d;

	assert_int_equal(tree_read_yaml(a, text, strlen(text) - 14, "t", READ_KEEP_TAGS, &d, &err),
			 0);
	tree_write_yaml(&out, d.items[0], WRITE_TAGS);
	assert_memory_equal(out.buf, text, out.len);
	strbuf_reset(&out);
	tree_write_yaml(&out, d.items[0], 0);
	assert_string_equal(out.buf, "a: \"5\"\nb:\n  when: x\nc: []\nd: \"\"\ne: |\n  a\n  b\n");
}

static void test_yaml_write__tabs_may_stand_in_literal_blocks(void **state UNUSED)
{
	static const char *const texts[] = {
		"a\n\tb\n",  "\ta\nb\n", "\n\ta\n",    "a\t\n", "a\n\t\nb\n", " a\n\tb\n",
		"a \n\tb\n", "a\n\tb",	 "a\n\tb\n\n", "\t\n",	"a\n\n\tb\n", "a\n \tb\n",
	};

	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		cleanup_arena struct arena *a = arena_new();
		cleanup_strbuf struct strbuf out = STRBUF_INIT;
		cleanup_error struct error err = ERROR_INIT;
		struct node *map = node_map(a, NULL, 0, NULL);
		struct documents d;

		node_set(a, map, "k", node_cstring(a, texts[i]));
		tree_write_yaml(&out, map, WRITE_TABS);
		if (i == 0)
			assert_string_equal(out.buf, "k: |\n  a\n  \tb\n");
		assert_int_equal(tree_read_yaml(a, out.buf, out.len, "t", 0, &d, &err), 0);
		assert_true(node_equal(map, d.items[0]));
		strbuf_reset(&out);
		tree_write_yaml(&out, map, 0);
		assert_null(strchr(out.buf, '\t'));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_yaml_write__lists_in_maps_are_not_indented),
		cmocka_unit_test(test_yaml_write__quotes_what_would_read_as_something_else),
		cmocka_unit_test(test_yaml_write__quotes_what_would_break_the_form),
		cmocka_unit_test(test_yaml_write__text_with_line_ends_is_a_literal_block),
		cmocka_unit_test(test_yaml_write__long_lines_are_folded_behind_column_80),
		cmocka_unit_test(
			test_yaml_write__long_and_multiline_keys_stand_behind_a_question_mark),
		cmocka_unit_test(test_yaml_write__keys_are_quoted_like_values),
		cmocka_unit_test(test_yaml_write__sorted_keys_have_the_order_of_go_yaml),
		cmocka_unit_test(test_yaml_write__numbers_stay_or_become_those_of_go),
		cmocka_unit_test(test_yaml_write__appends),
		cmocka_unit_test(test_yaml_write__tags_are_written_if_wanted),
		cmocka_unit_test(test_yaml_write__tabs_may_stand_in_literal_blocks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
