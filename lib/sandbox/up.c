/* SPDX-License-Identifier: Apache-2.0 */
#include "sandbox/up.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/digest.h"
#include "base/file.h"
#include "base/memory.h"
#include "net/certificate.h"
#include "net/task.h"
#include "sandbox/config.h"
#include "sandbox/datadir.h"
#include "sandbox/disk.h"
#include "sandbox/group.h"
#include "sandbox/instance.h"
#include "sandbox/keeper.h"
#include "sandbox/process.h"
#include "sandbox/reopen.h"
#include "sandbox/store.h"

#define SOCKET_PATH_MAX 100 /* of sockaddr_un's 108, less what MySQL appends for its lock file */
#define ADDRESS_TRIES 50
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

/* ---- a new description ---------------------------------------------------------------------- */

static bool is_free(const char *host, unsigned port)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port) };
	cleanup_close int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int on = 1;

	(void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	return fd >= 0 && inet_pton(AF_INET, host, &a.sin_addr) == 1 &&
	       bind(fd, (const struct sockaddr *)&a, sizeof(a)) == 0;
}

/*
 * An address for each instance, 127.A.B.1 and on, so that all have MySQL's own port; another port
 * where something already listens on that of all addresses. Members of a group get ports of the one
 * address that an interface has: the plugin takes no other.
 */
static int choose_addresses(struct sandbox *s, struct error *err)
{
	bool group = s->shape == SANDBOX_GROUP;
	unsigned port = 3306;
	uint8_t r[4];

	for (int try = 0; try < ADDRESS_TRIES; try++) {
		bool all = true;

		if (random_bytes(r, sizeof(r), err) < 0)
			return -ERR_FAILED;
		if (try > 0 || group)
			port = 20000 + (unsigned)(r[2] << 8 | r[3]) % 12000;
		for (size_t i = 0; i < s->count && all; i++) {
			free(s->instances[i].host);
			s->instances[i].host =
				group ? xstrdup("127.0.0.1")
				      : xasprintf("127.%u.%u.%zu", 1 + r[0] % 250, r[1], i + 1);
			s->instances[i].port = group ? port + (unsigned)i : port;
			all = is_free(s->instances[i].host, s->instances[i].port);
		}
		if (all)
			return 0;
	}
	return error_set(err, ERR_FAILED, "no free port on the loopback addresses 127.0.0.0/8");
}

static int choose_sockets(struct sandbox *s, struct error *err)
{
	struct process_user user = process_user();
	const char *tmp = "/tmp/kubectl-mysql.XXXXXX";
	size_t longest = strlen(s->folder) + strlen(s->name) + sizeof("/-999/mysqld.sock");

	if (longest > SOCKET_PATH_MAX) {
		s->socket_folder = xstrdup(tmp);
		if (!mkdtemp(s->socket_folder) || chmod(s->socket_folder, 0755) < 0 ||
		    (user.change && chown(s->socket_folder, user.uid, user.gid) < 0))
			return error_set_errno(err, errno, "cannot make the folder '%s' for sockets",
					       s->socket_folder);
	}
	for (size_t i = 0; i < s->count; i++)
		s->instances[i].socket =
			s->socket_folder
				? xasprintf("%s/%s.sock", s->socket_folder, s->instances[i].name)
				: xasprintf("%s/mysqld.sock", s->instances[i].folder);
	return 0;
}

static int describe(const struct sandbox_up_options *o, const struct server_program *p,
		    struct sandbox **ret, struct error *err)
{
	cleanup_sandbox struct sandbox *s = xcalloc(1, sizeof(*s));
	int r;

	s->name = xstrdup(o->name);
	s->folder = store_folder(o->name);
	s->mariadb = p->mariadb;
	s->version = xstrdup(p->version);
	s->server_root = p->root ? xstrdup(p->root) : NULL;
	s->user = xstrdup("root");
	s->replication_user = xstrdup("replication");
	s->shape = o->shape;
	s->semi_sync = o->semi_sync;
	s->gtid = o->gtid;
	s->delay = o->delay;
	s->tls_ca = o->tls ? xasprintf("%s/ca.pem", s->folder) : NULL;
	s->count = o->replicas + 1;
	s->instances = xcalloc(s->count, sizeof(*s->instances));
	for (size_t i = 0; i < s->count; i++) {
		s->instances[i].name = xasprintf("%s-%zu", s->name, i);
		s->instances[i].folder = xasprintf("%s/%s", s->folder, s->instances[i].name);
		s->instances[i].server_id = 100 + (unsigned)i;
	}
	r = s->shape == SANDBOX_GROUP ? group_new_name(&s->group_name, err) : 0;
	if (r == 0)
		r = config_password(&s->password, err);
	if (r == 0)
		r = config_password(&s->replication_password, err);
	if (r == 0)
		r = choose_addresses(s, err);
	if (r == 0)
		r = choose_sockets(s, err);
	if (r == 0)
		*ret = TAKE_PTR(s);
	return r;
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
		while (!task_ended(jobs[i].task) && wait_task(jobs[i].task, NULL) < 0)
			for (size_t k = 0; k < n; k++)
				task_cancel(jobs[k].task);
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
	return r < 0 || !s->group_name ? r : form_group(s, progress, err);
}

static int make(const struct sandbox_up_options *o, const struct server_program *p,
		struct sandbox_progress *progress, struct sandbox **ret, struct error *err)
{
	cleanup_sandbox struct sandbox *s = NULL;
	struct error ignored = ERROR_INIT;
	int r = describe(o, p, &s, err);

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
		if (r == 0)
			*ret = TAKE_PTR(s);
		return r;
	}
	*ret_made = true;
	return make(o, p, progress, ret, err);
}
