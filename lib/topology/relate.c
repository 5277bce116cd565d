/* SPDX-License-Identifier: Apache-2.0 */
#include "topology/model.h"

#include "base/memory.h"
#include "mysql/dialect/dialect.h"
#include "topology/lag.h"

#include <stdio.h>
#include <string.h>

/* What follows from the facts of all instances together. Pure. */

/* Channels of Group Replication itself follow no source. */
static bool follows(const struct channel *c)
{
	return *c->source_host && strncmp(c->name, "group_replication_", 18) != 0;
}

static bool same_address(const struct instance *i, const struct channel *c)
{
	return (i->port == c->source_port && strcmp(i->host, c->source_host) == 0) ||
	       (i->own_port == c->source_port && c->source_port &&
		((*i->report_host && strcmp(i->report_host, c->source_host) == 0) ||
		 (*i->hostname && strcmp(i->hostname, c->source_host) == 0)));
}

/*
 * The address as the user or the server itself names it; else the identity that the replica met
 * there, since one server has many addresses. A server id that two have tells nothing.
 */
static struct instance *source_of(const struct topology *t, const struct instance *self,
				  const struct channel *c)
{
	struct instance *by_id = NULL;
	size_t ids = 0;

	for (size_t i = 0; i < t->len; i++)
		if (same_address(t->items[i], c))
			return t->items[i];
	for (size_t i = 0; i < t->len; i++) {
		struct instance *one = t->items[i];

		if (one == self || one->reach != REACH_OK)
			continue;
		if (*c->source_uuid && strcmp(one->uuid, c->source_uuid) == 0)
			return one;
		/* MariaDB keeps the id of the source before until it has met the new one. */
		if (c->source_id > 0 && one->server_id == c->source_id && !*c->source_uuid &&
		    c->receiver.state == THREAD_RUNNING) {
			by_id = one;
			ids++;
		}
	}
	return ids == 1 ? by_id : NULL;
}

void topology_link(struct topology *t, struct instance *i)
{
	i->links = arena_zalloc(t->arena, (i->channels.len + 1) * sizeof(*i->links));
	i->link_count = i->channels.len;
	for (size_t j = 0; j < i->channels.len; j++) {
		struct link *l = &i->links[j];

		l->status = &i->channels.items[j];
		l->source = follows(l->status) ? source_of(t, i, l->status) : NULL;
		if (l->source)
			l->source->followers++;
	}
}

static void link_all(struct topology *t)
{
	for (size_t i = 0; i < t->len; i++) {
		t->items[i]->followers = 0;
		t->items[i]->in_ring = t->items[i]->shares_replica = false;
		t->items[i]->root = NULL;
	}
	for (size_t i = 0; i < t->len; i++)
		topology_link(t, t->items[i]);
}

static const struct link *first_link(const struct instance *i)
{
	for (size_t j = 0; j < i->channels.len; j++)
		if (follows(i->links[j].status))
			return &i->links[j];
	return NULL;
}

/* Up the first links until the top, a source that is not ours, or a server seen before. */
static void find_root(const struct topology *t, struct instance *one)
{
	struct instance *at = one;
	const struct link *l;

	for (size_t steps = 0; steps <= t->len; steps++) {
		l = first_link(at);
		if (!l) {
			one->root = at;
			return;
		}
		if (!l->source)
			return;
		at = l->source;
		if (at == one) {
			one->in_ring = true;
			return;
		}
	}
}

static bool is_writable(const struct instance *i)
{
	return i->reach == REACH_OK && i->read_only == 0 && i->super_read_only != 1 &&
	       i->offline != 1;
}

static enum role role_of(const struct topology *t, const struct instance *i)
{
	if (i->reach != REACH_OK)
		return ROLE_UNKNOWN;
	if (*i->group_state && strcmp(i->group_state, "OFFLINE") != 0)
		return strcmp(i->group_role, "PRIMARY") == 0 ? ROLE_GROUP_PRIMARY
							     : ROLE_GROUP_SECONDARY;
	if (first_link(i))
		return ROLE_REPLICA;
	if (!i->channels_known && !i->writable && !i->followers)
		return ROLE_UNKNOWN;
	if (t->len == 1 && i->registered_count == 0 && i->semisync.source_enabled != 1)
		return ROLE_STANDALONE;
	if (i->followers || i->writable || i->semisync.source_enabled == 1)
		return ROLE_PRIMARY;
	return ROLE_STANDALONE;
}

