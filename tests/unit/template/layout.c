/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "template/program.h"
#include "template/template.h"
#include "tree/write.h"

#define HEAD                                                                                       \
	"apiVersion: kubectl-mysql/v1\nkind: Template\nmetadata: {name: t}\nparameters:\n"         \
	"- {name: TEXT, value: a}\n- {name: COUNT, type: integer, value: 2}\n"                     \
	"- {name: FLAG, type: boolean, value: true}\n"
/* TEXT, COUNT and FLAG are used, so that nothing is reported. */
#define USES "- !assert {that: TEXT != '(' && COUNT >= 0 && (FLAG || !FLAG), message: wrong}\n"
#define OBJECTS "objects:\n" USES
#define OBJECT "- apiVersion: v1\n  kind: A\n  metadata: {name: a}\n"

static void write_trees(struct template *t, const struct bindings *b, struct strbuf *out)
{
	cleanup_error_list struct error_list diags = ERROR_LIST_INIT;
	struct documents docs;

	assert_int_equal(template_render(t, b, &docs, &diags), 0);
	for (size_t i = 0; i < docs.len; i++) {
		strbuf_addstr(out, i ? "---\n" : "");
		tree_write_yaml(out, docs.items[i], WRITE_TABS);
	}
}

static void compile(const char *text, struct strbuf *out)
{
	cleanup_error_list struct error_list diags = ERROR_LIST_INIT;
	struct template *t = NULL;

	if (template_read(text, strlen(text), "t.yaml", NULL, &t, &diags) < 0)
		fail_msg("%s", diags.items[0].message);
	template_compile(t, out);
	template_free(t);
}

/* Prints a program by its layout and as trees: the same text. Whether objects had to be made. */
static bool makes_objects(const struct strbuf *program, const struct bind_options *bind)
{
	cleanup_error_list struct error_list diags = ERROR_LIST_INIT;
	cleanup_strbuf struct strbuf want = STRBUF_INIT, got = STRBUF_INIT;
	struct bindings b = { 0 };
	struct template *t = NULL;
	bool made;

	assert_int_equal(
		template_open(program->buf, program->len, "t.kmt", NULL, false, &t, &diags), 0);
	assert_int_equal(template_bind(t, bind, &b, &diags), 0);
	assert_int_equal(template_render_yaml(t, &b, &got, &diags), 0);
	made = t->objects != NULL;
	write_trees(t, &b, &want);
	assert_string_equal(got.buf, want.buf);
	bindings_release(&b);
	template_free(t);
	return made;
}

static void check_values(const char *template, const char *text, const char *count,
			 const char *yes)
{
	cleanup_strbuf struct strbuf program = STRBUF_INIT;
	const struct assignment given[] = {
		{ .name = "TEXT", .value = text, .value_len = strlen(text) },
		{ .name = "COUNT", .value = count, .value_len = strlen(count) },
		{ .name = "FLAG", .value = yes, .value_len = strlen(yes) },
	};
	const struct bind_options bind = { .given = given, .given_count = ARRAY_SIZE(given) };

	compile(template, &program);
	assert_false(makes_objects(&program, &bind));
}

/* Texts that are printed in each of the ways there are. */
static void check(const char *template)
{
	static const char *const texts[] = {
		"a",   "",     " a",	"true",	 "1.5",	       "a: b",	   "- a",  "a\nb\n",
		"\n",  "'\"",  "a\tb\n", "\x07", "\xc3\xa9\xc3\xa9", "\xe2\x80\xa8", "1:30",
		"a long text with many words that goes far beyond the eightieth column of the line",
		"a-long-word-that-goes-far-beyond-the-eightieth-column-of-the-line-and-holds-no-blank x",
	};

	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		check_values(template, texts[i], i % 2 ? "0" : "3", i % 3 ? "true" : "false");
		check_values(template, texts[i], i % 2 ? "1" : "0", i % 3 ? "false" : "true");
	}
}

static void test_layout__values_of_keys(void **state)
{
	(void)state;
	check(HEAD OBJECTS OBJECT "  a: !expr TEXT\n  b: !text 'x ${TEXT} y ${TEXT}'\n  c: !expr COUNT\n"
				  "  d: {e: !expr TEXT, f: {g: !expr TEXT}}\n"
				  "  some words that are a key: !expr TEXT\n  'true': !expr TEXT\n"
				  "  l: !expr '[TEXT, [TEXT]]'\n  m: after\n");
}

