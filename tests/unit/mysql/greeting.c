/* SPDX-License-Identifier: Apache-2.0 */
#include "mysql/greeting.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <stdlib.h>

#include "base/memory.h"
#include "base/strbuf.h"

/* Protocol 10 with everything that follows the version; low and high are the capabilities. */
static void make(struct strbuf *out, const char *version, uint16_t low, uint16_t high,
		 const char *plugin)
{
	unsigned char words[6] = { (unsigned char)low, (unsigned char)(low >> 8), 0xff, 2, 0 };

	strbuf_addch(out, 10);
	strbuf_add(out, version, strlen(version) + 1);
	strbuf_add(out, "\x07\x01\0\0" "12345678\0", 13);
	words[5] = (unsigned char)high;
	strbuf_add(out, words, 5);
	strbuf_addch(out, (char)words[5]);
	strbuf_addch(out, (char)(high >> 8));
	strbuf_addch(out, 21);
	strbuf_add(out, "\0\0\0\0\0\0\0\0\0\0" "123456789012\0", 23);
	strbuf_add(out, plugin, strlen(plugin) + 1);
}

static void test_greeting__tells_vendor_and_version(void **state UNUSED)
{
	static const struct {
		const char *sent, *shown;
		bool mariadb;
		unsigned number;
	} cases[] = {
		{ "5.5.5-10.11.6-MariaDB-log", "10.11.6-MariaDB-log", true, 101106 },
		{ "11.8.2-MariaDB", "11.8.2-MariaDB", true, 110802 },
		{ "9.7.4-2", "9.7.4-2", false, 90704 },
		{ "8.0.36", "8.0.36", false, 80036 },
		{ "5.7.44-log", "5.7.44-log", false, 50744 },
		{ "odd", "odd", false, 0 },
		{ "8.0", "8.0", false, 80000 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		cleanup_strbuf struct strbuf packet = STRBUF_INIT;
		struct error err = ERROR_INIT;
		struct greeting g;

		make(&packet, cases[i].sent, 0xffff, 0x000f, "mysql_native_password");
		assert_int_equal(greeting_read((const unsigned char *)packet.buf, packet.len, "x",
					       &g, &err), 0);
		assert_string_equal(g.version, cases[i].shown);
		assert_int_equal(g.mariadb, cases[i].mariadb);
		assert_int_equal(g.number, cases[i].number);
		assert_int_equal(g.thread_id, 0x107);
		assert_int_equal(g.capabilities, 0x000fffff);
		assert_string_equal(g.plugin, "mysql_native_password");
	}
}

static void test_greeting__shows_no_control_characters(void **state UNUSED)
{
	cleanup_strbuf struct strbuf packet = STRBUF_INIT;
	struct error err = ERROR_INIT;
	struct greeting g;

	make(&packet, "8.0\033[31m", 0xffff, 0, "a\nb");
	assert_int_equal(greeting_read((const unsigned char *)packet.buf, packet.len, "x", &g,
				       &err), 0);
	assert_string_equal(g.version, "8.0?[31m");
	assert_string_equal(g.plugin, "a?b");
}

static void test_greeting__says_what_answers_instead(void **state UNUSED)
{
	static const struct {
		const char *sent, *message;
	} cases[] = {
		{ "HTTP/1.1 400", "'db:1' is no MySQL server: a web server answers there" },
		{ "SSH-2.0-x", "'db:1' is no MySQL server: an SSH server answers there" },
		{ "220 smtp", "'db:1' is no MySQL server: a mail or FTP server answers there" },
		{ "-ERR x", "'db:1' is no MySQL server: a Redis or mail server answers there" },
		{ "\x09old", "'db:1' is no MySQL server: what it sends first is no greeting" },
		{ "\x0a" "8.0", "'db:1' is no MySQL server: what it sends first is no greeting" },
		{ "", "'db:1' is no MySQL server: what it sends first is no greeting" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		cleanup_error struct error err = ERROR_INIT;
		struct greeting g;

		assert_int_equal(greeting_read((const unsigned char *)cases[i].sent,
					       strlen(cases[i].sent), "db:1", &g, &err),
				 -ERR_INVALID);
		assert_string_equal(err.message, cases[i].message);
		assert_non_null(strstr(err.hint, "3306"));
	}
}

static void test_greeting__an_error_is_told_from_a_greeting(void **state UNUSED)
{
	assert_true(greeting_is_error((const unsigned char *)"\xff\x10\x04Too many", 11));
	assert_false(greeting_is_error((const unsigned char *)"\xff\x10", 2));
	assert_false(greeting_is_error((const unsigned char *)"\x0a" "8.0", 4));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_greeting__tells_vendor_and_version),
		cmocka_unit_test(test_greeting__shows_no_control_characters),
		cmocka_unit_test(test_greeting__says_what_answers_instead),
		cmocka_unit_test(test_greeting__an_error_is_told_from_a_greeting),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