/* A replica of two roots makes their two writers one cluster's, as long as neither follows. */
static void find_shared(struct topology *t)
{
	t->multi_source = false;
	for (size_t i = 0; i < t->len; i++) {
		const struct instance *one = t->items[i];
		struct instance *first = NULL;

		for (size_t j = 0; j < one->channels.len; j++) {
			struct instance *root = one->links[j].source ? one->links[j].source->root
								     : NULL;

			if (!root || root == first)
				continue;
			if (first) {
				first->shares_replica = root->shares_replica = true;
				t->multi_source = true;
			}
			first = root;
		}
	}
}

/* The part of a set that a server wrote itself. */
static void written_by(const struct gtid_set *s, const struct instance *writer,
		       struct gtid_set *ret)
{
	struct gtid_set all = GTID_SET_INIT;
	struct error ignored = ERROR_INIT;
	char text[64];

	if (s->family == GTID_MARIADB) {
		for (size_t i = 0; i < s->count; i++)
			for (size_t j = 0; j < s->entries[i].count; j++)
				if ((int64_t)gtid_key_server(&s->entries[i].key) ==
				    writer->server_id)
					gtid_set_add(ret, s->family, &s->entries[i].key,
						     s->entries[i].ranges[j]);
		return;
	}
	snprintf(text, sizeof(text), "%.36s:1-9223372036854775806", writer->uuid);
	if (gtid_set_parse(&all, text, strlen(text), NULL, &ignored) < 0 ||
	    gtid_set_intersect(s, &all, ret, &ignored) < 0)
		error_release(&ignored);
	gtid_set_release(&all);
}

static const struct gtid_set *held(const struct instance *i)
{
	const struct gtid_reading *r = i->last.known ? &i->last : i->second.known ? &i->second
								 : &i->first;

	return &r->state;
}

/* Does `one` hold a transaction that the writer made itself? */
static bool holds_of(const struct instance *one, const struct instance *writer)
{
	cleanup_gtid_set struct gtid_set made = GTID_SET_INIT;

	if (!one->first.known || one->mariadb != writer->mariadb ||
	    (!one->mariadb && !*writer->uuid))
		return false;
	written_by(held(one), writer, &made);
	return !gtid_set_is_empty(&made);
}

/*
 * A replica whose channel now goes elsewhere still holds what its former source wrote; if the root
 * that it follows does not, nor the other way round, they are two sources and never were one
 * cluster's primary and replica. One that was promoted holds what the old primary wrote.
 */
static const struct instance *former_replica(const struct topology *t,
					     const struct instance *writer,
					     struct instance **ret_root)
{
	for (size_t i = 0; i < t->len; i++) {
		const struct instance *one = t->items[i];

		for (size_t j = 0; j < one->channels.len; j++) {
			const struct instance *source = one->links[j].source;
			struct instance *root = source ? source->root : NULL;

			if (!root || root == writer || !root->writable || !holds_of(one, writer) ||
			    !holds_of(one, root) || holds_of(root, writer) ||
			    holds_of(writer, root))
				continue;
			*ret_root = root;
			return one;
		}
	}
	return NULL;
}

static void find_former(struct topology *t)
{
	for (size_t i = 0; i < t->len; i++) {
		struct instance *one = t->items[i], *root = NULL;

		one->left_by = NULL;
		if (one->role != ROLE_PRIMARY || !one->writable || one->followers)
			continue;
		one->left_by = former_replica(t, one, &root);
		if (one->left_by)
			one->shares_replica = root->shares_replica = true;
	}
}

static void find_primary(struct topology *t)
{
	bool shared = false, group = false;
	struct instance *elected = NULL;

	t->writers = 0;
	t->primary = NULL;
	for (size_t i = 0; i < t->len; i++) {
		struct instance *one = t->items[i];
		bool first_of_kind = true;

		if (one->role == ROLE_PRIMARY && !one->writable &&
		    (!elected || one->followers > elected->followers))
			elected = one;
		if (!one->writable)
			continue;
		if (one->role == ROLE_GROUP_PRIMARY) {
			first_of_kind = !group;
			group = true;
		} else if (one->shares_replica) {
			first_of_kind = !shared;
			shared = true;
		}
		t->writers += first_of_kind;
		if (!t->primary ||
		    (t->primary->role == ROLE_REPLICA && one->role != ROLE_REPLICA))
			t->primary = one;
	}
	if (!t->primary)
		t->primary = elected;
}

