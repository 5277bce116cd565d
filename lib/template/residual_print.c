/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/memory.h"
#include "base/strmap.h"
#include "template/residual.h"
#include "template/source_map.h"
#include "tree/write.h"

/* A template back to text. */

#define MAP_LINE 96 /* characters of a line of the source map */

static struct node *to_node(struct arena *a, const struct tpl *t);

static void set(struct arena *a, struct node *map, const char *key, struct node *value)
{
	if (value)
		node_set(a, map, key, value);
}

static struct node *empty_map(struct arena *a)
{
	return node_map(a, NULL, 0, NULL);
}

static struct node *tagged(struct node *n, const char *tag)
{
	n->tag = tag;
	return n;
}

static struct node *expr_node(struct arena *a, const struct expr *e, const char *tag)
{
	cleanup_strbuf struct strbuf text = STRBUF_INIT;

	expr_print(e, &text);
	return tagged(node_string(a, text.buf, text.len, NULL), tag);
}

/*
 * Literal text inside !text: "${" needs another '$'; a '$' that an expression follows becomes an
 * expression itself.
 */
static void add_literal(struct strbuf *out, const struct tpl_piece *p, bool expression_follows)
{
	size_t len = p->len;
	bool dollar = expression_follows && len && p->text[len - 1] == '$';

	if (dollar)
		len--;
	for (size_t i = 0; i < len; i++) {
		if (p->text[i] == '$' && i + 1 < len && p->text[i + 1] == '{')
			strbuf_addch(out, '$');
		strbuf_addch(out, p->text[i]);
	}
	if (dollar)
		strbuf_addstr(out, "${'\\$'}");
}

static struct node *text_node(struct arena *a, const struct tpl *t)
{
	cleanup_strbuf struct strbuf text = STRBUF_INIT;

	for (size_t i = 0; i < t->count; i++) {
		const struct tpl_piece *p = &t->pieces[i];

		if (!p->expr) {
			add_literal(&text, p, i + 1 < t->count);
			continue;
		}
		strbuf_addstr(&text, "${");
		expr_print(p->expr, &text);
		strbuf_addch(&text, '}');
	}
	return tagged(node_string(a, text.buf, text.len, NULL), "!text");
}

static struct node *json_node(struct arena *a, const struct tpl *t)
{
	struct node *map;
	struct value v;

	if (!expr_is_const(t->expr, &v) || v.kind != VALUE_STRING)
		return tagged(node_cstring(a, t->name), "!json");
	map = empty_map(a);
	set(a, map, "name", node_cstring(a, t->name));
	set(a, map, "value", node_string(a, v.text, v.len, NULL));
	return tagged(map, "!json");
}

static struct node *child(struct arena *a, const struct tpl *t, size_t i)
{
	return t->items[i] ? to_node(a, t->items[i]) : NULL;
}

static struct node *if_node(struct arena *a, const struct tpl *t)
{
	struct node *map = empty_map(a);

	set(a, map, "when", expr_node(a, t->expr, NULL));
	set(a, map, "then", child(a, t, 0));
	set(a, map, "else", child(a, t, 1));
	return tagged(map, "!if");
}

static struct node *for_node(struct arena *a, const struct tpl *t)
{
	struct node *map = empty_map(a);

	set(a, map, "each", node_cstring(a, t->name));
	set(a, map, "in", expr_node(a, t->expr, NULL));
	set(a, map, "do", child(a, t, 0));
	return tagged(map, "!for");
}

static struct node *assert_node(struct arena *a, const struct tpl *t)
{
	struct node *map = empty_map(a);

	set(a, map, "that", expr_node(a, t->expr, NULL));
	set(a, map, "message", child(a, t, 0));
	set(a, map, "then", child(a, t, 1));
	return tagged(map, "!assert");
}

static struct node *let_node(struct arena *a, const struct tpl *t)
{
	struct node *map = empty_map(a), *names;
	struct entry *entries = arena_alloc(a, t->count * sizeof(*entries));

