/* SPDX-License-Identifier: Apache-2.0 */
#include "kube/discovery_parse.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "base/strbuf.h"
#include "tests/unit/kube/json.h"

/* "apps/v1 StatefulSet statefulsets statefulset sts namespaced", a line each; then stale ones. */
static void expect(const struct kube_resources *list, const char *want)
{
	cleanup_strbuf struct strbuf got = STRBUF_INIT;

	for (size_t i = 0; i < list->len; i++) {
		const struct kube_resource *r = list->items[i];

		strbuf_addf(&got, "%s/%s %s %s %s", r->group, r->version, r->kind, r->plural,
			    r->singular);
		for (const char *const *s = r->short_names; *s; s++)
			strbuf_addf(&got, " %s", *s);
		for (const char *const *s = r->categories; *s; s++)
			strbuf_addf(&got, " (%s)", *s);
		for (const char *const *s = r->verbs; *s; s++)
			strbuf_addf(&got, " %s!", *s);
		strbuf_addf(&got, "%s\n", r->namespaced ? " namespaced" : "");
	}
	for (size_t i = 0; i < list->stale_len; i++)
		strbuf_addf(&got, "stale %s\n", list->stale[i]);
	assert_string_equal(got.buf, want);
}

static const char aggregated[] =
	"{\"kind\": \"APIGroupDiscoveryList\", "
	"\"apiVersion\": \"apidiscovery.k8s.io/%s\", \"items\": ["
	" {\"metadata\": {\"name\": \"apps\"}, \"versions\": ["
	"  {\"version\": \"v1\", \"freshness\": \"Current\", \"resources\": ["
	"   {\"resource\": \"statefulsets\", \"singularResource\": \"statefulset\","
	"    \"responseKind\": {\"group\": \"apps\", \"version\": \"v1\","
	"     \"kind\": \"StatefulSet\"},"
	"    \"scope\": \"Namespaced\", \"shortNames\": [\"sts\"], \"categories\": [\"all\"],"
	"    \"verbs\": [\"get\", \"list\"],"
	"    \"subresources\": [{\"subresource\": \"scale\","
	"     \"responseKind\": {\"group\": \"autoscaling\","
	"     \"version\": \"v1\", \"kind\": \"Scale\"}, \"verbs\": [\"get\"]}]},"
	"   {\"resource\": \"nameless\"}]},"
	"  {\"version\": \"v1beta1\", \"resources\": [{\"resource\": \"things\","
	"    \"responseKind\": {\"kind\": \"Thing\"}, \"scope\": \"Cluster\"}]}]},"
	" {\"metadata\": {\"name\": \"metrics.k8s.io\"}, \"versions\": ["
	"  {\"version\": \"v1beta1\", \"freshness\": \"Stale\","
	"   \"resources\": [{\"resource\": \"old\","
	"    \"responseKind\": {\"kind\": \"Old\"}}]}]}]}";

static void expect_aggregated(const char *version)
{
	cleanup_error struct error err = ERROR_INIT;
	struct kube_resources list = { .arena = arena };
	enum kube_discovery_form form = KUBE_FORM_GROUPS;
	char text[sizeof(aggregated) + 16];
	struct node *answer;

	snprintf(text, sizeof(text), aggregated, version);
	answer = read_json(text);
	assert_int_equal(kube_discovery_form(answer, &form, &err), 0);
	assert_int_equal(form, KUBE_FORM_AGGREGATED);
	assert_int_equal(kube_resources_add_aggregated(&list, answer, &err), 0);
	expect(&list,
	       "apps/v1 StatefulSet statefulsets statefulset sts (all) get! list! namespaced\n"
	       "apps/v1beta1 Thing things thing\n"
	       "stale metrics.k8s.io/v1beta1\n");
	kube_resources_release(&list);
}

static void test_discovery__reads_both_aggregated_versions(void **state UNUSED)
{
	expect_aggregated("v2");
	expect_aggregated("v2beta1");
}

