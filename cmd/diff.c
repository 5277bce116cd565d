/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/command.h"

#include "base/linediff.h"
#include "base/memory.h"
#include "cmd/common/manifest_source.h"
#include "kube/compare.h"
#include "kube/record.h"
#include "tree/write.h"

/* What apply would change. */

struct opts {
	struct manifest_options source;
	bool force_conflicts;
	int64_t timeout;
};

static const struct option_spec options[] = {
	MANIFEST_OPTIONS(struct opts, source),
	OPT_FLAG(0, "force-conflicts", struct opts, force_conflicts,
		 "as if fields that somebody else manages were taken"),
	OPT_DURATION(0, "timeout", struct opts, timeout, "give up after this long, 0: never",
		     .fallback = "1m"),
	OPT_END
};

static const struct arg_spec args[] = { MANIFEST_ARGS, ARG_END };

static const struct example examples[] = {
	{ "diff --template replicated -p NAME=shop -p REPLICAS=4", "before it is applied" },
	{ "diff -f manifests/", "all that is in a folder" },
	EXAMPLE_END
};

struct job {
	const struct opts *o;
	struct manifest_source source;
	bool differ;
};

static void add_side(struct strbuf *out, const struct node *object)
{
	if (object)
		tree_write_yaml(out, object, WRITE_TABS | WRITE_SORT_KEYS);
}

static bool print_one(struct session *s, const struct manifest *m, const struct compared *one)
{
	cleanup_strbuf struct strbuf before = STRBUF_INIT, after = STRBUF_INIT;
	cleanup_strbuf struct strbuf name = STRBUF_INIT, here = STRBUF_INIT, there = STRBUF_INIT;
	struct diff_side from = { 0 }, to = { 0 };

	add_side(&before, one->before);
	add_side(&after, one->after);
	manifest_add_name(m, &name);
	strbuf_addf(&here, "live/%s", name.buf);
	strbuf_addf(&there, "new/%s", name.buf);
	from = (struct diff_side){ here.buf, before.buf, before.len };
	to = (struct diff_side){ there.buf, after.buf, after.len };
	return linediff(&s->out, &from, &to, s->colour);
}

static int act(struct kube *k, void *arg, struct error *err)
{
	struct job *j = arg;
	struct manifests m = { 0 };
	struct kube_record *records;
	struct compared *compared;
	int r = manifest_source_objects(&j->source, k, k->arena, k->config.namespace,
					k->config.namespace_given, &m, err);

	if (r < 0)
		return r;
	/* apply does not touch them either. */
	(void)kube_records_take(k->arena, &m, &records);
	compared = arena_alloc(k->arena, m.len * sizeof(*compared));
	r = kube_compare(k->client, k->discovery, k->arena, &m, j->o->force_conflicts, compared,
			 &k->session->diagnostics);
	for (size_t i = 0; i < m.len && r == 0; i++)
		j->differ |= print_one(k->session, &m.items[i], &compared[i]);
	return r;
}

static int run(struct session *s, const void *opts, struct error *err)
{
	const struct opts *o = opts;
	struct job j = { .o = o, .source = MANIFEST_SOURCE_INIT };
	int r = manifest_source_run(&j.source, s, &o->source, o->timeout, act, &j, err);

	if (r == 0)
		return j.differ ? -ERR_FAILED : 0;
	/* 1 would mean that there are differences. */
	if (err->class)
		err->class = ERR_USAGE;
	return -ERR_USAGE;
}

extern const struct command cmd_diff;
const struct command cmd_diff = {
	.words = "diff",
	.group = GROUP_DEPLOY,
	.summary = "show what apply would change",
	.description =
		"Asks the server what the objects would be (a dry run), and shows the differences to "
		"those that are there. What Secrets hold is masked. As in kubectl, the exit code is 1 "
		"when something would change, and 2 when it cannot be told.",
	.usage = MANIFEST_USAGE,
	.args = args,
	.options = options,
	.opts_size = sizeof(struct opts),
	.globals = GLOBAL_NAMESPACE | GLOBAL_CLUSTER | GLOBAL_VERBOSE,
	.examples = examples,
	.run = run,
};
