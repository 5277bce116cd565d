/* SPDX-License-Identifier: Apache-2.0 */
#include "sandbox/server.h"

#include <errno.h>
#include <glob.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/strbuf.h"
#include "net/program.h"
#include "sandbox/process.h"

void server_free(struct server_program *p)
{
	if (!p)
		return;
	strvec_release(&p->start);
	free(p->version);
	free(p->path);
	free(p->loader);
	free(p->library_path);
	free(p->root);
	free(p->base);
	free(p->share);
	free(p->plugins);
	free(p);
}

void cleanup_server_fn(struct server_program **p)
{
	server_free(*p);
}

/* The first match of a pattern below root, or NULL. */
static char *first_match(const char *root, const char *pattern)
{
	cleanup_free char *all = xasprintf("%s/%s", root, pattern);
	char *found = NULL;
	glob_t g;

	if (glob(all, 0, NULL, &g) == 0) {
		found = xstrdup(g.gl_pathv[0]);
		globfree(&g);
	}
	return found;
}

static char *program_in(const char *folder, const char *name)
{
	char *path = xasprintf("%s/%s", folder, name);

	if (program_is(path))
		return path;
	free(path);
	return NULL;
}

/* The libraries of a tree, as ld.so takes them. */
static char *find_libraries(const char *root)
{
	static const char *const patterns[] = { "usr/lib/*-linux-gnu*", "lib/*-linux-gnu*",
						"usr/lib64", "lib64", "usr/lib", "lib" };
	cleanup_strbuf struct strbuf all = STRBUF_INIT;

	for (size_t i = 0; i < ARRAY_SIZE(patterns); i++) {
		cleanup_free char *folder = first_match(root, patterns[i]);

		if (folder)
			strbuf_addf(&all, "%s%s", all.len ? ":" : "", folder);
	}
	return strbuf_detach(&all, NULL);
}

/* Where a tree's own dynamic loader is, or NULL: an archive of a release has none. */
static char *find_loader(const char *root)
{
	static const char *const patterns[] = { "usr/lib64/ld-linux*.so.*", "lib64/ld-linux*.so.*",
						"usr/lib/ld-linux*.so.*", "lib/ld-linux*.so.*",
						"usr/lib/*/ld-linux*.so.*",
						"lib/*/ld-linux*.so.*" };
	char *loader = NULL;

	for (size_t i = 0; i < ARRAY_SIZE(patterns) && !loader; i++)
		loader = first_match(root, patterns[i]);
	return loader;
}

static char *find_in_tree(const char *root, const char *name)
{
	static const char *const folders[] = { "usr/sbin", "usr/bin", "sbin", "libexec", "bin" };
	char *path = NULL;

	for (size_t i = 0; i < ARRAY_SIZE(folders) && !path; i++) {
		cleanup_free char *folder = xasprintf("%s/%s", root, folders[i]);

		path = program_in(folder, name);
	}
	return path;
}

static char *find_installed(const char *name)
{
	static const char *const usual[] = { "/usr/sbin", "/usr/local/sbin", "/usr/libexec",
					     "/usr/bin", "/usr/local/bin",
					     "/usr/local/mysql/bin", "/opt/mysql/bin" };
	const char *path = getenv("PATH");
	char *found = NULL;

	for (const char *p = path ? path : ""; *p && !found;) {
		size_t len = strcspn(p, ":");
		cleanup_free char *folder = xmemdupz(p, len);

		if (folder[0] == '/')
			found = program_in(folder, name);
		p += len + (p[len] == ':');
	}
	for (size_t i = 0; i < ARRAY_SIZE(usual) && !found; i++)
		found = program_in(usual[i], name);
	return found;
}

bool server_tool(const char *root, const char *name, struct strvec *ret)
{
	cleanup_free char *path = root ? find_in_tree(root, name) : find_installed(name);
	cleanup_free char *loader = root ? find_loader(root) : NULL;

	if (!path)
		return false;
	if (loader) {
		strvec_add(ret, loader);
		strvec_add(ret, "--library-path");
		strvec_add_take(ret, find_libraries(root));
	}
	strvec_add(ret, path);
	return true;
}

/* ---- one program ---------------------------------------------------------------------------- */

/* "… Ver 10.11.19-MariaDB-0+deb12u1 for …" */
static bool parse_version(struct server_program *p, const char *text)
{
	const char *ver = strstr(text, "Ver "), *c;
	unsigned long part[3] = { 0, 0, 0 };
	char *end;

	if (!ver)
		return false;
	ver += strlen("Ver ");
	free(p->version);
	p->version = xmemdupz(ver, strcspn(ver, " \n"));
	c = ver;
	for (size_t i = 0; i < 3; i++) {
		part[i] = strtoul(c, &end, 10);
		if (end == c || part[i] > 999 || (i < 2 && *end != '.'))
			return false;
		c = end + 1;
	}
	p->number = (unsigned)(part[0] * 10000 + part[1] * 100 + part[2]);
	p->mariadb = strstr(p->version, "MariaDB") != NULL;
	return true;
}

