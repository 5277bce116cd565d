/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/limits.h"
#include "base/memory.h"
#include "template/expr.h"

/* ---- helpers ---- */

struct fixture {
	struct arena *arena;
	struct strmap parameters;
	struct binding n, s, secret, undecided, pair;
	struct value items[2];
	size_t steps;
	struct env env;
	struct pos pos;
};

static void bind(struct fixture *f, struct binding *b, const char *name, struct value v)
{
	*b = (struct binding){ .name = name, .known = true, .value = v };
	strmap_put(&f->parameters, name, strlen(name), b);
}

static int set_up(void **state)
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

static int tear_down(void **state)
{
	struct fixture *f = *state;

	strmap_release(&f->parameters);
	arena_free(f->arena);
	free(f);
	return 0;
}

static struct expr *parse(struct fixture *f, const char *text)
{
	cleanup_error struct error err = ERROR_INIT;
	struct expr *e;

	if (expr_parse(f->arena, text, strlen(text), &f->pos, &e, &err) < 0)
		fail_msg("%s: %s", text, err.message);
	return e;
}

static struct value eval(struct fixture *f, const char *text)
{
	cleanup_error struct error err = ERROR_INIT;
	struct value v;

	if (expr_eval(parse(f, text), &f->env, &v, &err) < 0)
		fail_msg("%s: %s", text, err.message);
	return v;
}

/* Compares with the printed form of the result. */
static void check(struct fixture *f, const char *text, const char *expected)
{
	cleanup_strbuf struct strbuf sb = STRBUF_INIT;
	struct expr e = { .kind = EXPR_CONST, .value = eval(f, text) };

	expr_print(&e, &sb);
	if (strcmp(sb.buf, expected) != 0)
		fail_msg("%s gives %s, not %s", text, sb.buf, expected);
}

struct failure {
	const char *text, *code;
	unsigned column; /* within text, from 1 */
	const char *message;
};

static void check_failure(struct fixture *f, const struct failure *c)
{
	cleanup_error struct error err = ERROR_INIT;
	struct value v;
	struct expr *e;
	int rc = expr_parse(f->arena, c->text, strlen(c->text), &f->pos, &e, &err);

	if (rc == 0)
		rc = expr_eval(e, &f->env, &v, &err);
	if (rc == 0)
		fail_msg("%s does not fail", c->text);
	assert_int_equal(rc, -err.class);
	assert_int_equal(rc, strcmp(c->code, "T207") == 0 ? -ERR_LIMIT : -ERR_INVALID);
	if (strcmp(err.message, c->message) != 0 || strcmp(err.code, c->code) != 0 ||
	    err.column != c->column + 10 || err.line != 4)
		fail_msg("%s: %s at %u:%u: %s", c->text, err.code, err.line, err.column - 10,
			 err.message);
	assert_string_equal(err.file, "file.yaml");
}

static void check_failures(struct fixture *f, const struct failure *cases, size_t n)
{
	for (size_t i = 0; i < n; i++)
		check_failure(f, &cases[i]);
}

#define CHECK_FAILURES(f, cases) check_failures(f, cases, ARRAY_SIZE(cases))

/* ---- the language ---- */

static void test_expr__operators_bind_as_documented(void **state)
{
	check(*state, "1 + 2 * 3", "7");
	check(*state, "(1 + 2) * 3", "9");
	check(*state, "10 - 2 - 3", "5");
	check(*state, "-2 * -3", "6");
	check(*state, "!true || true", "true");
	check(*state, "true || false && false", "true");
	check(*state, "1 + 1 == 2 && 2 < 3", "true");
	check(*state, "false ? 1 : true ? 2 : 3", "2");
	check(*state, "-[1, 2][1]", "-2");
	check(*state, "[[1, 2], [3]][0][1]", "2");
	check(*state, "1 < 2 == true", "true");
	check(*state, "\t1\n+\r\n 2 ", "3");
}

static void test_expr__arithmetic_is_exact(void **state)
{
	check(*state, "1/3*3 == 1", "true");
	check(*state, "0.1 + 0.2 == 0.3", "true");
	check(*state, "1/3", "1 / 3");
	check(*state, "7 % 3", "1");
	check(*state, "-7 % 3", "-1");
	check(*state, "2/4", "0.5");
}

