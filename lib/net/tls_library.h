/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* libssl 3 and libcrypto 3, opened when the first connection with TLS is. See curl_library.h. */

#include "base/error.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

struct tls_library {
	__typeof__(TLS_client_method) *client_method;
	__typeof__(SSL_CTX_new) *ctx_new;
	__typeof__(SSL_CTX_free) *ctx_free;
	__typeof__(SSL_CTX_ctrl) *ctx_ctrl;
	__typeof__(SSL_CTX_load_verify_file) *ctx_load_verify_file;
	__typeof__(SSL_CTX_load_verify_dir) *ctx_load_verify_dir;
	__typeof__(SSL_CTX_set_default_verify_paths) *ctx_set_default_verify_paths;
	__typeof__(SSL_CTX_use_certificate_chain_file) *ctx_use_certificate_chain_file;
	__typeof__(SSL_CTX_use_PrivateKey_file) *ctx_use_private_key_file;
	__typeof__(SSL_CTX_check_private_key) *ctx_check_private_key;
	__typeof__(SSL_CTX_set_verify) *ctx_set_verify;
	__typeof__(SSL_CTX_set_default_passwd_cb) *ctx_set_default_passwd_cb;
	__typeof__(SSL_new) *new;
	__typeof__(SSL_free) *free;
	__typeof__(SSL_ctrl) *ctrl;
	__typeof__(SSL_set_fd) *set_fd;
	__typeof__(SSL_set1_host) *set1_host;
	__typeof__(SSL_set_hostflags) *set_hostflags;
	__typeof__(SSL_get0_param) *get0_param;
	__typeof__(X509_VERIFY_PARAM_set1_ip_asc) *param_set1_ip_asc;
	__typeof__(SSL_connect) *connect;
	__typeof__(SSL_read) *read;
	__typeof__(SSL_write) *write;
	__typeof__(SSL_shutdown) *shutdown;
	__typeof__(SSL_get_error) *get_error;
	__typeof__(SSL_get_verify_result) *get_verify_result;
	__typeof__(SSL_get_version) *get_version;
	__typeof__(SSL_get_current_cipher) *get_current_cipher;
	__typeof__(SSL_CIPHER_get_name) *cipher_get_name;
	__typeof__(X509_verify_cert_error_string) *verify_cert_error_string;
	__typeof__(ERR_get_error) *err_get_error;
	__typeof__(ERR_peek_error) *err_peek_error;
	__typeof__(ERR_clear_error) *err_clear_error;
	__typeof__(ERR_reason_error_string) *err_reason_error_string;
};

/* The table, or NULL with an error that says what to install. It stays open until the end. */
const struct tls_library *tls_library_open(struct error *err);
