/* SPDX-License-Identifier: Apache-2.0 */
/* Recursive descent over the tokens of an expression; binary operators by precedence climbing. */
#include "template/expr.h"

#include <string.h>

#include "base/limits.h"
#include "base/memory.h"
#include "base/suggest.h"
#include "template/expr_internal.h"
#include "template/expr_lex.h"

/*
 * The tree is at most LIMIT_DEPTH deep and so are lists in a constant; what expr_print writes for
 * both nests no deeper than this.
 */
#define NESTING_MAX (2 * LIMIT_DEPTH + 8)

struct parser {
	struct arena *arena;
	struct lexer lexer;
	struct token token; /* the one being looked at */
	struct token last;  /* the one before it */
	unsigned nesting;
	struct error *err;
};

static int parse_condition(struct parser *p, struct expr **ret);
static int parse_unary(struct parser *p, struct expr **ret);

static int next(struct parser *p)
{
	p->last = p->token;
	return lexer_next(&p->lexer, &p->token, p->err);
}

static int too_deep(struct parser *p, const struct pos *pos)
{
	error_set_at(p->err, ERR_LIMIT, pos, "the expression is nested deeper than %d",
		     LIMIT_DEPTH);
	p->err->code = CODE_LIMIT;
	return -ERR_LIMIT;
}

static bool token_is(const struct token *t, const char *text)
{
	return t->text && t->len == strlen(text) &&
	       !memcmp(t->text, text, t->len);
}

/* What other languages write where an expression cannot go on. */
static const char *habit_hint(const struct parser *p)
{
	if (token_is(&p->token, "and") || token_is(&p->token, "or"))
		return "logical operators are && and ||";
	if (token_is(&p->last, "not"))
		return "negation is !";
	if (token_is(&p->token, "in") || token_is(&p->token, "not"))
		return "contains(list, x) tells whether x is in the list";
	if (token_is(&p->token, "if") || token_is(&p->token, "then"))
		return "a choice is written CONDITION ? A : B";
	if (token_is(&p->last, "%"))
		return "'%' is the remainder; 70 % of x is x * 0.7";
	return NULL;
}

static int expected(struct parser *p, const char *what)
{
	const char *hint = habit_hint(p);
	char buf[128];

	error_set_at(p->err, ERR_INVALID, &p->token.pos, "expected %s, got %s", what,
		     token_describe(&p->token, buf, sizeof(buf)));
	p->err->code = CODE_SYNTAX;
	if (hint)
		error_hint(p->err, "%s", hint);
	return -ERR_INVALID;
}

/* Gives a node its depth and its final form. */
static int finish(struct parser *p, struct expr *e, struct expr **ret)
{
	unsigned depth = 0;

	for (uint32_t i = 0; i < e->argc; i++) {
		if (depth < e->args[i]->depth)
			depth = e->args[i]->depth;
	}
	if (depth >= LIMIT_DEPTH)
		return too_deep(p, &e->pos);
	e->depth = (uint16_t)(depth + 1);
	*ret = expr_normalise(p->arena, e);
	return 0;
}

static int enter(struct parser *p)
{
	if (++p->nesting > NESTING_MAX)
		return too_deep(p, &p->token.pos);
	return 0;
}

static int parse_nested(struct parser *p, struct expr **ret)
{
	int rc = enter(p);

	if (rc == 0)
		rc = parse_condition(p, ret);
	p->nesting--;
	return rc;
}

/* ---- primary expressions ---- */

struct items {
	struct expr **v;
	size_t len, alloc;
};

static void items_release(struct items *items)
{
	free(items->v);
}

/* Items up to the closing token, which is read too. */
static int parse_items(struct parser *p, enum token_kind close, const char *what,
		       struct items *items)
{
	int rc = next(p);

	while (rc == 0 && (p->token.kind != close || items->len)) {
		struct expr *item;

		rc = parse_nested(p, &item);
		if (rc < 0)
			return rc;
		ALLOC_GROW(items->v, items->len + 1, items->alloc);
		items->v[items->len++] = item;
		if (p->token.kind == close)
			break;
		if (p->token.kind != TOKEN_COMMA)
			return expected(p, what);
		rc = next(p);
	}
	return rc < 0 ? rc : next(p);
}

static struct expr *with_items(struct parser *p, enum expr_kind kind, const struct pos *pos,
			       const struct items *items)
{
	struct expr *e = expr_new(p->arena, kind, pos, (uint32_t)items->len);

	if (items->len)
		memcpy(e->args, items->v, items->len * sizeof(items->v[0]));
	return e;
}

