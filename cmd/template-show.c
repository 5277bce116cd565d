/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/command.h"

#include "cmd/common/template_source.h"
#include "template/catalogue.h"

/* What a template is for, and how it is used. */

struct opts {
	const char *file;
};

static const struct option_spec options[] = {
	OPT_STRING('f', "filename", struct opts, file, "FILE",
		   "read the template from this file, URL, or - for standard input",
		   .complete = complete_file, .flags = OPTION_ONCE),
	OPT_END
};

static const struct arg_spec args[] = {
	{ "TEMPLATE", "a template's name or file (not with -f)", 0, 1, complete_template }, ARG_END
};

static const struct example examples[] = { { "template show replicated", "explain a template" },
					   EXAMPLE_END };

static void show_readme(const char *readme, struct strbuf *out)
{
	if (*readme)
		strbuf_addf(out, "\n%s", readme);
}

static void show_parameters(const struct template *t, struct strbuf *out)
{
	if (!t->param_count)
		return;
	strbuf_addstr(out, "\nParameters:\n");
	for (size_t i = 0; i < t->param_count; i++) {
		const struct param *p = &t->params[i];
		bool hide = param_is_secret(p);

		strbuf_addf(out, "  %s (%s", p->name, param_type_name(p->type));
		if (p->value && p->value_len)
			strbuf_addf(out, ", default %s", hide ? "(secret)" : p->value);
		else if (p->generate)
			strbuf_addstr(out, ", generated");
		else if (p->required)
			strbuf_addstr(out, ", required");
		strbuf_addf(out, ")\n");
		if (p->description)
			strbuf_addf(out, "      %s\n", p->description);
	}
}

/* As the defaults fill it; nothing when a parameter has none. */
static void show_message(struct template *t, struct strbuf *out)
{
	cleanup_error_list struct error_list ignored = ERROR_LIST_INIT;
	struct bind_options none = { 0 };
	struct bindings b = { 0 };
	const char *text = NULL;

	if (t->message && template_bind(t, &none, &b, &ignored) == 0)
		text = template_message(t, &b);
	if (text)
		strbuf_addf(out, "\nMessage:\n  %s\n", text);
	bindings_release(&b);
}

static int run(struct session *s, const void *opts, struct error *err)
{
	const struct opts *o = opts;
	cleanup_template_source struct template_source src = TEMPLATE_SOURCE_INIT;
	const char *name = s->argc ? s->args[0] : NULL;
	const struct catalogue_entry *entry = name ? catalogue_find(name) : NULL;
	struct template *t;
	int r = template_source_open(&src, s, name, o->file, err);

	if (r < 0)
		return r;
	t = src.template;
	strbuf_addf(&s->out, "%s: %s\n", t->name, t->description);
	if (*t->example)
		strbuf_addf(&s->out, "\nExample:\n  %s\n", t->example);
	show_parameters(t, &s->out);
	show_message(t, &s->out);
	show_readme(entry ? entry->readme : "", &s->out);
	return 0;
}

extern const struct command cmd_template_show;
const struct command cmd_template_show = {
	.words = "template show",
	.group = GROUP_TEMPLATES,
	.summary = "explain a template, with an example command",
	.args = args,
	.options = options,
	.opts_size = sizeof(struct opts),
	.examples = examples,
	.run = run,
};
