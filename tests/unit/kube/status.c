/* SPDX-License-Identifier: Apache-2.0 */
#include "kube/status.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/limits.h"
#include "base/memory.h"
#include "base/strvec.h"
#include "tests/unit/kube/json.h"

/* A body that begins with '{' is a Status. */
static void expect(long code, const char *body, int class, const char *message)
{
	cleanup_error struct error err = ERROR_INIT;
	struct kube_answer answer = { .code = code, .text = body, .len = strlen(body) };

	if (body[0] == '{')
		answer.body = read_json(body);
	assert_int_equal(kube_status_error(&answer, "GET '/x'", &err), -class);
	assert_int_equal(err.class, class);
	assert_int_equal(err.origin, code);
	assert_string_equal(err.message, message);
}

#define STATUS(message, reason)                                                                    \
	"{\"kind\": \"Status\", \"message\": \"" message "\", \"reason\": \"" reason "\"}"

static void test_status__has_the_words_of_the_server(void **state UNUSED)
{
	expect(404, STATUS("pods \\\"x\\\" not found", "NotFound"), ERR_NOT_FOUND,
	       "pods \"x\" not found");
	expect(410, STATUS("too old", "Expired"), ERR_NOT_FOUND, "too old");
	expect(403, STATUS("no", "Forbidden"), ERR_DENIED, "no");
	expect(409, STATUS("no", "Conflict"), ERR_UNSAFE, "no");
	expect(400, STATUS("no", "BadRequest"), ERR_INVALID, "no");
	expect(422, STATUS("no", "Invalid"), ERR_INVALID, "no");
	expect(413, STATUS("no", "RequestEntityTooLarge"), ERR_LIMIT, "no");
	expect(429, STATUS("no", "TooManyRequests"), ERR_LIMIT, "no");
	expect(504, STATUS("no", "Timeout"), ERR_TIMEOUT, "no");
	expect(500, STATUS("no", "InternalError"), ERR_FAILED, "no");
	expect(401, STATUS("Unauthorized", "Unauthorized"), ERR_DENIED,
	       "you must be logged in to the server (Unauthorized)");
}

static void test_status__without_words_has_the_usual_ones(void **state UNUSED)
{
	expect(404, "404 page not found\n", ERR_NOT_FOUND,
	       "the server could not find the requested resource (GET '/x')");
	expect(503, "<html>", ERR_FAILED,
	       "the server is currently unable to handle the request (GET '/x')");
	expect(502, "bad\ngateway\n", ERR_FAILED,
	       "an error on the server ('bad gateway') has prevented the request from succeeding "
	       "(GET '/x')");
	expect(500, "", ERR_FAILED,
	       "an error on the server ('unknown') has prevented the request from succeeding "
	       "(GET '/x')");
	expect(302, "", ERR_FAILED, "the server answered with the code 302 (GET '/x')");
	expect(401, "", ERR_DENIED, "you must be logged in to the server (Unauthorized)");
	expect(404, "{\"kind\": \"Pod\", \"message\": \"mine\"}", ERR_NOT_FOUND,
	       "the server could not find the requested resource (GET '/x')");
	expect(409, "{\"kind\": \"Status\", \"message\": 7}", ERR_UNSAFE,
	       "the server reported a conflict (GET '/x')");
}

static void test_status__changes_no_terminal(void **state UNUSED)
{
	expect(400, STATUS("a\\u001b[31m\\tb\\nc\\u007f", ""), ERR_INVALID, "a [31m b\nc ");
	expect(502, "a\x1b[31m\x07", ERR_FAILED,
	       "an error on the server ('a [31m ') has prevented the request from succeeding "
	       "(GET '/x')");
}

static void test_status__cuts_a_long_page(void **state UNUSED)
{
	cleanup_error struct error err = ERROR_INIT;
	char page[5000];
	struct kube_answer answer = { .code = 502, .text = page, .len = sizeof(page) };

	memset(page, 'x', sizeof(page));
	kube_status_error(&answer, "GET '/x'", &err);
	assert_true(strlen(err.message) > 2048 && strlen(err.message) < 2300);
}

static void test_status__tells_its_reason_and_its_patience(void **state UNUSED)
{
	struct kube_answer answer = { .body = read_json(STATUS("m", "Conflict")) };

	assert_string_equal(kube_answer_reason(&answer), "Conflict");
	answer.body = read_json("{\"kind\": \"Pod\", \"reason\": \"Conflict\"}");
	assert_string_equal(kube_answer_reason(&answer), "");
	answer.body = NULL;
	assert_string_equal(kube_answer_reason(&answer), "");
	assert_int_equal(kube_status_retry_after(
				 read_json("{\"details\": {\"retryAfterSeconds\": 5}}")),
			 5);
	assert_int_equal(kube_status_retry_after(
				 read_json("{\"details\": {\"retryAfterSeconds\": -5}}")),
			 -1);
	assert_int_equal(kube_status_retry_after(
				 read_json("{\"details\": {\"retryAfterSeconds\": 1e9}}")),
			 -1);
	assert_int_equal(kube_status_retry_after(read_json("{\"details\": 7}")), -1);
	assert_int_equal(kube_status_retry_after(NULL), -1);
}

/* Texts with '|' between them. */
static void expect_warnings(const char *value, const char *want)
{
	cleanup_strvec struct strvec list = STRVEC_INIT;
	char got[512] = "";

	kube_add_warnings(&list, value, strlen(value));
	for (size_t i = 0; i < list.len; i++)
		snprintf(got + strlen(got), sizeof(got) - strlen(got), "%s%s", i ? "|" : "",
			 list.v[i]);
	assert_string_equal(got, want);
}

static void test_warnings__are_those_of_299_each_once(void **state UNUSED)
{
	expect_warnings("299 - \"a\"", "a");
	expect_warnings("299 - \"a\", 299 k8s \"b, \\\"c\\\"\"", "a|b, \"c\"");
	expect_warnings("299 - \"a\" \"Sat, 25 Aug 2012 23:34:45 GMT\", 299 - \"b\"", "a|b");
	expect_warnings("299 - \"a\",299 - \"a\"", "a");
	expect_warnings("299 - \"\x1b[31m\"", " [31m");
	expect_warnings("199 - \"a\"", "");
	expect_warnings("299 - a", "");
	expect_warnings("299 - \"a", "");
	expect_warnings("299", "");
	expect_warnings("", "");
}

static void test_warnings__have_a_limit(void **state UNUSED)
{
	cleanup_strvec struct strvec list = STRVEC_INIT;

	for (size_t i = 0; i < LIMIT_KUBE_WARNINGS + 10; i++) {
		cleanup_free char *value = xasprintf("299 - \"%zu\"", i);

		kube_add_warnings(&list, value, strlen(value));
	}
	assert_int_equal(list.len, LIMIT_KUBE_WARNINGS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_status__has_the_words_of_the_server),
		cmocka_unit_test(test_status__without_words_has_the_usual_ones),
		cmocka_unit_test(test_status__changes_no_terminal),
		cmocka_unit_test(test_status__cuts_a_long_page),
		cmocka_unit_test(test_status__tells_its_reason_and_its_patience),
		cmocka_unit_test(test_warnings__are_those_of_299_each_once),
		cmocka_unit_test(test_warnings__have_a_limit),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
