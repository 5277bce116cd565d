/* SPDX-License-Identifier: Apache-2.0 */
#include "mysql/gtid_wire.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "mysql/binlog/event.h"

/* What is encoded reads as the same set by the decoder of PREVIOUS_GTIDS. */

#define U "3e11fa47-71ca-11e1-9e33-c80aa9429562"
#define V "ffffffff-0000-1111-2222-333333333333"

static void both_ways(const char *text)
{
	cleanup_gtid_set struct gtid_set s = GTID_SET_INIT;
	cleanup_error struct error err = ERROR_INIT;
	cleanup_strbuf struct strbuf wire = STRBUF_INIT, again = STRBUF_INIT;
	struct binlog_event e = { .kind = KIND_GTIDS, .type = 35 /* PREVIOUS_GTIDS */ };

	assert_int_equal(gtid_set_parse(&s, text, strlen(text), NULL, &err), 0);
	gtid_set_encode(&s, &wire);
	e.text = (struct binlog_slice){ (const uint8_t *)wire.buf, wire.len };
	e.body = e.text;
	assert_true(binlog_gtids_print(&e, &again));
	assert_string_equal(again.buf, text);
}

static void test_gtid_wire__encodes_what_the_binlog_decoder_reads(void **state)
{
	(void)state;
	both_ways("");
	both_ways(U ":1");
	both_ways(U ":1-5:7:9-9223372036854775806," V ":3");
	both_ways(U ":1-5:a:1:zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz:2-3," V ":b:4");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_gtid_wire__encodes_what_the_binlog_decoder_reads),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
