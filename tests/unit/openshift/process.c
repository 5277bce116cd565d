/* SPDX-License-Identifier: Apache-2.0 */
#include "template/openshift/process.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "template/openshift/groups.h"
#include "tree/read.h"
#include "tree/write.h"

struct fixture {
	struct arena *arena;
	struct error_list errors;
	struct error err;
	struct openshift_template t;
};

static int setup(void **state)
{
	struct fixture *f = xcalloc(1, sizeof(*f));

	f->arena = arena_new();
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	error_list_release(&f->errors);
	error_release(&f->err);
	arena_free(f->arena);
	free(f);
	return 0;
}

static int read_yaml(struct fixture *f, const char *yaml)
{
	struct documents docs;

	assert_int_equal(tree_read_yaml(f->arena, yaml, strlen(yaml), "t.yaml", 0, &docs, &f->err),
			 0);
	assert_int_equal(docs.len, 1);
	return openshift_read(f->arena, docs.items[0], &f->t, &f->err);
}

/* The objects of a template (JSON after "objects:") as compact JSON, or NULL. */
static const char *processed(struct fixture *f, unsigned flags, const char *labels,
			     const char *objects)
{
	cleanup_strbuf struct strbuf yaml = STRBUF_INIT, out = STRBUF_INIT;
	struct node *items = NULL;

	error_list_release(&f->errors);
	strbuf_addf(&yaml, "kind: Template\nparameters: [{name: A, value: a}, {name: NUM, value: '5'}]\n"
			   "%s\nobjects: [%s]\n", labels, objects);
	assert_int_equal(read_yaml(f, yaml.buf), 0);
	if (openshift_process(&f->t, flags, &items, &f->errors) < 0)
		return NULL;
	tree_write_json(&out, items, WRITE_COMPACT | WRITE_SORT_KEYS);
	return arena_memdupz(f->arena, out.buf, out.len);
}

static void test_classify__tells_templates(void **state)
{
	struct fixture *f = *state;
	static const struct {
		const char *json;
		enum openshift_kind want;
	} rows[] = {
		{ "{\"kind\":\"Template\",\"apiVersion\":\"template.openshift.io/v1\"}",
		  OPENSHIFT_TEMPLATE },
		{ "{\"kind\":\"Template\",\"apiVersion\":\"v1\"}", OPENSHIFT_TEMPLATE },
		{ "{\"Kind\":\"Template\",\"APIVERSION\":\"v1\"}", OPENSHIFT_TEMPLATE },
		{ "{\"kind\":\"Template\",\"apiVersion\":\"template.openshift.io/v2\"}",
		  OPENSHIFT_WRONG_VERSION },
		{ "{\"kind\":\"Template\"}", OPENSHIFT_WRONG_VERSION },
		{ "{\"kind\":\"Pod\",\"apiVersion\":\"v1\"}", OPENSHIFT_OTHER },
		{ "{\"kind\":5}", OPENSHIFT_NO_KIND },
		{ "[]", OPENSHIFT_NO_KIND },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct node *n;

		assert_int_equal(tree_read_json(f->arena, rows[i].json, strlen(rows[i].json), "",
						0, &n, &f->err), 0);
		assert_int_equal(openshift_classify(n, NULL, NULL), rows[i].want);
	}
}

static void expect_bad(struct fixture *f, const char *yaml, const char *message)
{
	assert_int_equal(read_yaml(f, yaml), -ERR_INVALID);
	assert_string_equal(f->err.message, message);
	assert_int_not_equal(f->err.line, 0);
	error_release(&f->err);
}

static void test_read__checks_the_types_of_fields(void **state)
{
	struct fixture *f = *state;

	expect_bad(f, "parameters: [{name: A, value: 5}]",
		   "field 'value': expected string, got number");
	expect_bad(f, "parameters: [{name: A, required: 'yes'}]",
		   "field 'required': expected boolean, got string");
	expect_bad(f, "parameters: {A: b}", "field 'parameters': expected list, got map");
	expect_bad(f, "parameters: [A]", "field 'parameters': expected list of maps, got string");
	expect_bad(f, "objects: {}", "field 'objects': expected list, got map");
	expect_bad(f, "labels: {a: 1}", "field 'a': expected string, got number");
	expect_bad(f, "message: [x]", "field 'message': expected string, got list");
	expect_bad(f, "metadata: {name: 5}", "field 'name': expected string, got number");
	expect_bad(f, "metadata: {labels: {a: 5}}", "field 'a': expected string, got number");
}

static void test_read__takes_null_for_missing(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(read_yaml(f, "{objects: null, labels: null, message: null, metadata: null,"
				      " parameters: [null, {name: null, value: null}]}"), 0);
	assert_null(f->t.objects);
	assert_null(f->t.labels);
	assert_null(f->t.message);
	assert_int_equal(f->t.param_count, 2);
	assert_string_equal(f->t.params[1].name, "");
}

