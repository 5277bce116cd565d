/* SPDX-License-Identifier: Apache-2.0 */
/* The language of expressions, its functions, folding and printing. */
#include "expr_fixture.h"

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

static void test_expr__a_slice_is_cut_to_what_is_there(void **state)
{
	check(*state, "slice('abcdef', 1, 3)", "'bc'");
	check(*state, "slice('abcdef', 4)", "'ef'");
	check(*state, "slice('aé€d', 1, 3)", "'é€'");
	check(*state, "slice('abc', 2, 99) + slice('abc', 7) + slice('abc', 2, 1)", "'c'");
	check(*state, "slice([1, 2, 3], 1)", "[2, 3]");
	check(*state, "slice([1, 2, 3], 0, 2)", "[1, 2]");
	check(*state, "slice([], 0, 9)", "[]");
}

static void test_expr__unique_keeps_the_first_of_equals(void **state)
{
	check(*state, "unique(['b', 'a', 'b'])", "['b', 'a']");
	check(*state, "unique([1, 1.0, 2, '1'])", "[1, 2, '1']");
	check(*state, "len(unique([]))", "0");
}

static void test_expr__json_writes_what_json_reads(void **state)
{
	check(*state, "json('say \"hi\"\\n')", "'\"say \\\\\"hi\\\\\"\\\\n\"'");
	check(*state, "json([1, 'a', true, null, 0.5])", "'[1,\"a\",true,null,0.5]'");
	check(*state, "json(512Mi)", "'\"512Mi\"'");
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
	assert_int_equal(expr_function_count, 28);
	for (size_t i = 0; i < expr_function_count; i++) {
		const struct expr_function *f = &expr_functions[i];

		if (i)
			assert_true(strcmp(expr_functions[i - 1].name, f->name) < 0);
		assert_true(f->min_args <= f->max_args);
		assert_int_equal(strncmp(f->usage, f->name, strlen(f->name)), 0);
	}
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

/* As behind the "${" of a plain scalar. */
static int parse_prefix(struct fixture *f, const char *text, struct expr **ret, size_t *ret_used,
			struct error *err)
{
	const struct node n = {
		.kind = NODE_STRING, .plain = true, .pos = f->pos, .text = text,
		.len = (uint32_t)strlen(text),
	};
	cleanup_scalar_places struct scalar_places places = { 0 };

	scalar_places_init(&places, NULL, &n);
	return expr_parse_scalar(f->arena, &places, 0, ret, ret_used, err);
}

static void test_expr__a_prefix_ends_at_its_brace(void **state)
{
	struct fixture *f = *state;
	struct error err = ERROR_INIT;
	struct expr *e;
	size_t used;

	assert_int_equal(parse_prefix(f, "NAME + '}' } rest", &e, &used, &err), 0);
	assert_int_equal(used, 11);
	assert_int_equal(e->kind, EXPR_BINARY);
	assert_int_equal(parse_prefix(f, "NAME", &e, &used, &err), -ERR_INVALID);
	assert_string_equal(err.message, "expected an operator or '}', got end of expression");
	error_release(&err);
	assert_int_equal(parse_prefix(f, "}", &e, &used, &err), -ERR_INVALID);
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
		TEST(test_expr__a_slice_is_cut_to_what_is_there),
		TEST(test_expr__unique_keeps_the_first_of_equals),
		TEST(test_expr__json_writes_what_json_reads),
		TEST(test_expr__functions_on_numbers),
		TEST(test_expr__format),
		TEST(test_expr__the_function_table_is_sorted_and_complete),
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
