/* SPDX-License-Identifier: Apache-2.0 */
#include "sandbox/process.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <pwd.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "base/limits.h"
#include "base/memory.h"
#include "net/task.h"

#define NOBODY 65534

struct process_user process_user(void)
{
	struct process_user u = { geteuid(), getegid(), false };
	const struct passwd *nobody;

	if (u.uid != 0)
		return u;
	nobody = getpwnam("nobody");
	u.uid = nobody ? nobody->pw_uid : NOBODY;
	u.gid = nobody ? nobody->pw_gid : NOBODY;
	u.change = true;
	return u;
}

/* ---- starting ------------------------------------------------------------------------------- */

/* In the child; only calls that are safe behind fork(). Returns what failed. */
static const char *become(const struct process_options *opts, const struct process_user *user,
			  const int fds[3])
{
	sigset_t none;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	signal(SIGPIPE, SIG_DFL);
	setsid();
	for (int i = 0; i < 3; i++)
		if (dup2(fds[i], i) < 0)
			return "its descriptors";
	if (user->change && !opts->own_user &&
	    (setgroups(0, NULL) < 0 || setresgid(user->gid, user->gid, user->gid) < 0 ||
	     setresuid(user->uid, user->uid, user->uid) < 0))
		return "its user";
	umask(027);
	if (opts->folder && chdir(opts->folder) < 0)
		return "its folder";
	return NULL;
}

struct failure {
	int errnum;
	char what[32];
};

static void run_child(const struct strvec *argv, const struct process_options *opts,
		      const struct process_user *user, const int fds[3], char **environment,
		      int report)
{
	const char *what = become(opts, user, fds);
	struct failure f = { 0 };
	ssize_t n;

	if (!what) {
		/* Whatever was opened without O_CLOEXEC, by a library for instance. */
		for (int fd = 3; fd < 256; fd++)
			if (fd != report)
				(void)close(fd);
		execve(argv->v[0], argv->v, environment);
		what = "execve";
	}
	f.errnum = errno;
	memcpy(f.what, what, strlen(what));
	do
		n = write(report, &f, sizeof(f));
	while (n < 0 && errno == EINTR);
	kill(getpid(), SIGKILL);
}

/* Our environment without what would change a server or a client, and what is added. */
static char **make_environment(const char *const *add)
{
	static const char *const dropped[] = { "MYSQL_", "MARIADB_", "NOTIFY_SOCKET=", "LD_",
					       "UMASK", "TZ=" };
	size_t n = 0, len = 0;
	char **all;

	while (environ[n])
		n++;
	for (size_t i = 0; add && add[i]; i++)
		n++;
	all = xcalloc(n + 1, sizeof(*all));
	for (char **e = environ; *e; e++) {
		bool keep = true;

		for (size_t i = 0; i < ARRAY_SIZE(dropped); i++)
			keep = keep && strncmp(*e, dropped[i], strlen(dropped[i])) != 0;
		if (keep)
			all[len++] = *e;
	}
	for (size_t i = 0; add && add[i]; i++)
		all[len++] = (char *)(uintptr_t)add[i];
	return all;
}

/* Waits until the child has executed its program (the pipe is closed by that) or says why not. */
static int read_failure(int fd, const char *program, pid_t pid, struct error *err)
{
	struct failure f = { 0 };
	ssize_t n;
	int r = wait_fd(fd, POLLIN, "waiting for a program to start", NULL, err);

	if (r < 0)
		return r;
	do
		n = read(fd, &f, sizeof(f));
	while (n < 0 && errno == EINTR);
	if (n != (ssize_t)sizeof(f))
		return 0;
	(void)waitpid(pid, NULL, 0);
	f.what[sizeof(f.what) - 1] = '\0';
	if (!strcmp(f.what, "execve"))
		return error_set_errno(err, f.errnum, "cannot run '%s'", program);
	return error_set_errno(err, f.errnum, "cannot run '%s': setting %s", program, f.what);
}

