/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * my.cnf files, as the clients of both vendors read them (mysys/my_default.c): groups, comments,
 * quotes, escapes, !include and !includedir. Of the groups [client], [client-server],
 * [client-mariadb], [mysql], [mariadb-client] and [kubectl-mysql], the options that make a
 * connection are taken; the last one wins, in the order of the files; all others are ignored, as
 * these groups hold options of other programs too.
 */

#include "base/error.h"
#include "base/strvec.h"
#include "mysql/connection.h"

/* NULL or 0: nothing said. All strings are owned; the password is wiped. */
struct cnf {
	char *host, *socket, *user, *password, *database;
	unsigned port;
	bool compress;
	bool has_tls; /* tls holds something */
	enum tls_mode tls;
	char *tls_ca, *tls_capath, *tls_cert, *tls_key;
	struct strvec warnings; /* "world-writable '…' is ignored" */
};

#define CNF_INIT { 0 }

/*
 * Reads one file, as --defaults-file does: -ERR_IO if it is missing. Broken lines
 * are -ERR_INVALID with file, line and column; a message never shows a value.
 */
int cnf_read_file(const char *path, struct cnf *ret, struct error *err);
/*
 * Reads those that there are of /etc/my.cnf, /etc/mysql/my.cnf and ~/.my.cnf. What others may write
 * to is left out with a warning, as the clients do.
 */
int cnf_read_defaults(struct cnf *ret, struct error *err);
/* Text of a file, whose includes are checked and not followed: for tests and fuzzing. */
int cnf_parse(const char *text, size_t len, const char *name, struct cnf *ret, struct error *err);
void cnf_release(struct cnf *c);

#define cleanup_cnf __attribute__((cleanup(cnf_release)))
