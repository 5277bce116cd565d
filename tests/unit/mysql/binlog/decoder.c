/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/limits.h"
#include "base/memory.h"
#include "mysql/binlog/crc32.h"
#include "mysql/binlog/decoder.h"
#include "mysql/binlog/lines.h"

/* Events made by hand. */

struct made {
	struct strbuf bytes;
	bool sums;
};

static void le(struct strbuf *out, uint64_t v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		strbuf_addch(out, (char)(v >> 8 * i));
}

static void event(struct made *m, unsigned type, unsigned flags, const void *body, size_t len)
{
	size_t start = m->bytes.len;

	le(&m->bytes, 1764550800, 4);
	le(&m->bytes, type, 1);
	le(&m->bytes, 7, 4);
	le(&m->bytes, 19 + len + (m->sums ? 4 : 0), 4);
	le(&m->bytes, 0, 4);
	le(&m->bytes, flags, 2);
	strbuf_add(&m->bytes, body, len);
	if (m->sums)
		le(&m->bytes, crc32_add(0, m->bytes.buf + start, m->bytes.len - start), 4);
}

/* flags 1 is set behind the checksum's back, as servers do. */
static void format(struct made *m, bool sums, bool in_use)
{
	cleanup_strbuf struct strbuf body = STRBUF_INIT;
	size_t start = m->bytes.len;

	le(&body, 4, 2);
	strbuf_add(&body, "9.7.4", 5);
	strbuf_addchars(&body, '\0', 45);
	le(&body, 0, 4);
	le(&body, 19, 1);
	for (int i = 0; i < 42; i++)
		le(&body, i == 18 || i == 29 ? 8 : 0, 1);
	le(&body, sums, 1);
	m->sums = true;
	event(m, BINLOG_FORMAT_DESCRIPTION, 0, body.buf, body.len);
	if (in_use)
		m->bytes.buf[start + 17] |= 1;
	m->sums = sums;
}

static int decode(struct made *m, bool text, struct strbuf *ret, struct error *err)
{
	struct binlog_lines lines = BINLOG_LINES_INIT;
	struct binlog_decoder *d = binlog_decoder_new(binlog_lines_event, &lines);
	const uint8_t *p = (const uint8_t *)m->bytes.buf;
	size_t at = 0;
	int r = 0;

	lines.out.text = text;
	binlog_decoder_file(d, "b.1");
	while (r == 0 && at < m->bytes.len) {
		uint32_t len = binlog_event_length(p + at);

		r = binlog_decoder_feed(d, at + 4, p + at, len, err);
		at += len;
	}
	strbuf_add(ret, lines.out.buf.buf, lines.out.buf.len);
	binlog_decoder_free(d);
	binlog_lines_release(&lines);
	strbuf_release(&m->bytes);
	return r;
}

static void decodes(struct made *m, bool text, const char *part)
{
	cleanup_strbuf struct strbuf out = STRBUF_INIT;
	cleanup_error struct error err = ERROR_INIT;

	if (decode(m, text, &out, &err) != 0)
		fail_msg("%s", err.message);
	if (!strstr(out.buf, part))
		fail_msg("no '%s' in: %s", part, out.buf);
}

static void fails(struct made *m, enum error_class class, const char *message)
{
	cleanup_strbuf struct strbuf out = STRBUF_INIT;
	cleanup_error struct error err = ERROR_INIT;

	assert_int_equal(decode(m, false, &out, &err), -(int)class);
	if (!strstr(err.message, message))
		fail_msg("no '%s' in: %s", message, err.message);
}

static const uint8_t tagged[] = {
	0x02, 0x76, 0x00, 0x00, 0x02, 0x02, 0x25, 0x02, 0xdc, 0xf0, 0x09, 0x02, 0x30, 0xf9, 0x03,
	0x22, 0xbd, 0x03, 0xad, 0x02, 0x21, 0x02, 0x44, 0x44, 0x5a, 0x68, 0x51, 0x03, 0x22, 0x04,
	0x04, 0x06, 0x0e, 'f',	'o',  'o',  '_',  'b',	'a',  'z',  0x08, 0x00, 0x0a, 0x04, 0x0c,
	0x7f, 0x15, 0x83, 0x22, 0x2d, 0x5c, 0x2e, 0x06, 0x10, 0x49, 0x03, 0x12, 0xc3, 0x02, 0x0b,
};

