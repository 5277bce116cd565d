/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Values with a structure of their own: the first byte says which (binary JSON, changes of one,
 * geometry, a decimal, a compressed column, text of a character set). JSON that is accepted must be
 * JSON.
 */

#include <stdint.h>
#include <stdlib.h>

#include "base/arena.h"
#include "mysql/binlog/compress.h"
#include "mysql/binlog/types.h"
#include "mysql/binlog/value.h"
#include "tree/read.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must_be_json(const struct strbuf *text)
{
	cleanup_arena struct arena *a = arena_new();
	cleanup_error struct error err = ERROR_INIT;
	struct node *n;

	/* Keys that are there twice are the server's to refuse. */
	if (tree_read_json(a, text->buf, text->len, "value", READ_DUPLICATE_KEYS_LAST_WINS, &n,
			   &err) < 0 &&
	    err.class != ERR_LIMIT)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct binlog_out o = BINLOG_OUT_INIT;
	cleanup_strbuf struct strbuf plain = STRBUF_INIT;
	bool ok = false;

	if (size < 3)
		return 0;
	switch (data[0] % 7) {
	case 0:
		ok = value_json(&o, data + 1, size - 1);
		break;
	case 1:
		ok = value_json_diff(&o, data + 1, size - 1);
		break;
	case 2:
		value_geometry(&o, data + 1, size - 1);
		ok = true;
		break;
	case 3:
		ok = value_decimal(&o, data[1], data[2], data + 3, size - 3);
		break;
	case 4:
		(void)compress_column(data + 1, size - 1, &plain);
		break;
	case 5:
		out_string(&o, (enum charset)(data[1] % CHARSETS), data + 2, size - 2);
		ok = true;
		break;
	default:
		o.text = true;
		(void)value_json(&o, data + 1, size - 1);
	}
	if (ok)
		must_be_json(&o.buf);
	binlog_out_release(&o);
	return 0;
}
