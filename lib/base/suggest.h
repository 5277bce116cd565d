/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* "did you mean": the nearest of a set of words. */

#include <stddef.h>

/* Edit distance with transpositions (optimal string alignment). */
size_t edit_distance(const char *a, const char *b);

struct suggestion {
	const char *best; /* borrowed, NULL: none is near */
	size_t distance;
};
/*
 * Offers a candidate for word; keeps it if it is nearer than the best so far and at most a third of
 * the word's length away (at most 2 for shorter words).
 */
void suggest_offer(struct suggestion *s, const char *word, const char *candidate);
