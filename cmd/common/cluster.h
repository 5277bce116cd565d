/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * The servers that a command works on, asked once: target, login and what was read, in one go.
 *
 *	cleanup_cluster struct cluster c = CLUSTER_INIT;
 *	r = cluster_read(&c, s, &o->target, &o->login, s->argc ? s->args[0] : NULL, err);
 *	… c.topology->primary …
 */

#include "cmd/common/login.h"
#include "cmd/common/target.h"
#include "topology/model.h"

struct cluster {
	struct target target;
	struct login login;
	int64_t timeout_ms;
	bool oldest, unreceived; /* see topology/discover.h */
	struct topology *topology;
};

#define CLUSTER_INIT { .target = TARGET_INIT }

/* Finds what is meant and how to log in; asks no server yet. */
int cluster_open(struct cluster *c, struct session *s, const struct target_options *target,
		 const struct login_options *login, const char *name, struct error *err);
/* Asks all servers; the topology before is freed. Instances say why they were not read. */
void cluster_take(struct cluster *c);
/* Both. Errors are of the words and files only. */
int cluster_read(struct cluster *c, struct session *s, const struct target_options *target,
		 const struct login_options *login, const char *name, struct error *err);
/* How to log in to an instance of the topology, those found on the way included. Borrowed. */
void cluster_connection(const struct cluster *c, const struct instance *i,
			struct connection_options *ret);
/* A warning for each instance that could not be read. True if there was one. */
bool cluster_warn_unread(struct session *s, const struct cluster *c);
/* The same, but only for those that answered an account which may not see everything. */
bool cluster_warn_rights(struct session *s, const struct cluster *c);
void cluster_release(struct cluster *c);
#define cleanup_cluster __attribute__((cleanup(cluster_release)))
