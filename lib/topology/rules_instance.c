/* SPDX-License-Identifier: Apache-2.0 */
#include "topology/rules.h"

#include "base/memory.h"
#include "base/strbuf.h"
#include "mysql/dialect/dialect.h"

#include <string.h>

/* Rules about one instance. */

#define EACH(d, one)                                                                               \
	(size_t each_ = 0; each_ < (d)->topology->len && ((one) = (d)->topology->items[each_]);    \
	 each_++)

static const char *const reach_codes[] = {
	[REACH_DOWN] = "instance-down",	    [REACH_SILENT] = "instance-silent",
	[REACH_NO_NAME] = "instance-name",  [REACH_DENIED] = "instance-denied",
	[REACH_FULL] = "instance-full",	    [REACH_BROKEN] = "instance-broken",
};

static const char *const reach_words[] = {
	[REACH_DOWN] = "is down",	       [REACH_SILENT] = "does not answer",
	[REACH_NO_NAME] = "has no address",    [REACH_DENIED] = "does not let us in",
	[REACH_FULL] = "takes no connections", [REACH_BROKEN] = "does not answer as a server",
};

/* More time helps who is slow; what is down in a sandbox can be started from here. */
static const char *next_to_reach(const struct diagnosis *d, const struct instance *i)
{
	const char *words = d->topology->words;

	if (i->reach == REACH_SILENT || i->reach == REACH_FULL)
		return next_about(d, "status --timeout 30s", i);
	if (i->reach == REACH_DOWN && strncmp(words, "--sandbox ", 10) == 0)
		return fact(d, "kubectl mysql sandbox up %s", words + 10);
	return next_about(d, "check", i);
}

/* One rule for each way not to be readable; all of them run this test. */
void rule_reach(struct diagnosis *d, const struct rule *r)
{
	const struct instance *one;

	for EACH (d, one)
		if (one->reach != REACH_OK && strcmp(reach_codes[one->reach], r->code) == 0)
			report(d, r, one, NULL,
			       fact(d, "%s %s", one->name, reach_words[one->reach]), one->why,
			       next_to_reach(d, one));
}

void rule_detached(struct diagnosis *d, const struct rule *r)
{
	const struct topology *t = d->topology;
	const struct instance *one;

	for EACH (d, one) {
		if (one->role != ROLE_STANDALONE || one->writable || !t->primary ||
		    one == t->primary || t->primary->role == ROLE_GROUP_PRIMARY)
			continue;
		report(d, r, one, NULL, fact(d, "%s follows nobody", one->name),
		       "no replication channel, read_only on",
		       next_about(d, "gtid compare", one));
	}
}

void rule_writable_replica(struct diagnosis *d, const struct rule *r)
{
	const struct topology *t = d->topology;
	const struct instance *p = t->primary;

	if (t->writers != 1 || p->role != ROLE_REPLICA)
		return;
	report(d, r, p, NULL, fact(d, "%s takes writes and follows another server", p->name),
	       fact(d, "read_only off, source %s:%u", p->links[0].status->source_host,
		    p->links[0].status->source_port),
	       next_sql(d, p, p->dialect->replica_status));
}

static const char *print_set(const struct diagnosis *d, const struct gtid_set *s)
{
	cleanup_strbuf struct strbuf text = STRBUF_INIT;

	gtid_set_print(s, ",", &text);
	if (text.len > 200) {
		strbuf_setlen(&text, 200);
		strbuf_addstr(&text, "…");
	}
	return fact(d, "%s", text.buf);
}

static const char *print_count(const struct diagnosis *d, const struct gtid_set *s)
{
	cleanup_strbuf struct strbuf text = STRBUF_INIT;
	gtid_count n = gtid_set_count(s);

	gtid_count_print(n, &text);
	strbuf_addstr(&text, n == 1 ? " transaction" : " transactions");
	return fact(d, "%s", text.buf);
}

static gtid_count others_count(const struct instance *i)
{
	return gtid_set_count(&i->errant) - gtid_set_count(&i->ahead);
}

void rule_errant(struct diagnosis *d, const struct rule *r)
{
	const struct instance *one;

	for EACH (d, one)
		if (one->errant_known && others_count(one) > 0)
			report(d, r, one, NULL,
			       fact(d, "%s has %s that its source has not", one->name,
				    print_count(d, &one->errant)),
			       print_set(d, &one->errant), next_about(d, "gtid errant", one));
}

void rule_source_lost_tail(struct diagnosis *d, const struct rule *r)
{
	const struct instance *one;

	for EACH (d, one) {
		if (!one->errant_known || gtid_set_is_empty(&one->ahead))
			continue;
		/* A commit that waits for its acknowledgement is here before it is there. */
		if (one->root->semisync.waiting > 0)
			continue;
		report(d, r, one, NULL,
		       fact(d, "%s has %s that %s wrote itself and lost", one->name,
			    print_count(d, &one->ahead), one->root->name),
		       print_set(d, &one->ahead), next_about(d, "gtid errant", one));
	}
}

void rule_disk_full(struct diagnosis *d, const struct rule *r)
{
	const struct instance *one;

	for EACH (d, one)
		if (one->disk_full == 1)
			report(d, r, one, NULL, fact(d, "the disk of %s is full", one->name),
			       one->disk_full_where,
			       next_sql(d, one, "SELECT @@datadir, @@tmpdir, @@log_bin_basename"));
}

static bool is_source(const struct instance *i)
{
	return i->reach == REACH_OK && i->semisync.source_enabled == 1 &&
	       (i->role == ROLE_PRIMARY || i->followers > 0);
}

