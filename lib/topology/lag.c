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

/* Binlog files are numbered, with more digits when six are not enough. */
static bool is_later_file(const char *a, const char *b)
{
	size_t n = strlen(a), m = strlen(b);

	return n != m ? n > m : strcmp(a, b) > 0;
}

/* Whether the channel has come to where the source was before the replica was asked. */
static bool reached(const struct instance *source, const char *file, int64_t position)
{
	if (source->binlog_position < 0 || position < 0 || !*file)
		return false;
	if (strcmp(source->binlog_file, file) == 0)
		return position >= source->binlog_position;
	return is_later_file(file, source->binlog_file);
}

static void backlog(const struct instance *replica, const struct instance *source,
		    const struct channel *c, struct lag *lag)
{
	const struct gtid_set *applied = replica->mariadb ? &replica->second.applied
							  : &replica->second.executed;

	/* Without GTIDs the sets are empty, or old: they say nothing. */
	if (source->gtid_on == 0 || replica->gtid_on == 0) {
		if (reached(source, c->read_file, c->read_position))
			lag->not_received = 0;
		if (source->first.known && reached(source, c->applied_file, c->applied_position))
			lag->transactions = 0;
	} else if (source->first.known && replica->second.known &&
		   source->mariadb == replica->mariadb) {
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

/* What is known of the lag, in seconds. */
struct bounds {
	enum lag_method method;
	double least, most; /* most < 0: nothing is known */
	double slack;	    /* how far below most the usual case may lie */
};

static double positive(double n)
{
	return n > 0 ? n : 0;
}

static void set(struct lag *lag, enum lag_method method, double seconds, double error)
{
	lag->method = method;
	lag->seconds = positive(seconds);
	lag->error = error;
	lag->at_least = positive(lag->seconds - error);
}

/*
 * Both ends are sure. When they are near each other, the figure is between them; else it is the
 * upper end, the usual case, and the slack.
 */
static void set_bounds(struct lag *lag, const struct bounds *b)
{
	lag->at_least = b->least;
	if (b->most < 0)
		return;
	if (2 * b->least >= b->most) {
		set(lag, b->method, (b->least + b->most) / 2, positive(b->most - b->least) / 2);
		return;
	}
	set(lag, b->method, b->most - b->slack / 2, b->slack / 2);
	lag->error = b->most - lag->seconds;
	lag->at_most = true;
	lag->at_least = b->least;
}

/* What is missing was there when the source answered, which was before the replica was asked. */
static double known_missing_for(const struct instance *replica, const struct instance *source,
				const struct lag *lag)
{
	/* Without GTIDs they are not counted. */
	if (lag->transactions == 0 || (lag->transactions < 0 && lag->bytes <= 0))
		return 0;
	return positive((double)(replica->second.at - source->first.until) / SECOND);
}

static bool both_run(const struct channel *c)
{
	return c->receiver.state == THREAD_RUNNING && c->applier.state == THREAD_RUNNING;
}

/*
 * The server's own word: the age of what was applied last, or of when what is being applied began,
 * in whole seconds of either clock. 0 is also said while nothing arrives.
 */
static void bound_by_server(const struct channel *c, struct bounds *b)
{
	double most = (double)c->seconds_behind + 1.5;

	if (!both_run(c) || c->seconds_behind < 0 || most <= b->least ||
	    (b->most >= 0 && (b->most <= most || c->seconds_behind == 0)))
		return;
	b->most = most;
	b->slack = 3;
	if (b->method == LAG_UNKNOWN)
		b->method = LAG_SERVER;
}

/* Between two transactions: the next one was committed after the last one applied. */
static void bound_by_commit_times(const struct channel *c, server_time now, double error,
				  const struct lag *lag, struct bounds *b)
{
	if (!c->last_applied_commit)
		return;
	b->method = LAG_LAST_APPLIED;
	b->slack = 2 * error;
	b->most = positive((double)(now - c->last_applied_commit) / SECOND) + error;
	if (c->last_queued_commit > c->last_applied_commit && lag->transactions != 0) {
		double queued = (double)(now - c->last_queued_commit) / SECOND - error;

		b->least = queued > b->least ? queued : b->least;
	}
}

/*
 * By the source's binlog, where it has no more than the second in which the transaction's last
 * statement began. A long one was committed later, so the lag may be less.
 */
static void bound_by_binlog(const struct channel *c, server_time now, double error,
			    struct bounds *b)
{
	b->method = LAG_BINLOG;
	b->slack = 1 + 2 * error;
	b->most = positive((double)(now - c->oldest_missing) / SECOND) + error;
}

/* A time of commit is known; or that it is delayed, with what remains, in whole seconds. */
static bool measure(const struct instance *replica, const struct channel *c, server_time now,
		    double clock_error, struct lag *lag)
{
	bool known = now != 0, times = known && dialect_can(replica->dialect, CAN_COMMIT_TIMES);
	server_time commit = known && c->oldest_is_commit ? c->oldest_missing : 0;

	if (commit || (times && c->applying_commit)) {
		set(lag, commit ? LAG_BINLOG : LAG_COMMIT_TIME,
		    (double)(now - (commit ? commit : c->applying_commit)) / SECOND, clock_error);
		return true;
	}
	/* It counts with the replica's idea of the clocks. */
	if (c->delay > 0 && c->remaining_delay >= 0 && !(known && c->oldest_missing)) {
		set(lag, LAG_DELAY, (double)(c->delay - c->remaining_delay), 1.5);
		return true;
	}
	return false;
}

static void bound(const struct instance *replica, const struct link *l, server_time now,
		  double clock_error, struct lag *lag)
{
	const struct channel *c = l->status;
	struct bounds b = { .most = -1 };

	if (l->source)
		b.least = known_missing_for(replica, l->source, lag);
	if (c->applying_since) {
		double least = (double)(replica->second.at - c->applying_since) / SECOND;

		b.least = least > b.least ? least : b.least;
	}
	if (now && c->oldest_missing)
		bound_by_binlog(c, now, clock_error, &b);
	else if (now && dialect_can(replica->dialect, CAN_COMMIT_TIMES))
		bound_by_commit_times(c, now, clock_error, lag, &b);
	if (replica->mariadb || b.most < 0)
		bound_by_server(c, &b);
	set_bounds(lag, &b);
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
	} else if (!measure(replica, c, known ? now : 0, clock_error, lag)) {
		bound(replica, l, known ? now : 0, clock_error, lag);
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
