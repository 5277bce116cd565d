/* SPDX-License-Identifier: Apache-2.0 */
#include "mysql/library.h"

#include <dlfcn.h>
#include <stdbool.h>
#include <string.h>

#include "base/memory.h"

#undef mysql_library_init

static struct mysql_library library;
static __typeof__(mysql_server_init) *server_init;

static const struct {
	const char *name;
	void *slot;
} symbols[] = {
	{ "mysql_server_init", &server_init },
	{ "mysql_init", &library.init },
	{ "mysql_close", &library.close },
	{ "mysql_options", &library.options },
	{ "mysql_options4", &library.options4 },
	{ "mysql_real_connect", &library.real_connect },
	{ "mysql_real_query", &library.real_query },
	{ "mysql_use_result", &library.use_result },
	{ "mysql_fetch_row", &library.fetch_row },
	{ "mysql_fetch_lengths", &library.fetch_lengths },
	{ "mysql_fetch_fields", &library.fetch_fields },
	{ "mysql_num_fields", &library.num_fields },
	{ "mysql_field_count", &library.field_count },
	{ "mysql_free_result", &library.free_result },
	{ "mysql_next_result", &library.next_result },
	{ "mysql_more_results", &library.more_results },
	{ "mysql_affected_rows", &library.affected_rows },
	{ "mysql_errno", &library.error_number },
	{ "mysql_error", &library.error_text },
	{ "mysql_real_escape_string", &library.real_escape_string },
	{ "mysql_net_read_packet", &library.net_read_packet },
	{ "mysql_client_find_plugin", &library.client_find_plugin },
};

const struct mysql_library *mysql_library_open(struct error *err)
{
	static bool opened;
	void *handle;

	if (opened)
		return &library;
	handle = dlopen("libmariadb.so.3", RTLD_NOW | RTLD_LOCAL);
	if (!handle) {
		error_set(err, ERR_FAILED, "cannot connect to servers: %s", dlerror());
		error_hint(err, "install MariaDB Connector/C 3 (package libmariadb3)");
		return NULL;
	}
	for (size_t i = 0; i < ARRAY_SIZE(symbols); i++) {
		void *symbol = dlsym(handle, symbols[i].name);

		if (!symbol) {
			error_set(err, ERR_FAILED,
				  "cannot connect to servers: libmariadb has no function '%s'",
				  symbols[i].name);
			return NULL;
		}
		memcpy(symbols[i].slot, &symbol, sizeof(symbol));
	}
	if (server_init(0, NULL, NULL) != 0) {
		error_set(err, ERR_FAILED, "cannot connect to servers: libmariadb does not start");
		return NULL;
	}
	opened = true;
	return &library;
}
