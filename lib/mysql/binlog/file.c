/* SPDX-License-Identifier: Apache-2.0 */
#include "mysql/binlog/file.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/memory.h"
#include "mysql/binlog/decoder.h"

#define BUFFER_BYTES ((size_t)256 << 10)

struct binlog_file {
	char *path;
	int fd;
	bool regular;
	bool close;
	uint8_t *buffer;
	size_t alloc, start, end; /* of what was read and not yet given */
	uint64_t position;	  /* of start in the file */
	uint8_t *map;
	size_t map_len;
};

static void unmap(struct binlog_file *f)
{
	if (f->map)
		munmap(f->map, f->map_len);
	f->map = NULL;
}

void binlog_file_close(struct binlog_file *f)
{
	if (!f)
		return;
	unmap(f);
	if (f->close)
		close(f->fd);
	free(f->buffer);
	free(f->path);
	free(f);
}

void cleanup_binlog_file_fn(struct binlog_file **f)
{
	binlog_file_close(*f);
}

/* Reads until want bytes are in the buffer, or the file ends. */
static int fill(struct binlog_file *f, size_t want, struct error *err)
{
	if (f->start > 0 && f->start + want > f->alloc) {
		memmove(f->buffer, f->buffer + f->start, f->end - f->start);
		f->end -= f->start;
		f->start = 0;
	}
	if (want > f->alloc) {
		f->buffer = xreallocarray(f->buffer, want, 1);
		f->alloc = want;
	}
	while (f->end - f->start < want) {
		ssize_t n = read(f->fd, f->buffer + f->end, f->alloc - f->end);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return error_set_errno(err, errno, "cannot read binlog '%s'", f->path);
		if (n == 0)
			break;
		f->end += (size_t)n;
	}
	return 0;
}

static int refuse(const struct binlog_file *f, const uint8_t *magic, size_t len, struct error *err)
{
	if (len == BINLOG_MAGIC_BYTES && memcmp(magic, "\xfd\x62\x69\x6e", 4) == 0) {
		error_set(err, ERR_INVALID, "cannot read binlog '%s' at position 0: it is encrypted by MySQL",
			  f->path);
		error_hint(err, "read it from the server, which decrypts: binlog dump or binlog fetch");
	} else if (len == 0) {
		error_set(err, ERR_INVALID, "cannot read binlog '%s' at position 0: it is empty",
			  f->path);
	} else {
		error_set(err, ERR_INVALID, "cannot read binlog '%s' at position 0: it does not begin as one",
			  f->path);
		error_hint(err, "binlog files begin with the bytes fe 62 69 6e; those that MariaDB 12 "
				"keeps in InnoDB pages can only be read from the server");
	}
	return -ERR_INVALID;
}

static int read_magic(struct binlog_file *f, struct error *err)
{
	int r = fill(f, BINLOG_MAGIC_BYTES, err);
	size_t have = f->end - f->start;

	if (r < 0)
		return r;
	if (have > BINLOG_MAGIC_BYTES)
		have = BINLOG_MAGIC_BYTES;
	if (have < BINLOG_MAGIC_BYTES || memcmp(f->buffer, "\xfe\x62\x69\x6e", 4) != 0)
		return refuse(f, f->buffer, have, err);
	f->start = BINLOG_MAGIC_BYTES;
	f->position = BINLOG_MAGIC_BYTES;
	return 0;
}

int binlog_file_open(const char *path, struct binlog_file **ret, struct error *err)
{
	cleanup_binlog_file struct binlog_file *f = xcalloc(1, sizeof(*f));
	bool standard_input = strcmp(path, "-") == 0;
	struct stat st;
	int r;

	f->path = xstrdup(standard_input ? "standard input" : path);
	f->fd = standard_input ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
	if (f->fd < 0 || fstat(f->fd, &st) < 0)
		return error_set_errno(err, errno, "cannot open binlog '%s'", path);
	f->close = !standard_input;
	if (S_ISDIR(st.st_mode))
		return error_set_errno(err, EISDIR, "cannot read binlog '%s'", path);
	f->regular = S_ISREG(st.st_mode);
	/* Twice the read-ahead, for a file that is not in memory. */
	(void)posix_fadvise(f->fd, 0, 0, POSIX_FADV_SEQUENTIAL);
	f->alloc = BUFFER_BYTES;
	f->buffer = xmalloc(f->alloc);
	r = read_magic(f, err);
	if (r < 0)
		return r;
	*ret = TAKE_PTR(f);
	return 0;
}

