/* SPDX-License-Identifier: Apache-2.0 */
#include "net/certificate.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
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
	cleanup_free char *command = xasprintf("rm -rf '%s'", folder);

	(void)state;
	free(folder);
	return system(command);
}

static void save(const char *name, const struct strbuf *text)
{
	cleanup_free char *path = xasprintf("%s/%s", folder, name);
	struct error err = ERROR_INIT;

	assert_int_equal(file_write_atomic(path, text->buf, text->len, 0600, &err), 0);
}

/* The exit code of openssl in the folder. */
static int openssl(const char *words)
{
	cleanup_free char *command =
		xasprintf("cd '%s' && openssl %s >out 2>&1", folder, words);
	int status = system(command);

	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

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
	if (system("command -v openssl >/dev/null") != 0)
		skip();
}

static void test_certificate__is_of_its_ca_for_its_name_and_address(void **state)
{
	(void)state;
	need_openssl();
	make_pair();
	assert_int_equal(openssl("verify -x509_strict -purpose sslserver -CAfile ca.pem "
				 "-verify_ip 127.1.2.3 cert.pem"), 0);
	assert_int_equal(openssl("verify -x509_strict -purpose sslclient -CAfile ca.pem "
				 "-verify_hostname demo-0 cert.pem"), 0);
	assert_int_not_equal(openssl("verify -CAfile ca.pem -verify_ip 127.1.2.4 cert.pem"), 0);
	assert_int_not_equal(openssl("verify -CAfile ca.pem -verify_hostname demo-1 cert.pem"), 0);
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
	assert_int_not_equal(openssl("verify -CAfile other.pem cert.pem"), 0);
}

static void test_certificate__the_key_is_its_own(void **state)
{
	(void)state;
	need_openssl();
	make_pair();
	assert_int_equal(openssl("x509 -in cert.pem -noout -pubkey"), 0);
	assert_int_equal(openssl("pkey -in key.pem -pubout"), 0);
	assert_int_equal(openssl("x509 -in cert.pem -noout -pubkey -out a && "
				 "openssl pkey -in key.pem -pubout -out b && cmp a b"), 0);
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
