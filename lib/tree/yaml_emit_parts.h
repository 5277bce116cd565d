/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * What the writing of YAML scalars shares: yaml_emit.c has lines and words, yaml_emit_scalar.c the
 * styles, yaml_look.c what a text can be written as. Private to them.
 */

#include "tree/yaml_emit.h"

#define YAML_WIDTH 80
#define YAML_STEP  2

static inline size_t yaml_column(const struct yaml_emitter *e)
{
	return e->out->len - e->line_start - e->wide;
}

static inline void yaml_put_break(struct yaml_emitter *e)
{
	strbuf_addch(e->out, '\n');
	e->line_start = e->out->len;
	e->wide = 0;
}

/* Bytes of one line, wide of which begin no character. */
static inline void yaml_put(struct yaml_emitter *e, const char *p, size_t len, size_t wide)
{
	strbuf_add(e->out, p, len);
	e->wide += wide;
}

static inline void yaml_before_word(struct yaml_emitter *e)
{
	if (!e->whitespace)
		strbuf_addch(e->out, ' ');
}

static inline void yaml_after_word(struct yaml_emitter *e)
{
	e->whitespace = false;
	e->indention = false;
}

/* CR, LF, NEL, LS, PS: what YAML 1.1 takes for the end of a line. Returns its length or 0. */
static inline size_t yaml_break_length(const char *p, const char *end)
{
	if (*p == '\n' || *p == '\r')
		return 1;
	if (*p == '\xc2')
		return end - p >= 2 && p[1] == '\x85' ? 2 : 0;
	if (*p == '\xe2' && end - p >= 3 && p[1] == '\x80' && (p[2] == '\xa8' || p[2] == '\xa9'))
		return 3;
	return 0;
}

/* Printable to go-yaml: not beyond the BMP, no BOM, no control character but the line feed. */
static inline bool yaml_is_printable(const char *s, size_t len)
{
	const unsigned char *p = (const unsigned char *)s;

	if (len == 1)
		return p[0] == '\n' || (p[0] >= 0x20 && p[0] < 0x7f);
	if (len == 2)
		return p[0] != 0xc2 || p[1] >= 0xa0;
	if (len != 3)
		return false;
	if (p[0] != 0xef)
		return true;
	return !(p[1] == 0xbb && p[2] == 0xbf) && !(p[1] == 0xbf && p[2] >= 0xbe);
}
