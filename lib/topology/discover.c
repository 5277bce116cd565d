/* SPDX-License-Identifier: Apache-2.0 */
#include "topology/discover.h"

#include "base/clock.h"
#include "base/limits.h"
#include "base/memory.h"
#include "base/strbuf.h"
#include "mysql/dialect/dialect.h"
#include "net/task.h"
#include "topology/oldest.h"
#include "topology/read.h"
#include "topology/unreceived.h"

#include <string.h>

/* One instance that is asked, over one connection. */
struct asked {
	struct discovery *d;
	struct instance *i;
	struct connection_options options;
	struct connection *c;
	enum question question; /* of the task that runs, or ran last */
	bool busy;		/* a task of it runs */
	bool settled;		/* the first question was answered or failed */
	bool second_begun;
	bool confirming;
	/* Of the replicas below: when the last one was read, and whether one is being read. */
	int64_t below;
	bool below_busy;
};

struct discovery {
	const struct discover_options *o;
	struct topology *t;
	struct loop *loop;
	struct asked **asked;
	size_t len, alloc;
	size_t running, settled;
	bool aged;    /* start_ageing() was here */
	bool looked;  /* start_unreceived() was here */
	bool related; /* all links were made again after the last one settled */
	int64_t deadline;   /* of all */
	bool late;	    /* no more waiting for sources that have not answered */
	struct task *timer; /* sets late; NULL once it has */
	unsigned rounds;    /* of confirming */
};

/* How much of the time the first question may take before the others begin without it. */
#define PATIENCE(timeout) ((timeout) * 6 / 10)
/* Pauses of confirming double from this on. Together about two seconds. */
#define CONFIRM_FIRST_MS 8
#define CONFIRM_ROUNDS 8

static void advance(struct discovery *d);

static enum reach reach_of(const struct error *err, bool connected)
{
	switch (err->class) {
	case ERR_DENIED:
		return REACH_DENIED;
	case ERR_TIMEOUT:
	case ERR_CANCELLED:
		return REACH_SILENT;
	case ERR_LIMIT:
		/* What it sends is too large; a limit of ours tells nothing of the server. */
		if (connected)
			return REACH_BROKEN;
		return err->origin ? REACH_FULL : REACH_SILENT;
	case ERR_NOT_FOUND:
		return REACH_NO_NAME;
	case ERR_IO:
		/* It went away in the middle: that is not the same as not to listen. */
		return connected ? REACH_BROKEN : REACH_DOWN;
	default:
		return REACH_BROKEN;
	}
}

static void lost(struct asked *k, struct error *err)
{
	struct instance *i = k->i;
	struct arena *a = k->d->t->arena;

	/* What was only to be confirmed is known well enough. */
	if (!k->confirming) {
		i->reach = reach_of(err, k->c != NULL);
		i->why = arena_strdup(a, err->message ? err->message : "");
		i->hint = err->hint ? arena_strdup(a, err->hint) : "";
		i->why_number = err->origin;
	}
	error_release(err);
	connection_close(k->c);
	k->c = NULL;
}

static int login(struct asked *k, struct error *err)
{
	const struct server_info *info;
	struct instance *i = k->i;

	if (connection_open(&k->options, &k->c, err) < 0)
		return -err->class;
	info = connection_server(k->c);
	i->mariadb = info->mariadb;
	i->version = info->version;
	i->version_text = arena_strdup(k->d->t->arena, info->version_text);
	i->dialect = dialect_for(info->mariadb, info->version);
	return 0;
}

static struct gtid_reading *reading_for(struct asked *k)
{
	switch (k->question) {
	case ASK_ALL:
		return &k->i->first;
	case ASK_REPLICA:
		return &k->i->second;
	default:
		return &k->i->last;
	}
}

static void ask_task(void *arg)
{
	struct asked *k = arg;
	struct discovery *d = k->d;
	struct error err = ERROR_INIT;
	size_t links = k->i->channels.len;
	int r = 0;

	if (!k->c)
		r = login(k, &err);
	if (r == 0)
		r = read_facts(k->c, k->question, k->i, reading_for(k), d->t->arena, &err);
	if (r == 0)
		k->i->reach = REACH_OK;
	else
		lost(k, &err);
	if (!k->settled) {
		topology_link(d->t, k->i);
		d->settled++;
		k->settled = true;
	} else if (k->i->channels.len != links) {
		/* Changed between two readings. */
		topology_link(d->t, k->i);
	}
	k->busy = k->confirming = false;
	d->running--;
	advance(d);
}

