/* SPDX-License-Identifier: Apache-2.0 */
#include "tree/read.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/limits.h"
#include "base/memory.h"
#include "tree/write.h"

static void expect_tree_of(const char *text, size_t len, unsigned flags, const char *want)
{
	cleanup_arena struct arena *a = arena_new();
	cleanup_strbuf struct strbuf out = STRBUF_INIT;
	cleanup_error struct error err = ERROR_INIT;
	struct node *n;

	if (tree_read_json(a, text, len, "t.json", flags, &n, &err) < 0)
		fail_msg("%s: %u:%u %s", text, err.line, err.column, err.message);
	tree_write_json(&out, n, WRITE_COMPACT);
	assert_string_equal(out.buf, want);
}

static void expect_tree(const char *text, unsigned flags, const char *want)
{
	expect_tree_of(text, strlen(text), flags, want);
}

static void expect_failure_of(const char *text, size_t len, unsigned flags, enum error_class class,
			      uint32_t line, uint32_t column, const char *message)
{
	cleanup_arena struct arena *a = arena_new();
	cleanup_error struct error err = ERROR_INIT;
	struct node *n = NULL;

	assert_int_equal(tree_read_json(a, text, len, "t.json", flags, &n, &err), -(int)class);
	assert_null(n);
	assert_string_equal(err.message, message);
	assert_string_equal(err.file, "t.json");
	assert_int_equal(err.line, line);
	assert_int_equal(err.column, column);
}

static void expect_failure(const char *text, uint32_t line, uint32_t column, const char *message)
{
	size_t len = strlen(text);

	expect_failure_of(text, len, 0, ERR_INVALID, line, column, message);
}

static void test_json_read__keeps_order_case_and_number_text(void **state UNUSED)
{
	expect_tree(
		" { \"b\" : 1.50 ,\r\n\t\"a\" : [ -0, 1E+05, 18446744073709551616 ],\"A\":{}}\n", 0,
		"{\"b\":1.50,\"a\":[-0,1E+05,18446744073709551616],\"A\":{}}");
	expect_tree("7", 0, "7");
	expect_tree("-7.25e-3", 0, "-7.25e-3");
	expect_tree("[true,false,null,\"\",[],[[]]]", 0, "[true,false,null,\"\",[],[[]]]");
}

static void test_json_read__takes_strings_apart(void **state UNUSED)
{
	expect_tree("\"a\\\"\\\\\\/\\b\\f\\n\\r\\tz\"", 0, "\"a\\\"\\\\/\\b\\f\\n\\r\\tz\"");
	expect_tree("\"\\u0041\\u00e9\\u20AC\\ud83d\\ude00\"", 0, "\"Aé€😀\"");
	expect_tree("\"é€😀\\n😀é\"", 0, "\"é€😀\\n😀é\"");
	expect_tree("\"\\u0000x\"", 0, "\"\\u0000x\"");
	expect_tree("[\"one\",\"t\\u0077o\",3,\"four\"]", 0, "[\"one\",\"two\",3,\"four\"]");
	expect_tree("\"\x7f\"", 0, "\"\x7f\"");
}

static void test_json_read__skips_a_byte_order_mark(void **state UNUSED)
{
	expect_tree("\xef\xbb\xbf{\"a\":1}", 0, "{\"a\":1}");
	expect_failure("\xef\xbb\xbf{x", 1, 2, "cannot read JSON: expected a key in double quotes");
}

static void test_json_read__needs_no_final_nul(void **state UNUSED)
{
	static const char text[] = { '[', '1', ',', '2', ']', '3' };

	expect_tree_of(text, 5, 0, "[1,2]");
	expect_failure_of(text, 4, 0, ERR_INVALID, 1, 5,
			  "cannot read JSON: the text ends too early");
	expect_failure_of(text, 0, 0, ERR_INVALID, 1, 1,
			  "cannot read JSON: the text ends too early");
}

