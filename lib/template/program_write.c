/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "template/layout.h"
#include "template/program_stream.h"
#include "template/source_map.h"

/* The order of a program: magic, checksum, source map, then the fields below. */

static void put_param(struct strbuf *out, const struct param *p)
{
	program_put_string(out, p->name);
	program_put(out, p->type);
	program_put_optional(out, p->display_name);
	program_put_optional(out, p->description);
	program_put(out, p->value != NULL);
	if (p->value)
		program_put_bytes(out, p->value, p->value_len);
	program_put_optional(out, p->generate);
	program_put_optional(out, p->from);
	program_put(out, p->required);
	program_put_optional(out, p->minimum);
	program_put_optional(out, p->maximum);
	program_put_optional(out, p->pattern);
	program_put(out, p->choice_count);
	for (size_t i = 0; i < p->choice_count; i++)
		program_put_string(out, p->choices[i]);
}

static void put_decided(struct strbuf *out, const struct decided *d)
{
	program_put_string(out, d->name);
	program_put(out, d->decl.type == PARAM_ENUM ? PARAM_STRING : d->decl.type);
	program_put_string(out, d->digest);
}

/* Positions come first and apart: rendering needs none of them unless it has something to report.
 */
static void put_positions(struct strbuf *out, const struct template *t)
{
	cleanup_strbuf struct strbuf map = STRBUF_INIT;
	struct file_table files = { 0 };

	source_map_write(t, &map, &files);
	program_put_bytes(out, map.buf, map.len);
	program_put(out, files.len);
	for (size_t i = 0; i < files.len; i++)
		program_put_string(out, files.names[i]);
	file_table_release(&files);
}

/* Before the objects, which rendering needs only if they have to be looked at as a tree. */
static void put_layout(struct strbuf *out, const struct template *t)
{
	cleanup_strbuf struct strbuf layout = STRBUF_INIT;

	layout_write(t, &layout);
	program_put_bytes(out, layout.buf, layout.len);
}

static void put_template(struct strbuf *out, const struct template *t)
{
	put_positions(out, t);
	program_put_string(out, t->file);
	program_put(out, t->language);
	program_put(out, t->residual);
	program_put_string(out, t->name);
	program_put_string(out, t->description);
	program_put_string(out, t->example);
	program_put(out, t->param_count);
	for (size_t i = 0; i < t->param_count; i++)
		put_param(out, &t->params[i]);
	program_put(out, t->decided_count);
	for (size_t i = 0; i < t->decided_count; i++)
		put_decided(out, &t->decided[i]);
	program_put_tpl(out, t->labels);
	program_put_tpl(out, t->message);
	put_layout(out, t);
	program_put_tpl(out, t->objects);
}

static uint64_t mix(uint64_t h, const char *p)
{
	uint64_t word;

	memcpy(&word, p, sizeof(word));
	h = (h ^ word) * 0xff51afd7ed558ccdu;
	return h ^ h >> 31;
}

uint64_t program_checksum(const char *p, size_t len)
{
	uint64_t h = 0x9e3779b97f4a7c15u ^ len, lanes[4] = { 1, 2, 3, 4 }, word;

	/* Side by side: each step waits for the one before. */
	for (; len >= sizeof(lanes); p += sizeof(lanes), len -= sizeof(lanes))
		for (size_t i = 0; i < 4; i++)
			lanes[i] = mix(lanes[i], p + 8 * i);
	for (size_t i = 0; i < 4; i++)
		h = mix(h, (const char *)&lanes[i]);
	for (; len >= sizeof(word); p += sizeof(word), len -= sizeof(word))
		h = mix(h, p);
	word = 0;
	if (len)
		memcpy(&word, p, len);
	h = (h ^ word) * 0xc4ceb9fe1a85ec53u;
	return h ^ h >> 29;
}

void template_compile(struct template *t, struct strbuf *out)
{
	size_t start = out->len;
	uint64_t sum;

	template_locate(t);
	strbuf_add(out, PROGRAM_MAGIC, PROGRAM_MAGIC_LEN);
	strbuf_addchars(out, '\0', PROGRAM_HEADER - PROGRAM_MAGIC_LEN);
	put_template(out, t);
	sum = program_checksum(out->buf + start + PROGRAM_HEADER,
			       out->len - start - PROGRAM_HEADER);
	for (unsigned i = 0; i < 8; i++)
		out->buf[start + PROGRAM_MAGIC_LEN + i] = (char)(sum >> 8 * i);
}
