/* SPDX-License-Identifier: Apache-2.0 */
#include "template/eval.h"

#include <string.h>

#include "base/limits.h"
#include "base/memory.h"
#include "template/diagnostics.h"
#include "template/expr_internal.h"
#include "template/json_text.h"
#include "template/precision.h"
#include "tree/keys.h"
#include "tree/read.h"

void eval_init(struct eval *ev, struct template *t, const struct strmap *parameters,
	       struct error_list *diags)
{
	size_t per_mib = arena_used(t->arena) >> 20;

	*ev = (struct eval){
		.env = { .arena = t->arena, .parameters = parameters },
		.language = t->language,
		.diags = diags,
		.steps = LIMIT_EVAL_STEPS + per_mib * EVAL_STEPS_PER_MIB,
		.weight = LIMIT_OUTPUT_NODES,
		.text = STRBUF_INIT,
	};
	ev->env.cache = &ev->names;
}

void eval_release(struct eval *ev)
{
	strbuf_release(&ev->text);
}

static bool report(struct eval *ev, const char *code, const struct pos *pos, struct error *err)
{
	ev->failed = true;
	error_locate(err, pos);
	if (err->class == ERR_LIMIT || (err->code && !strcmp(err->code, "T207")))
		ev->stopped = true;
	diagnose_error(ev->diags, code, err);
	return false;
}

static bool out_of_budget(struct eval *ev, const struct pos *pos, const char *what)
{
	if (!ev->stopped)
		diagnose(ev->diags, "T207", pos, NULL, "rendering takes more than %s", what);
	ev->stopped = ev->failed = true;
	return false;
}

static bool take_step(struct eval *ev, const struct pos *pos)
{
	if (ev->stopped)
		return false;
	if (ev->steps == 0)
		return out_of_budget(ev, pos, "the allowed number of steps");
	ev->steps--;
	return true;
}

static bool take_weight(struct eval *ev, const struct pos *pos, size_t weight)
{
	if (weight > ev->weight)
		return out_of_budget(ev, pos, "10000000 nodes of output");
	ev->weight -= weight;
	return true;
}

bool eval_take(struct eval *ev, size_t steps, size_t weight)
{
	if (steps > ev->steps || weight > ev->weight)
		return false;
	ev->steps -= steps;
	ev->weight -= weight;
	return true;
}

#define BYTES_PER_NODE 32 /* of a string: it is not free because it is one node */
#define LARGEST_OUTPUT (LIMIT_OUTPUT_NODES * (BYTES_PER_NODE + 1))

size_t eval_weight(const struct node *n, size_t limit)
{
	size_t w = 1;

	if (n->kind == NODE_STRING || n->kind == NODE_NUMBER)
		return 1 + n->len / BYTES_PER_NODE;
	if (n->kind == NODE_SEQ)
		for (uint32_t i = 0; i < n->len && w <= limit; i++)
			w += eval_weight(n->items[i], limit - w);
	if (n->kind == NODE_MAP)
		for (uint32_t i = 0; i < n->len && w <= limit; i++)
			w += 1 + eval_weight(n->entries[i].value, limit - w);
	return w;
}

/* The weight of a constant stays with it, for the next visit. */
static void keep_weight(const struct tpl *t)
{
	((struct tpl *)t)->count = (uint32_t)eval_weight(t->node, LIMIT_OUTPUT_NODES);
}

static bool eval_const(struct eval *ev, const struct tpl *t, struct node **ret)
{
	*ret = t->node;
	if (!t->count)
		keep_weight(t);
	return take_weight(ev, &t->pos, t->count);
}

static bool eval_expr(struct eval *ev, const struct expr *e, struct value *ret)
{
	struct error err = ERROR_INIT;

	ev->env.steps = &ev->steps;
	if (expr_eval(e, &ev->env, ret, &err) < 0)
		return report(ev, "T203", &e->pos, &err);
	return true;
}

