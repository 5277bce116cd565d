/* SPDX-License-Identifier: Apache-2.0 */
#include "base/arena.h"
#include "base/memory.h"
#include "cmd/common/gtid_input.h"
#include "tree/node.h"

/* Does one set of GTIDs hold all of another? */

static const struct arg_spec args[] = {
	{ "SET", "the set that may hold, @FILE, or - for standard input", 1, 1, NULL },
	{ "OTHER", "the set that may be held, in the same ways", 1, 1, NULL },
	ARG_END
};

static const struct example examples[] = {
	{ "gtid contains @replica.txt @primary.txt", "has the replica everything?" },
	{ "gtid contains 0-1-100,0-2-110 0-1-105", "prints 0-1-101..105, exits with 3" },
	EXAMPLE_END
};

static const struct exit_code exit_codes[] = {
	{ 3, "it does not; what is missing was printed" },
	EXIT_CODE_END
};

static void print_document(struct session *s, const struct gtid_set *missing)
{
	cleanup_arena struct arena *a = arena_new();
	struct node *map = node_map(a, NULL, 0, NULL);

	node_set(a, map, "apiVersion", node_cstring(a, "kubectl-mysql/v1"));
	node_set(a, map, "kind", node_cstring(a, "GtidContains"));
	node_set(a, map, "contained", node_bool(a, gtid_set_is_empty(missing)));
	node_set(a, map, "missing", gtid_text(a, missing));
	node_set(a, map, "missingCount", gtid_number(a, gtid_set_count(missing)));
	gtid_print_document(s, map);
}

static int run(struct session *s, const void *opts UNUSED, struct error *err)
{
	cleanup_gtid_input struct gtid_input in = GTID_INPUT_INIT;
	cleanup_gtid_set struct gtid_set missing = GTID_SET_INIT;
	int r = gtid_input_read(&in, s, err);

	if (r == 0)
		r = gtid_set_subtract(&in.sets[1], &in.sets[0], &missing, err);
	if (r < 0)
		return r;
	if (gtid_set_is_empty(&missing))
		gtid_warn_by_number(s, &in.sets[0], &in.sets[1]);
	if (s->format != FORMAT_TEXT)
		print_document(s, &missing);
	else if (!gtid_set_is_empty(&missing))
		gtid_output(s, &missing);
	return gtid_set_is_empty(&missing) ? 0 : -ERR_FINDINGS;
}

extern const struct command cmd_gtid_contains;
const struct command cmd_gtid_contains = {
	.words = "gtid contains",
	.group = GROUP_LOOK,
	.summary = "tell whether a set of GTIDs holds another",
	.description = "Prints nothing when it does, else what is missing.\n\n" GTID_SETS_TEXT,
	.args = args,
	.formats = FORMAT_TEXT | FORMAT_JSON | FORMAT_YAML,
	.default_format = FORMAT_TEXT,
	.examples = examples,
	.exit_codes = exit_codes,
	.run = run,
};
