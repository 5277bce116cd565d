/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* From a command line to a finished run; nothing is printed, everything is in the session. */

#include "cli/command.h"

/*
 * Finds the command, parses the words behind it, runs it, or fills s->out with help. The caller has
 * set program, program_name and the terminal's members; everything else is zero and s->out is
 * initialised. Returns what command.run returned, 0 after help, or -ERR_USAGE.
 */
int session_run(struct session *s, size_t argc, const char *const *argv, struct error *err);
void session_release(struct session *s);

/* Should s->out be thrown away after this result? See struct session. */
bool session_discards(int result, const struct error *err);

#define cleanup_session __attribute__((cleanup(session_release)))
