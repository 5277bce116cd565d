/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* What curl_easy_perform() does, waiting in the task that calls it. For lib/net/ only. */

#include "net/curl_library.h"

/*
 * *ret is curl's own result. Negative: the task's deadline passed, or it was cancelled, with what
 * ("reading 'https://…'") in the error.
 */
int curl_perform_in_task(const struct curl_library *curl, CURL *easy, const char *what,
			 CURLcode *ret, struct error *err);
