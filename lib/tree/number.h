/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Number text: the JSON grammar, and how Go prints what oc and kubectl have read. */

#include "base/strbuf.h"

#include <stdbool.h>
#include <stddef.h>

/* The first byte from p on that is no decimal digit. */
const char *number_skip_digits(const char *p, const char *end);
/* Length of the JSON number that text begins with, or 0. */
size_t number_scan(const char *text, const char *end);
/* True if the JSON number has neither fraction nor exponent and lies within int64. */
bool number_is_int64(const char *text, size_t len);
/* The same for uint64. */
bool number_is_uint64(const char *text, size_t len);
/* The float64 nearest to a JSON number; false if it is beyond the range. */
bool number_to_double(const char *text, size_t len, double *ret);

/* True for a JSON number that YAML readers take as text, since no float64 holds it. */
bool number_is_beyond_double(const char *text, size_t len);

enum number_style {
	NUMBER_JSON, /* encoding/json: 1e+21, 1e-7, 100000 */
	NUMBER_YAML, /* strconv 'g': 1e+06, 1e-07 */
	NUMBER_KEY,  /* the same with the precision of a float32, as map keys have it */
};

/* Appends the shortest text that reads back as v; ".inf", "-.inf", ".nan" where there is none. */
void number_add_double(struct strbuf *out, double v, enum number_style style);

/* tree_write_go_number() in the form that YAML output has. */
void number_add_go_yaml(struct strbuf *out, const char *text, size_t len);
