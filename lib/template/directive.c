/* SPDX-License-Identifier: Apache-2.0 */
#include "template/directive.h"

#include <string.h>

#include "base/limits.h"
#include "base/memory.h"
#include "base/suggest.h"
#include "base/utf8.h"
#include "template/diagnostics.h"
#include "template/openshift/references.h"

static struct tpl *load(struct loader *l, struct node *n);

static struct tpl *malformed(struct loader *l, const struct node *n, const char *tag,
			     const char *why)
{
	diagnose(l->diags, "T007", &n->pos, "see docs/templates.md, 'Directives'", "%s: %s", tag,
		 why);
	return NULL;
}

/* What follows a parse. A residual's constants become what they were when it was printed. */
static struct expr *finish_expr(struct loader *l, struct expr *e)
{
	struct strmap nothing = STRMAP_INIT;
	size_t steps = LIMIT_EVAL_STEPS;

	if (l->t->residual)
		e = expr_fold(e, &(struct env){ .arena = l->arena,
						.parameters = &nothing,
						.steps = &steps });
	loader_check_names(l, e);
	return e;
}

/* An expression in a string node; NULL after a report. */
static struct expr *parse_expr(struct loader *l, const struct node *n)
{
	cleanup_error struct error err = ERROR_INIT;
	cleanup_scalar_places struct scalar_places places = { 0 };
	struct expr *e = NULL;
	struct pos pos;

	if (n->len > LIMIT_EXPRESSION_BYTES) {
		diagnose(l->diags, "T006", &n->pos, NULL, "expression is longer than %zu bytes",
			 LIMIT_EXPRESSION_BYTES);
		return NULL;
	}
	scalar_places_init(&places, l->source, n);
	pos = scalar_place(&places, 0);
	if (expr_parse_scalar(l->arena, &places, 0, &e, NULL, &err) < 0) {
		error_locate(&err, &pos);
		diagnose_error(l->diags, "T201", &err);
		return NULL;
	}
	return finish_expr(l, e);
}

static bool is_scalar(const struct node *n)
{
	return n->kind != NODE_SEQ && n->kind != NODE_MAP;
}

static struct tpl *load_expr(struct loader *l, struct node *n)
{
	struct tpl *t;
	struct expr *e;

	if (!is_scalar(n))
		return malformed(l, n, "!expr", "expected an expression, got a list or map");
	e = parse_expr(l, n);
	if (!e)
		return NULL;
	t = tpl_new(l->arena, TPL_EXPR, &n->pos);
	t->expr = e;
	t->expr_pos = scalar_text_pos(l->source, n);
	return t;
}

struct pieces {
	struct tpl_piece *v;
	size_t len, alloc;
};

static void add_literal(struct loader *l, struct pieces *p, struct strbuf *text)
{
	if (!text->len)
		return;
	ALLOC_GROW(p->v, p->len + 1, p->alloc);
	p->v[p->len++] = (struct tpl_piece){
		.text = arena_memdupz(l->arena, text->buf, text->len),
		.len = text->len,
	};
	strbuf_reset(text);
}

/* In a residual a constant is text that could not be written as it stands, such as a '$' before
 * "${". */
static bool constant_text(const struct expr *e, struct strbuf *literal)
{
	cleanup_error struct error err = ERROR_INIT;
	size_t before = literal->len;
	struct value v;

	if (!expr_is_const(e, &v) || v.secret)
		return false;
	if (value_to_text(&v, literal, &err) == 0)
		return true;
	strbuf_setlen(literal, before);
	return false;
}

/* The expression after "${" at *at in the text; moves *at behind its '}'. */
static bool add_reference(struct loader *l, struct pieces *p, struct scalar_places *places,
			  size_t *at, struct strbuf *literal)
{
	cleanup_error struct error err = ERROR_INIT;
	const struct pos pos = scalar_place(places, *at);
	struct expr *e;
	size_t used;

	if (expr_parse_scalar(l->arena, places, *at, &e, &used, &err) < 0) {
		error_locate(&err, &pos);
		diagnose_error(l->diags, "T201", &err);
		return false;
	}
	e = finish_expr(l, e);
	*at += used + 1;
	if (l->t->residual && constant_text(e, literal))
		return true;
	add_literal(l, p, literal);
	ALLOC_GROW(p->v, p->len + 1, p->alloc);
	p->v[p->len++] = (struct tpl_piece){ .expr = e, .pos = pos };
	return true;
}

