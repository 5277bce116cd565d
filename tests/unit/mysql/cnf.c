/* SPDX-License-Identifier: Apache-2.0 */
#include "mysql/cnf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/limits.h"
#include "base/memory.h"

static struct cnf read_text(const char *text)
{
	struct cnf c = CNF_INIT;
	struct error err = ERROR_INIT;

	assert_int_equal(cnf_parse(text, strlen(text), "my.cnf", &c, &err), 0);
	return c;
}

static void test_cnf__takes_the_options_of_a_connection(void **state UNUSED)
{
	cleanup_cnf struct cnf c = read_text("# all\n[client]\nhost=db1\nport = 3307\nsocket=/s\n"
					     "user=root\npassword=secret\ndatabase=shop\ncompress\n"
					     "ssl-ca=/ca\nssl_cert=/cert\nssl-key=/key\n"
					     "ssl-capath=/p\nssl-mode=verify_ca\n");

	assert_string_equal(c.host, "db1");
	assert_int_equal(c.port, 3307);
	assert_string_equal(c.socket, "/s");
	assert_string_equal(c.user, "root");
	assert_string_equal(c.password, "secret");
	assert_string_equal(c.database, "shop");
	assert_true(c.compress);
	assert_string_equal(c.tls_ca, "/ca");
	assert_string_equal(c.tls_capath, "/p");
	assert_string_equal(c.tls_cert, "/cert");
	assert_string_equal(c.tls_key, "/key");
	assert_true(c.has_tls);
	assert_int_equal(c.tls, TLS_VERIFY_CA);
}

static void test_cnf__reads_our_groups_in_the_order_of_the_file(void **state UNUSED)
{
	cleanup_cnf struct cnf c = read_text("[mysqld]\nuser=server\n[client]\nuser=a\n"
					     "[mysql]\nuser=b\n[ client ]\nuser=no\n"
					     "[client-mariadb ]\nhost=h\n[mysqldump]\nuser=dump\n");

	assert_string_equal(c.user, "b");
	assert_string_equal(c.host, "h");
}

static void test_cnf__a_suffix_names_further_groups(void **state UNUSED)
{
	char path[] = "/tmp/kmcnfXXXXXX";
	int fd = mkstemp(path);
	cleanup_cnf struct cnf c = CNF_INIT;
	struct error err = ERROR_INIT;
	static const char text[] = "[client]\nuser=a\n[client_eu]\nuser=eu\n[client_us]\nuser=us\n";

	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
	setenv("MYSQL_GROUP_SUFFIX", "_eu", 1);
	assert_int_equal(cnf_read_file(path, &c, &err), 0);
	unsetenv("MYSQL_GROUP_SUFFIX");
	assert_string_equal(c.user, "eu");
	unlink(path);
}

