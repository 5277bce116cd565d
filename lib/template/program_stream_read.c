/* SPDX-License-Identifier: Apache-2.0 */
#include "template/program_stream.h"

#include <string.h>

#include "base/limits.h"
#include "base/memory.h"
#include "template/fraction.h"
#include "tree/number.h"

/* The mirror of program_stream_write.c. */

/* The least that one item takes in the program: kind, three digits of the source map, and so on. */
#define NODE_BYTES    4 /* also of an expression and of a part of the template */
#define ENTRY_BYTES   (2 * NODE_BYTES)
#define VALUE_BYTES   2
#define PIECE_BYTES   3

void program_fail(struct program_reader *r)
{
	r->failed = true;
	r->at = r->end;
}

uint64_t program_get_long(struct program_reader *r)
{
	uint64_t n = 0;

	for (unsigned shift = 0; r->at < r->end && shift < 64; shift += 7) {
		unsigned char c = (unsigned char)*r->at++;

		n |= (uint64_t)(c & 127) << shift;
		if (c < 128)
			return n;
	}
	program_fail(r);
	return 0;
}

size_t program_get_count(struct program_reader *r, size_t bytes)
{
	uint64_t n = program_get(r);

	if (n <= (uint64_t)(r->end - r->at) && n <= r->unclaimed / bytes) {
		r->unclaimed -= (size_t)n * bytes;
		return (size_t)n;
	}
	program_fail(r);
	return 0;
}

static __int128 get_wide(struct program_reader *r)
{
	unsigned __int128 low = program_get(r), high = program_get(r);

	return (__int128)(high << 64 | low);
}

const char *program_get_bytes(struct program_reader *r, size_t *ret_len)
{
	size_t len = program_get_count(r, 1);
	const char *s = r->at;

	if (r->failed || (size_t)(r->end - r->at) <= len || s[len] != '\0') {
		program_fail(r);
		*ret_len = 0;
		return "";
	}
	r->at += len + 1;
	*ret_len = len;
	return s;
}

const char *program_get_string(struct program_reader *r)
{
	size_t len;
	const char *s = program_get_bytes(r, &len);

	if (strlen(s) != len)
		program_fail(r);
	return s;
}

const char *program_get_optional(struct program_reader *r)
{
	return program_get_below(r, 2) ? program_get_string(r) : NULL;
}

static bool enter(struct program_reader *r)
{
	if (r->depth >= 4 * LIMIT_DEPTH)
		program_fail(r);
	r->depth++;
	return !r->failed;
}

/* True if the next bytes are these. */
static bool looks_like(const struct program_reader *r, const char *bytes, size_t len)
{
	return (size_t)(r->end - r->at) >= len && !memcmp(r->at, bytes, len);
}

/* A constant string that was read before, or is from now on. */
static struct tpl *shared_key(struct program_reader *r)
{
	size_t len;
	const char *s = program_get_bytes(r, &len);
	struct tpl *t = strmap_get(&r->keys, s, len);
	struct node *n;

	if (t)
		return t;
	n = node_new(r->arena, NODE_STRING, NULL);
	n->text = s;
	n->len = (uint32_t)len;
	t = tpl_const(r->arena, n);
	strmap_put(&r->keys, s, len, t);
	return t;
}

static struct node *get_node_key(struct program_reader *r)
{
	static const char string[] = { NODE_STRING };

	if (!r->lean || !looks_like(r, string, sizeof(string)))
		return program_get_node(r);
	r->at += sizeof(string);
	return shared_key(r)->node;
}

struct node *program_get_node(struct program_reader *r)
{
	enum node_kind kind = program_get_below(r, NODE_MAP + 1);
	struct node *n = node_new(r->arena, kind, NULL);
	size_t len;

