/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/common/outcomes.h"

#include "cli/table.h"

static void get_name(const void *row, struct cell *ret)
{
	cleanup_strbuf struct strbuf name = STRBUF_INIT;

	manifest_add_name(((const struct outcome_row *)row)->manifest, &name);
	cell_printf(ret, "%s", name.buf);
}

static void get_namespace(const void *row, struct cell *ret)
{
	const struct manifest *m = ((const struct outcome_row *)row)->manifest;

	ret->text = m->resource && m->resource->namespaced ? m->ns : NULL;
}

static void get_result(const void *row, struct cell *ret)
{
	const struct outcome_row *r = row;

	cell_printf(ret, "%s%s", r->result, r->dry_run ? " (dry run)" : "");
}

static void get_error(const void *row, struct cell *ret)
{
	ret->text = ((const struct outcome_row *)row)->error;
}

static const struct column columns[] = {
	{ .key = "name", .header = "OBJECT", .get = get_name, .help = "kind and name" },
	{ .key = "namespace", .header = "NAMESPACE", .get = get_namespace, .wide = true,
	  .help = "its namespace, if its kind has one" },
	{ .key = "result", .header = "RESULT", .get = get_result, .help = "what became of it" },
	{ .key = "error", .header = "ERROR", .get = get_error, .data = true,
	  .help = "what the server said" },
	COLUMN_END
};

int outcomes_print(struct session *s, const char *kind, const struct outcome_row *rows, size_t n,
		   struct error *err)
{
	const struct table table = { .kind = kind, .columns = columns };

	return table_print(&table, rows, n, sizeof(*rows), s->format, NULL, &s->out, err);
}
