/* SPDX-License-Identifier: Apache-2.0 */
#include "topology/lag.h"

#include "base/memory.h"
#include "mysql/dialect/dialect.h"

#include <string.h>

#define SECOND 1e6

static int64_t clamp_count(gtid_count n)
{
	return n > (gtid_count)INT64_MAX ? INT64_MAX : (int64_t)n;
}

/* How many of a are not in b; -1: cannot be told. */
static int64_t count_missing(const struct gtid_set *a, const struct gtid_set *b)
{
	cleanup_gtid_set struct gtid_set d = GTID_SET_INIT;
	struct error ignored = ERROR_INIT;

	if (gtid_set_subtract(a, b, &d, &ignored) < 0) {
		error_release(&ignored);
		return -1;
	}
	return clamp_count(gtid_set_count(&d));
}

static int64_t count_not_received(const struct gtid_set *source, const struct gtid_set *applied,
				  const char *retrieved)
{
	cleanup_gtid_set struct gtid_set got = GTID_SET_INIT, both = GTID_SET_INIT;
	struct error ignored = ERROR_INIT;

	if (gtid_set_parse(&got, retrieved, strlen(retrieved), NULL, &ignored) < 0 ||
	    gtid_set_union(&got, applied, &both, &ignored) < 0) {
		error_release(&ignored);
		return -1;
	}
	return count_missing(source, &both);
}

static void backlog(const struct instance *replica, const struct instance *source,
		    const struct channel *c, struct lag *lag)
{
	const struct gtid_set *applied = replica->mariadb ? &replica->second.applied
							  : &replica->second.executed;

	if (source->first.known && replica->second.known && source->mariadb == replica->mariadb) {
		lag->transactions = count_missing(&source->first.executed, applied);
		lag->not_received = count_not_received(&source->first.executed, applied,
						       c->retrieved);
		lag->transactions_at_most = replica->mariadb;
	}
	if (source->binlog_position < 0 || c->read_position < 0 || c->applied_position < 0)
		return;
	if (strcmp(source->binlog_file, c->applied_file) == 0) {
		int64_t behind = source->binlog_position - c->applied_position;

		/* The source was asked first, so the replica may be farther. */
		lag->bytes = behind > 0 ? behind : 0;
		return;
	}
	if (strcmp(c->read_file, c->applied_file) == 0 && c->read_position >= c->applied_position)
		lag->bytes = c->read_position - c->applied_position;
	else
		lag->bytes = c->relay_bytes;
}

/* What the source's clock showed when the replica answered, and how wrong that may be. */
static bool source_now(const struct instance *replica, const struct instance *source,
		       server_time *ret, double *ret_error)
{
	const struct instance *top = source->root ? source->root : source;

	if (top->clock_error < 0 || !replica->second.known)
		return false;
	*ret = (replica->second.at + replica->second.until) / 2 + top->clock_offset;
	*ret_error = (double)(top->clock_error +
			      (replica->second.until - replica->second.at) / 2) /
		     SECOND;
	return true;
}

static void set(struct lag *lag, enum lag_method method, double seconds, double error)
{
	lag->method = method;
	lag->seconds = seconds > 0 ? seconds : 0;
	lag->error = error;
}

/* By commit times. */
static bool by_commit_time(const struct channel *c, server_time now, double clock_error,
			   struct lag *lag)
{
	double at_least = 0;

	if (c->applying_commit) {
		set(lag, LAG_COMMIT_TIME, (double)(now - c->applying_commit) / SECOND,
		    clock_error);
		return true;
	}
	if (!c->last_applied_commit)
		return false;
	/* Between two transactions: the next one was committed after the last one applied. */
	if (c->last_queued_commit > c->last_applied_commit && lag->transactions != 0)
		at_least = (double)(now - c->last_queued_commit) / SECOND;
	set(lag, LAG_LAST_APPLIED, (double)(now - c->last_applied_commit) / SECOND, 0);
	lag->error = lag->seconds - (at_least > 0 ? at_least : 0) + clock_error;
	lag->at_most = true;
	return true;
}

/*
 * By the source's binlog. It has the second in which the transaction's last statement began, so a
 * long one was committed later, and the lag may be less.
 */
static void by_binlog(const struct channel *c, server_time now, double clock_error,
		      struct lag *lag)
{
	set(lag, LAG_BINLOG, (double)(now - c->oldest_missing) / SECOND, 1 + clock_error);
	lag->at_most = true;
}

static void transport(const struct channel *c, server_time now, bool known, struct lag *lag)
{
	if (lag->not_received == 0)
		lag->transport = 0;
	else if (known && c->last_queued_commit)
		lag->transport = (double)(now - c->last_queued_commit) / SECOND;
}