static void start(struct asked *k, enum question q)
{
	k->question = q;
	k->busy = true;
	k->second_begun |= q == ASK_REPLICA;
	k->d->running++;
	task_start(k->d->loop,
		   &(struct task_options){ .deadline = k->d->deadline, .name = k->i->name },
		   ask_task, k);
}

static struct asked *add(struct discovery *d, const struct seed *s, bool found)
{
	struct asked *k = arena_zalloc(d->t->arena, sizeof(*k));
	struct arena *a = d->t->arena;

	k->d = d;
	k->i = topology_add(d->t, s->name);
	k->i->host = s->host ? arena_strdup(a, s->host) : "";
	k->i->port = s->port;
	k->i->socket = s->socket ? arena_strdup(a, s->socket) : NULL;
	k->i->found = found;
	k->i->why = "no answer in time";
	k->options = s->options;
	k->options.label = k->i->name;
	ALLOC_GROW(d->asked, d->len + 1, d->alloc);
	d->asked[d->len++] = k;
	return k;
}

static struct asked *asked_of(const struct discovery *d, const struct instance *i)
{
	return d->asked[i->index];
}

static bool all_settled(const struct discovery *d)
{
	return d->settled == d->len;
}

/* Is it one of those that are asked, as far as can be told? */
static bool known(const struct discovery *d, const struct registered *r)
{
	for (size_t n = 0; n < d->len; n++) {
		const struct instance *i = d->asked[n]->i;

		if (i->server_id == r->server_id ||
		    (i->port == r->port && strcmp(i->host, r->host) == 0))
			return true;
	}
	return false;
}

/* Replicas that registered with an address and that nobody named. */
static void add_found(struct discovery *d)
{
	size_t before = d->len;

	for (size_t n = 0; n < before; n++) {
		struct asked *k = d->asked[n];

		for (size_t j = 0; j < k->i->registered_count; j++) {
			const struct registered *r = &k->i->registered[j];
			struct seed s = { .host = r->host, .port = r->port, .options = k->options };

			if (!*r->host || !r->port || known(d, r) || d->len >= LIMIT_INSTANCES)
				continue;
			s.name = arena_printf(d->t->arena, "%s:%u", r->host, r->port);
			s.options.host = arena_strdup(d->t->arena, r->host);
			s.options.port = r->port;
			s.options.socket = NULL;
			start(add(d, &s, true), ASK_ALL);
		}
	}
}

/* Do all sources of it stand with their first reading, or will not? */
static bool sources_ready(const struct discovery *d, const struct instance *i)
{
	for (size_t j = 0; j < i->channels.len; j++) {
		const struct instance *source = i->links[j].source;

		if (!source || !asked_of(d, source)->settled)
			return false;
	}
	return true;
}

static void start_second(struct discovery *d)
{
	bool wait = !d->late && !all_settled(d);

	for (size_t n = 0; n < d->len; n++) {
		struct asked *k = d->asked[n];

		if (!k->settled || k->busy || !k->c || k->second_begun || !k->i->channels.len)
			continue;
		if (!wait || sources_ready(d, k->i))
			start(k, ASK_REPLICA);
	}
}

/* What is known below each source: all of it at once, as there may be many of both. */
static void look_below(struct discovery *d)
{
	for (size_t n = 0; n < d->len; n++) {
		d->asked[n]->below = INT64_MIN;
		d->asked[n]->below_busy = false;
	}
	for (size_t n = 0; n < d->len; n++) {
		const struct asked *k = d->asked[n];
		const struct instance *at = k->i;

		/* Channels may be there that have no links yet: a task reads them just now. */
		for (size_t depth = 0; depth <= d->len && at && at->link_count; depth++) {
			const struct instance *next = NULL;

			for (size_t j = 0; j < at->link_count; j++) {
				struct asked *above;

				if (!at->links[j].source)
					continue;
				next = at->links[j].source;
				above = asked_of(d, next);
				above->below_busy |= k->busy && k->question == ASK_REPLICA;
				if (k->i->second.known && k->i->second.until > above->below)
					above->below = k->i->second.until;
			}
			at = next;
		}
	}
}

