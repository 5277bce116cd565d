/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Usage: kube-get [--OPTION VALUE]... METHOD PATH[?QUERY] [BODY]
 * Sends a request to the API server of $KUBECONFIG and prints the code, the type and the body of
 * the answer, on a line each. For the tests of the client. METHOD may also be
 *
 *	LIST PATH            the names of the items, then `version V`
 *	WATCH PATH VERSION   `TYPE NAME` for each event, until --events of them
 *	STREAM PATH          the bytes, as they come; --slow waits MS before each piece
 *	KIND APIVERSION KIND the path of its collection, in namespace `n`
 *	NAME WORD            likewise
 *
 *	--kubeconfig F --context C --as U --token T    as kubectl has them
 *	--command C          for the header Kubectl-Command
 *	--content-type T --accept T
 *	--limit N            bytes of the answer
 *	--request-timeout MS
 *	--timeout MS         deadline of all (default 60000)
 *	--count N            so many requests, of which only failures are printed
 *	--parallel N         so many of them at a time (default 1)
 *	--cancel MS          all are cancelled then
 *	--events N           (default 1)
 *	--first WORD         KIND and NAME: looks that up, prints it and waits for a line of input
 *	--connections yes    at the end, how many there were
 *	-v                   each request with its time, on stderr
 *
 * Exit status 1 and `error (class C, origin O): MESSAGE` with its hint on stderr if one fails.
 */

#include "kube/client.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/memory.h"
#include "base/strbuf.h"
#include "base/strvec.h"
#include "kube/discovery.h"
#include "net/task.h"

struct all {
	struct kube_options options;
	struct kube_client_options client_options;
	struct kube_config config;
	struct kube_client *client;
	struct kube_discovery *discovery;
	struct kube_request request;
	const char *method, *path, *query, *third;
	const char *first;
	int64_t timeout, cancel, slow;
	bool connections;
	long count, parallel, events, taken, failed;
};

static void __attribute__((noreturn)) usage(const char *word)
{
	fprintf(stderr, "kube-get: bad option '%s'\n", word);
	exit(2);
}

static void show(double seconds, const char *line)
{
	fprintf(stderr, "%.3f %s\n", seconds, line);
}

static bool set_number(struct all *all, const char *name, const char *value)
{
	long n = strtol(value, NULL, 10);

	if (strcmp(name, "--count") == 0)
		all->count = n;
	else if (strcmp(name, "--parallel") == 0)
		all->parallel = n;
	else if (strcmp(name, "--events") == 0)
		all->events = n;
	else if (strcmp(name, "--timeout") == 0)
		all->timeout = n;
	else if (strcmp(name, "--cancel") == 0)
		all->cancel = n;
	else if (strcmp(name, "--slow") == 0)
		all->slow = n;
	else if (strcmp(name, "--request-timeout") == 0)
		all->client_options.request_timeout = n;
	else if (strcmp(name, "--limit") == 0)
		all->request.limit = (size_t)n;
	else
		return false;
	return true;
}

static void set(struct all *all, const char *name, const char *value)
{
	const struct {
		const char *name;
		const char **slot;
	} texts[] = {
		{ "--kubeconfig", &all->options.kubeconfig },
		{ "--context", &all->options.context },
		{ "--as", &all->options.as },
		{ "--token", &all->options.token },
		{ "--command", &all->client_options.command },
		{ "--content-type", &all->request.content_type },
		{ "--accept", &all->request.accept },
		{ "--first", &all->first },
	};

	if (set_number(all, name, value))
		return;
	if (strcmp(name, "--connections") == 0) {
		all->connections = true;
		return;
	}
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
		if (strcmp(texts[i].name, name) == 0) {
			*texts[i].slot = value;
			return;
		}
	usage(name);
}

/* ---- what is asked --------------------------------------------------------------------------- */

static int request(struct all *all, struct error *err)
{
	cleanup_arena struct arena *a = arena_new();
	struct kube_answer answer = { 0 };
	int r = kube_request(all->client, &all->request, a, &answer, err);

	if (all->count == 1 && answer.code)
		printf("%ld\n%s\n%s\n", answer.code, answer.content_type, answer.text);
	return r;
}

static const char *name_of(const struct node *object)
{
	const struct node *n = node_path(object, "metadata", "name", NULL);

	return n ? n->text : "?";
}

static int list(struct all *all, struct error *err)
{
	cleanup_arena struct arena *a = arena_new();
	const char *version = NULL;
	struct node *items = NULL;
	int r = kube_list(all->client, all->path, all->query, a, &items, &version, err);

	for (size_t i = 0; r == 0 && i < items->len; i++)
		puts(name_of(items->items[i]));
	if (r == 0)
		printf("version %s\n", version);
	return r;
}

static int on_event(void *arg, enum kube_event what, const struct node *object,
		    struct error *err UNUSED)
{
	static const char *const names[] = { "ADDED", "MODIFIED", "DELETED" };
	struct all *all = arg;

