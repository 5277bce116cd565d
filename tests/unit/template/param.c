/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/memory.h"
#include "template/param.h"
#include "tree/read.h"

/* ---- helpers ---- */

static int set_up(void **state)
{
	*state = arena_new();
	return 0;
}

static int tear_down(void **state)
{
	arena_free(*state);
	return 0;
}

static struct node *document(struct arena *a, const char *text)
{
	cleanup_error struct error err = ERROR_INIT;
	struct documents docs;

	if (tree_read(a, text, strlen(text), "t.yaml", 0, &docs, &err) < 0)
		fail_msg("%s: %s", text, err.message);
	return docs.items[0];
}

static struct param declare(struct arena *a, const char *text)
{
	cleanup_error struct error err = ERROR_INIT;
	struct param p;

	if (param_read(a, document(a, text), &p, &err) < 0)
		fail_msg("%s: %s %s", text, err.code, err.message);
	return p;
}

struct refusal {
	const char *text, *code, *message;
	unsigned line, column;
};

static void check_refusals(struct arena *a, const struct refusal *cases, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		cleanup_error struct error err = ERROR_INIT;
		struct param p;

		if (param_read(a, document(a, cases[i].text), &p, &err) == 0)
			fail_msg("%s is accepted", cases[i].text);
		if (!err.code || strcmp(err.code, cases[i].code) != 0 ||
		    strcmp(err.message, cases[i].message) != 0 || err.line != cases[i].line ||
		    err.column != cases[i].column)
			fail_msg("%s: %s %u:%u %s", cases[i].text, err.code, err.line, err.column,
				 err.message);
	}
}

#define CHECK_REFUSALS(a, cases) check_refusals(a, cases, ARRAY_SIZE(cases))

static void check_value(struct arena *a, const char *declaration, const char *text,
			const char *expected)
{
	struct param p = declare(a, declaration);
	cleanup_strbuf struct strbuf sb = STRBUF_INIT;
	cleanup_error struct error err = ERROR_INIT;
	struct value v;

	if (param_parse(a, &p, text, strlen(text), NULL, &v, &err) < 0)
		fail_msg("%s: %s: %s", declaration, text, err.message);
	assert_int_equal(value_to_text(&v, &sb, &err), 0);
	assert_string_equal(sb.buf, expected);
	assert_int_equal(v.secret, param_is_secret(&p));
}

static void check_bad(struct arena *a, const char *declaration, const char *text, const char *code,
		      const char *message)
{
	struct param p = declare(a, declaration);
	cleanup_error struct error err = ERROR_INIT;
	struct pos pos = { 9, 2, "given" };
	struct value v;

	if (param_parse(a, &p, text, strlen(text), &pos, &v, &err) == 0)
		fail_msg("%s: '%s' is accepted", declaration, text);
	assert_string_equal(err.message, message);
	assert_string_equal(err.code, code);
	assert_string_equal(err.file, "given");
	assert_int_equal(err.line, 9);
}

/* ---- declarations ---- */

static void test_param__a_declaration_is_read(void **state)
{
	struct param p = declare(*state, "name: REPLICAS\n"
					 "type: integer\n"
					 "displayName: Replicas\n"
					 "description: How many\n"
					 "value: 3\n"
					 "required: true\n"
					 "minimum: 1\n"
					 "maximum: \"9\"\n"
					 "enum: [1, 3, '5']\n");

	assert_string_equal(p.name, "REPLICAS");
	assert_int_equal(p.pos.column, 7);
	assert_int_equal(p.type, PARAM_INTEGER);
	assert_string_equal(p.display_name, "Replicas");
	assert_string_equal(p.description, "How many");
	assert_string_equal(p.value, "3");
	assert_int_equal(p.value_pos.line, 5);
	assert_true(p.required);
	assert_string_equal(p.minimum, "1");
	assert_string_equal(p.maximum, "9");
	assert_int_equal(p.choice_count, 3);
	assert_string_equal(p.choices[2], "5");
}

