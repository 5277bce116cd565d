/* SPDX-License-Identifier: Apache-2.0 */
#include "mysql/binlog/fetch.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/strbuf.h"
#include "mysql/binlog/bytes.h"
#include "mysql/binlog/crc32.h"
#include "mysql/binlog/decoder.h"
#include "mysql/binlog/file.h"
#include "mysql/binlog/stream.h"
#include "mysql/connection.h"

#define CHECKSUM_BYTES 4
#define BUFFER_BYTES ((size_t)1 << 20)
/* Header, version, server's version, time, length of headers; then lengths, kind, checksum. */
#define FORMAT_BYTES (BINLOG_HEADER_BYTES + 57 + 1 + CHECKSUM_BYTES)
/* Of a file that MySQL encrypted; it sends what was encrypted. */
#define MYSQL_ENCRYPTION_BYTES 512
/* Time, type and server in a header: what stays of a format description that is sent again. */
#define IDENTITY_BYTES 9

struct fetch {
	const struct binlog_logs *logs;
	const struct binlog_fetch_options *o;
	struct connection *c;
	size_t index;	   /* the file that comes */
	int fd;		   /* FILE.part, or -1 for one that is there */
	char *path, *part; /* of it */
	struct strbuf buf; /* not written yet */
	uint64_t end;	   /* bytes of the file, those in buf included */
	bool checksums;
	bool resumed;
	bool encrypted; /* MariaDB's event that says so has come, or is there */
	uint8_t identity[IDENTITY_BYTES];
};

static const char *name_of(const struct fetch *f)
{
	return f->logs->items[f->index].file;
}

static uint64_t size_of(const struct fetch *f)
{
	const struct binlog_log *l = &f->logs->items[f->index];
	uint64_t size = l->size > 0 ? (uint64_t)l->size : 0;

	return l->encryption == BINLOG_ENCRYPTED_FILE && size >= MYSQL_ENCRYPTION_BYTES
		       ? size - MYSQL_ENCRYPTION_BYTES
		       : size;
}

static bool is_last(const struct fetch *f)
{
	return f->index + 1 == f->logs->len;
}

static void say(const struct fetch *f, enum binlog_fetched what)
{
	bool plain = f->encrypted ||
		     f->logs->items[f->index].encryption == BINLOG_ENCRYPTED_FILE;

	f->o->say(f->o->arg, what, name_of(f), f->end, size_of(f), plain);
}

/* Sets checksums from a format description; false: it is none that we know. */
static bool read_format(const uint8_t *data, size_t len, bool *ret_checksums)
{
	if (len < FORMAT_BYTES || data[len - CHECKSUM_BYTES - 1] > 1)
		return false;
	*ret_checksums = data[len - CHECKSUM_BYTES - 1] == 1;
	return true;
}

static bool is_whole(const uint8_t *data, size_t len, bool checksums)
{
	if (len < BINLOG_HEADER_BYTES || binlog_event_length(data) != len)
		return false;
	return !checksums || (len >= BINLOG_HEADER_BYTES + CHECKSUM_BYTES &&
			      crc32_add(0, data, len - CHECKSUM_BYTES) ==
				      bytes_u32(data + len - CHECKSUM_BYTES));
}

/* How far FILE.part is good, event by event; 0: not at all. */
static uint64_t good_part(struct fetch *f)
{
	cleanup_binlog_file struct binlog_file *file = NULL;
	cleanup_error struct error ignored = ERROR_INIT;
	const uint8_t *data;
	uint64_t position, good = 0;
	size_t len;

	if (binlog_file_open(f->part, &file, &ignored) < 0)
		return 0;
	while (binlog_file_next(file, &data, &len, &position, &ignored) > 0) {
		if (position == BINLOG_MAGIC_BYTES) {
			if (data[4] != BINLOG_FORMAT_DESCRIPTION ||
			    !read_format(data, len, &f->checksums))
				return 0;
			memcpy(f->identity, data, IDENTITY_BYTES);
		}
		if (!is_whole(data, len, f->checksums))
			break;
		f->encrypted |= data[4] == BINLOG_MARIADB_START_ENCRYPTION;
		good = position + len;
	}
	return good;
}

