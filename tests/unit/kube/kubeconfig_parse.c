/* SPDX-License-Identifier: Apache-2.0 */
#include "kube/kubeconfig_file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/memory.h"

static int add(struct kubeconfig *c, const char *text, struct error *err)
{
	return kubeconfig_parse(c, text, strlen(text), "config", "/home/me/.kube", err);
}

static void *get(const struct strmap *map, const char *name)
{
	return strmap_get(map, name, strlen(name));
}

static void test_parse__paths_become_absolute(void **state UNUSED)
{
	cleanup_kubeconfig struct kubeconfig c;
	struct error err = ERROR_INIT;
	const struct kubeconfig_user *u, *v;

	kubeconfig_init(&c);
	assert_int_equal(add(&c, "users:\n- name: u\n  user: {client-key: ./k, tokenFile: /t,"
				 " exec: {command: bin/p}}\n"
				 "- {name: v, user: {exec: {command: p}}}\n", &err), 0);
	u = get(&c.users, "u");
	v = get(&c.users, "v");
	assert_string_equal(u->key, "/home/me/.kube/k");
	assert_string_equal(u->token_file, "/t");
	assert_string_equal(u->exec->command, "/home/me/.kube/bin/p");
	assert_string_equal(v->exec->command, "p");
}

static void test_parse__errors_have_their_place(void **state UNUSED)
{
	static const struct {
		const char *text;
		unsigned line, column;
		const char *message;
	} cases[] = {
		{ "clusters: 5\n", 1, 11, "field 'clusters': expected list, got number" },
		{ "clusters: [5]\n", 1, 12, "field 'clusters': expected maps, got number" },
		{ "clusters:\n- name: x\n  cluster:\n    server: [a]\n", 4, 13,
		  "field 'server': expected string, got list" },
		{ "users:\n- name: a\n- name: a\n", 3, 3,
		  "the user 'a' is there twice, first in line 2" },
		{ "users:\n- name: a\n  user: {client-key-data: 'ä'}\n", 3, 27,
		  "field 'client-key-data': the text is not base64" },
		{ "users:\n- user: {exec: {args: [1]}}\n", 2, 24,
		  "field 'args': expected strings, got number" },
		{ "[]\n", 1, 1, "expected a kubeconfig, got a list" },
		{ "a: b: c\n", 1, 5, "this is neither YAML nor JSON" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		cleanup_kubeconfig struct kubeconfig c;
		cleanup_error struct error err = ERROR_INIT;

		kubeconfig_init(&c);
		assert_int_equal(add(&c, cases[i].text, &err), -ERR_INVALID);
		assert_string_equal(err.message, cases[i].message);
		assert_string_equal(err.file, "config");
		assert_int_equal(err.line, cases[i].line);
		assert_int_equal(err.column, cases[i].column);
	}
}

/* What a reader of YAML would quote may be a token. */
static void test_parse__no_error_shows_what_stands_in_the_file(void **state UNUSED)
{
	static const char *const bad[] = {
		"users:\n- user: {token: hunter2",
		"users:\n- user:\n    token: hunter2: x\n",
		"users: [{user: {token: \"hunter2\\q\"}}]\n",
		"{\"users\": [{\"user\": {\"token\": \"hunter2\" hunter2}}]}",
		"users:\n- user: {token: hunter2, password: *hunter2}\n",
		"users:\n- user: {token: [hunter2]}\n",
		"users:\n- user: {client-key-data: hunter2!}\n",
		"users:\n- user: {exec: {env: {hunter2: hunter2}}}\n",
	};

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		cleanup_kubeconfig struct kubeconfig c;
		cleanup_error struct error err = ERROR_INIT;

		kubeconfig_init(&c);
		assert_true(add(&c, bad[i], &err) < 0);
		assert_null(strstr(err.message, "hunter2"));
		assert_true(!err.hint || !strstr(err.hint, "hunter2"));
		assert_true(err.line > 0);
	}
}

/* The memory is looked at while it is still there: wiping is all that the list is for. */
static void test_parse__knows_its_secrets(void **state UNUSED)
{
	static const char *const expected[] = { "tok", "pass", "x", "KEY=val", "val", "idt",
						"http://u:p@h" };
	cleanup_kubeconfig struct kubeconfig c;
	struct error err = ERROR_INIT;

	kubeconfig_init(&c);
	assert_int_equal(add(&c, "clusters:\n- cluster: {proxy-url: 'http://u:p@h'}\n"
				 "users:\n- user: {token: tok, password: pass,"
				 " client-key-data: eA==, exec: {env: [{name: KEY, value: val}]},"
				 " auth-provider: {name: oidc, config: {id-token: idt}}}\n",
			     &err), 0);
	for (size_t i = 0; i < ARRAY_SIZE(expected); i++) {
		bool found = false;

		for (size_t j = 0; j < c.secret_count; j++)
			found = found || (c.secrets[j].len == strlen(expected[i]) &&
					  !memcmp(c.secrets[j].text, expected[i],
						  c.secrets[j].len));
		if (!found)
			fail_msg("'%s' is not kept as a secret", expected[i]);
	}
}

static void test_parse__a_null_is_an_empty_field(void **state UNUSED)
{
	cleanup_kubeconfig struct kubeconfig c;
	struct error err = ERROR_INIT;

	kubeconfig_init(&c);
	assert_int_equal(add(&c, "kind:\nclusters: [null, {name: a, cluster: }]\nusers:\n- name: u\n"
				 "  user: {token: , as-groups: , exec: , as-user-extra: {a: null}}\n",
			     &err), 0);
	assert_non_null(get(&c.clusters, ""));
	assert_non_null(get(&c.clusters, "a"));
	assert_null(((const struct kubeconfig_user *)get(&c.users, "u"))->token);
}

static void test_read__a_file_beyond_the_limit_is_refused(void **state UNUSED)
{
	char path[] = "/tmp/kmkubeXXXXXX";
	int fd = mkstemp(path);
	cleanup_kubeconfig struct kubeconfig c;
	cleanup_error struct error err = ERROR_INIT;

	assert_int_equal(ftruncate(fd, (off_t)LIMIT_KUBECONFIG_BYTES + 1), 0);
	close(fd);
	kubeconfig_init(&c);
	assert_int_equal(kubeconfig_read(&c, path, &err), -ERR_LIMIT);
	assert_non_null(strstr(err.message, "is larger than 16 MiB"));
	unlink(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parse__paths_become_absolute),
		cmocka_unit_test(test_parse__errors_have_their_place),
		cmocka_unit_test(test_parse__no_error_shows_what_stands_in_the_file),
		cmocka_unit_test(test_parse__knows_its_secrets),
		cmocka_unit_test(test_parse__a_null_is_an_empty_field),
		cmocka_unit_test(test_read__a_file_beyond_the_limit_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
