/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/command.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "cmd/common/await.h"
#include "cmd/common/manifest_source.h"
#include "cmd/common/outcomes.h"
#include "kube/apply.h"
#include "kube/record.h"

/* Manifests, rendered or given, to the API server. */

enum dry_run { DRY_RUN_NONE, DRY_RUN_CLIENT, DRY_RUN_SERVER };

struct opts {
	struct manifest_options source;
	int dry_run, validate;
	bool force_conflicts, wait;
	int64_t timeout;
};

static const char *const dry_runs[] = { "none", "client", "server", NULL };
static const char *const validations[] = { "strict", "warn", "ignore", NULL };
static const char *const validation_words[] = { "Strict", "Warn", "Ignore" };

static const struct option_spec options[] = {
	MANIFEST_OPTIONS(struct opts, source),
	OPT_CHOICE(0, "dry-run", struct opts, dry_run, "WHERE", dry_runs,
		   "change nothing: read and check here (client), or ask the server (server)",
		   .fallback = "none"),
	OPT_CHOICE(0, "validate", struct opts, validate, "HOW", validations,
		   "unknown and doubly given fields are an error, a warning, or nothing",
		   .fallback = "strict"),
	OPT_FLAG(0, "force-conflicts", struct opts, force_conflicts,
		 "take fields that somebody else manages"),
	OPT_FLAG(0, "wait", struct opts, wait, "until all of it is ready"),
	OPT_DURATION(0, "timeout", struct opts, timeout, "give up after this long, 0: never",
		     .fallback = "5m"),
	OPT_END
};

static const struct arg_spec args[] = { MANIFEST_ARGS, ARG_END };

static const struct example examples[] = {
	{ "apply --template replicated -p NAME=shop -n prod", "a cluster, from the catalogue" },
	{ "apply -f manifests/", "all that is in a folder" },
	{ "apply -f shop.yaml --dry-run=server", "ask the server, change nothing" },
	EXAMPLE_END
};

static const char *const outcomes[] = {
	[APPLY_NOT_TRIED] = "not tried", [APPLY_CREATED] = "created",
	[APPLY_CONFIGURED] = "configured", [APPLY_UNCHANGED] = "unchanged",
	[APPLY_DONE] = "applied",	   [APPLY_FAILED] = "failed",
	[APPLY_UNKNOWN] = "unknown",
};

struct job {
	const struct opts *o;
	struct manifest_source source;
	struct kube *kube;
	struct manifests manifests;
	struct apply_result *results;
	struct kube_record *records;
	size_t record_count;
};

static int ensure_records(void *arg, struct error *err)
{
	struct job *j = arg;
	int r = 0;

	for (size_t i = 0; i < j->record_count && r == 0; i++)
		r = kube_record_ensure(j->kube->client, j->kube->arena, &j->records[i],
				       j->o->dry_run == DRY_RUN_SERVER, err);
	return r;
}

static int select_primaries(struct job *j, struct error *err)
{
	const bool dry_run = j->o->dry_run == DRY_RUN_SERVER;
	int r = 0;

	for (size_t i = 0; i < j->record_count && r == 0; i++) {
		if (!j->records[i].primary)
			r = kube_record_ensure(j->kube->client, j->kube->arena, &j->records[i],
					       dry_run, err);
		/* What a dry run did not make cannot be pointed anywhere. */
		if (r == 0 && !dry_run)
			r = kube_record_select(j->kube->client, j->kube->arena, &j->records[i],
					       dry_run, err);
	}
	return r;
}

/* Moves the error of an object to the diagnostics. */
static void report_one(struct job *j, size_t i)
{
	const struct manifest *m = &j->manifests.items[i];
	const struct apply_result *one = &j->results[i];
	struct error err = ERROR_INIT;

	error_set(&err, (enum error_class)one->err.class, "%s", one->err.message);
	error_wrap(&err, "cannot apply %s '%s'", m->kind, m->name);
	if (one->err.hint)
		error_hint(&err, "%s", one->err.hint);
	error_locate(&err, &m->object->pos);
	error_list_take(&j->kube->session->diagnostics, &err);
}

