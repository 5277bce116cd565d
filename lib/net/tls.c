/* SPDX-License-Identifier: Apache-2.0 */
#include "net/tls.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdbool.h>
#include <string.h>

#include "base/memory.h"
#include "net/task.h"
#include "net/tls_library.h"

/* One SSL_CTX for each set of files. */
struct context {
	struct context *next;
	char *ca, *capath, *cert, *key;
	bool checks;
	SSL_CTX *ctx;
};

struct tls {
	SSL *ssl;
	int fd;
};

static const struct tls_library *lib;
static struct context *contexts;

/* ---- contexts --------------------------------------------------------------------------------*/

/* What libssl says of the last failure, or of errno. */
static const char *reason(void)
{
	unsigned long code = lib->err_peek_error();
	const char *text = code ? lib->err_reason_error_string(code) : NULL;

	/* OpenSSL 3 keeps failures of the system in the same code, without a text of their own. */
	if (code && !text)
		text = strerror(ERR_GET_REASON(code));
	return text ? text : "unknown failure";
}

static int fail_file(const char *what, const char *path, struct error *err)
{
	return error_set(err, ERR_TLS, "cannot read %s '%s': %s", what, path, reason());
}

/* A key with a pass phrase would ask for it on the terminal. */
static int no_pass_phrase(char *buf UNUSED, int size UNUSED, int writing UNUSED, void *user UNUSED)
{
	return -1;
}

static int read_cas(SSL_CTX *ctx, const struct tls_options *o, struct error *err)
{
	if (o->ca && lib->ctx_load_verify_file(ctx, o->ca) != 1)
		return fail_file("the CA file", o->ca, err);
	if (o->capath && lib->ctx_load_verify_dir(ctx, o->capath) != 1)
		return fail_file("the folder of CAs", o->capath, err);
	if (!o->ca && !o->capath && lib->ctx_set_default_verify_paths(ctx) != 1)
		return error_set(err, ERR_TLS, "cannot read the CAs of the system: %s", reason());
	lib->ctx_set_verify(ctx, SSL_VERIFY_PEER, NULL);
	return 0;
}

static int read_identity(SSL_CTX *ctx, const struct tls_options *o, struct error *err)
{
	const char *cert = o->cert ? o->cert : o->key;
	const char *key = o->key ? o->key : o->cert;

	if (!cert)
		return 0;
	lib->ctx_set_default_passwd_cb(ctx, no_pass_phrase);
	if (lib->ctx_use_certificate_chain_file(ctx, cert) != 1)
		return fail_file("the certificate", cert, err);
	if (lib->ctx_use_private_key_file(ctx, key, SSL_FILETYPE_PEM) == 1 &&
	    lib->ctx_check_private_key(ctx) == 1)
		return 0;
	switch (ERR_GET_REASON(lib->err_peek_error())) {
	case X509_R_KEY_VALUES_MISMATCH:
	case X509_R_KEY_TYPE_MISMATCH:
		return error_set(err, ERR_TLS, "the private key '%s' does not fit certificate '%s'",
				 key, cert);
	default:
		fail_file("the private key", key, err);
		error_hint(err, "it must be PEM, and without a pass phrase");
		return -err->class;
	}
}

static SSL_CTX *make_ctx(const struct tls_options *o, struct error *err)
{
	SSL_CTX *ctx;
	int r = 0;

	lib->err_clear_error();
	ctx = lib->ctx_new(lib->client_method());
	if (!ctx) {
		error_set(err, ERR_TLS, "cannot use TLS: %s", reason());
		return NULL;
	}
	lib->ctx_ctrl(ctx, SSL_CTRL_SET_MIN_PROTO_VERSION, TLS1_2_VERSION, NULL);
	/* Thousands of idle connections must not keep 34 kB of buffers each. */
	lib->ctx_ctrl(ctx, SSL_CTRL_MODE,
		      SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
			      SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER,
		      NULL);
	if (o->check != TLS_CHECK_NONE)
		r = read_cas(ctx, o, err);
	if (r == 0)
		r = read_identity(ctx, o, err);
	if (r == 0)
		return ctx;
	lib->ctx_free(ctx);
	return NULL;
}