static void test_param__the_least_declaration_is_an_optional_string(void **state)
{
	struct param p = declare(*state, "name: x_1");

	assert_int_equal(p.type, PARAM_STRING);
	assert_null(p.value);
	assert_false(p.required);
	assert_false(param_is_secret(&p));
}

static void test_param__defaults_may_be_plain_where_the_type_says_so(void **state)
{
	assert_string_equal(declare(*state, "{name: A, type: boolean, value: yes}").value, "true");
	assert_string_equal(declare(*state, "{name: A, type: boolean, value: 'false'}").value,
			    "false");
	assert_string_equal(declare(*state, "{name: A, type: port, value: 3306}").value, "3306");
	assert_string_equal(declare(*state, "{name: A, type: quantity, value: 2}").value, "2");
	assert_string_equal(declare(*state, "{name: A, type: integer, value: 0755}").value, "493");
	assert_null(declare(*state, "{name: A, type: integer, value: null}").value);
}

static void test_param__bad_declarations_are_refused(void **state)
{
	static const struct refusal cases[] = {
		{ "[]", "T101", "a parameter is a map, got list", 1, 1 },
		{ "type: string", "T101", "a parameter has no name", 1, 1 },
		{ "name: 1x", "T101", "'1x' cannot be the name of a parameter", 1, 7 },
		{ "name: a-b", "T101", "'a-b' cannot be the name of a parameter", 1, 7 },
		{ "name: 'true'", "T101", "'true' cannot be the name of a parameter", 1, 7 },
		{ "name: ''", "T101", "'' cannot be the name of a parameter", 1, 7 },
		{ "name: 5", "T101", "field 'name': expected string, got number", 1, 7 },
		{ "name: A\ntypo: x", "T101", "a parameter has no field 'typo'", 2, 1 },
		{ "name: A\ntype: int", "T101", "parameter 'A': no type 'int'", 2, 7 },
		{ "name: A\nrequired: 'yes'", "T101",
		  "field 'required': expected boolean, got string", 2, 11 },
		{ "name: A\ndescription: [x]", "T101",
		  "field 'description': expected string, got list", 2, 14 },
		{ "name: A\ntype: enum", "T101", "parameter 'A': 'enum' must list 1 to 1000 values",
		  1, 7 },
		{ "name: A\nenum: []", "T101", "parameter 'A': 'enum' must list 1 to 1000 values",
		  2, 7 },
		{ "name: A\ntype: port\nenum: ['1']", "T101",
		  "parameter 'A': type port takes no enum", 3, 7 },
		{ "name: A\nenum: [a, 1]", "T101",
		  "parameter 'A': expected string in 'enum', got number", 2, 11 },
		{ "name: A\nenum: [a, a]", "T101", "parameter 'A': 'a' is twice in 'enum'", 2, 11 },
		{ "name: A\ntype: integer\nenum: [x]", "T101",
		  "parameter 'A': 'x' is not a whole number", 3, 8 },
		{ "name: A\npattern: '['", "T101",
		  "parameter 'A': bad pattern: unmatched [, [^, [:, [., or [=", 2, 10 },
		{ "name: A\npattern: '(a)\\1'", "T101",
		  "parameter 'A': bad pattern: back-references are not supported", 2, 10 },
		{ "name: A\npattern: '((a{1,255}){1,255}){1,255}'", "T101",
		  "parameter 'A': bad pattern: its repetitions are too large", 2, 10 },
		{ "name: A\npattern: 'a{x}'", "T101",
		  "parameter 'A': bad pattern: it has a '{' that begins no repetition", 2, 10 },
		{ "name: A\npattern: '[0-9]+\\.\\d'", "T101",
		  "parameter 'A': bad pattern: \\d is no digit in a POSIX expression: write [0-9]", 2, 10 },
		{ "name: A\npattern: ')('", "T101",
		  "parameter 'A': bad pattern: unmatched ) or \\)", 2, 10 },
	};

	CHECK_REFUSALS(*state, cases);
}

