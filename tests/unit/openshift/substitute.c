/* SPDX-License-Identifier: Apache-2.0 */
#include "template/openshift/substitute.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "base/limits.h"
#include "base/memory.h"
#include "tree/read.h"
#include "tree/write.h"

struct fixture {
	struct arena *arena;
	struct error_list errors;
	struct substitution s;
	struct param params[8];
	size_t count;
};

static void declare(struct fixture *f, const char *name, const char *value)
{
	f->params[f->count++] = (struct param){ .name = name, .value = value,
						.value_len = strlen(value) };
}

static void begin(struct fixture *f)
{
	substitution_init(&f->s, f->arena, f->params, f->count, &f->errors);
}

static int setup(void **state)
{
	struct fixture *f = xcalloc(1, sizeof(*f));

	f->arena = arena_new();
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	substitution_release(&f->s);
	error_list_release(&f->errors);
	arena_free(f->arena);
	free(f);
	return 0;
}

/* What a JSON document becomes, as compact JSON. */
static const char *filled(struct fixture *f, const char *json)
{
	cleanup_error struct error err = ERROR_INIT;
	struct strbuf out = STRBUF_INIT;
	struct node *n;
	const char *text;

	assert_int_equal(tree_read_json(f->arena, json, strlen(json), "test", 0, &n, &err), 0);
	n = substitute_node(&f->s, n);
	if (!n)
		return "deleted";
	tree_write_json(&out, n, WRITE_COMPACT | WRITE_SORT_KEYS | WRITE_GO_NUMBERS);
	text = arena_memdupz(f->arena, out.buf, out.len);
	strbuf_release(&out);
	return text;
}

static const char *text_filled(struct fixture *f, const char *text)
{
	size_t len;
	const char *made = substitute_text(&f->s, text, strlen(text), NULL, &len);

	return arena_memdupz(f->arena, made, len);
}

static void test_substitute__shares_what_holds_no_reference(void **state)
{
	struct fixture *f = *state;
	struct node *still = node_cstring(f->arena, "plain $ {A}");
	struct node *moved = node_cstring(f->arena, "${A}");
	struct node *items[] = { still, moved };
	struct node *list = node_seq(f->arena, items, 2, NULL);
	struct node *made;

	declare(f, "A", "x");
	begin(f);
	assert_ptr_equal(substitute_node(&f->s, still), still);
	made = substitute_node(&f->s, list);
	assert_ptr_not_equal(made, list);
	assert_ptr_equal(made->items[0], still);
	assert_string_equal(made->items[1]->text, "x");
	/* The input is as it was. */
	assert_ptr_equal(list->items[1], moved);
	assert_string_equal(moved->text, "${A}");
}

static void test_substitute__fills_values_and_keys(void **state)
{
	struct fixture *f = *state;

	declare(f, "A", "x");
	declare(f, "E", "");
	begin(f);
	assert_string_equal(filled(f, "{\"${A}-k\":[\"a${A}b${A}\",1,true,null,\"${NOPE}${E}\"]}"),
			    "{\"x-k\":[\"axbx\",1,true,null,\"${NOPE}\"]}");
}

static void test_substitute__takes_the_last_declaration(void **state)
{
	struct fixture *f = *state;

	declare(f, "A", "first");
	declare(f, "A", "last");
	begin(f);
	assert_string_equal(text_filled(f, "${A}"), "last");
}

static void test_substitute__reads_whole_references_as_json(void **state)
{
	struct fixture *f = *state;

	declare(f, "N", " 3306 ");
	declare(f, "BIG", "9007199254740993");
	declare(f, "O", "{\"b\":[1.0,null],\"a\":\"${N}\"}");
	declare(f, "S", "0755");
	declare(f, "HUGE", "1e400");
	declare(f, "ZERO", "-0");
	begin(f);
	assert_string_equal(filled(f, "[\"${{N}}\",\"${{BIG}}\",\"${{S}}\",\"x${{N}}\"]"),
			    "[3306,9007199254740992,\"0755\",\"x${{N}}\"]");
	assert_string_equal(filled(f, "\"${{O}}\""), "{\"a\":\"${N}\",\"b\":[1,null]}");
	assert_string_equal(filled(f, "[\"${{HUGE}}\",\"${{ZERO}}\"]"), "[\"1e400\",-0]");
}