static int parse_list(struct parser *p, struct expr **ret)
{
	__attribute__((cleanup(items_release))) struct items items = { 0 };
	struct pos pos = p->token.pos;
	int rc = parse_items(p, TOKEN_UNBRACKET, "',' or ']'", &items);

	if (rc < 0)
		return rc;
	return finish(p, with_items(p, EXPR_LIST, &pos, &items), ret);
}

static const struct expr_function *find_function(const struct token *name)
{
	for (size_t i = 0; i < expr_function_count; i++) {
		const char *text = expr_functions[i].name;

		if (strncmp(text, name->text, name->len) == 0 && !text[name->len])
			return &expr_functions[i];
	}
	return NULL;
}

static int unknown_function(struct parser *p, const struct token *name)
{
	char *text = arena_memdupz(p->arena, name->text, name->len);
	struct suggestion s = { 0 };

	for (size_t i = 0; i < expr_function_count; i++)
		suggest_offer(&s, text, expr_functions[i].name);
	error_set_at(p->err, ERR_INVALID, &name->pos, "no function '%.*s%s'",
		     quote_length(text, name->len), text, quote_rest(text, name->len));
	p->err->code = CODE_CALL;
	if (s.best)
		error_hint(p->err, "did you mean '%s'?", s.best);
	return -ERR_INVALID;
}

static int wrong_count(struct parser *p, const struct token *name, const struct expr_function *f,
		       size_t count)
{
	error_set_at(p->err, ERR_INVALID, &name->pos, "%s takes %s%u argument%s, got %zu", f->name,
		     f->min_args == f->max_args ? ""
		     : count < f->min_args	? "at least "
						: "at most ",
		     (unsigned)(count < f->min_args ? f->min_args : f->max_args),
		     (count < f->min_args ? f->min_args : f->max_args) == 1 ? "" : "s", count);
	p->err->code = CODE_CALL;
	error_hint(p->err, "usage: %s", f->usage);
	return -ERR_INVALID;
}

static int parse_call(struct parser *p, const struct token *name, struct expr **ret)
{
	__attribute__((cleanup(items_release))) struct items items = { 0 };
	const struct expr_function *f = find_function(name);
	struct expr *e;
	int rc;

	if (!f)
		return unknown_function(p, name);
	rc = parse_items(p, TOKEN_CLOSE, "',' or ')'", &items);
	if (rc < 0)
		return rc;
	if (items.len < f->min_args || (f->max_args != 255 && items.len > f->max_args))
		return wrong_count(p, name, f, items.len);
	e = with_items(p, EXPR_CALL, &name->pos, &items);
	e->op = (uint8_t)(f - expr_functions);
	return finish(p, e, ret);
}

static int parse_word(struct parser *p, struct expr **ret)
{
	struct token name = p->token;
	int rc = next(p);

	if (rc < 0)
		return rc;
	if (p->token.kind == TOKEN_OPEN)
		return parse_call(p, &name, ret);
	*ret = expr_new(p->arena, EXPR_NAME, &name.pos, 0);
	(*ret)->name = arena_memdupz(p->arena, name.text, name.len);
	return 0;
}

static int parse_group(struct parser *p, struct expr **ret)
{
	int rc = next(p);

	if (rc == 0)
		rc = parse_nested(p, ret);
	if (rc < 0)
		return rc;
	if (p->token.kind != TOKEN_CLOSE)
		return expected(p, "an operator or ')'");
	return next(p);
}

static int parse_primary(struct parser *p, struct expr **ret)
{
	switch (p->token.kind) {
	case TOKEN_VALUE:
		*ret = expr_constant(p->arena, &p->token.value, &p->token.pos);
		return next(p);
	case TOKEN_NAME:
		return parse_word(p, ret);
	case TOKEN_OPEN:
		return parse_group(p, ret);
	case TOKEN_BRACKET:
		return parse_list(p, ret);
	default:
		return expected(p, "a value, a name or '('");
	}
}

