/* SPDX-License-Identifier: Apache-2.0 */
#include "tree/jsonpath.h"

#include "base/limits.h"
#include "base/memory.h"
#include "tree/jsonpath_parse.h"
#include "tree/write.h"

#include <inttypes.h>

struct values {
	struct go_value *v; /* in the arena */
	size_t len, alloc;
};

struct walker {
	struct arena *arena; /* of one run */
	const struct jsonpath_options *opts;
	struct strbuf *out;
	struct error *err;
	size_t made; /* values so far */
	/* The loops, as kubectl counts them. */
	unsigned begin_range, in_range, end_range;
	ptrdiff_t last_end; /* index of the {end} that ended a loop last */
};

static int add_value(struct walker *w, struct values *list, struct go_value v)
{
	size_t limit = w->opts->limit ? w->opts->limit : LIMIT_OUTPUT_NODES;

	if (++w->made > limit)
		return error_set(w->err, ERR_LIMIT, "the jsonpath makes more than %zu values",
				 limit);
	if (list->len == list->alloc) {
		size_t alloc = list->alloc ? list->alloc * 2 : 8;
		struct go_value *grown = arena_alloc(w->arena, alloc * sizeof(*grown));

		if (list->len)
			memcpy(grown, list->v, list->len * sizeof(*grown));
		list->v = grown;
		list->alloc = alloc;
	}
	list->v[list->len++] = v;
	return 0;
}

static int add_node(struct walker *w, struct values *list, const struct node *n)
{
	return add_value(w, list, go_value_of(n, w->opts->numbers));
}

static const char *kind_name(enum go_kind kind)
{
	static const char *const names[] = {
		[GO_MISSING] = "nothing", [GO_NIL] = "null",	 [GO_BOOL] = "a boolean",
		[GO_INT] = "a number",	  [GO_FLOAT] = "a number", [GO_STRING] = "a string",
		[GO_SLICE] = "a list",	  [GO_MAP] = "a map",
	};

	return names[kind];
}

static int walk_list(struct walker *w, struct values in, const struct step *list,
		     struct values *ret);

static int walk_field(struct walker *w, struct values in, const struct step *s,
		      struct values *ret)
{
	for (size_t i = 0; i < in.len; i++) {
		const struct node *map = in.v[i].node;
		ptrdiff_t at;

		if (in.v[i].kind != GO_MAP)
			continue;
		at = node_index(map, s->text, s->len);
		if (at >= 0 && add_node(w, ret, map->entries[at].value) < 0)
			return -w->err->class;
	}
	if (ret->len == 0 && in.len > 0 && w->opts->missing_is_error)
		return error_set_at(w->err, ERR_INVALID, &s->pos, "there is no field '%s'",
				    s->text);
	return 0;
}

static int out_of_bounds(struct walker *w, const struct step *s, int64_t index, int64_t len)
{
	return error_set_at(w->err, ERR_INVALID, &s->pos,
			    "index %" PRId64 " is outside the list, which has %" PRId64 " items",
			    index, len);
}

/* Where a slice of a list of len items begins, ends, and how far it steps. Empty: begin = end. */
static int slice_bounds(struct walker *w, const struct step *s, int64_t len, int64_t bounds[3])
{
	int64_t begin = s->slice[0].known ? s->slice[0].value : 0;
	int64_t end = s->slice[1].known ? s->slice[1].value : len;

	if (begin < 0)
		begin += len;
	if (end < 0 || (end == 0 && s->slice[1].derived))
		end += len;
	bounds[0] = begin;
	bounds[1] = end;
	bounds[2] = s->slice[2].known ? s->slice[2].value : 1;
	if (begin == end)
		return 0;
	if (begin >= len || begin < 0)
		return out_of_bounds(w, s, begin, len);
	if (end > len || end < 0)
		return out_of_bounds(w, s, end - 1, len);
	if (begin > end)
		return error_set_at(w->err, ERR_INVALID, &s->pos,
				    "the slice begins at %" PRId64 ", behind its end %" PRId64,
				    begin, end);
	if (bounds[2] <= 0)
		return error_set_at(w->err, ERR_INVALID, &s->pos,
				    "the step of a slice must be greater than 0");
	return 0;
}

