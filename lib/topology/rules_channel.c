/* SPDX-License-Identifier: Apache-2.0 */
#include "topology/rules.h"

#include "base/memory.h"
#include "mysql/dialect/dialect.h"
#include "topology/failures.h"
#include "topology/lag.h"

#include <string.h>

/* Rules about channels: a replica and one source of it. */

typedef void channel_test(struct diagnosis *d, const struct rule *r, const struct instance *i,
			  const struct link *l);

static void each_link(struct diagnosis *d, const struct rule *r, channel_test *test)
{
	for (size_t i = 0; i < d->topology->len; i++) {
		const struct instance *one = d->topology->items[i];

		for (size_t j = 0; one->reach == REACH_OK && j < one->channels.len; j++)
			if (link_follows(&one->links[j]))
				test(d, r, one, &one->links[j]);
	}
}

/* "shop.orders", or "". */
static const char *of_table(const struct diagnosis *d, const struct replica_thread *t)
{
	size_t len;
	const char *table = failure_table(t->text, &len);

	return table ? fact(d, " on %.*s", (int)len, table) : "";
}

static const char *ago(const struct diagnosis *d, const struct instance *i,
		       const struct channel *c)
{
	int64_t now = i->second.until + i->clock_offset;

	if (!c->failed_at || !i->second.known || i->clock_error < 0 || now < c->failed_at)
		return "";
	return fact(d, " %s ago", span(d, (double)(now - c->failed_at) / 1e6));
}

/*
 * Whoever looks at a row needs the whole transaction, as the source wrote it. MySQL's worker names
 * it; MariaDB stands before it.
 */
static const char *next_dump(const struct diagnosis *d, const struct link *l)
{
	const struct channel *c = l->status;
	const char *from;

	if (!l->source || l->source->reach != REACH_OK || !*c->applied_file)
		return NULL;
	from = fact(d, "%s --start-file %s", next_on(d, "binlog dump", l->source), c->applied_file);
	if (*c->failed_gtid)
		return fact(d, "%s --gtid %s", from, c->failed_gtid);
	if (l->source->mariadb && c->applied_position > 0)
		return fact(d, "%s --start-position %lld | head -n 50", from,
			    (long long)c->applied_position);
	return NULL;
}

/* The relay log is fetched again, from where GTIDs say: only while the source lives. */
static bool can_refetch(const struct link *l)
{
	return l->source && l->source->reach == REACH_OK && l->status->auto_position;
}

static const char *refetch(const struct diagnosis *d, const struct instance *i,
			   const struct link *l)
{
	const char *stop = on_channel(d, i, l, "STOP REPLICA");
	const char *reset = on_channel(d, i, l, "RESET REPLICA");

	return fact(d, "%s; %s; %s", stop, reset, on_channel(d, i, l, i->dialect->start_replica));
}

/* What to look at or do next, by the kind of failure. */
static const char *next_for(const struct diagnosis *d, const struct instance *i,
			    const struct link *l, const struct failure *f)
{
	static const char *const restart[] = { "applier-locks",	  "applier-limits",
					       "relay-log-write", "binlog-checksum",
					       "packet-too-large" };
	static const char *const sets[] = { "binlog-purged", "source-behind", "replica-position",
					    "gtid-order" };
	static const char *const decode[] = { "applier-duplicate", "applier-row-missing",
					      "applier-schema",	   "applier-foreign-key",
					      "applier-account",   "applier-error" };
	const char *dump = next_dump(d, l);

	if (strcmp(f->code, "own-uuid") == 0)
		return next_sql(d, i, "SELECT @@datadir, @@server_uuid");
	if (can_refetch(l) && (strcmp(f->code, "relay-log-corrupt") == 0 ||
			       strcmp(f->code, "applier-metadata") == 0))
		return next_sql(d, i, refetch(d, i, l));
	if (strcmp(f->code, "replicas-clash") == 0 && l->source && l->source->reach == REACH_OK)
		return next_sql(d, l->source, l->source->dialect->replicas);
	if (strcmp(f->code, "own-server-id") == 0)
		return next_sql(d, i, fact(d, "%s; %s", other_server_id(d),
					   on_channel(d, i, l, i->dialect->start_replica)));
	for (size_t n = 0; dump && n < ARRAY_SIZE(decode); n++)
		if (strcmp(f->code, decode[n]) == 0)
			return dump;
	for (size_t n = 0; n < ARRAY_SIZE(restart); n++)
		if (strcmp(f->code, restart[n]) == 0)
			return next_sql(d, i, on_channel(d, i, l, i->dialect->start_replica));
	for (size_t n = 0; n < ARRAY_SIZE(sets); n++)
		if (strcmp(f->code, sets[n]) == 0)
			return next_about(d, "gtid compare", i);
	return next_sql(d, i, i->dialect->replica_status);
}