static int open_outputs(const struct process_options *opts, int fds[3], struct error *err)
{
	fds[0] = opts->in > 0 ? opts->in : open("/dev/null", O_RDONLY | O_CLOEXEC);
	fds[1] = opts->log ? open(opts->log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0640)
			   : opts->out;
	fds[2] = fds[1];
	if (fds[0] < 0)
		return error_set_errno(err, errno, "cannot open '/dev/null'");
	if (fds[1] < 0)
		return error_set_errno(err, errno, "cannot open '%s'", opts->log);
	return 0;
}

int process_start(const struct strvec *argv, const struct process_options *opts, pid_t *ret,
		  struct error *err)
{
	struct process_user user = process_user();
	cleanup_free char **environment = make_environment(opts->environment);
	int fds[3] = { -1, -1, -1 }, report[2];
	pid_t pid = -1;
	int r = open_outputs(opts, fds, err);

	if (r == 0 && pipe2(report, O_CLOEXEC) < 0)
		r = error_set_errno(err, errno, "cannot make a pipe");
	if (r == 0) {
		pid = fork();
		if (pid == 0)
			run_child(argv, opts, &user, fds, environment, report[1]);
		if (pid < 0)
			r = error_set_errno(err, errno, "cannot start a process");
		(void)close(report[1]);
		if (r == 0)
			r = read_failure(report[0], argv->v[0], pid, err);
		(void)close(report[0]);
	}
	if (fds[0] >= 0 && opts->in <= 0)
		(void)close(fds[0]);
	if (fds[1] >= 0 && opts->log)
		(void)close(fds[1]);
	if (r == 0)
		*ret = pid;
	return r;
}

static int read_all(int fd, struct strbuf *out, struct error *err)
{
	size_t start = out->len;
	ssize_t n;
	int r;

	for (;;) {
		r = wait_fd(fd, POLLIN, "waiting for a program", NULL, err);
		if (r < 0)
			return r;
		strbuf_grow(out, 4096);
		n = read(fd, out->buf + out->len, 4096);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return 0;
		out->len += (size_t)n;
		out->buf[out->len] = '\0';
		if (out->len - start > LIMIT_PROCESS_OUTPUT)
			return error_set(err, ERR_LIMIT, "a program printed too much");
	}
}

int process_capture(const struct strvec *argv, const struct process_options *opts,
		    struct strbuf *out, int *ret_status, struct error *err)
{
	struct process_options o = opts ? *opts : (struct process_options){ 0 };
	int pipes[2];
	pid_t pid;
	int r;

	if (pipe2(pipes, O_CLOEXEC) < 0)
		return error_set_errno(err, errno, "cannot make a pipe");
	o.log = NULL;
	o.out = pipes[1];
	r = process_start(argv, &o, &pid, err);
	(void)close(pipes[1]);
	if (r == 0) {
		r = read_all(pipes[0], out, err);
		if (r < 0)
			(void)kill(pid, SIGKILL);
		if (r < 0)
			(void)waitpid(pid, ret_status, 0);
		else
			r = wait_child(pid, ret_status, err);
	}
	(void)close(pipes[0]);
	return r;
}

/* ---- finding and ending --------------------------------------------------------------------- */

static bool holds_argument(pid_t pid, const char *argument)
{
	cleanup_free char *path = xasprintf("/proc/%d/cmdline", (int)pid);
	cleanup_strbuf struct strbuf text = STRBUF_INIT;
	struct error ignored = ERROR_INIT;
	size_t len = strlen(argument) + 1;

	if (file_read(path, LIMIT_PROCESS_OUTPUT, &text, &ignored) < 0) {
		error_release(&ignored);
		return false;
	}
	for (const char *p = text.buf; p < text.buf + text.len; p += strlen(p) + 1)
		if ((size_t)(text.buf + text.len - p) >= len && !memcmp(p, argument, len))
			return true;
	return false;
}

