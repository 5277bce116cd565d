/* SPDX-License-Identifier: Apache-2.0 */
#include "tree/jsonpath.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "tree/read.h"

/* What kubectl 1.32 prints for these, save for the order of maps, which is sorted here. */

static const char document[] =
	"{\"kind\":\"D\",\"meta\":{\"name\":\"two\",\"a.b\":\"dotted\",\"nothing\":null},"
	"\"replicas\":3,\"big\":1234567,\"f\":1.5,\"t\":true,"
	"\"list\":[\"a\",{\"b\":\"c\"},[],{},null,7],"
	"\"ports\":[{\"name\":\"http\",\"port\":80},{\"name\":\"sql\",\"port\":3306},{\"port\":9}]}";

static struct strbuf out = STRBUF_INIT;
static struct error err;

static int print(const char *path, const struct jsonpath_options *opts)
{
	cleanup_arena struct arena *a = arena_new();
	struct jsonpath *p;
	struct node *root;
	int r;

	strbuf_release(&out);
	error_release(&err);
	assert_int_equal(tree_read_json(a, document, strlen(document), "d", 0, &root, &err), 0);
	r = jsonpath_parse(a, path, strlen(path), "--output", &p, &err);
	return r < 0 ? r : jsonpath_print(p, root, opts, &out, &err);
}

static const char *printed(const char *path)
{
	static const struct jsonpath_options opts = { .numbers = GO_NUMBERS_TEXT };

	return print(path, &opts) < 0 ? err.message : out.buf;
}

static const char *float_printed(const char *path)
{
	static const struct jsonpath_options opts = { .numbers = GO_NUMBERS_FLOAT };

	return print(path, &opts) < 0 ? err.message : out.buf;
}

static void expect_bad(const char *path, uint32_t column, const char *message)
{
	assert_string_equal(printed(path), message);
	assert_int_equal(err.line, 1);
	assert_int_equal(err.column, column);
	assert_string_equal(err.file, "--output");
}

static void test_jsonpath__takes_fields(void **state)
{
	(void)state;
	assert_string_equal(printed("{.kind}"), "D");
	assert_string_equal(printed("{.meta.name}"), "two");
	assert_string_equal(printed("{['kind']}{.meta['name']}"), "Dtwo");
	assert_string_equal(printed("{$.kind} {@.kind} { .kind }"), "D D D");
	assert_string_equal(printed("{.meta.a\\.b}"), "dotted");
	assert_string_equal(printed("{.meta['a\\.b']}"), "dotted");
	/* As in kubectl, a dot parts names even in quotes. */
	assert_string_equal(printed("{.meta['a.b']}"), "");
	assert_string_equal(printed("{.none.more}x"), "x");
	assert_string_equal(printed("{.meta.nothing}"), "null");
}

static void test_jsonpath__prints_values_as_go_does(void **state)
{
	(void)state;
	assert_string_equal(printed("{.replicas} {.big} {.f} {.t}"), "3 1234567 1.5 true");
	assert_string_equal(float_printed("{.replicas} {.big}"), "3 1.234567e+06");
	assert_string_equal(printed("{.list}"), "[\"a\",{\"b\":\"c\"},[],{},null,7]");
	assert_string_equal(printed("{.list[*]}"), "a {\"b\":\"c\"} [] {} null 7");
}

static void test_jsonpath__keeps_text_and_quotes(void **state)
{
	(void)state;
	assert_string_equal(printed("plain"), "plain");
	assert_string_equal(printed("a {.kind} b"), "a D b");
	assert_string_equal(printed("{\"q\\n\"}{'s'}{\"\\u00e9\\x41\\101\"}"), "q\ns\xc3\xa9" "AA");
	assert_string_equal(printed("{1} {-2} {1.5} {true}"), "1 -2 1.5 true");
}

static void test_jsonpath__takes_items(void **state)
{
	(void)state;
	assert_string_equal(printed("{.ports[0].port} {.ports[-1].port}"), "80 9");
	assert_string_equal(printed("{.ports[0:2].port}"), "80 3306");
	assert_string_equal(printed("{.ports[::2].port}"), "80 9");
	assert_string_equal(printed("{.ports[1:].port}"), "3306 9");
	assert_string_equal(printed("{.ports[-2:].port}"), "3306 9");
	assert_string_equal(printed("{.ports[1:1].port}"), "");
	assert_string_equal(printed("{.ports[0,2].port}"), "80 9");
	assert_string_equal(printed("{.ports[0]['name', 'port']}"), "http 80");
	assert_string_equal(printed("{.ports[*].name}"), "http sql");
}

static void test_jsonpath__walks_maps_sorted(void **state)
{
	(void)state;
	assert_string_equal(printed("{.meta.*}"), "dotted two null");
	assert_string_equal(printed("{..port}"), "80 3306 9");
	assert_string_equal(printed("{..name}"), "two http sql");
}

