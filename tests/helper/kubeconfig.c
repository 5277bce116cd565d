/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Usage: kubeconfig [--OPTION VALUE]...
 * Prints as JSON what a kubeconfig resolves to, secrets included. For the tests of kubeconfigs; the
 * options are kubectl's, and
 *
 *	--service-account FOLDER   instead of the pod's
 *	--stdin-taken TEXT         why an exec plugin may not read standard input
 *
 * Exit status 1 and the error with its hint on stderr if it does not.
 */

#include "kube/kubeconfig.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/strvec.h"
#include "kube/credentials.h"
#include "net/task.h"
#include "tree/write.h"

struct text_option {
	const char *name;
	size_t offset;
};

#define AT(member) offsetof(struct kube_options, member)

static const struct text_option texts[] = {
	{ "kubeconfig", AT(kubeconfig) },
	{ "context", AT(context) },
	{ "cluster", AT(cluster) },
	{ "user", AT(user) },
	{ "namespace", AT(namespace) },
	{ "server", AT(server) },
	{ "tls-server-name", AT(tls_server_name) },
	{ "certificate-authority", AT(certificate_authority) },
	{ "token", AT(token) },
	{ "client-certificate", AT(client_certificate) },
	{ "client-key", AT(client_key) },
	{ "as", AT(as) },
	{ "as-uid", AT(as_uid) },
	{ "service-account", AT(service_account) },
};

struct all {
	struct kube_options options;
	struct exec_plugin_options plugin;
	struct strvec groups, extra;
	struct kube_config config;
	struct credentials_shown shown;
	struct credentials *credentials;
	struct error err;
	int result;
};

static void __attribute__((noreturn)) usage(const char *word)
{
	fprintf(stderr, "kubeconfig: bad option '%s'\n", word);
	exit(2);
}

static void set_option(struct all *all, const char *name, const char *value)
{
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
		if (strcmp(name, texts[i].name) == 0) {
			*(const char **)((char *)&all->options + texts[i].offset) = value;
			return;
		}
	if (strcmp(name, "as-group") == 0)
		strvec_add(&all->groups, value);
	else if (strcmp(name, "as-user-extra") == 0)
		strvec_add(&all->extra, value);
	else if (strcmp(name, "stdin-taken") == 0)
		all->plugin.stdin_taken = value;
	else
		usage(name);
}

static void parse(struct all *all, int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		const char *word = argv[i], *equals = strchr(word, '=');
		cleanup_free char *name = NULL;

		if (strncmp(word, "--", 2) != 0)
			usage(word);
		word += 2;
		if (strcmp(word, "insecure-skip-tls-verify") == 0) {
			all->options.insecure_skip_tls_verify = true;
		} else if (strcmp(word, "disable-compression") == 0) {
			all->options.disable_compression = true;
		} else if (equals) {
			name = xmemdupz(word, (size_t)(equals - word));
			set_option(all, name, equals + 1);
		} else if (++i < argc) {
			set_option(all, word, argv[i]);
		} else {
			usage(word);
		}
	}
	all->options.as_groups = (const char *const *)all->groups.v;
	all->options.as_user_extra = (const char *const *)all->extra.v;
}

static void ask(void *arg)
{
	struct all *all = arg;

	all->result = credentials_get(all->credentials, &all->shown, &all->err);
}

static struct node *texts_node(struct arena *a, const char *const *v)
{
	struct node *list = node_new(a, NODE_SEQ, NULL);

	for (size_t n = 0; v && v[n]; n++)
		list->len++;
	list->items = arena_alloc(a, (list->len + 1) * sizeof(*list->items));
	for (size_t i = 0; i < list->len; i++)
		list->items[i] = node_cstring(a, v[i]);
	return list;
}

static void set_flag(struct arena *a, struct node *map, const char *key, bool value)
{
	node_set(a, map, key, node_bool(a, value));
}

static void print(const struct all *all)
{
	cleanup_arena struct arena *a = arena_new();
	cleanup_strbuf struct strbuf out = STRBUF_INIT;
	const struct kube_config *c = &all->config;
	struct node *map = node_new(a, NODE_MAP, NULL), *extra = node_new(a, NODE_MAP, NULL);
	cleanup_free char *port = xasprintf("%u", c->port);

	node_set_text(a, map, "context", c->context);
	node_set_text(a, map, "cluster", c->cluster);
	node_set_text(a, map, "user", c->user);
	node_set_text(a, map, "namespace", c->namespace);
	set_flag(a, map, "namespaceGiven", c->namespace_given);
	set_flag(a, map, "inCluster", c->in_cluster);
	node_set_text(a, map, "server", c->server);
	node_set_text(a, map, "host", c->host);
	node_set(a, map, "port", node_number(a, port, strlen(port), NULL));
	node_set_text(a, map, "path", c->path);
	set_flag(a, map, "tls", c->tls);
	node_set_text(a, map, "tlsServerName", c->tls_server_name);
	set_flag(a, map, "insecure", c->insecure);
	node_set_text(a, map, "ca", c->ca.text);
	node_set_text(a, map, "cert", all->shown.cert);
	node_set_text(a, map, "key", all->shown.key);
	node_set_text(a, map, "authorization", all->shown.authorization);
	node_set_text(a, map, "as", c->as);
	node_set_text(a, map, "asUid", c->as_uid);
	node_set(a, map, "asGroups", texts_node(a, c->as_groups));
	for (size_t i = 0; i < c->as_extra_count; i++)
		node_set(a, extra, c->as_extra[i].key, texts_node(a, c->as_extra[i].values));
	node_set(a, map, "asExtra", extra);
	node_set_text(a, map, "proxy", c->proxy);
	set_flag(a, map, "disableCompression", c->disable_compression);
	tree_write_json(&out, map, WRITE_INDENT_2);
	(void)fwrite(out.buf, 1, out.len, stdout);
}

int main(int argc, char **argv)
{
	struct all all = { 0 };
	struct loop *loop = loop_new();

	parse(&all, argc, argv);
	all.result = kube_config_load(&all.options, &all.config, &all.err);
	if (all.result == 0) {
		all.credentials = credentials_new(&all.config, &all.plugin);
		task_start(loop, NULL, ask, &all);
		loop_run(loop);
	}
	if (all.result == 0)
		print(&all);
	else if (all.err.line)
		fprintf(stderr, "%s:%u:%u: ", all.err.file, all.err.line, all.err.column);
	if (all.result < 0)
		fprintf(stderr, "%s\n%s%s%s", all.err.message, all.err.hint ? "hint: " : "",
			all.err.hint ? all.err.hint : "", all.err.hint ? "\n" : "");
	credentials_free(all.credentials);
	kube_config_release(&all.config);
	strvec_release(&all.groups);
	strvec_release(&all.extra);
	error_release(&all.err);
	loop_free(loop);
	return all.result == 0 ? 0 : 1;
}