static void test_set__takes_the_first_and_stops_the_generator(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(read_yaml(f, "parameters: [{name: A, generate: expression, from: x},"
				      " {name: A}]"), 0);
	assert_true(openshift_set(&f->t, "A", "v", 1));
	assert_false(openshift_set(&f->t, "B", "v", 1));
	assert_string_equal(f->t.params[0].value, "v");
	assert_null(f->t.params[0].generate);
	assert_null(f->t.params[1].value);
}

static void test_generate__collects_all_errors(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(read_yaml(f, "parameters:\n"
				      "- {name: A, required: true}\n"
				      "- {name: B, generate: magic}\n"
				      "- {name: C, generate: expression, from: '[Z-A]{2}'}\n"
				      "- {name: D, generate: expression, from: '[a-c]{5}'}\n"
				      "- {name: E, generate: magic, value: v}\n"), 0);
	assert_int_equal(openshift_generate(&f->t, NULL, &f->errors), -ERR_INVALID);
	assert_int_equal(f->errors.errors, 3);
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(f->errors.items[i].line, i + 2);
	assert_int_equal(f->t.params[3].value_len, 5);
	assert_int_equal(strspn(f->t.params[3].value, "abc"), 5);
	assert_string_equal(f->t.params[4].value, "v");
}

static void test_process__strips_written_namespaces(void **state)
{
	struct fixture *f = *state;

	assert_string_equal(
		processed(f, 0, "", "{kind: X, apiVersion: v1, metadata: {namespace: hard, name: one}}"),
		"[{\"apiVersion\":\"v1\",\"kind\":\"X\",\"metadata\":{\"name\":\"one\"}}]");
	assert_string_equal(
		processed(f, 0, "", "{kind: X, apiVersion: v1, metadata: {namespace: 'x-${A}'}}"),
		"[{\"apiVersion\":\"v1\",\"kind\":\"X\",\"metadata\":{\"namespace\":\"x-a\"}}]");
	assert_string_equal(
		processed(f, 0, "", "{kind: X, apiVersion: v1, metadata: {namespace: 5}}"),
		"[{\"apiVersion\":\"v1\",\"kind\":\"X\",\"metadata\":{\"namespace\":\"\"}}]");
	assert_string_equal(processed(f, 0, "", "{kind: X, apiVersion: v1, namespace: top}"),
			    "[{\"apiVersion\":\"v1\",\"kind\":\"X\",\"namespace\":\"\"}]");
}

static void test_process__gives_old_kinds_their_group(void **state)
{
	struct fixture *f = *state;

	assert_string_equal(processed(f, 0, "", "{kind: Route, apiVersion: v1}"),
			    "[{\"apiVersion\":\"route.openshift.io/v1\",\"kind\":\"Route\"}]");
	assert_string_equal(processed(f, 0, "", "{kind: Route, apiVersion: x/v1}"),
			    "[{\"apiVersion\":\"x/v1\",\"kind\":\"Route\"}]");
	assert_string_equal(processed(f, 0, "", "{kind: Route}"),
			    "[{\"apiVersion\":\"route.openshift.io/\",\"kind\":\"Route\"}]");
	assert_string_equal(processed(f, 0, "", "{kind: Pod, apiVersion: /v1}"),
			    "[{\"apiVersion\":\"v1\",\"kind\":\"Pod\"}]");
	assert_string_equal(processed(f, 0, "", "{kind: '${{NUM}}', apiVersion: v1}"),
			    "[{\"apiVersion\":\"v1\",\"kind\":\"\"}]");
	assert_string_equal(openshift_group_of("AppliedClusterResourceQuota"),
			    "quota.openshift.io");
	assert_string_equal(openshift_group_of("UserList"), "user.openshift.io");
	assert_null(openshift_group_of("Pod"));
	assert_null(openshift_group_of("route"));
}

static void test_process__merges_labels(void **state)
{
	struct fixture *f = *state;

	assert_string_equal(
		processed(f, 0, "labels: {'${A}': '${{NUM}}', o: new}",
			  "{kind: X, apiVersion: v1, metadata: {labels: {o: old, k: kept}}}"),
		"[{\"apiVersion\":\"v1\",\"kind\":\"X\","
		"\"metadata\":{\"labels\":{\"a\":\"5\",\"k\":\"kept\",\"o\":\"new\"}}}]");
	assert_string_equal(processed(f, 0, "labels: {t: v}",
				      "{kind: X, apiVersion: v1, metadata: {labels: {n: 5, k: l}}}"),
			    "[{\"apiVersion\":\"v1\",\"kind\":\"X\","
			    "\"metadata\":{\"labels\":{\"t\":\"v\"}}}]");
	assert_string_equal(processed(f, 0, "labels: {t: v}",
				      "{kind: X, apiVersion: v1, metadata: text}"),
			    "[{\"apiVersion\":\"v1\",\"kind\":\"X\",\"metadata\":\"text\"}]");
	assert_string_equal(processed(f, 0, "labels: {}", "{kind: X, apiVersion: v1}"),
			    "[{\"apiVersion\":\"v1\",\"kind\":\"X\",\"metadata\":{\"labels\":{}}}]");
}

