/* SPDX-License-Identifier: Apache-2.0 */
#include "kube/credentials.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"
#include "base/limits.h"
#include "base/memory.h"
#include "kube/token_file.h"

static void write_file(const char *path, const char *text)
{
	struct error err = ERROR_INIT;

	assert_int_equal(file_write_atomic(path, text, strlen(text), 0600, &err), 0);
}

static void expect(struct credentials *c, const char *authorization)
{
	struct credentials_shown shown = { 0 };
	struct error err = ERROR_INIT;

	assert_int_equal(credentials_get(c, &shown, &err), 0);
	if (authorization)
		assert_string_equal(shown.authorization, authorization);
	else
		assert_null(shown.authorization);
}

static void test_credentials__of_each_kind(void **state UNUSED)
{
	struct kube_config token = { .auth = KUBE_AUTH_TOKEN, .token = "t" };
	struct kube_config basic = { .auth = KUBE_AUTH_BASIC, .username = "u", .password = "p:x" };
	struct kube_config none = { .auth = KUBE_AUTH_NONE };
	const struct kube_config *all[] = { &token, &basic, &none };
	const char *const expected[] = { "Bearer t", "Basic dTpwOng=", NULL };

	for (size_t i = 0; i < ARRAY_SIZE(all); i++) {
		struct credentials *c = credentials_new(all[i], NULL);
		struct credentials_shown shown = { 0 };

		expect(c, expected[i]);
		expect(c, expected[i]);
		/* The same once more would be refused again. */
		assert_false(credentials_refused(c, &shown));
		credentials_free(c);
	}
}

static void test_credentials__a_token_file_that_was_renewed_is_read_after_a_401(void **state UNUSED)
{
	char path[] = "/tmp/kmtokenXXXXXX";
	struct kube_config config = { .auth = KUBE_AUTH_TOKEN, .token = "old",
				      .token_file = path };
	struct credentials *c = credentials_new(&config, NULL);
	struct credentials_shown shown = { 0 };

	close(mkstemp(path));
	write_file(path, " f1\n");
	expect(c, "Bearer f1");
	write_file(path, "f2\n");
	expect(c, "Bearer f1");
	assert_true(credentials_refused(c, &shown));
	expect(c, "Bearer f2");
	assert_false(credentials_refused(c, &shown));
	/* While there is none, the last good one serves. */
	unlink(path);
	assert_false(credentials_refused(c, &shown));
	expect(c, "Bearer f2");
	credentials_free(c);
}

static void test_token_file__is_read_again_after_a_while(void **state UNUSED)
{
	char path[] = "/tmp/kmtokenXXXXXX";
	struct token_file t = { .path = path };
	struct error err = ERROR_INIT;
	const char *token;

	close(mkstemp(path));
	write_file(path, "f1");
	assert_int_equal(token_file_get(&t, &token, &err), 0);
	write_file(path, "f2");
	t.read_at -= TOKEN_FILE_FRESH - 10000;
	assert_int_equal(token_file_get(&t, &token, &err), 0);
	assert_string_equal(token, "f1");
	t.read_at -= 10000;
	assert_int_equal(token_file_get(&t, &token, &err), 0);
	assert_string_equal(token, "f2");
	t.read_at -= TOKEN_FILE_FRESH;
	write_file(path, "");
	assert_int_equal(token_file_get(&t, &token, &err), 0);
	assert_string_equal(token, "f2");
	token_file_release(&t);
	unlink(path);
}

static void test_token_file__what_is_no_token_is_refused(void **state UNUSED)
{
	char path[] = "/tmp/kmtokenXXXXXX";
	int fd = mkstemp(path);
	char *token = NULL;
	struct error err = ERROR_INIT;

	write_file(path, "hunter2\nX: y\n");
	assert_int_equal(token_file_read(path, &token, &err), -ERR_INVALID);
	assert_null(strstr(err.message, "hunter2"));
	error_release(&err);
	write_file(path, " \n");
	assert_int_equal(token_file_read(path, &token, &err), -ERR_INVALID);
	error_release(&err);
	close(fd);
	assert_int_equal(truncate(path, (off_t)LIMIT_CREDENTIAL_BYTES + 1), 0);
	assert_int_equal(token_file_read(path, &token, &err), -ERR_LIMIT);
	error_release(&err);
	unlink(path);
	assert_int_equal(token_file_read(path, &token, &err), -ERR_IO);
	error_release(&err);
	assert_null(token);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_credentials__of_each_kind),
		cmocka_unit_test(
			test_credentials__a_token_file_that_was_renewed_is_read_after_a_401),
		cmocka_unit_test(test_token_file__is_read_again_after_a_while),
		cmocka_unit_test(test_token_file__what_is_no_token_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
