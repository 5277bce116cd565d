/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* What the files of rules share. */

#include "topology/diagnose.h"

/* A text in the arena of the topology. */
const char *fact(const struct diagnosis *d, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/*
 * Adds a finding about an instance (NULL: the cluster) or one of its channels (link, or NULL).
 * Texts must live in the arena or be static.
 */
void report(struct diagnosis *d, const struct rule *r, const struct instance *i,
	    const struct link *link, const char *reason, const char *evidence, const char *next);

/* Command lines. words may be NULL where no instance is meant. */
const char *next_status(const struct diagnosis *d);
const char *next_on(const struct diagnosis *d, const char *command, const struct instance *i);
const char *next_sql(const struct diagnosis *d, const struct instance *i, const char *statement);
/* On the cluster, because of one instance: of a long list of hosts only that one and its source. */
const char *next_about(const struct diagnosis *d, const char *command, const struct instance *i);

/*
 * Will the group make another member its primary by itself? It has a majority, and the primary that
 * cannot be read is gone, or its members no longer see it.
 */
bool group_elects(const struct topology *t, const struct instance *lost);

/* "SET GLOBAL server_id = N" with one that none of those that were read has. */
const char *other_server_id(const struct diagnosis *d);
/* "demo-1", or "demo-1 channel 'east'" where it has a name. */
const char *object_name(const struct diagnosis *d, const struct instance *i,
			const struct link *link);
/* "12m", "3h", "41d"; of seconds. */
const char *span(const struct diagnosis *d, double seconds);
/* Does this link follow a source at all (Group Replication's own channels do not)? */
bool link_follows(const struct link *l);
/* The statement with the channel's name behind it, as its server wants it. */
const char *on_channel(const struct diagnosis *d, const struct instance *i, const struct link *l,
		       const char *statement);

void rule_two_writers(struct diagnosis *d, const struct rule *r);
void rule_no_writer(struct diagnosis *d, const struct rule *r);
void rule_primary_unlisted(struct diagnosis *d, const struct rule *r);
void rule_primary_not_open(struct diagnosis *d, const struct rule *r);
void rule_primary_unreadable(struct diagnosis *d, const struct rule *r);
void rule_nothing_readable(struct diagnosis *d, const struct rule *r);
void rule_ring(struct diagnosis *d, const struct rule *r);
void rule_multi_source(struct diagnosis *d, const struct rule *r);
void rule_chain(struct diagnosis *d, const struct rule *r);
void rule_server_id_equal(struct diagnosis *d, const struct rule *r);
void rule_server_uuid_equal(struct diagnosis *d, const struct rule *r);
void rule_clock_skew(struct diagnosis *d, const struct rule *r);
void rule_group_no_quorum(struct diagnosis *d, const struct rule *r);
void rule_group_member(struct diagnosis *d, const struct rule *r);

void rule_reach(struct diagnosis *d, const struct rule *r);
void rule_detached(struct diagnosis *d, const struct rule *r);
void rule_writable_replica(struct diagnosis *d, const struct rule *r);
void rule_errant(struct diagnosis *d, const struct rule *r);
void rule_source_lost_tail(struct diagnosis *d, const struct rule *r);
void rule_disk_full(struct diagnosis *d, const struct rule *r);
void rule_semisync_waiting(struct diagnosis *d, const struct rule *r);
void rule_semisync_off(struct diagnosis *d, const struct rule *r);
void rule_semisync_few(struct diagnosis *d, const struct rule *r);
void rule_rights(struct diagnosis *d, const struct rule *r);
void rule_version_order(struct diagnosis *d, const struct rule *r);
void rule_log_updates_off(struct diagnosis *d, const struct rule *r);

void rule_threads(struct diagnosis *d, const struct rule *r);
void rule_unknown_source(struct diagnosis *d, const struct rule *r);
void rule_other_root(struct diagnosis *d, const struct rule *r);
void rule_stale(struct diagnosis *d, const struct rule *r);
void rule_lagging(struct diagnosis *d, const struct rule *r);
void rule_binlog_expiring(struct diagnosis *d, const struct rule *r);
void rule_delayed(struct diagnosis *d, const struct rule *r);

void rule_filtered(struct diagnosis *d, const struct rule *r);
void rule_settings(struct diagnosis *d, const struct rule *r);
