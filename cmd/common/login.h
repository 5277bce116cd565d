/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * How a command logs in to servers: one group of options for all that do.
 *
 *	struct opts { struct target_options target; struct login_options login; … };
 *	… LOGIN_OPTIONS(struct opts, login), …
 *
 *	cleanup_login struct login login = LOGIN_INIT;
 *	if (login_resolve(s, &o->login, &target, &login, err) < 0)
 *		return -err->class;
 *	for (size_t i = 0; i < target.count; i++) {
 *		struct connection_options c = { 0 };
 *		login_fill(&login, &c);
 *		target_connection(&target, i, &c);
 *		…
 *	}
 *
 * What counts first: the options; then what the target brings (a sandbox its administrator, a
 * cluster of the project file its defaults-file); then my.cnf files, and MYSQL_PWD or the file
 * that MYSQL_PWD_FILE names for a password that no file has, as the clients do.
 */

#include "cli/command.h"
#include "cmd/common/target.h"
#include "mysql/cnf.h"
#include "mysql/connection.h"

struct login_options {
	const char *user, *password_file, *defaults_file;
	bool ask;
	int tls; /* enum tls_mode, or -1 */
	const char *tls_ca, *tls_cert, *tls_key, *tls_host;
	bool compress;
};

/* In the order of enum tls_mode. */
extern const char *const login_tls_modes[];

/* Rows for the option table of a command. */
#define LOGIN_OPTIONS(type_, member_)                                                              \
	OPT_STRING(0, "mysql-user", type_, member_.user, "NAME", "log in as this user"),           \
		OPT_STRING(0, "mysql-password-file", type_, member_.password_file, "FILE",         \
			   "the password is the first line of this file",                          \
			   .complete = complete_file),                                             \
		OPT_FLAG(0, "ask-password", type_, member_.ask,                                    \
			 "ask for the password on the terminal"),                                  \
		OPT_STRING(0, "defaults-file", type_, member_.defaults_file, "FILE",               \
			   "read this my.cnf instead of the usual ones",                           \
			   .complete = complete_file),                                             \
		OPT_CHOICE(0, "tls", type_, member_.tls, "MODE", login_tls_modes,                  \
			   "whether to encrypt, and what to check"),                               \
		OPT_STRING(0, "tls-ca", type_, member_.tls_ca, "FILE",                             \
			   "the CA that signed the servers' certificates",                         \
			   .complete = complete_file),                                             \
		OPT_STRING(0, "tls-cert", type_, member_.tls_cert, "FILE",                         \
			   "show this certificate to the servers", .complete = complete_file),     \
		OPT_STRING(0, "tls-key", type_, member_.tls_key, "FILE",                           \
			   "the private key of --tls-cert", .complete = complete_file),            \
		OPT_STRING(0, "tls-host", type_, member_.tls_host, "NAME",                         \
			   "the host name that the servers' certificates must have"),              \
		OPT_FLAG(0, "compress", type_, member_.compress,                                   \
			 "compress what goes to and from the servers")

/* Of a command that has no other options: which servers, and how to log in. */
struct server_options {
	struct target_options target;
	struct login_options login;
};
extern const struct option_spec server_options[];

/* Everything is owned, or borrowed from the options. */
struct login {
	struct cnf cnf;
	char *user, *password;	/* NULL: the target's, or none */
	enum tls_mode tls;
	const char *tls_ca, *tls_capath, *tls_cert, *tls_key, *tls_host;
	bool compress;
};

#define LOGIN_INIT { 0 }

/*
 * target may be NULL. Warnings go to the session; the password is asked for at most once. Errors:
 * -ERR_USAGE, and those of cnf_read_file() and secret_read_file().
 */
int login_resolve(struct session *s, const struct login_options *o, const struct target *target,
		  struct login *ret, struct error *err);
/* Sets user, password, TLS and compression. Borrowed from the login. */
void login_fill(const struct login *l, struct connection_options *ret);
void login_release(struct login *l);

#define cleanup_login __attribute__((cleanup(login_release)))
