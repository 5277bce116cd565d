/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/memory.h"
#include "base/utf8.h"
#include "template/diagnostics.h"
#include "template/openshift/process.h"
#include "template/program.h"
#include "template/residual.h"
#include "template/scope.h"

/* A file to a template: which language it is, and the checks that need no values. */

static struct template *template_new(const char *name)
{
	struct arena *a = arena_new();
	struct template *t = arena_zalloc(a, sizeof(*t));

	t->arena = a;
	t->file = arena_strdup(a, name);
	t->name = t->description = t->example = "";
	return t;
}

void template_free(struct template *t)
{
	if (t)
		arena_free(t->arena);
}

static bool is_own(const struct node *doc)
{
	return node_is_string(node_get(doc, "apiVersion"), "kubectl-mysql/v1") &&
	       node_is_string(node_get(doc, "kind"), "Template");
}

static void not_a_template(struct template *t, const struct node *doc, struct error_list *diags)
{
	const char *kind, *version;

	openshift_classify(doc, &kind, &version);
	diagnose(
		diags, "T002", &doc->pos,
		"a template has apiVersion 'kubectl-mysql/v1' or 'template.openshift.io/v1' and kind 'Template'",
		*kind ? "'%s' is no template: it is a '%s' of apiVersion '%s'"
		      : "'%s' is no template",
		t->file, kind, version);
}

static void load_document(struct loader *l, const struct node *doc)
{
	size_t before = l->diags->errors;

	if (is_own(doc)) {
		l->t->language = TEMPLATE_OWN;
		if (node_get(doc, "residual"))
			residual_begin(l, node_get(doc, "residual"));
		load_own(l, doc);
		if (l->t->residual)
			residual_finish(l, node_get(doc, "residual"));
	} else if (openshift_classify(doc, NULL, NULL) == OPENSHIFT_TEMPLATE) {
		l->t->language = TEMPLATE_OPENSHIFT;
		load_openshift(l, doc);
	} else {
		not_a_template(l->t, doc, l->diags);
		return;
	}
	/* What could not be read may have used them. */
	if (!l->t->residual && l->diags->errors == before)
		loader_report_unused(l);
}

static int read_document(struct template *t, const char *text, size_t len, struct node **ret,
			 struct error_list *diags)
{
	struct pos start = { .line = 1, .column = 1, .file = t->file };
	struct error err = ERROR_INIT;
	struct documents docs;

	if (tree_read(t->arena, text, len, t->file, READ_KEEP_TAGS | READ_FLOW_REFS, &docs, &err) <
	    0) {
		error_locate(&err, &start);
		diagnose_error(diags, "T001", &err);
		return -ERR_INVALID;
	}
	if (docs.len != 1) {
		diagnose(diags, "T002", docs.len > 1 ? &docs.items[1]->pos : &start, NULL,
			 docs.len ? "'%s' holds %zu documents, expected one template"
				  : "'%s' is empty, expected a template",
			 t->file, docs.len);
		return -ERR_INVALID;
	}
	*ret = docs.items[0];
	return 0;
}

static int read_template(const char *text, size_t len, const char *name,
			 struct include_reader *includes, unsigned flags, struct template **ret,
			 struct error_list *diags)
{
	struct source_text source = SOURCE_TEXT_INIT;
	struct template *t = template_new(name);
	struct loader l = {
		.t = t, .arena = t->arena, .includes = includes, .diags = diags, .file = t->file,
		.source = &source,
	};
	size_t before = diags->errors;
	struct node *doc;
	int r;

	if (template_is_program(text, len)) {
		r = program_read(t, text, len, flags, diags);
	} else {
		source_text_init(&source, text, len);
		r = read_document(t, text, len, &doc, diags);
		if (r == 0)
			load_document(&l, doc);
		loader_release(&l);
		source_text_release(&source);
	}
	if (r < 0 || diags->errors > before) {
		template_free(t);
		return -ERR_INVALID;
	}
	*ret = t;
	return 0;
}

int template_read(const char *text, size_t len, const char *name, struct include_reader *includes,
		  struct template **ret, struct error_list *diags)
{
	return read_template(text, len, name, includes, 0, ret, diags);
}

int template_open(const char *text, size_t len, const char *name, struct include_reader *includes,
		  bool trusted, struct template **ret, struct error_list *diags)
{
	return read_template(text, len, name, includes,
			     PROGRAM_HEAD | (trusted ? PROGRAM_TRUSTED : 0), ret, diags);
}
