/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* The functions of the expression language, and what they share. Private to lib/template. */

#include "template/expr_internal.h"

#define FUNCTION(name)                                                                             \
	int name(const struct expr *call, struct value *args, size_t argc, const struct env *env, \
		 struct value *ret, struct error *err)

FUNCTION(function_base64);
FUNCTION(function_bytes);
FUNCTION(function_ceil);
FUNCTION(function_contains);
FUNCTION(function_default);
FUNCTION(function_endswith);
FUNCTION(function_floor);
FUNCTION(function_format);
FUNCTION(function_integer);
FUNCTION(function_join);
FUNCTION(function_json);
FUNCTION(function_len);
FUNCTION(function_lower);
FUNCTION(function_max);
FUNCTION(function_min);
FUNCTION(function_quantity);
FUNCTION(function_range);
FUNCTION(function_replace);
FUNCTION(function_round);
FUNCTION(function_secret);
FUNCTION(function_sha256);
FUNCTION(function_slice);
FUNCTION(function_split);
FUNCTION(function_startswith);
FUNCTION(function_string);
FUNCTION(function_trim);
FUNCTION(function_unique);
FUNCTION(function_upper);

/* Fails with "join: argument 1 wants a list, got string". i counts from 0. */
int argument_error(const struct expr *call, size_t i, const struct value *v, const char *wanted,
		   struct error *err);
/* Checks that the first argc arguments are strings. */
int want_strings(const struct expr *call, const struct value *args, size_t argc,
		 struct error *err);
/* True if one of the arguments is secret. */
bool any_secret(const struct value *args, size_t argc);
/* A string of len bytes to be filled by the caller, after the checks of expr_charge_string. */
int new_string(const struct expr *call, const struct env *env, size_t len, char **ret,
	       struct error *err);
