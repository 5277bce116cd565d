/* SPDX-License-Identifier: Apache-2.0 */
#include "kube/ready.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

static int64_t number(const struct node *n, int64_t missing)
{
	return n && n->kind == NODE_NUMBER ? strtoll(n->text, NULL, 10) : missing;
}

static int64_t status_number(const struct node *object, const char *key)
{
	return number(node_path(object, "status", key, NULL), 0);
}

/* The condition of a type, or NULL. */
static const struct node *condition(const struct node *object, const char *type)
{
	const struct node *list = node_path(object, "status", "conditions", NULL);

	for (uint32_t i = 0; list && list->kind == NODE_SEQ && i < list->len; i++)
		if (!strcmp(node_text(node_get(list->items[i], "type")), type))
			return list->items[i];
	return NULL;
}

static bool is_true(const struct node *cond)
{
	return !strcmp(node_text(node_get(cond, "status")), "True");
}

/* ---- objects -------------------------------------------------------------------------------- */

/* The controller has not looked at what was applied. */
static bool is_unseen(const struct node *object, struct strbuf *why)
{
	int64_t wanted = number(node_path(object, "metadata", "generation", NULL), 0);

	if (status_number(object, "observedGeneration") >= wanted)
		return false;
	strbuf_addstr(why, "its controller has not seen it yet");
	return true;
}

/* ready: of so many wanted; updated: that are of the newest revision. */
static enum readiness counts(const struct node *object, const char *updated, const char *ready,
			     struct strbuf *why)
{
	int64_t wanted = number(node_path(object, "spec", "replicas", NULL), 1);
	int64_t there = status_number(object, "replicas"), now = status_number(object, ready);
	int64_t fresh = status_number(object, updated);

	if (is_unseen(object, why))
		return NOT_YET;
	if (now < wanted)
		strbuf_addf(why, "%" PRId64 " of %" PRId64 " pods are ready", now, wanted);
	else if (fresh < wanted)
		strbuf_addf(why, "%" PRId64 " of %" PRId64 " pods are new", fresh, wanted);
	else if (there > wanted)
		strbuf_addf(why, "%" PRId64 " pods are to go", there - wanted);
	else
		return READY;
	return NOT_YET;
}

static enum readiness daemon_set(const struct node *object, struct strbuf *why)
{
	int64_t wanted = status_number(object, "desiredNumberScheduled");
	int64_t now = status_number(object, "numberReady");

	if (is_unseen(object, why))
		return NOT_YET;
	if (now >= wanted && status_number(object, "updatedNumberScheduled") >= wanted)
		return READY;
	strbuf_addf(why, "%" PRId64 " of %" PRId64 " pods are ready", now, wanted);
	return NOT_YET;
}

static enum readiness job(const struct node *object, struct strbuf *why)
{
	const struct node *failed = condition(object, "Failed");

	if (is_true(condition(object, "Complete")))
		return READY;
	if (is_true(failed)) {
		strbuf_addf(why, "it failed: %s", node_text(node_get(failed, "message")));
		return NEVER;
	}
	strbuf_addstr(why, "it is not complete");
	return NOT_YET;
}

static enum readiness pod(const struct node *object, struct strbuf *why)
{
	const char *log;

	return kube_pod_waits(object, why, &log) ? NOT_YET : READY;
}

/* A claim that waits for its first pod is as ready as it can be. */
static enum readiness claim(const struct node *object, struct strbuf *why)
{
	if (!strcmp(node_text(node_path(object, "status", "phase", NULL)), "Lost")) {
		strbuf_addstr(why, "its volume is lost");
		return NEVER;
	}
	return READY;
}

enum readiness kube_ready(const struct node *object, struct strbuf *why)
{
	const char *kind = node_text(node_get(object, "kind"));

	if (!strcmp(kind, "StatefulSet"))
		return counts(object, "updatedReplicas", "readyReplicas", why);
	if (!strcmp(kind, "Deployment"))
		return counts(object, "updatedReplicas", "availableReplicas", why);
	if (!strcmp(kind, "ReplicaSet") || !strcmp(kind, "ReplicationController"))
		return counts(object, "replicas", "readyReplicas", why);
	if (!strcmp(kind, "DaemonSet"))
		return daemon_set(object, why);
	if (!strcmp(kind, "Job"))
		return job(object, why);
	if (!strcmp(kind, "Pod"))
		return pod(object, why);
	if (!strcmp(kind, "PersistentVolumeClaim"))
		return claim(object, why);
	return READY;
}

/* ---- pods ----------------------------------------------------------------------------------- */

static const char *add_labels(struct arena *a, const struct node *labels)
{
	cleanup_strbuf struct strbuf q = STRBUF_INIT;

	strbuf_addstr(&q, "labelSelector=");
	for (uint32_t i = 0; i < labels->len; i++)
		strbuf_addf(&q, "%s%s%%3D%s", i ? "%2C" : "", labels->entries[i].key->text,
			    node_text(labels->entries[i].value));
	return arena_memdupz(a, q.buf, q.len);
}

const char *kube_pod_query(struct arena *a, const struct node *object)
{
	const struct node *labels = node_path(object, "spec", "selector", "matchLabels", NULL);

	if (!node_path(object, "spec", "template", NULL) || !labels || labels->kind != NODE_MAP ||
	    !labels->len)
		return NULL;
	return add_labels(a, labels);
}

