/* SPDX-License-Identifier: Apache-2.0 */
#include "tree/gotemplate.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "tree/read.h"

/* Compared with what Go's text/template prints. */

static const char document[] =
	"{\"kind\":\"D\",\"meta\":{\"name\":\"two\",\"a.b\":\"dotted\",\"nothing\":null},"
	"\"replicas\":3,\"big\":1234567,\"huge\":1e21,\"f\":1.5,\"t\":true,\"b64\":\"aGVsbG8=\","
	"\"list\":[\"a\",{\"b\":\"c\"},null,7],\"empty\":[],"
	"\"ports\":[{\"name\":\"http\",\"port\":80},{\"name\":\"sql\",\"port\":3306}]}";

static struct strbuf out = STRBUF_INIT;
static struct error err;

static const char *print(const char *text, const struct gotemplate_options *opts)
{
	cleanup_arena struct arena *a = arena_new();
	struct gotemplate *t;
	struct node *root;

	strbuf_release(&out);
	error_release(&err);
	assert_int_equal(tree_read_json(a, document, strlen(document), "d", 0, &root, &err), 0);
	if (gotemplate_parse(a, text, strlen(text), "--output", &t, &err) < 0 ||
	    gotemplate_print(t, root, opts, &out, &err) < 0)
		return err.message;
	return out.buf;
}

static const char *printed(const char *text)
{
	return print(text, NULL);
}

static void expect(const char *text, const char *want)
{
	assert_string_equal(printed(text), want);
	assert_int_equal(err.class, 0);
}

static void expect_bad(const char *text, uint32_t column, const char *message)
{
	assert_string_equal(printed(text), message);
	assert_int_equal(err.class, ERR_INVALID);
	assert_int_equal(err.line, 1);
	assert_int_equal(err.column, column);
}

static void test_gotemplate__prints_fields(void **state)
{
	(void)state;
	expect("plain", "plain");
	expect("{{.kind}} {{ .meta.name }}", "D two");
	expect("{{.none}} {{.none.more}} {{.meta.nothing}}",
	       "<no value> <no value> <no value>");
	expect("{{(.meta).name}} {{(index .ports 1).name}}", "two sql");
	expect_bad("{{.kind.x}}", 3, "cannot take the field 'x' of a string");
	expect_bad("{{.meta.nothing.x}}", 3, "cannot take the field 'x' of null");
}

static void test_gotemplate__prints_values_as_go_does(void **state)
{
	(void)state;
	expect("{{.replicas}} {{.big}} {{.huge}} {{.f}} {{.t}}", "3 1234567 1e+21 1.5 true");
	expect("{{.list}}", "[a map[b:c] <nil> 7]");
	expect("{{.meta}}", "map[a.b:dotted name:two nothing:<nil>]");
}

static void test_gotemplate__takes_literals(void **state)
{
	(void)state;
	expect("{{1}} {{-2}} {{1.5}} {{0x1F}} {{0b11}} {{0o17}} {{1_000}} {{1e3}}",
	       "1 -2 1.5 31 3 15 1000 1000");
	expect("{{\"a\\n\\t\\\"\\u00e9\\x41\"}}{{`raw\\n`}}{{'a'}}", "a\n\t\"\xc3\xa9" "Araw\\n97");
	expect("{{true}}{{false}}", "truefalse");
	expect_bad("{{nil}}", 3, "'nil' cannot stand alone");
}

static void test_gotemplate__chooses(void **state)
{
	(void)state;
	expect("{{if .kind}}y{{else}}n{{end}}", "y");
	expect("{{if .none}}y{{else if .t}}z{{else}}n{{end}}", "z");
	expect("{{if .empty}}y{{else}}n{{end}}", "n");
	expect("{{with .meta}}{{.name}}{{else}}n{{end}}", "two");
	expect("{{with .none}}y{{else with .kind}}{{.}}{{else}}n{{end}}", "D");
	expect("{{if and .kind (eq .replicas 3)}}y{{end}}", "y");
}

