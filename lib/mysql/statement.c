/* SPDX-License-Identifier: Apache-2.0 */
#include "mysql/statement.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/utf8.h"
#include "mysql/statement_internal.h"

/* Parting statements. What each does is judged in statement_kind.c. */

/* Counts lines on from where they were counted last, so that a long text is counted once. */
static struct pos position(struct statement_reader *r, size_t at)
{
	struct pos pos = { .file = r->name ? r->name : "SQL" };

	if (at < r->counted)
		r->counted = r->line_start = r->lines = 0;
	for (; r->counted < at; r->counted++) {
		if (r->text[r->counted] == '\n') {
			r->lines++;
			r->line_start = r->counted + 1;
		}
	}
	pos.line = r->lines + 1;
	pos.column = (uint32_t)utf8_count(r->text + r->line_start, at - r->line_start) + 1;
	return pos;
}

static bool starts(const struct sql_lexer *x, const char *word)
{
	size_t n = strlen(word);

	return x->reader->len - x->at >= n && memcmp(x->reader->text + x->at, word, n) == 0;
}

static int unclosed(const struct sql_lexer *x, size_t from, const char *what, struct error *err)
{
	struct pos pos = position(x->reader, from);

	return error_set_at(err, ERR_INVALID, &pos, "%s is not closed", what);
}

static bool is_word(char c)
{
	/* Bytes of UTF-8 belong to names. */
	return isalnum((unsigned char)c) || c == '_' || c == '$' || (unsigned char)c >= 0x80;
}

/* A string or a quoted name; a doubled quote stays inside, as does what a backslash escapes. */
static int quoted(struct sql_lexer *x, char quote, struct error *err)
{
	const struct statement_reader *r = x->reader;
	bool name = quote == '`' || (quote == '"' && r->ansi_quotes);
	bool backslash = !name && !r->no_backslash_escapes;
	size_t from = x->at++;

	while (x->at < r->len) {
		char c = r->text[x->at++];

		if (c == '\\' && backslash && x->at < r->len)
			x->at++;
		else if (c == quote && x->at < r->len && r->text[x->at] == quote)
			x->at++;
		else if (c == quote)
			return 0;
	}
	return unclosed(x, from, name ? "a quoted name" : "a string", err);
}

static void skip_line(struct sql_lexer *x)
{
	while (x->at < x->reader->len && x->reader->text[x->at] != '\n')
		x->at++;
}

/* "-- " wants a blank or the end behind it; else it is two minus signs. */
static bool at_line_comment(const struct sql_lexer *x)
{
	const struct statement_reader *r = x->reader;

	if (starts(x, "#"))
		return true;
	return starts(x, "--") &&
	       (x->at + 2 == r->len || (unsigned char)r->text[x->at + 2] <= ' ');
}

/*
 * At "/" and "*". An executable comment (with "!" or "M!" and perhaps a version behind) is only
 * entered: what is in it may be executed. 0, or an error.
 */
static int comment(struct sql_lexer *x, struct error *err)
{
	size_t from = x->at;

	if (starts(x, "/*!") || starts(x, "/*M!")) {
		x->at += starts(x, "/*!") ? 3 : 4;
		while (x->at < x->reader->len && isdigit((unsigned char)x->reader->text[x->at]))
			x->at++;
		x->inside = true;
		x->inside_from = from;
		return 0;
	}
	for (x->at += 2; x->at < x->reader->len; x->at++) {
		if (starts(x, "*/")) {
			x->at += 2;
			return 0;
		}
	}
	return unclosed(x, from, "a comment", err);
}

/* Skips blanks and comments. 0, or an error. */
static int skip(struct sql_lexer *x, struct error *err)
{
	int r = 0;

	while (x->at < x->reader->len && r == 0) {
		if (isspace((unsigned char)x->reader->text[x->at])) {
			x->at++;
		} else if (at_line_comment(x)) {
			skip_line(x);
		} else if (x->inside && starts(x, "*/")) {
			x->at += 2;
			x->inside = false;
		} else if (starts(x, "/*")) {
			r = comment(x, err);
		} else {
			return 0;
		}
	}
	return r;
}

