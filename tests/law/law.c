/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "law/generate.h"
#include "template/openshift/process.h"
#include "template/template.h"
#include "tree/write.h"

/*
 * The law of templates, for random templates T and random splits A, B of their values:
 *
 *	render(expand(T, A), B) = render(compile(expand(T, A)), B) = render(T, A ∪ B)
 *
 * byte for byte; and when one of them fails, all fail, with the same codes at the same places.
 *
 * Usage: law [-v] [COUNT [SEED]]
 */

struct split {
	struct assignment given[GENERATED_PARAMS];
	size_t len;
};

struct outcome {
	struct strbuf out;	   /* YAML, when it rendered */
	struct strbuf diagnostics; /* "CODE FILE:LINE:COL MESSAGE" a line, without hints */
	bool failed;
};

static void outcome_release(struct outcome *o)
{
	strbuf_release(&o->out);
	strbuf_release(&o->diagnostics);
}

static void add_diagnostics(struct outcome *o, const struct error_list *list)
{
	for (size_t i = 0; i < list->len; i++) {
		const struct error *e = &list->items[i];

		strbuf_addf(&o->diagnostics, "%s %s:%u:%u %s\n", e->code ? e->code : "?",
			    e->file ? e->file : "", e->line, e->column, e->message);
	}
}

/* Makes all objects, then writes them. */
static int render_trees(struct template *t, const struct bindings *b, struct strbuf *out,
			struct error_list *diags)
{
	struct documents docs;
	int r = template_render(t, b, &docs, diags);

	for (size_t i = 0; r == 0 && i < docs.len; i++) {
		strbuf_addstr(out, i ? "---\n" : "");
		tree_write_yaml(out, docs.items[i], WRITE_TABS);
	}
	return r;
}

typedef int render_function(struct template *t, const struct bindings *b, struct strbuf *out,
			    struct error_list *diags);

static void render(struct template *t, render_function *fn, const struct split *s,
		   struct outcome *o)
{
	struct bind_options bind = { .given = s->given, .given_count = s->len };
	cleanup_error_list struct error_list diags = ERROR_LIST_INIT;
	struct bindings b = { 0 };

	o->failed = template_bind(t, &bind, &b, &diags) < 0 || fn(t, &b, &o->out, &diags) < 0;
	add_diagnostics(o, &diags);
	bindings_release(&b);
}

static void read_and_render(const struct strbuf *text, const char *name, const struct split *s,
			    struct outcome *o)
{
	cleanup_error_list struct error_list diags = ERROR_LIST_INIT;
	struct template *t = NULL;

	o->failed = template_read(text->buf, text->len, name, NULL, &t, &diags) < 0;
	add_diagnostics(o, &diags);
	if (!o->failed)
		render(t, render_trees, s, o);
	template_free(t);
}

/* As `render` prints: of a compiled template without making the objects. */
static void open_and_print(const struct strbuf *text, const char *name, const struct split *s,
			   struct outcome *o)
{
	cleanup_error_list struct error_list diags = ERROR_LIST_INIT;
	struct template *t = NULL;

	o->failed = template_open(text->buf, text->len, name, NULL, false, &t, &diags) < 0;
	add_diagnostics(o, &diags);
	if (!o->failed)
		render(t, template_render_yaml, s, o);
	template_free(t);
}