static void test_expr__quantities_keep_their_family(void **state)
{
	check(*state, "string(512Mi * 0.7)", "'375809638'");
	check(*state, "string(1Gi + 1Gi)", "'2Gi'");
	check(*state, "1Gi / 1Mi", "1024");
	check(*state, "string(2 * 500m)", "'1'");
	check(*state, "string(1Gi + 1k)", "'1073742824'");
	check(*state, "string(1k + 1Ki)", "'2024'");
	check(*state, "string(1Ki - 1)", "'1023'");
	check(*state, "1Ki == 1024", "true");
	check(*state, "1k < 1Ki", "true");
	check(*state, "-(-1Ki)", "1Ki");
	check(*state, "string(1Gi / 3)", "'357913941'");
	check(*state, "string(1 / 3 * 100m)", "'34m'");
}

static void test_expr__logical_operators_evaluate_what_they_need(void **state)
{
	check(*state, "false && 1/0 == 1", "false");
	check(*state, "true || 1/0 == 1", "true");
	check(*state, "true ? 1 : 1/0", "1");
	check(*state, "false ? 1/0 : 2", "2");
}

static void test_expr__strings_have_escapes(void **state)
{
	struct value v = eval(*state, "'a\\n\\t\\\\\\'\\\"\\$' + \"'\"");

	assert_int_equal(v.len, 8);
	assert_string_equal(v.text, "a\n\t\\'\"$'");
	check(*state, "'äöü'[1]", "'ö'");
	check(*state, "'a' < 'b' && 'a' < 'aa' && 'Z' < 'a'", "true");
}

static void test_expr__names_are_looked_up_inside_out(void **state)
{
	struct fixture *f = *state;
	struct binding outer = { .name = "i", .known = true, .value = value_integer(1) };
	struct binding inner = {
		.name = "i", .known = true, .value = value_integer(2), .outer = &outer
	};
	struct binding shadow = {
		.name = "N", .known = true, .value = value_integer(7), .outer = &inner
	};

	check(f, "N", "3");
	f->env.locals = &shadow;
	check(f, "N + i", "9");
	assert_ptr_equal(env_find(&f->env, "i"), &inner);
	assert_ptr_equal(env_find(&f->env, "NAME"), &f->s);
	assert_null(env_find(&f->env, "none"));
}

/* ---- functions ---- */

static void test_expr__functions_on_strings(void **state)
{
	check(*state, "len('äöü')", "3");
	check(*state, "lower('ÄBc')", "'Äbc'");
	check(*state, "upper('abC1')", "'ABC1'");
	check(*state, "trim(' \\n a b\\t')", "'a b'");
	check(*state, "trim('  ')", "''");
	check(*state, "replace('a-b-c', '-', '+')", "'a+b+c'");
	check(*state, "replace('aaa', 'aa', 'b')", "'ba'");
	check(*state, "replace('abc', 'x', 'y')", "'abc'");
	check(*state, "contains('abc', 'bc') && contains('abc', '') && !contains('a', 'b')",
	      "true");
	check(*state, "startswith('abc', 'ab') && endswith('abc', 'bc')", "true");
	check(*state, "startswith('a', 'ab') || endswith('a', 'ba')", "false");
	check(*state, "split('a,b,,c', ',')", "['a', 'b', '', 'c']");
	check(*state, "split('', ',')", "[]");
	check(*state, "split(',', ',')", "['', '']");
	check(*state, "base64('hello')", "'aGVsbG8='");
	check(*state, "sha256('abc')",
	      "'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'");
}

