/* SPDX-License-Identifier: Apache-2.0 */
#include "template/layout.h"

#include "base/limits.h"
#include "template/finish.h"
#include "template/layout_object.h"
#include "template/program_stream.h"
#include "tree/yaml_writer.h"

struct layouter {
	struct arena *arena;
	struct strbuf *out; /* operations */
	struct strbuf run;  /* text that waits to become one */
	bool open;	    /* there is such text */
	size_t indent;	    /* where it begins */
	struct yaml_writer writer; /* into run */
	size_t steps, weight;
};

static void add_value(struct layouter *l, const struct tpl *t, bool in_map);
static void add_item(struct layouter *l, const struct tpl *t, bool in_list);

static size_t indent_of(const struct layouter *l)
{
	return l->writer.emit.indent > 0 ? (size_t)l->writer.emit.indent : 0;
}

/*
 * Behind a hole the writer goes to a new line, if need be, and indents; then it is in a state that
 * no value can change: that is where runs begin.
 */
static void open_run(struct layouter *l)
{
	if (l->open)
		return;
	strbuf_reset(&l->run);
	l->indent = indent_of(l);
	l->writer.emit.line_start = (size_t)0 - l->indent; /* the indentation is not in the text */
	l->writer.emit.wide = 0;
	l->writer.emit.whitespace = l->writer.emit.indention = true;
	l->open = true;
}

static void close_run(struct layouter *l)
{
	const struct yaml_emitter *e = &l->writer.emit;

	if (!l->open)
		return;
	program_put(l->out, LAYOUT_RUN);
	program_put(l->out, l->indent);
	program_put_bytes(l->out, l->run.buf, l->run.len);
	program_put(l->out, l->run.len - e->line_start);
	program_put(l->out, e->wide);
	program_put(l->out, (e->whitespace ? LAYOUT_WHITESPACE : 0u) |
				    (e->indention ? LAYOUT_INDENTION : 0u));
	l->open = false;
}

static void put_hole(struct layouter *l, enum layout_op op)
{
	close_run(l);
	program_put(l->out, op);
	program_put(l->out, indent_of(l));
}

/* Whether it is something, whatever the values are. */
static bool is_definite(const struct tpl *t)
{
	switch ((enum tpl_kind)t->kind) {
	case TPL_CONST:
	case TPL_MAP:
	case TPL_SEQ:
	case TPL_TEXT:
	case TPL_EXPR:
	case TPL_FOR:
		return true;
	default:
		return false;
	}
}

/* The map, if its keys are constant and one entry at least is sure to be there. */
static struct tpl *map_of(struct layouter *l, const struct tpl *t)
{
	struct tpl *map = layout_map(l->arena, t);

	for (size_t i = 0; map && i < map->count; i++)
		if (is_definite(map->entries[i].value))
			return map;
	return NULL;
}

static bool is_list(const struct tpl *t)
{
	for (size_t i = 0; i < t->count; i++)
		if (t->items[i]->kind != TPL_FOR && is_definite(t->items[i]))
			return true;
	return false;
}

struct branch {
	struct strbuf *outer;
	struct strbuf text;
};

/* Operations of a branch go into a string of their own. */
static void begin_branch(struct layouter *l, struct branch *b)
{
	*b = (struct branch){ .outer = l->out, .text = STRBUF_INIT };
	l->out = &b->text;
}

static void end_branch(struct layouter *l, struct branch *b)
{
	close_run(l);
	program_put(l->out, LAYOUT_END);
	l->out = b->outer;
	program_put_bytes(l->out, b->text.buf, b->text.len);
	strbuf_release(&b->text);
}

static void begin_if(struct layouter *l, const struct tpl *t)
{
	close_run(l);
	program_put(l->out, LAYOUT_IF);
	program_put_expr(l->out, t->expr);
	l->steps++;
}

static void add_entry(struct layouter *l, struct node *key, const struct tpl *value)
{
	if (value->kind == TPL_IF) {
		begin_if(l, value);
		for (size_t i = 0; i < 2; i++) {
			struct branch b;

			begin_branch(l, &b);
			if (value->items[i])
				add_entry(l, key, value->items[i]);
			end_branch(l, &b);
		}
	} else if (is_definite(value)) {
		open_run(l);
		yaml_write_key(&l->writer, key);
		add_value(l, value, true);
	} else {
		put_hole(l, LAYOUT_ENTRY);
		program_put_node(l->out, key);
		program_put_tpl(l->out, value);
	}
}

static void add_map(struct layouter *l, const struct tpl *map)
{
	const int indent = yaml_enter_map(&l->writer);

	l->steps++;
	l->weight += 1 + (size_t)map->count;
	for (size_t i = 0; i < map->count; i++)
		add_entry(l, map->entries[i].key->node, map->entries[i].value);
	yaml_leave(&l->writer, indent);
}