static bool eval_expr_node(struct eval *ev, const struct tpl *t, struct node **ret)
{
	struct error err = ERROR_INIT;
	struct value v;

	if (!eval_expr(ev, t->expr, &v))
		return false;
	if (value_least_text(&v, LARGEST_OUTPUT) > LARGEST_OUTPUT)
		return take_weight(ev, &t->pos, SIZE_MAX);
	if (value_to_node(ev->env.arena, &v, &t->pos, ret, &err) < 0)
		return report(ev, "T204", &t->expr_pos, &err);
	ev->secret |= v.secret;
	return take_weight(ev, &t->pos, eval_weight(*ret, LIMIT_OUTPUT_NODES));
}

/* Tells of a value that breaks the JSON it is filled into. */
static bool breaks_json(struct eval *ev, const struct tpl_piece *p, bool in_string)
{
	bool openshift = ev->language == TEMPLATE_OPENSHIFT;

	if (in_string)
		diagnose(ev->diags, "T308", &p->pos,
			 openshift ? "give it as JSON writes it: \\\" for a quote, \\\\ for a backslash"
				   : "write ${json(…)} here, without the quotes around it",
			 "the value breaks the JSON string that it is filled into");
	else
		diagnose(ev->diags, "T308", &p->pos,
			 openshift ? "give a number, true, false, null or quoted text"
				   : "write ${json(…)} here",
			 "the value is no JSON, and is filled into JSON");
	ev->failed = true;
	return false;
}

/* Appends the value of a reference. */
static bool fill_in(struct eval *ev, const struct tpl_piece *p, struct strbuf *text)
{
	const struct binding *b = p->expr->kind == EXPR_NAME && ev->steps
					  ? env_find(&ev->env, p->expr->name)
					  : NULL;
	struct error err = ERROR_INIT;
	struct value v;

	/* By far the most references name a text. */
	if (b && b->known && b->value.kind == VALUE_STRING) {
		ev->steps--;
		ev->secret |= b->value.secret;
		strbuf_add(text, b->value.text, b->value.len);
		return true;
	}
	if (!eval_expr(ev, p->expr, &v))
		return false;
	if (value_to_text(&v, text, &err) < 0)
		return report(ev, "T203", &p->pos, &err);
	ev->secret |= v.secret;
	return true;
}

static bool text_is_too_long(struct eval *ev, const struct tpl *t)
{
	return ev->text.len > LIMIT_STRING_BYTES &&
	       !out_of_budget(ev, &t->pos, "64 MiB for one string");
}

/* The same as fill_text(), for a string that holds JSON, which has to go on to. */
static bool fill_json_text(struct eval *ev, const struct tpl *t)
{
	struct strbuf *text = &ev->text;
	struct json_text j;
	bool ok = true;

	json_text_begin(&j);
	for (size_t i = 0; i < t->count; i++) {
		const struct tpl_piece *p = &t->pieces[i];
		size_t before = text->len;
		bool filled = true, in_string = json_text_in_string(&j);

		if (p->expr)
			filled = fill_in(ev, p, text);
		else
			strbuf_add(text, p->text, p->len);
		if (text_is_too_long(ev, t))
			return false;
		if (!p->expr)
			json_text_literal(&j, p->text, p->len);
		else if (!json_text_value(&j, text->buf + before, text->len - before,
					  i + 1 < t->count ? p + 1 : NULL) && filled)
			filled = breaks_json(ev, p, in_string);
		ok &= filled;
	}
	return ok;
}

/* All pieces to ev->text; goes on behind one that fails. */
static bool fill_text(struct eval *ev, const struct tpl *t)
{
	bool ok = true;

	for (size_t i = 0; i < t->count; i++) {
		const struct tpl_piece *p = &t->pieces[i];

		if (p->expr)
			ok &= fill_in(ev, p, &ev->text);
		else
			strbuf_add(&ev->text, p->text, p->len);
		if (text_is_too_long(ev, t))
			return false;
	}
	return ok;
}

