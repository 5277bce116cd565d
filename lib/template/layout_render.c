/* SPDX-License-Identifier: Apache-2.0 */
#include "template/layout.h"

#include "base/limits.h"
#include "template/finish.h"
#include "template/program_stream.h"
#include "tree/yaml_writer.h"

/* A level is two columns, and templates and the values in them nest as deep as documents do. */
#define INDENT_MAX (16 * LIMIT_DEPTH)

struct layout {
	struct program_reader reader;
	const struct template *template;
	struct eval *ev;
	const struct node *labels;
	struct yaml_writer writer;
	struct strbuf *out;
	struct strmap seen; /* what tells the objects so far from others; in the template's arena */
	struct strbuf key; /* what tells the object at hand from others */
	size_t documents;
};

static bool run_operations(struct layout *l);

static int get_indent(struct layout *l)
{
	return (int)program_get_below(&l->reader, INDENT_MAX);
}

static void put_run(struct layout *l)
{
	struct program_reader *r = &l->reader;
	struct yaml_emitter *e = &l->writer.emit;
	size_t len, line, wide;
	const char *text;
	unsigned state;

	e->indent = get_indent(l);
	text = program_get_bytes(r, &len);
	line = program_get(r);
	wide = program_get(r);
	state = program_get_below(r, (LAYOUT_WHITESPACE | LAYOUT_INDENTION) + 1);
	if (line > len + (size_t)e->indent || wide > line) {
		program_fail(r);
		return;
	}
	yaml_emit_indent(e);
	strbuf_add(l->out, text, len);
	e->line_start = l->out->len - line;
	e->wide = wide;
	e->whitespace = state & LAYOUT_WHITESPACE;
	e->indention = state & LAYOUT_INDENTION;
}

/* Takes a part off, which must be there, and evaluates it. */
static bool eval_part(struct layout *l, struct node **ret)
{
	struct program_text text;
	const struct tpl *t =
		program_get_text(&l->reader, &text) ? &text.tpl : program_get_part(&l->reader);

	return !l->reader.failed && eval_tpl(l->ev, t, ret);
}

static bool put_value(struct layout *l)
{
	const int indent = get_indent(l);
	const bool in_map = program_get_below(&l->reader, 2);
	struct node *n;

	if (!eval_part(l, &n))
		return false;
	l->writer.emit.indent = indent;
	if (n)
		yaml_write_node(&l->writer, n, in_map);
	else
		program_fail(&l->reader);
	return !l->reader.failed;
}

static bool put_entry(struct layout *l)
{
	const int indent = get_indent(l);
	struct node *key = program_get_node(&l->reader), *n;
	struct tpl *t = program_get_part(&l->reader);

	if (key->kind != NODE_STRING)
		program_fail(&l->reader);
	if (l->reader.failed || !eval_tpl(l->ev, t, &n))
		return false;
	if (!n)
		return true;
	l->writer.emit.indent = indent;
	yaml_write_key(&l->writer, key);
	yaml_write_node(&l->writer, n, true);
	return true;
}

/* Takes a part off and evaluates it as the only item of a list, where it may give any number. */
static bool eval_items(struct layout *l, struct node **ret)
{
	struct tpl *t = program_get_part(&l->reader), *list;

	if (l->reader.failed)
		return false;
	list = tpl_new_items(l->reader.arena, TPL_SEQ, NULL, 1);
	list->items[0] = t;
	return eval_tpl(l->ev, list, ret);
}

static bool put_items(struct layout *l)
{
	const int indent = get_indent(l);
	struct node *n;

	if (!eval_items(l, &n))
		return false;
	for (uint32_t i = 0; i < n->len; i++) {
		l->writer.emit.indent = indent;
		yaml_write_dash(&l->writer);
		yaml_write_node(&l->writer, n->items[i], false);
	}
	return true;
}

/* The operations of one branch; the other is stepped over. */
static bool put_branch(struct layout *l)
{
	struct program_reader *r = &l->reader;
	struct tpl when = { .kind = TPL_IF, .expr = program_get_expr(r) };
	const char *at, *end, *branch[2];
	size_t len[2];
	bool yes;

	branch[0] = program_get_bytes(r, &len[0]);
	branch[1] = program_get_bytes(r, &len[1]);
	if (r->failed || !eval_condition(l->ev, &when, &yes))
		return false;
	at = r->at;
	end = r->end;
	r->at = branch[yes ? 0 : 1];
	r->end = r->at + len[yes ? 0 : 1];
	if (!run_operations(l))
		return false;
	r->at = at;
	r->end = end;
	return true;
}