	if (enter(r))
		switch (kind) {
		case NODE_NULL:
			break;
		case NODE_BOOL:
			n->boolean = program_get_below(r, 2);
			break;
		case NODE_NUMBER:
		case NODE_STRING:
			n->text = program_get_bytes(r, &len);
			n->len = (uint32_t)len;
			if (kind == NODE_NUMBER &&
			    (!len || number_scan(n->text, n->text + len) != len))
				program_fail(r);
			break;
		case NODE_SEQ:
			len = program_get_count(r, NODE_BYTES);
			n->items = arena_alloc(r->arena, len * sizeof(*n->items));
			n->len = (uint32_t)len;
			for (uint32_t i = 0; i < len; i++)
				n->items[i] = program_get_node(r);
			break;
		case NODE_MAP:
			len = program_get_count(r, ENTRY_BYTES);
			n->entries = arena_alloc(r->arena, len * sizeof(*n->entries));
			n->len = (uint32_t)len;
			for (uint32_t i = 0; i < len; i++) {
				n->entries[i].key = get_node_key(r);
				n->entries[i].value = program_get_node(r);
				if (n->entries[i].key->kind != NODE_STRING)
					program_fail(r);
			}
			break;
		}
	r->depth--;
	return n;
}

static void get_number(struct program_reader *r, struct value *v)
{
	v->number.num = get_wide(r);
	v->number.den = get_wide(r);
	v->family = program_get_below(r, QUANTITY_BINARY + 1);
	if (!fraction_is_valid(v->number)) {
		v->number = fraction_whole(0);
		program_fail(r);
	}
}

static struct value get_value(struct program_reader *r);

static void get_list(struct program_reader *r, struct value *v)
{
	cleanup_error struct error err = ERROR_INIT;
	size_t count = program_get_count(r, VALUE_BYTES);
	struct value *items = arena_zalloc(r->arena, count * sizeof(*items));

	for (size_t i = 0; i < count; i++)
		items[i] = get_value(r);
	if (value_list(items, count, v, &err) < 0)
		program_fail(r);
}

static struct value get_value(struct program_reader *r)
{
	struct value v = { .kind = program_get_below(r, VALUE_NODE + 1) };
	bool secret = program_get_below(r, 2);

	if (enter(r))
		switch (v.kind) {
		case VALUE_NULL:
			break;
		case VALUE_BOOL:
			v.boolean = program_get_below(r, 2);
			break;
		case VALUE_NUMBER:
		case VALUE_QUANTITY:
			get_number(r, &v);
			break;
		case VALUE_STRING:
			v.text = program_get_bytes(r, &v.len);
			break;
		case VALUE_LIST:
			get_list(r, &v);
			break;
		case VALUE_NODE:
			v.node = program_get_node(r);
			break;
		}
	r->depth--;
	v.secret |= secret;
	return v;
}

static uint8_t get_function(struct program_reader *r, size_t *ret_min, size_t *ret_max)
{
	const char *name = program_get_string(r);

	for (size_t i = 0; i < expr_function_count; i++)
		if (!strcmp(expr_functions[i].name, name)) {
			*ret_min = expr_functions[i].min_args;
			*ret_max = expr_functions[i].max_args == 255 ? SIZE_MAX
								     : expr_functions[i].max_args;
			return (uint8_t)i;
		}
	program_fail(r);
	return 0;
}

/* The operator of a node and how many operands it must have. */
static void get_operator(struct program_reader *r, struct expr *e)
{
	static const size_t operands[] = {
		[EXPR_UNARY] = 1, [EXPR_BINARY] = 2, [EXPR_COND] = 3, [EXPR_INDEX] = 2
	};
	size_t min = 0, max = SIZE_MAX, count;

	if (e->kind == EXPR_CALL)
		e->op = get_function(r, &min, &max);
	else
		e->op = (uint8_t)program_get_below(r, OP_MOD + 1);
	if ((e->kind == EXPR_UNARY) != (e->op <= OP_NOT) &&
	    (e->kind == EXPR_UNARY || e->kind == EXPR_BINARY))
		program_fail(r);
	if (e->kind != EXPR_CALL && e->kind != EXPR_LIST)
		min = max = operands[e->kind];
	count = program_get_count(r, NODE_BYTES);
	if (count < min || count > max) {
		program_fail(r);
		count = 0;
	}
	e->argc = (uint32_t)count;
}