static void test_expr__functions_on_lists(void **state)
{
	check(*state, "len([1, 2])", "2");
	check(*state, "range(3)", "[0, 1, 2]");
	check(*state, "range(2, 5)", "[2, 3, 4]");
	check(*state, "range(0) + range(-5) + range(3, 1)", "[]");
	check(*state,
	      "range(170141183460469231731687303715884105726, 170141183460469231731687303715884105727)",
	      "[170141183460469231731687303715884105726]");
	check(*state, "join(['a', 1.5, true, 2Gi], '-')", "'a-1.5-true-2Gi'");
	check(*state, "join([], '-')", "''");
	check(*state, "contains([1, 'a'], 'a') && !contains(['1'], 1)", "true");
	check(*state, "min(3, 1, 2)", "1");
	check(*state, "max([1, 2Ki, 3])", "2Ki");
	check(*state, "[1] + [2]", "[1, 2]");
	check(*state, "[1, [2]] == [1, [2]] && [1] != ['1']", "true");
}

static void test_expr__functions_on_numbers(void **state)
{
	check(*state, "[floor(-1.5), ceil(-1.5), round(-1.5), round(2.5), round(2.4)]",
	      "[-2, -1, -2, 3, 2]");
	check(*state, "string(ceil(1.2Ki))", "'1229'");
	check(*state, "bytes(512Mi)", "536870912");
	check(*state, "bytes(-1500m)", "-2");
	check(*state, "integer('42') + integer(1.0) + integer(1Ki)", "1067");
	check(*state, "integer('-007')", "-7");
	check(*state, "string(quantity('1.5Gi'))", "'1536Mi'");
	check(*state, "string(quantity(2000))", "'2k'");
	check(*state, "quantity(1Gi)", "1Gi");
	check(*state, "string(1.50) + string(true) + string('x')", "'1.5truex'");
	check(*state, "default('', 1)", "1");
	check(*state, "default(null, 1)", "1");
	check(*state, "default(false, 1)", "false");
}

static void test_expr__format(void **state)
{
	check(*state, "format('%s-%d', 'a', 7)", "'a-7'");
	check(*state, "format('%05d|%5d|%3s|%x|%%', -42, 42, 'ä', 255)", "'-0042|   42|  ä|ff|%'");
	check(*state, "format('%x', -170141183460469231731687303715884105727)",
	      "'-7fffffffffffffffffffffffffffffff'");
	check(*state, "format('%s %s', 1.5, 2Gi)", "'1.5 2Gi'");
	check(*state, "format('')", "''");
}

static void test_expr__the_function_table_is_sorted_and_complete(void **state)
{
	(void)state;
	assert_int_equal(expr_function_count, 25);
	for (size_t i = 0; i < expr_function_count; i++) {
		const struct expr_function *f = &expr_functions[i];

		if (i)
			assert_true(strcmp(expr_functions[i - 1].name, f->name) < 0);
		assert_true(f->min_args <= f->max_args);
		assert_int_equal(strncmp(f->usage, f->name, strlen(f->name)), 0);
	}
}

/* ---- errors ---- */

static void test_expr__syntax_errors_name_what_was_expected(void **state)
{
	static const struct failure cases[] = {
		{ "", "T201", 1, "expected a value, a name or '(', got end of expression" },
		{ "1 +", "T201", 4, "expected a value, a name or '(', got end of expression" },
		{ "1 2", "T201", 3, "expected an operator or the end, got '2'" },
		{ "(1", "T201", 3, "expected an operator or ')', got end of expression" },
		{ "[1, 2", "T201", 6, "expected ',' or ']', got end of expression" },
		{ "[1, ]", "T201", 5, "expected a value, a name or '(', got ']'" },
		{ "len('a'", "T201", 8, "expected ',' or ')', got end of expression" },
		{ "x[1", "T201", 4, "expected an operator or ']', got end of expression" },
		{ "true ? 1", "T201", 9, "expected an operator or ':', got end of expression" },
		{ "a = b", "T201", 3, "unexpected character '='" },
		{ "a & b", "T201", 3, "unexpected character '&'" },
		{ "'ä' + ü", "T201", 7, "unexpected character 'ü'" },
		{ "'abc", "T201", 1, "string without closing '" },
		{ "\"abc\\", "T201", 1, "string without closing \"" },
		{ "'ä\\q'", "T201", 3, "unknown escape '\\q'" },
		{ "5x", "T201", 1, "malformed number '5x'" },
		{ "1e3k", "T201", 1, "malformed number '1e3k'" },
		{ "1.", "T201", 1, "malformed number '1.'" },
		{ "1.2.3", "T201", 1, "malformed number '1.2.3'" },
		{ "007", "T201", 1, "leading zero in number '007'" },
		{ "1e400", "T204", 1, "beyond the range of exact numbers: '1e400'" },
		{ "true(1)", "T201", 5, "expected an operator or the end, got '('" },
	};

	CHECK_FAILURES(*state, cases);
}

