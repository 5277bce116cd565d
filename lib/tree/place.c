/* SPDX-License-Identifier: Apache-2.0 */
#include "tree/place.h"

#include "base/utf8.h"

#include <string.h>

struct pos place_of(struct place *p, const char *at)
{
	const char *newline;

	if (at < p->at)
		*p = place_begin(p->text, p->file);
	while ((newline = memchr(p->at, '\n', (size_t)(at - p->at)))) {
		p->at = newline + 1;
		p->line++;
		p->column = 1;
	}
	p->column += (uint32_t)utf8_count(p->at, (size_t)(at - p->at));
	p->at = at;
	return (struct pos){ .line = p->line, .column = p->column, .file = p->file };
}
