/* SPDX-License-Identifier: Apache-2.0 */
#include "net/curl_library.h"

#include "base/memory.h"

#include <dlfcn.h>
#include <stdbool.h>
#include <string.h>

/*
 * libcurl has kept its ABI under this name since 2006; distributions differ in the TLS behind
 * it.
 */
static const char *const file_names[] = { "libcurl.so.4", "libcurl-gnutls.so.4" };

static void *open_any(void)
{
	void *handle = NULL;

	for (size_t i = 0; i < ARRAY_SIZE(file_names) && !handle; i++)
		handle = dlopen(file_names[i], RTLD_NOW | RTLD_LOCAL);
	return handle;
}

const struct curl_library *curl_library_open(struct error *err)
{
	static struct curl_library library;
	static bool opened;
	__typeof__(curl_global_init) *global_init = NULL;
	const struct {
		const char *name;
		void *slot;
	} symbols[] = {
		{ "curl_global_init", &global_init },
		{ "curl_easy_init", &library.easy_init },
		{ "curl_easy_cleanup", &library.easy_cleanup },
		{ "curl_easy_setopt", &library.easy_setopt },
		{ "curl_easy_getinfo", &library.easy_getinfo },
		{ "curl_easy_perform", &library.easy_perform },
		{ "curl_easy_pause", &library.easy_pause },
		{ "curl_easy_strerror", &library.easy_strerror },
		{ "curl_easy_recv", &library.easy_recv },
		{ "curl_easy_send", &library.easy_send },
		{ "curl_multi_init", &library.multi_init },
		{ "curl_multi_cleanup", &library.multi_cleanup },
		{ "curl_multi_setopt", &library.multi_setopt },
		{ "curl_multi_add_handle", &library.multi_add_handle },
		{ "curl_multi_remove_handle", &library.multi_remove_handle },
		{ "curl_multi_socket_action", &library.multi_socket_action },
		{ "curl_multi_info_read", &library.multi_info_read },
		{ "curl_slist_append", &library.slist_append },
		{ "curl_slist_free_all", &library.slist_free_all },
	};
	void *handle;

	if (opened)
		return &library;
	handle = open_any();
	if (!handle) {
		error_set(err, ERR_FAILED, "cannot read URLs: %s", dlerror());
		error_hint(err, "install libcurl 4 (package libcurl4), or give a file");
		return NULL;
	}
	for (size_t i = 0; i < ARRAY_SIZE(symbols); i++) {
		void *symbol = dlsym(handle, symbols[i].name);

		if (!symbol) {
			error_set(err, ERR_FAILED, "cannot read URLs: libcurl has no function '%s'",
				  symbols[i].name);
			return NULL;
		}
		memcpy(symbols[i].slot, &symbol, sizeof(symbol));
	}
	if (global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
		error_set(err, ERR_FAILED, "cannot read URLs: libcurl does not start");
		return NULL;
	}
	opened = true;
	return &library;
}