static void test_expr__errors_stand_at_their_operator(void **state)
{
	static const struct failure cases[] = {
		{ "1 + 'a'", "T203", 3, "cannot add number and string" },
		{ "'a' - 1", "T203", 5, "cannot subtract string and number" },
		{ "1Gi * 1Gi", "T203", 5, "cannot multiply quantity and quantity" },
		{ "1 / 1Gi", "T203", 3, "cannot divide number by quantity" },
		{ "1Gi % 2", "T203", 5, "cannot take the remainder of quantity by number" },
		{ "1.5 % 2", "T203", 5, "'%' wants whole numbers" },
		{ "1 / 0", "T204", 3, "division by zero" },
		{ "1 % 0", "T204", 3, "division by zero" },
		{ "170141183460469231731687303715884105727 + 1", "T204", 41,
		  "the result leaves the range of exact numbers" },
		{ "1 < 'a'", "T203", 3, "cannot compare number and string" },
		{ "true < false", "T203", 6, "cannot compare boolean and boolean" },
		{ "1 == '1'", "T203", 3, "cannot compare number and string" },
		{ "NAME == null", "T203", 6, "cannot compare string and null" },
		{ "1 && true", "T203", 3, "'&&' wants a boolean, got number" },
		{ "true && 'x'", "T203", 6, "'&&' wants a boolean, got string" },
		{ "false || null", "T203", 7, "'||' wants a boolean, got null" },
		{ "!1", "T203", 1, "'!' wants a boolean, got number" },
		{ "-'a'", "T203", 1, "cannot negate string" },
		{ "1 ? 2 : 3", "T203", 3, "'?:' wants a boolean, got number" },
		{ "MISSING + 1", "T202", 1, "unknown name 'MISSING'" },
		{ "1 + LATER", "T202", 5, "the value of 'LATER' is not known yet" },
	};

	CHECK_FAILURES(*state, cases);
}

static void test_expr__indexes_are_checked(void **state)
{
	static const struct failure cases[] = {
		{ "[1, 2, 3][5]", "T205", 10, "list has 3 items, index 5 is out of range" },
		{ "[1][-1]", "T205", 4, "list has 1 item, index -1 is out of range" },
		{ "[][0]", "T205", 3, "list has 0 items, index 0 is out of range" },
		{ "'äb'[2]", "T205", 5, "index 2 is out of range of the string" },
		{ "[1][0.5]", "T203", 4, "an index is a whole number, got a fraction" },
		{ "[1]['a']", "T203", 4, "an index is a whole number, got string" },
		{ "5[0]", "T203", 2, "cannot take an item of number, only of a list or string" },
	};

	CHECK_FAILURES(*state, cases);
}

static void test_expr__calls_are_checked(void **state)
{
	static const struct failure cases[] = {
		{ "1 + jion([1], 'x')", "T206", 5, "no function 'jion'" },
		{ "len()", "T206", 1, "len takes 1 argument, got 0" },
		{ "join([1])", "T206", 1, "join takes 2 arguments, got 1" },
		{ "range(1, 2, 3)", "T206", 1, "range takes at most 2 arguments, got 3" },
		{ "min()", "T206", 1, "min takes at least 1 argument, got 0" },
		{ "join('a', 'b')", "T203", 1, "join: argument 1 wants a list, got string" },
		{ "len(5)", "T203", 1, "len: argument 1 wants a string or list, got number" },
		{ "range('5')", "T203", 1, "range: argument 1 wants a whole number, got string" },
		{ "range(1, 2.5)", "T203", 1,
		  "range: argument 2 wants a whole number, got a fraction" },
		{ "split('a', '')", "T203", 1, "split: argument 2 is empty" },
		{ "max([])", "T203", 1, "max: the list is empty" },
		{ "max([1, 'a'])", "T203", 1,
		  "max: item 1 of the list is a string, not a number or quantity" },
		{ "join([1, null], ',')", "T203", 1, "join: item 1: null has no text" },
		{ "join([1/3], ',')", "T204", 1, "join: item 0: 1/3 has no finite decimal form" },
		{ "string([1])", "T203", 1, "string: a list has no text of its own" },
		{ "bytes(5)", "T203", 1, "bytes: argument 1 wants a quantity, got number" },
		{ "integer('x')", "T208", 1, "integer: 'x' is not a number" },
		{ "integer(1.5)", "T208", 1, "integer: the value is not whole" },
		{ "integer(true)", "T203", 1,
		  "integer: argument 1 wants a string, number or quantity, got boolean" },
		{ "quantity('5x')", "T208", 1,
		  "quantity: '5x' is not a quantity such as 500m, 2 or 1.5Gi" },
	};

	CHECK_FAILURES(*state, cases);
}

