/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * A program that answers on its standard output: a credential plugin. It runs as a part of us, in
 * our process group and with our terminal, so that it can ask and is reached by Ctrl-C; its
 * standard error is ours. What is meant to outlive us, or runs as another user, is started by
 * sandbox/process.h.
 */

#include "base/error.h"
#include "base/strbuf.h"

#include <stdbool.h>
#include <stddef.h>

struct program_options {
	const char *const *environment; /* all of it, NULL-ended "NAME=VALUE"; NULL: ours */
	bool with_stdin;		/* it may read our standard input; else there is none */
	size_t limit;			/* bytes of its output; 0: LIMIT_PROCESS_OUTPUT */
};

/* Is it a file that we may execute? */
bool program_is(const char *path);
/*
 * The file that a name without '/' means in PATH, or the name itself if it has one: *ret for the
 * caller. -ERR_NOT_FOUND, also for what may not be executed. What PATH names relative to the
 * working folder is never taken.
 */
int program_find(const char *name, char **ret, struct error *err);

/*
 * Runs a file with arguments (argv[0] first, NULL-ended) to its end, and appends its output. In a
 * task; if that one's deadline passes or it is cancelled, the program is killed. Whatever the
 * program leaves running behind it is not waited for. *ret_status is that of waitpid(). Errors:
 * -ERR_FAILED if it cannot be started, -ERR_LIMIT (it is killed), -ERR_TIMEOUT, -ERR_CANCELLED.
 * Neither arguments nor output are in a message.
 */
int program_run(const char *path, const char *const *argv, const struct program_options *opts,
		struct strbuf *out, int *ret_status, struct error *err);
