/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Where an API server or a proxy is, as Go's net/url reads it: other clients share the files. */

#include "base/error.h"
#include "base/strbuf.h"

#include <stdbool.h>

struct kube_url {
	char *scheme; /* lower case; NULL if the text has none */
	char *host;   /* without brackets */
	unsigned port; /* 0: not said */
	char *path;   /* "/prefix" without the last '/', or "" */
	bool has_user; /* there is a name or a password before the host */
};

/*
 * "https://host:port/path", "[::1]:6443", "host". Query and fragment are left out; without a scheme
 * there is no path. -ERR_INVALID with a reason that does not show the text, which may hold a
 * password; kube_url_add_shown() does.
 */
int kube_url_parse(const char *text, struct kube_url *ret, struct error *err);
/* The port, or the usual one of the scheme. */
unsigned kube_url_port(const struct kube_url *u);
/* The URL without user and password; scheme is used if it has none. */
void kube_url_add(struct strbuf *out, const struct kube_url *u, const char *scheme);
/* Any text without what stands before an '@': for messages. */
void kube_url_add_shown(struct strbuf *out, const char *text);
void kube_url_release(struct kube_url *u);

#define cleanup_kube_url __attribute__((cleanup(kube_url_release)))
