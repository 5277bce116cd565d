/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* What the parts of parameters share. Private to lib/template. */

#include "template/fraction.h"
#include "template/param.h"

/* True for types whose value is a whole number; for those whose bounds are a length. */
bool param_is_number(const struct param *p);
bool param_has_length(const struct param *p);
/* A whole number of at most 36 digits; on failure *ret_problem is "is not …", a constant. */
int param_parse_whole(const char *text, size_t len, struct fraction *ret, const char **ret_problem);
/* The number that a bound of p stands for. */
int param_parse_bound(const struct param *p, const char *text, struct fraction *ret);

/* Checks that a pattern compiles and stays small. -ERR_INVALID with a message without position. */
int pattern_check(const char *pattern, struct error *err);
/*
 * 1 if the whole text matches, 0 if not, -ERR_INVALID with a message ("is longer than …") if it
 * cannot be told.
 */
int pattern_match(const char *pattern, const char *text, size_t len, struct error *err);

/* Runs the generator of p, if it has one, without randomness, for its errors. */
int param_check_generator(const struct param *p, struct error *err);
