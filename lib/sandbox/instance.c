/* SPDX-License-Identifier: Apache-2.0 */
#include "sandbox/instance.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "base/limits.h"
#include "base/memory.h"
#include "net/task.h"
#include "sandbox/config.h"
#include "sandbox/datadir.h"
#include "sandbox/log.h"
#include "sandbox/process.h"
#include "sandbox/store.h"
#include "sandbox/up.h"

#define LOOK_INTERVAL 25 /* milliseconds between two looks at a server that starts */

char *sandbox_marker(const struct sandbox_instance *i)
{
	return xasprintf("--defaults-file=%s/my.cnf", i->folder);
}

pid_t instance_pid(const struct sandbox_instance *i)
{
	cleanup_free char *marker = sandbox_marker(i);
	cleanup_close int fd = -1;

	return process_find(marker, &fd);
}

int instance_end(const struct sandbox_instance *i, int64_t grace, struct error *err)
{
	cleanup_free char *marker = sandbox_marker(i);
	int r = process_end(marker, grace, err);

	if (r < 0)
		error_wrap(err, "cannot end the server of '%s'", i->name);
	return r;
}

/* ---- files ---------------------------------------------------------------------------------- */

static int give_away(const char *path, struct error *err)
{
	struct process_user user = process_user();

	if (user.change && chown(path, user.uid, user.gid) < 0)
		return error_set_errno(err, errno, "cannot give '%s' to the servers' user", path);
	return 0;
}

int instance_make(const struct sandbox *s, size_t i, const struct server_program *p,
		  const char *data, const char *common, struct error *err)
{
	const struct sandbox_instance *in = &s->instances[i];
	cleanup_free char *to = xasprintf("%s/data", in->folder);
	cleanup_free char *cnf = xasprintf("%s/my.cnf", in->folder);
	cleanup_free char *client = xasprintf("%s/client.cnf", in->folder);
	cleanup_free char *more = xasprintf("%s/conf.d", in->folder);
	cleanup_strbuf struct strbuf text = STRBUF_INIT;
	int r = store_make_folder(in->folder, err);

	if (r == 0)
		r = give_away(in->folder, err);
	if (r == 0)
		r = datadir_copy(data, to, err);
	if (r == 0)
		r = store_make_folder(more, err);
	if (r < 0)
		return r;
	config_instance(s, i, p, common, &text);
	r = file_write_atomic(cnf, text.buf, text.len, 0644, err);
	if (r < 0)
		return r;
	strbuf_reset(&text);
	config_client(s, i, &text);
	return file_write_atomic(client, text.buf, text.len, 0600, err);
}

int instance_certify(const struct sandbox_instance *in, const struct certificate_ca *ca,
		     struct error *err)
{
	cleanup_free char *certificate = xasprintf("%s/server-cert.pem", in->folder);
	cleanup_free char *key = xasprintf("%s/server-key.pem", in->folder);
	cleanup_strbuf struct strbuf text = STRBUF_INIT, secret = STRBUF_INIT;
	int r = certificate_issue(ca, in->name, in->host, &text, &secret, err);

	if (r == 0)
		r = file_write_atomic(certificate, text.buf, text.len, 0644, err);
	if (r == 0)
		r = file_write_atomic(key, secret.buf, secret.len, 0600, err);
	return r < 0 ? r : give_away(key, err);
}

/* ---- starting ------------------------------------------------------------------------------- */

/* Connects and reads the first byte of the greeting: a listening socket alone proves nothing. */
bool instance_answers(const struct sandbox_instance *i, int64_t within)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	cleanup_close int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	int64_t old;
	char byte;
	int r;

	if (fd < 0 || strlen(i->socket) >= sizeof(address.sun_path))
		return false;
	memcpy(address.sun_path, i->socket, strlen(i->socket));
	if (connect(fd, (const struct sockaddr *)&address, sizeof(address)) < 0)
		return false;
	old = deadline_shorten(clock_ms() + within);
	r = wait_fd(fd, POLLIN, "waiting for a greeting", NULL, NULL);
	deadline_restore(old);
	return r == 0 && read(fd, &byte, 1) == 1;
}

