/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/parse.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"

struct opts {
	bool raw, all;
	const char *file;
	struct option_list params;
	int64_t count, timeout;
	int to;
};

static const char *const targets[] = { "kubernetes", "openshift", NULL };

static const struct option_spec options[] = {
	OPT_FLAG('r', "raw", struct opts, raw, "raw"),
	OPT_FLAG('a', "all", struct opts, all, "all"),
	OPT_STRING('f', "filename", struct opts, file, "FILE", "file"),
	OPT_LIST('p', "param", struct opts, params, "NAME=VALUE", "parameter"),
	OPT_INTEGER('c', "count", struct opts, count, "N", "count", .fallback = "3", .minimum = 1,
		    .maximum = 9),
	OPT_DURATION(0, "timeout", struct opts, timeout, "timeout", .fallback = "30m"),
	OPT_CHOICE(0, "to", struct opts, to, "KIND", targets, "target"),
	OPT_STRING(0, "secret", struct opts, file, "X", "hidden", .flags = OPTION_HIDDEN),
	OPT_END
};

static const struct arg_spec args[] = {
	{ "TEMPLATE", "template", 1, 1, NULL },
	{ "NAME=VALUE", "parameters", 0, 2, NULL },
	ARG_END
};

static const struct command cmd = {
	.words = "render",
	.args = args,
	.options = options,
	.opts_size = sizeof(struct opts),
	.formats = FORMAT_JSON | FORMAT_YAML | FORMAT_KUBECTL_TEMPLATES,
	.default_format = FORMAT_YAML,
	.globals = GLOBAL_NAMESPACE,
};

struct fixture {
	struct parsed p;
	struct error err;
	struct opts *o;
};

#define PARSE(f, ...)                                                                              \
	({                                                                                         \
		static const char *const words_[] = { __VA_ARGS__ };                               \
		parse(f, ARRAY_SIZE(words_), words_);                                              \
	})

static int parse(struct fixture *f, size_t argc, const char *const *argv)
{
	int r = parse_line(&cmd, argc, argv, 0, &f->p, &f->err);

	f->o = f->p.opts;
	return r;
}

static void done(struct fixture *f)
{
	parsed_release(&f->p);
	error_release(&f->err);
}

static void expect_error(struct fixture *f, int r, const char *message, const char *hint)
{
	assert_int_equal(r, -ERR_USAGE);
	assert_string_equal(f->err.message, message);
	if (hint)
		assert_string_equal(f->err.hint, hint);
	else
		assert_null(f->err.hint);
	done(f);
}

static void test_parse__sets_defaults(void **state UNUSED)
{
	struct fixture f = { 0 };

	assert_int_equal(PARSE(&f, "t"), 0);
	assert_false(f.o->raw);
	assert_null(f.o->file);
	assert_int_equal(f.o->count, 3);
	assert_int_equal(f.o->timeout, 30 * 60 * 1000);
	assert_int_equal(f.o->to, -1);
	assert_int_equal(f.p.format, FORMAT_YAML);
	assert_int_equal(f.p.dash, -1);
	done(&f);
}

static void test_parse__takes_every_spelling_of_a_value(void **state UNUSED)
{
	struct fixture f = { 0 };

	assert_int_equal(PARSE(&f, "t", "-p", "A=1", "-pB=2", "-p=C=3", "--param", "D=4",
			       "--param=E=5"),
			 0);
	assert_int_equal(f.o->params.len, 5);
	assert_string_equal(f.o->params.v[0], "A=1");
	assert_string_equal(f.o->params.v[1], "B=2");
	assert_string_equal(f.o->params.v[2], "C=3");
	assert_string_equal(f.o->params.v[3], "D=4");
	assert_string_equal(f.o->params.v[4], "E=5");
	done(&f);
}

static void test_parse__keeps_commas_in_lists(void **state UNUSED)
{
	struct fixture f = { 0 };

	assert_int_equal(PARSE(&f, "t", "-p", "A=1,B=2"), 0);
	assert_int_equal(f.o->params.len, 1);
	assert_string_equal(f.o->params.v[0], "A=1,B=2");
	done(&f);
}

