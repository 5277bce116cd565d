/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs those above first */
#include <cmocka.h>

#include "tests/unit/topology/fixture.h"
#include "topology/history.h"
#include "topology/lag.h"

#include <math.h>
#include <stdio.h>

/* demo-2 lacks 12 transactions, of which it received 8. Its reading is at 1.0025 s. */
static struct topology *behind(bool mariadb)
{
	struct topology *t = healthy(mariadb);
	struct channel *c = &t->items[2]->channels.items[0];

	set_gtids(t->items[0], mariadb ? "0-1-112" : UUID_0 ":1-112", "");
	c->retrieved = mariadb ? "0-1-108" : UUID_0 ":1-108";
	t->items[0]->binlog_position = 5000;
	c->read_position = 4000;
	c->applied_position = 100;
	return t;
}

static const struct lag *lag_of(struct topology *t)
{
	topology_relate(t);
	return &t->items[2]->links[0].lag;
}

static void assert_near(double a, double b)
{
	if (fabs(a - b) > 0.0001)
		fail_msg("%f is not %f", a, b);
}

static void test_lag__nothing_missing_is_0_whatever_the_clocks_say(void **state)
{
	cleanup_topology struct topology *t = healthy(false);
	const struct lag *lag;

	(void)state;
	t->items[2]->clock_offset = 3000000;
	lag = lag_of(t);
	assert_int_equal(lag->method, LAG_NOTHING_MISSING);
	assert_near(lag->seconds, 0);
	/* From the question to the source until the answer of the replica. */
	assert_near(lag->error, 0.003);
	assert_false(lag->at_most);
	assert_int_equal(lag->transactions, 0);
	assert_near(lag->transport, 0);
	assert_near(lag->eta, 0);
}

static void test_lag__counts_what_is_missing_and_what_did_not_arrive(void **state)
{
	(void)state;
	for (int mariadb = 0; mariadb < 2; mariadb++) {
		cleanup_topology struct topology *t = behind(mariadb);
		const struct lag *lag = lag_of(t);

		assert_int_equal(lag->transactions, 12);
		assert_int_equal(lag->not_received, 4);
		assert_int_equal(lag->bytes, 4900);
		assert_int_equal(lag->transactions_at_most, mariadb);
	}
}

static void test_lag__is_the_age_of_what_is_being_applied(void **state)
{
	cleanup_topology struct topology *t = behind(false);
	struct channel *c = &t->items[2]->channels.items[0];
	const struct lag *lag;

	(void)state;
	/* The source's clock is 2 s before ours; it committed 0.5 s before the reading. */
	t->items[0]->clock_offset = 2000000;
	c->applying_commit = 1002500 + 2000000 - 500000;
	c->last_applied_commit = c->applying_commit - 100000;
	lag = lag_of(t);
	assert_int_equal(lag->method, LAG_COMMIT_TIME);
	assert_near(lag->seconds, 0.5);
	assert_near(lag->error, 0.001);
	assert_false(lag->at_most);
}

static void test_lag__between_two_transactions_it_is_an_upper_bound(void **state)
{
	cleanup_topology struct topology *t = behind(false);
	struct channel *c = &t->items[2]->channels.items[0];
	const struct lag *lag;

	(void)state;
	c->last_applied_commit = 1002500 - 900000;
	c->last_queued_commit = 1002500 - 200000;
	lag = lag_of(t);
	assert_int_equal(lag->method, LAG_LAST_APPLIED);
	assert_near(lag->seconds, 0.9);
	assert_true(lag->at_most);
	assert_near(lag->error, 0.001);
	assert_near(lag->at_least, 0.2 - 0.001);
	assert_near(lag->transport, 0.2);
	/* Both ends near each other. */
	c->last_queued_commit = 1002500 - 700000;
	lag = lag_of(t);
	assert_false(lag->at_most);
	assert_near(lag->seconds, 0.8);
	assert_near(lag->error, 0.1 + 0.001);
}

static void test_lag__the_commit_time_in_the_binlog_is_exact(void **state)
{
	cleanup_topology struct topology *t = behind(false);
	struct channel *c = &t->items[2]->channels.items[0];
	const struct lag *lag;

	(void)state;
	/* Both clocks go wrong, each in its own way. */
	t->items[0]->clock_offset = 3000000;
	t->items[2]->clock_offset = -3000000;
	c->oldest_missing = 1002500 + 3000000 - 700000;
	c->oldest_is_commit = true;
	c->delay = 5;
	c->remaining_delay = 4;
	lag = lag_of(t);
	assert_int_equal(lag->method, LAG_BINLOG);
	assert_near(lag->seconds, 0.7);
	assert_near(lag->error, 0.001);
	assert_false(lag->at_most);
}

