/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Laws of expressions, on random ones: what is printed reads back as the same tree, and folding
 * with some of the names and evaluating with the rest gives what evaluating with all of them gives:
 * the same value, or the same error at the same place.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/memory.h"
#include "template/expr.h"

#define CASES  20000
#define SPLITS 4
#define NAMES  12

/* ---- randomness ---- */

static uint64_t state = 1;

static unsigned below(unsigned n)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (unsigned)((state * 0x2545f4914f6cdd1dULL) >> 33) % n;
}

static const char *one_of(const char *const *list, size_t n)
{
	return list[below((unsigned)n)];
}

#define ONE_OF(...)                                                                                \
	one_of((const char *const[]){ __VA_ARGS__ },                                               \
	       sizeof((const char *const[]){ __VA_ARGS__ }) / sizeof(char *))

/* ---- random expressions, mostly but not always of a fitting kind ---- */

enum kind { BOOLEAN, NUMBER, QUANTITY, STRING, LIST, ANY };

static void write_expr(struct strbuf *out, enum kind k, int depth);

static void write_args(struct strbuf *out, int depth, int n, const enum kind *kinds)
{
	for (int i = 0; i < n; i++) {
		if (i)
			strbuf_addstr(out, ", ");
		write_expr(out, kinds[i], depth);
	}
	strbuf_addch(out, ')');
}

#define CALL(name, ...)                                                                            \
	do {                                                                                       \
		const enum kind kinds_[] = { __VA_ARGS__ };                                        \
		strbuf_addstr(out, name "(");                                                      \
		write_args(out, depth - 1, (int)ARRAY_SIZE(kinds_), kinds_);                       \
	} while (0)

static void write_literal(struct strbuf *out, enum kind k)
{
	switch (k) {
	case BOOLEAN:
		strbuf_addstr(out, ONE_OF("true", "false"));
		break;
	case NUMBER:
		strbuf_addstr(out, ONE_OF("0", "1", "2", "3", "7", "10", "1.5", "0.1", "1e3",
					  "2.50", "170141183460469231731687303715884105727",
					  "0.00000000000000000001", "123456789012345678"));
		break;
	case QUANTITY:
		strbuf_addstr(out, ONE_OF("1Gi", "512Mi", "1.5Gi", "500m", "2k", "0Ki", "0m", "7n",
					  "100E", "3Ki", "0.5Ki", "15u", "0.001m", "7Ei"));
		break;
	case STRING:
		strbuf_addstr(out,
			      ONE_OF("''", "'a'", "'abc'", "\"x,y,z\"", "'äöü'", "'42'", "'1.5Gi'",
				     "'%d'", "'%s-%05d%%'", "'it\\'s\\n\\t\\\\ \\$'", "','", "'}'",
				     "'%x'", "'0x'", "'-7'"));
		break;
	case LIST:
		strbuf_addstr(out,
			      ONE_OF("[]", "[1]", "[1, 'a', true]", "[[1, 2], []]", "[3, 1, 2]",
				     "['a', 'b']", "[1Gi, 2]", "[null]", "[1/3]", "[-1]"));
		break;
	case ANY:
	default:
		strbuf_addstr(out, "null");
	}
}

static void write_name(struct strbuf *out)
{
	if (below(40) == 0)
		strbuf_addstr(out, "UNDECLARED");
	else
		strbuf_addch(out, (char)('A' + below(NAMES)));
}

static void write_binary(struct strbuf *out, enum kind l, const char *op, enum kind r, int depth)
{
	bool brackets = below(3) == 0;

	if (brackets)
		strbuf_addch(out, '(');
	write_expr(out, l, depth - 1);
	strbuf_addf(out, " %s ", op);
	write_expr(out, r, depth - 1);
	if (brackets)
		strbuf_addch(out, ')');
}

static void write_boolean(struct strbuf *out, int depth)
{
	enum kind k = (enum kind)below(ANY);

	switch (below(9)) {
	case 0:
		strbuf_addch(out, '!');
		write_expr(out, BOOLEAN, depth - 1);
		break;
	case 1:
	case 2:
	case 3:
		write_binary(out, BOOLEAN, ONE_OF("&&", "||"), BOOLEAN, depth);
		break;
	case 4:
		write_binary(out, k, ONE_OF("==", "!="), k, depth);
		break;
	case 5:
		k = below(2) ? NUMBER : below(2) ? QUANTITY : STRING;
		write_binary(out, k, ONE_OF("<", "<=", ">", ">="), k, depth);
		break;
	case 6:
		CALL("contains", STRING, STRING);
		break;
	case 7:
		CALL("contains", LIST, ANY);
		break;
	default:
		CALL("startswith", STRING, STRING);
	}
}

