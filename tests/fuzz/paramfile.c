/* SPDX-License-Identifier: Apache-2.0 */

/* Parameter files: what was read stays the same when it is written plainly and read again. */

#include "template/openshift/param_file.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/strbuf.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* NAME="VALUE" with every quote and backslash escaped; a line end can only be written as \n. */
static void write_plainly(const struct param_assignments *list, struct strbuf *out)
{
	for (size_t i = 0; i < list->len; i++) {
		const struct param_assignment *a = &list->items[i];

		strbuf_addf(out, "%s=\"", a->name);
		for (size_t j = 0; j < a->value_len; j++) {
			char c = a->value[j];

			if (c == '\n' || c == '\r' || c == '"' || c == '\\')
				strbuf_addch(out, '\\');
			strbuf_addch(out, (char)(c == '\n' ? 'n' : c == '\r' ? 'r' : c));
		}
		strbuf_addstr(out, "\"\n");
	}
}

/* Comments are found by counting quotes, which no way of writing a value can get around. */
static bool holds_hash(const struct param_assignments *list)
{
	for (size_t i = 0; i < list->len; i++)
		if (memchr(list->items[i].value, '#', list->items[i].value_len) ||
		    strncmp(list->items[i].name, "export", 6) == 0)
			return true;
	return false;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	cleanup_arena struct arena *a = arena_new();
	cleanup_error struct error err = ERROR_INIT;
	cleanup_strbuf struct strbuf text = STRBUF_INIT;
	struct param_assignments list, again;

	if (param_file_read(a, (const char *)data, size, "p.env", &list, &err) < 0) {
		if (!err.message || err.line == 0 || err.column == 0)
			abort();
		return 0;
	}
	for (size_t i = 0; i < list.len; i++)
		if (!param_name_valid(list.items[i].name, strlen(list.items[i].name)))
			abort();
	if (holds_hash(&list))
		return 0;
	write_plainly(&list, &text);
	if (param_file_read(a, text.buf, text.len, "p.env", &again, &err) < 0 ||
	    again.len != list.len)
		abort();
	for (size_t i = 0; i < list.len; i++)
		if (again.items[i].value_len != list.items[i].value_len ||
		    memcmp(again.items[i].value, list.items[i].value, list.items[i].value_len) != 0)
			abort();
	return 0;
}
