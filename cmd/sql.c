/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/command.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"
#include "cli/rows.h"
#include "cmd/common/cluster.h"
#include "cmd/common/input.h"
#include "cmd/common/sql_diff.h"

/* SQL on the primary, on one instance, or on several at once. */

struct opts {
	struct target_options target;
	struct login_options login;
	struct option_list execute;
	const char *file;
	bool primary, replicas, all, allow_write, diff;
	int64_t statement_timeout;
};

static const struct option_spec options[] = {
	TARGET_OPTIONS(struct opts, target),
	LOGIN_OPTIONS(struct opts, login),
	OPT_FLAG(0, "primary", struct opts, primary, "on the primary (default)"),
	OPT_FLAG(0, "replicas", struct opts, replicas, "on all replicas"),
	OPT_FLAG(0, "all", struct opts, all, "on all instances"),
	OPT_LIST('e', "execute", struct opts, execute, "STATEMENTS",
		 "run these statements"),
	OPT_STRING('f', "filename", struct opts, file, "FILE",
		   "read statements from this file, or - for standard input",
		   .complete = complete_file, .flags = OPTION_ONCE),
	OPT_FLAG(0, "allow-write-on-replica", struct opts, allow_write,
		 "run statements that write on replicas too"),
	OPT_FLAG(0, "diff", struct opts, diff, "show only what instances answer differently"),
	OPT_DURATION(0, "statement-timeout", struct opts, statement_timeout,
		     "end a statement that takes longer"),
	OPT_END
};

static const struct arg_spec args[] = {
	TARGET_ARG,
	{ "STATEMENTS", "what to run; alone it is what has a blank in it", 0, 1, NULL },
	ARG_END
};

static const struct example examples[] = {
	{ "sql --sandbox demo 'SELECT COUNT(*) FROM shop.orders'", "on the primary" },
	{ "sql --sandbox demo --all --diff 'SELECT @@version, @@sql_mode'",
	  "how servers are set differently" },
	{ "sql --hosts db1,db2 db2 -f report.sql -o csv", "a file, on one instance" },
	EXAMPLE_END
};

static const struct exit_code exit_codes[] = {
	{ 3, "with --diff: they differ" },
	{ 4, "there is no writer, or two, to run it on" },
	{ 5, "some servers could not be read or did not answer; the others' results are shown" },
	{ 6, "refused to write on a replica; nothing was run" },
	EXIT_CODE_END
};

static int drain(void *arg UNUSED, struct strbuf *out, struct error *err)
{
	int r = fd_write_all(STDOUT_FILENO, "standard output", out->buf, out->len, err);

	strbuf_reset(out);
	return r;
}

struct words {
	const char *name, *statements;
};

/* Names have no blanks, and hardly a statement has none. */
static struct words read_words(const struct session *s)
{
	struct words w = { 0 };

	if (s->argc == 2)
		w = (struct words){ s->args[0], s->args[1] };
	else if (s->argc == 1 && strpbrk(s->args[0], " \t\n;("))
		w.statements = s->args[0];
	else if (s->argc == 1)
		w.name = s->args[0];
	return w;
}

static int read_statements(struct session *s, const struct opts *o, const struct words *w,
			   struct strbuf *ret, const char **ret_name, struct error *err)
{
	cleanup_inputs struct inputs in = INPUTS_INIT;
	int r;

	*ret_name = "statement";
	if ((w->statements != NULL) + (o->execute.len > 0) + (o->file != NULL) > 1)
		return session_usage(s, err, "statements come from one place: an argument, "
					     "--execute or --filename");
	if (w->statements)
		strbuf_addstr(ret, w->statements);
	for (size_t i = 0; i < o->execute.len; i++)
		strbuf_addf(ret, "%s;\n", o->execute.v[i]);
	if (ret->len)
		return 0;
	if (!o->file && isatty(STDIN_FILENO))
		return session_usage(s, err, "there is no statement to run");
	r = inputs_read_file(&in, o->file ? o->file : "-", err);
	if (r < 0)
		return r;
	strbuf_add(ret, in.items[0].text.buf, in.items[0].text.len);
	*ret_name = o->file && strcmp(o->file, "-") != 0 ? o->file : "standard input";
	return 0;
}

