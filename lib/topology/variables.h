/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* The variables and counters of a server as facts, whatever its version calls them. */

#include "mysql/connection.h"
#include "topology/model.h"

/*
 * Sets what the rows of name and value tell of the instance; names that are not known are left out.
 * Texts are kept in the arena.
 */
void variables_take(struct instance *i, struct arena *a, const struct result *res);
/* A copy in the arena; "" for NULL. */
const char *text_kept(struct arena *a, const char *text);
