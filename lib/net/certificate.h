/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * Certificates for servers that live on this machine for a while: a CA of their own, whose key is
 * used here and then forgotten, and a certificate for each address. P-256, SHA-256, X.509 v3.
 */

#include "base/error.h"
#include "base/strbuf.h"

struct certificate_ca;

#define CERTIFICATE_DAYS 3650 /* a sandbox may stay for long */

/* A new CA of this name. -ERR_TLS without libcrypto. */
int certificate_ca_new(const char *name, struct certificate_ca **ret, struct error *err);
void certificate_ca_free(struct certificate_ca *ca);
void cleanup_certificate_ca_fn(struct certificate_ca **ca);
#define cleanup_certificate_ca __attribute__((cleanup(cleanup_certificate_ca_fn)))

/* Appends its certificate as PEM. */
int certificate_ca_pem(const struct certificate_ca *ca, struct strbuf *out, struct error *err);
/*
 * Signs a certificate for a server of this name at this IP address (both are in its
 * subjectAltName), good for clients too, and appends it and its key as PEM.
 */
int certificate_issue(const struct certificate_ca *ca, const char *name, const char *address,
		      struct strbuf *certificate, struct strbuf *key, struct error *err);
