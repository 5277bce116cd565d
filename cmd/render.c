/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/command.h"

#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/limits.h"
#include "base/memory.h"
#include "cmd/common/printer.h"
#include "cmd/common/template_source.h"
#include "template/openshift/kubernetes.h"
#include "tree/write.h"

/* Template and parameters to manifests, strictly. */

enum target { TARGET_NONE = -1, TARGET_KUBERNETES, TARGET_OPENSHIFT };

struct opts {
	const char *file, *seed_from;
	struct option_list params, param_files;
	bool bootstrap, ignore_unknown;
	int target;
};

static const char *const targets[] = { "kubernetes", "openshift", NULL };

static const struct option_spec options[] = {
	OPT_STRING('f', "filename", struct opts, file, "FILE",
		   "read the template from this file, URL, or - for standard input",
		   .complete = complete_file, .flags = OPTION_ONCE),
	OPT_LIST('p', "param", struct opts, params, "NAME=VALUE", "set a parameter",
		 .complete = complete_parameter),
	OPT_LIST(0, "param-file", struct opts, param_files, "FILE",
		 "read parameters from this file, one NAME=VALUE a line",
		 .complete = complete_file),
	OPT_STRING(0, "seed-from", struct opts, seed_from, "FILE",
		   "derive generated values from this secret, so that they are always the same",
		   .complete = complete_file),
	OPT_FLAG(0, "bootstrap", struct opts, bootstrap,
		 "also print the record and the primary's selector, for a first installation"),
	OPT_CHOICE(0, "for", struct opts, target, "PLATFORM", targets,
		   "turn what only OpenShift has into what Kubernetes has, and report it"),
	OPT_FLAG(0, "ignore-unknown-parameters", struct opts, ignore_unknown,
		 "go on when a given parameter is not in the template"),
	OPT_END
};

static const struct arg_spec args[] = { { "TEMPLATE|NAME=VALUE",
					  "a template's name or file (not with -f), and parameters",
					  0, ARGS_ANY, complete_template },
					ARG_END };

static const struct example examples[] = {
	{ "render replicated", "a cluster with the defaults" },
	{ "render replicated -p NAME=shop -p REPLICAS=3", "with parameters" },
	{ "render -f template.yaml --for=kubernetes", "an OpenShift Template, without OpenShift" },
	{ "render single --seed-from seed -o json", "the same passwords each time" },
	EXAMPLE_END
};

static int read_seed(const char *path, struct strbuf *ret, struct error *err)
{
	int r = file_read(path, LIMIT_SEED_BYTES, ret, err);

	if (r < 0 && access(path, F_OK) < 0)
		error_hint(err, "make it once and keep it: head -c 32 /dev/urandom >%s", path);
	if (r < 0)
		return r;
	if (ret->len < 16) {
		error_set(err, ERR_INVALID, "the seed in '%s' is too short: %zu bytes, at least 16",
			  path, ret->len);
		/* Not >path: it may be something else, given by mistake. */
		error_hint(err, "head -c 32 /dev/urandom >new.seed");
		return -ERR_INVALID;
	}
	return 0;
}

static void print_documents(const struct documents *docs, struct strbuf *out)
{
	for (size_t i = 0; i < docs->len; i++) {
		if (i)
			strbuf_addstr(out, "---\n");
		tree_write_yaml(out, docs->items[i], WRITE_TABS);
	}
}

static int print(struct session *s, struct arena *a, const struct documents *docs,
		 struct error *err)
{
	struct printer printer;
	int r;

	if (s->format == FORMAT_YAML) {
		print_documents(docs, &s->out);
		return 0;
	}
	r = printer_init(&printer, a, s->format, s->format_arg, err);
	printer.missing_is_error = true;
	if (r < 0)
		return r;
	if (s->format != FORMAT_NAME)
		return printer_list(&printer, node_seq(a, docs->items, docs->len, NULL), &s->out,
				    err);
	for (size_t i = 0; i < docs->len && r == 0; i++)
		r = printer_object(&printer, docs->items[i], &s->out, err);
	return r;
}

static const char *namespace_of(const struct session *s)
{
	return s->globals.namespace_ ? s->globals.namespace_ : "";
}

static bool has_param(const struct template *t, const char *name)
{
	for (size_t i = 0; i < t->param_count; i++)
		if (!strcmp(t->params[i].name, name))
			return true;
	return false;
}

