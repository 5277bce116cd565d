/* SPDX-License-Identifier: Apache-2.0 */
#include "template/program_stream.h"

#include <string.h>

/* Numbers are LEB128 varints; strings are length, bytes, NUL. */

void program_put(struct strbuf *out, uint64_t n)
{
	while (n > 127) {
		strbuf_addch(out, (char)(n | 128));
		n >>= 7;
	}
	strbuf_addch(out, (char)n);
}

static void put_wide(struct strbuf *out, __int128 n)
{
	unsigned __int128 u = (unsigned __int128)n;

	program_put(out, (uint64_t)u);
	program_put(out, (uint64_t)(u >> 64));
}

void program_put_bytes(struct strbuf *out, const char *s, size_t len)
{
	program_put(out, len);
	strbuf_add(out, s, len);
	strbuf_addch(out, '\0');
}

void program_put_string(struct strbuf *out, const char *s)
{
	program_put_bytes(out, s, strlen(s));
}

void program_put_optional(struct strbuf *out, const char *s)
{
	program_put(out, s != NULL);
	if (s)
		program_put_string(out, s);
}

void program_put_node(struct strbuf *out, const struct node *n)
{
	program_put(out, n->kind);
	switch ((enum node_kind)n->kind) {
	case NODE_NULL:
		break;
	case NODE_BOOL:
		program_put(out, n->boolean);
		break;
	case NODE_NUMBER:
	case NODE_STRING:
		program_put_bytes(out, n->text, n->len);
		break;
	case NODE_SEQ:
		program_put(out, n->len);
		for (uint32_t i = 0; i < n->len; i++)
			program_put_node(out, n->items[i]);
		break;
	case NODE_MAP:
		program_put(out, n->len);
		for (uint32_t i = 0; i < n->len; i++) {
			program_put_node(out, n->entries[i].key);
			program_put_node(out, n->entries[i].value);
		}
		break;
	}
}

static void put_value(struct strbuf *out, const struct value *v)
{
	program_put(out, v->kind);
	program_put(out, v->secret);
	switch (v->kind) {
	case VALUE_NULL:
		break;
	case VALUE_BOOL:
		program_put(out, v->boolean);
		break;
	case VALUE_NUMBER:
	case VALUE_QUANTITY:
		put_wide(out, v->number.num);
		put_wide(out, v->number.den);
		program_put(out, v->family);
		break;
	case VALUE_STRING:
		program_put_bytes(out, v->text, v->len);
		break;
	case VALUE_LIST:
		program_put(out, v->count);
		for (size_t i = 0; i < v->count; i++)
			put_value(out, &v->items[i]);
		break;
	case VALUE_NODE:
		program_put_node(out, v->node);
		break;
	}
}

void program_put_expr(struct strbuf *out, const struct expr *e)
{
	program_put(out, e->kind);
	if (e->kind == EXPR_CONST) {
		put_value(out, &e->value);
		return;
	}
	if (e->kind == EXPR_NAME) {
		program_put_string(out, e->name);
		return;
	}
	/* Functions by name: their numbers may change from version to version. */
	if (e->kind == EXPR_CALL)
		program_put_string(out, expr_functions[e->op].name);
	else
		program_put(out, e->op);
	program_put(out, e->argc);
	for (uint32_t i = 0; i < e->argc; i++)
		program_put_expr(out, e->args[i]);
}

static void put_pieces(struct strbuf *out, const struct tpl *t)
{
	program_put(out, t->count);
	for (size_t i = 0; i < t->count; i++) {
		program_put(out, t->pieces[i].expr != NULL);
		if (t->pieces[i].expr) {
			program_put_expr(out, t->pieces[i].expr);
		} else {
			program_put_bytes(out, t->pieces[i].text, t->pieces[i].len);
		}
	}
}

static void put_let(struct strbuf *out, const struct tpl *t)
{
	program_put(out, t->count);
	for (size_t i = 0; i < t->count; i++) {
		program_put_string(out, t->bindings[i].name);
		program_put_tpl(out, t->bindings[i].value);
	}
	program_put_tpl(out, t->items[0]);
}

static void put_body(struct strbuf *out, const struct tpl *t)
{
	switch ((enum tpl_kind)t->kind) {
	case TPL_CONST:
		program_put_node(out, t->node);
		break;
	case TPL_MAP:
		program_put(out, t->count);
		for (size_t i = 0; i < t->count; i++) {
			program_put_tpl(out, t->entries[i].key);
			program_put_tpl(out, t->entries[i].value);
		}
		break;
	case TPL_SEQ:
		program_put(out, t->count);
		for (size_t i = 0; i < t->count; i++)
			program_put_tpl(out, t->items[i]);
		break;
	case TPL_TEXT:
		put_pieces(out, t);
		break;
	case TPL_EXPR:
		program_put_expr(out, t->expr);
		break;
	case TPL_JSON:
		program_put_string(out, t->name);
		program_put_expr(out, t->expr);
		break;
	case TPL_IF:
	case TPL_ASSERT:
		program_put_expr(out, t->expr);
		program_put_tpl(out, t->items[0]);
		program_put_tpl(out, t->items[1]);
		break;
	case TPL_FOR:
		program_put_string(out, t->name);
		program_put_expr(out, t->expr);
		program_put_tpl(out, t->items[0]);
		break;
	case TPL_LET:
		put_let(out, t);
		break;
	}
}

/* 0: nothing, else the kind and one. */
void program_put_tpl(struct strbuf *out, const struct tpl *t)
{
	if (!t) {
		program_put(out, 0);
		return;
	}
	program_put(out, t->kind + 1u);
	put_body(out, t);
}
