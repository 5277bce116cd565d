/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/command.h"

#include "base/limits.h"
#include "base/memory.h"
#include "base/strmap.h"
#include "base/strvec.h"
#include "base/suggest.h"
#include "cmd/common/input.h"
#include "cmd/common/printer.h"
#include "cmd/common/template_source.h"
#include "template/openshift/describe.h"
#include "template/openshift/param_file.h"
#include "template/openshift/process.h"
#include "tree/read.h"

#include <string.h>
#include <time.h>
#include <unistd.h>

/* `oc process`: its options, its results. What a template means is in template/openshift. */

struct opts {
	const char *file, *labels, *template_text;
	struct option_list params, param_files;
	bool parameters, raw, local, ignore_unknown, show_managed_fields, allow_missing;
};

static const struct option_spec options[] = {
	OPT_STRING('f', "filename", struct opts, file, "FILE",
		   "read the template from this file, folder, URL, or - for standard input",
		   .complete = complete_file),
	OPT_LIST('p', "param", struct opts, params, "NAME=VALUE", "set a parameter",
		 .complete = complete_parameter),
	OPT_LIST(0, "param-file", struct opts, param_files, "FILE",
		 "read parameters from this file, one NAME=VALUE a line",
		 .complete = complete_file),
	OPT_STRING('l', "labels", struct opts, labels, "KEY=VALUE,…",
		   "set these labels on all objects"),
	OPT_FLAG(0, "parameters", struct opts, parameters,
		 "list the parameters, process nothing"),
	OPT_FLAG(0, "raw", struct opts, raw, "print the objects one by one, without a List"),
	OPT_FLAG(0, "local", struct opts, local, "do not contact a cluster (always so for now)"),
	OPT_FLAG(0, "ignore-unknown-parameters", struct opts, ignore_unknown,
		 "go on when a given parameter is not in the template"),
	OPT_FLAG(0, "show-managed-fields", struct opts, show_managed_fields,
		 "keep metadata.managedFields"),
	OPT_FLAG(0, "allow-missing-template-keys", struct opts, allow_missing,
		 "let jsonpath and go-template ask for what is not there", .fallback = "true"),
	OPT_STRING('t', "t", struct opts, template_text, "TEMPLATE", "short form of --template",
		   .flags = OPTION_HIDDEN),
	OPT_END
};

static const struct arg_spec args[] = {
	{ "TEMPLATE|NAME=VALUE", "parameters, or the name of a stored template", 0, ARGS_ANY,
	  NULL },
	ARG_END
};

static const struct example examples[] = {
	{ "process -f template.yaml -p NAME=shop", "fill a template" },
	{ "process -f template.yaml --parameters", "list what can be set" },
	{ "process -f template.yaml --param-file prod.env -o yaml", "take values from a file" },
	EXAMPLE_END
};

/* What the command line gives to the template. */
struct request {
	struct session *s;
	const struct opts *o;
	struct arena *arena;
	struct error *err;
	struct inputs inputs;
	const struct input *source; /* in which the template stands */
	struct strmap given; /* name -> struct param_assignment * */
	struct strvec names; /* in the order given */
	struct error late;   /* a bad parameter, told when the template was read, as oc does */
};

static void release_request(struct request *rq)
{
	inputs_release(&rq->inputs);
	strmap_release(&rq->given);
	strvec_release(&rq->names);
	error_release(&rq->late);
}

static void give(struct request *rq, const struct param_assignment *a)
{
	struct param_assignment *copy = arena_alloc(rq->arena, sizeof(*copy));

	*copy = *a;
	strmap_put(&rq->given, copy->name, strlen(copy->name), copy);
	strvec_add(&rq->names, copy->name);
}

static int bad_assignment(struct request *rq, const char *text, size_t name_len)
{
	error_set(&rq->late, ERR_INVALID, "'%.*s' is no assignment to a parameter", (int)name_len,
		  text);
	error_hint(&rq->late, "write NAME=VALUE; names are letters, digits, '_', '-' and '.'");
	return -ERR_INVALID;
}

/* One NAME=VALUE of the command line; names given twice are collected. */
static int give_text(struct request *rq, const char *text, struct strvec *twice)
{
	size_t name_len = strcspn(text, "=");
	struct param_assignment a = { .pos = { .line = 0 } };

	if (text[name_len] != '=' || !param_name_valid(text, name_len))
		return bad_assignment(rq, text, name_len);
	a.name = arena_memdupz(rq->arena, text, name_len);
	a.value = text + name_len + 1;
	a.value_len = strlen(a.value);
	if (!strmap_get(&rq->given, a.name, name_len))
		give(rq, &a);
	else if (!strvec_contains(twice, a.name))
		strvec_add(twice, a.name);
	return 0;
}

