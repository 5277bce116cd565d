/* SPDX-License-Identifier: Apache-2.0 */
#include "template/ere_ecma.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/strbuf.h"

static void check(const char *posix, const char *ecma)
{
	cleanup_strbuf struct strbuf out = STRBUF_INIT;

	ere_to_ecma(posix, strlen(posix), &out);
	assert_string_equal(out.len ? out.buf : "", ecma);
}

static void test_ere_ecma__what_is_the_same_stays(void **state)
{
	(void)state;
	check("", "");
	check("[a-z]+", "[a-z]+");
	check("(a|b){1,40}x?", "(a|b){1,40}x?");
	check("[^a-z0-9-]", "[^a-z0-9\\-]");
	check("^a\\.b$", "^a\\.b$");
	check("caf\xc3\xa9[\xc3\xa9]", "caf\xc3\xa9[\xc3\xa9]");
}

static void test_ere_ecma__classes_are_written_out(void **state)
{
	(void)state;
	check("[[:alpha:]_][[:alnum:]_]*", "[A-Za-z_][0-9A-Za-z_]*");
	check("[^[:digit:]]", "[^0-9]");
	check("[[:space:]]", "[\\t-\\r ]");
	check("[[:xdigit:]]", "[0-9A-Fa-f]");
	check("[[:punct:]]", "[!-\\/:-@\\[-`\\{-~]");
	check("[[:cntrl:]]", "[\\x00-\\x1f\\x7f]");
	check("[[:graph:]]", "[!-~]");
	check("[[.-.]-/[=a=]]", "[\\--\\/a]");
}

static void test_ere_ecma__a_bracket_quotes_otherwise(void **state)
{
	(void)state;
	check("[]a]", "[\\]a]");
	check("[^]a]", "[^\\]a]");
	check("[\\n]", "[\\\\n]");
	check("[a^[]", "[a\\^\\[]");
}

static void test_ere_ecma__signs_of_gnu(void **state)
{
	(void)state;
	check("\\w\\W", "[0-9A-Z_a-z][^0-9A-Z_a-z]");
	check("\\s\\S", "[\\t-\\r ][^\\t-\\r ]");
	check("\\<a\\>\\b\\B", "\\b(?=\\w)a\\b(?<=\\w)\\b\\B");
	check("\\`a\\'", "^a$");
	check("\\n\\-\\/\\(", "n-\\/\\(");
}

static void test_ere_ecma__what_only_posix_takes(void **state)
{
	(void)state;
	check("a{,3}", "a{0,3}");
	check("a**", "(?:a*)*");
	check("(ab)+?{2}", "(?:(?:(ab)+)?){2}");
	check("a.b", "a[\\s\\S]b");
	check("a}]", "a\\}\\]");
	check("(|a)()", "(|a)()");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ere_ecma__what_is_the_same_stays),
		cmocka_unit_test(test_ere_ecma__classes_are_written_out),
		cmocka_unit_test(test_ere_ecma__a_bracket_quotes_otherwise),
		cmocka_unit_test(test_ere_ecma__signs_of_gnu),
		cmocka_unit_test(test_ere_ecma__what_only_posix_takes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
