/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/common/template_source.h"

#include <string.h>
#include <sys/stat.h>

#include "base/memory.h"
#include "base/suggest.h"
#include "template/catalogue.h"
#include "template/openshift/param_file.h"

bool template_is_path(const char *name)
{
	return strchr(name, '/') || strchr(name, '.') || !strcmp(name, "-");
}

static int unknown_template(const char *name, struct error *err)
{
	struct suggestion near = { 0 };
	struct stat st;

	for (size_t i = 0; i < catalogue_count; i++)
		suggest_offer(&near, name, catalogue[i].name);
	error_set(err, ERR_NOT_FOUND, "there is no template '%s' in the catalogue", name);
	if (near.best)
		error_hint(err, "did you mean '%s'?", near.best);
	else if (stat(name, &st) == 0 && S_ISDIR(st.st_mode))
		error_hint(err, "'%s' is a folder: give one file of it", name);
	else
		error_hint(err, "kubectl mysql template list; a file is given with -f");
	return -ERR_NOT_FOUND;
}

static int read_template(struct template_source *src, struct session *s, const char *text,
			 size_t len, const char *name, bool trusted)
{
	if (src->to_render)
		return template_open(text, len, name, src->includes, trusted, &src->template,
				     &s->diagnostics);
	return template_read(text, len, name, src->includes, &src->template, &s->diagnostics);
}

static int open_file(struct template_source *src, struct session *s, const char *file,
		     struct error *err)
{
	const struct input *in;
	bool local = strcmp(file, "-") != 0 && !strstr(file, "://");
	int r = local ? inputs_read_file(&src->inputs, file, err)
		      : inputs_read(&src->inputs, file, NULL, err);

	if (r == -ERR_LIMIT)
		err->code = "T006";
	if (r < 0)
		return r;
	if (src->inputs.len != 1)
		return error_set(err, ERR_INVALID, "'%s' names %zu files, expected one template",
				 file, src->inputs.len);
	in = &src->inputs.items[0];
	if (local)
		src->includes = include_reader_files(file);
	return read_template(src, s, in->text.buf, in->text.len, in->name, false);
}

int template_source_open(struct template_source *src, struct session *s, const char *name,
			 const char *file, struct error *err)
{
	const struct catalogue_entry *entry;

	if (name && file)
		return session_usage(s, err, "the template is given twice: '%s' and -f '%s'", name,
				     file);
	if (!name && !file)
		return session_usage(s, err, "which template? give a name or -f FILE");
	if (file)
		return open_file(src, s, file, err);
	entry = catalogue_find(name);
	if (entry)
		return read_template(src, s, (const char *)entry->program, entry->len, name, true);
	if (!template_is_path(name))
		return unknown_template(name, err);
	return open_file(src, s, name, err);
}

int template_source_to_render(struct template_source *src, struct session *s,
				   const char *name, const char *file, struct error *err)
{
	src->to_render = true;
	return template_source_open(src, s, name, file, err);
}

void template_source_release(struct template_source *src)
{
	template_free(src->template);
	inputs_release(&src->inputs);
	include_reader_free(src->includes);
}

static enum given given(const struct values *v, const char *name)
{
	return (enum given)(uintptr_t)strmap_get(&v->by_name, name, strlen(name));
}

static void add(struct values *v, struct assignment a)
{
	uintptr_t where = a.pos.line ? GIVEN_BY_FILE : GIVEN_BY_COMMAND_LINE;

	strmap_put(&v->by_name, a.name, strlen(a.name), (void *)where);
	ALLOC_GROW(v->items, v->len + 1, v->alloc);
	v->items[v->len++] = a;
}

static struct arena *arena_of(struct values *v)
{
	if (!v->arena)
		v->arena = arena_new();
	return v->arena;
}

int values_add(struct values *v, const char *text, struct error *err)
{
	size_t len = strcspn(text, "=");
	struct assignment a = { 0 };

	if (text[len] != '=' || !len) {
		error_set(err, ERR_USAGE, "'%.*s' is no assignment to a parameter", (int)len, text);
		err->code = "T115";
		error_hint(err, "write NAME=VALUE");
		return -ERR_USAGE;
	}
	a.name = arena_memdupz(arena_of(v), text, len);
	a.value = text + len + 1;
	a.value_len = strlen(a.value);
	if (given(v, a.name)) {
		error_set(err, ERR_USAGE, "parameter '%s' is given twice", a.name);
		err->code = "T114";
		error_hint(err, "give it once");
		return -ERR_USAGE;
	}
	add(v, a);
	return 0;
}

int values_add_file(struct values *v, struct session *s, const char *path, struct error *err)
{
	struct param_assignments list;
	const struct input *file;
	int r = inputs_read_file(&v->files, path, err);

	if (r < 0)
		return r;
	file = &v->files.items[v->files.len - 1];
	r = param_file_read(arena_of(v), file->text.buf, file->text.len, file->name, &list, err);
	if (r < 0) {
		err->code = "T115";
		return r;
	}
	for (size_t i = 0; i < list.len; i++) {
		const struct param_assignment *p = &list.items[i];
		enum given before = given(v, p->name);

		if (!before)
			add(v, (struct assignment){ .name = p->name,
						    .value = p->value,
						    .value_len = p->value_len,
						    .pos = p->pos });
		else if (before == GIVEN_BY_FILE)
			session_warn(s, "parameter '%s' is given already, ignoring that of '%s'",
				     p->name, file->name);
	}
	return 0;
}

int values_collect(struct values *v, struct session *s, const struct option_list *params,
		   const struct option_list *files, size_t first, struct error *err)
{
	int r = 0;

	for (size_t i = 0; i < params->len && r == 0; i++)
		r = values_add(v, params->v[i], err);
	for (size_t i = first; i < s->argc && r == 0; i++)
		r = values_add(v, s->args[i], err);
	for (size_t i = 0; i < files->len && r == 0; i++)
		r = values_add_file(v, s, files->v[i], err);
	return r;
}

void values_release(struct values *v)
{
	arena_free(v->arena);
	inputs_release(&v->files);
	free(v->items);
	strmap_release(&v->by_name);
	*v = (struct values)VALUES_INIT;
}