	for (size_t i = 0; i < t->count; i++)
		entries[i] = (struct entry){ .key = node_cstring(a, t->bindings[i].name),
					     .value = to_node(a, t->bindings[i].value) };
	names = node_map(a, entries, t->count, NULL);
	set(a, map, "set", names);
	set(a, map, "do", child(a, t, 0));
	return tagged(map, "!let");
}

/* A constant key that stood before gets brackets: they tell equal ones apart for YAML. */
static struct node *key_node(struct arena *a, const struct tpl *key, struct strmap *seen)
{
	cleanup_strbuf struct strbuf text = STRBUF_INIT;
	struct expr e = { .kind = EXPR_CONST };
	uintptr_t before;

	if (key->kind != TPL_CONST || key->node->kind != NODE_STRING)
		return to_node(a, key);
	before = (uintptr_t)strmap_get(seen, key->node->text, key->node->len);
	strmap_put(seen, key->node->text, key->node->len, (void *)(before + 1));
	if (!before)
		return key->node;
	e.value = value_string(key->node->text, key->node->len);
	strbuf_addchars(&text, '(', before);
	expr_print(&e, &text);
	strbuf_addchars(&text, ')', before);
	return tagged(node_string(a, text.buf, text.len, NULL), "!expr");
}

static struct node *map_node(struct arena *a, const struct tpl *t)
{
	struct entry *entries = arena_alloc(a, t->count * sizeof(*entries));
	cleanup_strmap struct strmap seen = STRMAP_INIT; /* times that a key stood so far */

	for (size_t i = 0; i < t->count; i++)
		entries[i] = (struct entry){ .key = key_node(a, t->entries[i].key, &seen),
					     .value = to_node(a, t->entries[i].value) };
	return node_map(a, entries, t->count, NULL);
}

static struct node *seq_node(struct arena *a, const struct tpl *t)
{
	struct node **items = arena_alloc(a, t->count * sizeof(*items));

	for (size_t i = 0; i < t->count; i++)
		items[i] = to_node(a, t->items[i]);
	return node_seq(a, items, t->count, NULL);
}

static struct node *to_node(struct arena *a, const struct tpl *t)
{
	switch ((enum tpl_kind)t->kind) {
	case TPL_CONST:
		return t->node;
	case TPL_MAP:
		return map_node(a, t);
	case TPL_SEQ:
		return seq_node(a, t);
	case TPL_TEXT:
		return text_node(a, t);
	case TPL_EXPR:
		return expr_node(a, t->expr, "!expr");
	case TPL_JSON:
		return json_node(a, t);
	case TPL_IF:
		return if_node(a, t);
	case TPL_FOR:
		return for_node(a, t);
	case TPL_LET:
		return let_node(a, t);
	case TPL_ASSERT:
		return assert_node(a, t);
	}
	return t->node;
}

static struct node *optional_string(struct arena *a, const char *s)
{
	return s && *s ? node_cstring(a, s) : NULL;
}

static struct node *choices_node(struct arena *a, const struct param *p)
{
	struct node **items = arena_alloc(a, p->choice_count * sizeof(*items));

	for (size_t i = 0; i < p->choice_count; i++)
		items[i] = node_cstring(a, p->choices[i]);
	return p->choice_count ? node_seq(a, items, p->choice_count, NULL) : NULL;
}

static struct node *param_node(struct arena *a, const struct param *p)
{
	struct node *map = empty_map(a);

