/* SPDX-License-Identifier: Apache-2.0 */
#include "kube/stream/upgrade.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/limits.h"
#include "base/memory.h"

static const char *const protocols[] = { "v5.channel.k8s.io", "v4.channel.k8s.io", NULL };

/* The key of RFC 6455's example, whose answer stands there too. */
#define KEY "dGhlIHNhbXBsZSBub25jZQ=="
#define ACCEPT "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="

static struct kube_config config = {
	.host = "api.example", .port = 6443, .path = "/k8s", .tls = true
};
static struct upgrade_request request = { .config = &config, .path = "/api/v1/x?y=1",
					  .protocols = protocols, .key = KEY };

static void test_upgrade__the_request_says_what_and_for_whom(void **state UNUSED)
{
	static const char *const headers[] = { "User-Agent: us", "Impersonate-Uid;",
					       "Host: elsewhere", NULL };
	struct kube_config c = { .host = "::1", .port = 443, .path = "", .tls = true };
	struct upgrade_request rq = { .config = &c, .path = "/api", .protocols = protocols,
				      .key = KEY, .authorization = "Bearer t", .headers = headers };
	cleanup_strbuf struct strbuf out = STRBUF_INIT;

	upgrade_write(&out, &rq);
	assert_string_equal(out.buf, "GET /api HTTP/1.1\r\nHost: [::1]\r\n"
				     "Connection: Upgrade\r\nUpgrade: websocket\r\n"
				     "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: " KEY "\r\n"
				     "Sec-WebSocket-Protocol: v5.channel.k8s.io, v4.channel.k8s.io\r\n"
				     "Accept: application/json, */*\r\nUser-Agent: us\r\n"
				     "Impersonate-Uid:\r\nAuthorization: Bearer t\r\n\r\n");
	strbuf_reset(&out);
	upgrade_write(&out, &request);
	assert_non_null(strstr(out.buf, "GET /k8s/api/v1/x?y=1 HTTP/1.1\r\nHost: api.example:6443\r\n"));
	assert_null(strstr(out.buf, "Authorization"));
}

static int check(const char *text, const char **ret, struct error *err)
{
	struct upgrade_answer answer;

	assert_int_equal(upgrade_read(text, strlen(text), &answer, err), 1);
	assert_int_equal(answer.code, 101);
	return upgrade_check(&answer, &request, ret, err);
}

#define SWITCH "HTTP/1.1 101 Switching Protocols\r\n"

static void test_upgrade__the_servers_choice_is_taken(void **state UNUSED)
{
	struct error err = ERROR_INIT;
	const char *chosen;

	assert_int_equal(check(SWITCH "Connection: Upgrade\r\nUPGRADE: WebSocket\r\n"
				      "sec-websocket-accept:  " ACCEPT " \r\n"
				      "Sec-WebSocket-Protocol: v4.channel.k8s.io\r\n\r\n",
			       &chosen, &err),
			 0);
	assert_ptr_equal(chosen, protocols[1]);
}