static void test_json_read__refuses_what_is_not_json(void **state UNUSED)
{
	expect_failure("{\"a\":1,}", 1, 8, "cannot read JSON: expected a key in double quotes");
	expect_failure("[1,]", 1, 4, "cannot read JSON: expected a value");
	expect_failure("[1 2]", 1, 4, "cannot read JSON: expected ',' or ']'");
	expect_failure("{\"a\":1 \"b\":2}", 1, 8, "cannot read JSON: expected ',' or '}'");
	expect_failure("{\"a\" 1}", 1, 6, "cannot read JSON: expected ':' behind a key");
	expect_failure("{a:1}", 1, 2, "cannot read JSON: expected a key in double quotes");
	expect_failure("{\"a\":1", 1, 7, "cannot read JSON: the text ends too early");
	expect_failure("{\"a\":1} x", 1, 9, "cannot read JSON: more text behind the value");
	expect_failure("[01]", 1, 2, "cannot read JSON: malformed number");
	expect_failure("[1.]", 1, 2, "cannot read JSON: malformed number");
	expect_failure("[1e]", 1, 2, "cannot read JSON: malformed number");
	expect_failure("[-]", 1, 2, "cannot read JSON: malformed number");
	expect_failure("[+1]", 1, 2, "cannot read JSON: expected a value");
	expect_failure("[tru]", 1, 2, "cannot read JSON: expected a value");
	expect_failure("[NaN]", 1, 2, "cannot read JSON: expected a value");
	expect_failure("\"a\\x\"", 1, 3, "cannot read JSON: unknown escape in a string");
	expect_failure("\"a\\u12g4\"", 1, 3,
		       "cannot read JSON: expected four hexadecimal digits behind '\\u'");
	expect_failure("\"abc", 1, 5, "cannot read JSON: the text ends within a string");
	expect_failure("\"abc\\", 1, 5, "cannot read JSON: unknown escape in a string");
	expect_failure("\"a\nb\"", 1, 3,
		       "cannot read JSON: a string goes over the end of the line");
	expect_failure(
		"\"a\tb\"", 1, 3,
		"cannot read JSON: a control character in a string must be written as an escape");
	expect_failure("", 1, 1, "cannot read JSON: the text ends too early");
	expect_failure("# x", 1, 1, "cannot read JSON: expected a value");
}

static void test_json_read__columns_count_characters(void **state UNUSED)
{
	expect_failure("[\"é😀\", x]", 1, 8, "cannot read JSON: expected a value");
	expect_failure("[\"é\",\n  \"😀\" x]", 2, 7, "cannot read JSON: expected ',' or ']'");
	expect_failure("{\n\n  \"a\": é}", 3, 8, "cannot read JSON: expected a value");
}

static void test_json_read__every_node_has_its_place(void **state UNUSED)
{
	static const char text[] = "{\"é\": [1,\n \"x\", {\"k\": null}]}";
	cleanup_arena struct arena *a = arena_new();
	cleanup_error struct error err = ERROR_INIT;
	struct node *n, *list, *inner;

	assert_int_equal(tree_read_json(a, text, strlen(text), "p.json", 0, &n, &err), 0);
	list = n->entries[0].value;
	assert_int_equal(n->entries[0].key->pos.column, 2);
	assert_int_equal(list->pos.column, 7);
	assert_int_equal(list->items[0]->pos.column, 8);
	assert_int_equal(list->items[1]->pos.line, 2);
	assert_int_equal(list->items[1]->pos.column, 2);
	inner = list->items[2];
	assert_int_equal(inner->pos.column, 7);
	assert_int_equal(inner->entries[0].value->pos.column, 13);
	assert_string_equal(inner->pos.file, "p.json");
}

static void test_json_read__duplicate_keys_are_refused_or_the_last_wins(void **state UNUSED)
{
	cleanup_strbuf struct strbuf many = STRBUF_INIT;

	expect_failure("{\"a\":1,\n \"b\":2,\"a\":3}", 2, 8,
		       "cannot read JSON: key 'a' is there twice");
	expect_tree("{\"a\":1,\"b\":2,\"a\":3}", READ_DUPLICATE_KEYS_LAST_WINS,
		    "{\"a\":3,\"b\":2}");
	expect_tree("{\"a\":1,\"b\":2,\"a\":3}", READ_OC, "{\"a\":3,\"b\":2}");
	expect_tree("{\"a\":1,\"A\":2}", 0, "{\"a\":1,\"A\":2}");

	strbuf_addstr(&many, "{");
	for (int i = 0; i < 1000; i++)
		strbuf_addf(&many, "\"k%d\":%d,\n", i * 7 % 1000, i);
	strbuf_addstr(&many, "\"k7\":0}");
	expect_failure(many.buf, 1001, 1, "cannot read JSON: key 'k7' is there twice");
}

