/* SPDX-License-Identifier: Apache-2.0 */
#include "sandbox/reopen.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "sandbox/group.h"
#include "sandbox/instance.h"
#include "sandbox/sql.h"

#define ANSWER_TIME 2000 /* milliseconds for a greeting */

/* What one server says. */
struct seen {
	struct connection *on; /* NULL: it does not answer */
	bool follows, writable;
	char *primary; /* of its record, or NULL */
	long long epoch;
};

static int look(const struct sandbox *s, size_t i, struct seen *ret, struct error *err)
{
	cleanup_free char *closed = NULL, *source = NULL, *epoch = NULL;
	struct error none = ERROR_INIT;
	int r;

	if (!instance_answers(&s->instances[i], ANSWER_TIME))
		return 0;
	r = sql_open(s, &s->instances[i], &ret->on, err);
	if (r == 0)
		r = sql_text(ret->on, "SELECT @@GLOBAL.read_only + 0", &closed, err);
	if (r == 0)
		r = sql_replica_field(ret->on, s->mariadb ? "Master_Host" : "Source_Host", &source,
				      err);
	if (r < 0)
		return r;
	ret->writable = closed && closed[0] == '0';
	ret->follows = source && *source;
	/* Without the table there is no record. */
	if (sql_text(ret->on, "SELECT r.epoch FROM kubectl_mysql.record r ORDER BY 1 DESC LIMIT 1",
		     &epoch, &none) == 0 &&
	    epoch) {
		ret->epoch = strtoll(epoch, NULL, 10);
		(void)sql_text(ret->on,
			       "SELECT r.primary FROM kubectl_mysql.record r "
			       "ORDER BY r.epoch DESC LIMIT 1",
			       &ret->primary, &none);
	}
	error_release(&none);
	return 0;
}

static int open_it(const struct sandbox *s, struct connection *on, struct error *err)
{
	int r = 0;

	if (s->semi_sync)
		r = sql_do(on, err, "SET GLOBAL rpl_semi_sync_%s_enabled = ON",
			   s->mariadb ? "master" : "source");
	if (r == 0 && !s->mariadb)
		r = sql_do(on, err, "SET GLOBAL super_read_only = OFF");
	return r < 0 ? r : sql_do(on, err, "SET GLOBAL read_only = OFF");
}

/* Several primaries: each that follows nobody. Else the one of the newest record. */
static bool may_open(const struct sandbox *s, const struct seen *all, size_t i)
{
	const struct seen *newest = NULL;

	if (!all[i].on || all[i].follows || all[i].writable)
		return false;
	if (s->shape == SANDBOX_MULTI_SOURCE)
		return true;
	for (size_t k = 0; k < s->count; k++) {
		if (all[k].writable)
			return false;
		if (all[k].primary && (!newest || all[k].epoch > newest->epoch))
			newest = &all[k];
	}
	return newest && !strcmp(newest->primary, s->instances[i].name);
}

int sandbox_reopen(const struct sandbox *s, struct error *err)
{
	struct seen *all;
	int r = 0;

	/* A group opens its primary itself. */
	if (s->group_name)
		return group_rejoin(s, err);
	all = xcalloc(s->count, sizeof(*all));
	for (size_t i = 0; i < s->count && r == 0; i++)
		r = look(s, i, &all[i], err);
	for (size_t i = 0; i < s->count && r == 0; i++)
		if (may_open(s, all, i))
			r = open_it(s, all[i].on, err);
	for (size_t i = 0; i < s->count && r == 0; i++)
		if (all[i].on && all[i].follows)
			r = sql_do(all[i].on, err, "%s",
				   s->mariadb ? "START ALL SLAVES" : "START REPLICA");
	for (size_t i = 0; i < s->count; i++) {
		connection_close(all[i].on);
		free(all[i].primary);
	}
	free(all);
	return r;
}
