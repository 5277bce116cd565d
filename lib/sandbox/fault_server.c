/* SPDX-License-Identifier: Apache-2.0 */
#include "sandbox/fault_context.h"

#include <errno.h>
#include <glob.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/limits.h"
#include "base/memory.h"
#include "base/strbuf.h"
#include "net/task.h"
#include "sandbox/group.h"
#include "sandbox/instance.h"
#include "sandbox/process.h"
#include "sandbox/reopen.h"
#include "sandbox/up.h"

/* Faults of the server's process and of its files. */

int fault_make_kill(struct fault_context *c, struct error *err)
{
	return fault_stop_server(c, 0, err);
}

int fault_heal_kill(struct fault_context *c, struct error *err)
{
	if (instance_pid(fault_target(c)))
		return 0;
	if (fault_start_server(c, err) < 0)
		return -ERR_FAILED;
	return sandbox_reopen(c->sandbox, err);
}

int fault_make_no_quorum(struct fault_context *c, struct error *err)
{
	const struct sandbox *s = c->sandbox;
	int r = 0;

	for (size_t i = 0; i < s->count && r == 0; i++)
		if (i != c->i)
			r = instance_end(&s->instances[i], 0, err);
	return r < 0 ? r : group_await_no_majority(s, c->i, err);
}

int fault_heal_no_quorum(struct fault_context *c, struct error *err)
{
	const struct sandbox *s = c->sandbox;
	int r = fault_program(c, err);

	for (size_t i = 0; i < s->count && r == 0; i++)
		if (!instance_pid(&s->instances[i]))
			r = instance_start(s, i, c->program, NULL, err);
	return r < 0 ? r : sandbox_reopen(s, err);
}

static int signal_server(struct fault_context *c, int number, struct error *err)
{
	cleanup_free char *marker = sandbox_marker(fault_target(c));

	fault_disconnect(c);
	return process_signal(marker, number, err);
}

int fault_make_hang(struct fault_context *c, struct error *err)
{
	return signal_server(c, SIGSTOP, err);
}

int fault_heal_hang(struct fault_context *c, struct error *err)
{
	int r = signal_server(c, SIGCONT, err);

	/* Killed since then: nothing hangs. */
	if (r == -ERR_NOT_FOUND) {
		error_release(err);
		return 0;
	}
	/* A group may have expelled it meanwhile. */
	return r < 0 || !c->sandbox->group_name ? r : sandbox_reopen(c->sandbox, err);
}

int fault_make_binlog_off(struct fault_context *c, struct error *err)
{
	return fault_restart_with(c,
				  c->sandbox->mariadb
					  ? "[mysqld]\nskip-log-bin\nskip-log-slave-updates\n"
					  : "[mysqld]\nskip-log-bin\nskip-log-replica-updates\n",
				  err);
}

int fault_heal_binlog_off(struct fault_context *c, struct error *err)
{
	return fault_restart_with(c, NULL, err);
}

/* ---- the clock ------------------------------------------------------------------------------ */

static char *find_faketime(void)
{
	static const char *const patterns[] = { "/usr/lib/*/faketime/libfaketimeMT.so.1",
						"/usr/lib/faketime/libfaketimeMT.so.1",
						"/usr/lib64/faketime/libfaketimeMT.so.1" };
	char *found = NULL;
	glob_t g;

	for (size_t i = 0; i < ARRAY_SIZE(patterns) && !found; i++) {
		if (glob(patterns[i], 0, NULL, &g) == 0) {
			found = xstrdup(g.gl_pathv[0]);
			globfree(&g);
		}
	}
	return found;
}

static int restart(struct fault_context *c, struct error *err)
{
	int r = fault_stop_server(c, 30000, err);

	if (r == 0)
		r = fault_start_server(c, err);
	return r < 0 ? r : sandbox_reopen(c->sandbox, err);
}

int fault_can_clock_skew(struct fault_context *c UNUSED, struct error *err)
{
	cleanup_free char *library = find_faketime();

	if (library)
		return 0;
	error_set(err, ERR_NOT_FOUND, "no libfaketime in the system's folders");
	error_hint(err, "apt-get install libfaketime");
	return -ERR_NOT_FOUND;
}

int fault_make_clock_skew(struct fault_context *c, struct error *err)
{
	cleanup_free char *library = find_faketime(), *text = NULL;
	cleanup_free char *path = xasprintf("%s/environment", fault_target(c)->folder);
	int r;

	text = xasprintf("LD_PRELOAD=%s\nFAKETIME=+1h\nFAKETIME_DONT_FAKE_MONOTONIC=1\n"
			 "FAKETIME_FORCE_MONOTONIC_FIX=0\n",
			 library ? library : "");
	r = file_write_atomic(path, text, strlen(text), 0644, err);
	return r < 0 ? r : restart(c, err);
}

int fault_heal_clock_skew(struct fault_context *c, struct error *err)
{
	cleanup_free char *path = xasprintf("%s/environment", fault_target(c)->folder);

	(void)unlink(path);
	return restart(c, err);
}

/* ---- its files ------------------------------------------------------------------------------ */

char *fault_data_file(const struct sandbox_instance *i, const char *name)
{
	cleanup_free char *data = fault_data(i);

	return xasprintf("%s/%s", data, name);
}

/* Copies auto.cnf of one instance over that of another, whose own is kept beside it. */
static int copy_small(const char *from, const char *to, struct error *err)
{
	cleanup_strbuf struct strbuf text = STRBUF_INIT;
	struct process_user user = process_user();
	int r = file_read(from, LIMIT_PROCESS_OUTPUT, &text, err);

	if (r == 0)
		r = file_write_atomic(to, text.buf, text.len, 0640, err);
	if (r == 0 && user.change && chown(to, user.uid, user.gid) < 0)
		r = error_set_errno(err, errno, "cannot give '%s' to the servers' user", to);
	return r;
}

int fault_take_uuid(struct fault_context *c, const struct sandbox_instance *of, struct error *err)
{
	cleanup_free char *own = fault_data_file(fault_target(c), "auto.cnf");
	cleanup_free char *kept = xasprintf("%s/auto.cnf.own", fault_target(c)->folder);
	cleanup_free char *other = fault_data_file(of, "auto.cnf");
	int r = fault_stop_server(c, 30000, err);

	if (r == 0 && access(kept, F_OK) < 0)
		r = copy_small(own, kept, err);
	if (r == 0)
		r = copy_small(other, own, err);
	return r < 0 ? r : fault_restart_with(c, NULL, err);
}

int fault_own_uuid(struct fault_context *c, struct error *err)
{
	cleanup_free char *own = fault_data_file(fault_target(c), "auto.cnf");
	cleanup_free char *kept = xasprintf("%s/auto.cnf.own", fault_target(c)->folder);
	int r = fault_stop_server(c, 30000, err);

	if (r == 0 && access(kept, F_OK) == 0)
		r = copy_small(kept, own, err);
	if (r == 0)
		(void)unlink(kept);
	return r < 0 ? r : fault_restart_with(c, NULL, err);
}

int fault_make_same_uuid(struct fault_context *c, struct error *err)
{
	int r = fault_take_uuid(c, fault_source(c), err);

	return r < 0 ? r : fault_await_field(c, "Last_IO_Errno", "13117", err);
}

int fault_heal_same_uuid(struct fault_context *c, struct error *err)
{
	return fault_own_uuid(c, err);
}