/* Opens FILE.part at f->end; a file without any event begins with its magic. */
static int open_part(struct fetch *f, struct error *err)
{
	f->fd = open(f->part, O_WRONLY | O_CREAT | O_CLOEXEC, 0640);
	if (f->fd < 0)
		return error_set_errno(err, errno, "cannot write '%s'", f->part);
	if (flock(f->fd, LOCK_EX | LOCK_NB) < 0)
		return error_set(err, ERR_UNSAFE, "'%s' is being written by another process",
				 f->part);
	if (ftruncate(f->fd, (off_t)f->end) < 0 || lseek(f->fd, 0, SEEK_END) < 0)
		return error_set_errno(err, errno, "cannot write '%s'", f->part);
	if (f->end == 0) {
		strbuf_add(&f->buf, "\xfe" "bin", BINLOG_MAGIC_BYTES);
		f->end = BINLOG_MAGIC_BYTES;
	}
	return 0;
}

static void close_file(struct fetch *f)
{
	if (f->fd >= 0)
		close(f->fd);
	f->fd = -1;
	free(f->path);
	free(f->part);
	f->path = f->part = NULL;
}

static int write_out(struct fetch *f, struct error *err)
{
	int r = fd_write_all(f->fd, f->part, f->buf.buf, f->buf.len, err);

	strbuf_reset(&f->buf);
	if (r == 0)
		say(f, FETCH_GOES_ON);
	return r;
}

