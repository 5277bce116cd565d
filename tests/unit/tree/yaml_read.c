/* SPDX-License-Identifier: Apache-2.0 */
#include "tree/read.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "base/limits.h"
#include "base/memory.h"
#include "tree/write.h"

static void expect_documents(const char *text, size_t len, unsigned flags, const char *want)
{
	cleanup_arena struct arena *a = arena_new();
	cleanup_strbuf struct strbuf out = STRBUF_INIT;
	cleanup_error struct error err = ERROR_INIT;
	struct documents d;

	if (tree_read_yaml(a, text, len, "t.yaml", flags, &d, &err) < 0)
		fail_msg("%s: %u:%u %s", text, err.line, err.column, err.message);
	for (size_t i = 0; i < d.len; i++) {
		if (i)
			strbuf_addch(&out, ' ');
		tree_write_json(&out, d.items[i], WRITE_COMPACT);
	}
	assert_string_equal(out.buf, want);
}

static void expect(const char *text, const char *want)
{
	expect_documents(text, strlen(text), 0, want);
}

static void expect_flags(const char *text, unsigned flags, const char *want)
{
	expect_documents(text, strlen(text), flags, want);
}

static void expect_failure_of(const char *text, size_t len, unsigned flags, enum error_class class,
			      uint32_t line, uint32_t column, const char *message)
{
	cleanup_arena struct arena *a = arena_new();
	cleanup_error struct error err = ERROR_INIT;
	struct documents d = { 0 };

	assert_int_equal(tree_read_yaml(a, text, len, "t.yaml", flags, &d, &err), -(int)class);
	assert_null(d.items);
	assert_string_equal(err.message, message);
	assert_string_equal(err.file, "t.yaml");
	assert_int_equal(err.line, line);
	assert_int_equal(err.column, column);
}

static void expect_failure(const char *text, uint32_t line, uint32_t column, const char *message)
{
	expect_failure_of(text, strlen(text), 0, ERR_INVALID, line, column, message);
}

static void expect_limit(const struct strbuf *text, uint32_t line, uint32_t column,
			 const char *message)
{
	expect_failure_of(text->buf, text->len, 0, ERR_LIMIT, line, column, message);
}

static void test_yaml_read__scalars_mean_what_oc_takes_them_for(void **state UNUSED)
{
	expect("[yes, no, on, off, y, n, Yes, NO, tRue, null, Null, ~, '', \"yes\", '5']",
	       "[true,false,true,false,true,false,true,false,\"tRue\",null,null,null,\"\",\"yes\","
	       "\"5\"]");
	expect("[2001-01-01, =, 1.2.3, v1, 8.40, 1e3x, 0x, -, --, 1:30, 190:20:30, <<]",
	       "[\"2001-01-01\",\"=\",\"1.2.3\",\"v1\",8.40,\"1e3x\",\"0x\",\"-\",\"--\",\"1:30\","
	       "\"190:20:30\",\"<<\"]");
	expect("[0755, 0o755, 0x1F, 0b101, 1_000, +5, .5, 5., 08, 1.e3, -.5, 00, -0]",
	       "[493,493,31,5,1000,5,0.5,5.0,8,1.0e3,-0.5,0,-0]");
	expect("a: !!str 5\nb: !!int \"7\"\nc: !!float 1\nd: !!binary aGVsbG8=\ne: !!null ''\n"
	       "f: !!bool yes\n",
	       "{\"a\":\"5\",\"b\":7,\"c\":1.0,\"d\":\"hello\",\"e\":null,\"f\":true}");
}

static void test_yaml_read__styles_give_the_text_they_say(void **state UNUSED)
{
	expect("a: |\n  x\n   y\n\n  z\nb: >-\n  one\n  two\n\n  three\nc: |2\n    d\n"
	       "e: \"a\n  b\\\n  c\"\nf: 'it''s\n  so'\ng: plain\n  more\n",
	       "{\"a\":\"x\\n y\\n\\nz\\n\",\"b\":\"one two\\nthree\",\"c\":\"  d\\n\","
	       "\"e\":\"a bc\",\"f\":\"it's so\",\"g\":\"plain more\"}");
	expect("a: |\r\n  x\r\n  y\r\nb: 1\r\n", "{\"a\":\"x\\ny\\n\",\"b\":1}");
}