uint64_t binlog_file_size(const struct binlog_file *f)
{
	struct stat st;

	return f->regular && fstat(f->fd, &st) == 0 ? (uint64_t)st.st_size : 0;
}

int binlog_file_seek(struct binlog_file *f, uint64_t position, struct error *err)
{
	if (position < BINLOG_MAGIC_BYTES || position > INT64_MAX)
		return error_set(err, ERR_INVALID, "no event of '%s' is at position %" PRIu64, f->path,
				 position);
	unmap(f);
	if (lseek(f->fd, (off_t)position, SEEK_SET) < 0)
		return error_set_errno(err, errno, "cannot go to position %" PRIu64 " of '%s'",
				       position, f->path);
	f->start = f->end = 0;
	f->position = position;
	return 0;
}

void binlog_file_trim(void *arg)
{
	struct binlog_file *f = arg;

	if (f->map)
		(void)madvise(f->map, f->map_len, MADV_DONTNEED);
}

static int cut_off(const struct binlog_file *f, size_t have, size_t len, struct error *err)
{
	error_set(err, ERR_INVALID,
		  "cannot read binlog '%s' at position %" PRIu64
		  ": the file ends within an event (%zu of %zu bytes)",
		  f->path, f->position, have, len);
	error_hint(err, "the events before it are whole; a server that is running may be writing it");
	return -ERR_INVALID;
}

static int map_event(struct binlog_file *f, size_t len, const uint8_t **ret, struct error *err)
{
	uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE), from = f->position & ~(page - 1);
	uint64_t size = binlog_file_size(f);
	size_t lead = (size_t)(f->position - from);

	if (size - f->position < len)
		return cut_off(f, (size_t)(size - f->position), len, err);
	f->map_len = lead + len;
	f->map = mmap(NULL, f->map_len, PROT_READ, MAP_PRIVATE, f->fd, (off_t)from);
	if (f->map == MAP_FAILED) {
		f->map = NULL;
		return error_set_errno(err, errno, "cannot read binlog '%s'", f->path);
	}
	(void)madvise(f->map, f->map_len, MADV_SEQUENTIAL);
	*ret = f->map + lead;
	return 0;
}

/* What comes behind a mapped event is read from the file again. */
static int skip_mapped(struct binlog_file *f, size_t len, struct error *err)
{
	if (lseek(f->fd, (off_t)(f->position + len), SEEK_SET) < 0)
		return error_set_errno(err, errno, "cannot read binlog '%s'", f->path);
	f->start = f->end = 0;
	return 0;
}

static int give_mapped(struct binlog_file *f, size_t len, const uint8_t **ret, struct error *err)
{
	int r = map_event(f, len, ret, err);

	return r < 0 ? r : skip_mapped(f, len, err);
}

static int give_buffered(struct binlog_file *f, size_t len, const uint8_t **ret, struct error *err)
{
	int r = fill(f, len, err);

	if (r < 0)
		return r;
	if (f->end - f->start < len)
		return cut_off(f, f->end - f->start, len, err);
	*ret = f->buffer + f->start;
	f->start += len;
	return 0;
}

int binlog_file_next(struct binlog_file *f, const uint8_t **ret_data, size_t *ret_len,
		     uint64_t *ret_position, struct error *err)
{
	size_t have, len;
	int r;

	unmap(f);
	r = fill(f, BINLOG_HEADER_BYTES, err);
	if (r < 0)
		return r;
	have = f->end - f->start;
	if (have == 0)
		return 0;
	if (have < BINLOG_HEADER_BYTES)
		return cut_off(f, have, BINLOG_HEADER_BYTES, err);
	len = binlog_event_length(f->buffer + f->start);
	if (len < BINLOG_HEADER_BYTES || len > LIMIT_BINLOG_EVENT) {
		error_set(err, ERR_INVALID,
			  "cannot read binlog '%s' at position %" PRIu64
			  ": an event of %zu bytes cannot be there",
			  f->path, f->position, len);
		error_hint(err, "the file is broken here, or the position is not that of an event");
		return -ERR_INVALID;
	}
	r = f->regular && len > BINLOG_MAP_BYTES ? give_mapped(f, len, ret_data, err)
						 : give_buffered(f, len, ret_data, err);
	if (r < 0)
		return r;
	*ret_len = len;
	*ret_position = f->position;
	f->position += len;
	return 1;
}
