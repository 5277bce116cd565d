/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Two sets, parted by a byte 0x00 or '|': what is printed reads as the same set, and the laws of
 * sets hold, for MariaDB those that its two forms leave.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "mysql/gtid.h"

static void check(bool ok)
{
	if (!ok)
		abort();
}

static void prints_and_reads(const struct gtid_set *s)
{
	cleanup_gtid_set struct gtid_set again = GTID_SET_INIT;
	cleanup_strbuf struct strbuf text = STRBUF_INIT, second = STRBUF_INIT;
	cleanup_error struct error err = ERROR_INIT;

	gtid_set_print(s, ",\n", &text);
	check(gtid_set_parse(&again, text.buf, text.len, NULL, &err) == 0);
	check(gtid_set_equal(s, &again));
	gtid_set_print(&again, ",\n", &second);
	check(text.len == second.len && memcmp(text.buf, second.buf, text.len) == 0);
}

static bool contains(const struct gtid_set *a, const struct gtid_set *b)
{
	cleanup_error struct error err = ERROR_INIT;
	bool result = false;

	check(gtid_set_contains(a, b, &result, &err) == 0);
	return result;
}

static void laws(const struct gtid_set *a, const struct gtid_set *b)
{
	cleanup_gtid_set struct gtid_set all = GTID_SET_INIT, both = GTID_SET_INIT;
	cleanup_gtid_set struct gtid_set left = GTID_SET_INIT, right = GTID_SET_INIT;
	cleanup_gtid_set struct gtid_set swapped = GTID_SET_INIT, sum = GTID_SET_INIT;
	cleanup_error struct error err = ERROR_INIT;

	if (gtid_set_union(a, b, &all, &err) < 0) {
		check(a->family != b->family && err.hint);
		return;
	}
	check(gtid_set_union(b, a, &swapped, &err) == 0 && gtid_set_equal(&all, &swapped));
	check(gtid_set_intersect(a, b, &both, &err) == 0);
	check(gtid_set_subtract(a, b, &left, &err) == 0);
	check(gtid_set_subtract(b, a, &right, &err) == 0);
	check(contains(&all, a) && contains(&all, b) && contains(a, a));
	check(contains(a, b) == gtid_set_is_empty(&right));
	check(gtid_set_count(&left) <= gtid_set_count(a));
	prints_and_reads(&all);
	prints_and_reads(&both);
	prints_and_reads(&left);
	if (a->family == GTID_MARIADB || b->family == GTID_MARIADB)
		return;
	check(gtid_set_union(&left, &both, &sum, &err) == 0 && gtid_set_equal(&sum, a));
	check(contains(a, &both) && contains(b, &both));
	check(gtid_set_count(&all) + gtid_set_count(&both) ==
	      gtid_set_count(a) + gtid_set_count(b));
	check(gtid_set_count(&left) + gtid_set_count(&both) == gtid_set_count(a));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	cleanup_gtid_set struct gtid_set a = GTID_SET_INIT, b = GTID_SET_INIT;
	cleanup_error struct error err = ERROR_INIT, second = ERROR_INIT;
	const char *text = (const char *)data;
	size_t cut = 0;
	int r;

	while (cut < size && text[cut] && text[cut] != '|')
		cut++;
	r = gtid_set_parse(&a, text, cut, "a", &err);
	check(r == 0 || (err.message && err.line && err.column));
	if (r == 0)
		prints_and_reads(&a);
	if (cut < size) {
		int q = gtid_set_parse(&b, text + cut + 1, size - cut - 1, "b", &second);

		check(q == 0 || (second.message && second.line && second.column));
		if (r == 0 && q == 0)
			laws(&a, &b);
	}
	return 0;
}
