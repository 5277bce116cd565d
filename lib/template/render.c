/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/limits.h"
#include "base/memory.h"
#include "template/bind.h"
#include "template/diagnostics.h"
#include "template/eval.h"
#include "template/finish.h"
#include "template/fold.h"
#include "template/layout.h"
#include "template/program.h"
#include "template/residual.h"
#include "tree/write.h"

/* From a template and its values to objects; and to what is left when only some values are known.
 */

struct render {
	struct eval ev;
	struct node *labels; /* or NULL */
	struct strmap seen;  /* objects by what identifies them */
	struct strbuf key;   /* what identifies the one at hand */
	/* What becomes of an object; what it is made of may be forgotten then. */
	void (*take)(struct render *r, struct node *object);
	struct node **items; /* all objects, or */
	size_t len, alloc;
	struct strbuf *out; /* their text */
};

static void render_release(struct render *r)
{
	eval_release(&r->ev);
	strmap_release(&r->seen);
	strbuf_release(&r->key);
	free(r->items);
}

static void keep_object(struct render *r, struct node *object)
{
	ALLOC_GROW(r->items, r->len + 1, r->alloc);
	r->items[r->len++] = object;
}

static void print_object(struct render *r, struct node *object)
{
	if (r->ev.failed)
		return;
	if (r->len++)
		strbuf_addstr(r->out, "---\n");
	tree_write_yaml(r->out, object, LAYOUT_WRITE_FLAGS);
}

static bool eval_labels(struct render *r, const struct template *t)
{
	if (!t->labels)
		return true;
	if (!eval_tpl(&r->ev, t->labels, &r->labels))
		return false;
	return !r->labels || labels_check(r->labels, r->ev.diags);
}

static void add_object(struct render *r, const struct template *t, struct node *object)
{
	if (object_finish(t, r->ev.env.arena, object, r->labels, r->ev.diags, &object) &&
	    object_is_new(t, object, &r->seen, &r->key, r->ev.diags))
		r->take(r, object);
	else
		r->ev.failed = true;
}

/* Each item of `objects` by itself, so that a mistake in one does not hide those in others. */
static void eval_objects(struct render *r, const struct template *t)
{
	struct tpl one = *t->objects, *item;
	struct node *list;

	if (t->objects->kind == TPL_CONST) {
		if (eval_tpl(&r->ev, t->objects, &list))
			for (uint32_t i = 0; i < list->len; i++)
				add_object(r, t, list->items[i]);
		return;
	}
	for (size_t i = 0; i < t->objects->count && !r->ev.stopped; i++) {
		item = t->objects->items[i];
		one.count = 1;
		one.items = &item;
		if (eval_tpl(&r->ev, &one, &list))
			for (uint32_t j = 0; j < list->len; j++)
				add_object(r, t, list->items[j]);
		if (r->out)
			arena_reset(r->ev.env.arena);
	}
}

static int render_once(struct template *t, const struct bindings *b, struct documents *ret,
		       struct error_list *diags)
{
	struct render r = { .take = keep_object, .key = STRBUF_INIT };
	bool ok;

	eval_init(&r.ev, t, &b->by_name, diags);
	ok = eval_labels(&r, t);
	eval_objects(&r, t);
	ok = ok && !r.ev.failed;
	if (ok) {
		ret->items = arena_alloc(t->arena, r.len * sizeof(*r.items));
		if (r.len)
			memcpy(ret->items, r.items, r.len * sizeof(*r.items));
		ret->len = r.len;
	}
	render_release(&r);
	return ok ? 0 : -ERR_INVALID;
}

/* Objects are made one by one, each in the memory of the one before. */
static int print_once(struct template *t, const struct bindings *b, struct strbuf *out,
		      struct error_list *diags)
{
	struct arena *scratch = arena_new();
	struct render r = { .take = print_object, .out = out, .key = STRBUF_INIT };
	size_t start = out->len;
	bool ok;

	eval_init(&r.ev, t, &b->by_name, diags);
	ok = eval_labels(&r, t);
	r.ev.env.arena = scratch;
	eval_objects(&r, t);
	arena_free(scratch);
	render_release(&r);
	if (ok && !r.ev.failed)
		return 0;
	strbuf_setlen(out, start);
	return -ERR_INVALID;
}

int template_render(struct template *t, const struct bindings *b, struct documents *ret,
		    struct error_list *diags)
{
	struct error_list_mark before = error_list_mark(diags);
	int r = program_read_objects(t, diags);

	if (r < 0)
		return r;
	r = render_once(t, b, ret, diags);
	if (!t->map || !error_list_grew(diags, &before))
		return r;
	/* There is something to say after all: once more, with positions. */
	error_list_cut(diags, &before);
	template_locate(t);
	return render_once(t, b, ret, diags);
}

/* Of a compiled template: what is to be reported needs all objects, with positions. */
static int print_trees(struct template *t, const struct bindings *b, struct strbuf *out,
		       struct error_list *diags)
{
	int r = program_read_objects(t, diags);

	if (r < 0)
		return r;
	template_locate(t);
	return print_once(t, b, out, diags);
}

static enum layout_result render_layout(struct template *t, const struct bindings *b,
					struct strbuf *out, struct error_list *diags)
{
	struct render r = { .key = STRBUF_INIT };
	enum layout_result result = LAYOUT_REPORTED;

	eval_init(&r.ev, t, &b->by_name, diags);
	/* As much as if the objects had been read. */
	r.ev.steps += (t->layout_len >> 20) * EVAL_STEPS_PER_MIB;
	if (eval_labels(&r, t))
		result = layout_render(t, &r.ev, r.labels, out);
	render_release(&r);
	return result;
}

