/* SPDX-License-Identifier: Apache-2.0 */
#include "sandbox/fault.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/strbuf.h"
#include "net/task.h"
#include "sandbox/fault_context.h"
#include "sandbox/group.h"
#include "sandbox/instance.h"
#include "sandbox/store.h"

/* Making and healing: the description, the instance, and the steps of a fault. */

#define AWAIT_TIME 120000 /* milliseconds until a fault must be seen */
#define AWAIT_INTERVAL 50

const struct sandbox_instance *fault_target(const struct fault_context *c)
{
	return &c->sandbox->instances[c->i];
}

const struct sandbox_instance *fault_source(const struct fault_context *c)
{
	return &c->sandbox->instances[c->source];
}

int fault_connect(struct fault_context *c, bool source, struct connection **ret,
		  struct error *err)
{
	struct connection **which = source ? &c->on_source : &c->on_target;
	int r = 0;

	if (!*which)
		r = sql_open(c->sandbox, source ? fault_source(c) : fault_target(c), which, err);
	if (r == 0)
		*ret = *which;
	return r;
}

void fault_disconnect(struct fault_context *c)
{
	connection_close(TAKE_PTR(c->on_target));
	connection_close(TAKE_PTR(c->on_source));
}

int fault_program(struct fault_context *c, struct error *err)
{
	const struct sandbox *s = c->sandbox;

	if (c->program)
		return 0;
	return server_find(s->mariadb ? SERVER_MARIADB : SERVER_MYSQL, s->server_root, &c->program,
			   err);
}

const char *fault_replica_word(const struct fault_context *c)
{
	return c->sandbox->mariadb ? "SLAVE" : "REPLICA";
}

const char *fault_source_word(const struct fault_context *c)
{
	return c->sandbox->mariadb ? "MASTER" : "SOURCE";
}

/* ---- steps ---------------------------------------------------------------------------------- */

int fault_await_field(struct fault_context *c, const char *field, const char *value,
		      struct error *err)
{
	int64_t end = clock_ms() + AWAIT_TIME;
	struct connection *on = NULL;
	int r = fault_connect(c, false, &on, err);

	while (r == 0) {
		cleanup_free char *got = NULL;

		r = sql_replica_field(on, field, &got, err);
		if (r == 0 && got && !strcmp(got, value))
			return 0;
		if (r == 0 && clock_ms() > end)
			return error_set(err, ERR_FAILED, "'%s' does not show %s %s but %s",
					 fault_target(c)->name, field, value, got ? got : "none");
		if (r == 0)
			r = wait_until(clock_ms() + AWAIT_INTERVAL, err);
	}
	return r;
}

static int await_error(struct fault_context *c, const struct fault_step *s, struct error *err)
{
	bool mysql = !c->sandbox->mariadb;
	unsigned number = mysql && s->error_mysql ? s->error_mysql : s->error;
	cleanup_free char *text = xasprintf("%u", number);

	return fault_await_field(c, s->kind == STEP_APPLIER ? "Last_SQL_Errno" : "Last_IO_Errno",
				 text, err);
}

/* Written on one instance only, although it is a replica. */
static int run_local(struct connection *on, const char *sql, struct error *err)
{
	bool mysql = !connection_server(on)->mariadb;
	cleanup_free char *closed = NULL;
	struct error ignored = ERROR_INIT;
	int r = 0;

	if (mysql)
		r = sql_text(on, "SELECT @@GLOBAL.super_read_only", &closed, err);
	if (r == 0 && mysql)
		r = sql_do(on, err, "SET GLOBAL super_read_only = OFF");
	if (r == 0)
		r = sql_do(on, err, "SET SESSION sql_log_bin = 0");
	if (r == 0)
		r = sql_do(on, err, "%s", sql);
	if (sql_do(on, r < 0 ? &ignored : err, "SET SESSION sql_log_bin = 1") < 0 && r == 0)
		r = -ERR_FAILED;
	error_release(&ignored);
	if (closed && closed[0] == '1' &&
	    sql_do(on, r < 0 ? &ignored : err, "SET GLOBAL super_read_only = ON") < 0 && r == 0)
		r = -ERR_FAILED;
	error_release(&ignored);
	return r;
}

static int go_on(struct fault_context *c, struct connection *on, struct error *err)
{
	return sql_do(on, err, "%s", c->sandbox->mariadb ? "START ALL SLAVES" : "START REPLICA");
}