/* Sources below which a replica's second reading is newer than their own last one. */
static void start_last(struct discovery *d)
{
	look_below(d);
	for (size_t n = 0; n < d->len; n++) {
		struct asked *k = d->asked[n];

		if (k->busy || !k->c || !k->settled || k->i->followers == 0)
			continue;
		if (k->i->channels.len && !k->i->second.known)
			continue;
		if (k->below > k->i->last.at && !k->below_busy)
			start(k, ASK_GTID);
	}
}

/* What may be seen falsely for a moment: see relate.c and the two functions below. */
struct confirming {
	struct discovery *d;
	struct asked *k;
	enum question question;
	int64_t when;
};

static void confirm_task(void *arg)
{
	struct confirming *c = arg;
	struct discovery *d = c->d;
	struct error ignored = ERROR_INIT;

	if (wait_until(c->when, &ignored) == 0) {
		d->running--;
		start(c->k, c->question);
		return;
	}
	error_release(&ignored);
	c->k->busy = c->k->confirming = false;
	d->running--;
	advance(d);
}

static bool confirm(struct discovery *d, struct asked *k, enum question q)
{
	struct confirming *c = arena_zalloc(d->t->arena, sizeof(*c));

	if (k->confirming)
		return true;
	*c = (struct confirming){ d, k, q, clock_ms() + (CONFIRM_FIRST_MS << d->rounds) };
	k->confirming = k->busy = true;
	d->running++;
	task_start(d->loop, &(struct task_options){ .deadline = d->deadline }, confirm_task, c);
	return true;
}

/*
 * A replica can have a transaction before its source counts it: a source sends what it has written
 * to the binlog, and commits after (or, semi-synchronous, when the replica has it). So what looks
 * errant and was written by a source is asked for at the source again.
 */
static bool confirm_errant(struct discovery *d, const struct instance *i)
{
	struct instance *root = i->root;
	struct asked *k = root ? asked_of(d, root) : NULL;

	if (!i->errant_known || gtid_set_is_empty(&i->ahead) || !k || !k->c)
		return false;
	return confirm(d, k, ASK_GTID);
}

/* What the source had is on its way to a replica that shows 0 s, or does not come at all. */
static bool confirm_stale(struct discovery *d, const struct instance *i)
{
	struct asked *k = asked_of(d, i);

	for (size_t j = 0; k->c && j < i->channels.len; j++)
		if (i->links[j].lag.not_received > 0 && i->links[j].status->seconds_behind == 0)
			return confirm(d, k, ASK_REPLICA);
	return false;
}

static bool start_confirming(struct discovery *d)
{
	bool begun = false;

	if (d->rounds >= CONFIRM_ROUNDS ||
	    clock_ms() + 2 * (CONFIRM_FIRST_MS << d->rounds) >= d->deadline)
		return false;
	for (size_t n = 0; n < d->len; n++) {
		const struct instance *i = d->asked[n]->i;

		if (i->reach != REACH_OK)
			continue;
		begun |= confirm_errant(d, i);
		begun |= confirm_stale(d, i);
	}
	d->rounds += begun;
	return begun;
}

/* A replica and the source whose binlog says how old its backlog is. */
struct ageing {
	struct discovery *d;
	struct asked *source;
	struct asked *replica; /* its readings stay as they are while this runs */
	struct channel *channel;
	struct connection *own; /* of the replica, or NULL */
};

static void age_task(void *arg)
{
	struct ageing *a = arg;
	struct error why = ERROR_INIT;

	/* Without the right to read binlogs the figures are as good as they are. */
	if (oldest_missing(&a->source->options, a->replica->i, a->channel, &why) == -ERR_DENIED)
		read_note_right(a->source->i, a->d->t->arena, "REPLICATION SLAVE");
	error_release(&why);
	if (a->own && oldest_applying(a->own, a->channel, &why) == -ERR_DENIED)
		read_note_right(a->replica->i, a->d->t->arena, "PROCESS");
	error_release(&why);
	a->d->running--;
	advance(a->d);
}

