/* SPDX-License-Identifier: Apache-2.0 */
#include "sandbox/group.h"

#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "base/memory.h"
#include "net/task.h"
#include "sandbox/instance.h"
#include "sandbox/sql.h"

#define ANSWER_TIME 2000   /* milliseconds for a greeting */
#define JOIN_TIME 180000   /* until all are online; a busy machine is slow */
#define LOOK_INTERVAL 200

int group_new_name(char **ret, struct error *err)
{
	uint8_t b[16];
	int r = random_bytes(b, sizeof(b), err);

	if (r < 0)
		return r;
	/* RFC 9562 5.4: version 4. */
	b[6] = (uint8_t)((b[6] & 0x0f) | 0x40);
	b[8] = (uint8_t)((b[8] & 0x3f) | 0x80);
	*ret = xasprintf("%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x",
			 b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7], b[8], b[9], b[10], b[11],
			 b[12], b[13], b[14], b[15]);
	return 0;
}

/* ---- what the members say ------------------------------------------------------------------- */

struct member {
	struct connection *on; /* NULL: it does not answer */
	char *state;	       /* of itself: "ONLINE", "OFFLINE", … */
	long online, total;    /* members in its view */
	char *primary;	       /* its UUID, as this one sees it, or NULL */
	char *uuid;
};

static const char view[] = "FROM performance_schema.replication_group_members";

static int ask(struct member *m, const char *what, char **ret, struct error *err)
{
	cleanup_free char *sql = xasprintf("SELECT %s %s", what, view);

	free(TAKE_PTR(*ret));
	return sql_text(m->on, sql, ret, err);
}

static int ask_number(struct member *m, const char *what, long *ret, struct error *err)
{
	cleanup_free char *text = NULL;
	int r = ask(m, what, &text, err);

	if (r == 0)
		*ret = text ? strtol(text, NULL, 10) : 0;
	return r;
}

static int look(const struct sandbox *s, size_t i, struct member *m, struct error *err)
{
	int r = 0;

	if (!m->on) {
		if (!instance_answers(&s->instances[i], ANSWER_TIME))
			return 0;
		r = sql_open(s, &s->instances[i], &m->on, err);
	}
	if (r == 0 && !m->uuid)
		r = sql_text(m->on, "SELECT @@server_uuid", &m->uuid, err);
	if (r == 0)
		r = ask(m, "MAX(IF(MEMBER_ID = @@server_uuid, MEMBER_STATE, ''))", &m->state, err);
	if (r == 0)
		r = ask_number(m, "SUM(MEMBER_STATE = 'ONLINE')", &m->online, err);
	if (r == 0)
		r = ask_number(m, "SUM(MEMBER_ID <> '')", &m->total, err);
	if (r == 0)
		r = ask(m, "MAX(IF(MEMBER_ROLE = 'PRIMARY', MEMBER_ID, NULL))", &m->primary, err);
	return r;
}

static int look_at_all(const struct sandbox *s, struct member *all, struct error *err)
{
	int r = 0;

	for (size_t i = 0; i < s->count && r == 0; i++)
		r = look(s, i, &all[i], err);
	return r;
}

static void release(const struct sandbox *s, struct member *all)
{
	for (size_t i = 0; i < s->count; i++) {
		connection_close(all[i].on);
		free(all[i].state);
		free(all[i].primary);
		free(all[i].uuid);
	}
	free(all);
}

static bool is_online(const struct member *m)
{
	return m->on && m->state && !strcmp(m->state, "ONLINE");
}

static bool has_majority(const struct member *m)
{
	return is_online(m) && m->online * 2 > m->total;
}

/* All that answer are in one group, and know it. */
static bool together(const struct sandbox *s, const struct member *all)
{
	long answering = 0;

	for (size_t i = 0; i < s->count; i++)
		answering += all[i].on != NULL;
	for (size_t i = 0; i < s->count; i++)
		if (all[i].on && (!has_majority(&all[i]) || all[i].online != answering))
			return false;
	return answering > 0;
}

/* ---- joining -------------------------------------------------------------------------------- */

static int bootstrap(struct connection *on, struct error *err)
{
	static const char *const statements[] = {
		"SET GLOBAL group_replication_bootstrap_group = ON", "START GROUP_REPLICATION",
		"SET GLOBAL group_replication_bootstrap_group = OFF", NULL
	};

	return sql_run_all(on, statements, err);
}

/* A member that is leaving or joining of its own refuses both: the next look will tell. */
static int join(struct member *m, struct error *err)
{
	struct error refused = ERROR_INIT;
	int r = 0;

	if (!m->state || (strcmp(m->state, "OFFLINE") != 0 && strcmp(m->state, "ERROR") != 0 &&
			  m->state[0]))
		return 0;
	if (sql_do(m->on, &refused, "STOP GROUP_REPLICATION") < 0)
		error_release(&refused);
	r = sql_do(m->on, &refused, "START GROUP_REPLICATION");
	if (r == -ERR_TIMEOUT || r == -ERR_CANCELLED) {
		*err = refused;
		return r;
	}
	error_release(&refused);
	return 0;
}

