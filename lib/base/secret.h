/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * Strings that nobody may read afterwards: the memory is wiped when it is freed, and from the
 * first secret on the program leaves no core file and cannot be looked into by others of the same
 * user.
 *
 *	cleanup_secret char *password = secret_dup(text, len);
 */

#include "base/error.h"

#include <stddef.h>

/* Secrets come in another way from now on: no core file, no looking into us. */
void secret_forbid_dumps(void);
/* A NUL-ended copy, to be freed by secret_free(). */
char *secret_dup(const char *text, size_t len) __attribute__((returns_nonnull));
/* Wipes all the memory that malloc() gave for a string, behind NULs too. NULL is accepted. */
void secret_wipe(char *secret);
/* The same, and frees it. */
void secret_free(char *secret);
/*
 * The first line of a file, as passwords are mounted: one line end behind it is no part of it.
 * Nothing of it is left in other memory.
 */
int secret_read_file(const char *path, char **ret, struct error *err);

static inline void cleanup_secret_fn(char **secret)
{
	secret_free(*secret);
}
#define cleanup_secret __attribute__((cleanup(cleanup_secret_fn)))
