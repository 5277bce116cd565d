/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * Completion scripts for shells. They ask `kubectl-mysql __complete` for the candidates, which
 * takes about a millisecond, so that they never lag behind the commands.
 */

#include <stddef.h>

/* NULL-ended: "bash", "zsh", "fish", "kubectl". */
extern const char *const shell_names[];
/* The script of the i-th of them; "kubectl" is kubectl_complete-mysql, which kubectl runs. */
const char *shell_script(size_t i);
