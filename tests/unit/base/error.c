/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs those above first */
#include <cmocka.h>
#include <stdlib.h>

#include "base/error.h"
#include "base/limits.h"

static void take(struct error_list *list, enum severity severity, size_t n)
{
	struct error err = ERROR_INIT;

	error_set(&err, ERR_INVALID, "%zu", n);
	err.severity = severity;
	error_list_take(list, &err);
}

static void test_error__errors_displace_warnings(void **state)
{
	cleanup_error_list struct error_list list = ERROR_LIST_INIT;

	(void)state;
	take(&list, SEVERITY_ERROR, 0);
	for (size_t i = 1; i < LIMIT_DIAGNOSTICS + 5; i++)
		take(&list, SEVERITY_WARNING, i);
	assert_int_equal(list.len, LIMIT_DIAGNOSTICS);
	assert_int_equal(list.dropped, 5);
	assert_false(error_list_is_full(&list));
	take(&list, SEVERITY_ERROR, 1000);
	assert_int_equal(list.len, LIMIT_DIAGNOSTICS);
	assert_int_equal(list.dropped, 6);
	assert_string_equal(list.items[0].message, "0");
	assert_string_equal(list.items[1].message, "1");
	assert_string_equal(list.items[LIMIT_DIAGNOSTICS - 2].message, "98");
	assert_string_equal(list.items[LIMIT_DIAGNOSTICS - 1].message, "1000");
	for (size_t i = 0; i < 2 * LIMIT_DIAGNOSTICS; i++)
		take(&list, SEVERITY_ERROR, i);
	assert_true(error_list_is_full(&list));
	assert_int_equal(list.len, LIMIT_DIAGNOSTICS);
	assert_int_equal(list.errors, 2 + 2 * LIMIT_DIAGNOSTICS);
	assert_string_equal(list.items[LIMIT_DIAGNOSTICS - 1].message, "97");
}

static void test_error__cut_brings_back_what_was_displaced(void **state)
{
	cleanup_error_list struct error_list list = ERROR_LIST_INIT;
	struct error_list_mark early, late;

	(void)state;
	for (size_t i = 0; i < LIMIT_DIAGNOSTICS - 2; i++)
		take(&list, i % 2 ? SEVERITY_ERROR : SEVERITY_WARNING, i);
	early = error_list_mark(&list);
	for (size_t i = 0; i < 10; i++)
		take(&list, SEVERITY_ERROR, 1000 + i);
	late = error_list_mark(&list);
	for (size_t i = 0; i < 2 * LIMIT_DIAGNOSTICS; i++)
		take(&list, SEVERITY_ERROR, 2000 + i);
	assert_true(error_list_grew(&list, &late));
	error_list_cut(&list, &late);
	assert_false(error_list_grew(&list, &late));
	assert_string_equal(list.items[LIMIT_DIAGNOSTICS - 1].message, "1009");
	error_list_cut(&list, &early);
	assert_int_equal(list.len, LIMIT_DIAGNOSTICS - 2);
	assert_int_equal(list.errors, LIMIT_DIAGNOSTICS / 2 - 1);
	assert_int_equal(list.dropped, 0);
	for (size_t i = 0; i < list.len; i++)
		assert_int_equal(strtoul(list.items[i].message, NULL, 10), i);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_error__cut_brings_back_what_was_displaced),
		cmocka_unit_test(test_error__errors_displace_warnings),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
