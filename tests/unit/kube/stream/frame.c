/* SPDX-License-Identifier: Apache-2.0 */
#include "kube/stream/frame.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "base/strbuf.h"

/* All events of bytes in pieces: "binary(^abc$)", '^' and '$' where a message begins and ends. */
static int read_pieces(const char *bytes, size_t len, size_t piece, struct strbuf *out,
		       struct error *err)
{
	static const char *const names[16] = { [FRAME_TEXT] = "text", [FRAME_BINARY] = "binary",
					       [FRAME_CLOSE] = "close", [FRAME_PING] = "ping",
					       [FRAME_PONG] = "pong" };
	struct frame_reader reader = { 0 };
	size_t pos = 0;

	while (pos < len) {
		size_t n = len - pos < piece ? len - pos : piece, used = 0;
		cleanup_free uint8_t *copy = (uint8_t *)xmemdupz(bytes + pos, n);
		struct frame_event e;
		int r = frame_read(&reader, copy, n, &used, &e, err);

		if (r < 0)
			return r;
		pos += used;
		if (r == 0)
			continue;
		strbuf_addf(out, "%s(%s%.*s%s) ", names[e.opcode], e.first ? "^" : "", (int)e.len,
			    (const char *)e.bytes, e.last ? "$" : "");
	}
	return 0;
}

#define EXPECT(bytes, events) expect(bytes, sizeof(bytes) - 1, events)

static void expect(const char *bytes, size_t len, const char *events)
{
	cleanup_strbuf struct strbuf out = STRBUF_INIT;
	struct error err = ERROR_INIT;

	assert_int_equal(read_pieces(bytes, len, len, &out, &err), 0);
	assert_string_equal(out.buf, events);
}

static void test_frame__a_message_is_one_event(void **state UNUSED)
{
	EXPECT("\x82\x03"
	       "abc",
	       "binary(^abc$) ");
	EXPECT("\x81\x03"
	       "abc\x82\x01x",
	       "text(^abc$) binary(^x$) ");
	EXPECT("\x82\x00", "binary(^$) ");
	EXPECT("\x88\x02\x03\xe8\x89\x02hi\x8a\x00", "close(^\x03\xe8$) ping(^hi$) pong(^$) ");
}

static void test_frame__fragments_are_one_message_with_pings_within(void **state UNUSED)
{
	EXPECT("\x02\x02"
	       "ab\x89\x01p\x00\x01"
	       "c\x80\x01"
	       "d",
	       "binary(^ab) ping(^p$) binary(c) binary(d$) ");
	EXPECT("\x02\x00\x00\x01"
	       "a\x80\x00",
	       "binary(^a) binary($) ");
}

static void test_frame__any_cut_gives_the_same_bytes(void **state UNUSED)
{
	static const char bytes[] = "\x82\x7e\x00\x80"
				    "0123456789012345678901234567890123456789012345678901234567890123"
				    "0123456789012345678901234567890123456789012345678901234567890123"
				    "\x89\x05hello\x82\x01z";

	for (size_t piece = 1; piece < sizeof(bytes); piece++) {
		cleanup_strbuf struct strbuf out = STRBUF_INIT;
		struct error err = ERROR_INIT;
		size_t digits = 0;

		assert_int_equal(read_pieces(bytes, sizeof(bytes) - 1, piece, &out, &err), 0);
		assert_non_null(strstr(out.buf, "ping(^hello$) binary(^z$) "));
		for (const char *p = out.buf; *p; p++)
			digits += *p >= '0' && *p <= '9';
		assert_int_equal(digits, 128);
		assert_ptr_equal(strstr(out.buf, "binary(^"), out.buf);
	}
}

static void test_frame__a_length_may_have_64_bits(void **state UNUSED)
{
	struct frame_reader reader = { 0 };
	struct frame_event e;
	struct error err = ERROR_INIT;
	size_t used;

	assert_int_equal(frame_read(&reader,
				    (const uint8_t *)"\x82\x7f\x00\x00\x00\x10\x00\x00\x00\x00xy",
				    12, &used, &e, &err),
			 1);
	assert_int_equal(used, 12);
	assert_int_equal(e.len, 2);
	assert_false(e.last);
	assert_true(reader.left == ((uint64_t)16 << 32) - 2);
}

