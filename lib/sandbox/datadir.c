/* SPDX-License-Identifier: Apache-2.0 */
#include "sandbox/datadir.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/digest.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/memory.h"
#include "net/task.h"
#include "sandbox/log.h"
#include "sandbox/process.h"
#include "sandbox/store.h"

#define RECIPE "1"		  /* counts up when templates are made in another way */
#define COPY_BLOCK ((size_t)1 << 16) /* looked at for zeros, and written, at once */
#define LOCK_INTERVAL 50

/* ---- copying -------------------------------------------------------------------------------- */

/* Bytes that are all zero stay a hole. */
static int copy_bytes(int in, int out, const char *path, struct error *err)
{
	cleanup_free char *block = xmalloc(COPY_BLOCK);
	off_t place = 0;
	ssize_t n;

	while ((n = read(in, block, COPY_BLOCK)) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return error_set_errno(err, errno, "cannot read '%s'", path);
		if (block[0] || memcmp(block, block + 1, (size_t)n - 1) != 0) {
			if (lseek(out, place, SEEK_SET) < 0)
				return error_set_errno(err, errno, "cannot write '%s'", path);
			if (fd_write_all(out, path, block, (size_t)n, err) < 0)
				return -ERR_FAILED;
		}
		place += n;
	}
	if (ftruncate(out, place) < 0)
		return error_set_errno(err, errno, "cannot write '%s'", path);
	return 0;
}