static void test_jsonpath__filters(void **state)
{
	(void)state;
	assert_string_equal(printed("{.ports[?(@.name==\"http\")].port}"), "80");
	assert_string_equal(printed("{.ports[?(@.name!='http')].port}"), "3306");
	assert_string_equal(printed("{.ports[?(@.port>80)].port}"), "3306");
	assert_string_equal(printed("{.ports[?(@.port<=80)].port}"), "80 9");
	assert_string_equal(printed("{.ports[?(@.port>=80)].port}"), "80 3306");
	assert_string_equal(printed("{.ports[?(@.port<80)].port}"), "9");
	assert_string_equal(printed("{.ports[?(@.name)].port}"), "80 3306");
	assert_string_equal(float_printed("{.ports[?(@.port==80.0)].name}"), "http");
	expect_bad("{.kind[?(@.x)]}", 7, "cannot filter a string: it is no list");
	expect_bad("{.ports[?(@.name==1)]}", 8, "cannot compare a string with a number");
	assert_string_equal(float_printed("{.ports[?(@.port==80)]}"),
			    "cannot compare a number of this output with a whole number");
	assert_string_equal(err.hint, "write '80.0', as kubectl needs it here");
}

static void test_jsonpath__ranges(void **state)
{
	(void)state;
	assert_string_equal(printed("{range .ports[*]}{.name}={.port},{end}."),
			    "http=80,sql=3306,=9,.");
	assert_string_equal(printed("{range .ports[*]}{range .name}[{@}]{end}{end}"),
			    "[http][sql]");
	assert_string_equal(printed("{range .none[*]}{range .more[*]}x{end}y{end}z"), "z");
	expect_bad("{end}", 2, "'end' stands outside of a range");
}

static void test_jsonpath__as_json_lists_results(void **state)
{
	static const struct jsonpath_options opts = { .as_json = true,
						      .numbers = GO_NUMBERS_FLOAT };

	(void)state;
	assert_int_equal(print("{.ports[*].port}", &opts), 0);
	assert_string_equal(out.buf, "[\n    80,\n    3306,\n    9\n]\n");
	assert_int_equal(print("{.none}", &opts), 0);
	assert_string_equal(out.buf, "[]\n");
}

static void test_jsonpath__missing_can_be_an_error(void **state)
{
	static const struct jsonpath_options opts = { .missing_is_error = true };

	(void)state;
	assert_int_equal(print("{.kind.x}", &opts), -ERR_INVALID);
	assert_string_equal(err.message, "there is no field 'x'");
	assert_int_equal(err.column, 8);
}

static void test_jsonpath__errors_have_a_column(void **state)
{
	(void)state;
	expect_bad("a{.kind", 8, "cannot read the jsonpath: '{' is not closed");
	expect_bad("{.ports[0}", 8, "cannot read the jsonpath: '[' is not closed");
	expect_bad("{.ports[x]}", 9, "cannot read the jsonpath: 'x' is no index");
	expect_bad("{.ports[1:2:3:4]}", 9, "cannot read the jsonpath: '1:2:3:4' is no index");
	expect_bad("{.ports[?(@.a}", 8, "cannot read the jsonpath: the filter does not end");
	expect_bad("{.ports[?(@.a=~1)]}", 14, "cannot read the jsonpath: there is no operator '='");
	expect_bad("{foo}", 2, "cannot read the jsonpath: 'foo' is neither 'range' nor 'end', "
			       "nor begins with '.'");
	expect_bad("{\"x}", 2, "cannot read the jsonpath: the quoted text does not end");
	expect_bad("{1.2.3}", 2, "cannot read the jsonpath: '1.2.3' is no number");
	expect_bad("{#}", 2, "cannot read the jsonpath: '#' means nothing here");
	expect_bad("{.ports[7]}", 9, "index 7 is outside the list, which has 3 items");
	expect_bad("{.ports[2:1]}", 9, "the slice begins at 2, behind its end 1");
	expect_bad("{.ports[0:2:0]}", 9, "the step of a slice must be greater than 0");
	expect_bad("{.kind[0]}", 8, "cannot take an item of a string");
}

static void test_jsonpath__bounds_its_results(void **state)
{
	static const struct jsonpath_options opts = { .limit = 10 };

	(void)state;
	assert_int_equal(print("{.ports[*,*].port}", &opts), -ERR_LIMIT);
	assert_string_equal(err.message, "the jsonpath makes more than 10 values");
}

static void test_jsonpath__nesting_is_bounded(void **state)
{
	cleanup_strbuf struct strbuf path = STRBUF_INIT;

	(void)state;
	strbuf_addstr(&path, "{.ports");
	for (int i = 0; i < 600; i++)
		strbuf_addstr(&path, "[?(@");
	for (int i = 0; i < 600; i++)
		strbuf_addstr(&path, ")]");
	strbuf_addstr(&path, "}");
	printed(path.buf);
	assert_int_equal(err.class, ERR_INVALID);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_jsonpath__takes_fields),
		cmocka_unit_test(test_jsonpath__prints_values_as_go_does),
		cmocka_unit_test(test_jsonpath__keeps_text_and_quotes),
		cmocka_unit_test(test_jsonpath__takes_items),
		cmocka_unit_test(test_jsonpath__walks_maps_sorted),
		cmocka_unit_test(test_jsonpath__filters),
		cmocka_unit_test(test_jsonpath__ranges),
		cmocka_unit_test(test_jsonpath__as_json_lists_results),
		cmocka_unit_test(test_jsonpath__missing_can_be_an_error),
		cmocka_unit_test(test_jsonpath__errors_have_a_column),
		cmocka_unit_test(test_jsonpath__bounds_its_results),
		cmocka_unit_test(test_jsonpath__nesting_is_bounded),
	};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);

	strbuf_release(&out);
	error_release(&err);
	return failed;
}