static void test_param__bad_bounds_are_refused(void **state)
{
	static const struct refusal cases[] = {
		{ "{name: A, type: boolean, minimum: 1}", "T101",
		  "parameter 'A': type boolean takes no minimum", 1, 35 },
		{ "{name: A, type: name, maximum: 1}", "T101",
		  "parameter 'A': type name takes no maximum", 1, 32 },
		{ "{name: A, type: integer, minimum: 1.5}", "T101",
		  "parameter 'A': minimum is not a whole number", 1, 35 },
		{ "{name: A, minimum: -1}", "T101", "parameter 'A': minimum is not a length", 1,
		  20 },
		{ "{name: A, type: quantity, maximum: x}", "T101",
		  "parameter 'A': maximum is not a quantity", 1, 36 },
		{ "{name: A, type: quantity, minimum: 2Gi, maximum: 1025Mi}", "T101",
		  "parameter 'A': minimum 2Gi is greater than maximum 1025Mi", 1, 36 },
	};

	CHECK_REFUSALS(*state, cases);
}

static void test_param__bad_defaults_are_refused(void **state)
{
	static const struct refusal cases[] = {
		{ "{name: A, value: 5}", "T102",
		  "parameter 'A': expected string as value, got number", 1, 18 },
		{ "{name: A, type: boolean, value: 1}", "T102",
		  "parameter 'A': expected boolean as value, got number", 1, 33 },
		{ "{name: A, type: integer, value: true}", "T102",
		  "parameter 'A': expected number as value, got boolean", 1, 33 },
		{ "{name: A, type: integer, value: 1.5}", "T102",
		  "parameter 'A': '1.5' is not a whole number", 1, 33 },
		{ "{name: A, type: integer, value: ''}", "T102",
		  "parameter 'A': '' is not a whole number", 1, 33 },
		{ "{name: A, type: port, value: 0}", "T102",
		  "parameter 'A': '0' is not a port: 1 to 65535", 1, 30 },
		{ "{name: A, type: integer, value: 9, maximum: 8}", "T103",
		  "parameter 'A': '9' is greater than the maximum 8", 1, 33 },
		{ "{name: A, type: enum, enum: [a, b], value: c}", "T104",
		  "parameter 'A': 'c' is not one of a, b", 1, 44 },
		{ "{name: A, pattern: 'x+', value: xy}", "T105",
		  "parameter 'A': 'xy' does not match the pattern 'x+'", 1, 33 },
		{ "{name: A, type: password, minimum: 8, value: hunter2}", "T103",
		  "parameter 'A': the value is shorter than 8 characters", 1, 46 },
	};

	CHECK_REFUSALS(*state, cases);
}

static void test_param__bad_generators_are_refused(void **state)
{
	static const struct refusal cases[] = {
		{ "{name: A, generate: uuid, from: x}", "T110",
		  "unknown generator name 'uuid' for parameter 'A'", 1, 21 },
		{ "{name: A, generate: expression}", "T101",
		  "parameter 'A': 'generate' without 'from'", 1, 21 },
		{ "{name: A, from: x}", "T101", "parameter 'A': 'from' without 'generate'", 1, 17 },
	};

	CHECK_REFUSALS(*state, cases);
}

static void test_param__misspelt_fields_and_types_get_a_suggestion(void **state)
{
	cleanup_error struct error err = ERROR_INIT;
	struct param p;

	assert_true(param_read(*state, document(*state, "{name: A, displayname: x}"), &p, &err) <
		    0);
	assert_string_equal(err.hint, "did you mean 'displayName'?");
	error_release(&err);
	assert_true(param_read(*state, document(*state, "{name: A, type: bolean}"), &p, &err) < 0);
	assert_string_equal(err.hint, "did you mean 'boolean'?");
}

static void test_param__directives_have_no_place_here(void **state)
{
	cleanup_error struct error err = ERROR_INIT;
	struct documents docs;
	struct param p;
	const char *text = "name: A\nvalue: !expr 1";

	assert_int_equal(tree_read(*state, text, strlen(text), "t", READ_KEEP_TAGS, &docs, &err),
			 0);
	assert_int_equal(param_read(*state, docs.items[0], &p, &err), -ERR_INVALID);
	assert_string_equal(err.message, "field 'value' of a parameter takes no directive");
	assert_string_equal(err.code, "T101");
}