static int copy_file(int from, int to, const char *name, const struct stat *st,
		     const struct process_user *user, struct error *err)
{
	cleanup_close int in = openat(from, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	cleanup_close int out = -1;

	if (in < 0)
		return error_set_errno(err, errno, "cannot open '%s'", name);
	out = openat(to, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, st->st_mode & 0777);
	if (out < 0 || (user->change && fchown(out, user->uid, user->gid) < 0))
		return error_set_errno(err, errno, "cannot create '%s'", name);
	if (ioctl(out, FICLONE, in) == 0)
		return 0;
	return copy_bytes(in, out, name, err);
}

static int copy_folder(int from, int to, const struct process_user *user, int depth,
		       struct error *err);

static int copy_sub_folder(int from, int to, const char *name, const struct stat *st,
			   const struct process_user *user, int depth, struct error *err)
{
	cleanup_close int in = openat(from, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC), out = -1;

	if (mkdirat(to, name, st->st_mode & 0777) == 0)
		out = openat(to, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (in < 0 || out < 0 || (user->change && fchown(out, user->uid, user->gid) < 0))
		return error_set_errno(err, errno, "cannot make the folder '%s'", name);
	return copy_folder(in, out, user, depth - 1, err);
}

/* A data directory is two folders deep; the depth is bounded all the same. */
static int copy_folder(int from, int to, const struct process_user *user, int depth,
		       struct error *err)
{
	DIR *dir = fdopendir(dup(from));
	struct dirent *e;
	int r = 0;

	if (!dir)
		return error_set_errno(err, errno, "cannot read a data directory");
	while (r == 0 && (e = readdir(dir))) {
		const char *name = e->d_name;
		struct stat st;

		if (!strcmp(name, ".") || !strcmp(name, ".."))
			continue;
		if (fstatat(from, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
			r = error_set_errno(err, errno, "cannot read '%s'", name);
		else if (S_ISDIR(st.st_mode) && depth > 0)
			r = copy_sub_folder(from, to, name, &st, user, depth, err);
		else if (S_ISREG(st.st_mode))
			r = copy_file(from, to, name, &st, user, err);
		/* Other tasks may have their turn. */
		if (r == 0 && task_current())
			r = wait_until(clock_ms(), err);
	}
	closedir(dir);
	return r;
}

int datadir_copy(const char *from, const char *to, struct error *err)
{
	struct process_user user = process_user();
	cleanup_free char *part = xasprintf("%s.part", to);
	cleanup_close int in = open(from, O_RDONLY | O_DIRECTORY | O_CLOEXEC), out = -1;
	struct error ignored = ERROR_INIT;
	int r;

	if (in < 0)
		return error_set_errno(err, errno, "cannot open '%s'", from);
	r = store_remove_tree(part, err);
	if (r < 0)
		return r;
	if (mkdir(part, 0750) == 0)
		out = open(part, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (out < 0 || (user.change && fchown(out, user.uid, user.gid) < 0))
		r = error_set_errno(err, errno, "cannot make the folder '%s'", part);
	if (r == 0)
		r = copy_folder(in, out, &user, 4, err);
	if (r == 0 && rename(part, to) < 0)
		r = error_set_errno(err, errno, "cannot rename '%s' to '%s'", part, to);
	if (r < 0) {
		error_wrap(err, "cannot copy a data directory to '%s'", to);
		if (store_remove_tree(part, &ignored) < 0)
			error_release(&ignored);
	}
	return r;
}

/* ---- making --------------------------------------------------------------------------------- */

static char *cache_folder(void)
{
	const char *cache = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");

	if (cache && cache[0] == '/')
		return xasprintf("%s/kubectl-mysql/data", cache);
	if (geteuid() == 0 || !home || home[0] != '/')
		return xstrdup("/var/cache/kubectl-mysql/data");
	return xasprintf("%s/.cache/kubectl-mysql/data", home);
}

/* A name for what the program makes: its version, and a digest of what it is. */
static char *template_name(const struct server_program *p)
{
	cleanup_strbuf struct strbuf text = STRBUF_INIT, name = STRBUF_INIT;
	struct process_user user = process_user();
	uint8_t digest[SHA256_SIZE];
	struct stat st = { 0 };

	(void)stat(p->path, &st);
	strbuf_addf(&text, "%s\n%s\n%s\n%lld %lld %u", RECIPE, p->path, p->version,
		    (long long)st.st_size, (long long)st.st_mtime, (unsigned)user.uid);
	sha256(text.buf, text.len, digest);
	strbuf_addf(&name, "%s-%u-", p->mariadb ? "mariadb" : "mysql", p->number);
	strbuf_add_hex(&name, digest, 8);
	return strbuf_detach(&name, NULL);
}

/* Nothing of it has to survive a power cut: it is renamed to its place when it is whole. */
static void add_options(const struct server_program *p, const char *data, struct strvec *argv)
{
	for (size_t i = 0; i < p->start.len; i++)
		strvec_add(argv, p->start.v[i]);
	strvec_add(argv, "--no-defaults");
	strvec_addf(argv, "--basedir=%s", p->base);
	strvec_addf(argv, "--lc-messages-dir=%s", p->share);
	strvec_addf(argv, "--character-sets-dir=%s/charsets", p->share);
	if (p->plugins)
		strvec_addf(argv, "--plugin-dir=%s", p->plugins);
	strvec_addf(argv, "--datadir=%s", data);
	strvec_add(argv, "--skip-log-bin");
	strvec_add(argv, "--innodb-flush-log-at-trx-commit=0");
	strvec_add(argv, "--skip-innodb-doublewrite");
	strvec_add(argv, "--innodb-buffer-pool-size=32M");
	if (p->mariadb) {
		strvec_add(argv, "--bootstrap");
		strvec_add(argv, "--innodb-log-file-size=8M");
		strvec_add(argv, "--innodb-flush-method=nosync");
		strvec_add(argv, "--max-allowed-packet=8M");
		strvec_add(argv, "--net-buffer-length=16K");
	} else {
		strvec_add(argv, "--initialize-insecure");
		strvec_add(argv, "--innodb-redo-log-capacity=64M");
		strvec_add(argv, "--innodb-flush-method=nosync");
		strvec_add(argv, "--mysqlx=OFF");
	}
}

/* What mariadb-install-db feeds to a server, which a tree's own loader could not run. */
static int bootstrap_text(const struct server_program *p, struct strbuf *out, struct error *err)
{
	static const char *const files[] = { "system_tables.sql", "performance_tables.sql",
					     "system_tables_data.sql", NULL, "sys_schema.sql" };

	strbuf_addstr(out, "CREATE DATABASE IF NOT EXISTS mysql;\nUSE mysql;\n"
			   "SET @skip_auth_anonymous = NULL, @auth_root_socket = NULL;\n");
	for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
		cleanup_free char *path = NULL;

		if (!files[i]) {
			path = xasprintf("%s/maria_add_gis_sp_bootstrap.sql", p->share);
		} else {
			path = xasprintf("%s/mariadb_%s", p->share, files[i]);
			if (access(path, R_OK) < 0) {
				free(path);
				path = xasprintf("%s/mysql_%s", p->share, files[i]);
			}
		}
		if (file_read(path, LIMIT_INPUT_BYTES, out, err) < 0)
			return -ERR_FAILED;
		strbuf_addstr(out, "\nUSE mysql;\n");
	}
	strbuf_addstr(out, "DELETE FROM global_priv WHERE User = '' OR "
			   "(User = 'root' AND Host <> 'localhost');\n");
	return 0;
}

static int run_server(const struct server_program *p, const char *data, const char *input,
		      struct error *err)
{
	cleanup_strvec struct strvec argv = STRVEC_INIT;
	cleanup_strbuf struct strbuf out = STRBUF_INIT, reason = STRBUF_INIT;
	cleanup_close int in = open(input, O_RDONLY | O_CLOEXEC);
	struct process_options o = { .in = in };
	int status = 0, r;

	if (in < 0)
		return error_set_errno(err, errno, "cannot open '%s'", input);
	add_options(p, data, &argv);
	r = process_capture(&argv, &o, &out, &status, err);
	if (r < 0)
		return r;
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return 0;
	error_set(err, ERR_FAILED, "'%s' cannot make a data directory", p->path);
	if (log_reason(out.buf, &reason))
		error_hint(err, "the server says: %s", reason.buf);
	return -ERR_FAILED;
}

static void remove_file(const char *folder, const char *name)
{
	cleanup_free char *path = xasprintf("%s/%s", folder, name);

	(void)unlink(path);
}

static int make_template(const struct server_program *p, const char *part, struct error *err)
{
	struct process_user user = process_user();
	cleanup_free char *sql = xasprintf("%s.sql", part), *tables = xasprintf("%s/mysql", part);
	cleanup_strbuf struct strbuf text = STRBUF_INIT;
	int r;

	if (mkdir(part, 0750) < 0 || (user.change && chown(part, user.uid, user.gid) < 0))
		return error_set_errno(err, errno, "cannot make the folder '%s'", part);
	if (!p->mariadb)
		return run_server(p, part, "/dev/null", err);
	if (mkdir(tables, 0750) < 0 || (user.change && chown(tables, user.uid, user.gid) < 0))
		return error_set_errno(err, errno, "cannot make the folder '%s'", tables);
	r = bootstrap_text(p, &text, err);
	if (r == 0)
		r = file_write_atomic(sql, text.buf, text.len, 0644, err);
	if (r == 0)
		r = run_server(p, part, sql, err);
	(void)unlink(sql);
	return r;
}

/* Two that need the same template at once make it once. */
static int hold_cache(const char *folder, int *ret_fd, struct error *err)
{
	cleanup_close int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int r;

	if (fd < 0)
		return error_set_errno(err, errno, "cannot open the folder '%s'", folder);
	while (flock(fd, LOCK_EX | LOCK_NB) < 0) {
		r = wait_until(clock_ms() + LOCK_INTERVAL, err);
		if (r < 0) {
			error_wrap(err, "another command makes data directories in '%s'", folder);
			return r;
		}
	}
	*ret_fd = fd;
	fd = -1;
	return 0;
}

int datadir_template(const struct server_program *p, char **ret, struct error *err)
{
	cleanup_free char *cache = cache_folder(), *name = template_name(p);
	cleanup_free char *final = xasprintf("%s/%s", cache, name);
	cleanup_free char *part = xasprintf("%s.part", final);
	cleanup_close int lock = -1;
	struct error ignored = ERROR_INIT;
	int r;

	if (access(final, F_OK) == 0) {
		*ret = TAKE_PTR(final);
		return 0;
	}
	r = store_make_folder(cache, err);
	if (r == 0)
		r = hold_cache(cache, &lock, err);
	if (r < 0)
		return r;
	if (access(final, F_OK) < 0) {
		cleanup_free char *orphan = xasprintf("--datadir=%s", part);

		r = process_end(orphan, 0, err);
		if (r == 0)
			r = store_remove_tree(part, err);
		if (r == 0)
			r = make_template(p, part, err);
		if (r == 0)
			remove_file(part, "auto.cnf");
		if (r == 0 && rename(part, final) < 0)
			r = error_set_errno(err, errno, "cannot rename '%s' to '%s'", part, final);
		if (r < 0 && store_remove_tree(part, &ignored) < 0)
			error_release(&ignored);
	}
	if (r == 0)
		*ret = TAKE_PTR(final);
	return r;
}
