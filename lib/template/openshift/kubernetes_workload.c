/* SPDX-License-Identifier: Apache-2.0 */
#include "template/openshift/kubernetes_internal.h"

#include <string.h>

/* DeploymentConfig (apps.openshift.io/v1) to Deployment (apps/v1). */

#define KIND "DeploymentConfig"
/* OpenShift labels the pods of a DeploymentConfig with its name; Services may select by it. */
#define LABEL "deploymentconfig"
/* What both kinds take when the field is missing. */
#define DEFAULT_DEADLINE 600

struct rollout {
	struct kubernetes *k;
	const struct node *source, *spec;
	const char *name;
	struct node *made; /* the spec of the Deployment */
};

static bool is_number(const struct node *n, long value)
{
	return n && n->kind == NODE_NUMBER && strtol(n->text, NULL, 10) == value;
}

static bool is_true(const struct node *n)
{
	return n && n->kind == NODE_BOOL && n->boolean;
}

static void drop_field(struct rollout *r, const struct node *value, const char *field,
		       const char *why)
{
	diagnose(r->k->diags, "T402", &value->pos, NULL, "dropped '%s' of " KIND " '%s': %s", field,
		 r->name, why);
}

static void keep(struct rollout *r, const char *key)
{
	struct node *value = present(r->spec, key);

	if (value)
		node_set(r->k->arena, r->made, key, value);
}

/* ---- strategy ---- */

static bool is_zero(const struct node *n)
{
	return is_number(n, 0) || node_is_string(n, "0") || node_is_string(n, "0%");
}

/*
 * When only one of the two is written, the other one is 0 on OpenShift (25 % if the written one is
 * 0), and always 25 % on Kubernetes.
 */
static struct node *rolling_update(struct rollout *r, const struct node *params)
{
	struct node *unavailable = present(params, "maxUnavailable");
	struct node *surge = present(params, "maxSurge");
	struct node *made = map_at(r->k, params);

	if (!unavailable && !surge)
		return NULL;
	if (!surge && !is_zero(unavailable))
		surge = node_number(r->k->arena, "0", 1, &unavailable->pos);
	if (!unavailable && !is_zero(surge))
		unavailable = node_number(r->k->arena, "0", 1, &surge->pos);
	if (surge)
		node_set(r->k->arena, made, "maxSurge", surge);
	if (unavailable)
		node_set(r->k->arena, made, "maxUnavailable", unavailable);
	return made;
}

static void set_deadline(struct rollout *r, const struct node *params)
{
	struct node *timeout = present(params, "timeoutSeconds");
	const struct node *ready = node_get(r->spec, "minReadySeconds");
	long least = ready && ready->kind == NODE_NUMBER ? strtol(ready->text, NULL, 10) : 0;

	if (!timeout || is_number(timeout, DEFAULT_DEADLINE))
		return;
	if (timeout->kind != NODE_NUMBER || strtol(timeout->text, NULL, 10) <= least) {
		drop_field(r, timeout, "timeoutSeconds",
			   "progressDeadlineSeconds must be greater than minReadySeconds");
		return;
	}
	node_set(r->k->arena, r->made, "progressDeadlineSeconds", timeout);
}

/* The rollout would not be what it was without a hook that must succeed. */
static void refuse_hooks(struct rollout *r, const struct node *params)
{
	static const char *const hooks[] = { "pre", "mid", "post" };

	for (size_t i = 0; i < ARRAY_SIZE(hooks); i++) {
		const struct node *hook = present_map(params, hooks[i]);

		if (!hook)
			continue;
		if (!strcmp(node_text_of(hook, "failurePolicy"), "Ignore"))
			drop_field(r, hook, hooks[i], "a Deployment has no hooks");
		else
			diagnose(r->k->diags, "T403", &hook->pos,
				 "run it as a Job or an init container and remove it here; with "
				 "failurePolicy Ignore it is dropped",
				 "cannot convert hook '%s' of " KIND
				 " '%s': a Deployment has no hooks",
				 hooks[i], r->name);
	}
}

/* What is about the deployer pod. */
static void drop_deployer_fields(struct rollout *r, const struct node *strategy)
{
	static const char *const fields[] = { "resources", "labels", "annotations" };

	for (size_t i = 0; i < ARRAY_SIZE(fields); i++) {
		const struct node *value = present_map(strategy, fields[i]);

		if (value)
			drop_field(r, value, arena_printf(r->k->arena, "strategy.%s", fields[i]),
				   "it is for the deployer pod, and Kubernetes has none");
	}
}

