/* SPDX-License-Identifier: Apache-2.0 */
#include "topology/history.h"

#include "base/memory.h"

#include <string.h>

struct position {
	int64_t at, until;
	struct gtid_set set;
};

struct source_series {
	char *instance;
	struct position items[HISTORY_SAMPLES];
	size_t len;
};

struct history {
	struct lag_series **series;
	size_t len, alloc;
	struct source_series **sources;
	size_t source_len, source_alloc;
};

struct history *history_new(void)
{
	return xcalloc(1, sizeof(struct history));
}

static struct source_series *source_series(struct history *h, const char *name, bool make)
{
	for (size_t i = 0; i < h->source_len; i++)
		if (strcmp(h->sources[i]->instance, name) == 0)
			return h->sources[i];
	if (!make)
		return NULL;
	ALLOC_GROW(h->sources, h->source_len + 1, h->source_alloc);
	h->sources[h->source_len] = xcalloc(1, sizeof(**h->sources));
	h->sources[h->source_len]->instance = xstrdup(name);
	return h->sources[h->source_len++];
}

static void add_position(struct history *h, const struct instance *i)
{
	struct source_series *s = source_series(h, i->name, true);

	if (s->len == HISTORY_SAMPLES) {
		gtid_set_release(&s->items[0].set);
		memmove(s->items, s->items + 1, (HISTORY_SAMPLES - 1) * sizeof(*s->items));
		s->len--;
	}
	s->items[s->len] = (struct position){ .at = i->first.at, .until = i->first.until };
	gtid_set_copy(&i->first.executed, &s->items[s->len].set);
	s->len++;
}

static bool holds(const struct gtid_set *applied, const struct gtid_set *position)
{
	struct error ignored = ERROR_INIT;
	bool yes = false;

	if (gtid_set_contains(applied, position, &yes, &ignored) < 0)
		error_release(&ignored);
	return yes;
}

/* Between the age of the first position that is missing and that of the one before it. */
static void bound(const struct source_series *s, const struct instance *replica, struct lag *lag)
{
	const struct gtid_reading *r = &replica->second;
	const struct gtid_set *applied = replica->mariadb ? &r->applied : &r->executed;
	double lower, upper;
	size_t k = 0;

	while (k < s->len && holds(applied, &s->items[k].set))
		k++;
	if (k == s->len)
		return;
	lower = (double)(r->at - s->items[k].until) / 1e6;
	if (lower < 0)
		lower = 0;
	if (k == 0) {
		/* Older than all that was seen. */
		if (lag->seconds >= 0 && lag->seconds + lag->error < lower)
			lag->seconds = lower;
		if (lag->at_least < lower)
			lag->at_least = lower;
		return;
	}
	upper = (double)(r->until - s->items[k - 1].at) / 1e6;
	if (lag->seconds >= 0 && lag->method != LAG_SERVER && lag->error <= (upper - lower) / 2)
		return;
	lag->method = LAG_SAMPLES;
	lag->seconds = (upper + lower) / 2;
	lag->error = (upper - lower) / 2;
	lag->at_most = false;
	lag->at_least = lower;
}

static struct lag_series *find(const struct history *h, const char *instance, const char *channel)
{
	for (size_t i = 0; i < h->len; i++)
		if (strcmp(h->series[i]->instance, instance) == 0 &&
		    strcmp(h->series[i]->channel, channel) == 0)
			return h->series[i];
	return NULL;
}

static struct lag_series *series(struct history *h, const char *instance, const char *channel)
{
	struct lag_series *s = find(h, instance, channel);

	if (s)
		return s;
	ALLOC_GROW(h->series, h->len + 1, h->alloc);
	s = h->series[h->len++] = xcalloc(1, sizeof(*s));
	s->instance = xstrdup(instance);
	s->channel = xstrdup(channel);
	s->worst = -1;
	return s;
}

static void add_sample(struct lag_series *s, int64_t at, const struct lag *lag)
{
	if (s->len == HISTORY_SAMPLES) {
		memmove(s->items, s->items + 1, (HISTORY_SAMPLES - 1) * sizeof(*s->items));
		s->len--;
	}
	s->items[s->len++] = (struct lag_sample){ at, lag->seconds, lag->transactions };
	if (lag->seconds > s->worst)
		s->worst = lag->seconds;
}

/* At the speed at which the backlog went down since the sample ten steps ago, or the first. */
static double eta(const struct lag_series *s)
{
	const struct lag_sample *last, *first;
	double speed;

	if (s->len < 2)
		return -1;
	last = &s->items[s->len - 1];
	first = &s->items[s->len > 10 ? s->len - 10 : 0];
	if (last->transactions < 0 || first->transactions <= last->transactions ||
	    last->at <= first->at)
		return -1;
	speed = (double)(first->transactions - last->transactions) /
		((double)(last->at - first->at) / 1e6);
	return (double)last->transactions / speed;
}

void history_add(struct history *h, struct topology *t)
{
	for (size_t i = 0; i < t->len; i++)
		if (t->items[i]->followers && t->items[i]->first.known)
			add_position(h, t->items[i]);
	for (size_t i = 0; i < t->len; i++) {
		struct instance *one = t->items[i];

		for (size_t j = 0; j < one->channels.len; j++) {
			struct link *l = &one->links[j];
			struct source_series *s;
			struct lag_series *own = series(h, one->name, l->status->name);

			s = l->source ? source_series(h, l->source->name, false) : NULL;
			if (s && one->second.known && l->lag.transactions != 0)
				bound(s, one, &l->lag);
			add_sample(own, one->second.until, &l->lag);
			if (l->lag.transactions > 0)
				l->lag.eta = eta(own);
		}
	}
}

const struct lag_series *history_series(const struct history *h, const struct instance *i,
					const struct link *l)
{
	return find(h, i->name, l->status->name);
}

void history_free(struct history *h)
{
	if (!h)
		return;
	for (size_t i = 0; i < h->len; i++) {
		free(h->series[i]->instance);
		free(h->series[i]->channel);
		free(h->series[i]);
	}
	for (size_t i = 0; i < h->source_len; i++) {
		for (size_t j = 0; j < h->sources[i]->len; j++)
			gtid_set_release(&h->sources[i]->items[j].set);
		free(h->sources[i]->instance);
		free(h->sources[i]);
	}
	free(h->series);
	free(h->sources);
	free(h);
}
