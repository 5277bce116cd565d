/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "tree/read.h"

/*
 * One JSON value behind another, with blanks or lines of "---" between them. On failure
 * *ret_syntax tells whether the text is no JSON at all, so that it may still be YAML.
 */
int json_read_stream(struct arena *a, const char *text, size_t len, const char *name,
		     unsigned flags, struct documents *ret, bool *ret_syntax, struct error *err);