static int walk_array(struct walker *w, struct values in, const struct step *s,
		      struct values *ret)
{
	for (size_t i = 0; i < in.len; i++) {
		const struct go_value *v = &in.v[i];
		int64_t bounds[3];

		if (v->kind == GO_NIL || v->kind == GO_MISSING)
			continue;
		if (v->kind != GO_SLICE)
			return error_set_at(w->err, ERR_INVALID, &s->pos,
					    "cannot take an item of %s", kind_name(v->kind));
		if (slice_bounds(w, s, v->node->len, bounds) < 0)
			return -ERR_INVALID;
		if (bounds[0] == bounds[1])
			return 0;
		for (int64_t at = bounds[0]; at < bounds[1]; at += bounds[2])
			if (add_node(w, ret, v->node->items[at]) < 0)
				return -w->err->class;
	}
	return 0;
}

/* All that a map, list or string holds. */
static int add_contents(struct walker *w, const struct go_value *v, struct values *ret)
{
	const struct entry **sorted;
	size_t len;
	int r = 0;

	switch (v->kind) {
	case GO_MAP:
		sorted = go_sorted_entries(w->arena, v->node, &len);
		for (size_t i = 0; i < len && r == 0; i++)
			r = add_node(w, ret, sorted[i]->value);
		break;
	case GO_SLICE:
		for (size_t i = 0; i < v->node->len && r == 0; i++)
			r = add_node(w, ret, v->node->items[i]);
		break;
	case GO_STRING:
		/* Go's strings are lists of bytes. */
		for (size_t i = 0; i < v->len && r == 0; i++)
			r = add_value(w, ret, go_int((unsigned char)v->text[i]));
		break;
	default:
		break;
	}
	return r;
}

static int walk_wildcard(struct walker *w, struct values in, struct values *ret)
{
	int r = 0;

	for (size_t i = 0; i < in.len && r == 0; i++)
		r = add_contents(w, &in.v[i], ret);
	return r;
}

static int walk_recursive(struct walker *w, struct values in, struct values *ret)
{
	int r = 0;

	for (size_t i = 0; i < in.len && r == 0; i++) {
		const struct go_value *v = &in.v[i];
		struct values inside = { .len = 0 };

		if (v->kind == GO_STRING && v->len > 0)
			r = add_value(w, ret, *v);
		if (v->kind != GO_MAP && v->kind != GO_SLICE)
			continue;
		r = add_contents(w, v, &inside);
		if (r == 0 && inside.len > 0)
			r = add_value(w, ret, *v);
		if (r == 0)
			r = walk_recursive(w, inside, ret);
	}
	return r;
}

static int walk_union(struct walker *w, struct values in, const struct step *s,
		      struct values *ret)
{
	for (size_t i = 0; i < s->count; i++) {
		struct values part = { .len = 0 };
		int r = walk_list(w, in, s->steps[i], &part);

		for (size_t j = 0; j < part.len && r == 0; j++)
			r = add_value(w, ret, part.v[j]);
		if (r < 0)
			return r;
	}
	return 0;
}

static int compare_strings(const struct go_value *a, const struct go_value *b)
{
	size_t n = a->len < b->len ? a->len : b->len;
	int c = n ? memcmp(a->text, b->text, n) : 0;

	if (c != 0)
		return c;
	return a->len < b->len ? -1 : a->len > b->len;
}

static int bad_comparison(struct walker *w, const struct step *s, const struct go_value *a,
			  const struct go_value *b)
{
	if (a->kind == GO_FLOAT && b->kind == GO_INT) {
		error_set_at(w->err, ERR_INVALID, &s->pos,
			     "cannot compare a number of this output with a whole number");
		error_hint(w->err, "write '%" PRId64 ".0', as kubectl needs it here", b->integer);
		return -ERR_INVALID;
	}
	error_set_at(w->err, ERR_INVALID, &s->pos, "cannot compare %s with %s", kind_name(a->kind),
		     kind_name(b->kind));
	return -ERR_INVALID;
}

static int compare(struct walker *w, const struct step *s, const struct go_value *a,
		   const struct go_value *b, bool *ret)
{
	bool ordered = s->operator != FILTER_EQ && s->operator != FILTER_NE;
	int c;

	if (a->kind != b->kind || a->kind < GO_BOOL || a->kind > GO_STRING ||
	    (a->kind == GO_BOOL && ordered))
		return bad_comparison(w, s, a, b);
	switch (a->kind) {
	case GO_BOOL:
		c = a->boolean != b->boolean;
		break;
	case GO_INT:
		c = a->integer < b->integer ? -1 : a->integer > b->integer;
		break;
	case GO_FLOAT:
		c = a->real < b->real ? -1 : a->real > b->real;
		break;
	default:
		c = compare_strings(a, b);
	}
	switch (s->operator) {
	case FILTER_LT:
		*ret = c < 0;
		break;
	case FILTER_GT:
		*ret = c > 0;
		break;
	case FILTER_LE:
		*ret = c <= 0;
		break;
	case FILTER_GE:
		*ret = c >= 0;
		break;
	case FILTER_NE:
		*ret = c != 0;
		break;
	case FILTER_EQ:
	case FILTER_EXISTS:
		*ret = c == 0;
		break;
	}
	return 0;
}

