/* SPDX-License-Identifier: Apache-2.0 */
#include "net/program.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/memory.h"
#include "net/task.h"

#define LOOK_INTERVAL 50 /* milliseconds */
#define WAITING "waiting for a program"

bool program_is(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISREG(st.st_mode) && access(path, X_OK) == 0;
}

int program_find(const char *name, char **ret, struct error *err)
{
	const char *p = getenv("PATH");

	if (strchr(name, '/')) {
		if (!program_is(name))
			return error_set(err, ERR_NOT_FOUND, "there is no program '%s'", name);
		*ret = xstrdup(name);
		return 0;
	}
	while (p && *p && *name) {
		size_t len = strcspn(p, ":");
		cleanup_free char *path = xasprintf("%.*s/%s", (int)len, p, name);

		if (*p == '/' && program_is(path)) {
			*ret = TAKE_PTR(path);
			return 0;
		}
		p += len + (p[len] == ':');
	}
	return error_set(err, ERR_NOT_FOUND, "there is no program '%s' in PATH", name);
}

static int spawn(const char *path, const char *const *argv, const struct program_options *opts,
		 int out, pid_t *ret)
{
	const char *const *environment = opts->environment ? opts->environment
							   : (const char *const *)environ;
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attributes;
	sigset_t set;
	int failed;

	posix_spawn_file_actions_init(&files);
	posix_spawnattr_init(&attributes);
	/* We ignore SIGPIPE, and may have blocked others. */
	sigemptyset(&set);
	posix_spawnattr_setsigmask(&attributes, &set);
	sigaddset(&set, SIGPIPE);
	posix_spawnattr_setsigdefault(&attributes, &set);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
	posix_spawn_file_actions_adddup2(&files, out, 1);
	if (!opts->with_stdin)
		posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0);
	/* What a library has opened without O_CLOEXEC is not for others. */
	posix_spawn_file_actions_addclosefrom_np(&files, 3);
	failed = posix_spawn(ret, path, &files, &attributes, (char *const *)(uintptr_t)argv,
			     (char *const *)(uintptr_t)environment);
	posix_spawnattr_destroy(&attributes);
	posix_spawn_file_actions_destroy(&files);
	return failed;
}

/* 0: it was the end; 1: there may be more. */
static int read_some(int fd, struct strbuf *out, size_t limit, struct error *err)
{
	ssize_t n;

	if (limit == 0)
		return error_set(err, ERR_LIMIT, "the program printed too much");
	/* One byte beyond the limit shows that it was passed. */
	strbuf_grow(out, 4096);
	n = read(fd, out->buf + out->len, limit < 4096 ? limit : 4096);
	if (n < 0)
		return errno == EINTR || errno == EAGAIN ? 1 : 0;
	strbuf_added(out, (size_t)n);
	return n > 0;
}

/* Has it ended? It can be waited for all the same. */
static bool has_ended(pid_t pid)
{
	siginfo_t info = { 0 };

	return waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
	       info.si_pid == pid;
}

/*
 * Reads until nobody can write any more, or the program has ended and the pipe is empty. pidfd < 0:
 * there are none here (kernels before 5.3), so it is looked now and then.
 */
static int read_output(pid_t pid, int fd, int pidfd, struct strbuf *out, size_t limit,
		       struct error *err)
{
	size_t most = out->len + limit + 1;
	struct pollfd fds[2] = { { .fd = fd, .events = POLLIN },
				 { .fd = pidfd, .events = POLLIN } };
	int more = 1;

	while (more > 0) {
		int64_t until = pidfd < 0 ? clock_ms() + LOOK_INTERVAL : DEADLINE_NONE;
		int r = wait_fds(fds, 2, until, WAITING, err);

		if (r < 0)
			return r;
		if (fds[0].revents)
			more = read_some(fd, out, most - out->len, err);
		else if (fds[1].revents || (r == 0 && has_ended(pid)))
			break;
	}
	return more < 0 ? more : 0;
}

static int run(pid_t pid, int fd, struct strbuf *out, size_t limit, int *ret_status,
	       struct error *err)
{
	cleanup_close int pidfd = (int)syscall(SYS_pidfd_open, pid, 0);
	int r = read_output(pid, fd, pidfd, out, limit, err);

	if (r == 0)
		r = wait_child(pid, ret_status, err);
	if (r < 0) {
		(void)kill(pid, SIGKILL);
		(void)waitpid(pid, ret_status, 0);
	}
	return r;
}

int program_run(const char *path, const char *const *argv, const struct program_options *opts,
		struct strbuf *out, int *ret_status, struct error *err)
{
	static const struct program_options none;
	int pipes[2], failed, r;
	pid_t pid;

	opts = opts ? opts : &none;
	if (pipe2(pipes, O_CLOEXEC) < 0)
		return error_set_errno(err, errno, "cannot make a pipe");
	failed = spawn(path, argv, opts, pipes[1], &pid);
	(void)close(pipes[1]);
	if (failed) {
		error_set_errno(err, failed, "cannot run '%s'", path);
		err->class = ERR_FAILED;
		r = -ERR_FAILED;
	} else {
		(void)fcntl(pipes[0], F_SETFL, O_NONBLOCK);
		r = run(pid, pipes[0], out, opts->limit ? opts->limit : LIMIT_PROCESS_OUTPUT,
			ret_status, err);
	}
	(void)close(pipes[0]);
	return r;
}