static void test_substitute__null_deletes_a_key(void **state)
{
	struct fixture *f = *state;

	declare(f, "N", "null");
	declare(f, "K", "k");
	begin(f);
	assert_string_equal(filled(f, "{\"gone\":\"${{N}}\",\"kept\":null}"), "{\"kept\":null}");
	assert_string_equal(filled(f, "{\"${K}\":\"${{N}}\",\"k\":1}"), "{}");
	assert_int_equal(f->errors.len, 0);
}

static void test_substitute__null_in_a_list_is_an_error(void **state)
{
	struct fixture *f = *state;

	declare(f, "N", "null");
	begin(f);
	filled(f, "[1,\"${{N}}\"]");
	assert_int_equal(f->errors.errors, 1);
	assert_int_equal(f->errors.items[0].column, 4);
	assert_string_equal(f->errors.items[0].message,
			    "cannot put null into a list through '${{…}}'");
}

static void test_substitute__key_must_be_a_string(void **state)
{
	struct fixture *f = *state;

	declare(f, "N", "5");
	declare(f, "Q", "\"05\"");
	declare(f, "T", "text");
	begin(f);
	assert_string_equal(filled(f, "{\"${{Q}}\":1,\"${{T}}\":2}"), "{\"05\":1,\"text\":2}");
	assert_int_equal(f->errors.errors, 0);
	filled(f, "{\"${{N}}\":1}");
	assert_int_equal(f->errors.errors, 1);
}

static void test_substitute__reference_beats_written_key(void **state)
{
	struct fixture *f = *state;

	declare(f, "K", "key");
	declare(f, "J", "key");
	begin(f);
	assert_string_equal(filled(f, "{\"${K}\":1,\"key\":2}"), "{\"key\":1}");
	assert_string_equal(filled(f, "{\"key\":2,\"${K}\":1}"), "{\"key\":1}");
	assert_int_equal(f->errors.errors, 0);
	filled(f, "{\"${K}\":1,\"${J}\":2}");
	assert_int_equal(f->errors.errors, 1);
	assert_string_equal(f->errors.items[0].message, "two keys of one map become 'key'");
}

/* oc looks for each reference anew in what it has made so far. */
static void test_substitute__replaces_in_the_running_text(void **state)
{
	struct fixture *f = *state;

	declare(f, "A", "${S}");
	declare(f, "S", "plain");
	declare(f, "D", "$");
	declare(f, "L", "{S");
	begin(f);
	assert_string_equal(text_filled(f, "${A}"), "${S}");
	assert_string_equal(text_filled(f, "${A}${S}"), "plain${S}");
	assert_string_equal(text_filled(f, "${S}${A}"), "plain${S}");
	assert_string_equal(text_filled(f, "${A}${A}"), "${S}${S}");
	/* A reference that grows together from a value and its neighbours. */
	assert_string_equal(text_filled(f, "${D}{S} ${S}"), "plain ${S}");
	assert_string_equal(text_filled(f, "$${L}} ${S}"), "plain ${S}");
	assert_string_equal(text_filled(f, "${${L}} ${S}"), "${{S} plain");
}

/*
 * What oc does, in its own words: strings.Replace(out, match, value, 1) for each match in the
 * input.
 */
static void naive(const struct fixture *f, const char *text, struct strbuf *out)
{
	strbuf_addstr(out, text);
	for (const char *c = text; (c = strstr(c, "${"));) {
		size_t n = strspn(c + 2, "ASB");
		cleanup_free char *match = xmemdupz(c, n + 3);
		char *hit;

		c += 2;
		if (n == 0 || c[n] != '}')
			continue;
		c += n + 1;
		for (size_t i = 0; i < f->count; i++) {
			const struct param *p = &f->params[i];
			cleanup_free char *tail = NULL;

			if (strlen(p->name) != n || strncmp(match + 2, p->name, n) != 0)
				continue;
			hit = strstr(out->buf, match);
			if (!hit)
				continue;
			tail = xstrdup(hit + n + 3);
			strbuf_setlen(out, (size_t)(hit - out->buf));
			strbuf_addstr(out, p->value);
			strbuf_addstr(out, tail);
		}
	}
}

