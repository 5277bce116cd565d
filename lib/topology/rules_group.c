/* SPDX-License-Identifier: Apache-2.0 */
#include "topology/rules.h"

#include <string.h>

/* Rules about Group Replication. */

static bool unhealthy(const char *state)
{
	return *state && strcmp(state, "ONLINE") != 0;
}

static size_t unreachable_members(const struct instance *one)
{
	size_t lost = 0;

	for (size_t j = 0; j < one->group_count; j++)
		lost += strcmp(one->group[j].state, "UNREACHABLE") == 0;
	return lost;
}

static bool lost_majority(const struct instance *one)
{
	size_t lost = unreachable_members(one);

	return lost > 0 && lost * 2 >= one->group_count;
}

/* Is there a side that can commit? Then who sees no majority is only cut off from it. */
static bool majority_somewhere(const struct topology *t)
{
	for (size_t i = 0; i < t->len; i++)
		if (strcmp(t->items[i]->group_state, "ONLINE") == 0 && !lost_majority(t->items[i]))
			return true;
	return false;
}

/* As the members see it that are read. */
static bool primary_is_online(const struct topology *t)
{
	for (size_t i = 0; i < t->len; i++)
		for (size_t j = 0; j < t->items[i]->group_count; j++)
			if (strcmp(t->items[i]->group[j].role, "PRIMARY") == 0 &&
			    strcmp(t->items[i]->group[j].state, "ONLINE") == 0)
				return true;
	return false;
}

bool group_elects(const struct topology *t, const struct instance *lost)
{
	return majority_somewhere(t) && (lost->reach == REACH_DOWN || !primary_is_online(t));
}

void rule_group_no_quorum(struct diagnosis *d, const struct rule *r)
{
	for (size_t i = 0; i < d->topology->len && !majority_somewhere(d->topology); i++) {
		const struct instance *one = d->topology->items[i];
		size_t lost = unreachable_members(one);

		if (!lost_majority(one))
			continue;
		report(d, r, NULL, NULL,
		       fact(d, "the group has lost its majority: %s reaches %zu of %zu members",
			    one->name, one->group_count - lost, one->group_count),
		       fact(d, "%zu members UNREACHABLE", lost),
		       next_sql(d, one,
				"SELECT * FROM performance_schema.replication_group_members"));
		return;
	}
}

void rule_group_member(struct diagnosis *d, const struct rule *r)
{
	for (size_t i = 0; i < d->topology->len; i++) {
		const struct instance *one = d->topology->items[i];

		if (lost_majority(one) && majority_somewhere(d->topology)) {
			report(d, r, one, NULL,
			       fact(d, "%s is cut off from the majority of the group", one->name),
			       fact(d, "%zu members UNREACHABLE", unreachable_members(one)),
			       next_sql(d, one,
					"SELECT * FROM "
					"performance_schema.replication_group_members"));
			continue;
		}
		if (!unhealthy(one->group_state))
			continue;
		report(d, r, one, NULL,
		       fact(d, "%s is in the group's state %s", one->name, one->group_state),
		       fact(d, "MEMBER_STATE %s", one->group_state),
		       next_sql(d, one, "START GROUP_REPLICATION"));
	}
}
