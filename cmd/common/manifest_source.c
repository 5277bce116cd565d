/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/common/manifest_source.h"

#include <string.h>

#include "base/memory.h"
#include "cmd/common/kept_values.h"

int manifest_source_open(struct manifest_source *src, struct session *s,
			 const struct manifest_options *o, struct error *err)
{
	const struct input_options how = { .recursive = o->recursive };
	int r = 0;

	src->session = s;
	if (!o->template == !o->files.len)
		return session_usage(s, err, o->template ? "-f and --template are two sources; give one"
							 : "give manifests with -f, or --template");
	if (!o->template && (o->params.len || o->param_files.len || s->argc))
		return session_usage(s, err, "parameters belong to --template");
	for (size_t i = 0; i < o->files.len && r == 0; i++)
		r = inputs_read(&src->inputs, o->files.v[i], &how, err);
	if (r < 0 || !o->template)
		return r;
	r = values_collect(&src->values, s, &o->params, &o->param_files, 0, err);
	return r < 0 ? r : template_source_open(&src->template, s, o->template, NULL, err);
}

bool manifest_source_takes_stdin(const struct manifest_source *src)
{
	return src->inputs.stdin_used;
}

static int read_files(const struct manifest_source *src, struct arena *a, struct documents *ret,
		      struct error *err)
{
	struct node **items = NULL;
	size_t len = 0, alloc = 0;
	int r = 0;

	for (size_t i = 0; i < src->inputs.len && r == 0; i++) {
		const struct input *in = &src->inputs.items[i];
		struct documents docs = { 0 };

		r = tree_read(a, in->text.buf, in->text.len, in->name, 0, &docs, err);
		ALLOC_GROW(items, len + docs.len, alloc);
		for (size_t k = 0; k < docs.len && r == 0; k++)
			items[len++] = docs.items[k];
	}
	ret->items = arena_alloc(a, len * sizeof(*items));
	if (len)
		memcpy(ret->items, items, len * sizeof(*items));
	ret->len = len;
	free(items);
	if (r == 0 && !len)
		r = error_set(err, ERR_INVALID, "there is no object in what -f names");
	return r;
}

static int render(struct manifest_source *src, const struct assignment *given, size_t count,
		  const char *ns, struct bindings *b, struct documents *ret)
{
	struct error_list *diags = &src->session->diagnostics;
	struct template *t = src->template.template;
	const struct bind_options bind = { .given = given,
					   .given_count = count,
					   .random = { .namespace_ = ns } };
	int r = template_bind(t, &bind, b, diags);

	return r < 0 ? r : template_render(t, b, ret, diags);
}

/* Once to see which Secrets there are to be, and again with what those that are there hold. */
static int render_kept(struct manifest_source *src, struct kube *k, const char *ns,
		       struct documents *ret, struct error *err)
{
	struct error_list_mark before = error_list_mark(&src->session->diagnostics);
	const struct values *v = &src->values;
	struct bindings first = { 0 }, second = { 0 };
	struct assignment *all = NULL;
	size_t count = 0;
	int r = render(src, v->items, v->len, ns, &first, ret);

	if (r == 0 && k)
		r = kept_values(k, src->template.template, &first, ret, ns, v->items, v->len, &all,
				&count, err);
	if (r == 0 && count > v->len) {
		error_list_cut(&src->session->diagnostics, &before);
		r = render(src, all, count, ns, &second, ret);
	}
	bindings_release(&first);
	bindings_release(&second);
	return r;
}

int manifest_source_objects(struct manifest_source *src, struct kube *k, struct arena *a,
			    const char *ns, bool ns_given, struct manifests *ret, struct error *err)
{
	struct documents docs = { 0 };
	int r = src->template.template ? render_kept(src, k, ns, &docs, err)
				       : read_files(src, a, &docs, err);

	if (r < 0)
		return r;
	return manifests_collect(a, &docs, ns, ns_given, ret, &src->session->diagnostics);
}

int manifest_source_run(struct manifest_source *src, struct session *s,
			const struct manifest_options *o, int64_t timeout, kube_fn *fn, void *arg,
			struct error *err)
{
	struct kube_run_options how = { .timeout = timeout };
	int r = manifest_source_open(src, s, o, err);

	how.stdin_taken = manifest_source_takes_stdin(src);
	if (r == 0)
		r = kube_run(s, &how, fn, arg, err);
	manifest_source_release(src);
	return r;
}

void manifest_source_release(struct manifest_source *src)
{
	inputs_release(&src->inputs);
	template_source_release(&src->template);
	values_release(&src->values);
}
