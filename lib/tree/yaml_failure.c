/* SPDX-License-Identifier: Apache-2.0 */
#include "tree/yaml_reader.h"

/* Character at the place of the problem, or NUL. */
static char character_at(struct yaml_reader *r, size_t index)
{
	const char *p;

	if (r->input.utf16)
		return '\0';
	p = yaml_input_seek(&r->input, index);
	return p < r->input.text + r->input.len ? *p : '\0';
}

/* True if a reference stands right before the place, as in [a, ${{B}}]. */
static bool behind_reference(struct yaml_reader *r, size_t index)
{
	return character_at(r, index) == '{' && index > 0 && character_at(r, index - 1) == '$';
}

static int reader_failure(struct yaml_reader *r)
{
	struct pos pos = { 1, 1, r->build.file };

	yaml_input_locate(&r->input, r->parser.problem_offset, &pos);
	if (r->parser.problem_value < 0)
		return error_set_at(r->err, ERR_INVALID, &pos, "cannot read YAML: %s",
				    r->parser.problem);
	return error_set_at(r->err, ERR_INVALID, &pos, "cannot read YAML: %s (0x%02x)",
			    r->parser.problem, (unsigned)r->parser.problem_value);
}

int yaml_parser_failure(struct yaml_reader *r)
{
	const yaml_mark_t *mark = &r->parser.problem_mark, *context = &r->parser.context_mark;
	const char *problem = r->parser.problem ? r->parser.problem : "unknown problem";
	struct pos pos = { (uint32_t)mark->line + 1, (uint32_t)mark->column + 1, r->build.file };
	bool tab, reference;

	if (r->parser.error == YAML_MEMORY_ERROR)
		return error_set(r->err, ERR_FAILED, "cannot read YAML: out of memory");
	if (r->parser.error == YAML_READER_ERROR)
		return reader_failure(r);
	tab = character_at(r, mark->index) == '\t';
	reference = behind_reference(r, mark->index);
	if (tab && strstr(problem, "cannot start any token"))
		problem = "found a tab where only blanks may indent";
	if (r->parser.context && context->line != mark->line)
		error_set_at(r->err, ERR_INVALID, &pos,
			     "cannot read YAML: %s %s that begins on line %zu", problem,
			     r->parser.context, context->line + 1);
	else if (r->parser.context && !tab)
		error_set_at(r->err, ERR_INVALID, &pos, "cannot read YAML: %s %s", problem,
			     r->parser.context);
	else
		error_set_at(r->err, ERR_INVALID, &pos, "cannot read YAML: %s", problem);
	if (reference)
		error_hint(r->err,
			   "put the reference in quotes: within [] and {} a bare { begins a map");
	return -ERR_INVALID;
}
