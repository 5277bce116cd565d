/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * The common part of Go's text/template, as kubectl's go-template output has it: pipelines, range,
 * if, with, else, variables, comments, trim markers, and the functions and or not eq ne lt le gt
 * ge index len print printf println exists base64decode. Maps are walked in sorted order.
 * Anything else is an error that names it, with its place.
 */

#include "base/error.h"
#include "base/strbuf.h"
#include "tree/node.h"

struct gotemplate;

/* Reads the text; name is for positions. What is made lives in the arena. */
int gotemplate_parse(struct arena *a, const char *text, size_t len, const char *name,
		     struct gotemplate **ret, struct error *err);

struct gotemplate_options {
	bool missing_is_error; /* --allow-missing-template-keys=false; else "<no value>" */
	size_t limit; /* bytes printed and bytes of texts made on the way; 0: 256 MiB each */
	size_t steps; /* pipelines and rounds of ranges; 0: LIMIT_OUTPUT_NODES */
};

/* Appends what it gives for a document. opts may be NULL. -ERR_INVALID or -ERR_LIMIT. */
int gotemplate_print(const struct gotemplate *t, const struct node *root,
		     const struct gotemplate_options *opts, struct strbuf *out,
		     struct error *err);
