/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* The lexer under statement.h. */

#include "mysql/statement.h"

enum sql_token_kind { TOKEN_WORD, TOKEN_QUOTED, TOKEN_SIGN, TOKEN_DELIMITER };

struct sql_token {
	enum sql_token_kind kind;
	const char *text;
	size_t len;
	bool inside; /* an executable comment, which some servers do not execute */
};

struct sql_lexer {
	struct statement_reader *reader;
	size_t at;
	bool inside;
	size_t inside_from;
};

/* 1 and a token, 0 at the end, or -ERR_INVALID. */
int sql_lexer_next(struct sql_lexer *x, struct sql_token *ret, struct error *err);
/* A word without quotes, in any case. */
bool sql_token_is(const struct sql_token *t, const char *word);
/* Fills kind, what and transaction of a statement that was lexed without an error. */
void statement_judge(struct statement *st, const struct statement_reader *r);
