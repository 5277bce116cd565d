/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * The compiled form of a template as bytes: how its objects are printed (template/layout.h), and
 * its syntax tree with all positions. Reading one trusts nothing: every length, index and kind is
 * checked. Private to lib/template.
 */

#include "template/template.h"

#define PROGRAM_MAGIC	  "KMYT\x02"
#define PROGRAM_MAGIC_LEN 5
#define PROGRAM_HEADER	  13 /* magic, then a checksum of what follows (64 bits, little-endian) */

enum program_flags {
	PROGRAM_HEAD = 1 << 0, /* all but the objects; program_read_objects() reads those as well */
	PROGRAM_TRUSTED = 1 << 1, /* a part of this very program: no checksum is taken */
};

int program_read(struct template *t, const char *text, size_t len, unsigned flags,
		 struct error_list *diags);
/* Reads t->objects unless they are there; damage is found and reported as late as this. */
int program_read_objects(struct template *t, struct error_list *diags);
/* Reports that the program makes no sense; returns -ERR_INVALID. */
int program_damaged(const struct template *t, struct error_list *diags);

/* A checksum against cut and changed files, not against an enemy. */
uint64_t program_checksum(const char *p, size_t len);
