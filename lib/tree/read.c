/* SPDX-License-Identifier: Apache-2.0 */
#include "tree/read.h"

#include "tree/json_read.h"

/* True if the first thing in the text is a bracket. */
static bool looks_like_json(const char *text, size_t len)
{
	size_t i = 0;

	if (len >= 3 && (unsigned char)text[0] == 0xef && (unsigned char)text[1] == 0xbb &&
	    (unsigned char)text[2] == 0xbf)
		i = 3;
	while (i < len && (text[i] == ' ' || text[i] == '\t' || text[i] == '\r' || text[i] == '\n'))
		i++;
	return i < len && (text[i] == '{' || text[i] == '[');
}

/* Of two failures the one that got further knows better what the text was meant to be. */
static bool is_further(const struct error *a, const struct error *b)
{
	return a->line != b->line ? a->line > b->line : a->column > b->column;
}

int tree_read(struct arena *a, const char *text, size_t len, const char *name, unsigned flags,
	      struct documents *ret, struct error *err)
{
	cleanup_error struct error yaml = ERROR_INIT;
	bool syntax;
	int r;

	if ((flags & READ_JSON_ONLY) || looks_like_json(text, len)) {
		r = json_read_stream(a, text, len, name, flags, ret, &syntax, err);
		if (r == 0 || !syntax || (flags & READ_JSON_ONLY))
			return r;
		r = tree_read_yaml(a, text, len, name, flags, ret, &yaml);
		if (r == 0) {
			error_release(err);
			return 0;
		}
		if (is_further(&yaml, err)) {
			error_release(err);
			*err = yaml;
			yaml = (struct error)ERROR_INIT;
		}
		return -err->class;
	}
	return tree_read_yaml(a, text, len, name, flags, ret, err);
}
