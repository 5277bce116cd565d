/* SPDX-License-Identifier: Apache-2.0 */
#include "kube/stream/upgrade.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/digest.h"
#include "base/limits.h"
#include "base/sha1.h"

/* RFC 6455 §1.3 */
#define HANDSHAKE_ID "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"

/* ---- the request ------------------------------------------------------------------------------*/

int upgrade_make_key(char ret[UPGRADE_KEY_SIZE], struct error *err)
{
	cleanup_strbuf struct strbuf text = STRBUF_INIT;
	uint8_t bytes[16];
	int r = random_bytes(bytes, sizeof(bytes), err);

	if (r < 0)
		return r;
	strbuf_add_base64(&text, bytes, sizeof(bytes));
	memcpy(ret, text.buf, UPGRADE_KEY_SIZE);
	return 0;
}

static void add_host(struct strbuf *out, const struct kube_config *c)
{
	strbuf_addf(out, strchr(c->host, ':') ? "Host: [%s]" : "Host: %s", c->host);
	if (c->port != (c->tls ? 443 : 80))
		strbuf_addf(out, ":%u", c->port);
	strbuf_addstr(out, "\r\n");
}

/* "Name;" is curl's form of a header without a value. */
static void add_header(struct strbuf *out, const char *header)
{
	size_t name = strcspn(header, ":;");

	if (name == 4 && strncasecmp(header, "Host", 4) == 0)
		return;
	strbuf_addf(out, "%.*s:%s\r\n", (int)name, header, header[name] ? header + name + 1 : "");
}

void upgrade_write(struct strbuf *out, const struct upgrade_request *rq)
{
	strbuf_addf(out, "GET %s%s HTTP/1.1\r\n", rq->config->path ? rq->config->path : "",
		    rq->path);
	add_host(out, rq->config);
	strbuf_addf(out,
		    "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
		    "Sec-WebSocket-Key: %s\r\nSec-WebSocket-Protocol: ",
		    rq->key);
	for (const char *const *p = rq->protocols; *p; p++)
		strbuf_addf(out, "%s%s", p == rq->protocols ? "" : ", ", *p);
	strbuf_addstr(out, "\r\nAccept: application/json, */*\r\n");
	for (const char *const *h = rq->headers; h && *h; h++)
		add_header(out, *h);
	if (rq->authorization)
		strbuf_addf(out, "Authorization: %s\r\n", rq->authorization);
	strbuf_addstr(out, "\r\n");
}

/* ---- the answer -------------------------------------------------------------------------------*/

/* The value of a header of this name, without blanks around it. */
static bool is_header(const char *line, size_t len, const char *name, const char **ret,
		      size_t *ret_len)
{
	size_t n = strlen(name);

	if (len <= n || line[n] != ':' || strncasecmp(line, name, n) != 0)
		return false;
	line += n + 1;
	len -= n + 1;
	while (len && (*line == ' ' || *line == '\t')) {
		line++;
		len--;
	}
	while (len && (line[len - 1] == ' ' || line[len - 1] == '\t'))
		len--;
	*ret = line;
	*ret_len = len;
	return true;
}

/* Digits only; -1 for anything else. */
static int64_t number(const char *text, size_t len)
{
	int64_t value = 0;

	if (!len || len > 15)
		return -1;
	for (size_t i = 0; i < len; i++) {
		if (text[i] < '0' || text[i] > '9')
			return -1;
		value = value * 10 + (text[i] - '0');
	}
	return value;
}

static void read_header(const char *line, size_t len, struct upgrade_answer *ret)
{
	const char *value;
	size_t n;

	if (is_header(line, len, "Sec-WebSocket-Accept", &value, &n)) {
		ret->accept = value;
		ret->accept_len = n;
	} else if (is_header(line, len, "Sec-WebSocket-Protocol", &value, &n)) {
		ret->protocol = value;
		ret->protocol_len = n;
	} else if (is_header(line, len, "Upgrade", &value, &n)) {
		ret->upgrade = value;
		ret->upgrade_len = n;
	} else if (is_header(line, len, "Retry-After", &value, &n)) {
		ret->retry_after = number(value, n);
	} else if (is_header(line, len, "Content-Length", &value, &n)) {
		ret->length = number(value, n);
	} else if (is_header(line, len, "Transfer-Encoding", &value, &n)) {
		ret->chunked = n >= 7 && strncasecmp(value + n - 7, "chunked", 7) == 0;
	}
}

