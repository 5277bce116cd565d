/* SPDX-License-Identifier: Apache-2.0 */
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"

int file_read_fd(int fd, const char *name, size_t limit, struct strbuf *ret, struct error *err)
{
	size_t start = ret->len;
	struct stat st;
	ssize_t n;

	if (fstat(fd, &st) < 0)
		return error_set_errno(err, errno, "cannot read '%s'", name);
	if (S_ISREG(st.st_mode) && st.st_size > 0 && (size_t)st.st_size <= limit)
		strbuf_grow(ret, (size_t)st.st_size + 1);
	for (;;) {
		strbuf_grow(ret, 16384);
		n = read(fd, ret->buf + ret->len, ret->alloc - ret->len - 1);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return error_set_errno(err, errno, "cannot read '%s'", name);
		ret->len += (size_t)n;
		ret->buf[ret->len] = '\0';
		if (n == 0)
			return 0;
		if (ret->len - start > limit)
			return error_set(err, ERR_LIMIT, "'%s' is larger than %zu MiB", name,
					 limit >> 20);
	}
}

int file_read(const char *path, size_t limit, struct strbuf *ret, struct error *err)
{
	cleanup_close int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return error_set_errno(err, errno, "cannot open '%s'", path);
	return file_read_fd(fd, path, limit, ret, err);
}

int fd_write_all(int fd, const char *name, const void *data, size_t len, struct error *err)
{
	const char *p = data;
	ssize_t n;

	while (len) {
		n = write(fd, p, len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return error_set_errno(err, errno, "cannot write to '%s'", name);
		p += n;
		len -= (size_t)n;
	}
	return 0;
}

/* A pipe or a device: what is there stays, and is written to. */
static int write_through(const char *path, const void *data, size_t len, struct error *err)
{
	cleanup_close int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd < 0)
		return error_set_errno(err, errno, "cannot open '%s'", path);
	return fd_write_all(fd, path, data, len, err);
}

int file_write_atomic(const char *path, const void *data, size_t len, unsigned mode,
		      struct error *err)
{
	cleanup_free char *real = realpath(path, NULL), *temp = NULL;
	cleanup_close int fd = -1;
	struct stat st;
	int r;

	if (stat(path, &st) == 0 && !S_ISREG(st.st_mode))
		return write_through(path, data, len, err);
	/* A symbolic link stays one: the file that it names is replaced. */
	if (real)
		path = real;
	temp = xasprintf("%s.tmp.XXXXXX", path);
	fd = mkostemp(temp, O_CLOEXEC);
	if (fd < 0)
		return error_set_errno(err, errno, "cannot create a file beside '%s'", path);
	r = fd_write_all(fd, path, data, len, err);
	if (r == 0 && (fchmod(fd, (mode_t)mode) < 0 || fsync(fd) < 0))
		r = error_set_errno(err, errno, "cannot write to '%s'", path);
	if (r == 0 && rename(temp, path) < 0)
		r = error_set_errno(err, errno, "cannot rename '%s' to '%s'", temp, path);
	if (r < 0)
		(void)unlink(temp);
	return r;
}