bool process_is_stopped(pid_t pid)
{
	cleanup_free char *path = xasprintf("/proc/%d/stat", (int)pid);
	cleanup_strbuf struct strbuf text = STRBUF_INIT;
	struct error ignored = ERROR_INIT;
	const char *name_end;

	if (file_read(path, LIMIT_PROCESS_OUTPUT, &text, &ignored) < 0) {
		error_release(&ignored);
		return false;
	}
	/* The name of the program stands in parentheses and may have some of its own. */
	name_end = strrchr(text.buf, ')');
	return name_end && strncmp(name_end, ") T", 3) == 0;
}

static bool is_ours(pid_t pid, const struct process_user *user)
{
	cleanup_free char *path = xasprintf("/proc/%d", (int)pid);
	struct stat st;

	return stat(path, &st) == 0 && (st.st_uid == user->uid || st.st_uid == geteuid());
}

/* A process that has ended and was not waited for has no command line: it is never found. */
pid_t process_find(const char *argument, int *ret_pidfd)
{
	struct process_user user = process_user();
	DIR *proc = opendir("/proc");
	struct dirent *e;
	pid_t found = 0;

	*ret_pidfd = -1;
	while (proc && !found && (e = readdir(proc))) {
		pid_t pid = (pid_t)strtol(e->d_name, NULL, 10);
		int fd;

		if (pid <= 1 || pid == getpid() || !is_ours(pid, &user) ||
		    !holds_argument(pid, argument))
			continue;
		fd = (int)syscall(SYS_pidfd_open, pid, 0);
		/* Looked at again: the number may be somebody else's by now. */
		if (fd >= 0 && is_ours(pid, &user) && holds_argument(pid, argument)) {
			found = pid;
			*ret_pidfd = fd;
		} else if (fd >= 0) {
			(void)close(fd);
		}
	}
	if (proc)
		closedir(proc);
	return found;
}

static int signal_process(int pidfd, int number)
{
	return (int)syscall(SYS_pidfd_send_signal, pidfd, number, NULL, 0);
}

/* A pidfd is readable when its process has ended. */
static int wait_gone(int pidfd, int64_t grace, struct error *err)
{
	int64_t old = deadline_shorten(clock_ms() + grace);
	int r = wait_fd(pidfd, POLLIN, "waiting for a server to end", NULL, err);

	deadline_restore(old);
	return r;
}

static int end_one(pid_t pid, int pidfd, int64_t grace, struct error *err)
{
	struct error late = ERROR_INIT;
	int r = -ERR_TIMEOUT;

	/* One that was stopped would never see another signal. */
	if (grace) {
		(void)signal_process(pidfd, SIGTERM);
		(void)signal_process(pidfd, SIGCONT);
		r = wait_gone(pidfd, grace, &late);
		error_release(&late);
	}
	if (r < 0 && signal_process(pidfd, SIGKILL) < 0 && errno != ESRCH)
		return error_set_errno(err, errno, "cannot end process %d", (int)pid);
	if (r < 0)
		r = wait_fd(pidfd, POLLIN, "waiting for a killed server", NULL, err);
	(void)waitpid(pid, NULL, WNOHANG);
	return r;
}

int process_signal(const char *argument, int number, struct error *err)
{
	cleanup_close int pidfd = -1;
	pid_t pid = process_find(argument, &pidfd);

	if (!pid)
		return error_set(err, ERR_NOT_FOUND, "there is no such process");
	if (signal_process(pidfd, number) < 0)
		return error_set_errno(err, errno, "cannot signal process %d", (int)pid);
	return 0;
}

int process_end(const char *argument, int64_t grace, struct error *err)
{
	int pidfd, r = 0;
	pid_t pid;

	while (r == 0 && (pid = process_find(argument, &pidfd))) {
		r = end_one(pid, pidfd, grace, err);
		(void)close(pidfd);
	}
	return r;
}
