/* SPDX-License-Identifier: Apache-2.0 */
#include "sandbox/fault_context.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/file.h"
#include "base/limits.h"
#include "base/memory.h"
#include "net/task.h"
#include "sandbox/datadir.h"
#include "sandbox/disk.h"
#include "sandbox/store.h"

/*
 * A disk that is full: the instance moves to a file system of its own, a tmpfs at FOLDER/disk,
 * which is then made as small as what it holds. An option of the fault says that the data is
 * there; the old folder is left as it is, and swapped for a copy of the new one when the fault is
 * healed. So the option decides at every moment which of the two is true, and whoever is killed in
 * between loses nothing.
 */

#define ROOMY "1g" /* a tmpfs takes memory only for what is in it */
#define SHRINK_TRIES 100
#define COMPLAINT_TIME 120000

static char *disk_folder(const struct sandbox_instance *i)
{
	return xasprintf("%s/disk", i->folder);
}

static char *disk_data(const struct sandbox_instance *i)
{
	return xasprintf("%s/disk/data", i->folder);
}

char *fault_data(const struct sandbox_instance *i)
{
	char *data = disk_data(i);

	if (access(data, F_OK) == 0)
		return data;
	free(data);
	return xasprintf("%s/data", i->folder);
}

static int mount_disk(const char *folder, struct error *err)
{
	int r = store_make_folder(folder, err);

	if (r < 0)
		return r;
	if (mount("tmpfs", folder, "tmpfs", MS_NOSUID | MS_NODEV, "mode=0755,size=" ROOMY) == 0)
		return 0;
	r = errno == EPERM || errno == EACCES ? ERR_DENIED : ERR_FAILED;
	error_set(err, (enum error_class)r, "cannot mount a tmpfs at '%s': %s", folder,
		  strerror(errno));
	if (r == ERR_DENIED)
		error_hint(err, "mounting needs root and CAP_SYS_ADMIN, in a container --privileged");
	(void)rmdir(folder);
	return -r;
}

int fault_can_full_disk(struct fault_context *c, struct error *err)
{
	cleanup_free char *folder = disk_folder(fault_target(c));
	int r = mount_disk(folder, err);

	if (r == 0)
		r = disk_release(folder, err);
	(void)rmdir(folder);
	return r;
}

static int resize(const char *folder, const char *size)
{
	cleanup_free char *data = xasprintf("mode=0755,size=%s", size);

	return mount("tmpfs", folder, "tmpfs", MS_REMOUNT | MS_NOSUID | MS_NODEV, data);
}

static int fill_holes(const char *path, const struct stat *st, int kind, struct FTW *place UNUSED)
{
	cleanup_close int fd = -1;

	if (kind != FTW_F || !S_ISREG(st->st_mode))
		return 0;
	fd = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
	if (fd >= 0 && st->st_size)
		(void)posix_fallocate(fd, 0, st->st_size);
	return 0;
}

/*
 * What a server has already laid out is not refused by a full disk, but a hole in it would be: it
 * would die instead of waiting for room.
 */
static void lay_out(const char *folder)
{
	(void)nftw(folder, fill_holes, 16, FTW_PHYS | FTW_MOUNT);
}

/* As small as what it holds; a server that writes meanwhile makes that more. */
static int fill(const char *folder, struct error *err)
{
	int r = 0;

	for (int i = 0; i < SHRINK_TRIES && r == 0; i++) {
		cleanup_free char *size = NULL;
		struct statvfs st;

		if (statvfs(folder, &st) < 0)
			break;
		size = xasprintf("%llu", (unsigned long long)(st.f_blocks - st.f_bfree) *
						 st.f_frsize);
		if (resize(folder, size) == 0)
			return 0;
		if (errno != EINVAL)
			break;
		r = wait_until(clock_ms() + 10, err);
	}
	return r < 0 ? r : error_set_errno(err, errno, "cannot shrink '%s'", folder);
}