static int read_status_line(const char *line, size_t len, struct upgrade_answer *ret,
			    struct error *err)
{
	int64_t code = -1;

	if (len >= 12 && memcmp(line, "HTTP/1.", 7) == 0 && line[8] == ' ' &&
	    (len == 12 || line[12] == ' '))
		code = number(line + 9, 3);
	if (code < 100)
		return error_set(err, ERR_INVALID, "what the server answered is no HTTP");
	ret->code = (long)code;
	return 0;
}

int upgrade_read(const char *text, size_t len, struct upgrade_answer *ret, struct error *err)
{
	const char *end = text + len, *line = text;
	int r = 0;

	/* What is no HTTP may have no line end at all. */
	if (len && memcmp(text, "HTTP/1.", len < 7 ? len : 7) != 0)
		return read_status_line("", 0, ret, err);
	*ret = (struct upgrade_answer){ .retry_after = -1, .length = -1 };
	for (const char *next; r == 0 && (next = memchr(line, '\n', (size_t)(end - line)));
	     line = next + 1) {
		size_t n = (size_t)(next - line);

		if (n && line[n - 1] == '\r')
			n--;
		if (line == text) {
			r = read_status_line(line, n, ret, err);
		} else if (n) {
			read_header(line, n, ret);
		} else {
			ret->size = (size_t)(next + 1 - text);
			return 1;
		}
	}
	if (r == 0 && len > LIMIT_UPGRADE_BYTES)
		return error_set(err, ERR_LIMIT, "the server's answer has more than %zu bytes of headers",
				 LIMIT_UPGRADE_BYTES);
	return r;
}

static bool is_accepted(const struct upgrade_answer *answer, const char *key)
{
	cleanup_strbuf struct strbuf expected = STRBUF_INIT;
	char text[UPGRADE_KEY_SIZE + sizeof(HANDSHAKE_ID)] = { 0 };
	uint8_t digest[SHA1_SIZE];

	memcpy(text, key, UPGRADE_KEY_SIZE - 1);
	memcpy(text + UPGRADE_KEY_SIZE - 1, HANDSHAKE_ID, sizeof(HANDSHAKE_ID));
	sha1(text, UPGRADE_KEY_SIZE - 1 + strlen(HANDSHAKE_ID), digest);
	strbuf_add_base64(&expected, digest, sizeof(digest));
	return answer->accept_len == expected.len &&
	       memcmp(answer->accept, expected.buf, expected.len) == 0;
}

int upgrade_check(const struct upgrade_answer *answer, const struct upgrade_request *rq,
		  const char **ret_protocol, struct error *err)
{
	if (answer->upgrade_len != 9 || strncasecmp(answer->upgrade, "websocket", 9) != 0)
		return error_set(err, ERR_INVALID, "the server changed to something else than WebSocket");
	if (!is_accepted(answer, rq->key))
		return error_set(err, ERR_INVALID, "the server accepted the WebSocket of somebody else");
	for (const char *const *p = rq->protocols; *p; p++)
		if (answer->protocol_len == strlen(*p) &&
		    memcmp(answer->protocol, *p, answer->protocol_len) == 0) {
			*ret_protocol = *p;
			return 0;
		}
	return error_set(err, ERR_INVALID, "the server chose protocol '%.*s', which was not offered",
			 (int)(answer->protocol_len < 80 ? answer->protocol_len : 80),
			 answer->protocol ? answer->protocol : "");
}

bool upgrade_unchunk(struct strbuf *body)
{
	const char *in = body->buf, *end = body->buf + body->len;
	char *out = body->buf;
	bool whole = false;

	while (!whole) {
		const char *line_end = memchr(in, '\n', (size_t)(end - in));
		char *stop = NULL;
		unsigned long n;

		if (!line_end || !isxdigit((unsigned char)*in))
			break;
		n = strtoul(in, &stop, 16);
		in = line_end + 1;
		whole = n == 0;
		if (n > (size_t)(end - in))
			n = (size_t)(end - in);
		memmove(out, in, n);
		out += n;
		in += n;
		while (in < end && (*in == '\r' || *in == '\n'))
			in++;
	}
	strbuf_setlen(body, (size_t)(out - body->buf));
	return whole;
}
