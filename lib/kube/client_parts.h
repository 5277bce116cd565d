/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* The inside of kube/client.h, shared by the files that send requests. For lib/kube/ only. */

#include "base/strvec.h"
#include "kube/client.h"
#include "kube/credentials.h"
#include "net/http_client.h"

struct kube_client {
	const struct kube_config *config;
	struct http_client *http;
	struct credentials *credentials;
	struct exec_plugin_options plugin;
	int64_t request_timeout;
	struct strvec headers; /* of every request: who we are, for whom, by which command */
	char *connect_to;      /* or NULL */
	char *base;	       /* of URLs: "https://host:port/prefix" */
	struct strvec warnings;
};

/* How a call goes beyond what its kube_request says. */
struct kube_mode {
	bool stream; /* *ret_call is left open at the body */
	bool alone;
	int64_t silence; /* ms; 0: any */
};

/* Of a connection that nothing comes over: servers end what takes longer than a minute. */
#define KUBE_SILENCE 90000

/*
 * One request with all its tries. Of a stream *ret_call is open when it succeeds, and *ret has no
 * body; otherwise NULL.
 */
int kube_call(struct kube_client *c, const struct kube_request *rq, const struct kube_mode *mode,
	      struct arena *a, struct kube_answer *ret, struct http_call **ret_call,
	      struct error *err);
/* True while the failure may go away by itself, which a watch waits for. */
bool kube_may_pass(const struct error *err);
/* Appends "?query" or "&query" parts: name=value, with value escaped. */
void kube_add_parameter(struct strbuf *query, const char *name, const char *value);
/* Appends text as one part of a path or a query. */
void kube_add_escaped(struct strbuf *out, const char *text);
