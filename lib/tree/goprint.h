/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * Values as Go's fmt and encoding/json print them: what kubectl's jsonpath and go-template
 * outputs are made of. Numbers of a document are int64 or float64, by a rule that differs
 * from printer to printer.
 */

#include "base/strbuf.h"
#include "tree/node.h"

enum go_kind {
	GO_MISSING, /* no such key: "<no value>" in templates */
	GO_NIL,
	GO_BOOL,
	GO_INT,
	GO_FLOAT,
	GO_STRING,
	GO_SLICE,
	GO_MAP,
};

/* Which numbers are integers. */
enum go_numbers {
	GO_NUMBERS_FLOAT, /* none: decoded by encoding/json */
	GO_NUMBERS_TEXT,  /* those written without fraction and exponent that fit int64 */
	GO_NUMBERS_VALUE, /* those that print without fraction and exponent and fit int64 */
};

struct go_value {
	enum go_kind kind;
	union {
		bool boolean;
		int64_t integer;
		double real;
		struct {
			const char *text;
			size_t len;
		};
		const struct node *node; /* GO_SLICE, GO_MAP */
	};
};

struct go_value go_value_of(const struct node *n, enum go_numbers numbers);
struct go_value go_string(const char *text, size_t len);
struct go_value go_int(int64_t i);
struct go_value go_bool(bool b);

/* fmt.Sprint of one value: "1e+06", "map[a:1 b:[x y]]", "<nil>". */
void go_print(struct strbuf *out, const struct go_value *v, enum go_numbers numbers);
/* As %v prints a float64: 1e+06, 0.1. */
void go_print_float(struct strbuf *out, double v);
/*
 * As encoding/json writes it, but always with a fraction or an exponent: a number node that
 * stays a float.
 */
void go_float_text(struct strbuf *out, double v);

/*
 * Entries of a map sorted bytewise by key; the array is in the arena. Of equal keys the last
 * stays.
 */
const struct entry **go_sorted_entries(struct arena *a, const struct node *map, size_t *ret_len);
