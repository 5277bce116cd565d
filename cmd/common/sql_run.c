/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/common/sql_run.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/strvec.h"
#include "cli/rows.h"
#include "mysql/statement.h"
#include "net/task.h"

/* More than the server needs to end a statement by itself, so that its own message comes. */
#define GRACE_MS 2000

static int refuse(const struct sql_server *s, const struct statement *st, struct error *err)
{
	error_set_at(err, ERR_UNSAFE, &st->pos, "refused to run %s on '%s', which is %s", st->what,
		     s->instance->name,
		     s->instance->role == ROLE_UNKNOWN ? "perhaps a replica" : "a replica");
	error_hint(err, "run it on the primary (--primary), or give --allow-write-on-replica");
	return -ERR_UNSAFE;
}

int sql_check(const struct sql_job *job, size_t *ret_statements, struct error *err)
{
	struct statement_reader r = STATEMENT_READER_INIT(job->text, job->len);
	struct statement st;
	size_t count = 0;
	int n;

	r.name = job->name;
	for (; (n = statement_next(&r, &st, err)) > 0; count++)
		for (size_t i = 0; i < job->count; i++)
			if (job->servers[i].guarded && st.kind == STATEMENT_WRITE)
				return refuse(&job->servers[i], &st, err);
	*ret_statements = count;
	return n;
}

static int run_simple(struct connection *c, const char *sql, struct error *err)
{
	return connection_query(c, sql, NULL, err);
}

/* The session: how long a statement may take, and that it writes nothing where it should not. */
static int prepare(struct sql_server *s, struct connection *c, struct error *err)
{
	const struct sql_job *job = s->job;
	char sql[96];
	int r = 0;

	if (job->statement_ms && connection_server(c)->mariadb)
		snprintf(sql, sizeof(sql), "SET SESSION max_statement_time=%.3f",
			 (double)job->statement_ms / 1000);
	else if (job->statement_ms)
		snprintf(sql, sizeof(sql), "SET SESSION max_execution_time=%" PRId64,
			 job->statement_ms);
	if (job->statement_ms)
		r = run_simple(c, sql, err);
	if (r == 0 && s->guarded)
		r = run_simple(c, "SET SESSION TRANSACTION READ ONLY", err);
	return r;
}

/* How the server reads strings decides where statements end. */
static int read_mode(struct connection *c, struct statement_reader *r, struct error *err)
{
	cleanup_result struct result *mode = NULL;
	int rc = connection_query(c, "SELECT @@SESSION.sql_mode", &mode, err);
	const char *text = rc == 0 && mode ? result_cell(mode, 0, 0, NULL) : NULL;

	r->no_backslash_escapes = text && strstr(text, "NO_BACKSLASH_ESCAPES");
	r->ansi_quotes = text && strstr(text, "ANSI_QUOTES");
	return rc;
}

struct streaming {
	struct rows *rows;
	const char *instance;
	struct rows_header header;
	struct strvec names; /* copies: those of the result are gone before it is ended */
	bool *number;
	bool open;
};

static void end_result(struct streaming *x)
{
	if (x->open)
		rows_end(x->rows);
	x->open = false;
	strvec_release(&x->names);
	x->names = (struct strvec)STRVEC_INIT;
	free(TAKE_PTR(x->number));
}

static void begin_result(struct streaming *x, const struct result *columns)
{
	size_t n = result_columns(columns);

	end_result(x);
	x->number = xcalloc(n ? n : 1, sizeof(*x->number));
	for (size_t i = 0; i < n; i++) {
		strvec_add(&x->names, result_name(columns, i));
		x->number[i] = result_is_number(columns, i);
	}
	x->header = (struct rows_header){ .instance = x->instance,
					  .names = (const char *const *)x->names.v,
					  .number = x->number, .count = n };
	rows_begin(x->rows, &x->header);
	x->open = true;
}

static int stream_row(void *arg, const struct result_row *row, struct error *err)
{
	struct streaming *x = arg;

	if (!row->cells) {
		begin_result(x, row->columns);
		return 0;
	}
	return rows_add(x->rows, row->cells, row->lengths, err);
}

