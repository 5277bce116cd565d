/* SPDX-License-Identifier: Apache-2.0 */
#include "kube/kubeconfig_file.h"

#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/secret.h"
#include "tree/read.h"

#define EXEC_EXTENSION "client.authentication.k8s.io/exec"
#define V1BETA1	       "client.authentication.k8s.io/v1beta1"

struct reader {
	struct kubeconfig *config;
	const char *folder;
	struct error *err;
};

void kubeconfig_init(struct kubeconfig *c)
{
	*c = (struct kubeconfig){ .arena = arena_new() };
}

void kubeconfig_keep_secret(struct kubeconfig *c, const char *text, size_t len)
{
	secret_forbid_dumps();
	ALLOC_GROW(c->secrets, c->secret_count + 1, c->secret_alloc);
	c->secrets[c->secret_count++] = (struct kubeconfig_secret){ (char *)(uintptr_t)text, len };
}

void kubeconfig_release(struct kubeconfig *c)
{
	for (size_t i = 0; i < c->secret_count; i++)
		explicit_bzero(c->secrets[i].text, c->secrets[i].len);
	free(c->secrets);
	strmap_release(&c->clusters);
	strmap_release(&c->users);
	strmap_release(&c->contexts);
	arena_free(c->arena);
	*c = (struct kubeconfig){ 0 };
}

/* ---- fields ---------------------------------------------------------------------------------- */

enum kind { TEXT, SECRET, PATH, BYTES, SECRET_BYTES, FLAG, TEXTS };

struct field {
	const char *key;
	enum kind kind;
	size_t offset;
};

/* The value of a key; NULL if it is missing or null. */
static const struct node *value_of(const struct node *map, const char *key)
{
	const struct node *n = node_get(map, key);

	return n && n->kind != NODE_NULL ? n : NULL;
}

static int read_text(const struct node *map, const char *key, const char **ret, struct error *err)
{
	const char *text = NULL;
	int r = node_get_string(map, key, &text, err);

	if (r == 0 && text && *text)
		*ret = text;
	return r;
}

static const char *absolute(struct reader *r, const char *path)
{
	cleanup_free char *whole = *path == '/' ? NULL : xasprintf("%s/%s", r->folder, path);
	cleanup_free char *clean = whole ? path_clean(whole) : NULL;

	return clean ? arena_strdup(r->config->arena, clean) : path;
}

static int read_bytes(struct reader *r, const struct node *map, const char *key, bool secret,
		      struct kubeconfig_bytes *ret)
{
	struct strbuf bytes = STRBUF_INIT;
	const char *text = NULL;
	int result = read_text(map, key, &text, r->err);

	if (result < 0 || !text)
		return result;
	/* In one piece, so that no copy is left behind. */
	strbuf_grow(&bytes, strlen(text));
	if (!strbuf_add_base64_decoded(&bytes, text, strlen(text))) {
		result = error_set_at(r->err, ERR_INVALID, &node_get(map, key)->pos,
				      "field '%s': the text is not base64", key);
	} else if (bytes.len) {
		*ret = (struct kubeconfig_bytes){
			arena_memdupz(r->config->arena, bytes.buf, bytes.len), bytes.len };
		if (secret) {
			kubeconfig_keep_secret(r->config, text, strlen(text));
			kubeconfig_keep_secret(r->config, ret->buf, ret->len);
		}
	}
	explicit_bzero(bytes.buf, bytes.len);
	strbuf_release(&bytes);
	return result;
}

/* An item of a list, or a value of a map, that has to be a text; null is an empty one. */
static int item_text(const struct node *item, const char *key, const char **ret,
		     struct error *err)
{
	*ret = "";
	if (item->kind == NODE_NULL)
		return 0;
	if (item->kind != NODE_STRING)
		return error_set_at(err, ERR_INVALID, &item->pos,
				    "field '%s': expected strings, got %s", key,
				    node_kind_name(item));
	if (memchr(item->text, '\0', item->len))
		return error_set_at(err, ERR_INVALID, &item->pos,
				    "field '%s': holds a character U+0000", key);
	*ret = item->text;
	return 0;
}

/* A NULL-ended array, or NULL for none. */
static int read_texts(struct reader *r, const struct node *map, const char *key,
		      const char *const **ret)
{
	struct node *list = NULL;
	const char **texts;
	int result = node_get_seq(map, key, &list, r->err);

	if (result < 0 || !list || !list->len)
		return result;
	texts = arena_zalloc(r->config->arena, (list->len + 1) * sizeof(*texts));
	for (size_t i = 0; i < list->len && result == 0; i++)
		result = item_text(list->items[i], key, &texts[i], r->err);
	*ret = texts;
	return result;
}

