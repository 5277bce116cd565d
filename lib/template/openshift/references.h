/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * References of OpenShift Templates: ${NAME} anywhere in a string, ${{NAME}} only as the
 * whole string. NAME is [A-Za-z0-9_]+; whatever else looks like one ("${a-b}", "${ X }") is
 * plain text.
 */

#include <stdbool.h>
#include <stddef.h>

struct reference {
	size_t start, end; /* bytes of the text, "${" and "}" included */
	const char *name;  /* into the text, not NUL-ended */
	size_t name_len;
};

/*
 * Finds the next ${NAME} at or behind *at, leftmost first, and sets *at behind it.
 *
 *	for (size_t at = 0; reference_next(s, len, &at, &ref);)
 */
bool reference_next(const char *s, size_t len, size_t *at, struct reference *ret);

/* True if the whole text is ${{NAME}}. */
bool reference_whole(const char *s, size_t len, struct reference *ret);

/* True if the text holds "${" at all: what cannot be changed is told from the rest by this. */
bool reference_possible(const char *s, size_t len);
