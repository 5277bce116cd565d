/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Two texts compared line by line, shown as `diff -u` shows them. */

#include "base/strbuf.h"

#include <stdbool.h>

struct diff_side {
	const char *name; /* behind "---" or "+++" */
	const char *text;
	size_t len;
};

/*
 * Appends the differences, with three lines around each, and says whether there are any. colour:
 * with the escapes of a terminal. The fewest changed lines are shown (Myers, "An O(ND) Difference
 * Algorithm", 1986), unless there are more than some thousand of them.
 */
bool linediff(struct strbuf *out, const struct diff_side *from, const struct diff_side *to,
	      bool colour);
