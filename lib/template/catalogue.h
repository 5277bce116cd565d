/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * The templates that are compiled into the binary. The table is made at build time by a first
 * build of this program (`template compile --emit=c`), which itself has an empty one.
 */

#include <stddef.h>

struct catalogue_entry {
	const char *name;
	const unsigned char *program; /* see template_compile() */
	size_t len;
	const char *readme; /* text of templates/NAME/README.md */
};

extern const struct catalogue_entry catalogue[];
extern const size_t catalogue_count;

/* The entry of a name, or NULL. */
const struct catalogue_entry *catalogue_find(const char *name);
