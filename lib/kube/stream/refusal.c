/* SPDX-License-Identifier: Apache-2.0 */
#include "base/arena.h"
#include "kube/status.h"
#include "kube/stream/upgrade.h"
#include "tree/read.h"

/* A container runtime does so with what it does not know, and that is no question of rights. */
#define NOT_FORBIDDEN                                                                              \
	"no right is missing: the container runtime, or a proxy before the server, does not take " \
	"this WebSocket"

int upgrade_refusal(const struct upgrade_answer *answer, const char *body, size_t len,
		    const char *what, const char *resource, struct error *err)
{
	cleanup_error struct error no_json = ERROR_INIT;
	struct arena *a = arena_new();
	struct kube_answer full = { .code = answer->code, .content_type = "", .text = body,
				    .len = len };

	if (len)
		(void)tree_read_json(a, body, len, "", READ_OC, &full.body, &no_json);
	if (answer->code >= 200 && answer->code < 300) {
		error_set(err, ERR_FAILED, "the server answered %ld instead of opening a WebSocket",
			  answer->code);
		err->origin = (unsigned)answer->code;
	} else {
		kube_status_error(&full, what, err);
	}
	if (answer->code == 403 && kube_is_status(full.body))
		error_hint(err, "your Role needs the verbs get and, since Kubernetes 1.35, create on "
				"%s", resource);
	else if (answer->code == 403)
		error_hint(err, NOT_FORBIDDEN);
	arena_free(a);
	return -err->class;
}
