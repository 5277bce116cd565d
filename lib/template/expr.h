/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * Expressions: text to a syntax tree, evaluation, partial evaluation, and back to text.
 * Pure: no I/O, no recursion in the language, work bounded by a step budget. Every
 * error carries the place of the operator, name or literal that failed.
 */

#include "base/strmap.h"
#include "template/scalar_places.h"
#include "template/value.h"

enum expr_kind {
	EXPR_CONST, /* value */
	EXPR_NAME,  /* name */
	EXPR_LIST,  /* args */
	EXPR_UNARY, /* op, args[0] */
	EXPR_BINARY, /* op, args[0], args[1]; OP_AND and OP_OR evaluate lazily */
	EXPR_COND,  /* args[0] ? args[1] : args[2] */
	EXPR_INDEX, /* args[0] [ args[1] ] */
	EXPR_CALL,  /* function index in op, args */
};

enum expr_op {
	OP_NEG, OP_NOT,
	OP_OR, OP_AND, OP_EQ, OP_NE, OP_LT, OP_LE, OP_GT, OP_GE,
	OP_ADD, OP_SUB, OP_MUL, OP_DIV, OP_MOD,
};

struct expr {
	uint8_t kind; /* enum expr_kind */
	uint8_t op;   /* enum expr_op, or the number of the function */
	uint16_t depth; /* levels of the tree with it; the parser keeps them within LIMIT_DEPTH */
	uint32_t argc;
	struct pos pos; /* of the operator, name, literal or function name */
	union {
		struct value value;
		const char *name;
	};
	struct expr **args;
};

/* A name that !for or !let bound, or a parameter. */
struct binding {
	const char *name;
	bool known; /* false: undecided while expanding */
	struct value value;
	const struct binding *outer; /* of local bindings: the next scope out */
};

/* Bindings of parameters by the address of a name, which is that of one text for good. */
struct name_cache {
	struct {
		const char *name;
		const struct binding *found;
	} slots[16];
};

struct env {
	struct arena *arena;		/* results live here */
	const struct binding *locals;	/* innermost first; shadow parameters */
	const struct strmap *parameters; /* name -> struct binding * */
	size_t *steps;			/* budget left; 0 stops with -ERR_LIMIT */
	struct name_cache *cache;	/* or NULL */
};

/* Finds a name: locals first, then parameters. NULL: not declared. */
const struct binding *env_find(const struct env *env, const char *name);

/*
 * Parses text, which stands in its file at pos (column of its first character). The whole text must
 * be one expression. Nodes and names live in the arena.
 */
int expr_parse(struct arena *a, const char *text, size_t len, const struct pos *pos,
	       struct expr **ret, struct error *err);
/*
 * The same over the text of a scalar from an offset on; positions are those in the source. If
 * ret_used is given, the expression ends at a '}' that closes it ("${" was read by the caller), and
 * *ret_used is the number of bytes before that brace.
 */
int expr_parse_scalar(struct arena *a, struct scalar_places *places, size_t offset,
		      struct expr **ret, size_t *ret_used, struct error *err);

/* Evaluates; every name must be known. */
int expr_eval(const struct expr *e, const struct env *env, struct value *ret, struct error *err);

/*
 * Partial evaluation: known names become constants, sub-expressions whose operands are constant are
 * computed, `false && x`, `true || x` and decided ?: collapse. What would fail when computed is
 * left as it is, so that it fails, at the same place, only if it is reached later. Never fails.
 * Constants keep the position of what they replaced. The result shares unchanged nodes with e. A
 * name whose value no expression can spell (a map, a list with maps) stays a name: its binding has
 * to stay as well.
 */
struct expr *expr_fold(struct expr *e, const struct env *env);

/* True if e is EXPR_CONST (*ret is its value then). */
bool expr_is_const(const struct expr *e, struct value *ret);

/* Appends text that parses back to the same tree (positions aside), with the fewest brackets. */
void expr_print(const struct expr *e, struct strbuf *out);

/*
 * False if a constant in e has no expression text: a map. expr_fold never makes such a constant.
 * expr_print writes null for it.
 */
bool expr_printable(const struct expr *e);

/* Calls fn for every EXPR_NAME in e, in text order. */
void expr_each_name(const struct expr *e, void (*fn)(const struct expr *name, void *data),
		    void *data);

/* The function table, for docs, completion and the parser. */
struct expr_function {
	const char *name;
	uint8_t min_args, max_args; /* 255: any number */
	const char *usage;	    /* "join(list, sep)" */
	int (*call)(const struct expr *call, struct value *args, size_t argc, const struct env *env,
		    struct value *ret, struct error *err);
};
extern const struct expr_function expr_functions[];
extern const size_t expr_function_count;
