/* SPDX-License-Identifier: Apache-2.0 */
#include "topology/rules.h"

#include "base/memory.h"
#include "base/strbuf.h"
#include "mysql/dialect/dialect.h"

#include <string.h>

/* Rules about the cluster as a whole: who writes, who follows whom. */

#define NAMES 8 /* that a sentence bears */

/* The names of all instances that are so, "a, b and c", or "a, b and 17 more". */
static const char *names(const struct diagnosis *d, bool (*is)(const struct instance *))
{
	const struct topology *t = d->topology;
	cleanup_strbuf struct strbuf text = STRBUF_INIT;
	size_t total = 0, n = 0;

	for (size_t i = 0; i < t->len; i++)
		total += is(t->items[i]);
	for (size_t i = 0; i < t->len; i++) {
		if (!is(t->items[i]))
			continue;
		n++;
		if (n == NAMES && total > NAMES) {
			strbuf_addf(&text, " and %zu more", total - NAMES + 1);
			break;
		}
		strbuf_addf(&text, "%s%s", n == 1 ? "" : n == total ? " and " : ", ",
			    t->items[i]->name);
	}
	return fact(d, "%s", text.buf);
}

static bool writes(const struct instance *i)
{
	return i->writable;
}

static bool silent(const struct instance *i)
{
	return i->reach != REACH_OK;
}

static bool in_ring(const struct instance *i)
{
	return i->in_ring;
}

static const char *read_only_statement(const struct instance *i)
{
	return i->dialect && dialect_can(i->dialect, CAN_SUPER_READ_ONLY)
		       ? "SET GLOBAL super_read_only = ON"
		       : "SET GLOBAL read_only = ON";
}

static const char *open_statement(const struct instance *i)
{
	return i->dialect && dialect_can(i->dialect, CAN_SUPER_READ_ONLY)
		       ? "SET GLOBAL super_read_only = OFF, GLOBAL read_only = OFF"
		       : "SET GLOBAL read_only = OFF";
}

/* Whom to close: a writer that follows another one, else the one that fewer follow. */
static const struct instance *intruder(const struct topology *t)
{
	const struct instance *found = NULL;

	for (size_t i = 0; i < t->len; i++) {
		const struct instance *one = t->items[i];

		if (!one->writable || one == t->primary)
			continue;
		if (!found || (found->role != ROLE_REPLICA && one->role == ROLE_REPLICA))
			found = one;
	}
	return found;
}

void rule_two_writers(struct diagnosis *d, const struct rule *r)
{
	const struct topology *t = d->topology;
	const struct instance *other;

	if (t->writers < 2)
		return;
	other = intruder(t);
	report(d, r, NULL, NULL, fact(d, "%s take writes at the same time", names(d, writes)),
	       fact(d, "read_only is off on %s", names(d, writes)),
	       next_sql(d, other, read_only_statement(other)));
}

/* Does anybody still get data from it? */
static bool still_sends(const struct topology *t, const struct instance *source)
{
	for (size_t i = 0; i < t->len; i++)
		for (size_t j = 0; t->items[i]->links && j < t->items[i]->channels.len; j++)
			if (t->items[i]->links[j].source == source &&
			    t->items[i]->links[j].status->receiver.state == THREAD_RUNNING)
				return true;
	return false;
}

/*
 * Who of those that cannot be read may be the writer: who is followed by others; where nobody is
 * followed, anyone. NULL when all can be read.
 */
static const struct instance *lost_primary(const struct topology *t)
{
	const struct instance *found = NULL;

	for (size_t i = 0; i < t->len; i++)
		if (silent(t->items[i]) &&
		    (!found || t->items[i]->followers > found->followers))
			found = t->items[i];
	return found;
}

static size_t count_read(const struct topology *t)
{
	size_t n = 0;

	for (size_t i = 0; i < t->len; i++)
		n += !silent(t->items[i]);
	return n;
}

/* Nothing listens at its address, and nobody who can be asked gets anything from it. */
static bool proven_gone(const struct topology *t, const struct instance *lost)
{
	return lost->reach == REACH_DOWN && lost->followers > 0 && !still_sends(t, lost);
}

static bool elected(const struct topology *t)
{
	return t->primary && t->primary->role == ROLE_PRIMARY;
}

/* A channel to a server that is not ours. */
static const struct link *unlisted(const struct topology *t)
{
	for (size_t i = 0; i < t->len; i++)
		for (size_t j = 0; j < t->items[i]->channels.len; j++)
			if (link_follows(&t->items[i]->links[j]) && !t->items[i]->links[j].source)
				return &t->items[i]->links[j];
	return NULL;
}