static int read_field(struct reader *r, const struct node *map, const struct field *f, void *to)
{
	const char **text = to;
	int result;

	switch (f->kind) {
	case FLAG:
		return node_get_bool(map, f->key, to, r->err);
	case BYTES:
	case SECRET_BYTES:
		return read_bytes(r, map, f->key, f->kind == SECRET_BYTES, to);
	case TEXTS:
		return read_texts(r, map, f->key, to);
	default:
		result = read_text(map, f->key, text, r->err);
		if (result < 0 || !*text)
			return result;
		if (f->kind == PATH)
			*text = absolute(r, *text);
		if (f->kind == SECRET)
			kubeconfig_keep_secret(r->config, *text, strlen(*text));
		return 0;
	}
}

static int read_fields(struct reader *r, const struct node *map, const struct field *fields,
		       size_t count, void *into)
{
	int result = 0;

	for (size_t i = 0; i < count && result == 0; i++)
		result = read_field(r, map, &fields[i], (char *)into + fields[i].offset);
	return result;
}

/* ---- entries --------------------------------------------------------------------------------- */

#define AT(member) offsetof(struct kubeconfig_cluster, member)

static int read_extensions(struct reader *r, const struct node *map, const struct node **ret)
{
	struct node *list = NULL;
	int result = node_get_seq(map, "extensions", &list, r->err);

	for (size_t i = 0; list && i < list->len && result == 0; i++) {
		const struct node *item = list->items[i];
		const char *name = NULL;

		result = read_text(item, "name", &name, r->err);
		if (result < 0 || !name || strcmp(name, EXEC_EXTENSION) != 0)
			continue;
		if (*ret)
			return error_set_at(r->err, ERR_INVALID, &item->pos,
					    "the extension '%s' is there twice", name);
		*ret = value_of(item, "extension");
	}
	return result;
}

static int read_cluster(struct reader *r, const struct node *map, void *into)
{
	static const struct field fields[] = {
		{ "server", TEXT, AT(server) },
		{ "tls-server-name", TEXT, AT(tls_server_name) },
		{ "insecure-skip-tls-verify", FLAG, AT(insecure) },
		{ "certificate-authority", PATH, AT(ca) },
		{ "certificate-authority-data", BYTES, AT(ca_data) },
		{ "proxy-url", SECRET, AT(proxy) },
		{ "disable-compression", FLAG, AT(disable_compression) },
	};
	struct kubeconfig_cluster *c = into;
	int result = read_fields(r, map, fields, ARRAY_SIZE(fields), c);

	return result < 0 ? result : read_extensions(r, map, &c->exec_config);
}

#undef AT
#define AT(member) offsetof(struct kubeconfig_context, member)

static int read_context(struct reader *r, const struct node *map, void *into)
{
	static const struct field fields[] = {
		{ "cluster", TEXT, AT(cluster) },
		{ "user", TEXT, AT(user) },
		{ "namespace", TEXT, AT(namespace) },
	};

	return read_fields(r, map, fields, ARRAY_SIZE(fields), into);
}

#undef AT
#define AT(member) offsetof(struct kubeconfig_exec, member)

static int read_env(struct reader *r, const struct node *map, struct kubeconfig_exec *exec)
{
	struct node *list = NULL;
	const char **env;
	int result = node_get_seq(map, "env", &list, r->err);

	if (result < 0 || !list || !list->len)
		return result;
	env = arena_zalloc(r->config->arena, (list->len + 1) * sizeof(*env));
	exec->env = env;
	for (size_t i = 0; i < list->len && result == 0; i++) {
		const char *name = "", *value = "";

		result = node_get_string(list->items[i], "name", &name, r->err);
		if (result == 0)
			result = node_get_string(list->items[i], "value", &value, r->err);
		exec->nameless_env = exec->nameless_env || !*name;
		env[i] = arena_printf(r->config->arena, "%s=%s", name, value);
		/* API keys and passwords are often given in this way. */
		kubeconfig_keep_secret(r->config, value, strlen(value));
		kubeconfig_keep_secret(r->config, env[i], strlen(env[i]));
	}
	return result;
}