/*
 * MariaDB's gtid_binlog_state is the last number of each server, even when there is one server and
 * it looks like a position; so servers are never mixed here, as union and subtraction would do.
 */
static uint64_t last_of(const struct gtid_set *s, const struct gtid_key *key)
{
	for (size_t i = 0; i < s->count; i++)
		if (gtid_key_compare(&s->entries[i].key, key) == 0 && s->entries[i].count)
			return s->entries[i].ranges[s->entries[i].count - 1].last;
	return 0;
}

static void add_state(struct gtid_set *sum, const struct gtid_set *state)
{
	for (size_t i = 0; i < state->count; i++) {
		uint64_t last = last_of(state, &state->entries[i].key);

		if (last)
			gtid_set_add(sum, GTID_MARIADB, &state->entries[i].key,
				     (struct gtid_range){ 1, last });
	}
}

static void subtract_state(const struct gtid_set *state, const struct gtid_set *up,
			   struct gtid_set *ret)
{
	for (size_t i = 0; i < state->count; i++) {
		const struct gtid_key *key = &state->entries[i].key;
		uint64_t has = last_of(state, key), known = last_of(up, key);

		/* A server that is not known above leaves only its last number for certain. */
		if (has > known)
			gtid_set_add(ret, GTID_MARIADB, key,
				     (struct gtid_range){ known ? known + 1 : has, has });
	}
}

static bool add_held(bool mariadb, const struct gtid_set *state, struct gtid_set *sum)
{
	struct gtid_set both = GTID_SET_INIT;
	struct error ignored = ERROR_INIT;

	if (mariadb) {
		add_state(sum, state);
		return true;
	}
	if (gtid_set_union(sum, state, &both, &ignored) < 0) {
		error_release(&ignored);
		return false;
	}
	gtid_set_release(sum);
	*sum = both;
	return true;
}

/* Adds what all those hold that one follows, however far up. False if one of them is not known. */
static bool add_upstream(const struct instance *one, const struct gtid_reading *since,
			 struct gtid_set *sum, size_t depth)
{
	for (size_t j = 0; j < one->channels.len; j++) {
		const struct link *l = &one->links[j];

		if (!follows(l->status))
			continue;
		/* Only what was read after the replica can show that nobody else has it. */
		if (depth == 0 || !l->source || !l->source->last.known ||
		    l->source->last.at < since->until)
			return false;
		if (!add_held(one->mariadb, &l->source->last.state, sum))
			return false;
		if (!add_upstream(l->source, since, sum, depth - 1))
			return false;
	}
	return true;
}

/* Adds what those hold that it followed once. */
static bool add_former(const struct topology *t, const struct instance *one, struct gtid_set *sum)
{
	for (size_t i = 0; i < t->len; i++)
		if (t->items[i]->left_by == one &&
		    !add_held(one->mariadb, held(t->items[i]), sum))
			return false;
	return true;
}

static void find_errant(const struct topology *t, struct instance *one)
{
	const struct gtid_reading *r = &one->second;
	cleanup_gtid_set struct gtid_set up = GTID_SET_INIT;
	struct error ignored = ERROR_INIT;

	gtid_set_release(&one->errant);
	gtid_set_release(&one->ahead);
	one->errant_known = false;
	if (!r->known || !first_link(one) || !add_upstream(one, r, &up, t->len) ||
	    !add_former(t, one, &up))
		return;
	if (one->mariadb) {
		subtract_state(&r->state, &up, &one->errant);
	} else if (gtid_set_subtract(&r->state, &up, &one->errant, &ignored) < 0) {
		error_release(&ignored);
		return;
	}
	one->errant_known = true;
	if (one->root)
		written_by(&one->errant, one->root, &one->ahead);
}

void topology_relate(struct topology *t)
{
	link_all(t);
	for (size_t i = 0; i < t->len; i++)
		find_root(t, t->items[i]);
	for (size_t i = 0; i < t->len; i++) {
		t->items[i]->writable = is_writable(t->items[i]);
		t->items[i]->role = role_of(t, t->items[i]);
	}
	find_shared(t);
	find_former(t);
	find_primary(t);
	t->partial = false;
	for (size_t i = 0; i < t->len; i++) {
		struct instance *one = t->items[i];

		if (one->reach != REACH_OK || *one->missing_rights)
			t->partial = true;
		if (!one->in_ring)
			find_errant(t, one);
		for (size_t j = 0; j < one->channels.len; j++)
			if (follows(one->links[j].status))
				lag_estimate(one, &one->links[j], t->arena);
	}
}