static void test_layout__items_of_lists(void **state)
{
	(void)state;
	check(HEAD OBJECTS OBJECT "  a: [!expr TEXT, b, !expr TEXT]\n"
				  "  b: [[!expr TEXT, c], [[x, !expr TEXT]], {y: !expr TEXT, z: 1}]\n"
				  "  c: [{d: [!expr TEXT, e]}, x]\n  last: []\n");
}

static void test_layout__what_may_be_nothing(void **state)
{
	(void)state;
	check(HEAD OBJECTS OBJECT
	      "  a: !if {when: FLAG, then: !expr TEXT}\n"
	      "  b: !if {when: FLAG, then: {x: !expr TEXT, y: [1]}, else: [!expr TEXT, {k: v}]}\n"
	      "  c: {d: !if {when: FLAG, then: 1}}\n"
	      "  e: [!if {when: FLAG, then: {f: !expr TEXT, g: h}}, i, !if {when: '!FLAG', then: j}]\n"
	      "  k: [!if {when: FLAG, then: l}]\n"
	      "  m: [{n: !if {when: FLAG, then: o}, p: !expr TEXT}, q]\n"
	      "  r: !let {set: {S: !expr TEXT}, do: !if {when: FLAG, then: !expr S}}\n"
	      "  t: !assert {that: COUNT < 9, message: many of them, then: !if {when: FLAG, then: {u: v}}}\n"
	      "- !if {when: FLAG, then: {apiVersion: v1, kind: B, metadata: {name: b}, c: !expr TEXT}}\n");
}

static void test_layout__loops(void **state)
{
	(void)state;
	check(HEAD OBJECTS OBJECT
	      "  a: !for {each: i, in: range(COUNT), do: {b: !expr i, c: !expr TEXT}}\n"
	      "  d: [x, !for {each: i, in: range(COUNT), do: !expr i}, !expr TEXT]\n"
	      "  e: [!for {each: i, in: range(COUNT), do: [!expr i]}]\n"
	      "  f: [g, !if {when: FLAG, then: !for {each: i, in: range(COUNT), do: h}}]\n"
	      "- !for {each: i, in: range(COUNT), do: {apiVersion: v1, kind: B, metadata: {name: !text 'b${i}'}, c: !expr i}}\n"
	      "- {apiVersion: v1, kind: C, metadata: {generateName: c}}\n");
}

static void test_layout__constant_text(void **state)
{
	(void)state;
	check(HEAD OBJECTS OBJECT
	      "  a: !expr TEXT\n  b: \"x\\ny\\n\"\n  c: !expr TEXT\n  d: \"x\\n\\n\"\n  e: !expr TEXT\n"
	      "  f: words and words and words and words and words and words and words and words "
	      "and words and words\n"
	      "  block: \"p\\nq\\n\"\n  behind: !if {when: FLAG, then: z}\n"
	      "  \xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9: !expr TEXT\n"
	      "  g: [\"p\\nq\", !expr TEXT]\n  h: {}\n  i: \"\"\n  j: null\n  k: 1e400\n  <<x: y\n");
}

static void test_layout__labels(void **state)
{
	const char *labels = "labels: {app: !expr string(COUNT), own: !text 'x${COUNT}', last: z}\n";
	cleanup_strbuf struct strbuf whole = STRBUF_INIT;

	(void)state;
	strbuf_addf(&whole, "%s%s%s", HEAD, labels,
		    OBJECTS OBJECT "- {apiVersion: v1, kind: B, metadata: {name: !text 'b${TEXT}'}}\n"
				   "- apiVersion: v1\n  kind: C\n  metadata:\n"
				   "    labels: {own: mine, other: !text '${TEXT}'}\n    name: x\n"
				   "- {apiVersion: v1, kind: D, metadata: {name: d, labels: {own: 1}}}\n"
				   "- {apiVersion: v1, kind: E, metadata: {name: e, labels: []}, a: !expr TEXT}\n");
	check(whole.buf);
}