static void test_upgrade__an_answer_to_another_request_is_refused(void **state UNUSED)
{
	static const struct {
		const char *text, *why;
	} bad[] = {
		{ SWITCH "Upgrade: SPDY/3.1\r\n\r\n", "something else than WebSocket" },
		{ SWITCH "Upgrade: websocket\r\n\r\n", "of somebody else" },
		{ SWITCH "Upgrade: websocket\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOO=\r\n\r\n",
		  "of somebody else" },
		{ SWITCH "Upgrade: websocket\r\nSec-WebSocket-Accept: " ACCEPT "\r\n\r\n",
		  "chose protocol ''" },
		{ SWITCH "Upgrade: websocket\r\nSec-WebSocket-Accept: " ACCEPT "\r\n"
			 "Sec-WebSocket-Protocol: v3.channel.k8s.io\r\n\r\n",
		  "chose protocol 'v3.channel.k8s.io', which was not offered" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		cleanup_error struct error err = ERROR_INIT;
		const char *chosen;

		assert_int_equal(check(bad[i].text, &chosen, &err), -ERR_INVALID);
		assert_non_null(strstr(err.message, bad[i].why));
	}
}

static void test_upgrade__an_answer_may_come_in_pieces(void **state UNUSED)
{
	static const char text[] = "HTTP/1.1 429 Too Many\r\nRetry-After: 3\r\n"
				   "Content-Length: 12\r\n\r\nbody";
	struct upgrade_answer answer;
	struct error err = ERROR_INIT;

	for (size_t len = 0; len < sizeof(text) - 5; len++)
		assert_int_equal(upgrade_read(text, len, &answer, &err), 0);
	assert_int_equal(upgrade_read(text, sizeof(text) - 1, &answer, &err), 1);
	assert_int_equal(answer.code, 429);
	assert_int_equal(answer.retry_after, 3);
	assert_int_equal(answer.length, 12);
	assert_int_equal(answer.size, sizeof(text) - 5);
}

static void test_upgrade__what_is_no_http_is_refused(void **state UNUSED)
{
	static const char *const bad[] = { "SSH-2.0-x", "HTTP/2 101", "\x15\x03\x01",
					   "HTTP/1.1 1x1 a\r\n", "HTTP/1.1 099 a\r\n" };
	cleanup_strbuf struct strbuf endless = STRBUF_INIT;
	cleanup_error struct error over = ERROR_INIT;
	struct upgrade_answer answer;

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		cleanup_error struct error err = ERROR_INIT;

		assert_int_equal(upgrade_read(bad[i], strlen(bad[i]), &answer, &err), -ERR_INVALID);
		assert_string_equal(err.message, "what the server answered is no HTTP");
	}
	strbuf_addstr(&endless, "HTTP/1.1 200 OK\r\nX: ");
	strbuf_addchars(&endless, 'x', LIMIT_UPGRADE_BYTES);
	assert_int_equal(upgrade_read(endless.buf, endless.len, &answer, &over), -ERR_LIMIT);
}

static void expect_refusal(long code, const char *body, int class, const char *message,
			   const char *hint)
{
	struct upgrade_answer answer = { .code = code };
	cleanup_error struct error err = ERROR_INIT;

	assert_int_equal(upgrade_refusal(&answer, body, strlen(body), "GET '/x'", "pods/exec",
					 &err), class);
	assert_string_equal(err.message, message);
	assert_int_equal(err.origin, code);
	if (hint)
		assert_non_null(strstr(err.hint, hint));
	else
		assert_null(err.hint);
}

static void test_upgrade__a_refusal_has_the_servers_words(void **state UNUSED)
{
	expect_refusal(403, "{\"kind\":\"Status\",\"message\":\"pods \\\"db\\\" is forbidden\"}",
		       -ERR_DENIED, "pods \"db\" is forbidden", "create on pods/exec");
	expect_refusal(404, "{\"kind\":\"Status\",\"message\":\"pods \\\"db\\\" not found\"}",
		       -ERR_NOT_FOUND, "pods \"db\" not found", NULL);
	expect_refusal(403, "", -ERR_DENIED, "the server does not allow this request (GET '/x')",
		       "no right is missing");
	expect_refusal(502, "<html>\n\033[2Jbad gateway</html>\n", -ERR_FAILED,
		       "an error on the server ('<html>  [2Jbad gateway</html>') has prevented the "
		       "request from succeeding (GET '/x')",
		       NULL);
	expect_refusal(200, "hello", -ERR_FAILED,
		       "the server answered 200 instead of opening a WebSocket", NULL);
}

static void test_upgrade__chunks_are_put_together(void **state UNUSED)
{
	cleanup_strbuf struct strbuf body = STRBUF_INIT;

	strbuf_addstr(&body, "3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n");
	assert_true(upgrade_unchunk(&body));
	assert_string_equal(body.buf, "abcde");
	strbuf_reset(&body);
	strbuf_addstr(&body, "3\r\nabc\r\nff\r\nde");
	assert_false(upgrade_unchunk(&body));
	assert_string_equal(body.buf, "abcde");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_upgrade__the_request_says_what_and_for_whom),
		cmocka_unit_test(test_upgrade__the_servers_choice_is_taken),
		cmocka_unit_test(test_upgrade__an_answer_to_another_request_is_refused),
		cmocka_unit_test(test_upgrade__an_answer_may_come_in_pieces),
		cmocka_unit_test(test_upgrade__what_is_no_http_is_refused),
		cmocka_unit_test(test_upgrade__a_refusal_has_the_servers_words),
		cmocka_unit_test(test_upgrade__chunks_are_put_together),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
