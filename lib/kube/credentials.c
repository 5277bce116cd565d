/* SPDX-License-Identifier: Apache-2.0 */
#include "kube/credentials.h"

#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "base/memory.h"
#include "base/secret.h"
#include "kube/token_file.h"

struct credentials {
	const struct kube_config *config;
	struct exec_plugin *plugin; /* or NULL */
	struct token_file file;
	char *authorization;
};

struct credentials *credentials_new(const struct kube_config *config,
				    const struct exec_plugin_options *opts)
{
	struct credentials *c = xcalloc(1, sizeof(*c));

	c->config = config;
	if (config->auth == KUBE_AUTH_EXEC)
		c->plugin = exec_plugin_new(config->exec, opts);
	c->file.path = config->token_file;
	return c;
}

void credentials_free(struct credentials *c)
{
	if (!c)
		return;
	exec_plugin_free(c->plugin);
	token_file_release(&c->file);
	secret_free(c->authorization);
	free(c);
}

static void set_authorization(struct credentials *c, const char *kind, const char *value)
{
	secret_free(c->authorization);
	c->authorization = xasprintf("%s %s", kind, value);
}

static void set_basic(struct credentials *c)
{
	char *pair = xasprintf("%s:%s", c->config->username, c->config->password);
	struct strbuf text = STRBUF_INIT;

	strbuf_grow(&text, strlen(pair) * 2 + 4);
	strbuf_add_base64(&text, pair, strlen(pair));
	set_authorization(c, "Basic", text.buf);
	explicit_bzero(text.buf, text.len);
	strbuf_release(&text);
	secret_free(pair);
}

/* What the file says goes before what stands in the kubeconfig, as client-go has it. */
static int set_token(struct credentials *c, struct error *err)
{
	const char *token = c->config->token;
	cleanup_error struct error unread = ERROR_INIT;
	int r = c->file.path ? token_file_get(&c->file, &token, token ? &unread : err) : 0;

	if (r < 0 && !token)
		return r;
	set_authorization(c, "Bearer", token);
	return 0;
}

int credentials_get(struct credentials *c, struct credentials_shown *ret, struct error *err)
{
	struct credentials_shown shown = { .cert = c->config->cert.text,
					   .key = c->config->key.text };
	struct exec_credentials given = { 0 };
	int r = 0;

	if (c->plugin)
		r = exec_plugin_get(c->plugin, &given, err);
	else if (c->config->auth == KUBE_AUTH_TOKEN)
		r = set_token(c, err);
	else if (c->config->auth == KUBE_AUTH_BASIC && !c->authorization)
		set_basic(c);
	if (r < 0)
		return r;
	if (c->plugin) {
		shown.cert = given.cert;
		shown.key = given.key;
		shown.number = given.number;
		if (given.token)
			set_authorization(c, "Bearer", given.token);
	}
	if (!c->plugin || given.token)
		shown.authorization = c->authorization;
	*ret = shown;
	return 0;
}

bool credentials_refused(struct credentials *c, const struct credentials_shown *shown)
{
	if (c->plugin)
		exec_plugin_refused(c->plugin, shown->number);
	return c->plugin || (c->file.path && token_file_refused(&c->file));
}
