/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * One connection to one MySQL or MariaDB server, by MariaDB Connector/C, which is opened when the
 * first connection is. All calls that talk to the server wait in a task (net/task.h) and obey its
 * deadline; after an error of class ERR_TIMEOUT, ERR_CANCELLED or ERR_IO the connection is dead
 * and only connection_close() is left.
 *
 *	cleanup_connection struct connection *c = NULL;
 *	cleanup_result struct result *r = NULL;
 *	if (connection_open(&options, &c, err) < 0 ||
 *	    connection_query(c, "SELECT @@server_id", &r, err) < 0)
 *		return -ERR_FAILED;
 *	text = result_cell(r, 0, 0, NULL);
 *
 * Passwords: never in an argument, a message, a trace or a core file. The memory that holds one is
 * wiped when it is freed (base/secret.h).
 */

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct connection;
struct result;
struct strbuf;

enum tls_mode { TLS_PREFERRED, TLS_DISABLED, TLS_REQUIRED, TLS_VERIFY_CA, TLS_VERIFY_IDENTITY };

struct connection_options {
	const char *host; /* name or address; NULL with a socket */
	unsigned port;	  /* 0: 3306 */
	const char *socket;
	const char *user, *password; /* NULL: none */
	const char *database;
	enum tls_mode tls;
	const char *tls_ca, *tls_capath, *tls_cert, *tls_key, *tls_server_name;
	bool compress;
	const char *label; /* how messages call the instance: "demo-0"; NULL: host:port */
	size_t packet_limit; /* bytes of one packet; 0: LIMIT_RESULT_BYTES */
	int64_t statement_ms; /* for each connection_query(); 0: only the task's deadline holds */
};

/* What the server said when it greeted us. Borrowed from the connection. */
struct server_info {
	const char *version_text;   /* "10.11.19-MariaDB-deb12-log" */
	bool mariadb;
	unsigned version;	    /* 101119, 90700 */
	unsigned long thread_id;
	const char *tls_version; /* "TLSv1.3"; NULL: the connection has none */
	const char *tls_cipher;
};

/*
 * Errors: -ERR_DENIED (login refused, each reason with its own hint), -ERR_TLS, -ERR_TIMEOUT,
 * -ERR_CANCELLED, -ERR_IO (no route, refused, cut), -ERR_INVALID (not a MySQL server), -ERR_LIMIT
 * (too many connections, host blocked; without an origin: too many open files on our side).
 * err->origin holds the server's error number, if any.
 */
int connection_open(const struct connection_options *opts, struct connection **ret,
		    struct error *err);
void connection_close(struct connection *c);
const struct server_info *connection_server(const struct connection *c);
const char *connection_label(const struct connection *c);

/*
 * One statement, its result whole in memory (LIMIT_RESULT_BYTES). *ret is NULL for a statement
 * without rows. A server's error is -ERR_DENIED for missing privileges, else -ERR_FAILED, with the
 * server's number in err->origin; the connection lives on.
 */
int connection_query(struct connection *c, const char *sql, struct result **ret,
		     struct error *err);
/*
 * Several statements parted by semicolons in one round trip; rets[i] belongs to the caller. After
 * an error those of the statements before the one that failed are there all the same, the rest is
 * NULL.
 */
int connection_query_many(struct connection *c, const char *sql, struct result **rets, size_t n,
			  struct error *err);

/* One row of a result that is read row by row; everything is gone when fn returns. */
struct result_row {
	const struct result *columns; /* names and types, no rows */
	size_t count;
	const char *const *cells; /* of them NULL: SQL's NULL. NULL itself: a result begins */
	const unsigned long *lengths;
};
/* Below zero with an error set ends the reading, and the connection is dead. */
typedef int row_fn(void *arg, const struct result_row *row, struct error *err);
/* Statements whose results are too large to keep, each row to fn; arg may not be NULL. */
int connection_stream(struct connection *c, const char *sql, row_fn *fn, void *arg,
		      struct error *err);

/* Rows affected by the last statement without rows. */
uint64_t connection_affected(const struct connection *c);
/* Appends text as an SQL string literal with its quotes. */
void connection_quote(const struct connection *c, struct strbuf *out, const char *text, size_t len);

/*
 * Any other command of the protocol (COM_BINLOG_DUMP …), and the packets that answer it, without
 * their headers and joined when they were split. The packet is good until the next call. An error
 * packet is the error; what ends an answer (EOF, OK) is the caller's to see. Not over a compressed
 * connection.
 */
int connection_command(struct connection *c, unsigned char command, const void *body, size_t len,
		       struct error *err);
int connection_read_packet(struct connection *c, const unsigned char **ret, size_t *ret_len,
			   struct error *err);
/*
 * From now on -ERR_TIMEOUT when the server sends no byte for so long, within the deadline of the
 * task; for answers that may take as long as they need while they come. 0: the deadline alone.
 */
void connection_limit_silence(struct connection *c, int64_t ms);

size_t result_rows(const struct result *r);
size_t result_columns(const struct result *r);
const char *result_name(const struct result *r, size_t column);
/* True for numeric columns: not to be quoted in JSON. */
bool result_is_number(const struct result *r, size_t column);
/* NULL is SQL's NULL; text is NUL-ended, its length in *ret_len (may be NULL). */
const char *result_cell(const struct result *r, size_t row, size_t column, size_t *ret_len);
/* Column by name, letters' case ignored as servers differ; -1 if there is none. */
ptrdiff_t result_column(const struct result *r, const char *name);
/* Both at once; NULL when the column is missing or the cell is NULL. */
const char *result_get(const struct result *r, size_t row, const char *name);
void result_free(struct result *r);

void cleanup_connection_fn(struct connection **c);
void cleanup_result_fn(struct result **r);
#define cleanup_connection __attribute__((cleanup(cleanup_connection_fn)))
#define cleanup_result __attribute__((cleanup(cleanup_result_fn)))
