/* SPDX-License-Identifier: Apache-2.0 */

/* The first packet of a server: what is accepted can be shown, what is not has a message. */

#include "mysql/greeting.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_text(const char *text, size_t size)
{
	size_t len = strnlen(text, size);

	if (len == size)
		abort();
	for (size_t i = 0; i < len; i++)
		if (!isgraph((unsigned char)text[i]))
			abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	cleanup_error struct error err = ERROR_INIT;
	struct greeting g;

	if (greeting_is_error(data, size) && size < 3)
		abort();
	if (greeting_read(data, size, "x", &g, &err) < 0) {
		if (!err.message || !err.hint)
			abort();
		return 0;
	}
	check_text(g.version, sizeof(g.version));
	check_text(g.plugin, sizeof(g.plugin));
	return 0;
}
