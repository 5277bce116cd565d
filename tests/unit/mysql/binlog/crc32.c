/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "mysql/binlog/crc32.h"

static void test_crc32__is_that_of_zlib(void **state)
{
	(void)state;
	assert_int_equal(crc32_add(0, "", 0), 0);
	assert_int_equal(crc32_add(0, "123456789", 9), 0xcbf43926);
	assert_int_equal(crc32_add_portable(0, "123456789", 9), 0xcbf43926);
}

/* Every length that begins or ends in another step of the fast way, at every alignment. */
static void test_crc32__is_the_same_in_all_ways(void **state)
{
	uint8_t data[600];
	uint32_t seed = 1;

	(void)state;
	for (size_t i = 0; i < sizeof(data); i++) {
		seed = seed * 1664525 + 1013904223;
		data[i] = (uint8_t)(seed >> 24);
	}
	for (size_t from = 0; from < 17; from++)
		for (size_t len = 0; len + from <= sizeof(data); len++)
			assert_int_equal(crc32_add(0, data + from, len),
					 crc32_add_portable(0, data + from, len));
}

static void test_crc32__goes_on_from_a_part(void **state)
{
	uint8_t data[300];

	(void)state;
	for (size_t i = 0; i < sizeof(data); i++)
		data[i] = (uint8_t)(i * 7);
	for (size_t cut = 0; cut <= sizeof(data); cut++)
		assert_int_equal(crc32_add(crc32_add(0, data, cut), data + cut, sizeof(data) - cut),
				 crc32_add(0, data, sizeof(data)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_crc32__is_that_of_zlib),
		cmocka_unit_test(test_crc32__is_the_same_in_all_ways),
		cmocka_unit_test(test_crc32__goes_on_from_a_part),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
