/* SPDX-License-Identifier: Apache-2.0 */
#include "kube/exec_plugin.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"
#include "net/task.h"

#define V1 "client.authentication.k8s.io/v1"
#define ANSWER "{\"apiVersion\":\"" V1 "\",\"kind\":\"ExecCredential\",\"status\":{%s}}"

/* A plugin that notes each run, and answers t1, t2, … with the other fields that it is given. */
struct world {
	char folder[32];
	char *path;
	struct kube_exec exec;
	struct exec_plugin_options options;
	struct exec_plugin *plugin;
};

static void write_plugin(struct world *w, const char *script)
{
	struct error err = ERROR_INIT;
	cleanup_free char *text = xasprintf("#!/bin/sh\necho run >>%s/runs\n"
					    "n=$(grep -c run %s/runs)\n%s\n",
					    w->folder, w->folder, script);

	assert_int_equal(file_write_atomic(w->path, text, strlen(text), 0700, &err), 0);
}

static void answer_with(struct world *w, const char *more)
{
	cleanup_free char *fields = xasprintf("\"token\":\"'t$n'\"%s", more);
	cleanup_free char *quoted = xasprintf("echo '" ANSWER "'", fields);

	/* The quotes end and begin again around $n. */
	write_plugin(w, quoted);
}

static int begin(void **state)
{
	struct world *w = xcalloc(1, sizeof(*w));

	memcpy(w->folder, "/tmp/kmpluginXXXXXX", 20);
	assert_non_null(mkdtemp(w->folder));
	w->path = xasprintf("%s/plugin", w->folder);
	w->exec = (struct kube_exec){ .command = w->path, .api_version = V1,
				      .interactive_mode = "Never" };
	answer_with(w, "");
	setenv("KUBERC", "off", 1);
	*state = w;
	return 0;
}

static int end(void **state)
{
	static const char *const names[] = { "runs", "plugin", "out" };
	struct world *w = *state;

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		cleanup_free char *path = xasprintf("%s/%s", w->folder, names[i]);

		unlink(path);
	}
	rmdir(w->folder);
	exec_plugin_free(w->plugin);
	free(w->path);
	free(w);
	return 0;
}

static size_t runs(const struct world *w)
{
	cleanup_free char *path = xasprintf("%s/runs", w->folder);
	cleanup_strbuf struct strbuf text = STRBUF_INIT;
	cleanup_error struct error err = ERROR_INIT;

	(void)file_read(path, 1000, &text, &err);
	return text.len / strlen("run\n");
}

struct asked {
	struct world *world;
	unsigned refused; /* first, unless 0 */
	char *token;
	struct error err;
	int result;
	int64_t deadline;
	unsigned number;
};

static void act(void *arg)
{
	struct asked *a = arg;
	struct exec_credentials c = { 0 };

	if (a->refused)
		exec_plugin_refused(a->world->plugin, a->refused);
	a->result = exec_plugin_get(a->world->plugin, &c, &a->err);
	free(a->token);
	a->token = xstrdup_or_null(c.token);
	a->number = c.number;
}

/* All of them at the same time. */
static void ask(struct world *w, struct asked *asked, size_t count)
{
	struct loop *loop = loop_new();

	if (!w->plugin)
		w->plugin = exec_plugin_new(&w->exec, &w->options);
	for (size_t i = 0; i < count; i++) {
		struct task_options opts = { .deadline = asked[i].deadline };

		asked[i].world = w;
		task_start(loop, &opts, act, &asked[i]);
	}
	loop_run(loop);
	loop_free(loop);
}

static void expect(struct world *w, unsigned refused, const char *token, size_t times)
{
	struct asked a = { .refused = refused };

	ask(w, &a, 1);
	assert_int_equal(a.result, 0);
	assert_string_equal(a.token, token);
	assert_int_equal(runs(w), times);
	free(a.token);
}

static void expect_failure(struct world *w, int class, const char *part)
{
	struct asked a = { 0 };

	ask(w, &a, 1);
	assert_int_equal(a.result, -class);
	if (!strstr(a.err.message, part))
		fail_msg("'%s' lacks '%s'", a.err.message, part);
	assert_null(strstr(a.err.message, "hunter2"));
	assert_true(!a.err.hint || !strstr(a.err.hint, "hunter2"));
	error_release(&a.err);
}

static void test_plugin__is_run_once(void **state)
{
	expect(*state, 0, "t1", 1);
	expect(*state, 0, "t1", 1);
}

static void test_plugin__is_run_again_when_a_server_refused(void **state)
{
	expect(*state, 0, "t1", 1);
	expect(*state, 1, "t2", 2);
	/* Somebody who was refused with the old ones comes late. */
	expect(*state, 1, "t2", 2);
	expect(*state, 2, "t3", 3);
}