/* Whether one item passes. */
static int test_item(struct walker *w, const struct step *s, struct go_value *item, bool *ret)
{
	struct values one = { .v = item, .len = 1, .alloc = 1 };
	struct values left = { .len = 0 }, right = { .len = 0 };
	cleanup_error struct error ignored = ERROR_INIT;
	struct error *err = w->err;
	int r;

	if (s->operator == FILTER_EXISTS) {
		/* What fails does not exist. */
		w->err = &ignored;
		r = walk_list(w, one, s->steps[0], &left);
		w->err = err;
		*ret = r == 0 && left.len > 0;
		return 0;
	}
	r = walk_list(w, one, s->steps[0], &left);
	if (r == 0 && left.len == 1)
		r = walk_list(w, one, s->steps[1], &right);
	if (r < 0)
		return r;
	*ret = false;
	if (left.len > 1 || right.len > 1)
		return error_set_at(w->err, ERR_INVALID, &s->pos,
				    "can only compare one value at a time");
	if (left.len == 0 || right.len == 0)
		return 0;
	return compare(w, s, &left.v[0], &right.v[0], ret);
}

static int walk_filter(struct walker *w, struct values in, const struct step *s,
		       struct values *ret)
{
	for (size_t i = 0; i < in.len; i++) {
		const struct go_value *v = &in.v[i];

		if (v->kind != GO_SLICE)
			return error_set_at(w->err, ERR_INVALID, &s->pos,
					    "cannot filter %s: it is no list", kind_name(v->kind));
		for (size_t j = 0; j < v->node->len; j++) {
			struct go_value item = go_value_of(v->node->items[j], w->opts->numbers);
			bool pass = false;

			if (test_item(w, s, &item, &pass) < 0 ||
			    (pass && add_value(w, ret, item) < 0))
				return -w->err->class;
		}
	}
	return 0;
}

/* The same value for each that comes in. */
static int walk_literal(struct walker *w, struct values in, const struct step *s,
			struct values *ret)
{
	struct go_value v = go_int(s->integer);
	int r = 0;

	if (s->kind == STEP_BOOL)
		v = go_bool(s->boolean);
	if (s->kind == STEP_FLOAT)
		v = (struct go_value){ .kind = GO_FLOAT, .real = s->real };
	for (size_t i = 0; i < in.len && r == 0; i++)
		r = add_value(w, ret, v);
	return r;
}

static int walk_step(struct walker *w, struct values in, const struct step *s, struct values *ret)
{
	switch (s->kind) {
	case STEP_LIST:
		return walk_list(w, in, s, ret);
	case STEP_TEXT:
		return add_value(w, ret, go_string(s->text, s->len));
	case STEP_FIELD:
		return walk_field(w, in, s, ret);
	case STEP_ARRAY:
		return walk_array(w, in, s, ret);
	case STEP_FILTER:
		return walk_filter(w, in, s, ret);
	case STEP_INT:
	case STEP_FLOAT:
	case STEP_BOOL:
		return walk_literal(w, in, s, ret);
	case STEP_WILDCARD:
		return walk_wildcard(w, in, ret);
	case STEP_RECURSIVE:
		return walk_recursive(w, in, ret);
	case STEP_UNION:
		return walk_union(w, in, s, ret);
	case STEP_RANGE:
		w->begin_range++;
		*ret = in;
		return 0;
	case STEP_END:
		if (w->in_range == 0)
			return error_set_at(w->err, ERR_INVALID, &s->pos,
					    "'end' stands outside of a range");
		w->end_range++;
		return 0;
	}
	return 0;
}

static int walk_list(struct walker *w, struct values in, const struct step *list,
		     struct values *ret)
{
	struct values cur = in;

	for (size_t i = 0; i < list->count; i++) {
		struct values next = { .len = 0 };
		int r = walk_step(w, cur, list->steps[i], &next);

		if (r < 0)
			return r;
		cur = next;
	}
	*ret = cur;
	return 0;
}

/* A copy in which every number is a float64, as it is when encoding/json has read it. */
static struct node *float_copy(struct arena *a, const struct node *n)
{
	struct node *copy = node_copy_shallow(a, n);

