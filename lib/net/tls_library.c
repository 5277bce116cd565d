/* SPDX-License-Identifier: Apache-2.0 */
#include "net/tls_library.h"

#include <dlfcn.h>
#include <stdbool.h>
#include <string.h>

#include "base/memory.h"

static struct tls_library library;

static const struct {
	const char *name;
	void *slot;
} symbols[] = {
	{ "TLS_client_method", &library.client_method },
	{ "SSL_CTX_new", &library.ctx_new },
	{ "SSL_CTX_free", &library.ctx_free },
	{ "SSL_CTX_ctrl", &library.ctx_ctrl },
	{ "SSL_CTX_load_verify_file", &library.ctx_load_verify_file },
	{ "SSL_CTX_load_verify_dir", &library.ctx_load_verify_dir },
	{ "SSL_CTX_set_default_verify_paths", &library.ctx_set_default_verify_paths },
	{ "SSL_CTX_use_certificate_chain_file", &library.ctx_use_certificate_chain_file },
	{ "SSL_CTX_use_PrivateKey_file", &library.ctx_use_private_key_file },
	{ "SSL_CTX_check_private_key", &library.ctx_check_private_key },
	{ "SSL_CTX_set_verify", &library.ctx_set_verify },
	{ "SSL_CTX_set_default_passwd_cb", &library.ctx_set_default_passwd_cb },
	{ "SSL_new", &library.new },
	{ "SSL_free", &library.free },
	{ "SSL_ctrl", &library.ctrl },
	{ "SSL_set_fd", &library.set_fd },
	{ "SSL_set1_host", &library.set1_host },
	{ "SSL_set_hostflags", &library.set_hostflags },
	{ "SSL_get0_param", &library.get0_param },
	{ "X509_VERIFY_PARAM_set1_ip_asc", &library.param_set1_ip_asc },
	{ "SSL_connect", &library.connect },
	{ "SSL_read", &library.read },
	{ "SSL_write", &library.write },
	{ "SSL_shutdown", &library.shutdown },
	{ "SSL_get_error", &library.get_error },
	{ "SSL_get_verify_result", &library.get_verify_result },
	{ "SSL_get_version", &library.get_version },
	{ "SSL_get_current_cipher", &library.get_current_cipher },
	{ "SSL_CIPHER_get_name", &library.cipher_get_name },
	{ "X509_verify_cert_error_string", &library.verify_cert_error_string },
	{ "ERR_get_error", &library.err_get_error },
	{ "ERR_peek_error", &library.err_peek_error },
	{ "ERR_clear_error", &library.err_clear_error },
	{ "ERR_reason_error_string", &library.err_reason_error_string },
};

const struct tls_library *tls_library_open(struct error *err)
{
	static bool opened;
	void *handle;

	if (opened)
		return &library;
	/* It brings libcrypto, whose functions are found through it. */
	handle = dlopen("libssl.so.3", RTLD_NOW | RTLD_LOCAL);
	if (!handle) {
		error_set(err, ERR_TLS, "cannot use TLS: %s", dlerror());
		error_hint(err, "install OpenSSL 3 (package libssl3)");
		return NULL;
	}
	for (size_t i = 0; i < ARRAY_SIZE(symbols); i++) {
		void *symbol = dlsym(handle, symbols[i].name);

		if (!symbol) {
			error_set(err, ERR_TLS, "cannot use TLS: libssl has no function '%s'",
				  symbols[i].name);
			return NULL;
		}
		memcpy(symbols[i].slot, &symbol, sizeof(symbol));
	}
	opened = true;
	return &library;
}
