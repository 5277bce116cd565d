/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * The commands as data: {"apiVersion": "kubectl-mysql/v1", "kind": "CommandModel", …}. Fields are
 * added over time, never renamed or removed within v1.
 */

#include "cli/command.h"
#include "tree/node.h"

/* All commands, or those for which only is set: that one. Hidden ones are left out. */
struct node *command_model(struct arena *a, const struct program *p, const struct command *only);
