/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* One line of a watch. For lib/kube/ and its tests. */

#include "kube/client.h"

enum kube_line {
	KUBE_LINE_EVENT,
	KUBE_LINE_BOOKMARK,
	KUBE_LINE_ERROR, /* object is a Status */
};

struct kube_watch_line {
	enum kube_line what;
	enum kube_event event;
	const struct node *object;
	const char *version; /* of the object; "" if it has none */
};

/* -ERR_INVALID for what is no event. */
int kube_watch_line_parse(struct arena *a, const char *text, size_t len,
			  struct kube_watch_line *ret, struct error *err);
