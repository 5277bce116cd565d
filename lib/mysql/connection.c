/* SPDX-License-Identifier: Apache-2.0 */
#include "mysql/connection.h"

#include <string.h>

#include "base/clock.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/strbuf.h"
#include "mysql/library.h"
#include "mysql/result.h"
#include "mysql/server_error.h"
#include "mysql/trace.h"
#include "mysql/transport.h"
#include "net/task.h"

/* Logins that never send the password as it is; the others need TLS or a socket. */
#define SAFE_LOGINS                                                                                \
	"mysql_native_password,caching_sha2_password,sha256_password,client_ed25519,parsec,"       \
	"auth_gssapi_client"

struct connection {
	MYSQL mysql;
	bool initialised; /* mysql is to be closed */
	bool broken;	  /* in the middle of a result */
	struct transport transport;
	struct greeting greeting;
	struct server_info server;
	uint64_t affected;
	int64_t statement_ms; /* or 0 */
};

static const struct mysql_library *lib;

/* ---- opening and closing ---------------------------------------------------------------------*/

static void wipe_password(MYSQL *mysql)
{
	/* Only a change of the user would need it again. */
	if (mysql->passwd)
		explicit_bzero(mysql->passwd, strlen(mysql->passwd));
}

static void set_options(struct connection *c, const struct connection_options *o)
{
	size_t packet = o->packet_limit ? o->packet_limit : LIMIT_RESULT_BYTES;
	unsigned no = 0, tcp = MYSQL_PROTOCOL_TCP;
	MYSQL *m = &c->mysql;

	lib->options(m, MYSQL_SET_CHARSET_NAME, "utf8mb4");
	lib->options(m, MYSQL_OPT_LOCAL_INFILE, &no);
	lib->options(m, MYSQL_OPT_MAX_ALLOWED_PACKET, &packet);
	lib->options4(m, MYSQL_OPT_CONNECT_ATTR_ADD, "program_name", "kubectl-mysql");
	if (!o->socket)
		lib->options(m, MYSQL_OPT_PROTOCOL, &tcp);
	if (!o->socket && !c->transport.wants_tls)
		lib->options(m, MARIADB_OPT_RESTRICTED_AUTH, SAFE_LOGINS);
	if (o->compress)
		lib->options(m, MYSQL_OPT_COMPRESS, NULL);
}

static int log_in(struct connection *c, const struct connection_options *o, struct error *err)
{
	struct login_facts facts = { .label = c->transport.label, .user = o->user,
				     .plugin = c->greeting.plugin,
				     .password = o->password && o->password[0] };
	/* Neither name nor path is used: the connection is there. */
	const char *host = o->socket ? NULL : "server";
	int r;

	if (!lib->init(&c->mysql))
		memory_exhausted();
	c->initialised = true;
	set_options(c, o);
	r = transport_install(&c->transport, lib, &c->mysql, err);
	if (r < 0)
		return r;
	if (lib->real_connect(&c->mysql, host, o->user, o->password ? o->password : "",
			      o->database, 1, o->socket,
			      CLIENT_MULTI_STATEMENTS | CLIENT_MULTI_RESULTS |
				      CLIENT_REMEMBER_OPTIONS)) {
		wipe_password(&c->mysql);
		return 0;
	}
	if (c->transport.failure.class) {
		*err = c->transport.failure;
		c->transport.failure = (struct error){ .class = err->class };
		error_wrap(err, "cannot log in to '%s'", c->transport.label);
		return -err->class;
	}
	facts.encrypted = c->transport.tls || c->transport.local;
	return fail_login(&facts, lib->error_number(&c->mysql), lib->error_text(&c->mysql), err);
}

int connection_open(const struct connection_options *opts, struct connection **ret,
		    struct error *err)
{
	cleanup_connection struct connection *c = NULL;
	const int64_t since = clock_ns();
	int r;