static void test_yaml_read__keys_become_strings(void **state UNUSED)
{
	expect("{1: a, 1.5: b, yes: c, 0x10: d, 1e3: e, n: f, '': g, 123456.789: h, .inf: i}",
	       "{\"1\":\"a\",\"1.5\":\"b\",\"true\":\"c\",\"16\":\"d\",\"1000\":\"e\","
	       "\"false\":\"f\",\"\":\"g\",\"123456.79\":\"h\",\".inf\":\"i\"}");
	expect_failure("{null: a}", 1, 2, "cannot read YAML: a key must be a string, got null");
	expect_failure("{[a]: b}", 1, 2, "cannot read YAML: a key must be a string, got list");
	expect_failure("? {a: b}\n: c\n", 1, 3,
		       "cannot read YAML: a key must be a string, got map");
	expect_failure("18446744073709551615: a", 1, 1,
		       "cannot read YAML: the number 18446744073709551615 is too large for a key");
}

static void test_yaml_read__documents_are_told_apart_and_empty_ones_skipped(void **state UNUSED)
{
	expect("# top\n---\n# none\n---\na: 1\n---\n---\nb: 2\n...\n---\n~\n",
	       "{\"a\":1} {\"b\":2}");
	expect("", "");
	expect("# only a comment", "");
	expect("%YAML 1.1\n---\na: 1", "{\"a\":1}");
	expect("--- [1]\n--- 'x'\n", "[1] \"x\"");
	expect("\xef\xbb\xbf"
	       "a: 1",
	       "{\"a\":1}");
	expect_documents("\xff\xfe"
			 "a\0:\0 \0\xe9\0",
			 10, 0, "{\"a\":\"é\"}");
}

static void test_yaml_read__aliases_share_what_they_stand_for(void **state UNUSED)
{
	static const char text[] = "a: &x {k: [1]}\nb: *x\n*y : c\n";
	cleanup_arena struct arena *a = arena_new();
	cleanup_error struct error err = ERROR_INIT;
	struct documents d;

	expect("a: &x {k: [1]}\nb: *x\nc: [*x, &y z, *y]\n",
	       "{\"a\":{\"k\":[1]},\"b\":{\"k\":[1]},\"c\":[{\"k\":[1]},\"z\",\"z\"]}");
	expect("- &x 1\n- {*x : a}\n- &x 2\n- *x\n", "[1,{\"1\":\"a\"},2,2]");
	assert_int_equal(tree_read_yaml(a, text, 21, "t", 0, &d, &err), 0);
	assert_ptr_equal(node_get(d.items[0], "a"), node_get(d.items[0], "b"));
	expect_failure("a: *x\n", 1, 4, "cannot read YAML: alias '*x' has no anchor before it");
	expect_failure("a: &x 1\n---\nb: *x\n", 3, 4,
		       "cannot read YAML: alias '*x' has no anchor before it");
	expect_failure("&x [*x]", 1, 5,
		       "cannot read YAML: alias '*x' stands within what it stands for");
	expect_failure("&x {a: &y [*x]}", 1, 12,
		       "cannot read YAML: alias '*x' stands within what it stands for");
}

static void test_yaml_read__merges_set_keys_where_they_stand(void **state UNUSED)
{
	expect("a: &x {k: 1, l: 2}\nb: {<<: *x, l: 3}\nc: {l: 3, <<: *x}\n",
	       "{\"a\":{\"k\":1,\"l\":2},\"b\":{\"k\":1,\"l\":3},\"c\":{\"l\":2,\"k\":1}}");
	expect("- &x {k: 1}\n- &y {k: 2, l: 3}\n- <<: [*x, *y]\n",
	       "[{\"k\":1},{\"k\":2,\"l\":3},{\"k\":1,\"l\":3}]");
	expect("<<: {a: 1}\n\"<<\": x\n", "{\"a\":1,\"<<\":\"x\"}");
	expect_failure("<<: 1\n", 1, 5,
		       "cannot read YAML: the key << needs a map or a list of maps");
	expect_failure("<<: [{a: 1}, 2]\n", 1, 14,
		       "cannot read YAML: the key << needs a map or a list of maps");
	expect_failure("<<: {a: 1}\nb: 2\nb: 3\n", 3, 1,
		       "cannot read YAML: key 'b' is there twice");
}