static void test_parse__joins_short_flags(void **state UNUSED)
{
	struct fixture f = { 0 };

	assert_int_equal(PARSE(&f, "-raf", "x.yaml", "t"), 0);
	assert_true(f.o->raw);
	assert_true(f.o->all);
	assert_string_equal(f.o->file, "x.yaml");
	assert_int_equal(f.p.argc, 1);
	done(&f);
	assert_int_equal(PARSE(&f, "-rafx.yaml", "t"), 0);
	assert_string_equal(f.o->file, "x.yaml");
	done(&f);
}

static void test_parse__takes_true_and_false_for_flags(void **state UNUSED)
{
	struct fixture f = { 0 };

	assert_int_equal(PARSE(&f, "--raw=false", "--all=T", "t"), 0);
	assert_false(f.o->raw);
	assert_true(f.o->all);
	done(&f);
	assert_int_equal(PARSE(&f, "-r=0", "t"), 0);
	assert_false(f.o->raw);
	done(&f);
	/* The word behind a flag is not its value. */
	assert_int_equal(PARSE(&f, "--raw", "false"), 0);
	assert_true(f.o->raw);
	assert_string_equal(f.p.args[0], "false");
	done(&f);
	expect_error(&f, PARSE(&f, "--raw=maybe"),
		     "option '--raw': expected true or false, got 'maybe'", NULL);
}

static void test_parse__ends_options_at_double_dash(void **state UNUSED)
{
	struct fixture f = { 0 };

	assert_int_equal(PARSE(&f, "t", "--", "--raw", "-"), 0);
	assert_int_equal(f.p.argc, 3);
	assert_int_equal(f.p.dash, 1);
	assert_string_equal(f.p.args[1], "--raw");
	assert_null(f.p.args[3]);
	assert_false(f.o->raw);
	done(&f);
}

static void test_parse__takes_a_lone_dash_as_positional(void **state UNUSED)
{
	struct fixture f = { 0 };

	assert_int_equal(PARSE(&f, "-"), 0);
	assert_string_equal(f.p.args[0], "-");
	done(&f);
	assert_int_equal(PARSE(&f, "-f", "-", "t"), 0);
	assert_string_equal(f.o->file, "-");
	done(&f);
}

static void test_parse__takes_dash_words_as_values(void **state UNUSED)
{
	struct fixture f = { 0 };

	assert_int_equal(PARSE(&f, "t", "-f", "--raw"), 0);
	assert_string_equal(f.o->file, "--raw");
	assert_false(f.o->raw);
	done(&f);
}

static void test_parse__lets_the_last_scalar_win(void **state UNUSED)
{
	struct fixture f = { 0 };

	assert_int_equal(PARSE(&f, "t", "-f", "a", "-f", "b", "-f="), 0);
	assert_string_equal(f.o->file, "");
	done(&f);
}

static void test_parse__suggests_option_names(void **state UNUSED)
{
	struct fixture f = { 0 };

	expect_error(&f, PARSE(&f, "--parm", "A=1"), "unknown option '--parm' for 'render'",
		     "did you mean '--param'?");
	expect_error(&f, PARSE(&f, "--namespac=x"), "unknown option '--namespac' for 'render'",
		     "did you mean '--namespace'?");
	expect_error(&f, PARSE(&f, "--secre=x"), "unknown option '--secre' for 'render'", NULL);
	expect_error(&f, PARSE(&f, "-raw"), "unknown option '-w' for 'render'",
		     "did you mean '--raw'?");
	expect_error(&f, PARSE(&f, "-count=3"), "option '--count': expected a whole number from 1 "
						"to 9, got 'ount=3'", NULL);
	expect_error(&f, PARSE(&f, "-timeout=3"), "unknown option '-t' for 'render'",
		     "did you mean '--timeout=3'?");
}

static void test_parse__refuses_abbreviations(void **state UNUSED)
{
	struct fixture f = { 0 };

	expect_error(&f, PARSE(&f, "t", "--par", "A=1"), "unknown option '--par' for 'render'",
		     "did you mean '--param'?");
}

static void test_parse__refuses_globals_that_are_not_declared(void **state UNUSED)
{
	struct fixture f = { 0 };

	expect_error(&f, PARSE(&f, "t", "--kubeconfig=x"),
		     "unknown option '--kubeconfig' for 'render'", NULL);
	assert_int_equal(PARSE(&f, "t", "-nprod"), 0);
	assert_string_equal(f.p.globals.namespace_, "prod");
	done(&f);
}

