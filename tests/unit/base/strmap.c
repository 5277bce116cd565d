/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "base/strmap.h"

static void test_strmap__finds_what_was_put(void **state)
{
	cleanup_strmap struct strmap m = STRMAP_INIT;
	static char keys[1000][8];
	int one = 1, two = 2;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(keys); i++) {
		memcpy(keys[i], &i, sizeof(i));
		assert_null(strmap_put(&m, keys[i], sizeof(keys[i]), keys[i]));
	}
	for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
		assert_ptr_equal(strmap_get(&m, keys[i], sizeof(keys[i])), keys[i]);
	assert_null(strmap_get(&m, "ab", 2));
	assert_null(strmap_put(&m, "ab", 2, &one));
	assert_ptr_equal(strmap_put(&m, "ab", 2, &two), &one);
	assert_ptr_equal(strmap_get(&m, "ab", 2), &two);
	assert_null(strmap_get(&m, "abc", 3));
}

static int compare(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/* Keys that differ in the highest bit of a word, and in what takes that back in the next one. */
static void test_strmap__no_key_is_made_to_collide_whatever_the_seed(void **state)
{
	cleanup_strmap struct strmap m = STRMAP_INIT;
	enum { PAIRS = 10, KEYS = 1 << PAIRS };
	static uint64_t keys[KEYS][2 * PAIRS], hashes[KEYS];
	size_t n = 0, distinct = 1;

	(void)state;
	for (size_t i = 0; i < KEYS; i++) {
		for (size_t pair = 0; pair < PAIRS; pair++)
			if (i >> pair & 1) {
				keys[i][2 * pair] = (uint64_t)1 << 63;
				keys[i][2 * pair + 1] = (uint64_t)1 << 63 | (uint64_t)1 << 31;
			}
		assert_null(strmap_put(&m, (const char *)keys[i], sizeof(keys[i]), keys[i]));
	}
	for (size_t i = 0; i < m.alloc; i++)
		if (m.slots[i].key)
			hashes[n++] = m.slots[i].hash;
	assert_int_equal(n, KEYS);
	qsort(hashes, n, sizeof(*hashes), compare);
	for (size_t i = 1; i < n; i++)
		distinct += hashes[i] != hashes[i - 1];
	assert_true(distinct > KEYS / 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_strmap__finds_what_was_put),
		cmocka_unit_test(test_strmap__no_key_is_made_to_collide_whatever_the_seed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
