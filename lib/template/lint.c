/* SPDX-License-Identifier: Apache-2.0 */
#include "template/lint.h"

#include <string.h>

#include "template/check_types.h"

/* Whether rendering can begin without any value given. */
static bool has_all_values(const struct template *t)
{
	for (size_t i = 0; i < t->param_count; i++) {
		const struct param *p = &t->params[i];
		bool value = p->generate || (p->value && p->value_len);

		if (!value && (p->required || p->type == PARAM_INTEGER ||
			       p->type == PARAM_BOOLEAN || p->type == PARAM_QUANTITY ||
			       p->type == PARAM_PORT))
			return false;
	}
	return true;
}

/* Generated values are the same each time, and so are the findings. */
static void render_with_defaults(struct template *t, struct error_list *diags)
{
	static const char seed[] = "the same for every template";
	struct bind_options opts = { .random = { .seed = seed,
						 .seed_len = sizeof(seed),
						 .namespace_ = "" } };
	struct bindings b = { 0 };
	struct documents docs;

	if (template_bind(t, &opts, &b, diags) == 0)
		(void)template_render(t, &b, &docs, diags);
	bindings_release(&b);
}

static bool same_place(const struct error *a, const struct error *b)
{
	return a->code && b->code && !strcmp(a->code, b->code) && a->line == b->line &&
	       a->column == b->column && a->file && b->file && !strcmp(a->file, b->file);
}

static bool is_told(const struct error_list *list, const struct error *e)
{
	for (size_t i = 0; i < list->len; i++)
		if (same_place(&list->items[i], e))
			return true;
	return false;
}

/* Moves what is not there yet. */
static void take_new(struct error_list *diags, struct error_list *found, bool defaults)
{
	for (size_t i = 0; i < found->len; i++) {
		struct error *e = &found->items[i];

		if (is_told(diags, e)) {
			error_release(e);
			continue;
		}
		if (defaults && e->code && !strcmp(e->code, "T209")) {
			e->severity = SEVERITY_NOTE;
			error_wrap(e, "with the defaults");
		}
		error_list_take(diags, e);
	}
	diags->dropped += found->dropped;
	found->len = 0;
}

void template_lint(struct template *t, struct error_list *diags)
{
	cleanup_error_list struct error_list by_kind = ERROR_LIST_INIT;
	cleanup_error_list struct error_list by_default = ERROR_LIST_INIT;

	template_locate(t);
	template_check_types(t, &by_kind);
	template_check_objects(t, &by_kind);
	take_new(diags, &by_kind, false);
	if (!has_all_values(t))
		return;
	render_with_defaults(t, &by_default);
	take_new(diags, &by_default, true);
}