static void test_parse__wants_values(void **state UNUSED)
{
	struct fixture f = { 0 };

	expect_error(&f, PARSE(&f, "t", "-p"), "option '--param' needs a value: --param=NAME=VALUE",
		     NULL);
	expect_error(&f, PARSE(&f, "t", "--filename"),
		     "option '--filename' needs a value: --filename=FILE", NULL);
}

static void test_parse__checks_integers(void **state UNUSED)
{
	struct fixture f = { 0 };
	static const char *const bad[] = { "0", "10", "x", "3x", "", " 3", "99999999999999999999",
					   "-1", "+" };

	assert_int_equal(PARSE(&f, "t", "-c9"), 0);
	assert_int_equal(f.o->count, 9);
	done(&f);
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		const char *words[] = { "t", "-c", bad[i] };

		assert_int_equal(parse(&f, 3, words), -ERR_USAGE);
		done(&f);
	}
}

static void test_parse__checks_choices(void **state UNUSED)
{
	struct fixture f = { 0 };

	assert_int_equal(PARSE(&f, "t", "--to=openshift"), 0);
	assert_int_equal(f.o->to, 1);
	done(&f);
	expect_error(&f, PARSE(&f, "t", "--to", "openshit"),
		     "option '--to': unknown value 'openshit'",
		     "did you mean 'openshift'? It takes: kubernetes, openshift");
	expect_error(&f, PARSE(&f, "t", "--to=x"), "option '--to': unknown value 'x'",
		     "it takes: kubernetes, openshift");
}

static void test_parse__counts_positionals(void **state UNUSED)
{
	struct fixture f = { 0 };

	expect_error(&f, parse(&f, 0, NULL), "'render' needs an argument: TEMPLATE", NULL);
	expect_error(&f, PARSE(&f, "t", "A=1", "B=2", "C=3"),
		     "'render' takes at most 3 arguments, 'C=3' is one more", NULL);
}

static void test_parse__chooses_formats(void **state UNUSED)
{
	struct fixture f = { 0 };

	assert_int_equal(PARSE(&f, "t", "-ojson"), 0);
	assert_int_equal(f.p.format, FORMAT_JSON);
	done(&f);
	assert_int_equal(PARSE(&f, "t", "-o=jsonpath={.items[?(@.a==\"b\")]}"), 0);
	assert_int_equal(f.p.format, FORMAT_JSONPATH);
	assert_string_equal(f.p.format_arg, "{.items[?(@.a==\"b\")]}");
	done(&f);
	assert_int_equal(PARSE(&f, "t", "-o", "go-template", "--template", "{{.x}}"), 0);
	assert_int_equal(f.p.format, FORMAT_GO_TEMPLATE);
	assert_string_equal(f.p.format_arg, "{{.x}}");
	done(&f);
	assert_int_equal(PARSE(&f, "t", "--template={{.x}}"), 0);
	assert_int_equal(f.p.format, FORMAT_GO_TEMPLATE);
	done(&f);
	assert_int_equal(PARSE(&f, "t", "-ojson", "--template={{.x}}"), 0);
	assert_int_equal(f.p.format, FORMAT_JSON);
	done(&f);
}

static void test_parse__refuses_formats(void **state UNUSED)
{
	static const char list[] =
		"it writes: json, yaml, jsonpath=…, jsonpath-as-json=…, jsonpath-file=…, "
		"go-template=…, go-template-file=…, template=…, templatefile=…";
	struct fixture f = { 0 };

	expect_error(&f, PARSE(&f, "t", "-o", "csv"), "unknown output format 'csv' for 'render'",
		     list);
	expect_error(&f, PARSE(&f, "t", "-ojson=x"), "unknown output format 'json=x' for 'render'",
		     "did you mean 'json'? It writes: json, yaml, jsonpath=…, jsonpath-as-json=…, "
		     "jsonpath-file=…, go-template=…, go-template-file=…, template=…, "
		     "templatefile=…");
	expect_error(&f, PARSE(&f, "t", "-o="), "unknown output format '' for 'render'", list);
	expect_error(&f, PARSE(&f, "t", "-o=jsonpath"),
		     "output format 'jsonpath' needs a text: -o jsonpath=TEXT", NULL);
	expect_error(&f, PARSE(&f, "t", "-o=jsonpath="),
		     "output format 'jsonpath' needs a text: -o jsonpath=TEXT", NULL);
}