static int move_in(struct fault_context *c, struct error *err)
{
	cleanup_free char *from = xasprintf("%s/data", fault_target(c)->folder);
	cleanup_free char *to = disk_data(fault_target(c));
	cleanup_free char *options = xasprintf("[mysqld]\ndatadir = \"%s\"\n", to);
	int r = fault_stop_server(c, 30000, err);

	if (r == 0)
		r = datadir_copy(from, to, err);
	return r < 0 ? r : fault_restart_with(c, options, err);
}

/* Does the server's log say so, behind its first `from` bytes? */
static bool complains(const char *log, size_t from)
{
	cleanup_strbuf struct strbuf text = STRBUF_INIT;
	struct error ignored = ERROR_INIT;

	if (file_read(log, LIMIT_INPUT_BYTES, &text, &ignored) < 0)
		error_release(&ignored);
	return text.len > from && strstr(text.buf + from, "Disk is full");
}

/* Its status cannot be asked for: MariaDB answers when there is room again. */
static int await_complaint(const struct sandbox_instance *i, size_t from, struct error *err)
{
	cleanup_free char *log = xasprintf("%s/error.log", i->folder);
	int64_t old = deadline_shorten(clock_ms() + COMPLAINT_TIME);
	int r = 0;

	while (r == 0 && !complains(log, from))
		r = wait_until(clock_ms() + 50, err);
	deadline_restore(old);
	if (r < 0)
		error_wrap(err, "the server of '%s' does not find its disk full", i->name);
	return r;
}

static size_t log_size(const struct sandbox_instance *i)
{
	cleanup_free char *log = xasprintf("%s/error.log", i->folder);
	struct stat st;

	return stat(log, &st) == 0 ? (size_t)st.st_size : 0;
}

int fault_make_full_disk(struct fault_context *c, struct error *err)
{
	cleanup_free char *folder = disk_folder(fault_target(c));
	size_t said;
	int r = fault_write_on_source(c,
			  "CREATE TABLE IF NOT EXISTS shop.disk (id INT AUTO_INCREMENT PRIMARY KEY, "
			  "text LONGTEXT)",
			  err);

	if (r == 0)
		r = mount_disk(folder, err);
	if (r == 0)
		r = move_in(c, err);
	said = log_size(fault_target(c));
	if (r == 0) {
		lay_out(folder);
		r = fill(folder, err);
	}
	if (r == 0)
		r = fault_write_on_source(c, "INSERT INTO shop.disk (text) VALUES (REPEAT('x', 1000000))",
			      err);
	return r < 0 || !fault_may_write(c) ? r : await_complaint(fault_target(c), said, err);
}

/* The data comes back to the folder where it was. */
static int move_out(struct fault_context *c, struct error *err)
{
	const struct sandbox_instance *in = fault_target(c);
	cleanup_free char *from = disk_data(in);
	cleanup_free char *to = xasprintf("%s/data", in->folder);
	cleanup_free char *copy = xasprintf("%s/data.new", in->folder);
	int r;

	/* The machine was started anew, and the tmpfs is gone: replication brings the rest. */
	if (access(from, F_OK) < 0)
		return 0;
	r = store_remove_tree(copy, err);
	if (r == 0)
		r = datadir_copy(from, copy, err);
	if (r == 0 && renameat2(AT_FDCWD, copy, AT_FDCWD, to, RENAME_EXCHANGE) < 0)
		r = error_set_errno(err, errno, "cannot exchange '%s' and '%s'", copy, to);
	return r < 0 ? r : store_remove_tree(copy, err);
}

int fault_heal_full_disk(struct fault_context *c, struct error *err)
{
	cleanup_free char *folder = disk_folder(fault_target(c));
	int r = 0;

	(void)resize(folder, ROOMY);
	r = fault_stop_server(c, 5000, err);
	if (r == 0)
		r = move_out(c, err);
	if (r == 0)
		r = fault_set_options(c, NULL, err);
	if (r == 0)
		r = disk_release(folder, err);
	if (r == 0)
		(void)rmdir(folder);
	if (r == 0)
		r = fault_restart_with(c, NULL, err);
	return r < 0 ? r : fault_write_on_source(c, "DROP TABLE IF EXISTS shop.disk", err);
}
