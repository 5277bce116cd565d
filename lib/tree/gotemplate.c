/* SPDX-License-Identifier: Apache-2.0 */
#include "tree/gotemplate.h"

#include "base/limits.h"
#include "base/memory.h"
#include "tree/gotemplate_parse.h"

/* What one template may print, and hold in memory. */
#define LIMIT_TEMPLATE_BYTES ((size_t)256 << 20)

struct variable {
	const char *name;
	struct go_value value;
};

enum loop_control { LOOP_ON, LOOP_BREAK, LOOP_CONTINUE };

struct run {
	struct arena *arena;
	struct strbuf *out;
	size_t start; /* bytes of out before */
	struct error *err;
	bool missing_is_error;
	size_t limit, step_limit;
	size_t steps;
	struct variable *variables; /* innermost last; the first one is "$" */
	size_t count, alloc;
	enum loop_control loop;
};

static void release(struct run *r)
{
	free(r->variables);
}

static int step(struct run *r, const struct pos *pos)
{
	if (++r->steps > r->step_limit)
		return error_set_at(r->err, ERR_LIMIT, pos,
				    "the go-template takes more than %zu steps", r->step_limit);
	if (r->out->len - r->start > r->limit || arena_used(r->arena) > r->limit)
		return error_set_at(r->err, ERR_LIMIT, pos,
				    "the go-template makes more than %zu bytes", r->limit);
	return 0;
}

static void push_variable(struct run *r, const char *name, struct go_value value)
{
	ALLOC_GROW(r->variables, r->count + 1, r->alloc);
	r->variables[r->count++] = (struct variable){ name, value };
}

static struct go_value *find_variable(struct run *r, const char *name)
{
	for (size_t i = r->count; i > 0; i--)
		if (strcmp(r->variables[i - 1].name, name) == 0)
			return &r->variables[i - 1].value;
	return &r->variables[0].value;
}

static int eval_pipeline(struct run *r, const struct pipeline *p, struct go_value dot,
			 struct go_value *ret);

static int eval_field(struct run *r, const struct term *t, const char *field, struct go_value *v)
{
	switch (v->kind) {
	case GO_MISSING:
		if (r->missing_is_error)
			break;
		return 0;
	case GO_NIL:
		return error_set_at(r->err, ERR_INVALID, &t->pos,
				    "cannot take the field '%s' of null", field);
	case GO_MAP:
		*v = go_value_of(node_get(v->node, field), GO_NUMBERS_VALUE);
		if (v->kind != GO_MISSING || !r->missing_is_error)
			return 0;
		break;
	default:
		return error_set_at(r->err, ERR_INVALID, &t->pos,
				    "cannot take the field '%s' of %s", field,
				    gotemplate_kind_name(v));
	}
	return error_set_at(r->err, ERR_INVALID, &t->pos, "there is no field '%s'", field);
}

static int call(struct run *r, const struct gt_command *c, struct go_value dot,
		const struct go_value *final, struct go_value *ret);

/* The value of an operand; a function is called without arguments. */
static int eval_term(struct run *r, const struct term *t, struct go_value dot,
		     struct go_value *ret)
{
	struct term *alone = (struct term *)t;
	struct gt_command lone = { .terms = &alone, .count = 1 };
	int result = 0;

	switch (t->kind) {
	case TERM_DOT:
		*ret = dot;
		break;
	case TERM_NIL:
		*ret = (struct go_value){ .kind = GO_NIL };
		break;
	case TERM_VALUE:
		*ret = t->value;
		break;
	case TERM_VARIABLE:
		*ret = *find_variable(r, t->name);
		break;
	case TERM_FUNCTION:
		result = call(r, &lone, dot, NULL, ret);
		break;
	case TERM_PIPE:
		result = eval_pipeline(r, t->pipe, dot, ret);
		break;
	}
	for (size_t i = 0; i < t->field_count && result == 0; i++)
		result = eval_field(r, t, t->fields[i], ret);
	return result;
}

/* and, or: the first argument that decides, or the last one. */
static int call_lazy(struct run *r, const struct gt_command *c, struct go_value dot,
		     const struct go_value *final, struct go_value *ret)
{
	bool stop_at = c->terms[0]->function->name[0] == 'o';

	for (size_t i = 1; i < c->count; i++) {
		if (eval_term(r, c->terms[i], dot, ret) < 0)
			return -r->err->class;
		if (gotemplate_truth(ret) == stop_at)
			return 0;
	}
	if (final)
		*ret = *final;
	return 0;
}

