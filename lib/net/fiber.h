/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * Stacks and the switch between them, for net/task.c alone. A fiber is a function with a stack of
 * its own, guarded by a page below it; the one that a thread starts with is a fiber without one.
 * The sanitizers and valgrind are told of each stack and each switch.
 */

#include <stddef.h>

struct fiber {
	void *pointer;	/* the saved stack pointer, or a ucontext_t */
	void *memory;	/* the mapping, guard page included; NULL: the thread's own stack */
	size_t size;	/* of the mapping */
	void (*entry)(void *arg);
	void *arg;
	unsigned valgrind_id;
	void *fake_stack; /* of the address sanitizer */
	const void *bottom; /* of the thread's own stack, known after the first switch */
	size_t bottom_size;
};

/* Maps a stack of at least size bytes; aborts when there is no memory. */
void fiber_init(struct fiber *f, size_t size);
void fiber_release(struct fiber *f);
/* The next switch to f begins entry(arg), which must never return: its last act is a switch. */
void fiber_prepare(struct fiber *f, void (*entry)(void *arg), void *arg);
/* Saves here in from and goes on in to. last: from is never switched to again. */
void fiber_switch(struct fiber *from, struct fiber *to, int last);
