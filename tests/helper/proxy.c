/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Usage: proxy --to HOST:PORT|/SOCKET [--listen ADDRESS:PORT]... [--from TEXT [--become TEXT]...]
 *              [FAULT]...
 * A faulty link (lib/net/proxy.h) for tests. Prints "ready ADDRESS:PORT" for each --listen (default
 * 127.0.0.1:0), then obeys lines of standard input: a fault, "cut", "connections", "turns", "quit";
 * each is answered by a line "ok", "connections N", "turns N" or "error …". It ends at the end of
 * the input.
 * The N-th --become belongs to the N-th --listen: what takes the place of the --from text.
 */

#include "net/proxy.h"

#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/strbuf.h"
#include "base/strvec.h"

struct all {
	struct loop *loop;
	struct proxy **proxies;
	size_t count;
	struct proxy_faults faults;
};

static void __attribute__((noreturn)) fail(const char *text)
{
	fprintf(stderr, "proxy: %s\n", text);
	exit(2);
}

static void set_all(struct all *a)
{
	for (size_t i = 0; i < a->count; i++)
		proxy_set_faults(a->proxies[i], &a->faults);
}

/* False: the end. */
static bool obey(struct all *a, const char *line)
{
	cleanup_error struct error err = ERROR_INIT;
	size_t n = 0;

	if (strcmp(line, "quit") == 0)
		return false;
	if (strcmp(line, "cut") == 0) {
		for (size_t i = 0; i < a->count; i++)
			proxy_cut(a->proxies[i]);
	} else if (strcmp(line, "connections") == 0) {
		for (size_t i = 0; i < a->count; i++)
			n += proxy_connections(a->proxies[i]);
		printf("connections %zu\n", n);
		return true;
	} else if (strcmp(line, "turns") == 0) {
		for (size_t i = 0; i < a->count; i++)
			n += proxy_turns(a->proxies[i]);
		printf("turns %zu\n", n);
		return true;
	} else if (proxy_fault_parse(line, &a->faults, &err) < 0) {
		printf("error %s\n", err.message);
		return true;
	} else {
		set_all(a);
	}
	printf("ok\n");
	return true;
}

static void read_commands(void *arg)
{
	struct all *a = arg;
	cleanup_strbuf struct strbuf text = STRBUF_INIT;
	bool more = true;

	while (more && wait_fd(STDIN_FILENO, POLLIN, NULL, NULL, NULL) == 0) {
		char buf[512], *end;
		ssize_t n = read(STDIN_FILENO, buf, sizeof(buf));

		if (n <= 0)
			break;
		strbuf_add(&text, buf, (size_t)n);
		while (more && (end = strchr(text.buf, '\n'))) {
			size_t len = (size_t)(end - text.buf) + 1;

			*end = '\0';
			more = obey(a, text.buf);
			memmove(text.buf, text.buf + len, text.len - len);
			strbuf_setlen(&text, text.len - len);
		}
	}
	loop_cancel_all(a->loop);
}

static void set_server(struct proxy_options *o, const char *value)
{
	char *colon = strrchr(value, ':');

	if (value[0] == '/') {
		o->socket = value;
	} else if (colon) {
		o->host = xmemdupz(value, (size_t)(colon - value));
		o->server_port = (unsigned)strtoul(colon + 1, NULL, 10);
	} else {
		fail("--to HOST:PORT or --to /SOCKET");
	}
}

static void start(struct all *a, struct proxy_options *o, const char *listen)
{
	cleanup_error struct error err = ERROR_INIT;
	char *colon = strrchr(listen, ':');
	cleanup_free char *address = NULL;

	if (!colon)
		fail("--listen ADDRESS:PORT");
	address = xmemdupz(listen, (size_t)(colon - listen));
	o->listen = address;
	o->port = (unsigned)strtoul(colon + 1, NULL, 10);
	a->proxies = xreallocarray(a->proxies, a->count + 1, sizeof(struct proxy *));
	if (proxy_start(a->loop, o, &a->proxies[a->count], &err) < 0)
		fail(err.message);
	printf("ready %s:%u\n", address, proxy_port(a->proxies[a->count]));
	a->count++;
}

int main(int argc, char **argv)
{
	struct all a = { .loop = loop_new() };
	struct proxy_options o = { 0 };
	struct strvec listen = STRVEC_INIT, become = STRVEC_INIT;
	cleanup_error struct error err = ERROR_INIT;
	int i;

	for (i = 1; i + 1 < argc && strncmp(argv[i], "--", 2) == 0; i += 2) {
		if (strcmp(argv[i], "--to") == 0)
			set_server(&o, argv[i + 1]);
		else if (strcmp(argv[i], "--listen") == 0)
			strvec_add(&listen, argv[i + 1]);
		else if (strcmp(argv[i], "--from") == 0)
			o.from = argv[i + 1];
		else if (strcmp(argv[i], "--become") == 0)
			strvec_add(&become, argv[i + 1]);
		else
			fail(argv[i]);
	}
	for (; i < argc; i++)
		if (proxy_fault_parse(argv[i], &a.faults, &err) < 0)
			fail(err.message);
	if (!listen.len)
		strvec_add(&listen, "127.0.0.1:0");
	setvbuf(stdout, NULL, _IOLBF, 0);
	for (size_t k = 0; k < listen.len; k++) {
		o.to = k < become.len ? become.v[k] : o.from;
		start(&a, &o, listen.v[k]);
	}
	set_all(&a);
	task_start(a.loop, NULL, read_commands, &a);
	loop_run(a.loop);
	loop_free(a.loop);
	free(a.proxies);
	free((char *)(uintptr_t)o.host);
	strvec_release(&listen);
	strvec_release(&become);
	return 0;
}
