/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * Lines and columns of places in a text that is read from front to back: asking for a place
 * behind the last one costs the bytes in between.
 */

#include "base/error.h"

struct place {
	const char *text, *file;
	const char *at; /* the last place asked for */
	uint32_t line, column;
};

static inline struct place place_begin(const char *text, const char *file)
{
	return (struct place){ text, file, text, 1, 1 };
}

/* The position of a byte of the text; text and file are borrowed. */
struct pos place_of(struct place *p, const char *at);
