/* SPDX-License-Identifier: Apache-2.0 */
#include "kube/client.h"

#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "base/memory.h"
#include "base/strbuf.h"
#include "kube/client_parts.h"

#if defined(__x86_64__)
#define MACHINE "amd64"
#elif defined(__aarch64__)
#define MACHINE "arm64"
#else
#define MACHINE "unknown"
#endif

void kube_add_escaped(struct strbuf *out, const char *text)
{
	for (const char *p = text; *p; p++) {
		unsigned char b = (unsigned char)*p;

		if ((b >= 'a' && b <= 'z') || (b >= 'A' && b <= 'Z') || (b >= '0' && b <= '9') ||
		    strchr("-._~", b))
			strbuf_addch(out, *p);
		else
			strbuf_addf(out, "%%%02X", b);
	}
}

void kube_add_parameter(struct strbuf *query, const char *name, const char *value)
{
	if (query->len)
		strbuf_addch(query, '&');
	strbuf_addf(query, "%s=", name);
	kube_add_escaped(query, value);
}

/* What may stand in the name of a header stays; '%' does not, as it begins what was escaped. */
static void add_extra_name(struct strbuf *out, const char *key)
{
	strbuf_addstr(out, "Impersonate-Extra-");
	for (const char *p = key; *p; p++) {
		unsigned char b = (unsigned char)*p;

		if ((b >= 'a' && b <= 'z') || (b >= 'A' && b <= 'Z') || (b >= '0' && b <= '9') ||
		    strchr("!#$&'*+-.^_`|~", b))
			strbuf_addch(out, *p);
		else
			strbuf_addf(out, "%%%02X", b);
	}
}

/* An empty value needs curl's form of an empty header. */
static void add_header(struct kube_client *c, const char *name, const char *value)
{
	if (value[0])
		strvec_addf(&c->headers, "%s: %s", name, value);
	else
		strvec_addf(&c->headers, "%s;", name);
}

static void add_impersonation(struct kube_client *c)
{
	const struct kube_config *config = c->config;

	if (config->as)
		add_header(c, "Impersonate-User", config->as);
	if (config->as_uid)
		add_header(c, "Impersonate-Uid", config->as_uid);
	for (const char *const *g = config->as_groups; g && *g; g++)
		add_header(c, "Impersonate-Group", *g);
	for (size_t i = 0; i < config->as_extra_count; i++) {
		cleanup_strbuf struct strbuf name = STRBUF_INIT;

		add_extra_name(&name, config->as_extra[i].key);
		for (const char *const *v = config->as_extra[i].values; v && *v; v++)
			add_header(c, name.buf, *v);
	}
}

/* Each run has a number of its own, so that an audit log shows what belongs together. */
static int add_session(struct kube_client *c, const char *command, struct error *err)
{
	unsigned char b[16];
	int r = random_bytes(b, sizeof(b), err);

	if (r < 0)
		return r;
	b[6] = (unsigned char)((b[6] & 0x0f) | 0x40);
	b[8] = (unsigned char)((b[8] & 0x3f) | 0x80);
	strvec_addf(&c->headers,
		    "Kubectl-Session: %02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-"
		    "%02x%02x%02x%02x%02x%02x",
		    b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7], b[8], b[9], b[10], b[11],
		    b[12], b[13], b[14], b[15]);
	strvec_addf(&c->headers, "Kubectl-Command: kubectl mysql %s", command);
	return 0;
}

static void add_host(struct strbuf *out, const char *host)
{
	strbuf_addf(out, strchr(host, ':') ? "[%s]" : "%s", host);
}

/*
 * TLS is to see another name than the one that is connected to: the URL has that name, and the way
 * and the header Host have the real one.
 */
static void set_addresses(struct kube_client *c)
{
	const struct kube_config *config = c->config;
	cleanup_strbuf struct strbuf real = STRBUF_INIT;

	if (!config->tls || !config->tls_server_name) {
		c->base = xstrdup(config->server);
		return;
	}
	add_host(&real, config->host);
	strbuf_addf(&real, ":%u", config->port);
	c->connect_to = xstrdup(real.buf);
	c->base = xasprintf("https://%s:%u%s", config->tls_server_name, config->port,
			    config->path);
	strvec_addf(&c->headers, "Host: %s", real.buf);
}

int kube_client_open(const struct kube_config *config, const struct kube_client_options *o,
		     struct kube_client **ret, struct error *err)
{
	cleanup_kube_client struct kube_client *c = xcalloc(1, sizeof(*c));
	int r = 0;

	c->config = config;
	c->request_timeout = o ? o->request_timeout : 0;
	if (o && o->stdin_taken)
		c->plugin.stdin_taken = "it is read by the command";
	c->credentials = credentials_new(config, &c->plugin);
	c->http = http_client_new(err);
	if (!c->http)
		return -ERR_FAILED;
	set_addresses(c);
	strvec_addf(&c->headers, "User-Agent: kubectl-mysql/%s (linux/%s)", KUBECTL_MYSQL_VERSION,
		    MACHINE);
	add_impersonation(c);
	if (o && o->command)
		r = add_session(c, o->command, err);
	if (r < 0)
		return r;
	*ret = TAKE_PTR(c);
	return 0;
}

void kube_client_close(struct kube_client *c)
{
	if (!c)
		return;
	http_client_free(c->http);
	credentials_free(c->credentials);
	strvec_release(&c->headers);
	strvec_release(&c->warnings);
	free(c->connect_to);
	free(c->base);
	free(c);
}

void cleanup_kube_client_fn(struct kube_client **c)
{
	kube_client_close(*c);
}

const struct kube_config *kube_client_config(const struct kube_client *c)
{
	return c->config;
}

size_t kube_client_connections(const struct kube_client *c)
{
	return http_client_connections(c->http);
}

const struct strvec *kube_client_warnings(const struct kube_client *c)
{
	return &c->warnings;
}
