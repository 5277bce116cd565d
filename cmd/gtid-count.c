/* SPDX-License-Identifier: Apache-2.0 */
#include "base/arena.h"
#include "base/memory.h"
#include "cmd/common/gtid_input.h"
#include "tree/node.h"

/* How many transactions each of several sets of GTIDs has. */

static const struct example examples[] = {
	{ "gtid count 3e11fa47-71ca-11e1-9e33-c80aa9429562:1-9:11", "prints 10" },
	{ "gtid count @primary.txt @replica.txt", "one line for each" },
	EXAMPLE_END
};

static void print_document(struct session *s, const struct gtid_input *in)
{
	cleanup_arena struct arena *a = arena_new();
	struct node **items = arena_alloc(a, in->count * sizeof(struct node *));
	struct node *map = node_map(a, NULL, 0, NULL);

	for (size_t i = 0; i < in->count; i++) {
		items[i] = node_map(a, NULL, 0, NULL);
		node_set(a, items[i], "set", gtid_text(a, &in->sets[i]));
		node_set(a, items[i], "count", gtid_number(a, gtid_set_count(&in->sets[i])));
	}
	node_set(a, map, "apiVersion", node_cstring(a, "kubectl-mysql/v1"));
	node_set(a, map, "kind", node_cstring(a, "GtidCountList"));
	node_set(a, map, "items", node_seq(a, items, in->count, NULL));
	gtid_print_document(s, map);
}

static int run(struct session *s, const void *opts UNUSED, struct error *err)
{
	cleanup_gtid_input struct gtid_input in = GTID_INPUT_INIT;
	int r = gtid_input_read(&in, s, err);

	if (r < 0)
		return r;
	if (s->format != FORMAT_TEXT) {
		print_document(s, &in);
		return 0;
	}
	for (size_t i = 0; i < in.count; i++) {
		gtid_count_print(gtid_set_count(&in.sets[i]), &s->out);
		strbuf_addch(&s->out, '\n');
	}
	return 0;
}

extern const struct command cmd_gtid_count;
const struct command cmd_gtid_count = {
	.words = "gtid count",
	.group = GROUP_LOOK,
	.summary = "count the transactions of sets of GTIDs",
	.description =
		"Prints one number for each set. Of MariaDB it is the count of sequence numbers, each "
		"once for its domain: an upper bound, since servers may leave numbers out.\n\n"
		GTID_SETS_TEXT,
	.args = gtid_args,
	.formats = FORMAT_TEXT | FORMAT_JSON | FORMAT_YAML,
	.default_format = FORMAT_TEXT,
	.examples = examples,
	.run = run,
};