static void test_decoder__reads_tagged_gtids(void **state)
{
	struct made m = { .bytes = STRBUF_INIT };

	(void)state;
	format(&m, true, false);
	event(&m, BINLOG_GTID_TAGGED, 0, tagged, sizeof(tagged));
	decodes(&m, false, "\"gtid\":\"896e7882-18fe-11ef-ab88-22222d34d411:foo_baz:1\"");
}

static void test_decoder__reads_a_file_that_is_open(void **state)
{
	struct made m = { .bytes = STRBUF_INIT };

	(void)state;
	format(&m, true, true);
	decodes(&m, false, "\"inUse\":true");
}

static void test_decoder__checks_sums(void **state)
{
	struct made m = { .bytes = STRBUF_INIT };

	(void)state;
	format(&m, true, false);
	event(&m, BINLOG_XID, 0, "\1\0\0\0\0\0\0\0", 8);
	m.bytes.buf[m.bytes.len - 6] ^= 1;
	fails(&m, ERR_INVALID,
	      "cannot read binlog 'b.1' at position 127: event of type 16 (XID): its checksum is wrong");
	format(&m, true, false);
	m.bytes.buf[40] ^= 1;
	fails(&m, ERR_INVALID, "at position 4: event of type 15 (FORMAT_DESCRIPTION): its checksum");
}

static void test_decoder__stops_at_what_it_does_not_know(void **state)
{
	struct made m = { .bytes = STRBUF_INIT };

	(void)state;
	format(&m, false, false);
	event(&m, 99, 0, "x", 1);
	fails(&m, ERR_INVALID, "event of type 99: the type is not known, and it may not be passed over");
	format(&m, false, false);
	event(&m, 99, BINLOG_FLAG_IGNORABLE, "x", 1);
	decodes(&m, false, "{\"type\":\"skipped\",\"file\":\"b.1\",\"position\":127,\"eventType\":99}");
}

static void test_decoder__refuses_what_comes_first(void **state)
{
	struct made m = { .bytes = STRBUF_INIT };

	(void)state;
	event(&m, BINLOG_XID, 0, "\1\0\0\0\0\0\0\0", 8);
	fails(&m, ERR_INVALID, "no format description came before it");
	format(&m, false, false);
	event(&m, BINLOG_WRITE_ROWS, 0, "\7\0\0\0\0\0\1\0\2\0\1\1\0\1", 14);
	fails(&m, ERR_INVALID, "rows of table number 7, of which no TABLE_MAP came before");
	format(&m, false, false);
	event(&m, BINLOG_MARIADB_START_ENCRYPTION, 0, "\1\1\0\0\0" "123456789012", 17);
	fails(&m, ERR_INVALID, "what follows is encrypted by the server");
}

/* d.t (TINY, NOT NULL); its rows follow. */
static void table_map(struct made *m)
{
	event(m, BINLOG_TABLE_MAP, 0, "\7\0\0\0\0\0\1\0\1d\0\1t\0\1\1\0\0", 18);
}

static void test_decoder__writes_rows(void **state)
{
	struct made m = { .bytes = STRBUF_INIT };

	(void)state;
	format(&m, false, false);
	table_map(&m);
	event(&m, BINLOG_WRITE_ROWS, 0, "\7\0\0\0\0\0\1\0\2\0\1\1\0\xff\0\5", 16);
	decodes(&m, true, "  INSERT d.t  @1=-1\n  INSERT d.t  @1=5\n");
	format(&m, false, false);
	table_map(&m);
	event(&m, BINLOG_UPDATE_ROWS, 0, "\7\0\0\0\0\0\1\0\2\0\1\1\1\0\1\0\2", 17);
	decodes(&m, false, "\"missing\":[\"names\",\"signs\"],\"row\":0,\"before\":{\"@1\":1},\"after\":{\"@1\":2}}");
}

