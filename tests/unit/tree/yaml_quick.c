/* SPDX-License-Identifier: Apache-2.0 */
#include "tree/yaml_quick.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/limits.h"
#include "base/memory.h"
#include "helper/same-tree.h"

#define TEMPLATE (READ_KEEP_TAGS | READ_FLOW_REFS)
#define PROCESS	 (READ_OC | READ_DUPLICATE_KEYS_LAST_WINS | READ_UTF8_REPLACE)

/* False if the reader gives up; else it has read what libyaml reads. */
static bool read_both(const char *text, size_t len, unsigned flags)
{
	cleanup_error struct error err = ERROR_INIT;
	cleanup_arena struct arena *a = arena_new();
	struct yaml_reader r = { .flags = flags };
	const struct node *different;
	struct documents d;

	r.build.arena = a;
	r.build.file = "t.yaml";
	if (!yaml_quick_read(&r, text, len)) {
		assert_null(r.documents);
		assert_int_equal(arena_used(a), 0);
		return false;
	}
	if (tree_read_yaml(a, text, len, "t.yaml", flags | READ_LIBYAML, &d, &err) < 0)
		fail_msg("libyaml: %u:%u %s\n%.*s", err.line, err.column, err.message, (int)len,
			 text);
	assert_int_equal(d.len, r.documents_len);
	for (size_t i = 0; i < d.len; i++) {
		different = different_node(r.documents[i], d.items[i]);
		if (different)
			fail_msg("another node at %u:%u\n%.*s", different->pos.line,
				 different->pos.column, (int)len, text);
	}
	free(r.documents);
	return true;
}

static void expect_read(const char *text)
{
	if (!read_both(text, strlen(text), TEMPLATE))
		fail_msg("given up: %s", text);
}

static void expect_given_up(const char *text)
{
	if (read_both(text, strlen(text), TEMPLATE))
		fail_msg("read: %s", text);
}

static void test_yaml_quick__blocks_are_read(void **state UNUSED)
{
	expect_read("");
	expect_read("# nothing\n");
	expect_read("a: 1\nb:\n  c: x\n  d:\n    e: y\nf: z\n");
	expect_read("  a: 1\n  b: 2");
	expect_read("a:\n- 1\n- b: 2\n  c: 3\n-   d: 4\n    e:\n    - 5\nf:\n  - 6\ng:\n");
	expect_read("- - 1\n  - 2\n-\n  - 3\n-\n- # c\n  x: y\n");
	expect_read("a: 1 # one\n# two\n  # three\nb: # four\n    # five\n  c: 2\n");
	expect_read("---\na: 1\n---\n---\n- b\n--- # c\ntext\n---\n~\n");
	expect_read("\xef\xbb\xbf"
		    "a: 1");
	expect_read("\"a\": 1\n'b c' : 2\nd e: 3\nf#g: 4\n-h: 5\nhttp://i: 6\n");
	expect_read("1: a\n1.5: b\nyes: c\n0x10: d\n");
	expect_read("a: {}\nb: []\nc: ''\nd: \"\"\ne: ~\nf: 0755\ng: .5\nh: 1_000\ni: on\n");
}

static void test_yaml_quick__scalars_of_all_styles_are_read(void **state UNUSED)
{
	expect_read("a: one\n  two\n\n\n  three # c\nb: one\n # c\n");
	expect_read("- \"x\\\n  y\\u00e9\\n \\t \n\n  z\t\n w \"\n- 'it''s\n  so'\n");
	expect_read("- |\n  x\n   y\n\n  z\n\n- >-\n  one\n  two\n\n   three\n  four\n- |+\n\n  a\n\n");
	expect_read("- |2\n    x\n  y\n- >1-\n  x\n- |+ # c\n- >\n\n\n  a\n  b\n\n  c\n");
	expect_read("a: |\n  tabs\t\n\n # c\nb: >\n   x\n  # c\nc: |-");
	expect_read("é: \"ü\" # ö\nñ : {\"é\": ü, \"\\u00ea\": [é, 'ß', 1]}\n");
}

