/* SPDX-License-Identifier: Apache-2.0 */
#include "sandbox/log.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

static void expect(const char *text, const char *want)
{
	cleanup_strbuf struct strbuf out = STRBUF_INIT;

	assert_int_equal(log_reason(text, &out), want[0] != '\0');
	assert_string_equal(out.buf, want);
}

static void test_log__the_first_error_behind_the_last_start_is_the_reason(void **state)
{
	(void)state;
	expect("2026-01-01 mariadbd (server 10.11) starting as process 1 ...\n"
	       "2026-01-01 0 [ERROR] old\n"
	       "2026-01-01 mariadbd (server 10.11) starting as process 2 ...\n"
	       "2026-01-01 0 [Note] x\n2026-01-01 0 [ERROR] mariadbd: unknown variable 'a=1'\n"
	       "2026-01-01 0 [ERROR] Aborting\n",
	       "[ERROR] mariadbd: unknown variable 'a=1'");
}

static void test_log__without_an_error_the_last_line_is_the_reason(void **state)
{
	(void)state;
	expect("one\nerror while loading shared libraries: libaio.so.1\n\n",
	       "error while loading shared libraries: libaio.so.1");
	expect("one", "one");
}

static void test_log__nothing_gives_no_reason(void **state)
{
	(void)state;
	expect("", "");
	expect("\n \n", "");
}

static void test_log__control_characters_and_length_are_bounded(void **state)
{
	cleanup_strbuf struct strbuf text = STRBUF_INIT, out = STRBUF_INIT;

	(void)state;
	strbuf_addstr(&text, "[ERROR] \033[31m");
	strbuf_addchars(&text, 'x', 5000);
	assert_true(log_reason(text.buf, &out));
	assert_int_equal(out.len, LOG_LINE);
	assert_memory_equal(out.buf, "[ERROR] ?[31mxxx", 16);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_log__the_first_error_behind_the_last_start_is_the_reason),
		cmocka_unit_test(test_log__without_an_error_the_last_line_is_the_reason),
		cmocka_unit_test(test_log__nothing_gives_no_reason),
		cmocka_unit_test(test_log__control_characters_and_length_are_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
