/* SPDX-License-Identifier: Apache-2.0 */
#include "kube/url.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"

static void expect(const char *text, const char *written, unsigned port)
{
	cleanup_kube_url struct kube_url u = { 0 };
	cleanup_strbuf struct strbuf out = STRBUF_INIT;
	struct error err = ERROR_INIT;

	assert_int_equal(kube_url_parse(text, &u, &err), 0);
	kube_url_add(&out, &u, "http");
	assert_string_equal(out.buf, written);
	assert_int_equal(kube_url_port(&u), port);
}

static void test_url__is_read_as_go_reads_it(void **state UNUSED)
{
	expect("https://h", "https://h", 443);
	expect("HTTPS://H:6443/", "https://H:6443", 6443);
	expect("http://h/a/b//?x=1#y", "http://h/a/b", 80);
	expect("https://[::1]:6443/p", "https://[::1]:6443/p", 6443);
	expect("h:8080", "http://h:8080", 8080);
	expect("h", "http://h", 0);
	expect("socks5://h", "socks5://h", 1080);
	expect("https://h:?x", "https://h", 443);
}

static void test_url__never_shows_a_password(void **state UNUSED)
{
	cleanup_strbuf struct strbuf out = STRBUF_INIT;

	expect("http://u:p@h:1", "http://h:1", 1);
	kube_url_add_shown(&out, "http://u:p@x@h:1\033[1m");
	kube_url_add_shown(&out, " u:p@h");
	assert_string_equal(out.buf, "http://h:1?[1mh");
}

static void test_url__what_is_none_is_refused(void **state UNUSED)
{
	static const char *const bad[] = {
		"",	      "https://",	 "https://:6443", "https://h:x",  "https://h:65536",
		"https://h:99999999999999999999", "https://[::1", "https://[::1]x:1", "h/p", "a b",
		"https://h\n", "https://a:b:1", "https://u@", "https://h:-1", "https://h: 1",
	};

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		cleanup_kube_url struct kube_url u = { 0 };
		cleanup_error struct error err = ERROR_INIT;

		assert_int_equal(kube_url_parse(bad[i], &u, &err), -ERR_INVALID);
		assert_null(u.host);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_url__is_read_as_go_reads_it),
		cmocka_unit_test(test_url__never_shows_a_password),
		cmocka_unit_test(test_url__what_is_none_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
