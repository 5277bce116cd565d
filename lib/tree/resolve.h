/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * What a plain YAML 1.1 scalar means to oc and kubectl, whose reader knows y/n/yes/no/on/off,
 * 0755, 0o755, 0x1F, 0b11 and 1_000 but no sexagesimal numbers, and takes dates as text.
 */

#include "base/arena.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum resolved_kind {
	RESOLVED_STRING,
	RESOLVED_TIME, /* a string too, but one that must be quoted to stay one */
	RESOLVED_NULL,
	RESOLVED_TRUE,
	RESOLVED_FALSE,
	RESOLVED_INT, /* within int64 or uint64 */
	RESOLVED_FLOAT,
	RESOLVED_INFINITY, /* .inf, -.inf */
	RESOLVED_NAN,
};

struct resolved {
	enum resolved_kind kind;
	bool negative;	    /* RESOLVED_INT, RESOLVED_INFINITY */
	uint64_t magnitude; /* RESOLVED_INT */
};

struct resolved yaml_resolve(const char *text, size_t len);
/* The JSON text of a scalar that resolved to RESOLVED_INT or RESOLVED_FLOAT. */
const char *yaml_number_text(struct arena *a, const char *text, size_t len,
			     const struct resolved *r, size_t *ret_len);
/* True for what YAML 1.1 takes as a number of base 60 (1:30); we read and oc reads text there. */
bool yaml_is_base60(const char *text, size_t len);