static int call(struct run *r, const struct gt_command *c, struct go_value dot,
		const struct go_value *final, struct go_value *ret)
{
	const struct term *t = c->terms[0];
	const struct gt_function *f = t->function;
	size_t count = c->count - 1 + (final != NULL);
	struct gt_call context = { .arena = r->arena, .err = r->err, .pos = t->pos };
	struct go_value *args;

	if (count < f->least || count > f->most)
		return error_set_at(r->err, ERR_INVALID, &t->pos,
				    "'%s' takes %s%zu argument%s, not %zu", f->name,
				    count < f->least && f->most > f->least ? "at least " : "",
				    count < f->least ? f->least : f->most,
				    (count < f->least ? f->least : f->most) == 1 ? "" : "s", count);
	if (!f->call)
		return call_lazy(r, c, dot, final, ret);
	args = arena_alloc(r->arena, (count + 1) * sizeof(*args));
	for (size_t i = 1; i < c->count; i++)
		if (eval_term(r, c->terms[i], dot, &args[i - 1]) < 0)
			return -r->err->class;
	if (final)
		args[count - 1] = *final;
	return f->call(&context, args, count, ret);
}

static int eval_command(struct run *r, const struct gt_command *c, struct go_value dot,
			const struct go_value *final, struct go_value *ret)
{
	const struct term *t = c->terms[0];

	if (t->kind == TERM_FUNCTION)
		return call(r, c, dot, final, ret);
	if (c->count > 1 || final)
		return error_set_at(r->err, ERR_INVALID, &t->pos,
				    "this is no function, and cannot take an argument");
	if (t->kind == TERM_NIL)
		return error_set_at(r->err, ERR_INVALID, &t->pos, "'nil' cannot stand alone");
	return eval_term(r, t, dot, ret);
}

static int eval_pipeline(struct run *r, const struct pipeline *p, struct go_value dot,
			 struct go_value *ret)
{
	struct go_value value = { .kind = GO_MISSING };

	if (step(r, &p->pos) < 0)
		return -r->err->class;
	for (size_t i = 0; i < p->count; i++) {
		struct go_value next = { .kind = GO_MISSING };

		if (eval_command(r, p->commands[i], dot, i > 0 ? &value : NULL, &next) < 0)
			return -r->err->class;
		value = next;
		/* A null counts as no value once a pipeline has taken it up. */
		if (value.kind == GO_NIL)
			value.kind = GO_MISSING;
	}
	for (size_t i = 0; i < p->variable_count; i++) {
		if (p->assign)
			*find_variable(r, p->variables[i]) = value;
		else
			push_variable(r, p->variables[i], value);
	}
	*ret = value;
	return 0;
}

static int walk(struct run *r, const struct gt_list *list, struct go_value dot);

/* One round of a range. base: where its own variables begin on the stack. */
static int walk_item(struct run *r, const struct gt_node *n, size_t base, struct go_value index,
		     struct go_value item)
{
	const struct pipeline *p = n->pipe;
	size_t mark = r->count;
	int result;

	if (p->variable_count > 0) {
		struct go_value *slots[2];

		for (size_t i = 0; i < p->variable_count; i++)
			slots[i] = p->assign ? find_variable(r, p->variables[i])
					     : &r->variables[base + i].value;
		*slots[p->variable_count - 1] = item;
		if (p->variable_count == 2)
			*slots[0] = index;
	}
	if (step(r, &n->pos) < 0)
		return -r->err->class;
	result = walk(r, &n->body, item);
	r->count = mark;
	if (r->loop == LOOP_CONTINUE)
		r->loop = LOOP_ON;
	return result;
}

static int walk_map(struct run *r, const struct gt_node *n, size_t base, const struct node *map)
{
	size_t len;
	const struct entry **sorted = go_sorted_entries(r->arena, map, &len);
	int result = 0;

	for (size_t i = 0; i < len && result == 0 && r->loop == LOOP_ON; i++) {
		const struct node *key = sorted[i]->key;

		result = walk_item(r, n, base, go_string(key->text, key->len),
				   go_value_of(sorted[i]->value, GO_NUMBERS_VALUE));
	}
	return result;
}

