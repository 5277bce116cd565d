/* SPDX-License-Identifier: Apache-2.0 */
#include "base/linediff.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

/* What `diff -u` prints. */

static void differ(const char *from, const char *to, const char *want)
{
	const struct diff_side a = { "a", from, strlen(from) }, b = { "b", to, strlen(to) };
	cleanup_strbuf struct strbuf out = STRBUF_INIT;

	assert_int_equal(linediff(&out, &a, &b, false), *want != '\0');
	assert_string_equal(out.buf, want);
}

static void test_linediff__says_nothing_of_equals(void **state)
{
	(void)state;
	differ("", "", "");
	differ("x\ny\n", "x\ny\n", "");
}

static void test_linediff__shows_what_came_and_went(void **state)
{
	(void)state;
	differ("", "x\n", "--- a\n+++ b\n@@ -0,0 +1,1 @@\n+x\n");
	differ("x\n", "", "--- a\n+++ b\n@@ -1,1 +0,0 @@\n-x\n");
	differ("1\n2\n3\n4\n5\n6\n7\n8\n9\n", "1\n2\n3\n4\nfive\n6\n7\n8\n9\n",
	       "--- a\n+++ b\n@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8\n");
}

static void test_linediff__parts_hunks_that_are_far_apart(void **state)
{
	(void)state;
	differ("a\n1\n2\n3\n4\n5\n6\n7\nb\n", "A\n1\n2\n3\n4\n5\n6\n7\nB\n",
	       "--- a\n+++ b\n@@ -1,4 +1,4 @@\n-a\n+A\n 1\n 2\n 3\n@@ -6,4 +6,4 @@\n 5\n 6\n 7\n-b\n"
	       "+B\n");
}

static void test_linediff__shows_the_fewest_changes(void **state)
{
	(void)state;
	differ("a\nb\nc\na\nb\nb\na\n", "c\nb\na\nb\na\nc\n",
	       "--- a\n+++ b\n@@ -1,7 +1,6 @@\n-a\n-b\n c\n+b\n a\n b\n-b\n a\n+c\n");
}

static void test_linediff__ends_with_texts_that_share_nothing(void **state)
{
	cleanup_strbuf struct strbuf from = STRBUF_INIT, to = STRBUF_INIT, out = STRBUF_INIT;
	struct diff_side a = { .name = "a" }, b = { .name = "b" };

	(void)state;
	for (int i = 0; i < 5000; i++) {
		strbuf_addf(&from, "a%d\n", i);
		strbuf_addf(&to, "b%d\n", i);
	}
	a.text = from.buf;
	a.len = from.len;
	b.text = to.buf;
	b.len = to.len;
	assert_true(linediff(&out, &a, &b, false));
	assert_non_null(strstr(out.buf, "\n-a4999\n+b0\n"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_linediff__says_nothing_of_equals),
		cmocka_unit_test(test_linediff__shows_what_came_and_went),
		cmocka_unit_test(test_linediff__parts_hunks_that_are_far_apart),
		cmocka_unit_test(test_linediff__shows_the_fewest_changes),
		cmocka_unit_test(test_linediff__ends_with_texts_that_share_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
