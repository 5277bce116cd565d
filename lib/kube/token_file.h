/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * A token in a file that somebody renews: a projected service account, a sidecar. It is read again
 * when it was read a minute ago (less ten seconds, as client-go does), and when a server refused
 * it; the last good one serves while the file cannot be read.
 */

#include "base/error.h"

#include <stdbool.h>
#include <stdint.h>

struct token_file {
	const char *path; /* borrowed */
	char *token;	  /* NULL: none yet */
	int64_t read_at;  /* clock_ms() */
};

#define TOKEN_FILE_FRESH 50000 /* ms */

/*
 * Reads the file once: *ret, to be freed with secret_free(), is its text without blanks around it.
 * -ERR_IO, -ERR_LIMIT, -ERR_INVALID for an empty one.
 */
int token_file_read(const char *path, char **ret, struct error *err);
/* *ret is borrowed until the next call. Fails only when there never was a token. */
int token_file_get(struct token_file *t, const char **ret, struct error *err);
/* Reads it at once, for a server refused what it gave. True if it holds another one now. */
bool token_file_refused(struct token_file *t);
void token_file_release(struct token_file *t);
