/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/rows.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "base/memory.h"

/* Results of SQL in every format. */

static const char *const names[] = { "id", "t,xt" };
static const bool number[] = { true, false };

static void add(struct rows *r, const char *id, const char *text, size_t len)
{
	const char *cells[] = { id, text };
	unsigned long lengths[] = { id ? strlen(id) : 0, len };
	cleanup_error struct error err = ERROR_INIT;

	assert_int_equal(rows_add(r, cells, lengths, &err), 0);
}

static void shows(enum format format, const char *instance, const char *want)
{
	cleanup_strbuf struct strbuf out = STRBUF_INIT;
	struct rows *r = rows_new(format, &out, NULL, NULL);
	struct rows_header h = { instance, names, number, 2 };

	rows_begin(r, &h);
	add(r, "007", "a\"b\n", 4);
	add(r, "-1.50", NULL, 0);
	add(r, NULL, "NULL", 4);
	add(r, "8", "\xff\0", 2);
	add(r, "9", "", 0);
	rows_end(r);
	rows_begin(r, &h);
	rows_end(r);
	rows_free(r);
	assert_string_equal(out.buf, want);
}

static void test_rows__shows_every_kind_of_cell(void **state)
{
	(void)state;
	shows(FORMAT_TABLE, NULL,
	      "   id   t,xt\n"
	      "  007   a\"b\\n\n"
	      "-1.50   NULL\n"
	      " NULL   'NULL'\n"
	      "    8   0xFF00\n"
	      "    9   \n"
	      "\n"
	      "id   t,xt\n");
	shows(FORMAT_VERTICAL, "db-1",
	      "-- db-1\n"
	      "*** row 1 ***\n  id: 007\nt,xt: a\"b\\n\n"
	      "*** row 2 ***\n  id: -1.50\nt,xt: NULL\n"
	      "*** row 3 ***\n  id: NULL\nt,xt: 'NULL'\n"
	      "*** row 4 ***\n  id: 8\nt,xt: 0xFF00\n"
	      "*** row 5 ***\n  id: 9\nt,xt: \n"
	      "\n-- db-1\n");
	shows(FORMAT_CSV, "db-1",
	      "instance,id,\"t,xt\"\r\n"
	      "db-1,007,\"a\"\"b\n\"\r\n"
	      "db-1,-1.50,\r\n"
	      "db-1,,NULL\r\n"
	      "db-1,8,0xFF00\r\n"
	      "db-1,9,\"\"\r\n"
	      "\n"
	      "instance,id,\"t,xt\"\r\n");
	shows(FORMAT_JSON, "db-1",
	      "{\"apiVersion\": \"kubectl-mysql/v1\", \"kind\": \"SqlResultList\", \"items\": [\n"
	      "{\"instance\": \"db-1\", \"columns\": [\"id\", \"t,xt\"], \"rows\": [\n"
	      "{\"id\": \"007\", \"t,xt\": \"a\\\"b\\n\"},\n"
	      "{\"id\": -1.50, \"t,xt\": null},\n"
	      "{\"id\": null, \"t,xt\": \"NULL\"},\n"
	      "{\"id\": 8, \"t,xt\": {\"base64\": \"/wA=\"}},\n"
	      "{\"id\": 9, \"t,xt\": \"\"}\n"
	      "]},\n"
	      "{\"instance\": \"db-1\", \"columns\": [\"id\", \"t,xt\"], \"rows\": []}\n"
	      "]}\n");
}

static int take(void *arg, struct strbuf *out, struct error *err)
{
	size_t *taken = arg;

	(void)err;
	*taken += out->len;
	strbuf_reset(out);
	return 0;
}

static void test_rows__keeps_little_of_a_large_result(void **state)
{
	cleanup_strbuf struct strbuf out = STRBUF_INIT;
	struct rows_header h = { NULL, names, number, 2 };
	size_t taken = 0, most = 0;
	struct rows *r = rows_new(FORMAT_TABLE, &out, take, &taken);

	(void)state;
	rows_begin(r, &h);
	for (unsigned i = 0; i < 200000; i++) {
		add(r, "12345", "some text that is not short", 27);
		most = out.len > most ? out.len : most;
	}
	rows_end(r);
	rows_free(r);
	assert_true(taken + out.len > 200000 * 30);
	assert_true(most < (size_t)1 << 20);
}

static void test_rows__closes_a_document_without_results(void **state)
{
	cleanup_strbuf struct strbuf out = STRBUF_INIT;

	(void)state;
	rows_free(rows_new(FORMAT_JSON, &out, NULL, NULL));
	assert_string_equal(out.buf, "{\"apiVersion\": \"kubectl-mysql/v1\", \"kind\": "
				     "\"SqlResultList\", \"items\": []}\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows__shows_every_kind_of_cell),
		cmocka_unit_test(test_rows__keeps_little_of_a_large_result),
		cmocka_unit_test(test_rows__closes_a_document_without_results),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
