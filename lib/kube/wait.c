/* SPDX-License-Identifier: Apache-2.0 */
#include "kube/wait.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/strbuf.h"
#include "kube/apply.h"
#include "kube/ready.h"
#include "net/task.h"

#define LOOK_INTERVAL 500 /* milliseconds between looks */
#define LOG_LINES "3"
#define WAIT_PARALLEL 64 /* tasks that mostly sleep */

struct waiter {
	struct kube_client *client;
	const struct manifests *m;
	const struct wait_options *o;
	struct wait_state *ret;
};

/* ---- one look ------------------------------------------------------------------------------- */

static const char *name_of(const struct node *object)
{
	return node_text(node_path(object, "metadata", "name", NULL));
}

/* A path in the namespace of m, in the arena. */
static const char *in_namespace(struct arena *a, const struct manifest *m, const char *plural,
				const char *name)
{
	const struct kube_resource r = { .group = "", .version = "v1", .plural = plural,
					 .namespaced = true };
	cleanup_strbuf struct strbuf path = STRBUF_INIT;

	kube_resource_path(&r, m->ns, name, &path);
	return arena_memdupz(a, path.buf, path.len);
}

/* Whoever may not read them is told less. */
static struct node *list(struct waiter *w, struct arena *a, const char *path, const char *query)
{
	struct error ignored = ERROR_INIT;
	struct node *items = NULL;
	const char *version;

	if (kube_list(w->client, path, query, a, &items, &version, &ignored) < 0)
		error_release(&ignored);
	return items;
}

/* The last lines that a container wrote before it ended. */
static void add_log(struct waiter *w, struct arena *a, const struct manifest *m,
		    const struct node *pod, const char *container, struct strbuf *why)
{
	const char *path = arena_printf(a, "%s/log", in_namespace(a, m, "pods", name_of(pod)));
	struct kube_request rq = { .method = "GET", .path = path, .accept = "text/plain" };
	struct kube_answer answer = { 0 };
	struct error ignored = ERROR_INIT;
	int r;

	rq.query = arena_printf(a, "container=%s&previous=true&tailLines=" LOG_LINES, container);
	r = kube_request(w->client, &rq, a, &answer, &ignored);
	if (r < 0) {
		error_release(&ignored);
		rq.query = arena_printf(a, "container=%s&tailLines=" LOG_LINES, container);
		r = kube_request(w->client, &rq, a, &answer, &ignored);
	}
	error_release(&ignored);
	for (size_t i = 0; r == 0 && i < answer.len; i++) {
		if (i == 0 || answer.text[i - 1] == '\n')
			strbuf_addstr(why, "\n  | ");
		if (answer.text[i] != '\n')
			strbuf_addch(why, (unsigned char)answer.text[i] < ' ' ? ' '
									      : answer.text[i]);
	}
}

static void explain_pod(struct waiter *w, struct arena *a, const struct manifest *m,
			const struct node *pod, struct strbuf *why)
{
	cleanup_strbuf struct strbuf said = STRBUF_INIT;
	const char *container, *query, *warning;

	if (!kube_pod_waits(pod, &said, &container))
		return;
	if (strcmp(m->kind, "Pod") != 0)
		strbuf_addf(why, "%s%s: %s", why->len ? "; " : "", name_of(pod), said.buf);
	query = arena_printf(a, "fieldSelector=involvedObject.name%%3D%s", name_of(pod));
	warning = kube_pod_warning(list(w, a, in_namespace(a, m, "events", NULL), query), pod);
	if (warning && !strstr(why->buf, warning))
		strbuf_addf(why, " (%s)", warning);
	if (container)
		add_log(w, a, m, pod, container, why);
}

/* What the pods of an object say: the first that is not ready is the reason for the others. */
static void explain(struct waiter *w, struct arena *a, const struct manifest *m,
		    const struct node *object, struct strbuf *why)
{
	const char *query = kube_pod_query(a, object);
	const struct node *pods;

	if (!strcmp(m->kind, "Pod")) {
		explain_pod(w, a, m, object, why);
		return;
	}
	pods = query ? list(w, a, in_namespace(a, m, "pods", NULL), query) : NULL;
	for (uint32_t i = 0; pods && i < pods->len; i++) {
		const size_t before = why->len;

		if (kube_runs_pod(object, pods->items[i]))
			explain_pod(w, a, m, pods->items[i], why);
		if (why->len > before)
			return;
	}
}

/* READY, NOT_YET with the reason in why, or NEVER. Negative: it cannot be read. */
static int look(struct waiter *w, struct arena *a, const struct manifest *m, struct strbuf *why,
		struct error *err)
{
	struct kube_request rq = { .method = "GET", .path = m->path };
	struct kube_answer answer = { 0 };
	enum readiness ready;
	int r = kube_request(w->client, &rq, a, &answer, err);

	if (r < 0)
		return r;
	ready = kube_ready(answer.body, why);
	if (ready != READY)
		explain(w, a, m, answer.body, why);
	return (int)ready;
}

/* ---- until it is ready ---------------------------------------------------------------------- */

static void remember(struct waiter *w, const struct manifest *m, struct wait_state *state,
		     const char *why)
{
	if (state->why && why && !strcmp(state->why, why))
		return;
	free(state->why);
	state->why = why ? xstrdup(why) : NULL;
	if (w->o && w->o->changed)
		w->o->changed(w->o->arg, m, why);
}

static void wait_one(void *arg, size_t i)
{
	struct waiter *w = arg;
	const struct manifest *m = &w->m->items[i];
	struct wait_state *state = &w->ret[i];
	struct arena *a = arena_new();
	int r = NOT_YET;

	while (r == NOT_YET) {
		cleanup_strbuf struct strbuf why = STRBUF_INIT;

		r = look(w, a, m, &why, &state->err);
		arena_reset(a);
		if (r == NOT_YET) {
			remember(w, m, state, why.buf);
			if (wait_until(clock_ms() + LOOK_INTERVAL, &state->err) < 0)
				break;
		} else if (r == READY) {
			state->ready = true;
			if (state->why)
				remember(w, m, state, NULL);
		} else if (r == NEVER) {
			remember(w, m, state, why.buf);
			error_set(&state->err, ERR_FAILED, "%s", why.buf);
		}
	}
	arena_free(a);
}

int kube_wait_ready(struct kube_client *c, struct kube_discovery *d, struct arena *a,
		    const struct manifests *m, const struct wait_options *o, struct wait_state *ret,
		    struct error_list *errors)
{
	struct waiter w = { .client = c, .m = m, .o = o, .ret = ret };
	struct error err = ERROR_INIT;
	int r = 0;

	memset(ret, 0, m->len * sizeof(*ret));
	for (enum wave wave = 0; wave < WAVE_COUNT && r == 0; wave++)
		r = manifests_resolve(a, d, m, wave, errors);
	if (r < 0)
		return r;
	r = kube_for_each(m->len, WAIT_PARALLEL, wait_one, &w, &err);
	error_release(&err);
	for (size_t i = 0; i < m->len && r == 0; i++)
		if (ret[i].err.class)
			r = -ret[i].err.class;
	return r;
}
