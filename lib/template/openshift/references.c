/* SPDX-License-Identifier: Apache-2.0 */
#include "template/openshift/references.h"

#include <string.h>

static bool is_name_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '_';
}

/* Bytes of a name that starts at s. */
static size_t name_length(const char *s, size_t len)
{
	size_t n = 0;

	while (n < len && is_name_char(s[n]))
		n++;
	return n;
}

bool reference_next(const char *s, size_t len, size_t *at, struct reference *ret)
{
	size_t i = *at;

	while (i + 3 < len) {
		const char *dollar = memchr(s + i, '$', len - i - 3);
		size_t n;

		if (!dollar)
			break;
		i = (size_t)(dollar - s);
		if (s[i + 1] != '{') {
			i++;
			continue;
		}
		n = name_length(s + i + 2, len - i - 2);
		if (n == 0 || i + 2 + n >= len || s[i + 2 + n] != '}') {
			i += 2 + n;
			continue;
		}
		*ret = (struct reference){ .start = i, .end = i + n + 3,
					   .name = s + i + 2, .name_len = n };
		*at = ret->end;
		return true;
	}
	*at = len;
	return false;
}

bool reference_whole(const char *s, size_t len, struct reference *ret)
{
	size_t n;

	if (len < 6 || memcmp(s, "${{", 3) != 0 || memcmp(s + len - 2, "}}", 2) != 0)
		return false;
	n = name_length(s + 3, len - 3);
	if (n != len - 5)
		return false;
	*ret = (struct reference){ .start = 0, .end = len, .name = s + 3, .name_len = n };
	return true;
}

bool reference_possible(const char *s, size_t len)
{
	while (len > 1) {
		const char *dollar = memchr(s, '$', len - 1);

		if (!dollar)
			return false;
		if (dollar[1] == '{')
			return true;
		len -= (size_t)(dollar - s) + 1;
		s = dollar + 1;
	}
	return false;
}
