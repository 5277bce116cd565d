/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "template/program.h"
#include "template/source_map.h"

/*
 * Layout: magic, checksum, source map, then the fields below in order. Numbers are LEB128 varints;
 * strings are length, bytes, NUL.
 */

struct writer {
	struct strbuf *out;
};

static void put(struct writer *w, uint64_t n)
{
	while (n > 127) {
		strbuf_addch(w->out, (char)(n | 128));
		n >>= 7;
	}
	strbuf_addch(w->out, (char)n);
}

static void put_wide(struct writer *w, __int128 n)
{
	unsigned __int128 u = (unsigned __int128)n;

	put(w, (uint64_t)u);
	put(w, (uint64_t)(u >> 64));
}

static void put_bytes(struct writer *w, const char *s, size_t len)
{
	put(w, len);
	strbuf_add(w->out, s, len);
	strbuf_addch(w->out, '\0');
}

static void put_string(struct writer *w, const char *s)
{
	put_bytes(w, s, strlen(s));
}

/* 0: NULL, else 1 and the string. */
static void put_optional(struct writer *w, const char *s)
{
	put(w, s != NULL);
	if (s)
		put_string(w, s);
}

static void put_node(struct writer *w, const struct node *n)
{
	put(w, n->kind);
	switch ((enum node_kind)n->kind) {
	case NODE_NULL:
		break;
	case NODE_BOOL:
		put(w, n->boolean);
		break;
	case NODE_NUMBER:
	case NODE_STRING:
		put_bytes(w, n->text, n->len);
		break;
	case NODE_SEQ:
		put(w, n->len);
		for (uint32_t i = 0; i < n->len; i++)
			put_node(w, n->items[i]);
		break;
	case NODE_MAP:
		put(w, n->len);
		for (uint32_t i = 0; i < n->len; i++) {
			put_node(w, n->entries[i].key);
			put_node(w, n->entries[i].value);
		}
		break;
	}
}

static void put_value(struct writer *w, const struct value *v)
{
	put(w, v->kind);
	put(w, v->secret);
	switch (v->kind) {
	case VALUE_NULL:
		break;
	case VALUE_BOOL:
		put(w, v->boolean);
		break;
	case VALUE_NUMBER:
	case VALUE_QUANTITY:
		put_wide(w, v->number.num);
		put_wide(w, v->number.den);
		put(w, v->family);
		break;
	case VALUE_STRING:
		put_bytes(w, v->text, v->len);
		break;
	case VALUE_LIST:
		put(w, v->count);
		for (size_t i = 0; i < v->count; i++)
			put_value(w, &v->items[i]);
		break;
	case VALUE_NODE:
		put_node(w, v->node);
		break;
	}
}

static void put_expr(struct writer *w, const struct expr *e)
{
	put(w, e->kind);
	if (e->kind == EXPR_CONST) {
		put_value(w, &e->value);
		return;
	}
	if (e->kind == EXPR_NAME) {
		put_string(w, e->name);
		return;
	}
	/* Functions by name: their numbers may change from version to version. */
	if (e->kind == EXPR_CALL)
		put_string(w, expr_functions[e->op].name);
	else
		put(w, e->op);
	put(w, e->argc);
	for (uint32_t i = 0; i < e->argc; i++)
		put_expr(w, e->args[i]);
}

static void put_tpl(struct writer *w, const struct tpl *t);

static void put_pieces(struct writer *w, const struct tpl *t)
{
	put(w, t->count);
	for (size_t i = 0; i < t->count; i++) {
		put(w, t->pieces[i].expr != NULL);
		if (t->pieces[i].expr) {
			put_expr(w, t->pieces[i].expr);
		} else {
			put_bytes(w, t->pieces[i].text, t->pieces[i].len);
		}
	}
}

static void put_let(struct writer *w, const struct tpl *t)
{
	put(w, t->count);
	for (size_t i = 0; i < t->count; i++) {
		put_string(w, t->bindings[i].name);
		put_tpl(w, t->bindings[i].value);
	}
	put_tpl(w, t->items[0]);
}

