/* SPDX-License-Identifier: Apache-2.0 */

/* JSON: what was read, written in every form and read again is the same tree. */

#include <stdint.h>
#include <stdlib.h>

#include "base/memory.h"
#include "tree/read.h"
#include "tree/write.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void read_again(struct arena *a, const struct node *n, unsigned flags)
{
	cleanup_strbuf struct strbuf out = STRBUF_INIT;
	cleanup_error struct error err = ERROR_INIT;
	struct node *again;

	tree_write_json(&out, n, flags);
	if (tree_read_json(a, out.buf, out.len, "again", 0, &again, &err) < 0)
		abort();
	if (!(flags & WRITE_GO_NUMBERS) && !node_equal(n, again))
		abort();
}

static void check(const char *text, size_t size, unsigned flags)
{
	cleanup_arena struct arena *a = arena_new();
	cleanup_error struct error err = ERROR_INIT;
	struct node *n;

	if (tree_read_json(a, text, size, "fuzz", flags, &n, &err) < 0) {
		if (!err.class || !err.message)
			abort();
		return;
	}
	read_again(a, n, 0);
	read_again(a, n, WRITE_COMPACT);
	read_again(a, n, WRITE_SORT_KEYS | WRITE_ESCAPE_HTML | WRITE_INDENT_2);
	read_again(a, n, WRITE_GO_NUMBERS);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	check((const char *)data, size, 0);
	check((const char *)data, size, READ_DUPLICATE_KEYS_LAST_WINS | READ_UTF8_REPLACE);
	check((const char *)data, size, READ_OC);
	return 0;
}
