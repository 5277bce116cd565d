/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/command.h"

#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"
#include "cmd/common/binlog_source.h"
#include "cmd/common/server_task.h"
#include "cmd/common/when.h"
#include "mysql/binlog/lines.h"
#include "mysql/binlog/stream.h"
#include "mysql/binlog/summary.h"

/* Shows what binlogs hold. lib/mysql/binlog/ decodes; the bytes come from binlog_source. */

struct opts {
	struct target_options target;
	struct login_options login;
	const char *start_file, *gtid, *after_gtid;
	int64_t start_position, stop_position;
	const char *start_time, *stop_time;
	struct option_list tables;
	bool follow, summary;
};

static const struct option_spec options[] = {
	TARGET_OPTIONS(struct opts, target),
	LOGIN_OPTIONS(struct opts, login),
	OPT_STRING(0, "start-file", struct opts, start_file, "FILE",
		   "of a server: begin with this binlog (default: its oldest)"),
	OPT_STRING(0, "gtid", struct opts, gtid, "SET", "only transactions of this set of GTIDs"),
	OPT_STRING(0, "after-gtid", struct opts, after_gtid, "SET",
		   "only transactions that are not in this set; a server sends only those"),
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
		 "only changes of these tables, shop.order*"),
	OPT_FLAG(0, "follow", struct opts, follow, "wait for more at the end"),
	OPT_FLAG(0, "summary", struct opts, summary,
		 "count changes by table and show the largest transactions"),
	OPT_END
};

static const struct arg_spec args[] = {
	{ "FILE", "binlog files in order, - for standard input; with a target: one of its instances", 0,
	  ARGS_ANY, complete_file },
	ARG_END
};

