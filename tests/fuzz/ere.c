/* SPDX-License-Identifier: Apache-2.0 */
/* A pattern, a line end, and what is matched with it: bounded, and (a|b) is a or b. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/memory.h"
#include "template/ere.h"

static void check(bool ok)
{
	if (!ok)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	cleanup_ere struct ere ere = ERE_INIT, twice = ERE_INIT;
	cleanup_error struct error err = ERROR_INIT, again = ERROR_INIT;
	const char *pattern = (const char *)data;
	const char *end = size ? memchr(data, '\n', size) : NULL;
	size_t len = end ? (size_t)(end - pattern) : size;
	size_t text_len = end ? size - len - 1 : 0;
	cleanup_free char *both = xasprintf("(%.*s)|%.*s", (int)len, pattern, (int)len, pattern);
	bool matches;

	if (len == 0 || memchr(pattern, '\0', len))
		return 0;
	if (ere_compile(&ere, pattern, len, &err) < 0) {
		check(err.message != NULL);
		return 0;
	}
	if (ere.len > LIMIT_PATTERN_STEPS / (text_len + 1))
		return 0;
	matches = ere_matches(&ere, pattern + len + (end != NULL), text_len);
	/* The same pattern in a group and beside itself, where it is not too large for that. */
	if (ere_compile(&twice, both, strlen(both), &again) == 0)
		check(matches == ere_matches(&twice, pattern + len + (end != NULL), text_len));
	return 0;
}