static void random_text(unsigned *seed, size_t pieces, struct strbuf *out)
{
	static const char *const parts[] = { "$", "{", "}", "A", "S", "B", "x", "${", "${A}",
					     "${S}", "${A", "S}", "${B}", "" };

	for (size_t i = 0; i < pieces; i++) {
		*seed = *seed * 1103515245 + 12345;
		strbuf_addstr(out, parts[(*seed >> 16) % ARRAY_SIZE(parts)]);
	}
}

static void test_substitute__does_what_oc_does_with_any_text(void **state)
{
	struct fixture *f = *state;
	unsigned seed = 1;

	for (int round = 0; round < 20000; round++) {
		cleanup_strbuf struct strbuf a = STRBUF_INIT, s = STRBUF_INIT, text = STRBUF_INIT,
					     want = STRBUF_INIT;
		size_t len;

		random_text(&seed, (size_t)round % 5, &a);
		random_text(&seed, (size_t)round % 3, &s);
		random_text(&seed, 12, &text);
		strbuf_addch(&text, 'x');
		f->count = 0;
		declare(f, "A", a.buf);
		declare(f, "S", s.buf);
		begin(f);
		naive(f, text.buf, &want);
		assert_string_equal(substitute_text(&f->s, text.buf, text.len, NULL, &len),
				    want.buf);
		assert_int_equal(len, want.len);
		substitution_release(&f->s);
	}
	begin(f);
}

static void test_substitute__text_takes_whole_references_as_text(void **state)
{
	struct fixture *f = *state;

	declare(f, "N", "5");
	begin(f);
	assert_string_equal(text_filled(f, "${{N}}"), "5");
	assert_string_equal(text_filled(f, "a${{N}}"), "a${{N}}");
}

static void test_substitute__bounds_what_it_makes(void **state)
{
	struct fixture *f = *state;
	struct strbuf value = STRBUF_INIT, text = STRBUF_INIT;

	strbuf_addchars(&value, 'v', 1 << 20);
	for (int i = 0; i < 65; i++)
		strbuf_addstr(&text, "${A}");
	declare(f, "A", value.buf);
	begin(f);
	text_filled(f, text.buf);
	assert_int_equal(f->errors.errors, 1);
	assert_int_equal(f->errors.items[0].class, ERR_LIMIT);
	strbuf_release(&value);
	strbuf_release(&text);
}

/* Values that make references of each other may not cost the square of the text. */
static void test_substitute__bounds_the_slow_way(void **state)
{
	struct fixture *f = *state;
	struct strbuf text = STRBUF_INIT;

	for (int i = 0; i < 40000; i++)
		strbuf_addstr(&text, "${A}${S}");
	declare(f, "A", "${S}${A}");
	declare(f, "S", "${A}");
	begin(f);
	text_filled(f, text.buf);
	assert_int_equal(f->errors.errors, 1);
	assert_int_equal(f->errors.items[0].class, ERR_LIMIT);
	strbuf_release(&text);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_substitute__shares_what_holds_no_reference),
		TEST(test_substitute__fills_values_and_keys),
		TEST(test_substitute__takes_the_last_declaration),
		TEST(test_substitute__reads_whole_references_as_json),
		TEST(test_substitute__null_deletes_a_key),
		TEST(test_substitute__null_in_a_list_is_an_error),
		TEST(test_substitute__key_must_be_a_string),
		TEST(test_substitute__reference_beats_written_key),
		TEST(test_substitute__replaces_in_the_running_text),
		TEST(test_substitute__does_what_oc_does_with_any_text),
		TEST(test_substitute__text_takes_whole_references_as_text),
		TEST(test_substitute__bounds_what_it_makes),
		TEST(test_substitute__bounds_the_slow_way),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