static int ask_version(struct server_program *p, struct error *err)
{
	cleanup_strbuf struct strbuf out = STRBUF_INIT;
	cleanup_strvec struct strvec argv = STRVEC_INIT;
	int status = 0, r;

	for (size_t i = 0; i < p->start.len; i++)
		strvec_add(&argv, p->start.v[i]);
	strvec_add(&argv, "--no-defaults");
	strvec_add(&argv, "--version");
	r = process_capture(&argv, NULL, &out, &status, err);
	if (r < 0) {
		if (p->root)
			error_hint(err, "servers run as nobody when root starts them: every folder "
					"of that path must be open to all (chmod a+rx)");
		return r;
	}
	if (parse_version(p, out.buf))
		return 0;
	while (out.len && out.buf[out.len - 1] == '\n')
		strbuf_setlen(&out, out.len - 1);
	return error_set(err, ERR_FAILED, "'%s' does not tell its version: %s", p->path, out.buf);
}

/* The first folder of patterns (below base) that holds file, which is depth parts long. */
static char *folder_with(const char *base, const char *const *patterns, size_t n, const char *file,
			 int depth)
{
	for (size_t i = 0; i < n; i++) {
		cleanup_free char *pattern = xasprintf("%s/%s", patterns[i], file);
		char *found = first_match(base, pattern);

		if (!found)
			continue;
		while (depth--)
			*strrchr(found, '/') = '\0';
		return found;
	}
	return NULL;
}

/* BASE/sbin/mysqld: what belongs to it stands below BASE. */
static void find_parts(struct server_program *p)
{
	static const char *const shares[] = { "share/mariadb", "share/mysql", "share" };
	static const char *const plugins[] = { "lib/mysql/plugin",   "lib64/mysql/plugin",
					       "lib/mariadb/plugin", "lib64/mariadb/plugin",
					       "lib/plugin",	     "lib64/plugin" };
	cleanup_free char *real = realpath(p->path, NULL);
	char *slash;

	p->base = xstrdup(real ? real : p->path);
	for (int i = 0; i < 2; i++)
		if ((slash = strrchr(p->base, '/')))
			*slash = '\0';
	p->share = folder_with(p->base, shares, ARRAY_SIZE(shares), "english/errmsg.sys", 2);
	if (p->root)
		p->plugins = folder_with(p->base, plugins, ARRAY_SIZE(plugins), "*.so", 1);
}

static int look_at(const char *root, char *path, struct server_program **ret, struct error *err)
{
	cleanup_server struct server_program *p = xcalloc(1, sizeof(*p));
	int r;

	p->path = path;
	p->root = root ? xstrdup(root) : NULL;
	p->loader = root ? find_loader(root) : NULL;
	if (p->loader) {
		p->library_path = find_libraries(root);
		strvec_add(&p->start, p->loader);
		strvec_add(&p->start, "--library-path");
		strvec_add(&p->start, p->library_path);
	}
	strvec_add(&p->start, path);
	find_parts(p);
	r = ask_version(p, err);
	if (r < 0)
		return r;
	if (!p->share)
		return error_set(err, ERR_FAILED, "'%s' lacks its messages: no share folder below '%s'",
				 p->path, p->base);
	*ret = TAKE_PTR(p);
	return 0;
}

static int not_found(enum server_flavor flavor, const char *root, struct error *err)
{
	const char *what = flavor == SERVER_MARIADB ? "MariaDB"
			   : flavor == SERVER_MYSQL ? "MySQL"
						    : "MariaDB or MySQL";

	if (root) {
		error_set(err, ERR_NOT_FOUND, "no %s server in '%s'", what, root);
		error_hint(err, "give the folder that holds usr/sbin/%s or bin/%s",
			   flavor == SERVER_MARIADB ? "mariadbd" : "mysqld",
			   flavor == SERVER_MARIADB ? "mariadbd" : "mysqld");
	} else {
		error_set(err, ERR_NOT_FOUND, "no %s server on PATH or in the usual folders", what);
		error_hint(err, "%sunpack one and give --server-root",
			   flavor == SERVER_MYSQL
				   ? ""
				   : "install one (apt-get install mariadb-server), or ");
	}
	return -ERR_NOT_FOUND;
}

int server_find(enum server_flavor flavor, const char *root, struct server_program **ret,
		struct error *err)
{
	static const char *const names[] = { "mariadbd", "mysqld" };
	cleanup_free char *real = root ? realpath(root, NULL) : NULL;

	if (root && !real)
		return error_set_errno(err, errno, "cannot look into '%s'", root);
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		cleanup_server struct server_program *p = NULL;
		char *path = real ? find_in_tree(real, names[i]) : find_installed(names[i]);
		int r;

		if (!path)
			continue;
		r = look_at(real, path, &p, err);
		if (r < 0)
			return r;
		if (flavor == SERVER_ANY || p->mariadb == (flavor == SERVER_MARIADB)) {
			*ret = TAKE_PTR(p);
			return 0;
		}
	}
	return not_found(flavor, real, err);
}