static int read_exec(struct reader *r, const struct node *map, const struct kubeconfig_exec **ret)
{
	static const struct field fields[] = {
		{ "command", TEXT, AT(command) },
		{ "args", TEXTS, AT(args) },
		{ "apiVersion", TEXT, AT(api_version) },
		{ "installHint", TEXT, AT(install_hint) },
		{ "interactiveMode", TEXT, AT(interactive_mode) },
		{ "provideClusterInfo", FLAG, AT(provide_cluster_info) },
	};
	struct kubeconfig_exec *exec;
	struct node *m = NULL;
	int result = node_get_map(map, "exec", &m, r->err);

	if (result < 0 || !m)
		return result;
	exec = arena_zalloc(r->config->arena, sizeof(*exec));
	exec->pos = m->pos;
	result = read_fields(r, m, fields, ARRAY_SIZE(fields), exec);
	if (result == 0)
		result = read_env(r, m, exec);
	/* A name without a '/' is looked for in PATH, and stays one. */
	if (exec->command && strchr(exec->command, '/'))
		exec->command = absolute(r, exec->command);
	if (!exec->interactive_mode && exec->api_version && strcmp(exec->api_version, V1BETA1) == 0)
		exec->interactive_mode = "IfAvailable";
	*ret = exec;
	return result;
}

static int read_provider(struct reader *r, const struct node *map, struct kubeconfig_user *u)
{
	struct node *provider = NULL, *config = NULL;
	int result = node_get_map(map, "auth-provider", &provider, r->err);

	if (result < 0 || !provider)
		return result;
	u->provider = "";
	result = read_text(provider, "name", &u->provider, r->err);
	if (result == 0)
		result = node_get_map(provider, "config", &config, r->err);
	for (size_t i = 0; config && i < config->len && result == 0; i++) {
		const char *text;

		result = item_text(config->entries[i].value, "auth-provider", &text, r->err);
		kubeconfig_keep_secret(r->config, text, strlen(text));
	}
	u->provider_config = config;
	return result;
}

static int read_extra(struct reader *r, const struct node *map, const struct node **ret)
{
	struct node *extra = NULL;
	int result = node_get_map(map, "as-user-extra", &extra, r->err);

	for (size_t i = 0; extra && i < extra->len && result == 0; i++) {
		const struct node *values = extra->entries[i].value;
		size_t len = values->kind == NODE_SEQ ? values->len : 0;

		if (values->kind != NODE_SEQ && values->kind != NODE_NULL)
			return error_set_at(r->err, ERR_INVALID, &values->pos,
					    "field 'as-user-extra': expected lists, got %s",
					    node_kind_name(values));
		for (size_t j = 0; j < len && result == 0; j++) {
			const char *text;

			result = item_text(values->items[j], "as-user-extra", &text, r->err);
		}
	}
	if (extra && extra->len)
		*ret = extra;
	return result;
}

#undef AT
#define AT(member) offsetof(struct kubeconfig_user, member)

static int read_user(struct reader *r, const struct node *map, void *into)
{
	static const struct field fields[] = {
		{ "client-certificate", PATH, AT(cert) },
		{ "client-certificate-data", BYTES, AT(cert_data) },
		{ "client-key", PATH, AT(key) },
		{ "client-key-data", SECRET_BYTES, AT(key_data) },
		{ "token", SECRET, AT(token) },
		{ "tokenFile", PATH, AT(token_file) },
		{ "username", TEXT, AT(username) },
		{ "password", SECRET, AT(password) },
		{ "as", TEXT, AT(as) },
		{ "as-uid", TEXT, AT(as_uid) },
		{ "as-groups", TEXTS, AT(as_groups) },
	};
	struct kubeconfig_user *u = into;
	int result = read_fields(r, map, fields, ARRAY_SIZE(fields), u);

	if (result == 0)
		result = read_extra(r, map, &u->as_user_extra);
	if (result == 0)
		result = read_provider(r, map, u);
	return result < 0 ? result : read_exec(r, map, &u->exec);
}

#undef AT

/* ---- lists ----------------------------------------------------------------------------------- */

/* The beginning of each struct kubeconfig_…; the checks below hold it so. */
struct head {
	const char *name;
	struct pos pos;
	unsigned file;
};

#define HAS_HEAD(type)                                                                             \
	_Static_assert(offsetof(type, name) == offsetof(struct head, name) &&                      \
			       offsetof(type, pos) == offsetof(struct head, pos) &&                \
			       offsetof(type, file) == offsetof(struct head, file),                \
		       "begins as struct head")
HAS_HEAD(struct kubeconfig_cluster);
HAS_HEAD(struct kubeconfig_user);
HAS_HEAD(struct kubeconfig_context);