/* Each error, and how far it came. */
static void report(struct job *j)
{
	size_t counts[APPLY_UNKNOWN + 1] = { 0 }, applied = j->manifests.len;
	cleanup_strbuf struct strbuf rest = STRBUF_INIT;
	struct error err = ERROR_INIT;
	const struct {
		enum apply_outcome outcome;
		const char *words;
	} short_of[] = { { APPLY_FAILED, "refused" },
			 { APPLY_UNKNOWN, "without an answer" },
			 { APPLY_NOT_TRIED, "not tried" } };

	for (size_t i = 0; i < j->manifests.len; i++) {
		counts[j->results[i].outcome]++;
		if (j->results[i].err.class)
			report_one(j, i);
	}
	for (size_t i = 0; i < ARRAY_SIZE(short_of); i++) {
		size_t n = counts[short_of[i].outcome];

		applied -= n;
		if (n)
			strbuf_addf(&rest, "%s%zu %s", rest.len ? ", " : "", n, short_of[i].words);
	}
	if (!rest.len)
		return;
	error_set(&err, ERR_FAILED, "%zu of %zu objects are applied: %s", applied,
		  j->manifests.len, rest.buf);
	error_hint(&err, "mend it and give the same command again: what is done stays as it is");
	error_list_take(&j->kube->session->diagnostics, &err);
}

static int print(struct job *j, struct session *s, struct error *err)
{
	struct outcome_row *rows = xcalloc(j->manifests.len + 1, sizeof(*rows));
	int r;

	for (size_t i = 0; i < j->manifests.len; i++)
		rows[i] = (struct outcome_row){ .manifest = &j->manifests.items[i],
						.result = outcomes[j->results[i].outcome],
						.error = j->results[i].err.message,
						.dry_run = j->o->dry_run != DRY_RUN_NONE };
	r = outcomes_print(s, "ApplyResultList", rows, j->manifests.len, err);
	free(rows);
	return r;
}

static int act(struct kube *k, void *arg, struct error *err)
{
	struct job *j = arg;
	const struct apply_options o = { .validation = validation_words[j->o->validate],
					 .force = j->o->force_conflicts,
					 .dry_run = j->o->dry_run == DRY_RUN_SERVER,
					 .before_workloads = ensure_records,
					 .arg = j };
	int r, printed;

	j->kube = k;
	r = manifest_source_objects(&j->source, k, k->arena, k->config.namespace,
				    k->config.namespace_given, &j->manifests, err);
	if (r < 0)
		return r;
	j->record_count = kube_records_take(k->arena, &j->manifests, &j->records);
	j->results = arena_alloc(k->arena, j->manifests.len * sizeof(*j->results));
	r = kube_apply(k->client, k->discovery, k->arena, &j->manifests, &o, j->results,
		       &k->session->diagnostics);
	if (r == 0)
		r = select_primaries(j, err);
	else
		report(j);
	if (r == 0 && j->o->wait && !o.dry_run)
		r = await_ready(k, &j->manifests, err);
	printed = print(j, k->session, r < 0 && err->class ? &(struct error)ERROR_INIT : err);
	for (size_t i = 0; i < j->manifests.len; i++)
		error_release(&j->results[i].err);
	/* Whatever the server's reason was: some of it is done, and a deadline undid nothing. */
	return r < 0 ? -ERR_FAILED : printed;
}

/* Without a server: what would be sent. */
static int act_locally(struct job *j, struct session *s, struct error *err)
{
	struct arena *a = arena_new();
	const char *ns = s->globals.namespace_ ? s->globals.namespace_ : "default";
	int r = manifest_source_objects(&j->source, NULL, a, ns, s->globals.namespace_ != NULL,
					&j->manifests, err);

	if (r == 0) {
		j->record_count = kube_records_take(a, &j->manifests, &j->records);
		j->results = arena_zalloc(a, j->manifests.len * sizeof(*j->results));
		for (size_t i = 0; i < j->manifests.len; i++)
			j->results[i].outcome = APPLY_DONE;
		r = print(j, s, err);
	}
	arena_free(a);
	return r;
}

static int run(struct session *s, const void *opts, struct error *err)
{
	const struct opts *o = opts;
	struct job j = { .o = o, .source = MANIFEST_SOURCE_INIT };
	int r;

	if (o->dry_run != DRY_RUN_CLIENT)
		return manifest_source_run(&j.source, s, &o->source, o->timeout, act, &j, err);
	r = manifest_source_open(&j.source, s, &o->source, err);
	if (r == 0)
		r = act_locally(&j, s, err);
	manifest_source_release(&j.source);
	return r;
}

extern const struct command cmd_apply;
const struct command cmd_apply = {
	.words = "apply",
	.group = GROUP_DEPLOY,
	.summary = "bring manifests or a template to a cluster",
	.description =
		"Server-side apply, with the field manager kubectl-mysql: in waves (namespaces, "
		"definitions, rights, Secrets and ConfigMaps, Services, workloads), the objects of a "
		"wave at once. What is applied again without a change is 'unchanged'. A wave with a "
		"refused object is the last one.\n\n"
		"Generated values of a template that a Secret of the cluster has already stay as they "
		"are. Which pod takes writes is never changed: that is in the record, a ConfigMap that "
		"is created once, and whom the primary Service selects follows it.",
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
