/* SPDX-License-Identifier: Apache-2.0 */
/* !expr and !text, and the expressions of other directives. */
#include "template/directive_parts.h"

#include <string.h>

#include "base/limits.h"
#include "base/memory.h"
#include "template/diagnostics.h"

/* What follows a parse. A residual's constants become what they were when it was printed. */
static struct expr *finish_expr(struct loader *l, struct expr *e)
{
	struct strmap nothing = STRMAP_INIT;
	size_t steps = LIMIT_EVAL_STEPS;

	if (l->t->residual)
		e = expr_fold(e, &(struct env){ .arena = l->arena,
						.parameters = &nothing,
						.steps = &steps });
	loader_check_names(l, e);
	return e;
}

/* An expression in a string node; NULL after a report. */
static struct expr *parse_expr(struct loader *l, const struct node *n)
{
	cleanup_error struct error err = ERROR_INIT;
	cleanup_scalar_places struct scalar_places places = { 0 };
	struct expr *e = NULL;
	struct pos pos;

	if (n->len > LIMIT_EXPRESSION_BYTES) {
		diagnose(l->diags, "T006", &n->pos, NULL, "expression is longer than %zu bytes",
			 LIMIT_EXPRESSION_BYTES);
		return NULL;
	}
	scalar_places_init(&places, l->source, n);
	pos = scalar_place(&places, 0);
	if (expr_parse_scalar(l->arena, &places, 0, &e, NULL, &err) < 0) {
		error_locate(&err, &pos);
		diagnose_error(l->diags, "T201", &err);
		return NULL;
	}
	return finish_expr(l, e);
}

struct tpl *directive_load_expr(struct loader *l, struct node *n)
{
	struct tpl *t;
	struct expr *e;

	if (!directive_is_scalar(n))
		return directive_malformed(l, n, "!expr", "expected an expression, got a list or map");
	e = parse_expr(l, n);
	if (!e)
		return NULL;
	t = tpl_new(l->arena, TPL_EXPR, &n->pos);
	t->expr = e;
	t->expr_pos = scalar_text_pos(l->source, n);
	return t;
}

struct pieces {
	struct tpl_piece *v;
	size_t len, alloc;
};

static void add_literal(struct loader *l, struct pieces *p, struct strbuf *text)
{
	if (!text->len)
		return;
	ALLOC_GROW(p->v, p->len + 1, p->alloc);
	p->v[p->len++] = (struct tpl_piece){
		.text = arena_memdupz(l->arena, text->buf, text->len),
		.len = text->len,
	};
	strbuf_reset(text);
}

/* In a residual a constant is text that could not be written as it stands, such as a '$' before
 * "${". */
static bool constant_text(const struct expr *e, struct strbuf *literal)
{
	cleanup_error struct error err = ERROR_INIT;
	size_t before = literal->len;
	struct value v;

	if (!expr_is_const(e, &v) || v.secret)
		return false;
	if (value_to_text(&v, literal, &err) == 0)
		return true;
	strbuf_setlen(literal, before);
	return false;
}

/* The expression after "${" at *at in the text; moves *at behind its '}'. */
static bool add_reference(struct loader *l, struct pieces *p, struct scalar_places *places,
			  size_t *at, struct strbuf *literal)
{
	cleanup_error struct error err = ERROR_INIT;
	const struct pos pos = scalar_place(places, *at);
	struct expr *e;
	size_t used;

	if (expr_parse_scalar(l->arena, places, *at, &e, &used, &err) < 0) {
		error_locate(&err, &pos);
		diagnose_error(l->diags, "T201", &err);
		return false;
	}
	e = finish_expr(l, e);
	*at += used + 1;
	if (l->t->residual && constant_text(e, literal))
		return true;
	add_literal(l, p, literal);
	ALLOC_GROW(p->v, p->len + 1, p->alloc);
	p->v[p->len++] = (struct tpl_piece){ .expr = e, .pos = pos };
	return true;
}

static bool split_text(struct loader *l, const struct node *n, struct pieces *p)
{
	cleanup_strbuf struct strbuf literal = STRBUF_INIT;
	const char *dollar, *end = n->text + n->len;
	cleanup_scalar_places struct scalar_places places = { 0 };
	size_t at = 0, run;

	scalar_places_init(&places, l->source, n);
	while (at < n->len) {
		dollar = memchr(n->text + at, '$', n->len - at);
		run = (size_t)((dollar ? dollar : end) - (n->text + at));
		strbuf_add(&literal, n->text + at, run);
		at += run;
		if (!dollar)
			break;
		if (end - dollar >= 3 && dollar[1] == '$' && dollar[2] == '{') {
			strbuf_add(&literal, "${", 2);
			at += 3;
		} else if (end - dollar >= 2 && dollar[1] == '{') {
			at += 2;
			if (!add_reference(l, p, &places, &at, &literal))
				return false;
		} else {
			strbuf_addch(&literal, '$');
			at++;
		}
	}
	add_literal(l, p, &literal);
	return true;
}

struct tpl *directive_load_text(struct loader *l, struct node *n)
{
	struct pieces p = { 0 };
	struct tpl *t = NULL;

	if (!directive_is_scalar(n))
		return directive_malformed(l, n, "!text", "expected a string, got a list or map");
	if (split_text(l, n, &p)) {
		t = tpl_new(l->arena, TPL_TEXT, &n->pos);
		t->count = (uint32_t)p.len;
		t->pieces = arena_alloc(l->arena, p.len * sizeof(*p.v));
		if (p.len)
			memcpy(t->pieces, p.v, p.len * sizeof(*p.v));
	}
	free(p.v);
	return t ? tpl_collapse(l->arena, t) : NULL;
}

struct expr *directive_expr_field(struct loader *l, const struct node *n, const char *key,
				  struct pos *ret_pos)
{
	const struct node *v = node_get(n, key);

	*ret_pos = scalar_text_pos(l->source, v);
	if (!directive_is_scalar(v) || (v->tag && strcmp(v->tag, "!expr") != 0)) {
		diagnose(l->diags, "T007", &v->pos, "write the expression as plain text; in quotes when it begins with '!' or '['",
			 "%s: field '%s' must be an expression", n->tag, key);
		return NULL;
	}
	if (v->kind == NODE_STRING || v->tag)
		return parse_expr(l, v);
	if (v->kind == NODE_BOOL || v->kind == NODE_NUMBER) {
		struct node text = *v;

		text.kind = NODE_STRING;
		if (v->kind == NODE_BOOL) {
			text.text = v->boolean ? "true" : "false";
			text.len = (uint32_t)strlen(text.text);
		}
		text.plain = true;
		return parse_expr(l, &text);
	}
	diagnose(l->diags, "T007", &v->pos, NULL, "%s: field '%s' is empty", n->tag, key);
	return NULL;
}