static void test_process__treats_items_as_a_list_of_objects(void **state)
{
	struct fixture *f = *state;

	assert_string_equal(
		processed(f, 0, "", "{kind: RouteList, apiVersion: v1, items: [{a: '${A}'},"
				    " {kind: K}, null], metadata: {namespace: kept}}"),
		"[{\"apiVersion\":\"route.openshift.io/v1\",\"items\":["
		"{\"a\":\"a\",\"apiVersion\":\"v1\",\"kind\":\"Route\"},{\"kind\":\"K\"},"
		"{\"apiVersion\":\"v1\",\"kind\":\"Route\"}],"
		"\"kind\":\"RouteList\",\"metadata\":{\"namespace\":\"kept\"}}]");
	assert_string_equal(processed(f, 0, "", "{kind: List, apiVersion: v1, items: null}"),
			    "[{\"apiVersion\":\"v1\",\"items\":[],\"kind\":\"List\"}]");
	assert_null(processed(f, 0, "", "{kind: List, apiVersion: v1, items: text}"));
	assert_null(processed(f, 0, "", "{kind: List, apiVersion: v1, items: [text]}"));
	assert_null(processed(f, 0, "labels: {}", "{kind: List, apiVersion: v1, items: []}"));
}

static void test_process__names_every_bad_object(void **state)
{
	struct fixture *f = *state;

	assert_null(processed(f, 0, "", "{apiVersion: v1}, {kind: X, apiVersion: a/b/c},"
					" {kind: X}, text, {kind: ''}"));
	assert_int_equal(f->errors.errors, 4);
	assert_string_equal(f->errors.items[0].message, "cannot process object 0: it has no 'kind'");
	assert_string_equal(f->errors.items[2].message, "cannot process object 3: it is no map");
}

static void test_process__keeps_null_unless_labelled(void **state)
{
	struct fixture *f = *state;

	assert_string_equal(processed(f, 0, "", "null"), "[null]");
	assert_null(processed(f, 0, "labels: {a: b}", "null"));
}

static void test_process__drops_managed_fields(void **state)
{
	struct fixture *f = *state;
	static const char object[] =
		"{kind: X, apiVersion: v1, metadata: {name: n, managedFields: []}}";
	static const char list[] = "{kind: List, apiVersion: v1, items: [{kind: X, metadata:"
				   " {managedFields: []}}]}";

	assert_null(strstr(processed(f, 0, "", object), "managedFields"));
	assert_non_null(strstr(processed(f, OPENSHIFT_MANAGED_FIELDS, "", object),
			       "managedFields"));
	assert_non_null(strstr(processed(f, 0, "", list), "managedFields"));
	assert_null(strstr(processed(f, OPENSHIFT_RAW, "", list), "managedFields"));
}

static void test_process__gives_null_without_objects(void **state)
{
	struct fixture *f = *state;
	struct node *items;

	assert_int_equal(read_yaml(f, "message: 'hello ${X}'\nparameters: [{name: X, value: 'y'}]"), 0);
	assert_int_equal(openshift_process(&f->t, 0, &items, &f->errors), 0);
	assert_int_equal(items->kind, NODE_NULL);
	assert_string_equal(f->t.message, "hello y");
}

static void test_add_labels__wants_pairs(void **state)
{
	struct fixture *f = *state;
	static const char *const bad[] = { "novalue", "a=b,", "=v", "a=b=c", ",a=b" };

	assert_int_equal(read_yaml(f, "labels: {a: tpl}"), 0);
	assert_int_equal(openshift_add_labels(&f->t, "a=1,b=,a=2", &f->err), 0);
	assert_true(node_is_string(node_get(f->t.labels, "a"), "2"));
	assert_true(node_is_string(node_get(f->t.labels, "b"), ""));
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		assert_int_equal(openshift_add_labels(&f->t, bad[i], &f->err), -ERR_INVALID);
		error_release(&f->err);
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_classify__tells_templates),
		TEST(test_read__checks_the_types_of_fields),
		TEST(test_read__takes_null_for_missing),
		TEST(test_set__takes_the_first_and_stops_the_generator),
		TEST(test_generate__collects_all_errors),
		TEST(test_process__strips_written_namespaces),
		TEST(test_process__gives_old_kinds_their_group),
		TEST(test_process__merges_labels),
		TEST(test_process__treats_items_as_a_list_of_objects),
		TEST(test_process__names_every_bad_object),
		TEST(test_process__keeps_null_unless_labelled),
		TEST(test_process__drops_managed_fields),
		TEST(test_process__gives_null_without_objects),
		TEST(test_add_labels__wants_pairs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
