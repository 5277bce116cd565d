/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * kubectl's JSONPath: text with {expressions} — fields .a.b and ['a'], wildcards, indexes and
 * slices [0] [-1] [0:2:1], unions [a,b], filters [?(@.a=="b")], recursive descent .., quoted text,
 * {range .items[*]}…{end}. Maps are walked in sorted order of their keys.
 *
 *	jsonpath_parse(a, text, len, "--output", &path, err);
 *	jsonpath_print(path, root, &opts, &out, err);
 */

#include "base/error.h"
#include "base/strbuf.h"
#include "tree/goprint.h"

struct jsonpath;

struct jsonpath_options {
	bool missing_is_error; /* --allow-missing-template-keys=false */
	bool as_json;	       /* a JSON list of the results of each expression */
	enum go_numbers numbers;
	size_t limit; /* values made on the way; 0: LIMIT_OUTPUT_NODES */
};

/*
 * Reads the text; name is for positions ("--output:1:7"). What is made lives in the arena and
 * borrows nothing.
 */
int jsonpath_parse(struct arena *a, const char *text, size_t len, const char *name,
		   struct jsonpath **ret, struct error *err);

/* Appends what it gives for a document. -ERR_INVALID, or -ERR_LIMIT for too many results. */
int jsonpath_print(const struct jsonpath *path, const struct node *root,
		   const struct jsonpath_options *opts, struct strbuf *out, struct error *err);
