/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Kubernetes quantities: a fraction and the family of its suffix. */

#include "template/fraction.h"

struct quantity_suffix {
	const char *text;
	int exp10, exp2; /* what it multiplies by: one of the two is 0 */
};

/* The suffix that text is whole (not the empty one), or NULL. */
const struct quantity_suffix *quantity_suffix_find(const char *text, size_t len);
/* Family of a suffix. */
enum quantity_family quantity_suffix_family(const struct quantity_suffix *s);

/*
 * Writes the canonical text (docs/templates.md) and a NUL, returns the length. Binary quantities
 * are rounded down to whole units, decimal ones up to thousandths.
 */
size_t quantity_print(struct fraction q, enum quantity_family family, char buf[VALUE_TEXT_MAX]);
/*
 * Writes exact text with a suffix, as an expression takes it, and a NUL; 0: there is none whose
 * digits fit a 128-bit integer.
 */
size_t quantity_print_literal(struct fraction q, enum quantity_family family,
			      char buf[VALUE_TEXT_MAX]);
