/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * TLS over a descriptor of net/dial.h, in a task. Connections with the same files share what was
 * read from them for as long as the program runs: reading the CAs of the system takes 25 ms and
 * 1 MB, and a handshake 1 ms.
 *
 * Errors: -ERR_TLS, with the certificate's defect and a hint; and those of net/dial.h.
 */

#include "base/error.h"

#include <stddef.h>
#include <sys/types.h>

struct tls;

enum tls_check {
	TLS_CHECK_NONE, /* encrypted, to whom is not known */
	TLS_CHECK_CA,	/* the certificate is signed by a known CA */
	TLS_CHECK_NAME, /* and names the host */
};

struct tls_options {
	enum tls_check check;
	const char *ca, *capath; /* both NULL: the CAs of the system */
	const char *cert, *key;	 /* of the client; a missing one is in the file of the other */
	const char *name;	 /* host name or address in the certificate; sent too, if a name */
	const char *peer;	 /* how messages call the other side */
};

/* fd stays the caller's, who closes it after tls_free(). */
int tls_connect(int fd, const struct tls_options *opts, struct tls **ret, struct error *err);
/* As socket_read() and socket_write(). */
ssize_t tls_read(struct tls *t, void *buf, size_t len, const char *what, struct error *err);
int tls_write(struct tls *t, const void *buf, size_t len, const char *what, struct error *err);
/* "TLSv1.3", "TLS_AES_256_GCM_SHA384" */
const char *tls_version(const struct tls *t);
const char *tls_cipher(const struct tls *t);
/* Says good-bye without waiting. NULL is accepted. */
void tls_free(struct tls *t);
