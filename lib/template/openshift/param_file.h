/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * Parameter files, in the dialect that oc reads (that of an old godotenv):
 *
 *	# comment
 *	NAME=value		NAME: value		export NAME=value
 *	NAME="quoted\nvalue"	# \n \r and \c (any other character) inside quotes of either kind
 *
 * Blanks around name and value are taken off. One assignment a line.
 */

#include "base/arena.h"
#include "base/error.h"

#include <stdbool.h>

struct param_assignment {
	const char *name;
	const char *value;
	size_t value_len;
	struct pos pos; /* of the name */
};

struct param_assignments {
	struct param_assignment *items; /* in the arena, one for each name, in order of the file */
	size_t len;
};

/*
 * Reads the text of a file. Of a name given twice the last value stays. Errors (a line
 * without "=" or ":", a bad name) carry file, line and column and never the value.
 */
int param_file_read(struct arena *a, const char *text, size_t len, const char *file,
		    struct param_assignments *ret, struct error *err);

/* True for what may stand before "=": letters, digits and "_-.", no digit first, not ".", "..". */
bool param_name_valid(const char *name, size_t len);
