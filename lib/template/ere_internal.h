/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* The automaton of lib/template/ere.h, as its two halves know it. */

#include "template/ere.h"

enum ere_kind {
	ERE_BYTE,  /* this byte */
	ERE_ANY,   /* any byte */
	ERE_SET,   /* one that is in a set */
	ERE_SPLIT, /* go on at x and at y */
	ERE_JUMP,  /* go on at x */
	ERE_ASSERT, /* go on behind it if this is such a place */
	ERE_MATCH,
};

enum ere_place {
	ERE_BEGIN,
	ERE_END,
	ERE_WORD_BEGIN,
	ERE_WORD_END,
	ERE_WORD_EDGE,
	ERE_NO_WORD_EDGE,
};

/* Targets are relative, so that code can be moved and copied. */
struct ere_op {
	uint8_t kind;
	uint8_t byte;	/* or enum ere_place */
	int16_t x, y;	/* of ERE_SET: x is the number of the set */
};

struct ere_set {
	uint32_t bits[8];
};

static inline bool ere_set_has(const struct ere_set *s, unsigned char c)
{
	return s->bits[c >> 5] >> (c & 31) & 1;
}

static inline bool ere_is_word(unsigned char c)
{
	return c == '_' || (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
}

/*
 * Reads a bracket expression: *at stands behind its '[' and moves behind its ']'. NULL, or what is
 * wrong with it, a constant.
 */
const char *ere_read_set(const char **at, const char *end, struct ere_set *ret);
/* Adds the bytes of a class ("alpha" and so on); false: there is no such class. */
bool ere_add_class(struct ere_set *s, const char *name, size_t len);
