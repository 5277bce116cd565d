/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* What discover.c and discover_late.c share: a discovery on its way. */

#include "topology/discover.h"
#include "topology/read.h"

struct loop;
struct task;

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
	bool aged;    /* discovery_age() was here */
	bool looked;  /* discovery_look_unreceived() was here */
	bool related; /* all links were made again after the last one settled */
	int64_t deadline;   /* of all */
	bool late;	    /* no more waiting for sources that have not answered */
	struct task *timer; /* sets late; NULL once it has */
	unsigned rounds;    /* of confirming */
};

static inline struct asked *discovery_asked(const struct discovery *d, const struct instance *i)
{
	return d->asked[i->index];
}

/* Starts a task that asks this. */
void discovery_ask(struct asked *k, enum question q);
/* Called whenever something ended: starts what can be started now. */
void discovery_advance(struct discovery *d);

/*
 * When everything was read, discover_late.c. Each starts its tasks, and returns whether it did;
 * they are counted in d->running.
 */
/* Reads again what may be seen falsely for a moment. */
bool discovery_confirm(struct discovery *d);
/* Asks sources for the age of what their replicas lack. */
bool discovery_age(struct discovery *d);
/* Asks them for the age of what their replicas have not even received. */
bool discovery_look_unreceived(struct discovery *d);
