/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/common/binlog_needs.h"

#include <stdlib.h>
#include <time.h>

#include "base/memory.h"
#include "net/task.h"

/* As for decoding elsewhere. */
#define STACK_BYTES ((size_t)512 << 10)

/* The oldest gives the rate; then the newest, which matter before those in between. */
static size_t nth(const struct binlog_logs *logs, size_t n)
{
	return n == 0 ? 0 : logs->len - n;
}

static void read_one(void *arg)
{
	struct binlog_server *s = arg;
	struct connection *c = NULL;

	s->result = connection_open(&s->options, &c, &s->err);
	if (s->result == 0)
		s->result = binlog_logs_read(&s->logs, c, &s->err);
	connection_close(c);
	for (size_t n = 0; s->result == 0 && n < s->logs.len; n++) {
		int r = binlog_logs_look(&s->logs, nth(&s->logs, n), &s->options, &s->err);

		if (r == 0)
			continue;
		/* Purged since it was listed: the others are still there. */
		if (r != -ERR_FAILED)
			return;
		error_release(&s->err);
		s->err = (struct error)ERROR_INIT;
	}
}

static void find_needs(const struct topology *t, struct binlog_server *s)
{
	size_t most = 0;

	for (size_t i = 0; i < t->len; i++)
		most += t->items[i]->channels.len;
	s->needs = xcalloc(most + 1, sizeof(*s->needs));
	for (size_t i = 0; i < t->len; i++) {
		const struct instance *one = t->items[i];

		for (size_t k = 0; one->links && k < one->channels.len; k++) {
			const struct channel *c = one->links[k].status;
			const char *file = *c->applied_file ? c->applied_file : c->read_file;

			if (one->links[k].source == s->instance && *file)
				s->needs[s->need_count++] =
					(struct binlog_need){ one->name, c->name, file };
		}
	}
}

struct binlog_server *binlog_servers_read(const struct look *l, int64_t timeout_ms,
					  size_t *ret_count)
{
	const struct topology *t = l->cluster.topology;
	struct binlog_server *servers = xcalloc(t->len + 1, sizeof(*servers));
	cleanup_loop struct loop *loop = loop_new();
	struct task_options o = { .deadline = clock_ms() + timeout_ms, .stack = STACK_BYTES };
	size_t n = 0;

	for (size_t i = 0; i < t->len; i++) {
		struct binlog_server *s = &servers[n];

		if (t->items[i]->reach != REACH_OK || look_leaves_out(l, t->items[i]))
			continue;
		n++;
		*s = (struct binlog_server){ .instance = t->items[i],
					     .logs = BINLOG_LOGS_INIT };
		cluster_connection(&l->cluster, t->items[i], &s->options);
		/* A stream of events cannot be read over a compressed connection. */
		s->options.compress = false;
		find_needs(t, s);
		(void)task_start(loop, &o, read_one, s);
	}
	loop_run(loop);
	*ret_count = n;
	return servers;
}

bool binlog_servers_warn(struct session *s, const struct binlog_server *servers, size_t count)
{
	bool some = false;

	for (size_t i = 0; i < count; i++) {
		if (!servers[i].err.class)
			continue;
		some = true;
		session_warn(s, "binlogs of '%s' could not be read%s: %s",
			     servers[i].instance->name, servers[i].result < 0 ? "" : " whole",
			     servers[i].err.message);
	}
	return some;
}

void binlog_servers_free(struct binlog_server *servers, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		binlog_logs_release(&servers[i].logs);
		error_release(&servers[i].err);
		free(servers[i].needs);
	}
	free(servers);
}

const char *binlog_time(struct arena *a, int64_t seconds)
{
	time_t when = (time_t)seconds;
	struct tm tm;

	if (seconds <= 0 || !gmtime_r(&when, &tm))
		return NULL;
	return arena_printf(a, "%04d-%02d-%02dT%02d:%02d:%02dZ", tm.tm_year + 1900, tm.tm_mon + 1,
			    tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec);
}