int sql_lexer_next(struct sql_lexer *x, struct sql_token *ret, struct error *err)
{
	const struct statement_reader *r = x->reader;
	int rc = skip(x, err);
	char c;

	if (rc < 0)
		return rc;
	if (x->at >= r->len)
		return x->inside ? unclosed(x, x->inside_from, "an executable comment", err) : 0;
	*ret = (struct sql_token){ .text = r->text + x->at, .inside = x->inside };
	c = *ret->text;
	if (!x->inside && starts(x, r->delimiter)) {
		ret->kind = TOKEN_DELIMITER;
		x->at += strlen(r->delimiter);
	} else if (c == '\'' || c == '"' || c == '`') {
		ret->kind = TOKEN_QUOTED;
		rc = quoted(x, c, err);
	} else if (is_word(c)) {
		ret->kind = TOKEN_WORD;
		/* In an executable comment the delimiter is a part of words. */
		while (x->at < r->len && is_word(r->text[x->at]) &&
		       (x->inside || !starts(x, r->delimiter)))
			x->at++;
	} else {
		ret->kind = TOKEN_SIGN;
		x->at++;
	}
	ret->len = (size_t)(r->text + x->at - ret->text);
	return rc < 0 ? rc : 1;
}

bool sql_token_is(const struct sql_token *t, const char *word)
{
	return t->kind == TOKEN_WORD && t->len == strlen(word) &&
	       strncasecmp(t->text, word, t->len) == 0;
}

/* A line "DELIMITER x" of the client; true if there was one. */
static bool take_delimiter_line(struct statement_reader *r, size_t at)
{
	static const char word[] = "DELIMITER";
	size_t n = sizeof(word) - 1, len = 0;

	if (r->len - at <= n || strncasecmp(r->text + at, word, n) != 0 ||
	    (r->text[at + n] != ' ' && r->text[at + n] != '\t'))
		return false;
	for (at += n; at < r->len && (r->text[at] == ' ' || r->text[at] == '\t');)
		at++;
	while (at + len < r->len && !isspace((unsigned char)r->text[at + len]))
		len++;
	/* A NUL would end it, and an empty delimiter is everywhere. */
	if (len == 0 || len >= sizeof(r->delimiter) || memchr(r->text + at, 0, len))
		return false;
	memcpy(r->delimiter, r->text + at, len);
	r->delimiter[len] = '\0';
	r->at = at + len;
	return true;
}

/* Moves to the first character of a statement that is not blank, a delimiter or a comment. */
static int find_start(struct statement_reader *r, struct error *err)
{
	for (;;) {
		struct sql_lexer x = { .reader = r, .at = r->at };
		struct sql_token t;
		int n;

		/* An executable comment begins a statement, so it is not passed by. */
		while (x.at < r->len && !x.inside) {
			size_t before = x.at;

			r->at = before;
			if (isspace((unsigned char)r->text[x.at])) {
				x.at++;
			} else if (at_line_comment(&x)) {
				skip_line(&x);
			} else if (starts(&x, "/*") && !starts(&x, "/*!") && !starts(&x, "/*M!")) {
				n = comment(&x, err);
				if (n < 0)
					return n;
			} else {
				break;
			}
			r->at = x.at;
		}
		if (r->at >= r->len)
			return 0;
		if (take_delimiter_line(r, r->at))
			continue;
		x = (struct sql_lexer){ .reader = r, .at = r->at };
		n = sql_lexer_next(&x, &t, err);
		if (n <= 0 || t.kind != TOKEN_DELIMITER)
			return n;
		r->at = x.at;
	}
}

int statement_next(struct statement_reader *r, struct statement *ret, struct error *err)
{
	int n = find_start(r, err);
	struct sql_lexer x = { .reader = r, .at = r->at };
	size_t from = r->at, to = r->at;
	struct sql_token t;

	if (n <= 0)
		return n;
	while ((n = sql_lexer_next(&x, &t, err)) > 0 && t.kind != TOKEN_DELIMITER)
		to = x.at;
	if (n < 0)
		return n;
	/* What ends inside an executable comment ends with it. */
	if (n == 0 || (n > 0 && t.text > r->text + to)) {
		size_t end = n == 0 ? r->len : (size_t)(t.text - r->text);

		while (end > to && isspace((unsigned char)r->text[end - 1]))
			end--;
		to = end;
	}
	*ret = (struct statement){ .text = r->text + from, .len = to - from,
				   .pos = position(r, from) };
	r->at = x.at;
	statement_judge(ret, r);
	return 1;
}