static int run_step(struct fault_context *c, const struct fault_step *s, struct error *err)
{
	const char *sql = !c->sandbox->mariadb && s->mysql ? s->mysql : s->mariadb;
	struct connection *target = NULL, *source = NULL;
	int r = fault_connect(c, false, &target, err);

	if (r == 0 && (s->kind == STEP_SOURCE || s->kind == STEP_CATCH_UP))
		r = fault_connect(c, true, &source, err);
	if (r < 0)
		return r;
	switch (s->kind) {
	case STEP_TARGET:
		return *sql ? sql_do(target, err, "%s", sql) : 0;
	case STEP_SOURCE:
		return *sql ? sql_do(source, err, "%s", sql) : 0;
	case STEP_LOCAL:
		return run_local(target, sql, err);
	case STEP_CATCH_UP:
		return sql_catch_up(target, source, c->sandbox->gtid, err);
	case STEP_APPLIER:
	case STEP_RECEIVER:
		return await_error(c, s, err);
	case STEP_GOES_ON:
		return go_on(c, target, err);
	case STEP_END:
		break;
	}
	return 0;
}

int fault_run(struct fault_context *c, const struct fault_step *steps, struct error *err)
{
	int r = 0;

	for (; steps->kind != STEP_END && r == 0; steps++)
		r = run_step(c, steps, err);
	return r;
}

/* ---- the server ----------------------------------------------------------------------------- */

int fault_start_server(struct fault_context *c, struct error *err)
{
	int r = fault_program(c, err);

	if (r < 0)
		return r;
	return instance_start(c->sandbox, c->i, c->program, NULL, err);
}

int fault_stop_server(struct fault_context *c, int64_t grace, struct error *err)
{
	fault_disconnect(c);
	return instance_end(fault_target(c), grace, err);
}

int fault_set_options(struct fault_context *c, const char *text, struct error *err)
{
	cleanup_free char *path =
		xasprintf("%s/conf.d/%s.cnf", fault_target(c)->folder, c->fault->name);

	if (text)
		return file_write_atomic(path, text, strlen(text), 0644, err);
	(void)unlink(path);
	return 0;
}

int fault_restart_with(struct fault_context *c, const char *text, struct error *err)
{
	struct connection *on = NULL;
	int r = fault_stop_server(c, 30000, err);

	if (r == 0)
		r = fault_set_options(c, text, err);
	if (r == 0)
		r = fault_start_server(c, err);
	if (r == 0 && c->source != c->i) {
		r = fault_connect(c, false, &on, err);
		if (r == 0)
			r = go_on(c, on, err);
	}
	return r;
}

/* ---- break and heal ------------------------------------------------------------------------- */

static bool is_followed(const struct sandbox *s, size_t i)
{
	for (size_t k = 0; k < s->count; k++)
		if (sandbox_source(s, k) == &s->instances[i])
			return true;
	return false;
}

static int misfit(const struct fault *f, const struct sandbox *s, const char *why,
		  struct error *err)
{
	error_set(err, ERR_USAGE, "fault '%s' does not fit sandbox '%s': %s", f->name, s->name,
		  why);
	error_hint(err, "kubectl mysql sandbox break --list");
	return -ERR_USAGE;
}

static int check_needs(const struct fault *f, const struct sandbox *s, struct error *err)
{
	if ((f->needs & FAULT_MARIADB) && !s->mariadb)
		return misfit(f, s, "only MariaDB has it", err);
	if ((f->needs & FAULT_MYSQL) && s->mariadb)
		return misfit(f, s, "only MySQL has it", err);
	if ((f->needs & FAULT_GTID) && !s->gtid)
		return misfit(f, s, "it was made with --gtid=off", err);
	if ((f->needs & FAULT_GROUP) && !s->group_name)
		return misfit(f, s, "it was made without --group", err);
	if ((f->needs & FAULT_SEMI_SYNC) && !s->semi_sync)
		return misfit(f, s, "it was made without --semi-sync", err);
	return 0;
}

/* Sets c->i and c->source. name NULL: the instance that the fault takes by itself. */
static int choose(struct fault_context *c, const char *name, struct error *err)
{
	const struct sandbox *s = c->sandbox;
	const struct sandbox_instance *source;

	c->i = c->fault->where == FAULT_PRIMARY ? 0 : s->count - 1;
	if (name) {
		const struct sandbox_instance *i = sandbox_instance(s, name);

		if (!i)
			return sandbox_no_instance(s, name, ERR_USAGE, err);
		c->i = (size_t)(i - s->instances);
	} else if (s->group_name && c->fault->where == FAULT_PRIMARY) {
		int r = group_primary(s, &c->i, err);

		if (r < 0)
			return r;
	}
	source = sandbox_source(s, c->i);
	c->source = source ? (size_t)(source - s->instances) : c->i;
	if (c->fault->where == FAULT_REPLICA && !source)
		return misfit(c->fault, s, "it breaks a replica", err);
	if ((c->fault->needs & FAULT_SIBLING) && !fault_sibling(c))
		return misfit(c->fault, s, "it needs two replicas of one source", err);
	if (c->fault->where == FAULT_PRIMARY && name && !s->group_name &&
	    !is_followed(s, c->i) && s->count > 1)
		return misfit(c->fault, s, "it breaks a primary", err);
	return 0;
}