static bool is_replica(const struct instance *i)
{
	return i->role == ROLE_REPLICA || i->role == ROLE_GROUP_SECONDARY;
}

/* May it be written to without being asked for? What is not known counts as a replica. */
static bool is_writer(const struct instance *i)
{
	return i->reach == REACH_OK && !is_replica(i) && i->role != ROLE_UNKNOWN;
}

static void add_server(struct sql_job *job, const struct cluster *c, const struct opts *o,
		       const struct instance *i)
{
	struct sql_server *server = &job->servers[job->count++];

	server->instance = i;
	server->guarded = !o->allow_write && !is_writer(i);
	cluster_connection(c, i, &server->options);
}

static int no_primary(const struct topology *t, struct error *err)
{
	if (t->writers > 1)
		error_set(err, ERR_CRITICAL, "'%s' has %zu writers", t->name, t->writers);
	else
		error_set(err, t->partial ? ERR_UNKNOWN_STATE : ERR_CRITICAL,
			  "'%s' has no primary%s", t->name,
			  t->partial ? " that could be read" : "");
	error_hint(err, "name an instance, or --all; see 'kubectl mysql status %s'", t->words);
	return -err->class;
}

static int choose(struct sql_job *job, const struct cluster *c, const struct opts *o,
		  struct error *err)
{
	const struct topology *t = c->topology;
	const struct instance *primary = t->primary;

	job->servers = xcalloc(t->len + 1, sizeof(*job->servers));
	if (c->target.chosen >= 0) {
		const char *name = c->target.instances[c->target.chosen].name;

		add_server(job, c, o, topology_find(t, name));
		return 0;
	}
	if (!o->all && !o->replicas) {
		/* One that is alone is the one that is meant. */
		if (!primary && t->len == 1)
			primary = t->items[0];
		if (!primary)
			return no_primary(t, err);
		add_server(job, c, o, primary);
		return 0;
	}
	for (size_t i = 0; i < t->len; i++)
		if (o->all || is_replica(t->items[i]))
			add_server(job, c, o, t->items[i]);
	if (job->count)
		return 0;
	return error_set(err, ERR_NOT_FOUND, "'%s' has no replica", t->name);
}

static int check_options(struct session *s, const struct opts *o, const struct cluster *c,
			 struct error *err)
{
	int ways = o->primary + o->replicas + o->all + (c->target.chosen >= 0);

	if (ways > 1)
		return session_usage(s, err, "one of --primary, --replicas, --all, or an instance");
	if (o->diff && !o->all && !o->replicas)
		return session_usage(s, err, "--diff compares several servers: --all or --replicas");
	return 0;
}

static int print_result(struct rows *rows, const struct sql_server *server, size_t i,
			struct error *err)
{
	const struct result *result = server->results[i];
	size_t n = result ? result_columns(result) : 0;
	cleanup_free const char **names = xcalloc(n + 1, sizeof(*names));
	cleanup_free const char **cells = xcalloc(n + 1, sizeof(*cells));
	cleanup_free unsigned long *lengths = xcalloc(n + 1, sizeof(*lengths));
	cleanup_free bool *number = xcalloc(n + 1, sizeof(*number));
	struct rows_header h = { server->instance->name, names, number, n };
	int r = 0;

	if (!result) {
		rows_affected(rows, server->instance->name, server->affected[i]);
		return 0;
	}
	for (size_t c = 0; c < n; c++) {
		names[c] = result_name(result, c);
		number[c] = result_is_number(result, c);
	}
	rows_begin(rows, &h);
	for (size_t row = 0; row < result_rows(result) && r == 0; row++) {
		for (size_t c = 0; c < n; c++) {
			size_t len;

			cells[c] = result_cell(result, row, c, &len);
			lengths[c] = len;
		}
		r = rows_add(rows, cells, lengths, err);
	}
	rows_end(rows);
	return r;
}

static int print_kept(const struct sql_job *job, struct rows *rows, size_t statements,
		      struct error *err)
{
	int r = 0;

	for (size_t i = 0; i < statements; i++)
		for (size_t k = 0; k < job->count && r == 0; k++)
			if (i < job->servers[k].done)
				r = print_result(rows, &job->servers[k], i, err);
	return r;
}