/* ---- values ---- */

static void test_param__values_get_the_type_of_their_parameter(void **state)
{
	check_value(*state, "{name: A}", "any text", "any text");
	check_value(*state, "{name: A, type: integer}", "-42", "-42");
	check_value(*state, "{name: A, type: integer}", "999999999999999999999999999999999999",
		    "999999999999999999999999999999999999");
	check_value(*state, "{name: A, type: boolean}", "true", "true");
	check_value(*state, "{name: A, type: quantity}", "1.5Gi", "1536Mi");
	check_value(*state, "{name: A, type: port}", "65535", "65535");
	check_value(*state, "{name: A, type: name}", "a-1", "a-1");
	check_value(*state, "{name: A, type: name}", "", "");
	check_value(*state, "{name: A, type: enum, enum: [a, b]}", "b", "b");
	check_value(*state, "{name: A, type: enum, enum: [a, b]}", "", "");
	check_value(*state, "{name: A, type: integer, enum: [1, 2]}", "2", "2");
	check_value(*state, "{name: A, type: password}", "x", "x");
	check_value(*state, "{name: A, type: secret}", "x", "x");
}

static void test_param__values_of_another_type_are_refused(void **state)
{
	check_bad(*state, "{name: A, type: integer}", "12x", "T102",
		  "parameter 'A': '12x' is not a whole number");
	check_bad(*state, "{name: A, type: integer}", "1.0", "T102",
		  "parameter 'A': '1.0' is not a whole number");
	check_bad(*state, "{name: A, type: integer}", "0755", "T102",
		  "parameter 'A': '0755' has a leading zero, which is read in more than one way");
	check_bad(*state, "{name: A, type: integer}", "1000000000000000000000000000000000000",
		  "T102",
		  "parameter 'A': '1000000000000000000000000000000000000' has more than 36 digits");
	check_bad(*state, "{name: A, type: boolean}", "yes", "T102",
		  "parameter 'A': 'yes' is not a boolean: true or false");
	check_bad(*state, "{name: A, type: port}", "65536", "T102",
		  "parameter 'A': '65536' is not a port: 1 to 65535");
	check_bad(*state, "{name: A, type: quantity}", "1mb", "T102",
		  "parameter 'A': '1mb' is not a quantity such as 500m, 2 or 1.5Gi");
	check_bad(*state, "{name: A, type: name}", "Shop", "T102",
		  "parameter 'A': 'Shop' is not a name");
	check_bad(*state, "{name: A, type: name}", "1a", "T102",
		  "parameter 'A': '1a' is not a name");
	check_bad(*state, "{name: A, type: name}", "a-", "T102",
		  "parameter 'A': 'a-' is not a name");
	check_bad(*state, "{name: A, type: name}", "a.b", "T102",
		  "parameter 'A': 'a.b' is not a name");
}

static void test_param__names_have_63_characters_at_most(void **state)
{
	char name[65];

	memset(name, 'a', sizeof(name));
	name[63] = '\0';
	check_value(*state, "{name: A, type: name}", name, name);
	name[63] = 'a';
	name[64] = '\0';
	check_bad(
		*state, "{name: A, type: name}", name, "T102",
		"parameter 'A': 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa…' is not a name");
}

