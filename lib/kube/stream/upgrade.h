/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * The request that turns a connection into a WebSocket, and what an API server answers: that it
 * does, or a refusal with its reason (RFC 6455 §4). No I/O.
 */

#include "base/error.h"
#include "base/strbuf.h"
#include "kube/kubeconfig.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define UPGRADE_KEY_SIZE 25 /* 16 random bytes in base64, NUL-ended */

struct upgrade_request {
	const struct kube_config *config; /* host, prefix of paths */
	const char *const *headers;	  /* NULL-ended "Name: value", or NULL */
	const char *path;		  /* escaped, with its query */
	const char *const *protocols;	  /* NULL-ended, best first */
	const char *authorization;	  /* the header's value, or NULL */
	const char *key;
};

/* A new random key. */
int upgrade_make_key(char ret[UPGRADE_KEY_SIZE], struct error *err);
void upgrade_write(struct strbuf *out, const struct upgrade_request *rq);

/* The headers of the answer. Texts are borrowed from it. */
struct upgrade_answer {
	long code;
	size_t size; /* bytes of all headers */
	const char *accept, *protocol, *upgrade;
	size_t accept_len, protocol_len, upgrade_len;
	int64_t retry_after; /* seconds; -1: not said */
	int64_t length;	     /* of the body; -1: not said */
	bool chunked;
};

/* 1: *ret is filled; 0: more is needed. -ERR_INVALID for what is no HTTP, -ERR_LIMIT. */
int upgrade_read(const char *text, size_t len, struct upgrade_answer *ret, struct error *err);
/*
 * Is a 101 the answer to this request? *ret_protocol is one of its protocols, borrowed.
 * -ERR_INVALID with a reason.
 */
int upgrade_check(const struct upgrade_answer *answer, const struct upgrade_request *rq,
		  const char **ret_protocol, struct error *err);
/*
 * Takes off what chunks put between the bytes of a body, in place, as far as they have come; true
 * if it is whole.
 */
bool upgrade_unchunk(struct strbuf *body);
/*
 * Sets the error of a refusal and returns its class, as kube_request() has them: the words of the
 * server's Status, or of something between. what was asked is for an answer without words, resource
 * for a hint: "pods/exec".
 */
int upgrade_refusal(const struct upgrade_answer *answer, const char *body, size_t len,
		    const char *what, const char *resource, struct error *err);