static void drop_periods(struct rollout *r, const struct node *params)
{
	static const char *const fields[] = { "updatePeriodSeconds", "intervalSeconds" };

	for (size_t i = 0; i < ARRAY_SIZE(fields); i++) {
		const struct node *value = present(params, fields[i]);

		if (value && !is_number(value, 1))
			drop_field(r, value, fields[i], "a Deployment watches its pods by itself");
	}
}

static void convert_strategy(struct rollout *r)
{
	const struct node *strategy = present(r->spec, "strategy");
	const char *type = node_text_of(strategy, "type");
	bool recreate = !strcmp(type, "Recreate");
	const struct node *params =
		present_map(strategy, recreate ? "recreateParams" : "rollingParams");
	struct node *made, *update;

	if (!strategy)
		return;
	if (type[0] && !recreate && strcmp(type, "Rolling") != 0) {
		diagnose(r->k->diags, "T403", &strategy->pos, "write strategy Rolling or Recreate",
			 "cannot convert strategy '%s' of " KIND " '%s'", type, r->name);
		return;
	}
	made = map_at(r->k, strategy);
	set_text_at(r->k, made, "type", recreate ? "Recreate" : "RollingUpdate",
		    node_get(strategy, "type"));
	update = params && !recreate ? rolling_update(r, params) : NULL;
	if (update)
		node_set(r->k->arena, made, "rollingUpdate", update);
	node_set(r->k->arena, r->made, "strategy", made);
	if (params) {
		set_deadline(r, params);
		refuse_hooks(r, params);
		drop_periods(r, params);
	}
	drop_deployer_fields(r, strategy);
}

/* ---- triggers ---- */

static void read_image_change(const struct node *trigger, struct image_triggers *ret)
{
	const struct node *params = present_map(trigger, "imageChangeParams");
	const struct node *names = present_list(params, "containerNames");
	struct image_trigger t = { .source = image_source_of(node_get(params, "from")),
				   .pos = trigger->pos };

	for (uint32_t i = 0; names && i < names->len; i++) {
		t.name = names->items[i]->kind == NODE_STRING ? names->items[i]->text : "";
		image_trigger_add(ret, &t);
	}
}

/* An empty list of triggers is not the same as none: then only `oc rollout latest` rolls out. */
static void read_triggers(struct rollout *r, struct image_triggers *ret)
{
	const struct node *triggers = present(r->spec, "triggers");
	uint32_t count = triggers && triggers->kind == NODE_SEQ ? triggers->len : 0;

	if (triggers && triggers->kind == NODE_SEQ && count == 0)
		diagnose(r->k->diags, "T402", &triggers->pos,
			 "set 'paused: true' if changes are to wait",
			 KIND
			 " '%s' has no triggers and was rolled out by hand; a Deployment rolls "
			 "out every change",
			 r->name);
	for (uint32_t i = 0; i < count; i++) {
		const struct node *t = triggers->items[i];
		const char *type = node_text_of(t, "type");

		if (!strcmp(type, "ImageChange"))
			read_image_change(t, ret);
		else if (strcmp(type, "ConfigChange") != 0)
			diagnose(r->k->diags, "T402", &t->pos, NULL,
				 "dropped a trigger of " KIND " '%s': type '%s' is not known",
				 r->name, type);
	}
}

/* ---- selector and labels ---- */

/* The values that the label has anywhere, in selectors above all. */
static void collect_labels(struct kubernetes *k, const struct node *n)
{
	const struct node *value = node_get(n, LABEL);

	if (value && value->kind == NODE_STRING)
		strmap_put(&k->pod_labels, value->text, value->len, (void *)value->text);
	for (uint32_t i = 0; n->kind == NODE_SEQ && i < n->len; i++)
		collect_labels(k, n->items[i]);
	for (uint32_t i = 0; n->kind == NODE_MAP && i < n->len; i++)
		collect_labels(k, n->entries[i].value);
}

static bool needs_label(struct rollout *r, const struct node *labels)
{
	if (!labels)
		return true;
	if (present(labels, LABEL))
		return false;
	for (size_t i = 0; !r->k->pod_labels_known && i < r->k->count; i++)
		collect_labels(r->k, r->k->objects[i]->object);
	r->k->pod_labels_known = true;
	return strmap_get(&r->k->pod_labels, r->name, strlen(r->name)) != NULL;
}

/* The labels of the pods; pod_template is a copy. */
static const struct node *convert_labels(struct rollout *r, struct node *pod_template)
{
	struct node *metadata = metadata_from(r->k, node_get(pod_template, "metadata"));
	struct node *labels = present_map(metadata, "labels");

	if (needs_label(r, labels)) {
		labels = labels ? node_copy_shallow(r->k->arena, labels) : map_at(r->k, metadata);
		set_text_at(r->k, labels, LABEL, r->name,
			    node_path(r->source, "metadata", "name", NULL));
		node_set(r->k->arena, metadata, "labels", labels);
		diagnose(r->k->diags, "T401", &pod_template->pos, NULL,
			 "the pods of Deployment '%s' are labelled '" LABEL "', as OpenShift does",
			 r->name);
	}
	node_set(r->k->arena, pod_template, "metadata", metadata);
	return labels;
}