static void test_json_read__large_maps_keep_the_last_of_equal_keys(void **state UNUSED)
{
	cleanup_arena struct arena *a = arena_new();
	cleanup_strbuf struct strbuf many = STRBUF_INIT;
	cleanup_error struct error err = ERROR_INIT;
	struct node *n;

	for (int i = 0; i < 100; i++)
		strbuf_addf(&many, "%c\"k%d\":%d", i ? ',' : '{', i % 50, i);
	strbuf_addch(&many, '}');
	assert_int_equal(tree_read_json(a, many.buf, many.len, "t", READ_OC, &n, &err), 0);
	assert_int_equal(n->len, 50);
	assert_string_equal(node_get(n, "k0")->text, "50");
	assert_string_equal(node_get(n, "k49")->text, "99");
}

static void test_json_read__invalid_utf8_is_refused_or_replaced(void **state UNUSED)
{
	static const char not_utf8[] = "cannot read JSON: the text is not valid UTF-8";
	static const char half[] = "cannot read JSON: half a surrogate pair stands alone";

	expect_failure("[\"é\xff\"]", 1, 4, not_utf8);
	expect_failure("[\"\xc0\x80\"]", 1, 3, not_utf8);
	expect_failure("[\"\xed\xa0\x80\"]", 1, 3, not_utf8);
	expect_failure("\"a\\ud83d\"", 1, 3, half);
	expect_failure("\"\\ude00\\ud83d\"", 1, 2, half);
	expect_tree("[\"a\xff\xfe\",\"b\\n\xc3(\"]", READ_UTF8_REPLACE, "[\"a��\",\"b\\n�(\"]");
	expect_tree("{\"a\xff\\\"b\":\"\\ud83dx\"}", READ_OC, "{\"a�\\\"b\":\"�x\"}");
	expect_tree("\"\\ud83d\\u0041\"", READ_UTF8_REPLACE, "\"�A\"");
}

static void test_json_read__oc_refuses_numbers_beyond_float64(void **state UNUSED)
{
	expect_tree("[1e400]", 0, "[1e400]");
	expect_tree("[1e300]", READ_OC, "[1e300]");
	expect_failure_of("[1e400]", 7, READ_OC, ERR_INVALID, 1, 2,
			  "cannot read JSON: a number is beyond the range of float64");
}

static void test_json_read__depth_is_limited(void **state UNUSED)
{
	cleanup_strbuf struct strbuf deep = STRBUF_INIT;

	strbuf_addchars(&deep, '[', LIMIT_DEPTH);
	strbuf_addchars(&deep, ']', LIMIT_DEPTH);
	expect_tree(deep.buf, 0, deep.buf);
	strbuf_reset(&deep);
	strbuf_addchars(&deep, '[', 200000);
	expect_failure_of(deep.buf, deep.len, 0, ERR_LIMIT, 1, LIMIT_DEPTH + 1,
			  "cannot read JSON: nested more than 512 deep");
}

static void test_json_read__keys_are_limited(void **state UNUSED)
{
	cleanup_strbuf struct strbuf text = STRBUF_INIT;

	strbuf_addstr(&text, "{\"");
	strbuf_addchars(&text, 'k', LIMIT_KEY_BYTES);
	strbuf_addstr(&text, "\":1}");
	expect_tree(text.buf, 0, text.buf);
	strbuf_reset(&text);
	strbuf_addstr(&text, "{\"");
	strbuf_addchars(&text, 'k', LIMIT_KEY_BYTES + 1);
	strbuf_addstr(&text, "\":1}");
	expect_failure_of(text.buf, text.len, 0, ERR_LIMIT, 1, 2,
			  "cannot read JSON: a key is longer than 1048576 bytes");
}