static void test_yaml_quick__brackets_are_read(void **state UNUSED)
{
	expect_read("a: [1, b c, \"d\", 'e', -1, [], {}]\nb: {c: 1, \"d\":2, e : {f: g}, }\n");
	expect_read("{\n  \"a\": 1, # c\n  b:\n    [x,\n y\n  , z\n  ],\n}\n");
	expect_read("a: [${N}, ${{M}}, x${N}y, http://a/b#c]\nb: {${K}: $}\n");
}

static void test_yaml_quick__tags_and_anchors_are_read(void **state UNUSED)
{
	expect_read("a: !expr B + 1\n!expr K: !text   \"x\"\nb: !if\n  when: 5\nc: !for\n- !x {a: 1}\n"
		    "- !y\n  - 1\n- !z K: 1\n  L: 2\n- !if\n  !expr M: 2\n- !t |\n  x\n");
	expect_read("a: &x\n  k: 1\nb: *x\nc: &l [1, *x]\nd: {<<: *x, l: *l}\ne:\n- &s t\n- *s\n"
		    "- <<: [*x, *x]\n  k: 2\n- &n !t\n  q: r\n- !t &o \"x\"\n&p q: *o\n");
	expect_given_up("a: &x [*x]\n");
	expect_given_up("a: *x\n");
	expect_given_up("a: &x 1\n---\nb: *x\n");
	expect_given_up("a: !!int 5\n");
	expect_given_up("a: ! 5\n");
	assert_false(read_both("a: !x 5\n", 8, 0));
}

static void test_yaml_quick__what_is_wrong_or_rare_is_left_to_libyaml(void **state UNUSED)
{
	static const char *const texts[] = {
		"a: b: c", "a:\n  b: 1\n c: 2\n", "a: 1\n  b: 2\n", "- a\nb: 1\n", "a: - b\n",
		"a:\n- b\n  - c\nd\n", "a\nb: c\n", "--- a: b\n", "a:\tb\n", "a: b\t\n",
		"? a\n: b\n", "%YAML 1.1\n---\na: 1\n", "a: 1\n...\n", "a: b\n# c\n  d\n",
		"a: b\r\n", "a: 'b' c\n", "a: \"b\nc\"\n", "a: \"\\L\"\n", "a: \"\\q\"\n",
		"a: \"b", "a: [b: c]\n", "a: [b\n", "a: {b}\n", "a: {b: }\n", "a: [b\n  c]\n",
		"[a]: b\n", "a: .inf\n", "a: .nan\n", "~: a\n", "a: 1\na: 2\n", "a: @b\n",
		"a: `b\n", "a: %b\n", "a: ,\n", "a: ]\n", "a: |x\n", "a: |0\n  b\n",
		"a: |\n\n    \n  b\n", "a: |\n \tb\n", "\377\376a", "a: \x01\n",
		"a: \x7f\n", "a: \xc2\x85\n", "a: \xe2\x80\xa8\n", "a: \xee\x84\x81\n",
		"a: \xff\n", "a: \xef\xbb\xbf\n",
	};

	for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
		expect_given_up(texts[i]);
	assert_false(read_both("a: b\0\n", 6, TEMPLATE));
	assert_true(read_both("a: 1\na: 2\nb: 3\n", 15, PROCESS));
}

static void nested(struct strbuf *out, size_t depth, const char *level)
{
	strbuf_reset(out);
	for (size_t i = 0; i < depth; i++)
		strbuf_addstr(out, level);
	strbuf_addstr(out, "x\n");
}