static void last_contact(const struct instance *replica, const struct channel *c, struct lag *lag)
{
	int64_t own_now;

	if (!c->last_contact || replica->clock_error < 0 || !replica->second.known)
		return;
	own_now = replica->second.until + replica->clock_offset;
	lag->last_contact = (double)(own_now - c->last_contact) / SECOND;
	if (lag->last_contact < 0)
		lag->last_contact = 0;
}

static bool can_ask_source(const struct link *l)
{
	return l->source && l->source->first.known;
}

/* Why: what the threads say about themselves. */
static const char *reason(const struct instance *replica, const struct link *l, struct arena *a)
{
	const struct channel *c = l->status;
	const struct lag *lag = &l->lag;

	if (lag->transactions == 0)
		return "";
	if (c->applier.state == THREAD_STOPPED && c->applier.error)
		return arena_printf(a, "the applier stopped with error %u", c->applier.error);
	if (c->applier.state == THREAD_STOPPED)
		return "the applier is stopped";
	if (c->receiver.state == THREAD_STOPPED && c->receiver.error)
		return arena_printf(a, "the receiver stopped with error %u", c->receiver.error);
	if (c->receiver.state == THREAD_STOPPED)
		return "the receiver is stopped";
	if (c->receiver.state == THREAD_CONNECTING)
		return "the receiver cannot reach the source";
	if (c->delay > 0 && (c->remaining_delay >= 0 || lag->seconds <= (double)c->delay + 1))
		return arena_printf(a, "it is delayed by %lld s on purpose", (long long)c->delay);
	if (replica->disk_full == 1)
		return "its disk is full";
	if (lag->not_received > 0 && lag->not_received * 2 > lag->transactions)
		return "what is missing was not sent yet: the network, or the source";
	/* What its threads do says nothing then: they wait for more. */
	if (lag->method == LAG_UNKNOWN && !can_ask_source(l))
		return l->source ? arena_printf(a, "its source %s cannot be asked",
						l->source->name)
				 : arena_printf(a, "its source %s:%u is not asked", c->source_host,
						c->source_port);
	return *c->applier.doing ? c->applier.doing : "";
}

void lag_estimate(const struct instance *replica, struct link *l, struct arena *a)
{
	const struct channel *c = l->status;
	struct lag *lag = &l->lag;
	server_time now = 0;
	double clock_error = 0;
	bool known;

	*lag = (struct lag){ .seconds = -1, .transport = -1, .last_contact = -1, .eta = -1,
			     .transactions = -1, .not_received = -1, .bytes = -1, .reason = "" };
	last_contact(replica, c, lag);
	if (l->source)
		backlog(replica, l->source, c, lag);
	known = l->source && source_now(replica, l->source, &now, &clock_error);
	transport(c, now, known && dialect_can(replica->dialect, CAN_COMMIT_TIMES), lag);
	if (lag->transactions == 0) {
		set(lag, LAG_NOTHING_MISSING, 0,
		    (double)(replica->second.until - l->source->first.at) / SECOND);
		lag->eta = 0;
	} else if (c->delay > 0 && c->remaining_delay >= 0) {
		/* Both are whole seconds, and it counts with the replica's idea of the clocks. */
		set(lag, LAG_DELAY, (double)(c->delay - c->remaining_delay), 1.5);
	} else if (known && c->oldest_missing) {
		by_binlog(c, now, clock_error, lag);
	} else if (!(known && dialect_can(replica->dialect, CAN_COMMIT_TIMES) &&
		     by_commit_time(c, now, clock_error, lag)) &&
		   c->receiver.state == THREAD_RUNNING && c->applier.state == THREAD_RUNNING &&
		   c->seconds_behind >= 0) {
		/* The age of what was applied last, or of when what is being applied began. */
		set(lag, LAG_SERVER, (double)c->seconds_behind, (double)c->seconds_behind + 1.5);
		lag->at_most = true;
	}
	/* It says 0 s as well while the source hangs, or nothing comes through. */
	if (lag->method == LAG_SERVER && !can_ask_source(l)) {
		lag->method = LAG_UNKNOWN;
		lag->seconds = -1;
		lag->error = 0;
		lag->at_most = false;
	}
	lag->reason = reason(replica, l, a);
}

bool lag_is_stale(const struct link *l)
{
	return l->lag.transactions > 0 && l->lag.not_received != 0 &&
	       l->status->receiver.state != THREAD_RUNNING && l->status->seconds_behind <= 0;
}