/* checked: what holds JSON must go on to. */
static bool eval_text(struct eval *ev, const struct tpl *t, bool checked, struct node **ret)
{
	const bool json = checked && json_text_holds(t);

	strbuf_reset(&ev->text);
	if (!(json ? fill_json_text(ev, t) : fill_text(ev, t)))
		return false;
	*ret = node_string(ev->env.arena, ev->text.buf, ev->text.len, &t->pos);
	return take_weight(ev, &t->pos, 1 + ev->text.len / BYTES_PER_NODE);
}

bool eval_message(struct eval *ev, const struct tpl *t, struct strbuf *out)
{
	struct error err = ERROR_INIT;
	struct value v;

	if (t->kind == TPL_CONST && t->node->kind == NODE_STRING) {
		strbuf_add(out, t->node->text, t->node->len);
		return true;
	}
	if (t->kind != TPL_TEXT) {
		diagnose(ev->diags, "T007", &t->pos, NULL, "a message must be a string");
		ev->failed = true;
		return false;
	}
	for (size_t i = 0; i < t->count; i++) {
		const struct expr *e = t->pieces[i].expr;

		if (out->len > LIMIT_STRING_BYTES)
			return out_of_budget(ev, &t->pos, "64 MiB for one string");

		if (!e) {
			strbuf_add(out, t->pieces[i].text, t->pieces[i].len);
			continue;
		}
		if (!eval_expr(ev, e, &v))
			return false;
		if (v.secret)
			strbuf_addstr(out, "(secret)");
		else if (value_to_text(&v, out, &err) < 0)
			return report(ev, "T203", &t->pieces[i].pos, &err);
	}
	return true;
}

void eval_json_text(struct arena *a, const char *text, size_t len, const struct pos *pos,
		    struct node **ret, bool *ret_is_json)
{
	cleanup_error struct error err = ERROR_INIT;
	struct node *n;

	*ret_is_json = tree_read_json(a, text, len, "-",
				      READ_JSON_ONLY | READ_DUPLICATE_KEYS_LAST_WINS |
					      READ_UTF8_REPLACE,
				      &n, &err) == 0;
	if (!*ret_is_json)
		*ret = node_string(a, text, len, pos);
	else if (n->kind == NODE_NULL)
		*ret = NULL;
	else
		*ret = n;
}

static bool eval_json(struct eval *ev, const struct tpl *t, struct node **ret)
{
	struct value v;
	bool is_json;

	if (!eval_expr(ev, t->expr, &v))
		return false;
	if (v.kind != VALUE_STRING) {
		diagnose(ev->diags, "T203", &t->pos, NULL, "'${{%s}}' takes a string, got %s", t->name,
			 value_kind_name(&v));
		ev->failed = true;
		return false;
	}
	ev->secret |= v.secret;
	eval_json_text(ev->env.arena, v.text, v.len, &t->pos, ret, &is_json);
	if (!is_json)
		diagnose(ev->diags, "T306", &t->pos, "quote it as JSON, or write '${…}' instead",
			 "the value of '${{%s}}' is no JSON: it is printed as a string", t->name);
	else if (*ret && !numbers_are_precise(*ret))
		diagnose(ev->diags, "T307", &t->pos, NULL,
			 "a number in '${{%s}}' is beyond what Kubernetes keeps exactly", t->name);
	if (*ret)
		(*ret)->pos = t->pos;
	return !*ret || take_weight(ev, &t->pos, eval_weight(*ret, LIMIT_OUTPUT_NODES));
}

bool eval_condition(struct eval *ev, const struct tpl *t, bool *ret)
{
	struct value v;

	if (!eval_expr(ev, t->expr, &v))
		return false;
	if (v.kind == VALUE_BOOL) {
		*ret = v.boolean;
		return true;
	}
	diagnose(ev->diags, "T213", &t->expr_pos, NULL, "expected a boolean, got %s",
		 value_kind_name(&v));
	ev->failed = true;
	return false;
}