/* "A=1,B=2" was a list once, and is one value now. */
static void warn_about_commas(struct request *rq, const char *text)
{
	const char *equals = strchr(text, '=');
	const char *comma = equals ? strchr(equals, ',') : NULL;

	if (comma && strchr(comma, '='))
		session_warn(rq->s,
			     "--param takes one assignment: all behind 'NAME=' is the value of '%.*s'",
			     (int)(equals - text), text);
}

static int refuse_twice(struct request *rq, struct strvec *twice)
{
	cleanup_strbuf struct strbuf names = STRBUF_INIT;

	strvec_sort(twice);
	for (size_t i = 0; i < twice->len; i++)
		strbuf_addf(&names, "%s'%s'", i ? ", " : "", twice->v[i]);
	return session_usage(rq->s, rq->err, "given more than once: %s", names.buf);
}

static int give_file(struct request *rq, const char *path)
{
	struct param_assignments list;
	const struct input *file;

	if (inputs_read_file(&rq->inputs, path, &rq->late) < 0)
		return -rq->late.class;
	file = &rq->inputs.items[rq->inputs.len - 1];
	if (param_file_read(rq->arena, file->text.buf, file->text.len, file->name, &list,
			    &rq->late) < 0)
		return -ERR_INVALID;
	for (size_t i = 0; i < list.len; i++) {
		const struct param_assignment *a = &list.items[i];

		if (!strmap_get(&rq->given, a->name, strlen(a->name)))
			give(rq, a);
		else
			session_warn(rq->s, "parameter '%s' is given already, ignoring that of '%s'",
				     a->name, file->name);
	}
	return 0;
}

/* Parameters of the command line, then those of files; what came first counts. */
static int collect_parameters(struct request *rq)
{
	cleanup_strvec struct strvec twice = STRVEC_INIT;
	const struct option_list *params = &rq->o->params, *files = &rq->o->param_files;
	int r = 0;

	for (size_t i = 0; i < params->len + rq->s->argc && r == 0; i++) {
		const char *text = i < params->len ? params->v[i] : rq->s->args[i - params->len];

		if (i >= params->len && !strchr(text, '='))
			continue;
		if (params->len > 0)
			warn_about_commas(rq, text);
		r = give_text(rq, text, &twice);
	}
	if (r == 0 && twice.len > 0)
		return refuse_twice(rq, &twice);
	for (size_t i = 0; i < files->len && r == 0; i++)
		r = give_file(rq, files->v[i]);
	return 0;
}

static int refuse_beside_parameters(struct request *rq)
{
	const struct opts *o = rq->o;
	const char *other = o->params.len     ? "--param"
			    : o->labels	      ? "--labels"
			    : o->raw	      ? "--raw"
			    : o->template_text ? "--template"
			    : rq->s->format_arg ? "--template or --output"
			    : rq->s->format != FORMAT_TEXT ? "--output"
							   : NULL;

	if (!o->parameters || !other)
		return 0;
	return session_usage(rq->s, rq->err,
			     "--parameters processes nothing, it does not go with %s", other);
}

/* The name of a stored template among the positionals: refused until a cluster can be asked. */
static int check_template_name(struct request *rq)
{
	const char *name = NULL;

	for (size_t i = 0; i < rq->s->argc; i++) {
		if (strchr(rq->s->args[i], '='))
			continue;
		if (name)
			return session_usage(rq->s, rq->err,
					     "the name of a template is given twice: '%s', '%s'",
					     name, rq->s->args[i]);
		name = rq->s->args[i];
	}
	if (!name)
		return 0;
	if (rq->o->local)
		return session_usage(rq->s, rq->err,
				     "'%s' names a stored template, but --local reads no cluster",
				     name);
	error_set(rq->err, ERR_FAILED,
		  "cannot read the stored template '%s': this needs a cluster, and is not available yet",
		  name);
	if (access(name, F_OK) == 0)
		error_hint(rq->err, "'%s' is a file: give it with -f", name);
	else if (rq->o->file)
		error_hint(rq->err, "a parameter is written %s=VALUE", name);
	else
		error_hint(rq->err,
			   "save it with 'kubectl get template %s -o yaml', and give it with -f",
			   name);
	return -ERR_FAILED;
}

