/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * Processes of a sandbox. They outlive us, and we may be killed at any moment, so that no file can
 * be trusted to name them. A server is known by its command line: the argument
 * --defaults-file=FOLDER/INSTANCE/my.cnf, whole, in a process of the user that servers run as. It
 * is signalled through a pidfd that was opened before it was looked at, so that the number cannot
 * have gone to a stranger in between.
 */

#include "base/error.h"
#include "base/strbuf.h"
#include "base/strvec.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* Whom servers run as: ourselves, or nobody when we are root. */
struct process_user {
	uid_t uid;
	gid_t gid;
	bool change; /* we are root: become that user */
};
struct process_user process_user(void);

struct process_options {
	const char *folder; /* working folder */
	const char *log;    /* file that both outputs are appended to; NULL: see process_capture */
	int out;	    /* descriptor of both outputs if log is NULL */
	int in;		    /* descriptor of standard input; 0: /dev/null */
	const char *const *environment; /* NULL-ended "NAME=VALUE" to add, or NULL */
	bool own_user; /* stay who we are: a program of our own */
};

/*
 * Starts a program as process_user(), as leader of a session of its own, with no other descriptors
 * than 0 to 2. Waits in a task until it runs. -ERR_FAILED if it cannot be executed.
 */
int process_start(const struct strvec *argv, const struct process_options *opts, pid_t *ret,
		  struct error *err);
/*
 * Runs a program to its end and appends what it printed on both outputs, at most
 * LIMIT_PROCESS_OUTPUT bytes. *ret_status is that of waitpid(). opts may be NULL.
 */
int process_capture(const struct strvec *argv, const struct process_options *opts,
		    struct strbuf *out, int *ret_status, struct error *err);

/*
 * The process whose command line holds this argument: its number and a pidfd for the caller, or 0
 * and -1.
 */
pid_t process_find(const char *argument, int *ret_pidfd);
/* Does it stand still because of SIGSTOP (proc_pid_stat(5), state T)? */
bool process_is_stopped(pid_t pid);
/* Signals the process whose command line holds the argument; -ERR_NOT_FOUND if there is none. */
int process_signal(const char *argument, int number, struct error *err);
/*
 * Ends the processes whose command line holds the argument: asks with SIGTERM first if grace
 * (milliseconds) is not 0, then SIGKILL, and waits in a task until they are gone.
 */
int process_end(const char *argument, int64_t grace, struct error *err);