static void failed(struct diagnosis *d, const struct instance *i, const struct link *l,
		   bool receiver)
{
	const struct replica_thread *t = receiver ? &l->status->receiver : &l->status->applier;
	const struct failure *f = failure_find(t, receiver);

	if (receiver)
		report(d, rule_find(f->code), i, l,
		       fact(d, "%s %s (%u)", object_name(d, i, l), f->words, t->error), t->text,
		       next_for(d, i, l, f));
	else
		report(d, rule_find(f->code), i, l,
		       fact(d, "%s stopped applying%s%s (%u%s)", object_name(d, i, l),
			    ago(d, i, l->status), f->words, t->error, of_table(d, t)),
		       t->text, next_for(d, i, l, f));
}

/*
 * A relay log has a head, also before anything is received: without one, MariaDB has not found it
 * when it started. START REPLICA is refused then (1201), and no column tells why.
 */
static bool without_relay_log(const struct instance *i, const struct channel *c)
{
	return i->mariadb && *c->relay_file && c->relay_bytes == 0;
}

static void cannot_start(struct diagnosis *d, const struct instance *i, const struct link *l)
{
	report(d, rule_find("applier-metadata"), i, l,
	       fact(d, "%s is stopped and cannot start: its relay log is not found",
		    object_name(d, i, l)),
	       fact(d, "relay log %s, 0 bytes", l->status->relay_file),
	       next_sql(d, i, can_refetch(l) ? refetch(d, i, l) : i->dialect->replica_status));
}

static void stopped(struct diagnosis *d, const struct instance *i, const struct link *l)
{
	const struct channel *c = l->status;
	bool receiver = c->receiver.state == THREAD_STOPPED && !c->receiver.error;
	bool applier = c->applier.state == THREAD_STOPPED && !c->applier.error;
	const char *who = object_name(d, i, l);
	const struct dialect *dialect = i->dialect;

	if (receiver && applier && without_relay_log(i, c))
		cannot_start(d, i, l);
	else if (receiver && applier)
		report(d, rule_find("replication-stopped"), i, l,
		       fact(d, "%s is stopped: it neither receives nor applies", who),
		       "both threads off, no error",
		       next_sql(d, i, on_channel(d, i, l, dialect->start_replica)));
	else if (receiver)
		report(d, rule_find("receiver-stopped"), i, l,
		       fact(d, "%s does not receive: its receiver is stopped", who),
		       "receiver off, no error",
		       next_sql(d, i, on_channel(d, i, l, dialect->start_receiver)));
	else if (applier)
		report(d, rule_find("applier-stopped"), i, l,
		       fact(d, "%s does not apply: its applier is stopped", who),
		       "applier off, no error",
		       next_sql(d, i, on_channel(d, i, l, dialect->start_applier)));
}

static void test_threads(struct diagnosis *d, const struct rule *r UNUSED,
			 const struct instance *i, const struct link *l)
{
	const struct channel *c = l->status;

	if (c->applier.state != THREAD_RUNNING && c->applier.error)
		failed(d, i, l, false);
	if (c->receiver.state != THREAD_RUNNING && c->receiver.error)
		failed(d, i, l, true);
	else if (c->receiver.state == THREAD_CONNECTING)
		report(d, rule_find("receiver-connecting"), i, l,
		       fact(d, "%s cannot reach its source %s:%u", object_name(d, i, l),
			    c->source_host, c->source_port),
		       *c->receiver.doing ? c->receiver.doing : "the receiver is connecting",
		       next_sql(d, i, i->dialect->replica_status));
	stopped(d, i, l);
}

void rule_threads(struct diagnosis *d, const struct rule *r)
{
	each_link(d, r, test_threads);
}

static void test_unknown_source(struct diagnosis *d, const struct rule *r,
				const struct instance *i, const struct link *l)
{
	const struct channel *c = l->status;

	if (l->source)
		return;
	report(d, r, i, l,
	       fact(d, "%s follows %s:%u, which is not one of the cluster", object_name(d, i, l),
		    c->source_host, c->source_port),
	       fact(d, "source %s:%u, server id %lld", c->source_host, c->source_port,
		    (long long)c->source_id),
	       next_sql(d, i, i->dialect->replica_status));
}

void rule_unknown_source(struct diagnosis *d, const struct rule *r)
{
	each_link(d, r, test_unknown_source);
}

static void test_other_root(struct diagnosis *d, const struct rule *r, const struct instance *i,
			    const struct link *l)
{
	const struct topology *t = d->topology;
	const struct instance *root = l->source ? l->source->root : NULL;

	if (!root || root == t->primary || root->reach != REACH_OK || root->shares_replica ||
	    !t->primary || t->primary->role == ROLE_GROUP_PRIMARY || t->writers != 1 ||
	    /* writable-replica tells of that */
	    t->primary->role == ROLE_REPLICA)
		return;
	report(d, r, i, l,
	       fact(d, "%s follows %s, not the primary %s", object_name(d, i, l), root->name,
		    t->primary->name),
	       fact(d, "source %s:%u", l->status->source_host, l->status->source_port),
	       next_about(d, "gtid compare", i));
}

