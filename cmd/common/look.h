/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * What the commands that look at a cluster have in common: its diagnosis, and repeating all of it
 * on a terminal.
 */

#include "cmd/common/cluster.h"
#include "topology/diagnose.h"

struct look {
	struct cluster cluster;
	struct diagnosis diagnosis; /* of cluster.topology */
};

#define LOOK_INIT { .cluster = CLUSTER_INIT }

/* Finds what is meant and how to log in; asks nobody yet. */
int look_open(struct look *l, struct session *s, const struct target_options *target,
	      const struct login_options *login, struct error *err);
/* Asks all instances, and judges. */
void look_take(struct look *l);
/* Whether an instance was named and it is another one. */
bool look_leaves_out(const struct look *l, const struct instance *i);
void look_release(struct look *l);
#define cleanup_look __attribute__((cleanup(look_release)))

/* Writes s->out to standard output now and empties it; on a terminal over what was there. */
int look_repaint(struct session *s, struct error *err);
/* Waits, while signals end the program as usual. */
void look_pause(int64_t milliseconds);