	lib = mysql_library_open(err);
	if (!lib)
		return -err->class;
	c = xcalloc(1, sizeof(*c));
	c->statement_ms = opts->statement_ms;
	r = transport_open(&c->transport, opts, &c->greeting, err);
	if (r == 0)
		r = log_in(c, opts, err);
	if (r < 0)
		return r;
	c->server = (struct server_info){
		.version_text = c->greeting.version,
		.mariadb = c->greeting.mariadb,
		.version = c->greeting.number,
		.thread_id = c->greeting.thread_id,
		.tls_version = c->transport.tls ? tls_version(c->transport.tls) : NULL,
		.tls_cipher = c->transport.tls ? tls_cipher(c->transport.tls) : NULL,
	};
	trace_connection(c, since);
	*ret = TAKE_PTR(c);
	return 0;
}

void connection_close(struct connection *c)
{
	if (!c)
		return;
	c->transport.quiet = true;
	if (c->initialised) {
		wipe_password(&c->mysql);
		lib->close(&c->mysql);
	}
	transport_release(&c->transport);
	free(c);
}

void cleanup_connection_fn(struct connection **c)
{
	connection_close(*c);
}

const struct server_info *connection_server(const struct connection *c)
{
	return &c->server;
}

const char *connection_label(const struct connection *c)
{
	return c->transport.label;
}

/* ---- statements ------------------------------------------------------------------------------*/

/* The failure of the last call. That of the transport comes first: it says why. */
static int take_failure(struct connection *c, struct error *err)
{
	if (!c->transport.failure.class) {
		int r = fail_statement(c->transport.label, lib->error_number(&c->mysql),
				       lib->error_text(&c->mysql), err);

		/* What was no answer says nothing of where the next one begins. */
		if (r == -ERR_INVALID || r == -ERR_LIMIT)
			c->broken = c->transport.quiet = true;
		return r;
	}
	if (c->transport.failure.message) {
		*err = c->transport.failure;
		c->transport.failure = (struct error){ .class = err->class };
		return -err->class;
	}
	return error_set(err, (enum error_class)c->transport.failure.class,
			 "the connection to '%s' is lost", c->transport.label);
}

static int check_usable(struct connection *c, struct error *err)
{
	if (c->transport.failure.class)
		return take_failure(c, err);
	if (c->broken)
		return error_set(err, ERR_IO, "the connection to '%s' is lost: a result was not "
				 "read to its end", c->transport.label);
	return 0;
}

static int add_row(void *arg, const struct result_row *row, struct error *err)
{
	struct result *r = arg;

	/* The types of a row are those that Connector/C gave. */
	if (result_add(r, (MYSQL_ROW)(uintptr_t)row->cells, row->lengths))
		return 0;
	return error_set(err, ERR_LIMIT, "the result is larger than %zu bytes", LIMIT_RESULT_BYTES);
}

/*
 * Gives each row of the result that comes next to fn, and before them, if arg is given, none with
 * the columns. The columns are in *ret, without rows.
 */
static int read_rows(struct connection *c, struct result **ret, row_fn *fn, void *arg,
		     struct error *err)
{
	MYSQL_RES *res = lib->use_result(&c->mysql);
	struct result_row row = { 0 };
	MYSQL_ROW cells;
	int r = 0;

	if (!res) {
		if (lib->field_count(&c->mysql) != 0)
			return take_failure(c, err);
		c->affected = lib->affected_rows(&c->mysql);
		return 0;
	}
	row.count = lib->num_fields(res);
	row.columns = *ret = result_new(lib->fetch_fields(res), (unsigned)row.count);
	if (arg)
		r = fn(arg, &row, err);
	while (r == 0 && (cells = lib->fetch_row(res))) {
		row.cells = (const char *const *)cells;
		row.lengths = lib->fetch_lengths(res);
		r = fn(arg ? arg : *ret, &row, err);
	}
	if (r < 0 && !arg)
		error_wrap(err, "%s", c->transport.reading);
	if (r < 0) {
		/* The rest would have to be read; and the server may have a lot of it. */
		c->broken = true;
		c->transport.quiet = true;
	} else if (lib->error_number(&c->mysql)) {
		r = take_failure(c, err);
	}
	lib->free_result(res);
	return r;
}