void rule_no_writer(struct diagnosis *d, const struct rule *r)
{
	const struct topology *t = d->topology;
	const struct instance *lost = lost_primary(t);

	if (t->writers || !count_read(t))
		return;
	if (lost && proven_gone(t, lost))
		report(d, r, NULL, NULL,
		       fact(d, "no server takes writes: %s is down and no replica hears of it",
			    lost->name),
		       fact(d, "%s: %s", lost->name, lost->why), next_on(d, "lag", NULL));
	else if (!lost && !elected(t) && !unlisted(t))
		report(d, r, NULL, NULL, "no server takes writes: every one is read only",
		       "read_only is on everywhere", next_on(d, "lag", NULL));
}

void rule_primary_unlisted(struct diagnosis *d, const struct rule *r)
{
	const struct topology *t = d->topology;
	const struct link *l = unlisted(t);

	if (t->writers || !l || lost_primary(t) || elected(t))
		return;
	report(d, r, NULL, NULL,
	       fact(d, "none of the servers takes writes, and they follow %s:%u, which was not named",
		    l->status->source_host, l->status->source_port),
	       fact(d, "source %s:%u", l->status->source_host, l->status->source_port),
	       strncmp(t->words, "--hosts ", 8) == 0
		       ? fact(d, "kubectl mysql status %s,%s:%u", t->words,
			      l->status->source_host, l->status->source_port)
		       : next_on(d, "check", NULL));
}

void rule_primary_not_open(struct diagnosis *d, const struct rule *r)
{
	const struct topology *t = d->topology;
	const struct instance *p = t->primary;

	if (t->writers || !elected(t) || lost_primary(t))
		return;
	if (p->semisync.source_enabled == 1 && p->semisync.clients == 0)
		report(d, r, p, NULL,
		       fact(d, "%s is the primary and read only: it opens when the first replica "
			       "acknowledges", p->name),
		       "semi-synchronous source on, 0 replicas acknowledge, read_only on",
		       next_on(d, "lag", NULL));
	else
		report(d, r, p, NULL, fact(d, "%s is the primary and read only", p->name),
		       fact(d, "read_only on, %zu replicas follow it", p->followers),
		       next_sql(d, p, open_statement(p)));
}

/* More time helps only against silence. Behind '#' stands what is to be seen to before. */
static const char *next_to_read(const struct diagnosis *d, const struct instance *i)
{
	const char *words = d->topology->words;

	switch (i->reach) {
	case REACH_DENIED:
		return next_on(d, "status --mysql-user NAME --ask-password", NULL);
	case REACH_DOWN:
		if (strncmp(words, "--sandbox ", 10) == 0)
			return fact(d, "kubectl mysql sandbox up %s", words + 10);
		if (!*i->host)
			return fact(d, "%s # nothing listens at %s", next_status(d), i->socket);
		return fact(d, "%s # nothing listens at %s:%u: check the address",
			    next_status(d), i->host, i->port);
	case REACH_NO_NAME:
		return fact(d, "%s # there is no host '%s': check the name", next_status(d),
			    i->host);
	case REACH_BROKEN:
		return next_on(d, "check", NULL);
	default:
		return next_on(d, "status --timeout 30s", NULL);
	}
}

void rule_primary_unreadable(struct diagnosis *d, const struct rule *r)
{
	const struct topology *t = d->topology;
	const struct instance *lost = lost_primary(t);

	if (t->writers || !lost || !count_read(t) || proven_gone(t, lost))
		return;
	if (group_elects(t, lost)) {
		report(d, r, lost, NULL,
		       fact(d, "%s cannot be read, and its group has not elected another primary yet",
			    lost->name),
		       lost->why, next_on(d, "status --watch", NULL));
		return;
	}
	report(d, r, lost, NULL,
	       fact(d, "%s cannot be read, and nobody else takes writes: it may still take them",
		    lost->name),
	       fact(d, "%s; %s", lost->why,
		    still_sends(t, lost) ? "replicas still hold a connection to it"
					 : "no replica tells of it"),
	       next_to_read(d, lost));
}

