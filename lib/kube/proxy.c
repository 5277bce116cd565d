/* SPDX-License-Identifier: Apache-2.0 */
#include "kube/proxy.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/memory.h"

/* An address in the form of IPv6: an IPv4 one is mapped, so that one comparison serves both. */
struct address {
	unsigned char bytes[16];
	bool is_v4;
};

static bool parse_address(const char *text, struct address *ret)
{
	static const unsigned char mapped[12] = { [10] = 0xff, [11] = 0xff };

	memcpy(ret->bytes, mapped, sizeof(mapped));
	ret->is_v4 = inet_pton(AF_INET, text, ret->bytes + 12) == 1;
	if (ret->is_v4)
		return true;
	if (inet_pton(AF_INET6, text, ret->bytes) != 1)
		return false;
	ret->is_v4 = memcmp(ret->bytes, mapped, sizeof(mapped)) == 0;
	return true;
}

static bool is_loopback(const struct address *a)
{
	static const unsigned char one[16] = { [15] = 1 };

	return a->is_v4 ? a->bytes[12] == 127 : memcmp(a->bytes, one, sizeof(one)) == 0;
}

static bool same_prefix(const struct address *a, const struct address *b, unsigned bits)
{
	unsigned whole = bits / 8, rest = bits % 8;
	unsigned mask = 0xff00u >> rest & 0xff;

	return memcmp(a->bytes, b->bytes, whole) == 0 &&
	       (!rest || ((a->bytes[whole] ^ b->bytes[whole]) & mask) == 0);
}

/* "10.0.0.0/8" */
static bool in_network(const struct address *host, const char *entry)
{
	const char *slash = strchr(entry, '/');
	cleanup_free char *base = slash ? xmemdupz(entry, (size_t)(slash - entry)) : NULL;
	struct address network;
	char *end;
	unsigned long bits;

	if (!slash || !parse_address(base, &network))
		return false;
	bits = strtoul(slash + 1, &end, 10);
	if (end == slash + 1 || *end || bits > (network.is_v4 ? 32 : 128))
		return false;
	return host->is_v4 == network.is_v4 &&
	       same_prefix(host, &network, (unsigned)bits + (network.is_v4 ? 96 : 0));
}

/* "shop.com" is itself and all below it, ".shop.com" and "*.shop.com" only what is below. */
static bool in_domain(const char *host, const char *entry)
{
	size_t host_len = strlen(host), len;

	if (strncmp(entry, "*.", 2) == 0)
		entry++;
	len = strlen(entry);
	if (entry[0] != '.' && strcasecmp(host, entry) == 0)
		return true;
	entry += entry[0] == '.';
	len = strlen(entry);
	return len && host_len > len + 1 && host[host_len - len - 1] == '.' &&
	       strcasecmp(host + host_len - len, entry) == 0;
}

/* Takes ":port" off an entry; false if there is one and it is another than port. */
static bool take_port(char *entry, unsigned port)
{
	char *colon = strrchr(entry, ':'), *bracket = strrchr(entry, ']');

	if (colon && strchr(entry, ':') != colon && !bracket)
		return true; /* an IPv6 address */
	if (colon && (!bracket || colon > bracket)) {
		if (strtoul(colon + 1, NULL, 10) != port)
			return false;
		*colon = '\0';
	}
	if (entry[0] == '[' && bracket) {
		*bracket = '\0';
		memmove(entry, entry + 1, strlen(entry));
	}
	return true;
}

static bool matches(const char *host, const struct address *address, unsigned port, char *entry)
{
	struct address one;

	if (strcmp(entry, "*") == 0)
		return true;
	if (address && in_network(address, entry))
		return true;
	if (!take_port(entry, port) || !*entry)
		return false;
	if (parse_address(entry, &one))
		return address && memcmp(one.bytes, address->bytes, sizeof(one.bytes)) == 0;
	return in_domain(host, entry);
}

static const char *either(const char *upper, const char *lower)
{
	const char *value = getenv(upper);

	return value && *value ? value : getenv(lower);
}

static bool is_direct(const struct kube_url *server)
{
	const char *p = either("NO_PROXY", "no_proxy");
	struct address address;
	bool is_address = parse_address(server->host, &address);
	const struct address *known = is_address ? &address : NULL;

	if (strcmp(server->host, "localhost") == 0 || (is_address && is_loopback(&address)))
		return true;
	while (p && *p) {
		size_t len = strcspn(p, ","), blanks = strspn(p, " \t");
		cleanup_free char *entry = NULL;

		blanks = blanks < len ? blanks : len;
		entry = xmemdupz(p + blanks, len - blanks);
		entry[strcspn(entry, " \t")] = '\0';
		if (matches(server->host, known, kube_url_port(server), entry))
			return true;
		p += len + (p[len] == ',');
	}
	return false;
}

static int check_scheme(const struct kube_url *u, bool from_environment, struct error *err)
{
	static const char *const known[] = { "http", "https", "socks5", "socks5h" };
	size_t count = ARRAY_SIZE(known) - (from_environment ? 0 : 1);

	for (size_t i = 0; u->scheme && i < count; i++)
		if (strcmp(u->scheme, known[i]) == 0)
			return 0;
	return error_set(err, ERR_INVALID, "it must begin with http://, https:// or socks5://");
}

int kube_proxy_check(const char *url, struct error *err)
{
	cleanup_kube_url struct kube_url u = { 0 };
	int r = kube_url_parse(url, &u, err);

	return r < 0 ? r : check_scheme(&u, false, err);
}

int kube_proxy_from_environment(const struct kube_url *server, char **ret, struct error *err)
{
	bool tls = strcmp(server->scheme, "https") == 0;
	const char *value = tls ? either("HTTPS_PROXY", "https_proxy")
				: either("HTTP_PROXY", "http_proxy");
	cleanup_kube_url struct kube_url u = { 0 };
	cleanup_strbuf struct strbuf shown = STRBUF_INIT;
	int r;

	*ret = NULL;
	if (!value || !*value || is_direct(server))
		return 0;
	r = kube_url_parse(value, &u, err);
	if (r == 0 && u.scheme)
		r = check_scheme(&u, true, err);
	if (r < 0) {
		kube_url_add_shown(&shown, value);
		error_wrap(err, "cannot use the proxy '%s' of the environment", shown.buf);
		error_hint(err, "correct %s, or add the server to NO_PROXY",
			   tls ? "HTTPS_PROXY" : "HTTP_PROXY");
		return r;
	}
	*ret = u.scheme ? xstrdup(value) : xasprintf("http://%s", value);
	return 0;
}