static int send_statement(struct connection *c, const char *sql, struct error *err)
{
	int r = check_usable(c, err);

	if (r < 0)
		return r;
	/* It reads the columns too, all of them, whatever there are. */
	c->transport.allowance = LIMIT_COLUMNS_BYTES;
	if (lib->real_query(&c->mysql, sql, strlen(sql)) != 0)
		r = take_failure(c, err);
	c->transport.allowance = 0;
	return r;
}

/* 1: there is another result; 0: that was the last. */
static int next_result(struct connection *c, struct error *err)
{
	int r;

	c->transport.allowance = LIMIT_COLUMNS_BYTES;
	r = lib->more_results(&c->mysql) ? lib->next_result(&c->mysql) : -1;
	c->transport.allowance = 0;
	return r > 0 ? take_failure(c, err) : r == 0;
}

int connection_query_many(struct connection *c, const char *sql, struct result **rets, size_t n,
			  struct error *err)
{
	const int64_t since = clock_ns();
	int64_t old = deadline_current();
	size_t i = 0;
	int r;

	if (c->statement_ms)
		old = deadline_shorten(clock_ms() + c->statement_ms);
	r = send_statement(c, sql, err);
	memset(rets, 0, n * sizeof(*rets));
	while (r == 0) {
		struct result *one = NULL;

		r = read_rows(c, &one, add_row, NULL, err);
		if (r == 0 && i < n)
			rets[i++] = TAKE_PTR(one);
		result_free(one);
		if (r == 0)
			r = next_result(c, err);
		if (r <= 0)
			break;
		r = 0;
	}
	deadline_restore(old);
	trace_statement(c, sql, since, r, i ? rets[0] : NULL);
	return r;
}

int connection_query(struct connection *c, const char *sql, struct result **ret, struct error *err)
{
	struct result *r = NULL;
	int failed = connection_query_many(c, sql, &r, 1, err);

	if (ret && failed == 0)
		*ret = TAKE_PTR(r);
	result_free(r);
	return failed;
}

int connection_stream(struct connection *c, const char *sql, row_fn *fn, void *arg,
		      struct error *err)
{
	const int64_t since = clock_ns();
	int r = send_statement(c, sql, err);

	while (r == 0) {
		cleanup_result struct result *columns = NULL;

		r = read_rows(c, &columns, fn, arg, err);
		if (r == 0)
			r = next_result(c, err);
		if (r <= 0)
			break;
		r = 0;
	}
	trace_statement(c, sql, since, r, NULL);
	return r;
}

uint64_t connection_affected(const struct connection *c)
{
	return c->affected;
}

void connection_quote(const struct connection *c, struct strbuf *out, const char *text, size_t len)
{
	cleanup_free char *escaped = xmalloc(2 * len + 1);
	unsigned long n;

	/* It obeys NO_BACKSLASH_ESCAPES, which the server reports with each answer. */
	n = lib->real_escape_string((MYSQL *)(uintptr_t)&c->mysql, escaped, text, len);
	strbuf_addch(out, '\'');
	strbuf_add(out, escaped, n);
	strbuf_addch(out, '\'');
}

/* ---- other commands --------------------------------------------------------------------------*/

int connection_command(struct connection *c, unsigned char command, const void *body, size_t len,
		       struct error *err)
{
	int r = check_usable(c, err);

	if (r < 0)
		return r;
	log_say(LOG_REQUEST, "%s: command 0x%02x of the protocol, %zu bytes", c->transport.label,
		command, len);
	/* Without a length it would look for the end of a string. */
	if (len == 0)
		body = "";
	if (c->mysql.methods->db_command(&c->mysql, (enum enum_server_command)command, body, len,
					 1 /* do not read an answer */, NULL) != 0)
		return take_failure(c, err);
	return 0;
}

void connection_limit_silence(struct connection *c, int64_t ms)
{
	c->transport.silence_ms = ms;
}

int connection_read_packet(struct connection *c, const unsigned char **ret, size_t *ret_len,
			   struct error *err)
{
	unsigned long len;
	int r = check_usable(c, err);

	if (r < 0)
		return r;
	len = lib->net_read_packet(&c->mysql);
	if (len == packet_error)
		return take_failure(c, err);
	*ret = c->mysql.net.read_pos;
	*ret_len = len;
	return 0;
}
