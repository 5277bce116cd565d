/* SPDX-License-Identifier: Apache-2.0 */
#include "mysql/server_error.h"

#include <string.h>

#include "base/memory.h"
#include "base/strbuf.h"

#define CLIENT_FIRST 2000
#define CLIENT_LAST 2999
#define MARIADB_CLIENT_FIRST 5000
#define MARIADB_CLIENT_LAST 5999

/*
 * The numbers of both vendors (mysqld_error.h, errmsg.h): where one has several, each has a row.
 * The text of the message is ours; that of the server follows where it says more than the number.
 */
struct row {
	unsigned number;
	enum error_class class;
	bool quotes_server;
	const char *message;
	const char *hint;
};

static const char account_hint[] =
	"check user and password: --mysql-user, --defaults-file, MYSQL_PWD";
static const char locked_hint[] = "ALTER USER … ACCOUNT UNLOCK, as an administrator of the server";
static const char expired_hint[] =
	"set a new one: mysqladmin password, or ALTER USER … IDENTIFIED BY as an administrator";
static const char later_hint[] = "it is starting or stopping: try again, and look at its log";

static const struct row rows[] = {
	{ 1045, ERR_DENIED, true, "user or password is wrong", account_hint },
	{ 1698, ERR_DENIED, true, "this account takes no password",
	  "it logs in by the unix socket, as the operating system's user of the same name" },
	{ 1044, ERR_DENIED, true, "the account may not use the database", NULL },
	{ 1049, ERR_NOT_FOUND, true, "the database does not exist", NULL },
	{ 1040, ERR_LIMIT, false, "the server has no connection left (max_connections)",
	  "end idle connections, raise max_connections, or log in with an account that has "
	  "CONNECTION ADMIN: one connection is kept for those" },
	{ 1203, ERR_LIMIT, true, "the account has too many connections",
	  "end some, or raise max_user_connections" },
	{ 1226, ERR_LIMIT, true, "the account has used up what it may use in an hour",
	  "ALTER USER … WITH MAX_USER_CONNECTIONS, MAX_QUERIES_PER_HOUR …" },
	{ 1129, ERR_LIMIT, true, "the server has blocked this host after many failed connections",
	  "mysqladmin flush-hosts, or TRUNCATE performance_schema.host_cache" },
	{ 1130, ERR_DENIED, true, "no account may log in from this host",
	  "CREATE USER 'name'@'this-host', and mind that skip-name-resolve wants addresses" },
	{ 1251, ERR_DENIED, true, "the server wants a login that libmariadb does not know", NULL },
	{ 1820, ERR_DENIED, false, "the password has expired", expired_hint },
	{ 1862, ERR_DENIED, false, "the password has expired", expired_hint },
	{ 3118, ERR_DENIED, false, "the account is locked", locked_hint },
	{ 4151, ERR_DENIED, false, "the account is locked", locked_hint },
	{ 3955, ERR_DENIED, true, "the account is locked after failed logins", locked_hint },
	{ 3159, ERR_TLS, false, "the server accepts connections with TLS alone",
	  "use --tls=required" },
	{ 1053, ERR_IO, false, "the server is shutting down", later_hint },
	{ 1077, ERR_IO, false, "the server is shutting down", later_hint },
	{ 3032, ERR_IO, false, "the server is off line (offline_mode)",
	  "SET GLOBAL offline_mode = OFF, as an administrator" },
	{ 1043, ERR_INVALID, false, "the server calls our login malformed",
	  "it may expect TLS, or another protocol: try --tls=required or --tls=disabled" },
	{ 2007, ERR_INVALID, true, "the server speaks a protocol that is older than MySQL 4.1",
	  NULL },
	{ 2012, ERR_INVALID, false, "the server's login is malformed", NULL },
	{ 2019, ERR_FAILED, true, "libmariadb does not know the character set", NULL },
	{ 2020, ERR_LIMIT, false, "what the server sends is too large", NULL },
	{ 2027, ERR_INVALID, false, "the server sends what is no packet of the protocol", NULL },
	{ 2049, ERR_DENIED, false, "the server's logins are older than MySQL 4.1",
	  "give the account a login of today: ALTER USER … IDENTIFIED BY" },
	{ 2059, ERR_DENIED, true, "libmariadb has not got the login that the account wants",
	  "install the plugin of Connector/C, or give the account another login: ALTER USER … "
	  "IDENTIFIED WITH" },
	{ 2061, ERR_DENIED, true, "the account's login failed",
	  "such accounts need TLS or a unix socket: try --tls=required" },
	{ 5010, ERR_DENIED, false,
	  "the account's login sends the password as it is, and the connection is not encrypted",
	  "use --tls=required" },
};

