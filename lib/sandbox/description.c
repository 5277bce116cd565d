/* SPDX-License-Identifier: Apache-2.0 */
#include "sandbox/store.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/limits.h"
#include "base/memory.h"
#include "tree/read.h"
#include "tree/write.h"

/* sandbox.json: to and from struct sandbox. */

#define VERSION "1" /* of the form; another one is refused */

static const char *const shapes[] = {
	[SANDBOX_STAR] = "star",
	[SANDBOX_CHAIN] = "chain",
	[SANDBOX_MULTI_SOURCE] = "multi-source",
	[SANDBOX_GROUP] = "group",
};

/* ---- out ------------------------------------------------------------------------------------ */

static void set_text(struct arena *a, struct node *map, const char *key, const char *text)
{
	node_set_text(a, map, key, text);
}

static void set_bool(struct arena *a, struct node *map, const char *key, bool value)
{
	node_set(a, map, key, node_bool(a, value));
}

static void set_number(struct arena *a, struct node *map, const char *key, int64_t value)
{
	const char *text = arena_printf(a, "%lld", (long long)value);

	node_set(a, map, key, node_number(a, text, strlen(text), NULL));
}

static struct node *instance_node(struct arena *a, const struct sandbox_instance *i)
{
	struct node *n = node_new(a, NODE_MAP, NULL);

	set_text(a, n, "name", i->name);
	set_text(a, n, "host", i->host);
	set_number(a, n, "port", i->port);
	set_number(a, n, "serverId", i->server_id);
	set_text(a, n, "socket", i->socket);
	return n;
}

static struct node *break_node(struct arena *a, const struct sandbox_break *b)
{
	struct node *n = node_new(a, NODE_MAP, NULL);

	set_text(a, n, "fault", b->fault);
	set_text(a, n, "instance", b->instance);
	set_text(a, n, "since", b->since);
	return n;
}

static struct node *sandbox_node(struct arena *a, const struct sandbox *s)
{
	struct node *n = node_new(a, NODE_MAP, NULL);
	struct node **instances = arena_alloc(a, (s->count + 1) * sizeof(*instances));
	struct node **breaks = arena_alloc(a, (s->break_count + 1) * sizeof(*breaks));

	for (size_t i = 0; i < s->count; i++)
		instances[i] = instance_node(a, &s->instances[i]);
	for (size_t i = 0; i < s->break_count; i++)
		breaks[i] = break_node(a, &s->breaks[i]);
	set_text(a, n, "version", VERSION);
	set_text(a, n, "name", s->name);
	set_bool(a, n, "whole", s->whole);
	set_text(a, n, "flavor", s->mariadb ? "mariadb" : "mysql");
	set_text(a, n, "serverVersion", s->version);
	set_text(a, n, "serverRoot", s->server_root);
	set_text(a, n, "shape", shapes[s->shape]);
	set_bool(a, n, "semiSync", s->semi_sync);
	set_bool(a, n, "gtid", s->gtid);
	set_number(a, n, "delay", s->delay);
	set_text(a, n, "user", s->user);
	set_text(a, n, "password", s->password);
	set_text(a, n, "replicationUser", s->replication_user);
	set_text(a, n, "replicationPassword", s->replication_password);
	set_text(a, n, "tlsCa", s->tls_ca);
	set_text(a, n, "groupName", s->group_name);
	set_text(a, n, "socketFolder", s->socket_folder);
	node_set(a, n, "instances", node_seq(a, instances, s->count, NULL));
	node_set(a, n, "breaks", node_seq(a, breaks, s->break_count, NULL));
	return n;
}

static char *description_path(const char *folder)
{
	return xasprintf("%s/sandbox.json", folder);
}

int store_write(const struct sandbox *s, struct error *err)
{
	cleanup_arena struct arena *a = arena_new();
	cleanup_strbuf struct strbuf text = STRBUF_INIT;
	cleanup_free char *path = description_path(s->folder);

	tree_write_json(&text, sandbox_node(a, s), WRITE_INDENT_2);
	return file_write_atomic(path, text.buf, text.len, 0600, err);
}

/* ---- in ------------------------------------------------------------------------------------- */

static int get_text(const struct node *map, const char *key, char **ret, struct error *err)
{
	const char *text = NULL;
	int r = node_get_string(map, key, &text, err);

	if (r == 0 && text)
		*ret = xstrdup(text);
	return r;
}

static int get_number(const struct node *map, const char *key, int64_t *ret, struct error *err)
{
	const struct node *n = node_get(map, key);
	char *end;

	if (!n)
		return 0;
	if (n->kind == NODE_NUMBER) {
		*ret = strtoll(n->text, &end, 10);
		if (!*end)
			return 0;
	}
	return error_set_at(err, ERR_INVALID, &n->pos, "field '%s': expected integer", key);
}

static int read_instance(const char *folder, const struct node *n, struct sandbox_instance *i,
			 struct error *err)
{
	int64_t port = 0, server_id = 0;

