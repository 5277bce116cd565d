/* SPDX-License-Identifier: Apache-2.0 */
#include "sandbox/up.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "net/certificate.h"
#include "net/task.h"
#include "sandbox/config.h"
#include "sandbox/datadir.h"
#include "sandbox/describe.h"
#include "sandbox/disk.h"
#include "sandbox/group.h"
#include "sandbox/instance.h"
#include "sandbox/keeper.h"
#include "sandbox/reopen.h"
#include "sandbox/settle.h"
#include "sandbox/store.h"

#define STOP_GRACE 20000

static void say(struct sandbox_progress *p, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

static void say(struct sandbox_progress *p, const char *fmt, ...)
{
	cleanup_strbuf struct strbuf text = STRBUF_INIT;
	va_list ap;

	if (!p)
		return;
	va_start(ap, fmt);
	strbuf_vaddf(&text, fmt, ap);
	va_end(ap);
	p->say(p, text.buf);
}

/* ---- all instances at once ------------------------------------------------------------------ */

struct group;

struct job {
	struct group *group;
	size_t i;
	struct task *task;
	struct error err;
	int result;
};

struct group {
	const struct sandbox *sandbox;
	const struct server_program *program;
	const char *data, *common;
	const struct certificate_ca *ca; /* or NULL */
	struct sandbox_progress *progress;
	int (*fn)(const struct group *g, size_t i, struct error *err);
};

static void run_job(void *arg)
{
	struct job *j = arg;

	j->result = j->group->fn(j->group, j->i, &j->err);
}

/* Runs fn for every instance at once; the first error is the answer, and cancels the others. */
static int for_each_instance(struct group *g, struct error *err)
{
	size_t n = g->sandbox->count;
	struct job *jobs = xcalloc(n, sizeof(*jobs));
	int r = 0;

	for (size_t i = 0; i < n; i++) {
		struct task_options o = { .deadline = deadline_current() };

		jobs[i] = (struct job){ .group = g, .i = i };
		jobs[i].task = task_start(task_loop(task_current()), &o, run_job, &jobs[i]);
		task_hold(jobs[i].task);
	}
	for (size_t i = 0; i < n; i++) {
		/* A task of ours that was cancelled still lets those below it tidy up. */
		if (wait_task(jobs[i].task, NULL) < 0)
			for (size_t k = 0; k < n; k++)
				task_cancel(jobs[k].task);
		task_join(jobs[i].task);
		task_release(jobs[i].task);
		if (jobs[i].result < 0 && r == 0) {
			r = jobs[i].result;
			*err = jobs[i].err;
			jobs[i].err = (struct error)ERROR_INIT;
			for (size_t k = i + 1; k < n; k++)
				task_cancel(jobs[k].task);
		}
		error_release(&jobs[i].err);
	}
	free(jobs);
	return r;
}

static int make_one(const struct group *g, size_t i, struct error *err)
{
	cleanup_strbuf struct strbuf sql = STRBUF_INIT;
	int r = instance_make(g->sandbox, i, g->program, g->data, g->common, err);

	if (r == 0 && g->ca)
		r = instance_certify(&g->sandbox->instances[i], g->ca, err);
	if (r < 0)
		return r;
	say(g->progress, "starting %s", g->sandbox->instances[i].name);
	config_first_start(g->sandbox, i, &sql);
	r = instance_start(g->sandbox, i, g->program, sql.buf, err);
	if (r == 0)
		say(g->progress, "%s is up", g->sandbox->instances[i].name);
	return r;
}

static int settle_one(const struct group *g, size_t i, struct error *err)
{
	return settle_instance(g->sandbox, i, err);
}

static int end_one(const struct group *g, size_t i, struct error *err)
{
	return instance_end(&g->sandbox->instances[i], STOP_GRACE, err);
}

static int kill_one(const struct group *g, size_t i, struct error *err)
{
	return instance_end(&g->sandbox->instances[i], 0, err);
}

/* ---- down ----------------------------------------------------------------------------------- */

/* Removes everything; the folder last, which lets go of it. gently: servers may finish. */
static int clear(struct sandbox *s, bool gently, struct error *err)
{
	struct group g = { .sandbox = s, .fn = gently ? end_one : kill_one };
	int r = s->count ? for_each_instance(&g, err) : 0;

	for (size_t i = 0; i < s->break_count && r == 0; i++) {
		const struct sandbox_instance *in =
			s->breaks[i].instance ? sandbox_instance(s, s->breaks[i].instance) : NULL;

		if (in)
			r = keeper_end(in, s->breaks[i].fault, err);
	}
	if (r == 0 && s->socket_folder)
		r = store_remove_tree(s->socket_folder, err);
	if (r == 0)
		r = disk_release(s->folder, err);
	if (r == 0)
		r = store_remove_tree(s->folder, err);
	return r;
}

int sandbox_down(const char *name, struct sandbox_progress *progress, struct error *err)
{
	cleanup_sandbox struct sandbox *s = NULL;
	cleanup_close int lock = -1;
	int r = store_check_name(name, err);

	if (r == 0)
		r = store_hold(name, false, &lock, err);
	if (r == -ERR_NOT_FOUND) {
		sandbox_hint_names(name, false, err);
		return r;
	}
	if (r == 0)
		r = store_read(name, &s, err);
	if (r < 0)
		return r;
	if (s->whole) {
		s->whole = false;
		r = store_write(s, err);
	}
	say(progress, "ending %zu servers", s->count);
	if (r == 0)
		r = clear(s, false, err);
	if (r < 0)
		error_wrap(err, "cannot remove sandbox '%s'", name);
	return r;
}

/* ---- up ------------------------------------------------------------------------------------- */

/* The CA's key is nowhere but in our memory: nobody signs anything with it afterwards. */
static int make_ca(const struct sandbox *s, struct certificate_ca **ret, struct error *err)
{
	cleanup_free char *name = xasprintf("sandbox %s", s->name);
	cleanup_strbuf struct strbuf text = STRBUF_INIT;
	int r;

	if (!s->tls_ca)
		return 0;
	r = certificate_ca_new(name, ret, err);
	if (r == 0)
		r = certificate_ca_pem(*ret, &text, err);
	return r < 0 ? r : file_write_atomic(s->tls_ca, text.buf, text.len, 0644, err);
}

static int form_group(const struct sandbox *s, struct sandbox_progress *progress,
		      struct error *err)
{
	cleanup_strbuf struct strbuf history = STRBUF_INIT;

	say(progress, "bringing the members together");
	config_group_history(s, &history);
	return group_form(s, history.buf, err);
}

static int make_servers(struct sandbox *s, const struct server_program *p,
			struct sandbox_progress *progress, struct error *err)
{
	cleanup_strbuf struct strbuf common = STRBUF_INIT;
	cleanup_free char *data = NULL;
	cleanup_certificate_ca struct certificate_ca *ca = NULL;
	struct group g = { .sandbox = s, .program = p, .progress = progress, .fn = make_one };
	int r = config_template(s->mariadb, &common, err);

	if (r == 0)
		r = make_ca(s, &ca, err);

	if (r == 0) {
		say(progress, "looking for a data directory of %s %s",
		    p->mariadb ? "MariaDB" : "MySQL", p->version);
		r = datadir_template(p, &data, err);
	}
	if (r < 0)
		return r;
	g.data = data;
	g.common = common.buf;
	g.ca = ca;
	r = for_each_instance(&g, err);
	if (r < 0)
		return r;
	if (s->group_name)
		return form_group(s, progress, err);
	g.fn = settle_one;
	return for_each_instance(&g, err);
}

static int make(const struct sandbox_up_options *o, const struct server_program *p,
		struct sandbox_progress *progress, struct sandbox **ret, struct error *err)
{
	cleanup_sandbox struct sandbox *s = NULL;
	struct error ignored = ERROR_INIT;
	int r = sandbox_describe(o, p, &s, err);

	if (r == 0)
		r = store_write(s, err);
	if (r == 0)
		r = make_servers(s, p, progress, err);
	if (r == 0) {
		s->whole = true;
		r = store_write(s, err);
	}
	if (r < 0) {
		error_wrap(err, "cannot make sandbox '%s'", o->name);
		if (s && clear(s, false, &ignored) < 0)
			error_release(&ignored);
		return r;
	}
	*ret = TAKE_PTR(s);
	return 0;
}

static int differs(const struct sandbox *s, const struct sandbox_up_options *o,
		   const struct server_program *p, struct error *err)
{
	const char *what = NULL;

	if (s->mariadb != p->mariadb || strcmp(s->version, p->version) != 0)
		what = "another server";
	else if (s->count != o->replicas + 1)
		what = "another number of replicas";
	else if (s->shape != o->shape)
		what = "another shape";
	else if (s->semi_sync != o->semi_sync || s->gtid != o->gtid || s->delay != o->delay ||
		 (s->tls_ca != NULL) != o->tls)
		what = "other options";
	if (!what)
		return 0;
	error_set(err, ERR_FAILED, "sandbox '%s' is there already, with %s (%s %s, %zu instances)",
		  s->name, what, s->mariadb ? "MariaDB" : "MySQL", s->version, s->count);
	error_hint(err, "kubectl mysql sandbox down %s, or choose another name", s->name);
	return -ERR_FAILED;
}

static int restart_one(const struct group *g, size_t i, struct error *err)
{
	const struct sandbox_instance *in = &g->sandbox->instances[i];

	if (instance_pid(in))
		return 0;
	say(g->progress, "starting %s again", in->name);
	return instance_start(g->sandbox, i, g->program, NULL, err);
}

/* Holds the sandbox and reads it; one that is half made is taken away first. */
static int begin(const char *name, struct sandbox_progress *progress, int *ret_lock,
		 struct sandbox **ret, struct error *err)
{
	for (;;) {
		cleanup_sandbox struct sandbox *s = NULL;
		cleanup_close int lock = -1;
		int r = store_hold(name, true, &lock, err);

		if (r == 0)
			r = store_read(name, &s, err);
		if (r == 0 && !s->whole && s->count) {
			say(progress, "removing what is half made");
			r = clear(s, false, err);
			if (r == 0)
				continue;
			error_wrap(err, "cannot remove the half made sandbox '%s'", name);
		}
		if (r < 0)
			return r;
		*ret = TAKE_PTR(s);
		*ret_lock = lock;
		lock = -1;
		return 0;
	}
}

/* The server that was asked for, or that of the sandbox where only its name was given. */
static int server_of(const struct sandbox_up_options *o, struct server_program **ret,
		     struct error *err)
{
	cleanup_sandbox struct sandbox *s = NULL;
	struct error ignored = ERROR_INIT;

	if (o->as_is && store_read(o->name, &s, &ignored) == 0 && s->whole)
		return server_find(s->mariadb ? SERVER_MARIADB : SERVER_MYSQL, s->server_root, ret,
				   err);
	error_release(&ignored);
	return server_find(o->flavor, o->server_root, ret, err);
}

int sandbox_up(const struct sandbox_up_options *o, struct sandbox_progress *progress,
	       struct sandbox **ret, bool *ret_made, struct error *err)
{
	cleanup_sandbox struct sandbox *s = NULL;
	cleanup_server struct server_program *p = NULL;
	cleanup_close int lock = -1;
	int r = store_check_name(o->name, err);

	if (r == 0)
		r = server_of(o, &p, err);
	if (r == 0)
		r = begin(o->name, progress, &lock, &s, err);
	if (r < 0)
		return r;
	if (s->whole) {
		struct group g = { .sandbox = s,
				   .program = p,
				   .progress = progress,
				   .fn = restart_one };

		*ret_made = false;
		r = o->as_is ? 0 : differs(s, o, p, err);
		if (r == 0)
			r = for_each_instance(&g, err);
		if (r == 0)
			r = sandbox_reopen(s, err);
		g.fn = settle_one;
		/* A fault may be what keeps them from their sources. */
		if (r == 0 && !s->break_count)
			r = for_each_instance(&g, err);
		if (r == 0)
			*ret = TAKE_PTR(s);
		return r;
	}
	*ret_made = true;
	return make(o, p, progress, ret, err);
}
