/* SPDX-License-Identifier: Apache-2.0 */
#include "base/secret.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/memory.h"

static char path[] = "/tmp/kmsecretXXXXXX";

static void write_secret(const char *text, size_t len)
{
	int fd;

	memcpy(path, "/tmp/kmsecretXXXXXX", sizeof(path));
	fd = mkstemp(path);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, len), len);
	close(fd);
}

static void test_secret__is_wiped_behind_a_nul_too(void **state UNUSED)
{
	cleanup_secret char *secret = secret_dup("hid\0den", 7);
	static const char zeros[8];

	assert_memory_equal(secret, "hid\0den", 8);
	secret_wipe(secret);
	assert_memory_equal(secret, zeros, sizeof(zeros));
	secret_wipe(NULL);
}

static void test_secret__forbids_core_files(void **state UNUSED)
{
	cleanup_secret char *secret = secret_dup("hidden!", 6);
	struct rlimit limit;

	assert_string_equal(secret, "hidden");
	assert_int_equal(getrlimit(RLIMIT_CORE, &limit), 0);
	assert_int_equal(limit.rlim_max, 0);
}

static void test_secret__is_the_first_line_of_a_file(void **state UNUSED)
{
	static const struct {
		const char *text, *want;
	} cases[] = {
		{ "word", "word" },	    { "word\n", "word" }, { "word\r\n", "word" },
		{ "two words \nx", "two words " }, { "", "" },	  { "\n", "" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		cleanup_secret char *secret = NULL;
		struct error err = ERROR_INIT;

		write_secret(cases[i].text, strlen(cases[i].text));
		assert_int_equal(secret_read_file(path, &secret, &err), 0);
		assert_string_equal(secret, cases[i].want);
		unlink(path);
	}
}

static void test_secret__refuses_what_is_no_password(void **state UNUSED)
{
	cleanup_free char *large = xcalloc(1, LIMIT_SECRET_BYTES + 1);
	cleanup_error struct error missing = ERROR_INIT, nul = ERROR_INIT, size = ERROR_INIT;
	char *secret = NULL;

	assert_int_equal(secret_read_file("/nonexistent", &secret, &missing), -ERR_IO);
	assert_string_equal(missing.message,
			    "cannot read password file '/nonexistent': No such file or directory");
	write_secret("a\0b", 3);
	assert_int_equal(secret_read_file(path, &secret, &nul), -ERR_INVALID);
	unlink(path);
	memset(large, 'x', LIMIT_SECRET_BYTES + 1);
	write_secret(large, LIMIT_SECRET_BYTES + 1);
	assert_int_equal(secret_read_file(path, &secret, &size), -ERR_LIMIT);
	assert_null(strstr(size.message, "xxx"));
	assert_null(secret);
	unlink(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_secret__is_wiped_behind_a_nul_too),
		cmocka_unit_test(test_secret__forbids_core_files),
		cmocka_unit_test(test_secret__is_the_first_line_of_a_file),
		cmocka_unit_test(test_secret__refuses_what_is_no_password),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
