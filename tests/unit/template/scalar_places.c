/* SPDX-License-Identifier: Apache-2.0 */
#include "template/scalar_places.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "base/strbuf.h"
#include "tree/read.h"

/* The '@' in the value of key k stands at line:column, each in its turn. */
static void expect(const char *text, const char *want)
{
	cleanup_error struct error err = ERROR_INIT;
	cleanup_arena struct arena *a = arena_new();
	cleanup_scalar_places struct scalar_places places = { 0 };
	cleanup_strbuf struct strbuf got = STRBUF_INIT;
	struct source_text source;
	struct documents d;
	const struct node *n;

	if (tree_read(a, text, strlen(text), "t", READ_KEEP_TAGS, &d, &err) < 0)
		fail_msg("%s: %s", text, err.message);
	n = node_get(d.items[0], "k");
	source_text_init(&source, text, strlen(text));
	scalar_places_init(&places, &source, n);
	for (size_t i = 0; i < n->len; i++)
		if (n->text[i] == '@') {
			struct pos pos = scalar_place(&places, i);

			strbuf_addf(&got, "%s%u:%u", got.len ? " " : "", pos.line, pos.column);
		}
	assert_string_equal(got.buf, want);
	source_text_release(&source);
}

static void test_scalar_places__text_on_one_line(void **state UNUSED)
{
	expect("k: a@ @\n", "1:5 1:7");
	expect("k: \"é@\"\n", "1:6");
	expect("k: 'it''s @ ''''@'\n", "1:11 1:17");
	expect("k: !text   x@\n", "1:13");
	expect("{\"k\": \"a@b\"}", "1:9");
}

static void test_scalar_places__escapes_hide_characters(void **state UNUSED)
{
	expect("k: \"\\x24@ \\u00e9@\\U0001f600@\\n@\\\\@\"\n", "1:9 1:17 1:28 1:31 1:34");
	expect("k: \"\\x40\\u0040@\"\n", "1:5 1:9 1:15");
	expect("{\"k\": \"\\ud83d\\ude00@\\/@\"}", "1:20 1:23");
}

static void test_scalar_places__folded_lines(void **state UNUSED)
{
	expect("k: a @\n  @ b\n\n\n  @\n", "1:6 2:3 5:3");
	expect("k: \"@  \n  é @\n\n  @\\\n  @ \\\n\n  @\"\n", "1:5 2:5 4:3 5:3 7:3");
	expect("k: '@\n  it''s\n    @'\n", "1:5 3:5");
	expect("k: >\n  @\n  @\n\n  @\n    @\n  @\n", "2:3 3:3 5:3 6:5 7:3");
	expect("k: >-\n\n\n  @\n", "4:3");
}

static void test_scalar_places__indented_lines(void **state UNUSED)
{
	expect("k: |\n  @\n   @\n\n  é@\n", "2:3 3:4 5:4");
	expect("k: |2 # c\n     @\n  @\n", "2:6 3:3");
	expect("k: |\r\n  a\r\n  @\r\n", "3:3");
	expect("k: |+\n\n  @\n\n", "3:3");
}

static void test_scalar_places__without_source_the_text_goes_on_as_it_is(void **state UNUSED)
{
	cleanup_arena struct arena *a = arena_new();
	cleanup_scalar_places struct scalar_places places = { 0 };
	const struct pos pos = { 3, 5, "t" };
	struct source_text source = SOURCE_TEXT_INIT;
	struct node *n = node_string(a, "é\nab", 5, &pos);

	scalar_places_init(&places, &source, n);
	assert_int_equal(scalar_place(&places, 2).column, 7);
	assert_int_equal(scalar_place(&places, 4).line, 4);
	assert_int_equal(scalar_place(&places, 4).column, 2);
	assert_int_equal(scalar_place(&places, 0).column, 6);
}

static void test_scalar_places__may_be_asked_in_any_order(void **state UNUSED)
{
	static const char text[] = "k: |\n  ab\n  cd\n";
	cleanup_error struct error err = ERROR_INIT;
	cleanup_arena struct arena *a = arena_new();
	cleanup_scalar_places struct scalar_places places = { 0 };
	struct source_text source;
	struct documents d;

	assert_int_equal(tree_read(a, text, strlen(text), "t", 0, &d, &err), 0);
	source_text_init(&source, text, strlen(text));
	scalar_places_init(&places, &source, node_get(d.items[0], "k"));
	assert_int_equal(scalar_place(&places, 4).column, 4);
	assert_int_equal(scalar_place(&places, 1).column, 4);
	assert_int_equal(scalar_place(&places, 1).line, 2);
	assert_int_equal(scalar_place(&places, 3).line, 3);
	source_text_release(&source);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_scalar_places__text_on_one_line),
		cmocka_unit_test(test_scalar_places__escapes_hide_characters),
		cmocka_unit_test(test_scalar_places__folded_lines),
		cmocka_unit_test(test_scalar_places__indented_lines),
		cmocka_unit_test(test_scalar_places__without_source_the_text_goes_on_as_it_is),
		cmocka_unit_test(test_scalar_places__may_be_asked_in_any_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