static int set_bootstrap(struct template *t, struct values *v, struct error *err)
{
	if (!has_param(t, "BOOTSTRAP")) {
		error_set(err, ERR_USAGE, "template '%s' has no record to print with --bootstrap",
			  t->name);
		error_hint(err, "render it without --bootstrap");
		return -ERR_USAGE;
	}
	return values_add(v, "BOOTSTRAP=true", err);
}

/* What can be printed as it is made, is. */
static int print_template(struct session *s, const struct opts *o, struct template *t,
			  const struct bindings *b, struct error *err)
{
	struct documents docs;
	int r;

	if (s->format == FORMAT_YAML && o->target != TARGET_KUBERNETES)
		return template_render_yaml(t, b, &s->out, &s->diagnostics);
	if (o->target == TARGET_KUBERNETES)
		template_locate(t); /* it reports about objects */
	r = template_render(t, b, &docs, &s->diagnostics);
	if (r == 0 && o->target == TARGET_KUBERNETES &&
	    !kubernetes_convert(t->arena, &docs, namespace_of(s), &s->diagnostics))
		r = -ERR_INVALID;
	return r < 0 ? r : print(s, t->arena, &docs, err);
}

/* What the template has to say to the one who applies it; its own line ends do not count. */
static void show_message(struct session *s, struct template *t, const struct bindings *b)
{
	const char *text = template_message(t, b);
	size_t len = text ? strlen(text) : 0;

	while (len > 0 && text[len - 1] == '\n')
		len--;
	if (len > 0)
		session_note(s, "%.*s", (int)len, text);
}

static int render(struct session *s, const struct opts *o, struct template *t, struct values *v,
		  struct error *err)
{
	cleanup_strbuf struct strbuf seed = STRBUF_INIT;
	struct bindings bindings = { 0 };
	struct bind_options bind = { .ignore_unknown = o->ignore_unknown };
	int r = 0;

	if (o->bootstrap)
		r = set_bootstrap(t, v, err);
	if (r == 0 && o->seed_from)
		r = read_seed(o->seed_from, &seed, err);
	if (r < 0)
		return r;
	bind.given = v->items;
	bind.given_count = v->len;
	bind.random.namespace_ = namespace_of(s);
	if (o->seed_from) {
		bind.random.seed = seed.buf;
		bind.random.seed_len = seed.len;
	}
	r = template_bind(t, &bind, &bindings, &s->diagnostics);
	if (r == 0)
		r = print_template(s, o, t, &bindings, err);
	if (r == 0)
		show_message(s, t, &bindings);
	bindings_release(&bindings);
	return r;
}

static int run(struct session *s, const void *opts, struct error *err)
{
	const struct opts *o = opts;
	cleanup_template_source struct template_source src = TEMPLATE_SOURCE_INIT;
	cleanup_values struct values values = VALUES_INIT;
	/* With -f every argument is an assignment; else the first one names the template. */
	bool named = !o->file && s->argc > 0 && !strchr(s->args[0], '=');
	int r;

	r = values_collect(&values, s, &o->params, &o->param_files, named ? 1 : 0, err);
	if (r == 0)
		r = template_source_to_render(&src, s, named ? s->args[0] : NULL, o->file, err);
	return r < 0 ? r : render(s, o, src.template, &values, err);
}

extern const struct command cmd_render;
const struct command cmd_render = {
	.words = "render",
	.group = GROUP_TEMPLATES,
	.summary = "turn a template and parameters into manifests",
	.description =
		"Renders a template of the catalogue, a template file of our own language, a "
		"compiled template, or an OpenShift Template, strictly: whatever looks like a "
		"mistake is an error with file, line and column. Nothing is printed unless all of "
		"it can be. The template's message goes to standard error.\n\n"
		"Generated passwords differ each time, so what is rendered again must not be applied "
		"to a running cluster; with --seed-from they are derived from a secret file (of at "
		"least 16 bytes), the cluster's NAME, the namespace, the template and the parameter.\n\n"
		"-n is not written to the objects: give it to kubectl apply as well.",
	.usage = "(TEMPLATE | -f FILE) [NAME=VALUE…]",
	.args = args,
	.options = options,
	.opts_size = sizeof(struct opts),
	.formats =
		FORMAT_YAML | FORMAT_JSON | FORMAT_KYAML | FORMAT_NAME | FORMAT_KUBECTL_TEMPLATES,
	.default_format = FORMAT_YAML,
	.globals = GLOBAL_NAMESPACE | GLOBAL_VERBOSE,
	.examples = examples,
	.run = run,
};