/* Clients can be counted as there although they hang: then who is silent tells. */
static bool clients_missing(const struct diagnosis *d, const struct instance *i)
{
	int64_t hanging = 0;
	const struct instance *one;

	for EACH (d, one)
		hanging += one->reach == REACH_SILENT;
	return i->semisync.clients - hanging < (i->semisync.wait_for > 0 ? i->semisync.wait_for
									   : 1);
}

void rule_semisync_waiting(struct diagnosis *d, const struct rule *r)
{
	const struct instance *one;

	for EACH (d, one) {
		if (!is_source(one) || one->semisync.waiting <= 0 || one->semisync.clients < 0 ||
		    !clients_missing(d, one))
			continue;
		report(d, r, one, NULL,
		       fact(d, "writes on %s hang: %lld %s for a replica to acknowledge",
			    one->name, (long long)one->semisync.waiting,
			    one->semisync.waiting == 1 ? "waits" : "wait"),
		       fact(d, "%lld semi-synchronous replicas connected, timeout %lld ms",
			    (long long)one->semisync.clients, (long long)one->semisync.timeout_ms),
		       next_about(d, "lag", one));
	}
}

void rule_semisync_off(struct diagnosis *d, const struct rule *r)
{
	const struct instance *one;

	for EACH (d, one)
		if (is_source(one) && one->semisync.source_active == 0)
			report(d, r, one, NULL,
			       fact(d, "%s has fallen back to asynchronous replication: what it "
				       "acknowledges may be lost", one->name),
			       fact(d, "semi-synchronous replication is enabled and off, %lld "
				       "replicas connected", (long long)one->semisync.clients),
			       next_about(d, "lag", one));
}

void rule_semisync_few(struct diagnosis *d, const struct rule *r)
{
	const struct instance *one;

	for EACH (d, one) {
		int64_t need = one->semisync.wait_for > 0 ? one->semisync.wait_for : 1;

		if (!is_source(one) || one->semisync.source_active != 1 ||
		    one->semisync.waiting > 0 || one->semisync.clients < 0 ||
		    one->semisync.clients >= need || !one->writable)
			continue;
		report(d, r, one, NULL,
		       fact(d, "the next write on %s will wait: %lld of %lld acknowledging "
			       "replicas are connected", one->name,
			    (long long)one->semisync.clients, (long long)need),
		       fact(d, "timeout %lld ms", (long long)one->semisync.timeout_ms),
		       next_about(d, "lag", one));
	}
}

void rule_rights(struct diagnosis *d, const struct rule *r)
{
	const struct instance *one;

	for EACH (d, one)
		if (*one->missing_rights)
			report(d, r, one, NULL,
			       fact(d, "%s does not show everything: the account lacks %s",
				    one->name, one->missing_rights),
			       fact(d, "missing %s", one->missing_rights),
			       next_sql(d, one, "SHOW GRANTS"));
}

void rule_version_order(struct diagnosis *d, const struct rule *r)
{
	const struct instance *one;

	for EACH (d, one) {
		for (size_t j = 0; one->reach == REACH_OK && j < one->channels.len; j++) {
			const struct instance *s = one->links[j].source;

			/* The series: 11.8 of 11.8.3. */
			if (!s || s->reach != REACH_OK || s->mariadb != one->mariadb ||
			    one->version / 100 >= s->version / 100)
				continue;
			report(d, r, one, &one->links[j],
			       fact(d, "%s is older than its source %s", one->name, s->name),
			       fact(d, "%s below %s", one->version_text, s->version_text),
			       next_sql(d, one, "SELECT VERSION()"));
		}
	}
}

void rule_log_updates_off(struct diagnosis *d, const struct rule *r)
{
	const struct instance *one;

	for EACH (d, one)
		if (one->role == ROLE_REPLICA && one->followers > 0 &&
		    (one->log_updates == 0 || one->log_bin == 0))
			report(d, r, one, NULL,
			       fact(d, "%s does not log what it applies: those below it get nothing",
				    one->name),
			       one->log_bin == 0 ? "log_bin off" : "logging of replica updates off",
			       next_sql(d, one, "SHOW VARIABLES LIKE 'log%updates'"));
}

static int compare_offset(const void *a, const void *b)
{
	int64_t x = (*(const struct instance *const *)a)->clock_offset;
	int64_t y = (*(const struct instance *const *)b)->clock_offset;

	return x < y ? -1 : x > y;
}

/* Against the middle of all clocks, since ours may be the wrong one. */
void rule_clock_skew(struct diagnosis *d, const struct rule *r)
{
	const struct topology *t = d->topology;
	cleanup_free const struct instance **known = xcalloc(t->len + 1, sizeof(*known));
	size_t n = 0;
	int64_t middle;

	for (size_t i = 0; i < t->len; i++)
		if (t->items[i]->reach == REACH_OK && t->items[i]->clock_error >= 0)
			known[n++] = t->items[i];
	if (n < 2)
		return;
	qsort(known, n, sizeof(*known), compare_offset);
	/* Of two, the primary's is the one that the others are measured by. */
	middle = n == 2 && t->primary && t->primary->clock_error >= 0 ? t->primary->clock_offset
								      : known[n / 2]->clock_offset;
	for (size_t i = 0; i < n; i++) {
		int64_t off = known[i]->clock_offset - middle;

		if ((off < 0 ? -off : off) <= 1000000 + known[i]->clock_error)
			continue;
		report(d, r, known[i], NULL,
		       fact(d, "the clock of %s is %s %s the others", known[i]->name,
			    span(d, (double)(off < 0 ? -off : off) / 1e6),
			    off < 0 ? "behind" : "before"),
		       fact(d, "offset %+.3f s, measured to %.3f s", (double)off / 1e6,
			    (double)known[i]->clock_error / 1e6),
		       next_sql(d, known[i], "SELECT UTC_TIMESTAMP(6)"));
	}
}
