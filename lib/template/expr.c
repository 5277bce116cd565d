/* SPDX-License-Identifier: Apache-2.0 */
#include "template/expr.h"

#include <stdarg.h>
#include <string.h>

#include "base/limits.h"
#include "base/memory.h"
#include "base/utf8.h"
#include "template/expr_internal.h"
#include "template/fraction.h"
#include "template/functions.h"

#define QUOTE_MAX 60

/* Not within a character. */
static size_t quote_cut(const char *text, size_t len)
{
	size_t cut = QUOTE_MAX;

	if (len <= QUOTE_MAX)
		return len;
	while (cut > QUOTE_MAX - 4 && (text[cut] & 0xc0) == 0x80)
		cut--;
	return cut;
}

int quote_length(const char *text, size_t len)
{
	return (int)quote_cut(text, len);
}

const char *quote_rest(const char *text, size_t len)
{
	return quote_cut(text, len) < len ? "…" : "";
}

static int fail(struct error *err, enum error_class class, const struct expr *e, const char *code,
		const struct strbuf *message)
{
	error_set_at(err, class, &e->pos, "%s", message->buf);
	err->code = code;
	return -(int)class;
}

int expr_fail(struct error *err, const struct expr *e, const char *code, const char *fmt, ...)
{
	cleanup_strbuf struct strbuf sb = STRBUF_INIT;
	va_list ap;

	va_start(ap, fmt);
	strbuf_vaddf(&sb, fmt, ap);
	va_end(ap);
	return fail(err, ERR_INVALID, e, code, &sb);
}

int expr_fail_limit(struct error *err, const struct expr *e, const char *fmt, ...)
{
	cleanup_strbuf struct strbuf sb = STRBUF_INIT;
	va_list ap;

	va_start(ap, fmt);
	strbuf_vaddf(&sb, fmt, ap);
	va_end(ap);
	return fail(err, ERR_LIMIT, e, CODE_LIMIT, &sb);
}

int expr_charge(const struct env *env, const struct expr *e, size_t n, struct error *err)
{
	/* Refused before any work, and nothing is taken: fold may go on with what is left. */
	if (n > *env->steps)
		return expr_fail_limit(err, e, "evaluation takes too many steps");
	*env->steps -= n;
	return 0;
}

int expr_charge_string(const struct env *env, const struct expr *e, size_t len, struct error *err)
{
	if (len > LIMIT_STRING_BYTES)
		return expr_fail_limit(err, e, "the string would be longer than %zu bytes",
				       LIMIT_STRING_BYTES);
	return expr_charge(env, e, len / BYTES_PER_STEP, err);
}

int expr_charge_list(const struct env *env, const struct expr *e, size_t count, struct error *err)
{
	if (count > LIMIT_LIST_ITEMS)
		return expr_fail_limit(err, e, "the list would have more than %zu items",
				       LIMIT_LIST_ITEMS);
	return expr_charge(env, e, count, err);
}

size_t string_character(const char *text, size_t len, size_t index, size_t *ret_at)
{
	const char *p = text, *end = text + len;

	while (p < end) {
		size_t n = (unsigned char)*p < 0x80 ? 1 : utf8_sequence(p, end);

		if (n == 0)
			n = 1;
		if (index-- == 0) {
			*ret_at = (size_t)(p - text);
			return n;
		}
		p += n;
	}
	return 0;
}

static const struct binding *find_parameter(const struct env *env, const char *name)
{
	return env->parameters ? strmap_get(env->parameters, name, strlen(name)) : NULL;
}

static const struct binding *find_cached(const struct env *env, const char *name)
{
	const size_t i = (size_t)((uintptr_t)name * 0x9e3779b97f4a7c15u >> 60);

	if (env->cache->slots[i].name != name) {
		env->cache->slots[i].found = find_parameter(env, name);
		env->cache->slots[i].name = name;
	}
	return env->cache->slots[i].found;
}