static void test_expr__formats_are_checked(void **state)
{
	static const struct failure cases[] = {
		{ "format('%d')", "T206", 1, "format: 1 directive, but 0 values" },
		{ "format('x', 1)", "T206", 1, "format: 0 directives, but 1 value" },
		{ "format('%q', 1)", "T203", 1, "format: malformed directive '%q'" },
		{ "format('50%')", "T203", 1, "format: malformed directive '%'" },
		{ "format('%05s', 1)", "T203", 1, "format: malformed directive '%05s'" },
		{ "format('%5%')", "T203", 1, "format: malformed directive '%5%'" },
		{ "format('%d', 'a')", "T203", 1,
		  "format: argument 2 wants a whole number, got string" },
		{ "format('%d', 1.5)", "T203", 1,
		  "format: argument 2 wants a whole number, got a fraction" },
		{ "format('%s', null)", "T203", 1, "format: argument 2: null has no text" },
		{ "format('%1001d', 1)", "T207", 1, "format: a width is at most 1000" },
	};

	CHECK_FAILURES(*state, cases);
}

static void test_expr__unknown_functions_get_a_suggestion(void **state)
{
	struct fixture *f = *state;
	cleanup_error struct error err = ERROR_INIT;
	struct expr *e;

	assert_int_equal(expr_parse(f->arena, "lenn('a')", 9, &f->pos, &e, &err), -ERR_INVALID);
	assert_string_equal(err.hint, "did you mean 'len'?");
}

static void test_expr__positions_follow_lines(void **state)
{
	struct fixture *f = *state;
	cleanup_error struct error err = ERROR_INIT;
	struct value v;
	const char *text = "1 +\n  'a'\n  - 2";
	struct expr *e = parse(f, text);

	assert_int_equal(expr_eval(e, &f->env, &v, &err), -ERR_INVALID);
	/* The sum fails first. */
	assert_int_equal(err.line, 4);
	assert_int_equal(err.column, 13);
	assert_int_equal(e->pos.line, 6);
	assert_int_equal(e->pos.column, 3);
}

/* ---- secrets ---- */

static void test_expr__what_is_made_of_a_secret_is_one(void **state)
{
	static const char *const secret[] = {
		"PASSWORD + 'x'",
		"join(['a', PASSWORD], '')",
		"base64(PASSWORD)",
		"sha256(PASSWORD)",
		"upper(PASSWORD)",
		"format('%s', PASSWORD)",
		"replace(PASSWORD, 'a', 'b')",
		"[1, PASSWORD]",
		"split(PASSWORD, 'n')[0]",
		"PASSWORD[0]",
		"string(PASSWORD)",
		"trim(PASSWORD)",
		"true ? PASSWORD : ''",
		"default(PASSWORD, '')",
		"secret('x')",
		"secret([1, [2]])[1][0]",
		"[PASSWORD] + [1]",
		"replace('abc', 'b', PASSWORD)",
		"PAIR[0]",
	};
	static const char *const open[] = {
		"PASSWORD == 'x'",
		"PASSWORD < 'x'",
		"contains(PASSWORD, 'x')",
		"startswith(PASSWORD, 'h')",
		"PAIR[1]",
		"NAME + 'x'",
		"len(PAIR)",
	};

	for (size_t i = 0; i < ARRAY_SIZE(secret); i++)
		if (!eval(*state, secret[i]).secret)
			fail_msg("%s is not secret", secret[i]);
	for (size_t i = 0; i < ARRAY_SIZE(open); i++)
		if (eval(*state, open[i]).secret)
			fail_msg("%s is secret", open[i]);
}