static struct expr *shared_name(struct program_reader *r)
{
	const char *name = program_get_string(r);
	struct expr *e = strmap_get(&r->names, name, strlen(name));

	if (e)
		return e;
	e = arena_zalloc(r->arena, sizeof(*e));
	e->kind = EXPR_NAME;
	e->name = name;
	strmap_put(&r->names, name, strlen(name), e);
	return e;
}

struct expr *program_get_expr(struct program_reader *r)
{
	static const char name[] = { EXPR_NAME };
	struct expr *e;

	if (r->lean && looks_like(r, name, sizeof(name))) {
		r->at += sizeof(name);
		return shared_name(r);
	}
	e = arena_zalloc(r->arena, sizeof(*e));
	e->kind = (uint8_t)program_get_below(r, EXPR_CALL + 1);
	if (enter(r)) {
		if (e->kind == EXPR_CONST) {
			e->value = get_value(r);
		} else if (e->kind == EXPR_NAME) {
			e->name = program_get_string(r);
		} else {
			get_operator(r, e);
			e->args = arena_zalloc(r->arena, e->argc * sizeof(*e->args));
			for (uint32_t i = 0; i < e->argc; i++)
				e->args[i] = program_get_expr(r);
		}
	}
	r->depth--;
	return e;
}

struct tpl *program_get_part(struct program_reader *r)
{
	struct tpl *t = program_get_tpl(r);

	if (!t) {
		program_fail(r);
		t = tpl_new_items(r->arena, TPL_SEQ, NULL, 0);
	}
	return t;
}

static struct tpl *get_key(struct program_reader *r)
{
	static const char string[] = { TPL_CONST + 1, NODE_STRING };

	struct tpl *key;

	if (r->lean && looks_like(r, string, sizeof(string))) {
		r->at += sizeof(string);
		return shared_key(r);
	}
	key = program_get_part(r);
	if (!r->failed && (key->kind == TPL_CONST ?
				   key->node->kind != NODE_STRING :
				   key->kind != TPL_TEXT && key->kind != TPL_EXPR))
		program_fail(r);
	return key;
}

static void get_entries(struct program_reader *r, struct tpl *t)
{
	size_t count = program_get_count(r, ENTRY_BYTES);

	t->count = (uint32_t)count;
	t->entries = arena_zalloc(r->arena, count * sizeof(*t->entries));
	for (size_t i = 0; i < count; i++) {
		t->entries[i].key = get_key(r);
		t->entries[i].value = program_get_part(r);
	}
}

static void get_pieces(struct program_reader *r, struct tpl *t)
{
	size_t count = program_get_count(r, PIECE_BYTES);

	t->count = (uint32_t)count;
	t->pieces = arena_zalloc(r->arena, count * sizeof(*t->pieces));
	for (size_t i = 0; i < count; i++) {
		if (program_get_below(r, 2)) {
			t->pieces[i].expr = program_get_expr(r);
		} else {
			t->pieces[i].text = program_get_bytes(r, &t->pieces[i].len);
		}
	}
}

/* The address that a name was met at first, as long as there are not too many. */
static const char *met_name(struct program_reader *r, const char *name, size_t len)
{
	for (size_t i = 0; i < ARRAY_SIZE(r->met); i++) {
		if (!r->met[i].name) {
			r->met[i].name = name;
			r->met[i].len = len;
		}
		if (r->met[i].len == len && memcmp(r->met[i].name, name, len) == 0)
			return r->met[i].name;
	}
	return name;
}

