/* SPDX-License-Identifier: Apache-2.0 */
/* Patterns of parameters. A template may come from anywhere, so the work of matching is bounded. */
#include <string.h>

#include "base/limits.h"
#include "template/ere.h"
#include "template/param_internal.h"

/* A digit in most other languages, but POSIX says nothing of it: here it would be the letter. */
static bool means_digit(const char *pattern)
{
	for (const char *at = pattern; (at = strchr(at, '\\')) != NULL && at[1]; at += 2)
		if (at[1] == 'd' || at[1] == 'D')
			return true;
	return false;
}

int pattern_check(const char *pattern, struct error *err)
{
	cleanup_ere struct ere ere = ERE_INIT;

	if (means_digit(pattern))
		return error_set(err, ERR_INVALID,
				 "\\d is no digit in a POSIX expression: write [0-9]");
	return ere_compile(&ere, pattern, strlen(pattern), err);
}

int pattern_match(const char *pattern, const char *text, size_t len, struct error *err)
{
	cleanup_ere struct ere ere = ERE_INIT;
	size_t most = LIMIT_PATTERN_TEXT;

	if (ere_compile(&ere, pattern, strlen(pattern), err) < 0)
		return -ERR_INVALID;
	if (ere.len > LIMIT_PATTERN_STEPS / LIMIT_PATTERN_TEXT)
		most = LIMIT_PATTERN_STEPS / ere.len;
	if (len > most)
		return error_set(err, ERR_INVALID, "is longer than %zu bytes and cannot be matched",
				 most);
	return !memchr(text, '\0', len) && ere_matches(&ere, text, len);
}
