/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "template/layout.h"
#include "template/program_stream.h"
#include "template/source_map.h"

/*
 * Layout: magic, checksum, source map, then the fields below in order. Numbers are LEB128 varints;
 * strings are length, bytes, NUL.
 */

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

static void put_string(struct strbuf *out, const char *s)
{
	program_put_bytes(out, s, strlen(s));
}

/* 0: NULL, else 1 and the string. */
static void put_optional(struct strbuf *out, const char *s)
{
	program_put(out, s != NULL);
	if (s)
		put_string(out, s);
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
		put_string(out, e->name);
		return;
	}
	/* Functions by name: their numbers may change from version to version. */
	if (e->kind == EXPR_CALL)
		put_string(out, expr_functions[e->op].name);
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
		put_string(out, t->bindings[i].name);
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
		put_string(out, t->name);
		program_put_expr(out, t->expr);
		break;
	case TPL_IF:
	case TPL_ASSERT:
		program_put_expr(out, t->expr);
		program_put_tpl(out, t->items[0]);
		program_put_tpl(out, t->items[1]);
		break;
	case TPL_FOR:
		put_string(out, t->name);
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

static void put_param(struct strbuf *out, const struct param *p)
{
	put_string(out, p->name);
	program_put(out, p->type);
	put_optional(out, p->display_name);
	put_optional(out, p->description);
	program_put(out, p->value != NULL);
	if (p->value)
		program_put_bytes(out, p->value, p->value_len);
	put_optional(out, p->generate);
	put_optional(out, p->from);
	program_put(out, p->required);
	put_optional(out, p->minimum);
	put_optional(out, p->maximum);
	put_optional(out, p->pattern);
	program_put(out, p->choice_count);
	for (size_t i = 0; i < p->choice_count; i++)
		put_string(out, p->choices[i]);
}

static void put_decided(struct strbuf *out, const struct decided *d)
{
	put_string(out, d->name);
	program_put(out, d->decl.type == PARAM_ENUM ? PARAM_STRING : d->decl.type);
	put_string(out, d->digest);
}

/* Positions come first and apart: rendering needs none of them unless it has something to report.
 */
static void put_positions(struct strbuf *out, const struct template *t)
{
	cleanup_strbuf struct strbuf map = STRBUF_INIT;
	struct file_table files = { 0 };

	source_map_write(t, &map, &files);
	program_put_bytes(out, map.buf, map.len);
	program_put(out, files.len);
	for (size_t i = 0; i < files.len; i++)
		put_string(out, files.names[i]);
	file_table_release(&files);
}

/* Before the objects, which rendering needs only if they have to be looked at as a tree. */
static void put_layout(struct strbuf *out, const struct template *t)
{
	cleanup_strbuf struct strbuf layout = STRBUF_INIT;

	layout_write(t, &layout);
	program_put_bytes(out, layout.buf, layout.len);
}

static void put_template(struct strbuf *out, const struct template *t)
{
	put_positions(out, t);
	put_string(out, t->file);
	program_put(out, t->language);
	program_put(out, t->residual);
	put_string(out, t->name);
	put_string(out, t->description);
	put_string(out, t->example);
	program_put(out, t->param_count);
	for (size_t i = 0; i < t->param_count; i++)
		put_param(out, &t->params[i]);
	program_put(out, t->decided_count);
	for (size_t i = 0; i < t->decided_count; i++)
		put_decided(out, &t->decided[i]);
	program_put_tpl(out, t->labels);
	program_put_tpl(out, t->message);
	put_layout(out, t);
	program_put_tpl(out, t->objects);
}

static uint64_t mix(uint64_t h, const char *p)
{
	uint64_t word;

	memcpy(&word, p, sizeof(word));
	h = (h ^ word) * 0xff51afd7ed558ccdu;
	return h ^ h >> 31;
}

uint64_t program_checksum(const char *p, size_t len)
{
	uint64_t h = 0x9e3779b97f4a7c15u ^ len, lanes[4] = { 1, 2, 3, 4 }, word;

	/* Side by side: each step waits for the one before. */
	for (; len >= sizeof(lanes); p += sizeof(lanes), len -= sizeof(lanes))
		for (size_t i = 0; i < 4; i++)
			lanes[i] = mix(lanes[i], p + 8 * i);
	for (size_t i = 0; i < 4; i++)
		h = mix(h, (const char *)&lanes[i]);
	for (; len >= sizeof(word); p += sizeof(word), len -= sizeof(word))
		h = mix(h, p);
	word = 0;
	if (len)
		memcpy(&word, p, len);
	h = (h ^ word) * 0xc4ceb9fe1a85ec53u;
	return h ^ h >> 29;
}

void template_compile(struct template *t, struct strbuf *out)
{
	size_t start = out->len;
	uint64_t sum;

	template_locate(t);
	strbuf_add(out, PROGRAM_MAGIC, PROGRAM_MAGIC_LEN);
	strbuf_addchars(out, '\0', PROGRAM_HEADER - PROGRAM_MAGIC_LEN);
	put_template(out, t);
	sum = program_checksum(out->buf + start + PROGRAM_HEADER,
			       out->len - start - PROGRAM_HEADER);
	for (unsigned i = 0; i < 8; i++)
		out->buf[start + PROGRAM_MAGIC_LEN + i] = (char)(sum >> 8 * i);
}