/* All documents that -f names, null ones left out. */
static int read_documents(struct request *rq, struct documents *ret)
{
	struct input_options how = { .timeout = rq->s->globals.request_timeout };
	size_t first = rq->inputs.len, alloc = 0;
	struct node **items = NULL;

	*ret = (struct documents){ .len = 0 };
	if (inputs_read(&rq->inputs, rq->o->file, &how, rq->err) < 0)
		return -rq->err->class;
	for (size_t i = first; i < rq->inputs.len; i++) {
		const struct input *in = &rq->inputs.items[i];
		struct documents docs = { .len = 0 };
		int r = tree_read(rq->arena, in->text.buf, in->text.len, in->name,
				  READ_OC | READ_DUPLICATE_KEYS_LAST_WINS | READ_UTF8_REPLACE,
				  &docs, rq->err);

		for (size_t j = 0; j < docs.len && r == 0; j++) {
			if (docs.items[j]->kind == NODE_NULL)
				continue;
			ALLOC_GROW(items, ret->len + 1, alloc);
			items[ret->len++] = docs.items[j];
			if (ret->len == 1)
				rq->source = in;
		}
		if (r < 0) {
			free(items);
			return r;
		}
	}
	ret->items = arena_alloc(rq->arena, (ret->len + 1) * sizeof(*items));
	if (ret->len > 0)
		memcpy(ret->items, items, ret->len * sizeof(*items));
	free(items);
	return 0;
}

static int check_document(struct request *rq, const struct node *root)
{
	const struct node *ns = node_path(root, "metadata", "namespace", NULL);
	const char *want = rq->s->globals.namespace_;

	if (openshift_classify(root, NULL, NULL) == OPENSHIFT_NO_KIND) {
		error_set_at(rq->err, ERR_INVALID, &root->pos, "this is no object: it has no 'kind'");
		error_hint(rq->err, "a template begins with 'kind: Template'");
		return -ERR_INVALID;
	}
	if (want && want[0] && ns && ns->kind == NODE_STRING && ns->len > 0 &&
	    strcmp(ns->text, want) != 0)
		return error_set_at(rq->err, ERR_INVALID, &ns->pos,
				    "the namespace '%s' is not that of --namespace, '%s'", ns->text,
				    want);
	return 0;
}

static int read_template(struct request *rq, struct openshift_template *ret)
{
	struct documents docs;
	const char *kind, *version;

	if (read_documents(rq, &docs) < 0)
		return -rq->err->class;
	if (docs.len == 0)
		return error_set(rq->err, ERR_INVALID, "'%s' holds no template", rq->o->file);
	for (size_t i = 0; i < docs.len; i++)
		if (check_document(rq, docs.items[i]) < 0)
			return -ERR_INVALID;
	if (docs.len > 1)
		session_note(rq->s, "%zu input templates found, but only the first will be processed",
			     docs.len);
	switch (openshift_classify(docs.items[0], &kind, &version)) {
	case OPENSHIFT_TEMPLATE:
		return openshift_read(rq->arena, docs.items[0], ret, rq->err);
	case OPENSHIFT_WRONG_VERSION:
		error_set_at(rq->err, ERR_INVALID, &docs.items[0]->pos,
			     "there is no kind 'Template' of apiVersion '%s'", version);
		error_hint(rq->err, strcmp(version, "kubectl-mysql/v1") == 0
					    ? "use 'render' for templates of this kind"
					    : "write 'apiVersion: template.openshift.io/v1'");
		return -ERR_INVALID;
	default:
		return error_set_at(rq->err, ERR_INVALID, &docs.items[0]->pos,
				    "expected a Template, got '%s'", kind);
	}
}

static void unknown_parameter(struct request *rq, const struct openshift_template *t,
			      const struct param_assignment *a)
{
	struct suggestion near = { 0 };
	struct error err = ERROR_INIT;

	for (size_t i = 0; i < t->param_count && !error_list_is_full(&rq->s->diagnostics); i++)
		suggest_offer(&near, a->name, t->params[i].name);
	if (a->pos.line)
		error_set_at(&err, ERR_INVALID, &a->pos, "the template has no parameter '%s'",
			     a->name);
	else
		error_set(&err, ERR_INVALID, "the template has no parameter '%s'", a->name);
	if (near.best)
		error_hint(&err, "did you mean '%s'?", near.best);
	else
		error_hint(&err, "--parameters lists them; --ignore-unknown-parameters goes on");
	error_list_take(&rq->s->diagnostics, &err);
}

