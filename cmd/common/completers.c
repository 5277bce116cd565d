/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/memory.h"
#include "cli/complete.h"
#include "cmd/common/template_source.h"
#include "template/catalogue.h"

/*
 * What the template commands offer at the tab key. Nothing is asked of a network or of standard
 * input, and a template with mistakes offers what can be read of it.
 */

static bool may_be_opened(const char *name)
{
	return strcmp(name, "-") != 0 && !strstr(name, "://");
}

static void offer_value(const struct param *p, struct completions *out)
{
	static const char *const booleans[] = { "true", "false", NULL };

	if (p->type == PARAM_BOOLEAN) {
		for (size_t i = 0; booleans[i]; i++) {
			cleanup_free char *text = xasprintf("%s=%s", p->name, booleans[i]);

			completions_add(out, text, NULL);
		}
	}
	for (size_t i = 0; i < p->choice_count; i++) {
		cleanup_free char *text = xasprintf("%s=%s", p->name, p->choices[i]);

		completions_add(out, text, NULL);
	}
}

static void offer_parameters(const struct template *t, const char *word, struct completions *out)
{
	bool value = strchr(word, '=');

	for (size_t i = 0; i < t->param_count; i++) {
		const struct param *p = &t->params[i];
		cleanup_free char *text = xasprintf("%s=", p->name);

		if (value)
			offer_value(p, out);
		else
			completions_add(out, text,
					p->description ? p->description : p->display_name);
	}
	if (!value)
		out->directive |= COMPLETE_NO_SPACE;
}

void complete_parameter(const struct completion_request *rq, struct completions *out)
{
	cleanup_template_source struct template_source src = TEMPLATE_SOURCE_INIT;
	struct session s = { .program = rq->program, .command = rq->command };
	struct error ignored = ERROR_INIT;
	const char *file = completion_option(rq, "filename");
	const char *name = !file && rq->argc ? rq->args[0] : NULL;

	if ((file || name) && may_be_opened(file ? file : name) &&
	    template_source_open(&src, &s, name, file, &ignored) >= 0)
		offer_parameters(src.template, rq->word, out);
	error_release(&ignored);
	error_list_release(&s.diagnostics);
}

void complete_template(const struct completion_request *rq, struct completions *out)
{
	if (rq->argc || completion_option(rq, "filename")) {
		complete_parameter(rq, out);
		return;
	}
	for (size_t i = 0; i < catalogue_count; i++)
		completions_add(out, catalogue[i].name, NULL);
	complete_file(rq, out);
}
