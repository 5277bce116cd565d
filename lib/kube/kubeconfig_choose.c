/* SPDX-License-Identifier: Apache-2.0 */
#include "kube/kubeconfig_choice.h"

#include <string.h>

#include "base/suggest.h"

static bool given(const char *text)
{
	return text && *text;
}

static void *find(const struct strmap *map, const char *name)
{
	return strmap_get(map, name ? name : "", name ? strlen(name) : 0);
}

static int no_such(const struct strmap *map, const char *what, const char *name, struct error *err)
{
	struct suggestion near = { 0 };

	for (size_t i = 0; i < map->alloc; i++)
		if (map->slots[i].value)
			suggest_offer(&near, name, map->slots[i].key);
	error_set(err, ERR_NOT_FOUND, "the %s '%s' does not exist", what, name);
	if (near.best)
		error_hint(err, "did you mean '%s'?", near.best);
	else
		error_hint(err, "kubectl config view shows what there is");
	return -ERR_NOT_FOUND;
}

static int choose_context(const struct kubeconfig *files, const struct kube_options *o,
			  struct kubeconfig_choice *c, struct error *err)
{
	const char *name = given(o->context) ? o->context : files->current_context;
	const struct kubeconfig_context *found = find(&files->contexts, name);

	if (found)
		c->context = *found;
	else if (given(o->context))
		return no_such(&files->contexts, "context", name, err);
	else if (name) {
		error_set_at(err, ERR_INVALID, &files->current_pos,
			     "the current context '%s' does not exist", name);
		error_hint(err, "name another with --context, or kubectl config use-context");
		return -ERR_INVALID;
	}
	if (!name)
		c->context.name = NULL;
	c->explicit_namespace = c->context.namespace;
	if (given(o->namespace))
		c->context.namespace = o->namespace;
	if (given(o->cluster))
		c->context.cluster = o->cluster;
	if (given(o->user))
		c->context.user = o->user;
	return 0;
}

static void override_cluster(const struct kube_options *o, struct kubeconfig_cluster *c)
{
	if (given(o->server))
		c->server = o->server;
	/* With another server the name that belonged to the old one would be wrong. */
	if (given(o->tls_server_name) || given(o->server))
		c->tls_server_name = given(o->tls_server_name) ? o->tls_server_name : NULL;
	if (given(o->certificate_authority) || o->insecure_skip_tls_verify) {
		c->ca = given(o->certificate_authority) ? o->certificate_authority : NULL;
		c->ca_data = (struct kubeconfig_bytes){ 0 };
		c->insecure = o->insecure_skip_tls_verify;
	}
	c->disable_compression = c->disable_compression || o->disable_compression;
}

/* A key of the options takes the place of that key, the others stay. */
static void override_extra(struct kubeconfig *files, const char *const *extra,
			   struct kubeconfig_user *u)
{
	struct arena *a = files->arena;
	struct node *all = u->as_user_extra ? node_copy_shallow(a, u->as_user_extra)
					    : node_new(a, NODE_MAP, NULL);
	struct node *mine = node_new(a, NODE_MAP, NULL);

	for (; extra && *extra; extra++) {
		const char *equals = strchr(*extra, '=');
		size_t len = equals ? (size_t)(equals - *extra) : 0;
		const char *key = equals ? arena_memdupz(a, *extra, len) : NULL;
		struct node *old = key ? node_get(mine, key) : NULL, *list;

		if (!key)
			continue;
		list = node_new(a, NODE_SEQ, NULL);
		list->len = (old ? old->len : 0) + 1;
		list->items = arena_alloc(a, list->len * sizeof(*list->items));
		if (old)
			memcpy(list->items, old->items, old->len * sizeof(*list->items));
		list->items[list->len - 1] = node_cstring(a, equals + 1);
		node_set(a, mine, key, list);
		node_set(a, all, key, list);
	}
	if (all->len)
		u->as_user_extra = all;
}

static void override_user(struct kubeconfig *files, const struct kube_options *o,
			  struct kubeconfig_user *u)
{
	if (given(o->token))
		u->token = o->token;
	if (given(o->client_certificate)) {
		u->cert = o->client_certificate;
		u->cert_data = (struct kubeconfig_bytes){ 0 };
	}
	if (given(o->client_key)) {
		u->key = o->client_key;
		u->key_data = (struct kubeconfig_bytes){ 0 };
	}
	if (given(o->as))
		u->as = o->as;
	if (given(o->as_uid))
		u->as_uid = o->as_uid;
	if (o->as_groups && *o->as_groups)
		u->as_groups = o->as_groups;
	override_extra(files, o->as_user_extra, u);
}

int kubeconfig_choose(struct kubeconfig *files, const struct kube_options *o,
		      struct kubeconfig_choice *ret, struct error *err)
{
	const struct kubeconfig_cluster *cluster;
	const struct kubeconfig_user *user;
	int r;

	*ret = (struct kubeconfig_choice){ 0 };
	r = choose_context(files, o, ret, err);
	if (r < 0)
		return r;
	user = find(&files->users, ret->context.user);
	if (!user && given(o->user))
		return no_such(&files->users, "user", o->user, err);
	cluster = find(&files->clusters, ret->context.cluster);
	if (!cluster && given(o->cluster))
		return no_such(&files->clusters, "cluster", o->cluster, err);
	ret->has_user = user != NULL;
	ret->has_cluster = cluster != NULL;
	if (user)
		ret->user = *user;
	if (cluster)
		ret->cluster = *cluster;
	ret->user.name = ret->context.user ? ret->context.user : "";
	ret->cluster.name = ret->context.cluster ? ret->context.cluster : "";
	override_user(files, o, &ret->user);
	override_cluster(o, &ret->cluster);
	return 0;
}
