/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * A keeper: a process of ours that stays behind and keeps a session open on an instance, for faults
 * that last as long as somebody holds a lock or waits. It is found by its command line, as servers
 * are, and ends by itself when its server goes away.
 */

#include "sandbox/sandbox.h"

/* The hidden command that main() runs as a keeper: WORD SANDBOX FAULT INSTANCE MARKER. */
#define KEEPER_COMMAND "__sandbox-keep"

/* Starts one and waits until it holds what it is to hold. */
int keeper_start(const struct sandbox *s, const struct sandbox_instance *i, const char *fault,
		 struct error *err);
/* Ends it, if there is one. */
int keeper_end(const struct sandbox_instance *i, const char *fault, struct error *err);
/* The keeper itself, in a task; writes "ready" or an error to standard output. */
int keeper_run(const char *sandbox, const char *fault, const char *instance, struct error *err);
