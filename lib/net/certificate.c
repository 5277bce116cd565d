/* SPDX-License-Identifier: Apache-2.0 */
#include "net/certificate.h"

#include <stdlib.h>

#include "base/digest.h"
#include "base/memory.h"
#include "net/crypto_library.h"

struct certificate_ca {
	EVP_PKEY *key;
	X509 *certificate;
};

static int failed(const char *what, struct error *err)
{
	return error_set(err, ERR_TLS, "cannot make a certificate: libcrypto refuses %s", what);
}

static EVP_PKEY *new_key(const struct crypto_library *l)
{
	return l->q_keygen(NULL, NULL, "EC", "P-256");
}

/* RFC 5280 4.1.2.2: positive, at most 20 octets, and no two alike of one issuer. */
static bool set_serial(const struct crypto_library *l, X509 *x, struct error *err)
{
	uint64_t number;

	if (random_bytes((uint8_t *)&number, sizeof(number), err) < 0)
		return false;
	return l->integer_set(l->get_serial(x), (number >> 2) + 1) == 1;
}

static bool add_extension(const struct crypto_library *l, X509 *x, X509 *issuer, int nid,
			  const char *value)
{
	X509V3_CTX ctx = { 0 };
	X509_EXTENSION *e;
	bool ok;

	l->set_ctx(&ctx, issuer, x, NULL, NULL, 0);
	e = l->ext_conf_nid(NULL, &ctx, nid, value);
	ok = e && l->add_ext(x, e, -1) == 1;
	l->extension_free(e);
	return ok;
}

/* Everything but the extensions and the signature. */
static X509 *new_certificate(const struct crypto_library *l, const char *name, EVP_PKEY *key,
			     struct error *err)
{
	X509 *x = l->x509_new();
	/* A day ago: the clock of who checks may be behind. */
	bool ok = x && l->set_version(x, X509_VERSION_3) == 1 && set_serial(l, x, err) &&
		  l->gmtime_adj(l->not_before(x), -86400) &&
		  l->gmtime_adj(l->not_after(x), (long)CERTIFICATE_DAYS * 86400) &&
		  l->set_pubkey(x, key) == 1 &&
		  l->name_add(l->get_subject(x), "CN", MBSTRING_UTF8,
			      (const unsigned char *)name, -1, -1, 0) == 1;

	if (ok)
		return x;
	l->x509_free(x);
	if (!err->class)
		failed("its fields", err);
	return NULL;
}

int certificate_ca_new(const char *name, struct certificate_ca **ret, struct error *err)
{
	const struct crypto_library *l = crypto_library_open(err);
	cleanup_certificate_ca struct certificate_ca *ca = NULL;
	X509 *x;

	if (!l)
		return -ERR_TLS;
	ca = xcalloc(1, sizeof(*ca));
	ca->key = new_key(l);
	if (!ca->key)
		return failed("a key", err);
	x = ca->certificate = new_certificate(l, name, ca->key, err);
	if (!x)
		return -ERR_TLS;
	if (l->set_issuer(x, l->get_subject(x)) != 1 ||
	    !add_extension(l, x, x, NID_basic_constraints, "critical,CA:TRUE,pathlen:0") ||
	    !add_extension(l, x, x, NID_key_usage, "critical,keyCertSign,cRLSign") ||
	    !add_extension(l, x, x, NID_subject_key_identifier, "hash") ||
	    l->sign(x, ca->key, l->sha256()) == 0)
		return failed("to sign a CA", err);
	*ret = TAKE_PTR(ca);
	return 0;
}

void certificate_ca_free(struct certificate_ca *ca)
{
	struct error ignored = ERROR_INIT;
	const struct crypto_library *l;

	if (!ca)
		return;
	l = crypto_library_open(&ignored);
	if (l) {
		l->x509_free(ca->certificate);
		l->pkey_free(ca->key);
	}
	error_release(&ignored);
	free(ca);
}

void cleanup_certificate_ca_fn(struct certificate_ca **ca)
{
	certificate_ca_free(*ca);
}

/* ---- as text -------------------------------------------------------------------------------- */

/* One of the two. */
static int add_pem(const struct crypto_library *l, X509 *x, EVP_PKEY *key, struct strbuf *out,
		   struct error *err)
{
	BIO *bio = l->bio_new(l->bio_s_mem());
	char *text = NULL;
	long len = 0;
	bool ok = bio != NULL;

	if (ok && x)
		ok = l->pem_write_x509(bio, x) == 1;
	if (ok && key)
		ok = l->pem_write_key(bio, key, NULL, NULL, 0, NULL, NULL) == 1;
	if (ok)
		len = l->bio_ctrl(bio, BIO_CTRL_INFO, 0, &text);
	if (ok && len > 0)
		strbuf_add(out, text, (size_t)len);
	(void)l->bio_free(bio);
	return ok && len > 0 ? 0 : failed("to write PEM", err);
}

int certificate_ca_pem(const struct certificate_ca *ca, struct strbuf *out, struct error *err)
{
	const struct crypto_library *l = crypto_library_open(err);

	return l ? add_pem(l, ca->certificate, NULL, out, err) : -ERR_TLS;
}

static int sign_for(const struct crypto_library *l, const struct certificate_ca *ca, X509 *x,
		    const char *name, const char *address, struct error *err)
{
	cleanup_free char *names = xasprintf("DNS:%s,IP:%s", name, address);
	X509 *by = ca->certificate;
	bool ok = l->set_issuer(x, l->get_subject(by)) == 1 &&
		  add_extension(l, x, by, NID_basic_constraints, "critical,CA:FALSE") &&
		  add_extension(l, x, by, NID_key_usage, "critical,digitalSignature") &&
		  add_extension(l, x, by, NID_ext_key_usage, "serverAuth,clientAuth") &&
		  add_extension(l, x, by, NID_subject_alt_name, names) &&
		  add_extension(l, x, by, NID_authority_key_identifier, "keyid") &&
		  l->sign(x, ca->key, l->sha256()) != 0;

	return ok ? 0 : failed("to sign it", err);
}

int certificate_issue(const struct certificate_ca *ca, const char *name, const char *address,
		      struct strbuf *certificate, struct strbuf *key, struct error *err)
{
	const struct crypto_library *l = crypto_library_open(err);
	EVP_PKEY *own;
	X509 *x;
	int r;

	if (!l)
		return -ERR_TLS;
	own = new_key(l);
	if (!own)
		return failed("a key", err);
	x = new_certificate(l, name, own, err);
	r = x ? sign_for(l, ca, x, name, address, err) : -ERR_TLS;
	if (r == 0)
		r = add_pem(l, x, NULL, certificate, err);
	if (r == 0)
		r = add_pem(l, NULL, own, key, err);
	l->x509_free(x);
	l->pkey_free(own);
	return r;
}