static int walk_range(struct run *r, const struct gt_node *n, struct go_value dot)
{
	size_t base = r->count;
	struct go_value v;
	bool any = false;
	int result = 0;

	if (eval_pipeline(r, n->pipe, dot, &v) < 0)
		return -r->err->class;
	switch (v.kind) {
	case GO_MISSING:
	case GO_NIL:
		break;
	case GO_MAP:
		any = v.node->len > 0;
		result = walk_map(r, n, base, v.node);
		break;
	case GO_SLICE:
		any = v.node->len > 0;
		for (size_t i = 0; i < v.node->len && result == 0 && r->loop == LOOP_ON; i++)
			result = walk_item(r, n, base, go_int((int64_t)i),
					   go_value_of(v.node->items[i], GO_NUMBERS_VALUE));
		break;
	case GO_INT:
		any = v.integer > 0;
		if (n->pipe->variable_count > 1)
			return error_set_at(r->err, ERR_INVALID, &n->pos,
					    "a range over a number has one variable only");
		for (int64_t i = 0; i < v.integer && result == 0 && r->loop == LOOP_ON; i++)
			result = walk_item(r, n, base, v, go_int(i));
		break;
	default:
		return error_set_at(r->err, ERR_INVALID, &n->pos, "cannot range over %s",
				    gotemplate_kind_name(&v));
	}
	if (r->loop == LOOP_BREAK)
		r->loop = LOOP_ON;
	if (result == 0 && !any)
		result = walk(r, &n->otherwise, dot);
	r->count = base;
	return result;
}

static int walk_choice(struct run *r, const struct gt_node *n, struct go_value dot)
{
	size_t mark = r->count;
	struct go_value v;
	int result;

	if (eval_pipeline(r, n->pipe, dot, &v) < 0)
		return -r->err->class;
	if (gotemplate_truth(&v))
		result = walk(r, &n->body, n->kind == GT_WITH ? v : dot);
	else
		result = walk(r, &n->otherwise, dot);
	r->count = mark;
	return result;
}

static int walk_print(struct run *r, const struct gt_node *n, struct go_value dot)
{
	struct go_value v;

	if (eval_pipeline(r, n->pipe, dot, &v) < 0)
		return -r->err->class;
	if (n->pipe->variable_count > 0)
		return 0;
	if (v.kind == GO_MISSING)
		strbuf_addstr(r->out, "<no value>");
	else
		gotemplate_add_value(r->out, &v);
	return 0;
}

static int walk(struct run *r, const struct gt_list *list, struct go_value dot)
{
	int result = 0;

	for (size_t i = 0; i < list->count && result == 0 && r->loop == LOOP_ON; i++) {
		const struct gt_node *n = list->nodes[i];

		switch (n->kind) {
		case GT_TEXT:
			strbuf_add(r->out, n->text, n->len);
			break;
		case GT_PRINT:
			result = walk_print(r, n, dot);
			break;
		case GT_IF:
		case GT_WITH:
			result = walk_choice(r, n, dot);
			break;
		case GT_RANGE:
			result = walk_range(r, n, dot);
			break;
		case GT_BREAK:
			r->loop = LOOP_BREAK;
			break;
		case GT_CONTINUE:
			r->loop = LOOP_CONTINUE;
			break;
		}
	}
	return result;
}

int gotemplate_print(const struct gotemplate *t, const struct node *root,
		     const struct gotemplate_options *opts, struct strbuf *out,
		     struct error *err)
{
	cleanup_arena struct arena *a = arena_new();
	__attribute__((cleanup(release))) struct run r = {
		.arena = a, .out = out, .start = out->len, .err = err,
		.missing_is_error = opts && opts->missing_is_error,
		.limit = opts && opts->limit ? opts->limit : LIMIT_TEMPLATE_BYTES,
		.step_limit = opts && opts->steps ? opts->steps : LIMIT_OUTPUT_NODES,
	};
	struct go_value dot = go_value_of(root, GO_NUMBERS_VALUE);

	push_variable(&r, "$", dot);
	return walk(&r, &t->list, dot);
}
