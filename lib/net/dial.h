/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * Connections, in a task. The descriptor is non-blocking, closed on exec, and the caller's.
 * Errors: -ERR_NOT_FOUND (no such host), -ERR_IO (refused, no route …), -ERR_TIMEOUT,
 * -ERR_CANCELLED, -ERR_LIMIT (we may not open more files); each message says what was tried.
 */

#include "base/error.h"

#include <stddef.h>
#include <sys/types.h>

/*
 * Tries the addresses of host as RFC 8305 does: the next one after a failure or a quarter of a
 * second, the first that answers wins.
 */
int dial_tcp(const char *host, unsigned port, int *ret_fd, struct error *err);
/* A path, or "@name" of the abstract name space. */
int dial_unix(const char *path, int *ret_fd, struct error *err);

/*
 * Reads at least one byte, 0 at the end; writes all. what is for messages: "reading from 'x'"; err
 * may be NULL when only the class counts.
 */
ssize_t socket_read(int fd, void *buf, size_t len, const char *what, struct error *err);
int socket_write(int fd, const void *buf, size_t len, const char *what, struct error *err);
