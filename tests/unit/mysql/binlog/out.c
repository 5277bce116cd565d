/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/memory.h"
#include "mysql/binlog/out.h"

static void string(enum charset c, bool text, const void *p, size_t len, const char *want)
{
	struct binlog_out o = BINLOG_OUT_INIT;

	o.text = text;
	out_string(&o, c, p, len);
	assert_string_equal(o.buf.buf, want);
	binlog_out_release(&o);
}

static void test_out__writes_text_of_every_kind_of_character_set(void **state)
{
	(void)state;
	string(CHARSET_UTF8MB4, false, "a\"\\\n\x01\xc3\xa9'", 8,
	       "\"a\\\"\\\\\\n\\u0001\xc3\xa9'\"");
	string(CHARSET_UTF8MB4, true, "it's \x1b", 6, "'it\\'s \\x1b'");
	string(CHARSET_LATIN1, false, "caf\xe9 \x80", 6, "\"caf\xc3\xa9 \xe2\x82\xac\"");
	string(CHARSET_UTF16, false, "\xd8\x3d\xde\x00", 4, "\"\xf0\x9f\x98\x80\"");
	string(CHARSET_UTF16LE, false, "A\0", 2, "\"A\"");
	string(CHARSET_UTF32, false, "\0\0\x20\xac", 4, "\"\xe2\x82\xac\"");
	string(CHARSET_SWE7, false, "[]", 2, "\"\xc3\x84\xc3\x85\"");
	string(CHARSET_SJIS, false, "\x93\xfa\x96\x7b", 4, "\"\xe6\x97\xa5\xe6\x9c\xac\"");
	string(CHARSET_GB18030, false, "\x81\x30\x81\x30", 4, "\"\xc2\x80\"");
}

static void test_out__follows_the_servers_where_they_leave_the_c_library(void **state)
{
	(void)state;
	string(CHARSET_SJIS, true, "a~\x81\x5f\xb1\x5c", 6, "'a~\\\\\xef\xbd\xb1\\\\'");
	string(CHARSET_UJIS, false, "\xa1\xc1\x8f\xa2\xb7\xb0\xa1", 7,
	       "\"\xe3\x80\x9c~\xe4\xba\x9c\"");
	string(CHARSET_UJIS, false, "\xf5\xa1", 2, "\"\xee\x80\x80\"");
	string(CHARSET_BIG5, false, "x\xc6\xe7\xa4\xa4y", 6, "\"x\xe3\x82\x83\xe4\xb8\xady\"");
	string(CHARSET_GB18030, false, "\x82\x35\x90\x37\xa6\xd9", 6,
	       "\"\xe9\xbe\xb4\xee\x9e\x8d\"");
	/* Cut off within one of theirs, and broken behind one. */
	string(CHARSET_UJIS, false, "\x8f\xa2", 2, "{\"base64\":\"j6I=\",\"charset\":\"ujis\"}");
	string(CHARSET_BIG5, false, "\xc6\xe7\xff\xff", 4, "{\"base64\":\"xuf//w==\",\"charset\":\"big5\"}");
}

static void test_out__never_calls_bytes_text(void **state)
{
	(void)state;
	string(CHARSET_UTF8MB4, false, "ab\xff", 3, "{\"base64\":\"YWL/\",\"charset\":\"utf8mb4\"}");
	string(CHARSET_UTF8MB4, true, "ab\xff", 3, "X'6162ff'");
	string(CHARSET_BINARY, false, "ab", 2, "{\"base64\":\"YWI=\"}");
	string(CHARSET_UCS2, false, "\xd8\x3d", 2, "{\"base64\":\"2D0=\",\"charset\":\"ucs2\"}");
	string(CHARSET_UTF16, false, "A", 1, "{\"base64\":\"QQ==\",\"charset\":\"utf16\"}");
	string(CHARSET_SJIS, false, "\x93", 1, "{\"base64\":\"kw==\",\"charset\":\"sjis\"}");
	string(CHARSET_UNKNOWN, false, "text", 4, "\"text\"");
	string(CHARSET_UNKNOWN, false, "a\0b", 3, "{\"base64\":\"YQBi\",\"charset\":\"unknown\"}");
	string(CHARSET_UNKNOWN, false, "caf\xe9", 4, "{\"base64\":\"Y2Fm6Q==\",\"charset\":\"unknown\"}");
}

struct drained {
	struct strbuf all;
	size_t times, longest;
};

static int drain(void *arg, struct strbuf *buf, struct error *err)
{
	struct drained *d = arg;

	(void)err;
	d->times++;
	d->longest = buf->len > d->longest ? buf->len : d->longest;
	strbuf_add(&d->all, buf->buf, buf->len);
	return 0;
}

