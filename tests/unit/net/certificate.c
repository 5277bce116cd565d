/* SPDX-License-Identifier: Apache-2.0 */
#include "net/certificate.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"

/* Looked at with the program openssl, which shares no line with ours. */

static char *folder;

static int make_folder(void **state)
{
	(void)state;
	folder = xstrdup("/tmp/certificate.XXXXXX");
	return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state)
{
	static const char *const names[] = { "ca.pem", "cert.pem", "key.pem", "other.pem" };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		cleanup_free char *path = xasprintf("%s/%s", folder, names[i]);

		(void)unlink(path);
	}
	assert_int_equal(rmdir(folder), 0);
	free(folder);
	return 0;
}

static void save(const char *name, const struct strbuf *text)
{
	cleanup_free char *path = xasprintf("%s/%s", folder, name);
	struct error err = ERROR_INIT;

	assert_int_equal(file_write_atomic(path, text->buf, text->len, 0600, &err), 0);
}

/* The exit code of openssl in the folder; 127: there is none. The words end with NULL. */
static int openssl(const char *const *words)
{
	int status = -1;
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0) {
		int null = open("/dev/null", O_RDWR | O_CLOEXEC);

		if (null >= 0 && chdir(folder) == 0 && dup2(null, 1) >= 0 && dup2(null, 2) >= 0)
			execvp("openssl", (char *const *)(uintptr_t)words);
		_exit(127);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

#define OPENSSL(...) openssl((const char *const[]){ "openssl", __VA_ARGS__, NULL })
#define VERIFY(...) OPENSSL("verify", "-x509_strict", "-CAfile", __VA_ARGS__, "cert.pem")

static void make_pair(void)
{
	cleanup_certificate_ca struct certificate_ca *ca = NULL;
	cleanup_strbuf struct strbuf root = STRBUF_INIT, leaf = STRBUF_INIT, key = STRBUF_INIT;
	struct error err = ERROR_INIT;

	assert_int_equal(certificate_ca_new("sandbox demo", &ca, &err), 0);
	assert_int_equal(certificate_ca_pem(ca, &root, &err), 0);
	assert_int_equal(certificate_issue(ca, "demo-0", "127.1.2.3", &leaf, &key, &err), 0);
	save("ca.pem", &root);
	save("cert.pem", &leaf);
	save("key.pem", &key);
}

static void need_openssl(void)
{
	if (OPENSSL("version") == 127)
		skip();
}

static void test_certificate__is_of_its_ca_for_its_name_and_address(void **state)
{
	(void)state;
	need_openssl();
	make_pair();
	assert_int_equal(VERIFY("ca.pem", "-purpose", "sslserver", "-verify_ip", "127.1.2.3"), 0);
	assert_int_equal(VERIFY("ca.pem", "-purpose", "sslclient", "-verify_hostname", "demo-0"),
			 0);
	assert_int_not_equal(VERIFY("ca.pem", "-verify_ip", "127.1.2.4"), 0);
	assert_int_not_equal(VERIFY("ca.pem", "-verify_hostname", "demo-1"), 0);
}

static void test_certificate__another_ca_of_the_same_name_is_another(void **state)
{
	cleanup_certificate_ca struct certificate_ca *ca = NULL;
	cleanup_strbuf struct strbuf root = STRBUF_INIT;
	struct error err = ERROR_INIT;

	(void)state;
	need_openssl();
	make_pair();
	assert_int_equal(certificate_ca_new("sandbox demo", &ca, &err), 0);
	assert_int_equal(certificate_ca_pem(ca, &root, &err), 0);
	save("other.pem", &root);
	assert_int_not_equal(VERIFY("other.pem"), 0);
}

static void test_certificate__the_key_is_its_own(void **state)
{
	(void)state;
	need_openssl();
	make_pair();
	/* It signs in the certificate's name: openssl refuses a pair that is none. */
	assert_int_equal(OPENSSL("pkcs12", "-export", "-in", "cert.pem", "-inkey", "key.pem",
				 "-passout", "pass:x"), 0);
	assert_int_not_equal(OPENSSL("pkcs12", "-export", "-in", "ca.pem", "-inkey", "key.pem",
				     "-passout", "pass:x"), 0);
}

static void test_certificate__what_libcrypto_refuses_is_an_error(void **state)
{
	cleanup_certificate_ca struct certificate_ca *ca = NULL;
	cleanup_strbuf struct strbuf leaf = STRBUF_INIT, key = STRBUF_INIT;
	struct error err = ERROR_INIT;

	(void)state;
	assert_int_equal(certificate_ca_new("sandbox demo", &ca, &err), 0);
	assert_int_equal(certificate_issue(ca, "demo-0", "not an address", &leaf, &key, &err),
			 -ERR_TLS);
	assert_non_null(strstr(err.message, "cannot make a certificate"));
	assert_int_equal(key.len, 0);
	error_release(&err);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_certificate__is_of_its_ca_for_its_name_and_address),
		cmocka_unit_test(test_certificate__another_ca_of_the_same_name_is_another),
		cmocka_unit_test(test_certificate__the_key_is_its_own),
		cmocka_unit_test(test_certificate__what_libcrypto_refuses_is_an_error),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
