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
/*
 * Starts one that is a proxy between an instance and its source, at the source's address; nothing
 * is wrong with it yet. keeper_link_break() makes the fault true of it: when it returns, what goes
 * through is delayed, cut or silent. Between the two the link belongs to the caller.
 */
struct keeper_link {
	unsigned port; /* where it listens */
	int to, from;  /* pipes */
};
#define KEEPER_LINK_INIT { .to = -1, .from = -1 }
int keeper_start_link(const struct sandbox *s, const struct sandbox_instance *i, const char *fault,
		      struct keeper_link *link, struct error *err);
int keeper_link_break(struct keeper_link *link, struct error *err);
/* Nothing is wrong with it any more; 0 too if it is gone. It stays until keeper_end(). */
int keeper_link_mend(const struct sandbox_instance *i, const char *fault, struct error *err);
void keeper_link_release(struct keeper_link *link);
/* Ends it, if there is one. */
int keeper_end(const struct sandbox_instance *i, const char *fault, struct error *err);
/* The keeper itself, in a task; writes "ready" or an error to standard output. */
int keeper_run(const char *sandbox, const char *fault, const char *instance, struct error *err);
