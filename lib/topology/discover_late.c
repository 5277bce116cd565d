/* SPDX-License-Identifier: Apache-2.0 */
#include "topology/discovery.h"

#include "base/clock.h"
#include "base/memory.h"
#include "net/task.h"
#include "topology/oldest.h"
#include "topology/unreceived.h"

/* Pauses of confirming double from this on. Together about two seconds. */
#define CONFIRM_FIRST_MS 8
#define CONFIRM_ROUNDS 8

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
		discovery_ask(c->k, c->question);
		return;
	}
	error_release(&ignored);
	c->k->busy = c->k->confirming = false;
	d->running--;
	discovery_advance(d);
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
	struct asked *k = root ? discovery_asked(d, root) : NULL;

	if (!i->errant_known || gtid_set_is_empty(&i->ahead) || !k || !k->c)
		return false;
	return confirm(d, k, ASK_GTID);
}

/* What the source had is on its way to a replica that shows 0 s, or does not come at all. */
static bool confirm_stale(struct discovery *d, const struct instance *i)
{
	struct asked *k = discovery_asked(d, i);

	for (size_t j = 0; k->c && j < i->channels.len; j++)
		if (i->links[j].lag.not_received > 0 && i->links[j].status->seconds_behind == 0)
			return confirm(d, k, ASK_REPLICA);
	return false;
}

bool discovery_confirm(struct discovery *d)
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
	discovery_advance(a->d);
}

/* What is being applied has its time already. */
static bool wants_age(const struct link *l)
{
	return l->source && l->lag.transactions != 0 && l->lag.method != LAG_COMMIT_TIME;
}

bool discovery_age(struct discovery *d)
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
			*a = (struct ageing){ d, discovery_asked(d, i->links[j].source),
					      d->asked[n], &i->channels.items[j],
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

	if (unreceived_find(&a->source->options, a->replica->i, a->channel, &why) ==
	    -ERR_DENIED)
		read_note_right(a->source->i, a->d->t->arena, "REPLICATION SLAVE");
	error_release(&why);
	a->d->running--;
	discovery_advance(a->d);
}

/* A receiver that runs receives. */
bool discovery_look_unreceived(struct discovery *d)
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
			*a = (struct ageing){ d, discovery_asked(d, l->source), d->asked[n],
					      &i->channels.items[j], NULL };
			d->running++;
			task_start(d->loop, &(struct task_options){ .deadline = d->deadline },
				   unreceived_task, a);
			begun = true;
		}
	}
	return begun;
}
