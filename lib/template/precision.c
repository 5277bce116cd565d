/* SPDX-License-Identifier: Apache-2.0 */
#include "template/precision.h"

#include <ctype.h>
#include <string.h>

#define DOUBLE_DIGITS 15 /* any decimal of that many significant digits survives a double */

static bool number_is_precise(const char *text, size_t len)
{
	bool leading = true, whole = true;
	size_t digits = 0, trailing_zeros = 0;

	for (size_t i = 0; i < len && text[i] != 'e' && text[i] != 'E'; i++) {
		if (text[i] == '.')
			whole = false;
		if (!isdigit((unsigned char)text[i]) || (leading && text[i] == '0'))
			continue;
		leading = false;
		digits++;
		trailing_zeros = text[i] == '0' ? trailing_zeros + 1 : 0;
	}
	whole = whole && !memchr(text, 'e', len) && !memchr(text, 'E', len);
	return digits - trailing_zeros <= DOUBLE_DIGITS || (whole && digits <= 18);
}

bool numbers_are_precise(const struct node *n)
{
	if (n->kind == NODE_NUMBER)
		return number_is_precise(n->text, n->len);
	if (n->kind == NODE_SEQ)
		for (uint32_t i = 0; i < n->len; i++)
			if (!numbers_are_precise(n->items[i]))
				return false;
	if (n->kind == NODE_MAP)
		for (uint32_t i = 0; i < n->len; i++)
			if (!numbers_are_precise(n->entries[i].value))
				return false;
	return true;
}
