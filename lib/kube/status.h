/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * What an API server says when it refuses: the object Status, or a page of something between us and
 * it. Also what it says beside an answer: the header Warning. For lib/kube/ only.
 */

#include "kube/client.h"

#include <stdbool.h>

struct strvec;

/*
 * Sets the error that kube_request() promises for a code that is not 2xx, and returns its negative
 * class. what is what was asked, for an answer that is no Status: "GET '/api/v1/nodes'".
 */
int kube_status_error(const struct kube_answer *answer, const char *what, struct error *err);
bool kube_is_status(const struct node *n);
/* details.retryAfterSeconds, or -1. */
int64_t kube_status_retry_after(const struct node *status);
/*
 * The texts of one header Warning, `299 - "text", 299 - "text"`, each once; what is of another form
 * is left out.
 */
void kube_add_warnings(struct strvec *list, const char *value, size_t len);
/* Without what would change a terminal. */
char *kube_clean_text(const char *text, size_t len, size_t most);
