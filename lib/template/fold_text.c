/* SPDX-License-Identifier: Apache-2.0 */
#include "template/fold.h"

#include <string.h>

#include "base/limits.h"
#include "base/memory.h"
#include "template/json_text.h"

/*
 * Partial evaluation of text. A decided value becomes part of the literal text, but for two cases,
 * in which a !let keeps it apart: one that breaks the JSON of the text, which rendering has to
 * report at its place; and text that was no JSON and now looks like it, which must stay unjudged.
 */

struct text_folder {
	struct fold *f;
	const struct tpl *t;
	enum text_use use;
	bool holds; /* the text holds JSON */
	struct json_text json;
	struct tpl_piece *v;
	size_t len, alloc;
	struct strbuf literal;
	struct tpl_binding *bound;
	size_t bound_len, bound_alloc;
	unsigned names;
};

static void add_piece(struct text_folder *tf, struct tpl_piece p)
{
	ALLOC_GROW(tf->v, tf->len + 1, tf->alloc);
	tf->v[tf->len++] = p;
}

static void flush_literal(struct text_folder *tf)
{
	struct strbuf *s = &tf->literal;
	struct arena *a = tf->f->env.arena;

	if (s->len)
		add_piece(tf, (struct tpl_piece){ .text = arena_memdupz(a, s->buf, s->len),
						  .len = s->len });
	strbuf_reset(s);
}

/* A name for a value that is kept apart: one that nothing in the text means. */
static struct expr *bind_apart(struct text_folder *tf, struct expr *e, const struct pos *pos)
{
	struct arena *a = tf->f->env.arena;
	struct tpl *value = tpl_new(a, TPL_EXPR, pos);
	struct expr *name = arena_zalloc(a, sizeof(*name));

	name->kind = EXPR_NAME;
	name->pos = e->pos;
	do
		name->name = arena_printf(a, "_%u", ++tf->names);
	while (tpl_mentions(tf->t, name->name));
	value->expr = e;
	value->expr_pos = *pos;
	ALLOC_GROW(tf->bound, tf->bound_len + 1, tf->bound_alloc);
	tf->bound[tf->bound_len++] =
		(struct tpl_binding){ .name = name->name, .pos = *pos, .value = value };
	return name;
}

/* Appends the text of a decided value to the literal text; false: it has none to append. */
static bool add_decided(struct text_folder *tf, const struct expr *e)
{
	cleanup_error struct error err = ERROR_INIT;
	size_t before = tf->literal.len;
	struct value v;

	if (!expr_is_const(e, &v) || (v.secret && tf->f->keep_secrets && tf->use != TEXT_MESSAGE))
		return false;
	if (v.secret && tf->use == TEXT_MESSAGE)
		strbuf_addstr(&tf->literal, "(secret)");
	else if (value_to_text(&v, &tf->literal, &err) < 0)
		strbuf_setlen(&tf->literal, before);
	if (!err.class && tf->literal.len <= LIMIT_STRING_BYTES &&
	    tf->literal.len - before <= tf->f->bytes) {
		tf->f->bytes -= tf->literal.len - before;
		return true;
	}
	strbuf_setlen(&tf->literal, before);
	return false;
}

static void fold_piece(struct text_folder *tf, const struct tpl_piece *p,
		       const struct tpl_piece *next)
{
	size_t before = tf->literal.len;
	bool decided, fits = true;
	struct expr *e;

	if (!p->expr) {
		strbuf_add(&tf->literal, p->text, p->len);
		if (tf->holds)
			json_text_literal(&tf->json, p->text, p->len);
		return;
	}
	e = fold_expr(tf->f, p->expr);
	decided = add_decided(tf, e);
	if (tf->holds)
		fits = json_text_value(&tf->json, tf->literal.buf + before,
				       tf->literal.len - before, next);
	if (decided && fits)
		return;
	strbuf_setlen(&tf->literal, before);
	flush_literal(tf);
	if (decided)
		e = bind_apart(tf, e, &p->pos);
	add_piece(tf, (struct tpl_piece){ .expr = e, .pos = p->pos });
}

static struct tpl *text_of(struct text_folder *tf)
{
	struct tpl *r = tpl_new(tf->f->env.arena, TPL_TEXT, &tf->t->pos);

	r->count = (uint32_t)tf->len;
	r->pieces = arena_alloc(tf->f->env.arena, tf->len * sizeof(*tf->v));
	if (tf->len)
		memcpy(r->pieces, tf->v, tf->len * sizeof(*tf->v));
	return r;
}

/* An empty value in front: what begins with a reference holds no JSON. */
static void keep_unjudged(struct text_folder *tf)
{
	struct expr *empty = arena_zalloc(tf->f->env.arena, sizeof(*empty));
	struct tpl_piece first = { .pos = tf->t->pos };

	empty->kind = EXPR_CONST;
	empty->pos = tf->t->pos;
	empty->value = value_string("", 0);
	first.expr = bind_apart(tf, empty, &tf->t->pos);
	add_piece(tf, first);
	memmove(tf->v + 1, tf->v, (tf->len - 1) * sizeof(*tf->v));
	tf->v[0] = first;
}

static struct tpl *with_bindings(struct text_folder *tf, struct tpl *text)
{
	struct arena *a = tf->f->env.arena;
	struct tpl *let;

	if (!tf->bound_len)
		return text;
	let = tpl_new_items(a, TPL_LET, &tf->t->pos, 1);
	let->count = (uint32_t)tf->bound_len;
	let->bindings = arena_alloc(a, tf->bound_len * sizeof(*let->bindings));
	memcpy(let->bindings, tf->bound, tf->bound_len * sizeof(*let->bindings));
	let->items[0] = text;
	return let;
}

struct tpl *fold_text(struct fold *f, struct tpl *t, enum text_use use)
{
	struct text_folder tf = { .f = f, .t = t, .use = use, .literal = STRBUF_INIT };
	struct tpl *r;

	tf.holds = use == TEXT_VALUE && json_text_holds(t);
	json_text_begin(&tf.json);
	for (size_t i = 0; i < t->count; i++)
		fold_piece(&tf, &t->pieces[i], i + 1 < t->count ? &t->pieces[i + 1] : NULL);
	flush_literal(&tf);
	r = tpl_collapse(f->env.arena, text_of(&tf));
	if (use == TEXT_VALUE && !tf.holds && r->kind == TPL_TEXT && json_text_holds(r)) {
		keep_unjudged(&tf);
		r = text_of(&tf);
	}
	r = with_bindings(&tf, r);
	strbuf_release(&tf.literal);
	free(tf.v);
	free(tf.bound);
	return r;
}