/*
 * What counts may stand for: a part takes fewer bytes here than in the objects, where it has a
 * place in the source map as well. Each is read at once, into memory that the next object takes.
 */
static void claim(struct layout *l)
{
	l->reader.unclaimed = 8 * (size_t)(l->reader.end - l->reader.at);
}

static bool run_operation(struct layout *l, enum layout_op op)
{
	claim(l);
	switch (op) {
	case LAYOUT_RUN:
		put_run(l);
		return !l->reader.failed;
	case LAYOUT_VALUE:
		return put_value(l);
	case LAYOUT_ENTRY:
		return put_entry(l);
	case LAYOUT_ITEM:
		return put_items(l);
	default:
		return put_branch(l);
	}
}

static bool run_operations(struct layout *l)
{
	bool ok = true;

	if (l->reader.depth++ >= LIMIT_DEPTH)
		program_fail(&l->reader);
	while (ok) {
		enum layout_op op = program_get_below(&l->reader, LAYOUT_IF + 1);

		if (op == LAYOUT_END)
			break;
		ok = run_operation(l, op);
	}
	l->reader.depth--;
	return ok && !l->reader.failed;
}

static void begin_document(struct layout *l)
{
	if (l->documents++)
		strbuf_addstr(l->out, "---\n");
	yaml_writer_begin(&l->writer, l->out, LAYOUT_WRITE_FLAGS);
}

/* False: an object with the identity in l->key was there before. */
static bool remember(struct layout *l)
{
	const char *kept = arena_memdupz(l->template->arena, l->key.buf, l->key.len);

	return !strmap_put(&l->seen, kept, l->key.len, l);
}

static bool put_document(struct layout *l, struct node *object)
{
	if (!object_finish(l->template, l->reader.arena, object, l->labels, l->ev->diags,
			   &object) ||
	    (object_identity(object, &l->key) && !remember(l)))
		return false;
	begin_document(l);
	yaml_write_node(&l->writer, object, false);
	yaml_writer_end(&l->writer);
	return true;
}

/* An item whose shape depends on values: none, one or many objects. */
static bool put_objects(struct layout *l)
{
	struct node *n;

	if (!eval_items(l, &n))
		return false;
	for (uint32_t i = 0; i < n->len; i++)
		if (!put_document(l, n->items[i]))
			return false;
	return true;
}

/* False: another object is the same, or something is wrong with the name. */
static bool read_identity(struct layout *l)
{
	struct node *namespace = NULL, *name = NULL;
	struct tpl *part;
	const char *kind;
	size_t len;

	if (!program_get_below(&l->reader, 2))
		return true;
	kind = program_get_bytes(&l->reader, &len);
	part = program_get_tpl(&l->reader);
	if (l->reader.failed || (part && !eval_tpl(l->ev, part, &namespace)))
		return false;
	if (!eval_part(l, &name) || !name || name->kind != NODE_STRING || !name->len ||
	    name_flaw(kind, len, name->text, name->len))
		return false;
	strbuf_reset(&l->key);
	strbuf_add(&l->key, kind, len);
	identity_add_name(&l->key, namespace, name);
	return remember(l);
}

static bool put_object(struct layout *l)
{
	size_t steps = program_get(&l->reader), weight = program_get(&l->reader);

	if (!eval_take(l->ev, steps, weight) || !read_identity(l))
		return false;
	begin_document(l);
	if (!run_operations(l))
		return false;
	l->writer.emit.indent = -1;
	yaml_writer_end(&l->writer);
	return true;
}

enum layout_result layout_render(const struct template *t, struct eval *ev,
				 const struct node *labels, struct strbuf *out)
{
	struct arena *scratch = arena_new(), *outer = ev->env.arena;
	struct layout l = {
		.reader = { .arena = scratch,
			    .at = t->layout,
			    .end = t->layout + t->layout_len },
		.template = t,
		.ev = ev,
		.labels = labels,
		.out = out,
		.key = STRBUF_INIT,
	};
	bool ok = true;

	ev->env.arena = scratch;
	while (ok && l.reader.at < l.reader.end) {
		claim(&l);
		ok = program_get_below(&l.reader, 2) ? put_object(&l) : put_objects(&l);
		arena_reset(scratch);
	}
	strmap_release(&l.seen);
	strbuf_release(&l.key);
	yaml_writer_release(&l.writer);
	ev->env.arena = outer;
	arena_free(scratch);
	if (l.reader.failed)
		return LAYOUT_DAMAGED;
	return ok && !ev->failed && !ev->stopped ? LAYOUT_DONE : LAYOUT_REPORTED;
}
