/* SPDX-License-Identifier: Apache-2.0 */
#include "kube/kubeconfig_choice.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/digest.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/memory.h"
#include "kube/token_file.h"
#include "tree/read.h"
#include "tree/write.h"

#define API_GROUP "client.authentication.k8s.io/"
/* A token that ends so soon is as good as expired (golang.org/x/oauth2). */
#define EXPIRY_LEEWAY 10

int kubeconfig_read_pem(struct kubeconfig *files, const char *path, bool secret,
			struct kube_pem *ret, struct error *err)
{
	struct strbuf text = STRBUF_INIT;
	int r;

	/* In one piece, so that no copy is left behind. */
	strbuf_grow(&text, LIMIT_CREDENTIAL_BYTES);
	r = file_read(path, LIMIT_CREDENTIAL_BYTES, &text, err);
	if (r == 0) {
		ret->text = arena_memdupz(files->arena, text.buf, text.len);
		ret->len = text.len;
		ret->file = arena_strdup(files->arena, path);
		if (secret)
			kubeconfig_keep_secret(files, ret->text, ret->len);
	}
	explicit_bzero(text.buf, text.len);
	strbuf_release(&text);
	return r;
}

bool kubeconfig_is_pem(const struct kube_pem *pem, const char *kind)
{
	cleanup_free char *end = xasprintf("%s-----", kind);
	const char *begin = pem->len ? memmem(pem->text, pem->len, "-----BEGIN ", 11) : NULL;

	return begin && memmem(begin, pem->len - (size_t)(begin - pem->text), end, strlen(end));
}

static int take(struct kubeconfig *files, const char *path, const struct kubeconfig_bytes *data,
		bool secret, struct kube_pem *ret, struct error *err)
{
	if (data->len) {
		*ret = (struct kube_pem){ data->buf, data->len, NULL };
		return 0;
	}
	return path ? kubeconfig_read_pem(files, path, secret, ret, err) : 0;
}

static int use_ca(struct kubeconfig *files, const struct kubeconfig_cluster *c,
		  struct kube_config *ret, struct error *err)
{
	int r;

	ret->insecure = c->insecure;
	ret->tls_server_name = c->tls_server_name;
	if (c->insecure && (c->ca || c->ca_data.len)) {
		error_set_at(err, ERR_INVALID, &c->pos,
			     "cluster '%s': a certificate authority and insecure-skip-tls-verify are both set",
			     c->name);
		error_hint(err, "remove one of them");
		return -ERR_INVALID;
	}
	r = take(files, c->ca, &c->ca_data, false, &ret->ca, err);
	if (r == 0 && ret->ca.len && !kubeconfig_is_pem(&ret->ca, "CERTIFICATE"))
		return error_set_at(err, ERR_INVALID, &c->pos,
				    "cluster '%s': the certificate authority holds no certificate in PEM",
				    c->name);
	return r;
}

static int use_cert(struct kubeconfig *files, const struct kubeconfig_user *u,
		    struct kube_config *ret, struct error *err)
{
	int r;

	if (!u->cert && !u->cert_data.len)
		return 0;
	r = take(files, u->cert, &u->cert_data, false, &ret->cert, err);
	if (r == 0)
		r = take(files, u->key, &u->key_data, true, &ret->key, err);
	/* Files alone are looked at when a server asks for them. */
	if (r < 0 || (ret->cert.file && ret->key.file))
		return r;
	if (!kubeconfig_is_pem(&ret->cert, "CERTIFICATE"))
		return error_set_at(err, ERR_INVALID, &u->pos,
				    "user '%s': the client certificate is not in PEM", u->name);
	if (!kubeconfig_is_pem(&ret->key, "PRIVATE KEY"))
		return error_set_at(err, ERR_INVALID, &u->pos,
				    "user '%s': the client key is not in PEM", u->name);
	return 0;
}

/* ---- auth-provider --------------------------------------------------------------------------- */

static const char *provider_text(const struct kubeconfig_user *u, const char *key)
{
	const struct node *n = node_get(u->provider_config, key);

	return n && n->kind == NODE_STRING && n->len ? n->text : NULL;
}

