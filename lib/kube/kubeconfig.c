/* SPDX-License-Identifier: Apache-2.0 */
#include "kube/kubeconfig.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "kube/kubeconfig_choice.h"
#include "kube/proxy.h"

static const char *default_server(void)
{
	const char *server = getenv("KUBERNETES_MASTER");

	return server && *server ? server : "http://localhost:8080";
}

int kubeconfig_set_server(struct kubeconfig *files, const char *server, bool default_tls,
			  struct kube_config *ret, struct error *err)
{
	const char *scheme = default_tls ? "https" : "http";
	cleanup_kube_url struct kube_url u = { 0 };
	cleanup_strbuf struct strbuf text = STRBUF_INIT;
	struct arena *a = files->arena;
	int r = kube_url_parse(server, &u, err);

	if (r == 0 && u.scheme && strcmp(u.scheme, "http") != 0 && strcmp(u.scheme, "https") != 0)
		r = error_set(err, ERR_INVALID, "it must begin with https:// or http://");
	if (r < 0) {
		kube_url_add_shown(&text, server);
		error_wrap(err, "'%s' cannot be the address of an API server", text.buf);
		return r;
	}
	kube_url_add(&text, &u, scheme);
	ret->server = arena_memdupz(a, text.buf, text.len);
	ret->host = arena_strdup(a, u.host);
	ret->path = arena_strdup(a, u.path);
	ret->tls = strcmp(u.scheme ? u.scheme : scheme, "https") == 0;
	ret->port = u.port ? u.port : ret->tls ? 443 : 80;
	return 0;
}

/* The arrays that the options and the files have in two forms. */
static void use_impersonation(struct kubeconfig *files, const struct kubeconfig_user *u,
			      struct kube_config *ret)
{
	const struct node *all = u->as_user_extra;
	struct kube_extra *extra;

	if (!u->as)
		return;
	ret->as = u->as;
	ret->as_uid = u->as_uid;
	ret->as_groups = u->as_groups;
	if (!all)
		return;
	extra = arena_zalloc(files->arena, all->len * sizeof(*extra));
	for (size_t i = 0; i < all->len; i++) {
		const struct node *list = all->entries[i].value;
		size_t len = list->kind == NODE_SEQ ? list->len : 0;
		const char **values = arena_zalloc(files->arena, (len + 1) * sizeof(*values));

		for (size_t j = 0; j < len; j++)
			values[j] = list->items[j]->kind == NODE_STRING ? list->items[j]->text : "";
		extra[i] = (struct kube_extra){ all->entries[i].key->text, values };
	}
	ret->as_extra = extra;
	ret->as_extra_count = all->len;
}

static int use_proxy(struct kubeconfig *files, const char *own, struct kube_config *ret,
		     struct error *err)
{
	cleanup_free char *found = NULL;
	cleanup_kube_url struct kube_url server = { 0 };
	int r = 0;

	ret->proxy = own;
	if (own)
		return 0;
	r = kube_url_parse(ret->server, &server, err);
	if (r == 0)
		r = kube_proxy_from_environment(&server, &found, err);
	if (found)
		ret->proxy = arena_strdup(files->arena, found);
	if (found)
		kubeconfig_keep_secret(files, ret->proxy, strlen(found));
	return r;
}

/* Said by nobody: what the service account of a pod may stand in for. */
static bool is_default(const struct kube_config *c, const struct kubeconfig_choice *choice,
		       const char *server)
{
	return !c->tls && strcmp(server, default_server()) == 0 && !choice->user.as &&
	       !choice->cluster.proxy && !choice->cluster.disable_compression;
}

static void use_namespace(struct kubeconfig *files, const struct kubeconfig_choice *choice,
			  const struct kube_options *o, const char *folder,
			  struct kube_config *ret)
{
	ret->namespace_given = o->namespace && *o->namespace;
	if (choice->context.namespace)
		ret->namespace = choice->context.namespace;
	else if (kubeconfig_in_cluster(folder))
		ret->namespace = kubeconfig_pod_namespace(files, folder);
	else
		ret->namespace = "default";
}

static int use_choice(struct kubeconfig *files, const struct kubeconfig_choice *choice,
		      struct kube_config *ret, struct error *err)
{
	ret->disable_compression = choice->cluster.disable_compression;
	use_impersonation(files, &choice->user, ret);
	return ret->tls ? kubeconfig_credentials(files, choice, ret, err) : 0;
}

static int load(struct kubeconfig *files, const struct kube_options *o, struct kube_config *ret,
		struct error *err)
{
	const char *folder = o->service_account ? o->service_account : KUBE_SERVICE_ACCOUNT;
	const char *given = o->kubeconfig && *o->kubeconfig ? o->kubeconfig : NULL;
	struct kubeconfig_choice choice;
	const char *server;
	int r = kubeconfig_read(files, given, err);

	if (r == 0)
		r = kubeconfig_choose(files, o, &choice, err);
	if (r == 0)
		r = kubeconfig_check(&choice, err);
	if (r < 0)
		return r;
	ret->context = choice.context.name;
	ret->cluster = *choice.cluster.name ? choice.cluster.name : NULL;
	ret->user = *choice.user.name ? choice.user.name : NULL;
	ret->server_is_default = choice.cluster.server == NULL;
	server = choice.cluster.server ? choice.cluster.server : default_server();
	use_namespace(files, &choice, o, folder, ret);
	r = kubeconfig_set_server(files, server, false, ret, err);
	if (r < 0) {
		error_locate(err, &choice.cluster.pos);
		return r;
	}
	if (is_default(ret, &choice, server) && kubeconfig_in_cluster(folder))
		r = kubeconfig_use_service_account(files, folder, o, ret, err);
	else
		r = use_choice(files, &choice, ret, err);
	return r < 0 ? r : use_proxy(files, choice.cluster.proxy, ret, err);
}

int kube_config_load(const struct kube_options *o, struct kube_config *ret, struct error *err)
{
	static const struct kube_options none;
	cleanup_kube_config struct kube_config c = KUBE_CONFIG_INIT;
	int r;

	c.files = xcalloc(1, sizeof(*c.files));
	kubeconfig_init(c.files);
	r = load(c.files, o ? o : &none, &c, err);
	if (r < 0)
		return r;
	*ret = c;
	c = (struct kube_config)KUBE_CONFIG_INIT;
	return 0;
}

void kube_config_release(struct kube_config *c)
{
	if (c->files)
		kubeconfig_release(c->files);
	free(c->files);
	*c = (struct kube_config)KUBE_CONFIG_INIT;
}
