/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Text of an option to the value of its member. */

#include "base/error.h"
#include "cli/option.h"

/*
 * Sets the member of row o in the struct at base. text is borrowed by strings and lists. Returns 0
 * or -ERR_USAGE with a message that names the option.
 */
int option_set(const struct option_spec *o, void *base, const char *text, struct error *err);
/* Sets what holds when the option is not given: its fallback, or -1 for a choice. */
void option_set_default(const struct option_spec *o, void *base);
/* Frees the lists of a table; NULL rows are fine. */
void options_release(const struct option_spec *options, void *base);

/* Milliseconds of "90s", "1h30m", "1.5h", "250ms" or a plain number of seconds. */
bool duration_parse(const char *text, int64_t *ret);
/* "true", "t", "1", "false", … as kubectl takes them. */
bool boolean_parse(const char *text, bool *ret);
