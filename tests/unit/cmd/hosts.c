/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs those above first */
#include <cmocka.h>

#include "base/limits.h"
#include "base/memory.h"
#include "base/strbuf.h"
#include "cmd/common/hosts.h"

#include <string.h>

static void test_hosts__names_addresses_ports_and_sockets(void **state)
{
	cleanup_hosts struct hosts h = HOSTS_INIT;
	cleanup_error struct error err = ERROR_INIT;

	(void)state;
	assert_int_equal(hosts_add_list(&h, "h1,h2:3307, [::1]:3308,[fe80::1%eth0],::2,/run/x.sock",
					"--hosts", &err),
			 0);
	assert_int_equal(h.len, 6);
	assert_string_equal(h.items[0].name, "h1");
	assert_int_equal(h.items[0].port, 3306);
	assert_string_equal(h.items[1].host, "h2");
	assert_int_equal(h.items[1].port, 3307);
	assert_string_equal(h.items[2].host, "::1");
	assert_string_equal(h.items[2].name, "[::1]:3308");
	assert_string_equal(h.items[3].host, "fe80::1%eth0");
	assert_string_equal(h.items[4].host, "::2");
	assert_string_equal(h.items[5].socket, "/run/x.sock");
	assert_null(h.items[5].host);
	assert_ptr_equal(hosts_find(&h, "h1:3306"), &h.items[0]);
	assert_ptr_equal(hosts_find(&h, "h2:3307"), &h.items[1]);
	assert_null(hosts_find(&h, "h2"));
}

static void test_hosts__a_bad_list_says_what_is_wrong(void **state)
{
	static const struct {
		const char *list, *message;
	} cases[] = {
		{ "h1,", "option '--hosts': '': expected the name or address of a host" },
		{ "h1:0", "option '--hosts': 'h1:0': expected a port from 1 to 65535" },
		{ "h1:99999", "option '--hosts': 'h1:99999': expected a port from 1 to 65535" },
		{ "h1:", "option '--hosts': 'h1:': expected a port from 1 to 65535" },
		{ "[::1", "option '--hosts': '[::1': expected ']' behind the address" },
		{ "[::1]x", "option '--hosts': '[::1]x': expected ':' and a port behind ']'" },
		{ "a b", "option '--hosts': 'a b': expected the name or address of a host" },
		{ "h1,h1:3306", "option '--hosts': 'h1:3306': this host is in the list already" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		cleanup_hosts struct hosts h = HOSTS_INIT;
		cleanup_error struct error err = ERROR_INIT;

		assert_int_equal(hosts_add_list(&h, cases[i].list, "--hosts", &err), -ERR_USAGE);
		assert_string_equal(err.message, cases[i].message);
		assert_string_equal(err.hint, "write hosts as h1,h2:3307,[::1]:3306");
	}
}

static int add_file(struct hosts *h, const char *text, struct error *err)
{
	return hosts_add_file(h, text, strlen(text), "hosts.txt", err);
}

static void test_hosts__an_inventory_has_lines_or_a_yaml_list(void **state)
{
	static const char *const texts[] = {
		"# ours\n\n  db1\ndb2:3307 # the second\r\n[::1]:3308",
		"# ours\n- db1\n- db2:3307\n- '[::1]:3308'\n",
		"[db1, 'db2:3307', '[::1]:3308']",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		cleanup_hosts struct hosts h = HOSTS_INIT;
		cleanup_error struct error err = ERROR_INIT;

		assert_int_equal(add_file(&h, texts[i], &err), 0);
		assert_int_equal(h.len, 3);
		assert_string_equal(h.items[0].name, "db1");
		assert_string_equal(h.items[1].name, "db2:3307");
		assert_string_equal(h.items[2].name, "[::1]:3308");
	}
}

static void test_hosts__a_bad_inventory_is_shown_with_its_place(void **state)
{
	static const struct {
		const char *text;
		uint32_t line, column;
		const char *message;
	} cases[] = {
		{ "", 1, 1, "there is no host in this file" },
		{ "# nothing\n", 1, 1, "there is no host in this file" },
		{ "db1\n  d b\n", 2, 4, "'d b': expected the name or address of a host" },
		{ "db1\n\xc3\xa9\xc3\xa9:x\n", 2, 4,
		  "'\xc3\xa9\xc3\xa9:x': expected a port from 1 to 65535" },
		{ "db1\ndb1", 2, 1, "'db1': this host is in the list already" },
		{ "- db1\n- 3\n", 2, 3, "expected the name of a host, got number" },
		{ "- db1\n- db1\n", 2, 3, "'db1': this host is in the list already" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		cleanup_hosts struct hosts h = HOSTS_INIT;
		cleanup_error struct error err = ERROR_INIT;

		assert_int_equal(add_file(&h, cases[i].text, &err), -ERR_INVALID);
		assert_string_equal(err.message, cases[i].message);
		assert_int_equal(err.line, cases[i].line);
		assert_int_equal(err.column, cases[i].column);
	}
}

static void test_hosts__more_than_the_limit_are_refused(void **state)
{
	cleanup_hosts struct hosts h = HOSTS_INIT;
	cleanup_error struct error err = ERROR_INIT;
	cleanup_strbuf struct strbuf text = STRBUF_INIT;

	(void)state;
	for (size_t i = 0; i <= LIMIT_INSTANCES; i++)
		strbuf_addf(&text, "h%zu\n", i);
	assert_int_equal(add_file(&h, text.buf, &err), -ERR_INVALID);
	assert_string_equal(err.message, "'h10000': there are more hosts than this program takes");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_hosts__names_addresses_ports_and_sockets),
		cmocka_unit_test(test_hosts__a_bad_list_says_what_is_wrong),
		cmocka_unit_test(test_hosts__an_inventory_has_lines_or_a_yaml_list),
		cmocka_unit_test(test_hosts__a_bad_inventory_is_shown_with_its_place),
		cmocka_unit_test(test_hosts__more_than_the_limit_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
