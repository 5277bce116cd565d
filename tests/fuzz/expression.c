/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Expressions: no text may crash the parser, what is printed must read back and print the same, and
 * folding must change neither value nor error. The first byte chooses which names are known early.
 */
#include <stdint.h>
#include <stdlib.h>

#include "base/memory.h"
#include "template/expr.h"

#define NAMES 8
#define STEPS 200000

static void check(bool ok)
{
	if (!ok)
		abort();
}

struct scope {
	struct binding bindings[NAMES];
	struct strmap parameters;
	size_t steps;
	struct env env;
};

static const char *const names[NAMES] = { "A", "B", "C", "D", "E", "F", "G", "H" };

static struct value value_of(struct arena *a, unsigned i)
{
	static const char *const texts[NAMES] = {
		"3", "'text'", "true", "1.5Gi", "[1, 'a', [2]]", "1/3", "null", "'a,b,c'",
	};
	struct error err = ERROR_INIT;
	struct pos pos = { 1, 1, "value" };
	struct expr *e;
	struct value v = { .kind = VALUE_NULL };
	size_t steps = 100;

	check(expr_parse(a, texts[i], strlen(texts[i]), &pos, &e, &err) == 0);
	check(expr_eval(e, &(struct env){ .arena = a, .steps = &steps }, &v, &err) == 0);
	v.secret = i == 7;
	return v;
}

/* Those in the mask are known, the others undecided. Odd ones are local. */
static void make_scope(struct scope *s, struct arena *a, unsigned mask)
{
	*s = (struct scope){ .parameters = STRMAP_INIT, .steps = STEPS };
	s->env = (struct env){ .arena = a, .parameters = &s->parameters, .steps = &s->steps };
	for (unsigned i = 0; i < NAMES; i++) {
		struct binding *b = &s->bindings[i];

		*b = (struct binding){ .name = names[i], .known = mask >> i & 1 };
		if (b->known)
			b->value = value_of(a, i);
		if (i % 2) {
			b->outer = s->env.locals;
			s->env.locals = b;
		} else {
			strmap_put(&s->parameters, names[i], 1, b);
		}
	}
}

static bool same_value(const struct value *a, const struct value *b)
{
	if (a->kind != b->kind || a->secret != b->secret)
		return false;
	if (a->kind == VALUE_QUANTITY && a->family != b->family)
		return false;
	return value_equal(a, b);
}

static void check_print(struct arena *a, const struct expr *e)
{
	cleanup_strbuf struct strbuf one = STRBUF_INIT, two = STRBUF_INIT;
	cleanup_error struct error err = ERROR_INIT;
	struct pos pos = { 1, 1, "printed" };
	struct expr *back;

	expr_print(e, &one);
	check(expr_parse(a, one.buf, one.len, &pos, &back, &err) == 0);
	expr_print(back, &two);
	check(one.len == two.len && memcmp(one.buf, two.buf, one.len) == 0);
}

static void check_fold(struct arena *a, struct expr *e, unsigned mask)
{
	cleanup_error struct error early = ERROR_INIT, late = ERROR_INIT;
	struct scope all, first, second;
	struct value one, two;
	struct expr *folded;
	int rc;

	make_scope(&all, a, 0xff);
	make_scope(&first, a, mask);
	make_scope(&second, a, ~mask & 0xff);
	rc = expr_eval(e, &all.env, &one, &early);
	folded = expr_fold(e, &first.env);
	check_print(a, folded);
	/* Folding saves steps, so only what did not run out of them can be compared. */
	if (rc != -ERR_LIMIT) {
		check(expr_eval(folded, &second.env, &two, &late) == rc);
		if (rc == 0)
			check(same_value(&one, &two));
		else
			check(strcmp(early.code, late.code) == 0 && early.line == late.line &&
			      early.column == late.column &&
			      strcmp(early.message, late.message) == 0);
	}
	strmap_release(&all.parameters);
	strmap_release(&first.parameters);
	strmap_release(&second.parameters);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	cleanup_arena struct arena *a = arena_new();
	cleanup_error struct error err = ERROR_INIT;
	struct pos pos = { 1, 1, "input" };
	const char *text = (const char *)data + 1;
	const struct node n = {
		.kind = NODE_STRING, .plain = true, .pos = pos, .text = text,
		.len = (uint32_t)size - 1,
	};
	cleanup_scalar_places struct scalar_places places = { 0 };
	struct expr *e;
	size_t used;

	if (size == 0)
		return 0;
	scalar_places_init(&places, NULL, &n);
	if (expr_parse_scalar(a, &places, 0, &e, &used, &err) == 0)
		check(used < size - 1 && text[used] == '}');
	else
		check(err.code != NULL && err.line > 0);
	error_release(&err);
	if (expr_parse(a, text, size - 1, &pos, &e, &err) == 0) {
		check_print(a, e);
		check_fold(a, e, data[0]);
	} else {
		check(err.code != NULL && err.line > 0);
	}
	return 0;
}