bool kube_runs_pod(const struct node *object, const struct node *pod)
{
	const struct node *owners = node_path(pod, "metadata", "ownerReferences", NULL);
	const char *uid = node_text(node_path(object, "metadata", "uid", NULL));

	for (uint32_t i = 0; owners && owners->kind == NODE_SEQ && i < owners->len; i++)
		/* A Deployment's pods belong to its ReplicaSets. */
		if (!strcmp(node_text(node_get(owners->items[i], "uid")), uid) ||
		    !strcmp(node_text(node_get(owners->items[i], "kind")), "ReplicaSet"))
			return true;
	return false;
}

/* What a container says of itself; false: nothing is wrong with it so far. */
static bool container_waits(const struct node *status, struct strbuf *why, const char **ret_log)
{
	const struct node *waiting = node_path(status, "state", "waiting", NULL);
	const struct node *ended = node_path(status, "state", "terminated", NULL);
	const struct node *last = node_path(status, "lastState", "terminated", NULL);
	const char *name = node_text(node_get(status, "name"));
	const char *reason = node_text(node_get(waiting, "reason"));

	if (ended && number(node_get(ended, "exitCode"), 0) == 0)
		ended = NULL;
	if (!waiting && !ended)
		return false;
	if (!ended && strcmp(reason, "CrashLoopBackOff") == 0)
		ended = last;
	if (ended) {
		strbuf_addf(why, "container %s ended with exit code %" PRId64, name,
			    number(node_get(ended, "exitCode"), -1));
		if (!strcmp(node_text(node_get(ended, "reason")), "OOMKilled"))
			strbuf_addstr(why, " (out of memory)");
		*ret_log = name;
		return true;
	}
	/* These are on their way. */
	if (!strcmp(reason, "ContainerCreating") || !strcmp(reason, "PodInitializing"))
		return false;
	strbuf_addf(why, "container %s: %s%s%s", name, reason,
		    *node_text(node_get(waiting, "message")) ? ": " : "",
		    node_text(node_get(waiting, "message")));
	return true;
}

static bool any_waits(const struct node *pod, const char *list, struct strbuf *why,
		      const char **ret_log)
{
	const struct node *all = node_path(pod, "status", list, NULL);

	for (uint32_t i = 0; all && all->kind == NODE_SEQ && i < all->len; i++)
		if (container_waits(all->items[i], why, ret_log))
			return true;
	return false;
}

/* The first container that runs and is not ready, or has not begun. */
static void add_unready(const struct node *pod, struct strbuf *why)
{
	static const char *const lists[] = { "initContainerStatuses", "containerStatuses" };

	for (size_t l = 0; l < ARRAY_SIZE(lists); l++) {
		const struct node *all = node_path(pod, "status", lists[l], NULL);

		for (uint32_t i = 0; all && all->kind == NODE_SEQ && i < all->len; i++) {
			const struct node *ready = node_get(all->items[i], "ready");

			if (ready && ready->kind == NODE_BOOL && ready->boolean)
				continue;
			strbuf_addf(why, "container %s %s", node_text(node_get(all->items[i], "name")),
				    node_path(all->items[i], "state", "running", NULL)
					    ? l == 0 ? "is at work" : "is not ready"
					    : "has not started");
			return;
		}
	}
	strbuf_addstr(why, "it is not ready");
}

bool kube_pod_waits(const struct node *pod, struct strbuf *why, const char **ret_log)
{
	const struct node *scheduled = condition(pod, "PodScheduled");

	*ret_log = NULL;
	if (is_true(condition(pod, "Ready")) ||
	    !strcmp(node_text(node_path(pod, "status", "phase", NULL)), "Succeeded"))
		return false;
	if (node_path(pod, "metadata", "deletionTimestamp", NULL))
		strbuf_addstr(why, "it is being deleted");
	else if (scheduled && !is_true(scheduled))
		strbuf_addf(why, "not scheduled: %s", node_text(node_get(scheduled, "message")));
	else if (!any_waits(pod, "initContainerStatuses", why, ret_log) &&
		 !any_waits(pod, "containerStatuses", why, ret_log))
		add_unready(pod, why);
	return true;
}

static const char *event_time(const struct node *event)
{
	const char *last = node_text(node_get(event, "lastTimestamp"));

	return *last ? last : node_text(node_get(event, "eventTime"));
}

const char *kube_pod_warning(const struct node *events, const struct node *pod)
{
	const char *uid = node_text(node_path(pod, "metadata", "uid", NULL));
	const struct node *newest = NULL;

	for (uint32_t i = 0; events && i < events->len; i++) {
		const struct node *e = events->items[i];

		if (strcmp(node_text(node_get(e, "type")), "Warning") != 0 ||
		    strcmp(node_text(node_path(e, "involvedObject", "uid", NULL)), uid) != 0)
			continue;
		/* RFC 3339 in UTC: the order of the text is that of time. */
		if (!newest || strcmp(event_time(newest), event_time(e)) <= 0)
			newest = e;
	}
	return newest ? node_text(node_get(newest, "message")) : NULL;
}
