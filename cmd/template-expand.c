/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/command.h"

#include <string.h>

#include "cmd/common/template_source.h"
#include "tree/write.h"

/* Compile-time expansion: what the given parameters decide is decided, the rest stays a template.
 */

enum form { FORM_OWN, FORM_OPENSHIFT };

struct opts {
	const char *file;
	struct option_list params, param_files;
	int to;
};

static const char *const forms[] = { "template", "openshift", NULL };

static const struct option_spec options[] = {
	OPT_STRING('f', "filename", struct opts, file, "FILE",
		   "read the template from this file, URL, or - for standard input",
		   .complete = complete_file, .flags = OPTION_ONCE),
	OPT_LIST('p', "param", struct opts, params, "NAME=VALUE", "decide a parameter",
		 .complete = complete_parameter),
	OPT_LIST(0, "param-file", struct opts, param_files, "FILE",
		 "read parameters from this file, one NAME=VALUE a line",
		 .complete = complete_file),
	OPT_CHOICE(0, "to", struct opts, to, "LANGUAGE", forms,
		   "write our own language, or a plain OpenShift Template", .fallback = "template"),
	OPT_END
};

static const struct arg_spec args[] = { { "TEMPLATE|NAME=VALUE",
					  "a template's name or file (not with -f), and parameters",
					  0, ARGS_ANY, complete_template },
					ARG_END };

static const struct example examples[] = {
	{ "template expand replicated -p REPLICAS=3", "unroll what three replicas decide" },
	{ "template expand single -p MEMORY=1Gi -p CPU=500m -p STORAGE=10Gi -p STORAGE_CLASS= "
	  "-p IMAGE=mysql:8.4 -p FLAVOR=mysql --to=openshift",
	  "for `oc process`: what it cannot compute is decided" },
	EXAMPLE_END
};

static int expand(struct session *s, const struct opts *o, struct template *t, struct values *v)
{
	struct bind_options bind = { .given = v->items, .given_count = v->len };
	struct template *residual;
	struct node *openshift;
	int r;

	r = template_expand(t, &bind, &residual, &s->diagnostics);
	if (r < 0)
		return r;
	if (o->to == FORM_OWN) {
		template_print(residual, &s->out);
		return 0;
	}
	r = template_to_openshift(residual, &openshift, &s->diagnostics);
	if (r == 0)
		tree_write_yaml(&s->out, openshift, 0);
	return r;
}

static int run(struct session *s, const void *opts, struct error *err)
{
	const struct opts *o = opts;
	cleanup_template_source struct template_source src = TEMPLATE_SOURCE_INIT;
	cleanup_values struct values values = VALUES_INIT;
	bool named = !o->file && s->argc > 0 && !strchr(s->args[0], '=');
	int r;

	r = values_collect(&values, s, &o->params, &o->param_files, named ? 1 : 0, err);
	if (r == 0)
		r = template_source_open(&src, s, named ? s->args[0] : NULL, o->file, err);
	return r < 0 ? r : expand(s, o, src.template, &values);
}

extern const struct command cmd_template_expand;
const struct command cmd_template_expand = {
	.words = "template expand",
	.group = GROUP_TEMPLATES,
	.summary = "decide some parameters now, leave a smaller template",
	.description =
		"Evaluates everything that the given parameters decide: constants are folded, loops "
		"unrolled, dead branches dropped, includes inlined. What is left renders, with the "
		"other parameters, to the same bytes as the whole template would, and its messages "
		"still name the lines of the original.\n\n"
		"Secrets that are given here stand in the result.",
	.usage = "(TEMPLATE | -f FILE) [NAME=VALUE…]",
	.args = args,
	.options = options,
	.globals = GLOBAL_VERBOSE,
	.opts_size = sizeof(struct opts),
	.examples = examples,
	.run = run,
};