/* A literal or a name. */
static bool get_plain_piece(struct program_reader *r, struct tpl_piece *p, struct expr *room)
{
	const char *name;
	size_t len;

	*p = (struct tpl_piece){ 0 };
	if (!program_get_below(r, 2)) {
		p->text = program_get_bytes(r, &p->len);
		return true;
	}
	if (r->at == r->end || *r->at != EXPR_NAME)
		return false;
	r->at++;
	name = program_get_bytes(r, &len);
	if (memchr(name, '\0', len))
		program_fail(r);
	*room = (struct expr){ .kind = EXPR_NAME, .name = met_name(r, name, len) };
	p->expr = room;
	return true;
}

bool program_get_text(struct program_reader *r, struct program_text *ret)
{
	const struct program_reader before = *r;
	size_t count;

	if (r->at == r->end || *r->at != TPL_TEXT + 1)
		return false;
	r->at++;
	count = program_get_count(r, PIECE_BYTES);
	for (size_t i = 0; i < count; i++)
		if (i == PROGRAM_FEW_PIECES ||
		    !get_plain_piece(r, &ret->pieces[i], &ret->names[i])) {
			*r = before;
			return false;
		}
	ret->tpl = (struct tpl){ .kind = TPL_TEXT, .count = (uint32_t)count };
	ret->tpl.pieces = ret->pieces;
	return true;
}

static void get_let(struct program_reader *r, struct tpl *t)
{
	size_t count = program_get_count(r, ENTRY_BYTES);

	t->count = (uint32_t)count;
	t->bindings = arena_zalloc(r->arena, count * sizeof(*t->bindings));
	for (size_t i = 0; i < count; i++) {
		t->bindings[i].name = program_get_string(r);
		t->bindings[i].value = program_get_part(r);
	}
	t->items = arena_zalloc(r->arena, sizeof(*t->items));
	t->items[0] = program_get_tpl(r);
}

static void get_items(struct program_reader *r, struct tpl *t, size_t count)
{
	t->items = arena_zalloc(r->arena, count * sizeof(*t->items));
	for (size_t i = 0; i < count; i++)
		t->items[i] = program_get_tpl(r);
}

static void get_seq(struct program_reader *r, struct tpl *t)
{
	size_t count = program_get_count(r, NODE_BYTES);

	t->count = (uint32_t)count;
	t->items = arena_zalloc(r->arena, count * sizeof(*t->items));
	for (size_t i = 0; i < count; i++)
		t->items[i] = program_get_part(r);
}

static void get_body(struct program_reader *r, struct tpl *t)
{
	switch ((enum tpl_kind)t->kind) {
	case TPL_CONST:
		t->node = program_get_node(r);
		break;
	case TPL_MAP:
		get_entries(r, t);
		break;
	case TPL_SEQ:
		get_seq(r, t);
		break;
	case TPL_TEXT:
		get_pieces(r, t);
		break;
	case TPL_EXPR:
		t->expr = program_get_expr(r);
		break;
	case TPL_JSON:
		t->name = program_get_string(r);
		t->expr = program_get_expr(r);
		break;
	case TPL_IF:
		t->expr = program_get_expr(r);
		get_items(r, t, 2);
		break;
	case TPL_ASSERT:
		t->expr = program_get_expr(r);
		t->items = arena_zalloc(r->arena, 2 * sizeof(*t->items));
		t->items[0] = program_get_part(r);
		t->items[1] = program_get_tpl(r);
		break;
	case TPL_FOR:
		t->name = program_get_string(r);
		t->expr = program_get_expr(r);
		get_items(r, t, 1);
		break;
	case TPL_LET:
		get_let(r, t);
		break;
	}
}

struct tpl *program_get_tpl(struct program_reader *r)
{
	unsigned kind = program_get_below(r, TPL_ASSERT + 2);
	struct tpl *t;

	if (!kind)
		return NULL;
	t = tpl_new(r->arena, kind - 1, NULL);
	if (enter(r))
		get_body(r, t);
	r->depth--;
	return t;
}
