/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/common/target.h"

#include "base/file.h"
#include "base/limits.h"
#include "base/memory.h"
#include "base/suggest.h"
#include "cmd/common/hosts.h"
#include "cmd/common/project.h"
#include "sandbox/sandbox.h"

#include <string.h>

#define HOSTS_SHOWN 16 /* in a list that names a cluster */

static void take_sandbox(struct target *t, const struct sandbox *sb)
{
	t->sandbox = true;
	t->name = xstrdup(sb->name);
	t->words = xasprintf("--sandbox %s", sb->name);
	t->user = sb->user ? xstrdup(sb->user) : NULL;
	t->password = sb->password ? xstrdup(sb->password) : NULL;
	t->tls_ca = sb->tls_ca ? xstrdup(sb->tls_ca) : NULL;
	t->count = sb->count;
	t->instances = xcalloc(sb->count + 1, sizeof(*t->instances));
	for (size_t i = 0; i < sb->count; i++) {
		const struct sandbox_instance *from = &sb->instances[i];

		t->instances[i] = (struct target_instance){
			.name = xstrdup(from->name),
			.host = from->host ? xstrdup(from->host) : NULL,
			.port = from->port,
			.socket = from->socket ? xstrdup(from->socket) : NULL,
		};
	}
}

static void take_hosts(struct target *t, struct hosts *h)
{
	t->count = h->len;
	t->instances = xcalloc(h->len + 1, sizeof(*t->instances));
	for (size_t i = 0; i < h->len; i++)
		t->instances[i] = (struct target_instance){
			.name = TAKE_PTR(h->items[i].name),
			.host = TAKE_PTR(h->items[i].host),
			.port = h->items[i].port,
			.socket = TAKE_PTR(h->items[i].socket),
		};
}

ptrdiff_t target_find(const struct target *t, const char *name)
{
	for (size_t i = 0; i < t->count; i++) {
		const struct target_instance *one = &t->instances[i];
		cleanup_free char *full = NULL;

		if (strcmp(one->name, name) == 0)
			return (ptrdiff_t)i;
		full = xasprintf("%s:%u", one->host ? one->host : "", one->port);
		if (strcmp(full, name) == 0)
			return (ptrdiff_t)i;
	}
	return -1;
}

static int choose(struct target *t, const char *name, struct error *err)
{
	struct suggestion near = { 0 };

	if (!name)
		return 0;
	/* A list of one host has its name: then the host is meant. */
	t->chosen = target_find(t, name);
	if (t->chosen >= 0 || strcmp(name, t->name) == 0)
		return 0;
	for (size_t i = 0; i < t->count; i++)
		suggest_offer(&near, name, t->instances[i].name);
	error_set(err, ERR_NOT_FOUND, "no instance '%s' in '%s'", name, t->name);
	if (near.best)
		error_hint(err, "did you mean '%s'?", near.best);
	else
		error_hint(err, "its first instance is '%s'; 'kubectl mysql status %s' shows all",
			   t->instances[0].name, t->words);
	return -ERR_NOT_FOUND;
}

static int from_sandbox(const char *sandbox, const char *name, struct target *t, struct error *err)
{
	cleanup_sandbox struct sandbox *sb = NULL;

	if (sandbox_load(sandbox, &sb, err) < 0)
		return -err->class;
	take_sandbox(t, sb);
	return choose(t, name, err);
}

static int from_list(const char *list, const char *name, struct target *t, struct error *err)
{
	cleanup_hosts struct hosts h = HOSTS_INIT;

	if (hosts_add_list(&h, list, "--hosts", err) < 0)
		return -err->class;
	t->name = h.len <= HOSTS_SHOWN ? xstrdup(list)
				       : xasprintf("%s and %zu more", h.items[0].name, h.len - 1);
	t->words = xasprintf("--hosts %s", list);
	take_hosts(t, &h);
	return choose(t, name, err);
}

static int from_inventory(const char *file, const char *name, struct target *t, struct error *err)
{
	cleanup_hosts struct hosts h = HOSTS_INIT;
	cleanup_strbuf struct strbuf text = STRBUF_INIT;

	if (file_read(file, LIMIT_INPUT_BYTES, &text, err) < 0 ||
	    hosts_add_file(&h, text.buf, text.len, file, err) < 0)
		return -err->class;
	t->name = xstrdup(file);
	t->words = xasprintf("--inventory %s", file);
	take_hosts(t, &h);
	return choose(t, name, err);
}

/* "demo-0" is an instance of the sandbox "demo". */
static char *before_ordinal(const char *name)
{
	const char *dash = strrchr(name, '-');

	if (!dash || dash == name || dash[1 + strspn(dash + 1, "0123456789")] || !dash[1])
		return NULL;
	return xmemdupz(name, (size_t)(dash - name));
}