/* Texts of a server may hold anything; only what can be shown is. */
static void add_shown(struct strbuf *out, const char *text)
{
	for (const char *p = text; *p; p++)
		strbuf_addch(out, (unsigned char)*p < ' ' || *p == 0x7f ? '?' : *p);
}

static bool is_clients(unsigned number)
{
	return (number >= CLIENT_FIRST && number <= CLIENT_LAST) ||
	       (number >= MARIADB_CLIENT_FIRST && number <= MARIADB_CLIENT_LAST);
}

static const struct row *find(unsigned number)
{
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		if (rows[i].number == number)
			return &rows[i];
	return NULL;
}

static void hint_denied(const struct login_facts *f, const struct row *row, struct error *err)
{
	if (row->number == 1045 && !f->password)
		error_hint(err, "no password was given: --mysql-password-file, --defaults-file, "
				"MYSQL_PWD");
	else if (row->number == 1045 && !f->encrypted)
		error_hint(err, "%s; an account with REQUIRE SSL needs --tls=required", row->hint);
	else
		error_hint(err, "%s", row->hint);
}

int fail_login(const struct login_facts *f, unsigned number, const char *text, struct error *err)
{
	const struct row *row = find(number);
	cleanup_strbuf struct strbuf said = STRBUF_INIT;
	cleanup_free char *as = f->user ? xasprintf(" as '%s'", f->user) : xstrdup("");

	add_shown(&said, text);
	if (row && row->quotes_server)
		error_set(err, row->class, "cannot log in to '%s'%s: %s: %s (%u)", f->label, as,
			  row->message, said.buf, number);
	else if (row)
		error_set(err, row->class, "cannot log in to '%s'%s: %s (%u)", f->label, as,
			  row->message, number);
	else
		error_set(err, is_clients(number) ? ERR_FAILED : ERR_DENIED,
			  "cannot log in to '%s'%s: %s (%u)", f->label, as,
			  said.len ? said.buf : "no reason given", number);
	err->origin = is_clients(number) ? 0 : number;
	if (row && row->hint)
		hint_denied(f, row, err);
	return -err->class;
}

/* Those that say that a privilege is missing: one more names the object, the other the command. */
static bool is_denied(unsigned number)
{
	static const unsigned denied[] = { 1044, 1045, 1095, 1142, 1143, 1227, 1370, 1410,
					   1419, 1698, 1820, 3530, 3619 };

	for (size_t i = 0; i < ARRAY_SIZE(denied); i++)
		if (denied[i] == number)
			return true;
	return false;
}

int fail_statement(const char *label, unsigned number, const char *text, struct error *err)
{
	cleanup_strbuf struct strbuf said = STRBUF_INIT;
	enum error_class class = is_denied(number) ? ERR_DENIED
				 : number == 2020   ? ERR_LIMIT
				 : is_clients(number) ? ERR_INVALID
						      : ERR_FAILED;

	add_shown(&said, text);
	error_set(err, class, "'%s' %s: %s (%u)", label,
		  class == ERR_INVALID ? "does not answer as a server does" : "answers",
		  said.len ? said.buf : "an error", number);
	err->origin = is_clients(number) ? 0 : number;
	/* MariaDB lets such an account in, to do nothing but that. */
	if (number == 1820)
		error_hint(err, "%s", expired_hint);
	return -err->class;
}
