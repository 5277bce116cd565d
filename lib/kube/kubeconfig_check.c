/* SPDX-License-Identifier: Apache-2.0 */
#include "kube/kubeconfig_choice.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"
#include "kube/proxy.h"

bool kube_is_header_value(const char *text)
{
	for (; *text; text++)
		if (((unsigned char)*text < ' ' && *text != '\t') || *text == 0x7f)
			return false;
	return true;
}

/* The first two words of a message: "cluster 'prod'", or where there is none, "the options". */
static const char *subject(struct strbuf *out, const char *what, const char *name)
{
	if (*name)
		strbuf_addf(out, "%s '%s'", what, name);
	else
		strbuf_addf(out, "the %s of the options", what);
	return out->buf;
}

static int can_open(const char *path, const char *field, const char *who, const struct pos *pos,
		    struct error *err)
{
	cleanup_close int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd >= 0)
		return 0;
	error_set_errno(err, errno, "%s: cannot read its %s '%s'", who, field, path);
	error_locate(err, pos);
	return -err->class;
}

static int check_cluster(const struct kubeconfig_cluster *c, struct error *err)
{
	cleanup_strbuf struct strbuf who = STRBUF_INIT;
	cleanup_strbuf struct strbuf shown = STRBUF_INIT;

	subject(&who, "cluster", c->name);
	if (c->proxy && kube_proxy_check(c->proxy, err) < 0) {
		kube_url_add_shown(&shown, c->proxy);
		error_wrap(err, "%s: cannot use its proxy-url '%s'", who.buf, shown.buf);
		error_locate(err, &c->pos);
		return -err->class;
	}
	if (c->ca && c->ca_data.len) {
		error_set_at(err, ERR_INVALID, &c->pos,
			     "%s: certificate-authority and certificate-authority-data are both set",
			     who.buf);
		error_hint(err, "remove one of them");
		return -ERR_INVALID;
	}
	if (c->ca)
		return can_open(c->ca, "certificate-authority", who.buf, &c->pos, err);
	return 0;
}

static int fail(const struct kubeconfig_user *u, struct error *err, const char *text,
		const char *hint)
{
	cleanup_strbuf struct strbuf who = STRBUF_INIT;

	error_set_at(err, ERR_INVALID, &u->pos, "%s: %s", subject(&who, "user", u->name), text);
	if (hint)
		error_hint(err, "%s", hint);
	return -ERR_INVALID;
}

static int check_cert(const struct kubeconfig_user *u, struct error *err)
{
	cleanup_strbuf struct strbuf who = STRBUF_INIT;
	int r = 0;

	if (!u->cert && !u->cert_data.len)
		return 0;
	if (u->cert && u->cert_data.len)
		return fail(u, err, "client-certificate and client-certificate-data are both set",
			    "remove one of them");
	if (u->key && u->key_data.len)
		return fail(u, err, "client-key and client-key-data are both set",
			    "remove one of them");
	if (!u->key && !u->key_data.len)
		return fail(u, err, "it has a client certificate and no key",
			    "set client-key or client-key-data, or give --client-key");
	subject(&who, "user", u->name);
	if (u->cert)
		r = can_open(u->cert, "client-certificate", who.buf, &u->pos, err);
	if (r == 0 && u->key)
		r = can_open(u->key, "client-key", who.buf, &u->pos, err);
	return r;
}

static int check_exec(const struct kubeconfig_user *u, struct error *err)
{
	static const char *const modes[] = { "Never", "IfAvailable", "Always" };
	const struct kubeconfig_exec *e = u->exec;

	if (!e)
		return 0;
	if (u->provider)
		return fail(u, err, "auth-provider and exec are both set", "remove one of them");
	if (!e->command)
		return fail(u, err, "the exec plugin has no command", NULL);
	if (!e->api_version)
		return fail(u, err, "the exec plugin has no apiVersion",
			    "set it to client.authentication.k8s.io/v1");
	if (e->nameless_env)
		return fail(u, err, "a variable in the env of the exec plugin has no name", NULL);
	if (!e->interactive_mode)
		return fail(u, err, "the exec plugin has no interactiveMode",
			    "set it to Never, IfAvailable or Always");
	for (size_t i = 0; i < ARRAY_SIZE(modes); i++)
		if (strcmp(e->interactive_mode, modes[i]) == 0)
			return 0;
	return fail(u, err, "the exec plugin has an unknown interactiveMode",
		    "set it to Never, IfAvailable or Always");
}

/* Of what is sent in headers whatever the server is. */
static int check_impersonation(const struct kubeconfig_user *u, struct error *err)
{
	const struct node *extra = u->as_user_extra;
	bool good = (!u->as || kube_is_header_value(u->as)) &&
		    (!u->as_uid || kube_is_header_value(u->as_uid));

	if ((u->as_uid || (u->as_groups && *u->as_groups) || extra) && !u->as)
		return fail(u, err, "a uid, groups or extras to act as need a user to act as",
			    "add --as");
	for (size_t i = 0; u->as_groups && u->as_groups[i]; i++)
		good = good && kube_is_header_value(u->as_groups[i]);
	for (size_t i = 0; extra && i < extra->len; i++) {
		const struct node *list = extra->entries[i].value;

		for (size_t j = 0; list->kind == NODE_SEQ && j < list->len; j++)
			good = good && (list->items[j]->kind != NODE_STRING ||
					kube_is_header_value(list->items[j]->text));
	}
	if (!good)
		return fail(u, err, "what to act as holds a control character", NULL);
	return 0;
}

static int check_user(const struct kubeconfig_user *u, struct error *err)
{
	int r = check_cert(u, err);

	if (r == 0)
		r = check_exec(u, err);
	if (r < 0)
		return r;
	if (u->token && (u->username || u->password))
		return fail(u, err, "it has a token and a user name with password",
			    "only one of them can be sent");
	return check_impersonation(u, err);
}

int kubeconfig_check(const struct kubeconfig_choice *c, struct error *err)
{
	int r = check_user(&c->user, err);

	return r < 0 ? r : check_cluster(&c->cluster, err);
}