static void test_yaml_read__duplicate_keys_are_refused_or_the_last_wins(void **state UNUSED)
{
	expect_failure("a: 1\nb: 2\na: 3\n", 3, 1, "cannot read YAML: key 'a' is there twice");
	expect_failure("1: a\n'1': b\n", 2, 1, "cannot read YAML: key '1' is there twice");
	expect_flags("a: 1\nb: 2\na: 3\n", READ_DUPLICATE_KEYS_LAST_WINS, "{\"a\":3,\"b\":2}");
	expect_flags("a: 1\nb: 2\na: 3\n", READ_OC, "{\"a\":3,\"b\":2}");
}

static void test_yaml_read__numbers_that_json_lacks_are_refused(void **state UNUSED)
{
	expect_failure("a: .inf", 1, 4, "cannot read YAML: '.inf' is no number that JSON has");
	expect_failure("a: -.Inf", 1, 4, "cannot read YAML: '-.inf' is no number that JSON has");
	expect_failure("a: .NaN", 1, 4, "cannot read YAML: '.nan' is no number that JSON has");
	expect("a: 1e400", "{\"a\":\"1e400\"}");
	expect("a: !!float 1e400", "{\"a\":1e400}");
	expect_failure_of("a: !!float 1e400", 16, READ_OC, ERR_INVALID, 1, 4,
			  "cannot read YAML: '1e400' is no !!float");
}

static void test_yaml_read__typed_tags_must_fit(void **state UNUSED)
{
	expect_failure("a: !!int x", 1, 4, "cannot read YAML: 'x' is no !!int");
	expect_failure("a: !!int 1.5", 1, 4, "cannot read YAML: '1.5' is no !!int");
	expect_failure("a: !!bool 1", 1, 4, "cannot read YAML: '1' is no !!bool");
	expect_failure("a: !!null x", 1, 4, "cannot read YAML: 'x' is no !!null");
	expect_failure("a: !!binary '!'", 1, 4,
		       "cannot read YAML: the text of !!binary is not base64");
	expect_failure("a: !!binary /w==", 1, 4,
		       "cannot read YAML: the bytes of !!binary are not UTF-8");
	expect_flags("a: !!binary /w==", READ_OC, "{\"a\":\"�\"}");
	expect("!!map {a: !!seq [1]}", "{\"a\":[1]}");
	expect_failure("a: !!set {b}", 1, 4,
		       "cannot read YAML: the tag '!!set' means nothing here");
}

static void test_yaml_read__local_tags_are_refused_kept_or_ignored(void **state UNUSED)
{
	static const char text[] = "a: !expr B + 1\n"
				   "é: !text   \"x\"\n"
				   "c: !if\n  when: 5\n"
				   "!expr K: [!expr 7, !x '']\n"
				   "d: !for [1]\n";
	cleanup_arena struct arena *a = arena_new();
	cleanup_strbuf struct strbuf out = STRBUF_INIT;
	cleanup_error struct error err = ERROR_INIT;
	const struct node *n, *v;
	struct documents d;

	expect_failure(text, 1, 4, "cannot read YAML: the tag '!expr' means nothing here");
	expect_flags("a: !expr 5\nb: !x [1]\n", READ_OC, "{\"a\":\"5\",\"b\":[1]}");
	assert_int_equal(tree_read_yaml(a, text, strlen(text), "t", READ_KEEP_TAGS, &d, &err), 0);
	n = d.items[0];
	v = n->entries[0].value;
	assert_string_equal(v->tag, "!expr");
	assert_int_equal(v->kind, NODE_STRING);
	assert_string_equal(v->text, "B + 1");
	assert_true(v->plain);
	assert_int_equal(v->pos.column, 10); /* of the text, not of the tag */
	v = n->entries[1].value;
	assert_string_equal(v->tag, "!text");
	assert_false(v->plain);
	assert_int_equal(v->pos.line, 2);
	assert_int_equal(v->pos.column, 12);
	v = n->entries[2].value;
	assert_int_equal(v->kind, NODE_MAP);
	assert_string_equal(v->tag, "!if");
	assert_string_equal(n->entries[3].key->tag, "!expr");
	assert_null(node_get(n, "K"));
	assert_string_equal(n->entries[3].value->items[0]->text, "7");
	assert_int_equal(n->entries[4].value->kind, NODE_SEQ);
	tree_write_yaml(&out, n, WRITE_TAGS);
	assert_string_equal(out.buf, "a: !expr B + 1\né: !text x\nc: !if\n  when: 5\n"
				     "!expr K:\n- !expr 7\n- !x ''\nd: !for\n- 1\n");
}

