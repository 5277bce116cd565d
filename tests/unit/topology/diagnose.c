/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs those above first */
#include <cmocka.h>

#include "base/error.h"
#include "tests/unit/topology/cases.h"
#include "tests/unit/topology/failure_cases.h"
#include "topology/diagnose.h"
#include "topology/failures.h"

/* Each rule with facts made by hand (cases.h): the worst finding is it, and it says this. */

static const struct finding *find(const struct diagnosis *d, const char *code, const char *reason)
{
	for (size_t i = 0; i < d->len; i++)
		if (strcmp(d->items[i].rule->code, code) == 0 &&
		    strcmp(d->items[i].reason, reason) == 0)
			return &d->items[i];
	return NULL;
}

static void print(const struct diagnosis *d, const char *wanted)
{
	print_message("%s: got %s %s, next %s\n", wanted, d->verdict.code, d->verdict.reason,
		      d->verdict.next);
	for (size_t i = 0; i < d->len; i++)
		print_message("   %s: %s\n", d->items[i].rule->code, d->items[i].reason);
}

static void test_diagnose__each_rule_finds_its_case(void **state)
{
	int bad = 0;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		cleanup_topology struct topology *t = healthy(cases[i].mariadb);
		cleanup_diagnosis struct diagnosis d = DIAGNOSIS_INIT;

		cases[i].make(t);
		topology_relate(t);
		topology_diagnose(t, &d);
		if (d.verdict.level != cases[i].level ||
		    (cases[i].next && (strcmp(d.verdict.code, cases[i].code) != 0 ||
				       strcmp(d.verdict.reason, cases[i].reason) != 0 ||
				       strcmp(d.verdict.next, cases[i].next) != 0)) ||
		    (!cases[i].next && !find(&d, cases[i].code, cases[i].reason))) {
			print(&d, cases[i].code);
			bad++;
		}
	}
	assert_int_equal(bad, 0);
}

static void test_diagnose__an_error_number_is_told_as_what_it_means(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(failure_cases); i++) {
		cleanup_topology struct topology *t = healthy(false);
		cleanup_diagnosis struct diagnosis d = DIAGNOSIS_INIT;
		struct channel *c = &t->items[2]->channels.items[0];
		struct replica_thread *thread = failure_cases[i].receiver ? &c->receiver
									    : &c->applier;

		*thread = (struct replica_thread){ THREAD_STOPPED, failure_cases[i].number,
						   failure_cases[i].text, "" };
		topology_relate(t);
		topology_diagnose(t, &d);
		assert_string_equal(d.verdict.code, failure_cases[i].code);
		assert_string_equal(d.verdict.reason, failure_cases[i].reason);
		assert_int_equal(d.verdict.level, LEVEL_DEGRADED);
		assert_true(*d.verdict.next);
	}
}

static bool tested(const char *code)
{
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		if (strcmp(cases[i].code, code) == 0)
			return true;
	for (size_t i = 0; i < ARRAY_SIZE(failure_cases); i++)
		if (strcmp(failure_cases[i].code, code) == 0)
			return true;
	return strcmp(code, "writable-replica") == 0;
}

static void test_diagnose__every_rule_has_a_case_and_texts(void **state)
{
	(void)state;
	for (const struct rule *r = diagnose_rules; r->code; r++) {
		if (!tested(r->code))
			fail_msg("rule %s has no case", r->code);
		assert_non_null(r->title);
		assert_non_null(r->repair);
		assert_ptr_equal(rule_find(r->code), r);
	}
}

static void test_diagnose__when_an_applier_failed_is_told(void **state)
{
	cleanup_topology struct topology *t = healthy(false);
	cleanup_diagnosis struct diagnosis d = DIAGNOSIS_INIT;
	struct channel *c = &t->items[2]->channels.items[0];

	(void)state;
	c->applier = (struct replica_thread){ THREAD_STOPPED, 1062, "on table a.b; x", "" };
	for (size_t i = 0; i < t->len; i++) {
		t->items[i]->first.at += 800000000;
		t->items[i]->first.until += 800000000;
		t->items[i]->second.at += 800000000;
		t->items[i]->second.until += 800000000;
		t->items[i]->last.at += 800000000;
		t->items[i]->last.until += 800000000;
	}
	c->failed_at = 1000;
	topology_relate(t);
	topology_diagnose(t, &d);
	assert_string_equal(d.verdict.reason, "demo-2 stopped applying 13m ago: a row is there "
					      "already (1062)");
}

static void test_diagnose__levels_are_exit_codes(void **state)
{
	(void)state;
	assert_int_equal(error_exit_code(level_class(LEVEL_OK)), 0);
	assert_int_equal(error_exit_code(level_class(LEVEL_DEGRADED)), 3);
	assert_int_equal(error_exit_code(level_class(LEVEL_CRITICAL)), 4);
	assert_int_equal(error_exit_code(level_class(LEVEL_UNKNOWN)), 5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_diagnose__each_rule_finds_its_case),
		cmocka_unit_test(test_diagnose__an_error_number_is_told_as_what_it_means),
		cmocka_unit_test(test_diagnose__every_rule_has_a_case_and_texts),
		cmocka_unit_test(test_diagnose__when_an_applier_failed_is_told),
		cmocka_unit_test(test_diagnose__levels_are_exit_codes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