static void write_number(struct strbuf *out, int depth)
{
	switch (below(11)) {
	case 0:
		strbuf_addch(out, '-');
		write_expr(out, NUMBER, depth - 1);
		break;
	case 1:
	case 2:
	case 3:
		write_binary(out, NUMBER, ONE_OF("+", "-", "*", "/", "%"), NUMBER, depth);
		break;
	case 4:
		write_binary(out, QUANTITY, "/", QUANTITY, depth);
		break;
	case 5:
		CALL("len", STRING);
		break;
	case 6:
		CALL("min", NUMBER, NUMBER);
		break;
	case 7:
		CALL("max", LIST);
		break;
	case 8:
		CALL("integer", STRING);
		break;
	case 9:
		CALL("bytes", QUANTITY);
		break;
	default:
		CALL("round", NUMBER);
	}
}

static void write_quantity(struct strbuf *out, int depth)
{
	switch (below(7)) {
	case 0:
		write_binary(out, QUANTITY, ONE_OF("+", "-"), QUANTITY, depth);
		break;
	case 1:
	case 2:
		write_binary(out, QUANTITY, ONE_OF("*", "/", "+"), NUMBER, depth);
		break;
	case 3:
		CALL("quantity", STRING);
		break;
	case 4:
		CALL("quantity", NUMBER);
		break;
	case 5:
		CALL("ceil", QUANTITY);
		break;
	default:
		strbuf_addch(out, '-');
		write_expr(out, QUANTITY, depth - 1);
	}
}

static void write_string(struct strbuf *out, int depth)
{
	switch (below(10)) {
	case 0:
	case 1:
		write_binary(out, STRING, "+", STRING, depth);
		break;
	case 2:
		CALL("join", LIST, STRING);
		break;
	case 3:
		CALL("replace", STRING, STRING, STRING);
		break;
	case 4:
		CALL("upper", STRING);
		break;
	case 5:
		CALL("string", (enum kind)below(LIST));
		break;
	case 6:
		CALL("format", STRING, NUMBER);
		break;
	case 7:
		CALL("default", STRING, STRING);
		break;
	case 8:
		CALL("secret", STRING);
		break;
	default:
		write_expr(out, STRING, depth - 1);
		strbuf_addch(out, '[');
		write_expr(out, NUMBER, depth - 1);
		strbuf_addch(out, ']');
	}
}

static void write_list(struct strbuf *out, int depth)
{
	unsigned n = below(4);

	switch (below(4)) {
	case 0:
		CALL("split", STRING, STRING);
		break;
	case 1:
		CALL("range", NUMBER);
		break;
	case 2:
		write_binary(out, LIST, "+", LIST, depth);
		break;
	default:
		strbuf_addch(out, '[');
		for (unsigned i = 0; i < n; i++) {
			if (i)
				strbuf_addstr(out, ", ");
			write_expr(out, ANY, depth - 1);
		}
		strbuf_addch(out, ']');
	}
}

static void write_condition(struct strbuf *out, enum kind k, int depth)
{
	strbuf_addch(out, '(');
	write_expr(out, BOOLEAN, depth - 1);
	strbuf_addstr(out, " ? ");
	write_expr(out, k, depth - 1);
	strbuf_addstr(out, " : ");
	write_expr(out, k, depth - 1);
	strbuf_addch(out, ')');
}

static void write_expr(struct strbuf *out, enum kind k, int depth)
{
	/* A misfit now and then: errors have to stay where they are, too. */
	if (k == ANY || below(12) == 0)
		k = (enum kind)below(ANY + 1);
	if (below(4) == 0) {
		write_name(out);
		return;
	}
	if (depth <= 0 || k == ANY || below(6) == 0) {
		write_literal(out, k);
		return;
	}
	if (below(8) == 0) {
		write_condition(out, k, depth);
		return;
	}
	switch (k) {
	case BOOLEAN:
		write_boolean(out, depth);
		break;
	case NUMBER:
		write_number(out, depth);
		break;
	case QUANTITY:
		write_quantity(out, depth);
		break;
	case STRING:
		write_string(out, depth);
		break;
	case LIST:
	case ANY:
	default:
		write_list(out, depth);
	}
}

