/* SPDX-License-Identifier: Apache-2.0 */
#include "base/sha1.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/digest.h"
#include "base/memory.h"

static void expect(const char *text, size_t len, const char *hex)
{
	uint8_t digest[SHA1_SIZE];
	cleanup_strbuf struct strbuf out = STRBUF_INIT;

	sha1(text, len, digest);
	strbuf_add_hex(&out, digest, sizeof(digest));
	assert_string_equal(out.buf, hex);
}

/* The vectors of FIPS 180-4, and lengths around the end of a block. */
static void test_sha1__gives_the_digests_of_the_standard(void **state UNUSED)
{
	static char many[1000000];

	memset(many, 'a', sizeof(many));
	expect("", 0, "da39a3ee5e6b4b0d3255bfef95601890afd80709");
	expect("abc", 3, "a9993e364706816aba3e25717850c26c9cd0d89d");
	expect("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 56,
	       "84983e441c3bd26ebaae4aa1f95129e5e54670f1");
	expect(many, 55, "c1c8bbdc22796e28c0e15163d20899b65621d65a");
	expect(many, 64, "0098ba824b5c16427bd7a1122a5a442a25ec644d");
	expect(many, sizeof(many), "34aa973cd4c4daa4f61eeb2bdbad27316534016f");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sha1__gives_the_digests_of_the_standard),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