void rule_other_root(struct diagnosis *d, const struct rule *r)
{
	each_link(d, r, test_other_root);
	for (size_t i = 0; i < d->topology->len; i++) {
		const struct instance *source = d->topology->items[i], *one = source->left_by;

		if (one)
			report(d, r, one, NULL,
			       fact(d, "%s no longer follows %s, whose transactions it has", one->name,
				    source->name),
			       fact(d, "%s takes writes and nobody follows it", source->name),
			       next_about(d, "gtid compare", one));
	}
}

static void test_stale(struct diagnosis *d, const struct rule *r, const struct instance *i,
		       const struct link *l)
{
	const struct lag *lag = &l->lag;

	if (lag->not_received <= 0 || l->status->seconds_behind != 0)
		return;
	report(d, r, i, l,
	       fact(d, "%s shows 0 s and is stale: %lld transactions were not sent to it",
		    object_name(d, i, l), (long long)lag->not_received),
	       fact(d, "receiver %s, seconds behind 0, %lld transactions missing",
		    thread_state_name(l->status->receiver.state), (long long)lag->transactions),
	       next_on(d, "lag", i));
}

void rule_stale(struct diagnosis *d, const struct rule *r)
{
	each_link(d, r, test_stale);
}

#define LAGGING_SECONDS 30

static void test_lagging(struct diagnosis *d, const struct rule *r, const struct instance *i,
			 const struct link *l)
{
	const struct lag *lag = &l->lag;
	double wanted = l->status->delay > 0 ? (double)l->status->delay : 0;
	/* After an idle hour the one that was applied last says nothing of the one on its way. */
	double sure = lag->method == LAG_LAST_APPLIED ? lag->at_least
		      : lag->at_most		      ? lag->seconds
						      : lag->seconds - lag->error;

	if (l->status->receiver.state != THREAD_RUNNING ||
	    l->status->applier.state != THREAD_RUNNING || lag->seconds < 0 ||
	    sure - wanted < LAGGING_SECONDS)
		return;
	report(d, r, i, l,
	       fact(d, "%s is %s behind", object_name(d, i, l), span(d, lag->seconds - wanted)),
	       fact(d, "%.1f s ± %.1f s by %s, %lld transactions", lag->seconds, lag->error,
		    lag_method_name(lag->method), (long long)lag->transactions),
	       next_on(d, "lag", i));
}

void rule_lagging(struct diagnosis *d, const struct rule *r)
{
	each_link(d, r, test_lagging);
}

/*
 * A file goes when its last write is older than what the server keeps, so what is in it goes not
 * before it is as old as that itself.
 */
static void test_binlog_expiring(struct diagnosis *d, const struct rule *r,
				 const struct instance *i, const struct link *l)
{
	const struct channel *c = l->status;
	const struct instance *s = l->source;
	int64_t kept = s ? binlog_expiry_seconds(&s->expire) : -1;
	double age;

	if (c->unreceived_purged) {
		report(d, r, i, l,
		       fact(d, "%s has purged what %s has not received", s->name,
			    object_name(d, i, l)),
		       fact(d, "%lld transactions are not received", (long long)l->lag.not_received),
		       next_on(d, "gtid compare", NULL));
		return;
	}
	if (kept <= 0 || !c->oldest_unreceived || s->clock_error < 0 || !s->first.known)
		return;
	age = (double)(s->first.until + s->clock_offset - c->oldest_unreceived) / 1e6;
	if (age * 2 < (double)kept)
		return;
	report(d, r, i, l,
	       age < (double)kept
		       ? fact(d, "%s may purge in %s what %s has not received", s->name,
			      span(d, (double)kept - age), object_name(d, i, l))
		       : fact(d, "%s may purge at any moment what %s has not received", s->name,
			      object_name(d, i, l)),
	       fact(d, "the oldest of it is %s old, binlogs are kept for %s", span(d, age),
		    span(d, (double)kept)),
	       next_on(d, "binlog list", s));
}

void rule_binlog_expiring(struct diagnosis *d, const struct rule *r)
{
	each_link(d, r, test_binlog_expiring);
}

static void test_delayed(struct diagnosis *d, const struct rule *r, const struct instance *i,
			 const struct link *l)
{
	if (l->status->delay <= 0)
		return;
	report(d, r, i, l,
	       fact(d, "%s applies %s late on purpose", object_name(d, i, l),
		    span(d, (double)l->status->delay)),
	       fact(d, "delay %lld s", (long long)l->status->delay), next_on(d, "lag", i));
}

void rule_delayed(struct diagnosis *d, const struct rule *r)
{
	each_link(d, r, test_delayed);
}

static void test_filtered(struct diagnosis *d, const struct rule *r, const struct instance *i,
			  const struct link *l)
{
	if (l->status->filtered || l->status->ignores_servers)
		report(d, r, i, l,
		       fact(d, "%s leaves out a part of what its source sends",
			    object_name(d, i, l)),
		       l->status->filtered ? l->status->filters : "ignores some server ids",
		       next_sql(d, i, i->dialect->replica_status));
}

void rule_filtered(struct diagnosis *d, const struct rule *r)
{
	each_link(d, r, test_filtered);
}