static const struct example examples[] = {
	{ "binlog dump binlog.000007", "what was changed, for reading" },
	{ "binlog dump binlog.000007 --table 'shop.*' -o json | jq .after", "new rows, for programs" },
	{ "binlog dump binlog.00000? --summary", "which tables changed most, which transactions were large" },
	{ "binlog dump --sandbox demo demo-0 --follow --table 'shop.*'", "watch the changes of a server" },
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

/* Both sets, and those of the transactions of a binlog. */
struct wanted {
	struct gtid_set only, after;
	bool has_only, has_after;
};

static bool is_wanted(void *arg, const struct binlog_gtid *g)
{
	const struct wanted *w = arg;
	struct gtid_key key = g->mariadb ? gtid_key_mariadb(g->domain, g->server)
					 : gtid_key_mysql(g->uuid, (const char *)g->tag.p,
							  g->tag.len);

	if (g->anonymous)
		return false;
	return (!w->has_only || gtid_set_has(&w->only, &key, g->number)) &&
	       (!w->has_after || !gtid_set_has(&w->after, &key, g->number));
}

static int read_sets(const struct opts *o, struct wanted *w, struct binlog_filter *f,
		     struct error *err)
{
	int r = 0;

	w->has_only = o->gtid != NULL;
	w->has_after = o->after_gtid != NULL;
	if (o->gtid)
		r = gtid_set_parse(&w->only, o->gtid, strlen(o->gtid), "--gtid", err);
	if (r == 0 && o->after_gtid)
		r = gtid_set_parse(&w->after, o->after_gtid, strlen(o->after_gtid), "--after-gtid",
				   err);
	if (w->has_only || w->has_after) {
		f->gtid = is_wanted;
		f->gtid_arg = w;
	}
	return r;
}

/* Where decoded events go, whatever they come from. */
struct dump {
	const struct opts *o;
	const struct wanted *wanted;
	struct binlog_lines lines;
	struct binlog_summary summary;
	uint64_t skipped;
};

static binlog_handler *handler_of(const struct dump *d)
{
	return d->o->summary ? binlog_summary_event : binlog_lines_event;
}

static void *handler_arg(struct dump *d)
{
	return d->o->summary ? (void *)&d->summary : (void *)&d->lines;
}

static int dump_files(struct session *s, struct dump *d, struct error *err)
{
	struct binlog_source source = {
		.files = s->args,
		.count = s->argc,
		.start = (uint64_t)d->o->start_position,
		.stop = (uint64_t)d->o->stop_position,
		.follow = d->o->follow,
		.out = &d->lines.out,
	};
	int r;

	if (s->argc == 0)
		return session_usage(s, err, "no FILE, and no server (--sandbox, --hosts)");
	r = binlog_source_read(&source, handler_of(d), handler_arg(d), err);
	d->skipped = source.skipped;
	return r;
}

/* In a task: from one server until the end, or for ever. */
static int dump_server(struct server_task *t, struct error *err)
{
	struct dump *d = t->arg;
	cleanup_binlog_decoder struct binlog_decoder *decoder =
		binlog_decoder_new(handler_of(d), handler_arg(d));
	const struct binlog_stream_options from = {
		.file = d->o->start_file,
		.position = (uint64_t)d->o->start_position,
		.after = d->wanted->has_after ? &d->wanted->after : NULL,
		.wait = d->o->follow,
		.silence_ms = d->o->target.timeout,
	};
	struct binlog_stream stream;
	const uint8_t *data;
	uint64_t position;
	size_t len;
	int r;

	binlog_decoder_file(decoder, d->o->start_file ? d->o->start_file : "");
	binlog_decoder_stream(decoder);
	r = binlog_stream_start(&stream, t->c, &from, err);
	while (r == 0) {
		r = binlog_stream_next(&stream, &data, &len, &position, err);
		if (r <= 0)
			break;
		r = binlog_decoder_feed(decoder, position, data, len, err);
		/* Who follows wants to see what there is. */
		if (d->o->follow && !binlog_decoder_in_transaction(decoder))
			binlog_out_drain(&d->lines.out);
	}
	d->skipped = binlog_decoder_skipped(decoder);
	return r;
}

static int dump_target(struct session *s, struct dump *d, struct error *err)
{
	if (s->argc > 1)
		return session_usage(s, err, "one instance at a time; --start-file names a binlog");
	if (d->o->stop_position)
		return session_usage(s, err, "--stop-position is for files; use --stop-time or --gtid");
	return server_task_run_one(s, &d->o->target, &d->o->login, s->args[0], dump_server, d, err);
}

/* What was decoded before an error is good and is shown. */
static int finish(struct session *s, struct dump *d, int r, struct error *err)
{
	struct binlog_out *out = &d->lines.out;

	if (r >= 0 && d->o->summary)
		binlog_summary_write(&d->summary, out);
	binlog_lines_end(&d->lines);
	binlog_out_drain(out);
	if (r >= 0 && out->err.class) {
		*err = out->err;
		out->err = (struct error)ERROR_INIT;
		r = -err->class;
	}
	if (d->skipped)
		session_warn(s, "passed over %llu events of types that are not known and may be ignored",
			     (unsigned long long)d->skipped);
	return r < 0 ? r : 0;
}

static int dump(struct session *s, struct dump *d, const struct binlog_filter *filter,
		struct error *err)
{
	const struct target_options *t = &d->o->target;
	int r;

	d->lines.filter = d->summary.filter = filter;
	d->lines.out.text = s->format != FORMAT_JSON;
	d->lines.out.drain = write_out;
	d->lines.colour = s->colour;
	if (t->sandbox || t->hosts || t->inventory)
		r = dump_target(s, d, err);
	else
		r = dump_files(s, d, err);
	r = finish(s, d, r, err);
	binlog_lines_release(&d->lines);
	binlog_summary_release(&d->summary);
	return r;
}

static int run(struct session *s, const void *opts, struct error *err)
{
	const struct opts *o = opts;
	__attribute__((cleanup(free_globs))) const char **globs = table_globs(&o->tables);
	struct binlog_filter filter = { .tables = globs, .table_count = o->tables.len };
	struct wanted wanted = { .only = GTID_SET_INIT, .after = GTID_SET_INIT };
	struct dump d = { .o = o, .wanted = &wanted, .lines = BINLOG_LINES_INIT,
			  .summary = BINLOG_SUMMARY_INIT };
	int r;

	if (o->follow && o->summary)
		return session_usage(s, err, "--follow never ends, so --summary would never be shown");
	r = read_times(o, &filter, err);
	if (r == 0)
		r = read_sets(o, &wanted, &filter, err);
	if (r == 0)
		r = dump(s, &d, &filter, err);
	gtid_set_release(&wanted.only);
	gtid_set_release(&wanted.after);
	return r;
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
	.globals = GLOBAL_VERBOSE,
	.opts_size = sizeof(struct opts),
	.formats = FORMAT_TEXT | FORMAT_JSON,
	.default_format = FORMAT_TEXT,
	.examples = examples,
	.run = run,
};