static int stream(struct sql_server *s, struct connection *c, const char *sql, struct error *err)
{
	struct streaming x = { .rows = s->job->rows,
			       .instance = s->job->say_instance ? s->instance->name : NULL };
	int r = connection_stream(c, sql, stream_row, &x, err);
	bool had_rows = x.open;

	end_result(&x);
	if (r == 0 && !had_rows)
		rows_affected(s->job->rows, s->instance->name, connection_affected(c));
	return r;
}

static int keep(struct sql_server *s, struct connection *c, const char *sql, struct error *err)
{
	struct result *result = NULL;
	int r = connection_query(c, sql, &result, err);

	if (r < 0)
		return r;
	if (s->done == s->alloc) {
		s->alloc = s->alloc ? 2 * s->alloc : 4;
		s->results = xreallocarray(s->results, s->alloc, sizeof(struct result *));
		s->affected = xreallocarray(s->affected, s->alloc, sizeof(*s->affected));
	}
	s->results[s->done] = result;
	s->affected[s->done++] = result ? 0 : connection_affected(c);
	return 0;
}

static int run_statement(struct sql_server *s, struct connection *c, const struct statement *st,
			 struct error *err)
{
	cleanup_free char *sql = xmemdupz(st->text, st->len);
	int64_t ms = s->job->statement_ms;
	int64_t old = deadline_current();
	int r;

	if (ms)
		deadline_shorten(clock_ms() + ms + GRACE_MS);
	r = s->job->rows ? stream(s, c, sql, err) : keep(s, c, sql, err);
	if (r == -ERR_TIMEOUT || r == -ERR_CANCELLED)
		s->thread = connection_server(c)->thread_id;
	deadline_restore(old);
	if (r < 0)
		error_locate(err, &st->pos);
	return r;
}

static int serve(struct sql_server *s, struct error *err)
{
	cleanup_connection struct connection *c = NULL;
	struct statement_reader reader = STATEMENT_READER_INIT(s->job->text, s->job->len);
	int64_t old = deadline_shorten(clock_ms() + s->job->connect_ms);
	struct statement st;
	int n, r = connection_open(&s->options, &c, err);

	reader.name = s->job->name;
	if (r == 0)
		r = prepare(s, c, err);
	if (r == 0)
		r = read_mode(c, &reader, err);
	deadline_restore(old);
	if (r < 0)
		return r;
	while ((n = statement_next(&reader, &st, err)) > 0) {
		/* Once more, now as this server reads it. */
		if (s->guarded && st.kind == STATEMENT_WRITE)
			return refuse(s, &st, err);
		r = run_statement(s, c, &st, err);
		if (r < 0)
			return r;
	}
	return n;
}

static void serve_task(void *arg)
{
	struct sql_server *s = arg;

	(void)serve(s, &s->err);
}

static void kill_task(void *arg)
{
	struct sql_server *s = arg;
	cleanup_connection struct connection *c = NULL;
	cleanup_error struct error err = ERROR_INIT;
	char sql[64];

	snprintf(sql, sizeof(sql), "KILL QUERY %lu", s->thread);
	if (connection_open(&s->options, &c, &err) == 0 && run_simple(c, sql, &err) == 0)
		return;
	/* 1094: it ended by itself. */
	if (err.origin != 1094 && s->err.class)
		error_hint(&s->err, "the statement may go on there: %s", err.message);
}

void sql_run(struct sql_job *job)
{
	cleanup_loop struct loop *loop = loop_new(), *killers = NULL;
	bool some = false;

	loop_catch_signals(loop);
	for (size_t i = 0; i < job->count; i++) {
		job->servers[i].job = job;
		task_start(loop, NULL, serve_task, &job->servers[i]);
	}
	loop_run(loop);
	for (size_t i = 0; i < job->count; i++)
		some = some || job->servers[i].thread;
	if (!some)
		return;
	/* A loop of its own, since a signal has cancelled the other for good. */
	killers = loop_new();
	for (size_t i = 0; i < job->count; i++)
		if (job->servers[i].thread)
			task_start(killers,
				   &(struct task_options){ .deadline = clock_ms() +
								       job->connect_ms },
				   kill_task, &job->servers[i]);
	loop_run(killers);
}

void sql_job_release(struct sql_job *job)
{
	for (size_t i = 0; i < job->count; i++) {
		struct sql_server *s = &job->servers[i];

		for (size_t k = 0; k < s->done; k++)
			result_free(s->results[k]);
		free(s->results);
		free(s->affected);
		error_release(&s->err);
	}
	free(job->servers);
}
