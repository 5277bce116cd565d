/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/common/login.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/memory.h"
#include "base/secret.h"

const char *const login_tls_modes[] = { [TLS_PREFERRED] = "preferred",
					[TLS_DISABLED] = "disabled",
					[TLS_REQUIRED] = "required",
					[TLS_VERIFY_CA] = "verify-ca",
					[TLS_VERIFY_IDENTITY] = "verify-identity",
					NULL };

const struct option_spec server_options[] = { TARGET_OPTIONS(struct server_options, target),
					      LOGIN_OPTIONS(struct server_options, login),
					      OPT_END };

/* ---- the terminal ----------------------------------------------------------------------------*/

/*
 * Asks for a line and reads it without showing it. What is typed before the terminal hides it is
 * shown and thrown away, so it hides before it asks.
 */
static int read_hidden(int fd, const char *prompt, char *buf, size_t size, size_t *ret_len,
		       struct error *err)
{
	struct termios old, hidden;
	size_t len = 0;
	ssize_t n = 1;
	char c = 0;

	if (tcgetattr(fd, &old) < 0)
		return error_set_errno(err, errno, "cannot ask for a password");
	hidden = old;
	/* Without ISIG the interrupt arrives as a character, and nothing is left hidden. */
	hidden.c_lflag &= ~(tcflag_t)(ECHO | ISIG);
	/* It ends the line, or nobody would see it before the next return. */
	hidden.c_cc[VEOL] = '\003';
	hidden.c_cc[VEOL2] = '\034';
	if (tcsetattr(fd, TCSAFLUSH, &hidden) < 0)
		return error_set_errno(err, errno, "cannot ask for a password");
	n = write(fd, prompt, strlen(prompt));
	while (n >= 0 && (n = read(fd, &c, 1)) > 0 && c != '\n' && c != '\003' && c != '\034')
		if (len < size)
			buf[len++] = c;
	tcsetattr(fd, TCSAFLUSH, &old);
	if (n < 0)
		return error_set_errno(err, errno, "cannot ask for a password");
	if (n == 0 || c != '\n')
		return error_set(err, ERR_CANCELLED, "no password was given");
	if (len == size)
		return error_set(err, ERR_LIMIT, "a password has at most %d bytes",
				 LIMIT_SECRET_BYTES);
	*ret_len = len;
	return 0;
}

static int ask(const char *user, char **ret, struct error *err)
{
	cleanup_close int fd = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
	cleanup_free char *prompt = NULL;
	char buf[LIMIT_SECRET_BYTES];
	size_t len = 0;
	int r;

	if (fd < 0) {
		error_set(err, ERR_USAGE, "--ask-password: there is no terminal");
		error_hint(err, "use --mysql-password-file or --defaults-file");
		return -ERR_USAGE;
	}
	prompt = user ? xasprintf("Password of '%s': ", user) : xstrdup("Password: ");
	r = read_hidden(fd, prompt, buf, sizeof(buf), &len, err);
	if (write(fd, "\n", 1) < 0)
		r = r < 0 ? r : error_set_errno(err, errno, "cannot ask for a password");
	if (r == 0)
		*ret = secret_dup(buf, len);
	explicit_bzero(buf, sizeof(buf));
	return r;
}

/* ---- where things come from ------------------------------------------------------------------*/

static int read_cnf(struct session *s, const struct login_options *o, const struct target *t,
		    struct cnf *ret, struct error *err)
{
	const char *file = o->defaults_file;
	int r;

	if (!file && t)
		file = t->defaults_file;
	r = file ? cnf_read_file(file, ret, err) : cnf_read_defaults(ret, err);
	for (size_t i = 0; i < ret->warnings.len; i++)
		session_warn(s, "%s", ret->warnings.v[i]);
	return r;
}

static int read_environment(char **ret, struct error *err)
{
	const char *password = getenv("MYSQL_PWD"), *file = getenv("MYSQL_PWD_FILE");
	int r;

	if (password) {
		*ret = secret_dup(password, strlen(password));
		return 0;
	}
	if (!file || !*file)
		return 0;
	r = secret_read_file(file, ret, err);
	if (r < 0)
		error_wrap(err, "MYSQL_PWD_FILE");
	return r;
}

/* True if the user of the target is to be taken: nothing was said that goes before it. */
static bool target_logs_in(const struct login_options *o, const struct target *t)
{
	return t && t->user && !o->user && !o->defaults_file && !o->password_file && !o->ask;
}

static int find_password(const struct login_options *o, struct login *l, struct error *err)
{
	if (o->password_file && o->ask)
		return error_set(err, ERR_USAGE,
				 "--ask-password and --mysql-password-file exclude each other");
	if (o->password_file)
		return secret_read_file(o->password_file, &l->password, err);
	if (o->ask)
		return ask(l->user, &l->password, err);
	/* A password in a file belongs to the user of that file. */
	if (l->cnf.password && (!o->user || !l->cnf.user || strcmp(o->user, l->cnf.user) == 0)) {
		l->password = secret_dup(l->cnf.password, strlen(l->cnf.password));
		return 0;
	}
	return read_environment(&l->password, err);
}

static const char *first(const char *a, const char *b)
{
	return a ? a : b;
}

int login_resolve(struct session *s, const struct login_options *o, const struct target *target,
		  struct login *ret, struct error *err)
{
	struct login l = LOGIN_INIT;
	const char *user;
	int r = read_cnf(s, o, target, &l.cnf, err);

	l.tls = o->tls >= 0 ? (enum tls_mode)o->tls : l.cnf.has_tls ? l.cnf.tls : TLS_PREFERRED;
	l.tls_ca = first(o->tls_ca, l.cnf.tls_ca);
	l.tls_capath = o->tls_ca ? NULL : l.cnf.tls_capath;
	l.tls_cert = first(o->tls_cert, l.cnf.tls_cert);
	l.tls_key = o->tls_cert ? o->tls_key : first(o->tls_key, l.cnf.tls_key);
	l.tls_host = o->tls_host;
	l.compress = o->compress || l.cnf.compress;
	/* A CA that was named is meant to be used, as the clients have it. */
	if (o->tls < 0 && !l.cnf.has_tls && o->tls_ca)
		l.tls = TLS_VERIFY_CA;
	if (r == 0 && !target_logs_in(o, target)) {
		user = first(o->user, l.cnf.user);
		if (!user && target)
			user = target->user;
		l.user = user ? xstrdup(user) : NULL;
		r = find_password(o, &l, err);
	}
	if (r < 0) {
		login_release(&l);
		return r;
	}
	*ret = l;
	return 0;
}

void login_fill(const struct login *l, struct connection_options *ret)
{
	ret->user = l->user;
	ret->password = l->password;
	ret->tls = l->tls;
	ret->tls_ca = l->tls_ca;
	ret->tls_capath = l->tls_capath;
	ret->tls_cert = l->tls_cert;
	ret->tls_key = l->tls_key;
	ret->tls_server_name = l->tls_host;
	ret->compress = l->compress;
}

void login_release(struct login *l)
{
	cnf_release(&l->cnf);
	free(l->user);
	secret_free(l->password);
	*l = (struct login)LOGIN_INIT;
}
