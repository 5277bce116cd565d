/* SPDX-License-Identifier: Apache-2.0 */
#include "base/arena.h"
#include "base/memory.h"
#include "cli/command.h"
#include "tree/write.h"

/* The version of this program. It comes from the file VERSION. */

static const struct example examples[] = {
	{ "version", "show the version" },
	{ "version -o json", "the same for a script" },
	EXAMPLE_END
};

static int run(struct session *s, const void *opts UNUSED, struct error *err UNUSED)
{
	cleanup_arena struct arena *a = NULL;
	struct node *map;

	if (s->format == FORMAT_TEXT) {
		strbuf_addf(&s->out, "%s %s\n", s->program->name, s->program->version);
		return 0;
	}
	a = arena_new();
	map = node_map(a, NULL, 0, NULL);
	node_set(a, map, "apiVersion", node_cstring(a, "kubectl-mysql/v1"));
	node_set(a, map, "kind", node_cstring(a, "Version"));
	node_set(a, map, "version", node_cstring(a, s->program->version));
	if (s->format == FORMAT_JSON)
		tree_write_json(&s->out, map, 0);
	else
		tree_write_yaml(&s->out, map, 0);
	return 0;
}

const struct command cmd_version = {
	.words = "version",
	.group = GROUP_SELF,
	.summary = "show the version of this program",
	.formats = FORMAT_TEXT | FORMAT_JSON | FORMAT_YAML,
	.default_format = FORMAT_TEXT,
	.examples = examples,
	.run = run,
};