/* When a token in the form of a JWT (RFC 7519) ends; 0 if it does not say. */
static int64_t token_end(struct kubeconfig *files, const char *token)
{
	const char *begin = strchr(token, '.'), *end = begin ? strchr(begin + 1, '.') : NULL;
	cleanup_free char *part = end ? xmemdupz(begin + 1, (size_t)(end - begin - 1)) : NULL;
	cleanup_strbuf struct strbuf padded = STRBUF_INIT;
	cleanup_strbuf struct strbuf json = STRBUF_INIT;
	struct error ignored = ERROR_INIT;
	struct node *claims = NULL, *exp;

	if (!part)
		return 0;
	for (const char *p = part; *p; p++)
		strbuf_addch(&padded, *p == '-' ? '+' : *p == '_' ? '/' : *p);
	strbuf_addchars(&padded, '=', (4 - padded.len % 4) % 4);
	if (strbuf_add_base64_decoded(&json, padded.buf, padded.len) &&
	    tree_read_json(files->arena, json.buf, json.len, "", 0, &claims, &ignored) < 0)
		error_release(&ignored);
	exp = node_get(claims, "exp");
	return exp && exp->kind == NODE_NUMBER ? (int64_t)strtod(exp->text, NULL) : 0;
}

static int no_provider(const struct kubeconfig_user *u, struct error *err)
{
	error_set_at(err, ERR_INVALID, &u->pos, "user '%s': there is no auth-provider '%s'",
		     u->name, u->provider);
	if (strcmp(u->provider, "gcp") == 0)
		error_hint(err, "use the exec plugin gke-gcloud-auth-plugin");
	else if (strcmp(u->provider, "azure") == 0)
		error_hint(err, "use the exec plugin kubelogin");
	else
		error_hint(err, "use an exec plugin");
	return -ERR_INVALID;
}

/* oidc is the one that is left. We do not refresh: that would mean to write the kubeconfig. */
static int use_provider(struct kubeconfig *files, const struct kubeconfig_user *u,
			struct kube_config *ret, struct error *err)
{
	const char *token = provider_text(u, "id-token");

	if (strcmp(u->provider, "oidc") != 0)
		return no_provider(u, err);
	if (!provider_text(u, "idp-issuer-url") || !provider_text(u, "client-id"))
		return error_set_at(err, ERR_INVALID, &u->pos,
				    "user '%s': the auth-provider lacks idp-issuer-url or client-id",
				    u->name);
	if (ret->auth != KUBE_AUTH_NONE)
		return 0;
	if (!token || !kube_is_header_value(token) ||
	    token_end(files, token) <= (int64_t)time(NULL) + EXPIRY_LEEWAY) {
		error_set_at(err, ERR_DENIED, &u->pos, "user '%s': the id-token %s", u->name,
			     token ? "has expired" : "is missing");
		error_hint(err, "log in again, or let kubectl refresh it: kubectl get --raw /version");
		return -ERR_DENIED;
	}
	ret->auth = KUBE_AUTH_TOKEN;
	ret->token = token;
	return 0;
}

/* ---- exec ------------------------------------------------------------------------------------ */

const char *kubeconfig_cluster_info(struct kubeconfig *files, const struct kubeconfig_choice *c,
				    const struct kube_config *config)
{
	cleanup_strbuf struct strbuf text = STRBUF_INIT;
	cleanup_strbuf struct strbuf ca = STRBUF_INIT;
	struct arena *a = files->arena;
	struct node *info = node_new(a, NODE_MAP, NULL);
	const char *server = c->cluster.server ? c->cluster.server : config->server;

	/* As it is written: plugins look it up in files of their own. */
	node_set(a, info, "server", node_string(a, server, strcspn(server, "?#"), NULL));
	node_set_text(a, info, "tls-server-name", config->tls_server_name);
	if (config->insecure)
		node_set(a, info, "insecure-skip-tls-verify", node_bool(a, true));
	if (config->ca.len)
		strbuf_add_base64(&ca, config->ca.text, config->ca.len);
	node_set_text(a, info, "certificate-authority-data", ca.buf);
	/* Not that of the environment, which the plugin has too. */
	node_set_text(a, info, "proxy-url", c->cluster.proxy);
	if (config->disable_compression)
		node_set(a, info, "disable-compression", node_bool(a, true));
	node_set(a, info, "config", c->cluster.exec_config ?
		 node_copy_shallow(a, c->cluster.exec_config) : node_new(a, NODE_NULL, NULL));
	tree_write_json(&text, info, WRITE_COMPACT | WRITE_GO_NUMBERS);
	return arena_memdupz(a, text.buf, text.len);
}