/* 1: printed; 0: whatever is to be reported, the objects have to be made for it. */
static int print_layout(struct template *t, const struct bindings *b, struct strbuf *out,
			struct error_list *diags)
{
	struct error_list_mark before = error_list_mark(diags);
	size_t start = out->len;
	enum layout_result r;

	if (!t->layout_len)
		return 0;
	strbuf_grow(out, t->layout_len); /* about as long as what it prints */
	r = render_layout(t, b, out, diags);
	if (r == LAYOUT_DONE && !error_list_grew(diags, &before))
		return 1;
	strbuf_setlen(out, start);
	error_list_cut(diags, &before);
	return r == LAYOUT_DAMAGED ? program_damaged(t, diags) : 0;
}

int template_render_yaml(struct template *t, const struct bindings *b, struct strbuf *out,
			 struct error_list *diags)
{
	int r = print_layout(t, b, out, diags);

	if (r)
		return r < 0 ? r : 0;
	return print_trees(t, b, out, diags);
}

const char *template_message(struct template *t, const struct bindings *b)
{
	cleanup_error_list struct error_list ignored = ERROR_LIST_INIT;
	cleanup_strbuf struct strbuf text = STRBUF_INIT;
	const char *message = NULL;
	struct eval ev;

	if (!t->message)
		return NULL;
	eval_init(&ev, t, &b->by_name, &ignored);
	if (eval_message(&ev, t->message, &text))
		message = arena_memdupz(t->arena, text.buf, text.len);
	eval_release(&ev);
	return message;
}

/* What is sure to fail: everything that stands unconditionally and knows all its names. */
static void foretell(struct template *t, struct error_list *diags)
{
	cleanup_error_list struct error_list found = ERROR_LIST_INIT;
	struct strmap none = STRMAP_INIT;
	struct eval ev;

	eval_init(&ev, t, &none, &found);
	for (size_t i = 0; t->objects->kind == TPL_SEQ && i < t->objects->count; i++) {
		struct tpl *item = t->objects->items[i];
		struct node *n;

		if (item->kind == TPL_ASSERT && item->expr->kind == EXPR_CONST)
			(void)eval_tpl(&ev, item, &n);
	}
	eval_release(&ev);
	for (size_t i = 0; i < found.len; i++) {
		found.items[i].severity = SEVERITY_WARNING;
		error_list_take(diags, &found.items[i]);
	}
	found.len = 0;
}

static void keep_decided(struct template *t, struct template *r, const struct bindings *given)
{
	r->decided =
		arena_zalloc(t->arena, (t->param_count + t->decided_count) * sizeof(*r->decided));
	r->params = arena_zalloc(t->arena, t->param_count * sizeof(*r->params));
	r->param_count = 0;
	for (size_t i = 0; i < t->decided_count; i++)
		r->decided[i] = t->decided[i];
	for (size_t i = 0; i < t->param_count; i++) {
		const struct param *p = &t->params[i];
		const struct binding *b = strmap_get(&given->by_name, p->name, strlen(p->name));

		if (!b) {
			r->params[r->param_count++] = *p;
			continue;
		}
		r->decided[r->decided_count++] = (struct decided){
			.name = p->name,
			.pos = p->pos,
			.decl = { .name = p->name,
				  .type = p->type,
				  .pos = p->pos,
				  .choices = p->choices,
				  .choice_count = p->choice_count },
			.digest = value_digest(t->arena, &b->value),
		};
	}
}

/* What could not be read again is not written. */
static bool is_readable(const struct template *r, struct error_list *diags)
{
	const size_t limit = LIMIT_INPUT_BYTES;

	if (residual_size(r->objects, limit) + residual_size(r->labels, limit) +
		    residual_size(r->message, limit) <=
	    limit)
		return true;
	diagnose(diags, "T207", &r->objects->pos, "give fewer parameters",
		 "the expanded template would be larger than %zu MiB", limit >> 20);
	return false;
}

/* The parameters that stay are undecided names. */
static void bind_open(struct template *r, struct bindings *b)
{
	for (size_t i = 0; i < r->param_count; i++) {
		struct binding *open = arena_zalloc(r->arena, sizeof(*open));

		open->name = r->params[i].name;
		strmap_put(&b->by_name, open->name, strlen(open->name), open);
	}
}

int template_expand(struct template *t, const struct bind_options *opts, struct template **ret,
		    struct error_list *diags)
{
	struct bindings b = { 0 };
	size_t before = diags->errors;
	struct template *r;
	struct fold f;

	template_locate(t);
	bind_assignments(t, opts, &b, diags);
	if (diags->errors > before) {
		bindings_release(&b);
		return -ERR_INVALID;
	}
	r = arena_alloc(t->arena, sizeof(*r));
	*r = *t;
	r->residual = true;
	r->layout_len = 0; /* that of the whole template */
	keep_decided(t, r, &b);
	bind_open(r, &b);
	f = (struct fold){ .env = { .arena = t->arena, .parameters = &b.by_name },
			   .steps = LIMIT_EVAL_STEPS,
			   .weight = LIMIT_UNROLLED_ITEMS,
			   .bytes = LIMIT_INPUT_BYTES };
	if (t->labels)
		r->labels = fold_tpl(&f, t->labels);
	if (t->message && t->message->kind == TPL_TEXT)
		r->message = fold_message(&f, t->message);
	r->objects = fold_tpl(&f, t->objects);
	bindings_release(&b);
	if (!is_readable(r, diags))
		return -ERR_INVALID;
	foretell(r, diags);
	*ret = r;
	return 0;
}