/* What is being applied has its time already. */
static bool wants_age(const struct link *l)
{
	return l->source && l->lag.transactions != 0 && l->lag.method != LAG_COMMIT_TIME;
}

static bool start_ageing(struct discovery *d)
{
	bool begun = false;

	if (!d->o->oldest || d->aged)
		return false;
	d->aged = true;
	for (size_t n = 0; n < d->len; n++) {
		struct instance *i = d->asked[n]->i;
		/* Who applies is not told by channel. */
		bool alone = i->mariadb && i->channels.len == 1;

		for (size_t j = 0; j < i->channels.len; j++) {
			struct ageing *a;

			if (!wants_age(&i->links[j]))
				continue;
			a = arena_zalloc(d->t->arena, sizeof(*a));
			*a = (struct ageing){ d, asked_of(d, i->links[j].source), d->asked[n],
					      &i->channels.items[j],
					      alone ? d->asked[n]->c : NULL };
			d->running++;
			task_start(d->loop, &(struct task_options){ .deadline = d->deadline },
				   age_task, a);
			begun = true;
		}
	}
	return begun;
}

static void unreceived_task(void *arg)
{
	struct ageing *a = arg;
	struct error why = ERROR_INIT;

	if (unreceived_find(&a->source->options, a->replica->i, a->channel, &why) == -ERR_DENIED)
		read_note_right(a->source->i, a->d->t->arena, "REPLICATION SLAVE");
	error_release(&why);
	a->d->running--;
	advance(a->d);
}

/* A receiver that runs receives. */
static bool start_unreceived(struct discovery *d)
{
	bool begun = false;

	if (!d->o->unreceived || d->looked)
		return false;
	d->looked = true;
	for (size_t n = 0; n < d->len; n++) {
		struct instance *i = d->asked[n]->i;

		for (size_t j = 0; j < i->channels.len; j++) {
			const struct link *l = &i->links[j];
			struct ageing *a;

			if (!l->source || l->source->reach != REACH_OK ||
			    l->lag.not_received <= 0 ||
			    l->status->receiver.state == THREAD_RUNNING)
				continue;
			a = arena_zalloc(d->t->arena, sizeof(*a));
			*a = (struct ageing){ d, asked_of(d, l->source), d->asked[n],
					      &i->channels.items[j], NULL };
			d->running++;
			task_start(d->loop, &(struct task_options){ .deadline = d->deadline },
				   unreceived_task, a);
			begun = true;
		}
	}
	return begun;
}

/* Called whenever something ended: starts what can be started now. */
static void advance(struct discovery *d)
{
	if (all_settled(d) && !d->related) {
		topology_relate(d->t);
		d->related = true;
		add_found(d);
		d->related = all_settled(d);
	}
	start_second(d);
	start_last(d);
	if (d->running)
		return;
	topology_relate(d->t);
	if (!start_confirming(d) && !start_ageing(d) && !start_unreceived(d) && d->timer)
		task_cancel(d->timer);
}

static void timer_task(void *arg)
{
	struct discovery *d = arg;
	struct error ignored = ERROR_INIT;
	bool came = wait_until(clock_ms() + PATIENCE(d->o->timeout_ms), &ignored) == 0;

	error_release(&ignored);
	d->timer = NULL;
	d->late = true;
	if (came)
		advance(d);
}

struct topology *topology_discover(const struct discover_options *o)
{
	cleanup_loop struct loop *loop = loop_new();
	struct discovery d = {
		.o = o,
		.t = topology_new(o->name, o->words),
		.loop = loop,
		.deadline = clock_ms() + o->timeout_ms,
	};

	d.t->taken_at = wall_clock_us();
	for (size_t i = 0; i < o->count; i++)
		add(&d, &o->seeds[i], false);
	d.timer = task_start(loop, &(struct task_options){ .deadline = d.deadline }, timer_task,
			     &d);
	for (size_t i = 0; i < o->count; i++)
		start(d.asked[i], ASK_ALL);
	loop_run(loop);
	for (size_t i = 0; i < d.len; i++)
		connection_close(d.asked[i]->c);
	free(d.asked);
	topology_relate(d.t);
	return d.t;
}
