/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/command.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "base/memory.h"
#include "cmd/common/sandbox.h"
#include "cmd/common/server_task.h"
#include "cmd/common/status_text.h"
#include "mysql/binlog/fetch.h"
#include "net/task.h"

/* Saves a server's binlogs as files. */

struct opts {
	struct target_options target;
	struct login_options login;
	const char *to, *start_file;
};

static const struct option_spec options[] = {
	TARGET_OPTIONS(struct opts, target),
	LOGIN_OPTIONS(struct opts, login),
	OPT_STRING(0, "to", struct opts, to, "DIR", "the folder to save in; made if it is missing",
		   .fallback = ".", .complete = complete_file),
	OPT_STRING(0, "start-file", struct opts, start_file, "FILE",
		   "begin with this binlog (default: the server's oldest)"),
	OPT_END
};

static const struct arg_spec args[] = { TARGET_ARG, ARG_END };

static const struct example examples[] = {
	{ "binlog fetch --sandbox demo demo-0 --to logs", "save all that is not there yet" },
	{ "binlog fetch --hosts db1 --to logs --start-file binlog.000040", "from one file on" },
	EXAMPLE_END
};

struct job {
	const struct opts *o;
	struct session *session;
	struct sandbox_line line;
	int64_t shown; /* when a line was, ms */
};

#define LINE_MS 200

static void on_file(void *arg, enum binlog_fetched what, const char *file, uint64_t bytes,
		    uint64_t size, bool plain)
{
	struct job *job = arg;
	cleanup_strbuf struct strbuf text = STRBUF_INIT;
	struct strbuf *out = &job->session->out;
	const char *how = plain ? " in plain, encrypted on the server" : "";

	print_bytes(&text, (int64_t)bytes);
	switch (what) {
	case FETCH_GOES_ON:
		if (clock_ms() < job->shown + LINE_MS)
			return;
		strbuf_addstr(&text, " of ");
		print_bytes(&text, (int64_t)(size > bytes ? size : bytes));
		strbuf_addf(&text, ", %s", file);
		job->line.progress.say(&job->line.progress, text.buf);
		job->shown = clock_ms();
		return;
	case FETCH_SAVED:
		strbuf_addf(out, "%s: saved%s, %s\n", file, how, text.buf);
		return;
	case FETCH_HAD:
		strbuf_addf(out, "%s: was there\n", file);
		return;
	case FETCH_OPEN:
		strbuf_addf(out, "%s: is being written%s; %s so far in %s.part\n", file,
			    plain ? ", encrypted on the server" : "", text.buf, file);
	}
}

/* In a task. */
static int fetch(struct server_task *t, struct error *err)
{
	struct job *job = t->arg;
	cleanup_binlog_logs struct binlog_logs logs = BINLOG_LOGS_INIT;
	struct binlog_fetch_options o = {
		.folder = job->o->to,
		.silence_ms = job->o->target.timeout,
		.say = on_file,
		.arg = job,
	};
	ptrdiff_t first = 0;

	if (binlog_logs_read(&logs, t->c, err) < 0)
		return -err->class;
	if (logs.off || logs.len == 0)
		return error_set(err, ERR_NOT_FOUND, "'%s' has no binlog", t->name);
	if (job->o->start_file)
		first = binlog_logs_find(&logs, job->o->start_file);
	if (first < 0) {
		error_set(err, ERR_NOT_FOUND, "'%s' has no binlog '%s'", t->name,
			  job->o->start_file);
		error_hint(err, "binlog list shows those that it has, from '%s' on",
			   logs.items[0].file);
		return -ERR_NOT_FOUND;
	}
	o.first = (size_t)first;
	if (mkdir(job->o->to, 0750) < 0 && errno != EEXIST)
		return error_set_errno(err, errno, "cannot make folder '%s'", job->o->to);
	return binlog_fetch(t->c, &logs, &o, err);
}

static int run(struct session *s, const void *opts, struct error *err)
{
	struct job job = { .o = opts, .session = s, .line = sandbox_line(s) };
	int r;

	if (job.o->login.compress)
		return session_usage(s, err, "--compress is not for streams of binlogs");
	r = server_task_run_one(s, &job.o->target, &job.o->login, s->argc ? s->args[0] : NULL,
				fetch, &job, err);
	sandbox_line_end(&job.line);
	return r;
}

extern const struct command cmd_binlog_fetch;
const struct command cmd_binlog_fetch = {
	.words = "binlog fetch",
	.group = GROUP_LOOK,
	.summary = "save a server's binlogs, byte for byte",
	.description =
		"Asks for the binlogs as a replica would (REPLICATION SLAVE) and saves them as the "
		"server has them. Checksums are verified; a file is FILE.part until it is whole. Run "
		"again, it goes on where it stopped, and leaves out what is there. The file that the "
		"server writes stays FILE.part until a later run finds it closed.\n\n"
		"A file that MySQL encrypted is saved in plain. One that MariaDB encrypted cannot be "
		"saved; binlog dump shows what is in it.",
	.args = args,
	.options = options,
	.globals = GLOBAL_VERBOSE,
	.opts_size = sizeof(struct opts),
	.examples = examples,
	.run = run,
};