static int use_exec(struct kubeconfig *files, const struct kubeconfig_choice *c,
		    struct kube_config *ret, struct error *err)
{
	const struct kubeconfig_exec *from = c->user.exec;
	struct kube_exec *e = arena_zalloc(files->arena, sizeof(*e));

	if (strcmp(from->api_version, API_GROUP "v1") != 0 &&
	    strcmp(from->api_version, API_GROUP "v1beta1") != 0) {
		error_set_at(err, ERR_INVALID, &from->pos,
			     "user '%s': the exec plugin has the unknown apiVersion '%s'",
			     c->user.name, from->api_version);
		error_hint(err, "set it to client.authentication.k8s.io/v1");
		return -ERR_INVALID;
	}
	/* Whoever has something else to show is not asked by a program. */
	if (ret->auth != KUBE_AUTH_NONE || ret->cert.len)
		return 0;
	*e = (struct kube_exec){ .command = from->command,
				 .args = from->args,
				 .env = from->env,
				 .api_version = from->api_version,
				 .install_hint = from->install_hint,
				 .interactive_mode = from->interactive_mode };
	if (from->provide_cluster_info)
		e->cluster_info = kubeconfig_cluster_info(files, c, ret);
	ret->auth = KUBE_AUTH_EXEC;
	ret->exec = e;
	return 0;
}

/* ---- which ----------------------------------------------------------------------------------- */

static int use_token(struct kubeconfig *files, const struct kubeconfig_user *u,
		     struct kube_config *ret, struct error *err)
{
	char *token = NULL;

	if (!u->token && !u->token_file)
		return 0;
	if (u->username)
		return error_set_at(err, ERR_INVALID, &u->pos,
				    "user '%s': it has a token and a user name with password",
				    u->name);
	if (u->token && !kube_is_header_value(u->token))
		return error_set_at(err, ERR_INVALID, &u->pos,
				    "user '%s': the token holds a control character", u->name);
	ret->auth = KUBE_AUTH_TOKEN;
	ret->token = u->token;
	ret->token_file = u->token_file;
	if (ret->token)
		return 0;
	if (token_file_read(u->token_file, &token, err) < 0) {
		error_wrap(err, "user '%s'", u->name);
		error_locate(err, &u->pos);
		return -err->class;
	}
	ret->token = arena_strdup(files->arena, token);
	kubeconfig_keep_secret(files, ret->token, strlen(token));
	explicit_bzero(token, strlen(token));
	free(token);
	return 0;
}

static int no_credentials(const struct kubeconfig_choice *c, const struct kube_config *config,
			  struct error *err)
{
	const char *user = c->user.name;

	if (*user && !c->has_user)
		error_set_at(err, ERR_DENIED, &c->context.pos,
			     "cannot log in to '%s': the user '%s' of context '%s' does not exist",
			     config->server, user, c->context.name ? c->context.name : "");
	else if (*user)
		error_set_at(err, ERR_DENIED, &c->user.pos,
			     "cannot log in to '%s': the user '%s' has no credentials",
			     config->server, user);
	else
		error_set(err, ERR_DENIED, "cannot log in to '%s': no user is named",
			  config->server);
	error_hint(err, "name another user with --user, or give --token or --client-certificate");
	return -ERR_DENIED;
}

int kubeconfig_credentials(struct kubeconfig *files, const struct kubeconfig_choice *c,
			   struct kube_config *ret, struct error *err)
{
	const struct kubeconfig_user *u = &c->user;
	int r = use_ca(files, &c->cluster, ret, err);

	if (r == 0)
		r = use_cert(files, u, ret, err);
	if (r == 0)
		r = use_token(files, u, ret, err);
	if (r == 0 && ret->auth == KUBE_AUTH_NONE && u->username) {
		ret->auth = KUBE_AUTH_BASIC;
		ret->username = u->username;
		ret->password = u->password ? u->password : "";
	}
	if (r == 0 && u->provider)
		r = use_provider(files, u, ret, err);
	if (r == 0 && u->exec)
		r = use_exec(files, c, ret, err);
	if (r == 0 && ret->auth == KUBE_AUTH_NONE && !ret->cert.len)
		return no_credentials(c, ret, err);
	return r;
}
