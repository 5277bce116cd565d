/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Whole files in and out. */

#include "base/error.h"
#include "base/strbuf.h"

#include <stdio.h>

/* Reads a regular file or pipe whole; "-" is not special. More than limit bytes: -ERR_LIMIT. */
int file_read(const char *path, size_t limit, struct strbuf *ret, struct error *err);
/* The same from an open descriptor; name is for messages. */
int file_read_fd(int fd, const char *name, size_t limit, struct strbuf *ret, struct error *err);
/*
 * The bytes of a file to read, with a NUL behind them: mapped where that is cheaper (a large file),
 * else read. To read what somebody has cut off a mapped file meanwhile raises SIGBUS; whoever
 * replaces the file by a rename does no harm.
 */
struct file_text {
	const char *buf; /* never NULL */
	size_t len;
	size_t mapped;	 /* bytes to unmap */
	struct strbuf own; /* what was read */
};
#define FILE_TEXT_INIT { .buf = strbuf_empty, .own = STRBUF_INIT }
/* As file_read(). */
int file_text_read(const char *path, size_t limit, struct file_text *ret, struct error *err);
/* Shows what is in ret->own: call it after filling that in another way. */
void file_text_take_own(struct file_text *ret);
void file_text_release(struct file_text *t);
/* The mode of the file that is there, or what the umask leaves of rw-rw-rw-. */
#define FILE_MODE_USUAL 01000000u
/*
 * Writes a file without a name (where that cannot be: a temporary one), fsyncs it and names it: it
 * is old or new, never half, and who is killed leaves nothing beside it. A symbolic link is
 * followed, and refused if it leads nowhere; a pipe or a device stays what it is and is written to.
 */
int file_write_atomic(const char *path, const void *data, size_t len, unsigned mode,
		      struct error *err);
/* Writes all bytes to a descriptor; -ERR_READER_GONE for EPIPE, else -ERR_IO. */
int fd_write_all(int fd, const char *name, const void *data, size_t len, struct error *err);
/*
 * The shortest form of a path by its text alone: without "//", "/./", "x/../" and a '/' at the end;
 * "." for nothing. As Go's filepath.Clean() has it. For the caller.
 */
char *path_clean(const char *path) __attribute__((returns_nonnull));
