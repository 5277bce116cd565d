/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* How curl reaches a peer and knows it, for all that use it that way. For lib/net/ only. */

#include "net/curl_library.h"
#include "net/http_client.h"

/* A CA that could not be set never leaves those of the system in its place: -ERR_TLS. */
int curl_peer_set_tls(const struct curl_library *curl, CURL *easy, const struct http_peer *peer,
		      struct error *err);
/*
 * The proxy and the address of the peer, and nothing of what the environment says: whose rules they
 * are is the caller's business. *ret is to be freed after the handle; NULL if there is none.
 */
void curl_peer_set_route(const struct curl_library *curl, CURL *easy, const struct http_peer *peer,
			 struct curl_slist **ret);