static bool eval_optional(struct eval *ev, const struct tpl *t, struct node **ret)
{
	*ret = NULL;
	return !t || eval_tpl(ev, t, ret);
}

static bool eval_if(struct eval *ev, const struct tpl *t, struct node **ret)
{
	bool when;

	return eval_condition(ev, t, &when) && eval_optional(ev, t->items[when ? 0 : 1], ret);
}

static bool assertion_failed(struct eval *ev, const struct tpl *t)
{
	cleanup_strbuf struct strbuf text = STRBUF_INIT;

	if (eval_message(ev, t->items[0], &text))
		diagnose(ev->diags, "T209", &t->pos, NULL, "%s", text.buf);
	ev->failed = true;
	return false;
}

static bool eval_assert(struct eval *ev, const struct tpl *t, struct node **ret)
{
	bool that;

	if (!eval_condition(ev, t, &that))
		return false;
	return that ? eval_optional(ev, t->items[1], ret) : assertion_failed(ev, t);
}

struct node_vec {
	struct node **v;
	size_t len, alloc;
};

static void push(struct node_vec *vec, struct node *n)
{
	ALLOC_GROW(vec->v, vec->len + 1, vec->alloc);
	vec->v[vec->len++] = n;
}

void diagnose_no_list(struct error_list *diags, const struct pos *pos, const struct value *v)
{
	diagnose(diags, "T214", pos,
		 v->kind == VALUE_STRING ? "split(s, ',') makes a list of a string"
					 : "range(n) makes a list of numbers",
		 "expected a list, got %s", value_kind_name(v));
}

/* Appends the results of a !for. */
static bool eval_loop(struct eval *ev, const struct tpl *t, struct node_vec *out)
{
	struct binding local = { .name = t->name, .known = true, .outer = ev->env.locals };
	struct value list;
	bool ok = true;

	if (!eval_expr(ev, t->expr, &list))
		return false;
	if (list.kind != VALUE_LIST) {
		diagnose_no_list(ev->diags, &t->expr_pos, &list);
		ev->failed = true;
		return false;
	}
	for (size_t i = 0; i < list.count && !ev->stopped; i++) {
		struct node *n;

		local.value = list.items[i];
		local.value.secret |= list.secret;
		ev->env.locals = &local;
		if (!eval_optional(ev, t->items[0], &n))
			ok = false;
		else if (n)
			push(out, n);
		ev->env.locals = local.outer;
	}
	return ok && !ev->stopped;
}

static bool finish_seq(struct eval *ev, const struct tpl *t, struct node_vec *vec, bool ok,
		       struct node **ret)
{
	struct node **items;

	if (ok) {
		items = arena_alloc(ev->env.arena, vec->len * sizeof(*items));
		if (vec->len)
			memcpy(items, vec->v, vec->len * sizeof(*items));
		*ret = node_seq(ev->env.arena, items, vec->len, &t->pos);
	}
	free(vec->v);
	return ok && take_weight(ev, &t->pos, 1);
}

static bool eval_for(struct eval *ev, const struct tpl *t, struct node **ret)
{
	struct node_vec vec = { 0 };
	bool ok = eval_loop(ev, t, &vec);

	return finish_seq(ev, t, &vec, ok, ret);
}

static bool eval_seq(struct eval *ev, const struct tpl *t, struct node **ret)
{
	struct node_vec vec = { 0 };
	bool ok = true;

	for (size_t i = 0; i < t->count && !ev->stopped; i++) {
		const struct tpl *item = t->items[i];
		struct node *n;

		if (item->kind == TPL_FOR) {
			ok &= eval_loop(ev, item, &vec);
		} else if (!eval_tpl(ev, item, &n)) {
			ok = false;
		} else if (n) {
			push(&vec, n);
		} else if (item->kind == TPL_JSON) {
			diagnose(ev->diags, "T309", &item->pos, NULL,
				 "'${{%s}}' gave null as an item of a list", item->name);
			ok = false;
			ev->failed = true;
		}
	}
	return finish_seq(ev, t, &vec, ok && !ev->stopped, ret);
}

