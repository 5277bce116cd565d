/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Names and helpers that the tests of expressions share. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/limits.h"
#include "base/memory.h"
#include "template/expr.h"

struct fixture {
	struct arena *arena;
	struct strmap parameters;
	struct binding n, s, secret, undecided, pair;
	struct value items[2];
	size_t steps;
	struct env env;
	struct pos pos;
};

static inline void bind(struct fixture *f, struct binding *b, const char *name, struct value v)
{
	*b = (struct binding){ .name = name, .known = true, .value = v };
	strmap_put(&f->parameters, name, strlen(name), b);
}

static inline int set_up(void **state)
{
	struct fixture *f = xcalloc(1, sizeof(*f));
	struct value secret = value_string("hunter2", 7);
	struct error err = ERROR_INIT;
	struct value list;

	f->arena = arena_new();
	f->steps = LIMIT_EVAL_STEPS;
	f->pos = (struct pos){ 4, 11, "file.yaml" };
	f->env =
		(struct env){ .arena = f->arena, .parameters = &f->parameters, .steps = &f->steps };
	secret.secret = true;
	bind(f, &f->n, "N", value_integer(3));
	bind(f, &f->s, "NAME", value_string("shop", 4));
	bind(f, &f->secret, "PASSWORD", secret);
	f->items[0] = secret;
	f->items[1] = value_integer(1);
	assert_int_equal(value_list(f->items, 2, &list, &err), 0);
	bind(f, &f->pair, "PAIR", list);
	bind(f, &f->undecided, "LATER", value_integer(0));
	f->undecided.known = false;
	*state = f;
	return 0;
}

static inline int tear_down(void **state)
{
	struct fixture *f = *state;

	strmap_release(&f->parameters);
	arena_free(f->arena);
	free(f);
	return 0;
}

static inline struct expr *parse(struct fixture *f, const char *text)
{
	cleanup_error struct error err = ERROR_INIT;
	struct expr *e;

	if (expr_parse(f->arena, text, strlen(text), &f->pos, &e, &err) < 0)
		fail_msg("%s: %s", text, err.message);
	return e;
}

static inline struct value eval(struct fixture *f, const char *text)
{
	cleanup_error struct error err = ERROR_INIT;
	struct value v;

	if (expr_eval(parse(f, text), &f->env, &v, &err) < 0)
		fail_msg("%s: %s", text, err.message);
	return v;
}

/* Compares with the printed form of the result. */
static inline void check(struct fixture *f, const char *text, const char *expected)
{
	cleanup_strbuf struct strbuf sb = STRBUF_INIT;
	struct expr e = { .kind = EXPR_CONST, .value = eval(f, text) };

	expr_print(&e, &sb);
	if (strcmp(sb.buf, expected) != 0)
		fail_msg("%s gives %s, not %s", text, sb.buf, expected);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
