/* SPDX-License-Identifier: Apache-2.0 */

/* What an API server answers: refusals, what it has, events; and the header Warning. */

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/strvec.h"
#include "kube/discovery_parse.h"
#include "kube/status.h"
#include "kube/watch.h"
#include "tree/read.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void refuse(struct node *body, const char *text, size_t len)
{
	cleanup_error struct error err = ERROR_INIT;
	struct kube_answer answer = { .code = 400 + (long)(len % 200), .body = body, .text = text,
				      .len = len };

	if (kube_status_error(&answer, "GET '/x'", &err) >= 0 || !err.message[0] ||
	    strpbrk(err.message, "\x1b\r\t\x7f"))
		abort();
	(void)kube_status_retry_after(body);
}

static void use(const struct kube_resources *list)
{
	cleanup_strbuf struct strbuf path = STRBUF_INIT;

	for (size_t i = 0; i < list->len; i++) {
		strbuf_reset(&path);
		kube_resource_path(list->items[i], "n", "x", &path);
		if (path.buf[0] != '/' || strpbrk(path.buf, " ?#\r\n"))
			abort();
	}
}

static void discover(const struct node *body, struct arena *a)
{
	cleanup_error struct error first = ERROR_INIT, second = ERROR_INIT, third = ERROR_INIT;
	struct kube_resources list = { .arena = a };
	const char *const *paths = NULL;

	(void)kube_resources_add_aggregated(&list, body, &first);
	(void)kube_resources_add_plain(&list, body, &second);
	if (kube_discovery_paths(&list, body, &paths, &third) == 0)
		for (; *paths; paths++)
			if (strncmp(*paths, "/api", 4) != 0 || strpbrk(*paths, " ?#\r\n%"))
				abort();
	use(&list);
	kube_resources_release(&list);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data;
	cleanup_arena struct arena *a = arena_new();
	cleanup_error struct error err = ERROR_INIT, second = ERROR_INIT;
	cleanup_strvec struct strvec warnings = STRVEC_INIT;
	struct kube_watch_line line = { 0 };
	struct node *body = NULL;

	kube_add_warnings(&warnings, text, size);
	if (tree_read_json(a, text, size, "answer",
			   READ_DUPLICATE_KEYS_LAST_WINS | READ_UTF8_REPLACE, &body, &err) < 0)
		body = NULL;
	refuse(body, text, size);
	if (body)
		discover(body, a);
	if (kube_watch_line_parse(a, text, size, &line, &second) == 0 &&
	    (!line.object || !line.version))
		abort();
	return 0;
}