static int ended(const struct sandbox_instance *in, int status, struct error *err)
{
	cleanup_free char *log = xasprintf("%s/error.log", in->folder);
	cleanup_free char *console = xasprintf("%s/console.log", in->folder);
	cleanup_strbuf struct strbuf reason = STRBUF_INIT;

	if (WIFSIGNALED(status))
		error_set(err, ERR_FAILED, "the server of '%s' was ended by signal %d (%s)",
			  in->name, WTERMSIG(status), strsignal(WTERMSIG(status)));
	else
		error_set(err, ERR_FAILED, "the server of '%s' ended with status %d", in->name,
			  WEXITSTATUS(status));
	if (log_reason_of_file(log, &reason) || log_reason_of_file(console, &reason))
		error_hint(err, "it says: %s", reason.buf);
	return -ERR_FAILED;
}

static int wait_ready(const struct sandbox_instance *in, pid_t pid, struct error *err)
{
	int status, r = 0;

	while (r == 0) {
		if (waitpid(pid, &status, WNOHANG) == pid)
			return ended(in, status, err);
		if (instance_answers(in, 1000))
			return 0;
		r = wait_until(clock_ms() + LOOK_INTERVAL, err);
	}
	error_wrap(err, "the server of '%s' does not get ready", in->name);
	return r;
}

static int write_sql(const char *path, const char *sql, struct error *err)
{
	int r = file_write_atomic(path, sql, strlen(sql), 0600, err);

	return r < 0 ? r : give_away(path, err);
}

static void add_command(const struct server_program *p, const struct sandbox_instance *in,
			const char *sql, struct strvec *argv)
{
	for (size_t k = 0; k < p->start.len; k++)
		strvec_add(argv, p->start.v[k]);
	strvec_add_take(argv, sandbox_marker(in));
	if (sql)
		strvec_addf(argv, "--init-file=%s", sql);
}

/* FOLDER/environment, a NAME=VALUE on each line: a fault may have written it. */
static void read_environment(const struct sandbox_instance *in, struct strvec *ret)
{
	cleanup_free char *path = xasprintf("%s/environment", in->folder);
	cleanup_strbuf struct strbuf text = STRBUF_INIT;
	struct error ignored = ERROR_INIT;

	if (file_read(path, LIMIT_PROCESS_OUTPUT, &text, &ignored) < 0)
		error_release(&ignored);
	for (const char *p = text.buf; *p;) {
		size_t len = strcspn(p, "\n");

		strvec_add_take(ret, xmemdupz(p, len));
		p += len + (p[len] == '\n');
	}
}

/*
 * A killed MySQL leaves SOCKET.lock with its process number; the next one does not start while any
 * process at all has that number. No server has this socket now: the folder is the sandbox's own.
 */
static void remove_stale_lock(const struct sandbox_instance *in)
{
	cleanup_free char *lock = xasprintf("%s.lock", in->socket);

	(void)unlink(lock);
}

int instance_start(const struct sandbox *s, size_t i, const struct server_program *p,
		   const char *sql, struct error *err)
{
	const struct sandbox_instance *in = &s->instances[i];
	cleanup_free char *console = xasprintf("%s/console.log", in->folder);
	cleanup_free char *file = sql ? xasprintf("%s/start.sql", in->folder) : NULL;
	cleanup_strvec struct strvec argv = STRVEC_INIT, environment = STRVEC_INIT;
	struct process_options o = { .folder = in->folder, .log = console };
	int64_t old = deadline_shorten(clock_ms() + INSTANCE_START_TIME);
	pid_t pid;
	int r = 0;

	if (sql)
		r = write_sql(file, sql, err);
	read_environment(in, &environment);
	o.environment = (const char *const *)environment.v;
	add_command(p, in, file, &argv);
	remove_stale_lock(in);
	if (r == 0)
		r = process_start(&argv, &o, &pid, err);
	if (r == 0)
		r = wait_ready(in, pid, err);
	/* It holds passwords. */
	if (file)
		(void)unlink(file);
	deadline_restore(old);
	return r;
}