static void test_yaml_read__tagged_keys_are_never_the_same(void **state UNUSED)
{
	cleanup_arena struct arena *a = arena_new();
	cleanup_error struct error err = ERROR_INIT;
	static const char text[] = "!expr K: 1\n!expr K: 2\nK: 3\n";
	struct documents d;

	assert_int_equal(tree_read_yaml(a, text, strlen(text), "t", READ_KEEP_TAGS, &d, &err), 0);
	assert_int_equal(d.items[0]->len, 3);
}

static void test_yaml_read__references_in_flow_style_need_no_quotes(void **state UNUSED)
{
	static const char text[] = "{a: ${{N}}, b: [${X}, \"${{Y}}\"], '${K}': é}\n";
	cleanup_arena struct arena *a = arena_new();
	cleanup_error struct error err = ERROR_INIT;
	struct documents d;

	expect_failure(
		"{a: ${{N}}}", 1, 6,
		"cannot read YAML: did not find expected ',' or '}' while parsing a flow mapping");
	expect_flags(text, READ_FLOW_REFS,
		     "{\"a\":\"${{N}}\",\"b\":[\"${X}\",\"${{Y}}\"],\"${K}\":\"é\"}");
	expect_flags("a: ${{N}}\nb: |\n  x ${X}\n", READ_FLOW_REFS,
		     "{\"a\":\"${{N}}\",\"b\":\"x ${X}\\n\"}");
	/* Characters of the text that look like what stands for the brackets stay what they are. */
	expect_flags("{a: ${X}, b: \xee\x84\x81, c: \"\\uE101\\uE102\"}", READ_FLOW_REFS,
		     "{\"a\":\"${X}\",\"b\":\"\xee\x84\x81\",\"c\":\"\xee\x84\x81\xee\x84\x82\"}");
	expect_failure_of("{a: ${X y}}", 11, READ_FLOW_REFS, ERR_INVALID, 1, 6,
			  "cannot read YAML: did not find expected ',' or '}' while parsing a "
			  "flow mapping");
	assert_int_equal(tree_read_yaml(a, text, strlen(text), "t", READ_FLOW_REFS, &d, &err), 0);
	assert_int_equal(d.items[0]->entries[2].value->pos.column, 42);
}

static void test_yaml_read__failures_name_place_and_reason(void **state UNUSED)
{
	expect_failure("a: 1\nb:\n\tc: 1\n", 3, 1,
		       "cannot read YAML: found a tab where only blanks may indent");
	expect_failure("a: \"x\n", 2, 1,
		       "cannot read YAML: found unexpected end of stream while scanning a quoted "
		       "scalar that begins on line 1");
	expect_failure("é: [1, 2\nb: 3\n", 2, 2,
		       "cannot read YAML: did not find expected ',' or ']' while parsing a flow "
		       "sequence that begins on line 1");
	expect_failure("é: x: y\n", 1, 5,
		       "cannot read YAML: mapping values are not allowed in this context");
	expect_failure("a: b\né\xff", 2, 2, "cannot read YAML: invalid leading UTF-8 octet (0xff)");
	expect_failure("a: \x01", 1, 4,
		       "cannot read YAML: control characters are not allowed (0x01)");
}

static void test_yaml_read__invalid_utf8_is_replaced_if_wanted(void **state UNUSED)
{
	expect_flags("a: x\xff\nb: \xc3(\n", READ_UTF8_REPLACE, "{\"a\":\"x�\",\"b\":\"�(\"}");
}

static void test_yaml_read__every_node_has_its_place(void **state UNUSED)
{
	static const char text[] = "# x\né: [1, 😀, b]\nc:\n- d: e\n";
	cleanup_arena struct arena *a = arena_new();
	cleanup_error struct error err = ERROR_INIT;
	const struct node *n, *list;
	struct documents d;

	assert_int_equal(tree_read_yaml(a, text, strlen(text), "p.yaml", 0, &d, &err), 0);
	n = d.items[0];
	list = n->entries[0].value;
	assert_int_equal(list->items[2]->pos.line, 2);
	assert_int_equal(list->items[2]->pos.column, 11);
	assert_string_equal(list->items[2]->pos.file, "p.yaml");
	n = n->entries[1].value->items[0];
	assert_int_equal(n->entries[0].value->pos.line, 4);
	assert_int_equal(n->entries[0].value->pos.column, 6);
	assert_int_equal(n->entries[0].key->pos.column, 3);
}