static void test_param__bounds_are_inclusive(void **state)
{
	const char *integer = "{name: A, type: integer, minimum: -1, maximum: 9}";
	const char *quantity = "{name: A, type: quantity, minimum: 500m, maximum: 2Gi}";
	const char *text = "{name: A, minimum: 2, maximum: 3}";

	check_value(*state, integer, "-1", "-1");
	check_value(*state, integer, "9", "9");
	check_bad(*state, integer, "-2", "T103", "parameter 'A': '-2' is less than the minimum -1");
	check_bad(*state, integer, "10", "T103",
		  "parameter 'A': '10' is greater than the maximum 9");
	check_value(*state, quantity, "0.5", "500m");
	check_value(*state, quantity, "2048Mi", "2Gi");
	check_bad(*state, quantity, "499m", "T103",
		  "parameter 'A': '499m' is less than the minimum 500m");
	check_bad(*state, quantity, "2049Mi", "T103",
		  "parameter 'A': '2049Mi' is greater than the maximum 2Gi");
	check_value(*state, text, "äö", "äö");
	check_bad(*state, text, "ä", "T103", "parameter 'A': 'ä' is shorter than 2 characters");
	check_bad(*state, text, "abcd", "T103",
		  "parameter 'A': 'abcd' is longer than 3 characters");
	check_bad(*state, "{name: A, minimum: 1}", "", "T103",
		  "parameter 'A': '' is shorter than 1 character");
	check_bad(*state, "{name: A, maximum: 1}", "ab", "T103",
		  "parameter 'A': 'ab' is longer than 1 character");
}

static void test_param__patterns_match_the_whole_value(void **state)
{
	const char *either = "{name: A, pattern: 'a|b+'}";

	check_value(*state, either, "a", "a");
	check_value(*state, either, "bbb", "bbb");
	check_bad(*state, either, "ab", "T105",
		  "parameter 'A': 'ab' does not match the pattern 'a|b+'");
	check_bad(*state, either, "b\n", "T105",
		  "parameter 'A': 'b\n' does not match the pattern 'a|b+'");
	check_value(*state, "{name: A, pattern: '^[a-z]{1,63}(\\.[a-z]{1,63}){0,10}$'}", "a.b",
		    "a.b");
	check_value(*state, "{name: A, pattern: '[]a\\1]*'}", "a]1", "a]1");
}

static void test_param__long_values_are_not_matched(void **state)
{
	struct param p = declare(*state, "{name: A, pattern: '(a|aa)+'}");
	cleanup_error struct error err = ERROR_INIT;
	cleanup_strbuf struct strbuf sb = STRBUF_INIT;
	struct value v;

	strbuf_addchars(&sb, 'a', 70000);
	assert_int_equal(param_parse(*state, &p, sb.buf, sb.len, NULL, &v, &err), -ERR_INVALID);
	assert_string_equal(err.code, "T105");
	assert_non_null(strstr(err.message, "is longer than 16384 bytes and cannot be matched"));
	error_release(&err);
	assert_int_equal(param_parse(*state, &p, sb.buf, 2000, NULL, &v, &err), 0);
	assert_int_equal(param_parse(*state, &p, "a\0a", 3, NULL, &v, &err), -ERR_INVALID);
}

static void test_param__required_ones_must_not_be_empty(void **state)
{
	check_bad(*state, "{name: A, required: true}", "", "T106",
		  "parameter 'A' is required and empty");
	check_value(*state, "{name: A}", "", "");
}

static void test_param__choices_are_listed_and_suggested(void **state)
{
	struct param p = declare(*state, "{name: A, type: enum, enum: [mariadb, mysql]}");
	cleanup_error struct error err = ERROR_INIT;
	struct value v;

	assert_int_equal(param_parse(*state, &p, "mysqll", 6, NULL, &v, &err), -ERR_INVALID);
	assert_string_equal(err.message, "parameter 'A': 'mysqll' is not one of mariadb, mysql");
	assert_string_equal(err.hint, "did you mean 'mysql'?");
	assert_null(err.file);
}

static void test_param__secrets_never_stand_in_messages(void **state)
{
	check_bad(*state, "{name: A, type: password, maximum: 3}", "hunter2", "T103",
		  "parameter 'A': the value is longer than 3 characters");
	check_bad(*state, "{name: A, type: secret, pattern: 'x'}", "hunter2", "T105",
		  "parameter 'A': the value does not match the pattern 'x'");
}

static void test_param__types_have_names(void **state)
{
	(void)state;
	for (int t = PARAM_STRING; t <= PARAM_SECRET; t++)
		assert_int_equal(param_type_from_name(param_type_name((enum param_type)t)), t);
	assert_int_equal(param_type_from_name("int"), -1);
}

/* ---- generated values ---- */