void rule_nothing_readable(struct diagnosis *d, const struct rule *r)
{
	const struct topology *t = d->topology;

	if (count_read(t) || t->len == 0)
		return;
	report(d, r, NULL, NULL,
	       fact(d, "no server could be read: %s", t->items[0]->why),
	       *t->items[0]->hint ? fact(d, "%s: %s", names(d, silent), t->items[0]->hint)
				  : names(d, silent),
	       next_to_read(d, t->items[0]));
}

/* The one that takes writes is the one that must not follow. */
static const char *cut_ring(const struct diagnosis *d)
{
	const struct topology *t = d->topology;

	return t->writers == 1 && t->primary->in_ring
		       ? next_sql(d, t->primary, "STOP REPLICA; RESET REPLICA ALL")
		       : next_on(d, "gtid compare", NULL);
}

void rule_ring(struct diagnosis *d, const struct rule *r)
{
	for (size_t i = 0; i < d->topology->len; i++) {
		const struct instance *one = d->topology->items[i];

		if (!one->in_ring)
			continue;
		report(d, r, NULL, NULL,
		       fact(d, "%s follow each other in a ring", names(d, in_ring)),
		       fact(d, "%s follows %s", one->name, one->links[0].source->name),
		       cut_ring(d));
		return;
	}
}

void rule_multi_source(struct diagnosis *d, const struct rule *r)
{
	for (size_t i = 0; d->topology->multi_source && i < d->topology->len; i++) {
		const struct instance *one = d->topology->items[i];
		size_t n = 0;

		for (size_t j = 0; j < one->channels.len; j++)
			n += link_follows(&one->links[j]);
		if (n > 1)
			report(d, r, one, NULL, fact(d, "%s follows %zu sources", one->name, n),
			       fact(d, "%zu channels", n), next_on(d, "lag", one));
	}
}

void rule_chain(struct diagnosis *d, const struct rule *r)
{
	for (size_t i = 0; i < d->topology->len; i++) {
		const struct instance *one = d->topology->items[i];

		for (size_t j = 0; j < one->channels.len; j++) {
			const struct instance *source = one->links[j].source;

			if (source && source->role == ROLE_REPLICA && !one->in_ring)
				report(d, r, one, &one->links[j],
				       fact(d, "%s follows the replica %s", one->name,
					    source->name),
				       fact(d, "source %s:%u", one->links[j].status->source_host,
					    one->links[j].status->source_port),
				       next_on(d, "lag", one));
		}
	}
}

/* Reports each instance that shares a value with an earlier one. */
static bool same_id(const struct instance *a, const struct instance *b)
{
	return a->server_id > 0 && a->server_id == b->server_id;
}

static bool same_uuid(const struct instance *a, const struct instance *b)
{
	return *a->uuid && strcmp(a->uuid, b->uuid) == 0;
}

static const struct instance *earlier_twin(const struct topology *t, size_t at,
					   bool (*same)(const struct instance *,
							const struct instance *))
{
	for (size_t i = 0; i < at; i++)
		if (!silent(t->items[i]) && !silent(t->items[at]) &&
		    same(t->items[at], t->items[i]))
			return t->items[i];
	return NULL;
}

const char *other_server_id(const struct diagnosis *d)
{
	int64_t most = 0;

	for (size_t i = 0; i < d->topology->len; i++)
		if (d->topology->items[i]->server_id > most)
			most = d->topology->items[i]->server_id;
	return fact(d, "SET GLOBAL server_id = %lld",
		    (long long)(most < UINT32_MAX ? most + 1 : 1));
}

void rule_server_id_equal(struct diagnosis *d, const struct rule *r)
{
	for (size_t i = 0; i < d->topology->len; i++) {
		const struct instance *one = d->topology->items[i];
		const struct instance *twin = earlier_twin(d->topology, i, same_id);

		if (twin)
			report(d, r, one, NULL,
			       fact(d, "%s has the server id of %s", one->name, twin->name),
			       fact(d, "server_id %lld on both", (long long)one->server_id),
			       next_sql(d, one, other_server_id(d)));
	}
}

void rule_server_uuid_equal(struct diagnosis *d, const struct rule *r)
{
	for (size_t i = 0; i < d->topology->len; i++) {
		const struct instance *one = d->topology->items[i];
		const struct instance *twin = earlier_twin(d->topology, i, same_uuid);

		if (twin)
			report(d, r, one, NULL,
			       fact(d, "%s has the server UUID of %s: its data folder is a copy",
				    one->name, twin->name),
			       fact(d, "server_uuid %s on both", one->uuid),
			       next_sql(d, one, "SELECT @@datadir, @@server_uuid"));
	}
}