const struct binding *env_find(const struct env *env, const char *name)
{
	for (const struct binding *b = env->locals; b; b = b->outer) {
		if (strcmp(b->name, name) == 0)
			return b;
	}
	return env->cache ? find_cached(env, name) : find_parameter(env, name);
}

struct expr *expr_new(struct arena *a, enum expr_kind kind, const struct pos *pos, uint32_t argc)
{
	/* The arguments stand right behind the node. */
	struct expr *e = arena_zalloc(a, sizeof(*e) + argc * sizeof(e->args[0]));

	e->kind = (uint8_t)kind;
	e->pos = *pos;
	e->argc = argc;
	e->depth = 1;
	e->args = argc ? (struct expr **)(e + 1) : NULL;
	return e;
}

struct expr *expr_constant(struct arena *a, const struct value *v, const struct pos *pos)
{
	struct expr *e = expr_new(a, EXPR_CONST, pos, 0);

	e->value = *v;
	return e;
}

bool expr_is_const(const struct expr *e, struct value *ret)
{
	if (e->kind != EXPR_CONST)
		return false;
	*ret = e->value;
	return true;
}

struct value value_as_secret(struct arena *a, const struct value *v)
{
	struct value secret = *v;

	secret.secret = true;
	if (v->kind != VALUE_LIST)
		return secret;
	secret.items = arena_alloc(a, v->count * sizeof(*secret.items));
	for (size_t i = 0; i < v->count; i++)
		secret.items[i] = value_as_secret(a, &v->items[i]);
	return secret;
}

static bool all_constant(const struct expr *e)
{
	for (uint32_t i = 0; i < e->argc; i++) {
		if (e->args[i]->kind != EXPR_CONST)
			return false;
	}
	return true;
}

static bool constant_list(struct arena *a, const struct expr *e, struct value *ret)
{
	struct value *items = arena_alloc(a, e->argc * sizeof(*items));
	struct error err = ERROR_INIT;

	for (uint32_t i = 0; i < e->argc; i++)
		items[i] = e->args[i]->value;
	if (value_list(items, e->argc, ret, &err) == 0)
		return true;
	error_release(&err);
	return false;
}

/* x·y or x/y where the result needs this very notation. */
static bool constant_fraction(const struct expr *e, struct value *ret)
{
	return (e->op == OP_MUL || e->op == OP_DIV) &&
	       numeric_binary(e->op, &e->args[0]->value, &e->args[1]->value, ret) &&
	       !value_is_literal(ret);
}

struct expr *expr_normalise(struct arena *a, struct expr *e)
{
	struct value v;
	bool constant = false;

	if (!all_constant(e))
		return e;
	if (e->kind == EXPR_LIST) {
		constant = constant_list(a, e, &v);
	} else if (e->kind == EXPR_BINARY) {
		constant = constant_fraction(e, &v);
	} else if (e->kind == EXPR_CALL && expr_functions[e->op].call == function_secret) {
		v = value_as_secret(a, &e->args[0]->value);
		constant = true;
	} else if (e->kind == EXPR_UNARY && e->op == OP_NEG &&
		   value_is_numeric(&e->args[0]->value)) {
		v = e->args[0]->value;
		v.number = fraction_neg(v.number);
		constant = true;
	}
	return constant ? expr_constant(a, &v, &e->pos) : e;
}

void expr_each_name(const struct expr *e, void (*fn)(const struct expr *name, void *data),
		    void *data)
{
	if (e->kind == EXPR_NAME)
		fn(e, data);
	for (uint32_t i = 0; i < e->argc; i++)
		expr_each_name(e->args[i], fn, data);
}

bool expr_printable(const struct expr *e)
{
	if (e->kind == EXPR_CONST)
		return value_printable(&e->value);
	for (uint32_t i = 0; i < e->argc; i++) {
		if (!expr_printable(e->args[i]))
			return false;
	}
	return true;
}