static void test_plugin__is_run_again_when_they_have_expired(void **state)
{
	answer_with(*state, ",\"expirationTimestamp\":\"2001-01-01T00:00:00Z\"");
	expect(*state, 0, "t1", 1);
	expect(*state, 0, "t2", 2);
	answer_with(*state, ",\"expirationTimestamp\":\"2999-01-01T00:00:00Z\"");
	expect(*state, 0, "t3", 3);
	expect(*state, 0, "t3", 3);
}

static void test_plugin__is_run_once_for_many_tasks(void **state)
{
	struct asked a[20] = { 0 };

	ask(*state, a, ARRAY_SIZE(a));
	for (size_t i = 0; i < ARRAY_SIZE(a); i++) {
		assert_int_equal(a[i].result, 0);
		assert_string_equal(a[i].token, "t1");
		free(a[i].token);
	}
	assert_int_equal(runs(*state), 1);
}

static void test_plugin__that_fails_fails_once_for_many_tasks(void **state)
{
	struct asked a[20] = { 0 };

	write_plugin(*state, "exit 7");
	ask(*state, a, ARRAY_SIZE(a));
	for (size_t i = 0; i < ARRAY_SIZE(a); i++) {
		assert_int_equal(a[i].result, -ERR_DENIED);
		assert_non_null(strstr(a[i].err.message, "exit code 7"));
		assert_non_null(a[i].err.hint);
		error_release(&a[i].err);
	}
	assert_int_equal(runs(*state), 1);
	/* Who asks later has another try. */
	answer_with(*state, "");
	expect(*state, 0, "t2", 2);
}

/* The first task gives up; the second, which waited for it, does not. */
static void test_plugin__of_a_task_that_gave_up_is_run_for_the_next(void **state)
{
	struct asked a[2] = { { .deadline = clock_ms() + 300 }, { .deadline = 0 } };

	write_plugin(*state, "[ $n = 1 ] && exec sleep 60\n"
			     "echo '{\"apiVersion\":\"" V1 "\",\"kind\":\"ExecCredential\","
			     "\"status\":{\"token\":\"late\"}}'");
	ask(*state, a, ARRAY_SIZE(a));
	assert_int_equal(a[0].result, -ERR_TIMEOUT);
	assert_int_equal(a[1].result, 0);
	assert_string_equal(a[1].token, "late");
	error_release(&a[0].err);
	free(a[1].token);
}

static void test_plugin__has_a_time_limit(void **state)
{
	struct world *w = *state;

	w->options.timeout = 200;
	write_plugin(w, "echo hunter2; exec sleep 60");
	expect_failure(w, ERR_TIMEOUT, "running the exec plugin");
}

static void test_plugin__may_not_print_without_end(void **state)
{
	write_plugin(*state, "while :; do echo hunter2; done");
	expect_failure(*state, ERR_LIMIT, "printed too much");
}