	printf("%s %s\n", names[what], name_of(object));
	fflush(stdout);
	return --all->events == 0;
}

static int on_bytes(void *arg, const char *bytes, size_t len, struct error *err)
{
	const struct all *all = arg;

	fwrite(bytes, 1, len, stdout);
	fflush(stdout);
	return all->slow ? wait_until(clock_ms() + all->slow, err) : 0;
}

static void print_path(const struct kube_resource *resource)
{
	cleanup_strbuf struct strbuf path = STRBUF_INIT;

	kube_resource_path(resource, "n", NULL, &path);
	puts(path.buf);
	fflush(stdout);
}

static int look_up(struct all *all, struct error *err)
{
	const struct kube_resource *resource = NULL;
	int r = all->first ? kube_discovery_name(all->discovery, all->first, &resource, err) : 0;

	if (r == 0 && all->first) {
		print_path(resource);
		(void)getchar();
	}
	if (r < 0)
		return r;
	if (strcmp(all->method, "KIND") == 0)
		r = kube_discovery_kind(all->discovery, all->path, all->third, &resource, err);
	else
		r = kube_discovery_name(all->discovery, all->path, &resource, err);
	if (r == 0)
		print_path(resource);
	return r;
}

static int work(struct all *all, struct error *err)
{
	int r;

	if (strcmp(all->method, "LIST") == 0)
		return list(all, err);
	if (strcmp(all->method, "KIND") == 0 || strcmp(all->method, "NAME") == 0)
		return look_up(all, err);
	if (strcmp(all->method, "STREAM") == 0)
		return kube_stream(all->client, all->path, all->query, on_bytes, all, err);
	if (strcmp(all->method, "WATCH") != 0)
		return request(all, err);
	r = kube_watch(all->client, all->path, all->query, all->third, on_event, all, err);
	return r > 0 ? 0 : r;
}

static void run(void *arg)
{
	struct all *all = arg;

	while (all->taken < all->count) {
		cleanup_error struct error err = ERROR_INIT;

		all->taken++;
		if (work(all, &err) < 0) {
			all->failed++;
			fprintf(stderr, "error (class %d, origin %u): %s\n", err.class, err.origin,
				err.message);
			if (err.hint)
				fprintf(stderr, "hint: %s\n", err.hint);
		}
	}
}

static void cancel(void *arg)
{
	const struct all *all = arg;

	if (wait_until(clock_ms() + all->cancel, NULL) == 0)
		loop_cancel_all(task_loop(task_current()));
}

/* ---- the frame ------------------------------------------------------------------------------- */

static int parse(struct all *all, int argc, char **argv)
{
	int i = 1;

	for (; i < argc && argv[i][0] == '-'; i++) {
		if (strcmp(argv[i], "-v") == 0)
			log_open(LOG_REQUEST, show);
		else if (i + 1 < argc)
			set(all, argv[i], argv[i + 1]), i++;
		else
			usage(argv[i]);
	}
	if (i + 2 > argc)
		usage("");
	all->method = argv[i];
	all->third = i + 2 < argc ? argv[i + 2] : NULL;
	all->path = argv[i + 1];
	all->query = strchr(argv[i + 1], '?');
	if (all->query) {
		argv[i + 1][all->query - argv[i + 1]] = '\0';
		all->query++;
	}
	all->request.method = all->method;
	all->request.path = all->path;
	all->request.query = all->query;
	all->request.body = all->third;
	all->request.body_len = all->third ? strlen(all->third) : 0;
	return 0;
}

static void start(struct all *all, struct loop *loop)
{
	const struct task_options options = { .deadline = clock_ms() + all->timeout };

	all->discovery = kube_discovery_new(all->client);
	for (long i = 0; i < all->parallel; i++)
		task_start(loop, &options, run, all);
	if (all->cancel)
		task_start(loop, NULL, cancel, all);
	loop_run(loop);
	if (all->connections)
		printf("connections %zu\n", kube_client_connections(all->client));
	for (size_t i = 0; i < kube_client_warnings(all->client)->len; i++)
		fprintf(stderr, "Warning: %s\n", kube_client_warnings(all->client)->v[i]);
}

int main(int argc, char **argv)
{
	struct all all = { .timeout = 60000, .count = 1, .parallel = 1, .events = 1 };
	cleanup_error struct error err = ERROR_INIT;
	struct loop *loop = loop_new();
	int r;

	parse(&all, argc, argv);
	r = kube_config_load(&all.options, &all.config, &err);
	if (r == 0)
		r = kube_client_open(&all.config, &all.client_options, &all.client, &err);
	if (r == 0)
		start(&all, loop);
	else
		fprintf(stderr, "error: %s\n", err.message);
	kube_discovery_free(all.discovery);
	kube_client_close(all.client);
	kube_config_release(&all.config);
	loop_free(loop);
	return r == 0 && !all.failed ? 0 : 1;
}
