/* SPDX-License-Identifier: Apache-2.0 */

/* Any text as a go-template, run over one document. */

#include "tree/gotemplate.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "tree/read.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char document[] =
	"{\"kind\":\"List\",\"items\":[{\"name\":\"a\",\"n\":1,\"f\":1.5,\"t\":true,\"z\":null,"
	"\"list\":[1,2,[3,{\"x\":\"y\"}]]},{\"name\":\"b\",\"n\":1000000,\"e\":{},\"l\":[]}]}";

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct gotemplate_options ways[] = {
		{ .limit = 1 << 20, .steps = 10000 },
		{ .limit = 1 << 20, .steps = 10000, .missing_is_error = true },
	};
	cleanup_arena struct arena *a = arena_new();
	cleanup_error struct error err = ERROR_INIT;
	struct gotemplate *t;
	struct node *root;

	if (tree_read_json(a, document, strlen(document), "", 0, &root, &err) < 0)
		abort();
	if (gotemplate_parse(a, (const char *)data, size, "template", &t, &err) < 0) {
		if (!err.message || err.line == 0 || err.column == 0)
			abort();
		return 0;
	}
	for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
		cleanup_strbuf struct strbuf out = STRBUF_INIT;
		cleanup_error struct error run = ERROR_INIT;

		if ((gotemplate_print(t, root, &ways[i], &out, &run) < 0) != (run.class != 0))
			abort();
	}
	return 0;
}
