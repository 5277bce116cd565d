/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/common/login.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/memory.h"
#include "cli/session.h"

/* A home with a .my.cnf, and a password file. */
static char home[] = "/tmp/kmloginXXXXXX";
static char *cnf_path, *other_path, *password_path;

static char *write_home(const char *name, const char *text)
{
	char *path = xasprintf("%s/%s", home, name);
	struct error err = ERROR_INIT;

	assert_int_equal(file_write_atomic(path, text, strlen(text), 0600, &err), 0);
	return path;
}

static int set_up(void **state UNUSED)
{
	assert_non_null(mkdtemp(home));
	setenv("HOME", home, 1);
	unsetenv("MYSQL_PWD");
	unsetenv("MYSQL_PWD_FILE");
	cnf_path = write_home(".my.cnf", "[client]\nuser=cnf\npassword=cnf-word\nssl-ca=/ca\n");
	other_path = write_home("other.cnf", "[client]\nuser=other\n");
	password_path = write_home("password", "file-word\n");
	return 0;
}

static int tear_down(void **state UNUSED)
{
	free(cnf_path);
	free(other_path);
	free(password_path);
	return 0;
}

static void expect(const struct login_options *o, const struct target *t, const char *user,
		   const char *password)
{
	cleanup_session struct session s = { .out = STRBUF_INIT };
	cleanup_login struct login l = LOGIN_INIT;
	cleanup_error struct error err = ERROR_INIT;
	struct connection_options c = { 0 };

	assert_int_equal(login_resolve(&s, o, t, &l, &err), 0);
	login_fill(&l, &c);
	if (user)
		assert_string_equal(c.user, user);
	else
		assert_null(c.user);
	if (password)
		assert_string_equal(c.password, password);
	else
		assert_null(c.password);
}

static void test_login__options_go_before_files(void **state UNUSED)
{
	expect(&(struct login_options){ .tls = -1 }, NULL, "cnf", "cnf-word");
	expect(&(struct login_options){ .tls = -1, .defaults_file = other_path }, NULL, "other",
	       NULL);
	expect(&(struct login_options){ .tls = -1, .password_file = password_path }, NULL, "cnf",
	       "file-word");
	expect(&(struct login_options){ .tls = -1, .user = "cnf" }, NULL, "cnf", "cnf-word");
}

static void test_login__a_password_belongs_to_its_user(void **state UNUSED)
{
	expect(&(struct login_options){ .tls = -1, .user = "me" }, NULL, "me", NULL);
}

static void test_login__the_environment_fills_in_a_missing_password(void **state UNUSED)
{
	struct login_options other = { .tls = -1, .defaults_file = other_path };

	setenv("MYSQL_PWD_FILE", password_path, 1);
	expect(&other, NULL, "other", "file-word");
	setenv("MYSQL_PWD", "env-word", 1);
	expect(&other, NULL, "other", "env-word");
	expect(&(struct login_options){ .tls = -1 }, NULL, "cnf", "cnf-word");
	unsetenv("MYSQL_PWD");
	unsetenv("MYSQL_PWD_FILE");
}

static void test_login__a_targets_own_user_goes_before_files(void **state UNUSED)
{
	char user[] = "sandbox";
	struct target t = { .chosen = -1, .user = user, .password = user };
	struct target project = { .chosen = -1, .defaults_file = other_path };

	expect(&(struct login_options){ .tls = -1 }, &t, NULL, NULL);
	expect(&(struct login_options){ .tls = -1, .user = "me" }, &t, "me", NULL);
	expect(&(struct login_options){ .tls = -1, .password_file = password_path }, &t, "cnf",
	       "file-word");
	expect(&(struct login_options){ .tls = -1 }, &project, "other", NULL);
}

static void test_login__tls_of_options_and_files(void **state UNUSED)
{
	cleanup_session struct session s = { .out = STRBUF_INIT };
	cleanup_login struct login l = LOGIN_INIT, with_ca = LOGIN_INIT, with_mode = LOGIN_INIT;
	struct error err = ERROR_INIT;
	struct login_options o = { .tls = -1 };

	assert_int_equal(login_resolve(&s, &o, NULL, &l, &err), 0);
	assert_int_equal(l.tls, TLS_PREFERRED);
	assert_string_equal(l.tls_ca, "/ca");
	o.tls_ca = "/mine";
	assert_int_equal(login_resolve(&s, &o, NULL, &with_ca, &err), 0);
	assert_int_equal(with_ca.tls, TLS_VERIFY_CA);
	assert_string_equal(with_ca.tls_ca, "/mine");
	o.tls = TLS_REQUIRED;
	assert_int_equal(login_resolve(&s, &o, NULL, &with_mode, &err), 0);
	assert_int_equal(with_mode.tls, TLS_REQUIRED);
}

static void test_login__a_missing_file_is_named(void **state UNUSED)
{
	cleanup_session struct session s = { .out = STRBUF_INIT };
	struct login l = LOGIN_INIT;
	struct error err = ERROR_INIT;
	struct login_options o = { .tls = -1, .defaults_file = "/nonexistent/my.cnf" };

	assert_int_equal(login_resolve(&s, &o, NULL, &l, &err), -ERR_IO);
	assert_non_null(strstr(err.message, "/nonexistent/my.cnf"));
	error_release(&err);
	o = (struct login_options){ .tls = -1, .password_file = "/nonexistent/pw", .ask = true };
	assert_int_equal(login_resolve(&s, &o, NULL, &l, &err), -ERR_USAGE);
	error_release(&err);
	setenv("MYSQL_PWD_FILE", "/nonexistent/pw", 1);
	o = (struct login_options){ .tls = -1, .defaults_file = other_path };
	assert_int_equal(login_resolve(&s, &o, NULL, &l, &err), -ERR_IO);
	assert_non_null(strstr(err.message, "MYSQL_PWD_FILE: cannot read"));
	unsetenv("MYSQL_PWD_FILE");
	error_release(&err);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_login__options_go_before_files),
		cmocka_unit_test(test_login__a_password_belongs_to_its_user),
		cmocka_unit_test(test_login__the_environment_fills_in_a_missing_password),
		cmocka_unit_test(test_login__a_targets_own_user_goes_before_files),
		cmocka_unit_test(test_login__tls_of_options_and_files),
		cmocka_unit_test(test_login__a_missing_file_is_named),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