	if (n->kind == NODE_NUMBER) {
		cleanup_strbuf struct strbuf text = STRBUF_INIT;

		go_float_text(&text, strtod(n->text, NULL));
		return node_number(a, text.buf, text.len, &n->pos);
	}
	if (n->kind == NODE_SEQ)
		for (size_t i = 0; i < n->len; i++)
			copy->items[i] = float_copy(a, n->items[i]);
	if (n->kind == NODE_MAP)
		for (size_t i = 0; i < n->len; i++)
			copy->entries[i].value = float_copy(a, n->entries[i].value);
	return copy;
}

static struct node *to_node(struct walker *w, const struct go_value *v)
{
	cleanup_strbuf struct strbuf text = STRBUF_INIT;

	switch (v->kind) {
	case GO_MAP:
	case GO_SLICE:
		return w->opts->numbers == GO_NUMBERS_FLOAT ? float_copy(w->arena, v->node)
							    : (struct node *)v->node;
	case GO_STRING:
		return node_string(w->arena, v->text, v->len, NULL);
	case GO_BOOL:
		return node_bool(w->arena, v->boolean);
	case GO_INT:
		strbuf_addf(&text, "%" PRId64, v->integer);
		return node_number(w->arena, text.buf, text.len, NULL);
	case GO_FLOAT:
		go_float_text(&text, v->real);
		return node_number(w->arena, text.buf, text.len, NULL);
	default:
		return node_new(w->arena, NODE_NULL, NULL);
	}
}

#define JSON_FLAGS (WRITE_SORT_KEYS | WRITE_GO_NUMBERS | WRITE_ESCAPE_HTML)

static void print_as_json(struct walker *w, struct values results)
{
	struct node **items = arena_alloc(w->arena, (results.len + 1) * sizeof(*items));

	for (size_t i = 0; i < results.len; i++)
		items[i] = to_node(w, &results.v[i]);
	tree_write_json(w->out, node_seq(w->arena, items, results.len, NULL), JSON_FLAGS);
}

static void print_results(struct walker *w, struct values results)
{
	if (w->opts->as_json) {
		print_as_json(w, results);
		return;
	}
	for (size_t i = 0; i < results.len; i++) {
		const struct go_value *v = &results.v[i];

		if (i > 0)
			strbuf_addch(w->out, ' ');
		if (v->kind == GO_MAP || v->kind == GO_SLICE)
			tree_write_json(w->out, to_node(w, v), JSON_FLAGS | WRITE_COMPACT);
		else if (v->kind == GO_NIL)
			strbuf_addstr(w->out, "null");
		else if (v->kind == GO_MISSING)
			strbuf_addstr(w->out, "<no value>");
		else
			go_print(w->out, v, w->opts->numbers);
	}
}

/*
 * Runs the steps from index on over one value. A range runs what follows it once for each of its
 * results, up to its end, and goes on behind that. quiet: an empty range is only walked for
 * its end.
 */
static int run(struct walker *w, const struct step *root, size_t from, struct go_value value,
	       bool quiet)
{
	struct values cur = { .v = &value, .len = 1, .alloc = 1 };

	for (size_t i = from; i < root->count; i++) {
		struct values results = { .len = 0 };
		int r = walk_step(w, cur, root->steps[i], &results);

		if (r < 0)
			return r;
		if (w->end_range > 0 && w->end_range <= w->in_range) {
			w->end_range--;
			w->last_end = (ptrdiff_t)i;
			break;
		}
		if (w->begin_range == 0) {
			if (!quiet)
				print_results(w, results);
			continue;
		}
		w->begin_range--;
		w->in_range++;
		for (size_t j = 0; j < results.len && r == 0; j++)
			r = run(w, root, i + 1, results.v[j], quiet);
		if (results.len == 0)
			r = run(w, root, i + 1, (struct go_value){ .kind = GO_MISSING }, true);
		if (r < 0)
			return r;
		w->in_range--;
		if (w->last_end > (ptrdiff_t)i)
			i = (size_t)w->last_end;
	}
	return 0;
}

int jsonpath_print(const struct jsonpath *path, const struct node *root,
		   const struct jsonpath_options *opts, struct strbuf *out, struct error *err)
{
	cleanup_arena struct arena *a = arena_new();
	struct walker w = { .arena = a, .opts = opts, .out = out, .err = err, .last_end = -1 };

	return run(&w, path->root, 0, go_value_of(root, opts->numbers), false);
}