static void put_body(struct writer *w, const struct tpl *t)
{
	switch ((enum tpl_kind)t->kind) {
	case TPL_CONST:
		put_node(w, t->node);
		break;
	case TPL_MAP:
		put(w, t->count);
		for (size_t i = 0; i < t->count; i++) {
			put_tpl(w, t->entries[i].key);
			put_tpl(w, t->entries[i].value);
		}
		break;
	case TPL_SEQ:
		put(w, t->count);
		for (size_t i = 0; i < t->count; i++)
			put_tpl(w, t->items[i]);
		break;
	case TPL_TEXT:
		put_pieces(w, t);
		break;
	case TPL_EXPR:
		put_expr(w, t->expr);
		break;
	case TPL_JSON:
		put_string(w, t->name);
		put_expr(w, t->expr);
		break;
	case TPL_IF:
	case TPL_ASSERT:
		put_expr(w, t->expr);
		put_tpl(w, t->items[0]);
		put_tpl(w, t->items[1]);
		break;
	case TPL_FOR:
		put_string(w, t->name);
		put_expr(w, t->expr);
		put_tpl(w, t->items[0]);
		break;
	case TPL_LET:
		put_let(w, t);
		break;
	}
}

/* 0: nothing, else the kind and one. */
static void put_tpl(struct writer *w, const struct tpl *t)
{
	if (!t) {
		put(w, 0);
		return;
	}
	put(w, t->kind + 1u);
	put_body(w, t);
}

static void put_param(struct writer *w, const struct param *p)
{
	put_string(w, p->name);
	put(w, p->type);
	put_optional(w, p->display_name);
	put_optional(w, p->description);
	put(w, p->value != NULL);
	if (p->value)
		put_bytes(w, p->value, p->value_len);
	put_optional(w, p->generate);
	put_optional(w, p->from);
	put(w, p->required);
	put_optional(w, p->minimum);
	put_optional(w, p->maximum);
	put_optional(w, p->pattern);
	put(w, p->choice_count);
	for (size_t i = 0; i < p->choice_count; i++)
		put_string(w, p->choices[i]);
}

static void put_decided(struct writer *w, const struct decided *d)
{
	put_string(w, d->name);
	put(w, d->decl.type == PARAM_ENUM ? PARAM_STRING : d->decl.type);
	put_string(w, d->digest);
}

/* Positions come first and apart: rendering needs none of them unless it has something to report.
 */
static void put_positions(struct writer *w, const struct template *t)
{
	cleanup_strbuf struct strbuf map = STRBUF_INIT;
	struct file_table files = { 0 };

	source_map_write(t, &map, &files);
	put_bytes(w, map.buf, map.len);
	put(w, files.len);
	for (size_t i = 0; i < files.len; i++)
		put_string(w, files.names[i]);
	file_table_release(&files);
}

static void put_template(struct writer *w, const struct template *t)
{
	put_positions(w, t);
	put_string(w, t->file);
	put(w, t->language);
	put(w, t->residual);
	put_string(w, t->name);
	put_string(w, t->description);
	put_string(w, t->example);
	put(w, t->param_count);
	for (size_t i = 0; i < t->param_count; i++)
		put_param(w, &t->params[i]);
	put(w, t->decided_count);
	for (size_t i = 0; i < t->decided_count; i++)
		put_decided(w, &t->decided[i]);
	put_tpl(w, t->labels);
	put_tpl(w, t->message);
	put_tpl(w, t->objects);
}

uint64_t program_checksum(const char *p, size_t len)
{
	uint64_t h = 0x9e3779b97f4a7c15u ^ len, word;

	for (; len >= 8; p += 8, len -= 8) {
		memcpy(&word, p, 8);
		h = (h ^ word) * 0xff51afd7ed558ccdu;
		h ^= h >> 31;
	}
	word = 0;
	if (len)
		memcpy(&word, p, len);
	h = (h ^ word) * 0xc4ceb9fe1a85ec53u;
	return h ^ h >> 29;
}

void template_compile(struct template *t, struct strbuf *out)
{
	struct writer w = { .out = out };
	size_t start = out->len;
	uint64_t sum;

	template_locate(t);
	strbuf_add(out, PROGRAM_MAGIC, PROGRAM_MAGIC_LEN);
	strbuf_addchars(out, '\0', PROGRAM_HEADER - PROGRAM_MAGIC_LEN);
	put_template(&w, t);
	sum = program_checksum(out->buf + start + PROGRAM_HEADER,
			       out->len - start - PROGRAM_HEADER);
	for (unsigned i = 0; i < 8; i++)
		out->buf[start + PROGRAM_MAGIC_LEN + i] = (char)(sum >> 8 * i);
}