static bool eval_key(struct eval *ev, const struct tpl *t, struct node **ret)
{
	if (t->kind == TPL_CONST) {
		*ret = t->node;
	} else if (t->kind == TPL_TEXT) {
		if (!take_step(ev, &t->pos) || !eval_text(ev, t, false, ret))
			return false;
	} else if (!eval_tpl(ev, t, ret)) {
		return false;
	}
	if (*ret && (*ret)->kind == NODE_STRING)
		return true;
	diagnose(ev->diags, "T210", &t->pos, "use string(…)", "a key must be a string, got %s",
		 *ret ? node_kind_name(*ret) : "null");
	ev->failed = true;
	return false;
}

/* The key that stands twice, or NULL. Most maps are too small for hashing to pay. */
static const struct node *twice(const struct node *map)
{
	cleanup_strmap struct strmap seen = STRMAP_INIT;
	const struct node *a, *b;
	uint64_t marks = 0, mark;

	if (map->len > 16) {
		for (uint32_t i = 0; i < map->len; i++) {
			a = map->entries[i].key;
			if (strmap_put(&seen, a->text, a->len, (void *)a))
				return a;
		}
		return NULL;
	}
	for (uint32_t i = 0; i < map->len; i++, marks |= mark) {
		a = map->entries[i].key;
		mark = key_mark(a);
		for (uint32_t j = 0; j < i && marks & mark; j++) {
			b = map->entries[j].key;
			if (a->len == b->len && !memcmp(a->text, b->text, a->len))
				return a;
		}
	}
	return NULL;
}

static bool keys_collide(struct eval *ev, const struct node *map, bool secret)
{
	const struct node *key = twice(map);

	if (!key)
		return false;
	if (secret)
		diagnose(ev->diags, "T211", &key->pos, NULL,
			 "a key stands twice in this map, whose keys are secret");
	else
		diagnose(ev->diags, "T211", &key->pos, NULL, "key '%s' stands twice in this map",
			 key->text);
	ev->failed = true;
	return true;
}

/* The most frequent entry by far, without detours. False: it has to go the usual way. */
static bool add_constant(struct eval *ev, const struct tpl_entry *from, struct entry *ret)
{
	const struct tpl *key = from->key, *value = from->value;

	if (key->kind != TPL_CONST || value->kind != TPL_CONST || key->node->kind != NODE_STRING)
		return false;
	if (!value->count)
		keep_weight(value);
	if (!ev->steps || value->count > ev->weight)
		return false;
	ev->steps--;
	ev->weight -= value->count;
	*ret = (struct entry){ .key = key->node, .value = value->node };
	return true;
}

static bool eval_map(struct eval *ev, const struct tpl *t, struct node **ret)
{
	struct entry *entries = arena_alloc(ev->env.arena, t->count * sizeof(*entries));
	bool ok = true, secret_keys = false;
	size_t len = 0;

	for (size_t i = 0; i < t->count && !ev->stopped; i++) {
		struct node *key, *value = NULL;
		bool good, secret;

		if (add_constant(ev, &t->entries[i], &entries[len])) {
			len++;
			continue;
		}
		good = eval_tpl(ev, t->entries[i].value, &value);
		secret = ev->secret;

		if (good && !value)
			continue;
		ev->secret = false;
		good &= eval_key(ev, t->entries[i].key, &key);
		secret_keys |= ev->secret;
		ev->secret |= secret;
		if (good)
			entries[len++] = (struct entry){ .key = key, .value = value };
		ok &= good;
	}
	if (!ok || ev->stopped)
		return false;
	*ret = node_map(ev->env.arena, entries, len, &t->pos);
	return !keys_collide(ev, *ret, secret_keys) && take_weight(ev, &t->pos, 1 + len);
}

