/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Usage: connect [--OPTION VALUE]... SQL...
 * Logs in and prints each statement's rows, cells parted by tabs. For the tests of connections.
 *
 *	--host H --port N --socket PATH --user U --password-file F --database D --label L
 *	--tls MODE --ca F --cert F --key F --name N   as connection_options has them
 *	--compress yes
 *	--timeout MS     deadline of all (default 60000)
 *	--count N        so many connections at once, held until all are there
 *	--info yes       version, vendor and TLS before the rows
 *	--memory yes     high-water mark of memory at the end, in KiB
 *
 * Exit status 1 and the error with its hint on stderr if one fails.
 */

#include "mysql/connection.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "base/memory.h"
#include "base/secret.h"
#include "base/strbuf.h"
#include "net/task.h"

struct all {
	struct connection_options options;
	int64_t timeout;
	long count;
	bool info, memory;
	char **statements;
	struct strbuf out;
	int opened, failed;
	struct task *holder;
};

struct one {
	struct all *all;
	bool first;
	struct error err;
};

static const char *const modes[] = { "preferred", "disabled", "required", "verify-ca",
				     "verify-identity" };

static void __attribute__((noreturn)) usage(const char *word)
{
	fprintf(stderr, "connect: bad option '%s'\n", word);
	exit(2);
}

static void set_mode(struct all *all, const char *value)
{
	for (size_t i = 0; i < ARRAY_SIZE(modes); i++)
		if (strcmp(modes[i], value) == 0) {
			all->options.tls = (enum tls_mode)i;
			return;
		}
	usage(value);
}

static const char *read_password(const char *path)
{
	struct error err = ERROR_INIT;
	char *secret = NULL;

	if (secret_read_file(path, &secret, &err) < 0)
		usage(path);
	return secret;
}

static void set(struct all *all, const char *name, const char *value)
{
	struct connection_options *o = &all->options;
	const struct {
		const char *name;
		const char **slot;
	} texts[] = {
		{ "--host", &o->host },	      { "--socket", &o->socket },
		{ "--user", &o->user },	      { "--database", &o->database },
		{ "--label", &o->label },     { "--ca", &o->tls_ca },
		{ "--capath", &o->tls_capath }, { "--cert", &o->tls_cert },
		{ "--key", &o->tls_key },     { "--name", &o->tls_server_name },
	};

	for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
		if (strcmp(texts[i].name, name) == 0) {
			*texts[i].slot = value;
			return;
		}
	if (strcmp(name, "--port") == 0)
		o->port = (unsigned)strtoul(value, NULL, 10);
	else if (strcmp(name, "--password-file") == 0)
		o->password = read_password(value);
	else if (strcmp(name, "--tls") == 0)
		set_mode(all, value);
	else if (strcmp(name, "--compress") == 0)
		o->compress = true;
	else if (strcmp(name, "--timeout") == 0)
		all->timeout = strtol(value, NULL, 10);
	else if (strcmp(name, "--count") == 0)
		all->count = strtol(value, NULL, 10);
	else if (strcmp(name, "--info") == 0)
		all->info = true;
	else if (strcmp(name, "--memory") == 0)
		all->memory = true;
	else
		usage(name);
}

static void print_result(struct strbuf *out, const struct result *r)
{
	for (size_t row = 0; r && row < result_rows(r); row++)
		for (size_t column = 0; column < result_columns(r); column++) {
			const char *cell = result_cell(r, row, column, NULL);

			strbuf_addstr(out, cell ? cell : "NULL");
			strbuf_addch(out, column + 1 < result_columns(r) ? '\t' : '\n');
		}
}

static int work(struct one *o)
{
	struct all *all = o->all;
	cleanup_connection struct connection *c = NULL;
	int r = connection_open(&all->options, &c, &o->err);

	if (r < 0)
		return r;
	if (o->first && all->info) {
		const struct server_info *s = connection_server(c);

		const char *vendor = s->mariadb ? "mariadb" : "mysql";

		strbuf_addf(&all->out, "%s %u %s %s\n", vendor, s->version, s->version_text,
			    s->tls_version ? s->tls_version : "no-tls");
	}
	for (char **sql = all->statements; *sql; sql++) {
		cleanup_result struct result *rows = NULL;

		r = connection_query(c, *sql, &rows, &o->err);
		if (r < 0)
			return r;
		if (o->first)
			print_result(&all->out, rows);
	}
	/* The last one lets all others go. */
	if (++all->opened == all->count)
		task_cancel(all->holder);
	else
		wait_task(all->holder, NULL);
	return 0;
}

static void run(void *arg)
{
	struct one *o = arg;

	if (work(o) == 0)
		return;
	o->all->failed++;
	o->all->count--;
	if (o->all->opened == o->all->count)
		task_cancel(o->all->holder);
}

static void hold(void *arg)
{
	struct all *all = arg;

	while (all->opened < all->count && wait_until(INT64_MAX - 1, NULL) == 0)
		;
}

int main(int argc, char **argv)
{
	struct all all = { .timeout = 60000, .count = 1, .out = STRBUF_INIT };
	struct loop *loop = loop_new();
	struct one *ones;
	long n;
	int i;

	loop_catch_signals(loop);
	for (i = 1; i + 1 < argc && strncmp(argv[i], "--", 2) == 0; i += 2)
		set(&all, argv[i], argv[i + 1]);
	all.statements = argv + i;
	n = all.count;
	ones = xcalloc((size_t)n, sizeof(*ones));
	all.holder = task_start(loop, NULL, hold, &all);
	task_hold(all.holder);
	for (long k = 0; k < n; k++) {
		ones[k] = (struct one){ .all = &all, .first = k == 0 };
		task_start(loop, &(struct task_options){ .deadline = clock_ms() + all.timeout },
			   run, &ones[k]);
	}
	loop_run(loop);
	task_release(all.holder);
	loop_free(loop);
	fputs(all.out.buf, stdout);
	for (long k = 0, shown = 0; k < n && shown < 5; k++)
		if (ones[k].err.message && ++shown)
			fprintf(stderr, "%s (class %d, origin %u)\n%s%s%s", ones[k].err.message,
				ones[k].err.class, ones[k].err.origin,
				ones[k].err.hint ? "hint: " : "",
				ones[k].err.hint ? ones[k].err.hint : "",
				ones[k].err.hint ? "\n" : "");
	if (all.memory) {
		struct rusage usage;

		getrusage(RUSAGE_SELF, &usage);
		printf("memory %ld\n", usage.ru_maxrss);
	}
	for (long k = 0; k < n; k++)
		error_release(&ones[k].err);
	free(ones);
	strbuf_release(&all.out);
	secret_free((char *)(uintptr_t)all.options.password);
	return all.failed ? 1 : 0;
}