/* Moves *from to *to; returns its class. */
static int give(struct error *from, struct error *to)
{
	*to = *from;
	*from = (struct error)ERROR_INIT;
	return -to->class;
}

/* "shop/db1" is the instance db1 of shop, whether shop is of the project file or a sandbox. */
static int from_pair(const char *name, const char *slash, struct target *t, struct error *err);

/* A bare name: a cluster of the project file, a sandbox, or an instance of one of them. */
static int from_name(const char *name, struct target *t, struct error *err)
{
	cleanup_project_cluster struct project_cluster c = { 0 };
	cleanup_error struct error no_project = ERROR_INIT, no_sandbox = ERROR_INIT;
	cleanup_free char *sandbox = before_ordinal(name);
	const char *slash = strchr(name, '/');
	int r = project_find(name, &c, &no_project);

	if (r == 0) {
		t->name = xstrdup(name);
		t->words = xstrdup(name);
		t->defaults_file = TAKE_PTR(c.defaults_file);
		take_hosts(t, &c.hosts);
		return 0;
	}
	if (r != -ERR_NOT_FOUND)
		return give(&no_project, err);
	if (slash && slash != name && slash[1])
		return from_pair(name, slash, t, err);
	r = from_sandbox(name, NULL, t, &no_sandbox);
	if (r == -ERR_NOT_FOUND && sandbox) {
		error_release(&no_sandbox);
		r = from_sandbox(sandbox, name, t, &no_sandbox);
	}
	if (r == 0)
		return 0;
	if (r != -ERR_NOT_FOUND)
		return give(&no_sandbox, err);
	error_set(err, ERR_NOT_FOUND, "no cluster '%s': %s, and %s", name, no_project.message,
		  no_sandbox.message);
	error_hint(err, "%s%sname the servers with --hosts h1,h2, --inventory FILE or --sandbox NAME; "
			"clusters on Kubernetes are not read by this version",
		   no_project.hint ? no_project.hint : "", no_project.hint ? " else " : "");
	return -ERR_NOT_FOUND;
}

static int from_pair(const char *name, const char *slash, struct target *t, struct error *err)
{
	cleanup_free char *cluster = xmemdupz(name, (size_t)(slash - name));
	int r = from_name(cluster, t, err);

	if (r < 0)
		return r;
	if (t->chosen >= 0)
		return error_set(err, ERR_NOT_FOUND, "'%s' is an instance, and no cluster with '%s'",
				 cluster, slash + 1);
	return choose(t, slash + 1, err);
}

int target_resolve(struct session *s, const struct target_options *o, const char *name,
		   struct target *ret, struct error *err)
{
	cleanup_target struct target t = TARGET_INIT;
	int given = (o->sandbox != NULL) + (o->hosts != NULL) + (o->inventory != NULL), r;

	if (given > 1)
		return session_usage(s, err,
				     "give only one of --sandbox, --hosts and --inventory");
	/* Nobody answers in no time: it would look as if all servers hung. */
	if (o->timeout <= 0)
		return session_usage(s, err, "option '--timeout': expected a duration above 0");
	if (o->sandbox)
		r = from_sandbox(o->sandbox, name, &t, err);
	else if (o->hosts)
		r = from_list(o->hosts, name, &t, err);
	else if (o->inventory)
		r = from_inventory(o->inventory, name, &t, err);
	else if (name)
		r = from_name(name, &t, err);
	else
		return session_usage(s, err, "name a cluster, or give --sandbox NAME or --hosts "
					     "HOST,…");
	if (r < 0)
		return r;
	*ret = t;
	t = (struct target)TARGET_INIT;
	return 0;
}

void target_connection(const struct target *t, size_t i, struct connection_options *ret)
{
	const struct target_instance *one = &t->instances[i];

	/* With certificates of its own there is something to prove, and no name on a socket. */
	bool prove = t->tls_ca && !ret->tls_ca && one->host && ret->tls != TLS_DISABLED;

	if (prove && ret->tls == TLS_PREFERRED)
		ret->tls = TLS_VERIFY_IDENTITY;
	ret->host = one->socket && !prove ? NULL : one->host;
	ret->port = one->port;
	ret->socket = prove ? NULL : one->socket;
	ret->label = one->name;
	if (!ret->user) {
		ret->user = t->user;
		if (!ret->password)
			ret->password = t->password;
	}
	if (!ret->tls_ca)
		ret->tls_ca = t->tls_ca;
}

void target_release(struct target *t)
{
	for (size_t i = 0; i < t->count; i++) {
		free(t->instances[i].name);
		free(t->instances[i].host);
		free(t->instances[i].socket);
	}
	free(t->instances);
	free(t->name);
	free(t->words);
	free(t->user);
	if (t->password)
		explicit_bzero(t->password, strlen(t->password));
	free(t->password);
	free(t->tls_ca);
	free(t->defaults_file);
	*t = (struct target)TARGET_INIT;
}