	if (get_text(n, "name", &i->name, err) < 0 || get_text(n, "host", &i->host, err) < 0 ||
	    get_text(n, "socket", &i->socket, err) < 0 ||
	    get_number(n, "port", &port, err) < 0 ||
	    get_number(n, "serverId", &server_id, err) < 0)
		return -ERR_INVALID;
	if (!i->name || !i->host || !i->socket || port <= 0 || port > UINT16_MAX || server_id <= 0)
		return error_set(err, ERR_INVALID, "an instance is not whole");
	i->port = (unsigned)port;
	i->server_id = (unsigned)server_id;
	i->folder = xasprintf("%s/%s", folder, i->name);
	return 0;
}

static int read_break(const struct node *n, struct sandbox_break *b, struct error *err)
{
	if (get_text(n, "fault", &b->fault, err) < 0 ||
	    get_text(n, "instance", &b->instance, err) < 0 ||
	    get_text(n, "since", &b->since, err) < 0)
		return -ERR_INVALID;
	return b->fault ? 0 : error_set(err, ERR_INVALID, "a break is not whole");
}

static int read_lists(const struct node *n, struct sandbox *s, struct error *err)
{
	struct node *instances = NULL, *breaks = NULL;
	int r = node_get_seq(n, "instances", &instances, err);

	if (r == 0)
		r = node_get_seq(n, "breaks", &breaks, err);
	if (r < 0)
		return r;
	s->instances = xcalloc(instances ? instances->len + 1 : 1, sizeof(*s->instances));
	for (size_t i = 0; instances && i < instances->len && r == 0; i++) {
		s->count = i + 1;
		r = read_instance(s->folder, instances->items[i], &s->instances[i], err);
	}
	for (size_t i = 0; breaks && i < breaks->len && r == 0; i++) {
		ALLOC_GROW(s->breaks, i + 1, s->break_alloc);
		s->breaks[i] = (struct sandbox_break){ 0 };
		s->break_count = i + 1;
		r = read_break(breaks->items[i], &s->breaks[i], err);
	}
	return r;
}

static int read_fields(const struct node *n, struct sandbox *s, struct error *err)
{
	const char *version = NULL, *flavor = NULL, *shape = NULL;

	if (node_get_string(n, "version", &version, err) < 0 ||
	    node_get_string(n, "flavor", &flavor, err) < 0 ||
	    node_get_string(n, "shape", &shape, err) < 0 ||
	    node_get_bool(n, "whole", &s->whole, err) < 0 ||
	    node_get_bool(n, "semiSync", &s->semi_sync, err) < 0 ||
	    node_get_bool(n, "gtid", &s->gtid, err) < 0 ||
	    get_number(n, "delay", &s->delay, err) < 0 ||
	    get_text(n, "serverVersion", &s->version, err) < 0 ||
	    get_text(n, "serverRoot", &s->server_root, err) < 0 ||
	    get_text(n, "user", &s->user, err) < 0 ||
	    get_text(n, "password", &s->password, err) < 0 ||
	    get_text(n, "replicationUser", &s->replication_user, err) < 0 ||
	    get_text(n, "replicationPassword", &s->replication_password, err) < 0 ||
	    get_text(n, "tlsCa", &s->tls_ca, err) < 0 ||
	    get_text(n, "groupName", &s->group_name, err) < 0 ||
	    get_text(n, "socketFolder", &s->socket_folder, err) < 0)
		return -ERR_INVALID;
	if (!version || strcmp(version, VERSION) != 0)
		return error_set(err, ERR_INVALID, "version '%s' of its form is unknown",
				 version ? version : "");
	s->mariadb = flavor && !strcmp(flavor, "mariadb");
	for (size_t i = 0; i < ARRAY_SIZE(shapes); i++)
		if (shape && !strcmp(shape, shapes[i]))
			s->shape = (enum sandbox_shape)i;
	return read_lists(n, s, err);
}

int store_read(const char *name, struct sandbox **ret, struct error *err)
{
	cleanup_arena struct arena *a = arena_new();
	cleanup_strbuf struct strbuf text = STRBUF_INIT;
	cleanup_sandbox struct sandbox *s = xcalloc(1, sizeof(*s));
	cleanup_free char *path = NULL;
	struct node *n = NULL;
	struct stat st;
	int r;

	s->name = xstrdup(name);
	s->folder = store_folder(name);
	path = description_path(s->folder);
	if (stat(s->folder, &st) < 0)
		return error_set(err, ERR_NOT_FOUND, "no sandbox '%s'", name);
	if (stat(path, &st) < 0) {
		/* Broken off before the first line was written. */
		s->instances = xcalloc(1, sizeof(*s->instances));
		*ret = TAKE_PTR(s);
		return 0;
	}
	r = file_read(path, LIMIT_INPUT_BYTES, &text, err);
	if (r == 0)
		r = tree_read_json(a, text.buf, text.len, path, 0, &n, err);
	if (r == 0)
		r = read_fields(n, s, err);
	if (r < 0) {
		error_wrap(err, "cannot read sandbox '%s'", name);
		return r;
	}
	*ret = TAKE_PTR(s);
	return 0;
}
