/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * Data directories. A server takes seconds to make one, so it is made once for each server program
 * and kept in the cache (XDG_CACHE_HOME or ~/.cache, for root /var/cache; then kubectl-mysql/data);
 * an instance gets a copy: by reflink where the file system can, else without the holes.
 *
 * It holds the system tables and the account root@localhost without a password, no binary log, and
 * no server's identity.
 */

#include "sandbox/server.h"

/* The data directory of this program, made if need be. In a task; *ret belongs to the caller. */
int datadir_template(const struct server_program *p, char **ret, struct error *err);
/*
 * Copies it to a folder that does not exist; nothing is there on failure. The copy belongs to the
 * user that servers run as.
 */
int datadir_copy(const char *from, const char *to, struct error *err);
