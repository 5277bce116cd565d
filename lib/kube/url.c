/* SPDX-License-Identifier: Apache-2.0 */
#include "kube/url.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Length of the scheme that "://" follows, or 0. */
static size_t scheme_length(const char *text)
{
	size_t len = 0;

	if (!is_letter(text[0]))
		return 0;
	while (is_letter(text[len]) || (text[len] && strchr("0123456789+-.", text[len])))
		len++;
	return strncmp(text + len, "://", 3) == 0 ? len : 0;
}

static char *lower_case(const char *text, size_t len)
{
	char *copy = xmemdupz(text, len);

	for (char *p = copy; *p; p++)
		if (*p >= 'A' && *p <= 'Z')
			*p = (char)(*p + 'a' - 'A');
	return copy;
}

static int parse_port(const char *p, size_t len, unsigned *ret, struct error *err)
{
	unsigned port = 0;
	size_t digits = 0;

	for (size_t i = 0; i < len; i++) {
		if (p[i] < '0' || p[i] > '9' || port > 65535)
			break;
		port = port * 10 + (unsigned)(p[i] - '0');
		digits++;
	}
	if (digits != len || port > 65535)
		return error_set(err, ERR_INVALID, "the port is no number up to 65535");
	*ret = port;
	return 0;
}

/* Where the character is, or the end. */
static const char *find(const char *p, const char *end, char c)
{
	while (p < end && *p != c)
		p++;
	return p;
}

/* What stands between "://" and the path. */
static int parse_authority(const char *p, size_t len, struct kube_url *u, struct error *err)
{
	const char *at = memrchr(p, '@', len), *end = p + len, *host, *host_end;

	u->has_user = at != NULL;
	host = at ? at + 1 : p;
	if (host < end && *host == '[') {
		host++;
		host_end = find(host, end, ']');
		if (host_end == end)
			return error_set(err, ERR_INVALID, "the address lacks its ']'");
		p = host_end + 1;
	} else {
		p = host_end = find(host, end, ':');
	}
	if (host == host_end)
		return error_set(err, ERR_INVALID, "the host is missing");
	for (const char *c = host; c < host_end; c++)
		if (strchr(" \"<>\\^`{|}", *c))
			return error_set(err, ERR_INVALID, "the host holds a character '%c'", *c);
	u->host = xmemdupz(host, (size_t)(host_end - host));
	if (p == end)
		return 0;
	if (*p != ':')
		return error_set(err, ERR_INVALID, "there is text between host and port");
	return parse_port(p + 1, (size_t)(end - p - 1), &u->port, err);
}

static int parse(const char *text, struct kube_url *u, struct error *err)
{
	size_t scheme = scheme_length(text), authority, path;

	for (const char *p = text; *p; p++)
		if ((unsigned char)*p < ' ' || *p == 0x7f)
			return error_set(err, ERR_INVALID, "it holds a control character");
	if (scheme) {
		u->scheme = lower_case(text, scheme);
		text += scheme + 3;
	}
	authority = strcspn(text, "/?#");
	path = strcspn(text + authority, "?#");
	while (path && text[authority + path - 1] == '/')
		path--;
	if (!scheme && path)
		return error_set(err, ERR_INVALID, "with a path it must begin with 'https://'");
	u->path = xmemdupz(text + authority, path);
	return parse_authority(text, authority, u, err);
}

int kube_url_parse(const char *text, struct kube_url *ret, struct error *err)
{
	cleanup_kube_url struct kube_url u = { 0 };
	int r = parse(text, &u, err);

	if (r < 0)
		return r;
	*ret = u;
	u = (struct kube_url){ 0 };
	return 0;
}

unsigned kube_url_port(const struct kube_url *u)
{
	if (u->port || !u->scheme)
		return u->port;
	if (strncmp(u->scheme, "socks", 5) == 0)
		return 1080;
	return strcmp(u->scheme, "https") == 0 ? 443 : 80;
}

void kube_url_add(struct strbuf *out, const struct kube_url *u, const char *scheme)
{
	bool brackets = strchr(u->host, ':') != NULL;

	strbuf_addf(out, "%s://%s%s%s", u->scheme ? u->scheme : scheme, brackets ? "[" : "",
		    u->host, brackets ? "]" : "");
	if (u->port)
		strbuf_addf(out, ":%u", u->port);
	strbuf_addstr(out, u->path);
}

void kube_url_add_shown(struct strbuf *out, const char *text)
{
	size_t scheme = scheme_length(text);
	const char *at = strrchr(text, '@');

	if (scheme && at)
		strbuf_add(out, text, scheme + 3);
	for (text = at ? at + 1 : text; *text; text++)
		strbuf_addch(out, (unsigned char)*text < ' ' || *text == 0x7f ? '?' : *text);
}

void kube_url_release(struct kube_url *u)
{
	free(u->scheme);
	free(u->host);
	free(u->path);
	*u = (struct kube_url){ 0 };
}