static const char *generated(struct arena *a, const struct param *p, const struct random_source *rs)
{
	cleanup_error struct error err = ERROR_INIT;
	const char *text;
	size_t len;

	if (param_generate(a, p, rs, &text, &len, &err) < 0)
		fail_msg("%s", err.message);
	assert_int_equal(strlen(text), len);
	return text;
}

static void test_param__generated_values_differ(void **state)
{
	struct param p = declare(*state, "{name: A, generate: expression, from: '[a-z]{40}'}");
	struct random_source rs = { 0 };

	assert_string_not_equal(generated(*state, &p, &rs), generated(*state, &p, &rs));
	assert_string_not_equal(generated(*state, &p, NULL), generated(*state, &p, NULL));
}

static void test_param__a_seed_makes_values_reproducible(void **state)
{
	struct param p = declare(*state, "{name: A, generate: expression, from: '[\\w]{40}'}");
	struct param q = declare(*state, "{name: B, generate: expression, from: '[\\w]{40}'}");
	struct random_source rs = { "seed", 4, "c", "ns", "t" };
	const char *first = generated(*state, &p, &rs);

	assert_string_equal(first, generated(*state, &p, &rs));
	/* What this stream is must never change: passwords in use were made of it. */
	assert_string_equal(first, "A08kJxvwuKQOqCtNdd2qO3XFLG_IqCL_PboAn90p");
	assert_string_not_equal(first, generated(*state, &q, &rs));
	rs.cluster = NULL;
	assert_string_not_equal(first, generated(*state, &p, &rs));
	rs.cluster = "cn";
	rs.namespace_ = "s";
	assert_string_not_equal(first, generated(*state, &p, &rs));
	rs = (struct random_source){ "seeD", 4, "c", "ns", "t" };
	assert_string_not_equal(first, generated(*state, &p, &rs));
}

static void test_param__generating_reports_where(void **state)
{
	cleanup_error struct error err = ERROR_INIT;
	struct param p = { .name = "A",
			   .generate = "expression",
			   .from = "x[Z-A]{3}",
			   .from_pos = { 5, 3, "t.yaml" } };
	const char *text;
	size_t len;

	assert_int_equal(param_generate(*state, &p, NULL, &text, &len, &err), -ERR_INVALID);
	assert_string_equal(err.message,
			    "parameter 'A': generator, character 2: invalid range specified: Z-A");
	assert_string_equal(err.code, "T108");
	assert_int_equal(err.line, 5);
	error_release(&err);
	p.generate = "uuid";
	assert_int_equal(param_generate(*state, &p, NULL, &text, &len, &err), -ERR_INVALID);
	assert_string_equal(err.code, "T110");
	error_release(&err);
	p.generate = "expression";
	p.from = NULL;
	assert_string_equal(generated(*state, &p, NULL), "");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_param__a_declaration_is_read),
		TEST(test_param__the_least_declaration_is_an_optional_string),
		TEST(test_param__defaults_may_be_plain_where_the_type_says_so),
		TEST(test_param__bad_declarations_are_refused),
		TEST(test_param__bad_bounds_are_refused),
		TEST(test_param__bad_defaults_are_refused),
		TEST(test_param__bad_generators_are_refused),
		TEST(test_param__misspelt_fields_and_types_get_a_suggestion),
		TEST(test_param__directives_have_no_place_here),
		TEST(test_param__values_get_the_type_of_their_parameter),
		TEST(test_param__values_of_another_type_are_refused),
		TEST(test_param__names_have_63_characters_at_most),
		TEST(test_param__bounds_are_inclusive),
		TEST(test_param__patterns_match_the_whole_value),
		TEST(test_param__long_values_are_not_matched),
		TEST(test_param__required_ones_must_not_be_empty),
		TEST(test_param__choices_are_listed_and_suggested),
		TEST(test_param__secrets_never_stand_in_messages),
		TEST(test_param__types_have_names),
		TEST(test_param__generated_values_differ),
		TEST(test_param__a_seed_makes_values_reproducible),
		TEST(test_param__generating_reports_where),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
