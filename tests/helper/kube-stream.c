/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Usage: kube-stream [--OPTION VALUE]... exec POD COMMAND WORD...
 *        kube-stream [--OPTION VALUE]... pipe POD PORT
 *        kube-stream [--OPTION VALUE]... forward POD PORT
 * Streams of the API server of $KUBECONFIG, for their tests.
 *
 * exec ends with the exit code of the command; pipe passes standard input to the port, and what
 * comes from there to standard output, until that ends; forward prints the path of its socket and
 * serves it until standard input ends.
 *
 *	--kubeconfig F --context C --namespace N --as U --token T    as kubectl has them
 *	--container C
 *	--stdin fd           the command reads our standard input; `bytes`: read whole before
 *	--delimited yes      it knows where that ends
 *	--silence MS --timeout MS (default 60000: the deadline of all)
 *	--cancel MS          all is cancelled then
 *	--bytes N            pipe ends when so many came back
 *	-v                   each request with its time, on stderr
 *
 * Exit status 120 and `error (class C, origin O): MESSAGE` with its hint on stderr if one fails.
 */

#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/log.h"
#include "base/memory.h"
#include "kube/stream/exec.h"
#include "kube/stream/forwarder.h"

#define FAILED 120

struct all {
	struct kube_options options;
	struct kube_config config;
	struct kube_client *client;
	struct loop *loop;
	const char *container, *stdin_as;
	bool delimited;
	int64_t silence, timeout, cancel, bytes;
	char **words; /* exec POD COMMAND… */
	int exit;
	struct task *main;
	struct portforward *port;
	struct task *there;
};

static void __attribute__((noreturn)) usage(const char *word)
{
	fprintf(stderr, "kube-stream: bad option '%s'\n", word);
	exit(2);
}

static void show(double seconds, const char *line)
{
	fprintf(stderr, "%.3f %s\n", seconds, line);
}

static void set(struct all *all, const char *name, const char *value)
{
	const struct {
		const char *name, **slot;
	} texts[] = {
		{ "--kubeconfig", &all->options.kubeconfig }, { "--context", &all->options.context },
		{ "--namespace", &all->options.namespace },   { "--as", &all->options.as },
		{ "--token", &all->options.token },	      { "--container", &all->container },
		{ "--stdin", &all->stdin_as },
	};

	for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
		if (strcmp(name, texts[i].name) == 0) {
			*texts[i].slot = value;
			return;
		}
	if (strcmp(name, "--delimited") == 0)
		all->delimited = true;
	else if (strcmp(name, "--silence") == 0)
		all->silence = strtol(value, NULL, 10);
	else if (strcmp(name, "--timeout") == 0)
		all->timeout = strtol(value, NULL, 10);
	else if (strcmp(name, "--bytes") == 0)
		all->bytes = strtol(value, NULL, 10);
	else if (strcmp(name, "--cancel") == 0)
		all->cancel = strtol(value, NULL, 10);
	else
		usage(name);
}

static int report(struct error *err)
{
	fprintf(stderr, "error (class %d, origin %u): %s\n", err->class, err->origin, err->message);
	if (err->hint)
		fprintf(stderr, "hint: %s\n", err->hint);
	error_release(err);
	return FAILED;
}

/* ---- exec -------------------------------------------------------------------------------------*/

static int write_output(void *arg UNUSED, enum exec_output which, const char *bytes, size_t len,
			struct error *err)
{
	return fd_write_all(which, "the output", bytes, len, err);
}

static int run_exec(struct all *all, struct error *err)
{
	struct strbuf input = STRBUF_INIT;
	struct exec_options o = { .namespace = all->config.namespace,
				  .pod = all->words[1],
				  .container = all->container,
				  .command = (const char *const *)all->words + 2,
				  .input = -1,
				  .output = write_output,
				  .input_is_delimited = all->delimited,
				  .silence = all->silence };
	int r = 0;

	if (all->stdin_as && strcmp(all->stdin_as, "bytes") == 0) {
		r = file_read_fd(0, "the input", (size_t)1 << 30, &input, err);
		o.input_bytes = input.buf;
		o.input_len = input.len;
	} else if (all->stdin_as) {
		o.input = 0;
	}
	if (r == 0)
		r = kube_exec(all->client, &o, &all->exit, err);
	strbuf_release(&input);
	return r;
}