static void test_expr__secrets_never_stand_in_messages(void **state)
{
	static const char *const cases[] = {
		"integer(PASSWORD)",
		"quantity(PASSWORD)",
		"PASSWORD[99]",
		"PASSWORD + 1",
		"-PASSWORD",
		"format('%d', PASSWORD)",
		"format('%' + PASSWORD)",
		"join(PASSWORD, '')",
		"PASSWORD && true",
		"range(PASSWORD)",
		"integer(PASSWORD + 'x')",
		"[1][len(PASSWORD)]",
		"split(PASSWORD, 'n')[9]",
		"string([PASSWORD])",
		"integer(split(PASSWORD, 'e')[0])",
		"max([PASSWORD])",
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		cleanup_error struct error err = ERROR_INIT;
		struct value v;

		assert_int_equal(expr_eval(parse(f, cases[i]), &f->env, &v, &err), -ERR_INVALID);
		if (strstr(err.message, "hunt") || strstr(err.message, "7") ||
		    (err.hint && strstr(err.hint, "hunt")))
			fail_msg("%s: %s", cases[i], err.message);
	}
}

/* ---- limits ---- */

static void test_expr__nesting_is_limited(void **state)
{
	static const char *const parts[][3] = {
		{ "(", "1", ")" },    { "[", "1", "]" },      { "-", "1", "" },
		{ "!", "true", "" },  { "len([", "1", "])" }, { "true ? 1 : ", "1", "" },
		{ "[1][", "0", "]" }, { "", "1", " + 1" },    { "", "'a'", "[0]" },
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < ARRAY_SIZE(parts); i++) {
		cleanup_strbuf struct strbuf sb = STRBUF_INIT;
		cleanup_error struct error err = ERROR_INIT;
		struct expr *e;

		for (int n = 0; n < 200000; n++)
			strbuf_addstr(&sb, parts[i][0]);
		strbuf_addstr(&sb, parts[i][1]);
		for (int n = 0; n < 200000; n++)
			strbuf_addstr(&sb, parts[i][2]);
		assert_int_equal(expr_parse(f->arena, sb.buf, sb.len, &f->pos, &e, &err),
				 -ERR_LIMIT);
		assert_string_equal(err.code, "T207");
	}
}

static void test_expr__strings_are_limited_before_they_are_made(void **state)
{
	static const char *const cases[] = {
		"replace(X, Y, X + X)",
		"X + X + X + X + X + X + X + X + X",
		"join([X, X, X, X, X, X, X, X, X], '')",
		"format('%s%s%s%s%s%s%s%s%s', X, X, X, X, X, X, X, X, X)",
		"base64(X + X + X + X + X + X + X)",
	};
	struct fixture *f = *state;
	size_t len = (size_t)8 << 20;
	char *text = arena_alloc(f->arena, len + 1);
	struct binding x, y;

	memset(text, 'a', len);
	text[len] = '\0';
	bind(f, &x, "X", value_string(text, len));
	bind(f, &y, "Y", value_string(text + len - ((size_t)1 << 20), (size_t)1 << 20));
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		cleanup_error struct error err = ERROR_INIT;
		struct value v;

		f->steps = LIMIT_EVAL_STEPS * 10;
		assert_int_equal(expr_eval(parse(f, cases[i]), &f->env, &v, &err), -ERR_LIMIT);
		assert_string_equal(err.code, "T207");
		assert_string_equal(err.message, "the string would be longer than 67108864 bytes");
	}
}

static void test_expr__lists_are_limited_before_they_are_made(void **state)
{
	static const struct failure cases[] = {
		{ "range(1000001)", "T207", 1, "the list would have more than 1000000 items" },
		{ "range(-1e38, 1e38)", "T207", 1, "the list would have more than 1000000 items" },
		{ "range(600000) + range(600000)", "T207", 15,
		  "the list would have more than 1000000 items" },
		{ "[range(600000), range(600000)]", "T207", 1,
		  "the list would have more than 1000000 items" },
	};

	CHECK_FAILURES(*state, cases);
}

