/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/command.h"

#include <string.h>

#include "base/memory.h"
#include "cli/table.h"
#include "cmd/common/template_source.h"
#include "template/schema.h"
#include "tree/write.h"

/* The parameters of a template. */

struct opts {
	const char *file, *columns;
	bool schema;
};

static const struct option_spec options[] = {
	OPT_STRING('f', "filename", struct opts, file, "FILE",
		   "read the template from this file, URL, or - for standard input",
		   .complete = complete_file, .flags = OPTION_ONCE),
	OPT_FLAG(0, "schema", struct opts, schema, "print a JSON Schema of the parameters"),
	OPT_STRING(0, "columns", struct opts, columns, "NAMES",
		   "show these columns ('help' lists them)"),
	OPT_END
};

static const struct arg_spec args[] = {
	{ "TEMPLATE", "a template's name or file (not with -f)", 0, 1, complete_template }, ARG_END
};

static const struct example examples[] = { { "template params replicated", "what can be set" },
					   { "template params replicated --schema",
					     "as a JSON Schema" },
					   EXAMPLE_END };

static void get_name(const void *row, struct cell *ret)
{
	ret->text = ((const struct param *)row)->name;
}

static void get_type(const void *row, struct cell *ret)
{
	ret->text = param_type_name(((const struct param *)row)->type);
}

static void get_value(const void *row, struct cell *ret)
{
	const struct param *p = row;

	ret->text = p->value && p->value_len && param_is_secret(p) ? "(secret)" : p->value;
}

static void get_generator(const void *row, struct cell *ret)
{
	const struct param *p = row;

	ret->text = p->generate ? p->from : NULL;
}

static void get_required(const void *row, struct cell *ret)
{
	ret->kind = CELL_BOOL;
	ret->boolean = ((const struct param *)row)->required;
}

static void get_allowed(const void *row, struct cell *ret)
{
	const struct param *p = row;
	cleanup_strbuf struct strbuf text = STRBUF_INIT;

	for (size_t i = 0; i < p->choice_count; i++)
		strbuf_addf(&text, "%s%s", i ? "|" : "", p->choices[i]);
	if (p->minimum || p->maximum)
		strbuf_addf(&text, "%s%s..%s", text.len ? " " : "", p->minimum ? p->minimum : "",
			    p->maximum ? p->maximum : "");
	if (p->pattern)
		strbuf_addf(&text, "%s/%s/", text.len ? " " : "", p->pattern);
	if (text.len)
		cell_printf(ret, "%s", text.buf);
}

static void get_description(const void *row, struct cell *ret)
{
	ret->text = ((const struct param *)row)->description;
}

static void get_display_name(const void *row, struct cell *ret)
{
	ret->text = ((const struct param *)row)->display_name;
}

static const struct column columns[] = {
	{ .key = "name", .header = "NAME", .help = "name, for -p NAME=VALUE", .get = get_name },
	{ .key = "type", .header = "TYPE", .help = "type of its values", .get = get_type },
	{ .key = "default",
	  .header = "DEFAULT",
	  .help = "value when none is given",
	  .width = 40,
	  .get = get_value },
	{ .key = "generator",
	  .header = "GENERATOR",
	  .help = "how a value is generated",
	  .get = get_generator },
	{ .key = "required",
	  .header = "REQUIRED",
	  .help = "whether it must have a value",
	  .data = true,
	  .get = get_required },
	{ .key = "allowed",
	  .header = "ALLOWED",
	  .help = "bounds, choices, pattern",
	  .width = 32,
	  .get = get_allowed },
	{ .key = "displayName",
	  .header = "DISPLAY NAME",
	  .help = "its name for people",
	  .data = true,
	  .get = get_display_name },
	{ .key = "description",
	  .header = "DESCRIPTION",
	  .help = "what it means",
	  .get = get_description },
	COLUMN_END
};

static const struct table table = {
	.kind = "ParameterList",
	.name_prefix = "",
	.columns = columns,
};

static int run(struct session *s, const void *opts, struct error *err)
{
	const struct opts *o = opts;
	cleanup_template_source struct template_source src = TEMPLATE_SOURCE_INIT;
	const struct template *t;
	int r;

	if (table_print_columns(&table, o->columns, &s->out))
		return 0;
	r = template_source_open(&src, s, s->argc ? s->args[0] : NULL, o->file, err);
	if (r < 0)
		return r;
	t = src.template;
	if (o->schema) {
		tree_write_json(&s->out, template_schema(t->arena, t), WRITE_INDENT_2);
		return 0;
	}
	return table_print(&table, t->params, t->param_count, sizeof(*t->params), s->format,
			   o->columns, &s->out, err);
}

extern const struct command cmd_template_params;
const struct command cmd_template_params = {
	.words = "template params",
	.group = GROUP_TEMPLATES,
	.summary = "list the parameters of a template",
	.args = args,
	.options = options,
	.opts_size = sizeof(struct opts),
	.formats = FORMAT_TABLE_ALL,
	.default_format = FORMAT_TABLE,
	.examples = examples,
	.run = run,
};
