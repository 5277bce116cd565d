/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * The pieces that a compiled program is made of, for both sides: program_put_* append one,
 * program_get_* take the same one off. Private to lib/template.
 */

#include "template/program.h"

void program_put(struct strbuf *out, uint64_t n);
/* Length, bytes, NUL. */
void program_put_bytes(struct strbuf *out, const char *s, size_t len);
void program_put_string(struct strbuf *out, const char *s);
/* 0: NULL, else 1 and the string. */
void program_put_optional(struct strbuf *out, const char *s);
void program_put_node(struct strbuf *out, const struct node *n);
void program_put_expr(struct strbuf *out, const struct expr *e);
/* t may be NULL. */
void program_put_tpl(struct strbuf *out, const struct tpl *t);

/*
 * Nothing is trusted: the first thing that does not fit sets failed, and from then on every get
 * returns zero, so that loops end. Memory stays in proportion to the program: whatever is counted
 * takes bytes that nothing else may count.
 */
struct program_reader {
	struct arena *arena;
	const char *at, *end;
	size_t unclaimed; /* bytes of the program that no count stands for yet */
	/* Keys and names that came before are used again: positions, which differ, are not wanted.
	 */
	bool lean;
	struct strmap keys;  /* text -> struct tpl *, a constant */
	struct strmap names; /* name -> struct expr * */
	/* Names that program_get_text() met: the same one has one address, and is found quickly. */
	struct {
		const char *name;
		size_t len;
	} met[4];
	unsigned depth;
	bool failed;
};

void program_fail(struct program_reader *r);
uint64_t program_get_long(struct program_reader *r);
static inline uint64_t program_get(struct program_reader *r)
{
	/* Most numbers are small. */
	if (r->at < r->end && (unsigned char)*r->at < 128)
		return (unsigned char)*r->at++;
	return program_get_long(r);
}
/* A number below limit. */
static inline unsigned program_get_below(struct program_reader *r, unsigned limit)
{
	uint64_t n = program_get(r);

	if (n < limit)
		return (unsigned)n;
	program_fail(r);
	return 0;
}
/* Borrowed from the program, NUL-ended. */
const char *program_get_bytes(struct program_reader *r, size_t *ret_len);
const char *program_get_string(struct program_reader *r);
/* NULL is fine. */
const char *program_get_optional(struct program_reader *r);
/* How many items follow, each of at least so many bytes. */
size_t program_get_count(struct program_reader *r, size_t bytes);
struct node *program_get_node(struct program_reader *r);
struct expr *program_get_expr(struct program_reader *r);
/* May be NULL where a part may be left out. */
struct tpl *program_get_tpl(struct program_reader *r);
/*
 * Most parts of a layout are a short text with names in it. Such a one is taken off without memory
 * of its own, into *ret; false: it is none, and still to be read.
 */
#define PROGRAM_FEW_PIECES 4
struct program_text {
	struct tpl tpl;
	struct tpl_piece pieces[PROGRAM_FEW_PIECES];
	struct expr names[PROGRAM_FEW_PIECES];
};
bool program_get_text(struct program_reader *r, struct program_text *ret);
/* One that must be there: never NULL. */
struct tpl *program_get_part(struct program_reader *r);