static void test_json_read__input_is_limited(void **state UNUSED)
{
	expect_failure_of("", LIMIT_INPUT_BYTES + 1, 0, ERR_LIMIT, 1, 1,
			  "cannot read JSON: more than 67108864 bytes");
}

static const char *yaml_of(struct arena *a, const struct node *n)
{
	cleanup_strbuf struct strbuf out = STRBUF_INIT;

	tree_write_yaml(&out, n, WRITE_TABS);
	return arena_strdup(a, out.buf);
}

static bool only_has(const struct node *n, const char *bytes)
{
	return strspn(n->text, bytes) == n->len;
}

/* As key and as value: what is known of a text is so, and changes nothing of what is written. */
static void expect_known_of(const char *text, size_t len)
{
	static const char word[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				   "0123456789_./-";
	cleanup_arena struct arena *a = arena_new();
	cleanup_error struct error err = ERROR_INIT;
	const char *json = arena_printf(a, "{\"%.*s\":\"%.*s\"}", (int)len, text, (int)len, text);
	const char *known, *unknown;
	struct node *n;

	if (tree_read_json(a, json, strlen(json), "t.json", 0, &n, &err) < 0)
		return;
	for (unsigned i = 0; i < 2; i++) {
		const struct node *s = i ? n->entries[0].key : n->entries[0].value;

		assert_false(s->known & TEXT_NO_DOLLAR && strchr(s->text, '$'));
		assert_false(s->known & TEXT_WORD_BYTES && !only_has(s, word));
		assert_false(s->known & TEXT_USUAL_BYTES && strpbrk(s->text, ":#'\n\x7f"));
		assert_false(s->known & TEXT_IN_PLACE &&
			     memcmp(json + s->pos.column, s->text, s->len) != 0);
	}
	known = yaml_of(a, n);
	n->entries[0].key->known = n->entries[0].value->known = 0;
	unknown = yaml_of(a, n);
	assert_string_equal(known, unknown);
}

static void test_json_read__what_is_known_of_texts_is_so(void **state UNUSED)
{
	static const char *const bytes[] = {
		"a", "n", "o", "y", "1", "-", ".",   "/",    " ",    ":",	"#",
		"'", "$", "{", "?", "&", "~", "\\n", "\\\"", "\x7f", "\xc3\xa9",
	};
	const size_t count = ARRAY_SIZE(bytes);
	char text[16];

	for (size_t i = 0; i < count * count * count; i++) {
		snprintf(text, sizeof(text), "%s%s%s", bytes[i % count], bytes[i / count % count],
			 bytes[i / count / count]);
		expect_known_of(text, strlen(text));
	}
	expect_known_of("null", 4);
	expect_known_of("name", 4);
	expect_known_of("True", 4);
	expect_known_of("", 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_json_read__keeps_order_case_and_number_text),
		cmocka_unit_test(test_json_read__takes_strings_apart),
		cmocka_unit_test(test_json_read__skips_a_byte_order_mark),
		cmocka_unit_test(test_json_read__needs_no_final_nul),
		cmocka_unit_test(test_json_read__refuses_what_is_not_json),
		cmocka_unit_test(test_json_read__columns_count_characters),
		cmocka_unit_test(test_json_read__every_node_has_its_place),
		cmocka_unit_test(test_json_read__duplicate_keys_are_refused_or_the_last_wins),
		cmocka_unit_test(test_json_read__large_maps_keep_the_last_of_equal_keys),
		cmocka_unit_test(test_json_read__invalid_utf8_is_refused_or_replaced),
		cmocka_unit_test(test_json_read__oc_refuses_numbers_beyond_float64),
		cmocka_unit_test(test_json_read__depth_is_limited),
		cmocka_unit_test(test_json_read__keys_are_limited),
		cmocka_unit_test(test_json_read__input_is_limited),
		cmocka_unit_test(test_json_read__what_is_known_of_texts_is_so),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
