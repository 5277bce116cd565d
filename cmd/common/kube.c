/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/common/kube.h"

#include <stdlib.h>

#include "base/memory.h"
#include "base/strvec.h"
#include "net/task.h"

/* Reading answers and comparing objects wants more than a query does. */
#define STACK_BYTES ((size_t)1 << 20)

struct call {
	struct kube kube;
	kube_fn *fn;
	void *arg;
	int result;
	struct error *err;
};

/* A list of an option as what is NULL-ended; the caller frees it. */
static const char **ended(const struct option_list *list)
{
	const char **v = xcalloc(list->len + 1, sizeof(*v));

	for (size_t i = 0; i < list->len; i++)
		v[i] = list->v[i];
	return v;
}

static int load(struct session *s, const char *const *groups, const char *const *extra,
		struct kube_config *ret, struct error *err)
{
	const struct globals *g = &s->globals;
	const struct kube_options o = {
		.kubeconfig = g->kubeconfig,
		.context = g->context,
		.cluster = g->cluster,
		.user = g->user,
		.namespace = g->namespace_,
		.server = g->server,
		.tls_server_name = g->tls_server_name,
		.certificate_authority = g->certificate_authority,
		.token = g->token,
		.client_certificate = g->client_certificate,
		.client_key = g->client_key,
		.as = g->as,
		.as_uid = g->as_uid,
		.as_groups = groups,
		.as_user_extra = extra,
		.insecure_skip_tls_verify = g->insecure_skip_tls_verify,
		.disable_compression = g->disable_compression,
	};

	return kube_config_load(&o, ret, err);
}

static void show_warnings(struct session *s, const struct kube_client *client)
{
	const struct strvec *warnings = kube_client_warnings(client);

	for (size_t i = 0; i < warnings->len; i++)
		session_warn(s, "%s", warnings->v[i]);
}

static void call(void *arg)
{
	struct call *c = arg;

	c->result = c->fn(&c->kube, c->arg, c->err);
}

static int connect_and_call(struct session *s, const struct kube_run_options *o, struct call *c,
			    struct error *err)
{
	cleanup_loop struct loop *loop = loop_new();
	struct kube_client_options options = { .command = s->command->words,
					       .request_timeout = s->globals.request_timeout,
					       .stdin_taken = o->stdin_taken };
	struct task_options task = { .stack = STACK_BYTES };
	int r = kube_client_open(&c->kube.config, &options, &c->kube.client, err);

	if (r < 0)
		return r;
	c->kube.discovery = kube_discovery_new(c->kube.client);
	if (o->timeout)
		task.deadline = clock_ms() + o->timeout;
	loop_catch_signals(loop);
	task_start(loop, &task, call, c);
	loop_run(loop);
	show_warnings(s, c->kube.client);
	kube_discovery_free(c->kube.discovery);
	kube_client_close(c->kube.client);
	return c->result;
}

int kube_run(struct session *s, const struct kube_run_options *o, kube_fn *fn, void *arg,
	     struct error *err)
{
	cleanup_free const char **groups = ended(&s->globals.as_groups);
	cleanup_free const char **extra = ended(&s->globals.as_user_extras);
	struct call c = { .kube = { .session = s, .config = KUBE_CONFIG_INIT },
			  .fn = fn,
			  .arg = arg,
			  .err = err };
	int r = load(s, groups, extra, &c.kube.config, err);

	if (r == 0) {
		c.kube.arena = arena_new();
		r = connect_and_call(s, o, &c, err);
		arena_free(c.kube.arena);
	}
	kube_config_release(&c.kube.config);
	return r;
}
