/* SPDX-License-Identifier: Apache-2.0 */
#include "kube/stream/channel.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "base/strbuf.h"

/* Each piece as "CHANNEL:bytes;", with a '.' where its message ends. */
static int read_all(const char *bytes, size_t len, size_t piece, struct strbuf *out,
		    struct error *err)
{
	struct frame_reader frames = { 0 };
	struct channel_reader channels = { 0 };
	size_t pos = 0;

	while (pos < len) {
		size_t n = len - pos < piece ? len - pos : piece, used = 0;
		struct frame_event event;
		struct channel_piece p;
		int r = frame_read(&frames, (const uint8_t *)bytes + pos, n, &used, &event, err);

		if (r == 1)
			r = channel_read(&channels, &event, &p, err);
		if (r < 0)
			return r;
		pos += used;
		if (r == 1)
			strbuf_addf(out, "%u:%.*s%s;", p.channel, (int)p.len,
				    (const char *)p.bytes, p.last ? "." : "");
	}
	return 0;
}

#define EXPECT(bytes, piece, pieces) expect(bytes, sizeof(bytes) - 1, piece, pieces)

static void expect(const char *bytes, size_t len, size_t piece, const char *pieces)
{
	cleanup_strbuf struct strbuf out = STRBUF_INIT;
	struct error err = ERROR_INIT;

	assert_int_equal(read_all(bytes, len, piece, &out, &err), 0);
	assert_string_equal(out.buf, pieces);
}

static void test_channel__the_first_byte_of_a_message_is_its_channel(void **state UNUSED)
{
	EXPECT("\x82\x04\1out\x82\x04\2err\x82\x01\3", 100, "1:out.;2:err.;3:.;");
}

static void test_channel__that_byte_is_in_the_first_fragment_only(void **state UNUSED)
{
	EXPECT("\x02\x04\1abc\x00\x03\2de\x80\x03\3fg", 100, "1:abc;1:\2de;1:\3fg.;");
	EXPECT("\x02\x01\1\x80\x02hi", 100, "1:;1:hi.;");
	/* The first fragment may even be empty. */
	EXPECT("\x02\x00\x80\x03\2hi", 100, "2:hi.;");
}

static void test_channel__a_frame_may_come_in_any_pieces(void **state UNUSED)
{
	EXPECT("\x82\x04\1abc\x82\x03\2de", 1, "1:;1:a;1:b;1:c.;2:;2:d;2:e.;");
}

static void test_channel__a_message_of_nothing_is_of_no_channel(void **state UNUSED)
{
	EXPECT("\x82\x00\x82\x02\1x", 100, "1:x.;");
}

static void test_channel__text_is_refused(void **state UNUSED)
{
	cleanup_strbuf struct strbuf out = STRBUF_INIT;
	cleanup_error struct error err = ERROR_INIT;

	assert_int_equal(read_all("\x81\x02\1x", 4, 100, &out, &err), -ERR_INVALID);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_channel__the_first_byte_of_a_message_is_its_channel),
		cmocka_unit_test(test_channel__that_byte_is_in_the_first_fragment_only),
		cmocka_unit_test(test_channel__a_frame_may_come_in_any_pieces),
		cmocka_unit_test(test_channel__a_message_of_nothing_is_of_no_channel),
		cmocka_unit_test(test_channel__text_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
