/* SPDX-License-Identifier: Apache-2.0 */
/* !include: the text of a file, or YAML that becomes part of the template. */
#include "template/directive_parts.h"

#include <string.h>

#include "base/utf8.h"
#include "template/diagnostics.h"

/* The YAML of an included file as part of this template. */
static struct tpl *include_yaml(struct loader *l, const struct node *n, const char *text,
				size_t len, const char *name)
{
	struct include_frame frame = { .name = name, .outer = l->frame };
	cleanup_error struct error err = ERROR_INIT;
	struct source_text source, *outer = l->source;
	const char *file = l->file;
	struct documents docs;
	struct tpl *t;

	if (tree_read(l->arena, text, len, name, READ_KEEP_TAGS, &docs, &err) < 0) {
		diagnose_error(l->diags, "T001", &err);
		return NULL;
	}
	if (docs.len != 1) {
		diagnose(l->diags, "T008", &n->pos, NULL, "'%s' holds %zu documents, expected one",
			 name, docs.len);
		return NULL;
	}
	source_text_init(&source, text, len);
	l->source = &source;
	l->file = name;
	l->frame = &frame;
	t = directive_load(l, docs.items[0]);
	source_text_release(&source);
	l->source = outer;
	l->file = file;
	l->frame = frame.outer;
	return t;
}

static struct tpl *include_file(struct loader *l, const struct node *n, const struct node *file,
				bool yaml)
{
	cleanup_error struct error err = ERROR_INIT;
	const char *text, *name;
	size_t len;

	if (!l->includes) {
		diagnose(l->diags, "T008", &n->pos, "read the template from a file",
			 "cannot include '%s': the template has no folder", file->text);
		return NULL;
	}
	if (memchr(file->text, '\0', file->len)) {
		diagnose(l->diags, "T008", &file->pos, NULL,
			 "cannot include '%s': the name holds a NUL", file->text);
		return NULL;
	}
	if (l->includes->read(l->includes, l->file, file->text, l->arena, &text, &len, &name,
			      &err) < 0) {
		error_locate(&err, &file->pos);
		diagnose_error(l->diags, "T008", &err);
		return NULL;
	}
	for (const struct include_frame *f = l->frame; f; f = f->outer)
		if (!strcmp(f->name, name)) {
			diagnose(l->diags, "T009", &file->pos, NULL, "'%s' includes itself", name);
			return NULL;
		}
	if (yaml)
		return include_yaml(l, n, text, len, name);
	if (!utf8_valid(text, len)) {
		diagnose(l->diags, "T008", &file->pos, "include text files only",
			 "'%s' is not UTF-8 text", name);
		return NULL;
	}
	return tpl_const(l->arena, node_string(l->arena, text, len, &n->pos));
}

struct tpl *directive_load_include(struct loader *l, struct node *n)
{
	static const char *const allowed[] = { "file", "as", NULL };
	static const char *const need[] = { "file", NULL };
	const struct node *file = n, *as = NULL;

	if (!directive_is_scalar(n)) {
		if (!directive_check_form(l, n, allowed, need))
			return NULL;
		file = node_get(n, "file");
		as = node_get(n, "as");
	}
	if (file->kind != NODE_STRING || !file->len || (file != n && file->tag))
		return directive_malformed(l, file, "!include", "expected the name of a file");
	if (as && !node_is_string(as, "text") && !node_is_string(as, "yaml"))
		return directive_malformed(l, as, "!include", "field 'as' must be 'text' or 'yaml'");
	return include_file(l, n, file, as && node_is_string(as, "yaml"));
}
