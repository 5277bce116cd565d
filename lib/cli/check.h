/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* What tests ask of every command table; a mistake in one is found before a user meets it. */

#include "cli/command.h"

/*
 * Adds one error for each: two commands or options of one name, a missing help text, a summary of
 * more than 60 characters or out of style, an option whose default does not parse, a table that
 * breaks the rules of option.h and command.h, an example that its own command does not accept.
 */
void commands_check(const struct program *p, struct error_list *ret);