static bool split_text(struct loader *l, const struct node *n, struct pieces *p)
{
	cleanup_strbuf struct strbuf literal = STRBUF_INIT;
	const char *dollar, *end = n->text + n->len;
	cleanup_scalar_places struct scalar_places places = { 0 };
	size_t at = 0, run;

	scalar_places_init(&places, l->source, n);
	while (at < n->len) {
		dollar = memchr(n->text + at, '$', n->len - at);
		run = (size_t)((dollar ? dollar : end) - (n->text + at));
		strbuf_add(&literal, n->text + at, run);
		at += run;
		if (!dollar)
			break;
		if (end - dollar >= 3 && dollar[1] == '$' && dollar[2] == '{') {
			strbuf_add(&literal, "${", 2);
			at += 3;
		} else if (end - dollar >= 2 && dollar[1] == '{') {
			at += 2;
			if (!add_reference(l, p, &places, &at, &literal))
				return false;
		} else {
			strbuf_addch(&literal, '$');
			at++;
		}
	}
	add_literal(l, p, &literal);
	return true;
}

static struct tpl *load_text(struct loader *l, struct node *n)
{
	struct pieces p = { 0 };
	struct tpl *t = NULL;

	if (!is_scalar(n))
		return malformed(l, n, "!text", "expected a string, got a list or map");
	if (split_text(l, n, &p)) {
		t = tpl_new(l->arena, TPL_TEXT, &n->pos);
		t->count = (uint32_t)p.len;
		t->pieces = arena_alloc(l->arena, p.len * sizeof(*p.v));
		if (p.len)
			memcpy(t->pieces, p.v, p.len * sizeof(*p.v));
	}
	free(p.v);
	return t ? tpl_collapse(l->arena, t) : NULL;
}

/* Checks that n is a map with only the allowed keys (NULL-ended) and those in need. */
static bool check_form(struct loader *l, const struct node *n, const char *const *allowed,
		       const char *const *need)
{
	if (n->kind != NODE_MAP) {
		malformed(l, n, n->tag, "expected a map of its fields");
		return false;
	}
	for (uint32_t i = 0; i < n->len; i++) {
		const struct node *key = n->entries[i].key;
		struct suggestion s = { 0 };
		bool known = false;

		for (const char *const *a = allowed; *a; a++) {
			known |= node_is_string(key, *a);
			suggest_offer(&s, key->text, *a);
		}
		if (known && !key->tag)
			continue;
		diagnose(l->diags, "T007", &key->pos,
			 s.best ? arena_printf(l->arena, "did you mean '%s'?", s.best)
				: "see docs/templates.md, 'Directives'",
			 "%s: unknown field '%s'", n->tag, key->text);
		return false;
	}
	for (; *need; need++)
		if (!node_get(n, *need)) {
			diagnose(l->diags, "T007", &n->pos, "see docs/templates.md, 'Directives'",
				 "%s: field '%s' is missing", n->tag, *need);
			return false;
		}
	return true;
}

/* The expression in field key of a directive: a plain scalar, or !expr. */
static struct expr *expr_field(struct loader *l, const struct node *n, const char *key,
			       struct pos *ret_pos)
{
	const struct node *v = node_get(n, key);

	*ret_pos = scalar_text_pos(l->source, v);
	if (!is_scalar(v) || (v->tag && strcmp(v->tag, "!expr") != 0)) {
		diagnose(l->diags, "T007", &v->pos, "write the expression as plain text; in quotes when it begins with '!' or '['",
			 "%s: field '%s' must be an expression", n->tag, key);
		return NULL;
	}
	if (v->kind == NODE_STRING || v->tag)
		return parse_expr(l, v);
	if (v->kind == NODE_BOOL || v->kind == NODE_NUMBER) {
		struct node text = *v;

		text.kind = NODE_STRING;
		if (v->kind == NODE_BOOL) {
			text.text = v->boolean ? "true" : "false";
			text.len = (uint32_t)strlen(text.text);
		}
		text.plain = true;
		return parse_expr(l, &text);
	}
	diagnose(l->diags, "T007", &v->pos, NULL, "%s: field '%s' is empty", n->tag, key);
	return NULL;
}

