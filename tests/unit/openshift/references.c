/* SPDX-License-Identifier: Apache-2.0 */
#include "template/openshift/references.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* The names of all references of a text, with commas between. */
static const char *names(const char *text)
{
	static char out[256];
	struct reference ref;

	out[0] = '\0';
	for (size_t at = 0; reference_next(text, strlen(text), &at, &ref);) {
		assert_memory_equal(text + ref.start, "${", 2);
		assert_int_equal(text[ref.end - 1], '}');
		snprintf(out + strlen(out), sizeof(out) - strlen(out), "%s%.*s",
			 out[0] ? "," : "", (int)ref.name_len, ref.name);
	}
	return out;
}

static void test_reference_next__finds_names(void **state)
{
	(void)state;
	assert_string_equal(names("${A}"), "A");
	assert_string_equal(names("x${A_1}y${b}${9}"), "A_1,b,9");
	assert_string_equal(names("$${A}"), "A");
	assert_string_equal(names("${${A}}"), "A");
	assert_string_equal(names("${A${B}"), "B");
}

static void test_reference_next__passes_by_what_only_looks_like_one(void **state)
{
	(void)state;
	assert_string_equal(names(""), "");
	assert_string_equal(names("$"), "");
	assert_string_equal(names("${"), "");
	assert_string_equal(names("${A"), "");
	assert_string_equal(names("${}"), "");
	assert_string_equal(names("${a-b}${a.b}${ A }${A }$A$(A)$ {A}"), "");
	assert_string_equal(names("${{A}}"), "");
	assert_string_equal(names("${\xc3\xa9}"), "");
}

static void test_reference_whole__is_the_entire_text(void **state)
{
	struct reference ref;

	(void)state;
	assert_true(reference_whole("${{AB}}", 7, &ref));
	assert_int_equal(ref.name_len, 2);
	assert_memory_equal(ref.name, "AB", 2);
	assert_false(reference_whole("${{AB}} ", 8, &ref));
	assert_false(reference_whole(" ${{AB}}", 8, &ref));
	assert_false(reference_whole("${{}}", 5, &ref));
	assert_false(reference_whole("${{A}", 5, &ref));
	assert_false(reference_whole("${{A}}\n", 7, &ref));
	assert_false(reference_whole("${{ A }}", 8, &ref));
	assert_false(reference_whole("${{A}}${{B}}", 12, &ref));
}

static void test_reference_possible__needs_dollar_and_brace(void **state)
{
	(void)state;
	assert_true(reference_possible("a${", 3));
	assert_true(reference_possible("$$${", 4));
	assert_false(reference_possible("a$", 2));
	assert_false(reference_possible("$ {", 3));
	assert_false(reference_possible("", 0));
	/* The brace lies behind the end. */
	assert_false(reference_possible("${", 1));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reference_next__finds_names),
		cmocka_unit_test(test_reference_next__passes_by_what_only_looks_like_one),
		cmocka_unit_test(test_reference_whole__is_the_entire_text),
		cmocka_unit_test(test_reference_possible__needs_dollar_and_brace),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
