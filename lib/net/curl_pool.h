/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * curl's transfers on the loop: many tasks, each with transfers of its own, over connections that
 * they share. One task of the pool's own waits for all descriptors while there is any transfer.
 * For lib/net/ only.
 *
 * Callbacks of a transfer run in that task and may not wait; they wake with curl_transfer_wake()
 * the one whose transfer it is.
 */

#include "net/curl_library.h"
#include "net/task.h"

struct curl_pool;

/* Room for it is the caller's, and stays where it is until curl_transfer_end(). */
struct curl_transfer {
	CURL *easy; /* set by the caller, with all its options except CURLOPT_PRIVATE */
	bool done;
	CURLcode result; /* when it is done */
	struct curl_pool *pool;
	struct condition changed;
	struct curl_transfer *next, *previous;
};

/* NULL if libcurl is not there. */
struct curl_pool *curl_pool_new(struct error *err);
/* Closes all connections. No transfer may be under way. NULL is accepted. */
void curl_pool_free(struct curl_pool *p);
const struct curl_library *curl_pool_library(const struct curl_pool *p);
/* At most so many connections to one server; transfers wait for one. */
void curl_pool_limit(struct curl_pool *p, long connections);

/* In a task. */
void curl_transfer_begin(struct curl_pool *p, struct curl_transfer *t);
void curl_transfer_wake(struct curl_transfer *t);
/* Until it is done or was woken. Look first; what as in wait_fd(). */
int curl_transfer_wait(struct curl_transfer *t, const char *what, struct error *err);
/* Lets a paused one go on. */
void curl_transfer_resume(struct curl_transfer *t);
/* Done or not. easy is the caller's again. */
void curl_transfer_end(struct curl_transfer *t);

/*
 * What curl_easy_perform() does, on connections that nobody shares. *ret is curl's own result.
 * Negative: the task's deadline passed, or it was cancelled, with what ("reading 'https://…'") in
 * the error.
 */
int curl_perform_in_task(CURL *easy, const char *what, CURLcode *ret, struct error *err);
