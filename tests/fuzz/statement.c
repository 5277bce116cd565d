/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SQL text, parted: statements lie in the text in order and apart, and one that is given out reads
 * as one statement of the same kind again.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "mysql/statement.h"

static void check(bool ok)
{
	if (!ok)
		abort();
}

/* With its delimiter, if that is what follows: "--" is a comment at the end of a text alone. */
static void again(const struct statement *st, const struct statement_reader *of, const char *end)
{
	const size_t delimiter = strlen(of->delimiter), word = strlen("DELIMITER");

	struct statement_reader r = *of;
	cleanup_error struct error err = ERROR_INIT;
	struct statement same;

	/* Of a line DELIMITER with a NUL in it, which is none, the beginning may be one. */
	if (st->len >= word && !strncasecmp(st->text, "DELIMITER", word))
		return;
	r.text = st->text;
	r.len = st->len;
	if ((size_t)(end - st->text) - st->len >= delimiter &&
	    !memcmp(st->text + st->len, of->delimiter, delimiter))
		r.len += delimiter;
	r.at = r.counted = r.line_start = 0;
	r.lines = 0;
	check(statement_next(&r, &same, &err) == 1);
	check(same.kind == st->kind && same.text == st->text && same.len == st->len);
}

static void read_all(const char *text, size_t size, bool no_backslash, bool ansi)
{
	struct statement_reader r = STATEMENT_READER_INIT(text, size);
	cleanup_error struct error err = ERROR_INIT;
	const char *end = text;
	struct statement st;
	int n;

	r.no_backslash_escapes = no_backslash;
	r.ansi_quotes = ansi;
	while ((n = statement_next(&r, &st, &err)) > 0) {
		check(st.len > 0 && st.text >= end && st.text + st.len <= text + size);
		check(st.pos.line >= 1 && st.pos.column >= 1);
		check((st.kind == STATEMENT_WRITE) == (st.what[0] != '\0'));
		end = st.text + st.len;
		/* A line DELIMITER is the client's only where a statement begins. */
		again(&st, &r, text + size);
	}
	check(n == 0 || (err.message && err.line >= 1));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	read_all((const char *)data, size, false, false);
	read_all((const char *)data, size, true, true);
	return 0;
}