static void test_expr__steps_run_out(void **state)
{
	struct fixture *f = *state;
	cleanup_error struct error err = ERROR_INIT;
	struct value v;

	f->steps = 2;
	assert_int_equal(expr_eval(parse(f, "N + N"), &f->env, &v, &err), -ERR_LIMIT);
	assert_string_equal(err.code, "T207");
	assert_string_equal(err.message, "evaluation takes too many steps");
	error_release(&err);
	f->steps = 3;
	assert_int_equal(expr_eval(parse(f, "N + N"), &f->env, &v, &err), 0);
	f->steps = 1000;
	assert_int_equal(expr_eval(parse(f, "range(2000)"), &f->env, &v, &err), -ERR_LIMIT);
	assert_int_equal(f->steps, 998);
}

/* ---- printing, folding, prefixes ---- */

static void check_fold(struct fixture *f, const char *text, const char *expected)
{
	cleanup_strbuf struct strbuf sb = STRBUF_INIT;

	expr_print(expr_fold(parse(f, text), &f->env), &sb);
	if (strcmp(sb.buf, expected) != 0)
		fail_msg("%s folds to %s, not %s", text, sb.buf, expected);
}

static void test_expr__known_parts_are_folded(void **state)
{
	check_fold(*state, "N * 2 + 1", "7");
	check_fold(*state, "N * 2 + LATER", "6 + LATER");
	check_fold(*state, "LATER + N * 2", "LATER + 6");
	check_fold(*state, "LATER == N ? 1 + 1 : NAME", "LATER == 3 ? 2 : 'shop'");
	check_fold(*state, "N == 3 ? LATER : 1/0", "LATER");
	check_fold(*state, "false && LATER", "false");
	check_fold(*state, "true || LATER", "true");
	check_fold(*state, "N / 9", "1 / 3");
	check_fold(*state, "N / 9 * 2Gi", "2Gi / 3");
	check_fold(*state, "[N, LATER][0]", "[3, LATER][0]");
	check_fold(*state, "upper(NAME) + '-' + LATER", "'SHOP-' + LATER");
}

static void test_expr__checks_survive_folding(void **state)
{
	check_fold(*state, "true && LATER", "true && LATER");
	check_fold(*state, "false || LATER", "false || LATER");
	check_fold(*state, "true && LATER == 1", "LATER == 1");
	check_fold(*state, "LATER && false", "LATER && false");
	check_fold(*state, "1 / 0 + LATER", "1 / 0 + LATER");
	check_fold(*state, "'a' && LATER", "'a' && LATER");
	check_fold(*state, "MISSING", "MISSING");
	check_fold(*state, "1 ? LATER : N", "1 ? LATER : 3");
}

static void test_expr__folding_shares_what_does_not_change(void **state)
{
	struct fixture *f = *state;
	struct expr *e = parse(f, "LATER + 1 == LATER[0]"), *folded;

	assert_ptr_equal(expr_fold(e, &f->env), e);
	e = parse(f, "(LATER + 1) * N");
	folded = expr_fold(e, &f->env);
	assert_ptr_not_equal(folded, e);
	assert_ptr_equal(folded->args[0], e->args[0]);
	assert_int_equal(folded->args[1]->pos.column, e->args[1]->pos.column);
}

static void test_expr__folding_without_steps_still_replaces_names(void **state)
{
	struct fixture *f = *state;

	f->steps = 0;
	check_fold(f, "N + N + LATER", "3 + 3 + LATER");
	check_fold(f, "-N + LATER", "-3 + LATER");
	f->steps = 100;
	check_fold(f, "len(range(N * 1000)) + LATER", "len(range(3000)) + LATER");
}