static void test_parse__stops_at_help(void **state UNUSED)
{
	struct fixture f = { 0 };

	assert_int_equal(PARSE(&f, "--help", "--nonsense"), 0);
	assert_true(f.p.help);
	done(&f);
	assert_int_equal(PARSE(&f, "-rh"), 0);
	assert_true(f.p.help);
	done(&f);
	/* Behind -- it is a word like any other. */
	assert_int_equal(PARSE(&f, "--", "-h"), 0);
	assert_false(f.p.help);
	done(&f);
}

static void test_parse__survives_odd_words(void **state UNUSED)
{
	struct fixture f = { 0 };
	static const char *const odd[] = { "--=", "---", "-=", "-\xff", "-\xc3\xa9", "--\xff",
					   "--=x", "-r=" };

	for (size_t i = 0; i < ARRAY_SIZE(odd); i++) {
		assert_int_equal(parse(&f, 1, &odd[i]), -ERR_USAGE);
		done(&f);
	}
	assert_int_equal(PARSE(&f, ""), 0);
	assert_string_equal(f.p.args[0], "");
	done(&f);
}

static void test_parse__partial_goes_on_after_errors(void **state UNUSED)
{
	static const char *const words[] = { "--nonsense", "t", "-c", "x", "-p", "A=1", "-p" };
	struct fixture f = { 0 };

	assert_int_equal(parse_line(&cmd, ARRAY_SIZE(words), words, PARSE_PARTIAL, &f.p, &f.err),
			 0);
	assert_int_equal(f.err.class, 0);
	assert_int_equal(f.p.argc, 1);
	assert_string_equal(f.p.pending->long_name, "param");
	assert_int_equal(((struct opts *)f.p.opts)->params.len, 1);
	done(&f);
}

static void test_parse__leaves_raw_words_alone(void **state UNUSED)
{
	static const struct arg_spec any[] = { { "WORD", "words", 0, ARGS_ANY, NULL }, ARG_END };
	static const struct command raw = { .words = "raw", .args = any, .raw_args = true };
	static const char *const words[] = { "-h", "--", "--x" };
	struct fixture f = { 0 };

	assert_int_equal(parse_line(&raw, 3, words, 0, &f.p, &f.err), 0);
	assert_int_equal(f.p.argc, 3);
	done(&f);
}

static void test_command_find__takes_the_longest(void **state UNUSED)
{
	static const struct command a = { .words = "template" }, b = { .words = "template list" };
	static const struct command *const all[] = { &a, &b, NULL };
	static const struct program p = { .commands = all };
	static const char *const words[] = { "template", "list", "x" };
	size_t used;

	assert_ptr_equal(command_find(&p, 3, words, &used), &b);
	assert_int_equal(used, 2);
	assert_ptr_equal(command_find(&p, 1, words, &used), &a);
	assert_int_equal(used, 1);
	assert_null(command_find(&p, 1, words + 1, &used));
	assert_null(command_find(&p, 0, words, &used));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parse__sets_defaults),
		cmocka_unit_test(test_parse__takes_every_spelling_of_a_value),
		cmocka_unit_test(test_parse__keeps_commas_in_lists),
		cmocka_unit_test(test_parse__joins_short_flags),
		cmocka_unit_test(test_parse__takes_true_and_false_for_flags),
		cmocka_unit_test(test_parse__ends_options_at_double_dash),
		cmocka_unit_test(test_parse__takes_a_lone_dash_as_positional),
		cmocka_unit_test(test_parse__takes_dash_words_as_values),
		cmocka_unit_test(test_parse__lets_the_last_scalar_win),
		cmocka_unit_test(test_parse__suggests_option_names),
		cmocka_unit_test(test_parse__refuses_abbreviations),
		cmocka_unit_test(test_parse__refuses_globals_that_are_not_declared),
		cmocka_unit_test(test_parse__wants_values),
		cmocka_unit_test(test_parse__checks_integers),
		cmocka_unit_test(test_parse__checks_choices),
		cmocka_unit_test(test_parse__counts_positionals),
		cmocka_unit_test(test_parse__chooses_formats),
		cmocka_unit_test(test_parse__refuses_formats),
		cmocka_unit_test(test_parse__stops_at_help),
		cmocka_unit_test(test_parse__survives_odd_words),
		cmocka_unit_test(test_parse__partial_goes_on_after_errors),
		cmocka_unit_test(test_parse__leaves_raw_words_alone),
		cmocka_unit_test(test_command_find__takes_the_longest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
