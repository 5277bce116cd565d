/* SPDX-License-Identifier: Apache-2.0 */
#include "sandbox/store.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"
#include "net/task.h"

#define LOCK_INTERVAL 50 /* milliseconds between two tries to hold a folder */

char *store_root(void)
{
	const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");

	if (state && state[0] == '/')
		return xasprintf("%s/kubectl-mysql/sandbox", state);
	if (geteuid() == 0 || !home || home[0] != '/')
		return xstrdup("/var/lib/kubectl-mysql/sandbox");
	return xasprintf("%s/.local/state/kubectl-mysql/sandbox", home);
}

char *store_folder(const char *name)
{
	cleanup_free char *root = store_root();

	return xasprintf("%s/%s", root, name);
}

int store_check_name(const char *name, struct error *err)
{
	size_t len = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-");

	if (name[0] && !name[len] && len <= SANDBOX_NAME_MAX && name[0] != '-' &&
	    name[len - 1] != '-')
		return 0;
	error_set(err, ERR_USAGE, "'%s' is no name of a sandbox", name);
	error_hint(err, "at most %d lower-case letters, digits, and dashes within, such as demo",
		   SANDBOX_NAME_MAX);
	return -ERR_USAGE;
}

static int cannot_make(const char *folder, int number, struct error *err)
{
	int r = error_set_errno(err, number, "cannot make the folder '%s'", folder);

	if (number != ENOSPC)
		error_hint(err, "sandboxes are in '$XDG_STATE_HOME/kubectl-mysql': set "
				"XDG_STATE_HOME to a folder that you may write to");
	return r;
}

int store_make_folder(const char *path, struct error *err)
{
	cleanup_free char *part = xstrdup(path);

	for (char *p = part + 1;; p++) {
		char c = *p;

		if (c != '/' && c)
			continue;
		*p = '\0';
		/* Not 0777 less the umask: servers of another user look in. */
		if (mkdir(part, 0755) < 0 && errno != EEXIST)
			return cannot_make(part, errno, err);
		*p = c;
		if (!c)
			return 0;
	}
}

static int remove_one(const char *path, const struct stat *st UNUSED, int kind,
		      struct FTW *place UNUSED)
{
	if (kind == FTW_DP || kind == FTW_DNR)
		return rmdir(path) < 0 && errno != ENOENT;
	return unlink(path) < 0 && errno != ENOENT;
}

int store_remove_tree(const char *path, struct error *err)
{
	if (nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS | FTW_MOUNT) != 0 && errno != ENOENT)
		return error_set_errno(err, errno, "cannot remove '%s'", path);
	return 0;
}

/* Is it still the folder of that path? Whoever held it before may have removed it. */
static bool still_there(int fd, const char *path)
{
	struct stat held, now;

	return fstat(fd, &held) == 0 && stat(path, &now) == 0 && held.st_ino == now.st_ino &&
	       held.st_dev == now.st_dev;
}

static int wait_for_lock(int fd, const char *name, struct error *err)
{
	int r;

	while (flock(fd, LOCK_EX | LOCK_NB) < 0) {
		if (errno == EINTR)
			continue;
		if (errno != EWOULDBLOCK)
			return error_set_errno(err, errno, "cannot hold sandbox '%s'", name);
		r = wait_until(clock_ms() + LOCK_INTERVAL, err);
		if (r < 0) {
			error_wrap(err, "another command works on sandbox '%s'", name);
			return r;
		}
	}
	return 0;
}

int store_hold(const char *name, bool create, int *ret_fd, struct error *err)
{
	cleanup_free char *folder = store_folder(name);
	int r;

	for (;;) {
		cleanup_close int fd = -1;

		if (create && (r = store_make_folder(folder, err)) < 0)
			return r;
		fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		if (fd < 0 && errno == ENOENT && create)
			continue; /* removed since */
		if (fd < 0 && errno == ENOENT)
			return error_set(err, ERR_NOT_FOUND, "no sandbox '%s'", name);
		if (fd < 0)
			return error_set_errno(err, errno, "cannot open the folder '%s'", folder);
		r = wait_for_lock(fd, name, err);
		if (r < 0)
			return r;
		if (still_there(fd, folder)) {
			*ret_fd = fd;
			fd = -1;
			return 0;
		}
	}
}
