/* SPDX-License-Identifier: Apache-2.0 */
#include "net/crypto_library.h"

#include <dlfcn.h>
#include <stdbool.h>
#include <string.h>

#include "base/memory.h"

static struct crypto_library library;

static const struct {
	const char *name;
	void *slot;
} symbols[] = {
	{ "EVP_PKEY_Q_keygen", &library.q_keygen },
	{ "EVP_PKEY_free", &library.pkey_free },
	{ "EVP_sha256", &library.sha256 },
	{ "X509_new", &library.x509_new },
	{ "X509_free", &library.x509_free },
	{ "X509_set_version", &library.set_version },
	{ "X509_get_serialNumber", &library.get_serial },
	{ "ASN1_INTEGER_set_uint64", &library.integer_set },
	{ "X509_gmtime_adj", &library.gmtime_adj },
	{ "X509_getm_notBefore", &library.not_before },
	{ "X509_getm_notAfter", &library.not_after },
	{ "X509_get_subject_name", &library.get_subject },
	{ "X509_NAME_add_entry_by_txt", &library.name_add },
	{ "X509_set_issuer_name", &library.set_issuer },
	{ "X509_set_pubkey", &library.set_pubkey },
	{ "X509_add_ext", &library.add_ext },
	{ "X509_sign", &library.sign },
	{ "X509V3_set_ctx", &library.set_ctx },
	{ "X509V3_EXT_conf_nid", &library.ext_conf_nid },
	{ "X509_EXTENSION_free", &library.extension_free },
	{ "BIO_new", &library.bio_new },
	{ "BIO_s_mem", &library.bio_s_mem },
	{ "BIO_free", &library.bio_free },
	{ "BIO_ctrl", &library.bio_ctrl },
	{ "PEM_write_bio_X509", &library.pem_write_x509 },
	{ "PEM_write_bio_PKCS8PrivateKey", &library.pem_write_key },
};

const struct crypto_library *crypto_library_open(struct error *err)
{
	static bool opened;
	void *handle;

	if (opened)
		return &library;
	handle = dlopen("libcrypto.so.3", RTLD_NOW | RTLD_LOCAL);
	if (!handle) {
		error_set(err, ERR_TLS, "cannot make certificates: %s", dlerror());
		error_hint(err, "install OpenSSL 3 (package libssl3)");
		return NULL;
	}
	for (size_t i = 0; i < ARRAY_SIZE(symbols); i++) {
		void *symbol = dlsym(handle, symbols[i].name);

		if (!symbol) {
			error_set(err, ERR_TLS,
				  "cannot make certificates: libcrypto has no function '%s'",
				  symbols[i].name);
			return NULL;
		}
		memcpy(symbols[i].slot, &symbol, sizeof(symbol));
	}
	opened = true;
	return &library;
}