static int parse_postfix(struct parser *p, struct expr **ret)
{
	struct expr *base, *index, *e;
	int rc = parse_primary(p, &base);

	while (rc == 0 && p->token.kind == TOKEN_BRACKET) {
		struct pos pos = p->token.pos;

		rc = next(p);
		if (rc == 0)
			rc = parse_nested(p, &index);
		if (rc < 0)
			return rc;
		if (p->token.kind != TOKEN_UNBRACKET)
			return expected(p, "an operator or ']'");
		e = expr_new(p->arena, EXPR_INDEX, &pos, 2);
		e->args[0] = base;
		e->args[1] = index;
		rc = finish(p, e, &base);
		if (rc == 0)
			rc = next(p);
	}
	if (rc == 0)
		*ret = base;
	return rc;
}

/* ---- operators ---- */

static int parse_prefix(struct parser *p, enum expr_op op, struct expr **ret)
{
	struct expr *e = expr_new(p->arena, EXPR_UNARY, &p->token.pos, 1);
	int rc = enter(p);

	e->op = (uint8_t)op;
	if (rc == 0)
		rc = next(p);
	if (rc == 0)
		rc = parse_unary(p, &e->args[0]);
	p->nesting--;
	return rc < 0 ? rc : finish(p, e, ret);
}

static int parse_unary(struct parser *p, struct expr **ret)
{
	if (p->token.kind == TOKEN_OP && p->token.op == OP_NOT)
		return parse_prefix(p, OP_NOT, ret);
	if (p->token.kind == TOKEN_OP && p->token.op == OP_SUB)
		return parse_prefix(p, OP_NEG, ret);
	return parse_postfix(p, ret);
}

static int level(const struct token *t)
{
	if (t->kind != TOKEN_OP || t->op == OP_NOT)
		return 0;
	return expr_op_level(t->op);
}

static int parse_binary(struct parser *p, int least, struct expr **ret)
{
	struct expr *left, *right, *e;
	int rc = parse_unary(p, &left), l;

	while (rc == 0 && (l = level(&p->token)) >= least) {
		struct token op = p->token;

		rc = next(p);
		if (rc == 0)
			rc = parse_binary(p, l + 1, &right);
		if (rc < 0)
			return rc;
		e = expr_new(p->arena, EXPR_BINARY, &op.pos, 2);
		e->op = (uint8_t)op.op;
		e->args[0] = left;
		e->args[1] = right;
		rc = finish(p, e, &left);
	}
	if (rc == 0)
		*ret = left;
	return rc;
}

static int parse_condition(struct parser *p, struct expr **ret)
{
	struct expr *e;
	int rc = parse_binary(p, LEVEL_OR, ret);

	if (rc < 0 || p->token.kind != TOKEN_QUESTION)
		return rc;
	e = expr_new(p->arena, EXPR_COND, &p->token.pos, 3);
	e->args[0] = *ret;
	rc = next(p);
	if (rc == 0)
		rc = parse_nested(p, &e->args[1]);
	if (rc < 0)
		return rc;
	if (p->token.kind != TOKEN_COLON)
		return expected(p, "an operator or ':'");
	rc = next(p);
	if (rc == 0)
		rc = parse_nested(p, &e->args[2]);
	return rc < 0 ? rc : finish(p, e, ret);
}

/* ---- entry ---- */

static int parse(struct parser *p, enum token_kind end, const char *what, struct expr **ret)
{
	struct expr *e;
	int rc = next(p);

	if (rc == 0)
		rc = parse_condition(p, &e);
	if (rc < 0)
		return rc;
	if (p->token.kind != end)
		return expected(p, what);
	*ret = e;
	return 0;
}

int expr_parse(struct arena *a, const char *text, size_t len, const struct pos *pos,
	       struct expr **ret, struct error *err)
{
	struct parser p = { .arena = a, .err = err };

	lexer_init(&p.lexer, a, text, len, pos);
	return parse(&p, TOKEN_END, "an operator or the end", ret);
}

int expr_parse_scalar(struct arena *a, struct scalar_places *places, size_t offset,
		      struct expr **ret, size_t *ret_used, struct error *err)
{
	const struct node *n = places->node;
	const struct pos pos = scalar_place(places, offset);
	struct parser p = { .arena = a, .err = err };
	int rc;

	lexer_init(&p.lexer, a, n->text + offset, n->len - offset, &pos);
	p.lexer.places = places;
	if (!ret_used)
		return parse(&p, TOKEN_END, "an operator or the end", ret);
	rc = parse(&p, TOKEN_UNBRACE, "an operator or '}'", ret);
	if (rc == 0)
		*ret_used = (size_t)(p.token.text - n->text) - offset;
	return rc;
}