static void test_gotemplate__ranges(void **state)
{
	(void)state;
	expect("{{range .ports}}{{.name}},{{end}}", "http,sql,");
	expect("{{range $i, $e := .ports}}{{$i}}:{{$e.port}} {{end}}", "0:80 1:3306 ");
	expect("{{range $e := .ports}}{{$e.port}} {{end}}", "80 3306 ");
	expect("{{range $k, $v := .meta}}{{$k}}={{$v}};{{end}}",
	       "a.b=dotted;name=two;nothing=<no value>;");
	expect("{{range .empty}}x{{else}}none{{end}}{{range .none}}x{{else}}none{{end}}",
	       "nonenone");
	expect("{{range 3}}{{.}}{{end}}", "012");
	expect("{{range .ports}}{{if eq .name \"http\"}}{{continue}}{{end}}{{.name}}{{end}}",
	       "sql");
	expect("{{range .ports}}{{.name}}{{break}}{{end}}", "http");
	expect("{{range .ports}}{{$.kind}}{{end}}", "DD");
	expect_bad("{{range .kind}}{{end}}", 3, "cannot range over a string");
}

static void test_gotemplate__has_variables(void **state)
{
	(void)state;
	expect("{{$x := .kind}}{{$x}}", "D");
	expect("{{$x := 1}}{{if .t}}{{$x = 2}}{{end}}{{$x}}", "2");
	expect("{{$x := 1}}{{if .t}}{{$x := 2}}{{$x}}{{end}}{{$x}}", "21");
	expect("{{$l := 0}}{{range $l = .ports}}{{end}}{{$l.name}}", "sql");
	expect_bad("{{$x}}", 3, "cannot read the go-template: there is no variable '$x'");
	expect_bad("{{if $x := 1}}{{end}}{{$x}}", 24,
		   "cannot read the go-template: there is no variable '$x'");
}

static void test_gotemplate__trims_and_skips_comments(void **state)
{
	(void)state;
	expect("a \n{{- .kind -}}\n b", "aDb");
	expect("a {{/* no */}} b", "a  b");
	expect("a {{- /* no */ -}} b", "ab");
	expect("{{-1}}", "-1");
	expect("{{.kind\n}}", "D");
}

static void test_gotemplate__calls_functions(void **state)
{
	(void)state;
	expect("{{len .ports}} {{len .kind}} {{.meta | len}}", "2 1 3");
	expect("{{index .meta \"a.b\"}} {{index .ports 1 \"name\"}} {{index .meta \"x\"}}",
	       "dotted sql <no value>");
	expect("{{eq .kind \"a\" \"D\"}} {{ne 1 2}} {{lt 1 2}} {{le 2 2}} {{gt 1 2}} {{ge 2 2}}",
	       "true true true true false true");
	expect("{{eq .none nil}} {{eq .none \"x\"}}", "true false");
	expect("{{and 1 0 2}} {{and 1 2}} {{or 0 \"\" \"x\"}} {{not .none}}", "0 2 x true");
	expect("{{.b64 | base64decode}}", "hello");
	expect("{{exists . \"kind\"}} {{exists . \"meta\" \"x\"}}", "true false");
	expect("{{print 1 2 \"a\" \"b\" 3}}|{{println \"a\" 1}}", "1 2ab3|a 1\n");
	expect_bad("{{len .none}}", 3, "'len' cannot measure no value");
	expect_bad("{{index .ports 9}}", 3, "index 9 is out of range: there are 2");
	expect_bad("{{eq .kind 1}}", 3, "'eq' cannot compare a string with a number");
	expect_bad("{{lt 1 1.5}}", 3, "'lt' cannot compare a number with a number");
	expect_bad("{{base64decode \"?\"}}", 3, "the text is not base64");
	expect_bad("{{not}}", 3, "'not' takes 1 argument, not 0");
	expect_bad("{{eq 1}}", 3, "'eq' takes at least 2 arguments, not 1");
}

static void test_gotemplate__prints_by_format(void **state)
{
	(void)state;
	expect("{{printf \"%s-%d|%5d|%-5d|%05d|%+d\" .kind 1 2 3 4 5}}",
	       "D-1|    2|3    |00004|+5");
	expect("{{printf \"%v %q %t %x %X %c %%\" .list .kind true \"hi\" 255 65}}",
	       "[a map[b:c] <nil> 7] \"D\" true 6869 FF A %");
	expect("{{printf \"%.2f %8.3f|%e %g\" 3.14159 2.5 1.5 .f}}",
	       "3.14    2.500|1.500000e+00 1.5");
	expect("{{printf \"%10s|%-10s|%.1s\" \"ab\" \"cd\" \"ef\"}}", "        ab|cd        |e");
	expect("{{printf \"%*d\" 4 7}}", "   7");
	expect("{{printf \"%d\" \"a\"}} {{printf \"%d\"}} {{printf \"x\" \"y\"}}",
	       "%!d(string=a) %!d(MISSING) x%!(EXTRA string=y)");
	expect("{{printf \"%s\" .none}} {{printf \"%\"}}", "%!s(<nil>) %!(NOVERB)");
}

