/* SPDX-License-Identifier: Apache-2.0 */

/* YAML: what was read, written as YAML, kyaml and JSON, and read again is the same tree. */

#include <stdint.h>
#include <stdlib.h>

#include "base/memory.h"
#include "tree/read.h"
#include "tree/write.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Alias bombs are for the reader; writing ten million nodes takes too long here. */
#define MAX_NODES 20000

static size_t count(const struct node *n, size_t limit)
{
	size_t total = 1;

	for (size_t i = 0; i < n->len && total < limit; i++)
		if (n->kind == NODE_SEQ)
			total += count(n->items[i], limit - total);
		else if (n->kind == NODE_MAP)
			total += count(n->entries[i].value, limit - total);
		else
			return 1 + n->len / 64;
	return total;
}

static const struct node *only(const struct documents *d)
{
	if (d->len != 1)
		abort();
	return d->items[0];
}

static void read_yaml_again(struct arena *a, const struct node *n, unsigned flags)
{
	cleanup_strbuf struct strbuf out = STRBUF_INIT;
	cleanup_error struct error err = ERROR_INIT;
	struct documents d;

	tree_write_yaml(&out, n, flags);
	if (tree_read_yaml(a, out.buf, out.len, "again", READ_KEEP_TAGS, &d, &err) < 0)
		abort();
	if (!(flags & WRITE_GO_NUMBERS) && !node_equal(n, only(&d)))
		abort();
}

static void read_kyaml_again(struct arena *a, const struct node *n)
{
	cleanup_strbuf struct strbuf out = STRBUF_INIT;
	cleanup_error struct error err = ERROR_INIT;
	struct documents d;

	tree_write_kyaml(&out, n, 0);
	if (tree_read_yaml(a, out.buf, out.len, "again", 0, &d, &err) < 0)
		abort();
	if (!node_equal(n, only(&d)))
		abort();
}

static void read_json_again(struct arena *a, const struct node *n)
{
	cleanup_strbuf struct strbuf out = STRBUF_INIT;
	cleanup_error struct error err = ERROR_INIT;
	struct node *again;

	tree_write_json(&out, n, WRITE_SORT_KEYS);
	if (tree_read_json(a, out.buf, out.len, "again", 0, &again, &err) < 0)
		abort();
	if (!node_equal(n, again))
		abort();
}

static void check(const char *text, size_t size, unsigned flags)
{
	cleanup_arena struct arena *a = arena_new();
	cleanup_error struct error err = ERROR_INIT;
	struct documents d;

	if (tree_read(a, text, size, "fuzz", flags, &d, &err) < 0) {
		if (!err.class || !err.message)
			abort();
		return;
	}
	for (size_t i = 0; i < d.len; i++) {
		if (count(d.items[i], MAX_NODES) >= MAX_NODES)
			continue;
		read_yaml_again(a, d.items[i], WRITE_TAGS);
		read_yaml_again(a, d.items[i], WRITE_TAGS | WRITE_TABS);
		if (flags & READ_KEEP_TAGS)
			continue;
		read_yaml_again(a, d.items[i], WRITE_SORT_KEYS | WRITE_GO_NUMBERS);
		read_kyaml_again(a, d.items[i]);
		read_json_again(a, d.items[i]);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	check((const char *)data, size, READ_KEEP_TAGS | READ_FLOW_REFS);
	check((const char *)data, size, READ_OC);
	check((const char *)data, size, READ_UTF8_REPLACE);
	return 0;
}
