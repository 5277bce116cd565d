/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/command.h"

#include "base/memory.h"
#include "cli/table.h"
#include "template/catalogue.h"
#include "template/template.h"

/* The catalogue. */

struct opts {
	const char *columns;
};

static const struct option_spec options[] = { OPT_STRING(0, "columns", struct opts, columns,
							 "NAMES",
							 "show these columns ('help' lists them)"),
					      OPT_END };

static const struct example examples[] = { { "template list", "what there is to render" },
					   EXAMPLE_END };

struct row {
	const char *name;
	const struct template *template;
	size_t bytes;
};

static void get_name(const void *row, struct cell *ret)
{
	ret->text = ((const struct row *)row)->name;
}

static void get_description(const void *row, struct cell *ret)
{
	ret->text = ((const struct row *)row)->template->description;
}

static void get_parameters(const void *row, struct cell *ret)
{
	ret->kind = CELL_INTEGER;
	ret->integer = (int64_t)((const struct row *)row)->template->param_count;
}

static void get_bytes(const void *row, struct cell *ret)
{
	ret->kind = CELL_INTEGER;
	ret->integer = (int64_t)((const struct row *)row)->bytes;
}

static const struct column columns[] = {
	{ .key = "name", .header = "NAME", .help = "name, for render", .get = get_name },
	{ .key = "parameters",
	  .header = "PARAMETERS",
	  .help = "number of parameters",
	  .right = true,
	  .get = get_parameters },
	{ .key = "description",
	  .header = "DESCRIPTION",
	  .help = "what it is",
	  .get = get_description },
	{ .key = "bytes",
	  .header = "BYTES",
	  .help = "size of the compiled template",
	  .right = true,
	  .wide = true,
	  .get = get_bytes },
	COLUMN_END
};

static const struct table table = {
	.kind = "TemplateList",
	.columns = columns,
};

static int run(struct session *s, const void *opts, struct error *err)
{
	const struct opts *o = opts;
	struct row *rows = xcalloc(catalogue_count, sizeof(*rows));
	size_t len = 0;
	int r = 0;

	for (; len < catalogue_count && r == 0; len++) {
		const struct catalogue_entry *e = &catalogue[len];
		struct template *t = NULL;

		r = template_read((const char *)e->program, e->len, e->name, NULL, &t,
				  &s->diagnostics);
		rows[len] = (struct row){ .name = e->name, .template = t, .bytes = e->len };
	}
	if (r == 0)
		r = table_print(&table, rows, len, sizeof(*rows), s->format, o->columns, &s->out,
				err);
	for (size_t i = 0; i < len; i++)
		template_free((struct template *)rows[i].template);
	free(rows);
	return r;
}

extern const struct command cmd_template_list;
const struct command cmd_template_list = {
	.words = "template list",
	.group = GROUP_TEMPLATES,
	.summary = "list the templates of the catalogue",
	.options = options,
	.opts_size = sizeof(struct opts),
	.formats = FORMAT_TABLE_ALL,
	.default_format = FORMAT_TABLE,
	.examples = examples,
	.run = run,
};
