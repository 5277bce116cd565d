/* SPDX-License-Identifier: Apache-2.0 */
#include "topology/model.h"

#include "base/memory.h"

#include <string.h>

const char *role_name(enum role r)
{
	static const char *const names[] = { "unknown",	      "primary",	 "replica",
					     "group-primary", "group-secondary", "standalone" };

	return names[r];
}

const char *lag_method_name(enum lag_method m)
{
	static const char *const names[] = {
		"unknown", "nothing-missing", "commit-time", "last-applied", "delay",
		"server",  "samples",	      "binlog",
	};

	return names[m];
}

struct topology *topology_new(const char *name, const char *words)
{
	struct topology *t = xcalloc(1, sizeof(*t));

	t->arena = arena_new();
	t->name = arena_strdup(t->arena, name);
	t->words = arena_strdup(t->arena, words);
	return t;
}

struct instance *topology_add(struct topology *t, const char *name)
{
	struct instance *i = arena_alloc(t->arena, sizeof(*i));

	ALLOC_GROW(t->items, t->len + 1, t->alloc);
	t->items[t->len++] = i;
	*i = (struct instance){
		.name = arena_strdup(t->arena, name),
		.index = t->len - 1,
		.host = "", .why = "", .hint = "", .version_text = "", .uuid = "", .hostname = "",
		.report_host = "", .gtid_mode = "", .binlog_format = "", .disk_full_where = "",
		.binlog_file = "", .gtid_text = "", .group_state = "", .group_role = "",
		.missing_rights = "",
		.reach = REACH_SILENT,
		.server_id = -1,
		.read_only = -1, .super_read_only = -1, .offline = -1,
		.log_bin = -1, .log_updates = -1, .gtid_on = -1, .gtid_strict = -1,
		.sync_binlog = -1, .flush_log = -1, .relay_log_recovery = -1, .max_packet = -1,
		.expire = { .seconds = -1, .days = -1 },
		.semisync = { -1, -1, -1, -1, -1, -1, -1, -1 },
		.uptime = -1, .connections = -1, .max_connections = -1, .running = -1,
		.disk_full = -1,
		.binlog_position = -1,
		.clock_error = -1,
	};
	return i;
}

struct instance *topology_find(const struct topology *t, const char *name)
{
	for (size_t i = 0; i < t->len; i++)
		if (strcmp(t->items[i]->name, name) == 0)
			return t->items[i];
	return NULL;
}

static void reading_release(struct gtid_reading *r)
{
	gtid_set_release(&r->executed);
	gtid_set_release(&r->state);
	gtid_set_release(&r->applied);
}

void topology_free(struct topology *t)
{
	if (!t)
		return;
	for (size_t i = 0; i < t->len; i++) {
		struct instance *one = t->items[i];

		reading_release(&one->first);
		reading_release(&one->second);
		reading_release(&one->last);
		gtid_set_release(&one->purged);
		gtid_set_release(&one->errant);
		gtid_set_release(&one->ahead);
	}
	free(t->items);
	arena_free(t->arena);
	free(t);
}
