/* SPDX-License-Identifier: Apache-2.0 */
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"

#define CHUNK ((size_t)16 << 10)
/* Below this a copy costs less than a mapping does. */
#define MAP_FROM ((size_t)1 << 20)

int file_read_fd(int fd, const char *name, size_t limit, struct strbuf *ret, struct error *err)
{
	size_t start = ret->len;
	struct stat st;
	ssize_t n;

	if (fstat(fd, &st) < 0)
		return error_set_errno(err, errno, "cannot read '%s'", name);
	if (S_ISREG(st.st_mode) && st.st_size > 0 && (size_t)st.st_size <= limit)
		strbuf_grow(ret, (size_t)st.st_size + CHUNK);
	for (;;) {
		strbuf_grow(ret, CHUNK);
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
			return error_set(err, ERR_LIMIT, "'%s' is larger than %zu %s", name,
					 limit >> 20 ? limit >> 20 : limit >> 10,
					 limit >> 20 ? "MiB" : "KiB");
	}
}

int file_read(const char *path, size_t limit, struct strbuf *ret, struct error *err)
{
	cleanup_close int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return error_set_errno(err, errno, "cannot open '%s'", path);
	return file_read_fd(fd, path, limit, ret, err);
}

/* 0: not to be mapped; 1: it is. The NUL behind the text is in the rest of the last page. */
static int map(int fd, size_t limit, struct file_text *ret)
{
	struct stat st;
	void *p;

	if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode) || (size_t)st.st_size < MAP_FROM ||
	    (size_t)st.st_size > limit || st.st_size % sysconf(_SC_PAGESIZE) == 0)
		return 0;
	p = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE | MAP_POPULATE, fd, 0);
	if (p == MAP_FAILED)
		return 0;
	ret->buf = p;
	ret->len = ret->mapped = (size_t)st.st_size;
	return 1;
}

int file_text_read(const char *path, size_t limit, struct file_text *ret, struct error *err)
{
	cleanup_close int fd = open(path, O_RDONLY | O_CLOEXEC);
	int r;

	if (fd < 0)
		return error_set_errno(err, errno, "cannot open '%s'", path);
	if (map(fd, limit, ret))
		return 0;
	r = file_read_fd(fd, path, limit, &ret->own, err);
	file_text_take_own(ret);
	return r;
}

void file_text_take_own(struct file_text *t)
{
	t->buf = t->own.buf;
	t->len = t->own.len;
}

void file_text_release(struct file_text *t)
{
	if (t->mapped)
		munmap((void *)(uintptr_t)t->buf, t->mapped);
	strbuf_release(&t->own);
	*t = (struct file_text)FILE_TEXT_INIT;
}