static struct tpl *optional(struct loader *l, const struct node *n, const char *key)
{
	struct node *v = node_get(n, key);

	return v ? directive_load(l, v) : NULL;
}

static struct tpl *load_if(struct loader *l, struct node *n)
{
	static const char *const allowed[] = { "when", "then", "else", NULL };
	static const char *const need[] = { "when", NULL };
	struct tpl *t;

	if (!check_form(l, n, allowed, need))
		return NULL;
	t = tpl_new_items(l->arena, TPL_IF, &n->pos, 2);
	t->expr = expr_field(l, n, "when", &t->expr_pos);
	t->items[0] = optional(l, n, "then");
	t->items[1] = optional(l, n, "else");
	return t->expr ? t : NULL;
}

static bool is_name(const struct node *n)
{
	if (n->kind != NODE_STRING || n->tag || !n->len)
		return false;
	if (n->text[0] >= '0' && n->text[0] <= '9')
		return false;
	return strspn(n->text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") ==
	       n->len;
}

/* Whether n may be bound as a name; "y" and "n" are booleans in YAML, and a trap. */
static const char *bound_name(struct loader *l, const struct node *n)
{
	if (is_name(n))
		return n->text;
	diagnose(l->diags, "T007", &n->pos,
		 n->kind == NODE_BOOL ? "YAML reads y, n, yes, no, on and off as booleans: quote it"
				      : "use letters, digits and '_'",
		 "expected a name to bind, got %s%s%s%s", node_kind_name(n),
		 n->kind == NODE_STRING ? " '" : "", n->kind == NODE_STRING ? n->text : "",
		 n->kind == NODE_STRING ? "'" : "");
	return NULL;
}

static struct tpl *load_for(struct loader *l, struct node *n)
{
	static const char *const allowed[] = { "each", "in", "do", NULL };
	static const char *const need[] = { "each", "in", NULL };
	struct local_name local = { .outer = l->locals };
	struct tpl *t;

	if (!check_form(l, n, allowed, l->t->residual ? need : allowed))
		return NULL;
	t = tpl_new_items(l->arena, TPL_FOR, &n->pos, 1);
	t->name = bound_name(l, node_get(n, "each"));
	t->expr = expr_field(l, n, "in", &t->expr_pos);
	if (!t->name)
		return NULL;
	local.name = t->name;
	l->locals = &local;
	t->items[0] = optional(l, n, "do");
	l->locals = local.outer;
	return t->expr ? t : NULL;
}

static struct tpl *load_let(struct loader *l, struct node *n)
{
	static const char *const allowed[] = { "set", "do", NULL };
	const struct local_name *outer = l->locals;
	static const char *const need[] = { "set", NULL };
	struct local_name *local;
	struct node *set;
	struct tpl *t;

	if (!check_form(l, n, allowed, l->t->residual ? need : allowed))
		return NULL;
	set = node_get(n, "set");
	if (set->kind != NODE_MAP || set->tag)
		return malformed(l, set, "!let", "field 'set' must be a map of names");
	t = tpl_new_items(l->arena, TPL_LET, &n->pos, 1);
	t->count = set->len;
	t->bindings = arena_zalloc(l->arena, set->len * sizeof(*t->bindings));
	for (uint32_t i = 0; i < set->len; i++) {
		struct tpl_binding *b = &t->bindings[i];

		b->name = bound_name(l, set->entries[i].key);
		b->pos = set->entries[i].key->pos;
		b->value = directive_load(l, set->entries[i].value);
		if (!b->name) {
			l->locals = outer;
			return NULL;
		}
		local = arena_alloc(l->arena, sizeof(*local));
		*local = (struct local_name){ .name = b->name, .outer = l->locals };
		l->locals = local;
	}
	t->items[0] = optional(l, n, "do");
	l->locals = outer;
	return t;
}

struct tpl *message_load(struct loader *l, struct node *n)
{
	struct tpl *t = directive_load(l, n), *text;

	if (t->kind == TPL_TEXT || (t->kind == TPL_CONST && t->node->kind == NODE_STRING))
		return t;
	if (t->kind != TPL_EXPR) {
		malformed(l, n, "message", "expected a string, !text or !expr");
		return t;
	}
	text = tpl_new(l->arena, TPL_TEXT, &t->pos);
	text->count = 1;
	text->pieces = arena_zalloc(l->arena, sizeof(*text->pieces));
	text->pieces[0].expr = t->expr;
	text->pieces[0].pos = t->expr_pos;
	return text;
}

static struct tpl *load_assert(struct loader *l, struct node *n)
{
	static const char *const allowed[] = { "that", "message", "then", NULL };
	static const char *const need[] = { "that", "message", NULL };
	struct tpl *t;

	if (!check_form(l, n, allowed, need))
		return NULL;
	t = tpl_new_items(l->arena, TPL_ASSERT, &n->pos, 2);
	t->expr = expr_field(l, n, "that", &t->expr_pos);
	t->items[0] = message_load(l, node_get(n, "message"));
	t->items[1] = optional(l, n, "then");
	return t->expr ? t : NULL;
}

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

static struct tpl *load_include(struct loader *l, struct node *n)
{
	static const char *const allowed[] = { "file", "as", NULL };
	static const char *const need[] = { "file", NULL };
	const struct node *file = n, *as = NULL;

	if (!is_scalar(n)) {
		if (!check_form(l, n, allowed, need))
			return NULL;
		file = node_get(n, "file");
		as = node_get(n, "as");
	}
	if (file->kind != NODE_STRING || !file->len || (file != n && file->tag))
		return malformed(l, file, "!include", "expected the name of a file");
	if (as && !node_is_string(as, "text") && !node_is_string(as, "yaml"))
		return malformed(l, as, "!include", "field 'as' must be 'text' or 'yaml'");
	return include_file(l, n, file, as && node_is_string(as, "yaml"));
}

/*
 * Only in residuals of OpenShift Templates: ${{NAME}}. A decided value that is worth a warning when
 * it is rendered stands beside the name.
 */
static struct tpl *load_json(struct loader *l, struct node *n)
{
	static const char *const allowed[] = { "name", "value", NULL };
	const struct node *name = n, *value = NULL;
	struct tpl *t;

	if (n->kind == NODE_MAP) {
		if (!check_form(l, n, allowed, allowed))
			return NULL;
		name = node_get(n, "name");
		value = node_get(n, "value");
	}
	if (name->kind != NODE_STRING || (value && value->kind != NODE_STRING))
		return malformed(l, n, "!json", "expected a name");
	t = tpl_new(l->arena, TPL_JSON, &n->pos);
	t->name = name->text;
	t->expr = arena_zalloc(l->arena, sizeof(*t->expr));
	t->expr->pos = t->expr_pos = n->pos;
	t->expr->kind = value ? EXPR_CONST : EXPR_NAME;
	if (value)
		t->expr->value = value_string(value->text, value->len);
	else
		t->expr->name = name->text;
	loader_check_names(l, t->expr);
	return t;
}

static const struct directive {
	const char *tag;
	struct tpl *(*load)(struct loader *l, struct node *n);
} directives[] = {
	{ "!expr", load_expr },	    { "!text", load_text }, { "!if", load_if },
	{ "!for", load_for },	    { "!let", load_let },   { "!include", load_include },
	{ "!assert", load_assert },
};

static struct tpl *load_tagged(struct loader *l, struct node *n)
{
	struct suggestion s = { 0 };
	struct pos pos;

	for (size_t i = 0; i < ARRAY_SIZE(directives); i++) {
		if (!strcmp(directives[i].tag, n->tag))
			return directives[i].load(l, n);
		suggest_offer(&s, n->tag, directives[i].tag);
	}
	if (l->t->residual && !strcmp(n->tag, "!json"))
		return load_json(l, n);
	pos = is_scalar(n) ? scalar_tag_pos(l->source, n) : n->pos;
	diagnose(l->diags, "T005", &pos,
		 s.best ? arena_printf(l->arena, "did you mean '%s'?", s.best)
			: "directives are !expr !text !if !for !let !include !assert",
		 "unknown directive '%s'", n->tag);
	return NULL;
}

static struct tpl *load_seq(struct loader *l, struct node *n)
{
	struct tpl *t = NULL, *item;

	for (uint32_t i = 0; i < n->len; i++) {
		item = load(l, n->items[i]);
		if (!item)
			continue;
		if (!t) {
			t = tpl_new_items(l->arena, TPL_SEQ, &n->pos, n->len);
			for (uint32_t j = 0; j < n->len; j++)
				t->items[j] = NULL;
		}
		t->items[i] = item;
	}
	if (!t)
		return NULL;
	for (uint32_t i = 0; i < n->len; i++)
		if (!t->items[i])
			t->items[i] = tpl_const(l->arena, n->items[i]);
	return tpl_collapse(l->arena, t);
}

static struct tpl *load_key(struct loader *l, struct node *key)
{
	struct tpl *t;
	struct value v;

	if (!key->tag)
		return NULL;
	if (!strcmp(key->tag, "!expr") || !strcmp(key->tag, "!text")) {
		t = load_tagged(l, key);
		/* A residual writes a decided key as an expression when it stands twice. */
		if (l->t->residual && t && t->kind == TPL_EXPR && expr_is_const(t->expr, &v) &&
		    v.kind == VALUE_STRING && !v.secret)
			return tpl_const(l->arena, node_string(l->arena, v.text, v.len, &key->pos));
		return t;
	}
	diagnose(l->diags, "T007", &key->pos, "use !expr or !text", "a key cannot be made by '%s'",
		 key->tag);
	return NULL;
}

static struct tpl *load_map(struct loader *l, struct node *n)
{
	struct tpl *t = NULL;

	for (uint32_t i = 0; i < n->len; i++) {
		struct tpl *key = load_key(l, n->entries[i].key);
		struct tpl *value = load(l, n->entries[i].value);

		if (!key && !value)
			continue;
		if (!t) {
			t = tpl_new(l->arena, TPL_MAP, &n->pos);
			t->count = n->len;
			t->entries = arena_zalloc(l->arena, n->len * sizeof(*t->entries));
		}
		t->entries[i].key = key;
		t->entries[i].value = value;
	}
	if (!t)
		return NULL;
	for (uint32_t i = 0; i < n->len; i++) {
		if (!t->entries[i].key)
			t->entries[i].key = tpl_const(l->arena, n->entries[i].key);
		if (!t->entries[i].value)
			t->entries[i].value = tpl_const(l->arena, n->entries[i].value);
	}
	return tpl_collapse(l->arena, t);
}

/* "${NAME}" in a string without !text: the habit of another template language, most likely. */
static void report_forgotten_tag(struct loader *l, const struct node *n)
{
	struct reference ref;

	if (l->t->residual || !reference_possible(n->text, n->len))
		return;
	if (reference_whole(n->text, n->len, &ref) &&
	    strmap_get(&l->params, ref.name, ref.name_len)) {
		diagnose(l->diags, "T215", &n->pos,
			 arena_printf(l->arena, "write !expr %.*s", (int)ref.name_len, ref.name),
			 "'${{%.*s}}' is printed as it stands", (int)ref.name_len, ref.name);
		return;
	}
	for (size_t at = 0; reference_next(n->text, n->len, &at, &ref);)
		if (strmap_get(&l->params, ref.name, ref.name_len)) {
			diagnose(l->diags, "T215", &n->pos, "write !text before the string",
				 "'${%.*s}' is printed as it stands", (int)ref.name_len, ref.name);
			return;
		}
}

/* NULL: the node holds no directive and is constant as it stands. */
static struct tpl *load(struct loader *l, struct node *n)
{
	struct tpl *t = NULL;

	if (l->depth >= LIMIT_DEPTH) {
		diagnose(l->diags, "T006", &n->pos, NULL,
			 "template is nested more than %d levels deep", LIMIT_DEPTH);
		return NULL;
	}
	l->depth++;
	if (n->tag)
		t = load_tagged(l, n);
	else if (n->kind == NODE_STRING)
		report_forgotten_tag(l, n);
	else if (n->kind == NODE_SEQ)
		t = load_seq(l, n);
	else if (n->kind == NODE_MAP)
		t = load_map(l, n);
	l->depth--;
	return t;
}

struct tpl *directive_load(struct loader *l, struct node *n)
{
	struct tpl *t = load(l, n);

	return t ? t : tpl_const(l->arena, n);
}
