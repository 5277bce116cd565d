/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/diag.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "base/limits.h"
#include "base/memory.h"

static void expect(struct error *e, bool colour, const char *want)
{
	cleanup_strbuf struct strbuf out = STRBUF_INIT;

	diag_format(e, colour, &out);
	assert_string_equal(out.buf, want);
	error_release(e);
}

static void test_diag__shows_place_code_and_hint(void **state UNUSED)
{
	const struct pos pos = { .line = 3, .column = 14, .file = "a.yaml" };
	struct error e = ERROR_INIT;

	error_set_at(&e, ERR_INVALID, &pos, "no parameter '%s'", "X");
	e.code = "T202";
	error_hint(&e, "did you mean 'Y'?");
	expect(&e, false,
	       "a.yaml:3:14: error: no parameter 'X' [T202]\n  hint: did you mean 'Y'?\n");
}

static void test_diag__shows_a_bare_message(void **state UNUSED)
{
	struct error e = ERROR_INIT;

	error_set(&e, ERR_FAILED, "cannot do it");
	e.severity = SEVERITY_WARNING;
	expect(&e, false, "warning: cannot do it\n");
}

static void test_diag__colours_only_when_asked(void **state UNUSED)
{
	const struct pos pos = { .line = 1, .column = 2, .file = "a" };
	struct error e = ERROR_INIT;

	error_set_at(&e, ERR_FAILED, &pos, "x");
	expect(&e, true, "\033[1ma:1:2:\033[0m \033[1;31merror:\033[0m x\n");
}

static void test_diag__disarms_control_characters(void **state UNUSED)
{
	struct error e = ERROR_INIT;

	error_set(&e, ERR_FAILED, "a\033[31m\rb\x7f \xc2\x9b \xff ä\nnext");
	expect(&e, false, "error: a\\x1b[31m\\x0db\\x7f \\x9b \\xff ä\n  next\n");
}

static void test_diag__counts_what_was_dropped(void **state UNUSED)
{
	cleanup_error_list struct error_list list = ERROR_LIST_INIT;
	cleanup_strbuf struct strbuf out = STRBUF_INIT;

	for (size_t i = 0; i < LIMIT_DIAGNOSTICS + 3; i++) {
		struct error e = ERROR_INIT;

		error_set(&e, ERR_FAILED, "x");
		error_list_take(&list, &e);
	}
	diag_format_list(&list, false, &out);
	assert_non_null(strstr(out.buf, "error: x\nand 3 more\n"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_diag__shows_place_code_and_hint),
		cmocka_unit_test(test_diag__shows_a_bare_message),
		cmocka_unit_test(test_diag__colours_only_when_asked),
		cmocka_unit_test(test_diag__disarms_control_characters),
		cmocka_unit_test(test_diag__counts_what_was_dropped),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
