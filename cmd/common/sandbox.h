/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* What the commands of the family `sandbox` share. */

#include "cli/command.h"
#include "cli/complete.h"
#include "sandbox/up.h"

/* Runs fn(arg) as a task of a loop of its own, to its end; signals cancel it. */
int run_waiting(int (*fn)(void *arg, struct error *err), void *arg, struct error *err);

/* Shows what is going on in one line on a terminal; prints nothing elsewhere. */
struct sandbox_line {
	struct sandbox_progress progress; /* first: it is given to sandbox_up() */
	bool shown, terminal;
	size_t width;
};
struct sandbox_line sandbox_line(const struct session *s);
/* Takes the line away. */
void sandbox_line_end(struct sandbox_line *l);

/* Completes names of sandboxes, and of the instances of the sandbox that was named before. */
completer complete_sandbox;
completer complete_sandbox_instance;

/* The address and how to get at it, one instance a line. */
void sandbox_print_instances(const struct sandbox *s, struct strbuf *out);
