/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * Elastic tab stops as Go's text/tabwriter makes them: cells end in a tab, a column is a run of
 * lines that have a cell there, and is as wide as its widest cell.
 */

#include "base/strbuf.h"

#include <stdbool.h>

struct tabwriter_style {
	size_t min_width, tab_width, padding; /* in characters */
	bool tabs; /* pad with tabs (min_width rounded up to tab_width), not with spaces */
};

/* Appends text with its cells aligned. */
void tabwriter_format(struct strbuf *out, const char *text, size_t len,
		      const struct tabwriter_style *style);
