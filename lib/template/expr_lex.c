/* SPDX-License-Identifier: Apache-2.0 */
#include "template/expr_lex.h"

#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "base/utf8.h"
#include "template/ascii.h"
#include "template/expr_internal.h"
#include "template/quantity.h"

static bool is_word(char c)
{
	return ascii_is_alnum(c) || c == '_';
}

static int syntax_error(struct error *err, const struct pos *pos, const char *what,
			const char *text, size_t len)
{
	error_set_at(err, ERR_INVALID, pos, "%s '%.*s%s'", what, quote_length(text, len), text,
		     quote_rest(text, len));
	err->code = CODE_SYNTAX;
	return -ERR_INVALID;
}

void lexer_init(struct lexer *l, struct arena *a, const char *text, size_t len,
		const struct pos *pos)
{
	*l = (struct lexer){ .arena = a, .at = text, .end = text + len, .pos = *pos };
}

static struct pos place(const struct lexer *l)
{
	if (!l->places)
		return l->pos;
	return scalar_place(l->places, (size_t)(l->at - l->places->node->text));
}

/* Steps over len bytes, of which none is a line end and all are ASCII. */
static void skip_ascii(struct lexer *l, size_t len)
{
	l->at += len;
	l->pos.column += (uint32_t)len;
}

/* Steps over one character. */
static void skip_character(struct lexer *l)
{
	size_t len = (unsigned char)*l->at < 0x80 ? 1 : utf8_sequence(l->at, l->end);

	if (*l->at == '\n') {
		l->pos.line++;
		l->pos.column = 0;
	}
	l->at += len ? len : 1;
	l->pos.column++;
}

static void skip_blanks(struct lexer *l)
{
	while (l->at < l->end &&
	       (*l->at == ' ' || *l->at == '\t' || *l->at == '\n' || *l->at == '\r'))
		skip_character(l);
}

static void finish(struct lexer *l, struct token *t)
{
	t->len = (size_t)(l->at - t->text);
}

/* ---- numbers and quantities ---- */

static int number_error(struct lexer *l, const struct token *t, const char *what, struct error *err)
{
	const char *p = t->text;

	while (p < l->end && (is_word(*p) || *p == '.'))
		p++;
	return syntax_error(err, &t->pos, what, t->text, (size_t)(p - t->text));
}

static int lex_number(struct lexer *l, struct token *t, struct error *err)
{
	static const struct quantity_suffix none = { "", 0, 0 };
	const struct quantity_suffix *s = &none;
	struct decimal d;
	const char *p;

	decimal_scan(l->at, (size_t)(l->end - l->at), DECIMAL_UNSIGNED, &d);
	for (p = l->at + d.used; p < l->end && is_word(*p);)
		p++;
	if (p > l->at + d.used)
		s = quantity_suffix_find(l->at + d.used, (size_t)(p - l->at) - d.used);
	if (!s || (s != &none && d.used > d.digits_len)) {
		number_error(l, t, "malformed number", err);
		error_hint(err, "suffixes of quantities are n u m k M G T P E Ki Mi Gi Ti Pi Ei");
		return -ERR_INVALID;
	}
	if (p < l->end && *p == '.')
		return number_error(l, t, "malformed number", err);
	if (d.digits_len > 1 && d.digits[0] == '0' && ascii_is_digit(d.digits[1]))
		return number_error(l, t, "leading zero in number", err);
	t->kind = TOKEN_VALUE;
	t->value.kind = s == &none ? VALUE_NUMBER : VALUE_QUANTITY;
	if (!decimal_value(&d, s->exp10, s->exp2, &t->value.number)) {
		number_error(l, t, "beyond the range of exact numbers:", err);
		err->code = CODE_ARITHMETIC;
		return -ERR_INVALID;
	}
	if (s != &none)
		t->value.family = quantity_suffix_family(s);
	skip_ascii(l, (size_t)(p - l->at));
	finish(l, t);
	return 0;
}

/* ---- strings ---- */

static int unescape(char c)
{
	switch (c) {
	case 'n':
		return '\n';
	case 't':
		return '\t';
	case '\\':
	case '\'':
	case '"':
	case '$':
		return c;
	default:
		return -1;
	}
}

/* Steps over the string and counts its bytes without escapes. */
static int scan_string(struct lexer *l, struct token *t, size_t *ret_len, struct error *err)
{
	char quote = *l->at;
	size_t len = 0;

	for (skip_ascii(l, 1); l->at < l->end && *l->at != quote; len++) {
		const char *before = l->at;

		if (*l->at == '\\') {
			if (l->at + 1 < l->end && unescape(l->at[1]) < 0) {
				size_t n = utf8_sequence(l->at + 1, l->end);
				const struct pos pos = place(l);

				syntax_error(err, &pos, "unknown escape", l->at, n + 1);
				error_hint(err, "escapes are \\n \\t \\\\ \\' \\\" \\$");
				return -ERR_INVALID;
			}
			skip_ascii(l, 1);
			if (l->at == l->end)
				break;
			before = l->at;
		}
		skip_character(l);
		len += (size_t)(l->at - before) - 1;
	}
	if (l->at == l->end) {
		error_set_at(err, ERR_INVALID, &t->pos, "string without closing %c", quote);
		err->code = CODE_SYNTAX;
		return -ERR_INVALID;
	}
	skip_ascii(l, 1);
	*ret_len = len;
	return 0;
}