static bool eval_value(struct eval *ev, const struct tpl *t, struct value *ret);

/* Binds the names of a !let; the caller restores ev->env.locals. */
static bool bind_locals(struct eval *ev, const struct tpl *t)
{
	for (size_t i = 0; i < t->count; i++) {
		struct binding *b = arena_zalloc(ev->env.arena, sizeof(*b));

		if (!eval_value(ev, t->bindings[i].value, &b->value))
			return false;
		b->name = t->bindings[i].name;
		b->known = true;
		b->outer = ev->env.locals;
		ev->env.locals = b;
	}
	return true;
}

/* The document of t as a value; one that a secret went into is secret as a whole. */
static bool eval_node_value(struct eval *ev, const struct tpl *t, struct value *ret)
{
	struct error err = ERROR_INIT;
	bool outer = ev->secret, secret, ok;
	struct node *n;

	*ret = (struct value){ .kind = VALUE_NULL };
	ev->secret = false;
	ok = eval_tpl(ev, t, &n);
	secret = ev->secret;
	ev->secret = outer;
	if (!ok)
		return false;
	if (n && value_from_node(ev->env.arena, n, ret, &err) < 0)
		return report(ev, "T208", &t->pos, &err);
	if (secret)
		*ret = value_as_secret(ev->env.arena, ret);
	return true;
}

/*
 * What a name is bound to. Through !if, !let and !assert an expression keeps its type:
 * a quantity stays one, although the document has only strings and numbers.
 */
static bool eval_value(struct eval *ev, const struct tpl *t, struct value *ret)
{
	const struct binding *outer = ev->env.locals;
	bool yes, ok;

	if (!take_step(ev, &t->pos))
		return false;
	switch ((enum tpl_kind)t->kind) {
	case TPL_EXPR:
		return eval_expr(ev, t->expr, ret);
	case TPL_IF:
	case TPL_ASSERT:
		*ret = (struct value){ .kind = VALUE_NULL };
		if (!eval_condition(ev, t, &yes))
			return false;
		if (t->kind == TPL_ASSERT && !yes)
			return assertion_failed(ev, t);
		t = t->items[t->kind == TPL_IF && yes ? 0 : 1];
		return !t || eval_value(ev, t, ret);
	case TPL_LET:
		*ret = (struct value){ .kind = VALUE_NULL };
		ok = bind_locals(ev, t) && (!t->items[0] || eval_value(ev, t->items[0], ret));
		ev->env.locals = outer;
		return ok;
	default:
		return eval_node_value(ev, t, ret);
	}
}

static bool eval_let(struct eval *ev, const struct tpl *t, struct node **ret)
{
	const struct binding *outer = ev->env.locals;
	bool ok = bind_locals(ev, t) && eval_optional(ev, t->items[0], ret);

	ev->env.locals = outer;
	return ok;
}

bool eval_tpl(struct eval *ev, const struct tpl *t, struct node **ret)
{
	*ret = NULL;
	if (!take_step(ev, &t->pos))
		return false;
	switch ((enum tpl_kind)t->kind) {
	case TPL_CONST:
		return eval_const(ev, t, ret);
	case TPL_MAP:
		return eval_map(ev, t, ret);
	case TPL_SEQ:
		return eval_seq(ev, t, ret);
	case TPL_TEXT:
		return eval_text(ev, t, true, ret);
	case TPL_EXPR:
		return eval_expr_node(ev, t, ret);
	case TPL_JSON:
		return eval_json(ev, t, ret);
	case TPL_IF:
		return eval_if(ev, t, ret);
	case TPL_FOR:
		return eval_for(ev, t, ret);
	case TPL_LET:
		return eval_let(ev, t, ret);
	case TPL_ASSERT:
		return eval_assert(ev, t, ret);
	}
	return false;
}
