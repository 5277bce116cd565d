/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * Which proxy is between us and an API server. The rules are Go's, as kubectl has them, and not
 * curl's: HTTPS_PROXY or https_proxy for https, HTTP_PROXY or http_proxy for http, no ALL_PROXY,
 * addresses in NO_PROXY by CIDR too, and what is on this machine is never behind a proxy.
 */

#include "kube/url.h"

/* Is the URL of a kubeconfig one that can be a proxy: http, https, socks5? -ERR_INVALID. */
int kube_proxy_check(const char *url, struct error *err);

/*
 * The proxy that the environment names for a server, whose scheme must be set: *ret is a URL for
 * the caller, or NULL. -ERR_INVALID for one of a kind that cannot be used.
 */
int kube_proxy_from_environment(const struct kube_url *server, char **ret, struct error *err);
