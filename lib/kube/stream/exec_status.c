/* SPDX-License-Identifier: Apache-2.0 */
#include "base/arena.h"
#include "base/memory.h"
#include "kube/status.h"
#include "kube/stream/exec.h"
#include "tree/read.h"

#include <string.h>

static bool says(const struct node *map, const char *key, const char *text)
{
	return node_is_string(node_get(map, key), text);
}

/* 0 to 255, or -1. */
static int read_code(const char *text)
{
	int code = 0;

	if (!*text || strlen(text) > 3)
		return -1;
	for (; *text; text++) {
		if (*text < '0' || *text > '9')
			return -1;
		code = code * 10 + (*text - '0');
	}
	return code <= 255 ? code : -1;
}

/* The cause ExitCode, or -1. */
static int exit_code(const struct node *status)
{
	const struct node *causes = node_path(status, "details", "causes", NULL);

	for (size_t i = 0; causes && causes->kind == NODE_SEQ && i < causes->len; i++)
		if (says(causes->items[i], "reason", "ExitCode"))
			return read_code(node_text_of(causes->items[i], "message"));
	return -1;
}

static int judge(const struct node *status, int *ret_code, struct error *err)
{
	const char *message = node_text_of(status, "message");
	cleanup_free char *clean = kube_clean_text(message, strlen(message), 2048);
	int code;

	if (says(status, "status", "Success")) {
		*ret_code = 0;
		return 0;
	}
	if (!says(status, "status", "Failure"))
		return error_set(err, ERR_INVALID, "the server does not say how the command ended");
	if (!says(status, "reason", "NonZeroExitCode"))
		return error_set(err, ERR_FAILED, "%s",
				 *clean ? clean : "the server does not say why");
	code = exit_code(status);
	if (code <= 0)
		return error_set(err, ERR_INVALID, "the server gives no exit code: %s", clean);
	*ret_code = code;
	return 0;
}

int exec_read_status(const char *text, size_t len, int *ret_code, struct error *err)
{
	cleanup_error struct error no_json = ERROR_INIT;
	struct arena *a = arena_new();
	struct node *status = NULL;
	int r;

	if (tree_read_json(a, text, len, "", READ_OC, &status, &no_json) == 0) {
		r = judge(status, ret_code, err);
	} else {
		cleanup_free char *clean = kube_clean_text(text, len, 2048);

		r = error_set(err, ERR_FAILED, "%s", clean);
	}
	arena_free(a);
	return r;
}