/* ---- names ---- */

/* A, B, …: two of each kind, the rest anything. */
static struct value random_value(struct arena *a, unsigned i)
{
	cleanup_strbuf struct strbuf text = STRBUF_INIT;
	cleanup_error struct error err = ERROR_INIT;
	struct pos pos = { 1, 1, "value" };
	size_t steps = 1000;
	struct env env = { .arena = a, .steps = &steps };
	struct value v = { .kind = VALUE_NULL };
	struct expr *e;

	if (i >= 10 && below(2)) {
		struct node *map = node_map(a, NULL, 0, &pos);

		if (below(2)) {
			struct node **items = arena_alloc(a, sizeof(*items));

			items[0] = map;
			map = node_seq(a, items, 1, &pos);
		}
		assert_int_equal(value_from_node(a, map, &v, &err), 0);
		return v;
	}
	if (below(5) == 0)
		strbuf_addstr(&text, "secret");
	strbuf_addch(&text, '(');
	write_literal(&text, i < 10 ? (enum kind)(i / 2) : ANY);
	strbuf_addch(&text, ')');
	assert_int_equal(expr_parse(a, text.buf, text.len, &pos, &e, &err), 0);
	assert_int_equal(expr_eval(e, &env, &v, &err), 0);
	return v;
}

static bool opaque(const struct value *v)
{
	return v->kind == VALUE_NODE || (v->kind == VALUE_LIST && v->opaque);
}

struct scope {
	struct binding bindings[NAMES];
	char names[NAMES][2];
	struct strmap parameters;
	size_t steps;
	struct env env;
};

/* Names whose bit is in the mask are known; the others are undecided, or left out. Half are locals.
 */
static void make_scope(struct scope *s, struct arena *a, const struct value *values, unsigned mask,
		       bool declare_rest)
{
	*s = (struct scope){ .parameters = STRMAP_INIT, .steps = 1000000 };
	s->env = (struct env){ .arena = a, .parameters = &s->parameters, .steps = &s->steps };
	for (unsigned i = 0; i < NAMES; i++) {
		struct binding *b = &s->bindings[i];

		s->names[i][0] = (char)('A' + i);
		*b = (struct binding){ .name = s->names[i], .known = mask >> i & 1 };
		if (b->known)
			b->value = values[i];
		else if (!declare_rest)
			continue;
		if (i % 2) {
			b->outer = s->env.locals;
			s->env.locals = b;
		} else {
			strmap_put(&s->parameters, s->names[i], 1, b);
		}
	}
}

/* ---- equality ---- */

static bool same_value(const struct value *a, const struct value *b)
{
	if (a->kind != b->kind || a->secret != b->secret)
		return false;
	if (a->kind == VALUE_QUANTITY && a->family != b->family)
		return false;
	if (a->kind == VALUE_LIST) {
		if (a->count != b->count || a->depth != b->depth || a->weight != b->weight)
			return false;
		for (size_t i = 0; i < a->count; i++) {
			if (!same_value(&a->items[i], &b->items[i]))
				return false;
		}
		return true;
	}
	return value_equal(a, b);
}

static bool same_tree(const struct expr *a, const struct expr *b)
{
	if (a->kind != b->kind || a->argc != b->argc)
		return false;
	if (a->kind == EXPR_CONST)
		return same_value(&a->value, &b->value);
	if (a->kind == EXPR_NAME)
		return strcmp(a->name, b->name) == 0;
	if (a->op != b->op)
		return false;
	for (uint32_t i = 0; i < a->argc; i++) {
		if (!same_tree(a->args[i], b->args[i]))
			return false;
	}
	return true;
}

static struct expr *parse(struct arena *a, const char *text, size_t len)
{
	cleanup_error struct error err = ERROR_INIT;
	struct pos pos = { 3, 5, "law" };
	struct expr *e;

	if (expr_parse(a, text, len, &pos, &e, &err) == 0)
		return e;
	/* Only what no notation can hold may be refused. */
	if (!err.code || strcmp(err.code, "T204") != 0)
		fail_msg("%s: %s (column %u)", text, err.message, err.column);
	return NULL;
}

