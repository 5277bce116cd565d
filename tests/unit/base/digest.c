/* SPDX-License-Identifier: Apache-2.0 */
#include "base/digest.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"

static void expect_decoded(const char *text, const char *bytes)
{
	cleanup_strbuf struct strbuf out = STRBUF_INIT;

	assert_true(strbuf_add_base64_decoded(&out, text, strlen(text)));
	assert_string_equal(out.buf, bytes);
}

/* RFC 4648 §10. */
static void test_digest__base64_is_decoded(void **state UNUSED)
{
	expect_decoded("", "");
	expect_decoded("Zg==", "f");
	expect_decoded("Zm8=", "fo");
	expect_decoded("Zm9v", "foo");
	expect_decoded("Zm9vYg==", "foob");
	expect_decoded("Zm9v\nYmE=\r\n", "fooba");
	expect_decoded("Zm9vYmFy", "foobar");
	expect_decoded("+/+/", "\xfb\xff\xbf");
}

static void test_digest__what_is_no_base64_is_refused(void **state UNUSED)
{
	static const char *const bad[] = { "Z", "Zg", "Zg=", "Zg===", "Zm8", "Zm9v=", "Z=g=",
					   "Zm 9v", "-_-_", "====", "Zm9vZ" };

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		cleanup_strbuf struct strbuf out = STRBUF_INIT;

		assert_false(strbuf_add_base64_decoded(&out, bad[i], strlen(bad[i])));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_digest__base64_is_decoded),
		cmocka_unit_test(test_digest__what_is_no_base64_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
