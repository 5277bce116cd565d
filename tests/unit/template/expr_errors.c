/* SPDX-License-Identifier: Apache-2.0 */
/* What expressions refuse: errors and their places, secrets, limits. */
#include "expr_fixture.h"

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
		{ "slice('abc', '1')", "T203", 1,
		  "slice: argument 2 wants a whole number, got string" },
		{ "slice([1], 0, 0.5)", "T203", 1,
		  "slice: argument 3 wants a whole number, got a fraction" },
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

int main(void)
{
	const struct CMUnitTest tests[] = {
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
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