	set(a, map, "name", node_cstring(a, p->name));
	if (p->type != PARAM_STRING)
		set(a, map, "type", node_cstring(a, param_type_name(p->type)));
	set(a, map, "displayName", optional_string(a, p->display_name));
	set(a, map, "description", optional_string(a, p->description));
	set(a, map, "value", p->value ? node_string(a, p->value, p->value_len, NULL) : NULL);
	set(a, map, "generate", optional_string(a, p->generate));
	set(a, map, "from", optional_string(a, p->from));
	if (p->required)
		set(a, map, "required", node_bool(a, true));
	set(a, map, "minimum", optional_string(a, p->minimum));
	set(a, map, "maximum", optional_string(a, p->maximum));
	set(a, map, "pattern", optional_string(a, p->pattern));
	set(a, map, "enum", choices_node(a, p));
	return map;
}

static struct node *metadata_node(struct arena *a, const struct template *t)
{
	struct node *map = empty_map(a), *annotations = empty_map(a);

	set(a, map, "name", optional_string(a, t->name));
	set(a, annotations, "description", optional_string(a, t->description));
	set(a, annotations, "example", optional_string(a, t->example));
	if (annotations->len)
		set(a, map, "annotations", annotations);
	return map;
}

static struct node *decided_node(struct arena *a, const struct template *t)
{
	struct node **items = arena_alloc(a, t->decided_count * sizeof(*items));

	for (size_t i = 0; i < t->decided_count; i++) {
		const struct decided *d = &t->decided[i];

		items[i] = empty_map(a);
		set(a, items[i], "name", node_cstring(a, d->name));
		set(a, items[i], "type", node_cstring(a, param_type_name(d->decl.type)));
		set(a, items[i], "digest", node_cstring(a, d->digest));
	}
	return node_seq(a, items, t->decided_count, NULL);
}

static struct node *positions_node(struct arena *a, const struct strbuf *text)
{
	size_t lines = (text->len + MAP_LINE - 1) / MAP_LINE;
	struct node **items = arena_alloc(a, lines * sizeof(*items));

	for (size_t i = 0; i < lines; i++) {
		size_t len = text->len - i * MAP_LINE;

		items[i] = node_string(a, text->buf + i * MAP_LINE, len < MAP_LINE ? len : MAP_LINE,
				       NULL);
	}
	return node_seq(a, items, lines, NULL);
}

static struct node *residual_node(struct arena *a, const struct template *t)
{
	cleanup_strbuf struct strbuf text = STRBUF_INIT;
	struct file_table files = { 0 };
	struct node *map = empty_map(a), **names;

	if (t->language == TEMPLATE_OPENSHIFT)
		set(a, map, "language", node_cstring(a, "openshift"));
	set(a, map, "decided", decided_node(a, t));
	source_map_write(t, &text, &files);
	names = arena_alloc(a, files.len * sizeof(*names));
	for (size_t i = 0; i < files.len; i++)
		names[i] = node_cstring(a, files.names[i]);
	set(a, map, "files", node_seq(a, names, files.len, NULL));
	set(a, map, "positions", positions_node(a, &text));
	file_table_release(&files);
	return map;
}

static struct node *params_node(struct arena *a, const struct template *t)
{
	struct node **items = arena_alloc(a, t->param_count * sizeof(*items));

	for (size_t i = 0; i < t->param_count; i++)
		items[i] = param_node(a, &t->params[i]);
	return node_seq(a, items, t->param_count, NULL);
}

void template_print(struct template *t, struct strbuf *out)
{
	cleanup_arena struct arena *a = arena_new();
	struct node *map = empty_map(a);

	template_locate(t);
	set(a, map, "apiVersion", node_cstring(a, "kubectl-mysql/v1"));
	set(a, map, "kind", node_cstring(a, "Template"));
	set(a, map, "metadata", metadata_node(a, t));
	if (t->param_count)
		set(a, map, "parameters", params_node(a, t));
	set(a, map, "labels", t->labels ? to_node(a, t->labels) : NULL);
	set(a, map, "message", t->message ? to_node(a, t->message) : NULL);
	set(a, map, "objects", to_node(a, t->objects));
	set(a, map, "residual", residual_node(a, t));
	tree_write_yaml(out, map, WRITE_TAGS | WRITE_TABS);
}
