/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/command.h"

#include <stdlib.h>

#include "base/memory.h"
#include "cmd/common/manifest_source.h"
#include "cmd/common/outcomes.h"
#include "kube/delete.h"

/* Takes manifests, or what a template makes, from the API server again. */

struct opts {
	struct manifest_options source;
	bool volumes, no_wait, dry_run;
	int64_t timeout;
};

static const struct option_spec options[] = {
	MANIFEST_OPTIONS(struct opts, source),
	OPT_FLAG(0, "volumes", struct opts, volumes,
		 "the data too: volumes, and the Secrets and the record that fit no other"),
	OPT_FLAG(0, "no-wait", struct opts, no_wait, "do not wait until the objects are gone"),
	OPT_FLAG(0, "dry-run", struct opts, dry_run, "ask the server, change nothing"),
	OPT_DURATION(0, "timeout", struct opts, timeout, "give up after this long, 0: never",
		     .fallback = "5m"),
	OPT_END
};

static const struct arg_spec args[] = { MANIFEST_ARGS, ARG_END };

static const struct example examples[] = {
	{ "delete --template replicated -p NAME=shop", "the cluster; its data stays" },
	{ "delete -f shop.yaml --volumes", "with all data" },
	EXAMPLE_END
};

static const char *const outcomes[] = {
	[DELETE_NOT_TRIED] = "not tried", [DELETE_DONE] = "deleted",
	[DELETE_NOT_FOUND] = "not found", [DELETE_KEPT] = "kept",
	[DELETE_FAILED] = "failed",	  [DELETE_UNKNOWN] = "unknown",
};

struct job {
	const struct opts *o;
	struct manifest_source source;
};

static void report(struct session *s, const struct manifests *m, struct delete_result *results)
{
	size_t kept = 0;

	for (size_t i = 0; i < m->len; i++) {
		struct delete_result *one = &results[i];

		kept += one->outcome == DELETE_KEPT;
		if (!one->err.class)
			continue;
		error_wrap(&one->err, "cannot delete %s '%s'", m->items[i].kind, m->items[i].name);
	}
	if (kept)
		session_note(s, "the data is kept, and what fits no other data; --volumes removes it");
}

static int print(struct session *s, const struct manifests *m, const struct delete_result *results,
		 bool dry_run, struct error *err)
{
	struct outcome_row *rows = xcalloc(m->len + 1, sizeof(*rows));
	int r;

	for (size_t i = 0; i < m->len; i++)
		rows[i] = (struct outcome_row){ .manifest = &m->items[i],
						.result = outcomes[results[i].outcome],
						.error = results[i].err.message,
						.dry_run = dry_run };
	r = outcomes_print(s, "DeleteResultList", rows, m->len, err);
	free(rows);
	return r;
}

static int act(struct kube *k, void *arg, struct error *err)
{
	const struct job *j = arg;
	const struct delete_options o = { .volumes = j->o->volumes,
					  .wait = !j->o->no_wait,
					  .dry_run = j->o->dry_run };
	struct delete_result *results;
	struct manifests m = { 0 };
	int printed, r = manifest_source_objects((struct manifest_source *)&j->source, NULL,
						 k->arena, k->config.namespace,
						 k->config.namespace_given, &m, err);

	if (r == 0)
		r = kube_delete_find(k->client, k->discovery, k->arena, &m, err);
	if (r < 0)
		return r;
	results = arena_alloc(k->arena, m.len * sizeof(*results));
	r = kube_delete(k->client, k->discovery, k->arena, &m, &o, results,
			&k->session->diagnostics);
	report(k->session, &m, results);
	printed = print(k->session, &m, results, o.dry_run, err);
	for (size_t i = 0; i < m.len; i++)
		if (results[i].err.class)
			error_list_take(&k->session->diagnostics, &results[i].err);
	return r < 0 ? -ERR_FAILED : printed;
}

static int run(struct session *s, const void *opts, struct error *err)
{
	const struct opts *o = opts;
	struct job j = { .o = o, .source = MANIFEST_SOURCE_INIT };

	return manifest_source_run(&j.source, s, &o->source, o->timeout, act, &j, err);
}

extern const struct command cmd_delete;
const struct command cmd_delete = {
	.words = "delete",
	.group = GROUP_DEPLOY,
	.summary = "take manifests or a template from a cluster",
	.description =
		"Deletes what runs first, and waits until it is gone. Data is kept: the volumes that "
		"StatefulSets made, and with them the cluster's Secrets and its record, as the passwords "
		"and the epoch are in the data; --volumes deletes all of it. An object that is not there "
		"is no error.",
	.usage = MANIFEST_USAGE,
	.args = args,
	.options = options,
	.opts_size = sizeof(struct opts),
	.formats = FORMAT_TABLE_ALL,
	.default_format = FORMAT_TABLE,
	.globals = GLOBAL_NAMESPACE | GLOBAL_CLUSTER | GLOBAL_VERBOSE,
	.examples = examples,
	.run = run,
};
