/* SPDX-License-Identifier: Apache-2.0 */

/* The functions of go-templates. */

#include "tree/gotemplate_parse.h"

#include "base/digest.h"
#include "base/limits.h"
#include "base/memory.h"

#include <inttypes.h>

const char *gotemplate_kind_name(const struct go_value *v)
{
	static const char *const names[] = {
		[GO_MISSING] = "no value", [GO_NIL] = "null",	   [GO_BOOL] = "a boolean",
		[GO_INT] = "a number",	   [GO_FLOAT] = "a number", [GO_STRING] = "a string",
		[GO_SLICE] = "a list",	   [GO_MAP] = "a map",
	};

	return names[v->kind];
}

bool gotemplate_truth(const struct go_value *v)
{
	switch (v->kind) {
	case GO_MISSING:
	case GO_NIL:
		break;
	case GO_BOOL:
		return v->boolean;
	case GO_INT:
		return v->integer != 0;
	case GO_FLOAT:
		return v->real != 0;
	case GO_STRING:
		return v->len > 0;
	case GO_SLICE:
	case GO_MAP:
		return v->node->len > 0;
	}
	return false;
}

void gotemplate_add_value(struct strbuf *out, const struct go_value *v)
{
	go_print(out, v, GO_NUMBERS_VALUE);
}

static bool is_nothing(const struct go_value *v)
{
	return v->kind == GO_MISSING || v->kind == GO_NIL;
}

static int fail_kinds(struct gt_call *c, const char *name, const struct go_value *a,
		      const struct go_value *b)
{
	return error_set_at(c->err, ERR_INVALID, &c->pos, "'%s' cannot compare %s with %s", name,
			    gotemplate_kind_name(a), gotemplate_kind_name(b));
}

static int order(const struct go_value *a, const struct go_value *b)
{
	size_t n;
	int c;

	switch (a->kind) {
	case GO_BOOL:
		return a->boolean - b->boolean;
	case GO_INT:
		return a->integer < b->integer ? -1 : a->integer > b->integer;
	case GO_FLOAT:
		return a->real < b->real ? -1 : a->real > b->real;
	default:
		break;
	}
	n = a->len < b->len ? a->len : b->len;
	c = n ? memcmp(a->text, b->text, n) : 0;
	return c != 0 ? c : a->len < b->len ? -1 : a->len > b->len;
}

/* Whether two values are equal, as `eq` finds it. */
static int equal(struct gt_call *c, const char *name, const struct go_value *a,
		 const struct go_value *b, bool *ret)
{
	*ret = is_nothing(a) && is_nothing(b);
	if (is_nothing(a) || is_nothing(b))
		return 0;
	/* Integers and floats are different kinds, lists and maps can be compared with nothing. */
	if (a->kind != b->kind || a->kind == GO_SLICE || a->kind == GO_MAP)
		return fail_kinds(c, name, a, b);
	*ret = order(a, b) == 0;
	return 0;
}

static int call_eq(struct gt_call *c, const struct go_value *args, size_t count,
		   struct go_value *ret)
{
	bool same = false;

	for (size_t i = 1; i < count && !same; i++)
		if (equal(c, "eq", &args[0], &args[i], &same) < 0)
			return -ERR_INVALID;
	*ret = go_bool(same);
	return 0;
}

static int call_ne(struct gt_call *c, const struct go_value *args, size_t count UNUSED,
		   struct go_value *ret)
{
	bool same;

	if (equal(c, "ne", &args[0], &args[1], &same) < 0)
		return -ERR_INVALID;
	*ret = go_bool(!same);
	return 0;
}

static int compare(struct gt_call *c, const char *name, const struct go_value *args, int *ret)
{
	const struct go_value *a = &args[0], *b = &args[1];

	if (a->kind != b->kind ||
	    (a->kind != GO_INT && a->kind != GO_FLOAT && a->kind != GO_STRING))
		return fail_kinds(c, name, a, b);
	*ret = order(a, b);
	return 0;
}

