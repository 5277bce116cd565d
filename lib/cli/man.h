/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Manual pages in mdoc(7), section 1. */

#include "cli/command.h"

/* kubectl-mysql(1): what there is. */
void man_program(const struct program *p, struct strbuf *out);
/* kubectl-mysql-WORDS(1): one command. */
void man_command(const struct program *p, const struct command *c, struct strbuf *out);
/* Appends the name of a command's page, "kubectl-mysql-template-list". */
void man_name(const struct program *p, const struct command *c, struct strbuf *out);