static void check_print(struct arena *a, const struct expr *e, const char *origin)
{
	cleanup_strbuf struct strbuf text = STRBUF_INIT, again = STRBUF_INIT;
	struct expr *back;

	expr_print(e, &text);
	back = parse(a, text.buf, text.len);
	expr_print(back, &again);
	if (!same_tree(e, back) || strcmp(text.buf, again.buf) != 0)
		fail_msg("%s\nis printed as %s\nreads back as %s", origin, text.buf, again.buf);
}

struct outcome {
	int rc;
	struct value value;
	struct error err;
};

static struct outcome run(const struct expr *e, const struct env *env)
{
	struct outcome o = { .err = ERROR_INIT };

	o.rc = expr_eval(e, env, &o.value, &o.err);
	return o;
}

static bool same_outcome(const struct outcome *a, const struct outcome *b)
{
	if (a->rc != b->rc)
		return false;
	if (a->rc == 0)
		return same_value(&a->value, &b->value);
	return strcmp(a->err.code, b->err.code) == 0 && a->err.line == b->err.line &&
	       a->err.column == b->err.column && strcmp(a->err.message, b->err.message) == 0;
}

static void describe(struct strbuf *out, const struct outcome *o)
{
	if (o->rc < 0) {
		strbuf_addf(out, "%s at %u: %s", o->err.code, o->err.column, o->err.message);
	} else {
		struct expr e = { .kind = EXPR_CONST, .value = o->value };

		expr_print(&e, out);
	}
}

/* ---- the laws ---- */

static void check_split(struct arena *a, struct expr *e, const struct value *values, unsigned known,
			const struct outcome *whole, const char *origin)
{
	cleanup_strbuf struct strbuf text = STRBUF_INIT, one = STRBUF_INIT, two = STRBUF_INIT;
	unsigned rest = ~known, spelled = 0;
	struct scope first, second;
	struct outcome late;
	struct expr *folded;

	make_scope(&first, a, values, known, true);
	folded = expr_fold(e, &first.env);
	assert_true(expr_printable(folded));
	for (unsigned i = 0; i < NAMES; i++) {
		if (opaque(&values[i]))
			rest |= 1U << i;
		else
			spelled++;
	}
	make_scope(&second, a, values, rest, false);
	late = run(folded, &second.env);
	if (!same_outcome(whole, &late)) {
		expr_print(folded, &text);
		describe(&one, whole);
		describe(&two, &late);
		fail_msg("%s\nwith %x folds to %s\ngives %s, not %s", origin, known, text.buf,
			 two.buf, one.buf);
	}
	check_print(a, folded, origin);
	if (known == (1U << NAMES) - 1 && whole->rc == 0 && spelled == NAMES)
		assert_int_equal(folded->kind, EXPR_CONST);
	error_release(&late.err);
	strmap_release(&first.parameters);
	strmap_release(&second.parameters);
}

static unsigned check_case(uint64_t seed)
{
	cleanup_arena struct arena *a = arena_new();
	cleanup_strbuf struct strbuf text = STRBUF_INIT;
	struct value values[NAMES];
	struct scope all;
	struct outcome whole;
	struct expr *e;
	unsigned failed;

	state = seed * 0x9e3779b97f4a7c15ULL + 1;
	write_expr(&text, ANY, 1 + (int)below(6));
	e = parse(a, text.buf, text.len);
	if (!e)
		return 0;
	check_print(a, e, text.buf);
	for (unsigned i = 0; i < NAMES; i++)
		values[i] = random_value(a, i);
	make_scope(&all, a, values, (1U << NAMES) - 1, true);
	whole = run(e, &all.env);
	for (unsigned i = 0; i < SPLITS; i++)
		check_split(a, e, values,
			    i == 0   ? 0
			    : i == 1 ? (1U << NAMES) - 1
				     : below(1U << NAMES),
			    &whole, text.buf);
	failed = whole.rc < 0;
	error_release(&whole.err);
	strmap_release(&all.parameters);
	return failed;
}

static void test_expr__random_ones_print_and_fold_lawfully(void **unused)
{
	const char *cases = getenv("LAW_CASES"), *first = getenv("LAW_FIRST");
	unsigned long n = cases ? strtoul(cases, NULL, 10) : CASES;
	unsigned long from = first ? strtoul(first, NULL, 10) : 0;
	unsigned failed = 0;

	(void)unused;
	for (unsigned long i = from; i < from + n; i++)
		failed += check_case(i);
	/* Both sides of the law have to be tried. */
	if (n >= 1000) {
		assert_in_range(failed, n / 20, n - n / 20);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_expr__random_ones_print_and_fold_lawfully),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