struct list {
	const char *key, *item_key, *what;
	size_t size, map;
	int (*read)(struct reader *r, const struct node *map, void *into);
};

static const struct list lists[] = {
	{ "clusters", "cluster", "cluster", sizeof(struct kubeconfig_cluster),
	  offsetof(struct kubeconfig, clusters), read_cluster },
	{ "users", "user", "user", sizeof(struct kubeconfig_user),
	  offsetof(struct kubeconfig, users), read_user },
	{ "contexts", "context", "context", sizeof(struct kubeconfig_context),
	  offsetof(struct kubeconfig, contexts), read_context },
};

static int read_item(struct reader *r, const struct list *l, const struct node *item)
{
	struct strmap *map = (struct strmap *)((char *)r->config + l->map);
	struct head *entry = arena_zalloc(r->config->arena, l->size);
	const struct head *other;
	struct node *fields = NULL;
	int result;

	entry->name = "";
	entry->pos = item->pos;
	entry->file = r->config->files;
	if (item->kind != NODE_MAP && item->kind != NODE_NULL)
		return error_set_at(r->err, ERR_INVALID, &item->pos,
				    "field '%s': expected maps, got %s", l->key,
				    node_kind_name(item));
	result = node_get_string(item, "name", &entry->name, r->err);
	if (result == 0)
		result = node_get_map(item, l->item_key, &fields, r->err);
	if (result == 0)
		result = l->read(r, fields, entry);
	if (result < 0)
		return result;
	other = strmap_get(map, entry->name, strlen(entry->name));
	if (other && other->file == entry->file)
		return error_set_at(r->err, ERR_INVALID, &item->pos,
				    "the %s '%s' is there twice, first in line %u", l->what,
				    entry->name, other->pos.line);
	if (!other)
		strmap_put(map, entry->name, strlen(entry->name), entry);
	return 0;
}

static int check_version(const struct node *top, struct error *err)
{
	const char *kind = "Config", *version = "v1";
	int r = node_get_string(top, "kind", &kind, err);

	if (r == 0)
		r = node_get_string(top, "apiVersion", &version, err);
	if (r == 0 && *kind && strcmp(kind, "Config") != 0)
		return error_set_at(err, ERR_INVALID, &node_get(top, "kind")->pos,
				    "this is a '%s', not a kubeconfig", kind);
	if (r == 0 && *version && strcmp(version, "v1") != 0)
		return error_set_at(err, ERR_INVALID, &node_get(top, "apiVersion")->pos,
				    "the version '%s' of a kubeconfig is not known", version);
	return r;
}

static int read_top(struct reader *r, const struct node *top)
{
	struct kubeconfig *c = r->config;
	const char *current = NULL;
	int result;

	if (top->kind != NODE_MAP)
		return error_set_at(r->err, ERR_INVALID, &top->pos,
				    "expected a kubeconfig, got a %s", node_kind_name(top));
	result = check_version(top, r->err);
	if (result == 0)
		result = read_text(top, "current-context", &current, r->err);
	if (current && !c->current_context) {
		c->current_context = current;
		c->current_pos = node_get(top, "current-context")->pos;
	}
	for (size_t i = 0; i < ARRAY_SIZE(lists) && result == 0; i++) {
		struct node *list = NULL;

		result = node_get_seq(top, lists[i].key, &list, r->err);
		for (size_t j = 0; list && j < list->len && result == 0; j++)
			result = read_item(r, &lists[i], list->items[j]);
	}
	return result;
}

/* The reader's own words may quote what stands there, which may be a token. */
static int hide_text(struct error *err)
{
	cleanup_error struct error inner = *err;
	const struct pos pos = { inner.line, inner.column, inner.file };

	*err = (struct error)ERROR_INIT;
	if (inner.class == ERR_FAILED || inner.class == ERR_LIMIT) {
		*err = inner;
		inner = (struct error)ERROR_INIT;
		return -err->class;
	}
	return error_set_at(err, ERR_INVALID, &pos, "this is neither YAML nor JSON");
}

int kubeconfig_parse(struct kubeconfig *c, const char *text, size_t len, const char *name,
		     const char *folder, struct error *err)
{
	struct reader r = { .config = c, .folder = arena_strdup(c->arena, folder), .err = err };
	struct documents documents = { 0 };
	int result;

	c->files++;
	result = tree_read(c->arena, text, len, name, READ_OC, &documents, err);
	if (result < 0)
		return hide_text(err);
	/* What stands behind the first document is nobody's. */
	return documents.len ? read_top(&r, documents.items[0]) : 0;
}
