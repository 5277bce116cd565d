/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * SQL text, as far as one has to understand it to part statements and to see whether one writes: a
 * lexer that knows strings, quoted names, comments and executable comments of both vendors, and a
 * table of first words. No grammar. What is not known to be harmless counts as a write; behind it a
 * READ ONLY session stands as the second guard, for what only the server can see (a function that
 * writes).
 *
 *	struct statement_reader r = STATEMENT_READER_INIT(text, len);
 *	struct statement st;
 *	while ((n = statement_next(&r, &st, err)) > 0)
 *		if (st.kind == STATEMENT_WRITE) …
 */

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum statement_kind {
	STATEMENT_READ,	   /* changes nothing but the session */
	STATEMENT_WRITE,   /* changes data or the server, or may */
};

struct statement {
	const char *text; /* borrowed, without the delimiter and blanks around */
	size_t len;
	struct pos pos; /* of its first character */
	enum statement_kind kind;
	char what[48]; /* of a write, why: "INSERT", "SET GLOBAL", "SELECT INTO OUTFILE" */
	bool transaction; /* begins or ends a transaction */
};

struct statement_reader {
	const char *text;
	size_t len, at;
	const char *name; /* of the source, for positions; or NULL */
	bool no_backslash_escapes; /* the session's sql_mode has NO_BACKSLASH_ESCAPES */
	bool ansi_quotes;	   /* … has ANSI_QUOTES: "x" is a name */
	char delimiter[16];
	/* Up to where lines were counted; private. */
	size_t counted, line_start;
	uint32_t lines;
};

#define STATEMENT_READER_INIT(text_, len_)                                                         \
	{ .text = (text_), .len = (len_), .delimiter = ";" }

/*
 * 1 and the next statement that is not empty; 0 at the end; -ERR_INVALID with position for a
 * string, name or comment that is not closed. Client lines "DELIMITER x" are obeyed and not given
 * out.
 */
int statement_next(struct statement_reader *r, struct statement *ret, struct error *err);