static bool same(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

static SSL_CTX *get_ctx(const struct tls_options *o, struct error *err)
{
	bool checks = o->check != TLS_CHECK_NONE;
	/* Without a check nothing of the CAs is read. */
	const char *ca = checks ? o->ca : NULL, *capath = checks ? o->capath : NULL;
	struct context *c;

	for (c = contexts; c; c = c->next)
		if (c->checks == checks && same(c->ca, ca) && same(c->capath, capath) &&
		    same(c->cert, o->cert) && same(c->key, o->key))
			return c->ctx;
	c = xcalloc(1, sizeof(*c));
	c->ctx = make_ctx(o, err);
	if (!c->ctx) {
		free(c);
		return NULL;
	}
	c->checks = checks;
	c->ca = xstrdup_or_null(ca);
	c->capath = xstrdup_or_null(capath);
	c->cert = xstrdup_or_null(o->cert);
	c->key = xstrdup_or_null(o->key);
	c->next = contexts;
	contexts = c;
	return c->ctx;
}

/* ---- connections -----------------------------------------------------------------------------*/

/* After a call that returned r: 0 to try again, or a negative class. */
static int wait_for_more(const struct tls *t, int r, const char *what, struct error *err)
{
	switch (lib->get_error(t->ssl, r)) {
	case SSL_ERROR_WANT_READ:
		return wait_fd(t->fd, POLLIN, what, NULL, err);
	case SSL_ERROR_WANT_WRITE:
		return wait_fd(t->fd, POLLOUT, what, NULL, err);
	case SSL_ERROR_SYSCALL:
		if (errno)
			return error_set_errno(err, errno, "%s", what);
		return error_set(err, ERR_IO, "%s: the connection was cut", what);
	default:
		if (ERR_GET_REASON(lib->err_peek_error()) == SSL_R_UNEXPECTED_EOF_WHILE_READING)
			return error_set(err, ERR_IO, "%s: the connection was cut", what);
		return error_set(err, ERR_TLS, "%s: %s", what, reason());
	}
}

static int fail_name(const struct tls_options *o, struct error *err)
{
	error_set(err, ERR_TLS, "the certificate of '%s' is not for '%s'", o->peer,
		  o->name ? o->name : "");
	error_hint(err, "connect by a name in the certificate, or give that name with "
			"--tls-host");
	return -err->class;
}

static int fail_certificate(const struct tls_options *o, long result, struct error *err)
{
	const char *text = lib->verify_cert_error_string(result);

	switch (result) {
	case X509_V_ERR_HOSTNAME_MISMATCH:
	case X509_V_ERR_IP_ADDRESS_MISMATCH:
		return fail_name(o, err);
	case X509_V_ERR_CERT_HAS_EXPIRED:
		error_set(err, ERR_TLS, "the certificate of '%s' has expired", o->peer);
		error_hint(err, "renew it, and check the clock of this machine");
		break;
	case X509_V_ERR_CERT_NOT_YET_VALID:
		error_set(err, ERR_TLS, "the certificate of '%s' is not valid yet", o->peer);
		error_hint(err, "check the clocks of this machine and of the one that made it");
		break;
	case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
	case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
	case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
	case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
	case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
		error_set(err, ERR_TLS, "the certificate of '%s' is signed by no CA of %s%s%s",
			  o->peer, o->ca || o->capath ? "'" : "the system",
			  o->ca	      ? o->ca
			  : o->capath ? o->capath
				      : "",
			  o->ca || o->capath ? "'" : "");
		error_hint(err, "give the file of the CA that signed it with --tls-ca");
		break;
	default:
		error_set(err, ERR_TLS, "the certificate of '%s' is not accepted: %s", o->peer,
			  text);
	}
	return -err->class;
}

static int set_name(SSL *ssl, const struct tls_options *o)
{
	bool address;

	if (!o->name)
		return o->check == TLS_CHECK_NAME ? -1 : 0;
	if (o->check != TLS_CHECK_NAME) {
		/* A name is sent all the same: what stands between may choose the server by it. */
		address = strspn(o->name, "0123456789.") == strlen(o->name) ||
			  strchr(o->name, ':');
	} else {
		address = lib->param_set1_ip_asc(lib->get0_param(ssl), o->name) == 1;
		if (!address) {
			lib->set_hostflags(ssl, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
			if (lib->set1_host(ssl, o->name) != 1)
				return -1;
		}
	}
	if (!address)
		lib->ctrl(ssl, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name,
			  (void *)(uintptr_t)o->name);
	return 0;
}

static int shake_hands(struct tls *t, const struct tls_options *o, struct error *err)
{
	cleanup_free char *what = xasprintf("TLS handshake with '%s'", o->peer);
	long result;
	int r, done;

	do {
		errno = 0;
		lib->err_clear_error();
		done = lib->connect(t->ssl);
		if (done == 1)
			return 0;
		result = lib->get_verify_result(t->ssl);
		if (result != X509_V_OK && o->check != TLS_CHECK_NONE &&
		    lib->get_error(t->ssl, done) == SSL_ERROR_SSL)
			return fail_certificate(o, result, err);
		r = wait_for_more(t, done, what, err);
	} while (r == 0);
	return r;
}

int tls_connect(int fd, const struct tls_options *opts, struct tls **ret, struct error *err)
{
	struct tls *t;
	SSL_CTX *ctx;
	int r;

	lib = tls_library_open(err);
	ctx = lib ? get_ctx(opts, err) : NULL;
	if (!ctx)
		return -err->class;
	t = xcalloc(1, sizeof(*t));
	t->fd = fd;
	t->ssl = lib->new(ctx);
	if (!t->ssl || lib->set_fd(t->ssl, fd) != 1)
		r = error_set(err, ERR_TLS, "cannot use TLS: %s", reason());
	else if (set_name(t->ssl, opts) < 0)
		r = fail_name(opts, err);
	else
		r = shake_hands(t, opts, err);
	if (r < 0) {
		tls_free(t);
		return r;
	}
	*ret = t;
	return 0;
}

ssize_t tls_read(struct tls *t, void *buf, size_t len, const char *what, struct error *err)
{
	for (;;) {
		int n, r;

		errno = 0;
		lib->err_clear_error();
		n = lib->read(t->ssl, buf, len > INT_MAX ? INT_MAX : (int)len);
		if (n > 0)
			return n;
		if (lib->get_error(t->ssl, n) == SSL_ERROR_ZERO_RETURN)
			return 0;
		r = wait_for_more(t, n, what, err);
		if (r < 0)
			return r;
	}
}

int tls_write(struct tls *t, const void *buf, size_t len, const char *what, struct error *err)
{
	const char *p = buf;

	while (len) {
		int n, r;

		errno = 0;
		lib->err_clear_error();
		n = lib->write(t->ssl, p, len > INT_MAX ? INT_MAX : (int)len);
		if (n > 0) {
			p += n;
			len -= (size_t)n;
			continue;
		}
		r = wait_for_more(t, n, what, err);
		if (r < 0)
			return r;
	}
	return 0;
}

const char *tls_version(const struct tls *t)
{
	return lib->get_version(t->ssl);
}

const char *tls_cipher(const struct tls *t)
{
	return lib->cipher_get_name(lib->get_current_cipher(t->ssl));
}

void tls_free(struct tls *t)
{
	if (!t)
		return;
	if (t->ssl) {
		/* One message; whether it arrives is the other side's concern. */
		lib->err_clear_error();
		lib->shutdown(t->ssl);
		lib->free(t->ssl);
	}
	free(t);
}
