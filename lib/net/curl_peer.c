/* SPDX-License-Identifier: Apache-2.0 */
#include "net/curl_peer.h"

#include <string.h>
#include <strings.h>

#include "base/memory.h"

static bool set_blob(const struct curl_library *curl, CURL *easy, CURLoption option,
		     const char *pem)
{
	struct curl_blob blob = { .data = (void *)(uintptr_t)pem,
				  .len = strlen(pem),
				  .flags = CURL_BLOB_COPY };

	return curl->easy_setopt(easy, option, &blob) == CURLE_OK;
}

int curl_peer_set_tls(const struct curl_library *curl, CURL *easy, const struct http_peer *peer,
		      struct error *err)
{
	__typeof__(curl_easy_setopt) *setopt = curl->easy_setopt;
	bool good = true;

	setopt(easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	setopt(easy, CURLOPT_SSL_VERIFYPEER, peer->insecure ? 0L : 1L);
	setopt(easy, CURLOPT_SSL_VERIFYHOST, peer->insecure ? 0L : 2L);
	if (peer->ca) {
		setopt(easy, CURLOPT_CAPATH, NULL);
		good &= set_blob(curl, easy, CURLOPT_CAINFO_BLOB, peer->ca);
	} else if (peer->ca_file) {
		setopt(easy, CURLOPT_CAINFO, peer->ca_file);
	}
	if (peer->cert && peer->key) {
		setopt(easy, CURLOPT_SSLCERTTYPE, "PEM");
		good &= set_blob(curl, easy, CURLOPT_SSLCERT_BLOB, peer->cert);
		setopt(easy, CURLOPT_SSLKEYTYPE, "PEM");
		good &= set_blob(curl, easy, CURLOPT_SSLKEY_BLOB, peer->key);
	}
	if (good)
		return 0;
	error_set(err, ERR_TLS, "this libcurl does not take certificates from memory");
	error_hint(err, "install libcurl 7.77 or later that uses OpenSSL (package libcurl4)");
	return -ERR_TLS;
}

void curl_peer_set_route(const struct curl_library *curl, CURL *easy, const struct http_peer *peer,
			 struct curl_slist **ret)
{
	__typeof__(curl_easy_setopt) *setopt = curl->easy_setopt;
	const char *proxy = peer->proxy ? peer->proxy : "";
	cleanup_free char *named = NULL;

	/* The proxy looks names up, as Go has it. */
	if (strncasecmp(proxy, "socks5://", 9) == 0)
		proxy = named = xasprintf("socks5h://%s", proxy + 9);
	setopt(easy, CURLOPT_PROXY, proxy);
	setopt(easy, CURLOPT_NOPROXY, "");
	*ret = NULL;
	if (peer->connect_to) {
		cleanup_free char *all = xasprintf("::%s", peer->connect_to);

		*ret = curl->slist_append(NULL, all);
		setopt(easy, CURLOPT_CONNECT_TO, *ret);
	}
}
