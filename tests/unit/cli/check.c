/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/check.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"

struct opts {
	bool flag;
	const char *text;
	int64_t number;
	int choice;
};

static const char *const choices[] = { "a", "b", NULL };

static int run(struct session *s UNUSED, const void *opts UNUSED, struct error *err UNUSED)
{
	return 0;
}

static const struct example good_examples[] = {
	{ "good --text='a b' \"x y\" | grep -q x", "do it" },
	{ "good x # why", "do it again" },
	EXAMPLE_END
};

static const struct option_spec good_options[] = {
	OPT_STRING('t', "text", struct opts, text, "TEXT", "text"),
	OPT_END
};

static const struct arg_spec good_args[] = { { "WORD", "a word", 1, 1, NULL }, ARG_END };

static const struct command good = {
	.words = "good",
	.summary = "MySQL is good",
	.options = good_options,
	.opts_size = sizeof(struct opts),
	.args = good_args,
	.examples = good_examples,
	.run = run,
};

/* Checks good and c; expects exactly one complaint, want, or none if want is NULL. */
static void expect(const struct command *c, const char *want)
{
	cleanup_error_list struct error_list list = ERROR_LIST_INIT;
	const struct command *const all[] = { &good, c, NULL };
	const struct program p = { .commands = all };

	commands_check(&p, &list);
	for (size_t i = 0; i < list.len && (!want || list.len > 1); i++)
		print_error("%s\n", list.items[i].message);
	assert_int_equal(list.len, want ? 1 : 0);
	if (want)
		assert_string_equal(list.items[0].message, want);
}

/* A command like good with words "bad". */
static struct command bad(void)
{
	static const struct example examples[] = { { "bad x", "do it" }, EXAMPLE_END };
	struct command c = good;

	c.words = "bad";
	c.examples = examples;
	return c;
}

static void test_check__accepts_a_good_table(void **state UNUSED)
{
	expect(NULL, NULL);
}

static void test_check__finds_bad_summaries(void **state UNUSED)
{
	struct command c = bad();

	c.summary = "Do it";
	expect(&c, "command 'bad': summary of 'bad' begins with a capital: 'Do it'");
	c.summary = "do it.";
	expect(&c, "command 'bad': summary of 'bad' ends with a full stop or blank: 'do it.'");
	c.summary = NULL;
	expect(&c, "command 'bad': summary of 'bad' has no text");
	c.summary = "a summary of one more character than sixty, and that is wrong";
	expect(&c, "command 'bad': summary is longer than 60 characters");
}

static void test_check__finds_clashing_options(void **state UNUSED)
{
	static const struct option_spec name[] = {
		OPT_STRING(0, "output", struct opts, text, "X", "text"), OPT_END
	};
	static const struct option_spec letter[] = {
		OPT_STRING('h', "height", struct opts, text, "X", "text"), OPT_END
	};
	struct command c = bad();

	c.formats = FORMAT_JSON;
	c.default_format = FORMAT_JSON;
	c.options = name;
	expect(&c, "command 'bad': option '--output' is there twice");
	c.options = letter;
	expect(&c, "command 'bad': option '-h' is there twice");
}

static void test_check__finds_bad_options(void **state UNUSED)
{
	static const struct option_spec fallback[] = {
		OPT_INTEGER(0, "count", struct opts, number, "N", "count", .fallback = "ten"),
		OPT_END
	};
	static const struct option_spec choice[] = {
		OPT_CHOICE(0, "pick", struct opts, choice, "X", choices, "pick", .fallback = "c"),
		OPT_END
	};
	static const struct option_spec help[] = {
		OPT_FLAG(0, "flag", struct opts, flag, ""), OPT_END
	};
	static const struct option_spec name[] = {
		OPT_FLAG(0, "Flag", struct opts, flag, "flag"), OPT_END
	};
	struct command c = bad();

	c.options = fallback;
	expect(&c, "command 'bad': default: option '--count': expected a whole number, got 'ten'");
	c.options = choice;
	expect(&c, "command 'bad': default: option '--pick': unknown value 'c'");
	c.options = help;
	expect(&c, "command 'bad': option 'flag' has no text");
	c.options = name;
	expect(&c, "command 'bad': option '--Flag' has an odd name");
}

static void test_check__finds_bad_examples(void **state UNUSED)
{
	static const struct example option[] = { { "bad x --nonsense", "do it" }, EXAMPLE_END };
	static const struct example other[] = { { "good x", "do it" }, EXAMPLE_END };
	static const struct example args[] = { { "bad x y", "do it" }, EXAMPLE_END };
	struct command c = bad();

	c.examples = option;
	expect(&c, "command 'bad': example 'bad x --nonsense': unknown option '--nonsense' for "
		   "'bad'");
	c.examples = other;
	expect(&c, "command 'bad': example 'good x' is of another command");
	c.examples = args;
	expect(&c, "command 'bad': example 'bad x y': 'bad' takes at most 1 argument, 'y' is one "
		   "more");
	c.examples = NULL;
	expect(&c, "command 'bad': has no example");
}

static void test_check__finds_bad_arguments(void **state UNUSED)
{
	static const struct arg_spec order[] = {
		{ "A", "first", 0, 1, NULL }, { "B", "second", 1, 1, NULL }, ARG_END
	};
	static const struct arg_spec many[] = {
		{ "A", "first", 1, ARGS_ANY, NULL }, { "B", "second", 0, 1, NULL }, ARG_END
	};
	struct command c = bad();

	c.args = order;
	expect(&c, "command 'bad': argument 'B' is needed behind an optional one");
	c.args = many;
	expect(&c, "command 'bad': argument 'A' may be repeated but is not the last");
}

static void test_check__finds_bad_words(void **state UNUSED)
{
	static const struct example examples[] = { { "few bad x", "do it" }, EXAMPLE_END };
	struct command c = bad();

	c.words = "few bad";
	c.examples = examples;
	expect(&c, "command 'few bad': the family 'few' is not in the list");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_check__accepts_a_good_table),
		cmocka_unit_test(test_check__finds_bad_summaries),
		cmocka_unit_test(test_check__finds_clashing_options),
		cmocka_unit_test(test_check__finds_bad_options),
		cmocka_unit_test(test_check__finds_bad_examples),
		cmocka_unit_test(test_check__finds_bad_arguments),
		cmocka_unit_test(test_check__finds_bad_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
