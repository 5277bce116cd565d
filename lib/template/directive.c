/* SPDX-License-Identifier: Apache-2.0 */
#include "template/directive.h"

#include <string.h>

#include "base/limits.h"
#include "base/memory.h"
#include "base/suggest.h"
#include "template/diagnostics.h"
#include "template/directive_parts.h"
#include "template/openshift/references.h"

static struct tpl *load(struct loader *l, struct node *n);

struct tpl *directive_malformed(struct loader *l, const struct node *n, const char *tag,
				const char *why)
{
	diagnose(l->diags, "T007", &n->pos, "see docs/templates.md, 'Directives'", "%s: %s", tag,
		 why);
	return NULL;
}

bool directive_check_form(struct loader *l, const struct node *n, const char *const *allowed,
			  const char *const *need)
{
	if (n->kind != NODE_MAP) {
		directive_malformed(l, n, n->tag, "expected a map of its fields");
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

	if (!directive_check_form(l, n, allowed, need))
		return NULL;
	t = tpl_new_items(l->arena, TPL_IF, &n->pos, 2);
	t->expr = directive_expr_field(l, n, "when", &t->expr_pos);
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

	if (!directive_check_form(l, n, allowed, l->t->residual ? need : allowed))
		return NULL;
	t = tpl_new_items(l->arena, TPL_FOR, &n->pos, 1);
	t->name = bound_name(l, node_get(n, "each"));
	t->expr = directive_expr_field(l, n, "in", &t->expr_pos);
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

	if (!directive_check_form(l, n, allowed, l->t->residual ? need : allowed))
		return NULL;
	set = node_get(n, "set");
	if (set->kind != NODE_MAP || set->tag)
		return directive_malformed(l, set, "!let", "field 'set' must be a map of names");
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
		directive_malformed(l, n, "message", "expected a string, !text or !expr");
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

	if (!directive_check_form(l, n, allowed, need))
		return NULL;
	t = tpl_new_items(l->arena, TPL_ASSERT, &n->pos, 2);
	t->expr = directive_expr_field(l, n, "that", &t->expr_pos);
	t->items[0] = message_load(l, node_get(n, "message"));
	t->items[1] = optional(l, n, "then");
	return t->expr ? t : NULL;
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
		if (!directive_check_form(l, n, allowed, allowed))
			return NULL;
		name = node_get(n, "name");
		value = node_get(n, "value");
	}
	if (name->kind != NODE_STRING || (value && value->kind != NODE_STRING))
		return directive_malformed(l, n, "!json", "expected a name");
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
	{ "!expr", directive_load_expr },	    { "!text", directive_load_text }, { "!if", load_if },
	{ "!for", load_for },	    { "!let", load_let },   { "!include", directive_load_include },
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
	pos = directive_is_scalar(n) ? scalar_tag_pos(l->source, n) : n->pos;
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
