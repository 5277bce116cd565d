/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Expression text to tokens, one at a time. Private to lib/template. */

#include "template/expr.h"

enum token_kind {
	TOKEN_END,
	TOKEN_VALUE, /* a literal: number, quantity, string, true, false, null */
	TOKEN_NAME,
	TOKEN_OP, /* op; OP_SUB and OP_NOT may be prefixes */
	TOKEN_QUESTION,
	TOKEN_COLON,
	TOKEN_COMMA,
	TOKEN_OPEN,	/* ( */
	TOKEN_CLOSE,	/* ) */
	TOKEN_BRACKET,	/* [ */
	TOKEN_UNBRACKET, /* ] */
	TOKEN_UNBRACE,	/* } */
};

struct token {
	enum token_kind kind;
	enum expr_op op;
	struct pos pos;
	const char *text; /* as written */
	size_t len;
	struct value value;
};

struct lexer {
	struct arena *arena;
	const char *at, *end;
	struct pos pos; /* of at, but for places */
	struct scalar_places *places; /* or NULL: the text stands in its file as it is */
};

void lexer_init(struct lexer *l, struct arena *a, const char *text, size_t len,
		const struct pos *pos);
/*
 * The next token. Blanks, tabs and line ends between tokens mean nothing. -ERR_INVALID with T201 or
 * T204.
 */
int lexer_next(struct lexer *l, struct token *ret, struct error *err);
/* "'+'", "'abc'", "end of expression" for messages, in buf. */
const char *token_describe(const struct token *t, char *buf, size_t size);