static void test_yaml_read__depth_is_limited_in_every_style(void **state UNUSED)
{
	static const struct {
		const char *unit;
		size_t times;
		uint32_t line, column;
	} cases[] = {
		{ "[", 200000, 1, LIMIT_DEPTH + 1 },
		{ "[\n", 200000, LIMIT_DEPTH + 1, 1 },
		{ "{a: ", 50000, 1, LIMIT_DEPTH * 4 + 1 },
		{ "- ", 200000, 1, LIMIT_DEPTH * 2 + 1 },
		{ "[a, {b: ", 50000, 1, LIMIT_DEPTH / 2 * 8 + 1 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		cleanup_strbuf struct strbuf text = STRBUF_INIT;

		for (size_t j = 0; j < cases[i].times; j++)
			strbuf_addstr(&text, cases[i].unit);
		expect_limit(&text, cases[i].line, cases[i].column,
			     "cannot read YAML: nested more than 512 deep");
	}
}

static void test_yaml_read__depth_of_block_maps_is_limited(void **state UNUSED)
{
	cleanup_strbuf struct strbuf text = STRBUF_INIT;

	for (size_t i = 0; i < LIMIT_DEPTH; i++) {
		strbuf_addchars(&text, ' ', i);
		strbuf_addstr(&text, "a:\n");
	}
	expect_documents("", 0, 0, "");
	strbuf_addchars(&text, ' ', LIMIT_DEPTH);
	strbuf_addstr(&text, "a: 1\n");
	expect_limit(&text, LIMIT_DEPTH + 1, LIMIT_DEPTH + 1,
		     "cannot read YAML: nested more than 512 deep");
}

static void test_yaml_read__brackets_within_text_are_no_depth(void **state UNUSED)
{
	cleanup_arena struct arena *a = arena_new();
	cleanup_strbuf struct strbuf text = STRBUF_INIT;
	cleanup_error struct error err = ERROR_INIT;
	struct documents d;

	strbuf_addstr(&text, "a: |\n  ");
	strbuf_addchars(&text, '[', 5000);
	strbuf_addstr(&text, "\nb: \"");
	strbuf_addchars(&text, '{', 5000);
	strbuf_addstr(&text, "\"\nc: x");
	strbuf_addchars(&text, '[', 5000);
	strbuf_addstr(&text, " # ");
	strbuf_addchars(&text, '{', 5000);
	assert_int_equal(tree_read_yaml(a, text.buf, text.len, "t", 0, &d, &err), 0);
	assert_int_equal(node_get(d.items[0], "c")->len, 5001);
}

static void test_yaml_read__work_within_brackets_is_limited(void **state UNUSED)
{
	cleanup_arena struct arena *a = arena_new();
	cleanup_strbuf struct strbuf text = STRBUF_INIT;
	cleanup_error struct error err = ERROR_INIT;
	struct documents d;

	strbuf_addchars(&text, '[', LIMIT_DEPTH - 1);
	for (size_t i = 0; i < 200000; i++)
		strbuf_add(&text, "1,", 2);
	assert_int_equal(tree_read_yaml(a, text.buf, text.len, "t", 0, &d, &err), -ERR_LIMIT);
	assert_string_equal(err.message,
			    "cannot read YAML: too much text within too many brackets");
}

static void test_yaml_read__alias_bombs_are_refused(void **state UNUSED)
{
	cleanup_strbuf struct strbuf bomb = STRBUF_INIT;
	cleanup_strbuf struct strbuf deep = STRBUF_INIT;
	cleanup_strbuf struct strbuf text = STRBUF_INIT;

	strbuf_addstr(&bomb, "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n");
	for (int i = 1; i < 10; i++)
		strbuf_addf(&bomb,
			    "a%d: &a%d [*a%d,*a%d,*a%d,*a%d,*a%d,*a%d,*a%d,*a%d,*a%d,*a%d]\n", i, i,
			    i - 1, i - 1, i - 1, i - 1, i - 1, i - 1, i - 1, i - 1, i - 1, i - 1);
	expect_limit(&bomb, 7, 38, "cannot read YAML: alias '*a5' makes the document too large");

	strbuf_addstr(&deep, "a0: &a0 []\n");
	for (int i = 1; i < 600; i++)
		strbuf_addf(&deep, "a%d: &a%d [*a%d]\n", i, i, i - 1);
	expect_limit(&deep, 512, 14,
		     "cannot read YAML: alias '*a510' makes the document nested too deep");

	/* Long texts count by their size. */
	strbuf_addstr(&text, "- &a ");
	strbuf_addchars(&text, 'x', 10000000);
	for (int i = 0; i < 100; i++)
		strbuf_addstr(&text, "\n- *a");
	expect_limit(&text, 65, 3, "cannot read YAML: alias '*a' makes the document too large");
}

static void test_yaml_read__keys_are_limited(void **state UNUSED)
{
	cleanup_arena struct arena *a = arena_new();
	cleanup_strbuf struct strbuf text = STRBUF_INIT;
	cleanup_error struct error err = ERROR_INIT;
	struct documents d;

	strbuf_addstr(&text, "? ");
	strbuf_addchars(&text, 'k', 5000);
	strbuf_addstr(&text, "\n: v\n");
	assert_int_equal(tree_read_yaml(a, text.buf, text.len, "t", 0, &d, &err), 0);
	assert_int_equal(d.items[0]->entries[0].key->len, 5000);
	strbuf_reset(&text);
	strbuf_addstr(&text, "? ");
	strbuf_addchars(&text, 'k', LIMIT_KEY_BYTES + 1);
	expect_limit(&text, 1, 3, "cannot read YAML: a key is longer than 1048576 bytes");
}

static void test_yaml_read__tag_lines_and_input_are_limited(void **state UNUSED)
{
	cleanup_strbuf struct strbuf text = STRBUF_INIT;

	for (int i = 0; i < 1001; i++)
		strbuf_addf(&text, "%%TAG !a%d! x\n", i);
	strbuf_addstr(&text, "---\na\n");
	expect_limit(&text, 1, 1, "cannot read YAML: more than 1000 %TAG lines");
	expect_failure_of("", LIMIT_INPUT_BYTES + 1, 0, ERR_LIMIT, 1, 1,
			  "cannot read YAML: more than 67108864 bytes");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_yaml_read__scalars_mean_what_oc_takes_them_for),
		cmocka_unit_test(test_yaml_read__styles_give_the_text_they_say),
		cmocka_unit_test(test_yaml_read__keys_become_strings),
		cmocka_unit_test(test_yaml_read__documents_are_told_apart_and_empty_ones_skipped),
		cmocka_unit_test(test_yaml_read__aliases_share_what_they_stand_for),
		cmocka_unit_test(test_yaml_read__merges_set_keys_where_they_stand),
		cmocka_unit_test(test_yaml_read__duplicate_keys_are_refused_or_the_last_wins),
		cmocka_unit_test(test_yaml_read__numbers_that_json_lacks_are_refused),
		cmocka_unit_test(test_yaml_read__typed_tags_must_fit),
		cmocka_unit_test(test_yaml_read__local_tags_are_refused_kept_or_ignored),
		cmocka_unit_test(test_yaml_read__tagged_keys_are_never_the_same),
		cmocka_unit_test(test_yaml_read__references_in_flow_style_need_no_quotes),
		cmocka_unit_test(test_yaml_read__failures_name_place_and_reason),
		cmocka_unit_test(test_yaml_read__invalid_utf8_is_replaced_if_wanted),
		cmocka_unit_test(test_yaml_read__every_node_has_its_place),
		cmocka_unit_test(test_yaml_read__depth_is_limited_in_every_style),
		cmocka_unit_test(test_yaml_read__depth_of_block_maps_is_limited),
		cmocka_unit_test(test_yaml_read__brackets_within_text_are_no_depth),
		cmocka_unit_test(test_yaml_read__work_within_brackets_is_limited),
		cmocka_unit_test(test_yaml_read__alias_bombs_are_refused),
		cmocka_unit_test(test_yaml_read__keys_are_limited),
		cmocka_unit_test(test_yaml_read__tag_lines_and_input_are_limited),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
