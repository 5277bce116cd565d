/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * What the readers of jsonpath and go-template share: places in a text that is read from front
 * to back, words, and the escapes of Go's quoted strings.
 */

#include "base/error.h"
#include "base/strbuf.h"

#include <stdbool.h>

struct place {
	const char *text, *file;
	const char *at; /* the last place asked for */
	uint32_t line, column;
};

static inline struct place place_begin(const char *text, const char *file)
{
	return (struct place){ text, file, text, 1, 1 };
}

/*
 * The position of a byte of the text; text and file are borrowed. Asking for a place behind the
 * last one costs the bytes in between.
 */
struct pos place_of(struct place *p, const char *at);

/* Letters, digits, "_", and bytes from 0x80 on, which count as letters. */
static inline bool scan_is_word(char c)
{
	return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || (unsigned char)c >= 0x80;
}

/*
 * Reads what stands behind a backslash, and adds the character. *at moves behind it, or stays where
 * it is wrong; then the result is false. *ret is the character.
 */
bool scan_unescape(const char **at, const char *end, char quote, struct strbuf *out,
		   uint32_t *ret);