static int lex_string(struct lexer *l, struct token *t, struct error *err)
{
	const char *p;
	char *text, *q;
	size_t len;

	if (scan_string(l, t, &len, err) < 0)
		return -ERR_INVALID;
	finish(l, t);
	if (len == t->len - 2) {
		text = arena_memdupz(l->arena, t->text + 1, len);
	} else {
		q = text = arena_alloc(l->arena, len + 1);
		for (p = t->text + 1; p < l->at - 1; p++)
			*q++ = *p == '\\' ? (char)unescape(*++p) : *p;
		*q = '\0';
	}
	t->kind = TOKEN_VALUE;
	t->value = value_string(text, len);
	return 0;
}

/* ---- words and operators ---- */

static bool text_is(const struct token *t, const char *word)
{
	return strlen(word) == t->len && memcmp(t->text, word, t->len) == 0;
}

static void lex_word(struct lexer *l, struct token *t)
{
	const char *p = l->at;

	while (p < l->end && is_word(*p))
		p++;
	skip_ascii(l, (size_t)(p - l->at));
	finish(l, t);
	t->kind = TOKEN_VALUE;
	if (text_is(t, "true") || text_is(t, "false"))
		t->value = value_bool(t->len == 4);
	else if (text_is(t, "null"))
		t->value = (struct value){ .kind = VALUE_NULL };
	else
		t->kind = TOKEN_NAME;
}

static const struct {
	char text[3];
	uint8_t kind, op;
} signs[] = {
	/* Longer ones before their beginnings. */
	{ "||", TOKEN_OP, OP_OR }, { "&&", TOKEN_OP, OP_AND }, { "==", TOKEN_OP, OP_EQ },
	{ "!=", TOKEN_OP, OP_NE }, { "<=", TOKEN_OP, OP_LE },  { ">=", TOKEN_OP, OP_GE },
	{ "<", TOKEN_OP, OP_LT },  { ">", TOKEN_OP, OP_GT },   { "+", TOKEN_OP, OP_ADD },
	{ "-", TOKEN_OP, OP_SUB }, { "*", TOKEN_OP, OP_MUL },  { "/", TOKEN_OP, OP_DIV },
	{ "%", TOKEN_OP, OP_MOD }, { "!", TOKEN_OP, OP_NOT },  { "?", TOKEN_QUESTION, 0 },
	{ ":", TOKEN_COLON, 0 },   { ",", TOKEN_COMMA, 0 },    { "(", TOKEN_OPEN, 0 },
	{ ")", TOKEN_CLOSE, 0 },   { "[", TOKEN_BRACKET, 0 },  { "]", TOKEN_UNBRACKET, 0 },
	{ "}", TOKEN_UNBRACE, 0 },
};

static int lex_sign(struct lexer *l, struct token *t, struct error *err)
{
	size_t left = (size_t)(l->end - l->at), n;
	struct pos pos;

	for (size_t i = 0; i < ARRAY_SIZE(signs); i++) {
		n = signs[i].text[1] ? 2 : 1;
		if (left < n || memcmp(l->at, signs[i].text, n) != 0)
			continue;
		t->kind = (enum token_kind)signs[i].kind;
		t->op = (enum expr_op)signs[i].op;
		skip_ascii(l, n);
		finish(l, t);
		return 0;
	}
	n = utf8_sequence(l->at, l->end);
	pos = place(l);
	syntax_error(err, &pos, "unexpected character", l->at, n);
	if (*l->at == '=')
		error_hint(err, "equality is ==");
	else if (*l->at == '&' || *l->at == '|')
		error_hint(err, "logical operators are && and ||");
	else if (*l->at == '$' || *l->at == '{')
		error_hint(err, "names stand alone here: NAME, not ${NAME}");
	return -ERR_INVALID;
}

int lexer_next(struct lexer *l, struct token *ret, struct error *err)
{
	struct token t = { .kind = TOKEN_END };
	int rc = 0;

	skip_blanks(l);
	t.pos = place(l);
	t.text = l->at;
	if (l->at < l->end) {
		if (ascii_is_digit(*l->at))
			rc = lex_number(l, &t, err);
		else if (is_word(*l->at))
			lex_word(l, &t);
		else if (*l->at == '\'' || *l->at == '"')
			rc = lex_string(l, &t, err);
		else
			rc = lex_sign(l, &t, err);
	}
	if (rc == 0)
		*ret = t;
	return rc;
}

const char *token_describe(const struct token *t, char *buf, size_t size)
{
	if (t->kind == TOKEN_END)
		return "end of expression";
	snprintf(buf, size, "'%.*s%s'", quote_length(t->text, t->len), t->text,
		 quote_rest(t->text, t->len));
	return buf;
}
