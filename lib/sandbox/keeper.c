/* SPDX-License-Identifier: Apache-2.0 */
#include "sandbox/keeper.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/strbuf.h"
#include "net/task.h"
#include "sandbox/process.h"
#include "sandbox/sql.h"

#define PING_INTERVAL 1000 /* milliseconds between two looks whether the server is there */
#define READY_TIME 60000

/* What each keeper does: statements that end, then perhaps one that waits. */
struct keeping {
	const char *fault;
	const char *statements[4];
	const char *waits;
};

static const struct keeping keepings[] = {
	{ "lag", { "LOCK TABLES shop.orders READ" }, NULL },
	{ "lock-wait",
	  { "BEGIN", "SELECT * FROM shop.orders WHERE id = 900003 LOCK IN SHARE MODE" },
	  NULL },
	{ "long-transaction",
	  { "BEGIN", "INSERT INTO shop.orders (item) VALUES ('unfinished')" },
	  NULL },
	{ "semi-sync-waiting", { NULL }, "INSERT INTO shop.orders (item) VALUES ('waiting')" },
};

static char *marker(const struct sandbox_instance *i, const char *fault)
{
	return xasprintf("--keeper=%s/%s", i->folder, fault);
}

/* ---- the keeper itself ---------------------------------------------------------------------- */

static int report(const char *text, struct error *err)
{
	return fd_write_all(STDOUT_FILENO, "the one who waits", text, strlen(text), err);
}

/* Nobody reads from here on. */
static void let_go(void)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	if (null < 0)
		return;
	(void)dup2(null, STDOUT_FILENO);
	(void)dup2(null, STDERR_FILENO);
	(void)close(null);
}

static int hold(struct connection *c, const struct keeping *k, struct error *err)
{
	int r = sql_run_all(c, k->statements, err);

	if (r == 0)
		r = report("ready\n", err);
	if (r < 0)
		return r;
	let_go();
	if (k->waits) {
		cleanup_result struct result *ignored = NULL;

		r = connection_query(c, k->waits, &ignored, err);
	}
	while (r == 0) {
		r = wait_until(clock_ms() + PING_INTERVAL, err);
		if (r == 0)
			r = sql_do(c, err, "DO 1");
	}
	return r;
}

int keeper_run(const char *sandbox, const char *fault, const char *instance, struct error *err)
{
	cleanup_sandbox struct sandbox *s = NULL;
	cleanup_connection struct connection *c = NULL;
	const struct sandbox_instance *i;
	int r = sandbox_load(sandbox, &s, err);

	if (r < 0)
		return r;
	i = sandbox_instance(s, instance);
	if (!i)
		return error_set(err, ERR_NOT_FOUND, "no instance '%s'", instance);
	r = sql_open(s, i, &c, err);
	if (r < 0)
		return r;
	for (size_t k = 0; k < ARRAY_SIZE(keepings); k++)
		if (!strcmp(keepings[k].fault, fault))
			return hold(c, &keepings[k], err);
	return error_set(err, ERR_NOT_FOUND, "nothing to keep for fault '%s'", fault);
}

/* ---- those who start and end it ------------------------------------------------------------- */

static int own_program(struct strvec *argv, struct error *err)
{
	char path[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", path, sizeof(path) - 1);

	if (n < 0)
		return error_set_errno(err, errno, "cannot find this program");
	path[n] = '\0';
	strvec_add(argv, path);
	return 0;
}

/* One line: "ready", or why not. */
static int read_answer(int fd, struct error *err)
{
	int64_t old = deadline_shorten(clock_ms() + READY_TIME);
	cleanup_strbuf struct strbuf text = STRBUF_INIT;
	char part[512];
	ssize_t n = 1;
	int r = 0;

	while (r == 0 && n > 0 && !strstr(text.buf, "ready\n")) {
		r = wait_fd(fd, POLLIN, "waiting for a keeper", NULL, err);
		n = r == 0 ? read(fd, part, sizeof(part)) : 0;
		if (n > 0)
			strbuf_add(&text, part, (size_t)n);
	}
	deadline_restore(old);
	if (r < 0 || strstr(text.buf, "ready\n"))
		return r;
	while (text.len && text.buf[text.len - 1] == '\n')
		strbuf_setlen(&text, text.len - 1);
	return error_set(err, ERR_FAILED, "the process that keeps the fault ended: %s", text.buf);
}

int keeper_start(const struct sandbox *s, const struct sandbox_instance *i, const char *fault,
		 struct error *err)
{
	cleanup_strvec struct strvec argv = STRVEC_INIT;
	struct process_options o = { .folder = "/", .own_user = true };
	int pipes[2], r = own_program(&argv, err);
	pid_t pid;

	if (r < 0)
		return r;
	strvec_add(&argv, KEEPER_COMMAND);
	strvec_add(&argv, s->name);
	strvec_add(&argv, fault);
	strvec_add(&argv, i->name);
	strvec_add_take(&argv, marker(i, fault));
	if (pipe2(pipes, O_CLOEXEC) < 0)
		return error_set_errno(err, errno, "cannot make a pipe");
	o.out = pipes[1];
	r = process_start(&argv, &o, &pid, err);
	(void)close(pipes[1]);
	if (r == 0)
		r = read_answer(pipes[0], err);
	(void)close(pipes[0]);
	return r;
}

int keeper_end(const struct sandbox_instance *i, const char *fault, struct error *err)
{
	cleanup_free char *argument = marker(i, fault);

	return process_end(argument, 0, err);
}