static void test_expr__printing_uses_the_fewest_brackets(void **state)
{
	static const char *const same[] = {
		"1 + 2 * 3",
		"(1 + 2) * 3",
		"a - (b - c)",
		"a - b - c",
		"!(a && b)",
		"-(a + b)",
		"(a ? b : c) ? d : e",
		"a ? b : c ? d : e",
		"(a + b)[0]",
		"a[0][1]",
		"-a[0]",
		"(-a)[0]",
		"a && (b || c)",
		"[a, 1 / 3, 'x']",
		"(-5)[0]",
		"a % (b * c)",
		"len(a ? b : c)",
		"-5 - -3",
		"!!a",
		"--a",
		"'\\'\\\\\\n'",
		"500m + 1k - 0Ki",
		"secret('x') + a",
		"[1, secret(-2), secret(1 / 3), secret([])]",
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < ARRAY_SIZE(same); i++) {
		cleanup_strbuf struct strbuf sb = STRBUF_INIT;

		expr_print(parse(f, same[i]), &sb);
		if (strcmp(sb.buf, same[i]) != 0)
			fail_msg("%s is printed as %s", same[i], sb.buf);
	}
}

static void test_expr__a_prefix_ends_at_its_brace(void **state)
{
	struct fixture *f = *state;
	struct error err = ERROR_INIT;
	const char *text = "NAME + '}' } rest";
	struct expr *e;
	size_t used;

	assert_int_equal(expr_parse_prefix(f->arena, text, strlen(text), &f->pos, &e, &used, &err),
			 0);
	assert_int_equal(used, 11);
	assert_int_equal(e->kind, EXPR_BINARY);
	assert_int_equal(expr_parse_prefix(f->arena, "NAME", 4, &f->pos, &e, &used, &err),
			 -ERR_INVALID);
	assert_string_equal(err.message, "expected an operator or '}', got end of expression");
	error_release(&err);
	assert_int_equal(expr_parse_prefix(f->arena, "}", 1, &f->pos, &e, &used, &err),
			 -ERR_INVALID);
	assert_int_equal(err.column, 11);
	error_release(&err);
}

static void collect(const struct expr *name, void *data)
{
	strbuf_addf(data, "%s@%u ", name->name, name->pos.column);
}

static void test_expr__names_are_visited_in_text_order(void **state)
{
	struct fixture *f = *state;
	cleanup_strbuf struct strbuf sb = STRBUF_INIT;

	expr_each_name(parse(f, "b ? len(a) : [c][d] + b"), collect, &sb);
	assert_string_equal(sb.buf, "b@11 a@19 c@25 d@28 b@33 ");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_expr__operators_bind_as_documented),
		TEST(test_expr__arithmetic_is_exact),
		TEST(test_expr__quantities_keep_their_family),
		TEST(test_expr__logical_operators_evaluate_what_they_need),
		TEST(test_expr__strings_have_escapes),
		TEST(test_expr__names_are_looked_up_inside_out),
		TEST(test_expr__functions_on_strings),
		TEST(test_expr__functions_on_lists),
		TEST(test_expr__functions_on_numbers),
		TEST(test_expr__format),
		TEST(test_expr__the_function_table_is_sorted_and_complete),
		TEST(test_expr__syntax_errors_name_what_was_expected),
		TEST(test_expr__errors_stand_at_their_operator),
		TEST(test_expr__indexes_are_checked),
		TEST(test_expr__calls_are_checked),
		TEST(test_expr__formats_are_checked),
		TEST(test_expr__unknown_functions_get_a_suggestion),
		TEST(test_expr__positions_follow_lines),
		TEST(test_expr__what_is_made_of_a_secret_is_one),
		TEST(test_expr__secrets_never_stand_in_messages),
		TEST(test_expr__nesting_is_limited),
		TEST(test_expr__strings_are_limited_before_they_are_made),
		TEST(test_expr__lists_are_limited_before_they_are_made),
		TEST(test_expr__steps_run_out),
		TEST(test_expr__known_parts_are_folded),
		TEST(test_expr__checks_survive_folding),
		TEST(test_expr__folding_shares_what_does_not_change),
		TEST(test_expr__folding_without_steps_still_replaces_names),
		TEST(test_expr__printing_uses_the_fewest_brackets),
		TEST(test_expr__a_prefix_ends_at_its_brace),
		TEST(test_expr__names_are_visited_in_text_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