static void test_decoder__says_where_rows_are_cut_off(void **state)
{
	struct made m = { .bytes = STRBUF_INIT };

	(void)state;
	format(&m, false, false);
	table_map(&m);
	event(&m, BINLOG_WRITE_ROWS, 0, "\7\0\0\0\0\0\1\0\2\0\1\1\0\5\0", 15);
	fails(&m, ERR_INVALID,
	      "cannot read binlog 'b.1' at position 164: row 2 of table 'd.t' is cut off in column 1 (@1)");
	format(&m, false, false);
	table_map(&m);
	event(&m, BINLOG_WRITE_ROWS, 0, "\7\0\0\0\0\0\1\0\2\0\1\0\0", 13);
	fails(&m, ERR_INVALID, "rows without columns");
}

static void test_decoder__holds_to_its_limits(void **state)
{
	cleanup_strbuf struct strbuf body = STRBUF_INIT;
	struct made m = { .bytes = STRBUF_INIT };

	(void)state;
	format(&m, false, false);
	event(&m, BINLOG_TABLE_MAP, 0, "\7\0\0\0\0\0\1\0\1d\0\1t\0\xfd\xff\xff\xff", 18);
	fails(&m, ERR_LIMIT, "a table of 16777215 columns");
	format(&m, false, false);
	for (size_t i = 0; i <= LIMIT_BINLOG_TABLES; i++) {
		strbuf_reset(&body);
		le(&body, i, 6);
		strbuf_add(&body, "\1\0\1d\0\1t\0\1\1\0\0", 12);
		event(&m, BINLOG_TABLE_MAP, 0, body.buf, body.len);
	}
	fails(&m, ERR_LIMIT, "more than 4096 tables in one transaction");
}

static void test_decoder__unpacks_no_payload_in_a_payload(void **state)
{
	struct made inner = { .bytes = STRBUF_INIT }, m = { .bytes = STRBUF_INIT };
	cleanup_strbuf struct strbuf body = STRBUF_INIT;

	(void)state;
	event(&inner, BINLOG_TRANSACTION_PAYLOAD, 0, "\0", 1);
	strbuf_add(&body, "\2\3\xfc\xff\0\1\1\24\0", 9);
	strbuf_add(&body, inner.bytes.buf, inner.bytes.len);
	format(&m, false, false);
	event(&m, BINLOG_TRANSACTION_PAYLOAD, 0, body.buf, body.len);
	fails(&m, ERR_INVALID, "it may not be in a compressed transaction");
	strbuf_release(&inner.bytes);
}

static void test_decoder__shows_incidents_and_heartbeats(void **state)
{
	struct made m = { .bytes = STRBUF_INIT };

	(void)state;
	format(&m, false, false);
	event(&m, BINLOG_HEARTBEAT_V2, 0, "\1\3b.1\2\1\4\0", 9);
	event(&m, BINLOG_INCIDENT, 0, "\1\0\4lost", 7);
	decodes(&m, false, "{\"type\":\"incident\",\"file\":\"b.1\",\"position\":155,\"number\":1,\"message\":\"lost\"}");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_decoder__reads_tagged_gtids),
		cmocka_unit_test(test_decoder__reads_a_file_that_is_open),
		cmocka_unit_test(test_decoder__checks_sums),
		cmocka_unit_test(test_decoder__stops_at_what_it_does_not_know),
		cmocka_unit_test(test_decoder__refuses_what_comes_first),
		cmocka_unit_test(test_decoder__writes_rows),
		cmocka_unit_test(test_decoder__says_where_rows_are_cut_off),
		cmocka_unit_test(test_decoder__holds_to_its_limits),
		cmocka_unit_test(test_decoder__unpacks_no_payload_in_a_payload),
		cmocka_unit_test(test_decoder__shows_incidents_and_heartbeats),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