static void test_gotemplate__missing_can_be_an_error(void **state)
{
	static const struct gotemplate_options opts = { .missing_is_error = true };

	(void)state;
	assert_string_equal(print("{{.none}}", &opts), "there is no field 'none'");
	assert_int_equal(err.column, 3);
}

static void test_gotemplate__names_what_is_not_supported(void **state)
{
	(void)state;
	expect_bad("x{{define \"a\"}}{{end}}", 4,
		   "cannot read the go-template: 'define' is not supported");
	expect_bad("{{template \"a\"}}", 3,
		   "cannot read the go-template: 'template' is not supported");
	expect_bad("{{.kind | html}}", 11,
		   "cannot read the go-template: the function 'html' is not supported");
	expect_bad("{{foo}}", 3, "cannot read the go-template: there is no function 'foo'");
}

static void test_gotemplate__errors_have_a_column(void **state)
{
	(void)state;
	expect_bad("{{.kind", 8, "cannot read the go-template: '{{' is not closed");
	expect_bad("{{if .kind}}x", 3, "cannot read the go-template: 'if' has no '{{end}}'");
	expect_bad("{{end}}", 8,
		   "cannot read the go-template: 'end' stands outside of if, range and with");
	expect_bad("{{}}", 3, "cannot read the go-template: there is no value for 'action'");
	expect_bad("{{(.kind}}", 3, "cannot read the go-template: '(' is not closed");
	expect_bad("{{.a-b}}", 5, "cannot read the go-template: expected a blank, '|' or '}}'");
	expect_bad("{{\"x}}", 3, "cannot read the go-template: the quoted text does not end");
	expect_bad("{{1x}}", 3, "cannot read the go-template: '1x' is no number");
	expect_bad("{{1 | 2}}", 7,
		   "cannot read the go-template: what stands behind '|' must be a function");
	expect_bad("{{break}}", 3, "cannot read the go-template: 'break' stands outside of a range");
	expect_bad("{{.kind 1}}", 3, "this is no function, and cannot take an argument");
}

static void test_gotemplate__bounds_its_work(void **state)
{
	static const struct gotemplate_options small = { .limit = 100000, .steps = 10000 };
	cleanup_strbuf struct strbuf deep = STRBUF_INIT;

	(void)state;
	print("{{range 1000}}{{range 1000}}{{end}}{{end}}", &small);
	assert_int_equal(err.class, ERR_LIMIT);
	print("{{range 2000}}{{printf \"%1000d\" 1}}{{end}}", &small);
	assert_int_equal(err.class, ERR_LIMIT);
	strbuf_addstr(&deep, "{{");
	strbuf_addchars(&deep, '(', 100000);
	printed(deep.buf);
	assert_int_equal(err.class, ERR_INVALID);
	strbuf_reset(&deep);
	for (int i = 0; i < 10000; i++)
		strbuf_addstr(&deep, "{{if .x}}");
	printed(deep.buf);
	assert_int_equal(err.class, ERR_INVALID);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_gotemplate__prints_fields),
		cmocka_unit_test(test_gotemplate__prints_values_as_go_does),
		cmocka_unit_test(test_gotemplate__takes_literals),
		cmocka_unit_test(test_gotemplate__chooses),
		cmocka_unit_test(test_gotemplate__ranges),
		cmocka_unit_test(test_gotemplate__has_variables),
		cmocka_unit_test(test_gotemplate__trims_and_skips_comments),
		cmocka_unit_test(test_gotemplate__calls_functions),
		cmocka_unit_test(test_gotemplate__prints_by_format),
		cmocka_unit_test(test_gotemplate__missing_can_be_an_error),
		cmocka_unit_test(test_gotemplate__names_what_is_not_supported),
		cmocka_unit_test(test_gotemplate__errors_have_a_column),
		cmocka_unit_test(test_gotemplate__bounds_its_work),
	};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);

	strbuf_release(&out);
	error_release(&err);
	return failed;
}