/* What `my_print_defaults client` of MariaDB 10.11 prints for each. */
static void test_cnf__quotes_escapes_and_comments_as_the_clients(void **state UNUSED)
{
	static const struct {
		const char *line, *want;
	} cases[] = {
		{ "plain", "plain" },
		{ "  spaces around  ", "spaces around" },
		{ "\"in double\"", "in double" },
		{ "'in single'", "in single" },
		{ "\"half", "\"half" },
		{ "'a\"", "'a\"" },
		{ "\"a # b\"", "a # b" },
		{ "a # b", "a" },
		{ "a;b", "a;b" },
		{ "a\\nb\\tc\\rd\\be", "a\nb\tc\rd\be" },
		{ "a\\sb", "a b" },
		{ "\"q\\\"q\"", "q\"q" },
		{ "b\\\\s", "b\\s" },
		{ "un\\known", "un\\known" },
		{ "end\\", "end\\" },
		{ "a=b", "a=b" },
		{ "", "" },
		{ "\"\"", "" },
		{ "\"", "\"" },
		{ "\"a\\\\\"#x", "a\\" },
		{ "p\xc3\xa4ss", "p\xc3\xa4ss" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		cleanup_free char *text = xasprintf("[client]\npassword=%s\n", cases[i].line);
		cleanup_cnf struct cnf c = read_text(text);

		assert_string_equal(c.password, cases[i].want);
	}
}

static void test_cnf__tls_as_both_vendors_write_it(void **state UNUSED)
{
	static const struct {
		const char *lines;
		bool has;
		enum tls_mode want;
	} cases[] = {
		{ "user=x", false, TLS_PREFERRED },
		{ "ssl", true, TLS_PREFERRED },
		{ "skip-ssl", true, TLS_DISABLED },
		{ "skip_ssl", true, TLS_DISABLED },
		{ "disable-ssl", true, TLS_DISABLED },
		{ "ssl=OFF", true, TLS_DISABLED },
		{ "ssl=1", true, TLS_PREFERRED },
		{ "ssl-verify-server-cert", true, TLS_VERIFY_IDENTITY },
		{ "ssl-verify-server-cert=0", false, TLS_PREFERRED },
		{ "ssl-mode=REQUIRED", true, TLS_REQUIRED },
		{ "ssl_mode=Disabled", true, TLS_DISABLED },
		{ "loose-ssl-mode=PREFERRED", true, TLS_PREFERRED },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		cleanup_free char *text = xasprintf("[client]\n%s\n", cases[i].lines);
		cleanup_cnf struct cnf c = read_text(text);

		assert_int_equal(c.has_tls, cases[i].has);
		assert_int_equal(c.tls, cases[i].want);
	}
}

static void test_cnf__an_option_without_value_takes_the_password_away(void **state UNUSED)
{
	cleanup_cnf struct cnf c = read_text("[client]\npassword=x\npassword\n");

	assert_null(c.password);
}

static void test_cnf__errors_have_a_place_and_no_value(void **state UNUSED)
{
	static const struct {
		const char *text;
		unsigned line, column;
		const char *message;
	} cases[] = {
		{ "user=x\n", 1, 1, "an option stands before the first group" },
		{ "[client\n", 1, 1, "the group lacks its ']'" },
		{ "\n[client]\n  port=70000\n", 3, 8, "port is no number from 0 to 65535" },
		{ "[client]\nport=-1\n", 2, 6, "port is no number from 0 to 65535" },
		{ "[client]\nhost\n", 2, 1, "the option lacks its value" },
		{ "[client]\n=hidden\n", 2, 1, "the option lacks its name" },
		{ "[client]\nssl-mode=hidden\n", 2, 10, "ssl-mode has an unknown value" },
		{ "!inclode x\n", 1, 1,
		  "the line begins with '!' and is neither !include nor !includedir" },
		{ "!include \n", 1, 9, "the path to include is missing" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		cleanup_cnf struct cnf c = CNF_INIT;
		cleanup_error struct error err = ERROR_INIT;

		assert_int_equal(cnf_parse(cases[i].text, strlen(cases[i].text), "my.cnf", &c,
					   &err), -ERR_INVALID);
		assert_string_equal(err.message, cases[i].message);
		assert_string_equal(err.file, "my.cnf");
		assert_int_equal(err.line, cases[i].line);
		assert_int_equal(err.column, cases[i].column);
	}
}

/* ---- files -----------------------------------------------------------------------------------*/

static void write_file(const char *folder, const char *name, const char *text, unsigned mode)
{
	cleanup_free char *path = xasprintf("%s/%s", folder, name);
	struct error err = ERROR_INIT;

	assert_int_equal(file_write_atomic(path, text, strlen(text), mode, &err), 0);
	assert_int_equal(chmod(path, mode), 0);
}

static void test_cnf__includes_files_and_folders(void **state UNUSED)
{
	char folder[] = "/tmp/kmcnfXXXXXX";
	cleanup_free char *main_path = NULL, *dir = NULL, *text = NULL;
	cleanup_cnf struct cnf c = CNF_INIT;
	cleanup_error struct error err = ERROR_INIT;

	assert_non_null(mkdtemp(folder));
	dir = xasprintf("%s/conf.d", folder);
	assert_int_equal(mkdir(dir, 0700), 0);
	write_file(dir, "b.cnf", "[client]\nuser=b\n", 0600);
	write_file(dir, "a.cnf", "[client]\nuser=a\nhost=a\n", 0600);
	write_file(dir, "c.txt", "[client]\nuser=c\n", 0600);
	write_file(folder, "one.cnf", "[mysql]\nport=1\n", 0600);
	text = xasprintf("[client]\nuser=x\n!include %s/one.cnf\n!includedir %s\n"
			 "!include %s/missing\nsocket=/s\n", folder, dir, folder);
	write_file(folder, "my.cnf", text, 0600);
	main_path = xasprintf("%s/my.cnf", folder);
	assert_int_equal(cnf_read_file(main_path, &c, &err), 0);
	assert_string_equal(c.user, "b");
	assert_string_equal(c.host, "a");
	assert_int_equal(c.port, 1);
	/* The group goes on behind what was included. */
	assert_string_equal(c.socket, "/s");
}

static void test_cnf__a_file_that_includes_itself_is_an_error(void **state UNUSED)
{
	char folder[] = "/tmp/kmcnfXXXXXX";
	cleanup_free char *path = NULL, *text = NULL;
	cleanup_cnf struct cnf c = CNF_INIT;
	cleanup_error struct error err = ERROR_INIT;

	assert_non_null(mkdtemp(folder));
	path = xasprintf("%s/my.cnf", folder);
	text = xasprintf("!include %s\n", path);
	write_file(folder, "my.cnf", text, 0600);
	assert_int_equal(cnf_read_file(path, &c, &err), -ERR_INVALID);
	assert_string_equal(err.message, "files include each other too deep");
}

static void test_cnf__what_everybody_may_write_to_is_left_out(void **state UNUSED)
{
	char folder[] = "/tmp/kmcnfXXXXXX";
	cleanup_free char *path = NULL;
	cleanup_cnf struct cnf c = CNF_INIT;
	cleanup_error struct error err = ERROR_INIT;

	assert_non_null(mkdtemp(folder));
	path = xasprintf("%s/my.cnf", folder);
	write_file(folder, "my.cnf", "[client]\nuser=x\n", 0666);
	assert_int_equal(cnf_read_file(path, &c, &err), 0);
	assert_null(c.user);
	assert_int_equal(c.warnings.len, 1);
	assert_non_null(strstr(c.warnings.v[0], "everybody may write"));
}

static void test_cnf__reads_the_own_file_of_the_user(void **state UNUSED)
{
	char folder[] = "/tmp/kmcnfXXXXXX";
	cleanup_cnf struct cnf c = CNF_INIT;
	cleanup_error struct error err = ERROR_INIT;

	assert_non_null(mkdtemp(folder));
	write_file(folder, ".my.cnf", "[client]\nuser=own\n", 0600);
	setenv("HOME", folder, 1);
	assert_int_equal(cnf_read_defaults(&c, &err), 0);
	assert_string_equal(c.user, "own");
}

static void test_cnf__a_missing_file_is_an_error_and_a_large_one(void **state UNUSED)
{
	char folder[] = "/tmp/kmcnfXXXXXX";
	cleanup_free char *path = NULL, *large = xcalloc(1, LIMIT_CNF_BYTES + 2);
	cleanup_cnf struct cnf c = CNF_INIT;
	cleanup_error struct error err = ERROR_INIT, second = ERROR_INIT;

	assert_non_null(mkdtemp(folder));
	path = xasprintf("%s/my.cnf", folder);
	assert_true(cnf_read_file(path, &c, &err) < 0);
	assert_non_null(strstr(err.message, path));
	memset(large, '#', LIMIT_CNF_BYTES + 1);
	write_file(folder, "my.cnf", large, 0600);
	assert_int_equal(cnf_read_file(path, &c, &second), -ERR_LIMIT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cnf__takes_the_options_of_a_connection),
		cmocka_unit_test(test_cnf__reads_our_groups_in_the_order_of_the_file),
		cmocka_unit_test(test_cnf__a_suffix_names_further_groups),
		cmocka_unit_test(test_cnf__quotes_escapes_and_comments_as_the_clients),
		cmocka_unit_test(test_cnf__tls_as_both_vendors_write_it),
		cmocka_unit_test(test_cnf__an_option_without_value_takes_the_password_away),
		cmocka_unit_test(test_cnf__errors_have_a_place_and_no_value),
		cmocka_unit_test(test_cnf__includes_files_and_folders),
		cmocka_unit_test(test_cnf__a_file_that_includes_itself_is_an_error),
		cmocka_unit_test(test_cnf__what_everybody_may_write_to_is_left_out),
		cmocka_unit_test(test_cnf__reads_the_own_file_of_the_user),
		cmocka_unit_test(test_cnf__a_missing_file_is_an_error_and_a_large_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
