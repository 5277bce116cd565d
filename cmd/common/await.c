/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/common/await.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"
#include "kube/delete.h"
#include "kube/wait.h"

static void show(void *arg, const struct manifest *m, const char *why)
{
	const struct session *s = arg;
	cleanup_strbuf struct strbuf line = STRBUF_INIT;
	struct error ignored = ERROR_INIT;

	if (!s->stderr_tty)
		return;
	manifest_add_name(m, &line);
	strbuf_addf(&line, ": %s\n", why ? why : "ready");
	if (fd_write_all(STDERR_FILENO, "standard error", line.buf, line.len, &ignored) < 0)
		error_release(&ignored);
}

/* One error for each object that is not ready, with what it waits for. */
static void report(struct session *s, const struct manifest *m, struct wait_state *state)
{
	struct error err = ERROR_INIT;

	if (state->ready)
		return;
	if (state->err.class && state->err.class != ERR_TIMEOUT &&
	    state->err.class != ERR_CANCELLED) {
		error_wrap(&state->err, "%s '%s' does not become ready", m->kind, m->name);
		error_list_take(&s->diagnostics, &state->err);
		return;
	}
	error_set(&err, ERR_FAILED, "%s '%s' is not ready yet: %s", m->kind, m->name,
		  state->why ? state->why : "it was not seen");
	error_hint(&err, "kubectl describe %s %s -n %s; what is applied stays", m->resource
			   ? m->resource->plural : m->kind, m->name, m->ns);
	error_list_take(&s->diagnostics, &err);
}

int await_ready(struct kube *k, const struct manifests *m, struct error *err)
{
	struct wait_state *states = arena_zalloc(k->arena, m->len * sizeof(*states));
	const struct wait_options o = { .changed = show, .arg = k->session };
	int r = kube_wait_ready(k->client, k->discovery, k->arena, m, &o, states,
				&k->session->diagnostics);

	(void)err;
	for (size_t i = 0; i < m->len; i++) {
		if (r < 0)
			report(k->session, &m->items[i], &states[i]);
		error_release(&states[i].err);
		free(states[i].why);
	}
	/* Nothing was undone: that is no 7. */
	return r == -ERR_TIMEOUT ? -ERR_FAILED : r;
}

int await_gone(struct kube *k, const struct manifests *m, struct error *err)
{
	int r = 0;

	for (enum wave w = 0; w < WAVE_COUNT && r == 0; w++)
		r = manifests_resolve(k->arena, k->discovery, m, w, &k->session->diagnostics);
	for (size_t i = 0; i < m->len && r == 0; i++) {
		r = kube_wait_gone(k->client, &m->items[i], NULL, err);
		if (r < 0)
			error_wrap(err, "%s '%s' is still there", m->items[i].kind,
				   m->items[i].name);
	}
	if (r == -ERR_TIMEOUT) {
		/* Nothing was undone: that is no 7. */
		err->class = ERR_FAILED;
		return -ERR_FAILED;
	}
	return r;
}