/* in_list: it stands in the list itself, where a !for gives its items. */
static void add_item(struct layouter *l, const struct tpl *t, bool in_list)
{
	if (t->kind == TPL_IF) {
		begin_if(l, t);
		for (size_t i = 0; i < 2; i++) {
			struct branch b;

			begin_branch(l, &b);
			if (t->items[i])
				add_item(l, t->items[i], false);
			end_branch(l, &b);
		}
	} else if (is_definite(t) && !(in_list && t->kind == TPL_FOR)) {
		open_run(l);
		yaml_write_dash(&l->writer);
		add_value(l, t, false);
	} else {
		put_hole(l, LAYOUT_ITEM);
		program_put_tpl(l->out, t);
	}
}

static void add_list(struct layouter *l, const struct tpl *t, bool in_map)
{
	const int indent = yaml_enter_seq(&l->writer, in_map);

	l->steps++;
	l->weight++;
	for (size_t i = 0; i < t->count; i++)
		add_item(l, t->items[i], true);
	yaml_leave(&l->writer, indent);
}

/* A value that is definite, behind the key or dash that the open run ends with. */
static void add_value(struct layouter *l, const struct tpl *t, bool in_map)
{
	struct tpl *map = t->kind == TPL_MAP ? map_of(l, t) : NULL;

	if (t->kind == TPL_CONST) {
		l->steps++;
		l->weight += eval_weight(t->node, LIMIT_OUTPUT_NODES);
		if (l->weight <= LIMIT_OUTPUT_NODES) /* else there will be no layout */
			yaml_write_node(&l->writer, t->node, in_map);
	} else if (map) {
		add_map(l, map);
	} else if (t->kind == TPL_SEQ && is_list(t)) {
		add_list(l, t, in_map);
	} else {
		put_hole(l, LAYOUT_VALUE);
		program_put(l->out, in_map);
		program_put_tpl(l->out, t);
	}
}

static void put_identity(struct strbuf *out, const struct layout_identity *id)
{
	cleanup_strbuf struct strbuf kind = STRBUF_INIT;

	program_put(out, id->name != NULL);
	if (!id->name)
		return;
	identity_add_kind(&kind, id->kind, id->api_version);
	program_put_bytes(out, kind.buf, kind.len);
	program_put_tpl(out, id->namespace);
	program_put_tpl(out, id->name);
}

static void add_object(struct layouter *l, const struct template *t, struct tpl *object)
{
	struct tpl *map = layout_object(l->arena, t, object);
	cleanup_strbuf struct strbuf ops = STRBUF_INIT;
	struct layout_identity identity;
	struct strbuf *outer = l->out;
	size_t weight = l->weight;

	if (map && !layout_identity(l->arena, map, &identity))
		map = NULL;
	if (map)
		map = map_of(l, map);
	program_put(outer, map != NULL);
	if (!map) {
		program_put_tpl(outer, object);
		return;
	}
	l->out = &ops;
	l->steps = l->weight = 0;
	yaml_writer_begin(&l->writer, &l->run, LAYOUT_WRITE_FLAGS);
	add_map(l, map);
	close_run(l);
	program_put(&ops, LAYOUT_END);
	yaml_writer_release(&l->writer);
	l->out = outer;
	program_put(outer, l->steps + 1); /* the item of the list of objects is one, too */
	program_put(outer, l->weight + 1);
	put_identity(outer, &identity);
	strbuf_add(outer, ops.buf, ops.len);
	l->weight += weight;
}

/* Constant objects may be shared: what they come to is looked at before it is written out. */
static bool is_too_large(const struct template *t)
{
	return t->objects->kind == TPL_CONST &&
	       eval_weight(t->objects->node, LIMIT_OUTPUT_NODES) >= LIMIT_OUTPUT_NODES;
}

void layout_write(const struct template *t, struct strbuf *out)
{
	cleanup_arena struct arena *a = arena_new();
	struct layouter l = { .arena = a, .out = out, .run = STRBUF_INIT };
	const struct tpl *objects = t->objects;
	size_t start = out->len, count;

	if (is_too_large(t))
		return;
	count = objects->kind == TPL_CONST ? objects->node->len : objects->count;
	for (size_t i = 0; i < count && l.weight <= LIMIT_OUTPUT_NODES; i++)
		add_object(&l, t,
			   objects->kind == TPL_CONST ? tpl_const(a, objects->node->items[i])
						      : objects->items[i]);
	if (l.weight > LIMIT_OUTPUT_NODES)
		strbuf_setlen(out, start);
	strbuf_release(&l.run);
}
