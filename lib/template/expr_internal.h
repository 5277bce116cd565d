/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* What the parts of the expression language share. Private to lib/template. */

#include "template/expr.h"

/* Stable codes, explained in diagnostics.c. */
#define CODE_SYNTAX "T201"
#define CODE_NAME "T202"
#define CODE_TYPE "T203"
#define CODE_ARITHMETIC "T204"
#define CODE_INDEX "T205"
#define CODE_CALL "T206"
#define CODE_LIMIT "T207"
#define CODE_CONVERSION "T208"

/* Making or reading this many bytes costs one step, which bounds time and memory alike. */
#define BYTES_PER_STEP 64

/* ---- messages ---- */

/*
 * User text in a message is cut after this many bytes: "'%.*s%s'", quote_length(…), text,
 * quote_rest(…).
 */
int quote_length(const char *text, size_t len);
const char *quote_rest(const char *text, size_t len);
/* Fails at the place of e, with a code. */
int expr_fail(struct error *err, const struct expr *e, const char *code, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));
/* The same for T207, class ERR_LIMIT. */
int expr_fail_limit(struct error *err, const struct expr *e, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
/* Takes n steps from the budget. */
int expr_charge(const struct env *env, const struct expr *e, size_t n, struct error *err);
/* Checks the length of a string that is about to be made, and charges for it. */
int expr_charge_string(const struct env *env, const struct expr *e, size_t len, struct error *err);
/* The same for a list. */
int expr_charge_list(const struct env *env, const struct expr *e, size_t count, struct error *err);

/* ---- values ---- */

bool value_is_numeric(const struct value *v);
/* True if == may compare the two. */
bool value_comparable(const struct value *a, const struct value *b);
/* Equality that takes its work from *steps: 1, 0, or -1 when they ran out. */
int value_same(const struct value *a, const struct value *b, size_t *steps);
/* The value as a secret; all items of a list as well. */
struct value value_as_secret(struct arena *a, const struct value *v);
/* Order of two numeric values or two strings. */
int value_order(const struct value *a, const struct value *b);
/*
 * The character of a string at an index: *ret_at, returns its length, 0 when index is beyond the
 * end.
 */
size_t string_character(const char *text, size_t len, size_t index, size_t *ret_at);

/* ---- trees ---- */

/* argc arguments, all of them set to NULL; depth is the caller's. */
struct expr *expr_new(struct arena *a, enum expr_kind kind, const struct pos *pos, uint32_t argc);
struct expr *expr_constant(struct arena *a, const struct value *v, const struct pos *pos);
/*
 * The one form of what has several: a list of constants, a negated number, a fraction that no
 * literal can write (1/3) and secret('x') are constants. Parser and fold pass every node through
 * here, so that what expr_print writes reads back as the same tree.
 */
struct expr *expr_normalise(struct arena *a, struct expr *e);
/* True if the value is a single literal of the language, perhaps with a sign. */
bool value_is_literal(const struct value *v);

/* ---- evaluation with operands at hand; e gives operator and place ---- */

int apply_unary(const struct expr *e, const struct value *v, struct value *ret, struct error *err);
int apply_binary(const struct expr *e, const struct value *l, const struct value *r,
		 const struct env *env, struct value *ret, struct error *err);
int apply_index(const struct expr *e, const struct value *v, const struct value *index,
		const struct env *env, struct value *ret, struct error *err);
int apply_call(const struct expr *e, struct value *args, const struct env *env, struct value *ret,
	       struct error *err);
/*
 * Exact arithmetic without errors: false when there is no result, or the operands have the wrong
 * kinds.
 */
bool numeric_binary(enum expr_op op, const struct value *l, const struct value *r,
		    struct value *ret);
int want_boolean(const struct expr *e, const struct value *v, bool *ret, struct error *err);

/* ---- text ---- */

/* How tightly things bind, weakest first. */
enum expr_level {
	LEVEL_COND = 1,
	LEVEL_OR,
	LEVEL_AND,
	LEVEL_COMPARE,
	LEVEL_ADD,
	LEVEL_MUL,
	LEVEL_UNARY,
	LEVEL_POSTFIX,
	LEVEL_PRIMARY,
};

/* Level of a binary operator; its text, "+" and so on. */
int expr_op_level(enum expr_op op);
const char *expr_op_text(enum expr_op op);