static void long_value(enum charset c, size_t len, bool spoilt)
{
	struct drained d = { .all = STRBUF_INIT };
	struct binlog_out o = BINLOG_OUT_INIT;
	uint8_t *data = xmalloc(len);

	o.drain = drain;
	o.arg = &d;
	memset(data, 'x', len);
	if (spoilt)
		data[len - 1] = 0xff;
	out_string(&o, c, data, len);
	binlog_out_drain(&o);
	assert_true(d.times > 4);
	assert_true(d.longest < 3 * BINLOG_OUT_CHUNK);
	if (spoilt) {
		assert_memory_equal(d.all.buf, "{\"base64\":\"", 11);
	} else {
		assert_int_equal(d.all.len, len + 2);
		assert_int_equal(d.all.buf[len + 1], '"');
	}
	strbuf_release(&d.all);
	binlog_out_release(&o);
	free(data);
}

/* Values are copied in steps of 8 or 16 bytes: what is special may stand anywhere in one. */
static void test_out__sees_what_is_special_at_every_place(void **state)
{
	static const char *const specials[] = { "\"", "\\", "\x1f", "\x7f", "\xc3\xa9", "'" };
	char value[48], want[64];

	(void)state;
	for (size_t len = 1; len < 40; len++)
		for (size_t at = 0; at < len; at++)
			for (size_t k = 0; k < ARRAY_SIZE(specials); k++) {
				size_t n = strlen(specials[k]);
				const char *escaped[] = { "\\\"", "\\\\", "\\u001f", "\\u007f",
							  "\xc3\xa9", "'" };

				memset(value, 'x', len);
				memcpy(value + at, specials[k], n);
				if (at + n > len)
					continue;
				snprintf(want, sizeof(want), "\"%.*s%s%.*s\"", (int)at, value,
					 escaped[k], (int)(len - at - n), value + at + n);
				string(CHARSET_UTF8MB4, false, value, len, want);
			}
}

static void test_out__drains_in_the_middle_of_a_long_value(void **state)
{
	(void)state;
	long_value(CHARSET_UTF8MB4, 4 << 20, false);
	long_value(CHARSET_UTF8MB4, 4 << 20, true);
	long_value(CHARSET_CP1251, 4 << 20, false);
	long_value(CHARSET_GBK, 4 << 20, true);
	long_value(CHARSET_BINARY, 4 << 20, true);
}

static void number(double v, const char *want)
{
	char text[64];

	*put_double(text, v) = '\0';
	assert_string_equal(text, want);
}

static void single(float v, const char *want)
{
	char text[64];

	*put_float(text, v) = '\0';
	assert_string_equal(text, want);
}

static void test_out__writes_the_shortest_number(void **state)
{
	(void)state;
	number(0, "0");
	number(-0.0, "-0");
	number(0.1, "0.1");
	number(-1.5, "-1.5");
	number(1e15, "1e15");
	number(123456789012345.0, "123456789012345");
	number(2.718281828459045, "2.718281828459045");
	number(5e-324, "5e-324");
	number(1.7976931348623157e308, "1.7976931348623157e308");
	number(0.00001, "1e-5");
	number(9007199254740993.0, "9007199254740992");
	single(3.14159f, "3.14159");
	single(0.1f, "0.1");
	single(16777216.0f, "16777216");
	single(3.4028235e38f, "3.4028235e38");
	single(1e-45f, "1e-45");
}

static void test_out__writes_numbers_that_read_back(void **state)
{
	uint64_t seed = 42;
	char text[64];

	(void)state;
	for (int i = 0; i < 200000; i++) {
		double d;
		float f;
		uint32_t half;

		seed = seed * 6364136223846793005u + 1442695040888963407u;
		memcpy(&d, &seed, 8);
		half = (uint32_t)(seed >> 32);
		memcpy(&f, &half, 4);
		if (d - d == 0) {
			*put_double(text, d) = '\0';
			assert_true(strtod(text, NULL) == d);
		}
		if (f - f == 0) {
			*put_float(text, f) = '\0';
			assert_true(strtof(text, NULL) == f);
		}
		f = (float)(seed % 100000) / 100;
		*put_float(text, f) = '\0';
		assert_true(strtof(text, NULL) == f && strlen(text) <= 6);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_out__writes_text_of_every_kind_of_character_set),
		cmocka_unit_test(test_out__follows_the_servers_where_they_leave_the_c_library),
		cmocka_unit_test(test_out__never_calls_bytes_text),
		cmocka_unit_test(test_out__sees_what_is_special_at_every_place),
		cmocka_unit_test(test_out__drains_in_the_middle_of_a_long_value),
		cmocka_unit_test(test_out__writes_the_shortest_number),
		cmocka_unit_test(test_out__writes_numbers_that_read_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