/* The one whose transactions include those of all others that answer. */
static int find_best(const struct sandbox *s, struct member *all, size_t *ret, struct error *err)
{
	char **sets = xcalloc(s->count, sizeof(*sets));
	bool found = false;
	int r = 0;

	for (size_t i = 0; i < s->count && r == 0; i++)
		if (all[i].on)
			r = sql_text(all[i].on, "SELECT REPLACE(@@GLOBAL.gtid_executed, '\n', '')",
				     &sets[i], err);
	for (size_t i = 0; i < s->count && r == 0 && !found; i++) {
		found = all[i].on != NULL;
		for (size_t k = 0; k < s->count && r == 0 && found; k++) {
			cleanup_free char *sql = NULL, *held = NULL;

			if (!all[k].on)
				continue;
			sql = xasprintf("SELECT GTID_SUBSET('%s', '%s')", sets[k], sets[i]);
			r = sql_text(all[i].on, sql, &held, err);
			found = r == 0 && held && held[0] == '1';
		}
		if (found)
			*ret = i;
	}
	for (size_t i = 0; i < s->count; i++)
		free(sets[i]);
	free(sets);
	if (r == 0 && !found)
		return error_set(err, ERR_UNSAFE, "no member holds what all others hold");
	return r;
}

/* Nobody has a majority: all leave, and the best one begins anew. */
static int begin_anew(const struct sandbox *s, struct member *all, struct error *err)
{
	size_t best = 0;
	int r = 0;

	for (size_t i = 0; i < s->count && r == 0; i++)
		if (all[i].on)
			r = sql_do(all[i].on, err, "STOP GROUP_REPLICATION");
	if (r == 0)
		r = find_best(s, all, &best, err);
	return r < 0 ? r : bootstrap(all[best].on, err);
}

static int bring_together(const struct sandbox *s, struct member *all, struct error *err)
{
	int r = look_at_all(s, all, err);

	while (r == 0 && !together(s, all)) {
		bool lives = false;

		for (size_t i = 0; i < s->count; i++)
			lives = lives || has_majority(&all[i]);
		if (!lives)
			r = begin_anew(s, all, err);
		for (size_t i = 0; i < s->count && r == 0 && lives; i++)
			if (all[i].on)
				r = join(&all[i], err);
		if (r == 0)
			r = wait_until(clock_ms() + LOOK_INTERVAL, err);
		if (r == 0)
			r = look_at_all(s, all, err);
	}
	return r;
}

int group_rejoin(const struct sandbox *s, struct error *err)
{
	int64_t old = deadline_shorten(clock_ms() + JOIN_TIME);
	struct member *all = xcalloc(s->count, sizeof(*all));
	int r = bring_together(s, all, err);

	release(s, all);
	deadline_restore(old);
	if (r < 0)
		error_wrap(err, "the members of '%s' do not come together", s->name);
	return r;
}

static int run_lines(struct connection *on, const char *lines, struct error *err)
{
	int r = 0;

	while (*lines && r == 0) {
		size_t len = strcspn(lines, "\n");
		cleanup_free char *line = xmemdupz(lines, len);

		r = sql_do(on, err, "%s", line);
		lines += len + (lines[len] == '\n');
	}
	return r;
}

/* The primary opens itself a moment after it is online. */
static int await_open(struct connection *on, struct error *err)
{
	int r = 0;

	while (r == 0) {
		cleanup_free char *closed = NULL;

		r = sql_text(on, "SELECT @@GLOBAL.super_read_only", &closed, err);
		if (r == 0 && closed && closed[0] == '0')
			return 0;
		if (r == 0)
			r = wait_until(clock_ms() + LOOK_INTERVAL, err);
	}
	return r;
}

int group_form(const struct sandbox *s, const char *history, struct error *err)
{
	int64_t old = deadline_shorten(clock_ms() + JOIN_TIME);
	cleanup_connection struct connection *first = NULL;
	int r = sql_open(s, &s->instances[0], &first, err);

	if (r == 0)
		r = bootstrap(first, err);
	if (r == 0)
		r = await_open(first, err);
	if (r == 0)
		r = run_lines(first, history, err);
	deadline_restore(old);
	return r < 0 ? r : group_rejoin(s, err);
}

/* ---- for faults ----------------------------------------------------------------------------- */

int group_primary(const struct sandbox *s, size_t *ret, struct error *err)
{
	struct member *all = xcalloc(s->count, sizeof(*all));
	int r = look_at_all(s, all, err);
	bool found = false;

	for (size_t i = 0; i < s->count && r == 0 && !found; i++) {
		found = has_majority(&all[i]) && all[i].primary &&
			!strcmp(all[i].primary, all[i].uuid);
		if (found)
			*ret = i;
	}
	release(s, all);
	if (r == 0 && !found)
		return error_set(err, ERR_FAILED, "the group of '%s' has no primary", s->name);
	return r;
}

int group_await_no_majority(const struct sandbox *s, size_t i, struct error *err)
{
	int64_t old = deadline_shorten(clock_ms() + JOIN_TIME);
	struct member *all = xcalloc(s->count, sizeof(*all));
	int r = look(s, i, &all[i], err);

	while (r == 0 && has_majority(&all[i])) {
		r = wait_until(clock_ms() + LOOK_INTERVAL, err);
		if (r == 0)
			r = look(s, i, &all[i], err);
	}
	release(s, all);
	deadline_restore(old);
	return r;
}
