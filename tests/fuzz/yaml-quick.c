/* SPDX-License-Identifier: Apache-2.0 */

/* YAML: what our own reader reads, libyaml reads as well, and makes the same tree of it. */

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "helper/same-tree.h"
#include "tree/yaml_quick.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static _Noreturn void differ(const char *what, const struct pos *pos)
{
	fprintf(stderr, "%s at %u:%u\n", what, pos->line, pos->column);
	abort();
}

static bool read_quick(struct arena *a, const char *text, size_t size, unsigned flags,
		       struct yaml_reader *r)
{
	*r = (struct yaml_reader){ .flags = flags };
	r->build.arena = a;
	r->build.file = arena_strdup(a, "fuzz");
	return yaml_quick_read(r, text, size);
}

static void check(const char *text, size_t size, unsigned flags)
{
	static const struct pos start = { 1, 1, "fuzz" };
	cleanup_error struct error err = ERROR_INIT;
	cleanup_arena struct arena *a = arena_new();
	const struct node *different;
	struct yaml_reader r;
	struct documents d;

	if (!read_quick(a, text, size, flags, &r)) {
		if (r.documents || r.build.stack)
			differ("something is left of what was given up", &start);
		return;
	}
	if (tree_read_yaml(a, text, size, "fuzz", flags | READ_LIBYAML, &d, &err) < 0) {
		fprintf(stderr, "%s\n", err.message);
		differ("libyaml refuses", &(struct pos){ err.line, err.column, "fuzz" });
	}
	if (d.len != r.documents_len)
		differ("another number of documents", &start);
	for (size_t i = 0; i < d.len; i++) {
		different = different_node(r.documents[i], d.items[i]);
		if (different)
			differ("another node", &different->pos);
	}
	free(r.documents);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	check((const char *)data, size, READ_KEEP_TAGS | READ_FLOW_REFS);
	check((const char *)data, size,
	      READ_OC | READ_DUPLICATE_KEYS_LAST_WINS | READ_UTF8_REPLACE);
	check((const char *)data, size, 0);
	return 0;
}
