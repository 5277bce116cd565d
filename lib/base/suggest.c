/* SPDX-License-Identifier: Apache-2.0 */
#include "base/suggest.h"

#include <string.h>
#include <strings.h>

#define LONGEST 64

static size_t min3(size_t a, size_t b, size_t c)
{
	size_t m = a < b ? a : b;

	return m < c ? m : c;
}

size_t edit_distance(const char *a, const char *b)
{
	size_t rows[3][LONGEST + 1], *two_up = rows[0], *up = rows[1], *row = rows[2], *swap;
	size_t n = strlen(a), m = strlen(b);

	if (n > LONGEST || m > LONGEST)
		return n > m ? n : m;
	for (size_t j = 0; j <= m; j++)
		up[j] = j;
	memset(two_up, 0, sizeof(rows[0]));
	for (size_t i = 1; i <= n; i++) {
		row[0] = i;
		for (size_t j = 1; j <= m; j++) {
			size_t cost = a[i - 1] != b[j - 1];

			row[j] = min3(up[j] + 1, row[j - 1] + 1, up[j - 1] + cost);
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] &&
			    two_up[j - 2] + 1 < row[j])
				row[j] = two_up[j - 2] + 1;
		}
		swap = two_up;
		two_up = up;
		up = row;
		row = swap;
	}
	return up[m];
}

void suggest_offer(struct suggestion *s, const char *word, const char *candidate)
{
	size_t limit = strlen(word) / 3, d;

	if (limit < 2)
		limit = strlen(word) > 1 ? 2 : 1;
	d = strcasecmp(word, candidate) ? edit_distance(word, candidate) : 0;
	if (d > limit || d >= strlen(candidate))
		return;
	if (s->best && s->distance <= d)
		return;
	s->best = candidate;
	s->distance = d;
}