static void test_layout__groups_of_openshift(void **state)
{
	(void)state;
	cleanup_strbuf struct strbuf program = STRBUF_INIT;
	const struct bind_options none = { 0 };

	compile("apiVersion: template.openshift.io/v1\nkind: Template\nmetadata: {name: t}\n"
		"parameters: [{name: A, value: x}]\nlabels: {app: '${A}'}\nobjects:\n"
		"- {apiVersion: v1, kind: DeploymentConfig, metadata: {name: '${A}'}}\n"
		"- {apiVersion: v1, kind: Service, metadata: {name: s, labels: {b: '${A}'}}}\n"
		"- {apiVersion: v1, kind: ConfigMap, metadata: {name: c}, data: {'${A}': '${{A}}', b: '${{A}}'}}\n",
		&program);
	/* The value of ${{A}} is no JSON, which is reported: that needs the objects. */
	assert_true(makes_objects(&program, &none));
	strbuf_reset(&program);
	compile("apiVersion: template.openshift.io/v1\nkind: Template\nmetadata: {name: t}\n"
		"parameters: [{name: A, value: '[1, null]'}]\nobjects:\n"
		"- {apiVersion: v1, kind: DeploymentConfig, metadata: {name: '${A}'}}\n"
		"- {apiVersion: v1, kind: ConfigMap, metadata: {name: c}, data: {'${A}': '${{A}}', b: '${{A}}'}}\n",
		&program);
	assert_false(makes_objects(&program, &none));
}

/* What a program says of the whole template does not hold for what is left of it. */
static void test_layout__residual_is_printed_anew(void **state)
{
	cleanup_error_list struct error_list diags = ERROR_LIST_INIT;
	cleanup_strbuf struct strbuf program = STRBUF_INIT, out = STRBUF_INIT;
	const struct assignment given = { .name = "TEXT", .value = "given", .value_len = 5 };
	const struct bind_options some = { .given = &given, .given_count = 1 }, none = { 0 };
	struct template *t = NULL, *rest;
	struct bindings b = { 0 };

	(void)state;
	compile(HEAD OBJECTS OBJECT "  a: !expr TEXT\n", &program);
	assert_int_equal(template_read(program.buf, program.len, "t.kmt", NULL, &t, &diags), 0);
	assert_int_equal(template_expand(t, &some, &rest, &diags), 0);
	assert_int_equal(template_bind(rest, &none, &b, &diags), 0);
	assert_int_equal(template_render_yaml(rest, &b, &out, &diags), 0);
	assert_string_equal(out.buf, "apiVersion: v1\nkind: A\nmetadata:\n  name: a\na: given\n");
	bindings_release(&b);
	template_free(t);
}

static void test_layout__damage_is_reported(void **state)
{
	cleanup_error_list struct error_list diags = ERROR_LIST_INIT;
	cleanup_strbuf struct strbuf program = STRBUF_INIT, out = STRBUF_INIT;
	const struct bind_options none = { 0 };
	struct bindings b = { 0 };
	struct template *t = NULL;
	char *at;

	(void)state;
	compile(HEAD OBJECTS OBJECT "  a: !expr TEXT\n", &program);
	at = memmem(program.buf, program.len, "kind: A\nmetadata:\n  name: a\na:", 30);
	assert_non_null(at);
	at[30] = 'x'; /* the NUL behind the run */
	/* trusted: the checksum would tell. */
	assert_int_equal(template_open(program.buf, program.len, "t.kmt", NULL, true, &t, &diags),
			 0);
	assert_int_equal(template_bind(t, &none, &b, &diags), 0);
	assert_true(template_render_yaml(t, &b, &out, &diags) < 0);
	assert_string_equal(diags.items[0].code, "T010");
	assert_int_equal(out.len, 0);
	bindings_release(&b);
	template_free(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_layout__values_of_keys),
		cmocka_unit_test(test_layout__items_of_lists),
		cmocka_unit_test(test_layout__what_may_be_nothing),
		cmocka_unit_test(test_layout__loops),
		cmocka_unit_test(test_layout__constant_text),
		cmocka_unit_test(test_layout__labels),
		cmocka_unit_test(test_layout__groups_of_openshift),
		cmocka_unit_test(test_layout__residual_is_printed_anew),
		cmocka_unit_test(test_layout__damage_is_reported),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
