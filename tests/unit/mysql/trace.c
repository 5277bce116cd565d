/* SPDX-License-Identifier: Apache-2.0 */
#include "mysql/trace.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/strbuf.h"

/* What -v shows of a statement. */

static void shown(const char *sql, const char *want)
{
	cleanup_strbuf struct strbuf out = STRBUF_INIT;

	trace_add_statement(&out, sql);
	assert_string_equal(out.buf, want);
}

static void test_trace__shows_statements(void **state)
{
	(void)state;
	shown("SELECT 'a', \"b\" FROM t", "SELECT 'a', \"b\" FROM t");
}

static void test_trace__ends_before_what_may_be_a_password(void **state)
{
	(void)state;
	shown("CREATE USER x IDENTIFIED BY 'geheim'", "CREATE USER x IDENTIFIED BY '…");
	shown("set PassWord = \"geheim\"; SELECT 1", "set PassWord = '…");
	shown("ALTER USER x IDENTIFIED BY 'a\\', 'b'", "ALTER USER x IDENTIFIED BY '…");
	shown("CREATE SERVER s OPTIONS (SECRET 'geheim')", "CREATE SERVER s OPTIONS (SECRET '…");
	shown("SELECT password FROM t", "SELECT password FROM t");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_trace__shows_statements),
		cmocka_unit_test(test_trace__ends_before_what_may_be_a_password),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