/* The reading of fixture.h is at 1.0025 s; the clocks here go 100 s ahead, to have a past. */
static void test_lag__the_begin_of_a_statement_is_an_upper_bound(void **state)
{
	cleanup_topology struct topology *t = behind(true);
	struct channel *c = &t->items[2]->channels.items[0];
	const struct lag *lag;

	(void)state;
	t->items[0]->clock_offset = 100000000;
	c->oldest_missing = 81000000;
	c->applier.state = THREAD_STOPPED;
	lag = lag_of(t);
	assert_int_equal(lag->method, LAG_BINLOG);
	assert_true(lag->at_most);
	/* The statement began in the second after 81. */
	assert_near(lag->seconds + lag->error, 101.0025 - 81 + 0.001);
	assert_near(lag->seconds - lag->error, 101.0025 - 82 - 0.001);
	/* It was there at the first reading, and not yet here at the second one. */
	assert_near(lag->at_least, 0.001);
}

static void test_lag__what_is_being_applied_was_committed_before(void **state)
{
	cleanup_topology struct topology *t = behind(true);
	struct channel *c = &t->items[2]->channels.items[0];
	const struct lag *lag;

	(void)state;
	t->items[0]->clock_offset = 100000000;
	c->oldest_missing = 81000000;
	c->applying_since = 1002000 - 8000000;
	/* What was applied last was written 10 s ago: so the long one was committed after that. */
	c->seconds_behind = 10;
	lag = lag_of(t);
	assert_false(lag->at_most);
	assert_near(lag->seconds - lag->error, 8);
	assert_near(lag->seconds + lag->error, 11.5);
	/* 0 says nothing: nothing may have arrived. */
	c->seconds_behind = 0;
	lag = lag_of(t);
	assert_true(lag->at_most);
	assert_near(lag->seconds + lag->error, 101.0025 - 81 + 0.001);
	assert_near(lag->at_least, 8);
}

static void test_lag__without_gtids_positions_tell_what_is_missing(void **state)
{
	cleanup_topology struct topology *t = healthy(false);
	struct channel *c = &t->items[2]->channels.items[0];

	(void)state;
	for (size_t i = 0; i < t->len; i++) {
		set_gtids(t->items[i], "", "");
		t->items[i]->gtid_on = 0;
	}
	t->items[0]->binlog_position = 5000;
	c->read_position = 4000;
	c->applied_position = 100;
	c->seconds_behind = -1;
	assert_int_equal(lag_of(t)->transactions, -1);
	assert_int_equal(lag_of(t)->not_received, -1);
	assert_near(lag_of(t)->at_least, 0.001);
	assert_int_equal(lag_of(t)->bytes, 4900);
	assert_int_equal(lag_of(t)->method, LAG_UNKNOWN);
	c->read_position = 5000;
	assert_int_equal(lag_of(t)->not_received, 0);
	c->applied_position = 5000;
	assert_int_equal(lag_of(t)->method, LAG_NOTHING_MISSING);
	/* Farther than what the source said, in the next file. */
	c->applied_file = "binlog.1000000";
	c->applied_position = 4;
	assert_int_equal(lag_of(t)->transactions, 0);
	t->items[0]->binlog_file = "binlog.1000001";
	assert_int_equal(lag_of(t)->transactions, -1);
}

static void test_lag__of_a_delayed_replica_is_the_delay_without_its_rest(void **state)
{
	cleanup_topology struct topology *t = behind(true);
	struct channel *c = &t->items[2]->channels.items[0];
	const struct lag *lag;

	(void)state;
	c->delay = 3600;
	c->remaining_delay = 3000;
	lag = lag_of(t);
	assert_int_equal(lag->method, LAG_DELAY);
	assert_near(lag->seconds, 600);
	assert_string_equal(lag->reason, "it is delayed by 3600 s on purpose");
}

static void test_lag__the_servers_word_counts_only_while_both_threads_run(void **state)
{
	cleanup_topology struct topology *t = behind(true);
	struct channel *c = &t->items[2]->channels.items[0];

	(void)state;
	c->seconds_behind = 7;
	assert_int_equal(lag_of(t)->method, LAG_SERVER);
	assert_near(lag_of(t)->seconds, 7);
	assert_near(lag_of(t)->error, 1.5);
	assert_true(lag_of(t)->at_most);
	c->seconds_behind = 0;
	c->receiver.state = THREAD_CONNECTING;
	assert_int_equal(lag_of(t)->method, LAG_UNKNOWN);
	assert_true(lag_of(t)->seconds < 0);
	assert_string_equal(lag_of(t)->reason, "the receiver cannot reach the source");
	assert_true(lag_is_stale(&t->items[2]->links[0]));
}