static void release_context(struct fault_context *c)
{
	fault_disconnect(c);
	server_free(c->program);
	c->program = NULL;
}

static char *now_text(void)
{
	char text[32];
	time_t now = time(NULL);
	struct tm tm;

	gmtime_r(&now, &tm);
	strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &tm);
	return xstrdup(text);
}

static bool is_broken(const struct sandbox *s, const char *fault, const char *instance)
{
	for (size_t i = 0; i < s->break_count; i++)
		if (!strcmp(s->breaks[i].fault, fault) && s->breaks[i].instance &&
		    !strcmp(s->breaks[i].instance, instance))
			return true;
	return false;
}

/* Holds the sandbox, which must be whole. */
static int open_whole(const char *name, int *ret_lock, struct sandbox **ret, struct error *err)
{
	cleanup_close int lock = -1;
	int r = store_check_name(name, err);

	if (r == 0 && store_hold(name, false, &lock, err) == -ERR_NOT_FOUND)
		error_release(err);
	if (r == 0 && !err->class)
		r = sandbox_load(name, ret, err);
	if (r < 0 || err->class)
		return r < 0 ? r : -err->class;
	*ret_lock = lock;
	lock = -1;
	return 0;
}

int sandbox_break(const char *name, const struct fault *f, const char *instance,
		  struct sandbox **ret, const struct sandbox_instance **ret_instance,
		  struct error *err)
{
	cleanup_sandbox struct sandbox *s = NULL;
	cleanup_close int lock = -1;
	struct fault_context c = { .fault = f };
	int r = open_whole(name, &lock, &s, err);

	if (r == 0)
		r = check_needs(f, s, err);
	if (r < 0)
		return r;
	c.sandbox = s;
	r = choose(&c, instance, err);
	if (r < 0)
		return r;
	if (is_broken(s, f->name, fault_target(&c)->name))
		return error_set(err, ERR_FAILED, "'%s' has the fault '%s' already",
				 fault_target(&c)->name, f->name);
	if (f->can && f->can(&c, err) < 0) {
		error_wrap(err, "cannot make fault '%s' on '%s'", f->name, fault_target(&c)->name);
		return -err->class;
	}
	ALLOC_GROW(s->breaks, s->break_count + 1, s->break_alloc);
	s->breaks[s->break_count++] =
		(struct sandbox_break){ .fault = xstrdup(f->name),
					.instance = xstrdup(fault_target(&c)->name),
					.since = now_text() };
	r = store_write(s, err);
	if (r == 0)
		r = f->make ? f->make(&c, err) : fault_run(&c, f->make_steps, err);
	release_context(&c);
	if (r < 0) {
		error_wrap(err, "cannot make fault '%s' on '%s'", f->name,
			   fault_target(&c)->name);
		if (!err->hint)
			error_hint(err, "kubectl mysql sandbox break %s --heal takes back what was "
					"done",
				   name);
		return r;
	}
	*ret_instance = fault_target(&c);
	*ret = TAKE_PTR(s);
	return 0;
}

static void forget(struct sandbox *s, size_t i)
{
	free(s->breaks[i].fault);
	free(s->breaks[i].instance);
	free(s->breaks[i].since);
	memmove(&s->breaks[i], &s->breaks[i + 1], (s->break_count - i - 1) * sizeof(*s->breaks));
	s->break_count--;
}

static int heal_one(struct sandbox *s, size_t i, const struct fault *f, struct error *err)
{
	struct fault_context c = { .sandbox = s, .fault = f };
	int r = choose(&c, s->breaks[i].instance, err);

	if (r == 0)
		r = f->heal ? f->heal(&c, err) : fault_run(&c, f->heal_steps, err);
	release_context(&c);
	if (r < 0)
		error_wrap(err, "cannot take back '%s' on '%s'", f->name, s->breaks[i].instance);
	return r;
}

int sandbox_heal(const char *name, const struct fault *only, struct strvec *ret_healed,
		 struct strvec *ret_left, struct error *err)
{
	cleanup_sandbox struct sandbox *s = NULL;
	cleanup_close int lock = -1;
	int r = open_whole(name, &lock, &s, err);

	if (r < 0)
		return r;
	for (size_t i = s->break_count; i-- > 0 && r == 0;) {
		const struct fault *f = fault_find(s->breaks[i].fault);
		cleanup_free char *text = xasprintf("%s on %s", s->breaks[i].fault,
						    s->breaks[i].instance);

		if (only && f != only)
			continue;
		if (!f || !fault_heals(f)) {
			strvec_add(ret_left, text);
			continue;
		}
		r = heal_one(s, i, f, err);
		if (r < 0)
			break;
		forget(s, i);
		strvec_add(ret_healed, text);
		r = store_write(s, err);
	}
	return r;
}
