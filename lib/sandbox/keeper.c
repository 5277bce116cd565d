/* SPDX-License-Identifier: Apache-2.0 */
#include "sandbox/keeper.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/strbuf.h"
#include "net/proxy.h"
#include "net/task.h"
#include "sandbox/process.h"
#include "sandbox/sql.h"

#define PING_INTERVAL 1000 /* milliseconds between two looks whether the server is there */
#define READY_TIME 60000
#define KEEPER_MEND SIGUSR1

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

/* Those that are proxies, and the words of net/proxy.h for what is wrong with them. */
struct link_keeping {
	const char *fault, *words;
};

static const struct link_keeping links[] = {
	{ "cut-link", "refuse" },
	{ "slow-link", "rate 4000" },
	{ "half-open-link", "hang" },
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

static int listen_at_source(const struct sandbox *s, const struct sandbox_instance *i,
			    struct proxy **ret, struct error *err)
{
	const struct sandbox_instance *source = sandbox_source(s, (size_t)(i - s->instances));
	cleanup_free char *text = NULL;
	int r;

	if (!source)
		return error_set(err, ERR_FAILED, "'%s' follows nobody", i->name);
	r = proxy_start(task_loop(task_current()),
			&(struct proxy_options){ .listen = source->host,
						 .host = source->host,
						 .server_port = source->port },
			ret, err);
	if (r < 0)
		return r;
	text = xasprintf("port %u\n", proxy_port(*ret));
	return report(text, err);
}

/* A line is the word to begin; its end without one is that of whoever wanted the fault. */
static int wait_for_word(struct error *err)
{
	char byte;
	int r = wait_fd(STDIN_FILENO, POLLIN, "waiting for a word", NULL, err);

	if (r == 0 && read(STDIN_FILENO, &byte, 1) != 1)
		r = error_set(err, ERR_IO, "nobody said a word");
	return r;
}

static void mend(int signals, struct proxy *p)
{
	struct signalfd_siginfo info;

	if (read(signals, &info, sizeof(info)) == (ssize_t)sizeof(info))
		proxy_set_faults(p, &(struct proxy_faults){ 0 });
}

/* Until the sandbox's folder is gone, if nobody ends it before; KEEPER_MEND mends the link. */
static int stand_between(const struct sandbox *s, struct proxy *p, int signals, struct error *err)
{
	int r = 0;

	while (r >= 0 && access(s->folder, F_OK) == 0) {
		struct pollfd fd = { .fd = signals, .events = POLLIN };

		r = wait_fds(&fd, 1, clock_ms() + PING_INTERVAL, "waiting for the end", err);
		if (r > 0)
			mend(signals, p);
	}
	return r < 0 ? r : 0;
}

static int take_signals(int *ret, struct error *err)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, KEEPER_MEND);
	sigprocmask(SIG_BLOCK, &set, NULL);
	*ret = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	return *ret < 0 ? error_set_errno(err, errno, "cannot wait for signals") : 0;
}

static int be_link(const struct sandbox *s, const struct sandbox_instance *i,
		   const struct link_keeping *k, struct error *err)
{
	struct proxy_faults faults = { 0 };
	cleanup_close int signals = -1;
	struct proxy *p = NULL;
	int r = take_signals(&signals, err);

	if (r == 0)
		r = listen_at_source(s, i, &p, err);
	if (r == 0)
		r = wait_for_word(err);
	if (r == 0)
		r = proxy_fault_parse(k->words, &faults, err);
	if (r == 0) {
		proxy_set_faults(p, &faults);
		if (faults.refuse)
			proxy_cut(p);
		r = report("ready\n", err);
		let_go();
	}
	if (r == 0)
		r = stand_between(s, p, signals, err);
	if (p)
		proxy_stop(p);
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
	for (size_t k = 0; k < ARRAY_SIZE(links); k++)
		if (!strcmp(links[k].fault, fault))
			return be_link(s, i, &links[k], err);
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

/* Waits for a whole line that begins with this word, and appends it; or says what came instead. */
static int read_answer(int fd, const char *word, struct strbuf *text, struct error *err)
{
	int64_t old = deadline_shorten(clock_ms() + READY_TIME);
	char part[512];
	ssize_t n = 1;
	int r = 0;

	while (r == 0 && n > 0 && !memchr(text->buf, '\n', text->len)) {
		r = wait_fd(fd, POLLIN, "waiting for a keeper", NULL, err);
		n = r == 0 ? read(fd, part, sizeof(part)) : 0;
		if (n > 0)
			strbuf_add(text, part, (size_t)n);
	}
	deadline_restore(old);
	while (text->len && text->buf[text->len - 1] == '\n')
		strbuf_setlen(text, text->len - 1);
	if (r < 0 || !strncmp(text->buf, word, strlen(word)))
		return r;
	return error_set(err, ERR_FAILED, "the process that keeps the fault ended: %s", text->buf);
}

/* in: what it reads from, or 0. *ret_out is the pipe that it writes to. */
static int start(const struct sandbox *s, const struct sandbox_instance *i, const char *fault,
		 int in, int *ret_out, struct error *err)
{
	cleanup_strvec struct strvec argv = STRVEC_INIT;
	struct process_options o = { .folder = "/", .own_user = true, .in = in };
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
		*ret_out = pipes[0];
	else
		(void)close(pipes[0]);
	return r;
}

int keeper_start(const struct sandbox *s, const struct sandbox_instance *i, const char *fault,
		 struct error *err)
{
	cleanup_strbuf struct strbuf text = STRBUF_INIT;
	cleanup_close int out = -1;
	int r = start(s, i, fault, 0, &out, err);

	return r < 0 ? r : read_answer(out, "ready", &text, err);
}

int keeper_start_link(const struct sandbox *s, const struct sandbox_instance *i, const char *fault,
		      struct keeper_link *link, struct error *err)
{
	cleanup_strbuf struct strbuf text = STRBUF_INIT;
	int in[2], r;

	if (pipe2(in, O_CLOEXEC) < 0)
		return error_set_errno(err, errno, "cannot make a pipe");
	link->to = in[1];
	r = start(s, i, fault, in[0], &link->from, err);
	(void)close(in[0]);
	if (r == 0)
		r = read_answer(link->from, "port ", &text, err);
	if (r == 0)
		link->port = (unsigned)strtoul(text.buf + strlen("port "), NULL, 10);
	return r;
}

int keeper_link_break(struct keeper_link *link, struct error *err)
{
	cleanup_strbuf struct strbuf text = STRBUF_INIT;
	int r = fd_write_all(link->to, "the keeper", "\n", 1, err);

	return r < 0 ? r : read_answer(link->from, "ready", &text, err);
}

int keeper_link_mend(const struct sandbox_instance *i, const char *fault, struct error *err)
{
	cleanup_free char *argument = marker(i, fault);
	int r = process_signal(argument, KEEPER_MEND, err);

	/* Without it there is no link to mend. */
	if (r == -ERR_NOT_FOUND) {
		error_release(err);
		r = 0;
	}
	return r;
}

void keeper_link_release(struct keeper_link *link)
{
	if (link->to >= 0)
		(void)close(link->to);
	if (link->from >= 0)
		(void)close(link->from);
	*link = (struct keeper_link)KEEPER_LINK_INIT;
}

int keeper_end(const struct sandbox_instance *i, const char *fault, struct error *err)
{
	cleanup_free char *argument = marker(i, fault);

	return process_end(argument, 0, err);
}