int fd_write_all(int fd, const char *name, const void *data, size_t len, struct error *err)
{
	const char *p = data;
	ssize_t n;

	while (len) {
		n = write(fd, p, len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			bool gone = errno == EPIPE;

			error_set_errno(err, errno, "cannot write to '%s'", name);
			err->class = gone ? ERR_READER_GONE : err->class;
			return -err->class;
		}
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

/* Data, mode and a place on the disk. */
static int fill(int fd, const char *path, const void *data, size_t len, unsigned mode,
		struct error *err)
{
	int r = fd_write_all(fd, path, data, len, err);

	if (r == 0 && (fchmod(fd, (mode_t)mode) < 0 || fsync(fd) < 0))
		r = error_set_errno(err, errno, "cannot write to '%s'", path);
	return r;
}

/* A file without a name beside path, which is gone when the program is: -1 where there is none. */
static int open_unnamed(const char *path)
{
	const char *slash = strrchr(path, '/');
	cleanup_free char *folder =
		slash ? xmemdupz(path, slash == path ? 1 : (size_t)(slash - path)) : xstrdup(".");

	return open(folder, O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600);
}

/* Gives it a name that does not exist yet. */
static int name_file(int fd, const char *name)
{
	char self[sizeof("/proc/self/fd/") + 12];

	(void)snprintf(self, sizeof(self), "/proc/self/fd/%d", fd);
	return linkat(AT_FDCWD, self, AT_FDCWD, name, AT_SYMLINK_FOLLOW);
}

/* 1: the file is there; 0: it has to be done with a name from the start. */
static int write_unnamed(const char *path, const char *temp, const void *data, size_t len,
			 unsigned mode, struct error *err)
{
	cleanup_close int fd = open_unnamed(path);
	int r;

	if (fd < 0)
		return 0;
	r = fill(fd, path, data, len, mode, err);
	if (r < 0)
		return r;
	if (name_file(fd, path) == 0)
		return 1;
	/* What is there is replaced by a rename only, for which both need names. */
	if (errno != EEXIST || name_file(fd, temp) < 0)
		return 0;
	if (rename(temp, path) == 0)
		return 1;
	r = error_set_errno(err, errno, "cannot rename '%s' to '%s'", temp, path);
	(void)unlink(temp);
	return r;
}

static int write_named(const char *path, char *temp, const void *data, size_t len, unsigned mode,
		       struct error *err)
{
	cleanup_close int fd = mkostemp(temp, O_CLOEXEC);
	int r;

	if (fd < 0)
		return error_set_errno(err, errno, "cannot create a file beside '%s'", path);
	r = fill(fd, path, data, len, mode, err);
	if (r == 0 && rename(temp, path) < 0)
		r = error_set_errno(err, errno, "cannot rename '%s' to '%s'", temp, path);
	if (r < 0)
		(void)unlink(temp);
	return r;
}

/* there: what is there now, or NULL. */
static mode_t usual_mode(const struct stat *there)
{
	mode_t mask;

	if (there)
		return there->st_mode & 0777;
	mask = umask(0);
	(void)umask(mask);
	return 0666 & ~mask;
}

int file_write_atomic(const char *path, const void *data, size_t len, unsigned mode,
		      struct error *err)
{
	cleanup_free char *real = realpath(path, NULL), *named = NULL, *temp = NULL;
	struct stat st;
	bool there = stat(path, &st) == 0;
	int r;

	if (there && !S_ISREG(st.st_mode))
		return write_through(path, data, len, err);
	if (!there && lstat(path, &st) == 0)
		return error_set(err, ERR_IO,
				 "cannot write to '%s': the symbolic link leads nowhere", path);
	if (mode == FILE_MODE_USUAL)
		mode = usual_mode(there ? &st : NULL);
	/* A symbolic link stays one: the file that it names is replaced. */
	if (real)
		path = real;
	named = xasprintf("%s.tmp.%ld", path, (long)getpid());
	r = write_unnamed(path, named, data, len, mode, err);
	if (r)
		return r < 0 ? r : 0;
	temp = xasprintf("%s.tmp.XXXXXX", path);
	return write_named(path, temp, data, len, mode, err);
}

char *path_clean(const char *path)
{
	bool rooted = *path == '/';
	cleanup_strbuf struct strbuf out = STRBUF_INIT;
	size_t kept = 0; /* parts that a ".." takes away */

	if (rooted)
		strbuf_addch(&out, '/');
	while (*path) {
		size_t len = strcspn(path, "/");
		bool up = len == 2 && memcmp(path, "..", 2) == 0;
		const char *last = memrchr(out.buf, '/', out.len);
		size_t start = last ? (size_t)(last - out.buf) + (last == out.buf && rooted) : 0;

		if (up && kept) {
			strbuf_setlen(&out, start);
			kept--;
		} else if (len && !(len == 1 && *path == '.') && !(up && rooted)) {
			if (out.len && out.buf[out.len - 1] != '/')
				strbuf_addch(&out, '/');
			strbuf_add(&out, path, len);
			kept += !up;
		}
		path += len + (path[len] == '/');
	}
	if (!out.len)
		strbuf_addch(&out, '.');
	return strbuf_detach(&out, NULL);
}
