/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * Source map of a residual: for each position, in the order of template_each_pos(), the steps of
 * file number, line and column from the position before, as base-64 digits of 5 bits and a
 * continuation bit, least significant first, the sign in the lowest bit. Private to lib/template.
 */

#include "template/positions.h"

/* Adds the encoded positions to out and the files they name to files. */
void source_map_write(const struct template *t, struct strbuf *out, struct file_table *files);

/*
 * Gives the positions of t those of the map. False, and t is left alone, if their numbers differ or
 * the text is no map.
 */
bool source_map_apply(struct template *t, const char *text, size_t len, const char *const *files,
		      size_t file_count);
