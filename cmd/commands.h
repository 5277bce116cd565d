/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* The list of all commands. */

#include "cli/command.h"

extern const struct program program;