static int set_parameters(struct request *rq, struct openshift_template *t)
{
	int r = 0;

	for (size_t i = 0; i < rq->names.len; i++) {
		const char *name = rq->names.v[i];
		const struct param_assignment *a = strmap_get(&rq->given, name, strlen(name));

		if (openshift_set(t, name, a->value, a->value_len) || rq->o->ignore_unknown)
			continue;
		unknown_parameter(rq, t, a);
		r = -ERR_INVALID;
	}
	return r;
}

static int print(struct request *rq, const struct openshift_template *t, struct node *items)
{
	enum format format = rq->s->format == FORMAT_TEXT ? FORMAT_JSON : rq->s->format;
	const char *arg = rq->s->format_arg;
	struct strbuf *out = &rq->s->out;
	struct printer printer;
	int r;

	if (rq->s->format == FORMAT_TEXT && rq->o->template_text) {
		format = FORMAT_GO_TEMPLATE;
		arg = rq->o->template_text;
	}
	if (format == FORMAT_DESCRIBE) {
		openshift_describe(t, (int64_t)time(NULL), out);
		return 0;
	}
	r = printer_init(&printer, rq->arena, format, arg, rq->err);
	printer.missing_is_error = !rq->o->allow_missing;
	if (r < 0)
		return r;
	if (!rq->o->raw && format != FORMAT_NAME)
		return printer_list(&printer, items, out, rq->err);
	for (size_t i = 0; items->kind == NODE_SEQ && i < items->len && r == 0; i++)
		r = printer_object(&printer, items->items[i], out, rq->err);
	return r;
}

static int process(struct request *rq)
{
	const struct opts *o = rq->o;
	struct openshift_template t;
	struct node *items;
	bool one_by_one = o->raw || rq->s->format == FORMAT_NAME;
	unsigned flags = (o->show_managed_fields ? OPENSHIFT_MANAGED_FIELDS : 0) |
			 (one_by_one ? OPENSHIFT_RAW : 0);
	int r;

	r = read_template(rq, &t);
	if (r < 0)
		return r;
	if (o->parameters) {
		openshift_print_parameters(&t, &rq->s->out);
		return 0;
	}
	if (o->labels && o->labels[0])
		r = openshift_add_labels(&t, o->labels, rq->err);
	if (r == 0 && rq->late.class) {
		*rq->err = rq->late;
		rq->late = (struct error)ERROR_INIT;
		r = -rq->err->class;
	}
	if (r == 0)
		r = set_parameters(rq, &t);
	openshift_locate_generators(&t, rq->source->text.buf, rq->source->text.len);
	if (r == 0)
		r = openshift_generate(&t, NULL, &rq->s->diagnostics);
	if (r == 0)
		r = openshift_process(&t, flags, &items, &rq->s->diagnostics);
	return r < 0 ? r : print(rq, &t, items);
}

static int run(struct session *s, const void *opts, struct error *err)
{
	cleanup_arena struct arena *a = arena_new();
	__attribute__((cleanup(release_request))) struct request rq = {
		.s = s, .o = opts, .arena = a, .err = err
	};
	int r;

	r = refuse_beside_parameters(&rq);
	if (r == 0)
		r = check_template_name(&rq);
	if (r == 0)
		r = collect_parameters(&rq);
	if (r == 0 && (!rq.o->file || !rq.o->file[0]))
		r = session_usage(s, err, "there is no template to process: give -f FILE");
	return r < 0 ? r : process(&rq);
}

extern const struct command cmd_process;
const struct command cmd_process = {
	.words = "process",
	.group = GROUP_TEMPLATES,
	.summary = "process an OpenShift Template, as 'oc process' does",
	.description =
		"Takes the options of 'oc process' and gives its results, without a cluster and "
		"without oc. Parameters are set with -p, as arguments, or by files; those on the "
		"command line beat those in files, and of several files the first one counts.\n\n"
		"Where oc depends on chance or crashes, this is an error. Ranges of generators "
		"include their upper end: [0-9] may give a 9.",
	.usage = "-f FILE [NAME=VALUE…]",
	.args = args,
	.options = options,
	.opts_size = sizeof(struct opts),
	.formats = FORMAT_JSON | FORMAT_YAML | FORMAT_KYAML | FORMAT_NAME | FORMAT_DESCRIBE |
		   FORMAT_KUBECTL_TEMPLATES,
	.default_format = FORMAT_TEXT,
	.globals = GLOBAL_NAMESPACE | GLOBAL_CLUSTER | GLOBAL_VERBOSE,
	.examples = examples,
	.run = run,
};