#define DEFINE_COMPARE(name, test)                                                                 \
	static int call_##name(struct gt_call *c, const struct go_value *args,                     \
			       size_t count UNUSED, struct go_value *ret)                          \
	{                                                                                          \
		int order_;                                                                        \
												   \
		if (compare(c, #name, args, &order_) < 0)                                          \
			return -ERR_INVALID;                                                       \
		*ret = go_bool(order_ test 0);                                                     \
		return 0;                                                                          \
	}

DEFINE_COMPARE(lt, <)
DEFINE_COMPARE(le, <=)
DEFINE_COMPARE(gt, >)
DEFINE_COMPARE(ge, >=)

static int call_not(struct gt_call *c UNUSED, const struct go_value *args, size_t count UNUSED,
		    struct go_value *ret)
{
	*ret = go_bool(!gotemplate_truth(&args[0]));
	return 0;
}

static int call_len(struct gt_call *c, const struct go_value *args, size_t count UNUSED,
		    struct go_value *ret)
{
	const struct go_value *v = &args[0];

	if (v->kind == GO_STRING)
		*ret = go_int((int64_t)v->len);
	else if (v->kind == GO_SLICE || v->kind == GO_MAP)
		*ret = go_int(v->node->len);
	else
		return error_set_at(c->err, ERR_INVALID, &c->pos, "'len' cannot measure %s",
				    gotemplate_kind_name(v));
	return 0;
}

/* One step of index and exists. A key that a map has not gives null. */
static int take(struct gt_call *c, const struct go_value *index, struct go_value *v)
{
	int64_t length = v->kind == GO_STRING ? (int64_t)v->len
			 : v->kind == GO_SLICE ? v->node->len
					       : 0;

	if (v->kind == GO_MAP && index->kind == GO_STRING) {
		ptrdiff_t at = node_index(v->node, index->text, index->len);

		*v = at < 0 ? (struct go_value){ .kind = GO_NIL }
			    : go_value_of(v->node->entries[at].value, GO_NUMBERS_VALUE);
		return 0;
	}
	if ((v->kind != GO_SLICE && v->kind != GO_STRING) || index->kind != GO_INT)
		return error_set_at(c->err, ERR_INVALID, &c->pos, "cannot index %s with %s",
				    gotemplate_kind_name(v), gotemplate_kind_name(index));
	if (index->integer < 0 || index->integer >= length)
		return error_set_at(c->err, ERR_INVALID, &c->pos,
				    "index %" PRId64 " is out of range: there are %" PRId64,
				    index->integer, length);
	*v = v->kind == GO_STRING ? go_int((unsigned char)v->text[index->integer])
				  : go_value_of(v->node->items[index->integer], GO_NUMBERS_VALUE);
	return 0;
}

static int call_index(struct gt_call *c, const struct go_value *args, size_t count,
		      struct go_value *ret)
{
	*ret = args[0];
	if (is_nothing(ret))
		return error_set_at(c->err, ERR_INVALID, &c->pos, "cannot index %s",
				    gotemplate_kind_name(ret));
	for (size_t i = 1; i < count; i++)
		if (take(c, &args[i], ret) < 0)
			return -ERR_INVALID;
	return 0;
}

static int call_exists(struct gt_call *c, const struct go_value *args, size_t count,
		       struct go_value *ret)
{
	cleanup_error struct error ignored = ERROR_INIT;
	struct gt_call quiet = { .arena = c->arena, .err = &ignored, .pos = c->pos };
	struct go_value v = args[0];

	*ret = go_bool(false);
	for (size_t i = 1; i < count; i++)
		if (is_nothing(&v) || take(&quiet, &args[i], &v) < 0)
			return 0;
	*ret = go_bool(!is_nothing(&v));
	return 0;
}

static int return_text(struct gt_call *c, const struct strbuf *text, struct go_value *ret)
{
	if (text->len > LIMIT_STRING_BYTES)
		return error_set_at(c->err, ERR_LIMIT, &c->pos, "a text of more than %zu MiB",
				    LIMIT_STRING_BYTES >> 20);
	*ret = go_string(arena_memdupz(c->arena, text->buf, text->len), text->len);
	return 0;
}

/* A blank between two values of which none is a string. */
static int call_print(struct gt_call *c, const struct go_value *args, size_t count,
		      struct go_value *ret)
{
	cleanup_strbuf struct strbuf text = STRBUF_INIT;

	for (size_t i = 0; i < count; i++) {
		if (i > 0 && args[i].kind != GO_STRING && args[i - 1].kind != GO_STRING)
			strbuf_addch(&text, ' ');
		gotemplate_add_value(&text, &args[i]);
	}
	return return_text(c, &text, ret);
}

static int call_println(struct gt_call *c, const struct go_value *args, size_t count,
			struct go_value *ret)
{
	cleanup_strbuf struct strbuf text = STRBUF_INIT;

	for (size_t i = 0; i < count; i++) {
		if (i > 0)
			strbuf_addch(&text, ' ');
		gotemplate_add_value(&text, &args[i]);
	}
	strbuf_addch(&text, '\n');
	return return_text(c, &text, ret);
}

static int call_printf(struct gt_call *c, const struct go_value *args, size_t count,
		       struct go_value *ret)
{
	cleanup_strbuf struct strbuf text = STRBUF_INIT;

	if (args[0].kind != GO_STRING)
		return error_set_at(c->err, ERR_INVALID, &c->pos,
				    "'printf' needs a format, got %s",
				    gotemplate_kind_name(&args[0]));
	gotemplate_printf(&text, args[0].text, args[0].len, args + 1, count - 1);
	return return_text(c, &text, ret);
}

static int call_base64decode(struct gt_call *c, const struct go_value *args, size_t count UNUSED,
			     struct go_value *ret)
{
	cleanup_strbuf struct strbuf text = STRBUF_INIT;

	if (args[0].kind != GO_STRING)
		return error_set_at(c->err, ERR_INVALID, &c->pos,
				    "'base64decode' needs a string, got %s",
				    gotemplate_kind_name(&args[0]));
	if (!strbuf_add_base64_decoded(&text, args[0].text, args[0].len))
		return error_set_at(c->err, ERR_INVALID, &c->pos, "the text is not base64");
	return return_text(c, &text, ret);
}

#define ANY SIZE_MAX

static const struct gt_function functions[] = {
	{ "and", 1, ANY, NULL },
	{ "base64decode", 1, 1, call_base64decode },
	{ "eq", 2, ANY, call_eq },
	{ "exists", 1, ANY, call_exists },
	{ "ge", 2, 2, call_ge },
	{ "gt", 2, 2, call_gt },
	{ "index", 1, ANY, call_index },
	{ "le", 2, 2, call_le },
	{ "len", 1, 1, call_len },
	{ "lt", 2, 2, call_lt },
	{ "ne", 2, 2, call_ne },
	{ "not", 1, 1, call_not },
	{ "or", 1, ANY, NULL },
	{ "print", 0, ANY, call_print },
	{ "printf", 1, ANY, call_printf },
	{ "println", 0, ANY, call_println },
};

const struct gt_function *gotemplate_function(const char *name, size_t len)
{
	for (size_t i = 0; i < ARRAY_SIZE(functions); i++)
		if (strlen(functions[i].name) == len && memcmp(functions[i].name, name, len) == 0)
			return &functions[i];
	return NULL;
}