/* Whole: on disk first, then named. */
static int name_file(struct fetch *f, struct error *err)
{
	cleanup_close int folder = open(f->o->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (write_out(f, err) < 0)
		return -err->class;
	if (!is_last(f) && f->end != size_of(f))
		return error_set(err, ERR_FAILED,
				 "binlog '%s' of '%s' has %llu bytes, and %llu were sent", name_of(f),
				 connection_label(f->c), (unsigned long long)size_of(f),
				 (unsigned long long)f->end);
	if (fsync(f->fd) < 0 || rename(f->part, f->path) < 0 || folder < 0 || fsync(folder) < 0)
		return error_set_errno(err, errno, "cannot save '%s'", f->path);
	say(f, FETCH_SAVED);
	return 0;
}

/* The names come from a server and become paths. */
static int set_paths(struct fetch *f, struct error *err)
{
	const char *name = name_of(f);

	if (!*name || *name == '.' || strchr(name, '/'))
		return error_set(err, ERR_INVALID, "'%s' calls a binlog '%s', which names no file",
				 connection_label(f->c), name);
	f->path = xasprintf("%s/%s", f->o->folder, name);
	f->part = xasprintf("%s.part", f->path);
	return 0;
}

/* 1: FILE is there, as large as the server's. */
static int is_there(struct fetch *f, struct error *err)
{
	struct stat st;

	if (stat(f->path, &st) < 0)
		return errno == ENOENT ? 0
				       : error_set_errno(err, errno, "cannot see '%s'", f->path);
	f->end = (uint64_t)st.st_size;
	if (!is_last(f) && f->end == size_of(f))
		return 1;
	error_set(err, ERR_INVALID, "'%s' has %llu bytes, '%s' has %llu of that name", f->path,
		  (unsigned long long)f->end, connection_label(f->c),
		  (unsigned long long)size_of(f));
	error_hint(err, "it is of another server, or from before RESET; choose another folder with --to");
	return -ERR_INVALID;
}

static int begin_file(struct fetch *f, struct error *err)
{
	int r = set_paths(f, err);

	f->end = 0;
	f->encrypted = false;
	if (r == 0)
		r = is_there(f, err);
	if (r > 0)
		say(f, FETCH_HAD);
	if (r != 0)
		return r;
	return open_part(f, err);
}

/* Goes past what is there; where the first file that is not goes on is f->end. 0: none is left. */
static int find_beginning(struct fetch *f, struct error *err)
{
	for (; f->index < f->logs->len; f->index++) {
		int r = set_paths(f, err);

		if (r == 0)
			r = is_there(f, err);
		if (r < 0)
			return r;
		if (r == 0) {
			f->end = good_part(f);
			/* COM_BINLOG_DUMP has 32 bits, and MariaDB no other command. */
			if (connection_server(f->c)->mariadb && f->end > UINT32_MAX)
				f->end = 0;
			f->resumed = f->end > 0;
			r = open_part(f, err);
			return r < 0 ? r : 1;
		}
		say(f, FETCH_HAD);
		close_file(f);
	}
	return 0;
}

/* Does the name in a ROTATE, behind which a checksum may stand, begin this file? */
static bool names(const uint8_t *data, size_t len, const char *file)
{
	size_t head = BINLOG_HEADER_BYTES + 8, n = strlen(file);

	return (len == head + n || len == head + n + CHECKSUM_BYTES) &&
	       memcmp(data + head, file, n) == 0;
}

/* A ROTATE of the stream: the first one names the file that was asked for. 0: enough. */
static int on_rotate(struct fetch *f, const uint8_t *data, size_t len, struct error *err)
{
	int r;

	if (names(data, len, name_of(f)))
		return 1;
	r = f->fd >= 0 ? name_file(f, err) : 0;
	close_file(f);
	if (r < 0 || is_last(f))
		return r;
	f->index++;
	f->resumed = false;
	if (!names(data, len, name_of(f)))
		return error_set(err, ERR_FAILED, "'%s' was to send binlog '%s' and sends another",
				 connection_label(f->c), name_of(f));
	r = begin_file(f, err);
	return r < 0 ? r : 1;
}

static int on_made_up(struct fetch *f, const uint8_t *data, size_t len, struct error *err)
{
	if (data[4] == BINLOG_ROTATE)
		return on_rotate(f, data, len, err);
	if (data[4] == BINLOG_FORMAT_DESCRIPTION && f->resumed &&
	    memcmp(data, f->identity, IDENTITY_BYTES) != 0) {
		error_set(err, ERR_INVALID, "'%s' is not of the binlog '%s' that '%s' has now", f->part,
			  name_of(f), connection_label(f->c));
		error_hint(err, "remove it, or choose another folder with --to");
		return -ERR_INVALID;
	}
	return 1;
}

static int on_event(struct fetch *f, const uint8_t *data, size_t len, uint64_t position,
		    struct error *err)
{
	if (f->fd < 0)
		return 1;
	if (position != f->end) {
		error_set(err, ERR_FAILED, "'%s' does not send all of binlog '%s': %llu comes after %llu",
			  connection_label(f->c), name_of(f), (unsigned long long)position,
			  (unsigned long long)f->end);
		error_hint(err, "binlog dump shows what it sends");
		return -ERR_FAILED;
	}
	if ((data[4] == BINLOG_FORMAT_DESCRIPTION && !read_format(data, len, &f->checksums)) ||
	    !is_whole(data, len, f->checksums))
		return error_set(err, ERR_INVALID,
				 "binlog '%s' of '%s' at position %llu: length or checksum is wrong",
				 name_of(f), connection_label(f->c), (unsigned long long)position);
	f->encrypted |= data[4] == BINLOG_MARIADB_START_ENCRYPTION;
	strbuf_add(&f->buf, data, len);
	f->end += len;
	if (f->buf.len < BUFFER_BYTES)
		return 1;
	return write_out(f, err) < 0 ? -err->class : 1;
}

static int receive(struct fetch *f, struct error *err)
{
	const struct binlog_stream_options from = { .file = name_of(f), .position = f->end,
						     .silence_ms = f->o->silence_ms };
	struct binlog_stream stream;
	int r = binlog_stream_start(&stream, f->c, &from, err);

	while (r >= 0) {
		const uint8_t *data;
		uint64_t position;
		size_t len;

		r = binlog_stream_next(&stream, &data, &len, &position, err);
		if (r <= 0)
			break;
		r = stream.made_up ? on_made_up(f, data, len, err)
				   : on_event(f, data, len, position, err);
		if (r <= 0)
			return r;
	}
	/* The server's end, in the file that it writes. */
	if (r < 0 || f->fd < 0)
		return r;
	if (write_out(f, err) < 0)
		return -err->class;
	say(f, FETCH_OPEN);
	return 0;
}

int binlog_fetch(struct connection *c, const struct binlog_logs *logs,
		 const struct binlog_fetch_options *opts, struct error *err)
{
	struct fetch f = { .logs = logs, .o = opts, .c = c, .index = opts->first, .fd = -1,
			   .buf = STRBUF_INIT };
	int r = find_beginning(&f, err);

	if (r > 0)
		r = receive(&f, err);
	close_file(&f);
	strbuf_release(&f.buf);
	return r;
}