static void test_frame__what_breaks_the_protocol_is_refused(void **state UNUSED)
{
	static const struct {
		const char *bytes;
		size_t len;
		const char *why;
	} bad[] = {
		{ "HTTP/1.1 200 OK", 15, "an extension that was not agreed on" },
		{ "\xc2\x00", 2, "an extension" },
		{ "\x82\x81\1\2\3\4x", 7, "a masked frame" },
		{ "\x83\x00", 2, "an unknown kind" },
		{ "\x8b\x00", 2, "an unknown kind" },
		{ "\x80\x00", 2, "a continuation of no message" },
		{ "\x02\x01x\x82\x01y", 6, "a message within another" },
		{ "\x09\x00", 2, "a control frame" },
		{ "\x89\x7e\x00\x7e", 4, "a control frame" },
		{ "\x88\x01x", 3, "half a status code" },
		{ "\x82\x7e\x00\x7d", 4, "a wrong length" },
		{ "\x82\x7f\x00\x00\x00\x00\x00\x00\xff\xff", 10, "a wrong length" },
		{ "\x82\x7f\x80\x00\x00\x00\x00\x00\x00\x00", 10, "a wrong length" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		cleanup_strbuf struct strbuf out = STRBUF_INIT;
		cleanup_error struct error err = ERROR_INIT;

		assert_int_equal(read_pieces(bad[i].bytes, bad[i].len, 1, &out, &err),
				 -ERR_INVALID);
		assert_non_null(strstr(err.message, bad[i].why));
	}
}

/* What we write, with the mask taken off, is what was given. */
static void test_frame__headers_have_each_length(void **state UNUSED)
{
	static const struct {
		size_t len;
		const char *header;
		size_t size;
	} cases[] = {
		{ 0, "\x82\x80mask", 6 },
		{ 125, "\x82\xfdmask", 6 },
		{ 126, "\x82\xfe\x00\x7emask", 8 },
		{ 65535, "\x82\xfe\xff\xffmask", 8 },
		{ 65536, "\x82\xff\x00\x00\x00\x00\x00\x01\x00\x00mask", 14 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		uint8_t header[FRAME_HEADER_MAX];

		assert_int_equal(frame_write_header(header, FRAME_BINARY, cases[i].len,
						    (const uint8_t *)"mask"),
				 cases[i].size);
		assert_memory_equal(header, cases[i].header, cases[i].size);
	}
}

/* The example of RFC 6455 §5.7, and lengths around a machine word. */
static void test_frame__payload_is_masked_by_four_bytes(void **state UNUSED)
{
	static const uint8_t mask[4] = { 0x37, 0xfa, 0x21, 0x3d };
	uint8_t hello[5] = "Hello", bytes[40];

	frame_mask(hello, 5, mask);
	assert_memory_equal(hello, "\x7f\x9f\x4d\x51\x58", 5);
	for (size_t len = 0; len < sizeof(bytes); len++) {
		memset(bytes, 0, sizeof(bytes));
		frame_mask(bytes, len, mask);
		for (size_t i = 0; i < sizeof(bytes); i++)
			assert_int_equal(bytes[i], i < len ? mask[i % 4] : 0);
	}
}

static void test_frame__the_reason_of_a_close_is_read(void **state UNUSED)
{
	struct frame_event none = { .opcode = FRAME_CLOSE };
	struct frame_event abnormal = { .opcode = FRAME_CLOSE, .len = 2,
					.bytes = (const uint8_t *)"\x03\xf3" };

	assert_int_equal(frame_close_code(&none), 1005);
	assert_int_equal(frame_close_code(&abnormal), 1011);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_frame__a_message_is_one_event),
		cmocka_unit_test(test_frame__fragments_are_one_message_with_pings_within),
		cmocka_unit_test(test_frame__any_cut_gives_the_same_bytes),
		cmocka_unit_test(test_frame__a_length_may_have_64_bits),
		cmocka_unit_test(test_frame__what_breaks_the_protocol_is_refused),
		cmocka_unit_test(test_frame__headers_have_each_length),
		cmocka_unit_test(test_frame__payload_is_masked_by_four_bytes),
		cmocka_unit_test(test_frame__the_reason_of_a_close_is_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
