/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/command.h"

#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"
#include "cmd/common/binlog_source.h"
#include "cmd/common/when.h"
#include "mysql/binlog/lines.h"
#include "mysql/binlog/summary.h"

/* Shows what binlogs hold. lib/mysql/binlog/ decodes; the bytes come from binlog_source. */

struct opts {
	int64_t start_position, stop_position;
	const char *start_time, *stop_time;
	struct option_list tables;
	bool follow, summary;
};

static const struct option_spec options[] = {
	OPT_INTEGER(0, "start-position", struct opts, start_position, "POSITION",
		    "begin at this position of the first file", .minimum = 4, .maximum = INT64_MAX,
		    .fallback = "4"),
	OPT_INTEGER(0, "stop-position", struct opts, stop_position, "POSITION",
		    "end before the event at this position of the last file", .minimum = 4,
		    .maximum = INT64_MAX),
	OPT_STRING(0, "start-time", struct opts, start_time, "TIME",
		   "only transactions from this time on, 2026-12-01T10:00:00Z"),
	OPT_STRING(0, "stop-time", struct opts, stop_time, "TIME",
		   "end before the first transaction of this time or later"),
	OPT_LIST(0, "table", struct opts, tables, "GLOB",
		 "only changes of these tables, shop.order*; may be repeated"),
	OPT_FLAG(0, "follow", struct opts, follow, "wait for more at the end"),
	OPT_FLAG(0, "summary", struct opts, summary,
		 "count changes by table and show the largest transactions"),
	OPT_END
};

static const struct arg_spec args[] = {
	{ "FILE", "binlog files in order, or - for standard input", 1, ARGS_ANY, complete_file },
	ARG_END
};

static const struct example examples[] = {
	{ "binlog dump binlog.000007", "what was changed, for reading" },
	{ "binlog dump binlog.000007 --table 'shop.*' -o json | jq .after", "new rows, for programs" },
	{ "binlog dump binlog.00000? --summary", "which tables changed most, which transactions were large" },
	EXAMPLE_END
};

static int write_out(void *arg, struct strbuf *buf, struct error *err)
{
	(void)arg;
	return fd_write_all(STDOUT_FILENO, "standard output", buf->buf, buf->len, err);
}

/* Globs without a dot name tables of any database. */
static const char **table_globs(const struct option_list *list)
{
	const char **globs = xcalloc(list->len + 1, sizeof(*globs));

	for (size_t i = 0; i < list->len; i++)
		globs[i] = strchr(list->v[i], '.') ? xstrdup(list->v[i])
						   : xasprintf("*.%s", list->v[i]);
	return globs;
}

static void free_globs(const char ***globs)
{
	if (!*globs)
		return;
	for (size_t i = 0; (*globs)[i]; i++)
		free((char *)(uintptr_t)(*globs)[i]);
	free(*globs);
}

static int read_times(const struct opts *o, struct binlog_filter *f, struct error *err)
{
	int r = 0;

	if (o->start_time)
		r = when_parse(o->start_time, "--start-time", &f->start_time, err);
	if (r == 0 && o->stop_time)
		r = when_parse(o->stop_time, "--stop-time", &f->stop_time, err);
	return r;
}

static int dump(struct session *s, const struct opts *o, const struct binlog_filter *filter,
		struct error *err)
{
	struct binlog_lines lines = BINLOG_LINES_INIT;
	struct binlog_summary summary = BINLOG_SUMMARY_INIT;
	struct binlog_source source = {
		.files = s->args,
		.count = s->argc,
		.start = (uint64_t)o->start_position,
		.stop = (uint64_t)o->stop_position,
		.follow = o->follow,
		.out = &lines.out,
	};
	int r;

	lines.filter = summary.filter = filter;
	lines.out.text = s->format != FORMAT_JSON;
	lines.out.drain = write_out;
	lines.colour = s->colour;
	r = binlog_source_read(&source, o->summary ? binlog_summary_event : binlog_lines_event,
			       o->summary ? (void *)&summary : (void *)&lines, err);
	if (r >= 0 && o->summary)
		binlog_summary_write(&summary, &lines.out);
	/* What was decoded before an error is good and is shown. */
	binlog_out_drain(&lines.out);
	if (r >= 0 && lines.out.err.class) {
		*err = lines.out.err;
		lines.out.err = (struct error)ERROR_INIT;
		r = -err->class;
	}
	if (source.skipped)
		session_warn(s, "passed over %llu events of types that are not known and may be ignored",
			     (unsigned long long)source.skipped);
	binlog_lines_release(&lines);
	binlog_summary_release(&summary);
	return r < 0 ? r : 0;
}

static int run(struct session *s, const void *opts, struct error *err)
{
	const struct opts *o = opts;
	__attribute__((cleanup(free_globs))) const char **globs = table_globs(&o->tables);
	struct binlog_filter filter = { .tables = globs, .table_count = o->tables.len };

	if (o->follow && o->summary)
		return session_usage(s, err, "--follow never ends, so --summary would never be shown");
	if (read_times(o, &filter, err) < 0)
		return -err->class;
	return dump(s, o, &filter, err);
}

extern const struct command cmd_binlog_dump;
const struct command cmd_binlog_dump = {
	.words = "binlog dump",
	.group = GROUP_LOOK,
	.summary = "show what binlogs hold, for reading or as JSON lines",
	.description =
		"Decodes every event that MySQL and MariaDB write: row changes with names and values as "
		"far as the log has them (binlog_row_metadata=FULL), statements as statements, "
		"transactions with their GTID, time and size. Checksums are verified. What cannot be "
		"decoded ends the output with file, position and reason; nothing is left out silently."
		"\n\n"
		"With -o json each line is an object with a type: file, begin, insert, update, delete, "
		"statement, commit, rollback, xa-prepare and others; docs/binlog.md lists them. Integers "
		"and decimals keep every digit, binary strings are {\"base64\": …}.",
	.args = args,
	.options = options,
	.opts_size = sizeof(struct opts),
	.formats = FORMAT_TEXT | FORMAT_JSON,
	.default_format = FORMAT_TEXT,
	.examples = examples,
	.run = run,
};
