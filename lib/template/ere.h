/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * POSIX extended regular expressions over bytes, for patterns and values that come from anywhere:
 * matching takes time in proportion to the size of the program times the length of the text, and
 * nothing is tried twice (Thompson's automaton, all of its states at once).
 *
 * What it takes is what regcomp() of glibc takes with REG_EXTENDED in the C locale, GNU's \w \W \s
 * \S \b \B \< \> \` \' included. Refused: back-references, and a ')' that nothing opened.
 *
 *	ere_compile(&ere, pattern, strlen(pattern), &err);
 *	ere_matches(&ere, text, len);
 *	ere_release(&ere);
 *
 * Private to lib/template.
 */

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ere_op;
struct ere_set;

struct ere {
	struct ere_op *ops;
	size_t len, alloc;
	struct ere_set *sets; /* the bracket expressions, which ops name by number */
	size_t set_count, set_alloc;
};

#define ERE_INIT { .ops = NULL }

/*
 * Reads a pattern of len bytes (none of them NUL) into *ere, which is ERE_INIT. -ERR_INVALID with a
 * message without position, such as "unmatched [": *ere is to be released all the same.
 */
int ere_compile(struct ere *ere, const char *pattern, size_t len, struct error *err);
void ere_release(struct ere *ere);

/* Whether the whole text is one match; '.' takes line ends and NULs too. */
bool ere_matches(const struct ere *ere, const char *text, size_t len);

#define cleanup_ere __attribute__((cleanup(ere_release)))
