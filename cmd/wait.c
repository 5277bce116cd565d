/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/command.h"

#include <string.h>

#include "base/memory.h"
#include "cmd/common/await.h"
#include "cmd/common/manifest_source.h"

/* Waits until objects are ready, or gone. */

enum goal { FOR_READY, FOR_DELETE };

struct opts {
	struct manifest_options source;
	int goal;
	int64_t timeout;
};

static const char *const goals[] = { "ready", "delete", NULL };

static const struct option_spec options[] = {
	MANIFEST_OPTIONS(struct opts, source),
	OPT_CHOICE(0, "for", struct opts, goal, "WHAT", goals,
		   "until each is ready, or until none is there", .fallback = "ready"),
	OPT_DURATION(0, "timeout", struct opts, timeout, "give up after this long, 0: never",
		     .fallback = "5m"),
	OPT_END
};

static const struct arg_spec args[] = { { "KIND/NAME", "objects (not with -f or --template), or "
						       "parameters of --template",
					  0, ARGS_ANY, NULL },
					ARG_END };

static const struct example examples[] = {
	{ "wait statefulset/shop --timeout 10m", "until all of its pods are ready" },
	{ "wait --template replicated -p NAME=shop", "all that the template makes" },
	{ "wait pod/shop-0 --for delete", "until it is gone" },
	EXAMPLE_END
};

struct job {
	const struct opts *o;
	struct manifest_source source;
	bool named;
};

/* "sts/shop" to an object to ask for. */
static int find_one(struct kube *k, const char *word, struct manifest *ret, struct error *err)
{
	const char *slash = strchr(word, '/');
	cleanup_strbuf struct strbuf path = STRBUF_INIT;
	const struct kube_resource *r;
	int failed;

	if (!slash || slash == word || !slash[1])
		return session_usage(k->session, err, "'%s' is no KIND/NAME", word);
	failed = kube_discovery_name(k->discovery,
				     arena_memdupz(k->arena, word, (size_t)(slash - word)), &r,
				     err);
	if (failed < 0)
		return failed;
	kube_resource_path(r, k->config.namespace, slash + 1, &path);
	*ret = (struct manifest){
		.object = node_map(k->arena, NULL, 0, NULL),
		.api_version = *r->group ? arena_printf(k->arena, "%s/%s", r->group, r->version)
					 : r->version,
		.kind = r->kind,
		.name = slash + 1,
		.ns = k->config.namespace,
		.wave = WAVE_WORKLOAD,
		.resource = r,
		.path = arena_memdupz(k->arena, path.buf, path.len),
	};
	return 0;
}

static int find_named(struct kube *k, struct manifests *ret, struct error *err)
{
	const struct session *s = k->session;
	int r = 0;

	ret->items = arena_zalloc(k->arena, s->argc * sizeof(*ret->items));
	for (size_t i = 0; i < s->argc && r == 0; i++)
		r = find_one(k, s->args[i], &ret->items[ret->len++], err);
	return r;
}

static int act(struct kube *k, void *arg, struct error *err)
{
	struct job *j = arg;
	struct manifests m = { 0 };
	int r = j->named ? find_named(k, &m, err)
			 : manifest_source_objects(&j->source, NULL, k->arena, k->config.namespace,
						   k->config.namespace_given, &m, err);

	if (r < 0)
		return r;
	return j->o->goal == FOR_DELETE ? await_gone(k, &m, err) : await_ready(k, &m, err);
}

static int run(struct session *s, const void *opts, struct error *err)
{
	const struct opts *o = opts;
	const struct kube_run_options how = { .timeout = o->timeout };
	struct job j = { .o = o, .source = MANIFEST_SOURCE_INIT };

	j.named = !o->source.files.len && !o->source.template;
	if (!j.named)
		return manifest_source_run(&j.source, s, &o->source, o->timeout, act, &j, err);
	if (!s->argc)
		return session_usage(s, err, "name objects as KIND/NAME, or give -f or --template");
	return kube_run(s, &how, act, &j, err);
}

extern const struct command cmd_wait;
const struct command cmd_wait = {
	.words = "wait",
	.group = GROUP_DEPLOY,
	.summary = "wait until objects are ready, or gone",
	.description =
		"Ready is: all pods of the newest revision are, a Job is complete, and what runs nothing "
		"is there. What an object waits for is shown with the reason: the scheduler's words, an "
		"image that cannot be pulled, the last lines of a container that ended, a volume, a "
		"probe. When the time is over the exit code is 1, as nothing was undone.",
	.usage = "(KIND/NAME… | -f FILE | --template NAME) [NAME=VALUE…]",
	.args = args,
	.options = options,
	.opts_size = sizeof(struct opts),
	.globals = GLOBAL_NAMESPACE | GLOBAL_CLUSTER | GLOBAL_VERBOSE,
	.examples = examples,
	.run = run,
};
