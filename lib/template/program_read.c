/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/memory.h"
#include "template/diagnostics.h"
#include "template/program_stream.h"
#include "template/source_map.h"

/* The mirror of program_write.c: a whole program, and how much of it is read. */

/* The least that one item takes in the program. */
#define CHOICE_BYTES  2
#define DECIDED_BYTES 8
#define PARAM_BYTES   30

static void get_choices(struct program_reader *r, struct param *p)
{
	p->choice_count = program_get_count(r, CHOICE_BYTES);
	p->choices = arena_zalloc(r->arena, p->choice_count * sizeof(*p->choices));
	for (size_t i = 0; i < p->choice_count; i++)
		p->choices[i] = program_get_string(r);
	if (!p->choice_count)
		p->choices = NULL;
}

static void get_param(struct program_reader *r, struct param *p)
{
	p->name = program_get_string(r);
	p->type = program_get_below(r, PARAM_SECRET + 1);
	p->display_name = program_get_optional(r);
	p->description = program_get_optional(r);
	if (program_get_below(r, 2))
		p->value = program_get_bytes(r, &p->value_len);
	p->generate = program_get_optional(r);
	p->from = program_get_optional(r);
	p->required = program_get_below(r, 2);
	p->minimum = program_get_optional(r);
	p->maximum = program_get_optional(r);
	p->pattern = program_get_optional(r);
	get_choices(r, p);
}

static void get_decided(struct program_reader *r, struct decided *d)
{
	d->name = program_get_string(r);
	d->decl.name = d->name;
	d->decl.type = program_get_below(r, PARAM_SECRET + 1);
	d->digest = program_get_string(r);
}

static void get_positions(struct program_reader *r, struct template *t)
{
	size_t all = r->unclaimed;

	t->map = program_get_bytes(r, &t->map_len);
	t->map_file_count = program_get_count(r, 2);
	t->map_files = arena_zalloc(r->arena, t->map_file_count * sizeof(*t->map_files));
	for (size_t i = 0; i < t->map_file_count; i++)
		t->map_files[i] = program_get_string(r);
	r->unclaimed = all; /* what follows is counted in the bytes of the map as well */
}

static void get_template(struct program_reader *r, struct template *t)
{
	get_positions(r, t);
	t->file = program_get_string(r);
	t->language = program_get_below(r, TEMPLATE_OPENSHIFT + 1);
	t->residual = program_get_below(r, 2);
	t->name = program_get_string(r);
	t->description = program_get_string(r);
	t->example = program_get_string(r);
	t->param_count = program_get_count(r, PARAM_BYTES);
	t->params = arena_zalloc(r->arena, t->param_count * sizeof(*t->params));
	for (size_t i = 0; i < t->param_count; i++)
		get_param(r, &t->params[i]);
	t->decided_count = program_get_count(r, DECIDED_BYTES);
	t->decided = arena_zalloc(r->arena, t->decided_count * sizeof(*t->decided));
	for (size_t i = 0; i < t->decided_count; i++)
		get_decided(r, &t->decided[i]);
	t->labels = program_get_tpl(r);
	t->message = program_get_tpl(r);
	t->layout = program_get_bytes(r, &t->layout_len);
}

static void get_objects(struct program_reader *r, struct template *t)
{
	t->objects = program_get_part(r);
	if (t->objects->kind != TPL_SEQ &&
	    (t->objects->kind != TPL_CONST || t->objects->node->kind != NODE_SEQ))
		program_fail(r);
}

enum read_what {
	READ_HEAD, /* all but the objects */
	READ_LEAN,
	READ_ALL, /* nothing is shared, so that positions have a place */
};

static bool read_body(struct template *t, enum read_what what)
{
	struct program_reader r = {
		.arena = t->arena,
		.at = t->program + PROGRAM_HEADER,
		.end = t->program + t->program_len,
		.unclaimed = t->program_len,
		.lean = what != READ_ALL,
	};

	get_template(&r, t);
	if (what != READ_HEAD)
		get_objects(&r, t);
	strmap_release(&r.keys);
	strmap_release(&r.names);
	return !r.failed && (what == READ_HEAD || r.at == r.end);
}

void template_locate(struct template *t)
{
	if (!t->map)
		return;
	/* Objects that are read for the first time may be damaged: program_read_objects() tells. */
	if (!read_body(t, READ_ALL)) {
		t->objects = NULL;
		t->map = NULL;
		return;
	}
	(void)source_map_apply(t, t->map, t->map_len, t->map_files, t->map_file_count);
	t->map = NULL;
}

bool template_is_program(const char *text, size_t len)
{
	/* The version byte is not compared here: another one gets a message of its own. */
	return len >= PROGRAM_MAGIC_LEN && !memcmp(text, PROGRAM_MAGIC, PROGRAM_MAGIC_LEN - 1);
}

static bool checksum_fits(const char *text, size_t len)
{
	uint64_t sum = program_checksum(text + PROGRAM_HEADER, len - PROGRAM_HEADER);

	for (unsigned i = 0; i < 8; i++)
		if ((unsigned char)text[PROGRAM_MAGIC_LEN + i] != (unsigned char)(sum >> 8 * i))
			return false;
	return true;
}

static const char hint[] = "compile the template again: kubectl mysql template compile";

int program_damaged(const struct template *t, struct error_list *diags)
{
	struct pos start = { .line = 1, .column = 1, .file = t->file };

	diagnose(diags, "T010", &start, hint, "compiled template '%s' is damaged", start.file);
	return -ERR_INVALID;
}

int program_read_objects(struct template *t, struct error_list *diags)
{
	return t->objects || read_body(t, READ_LEAN) ? 0 : program_damaged(t, diags);
}

int program_read(struct template *t, const char *text, size_t len, unsigned flags,
		 struct error_list *diags)
{
	struct pos start = { .line = 1, .column = 1, .file = t->file };
	enum read_what what = flags & PROGRAM_HEAD ? READ_HEAD : READ_LEAN;

	if (text[PROGRAM_MAGIC_LEN - 1] != PROGRAM_MAGIC[PROGRAM_MAGIC_LEN - 1]) {
		diagnose(diags, "T010", &start, hint,
			 "'%s' was compiled by another version (format %d, expected %d)", t->file,
			 text[PROGRAM_MAGIC_LEN - 1], PROGRAM_MAGIC[PROGRAM_MAGIC_LEN - 1]);
		return -ERR_INVALID;
	}
	t->program = text;
	t->program_len = len;
	if (len > PROGRAM_HEADER && (flags & PROGRAM_TRUSTED || checksum_fits(text, len)) &&
	    read_body(t, what))
		return 0;
	return program_damaged(t, diags);
}
