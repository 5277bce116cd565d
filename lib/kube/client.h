/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * Requests to an API server: one client, as many tasks at once as wanted, over few connections
 * (HTTP/2 where the server has it). All calls wait in a task (net/task.h) and obey its deadline.
 *
 *	cleanup_kube_client struct kube_client *c = NULL;
 *	r = kube_client_open(&config, &options, &c, err);
 *	r = kube_request(c, &(struct kube_request){ .method = "GET", .path = "/api/v1/nodes" },
 *			 arena, &answer, err);
 *
 * What a request does by itself, as client-go does (facts of the protocol: kubernetes/client-go
 * rest/request.go, rest/with_retry.go): on 401 it asks once for new credentials and tries again; on
 * 429 and 5xx with Retry-After it waits that long and tries again, at most ten times; a GET is
 * tried again after a connection that was cut.
 */

#include "kube/kubeconfig.h"
#include "tree/node.h"

#include <stdint.h>

struct kube_client;

struct kube_client_options {
	const char *command;	 /* "apply", for the header Kubectl-Command; NULL: none */
	int64_t request_timeout; /* milliseconds for one request, 0: the task's deadline only */
	bool stdin_taken;	 /* a credential plugin may not read it */
};

/* config is borrowed. Nothing is sent yet. */
int kube_client_open(const struct kube_config *config, const struct kube_client_options *o,
		     struct kube_client **ret, struct error *err);
/* NULL is accepted. No request may be under way. */
void kube_client_close(struct kube_client *c);
#define cleanup_kube_client __attribute__((cleanup(cleanup_kube_client_fn)))
void cleanup_kube_client_fn(struct kube_client **c);
const struct kube_config *kube_client_config(const struct kube_client *c);
/* Connections that were begun so far, for tests. */
size_t kube_client_connections(const struct kube_client *c);

struct kube_request {
	const char *method;	  /* "GET", "POST", "PUT", "PATCH", "DELETE" */
	const char *path;	  /* "/api/v1/namespaces/shop/pods/shop-0", escaped */
	const char *query;	  /* "fieldManager=x&force=true", escaped; or NULL */
	const char *content_type; /* of the body; NULL: application/json */
	const char *accept;	  /* NULL: application/json */
	const char *body;	  /* or NULL */
	size_t body_len;
	size_t limit;		  /* bytes of the answer; 0: LIMIT_KUBE_ANSWER */
	bool once;		  /* 429 and 5xx are answers, not reasons to wait: an eviction */
};

struct kube_answer {
	long code;
	const char *content_type; /* "" if there is none */
	struct node *body;	  /* the JSON, or NULL if there is none, or something else */
	const char *text;	  /* the body as it came, NUL-ended; all in the arena of the call */
	size_t len;
};

/*
 * 0 for 2xx. What the server refuses is an error: its own words (Status.message), with the class
 * -ERR_NOT_FOUND (404, 410), -ERR_DENIED (401, 403), -ERR_INVALID (400, 422), -ERR_UNSAFE (409
 * conflict), -ERR_LIMIT (413, 429 after all tries), -ERR_TIMEOUT (504), else -ERR_FAILED;
 * err->origin is the HTTP code, and *ret is filled all the same, with the Status in body.
 * Without an answer origin is 0: -ERR_IO (refused, cut, no such host), -ERR_TLS, -ERR_LIMIT (too
 * large), -ERR_INVALID (what should be JSON is not), -ERR_TIMEOUT, -ERR_CANCELLED, the errors of
 * credentials_get(). No token or password is in a message.
 */
int kube_request(struct kube_client *c, const struct kube_request *rq, struct arena *a,
		 struct kube_answer *ret, struct error *err);
/* The Status of a refusal: its reason ("Conflict"), "" if the answer is none. */
const char *kube_answer_reason(const struct kube_answer *answer);

/*
 * What servers warn of (the header Warning), each text once: to be shown by the command. Texts live
 * as long as the client.
 */
struct strvec;
const struct strvec *kube_client_warnings(const struct kube_client *c);

/*
 * All pages of a list, items in *ret_items (a sequence); *ret_version is its resourceVersion, from
 * which a watch can go on. Pages have 500 items unless query says limit=; when the server forgets
 * meanwhile where it was (410), all is asked for anew, in one piece. Items of a list have no kind
 * and no apiVersion of their own. -ERR_INVALID if the answer is no list, -ERR_LIMIT beyond
 * LIMIT_KUBE_LIST bytes; else as kube_request().
 */
int kube_list(struct kube_client *c, const char *path, const char *query, struct arena *a,
	      struct node **ret_items, const char **ret_version, struct error *err);

/*
 * Watches from a resourceVersion on (that of a kube_list(), or of an object), reconnecting as
 * needed (bookmarks are taken by itself), until fn returns nonzero (which is returned), an error,
 * or the task's deadline. object is the one of the event, good during the call; fn may wait and
 * send requests. -ERR_NOT_FOUND with origin 410: list again. A server that is away is waited for,
 * for KUBE_WATCH_PATIENCE; what it refuses (403, 404) is an error at once.
 */
#define KUBE_WATCH_PATIENCE 300000 /* ms */
enum kube_event { KUBE_ADDED, KUBE_MODIFIED, KUBE_DELETED };
typedef int kube_watch_fn(void *arg, enum kube_event what, const struct node *object,
			  struct error *err);
int kube_watch(struct kube_client *c, const char *path, const char *query, const char *version,
	       kube_watch_fn *fn, void *arg, struct error *err);
/*
 * A body that is read as it comes (logs), over a connection of its own: fn gets pieces; nonzero
 * ends it and is returned. fn may wait; the server waits then too. A cut is -ERR_IO.
 */
typedef int kube_bytes_fn(void *arg, const char *bytes, size_t len, struct error *err);
int kube_stream(struct kube_client *c, const char *path, const char *query, kube_bytes_fn *fn,
		void *arg, struct error *err);
