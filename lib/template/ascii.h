/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Kinds of ASCII characters, whatever the locale. Private to lib/template. */

#include <stdbool.h>

static inline bool ascii_is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static inline bool ascii_is_lower(char c)
{
	return c >= 'a' && c <= 'z';
}

static inline bool ascii_is_upper(char c)
{
	return c >= 'A' && c <= 'Z';
}

static inline bool ascii_is_alnum(char c)
{
	return ascii_is_digit(c) || ascii_is_lower(c) || ascii_is_upper(c);
}

static inline bool ascii_is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* What isspace() says in the C locale. */
static inline bool ascii_is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}