static void test_yaml_quick__limits_are_left_to_libyaml(void **state UNUSED)
{
	cleanup_strbuf struct strbuf text = STRBUF_INIT;

	nested(&text, LIMIT_DEPTH, "- ");
	assert_true(read_both(text.buf, text.len, 0));
	nested(&text, LIMIT_DEPTH + 1, "- ");
	expect_given_up(text.buf);
	nested(&text, YAML_USUAL_FLOW_DEPTH + 1, "[");
	expect_given_up(text.buf);
	strbuf_reset(&text);
	strbuf_addf(&text, "%0*d: x\n", YAML_QUICK_KEY, 7);
	assert_true(read_both(text.buf, text.len, 0));
	strbuf_reset(&text);
	strbuf_addf(&text, "%0*d: x\n", YAML_QUICK_KEY + 1, 7);
	expect_given_up(text.buf);
	/* Each line doubles what the line before it comes to. */
	strbuf_reset(&text);
	strbuf_addstr(&text, "- &a [1, 1, 1, 1]\n");
	for (size_t i = 0; i < 25; i++)
		strbuf_addf(&text, "- &%c [*%c, *%c]\n", (int)('b' + i), (int)('a' + i),
			    (int)('a' + i));
	expect_given_up(text.buf);
}

/* What lines are made of; two in a row make as much nonsense as sense. */
static const char *const pieces[] = {
	"a", "b", "c d", "é", "5", "~", "yes", "\"q\"", "'s'", "\"\\u00e9 \\\n", "\"", "'",
	"x:y", "#", ": ", ":", "a: ", "b: ", "é: ", "\"k\": ", "- ", "-", "-   ", "\n", "\n",
	"\n", "\n  ", "\n  ", "\n    ", "\n      ", "\n- ", "\n  - ", "\n\n", "\n   ", " # c",
	"# c\n", "\n a: ", "\n  a: ", "\n  b: ", "\n    c: ", "\nd: ", "|\n", "|-\n  ",
	">\n  ", ">+\n    ", "|2\n", "[", "]", "{", "}", ", ", "{}", "[]", "[a, b]", "{a: b}",
	"{\"a\":1,", "${N}", "${{M}}", "!t ", "!t\n  ", "&x ", "*x", "<<: ", "&y\n", "---\n",
	"\n---\n", "\n...\n", "\t", " ", " ", "\r\n", "%", "? ", "\\",
};

#define MOST_PIECES 24

static uint32_t next_random(uint64_t *state)
{
	*state = *state * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(*state >> 33);
}

static void make_text(struct strbuf *out, uint64_t *state)
{
	size_t count = 1 + next_random(state) % MOST_PIECES;

	strbuf_reset(out);
	for (size_t i = 0; i < count; i++)
		strbuf_addstr(out, pieces[next_random(state) % ARRAY_SIZE(pieces)]);
}

/* YAML_QUICK_CASES=1000000 YAML_QUICK_SEED=2 by hand. */
static void test_yaml_quick__random_texts_are_read_as_libyaml_does(void **state UNUSED)
{
	const char *more = getenv("YAML_QUICK_CASES"), *seed = getenv("YAML_QUICK_SEED");
	size_t cases = more ? strtoul(more, NULL, 10) : 10000, read = 0;
	uint64_t random = seed ? strtoul(seed, NULL, 10) : 1;
	cleanup_strbuf struct strbuf text = STRBUF_INIT;

	for (size_t i = 0; i < cases; i++) {
		make_text(&text, &random);
		read += read_both(text.buf, text.len, i % 4 ? TEMPLATE : PROCESS);
	}
	print_message("%zu of %zu texts were read\n", read, cases);
	assert_in_range(read, cases / 50, cases);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_yaml_quick__blocks_are_read),
		cmocka_unit_test(test_yaml_quick__scalars_of_all_styles_are_read),
		cmocka_unit_test(test_yaml_quick__brackets_are_read),
		cmocka_unit_test(test_yaml_quick__tags_and_anchors_are_read),
		cmocka_unit_test(test_yaml_quick__what_is_wrong_or_rare_is_left_to_libyaml),
		cmocka_unit_test(test_yaml_quick__limits_are_left_to_libyaml),
		cmocka_unit_test(test_yaml_quick__random_texts_are_read_as_libyaml_does),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