/* ---- pipe -------------------------------------------------------------------------------------*/

static void pass_there(void *arg)
{
	struct all *all = arg;
	struct error err = ERROR_INIT;
	char buf[16384];
	int r = 0;

	while (r == 0) {
		ssize_t n;

		r = wait_fd(0, POLLIN, "reading standard input", NULL, &err);
		if (r < 0)
			break;
		n = read(0, buf, sizeof(buf));
		if (n <= 0)
			break;
		r = portforward_write(all->port, buf, (size_t)n, &err);
	}
	error_release(&err);
	all->there = NULL;
}

static int run_pipe(struct all *all, const struct portforward_options *o, struct error *err)
{
	char *buf = xmalloc(65536);
	ssize_t n = portforward_open(all->client, o, &all->port, err);

	if (n == 0) {
		all->there = task_start(all->loop, NULL, pass_there, all);
		while ((n = portforward_read(all->port, buf, 65536, err)) > 0) {
			if (fd_write_all(1, "the output", buf, (size_t)n, err) < 0)
				break;
			all->bytes -= n;
			if (all->bytes == 0)
				break;
		}
		while (all->there) {
			task_cancel(all->there);
			if (wait_until(clock_ms() + 1, NULL) < 0)
				break;
		}
		if (!all->there)
			portforward_close(all->port);
	}
	free(buf);
	return err->class ? -err->class : 0;
}

/* ---- forward ----------------------------------------------------------------------------------*/

static int run_forward(struct all *all, const struct portforward_options *o, struct error *err)
{
	struct forwarder *f;
	int r = forwarder_open(all->loop, all->client, o, &f, err);
	char byte;

	if (r < 0)
		return r;
	printf("%s\n", forwarder_path(f));
	fflush(stdout);
	do
		r = wait_fd(0, POLLIN, "serving", NULL, err);
	while (r == 0 && read(0, &byte, 1) == 1);
	if (r == 0)
		r = forwarder_failure(f, err);
	forwarder_close(f);
	return r;
}

static void run(void *arg)
{
	struct all *all = arg;
	struct error err = ERROR_INIT;
	struct portforward_options o = { .namespace = all->config.namespace, .pod = all->words[1],
					 .silence = all->silence };
	int r;

	if (strcmp(all->words[0], "exec") != 0)
		o.port = (unsigned)strtoul(all->words[2], NULL, 10);
	if (strcmp(all->words[0], "exec") == 0)
		r = run_exec(all, &err);
	else if (strcmp(all->words[0], "pipe") == 0)
		r = run_pipe(all, &o, &err);
	else
		r = run_forward(all, &o, &err);
	if (r < 0)
		all->exit = report(&err);
	all->main = NULL;
}

static void cancel(void *arg)
{
	struct all *all = arg;

	if (wait_until(clock_ms() + all->cancel, NULL) == 0 && all->main)
		task_cancel(all->main);
}

int main(int argc, char **argv)
{
	struct all all = { .config = KUBE_CONFIG_INIT, .timeout = 60000 };
	struct error err = ERROR_INIT;
	int i = 1;

	for (; i < argc && argv[i][0] == '-'; i++) {
		if (strcmp(argv[i], "-v") == 0)
			log_open(LOG_REQUEST, show);
		else if (i + 1 == argc)
			usage(argv[i]);
		else
			set(&all, argv[i], argv[i + 1]), i++;
	}
	if (argc - i < 3)
		usage("");
	all.words = argv + i;
	if (kube_config_load(&all.options, &all.config, &err) < 0 ||
	    kube_client_open(&all.config, &(struct kube_client_options){ .command = "test" },
			     &all.client, &err) < 0)
		return report(&err);
	all.loop = loop_new();
	all.main = task_start(all.loop,
			      &(struct task_options){ .deadline = clock_ms() + all.timeout }, run,
			      &all);
	if (all.cancel)
		task_start(all.loop, NULL, cancel, &all);
	loop_run(all.loop);
	loop_free(all.loop);
	kube_client_close(all.client);
	kube_config_release(&all.config);
	return all.exit;
}
