/* SPDX-License-Identifier: Apache-2.0 */
#include "kube/proxy.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <stdlib.h>

#include "base/memory.h"

static int clear(void **state UNUSED)
{
	static const char *const names[] = { "HTTPS_PROXY", "https_proxy", "HTTP_PROXY",
					     "http_proxy",  "NO_PROXY",	   "no_proxy" };

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		unsetenv(names[i]);
	return 0;
}

static bool is_proxied(const char *server, const char *no_proxy)
{
	cleanup_kube_url struct kube_url u = { 0 };
	cleanup_free char *proxy = NULL;
	struct error err = ERROR_INIT;

	setenv("HTTPS_PROXY", "p:3128", 1);
	setenv("NO_PROXY", no_proxy, 1);
	assert_int_equal(kube_url_parse(server, &u, &err), 0);
	assert_int_equal(kube_proxy_from_environment(&u, &proxy, &err), 0);
	if (proxy)
		assert_string_equal(proxy, "http://p:3128");
	return proxy != NULL;
}

static void test_proxy__no_proxy_holds_hosts_domains_addresses_networks(void **state UNUSED)
{
	static const struct {
		const char *server, *no_proxy;
		bool proxied;
	} cases[] = {
		{ "https://api.shop.com", "", true },
		{ "https://api.shop.com", "*", false },
		{ "https://api.shop.com", "a,*", false },
		{ "https://api.shop.com", "shop.com", false },
		{ "https://API.shop.com", "SHOP.com", false },
		{ "https://api.shop.com", ".shop.com", false },
		{ "https://api.shop.com", "*.shop.com", false },
		{ "https://shop.com", "shop.com", false },
		{ "https://shop.com", ".shop.com", true },
		{ "https://shop.com", "*.shop.com", true },
		{ "https://myshop.com", "shop.com", true },
		{ "https://api.shop.com", " other.com ,\tapi.shop.com", false },
		{ "https://api.shop.com:6443", "api.shop.com:6443", false },
		{ "https://api.shop.com:6443", "api.shop.com:443", true },
		{ "https://api.shop.com", "api.shop.com:443", false },
		{ "https://10.1.2.3:6443", "10.0.0.0/8", false },
		{ "https://10.1.2.3:6443", "10.1.2.0/30", false },
		{ "https://10.1.2.4:6443", "10.1.2.0/30", true },
		{ "https://10.1.2.3:6443", "0.0.0.0/0", false },
		{ "https://10.1.2.3", "10.1.2.3", false },
		{ "https://10.1.2.3", "10.1.2.3:443", false },
		{ "https://10.1.2.3", "10.1.2.3:1", true },
		{ "https://10.1.2.3", "10.0.0.0/33,/8,10/x", true },
		{ "https://[fd00::1]", "fd00::/8", false },
		{ "https://[fd00::1]", "fd00::1", false },
		{ "https://[fd00::1]:6443", "[fd00::1]:6443", false },
		{ "https://[fd00::1]:6443", "[fd00::1]:443", true },
		{ "https://[fd00::1]", "0.0.0.0/0", true },
		{ "https://localhost", "", false },
		{ "https://127.9.9.9", "", false },
		{ "https://[::1]", "", false },
		{ "https://api.shop.com", ",:,.,", true },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		if (is_proxied(cases[i].server, cases[i].no_proxy) != cases[i].proxied)
			fail_msg("%s with NO_PROXY='%s'", cases[i].server, cases[i].no_proxy);
}

static void test_proxy__of_an_unknown_kind_is_an_error_without_its_password(void **state UNUSED)
{
	cleanup_kube_url struct kube_url u = { 0 };
	cleanup_error struct error err = ERROR_INIT;
	char *proxy = NULL;

	assert_int_equal(kube_url_parse("https://h", &u, &err), 0);
	setenv("https_proxy", "ftp://u:secret@p:1", 1);
	assert_int_equal(kube_proxy_from_environment(&u, &proxy, &err), -ERR_INVALID);
	assert_string_equal(err.message, "cannot use the proxy 'ftp://p:1' of the environment: "
					 "it must begin with http://, https:// or socks5://");
	assert_string_equal(err.hint, "correct HTTPS_PROXY, or add the server to NO_PROXY");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(
			test_proxy__no_proxy_holds_hosts_domains_addresses_networks, clear),
		cmocka_unit_test_setup(
			test_proxy__of_an_unknown_kind_is_an_error_without_its_password, clear),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
