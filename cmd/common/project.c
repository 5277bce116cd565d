/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/common/project.h"

#include "base/file.h"
#include "base/limits.h"
#include "base/memory.h"
#include "base/strvec.h"
#include "base/suggest.h"
#include "tree/read.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#define PROJECT_FILE ".kubectl-mysql.yaml"

/* The nearest project file, then the user's own; only those that there are. */
static void find_files(struct strvec *ret)
{
	cleanup_free char *folder = getcwd(NULL, 0);
	const char *config = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME");
	cleanup_free char *own = NULL;

	for (char *end = folder ? folder + strlen(folder) : NULL; end; end = strrchr(folder, '/')) {
		cleanup_free char *path = NULL;

		*end = '\0';
		path = xasprintf("%s/" PROJECT_FILE, folder);
		if (access(path, F_OK) == 0) {
			strvec_add(ret, path);
			break;
		}
		if (end == folder)
			break;
	}
	if (config && config[0] == '/')
		own = xasprintf("%s/kubectl-mysql/config.yaml", config);
	else if (home && home[0] == '/')
		own = xasprintf("%s/.config/kubectl-mysql/config.yaml", home);
	if (own && access(own, F_OK) == 0)
		strvec_add(ret, own);
}

/* A path of the file as seen from here: ~/ is the home, others are relative to the file. */
static char *resolve(const char *path, const char *file)
{
	const char *home = getenv("HOME"), *slash = strrchr(file, '/');

	if (strncmp(path, "~/", 2) == 0 && home)
		return xasprintf("%s%s", home, path + 1);
	if (path[0] == '/' || !slash)
		return xstrdup(path);
	return xasprintf("%.*s/%s", (int)(slash - file), file, path);
}

static int read_cluster(const struct node *n, const char *file, struct project_cluster *ret,
			struct error *err)
{
	const char *defaults = NULL;
	struct node *hosts = NULL;

	for (uint32_t i = 0; i < n->len; i++) {
		const struct node *key = n->entries[i].key;

		if (!node_is_string(key, "hosts") && !node_is_string(key, "defaults-file"))
			return error_set_at(err, ERR_INVALID, &key->pos,
					    "unknown field '%s', a cluster has hosts and "
					    "defaults-file",
					    key->text);
	}
	if (node_get_string(n, "defaults-file", &defaults, err) < 0 ||
	    node_get_seq(n, "hosts", &hosts, err) < 0)
		return -err->class;
	if (!hosts || hosts->len == 0)
		return error_set_at(err, ERR_INVALID, &n->pos, "a cluster needs a list 'hosts'");
	if (hosts_add_node(&ret->hosts, hosts, err) < 0)
		return -err->class;
	if (defaults)
		ret->defaults_file = resolve(defaults, file);
	return 0;
}

/* 1 when the file names the cluster, 0 when not. */
static int look_in(const char *file, const char *name, struct suggestion *near, struct arena *a,
		   struct project_cluster *ret, struct error *err)
{
	cleanup_strbuf struct strbuf text = STRBUF_INIT;
	struct documents docs = { 0 };
	struct node *clusters = NULL, *found;

	if (file_read(file, LIMIT_INPUT_BYTES, &text, err) < 0 ||
	    tree_read(a, text.buf, text.len, file, 0, &docs, err) < 0)
		return -err->class;
	if (docs.len == 0)
		return 0;
	if (docs.items[0]->kind != NODE_MAP)
		return error_set_at(err, ERR_INVALID, &docs.items[0]->pos, "expected a map, got %s",
				    node_kind_name(docs.items[0]));
	if (node_get_map(docs.items[0], "clusters", &clusters, err) < 0)
		return -err->class;
	for (uint32_t i = 0; clusters && i < clusters->len; i++)
		suggest_offer(near, name, clusters->entries[i].key->text);
	found = node_get(clusters, name);
	if (!found)
		return 0;
	if (found->kind != NODE_MAP)
		return error_set_at(err, ERR_INVALID, &found->pos, "expected a map, got %s",
				    node_kind_name(found));
	return read_cluster(found, file, ret, err) < 0 ? -err->class : 1;
}

int project_find(const char *name, struct project_cluster *ret, struct error *err)
{
	cleanup_strvec struct strvec files = STRVEC_INIT;
	cleanup_strbuf struct strbuf looked = STRBUF_INIT;
	cleanup_arena struct arena *a = arena_new();
	struct suggestion near = { 0 };

	*ret = (struct project_cluster){ 0 };
	find_files(&files);
	for (size_t i = 0; i < files.len; i++) {
		int r = look_in(files.v[i], name, &near, a, ret, err);

		if (r < 0) {
			project_cluster_release(ret);
			return r;
		}
		if (r > 0)
			return 0;
		strbuf_addf(&looked, "%s'%s'", i ? ", " : "", files.v[i]);
	}
	if (files.len == 0)
		strbuf_addstr(&looked, "no " PROJECT_FILE " in this folder or above");
	error_set(err, ERR_NOT_FOUND, "no project file has '%s' (%s)", name, looked.buf);
	if (near.best)
		error_hint(err, "did you mean '%s'?", near.best);
	return -ERR_NOT_FOUND;
}

void project_cluster_release(struct project_cluster *c)
{
	hosts_release(&c->hosts);
	free(c->defaults_file);
	*c = (struct project_cluster){ 0 };
}
