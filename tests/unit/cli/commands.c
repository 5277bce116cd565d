/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/commands.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "cli/check.h"
#include "cli/complete.h"
#include "cli/diag.h"
#include "cli/parse.h"
#include "cli/session.h"

/* Prints what the check finds, so that the author of a command sees all of it. */
static void test_commands__pass_the_check(void **state UNUSED)
{
	cleanup_error_list struct error_list list = ERROR_LIST_INIT;
	cleanup_strbuf struct strbuf text = STRBUF_INIT;

	commands_check(&program, &list);
	diag_format_list(&list, false, &text);
	if (text.len)
		print_error("%s", text.buf);
	assert_int_equal(list.errors, 0);
}

static struct session new_session(void)
{
	return (struct session){
		.program = &program, .program_name = "km", .width = 80, .out = STRBUF_INIT
	};
}

static void test_session__runs_a_command_twice(void **state UNUSED)
{
	static const char *const words[] = { "version", "-o", "yaml", NULL };

	for (int i = 0; i < 2; i++) {
		cleanup_session struct session s = new_session();
		cleanup_error struct error err = ERROR_INIT;

		assert_int_equal(session_run(&s, 3, words, &err), 0);
		assert_non_null(strstr(s.out.buf, "kind: Version\n"));
	}
}

static void test_session__discards_output_of_failures_only(void **state UNUSED)
{
	cleanup_error struct error err = ERROR_INIT;

	assert_false(session_discards(0, &err));
	/* A verdict without a message. */
	assert_false(session_discards(-ERR_FAILED, &err));
	error_set(&err, ERR_FINDINGS, "x");
	assert_true(session_discards(-ERR_INVALID, &err));
	assert_true(session_discards(-ERR_USAGE, &err));
	assert_false(session_discards(-ERR_FINDINGS, &err));
}

static void test_session__warns(void **state UNUSED)
{
	cleanup_session struct session s = new_session();

	session_warn(&s, "number %d", 1);
	assert_int_equal(s.diagnostics.len, 1);
	assert_int_equal(s.diagnostics.items[0].severity, SEVERITY_WARNING);
	assert_string_equal(s.diagnostics.items[0].message, "number 1");
}

/* Every table can be shown in every form, and nothing in it trips the completion. */
static void test_commands__answer_in_every_form(void **state UNUSED)
{
	static const char *const forms[] = { "text", "json", "yaml", "man", "name" };

	for (const struct command *const *c = program.commands; *c; c++) {
		cleanup_free char *first = xmemdupz((*c)->words, strcspn((*c)->words, " "));
		const char *rest = strchr((*c)->words, ' ');

		for (size_t i = 0; i < ARRAY_SIZE(forms); i++) {
			const char *words[] = { "help", "-o", forms[i], first,
						rest ? rest + 1 : NULL };
			cleanup_session struct session s = new_session();
			cleanup_error struct error err = ERROR_INIT;

			assert_int_equal(session_run(&s, rest ? 5 : 4, words, &err), 0);
			assert_true(s.out.len > 0);
		}
	}
}

static void test_complete__offers_every_option(void **state UNUSED)
{
	for (const struct command *const *c = program.commands; *c; c++) {
		cleanup_free char *first = xmemdupz((*c)->words, strcspn((*c)->words, " "));
		const char *rest = strchr((*c)->words, ' ');
		const char *words[] = { first, rest ? rest + 1 : "--", "--" };
		struct completions got;
		bool help = false;

		if ((*c)->raw_args)
			continue;
		complete_words(&program, rest ? 3 : 2, words, &got);
		for (size_t i = 0; i < got.values.len; i++)
			help |= strncmp(got.values.v[i], "--help\t", 7) == 0;
		assert_true(help);
		assert_int_equal(got.directive, COMPLETE_NO_FILES);
		completions_release(&got);
	}
}

/* The next of a fixed sequence of numbers below n. */
static size_t next(uint64_t *state, size_t n)
{
	*state = *state * 6364136223846793005ULL + 1442695040888963407ULL;
	return (size_t)(*state >> 33) % n;
}

static void test_parse__survives_any_words(void **state UNUSED)
{
	static const char *const pool[] = {
		"",	  "-",	   "--",     "---",	 "-o",	    "-o=",	"--output=json",
		"-ojson", "-p",	   "A=1",    "-pA=1",	 "single",  "-h",	"--for",
		"-n",	  "-nx",   "--as",   "\xff",	 "-\xff",  "--\xff=", "--template=x",
		"-f",	  "--raw", "--raw=", "-1",	 "list",    "--to",	"--columns",
		"=",	  "--=",   "x.yaml", "FLAVOR=",	 "template"
	};
	uint64_t seed = 1;

	for (int round = 0; round < 20000; round++) {
		const struct command *c = program.commands[next(&seed, 8)];
		const char *words[6];
		cleanup_parsed struct parsed p = { 0 };
		cleanup_error struct error err = ERROR_INIT;
		size_t n = next(&seed, ARRAY_SIZE(words) + 1);
		int r;

		for (size_t i = 0; i < n; i++)
			words[i] = pool[next(&seed, ARRAY_SIZE(pool))];
		r = parse_line(c, n, words, next(&seed, 2) ? PARSE_PARTIAL : 0, &p, &err);
		assert_true(r == 0 || r == -ERR_USAGE);
		assert_int_equal(err.class, -r);
		assert_true(p.argc <= n);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_commands__pass_the_check),
		cmocka_unit_test(test_commands__answer_in_every_form),
		cmocka_unit_test(test_session__runs_a_command_twice),
		cmocka_unit_test(test_session__discards_output_of_failures_only),
		cmocka_unit_test(test_session__warns),
		cmocka_unit_test(test_complete__offers_every_option),
		cmocka_unit_test(test_parse__survives_any_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
