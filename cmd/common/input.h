/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * What -f names, as texts: a file, a folder (its *.yaml, *.yml and *.json, sorted), a URL, "-" for
 * standard input, or a pattern with * ? [ ].
 *
 *	cleanup_inputs struct inputs in = INPUTS_INIT;
 *	inputs_read(&in, "manifests/", NULL, err);
 *	for (size_t i = 0; i < in.len; i++)
 *		tree_read(a, in.items[i].text.buf, in.items[i].text.len, in.items[i].name, …);
 */

#include "base/error.h"
#include "base/file.h"

#include <stdbool.h>

struct input {
	char *name; /* for messages: the path, "standard input", or the URL without password */
	struct file_text text;
};

struct inputs {
	struct input *items;
	size_t len, alloc;
	bool stdin_used;
};

#define INPUTS_INIT { 0 }

struct input_options {
	bool recursive;	 /* folders below folders too */
	int64_t timeout; /* of a URL, milliseconds; 0: the usual */
};

/*
 * Adds what arg names. opts may be NULL. -ERR_NOT_FOUND, -ERR_LIMIT, -ERR_IO; -ERR_USAGE when
 * standard input is named a second time.
 */
int inputs_read(struct inputs *in, const char *arg, const struct input_options *opts,
		struct error *err);
/* Adds one file, or "-". */
int inputs_read_file(struct inputs *in, const char *path, struct error *err);
void inputs_release(struct inputs *in);

#define cleanup_inputs __attribute__((cleanup(inputs_release)))