static int compare_lines(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Lines sorted: two stages find things in another order. */
static void normalise(struct strbuf *sb)
{
	char *lines[2 * 100 + 8], *line, *save = NULL;
	struct strbuf sorted = STRBUF_INIT;
	size_t n = 0;

	for (line = strtok_r(sb->buf, "\n", &save); line && n < ARRAY_SIZE(lines);
	     line = strtok_r(NULL, "\n", &save))
		lines[n++] = line;
	qsort(lines, n, sizeof(*lines), compare_lines);
	for (size_t i = 0; i < n; i++)
		strbuf_addf(&sorted, "%s\n", lines[i]);
	strbuf_release(sb);
	*sb = sorted;
}

struct tally {
	unsigned long cases, rendered, openshift, to_openshift, failures;
};

struct law_case {
	const struct generated *g;
	unsigned long number;
	struct split a, b, all;
	struct outcome want;
	struct tally *tally;
	bool verbose;
};

static void check(struct law_case *c, const char *what, struct outcome *got, const char *residual)
{
	normalise(&got->diagnostics);
	if (got->failed == c->want.failed &&
	    !strcmp(got->diagnostics.buf, c->want.diagnostics.buf) &&
	    (got->failed || (got->out.len == c->want.out.len &&
			     !memcmp(got->out.buf, c->want.out.buf, got->out.len))))
		return;
	c->tally->failures++;
	printf("case %lu: %s differs\n", c->number, what);
	if (c->tally->failures > 3 && !c->verbose)
		return;
	printf("template:\n%sgiven first:", c->g->text.buf);
	for (size_t i = 0; i < c->a.len; i++)
		printf(" %s=%s", c->a.given[i].name, c->a.given[i].value);
	printf("\ngiven then:");
	for (size_t i = 0; i < c->b.len; i++)
		printf(" %s=%s", c->b.given[i].name, c->b.given[i].value);
	printf("\nresidual:\n%s\nwant:\n%s%s\ngot:\n%s%s\n", residual, c->want.diagnostics.buf,
	       c->want.failed ? "(failed)" : c->want.out.buf, got->diagnostics.buf,
	       got->failed ? "(failed)" : got->out.buf);
}

/* Objects in a form that both ways of rendering share: keys sorted, numbers as Go prints them. */
static void add_object(struct strbuf *out, const struct node *n)
{
	tree_write_json(out, n, WRITE_SORT_KEYS | WRITE_GO_NUMBERS);
}

static void whole_objects(struct law_case *c, struct strbuf *out)
{
	cleanup_error_list struct error_list diags = ERROR_LIST_INIT;
	struct bind_options bind = { .given = c->all.given, .given_count = c->all.len };
	struct template *t = NULL;
	struct bindings b = { 0 };
	struct documents docs = { 0 };

	if (template_read(c->g->text.buf, c->g->text.len, "law.yaml", NULL, &t, &diags) == 0 &&
	    template_bind(t, &bind, &b, &diags) == 0 && template_render(t, &b, &docs, &diags) == 0)
		for (size_t i = 0; i < docs.len; i++)
			add_object(out, docs.items[i]);
	bindings_release(&b);
	template_free(t);
}

/* expand --to=openshift, then what `oc process` does with it, against render: the same objects. */
static void check_openshift(struct law_case *c, struct template *residual)
{
	cleanup_error_list struct error_list diags = ERROR_LIST_INIT;
	cleanup_error struct error err = ERROR_INIT;
	cleanup_strbuf struct strbuf want = STRBUF_INIT, got = STRBUF_INIT;
	struct openshift_template ot;
	struct node *root, *items;

	if (c->want.failed || template_to_openshift(residual, &root, &diags) < 0)
		return;
	c->tally->to_openshift++;
	if (openshift_read(residual->arena, root, &ot, &err) == 0) {
		for (size_t i = 0; i < c->b.len; i++)
			(void)openshift_set(&ot, c->b.given[i].name, c->b.given[i].value,
					    c->b.given[i].value_len);
		if (openshift_generate(&ot, NULL, &diags) == 0 &&
		    openshift_process(&ot, 0, &items, &diags) == 0)
			for (uint32_t i = 0; items->kind == NODE_SEQ && i < items->len; i++)
				add_object(&got, items->items[i]);
	}
	whole_objects(c, &want);
	if (!strcmp(want.buf, got.buf))
		return;
	c->tally->failures++;
	printf("case %lu: --to=openshift differs\n%swant:\n%s\ngot:\n%s\n%s\n", c->number,
	       c->g->text.buf, want.buf, got.buf, err.message ? err.message : "");
}

static void check_stages(struct law_case *c, struct template *residual,
			 const struct error_list *expand_diags)
{
	cleanup_strbuf struct strbuf text = STRBUF_INIT, program = STRBUF_INIT, again = STRBUF_INIT;
	cleanup_error_list struct error_list diags = ERROR_LIST_INIT;
	struct outcome got[4] = { { STRBUF_INIT, STRBUF_INIT, false },
				  { STRBUF_INIT, STRBUF_INIT, false },
				  { STRBUF_INIT, STRBUF_INIT, false },
				  { STRBUF_INIT, STRBUF_INIT, false } };
	struct template *back = NULL;

	template_print(residual, &text);
	template_compile(residual, &program);
	for (size_t i = 0; i < ARRAY_SIZE(got); i++)
		add_diagnostics(&got[i], expand_diags);
	open_and_print(&text, "residual.yaml", &c->b, &got[0]);
	check(c, "the residual as text", &got[0], text.buf);
	read_and_render(&program, "residual.kmt", &c->b, &got[1]);
	check(c, "the compiled residual", &got[1], text.buf);
	open_and_print(&program, "residual.kmt", &c->b, &got[3]);
	check(c, "the compiled residual, printed", &got[3], text.buf);
	/* From text to program: what `template compile` does with a residual file. */
	if (template_read(text.buf, text.len, "residual.yaml", NULL, &back, &diags) == 0) {
		template_compile(back, &again);
		open_and_print(&again, "residual.kmt", &c->b, &got[2]);
		check(c, "the residual, read and compiled", &got[2], text.buf);
	}
	template_free(back);
	check_openshift(c, residual);
	for (size_t i = 0; i < ARRAY_SIZE(got); i++)
		outcome_release(&got[i]);
}

/* Each value to A, to B, or, when there is a default, to nobody. */
static void split_values(struct random *r, struct law_case *c)
{
	for (unsigned i = 0; i < c->g->param_count; i++) {
		struct assignment a = { .name = c->g->names[i],
					.value = c->g->values[i].buf,
					.value_len = c->g->values[i].len };
		unsigned where = random_below(r, 5);

		if (where == 0 && c->g->has_default[i])
			continue;
		c->all.given[c->all.len++] = a;
		if (where < 3)
			c->a.given[c->a.len++] = a;
		else
			c->b.given[c->b.len++] = a;
		/* What was decided may be said again, if it is the same. */
		if (where == 1)
			c->b.given[c->b.len++] = a;
	}
}

static void run_case(struct random *r, struct law_case *c)
{
	cleanup_error_list struct error_list diags = ERROR_LIST_INIT,
					     expand_diags = ERROR_LIST_INIT;
	struct bind_options bind = { 0 };
	struct template *t = NULL, *whole = NULL, *residual;

	split_values(r, c);
	bind.given = c->a.given;
	bind.given_count = c->a.len;
	if (template_read(c->g->text.buf, c->g->text.len, "law.yaml", NULL, &whole, &diags) < 0) {
		c->want.failed = true;
		add_diagnostics(&c->want, &diags);
		template_free(whole);
		/* Static mistakes end every stage alike; here the generator must not make them. */
		if (!c->g->openshift || strstr(c->want.diagnostics.buf, "T001")) {
			c->tally->failures++;
			printf("case %lu: cannot be read\n%s%s", c->number, c->g->text.buf,
			       c->want.diagnostics.buf);
		}
		return;
	}
	add_diagnostics(&c->want, &diags);
	render(whole, render_trees, &c->all, &c->want);
	normalise(&c->want.diagnostics);
	template_free(whole);
	c->tally->rendered += !c->want.failed;
	if (template_read(c->g->text.buf, c->g->text.len, "law.yaml", NULL, &t, &expand_diags) ==
		    0 &&
	    template_expand(t, &bind, &residual, &expand_diags) == 0)
		check_stages(c, residual, &expand_diags);
	else if (!c->want.failed)
		check(c, "expand", &(struct outcome){ STRBUF_INIT, STRBUF_INIT, true }, "");
	template_free(t);
}

int main(int argc, char **argv)
{
	bool verbose = argc > 1 && !strcmp(argv[1], "-v");
	unsigned long count, seed, first = 0;
	struct tally tally = { 0 };

	argv += verbose;
	argc -= verbose;
	count = argc > 1 ? strtoul(argv[1], NULL, 10) : 20000;
	seed = argc > 2 ? strtoul(argv[2], NULL, 10) : 1;
	if (argc > 3) { /* one case */
		first = strtoul(argv[3], NULL, 10);
		count = first + 1;
	}
	for (unsigned long i = first; i < count; i++) {
		struct random r = { .state = seed * 1000003 + i };
		struct generated g;
		struct law_case c = { .g = &g,
				      .number = i,
				      .tally = &tally,
				      .verbose = verbose,
				      .want = { STRBUF_INIT, STRBUF_INIT, false } };

		generate(&r, &g);
		tally.cases++;
		tally.openshift += g.openshift;
		run_case(&r, &c);
		outcome_release(&c.want);
		generated_release(&g);
	}
	printf("law: %lu cases (seed %lu), %lu rendered, %lu of OpenShift's language, "
	       "%lu written as OpenShift's, %lu differ\n",
	       tally.cases, seed, tally.rendered, tally.openshift, tally.to_openshift,
	       tally.failures);
	return tally.failures ? 1 : 0;
}
