/* SPDX-License-Identifier: Apache-2.0 */
#include "template/openshift/describe.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "tree/read.h"

static void read_template(struct arena *a, const char *yaml, struct openshift_template *ret)
{
	cleanup_error struct error err = ERROR_INIT;
	struct documents docs;

	assert_int_equal(tree_read_yaml(a, yaml, strlen(yaml), "t.yaml", 0, &docs, &err), 0);
	assert_int_equal(openshift_read(a, docs.items[0], ret, &err), 0);
}

static void test_describe__shows_every_part(void **state)
{
	cleanup_arena struct arena *a = arena_new();
	cleanup_strbuf struct strbuf out = STRBUF_INIT;
	struct openshift_template t;

	(void)state;
	read_template(a,
		      "metadata:\n"
		      "  name: t\n"
		      "  creationTimestamp: '2024-05-01T10:00:00+02:00'\n"
		      "  labels: {b: two, a: one}\n"
		      "  annotations: {description: \"two\\nlines\", z: 'y'}\n"
		      "labels: {l: v, k: w}\n"
		      "message: hello\n"
		      "parameters:\n"
		      "- {name: A, generate: expression, from: '[a]{1}', required: true}\n"
		      "objects: [null, {kind: X}]\n", &t);
	openshift_describe(&t, 1714550400 + 90, &out);
	assert_string_equal(out.buf,
			    "Name:\t\tt\n"
			    "Created:\tAbout a minute ago\n"
			    "Labels:\t\ta=one\n"
			    "\t\tb=two\n"
			    "Description:\ttwo\n"
			    "\t\tlines\n"
			    "Annotations:\tz=y\n"
			    "\n"
			    "Parameters:\t \n"
			    "    Name:\tA\n"
			    "    Required:\ttrue\n"
			    "    Generated:\texpression\n"
			    "    From:\t[a]{1}\n"
			    "\n\n"
			    "Object Labels:\tk=w,l=v\n"
			    "\n"
			    "Message:\thello\n"
			    "\n"
			    "Objects:\t \n"
			    "<unknown>\n"
			    "<unknown>\n");
}

static void expect_age(int64_t seconds, const char *want)
{
	cleanup_arena struct arena *a = arena_new();
	cleanup_strbuf struct strbuf out = STRBUF_INIT;
	struct openshift_template t;

	read_template(a, "metadata: {creationTimestamp: '1970-01-01T00:00:00Z'}\n", &t);
	openshift_describe(&t, seconds, &out);
	assert_non_null(strstr(out.buf, want));
}

static void test_describe__says_ages_as_oc_does(void **state)
{
	static const struct {
		int64_t seconds;
		const char *want;
	} rows[] = {
		{ 0, "\tLess than a second ago\n" }, { 1, "\t1 second ago\n" },
		{ 59, "\t59 seconds ago\n" },	     { 60, "\tAbout a minute ago\n" },
		{ 3599, "\t59 minutes ago\n" },	     { 3600, "\tAbout an hour ago\n" },
		{ 3600 * 5, "\t5 hours ago\n" },     { 86400 * 3, "\t3 days ago\n" },
		{ 86400 * 20, "\t2 weeks ago\n" },   { 86400 * 90, "\t3 months ago\n" },
		{ 86400 * 1000, "\t2 years ago\n" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		expect_age(rows[i].seconds, rows[i].want);
}

static void test_parameters__are_a_table(void **state)
{
	cleanup_arena struct arena *a = arena_new();
	cleanup_strbuf struct strbuf out = STRBUF_INIT;
	struct openshift_template t;

	(void)state;
	read_template(a,
		      "parameters:\n"
		      "- {name: NAME, description: what, value: shop}\n"
		      "- {name: PW, value: hidden, generate: expression, from: '[a-z]{8}'}\n", &t);
	openshift_print_parameters(&t, &out);
	assert_string_equal(out.buf,
			    "NAME                DESCRIPTION         GENERATOR           VALUE\n"
			    "NAME                what                                    shop\n"
			    "PW                                      expression          [a-z]{8}\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_describe__shows_every_part),
		cmocka_unit_test(test_describe__says_ages_as_oc_does),
		cmocka_unit_test(test_parameters__are_a_table),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