/* Each server's failure goes to the diagnostics; the class of the worst is the answer. */
static int failures(struct session *s, struct sql_job *job)
{
	int class = 0;

	for (size_t i = 0; i < job->count; i++) {
		struct error *e = &job->servers[i].err;

		if (!e->class)
			continue;
		/* With several servers an unreadable one leaves the rest true. */
		if (e->class == ERR_UNSAFE || job->count == 1)
			class = e->class;
		else if (class != ERR_UNSAFE)
			class = ERR_UNKNOWN_STATE;
		error_list_take(&s->diagnostics, e);
	}
	return -class;
}

static int run_job(struct session *s, const struct opts *o, struct sql_job *job,
		   size_t statements, struct error *err)
{
	bool single = job->count == 1;
	bool differ = false;
	struct rows *rows = rows_new(s->format, &s->out, drain, NULL);
	int r = 0;

	job->rows = single ? rows : NULL;
	job->say_instance = s->format == FORMAT_JSON || s->format == FORMAT_YAML;
	sql_run(job);
	if (o->diff)
		differ = sql_diff(job, rows, err);
	else if (!single)
		r = print_kept(job, rows, statements, err);
	rows_free(rows);
	if (r < 0 || err->class)
		return r < 0 ? r : -err->class;
	r = failures(s, job);
	return r < 0 ? r : differ ? -ERR_FINDINGS : 0;
}

/* "sql select 1": what the shell took apart, the first word of which names no instance. */
static bool begins_statement(const char *word)
{
	static const char *const verbs[] = { "select", "show",	"insert", "update", "delete",
					     "create", "alter", "drop",	  "set",    "explain" };

	for (size_t i = 0; i < ARRAY_SIZE(verbs); i++)
		if (!strcasecmp(word, verbs[i]))
			return true;
	return false;
}

static int run(struct session *s, const void *opts, struct error *err)
{
	const struct opts *o = opts;
	struct words w = read_words(s);
	cleanup_cluster struct cluster c = CLUSTER_INIT;
	cleanup_strbuf struct strbuf text = STRBUF_INIT;
	__attribute__((cleanup(sql_job_release))) struct sql_job job = {
		.connect_ms = o->target.timeout, .statement_ms = o->statement_timeout
	};
	size_t statements = 0;
	int r = read_statements(s, o, &w, &text, &job.name, err);

	if (r == 0)
		r = cluster_read(&c, s, &o->target, &o->login, w.name, err);
	if (r == -ERR_NOT_FOUND && w.name && begins_statement(w.name))
		error_hint(err, "put the whole statement in quotes: '%s …'", w.name);
	if (r == 0)
		r = check_options(s, o, &c, err);
	if (r == 0)
		r = choose(&job, &c, o, err);
	if (r < 0)
		return r;
	/* Who is the primary is told by what the account may see. */
	if (!w.name)
		cluster_warn_rights(s, &c);
	job.text = text.buf;
	job.len = text.len;
	r = sql_check(&job, &statements, err);
	if (r < 0)
		return r;
	if (statements == 0)
		return session_usage(s, err, "there is no statement to run");
	return run_job(s, o, &job, statements, err);
}

extern const struct command cmd_sql;
const struct command cmd_sql = {
	.words = "sql",
	.group = GROUP_LOOK,
	.summary = "run SQL on the primary, one instance, or all",
	.description =
		"A statement that writes is refused on a replica: by reading it before anything is "
		"sent, and by a READ ONLY session. What cannot be told to be harmless (CALL, EXECUTE, "
		"an executable comment) counts as a write.\n\n"
		"NULL and the text 'NULL' look different in every format; bytes that are no text are "
		"0x… in hexadecimal, {\"base64\": …} in JSON. An interrupted statement is killed on "
		"the server.",
	.args = args,
	.options = options,
	.globals = GLOBAL_VERBOSE,
	.opts_size = sizeof(struct opts),
	.formats = FORMAT_TABLE | FORMAT_JSON | FORMAT_CSV | FORMAT_VERTICAL | FORMAT_YAML,
	.default_format = FORMAT_TABLE,
	.examples = examples,
	.exit_codes = exit_codes,
	.run = run,
};
