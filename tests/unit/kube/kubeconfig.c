/* SPDX-License-Identifier: Apache-2.0 */
#include "kube/kubeconfig.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"

/* Most is shown by tests/kubectl/kubeconfig; here is what that cannot see. */

static char folder[32];

static int begin(void **state UNUSED)
{
	static const char *const names[] = { "KUBECONFIG", "KUBERNETES_MASTER", "POD_NAMESPACE",
					     "KUBERNETES_SERVICE_HOST", "KUBERNETES_SERVICE_PORT",
					     "HTTPS_PROXY", "https_proxy", "HTTP_PROXY",
					     "http_proxy" };

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		unsetenv(names[i]);
	memcpy(folder, "/tmp/kmkubeXXXXXX", 18);
	assert_non_null(mkdtemp(folder));
	setenv("HOME", folder, 1);
	return chdir(folder);
}

static int end(void **state UNUSED)
{
	static const char *const names[] = { "a", "b", "token", "namespace", "ca.crt" };

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		unlink(names[i]);
	return rmdir(folder);
}

static void write_file(const char *path, const char *text)
{
	struct error err = ERROR_INIT;

	assert_int_equal(file_write_atomic(path, text, strlen(text), 0600, &err), 0);
}

static void test_kubeconfig__says_where_everything_is_from(void **state UNUSED)
{
	cleanup_kube_config struct kube_config c = KUBE_CONFIG_INIT;
	struct error err = ERROR_INIT;

	write_file("a", "current-context: x\ncontexts: [{name: x, context: {cluster: k, user: u}}]\n");
	write_file("b", "clusters: [{name: k, cluster: {server: 'https://[fd00::1]/p/',"
			" proxy-url: 'socks5://p'}}]\nusers: [{name: u, user: {token: t}}]\n");
	setenv("KUBECONFIG", "a:b:nowhere", 1);
	assert_int_equal(kube_config_load(NULL, &c, &err), 0);
	assert_string_equal(c.context, "x");
	assert_string_equal(c.cluster, "k");
	assert_string_equal(c.user, "u");
	assert_string_equal(c.namespace, "default");
	assert_false(c.namespace_given);
	assert_false(c.server_is_default);
	assert_string_equal(c.server, "https://[fd00::1]/p");
	assert_string_equal(c.host, "fd00::1");
	assert_int_equal(c.port, 443);
	assert_string_equal(c.path, "/p");
	assert_true(c.tls);
	assert_int_equal(c.auth, KUBE_AUTH_TOKEN);
	assert_string_equal(c.proxy, "socks5://p");
}

static void test_kubeconfig__nothing_at_all_is_the_default_server(void **state UNUSED)
{
	cleanup_kube_config struct kube_config c = KUBE_CONFIG_INIT;
	struct error err = ERROR_INIT;

	assert_int_equal(kube_config_load(&(struct kube_options){ .namespace = "n" }, &c, &err), 0);
	assert_null(c.context);
	assert_null(c.cluster);
	assert_null(c.user);
	assert_true(c.server_is_default);
	assert_string_equal(c.server, "http://localhost:8080");
	assert_string_equal(c.namespace, "n");
	assert_true(c.namespace_given);
	assert_false(c.tls);
}

static void test_kubeconfig__a_service_account_may_have_no_ca(void **state UNUSED)
{
	cleanup_kube_config struct kube_config c = KUBE_CONFIG_INIT;
	struct error err = ERROR_INIT;
	const struct kube_options o = { .service_account = folder };

	setenv("KUBERNETES_SERVICE_HOST", "fd00::2", 1);
	setenv("KUBERNETES_SERVICE_PORT", "6443", 1);
	write_file("token", "t\n");
	write_file("ca.crt", "no certificate\n");
	assert_int_equal(kube_config_load(&o, &c, &err), 0);
	assert_true(c.in_cluster);
	assert_string_equal(c.server, "https://[fd00::2]:6443");
	assert_string_equal(c.token, "t");
	assert_int_equal(c.ca.len, 0);
	assert_string_equal(c.namespace, "default");
}

/* kubectl would send it. */
static void test_kubeconfig__a_service_account_is_not_shown_in_clear(void **state UNUSED)
{
	cleanup_kube_config struct kube_config c = KUBE_CONFIG_INIT;
	struct error err = ERROR_INIT;
	const struct kube_options o = { .service_account = folder,
					.server = "http://localhost:8080" };

	setenv("KUBERNETES_SERVICE_HOST", "h", 1);
	setenv("KUBERNETES_SERVICE_PORT", "6443", 1);
	write_file("token", "t\n");
	assert_int_equal(kube_config_load(&o, &c, &err), 0);
	assert_true(c.in_cluster);
	assert_false(c.tls);
	assert_int_equal(c.auth, KUBE_AUTH_NONE);
	assert_null(c.token);
}

static void test_kubeconfig__errors_name_entry_and_place(void **state UNUSED)
{
	static const struct {
		const char *user, *message, *hint;
		int class;
	} cases[] = {
		{ "{username: me, token: hunter2}",
		  "user 'u': it has a token and a user name with password",
		  "only one of them can be sent", ERR_INVALID },
		{ "{}", "cannot log in to 'https://h': the user 'u' has no credentials",
		  "name another user with --user, or give --token or --client-certificate",
		  ERR_DENIED },
		{ "{tokenFile: nowhere}",
		  "user 'u': cannot open '%s/nowhere': No such file or directory", NULL, ERR_IO },
		{ "{client-certificate: nowhere, client-key: nowhere}",
		  "user 'u': cannot read its client-certificate '%s/nowhere': No such file or directory",
		  NULL, ERR_IO },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const struct kube_options o = { .kubeconfig = "a" };
		struct kube_config c = KUBE_CONFIG_INIT;
		cleanup_error struct error err = ERROR_INIT;
		const char *at = strstr(cases[i].message, "%s");
		cleanup_free char *message =
			at ? xasprintf("%.*s%s%s", (int)(at - cases[i].message), cases[i].message,
				       folder, at + 2)
			   : xstrdup(cases[i].message);
		cleanup_free char *text = xasprintf(
			"current-context: x\ncontexts: [{name: x, context: {cluster: k, user: u}}]\n"
			"clusters: [{name: k, cluster: {server: 'https://h'}}]\n"
			"users:\n- {name: u, user: %s}\n", cases[i].user);

		write_file("a", text);
		assert_int_equal(kube_config_load(&o, &c, &err), -cases[i].class);
		assert_string_equal(err.message, message);
		assert_string_equal(err.file, "a");
		assert_int_equal(err.line, 5);
		assert_int_equal(err.column, 3);
		if (cases[i].hint)
			assert_string_equal(err.hint, cases[i].hint);
		assert_null(c.files);
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_kubeconfig__says_where_everything_is_from),
		TEST(test_kubeconfig__nothing_at_all_is_the_default_server),
		TEST(test_kubeconfig__a_service_account_may_have_no_ca),
		TEST(test_kubeconfig__a_service_account_is_not_shown_in_clear),
		TEST(test_kubeconfig__errors_name_entry_and_place),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