static void test_discovery__reads_plain_lists(void **state UNUSED)
{
	cleanup_error struct error err = ERROR_INIT;
	struct kube_resources list = { .arena = arena };

	assert_int_equal(
		kube_resources_add_plain(
			&list,
			read_json("{\"kind\": \"APIResourceList\", \"groupVersion\": \"v1\","
				  "\"resources\": [{\"name\": \"pods\", \"kind\": \"Pod\","
				  "\"namespaced\": true, \"shortNames\": [\"po\"]},"
				  "{\"name\": \"pods/log\", \"kind\": \"Pod\"}]}"),
			&err),
		0);
	assert_int_equal(
		kube_resources_add_plain(
			&list,
			read_json("{\"kind\": \"APIResourceList\", \"groupVersion\": \"batch/v1\","
				  "\"resources\": [{\"name\": \"jobs\", \"kind\": \"Job\","
				  "\"singularName\": \"job\", \"namespaced\": \"yes\"}]}"),
			&err),
		0);
	expect(&list, "/v1 Pod pods pod po namespaced\nbatch/v1 Job jobs job\n");
	kube_resources_release(&list);
}

/* Paths with a blank behind each. */
static void expect_paths(const char *answer, const char *want)
{
	cleanup_error struct error err = ERROR_INIT;
	cleanup_strbuf struct strbuf got = STRBUF_INIT;
	struct kube_resources list = { .arena = arena };
	const char *const *paths = NULL;

	assert_int_equal(kube_discovery_paths(&list, read_json(answer), &paths, &err), 0);
	for (; *paths; paths++)
		strbuf_addf(&got, "%s ", *paths);
	assert_string_equal(got.buf, want);
}

static void test_discovery__asks_for_preferred_versions_first(void **state UNUSED)
{
	expect_paths("{\"kind\": \"APIVersions\", \"versions\": [\"v1\"]}", "/api/v1 ");
	expect_paths("{\"kind\": \"APIGroupList\", \"groups\": ["
		     "{\"name\": \"a\", \"versions\": [{\"groupVersion\": \"a/v1beta1\"},"
		     " {\"groupVersion\": \"a/v1\"}],"
		     " \"preferredVersion\": {\"groupVersion\": \"a/v1\"}},"
		     "{\"name\": \"b\", \"versions\": [{\"groupVersion\": \"b/v1\"}]}]}",
		     "/apis/a/v1 /apis/a/v1beta1 /apis/b/v1 ");
	expect_paths("{\"kind\": \"APIGroupList\"}", "");
}

static void test_discovery__refuses_what_is_none(void **state UNUSED)
{
	static const char *const texts[] = { "{}", "[]", "{\"kind\": \"PodList\"}", "null" };

	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		cleanup_error struct error err = ERROR_INIT, second = ERROR_INIT;
		struct kube_resources list = { .arena = arena };
		enum kube_discovery_form form;

		assert_int_equal(kube_discovery_form(read_json(texts[i]), &form, &err),
				 -ERR_INVALID);
		assert_int_equal(kube_resources_add_plain(&list, read_json(texts[i]), &second),
				 -ERR_INVALID);
	}
}

static void expect_path(const struct kube_resource *r, const char *ns, const char *name,
			const char *want)
{
	cleanup_strbuf struct strbuf got = STRBUF_INIT;

	kube_resource_path(r, ns, name, &got);
	assert_string_equal(got.buf, want);
}

static void test_resource_path__escapes_each_part(void **state UNUSED)
{
	const struct kube_resource pods = { .group = "", .version = "v1", .plural = "pods",
					    .namespaced = true };
	const struct kube_resource nodes = { .group = "", .version = "v1", .plural = "nodes" };
	const struct kube_resource sets = { .group = "apps", .version = "v1",
					    .plural = "statefulsets", .namespaced = true };

	expect_path(&pods, "shop", "shop-0", "/api/v1/namespaces/shop/pods/shop-0");
	expect_path(&pods, NULL, NULL, "/api/v1/pods");
	expect_path(&nodes, "shop", "n", "/api/v1/nodes/n");
	expect_path(&sets, "shop", NULL, "/apis/apps/v1/namespaces/shop/statefulsets");
	expect_path(&pods, "a/b", "../x?y#z", "/api/v1/namespaces/a%2Fb/pods/..%2Fx%3Fy%23z");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_discovery__reads_both_aggregated_versions),
		cmocka_unit_test(test_discovery__reads_plain_lists),
		cmocka_unit_test(test_discovery__asks_for_preferred_versions_first),
		cmocka_unit_test(test_discovery__refuses_what_is_none),
		cmocka_unit_test(test_resource_path__escapes_each_part),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
