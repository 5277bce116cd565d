/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* The syntax tree of a JSONPath, between jsonpath_parse.c and jsonpath.c. */

#include "tree/jsonpath.h"

enum step_kind {
	STEP_LIST, /* steps, one after the other: what stands between braces */
	STEP_TEXT,
	STEP_FIELD,
	STEP_ARRAY,
	STEP_FILTER,
	STEP_INT,
	STEP_FLOAT,
	STEP_BOOL,
	STEP_WILDCARD,
	STEP_RECURSIVE,
	STEP_UNION, /* steps, all from the same place */
	STEP_RANGE,
	STEP_END,
};

enum filter_operator {
	FILTER_EXISTS,
	FILTER_LT,
	FILTER_GT,
	FILTER_EQ,
	FILTER_NE,
	FILTER_LE,
	FILTER_GE,
};

/* One part of start:end:step. derived: the end of a single index, start + 1. */
struct slice_part {
	bool known, derived;
	int64_t value;
};

struct step {
	enum step_kind kind;
	struct pos pos;
	const char *text; /* STEP_TEXT, STEP_FIELD */
	size_t len;
	int64_t integer;
	double real;
	bool boolean;
	struct slice_part slice[3];
	enum filter_operator operator;
	struct step **steps; /* STEP_LIST, STEP_UNION; STEP_FILTER: left and right, both lists */
	size_t count, alloc;
};

struct jsonpath {
	struct step *root; /* a list of STEP_TEXT and STEP_LIST */
};