/* A hung source keeps its connections open: a replica says 0 s, and has read all that was sent. */
static void test_lag__is_unknown_while_the_source_cannot_be_asked(void **state)
{
	cleanup_topology struct topology *t = healthy(true);
	struct channel *c = &t->items[2]->channels.items[0];
	const struct lag *lag;

	(void)state;
	c->applier.doing = "Slave has read all relay log; waiting for more updates";
	t->items[0]->reach = REACH_SILENT;
	t->items[0]->first.known = t->items[0]->last.known = false;
	t->items[0]->clock_error = -1;
	t->items[0]->binlog_position = -1;
	lag = lag_of(t);
	assert_ptr_equal(t->items[2]->links[0].source, t->items[0]);
	assert_int_equal(lag->method, LAG_UNKNOWN);
	assert_true(lag->seconds < 0);
	assert_false(lag->at_most);
	assert_string_equal(lag->reason, "its source demo-0 cannot be asked");
	/* What is wrong here is the better reason. */
	c->applier.state = THREAD_STOPPED;
	assert_string_equal(lag_of(t)->reason, "the applier is stopped");
}

static void test_lag__last_contact_is_by_the_replicas_clock(void **state)
{
	cleanup_topology struct topology *t = healthy(false);
	struct channel *c = &t->items[2]->channels.items[0];

	(void)state;
	t->items[2]->clock_offset = -5000000;
	c->last_contact = 1003000 - 5000000 - 1500000;
	/* Times before 1970 are not known ones. */
	t->items[2]->clock_offset += 10000000;
	c->last_contact += 10000000;
	assert_near(lag_of(t)->last_contact, 1.5);
}

/* The primary is at 10 k after k seconds; the replica has 25 and stops there. */
static void test_history__positions_of_the_source_bound_the_lag(void **state)
{
	cleanup_history struct history *h = history_new();
	const struct lag *lag = NULL;

	(void)state;
	for (int k = 1; k <= 5; k++) {
		cleanup_topology struct topology *t = healthy(true);
		char text[32], applied[32];
		int64_t at = k * 1000000LL;

		snprintf(text, sizeof(text), "0-1-%d", 10 * k);
		snprintf(applied, sizeof(applied), "0-1-%d", 10 * k < 25 ? 10 * k : 25);
		set_reading(&t->items[0]->first, text, text, "", at);
		set_reading(&t->items[0]->last, text, text, "", at + 4000);
		set_reading(&t->items[2]->second, applied, applied, applied, at + 2000);
		t->items[2]->channels.items[0].retrieved = text;
		topology_relate(t);
		history_add(h, t);
		lag = &t->items[2]->links[0].lag;
		if (k < 5)
			continue;
		/* 30 was there at 3.001 s and is missing at 5.002 s; 20 was there at 2 s. */
		assert_int_equal(lag->method, LAG_SAMPLES);
		assert_near(lag->seconds - lag->error, 5.002 - 3.001);
		assert_near(lag->seconds + lag->error, 5.003 - 2.0);
		assert_int_equal(lag->transactions, 25);
		assert_true(lag->eta < 0);
		assert_int_equal(history_series(h, t->items[2], &t->items[2]->links[0])->len, 5);
	}
}

static void test_history__tells_when_a_backlog_will_be_gone(void **state)
{
	cleanup_history struct history *h = history_new();

	(void)state;
	for (int k = 0; k < 3; k++) {
		cleanup_topology struct topology *t = healthy(true);
		char applied[32];
		int64_t at = (k + 1) * 1000000LL;

		snprintf(applied, sizeof(applied), "0-1-%d", 40 + 20 * k);
		set_reading(&t->items[0]->first, "0-1-100", "0-1-100", "", at);
		set_reading(&t->items[2]->second, applied, applied, applied, at + 2000);
		topology_relate(t);
		history_add(h, t);
		if (k == 2)
			assert_near(t->items[2]->links[0].lag.eta, 1.0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lag__nothing_missing_is_0_whatever_the_clocks_say),
		cmocka_unit_test(test_lag__counts_what_is_missing_and_what_did_not_arrive),
		cmocka_unit_test(test_lag__is_the_age_of_what_is_being_applied),
		cmocka_unit_test(test_lag__between_two_transactions_it_is_an_upper_bound),
		cmocka_unit_test(test_lag__the_commit_time_in_the_binlog_is_exact),
		cmocka_unit_test(test_lag__the_begin_of_a_statement_is_an_upper_bound),
		cmocka_unit_test(test_lag__what_is_being_applied_was_committed_before),
		cmocka_unit_test(test_lag__without_gtids_positions_tell_what_is_missing),
		cmocka_unit_test(test_lag__of_a_delayed_replica_is_the_delay_without_its_rest),
		cmocka_unit_test(test_lag__the_servers_word_counts_only_while_both_threads_run),
		cmocka_unit_test(test_lag__is_unknown_while_the_source_cannot_be_asked),
		cmocka_unit_test(test_lag__last_contact_is_by_the_replicas_clock),
		cmocka_unit_test(test_history__positions_of_the_source_bound_the_lag),
		cmocka_unit_test(test_history__tells_when_a_backlog_will_be_gone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