static void convert_selector(struct rollout *r, const struct node *labels)
{
	const struct node *selector = present_map(r->spec, "selector");
	struct node *made = map_at(r->k, selector ? selector : r->spec);

	if (!selector)
		selector = labels;
	for (uint32_t i = 0; i < selector->len; i++) {
		const struct entry *e = &selector->entries[i];
		const struct node *label = node_get(labels, e->key->text);

		if (label && node_equal(label, e->value))
			continue;
		diagnose(r->k->diags, "T403", &e->key->pos,
			 "give spec.template.metadata.labels the same value",
			 "cannot convert " KIND " '%s': its pods lack label '%s' of the selector",
			 r->name, e->key->text);
	}
	node_set(r->k->arena, made, "matchLabels", node_copy_shallow(r->k->arena, selector));
	node_set(r->k->arena, r->made, "selector", made);
}

/* ---- the whole ---- */

static void convert_replicas(struct rollout *r)
{
	if (present(r->spec, "replicas")) {
		keep(r, "replicas");
		return;
	}
	node_set(r->k->arena, r->made, "replicas", node_number(r->k->arena, "0", 1, &r->spec->pos));
	diagnose(r->k->diags, "T402", &r->spec->pos, "write how many pods are wanted",
		 "kept 0 replicas of Deployment '%s': " KIND
		 " has none written, which is 0 on OpenShift",
		 r->name);
}

static void drop_other_fields(struct rollout *r)
{
	static const char *const known[] = { "replicas",
					     "selector",
					     "strategy",
					     "minReadySeconds",
					     "revisionHistoryLimit",
					     "paused",
					     "template",
					     "triggers",
					     "test" };

	for (uint32_t i = 0; i < r->spec->len; i++) {
		const struct entry *e = &r->spec->entries[i];
		bool found = e->value->kind == NODE_NULL;

		for (size_t j = 0; j < ARRAY_SIZE(known) && !found; j++)
			found = !strcmp(known[j], e->key->text);
		if (!found)
			drop_field(r, e->value, e->key->text, "OpenShift has no such field either");
	}
	if (is_true(node_get(r->spec, "test")))
		drop_field(r, node_get(r->spec, "test"), "test",
			   "the pods are not scaled to 0 between rollouts");
}

static void convert_pod(struct rollout *r, struct node *pod_template, const struct node *pod)
{
	struct image_triggers triggers = { 0 };
	struct node *copy = node_copy_shallow(r->k->arena, pod);

	read_triggers(r, &triggers);
	kubernetes_fill_images(r->k, r->source, copy, &triggers);
	free(triggers.items);
	kubernetes_check_volumes(r->k, r->source, copy);
	node_set(r->k->arena, pod_template, "spec", copy);
	node_set(r->k->arena, r->made, "template", pod_template);
}

void kubernetes_deployment_config(struct kubernetes *k, const struct node *object, struct sink *out)
{
	struct rollout r = { .k = k, .source = object, .name = name_of(object) };
	const struct node *pod = node_path(object, "spec", "template", "spec", NULL);
	size_t errors = k->diags->errors;
	struct node *made, *pod_template;

	if (!pod || pod->kind != NODE_MAP) {
		diagnose(k->diags, "T403", &object->pos, "write the pod to spec.template",
			 "cannot convert " KIND " '%s': it has no pod template", r.name);
		return;
	}
	if (!name_is_free(k, object, "apps", "Deployment", r.name))
		return;
	made = object_from(k, object, "apps/v1", "Deployment");
	r.spec = node_get(object, "spec");
	r.made = map_at(k, r.spec);
	pod_template = node_copy_shallow(k->arena, node_get(r.spec, "template"));

	convert_replicas(&r);
	convert_selector(&r, convert_labels(&r, pod_template));
	convert_strategy(&r);
	keep(&r, "minReadySeconds");
	keep(&r, "revisionHistoryLimit");
	keep(&r, "paused");
	drop_other_fields(&r);
	convert_pod(&r, pod_template, pod);
	node_set(k->arena, made, "spec", r.made);
	if (k->diags->errors == errors)
		diagnose(k->diags, "T401", &object->pos, NULL,
			 "converted " KIND " '%s' to a Deployment", r.name);
	sink_add(out, made);
}
