/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* What of libcrypto 3 makes certificates; opened when first needed. See curl_library.h. */

#include "base/error.h"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

struct crypto_library {
	__typeof__(EVP_PKEY_Q_keygen) *q_keygen;
	__typeof__(EVP_PKEY_free) *pkey_free;
	__typeof__(EVP_sha256) *sha256;
	__typeof__(X509_new) *x509_new;
	__typeof__(X509_free) *x509_free;
	__typeof__(X509_set_version) *set_version;
	__typeof__(X509_get_serialNumber) *get_serial;
	__typeof__(ASN1_INTEGER_set_uint64) *integer_set;
	__typeof__(X509_gmtime_adj) *gmtime_adj;
	__typeof__(X509_getm_notBefore) *not_before;
	__typeof__(X509_getm_notAfter) *not_after;
	__typeof__(X509_get_subject_name) *get_subject;
	__typeof__(X509_NAME_add_entry_by_txt) *name_add;
	__typeof__(X509_set_issuer_name) *set_issuer;
	__typeof__(X509_set_pubkey) *set_pubkey;
	__typeof__(X509_add_ext) *add_ext;
	__typeof__(X509_sign) *sign;
	__typeof__(X509V3_set_ctx) *set_ctx;
	__typeof__(X509V3_EXT_conf_nid) *ext_conf_nid;
	__typeof__(X509_EXTENSION_free) *extension_free;
	__typeof__(BIO_new) *bio_new;
	__typeof__(BIO_s_mem) *bio_s_mem;
	__typeof__(BIO_free) *bio_free;
	__typeof__(BIO_ctrl) *bio_ctrl;
	__typeof__(PEM_write_bio_X509) *pem_write_x509;
	__typeof__(PEM_write_bio_PKCS8PrivateKey) *pem_write_key;
};

/* The table, or NULL with an error that says what to install. It stays open until the end. */
const struct crypto_library *crypto_library_open(struct error *err);