static void test_plugin__no_answer_is_shown(void **state)
{
	static const struct {
		const char *script, *message;
	} cases[] = {
		{ "echo hunter2", "no ExecCredential" },
		{ "echo '{\"token\": hunter2'", "no JSON (line 2, column 1)" },
		{ "echo '{\"kind\":\"hunter2\"}'", "no ExecCredential" },
		{ "echo '{\"kind\":\"ExecCredential\",\"apiVersion\":\"hunter2\"}'",
		  "another version than '" V1 "'" },
		{ "echo '{\"kind\":\"ExecCredential\",\"apiVersion\":\"" V1
		  "\",\"status\":{\"token\":[\"hunter2\"]}}'",
		  "a field 'token' that is no text" },
		{ "printf %s '{\"kind\":\"ExecCredential\",\"apiVersion\":\"" V1
		  "\",\"status\":{\"token\":\"hunter2\\nX: y\"}}'",
		  "a token with a control character" },
		{ "echo hunter2; exit 1", "failed with exit code 1" },
		{ "echo hunter2; kill -9 $$", "was ended by signal 9" },
		{ ":", "answered with nothing" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		write_plugin(*state, cases[i].script);
		expect_failure(*state, cases[i].message[0] == 'f' || cases[i].message[0] == 'w'
					       ? ERR_DENIED : ERR_INVALID, cases[i].message);
	}
}

static void test_plugin__that_needs_a_taken_standard_input_is_not_run(void **state)
{
	struct world *w = *state;

	w->exec.interactive_mode = "Always";
	w->options.stdin_taken = "manifests are read from it (-f -)";
	expect_failure(w, ERR_DENIED, isatty(0) ? "manifests are read" : "needs a terminal");
	assert_int_equal(runs(w), 0);
}

static void test_plugin__that_the_kuberc_forbids_is_not_run(void **state)
{
	static const char rc[] = "kind: Preference\napiVersion: kubectl.config.k8s.io/v1beta1\n"
				 "credentialPluginPolicy: Allowlist\n"
				 "credentialPluginAllowlist: [{command: sh}]\n";
	struct world *w = *state;
	cleanup_free char *path = xasprintf("%s/out", w->folder);
	struct error err = ERROR_INIT;

	assert_int_equal(file_write_atomic(path, rc, strlen(rc), 0600, &err), 0);
	setenv("KUBERC", path, 1);
	expect_failure(w, ERR_DENIED, "may not run");
	assert_int_equal(runs(w), 0);
}

static void test_plugin__its_install_hint_cannot_steer_a_terminal(void **state)
{
	struct world *w = *state;
	struct asked a = { 0 };

	w->exec.command = "kubectl-mysql-no-such-plugin";
	w->exec.install_hint = "brew\tinstall \033[1mx\177";
	ask(w, &a, 1);
	assert_int_equal(a.result, -ERR_NOT_FOUND);
	assert_string_equal(a.err.hint, "brew\tinstall U+001B[1mxU+007F");
	error_release(&a.err);
}

static void test_plugin__gets_its_variables_once(void **state)
{
	struct world *w = *state;
	static const char *const env[] = { "HOME=/elsewhere", "A=b=c", NULL };
	static const char *const args[] = { "x y", "", NULL };
	cleanup_free char *path = xasprintf("%s/out", w->folder);
	cleanup_free char *script = xasprintf(
		"{ env | grep -E '^(HOME|A|KUBERNETES_EXEC_INFO)=' | sort; echo $#; } >%s; exit 1", path);
	cleanup_strbuf struct strbuf text = STRBUF_INIT;
	struct error err = ERROR_INIT;

	w->exec.env = env;
	w->exec.args = args;
	setenv("KUBERNETES_EXEC_INFO", "old", 1);
	write_plugin(w, script);
	expect_failure(w, ERR_DENIED, "exit code 1");
	assert_int_equal(file_read(path, 10000, &text, &err), 0);
	assert_string_equal(text.buf, "A=b=c\nHOME=/elsewhere\n"
				      "KUBERNETES_EXEC_INFO={\"kind\":\"ExecCredential\","
				      "\"apiVersion\":\"" V1 "\",\"spec\":{\"interactive\":false}}\n2\n");
}

static int64_t expiry_of(const char *when)
{
	cleanup_free char *fields = xasprintf("\"token\":\"t\",\"expirationTimestamp\":\"%s\"", when);
	cleanup_free char *text = xasprintf(ANSWER, fields);
	struct exec_answer a = { 0 };
	cleanup_error struct error err = ERROR_INIT;
	int64_t expiry;

	if (exec_answer_parse(text, strlen(text), V1, &a, &err) < 0)
		return -1;
	expiry = a.expiry;
	exec_answer_release(&a);
	return expiry;
}

static void test_answer__times_are_those_of_rfc_3339(void **state UNUSED)
{
	assert_int_equal(expiry_of("2026-12-01T10:00:00Z"), 1796119200);
	assert_int_equal(expiry_of("2026-12-01T10:00:00.25Z"), 1796119200);
	assert_int_equal(expiry_of("2026-12-01T10:00:00+01:30"), 1796119200 - 5400);
	assert_int_equal(expiry_of("2026-12-01T10:00:00-01:30"), 1796119200 + 5400);
	assert_int_equal(expiry_of(""), INT64_MAX);
	assert_int_equal(expiry_of("2026-12-01 10:00:00Z"), -1);
	assert_int_equal(expiry_of("2026-12-01T10:00:00"), -1);
	assert_int_equal(expiry_of("2026-13-01T10:00:00Z"), -1);
	assert_int_equal(expiry_of("2026-12-01T10:00:00.Z"), -1);
	assert_int_equal(expiry_of("2026-12-01T10:00:00Zx"), -1);
	assert_int_equal(expiry_of("1796119200"), -1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_plugin__is_run_once),
		TEST(test_plugin__is_run_again_when_a_server_refused),
		TEST(test_plugin__is_run_again_when_they_have_expired),
		TEST(test_plugin__is_run_once_for_many_tasks),
		TEST(test_plugin__that_fails_fails_once_for_many_tasks),
		TEST(test_plugin__of_a_task_that_gave_up_is_run_for_the_next),
		TEST(test_plugin__has_a_time_limit),
		TEST(test_plugin__may_not_print_without_end),
		TEST(test_plugin__no_answer_is_shown),
		TEST(test_plugin__that_needs_a_taken_standard_input_is_not_run),
		TEST(test_plugin__that_the_kuberc_forbids_is_not_run),
		TEST(test_plugin__its_install_hint_cannot_steer_a_terminal),
		TEST(test_plugin__gets_its_variables_once),
		cmocka_unit_test(test_answer__times_are_those_of_rfc_3339),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
