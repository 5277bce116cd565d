/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/complete.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"

struct opts {
	bool flag;
	const char *file;
	struct option_list params;
	int kind;
};

static const char *const kinds[] = { "red", "green", NULL };

/* Shows what a completer is told. */
static void complete_told(const struct completion_request *rq, struct completions *out)
{
	const struct opts *o = rq->opts;
	cleanup_strbuf struct strbuf text = STRBUF_INIT;

	strbuf_addf(&text, "%sword=%s", rq->word, rq->word);
	for (size_t i = 0; i < rq->argc; i++)
		strbuf_addf(&text, " arg=%s", rq->args[i]);
	if (o->file)
		strbuf_addf(&text, " file=%s", completion_option(rq, "filename"));
	if (rq->globals->namespace_)
		strbuf_addf(&text, " namespace=%s", rq->globals->namespace_);
	completions_add(out, text.buf, "told\nand no more");
}

static const struct option_spec options[] = {
	OPT_FLAG('r', "raw", struct opts, flag, "raw"),
	OPT_STRING('f', "filename", struct opts, file, "FILE", "file", .complete = complete_file),
	OPT_LIST('p', "param", struct opts, params, "X", "parameter", .complete = complete_told),
	OPT_CHOICE(0, "kind", struct opts, kind, "KIND", kinds, "kind"),
	OPT_STRING(0, "hidden", struct opts, file, "X", "no", .flags = OPTION_HIDDEN),
	OPT_END
};

static const struct arg_spec args[] = {
	{ "A", "first", 1, 1, complete_told }, { "B", "rest", 0, 2, complete_directory }, ARG_END
};

static const struct command do_it = {
	.words = "do it",
	.summary = "do it",
	.options = options,
	.opts_size = sizeof(struct opts),
	.args = args,
	.formats = FORMAT_JSON | FORMAT_JSONPATH,
	.default_format = FORMAT_JSON,
	.globals = GLOBAL_NAMESPACE,
};
static const struct command do_not = { .words = "do not", .summary = "leave it" };
static const struct command hidden = { .words = "__done", .summary = "no", .hidden = true };
static const struct command *const commands[] = { &do_it, &do_not, &hidden, NULL };
static const struct command_family families[] = { { "do", "what to do" }, { NULL, NULL } };
static const struct program program = { .commands = commands, .families = families };

#define EXPECT(want, ...)                                                                          \
	do {                                                                                       \
		static const char *const words_[] = { __VA_ARGS__ };                               \
		expect(want, ARRAY_SIZE(words_), words_);                                          \
	} while (0)

static void expect(const char *want, size_t argc, const char *const *argv)
{
	cleanup_strbuf struct strbuf out = STRBUF_INIT;
	struct completions c;

	complete_words(&program, argc, argv, &c);
	completions_print(&c, &out);
	completions_release(&c);
	assert_string_equal(out.buf, want);
}

static void test_complete__offers_families_once(void **state UNUSED)
{
	EXPECT("do\twhat to do\n:4\n", "");
	EXPECT("do\twhat to do\n:4\n", "d");
	EXPECT(":4\n", "x");
}

static void test_complete__offers_the_commands_of_a_family(void **state UNUSED)
{
	EXPECT("it\tdo it\nnot\tleave it\n:4\n", "do", "");
	EXPECT("not\tleave it\n:4\n", "do", "n");
}

static void test_complete__tells_what_stands_before(void **state UNUSED)
{
	EXPECT("word=\ttold\n:4\n", "do", "it", "");
	EXPECT("aword=a file=x namespace=y\ttold\n:4\n", "do", "it", "-fx", "--namespace", "y", "a");
	EXPECT("vword=v arg=a\ttold\n:4\n", "do", "it", "a", "-p", "v");
	EXPECT("--param=vword=v\ttold\n:4\n", "do", "it", "--param=v");
	EXPECT("-pvword=v\ttold\n:4\n", "do", "it", "-pv");
	EXPECT("-p=vword=v\ttold\n:4\n", "do", "it", "-p=v");
}

static void test_complete__leaves_files_to_the_shell(void **state UNUSED)
{
	EXPECT(":0\n", "do", "it", "-f", "");
	EXPECT(":0\n", "do", "it", "--filename=x");
	EXPECT(":16\n", "do", "it", "a", "b", "");
	EXPECT(":4\n", "do", "it", "a", "b", "c", "");
}

static void test_complete__offers_options(void **state UNUSED)
{
	EXPECT("--raw\traw\n--filename\tfile\n--param\tparameter\n--kind\tkind\n"
	       "--output\toutput format\n"
	       "--template\ttext for -o go-template or jsonpath, path for -file formats\n"
	       "--help\tshow help for this command\n"
	       "--namespace\twork in this namespace\n:4\n", "do", "it", "-");
	EXPECT("--kind\tkind\n:4\n", "do", "it", "a", "--k");
	EXPECT(":4\n", "do", "it", "--hid");
	EXPECT(":4\n", "do", "it", "-r");
}

static void test_complete__offers_values(void **state UNUSED)
{
	EXPECT("red\ngreen\n:4\n", "do", "it", "--kind", "");
	EXPECT("--kind=green\n:4\n", "do", "it", "--kind=g");
	EXPECT("--raw=true\n--raw=false\n:4\n", "do", "it", "--raw=");
	EXPECT("json\njsonpath=\n:4\n", "do", "it", "-o", "j");
	EXPECT("jsonpath=\n:6\n", "do", "it", "-o", "jsonp");
	EXPECT(":4\n", "do", "it", "--namespace", "");
	EXPECT(":4\n", "do", "it", "--nonsense=");
}

static void test_complete__survives_bad_words_before(void **state UNUSED)
{
	EXPECT("word=\ttold\n:4\n", "do", "it", "--nonsense", "--kind=x", "-o", "x", "");
	EXPECT("-word=-\ttold\n:4\n", "do", "it", "--", "-");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_complete__offers_families_once),
		cmocka_unit_test(test_complete__offers_the_commands_of_a_family),
		cmocka_unit_test(test_complete__tells_what_stands_before),
		cmocka_unit_test(test_complete__leaves_files_to_the_shell),
		cmocka_unit_test(test_complete__offers_options),
		cmocka_unit_test(test_complete__offers_values),
		cmocka_unit_test(test_complete__survives_bad_words_before),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
