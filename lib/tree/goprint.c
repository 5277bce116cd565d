/* SPDX-License-Identifier: Apache-2.0 */
#include "tree/goprint.h"

#include "base/memory.h"
#include "tree/number.h"
#include "tree/write.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

void go_print_float(struct strbuf *out, double v)
{
	if (isinf(v))
		strbuf_addstr(out, v < 0 ? "-Inf" : "+Inf");
	else if (isnan(v))
		strbuf_addstr(out, "NaN");
	else
		number_add_double(out, v, NUMBER_YAML);
}

void go_float_text(struct strbuf *out, double v)
{
	size_t start = out->len;

	number_add_double(out, v, NUMBER_JSON);
	if (!memchr(out->buf + start, '.', out->len - start) &&
	    !memchr(out->buf + start, 'e', out->len - start))
		strbuf_addstr(out, ".0");
}

static struct go_value number_of(const struct node *n, enum go_numbers numbers)
{
	struct go_value v = { .kind = GO_INT };

	if (numbers == GO_NUMBERS_TEXT && number_is_int64(n->text, n->len)) {
		v.integer = strtoll(n->text, NULL, 10);
		return v;
	}
	if (numbers == GO_NUMBERS_VALUE) {
		cleanup_strbuf struct strbuf text = STRBUF_INIT;

		tree_write_go_number(&text, n->text, n->len);
		if (number_is_int64(text.buf, text.len)) {
			v.integer = strtoll(text.buf, NULL, 10);
			return v;
		}
	}
	v.kind = GO_FLOAT;
	v.real = strtod(n->text, NULL);
	return v;
}

struct go_value go_value_of(const struct node *n, enum go_numbers numbers)
{
	if (!n)
		return (struct go_value){ .kind = GO_MISSING };
	switch ((enum node_kind)n->kind) {
	case NODE_NULL:
		break;
	case NODE_BOOL:
		return go_bool(n->boolean);
	case NODE_NUMBER:
		return number_of(n, numbers);
	case NODE_STRING:
		return go_string(n->text, n->len);
	case NODE_SEQ:
		return (struct go_value){ .kind = GO_SLICE, .node = n };
	case NODE_MAP:
		return (struct go_value){ .kind = GO_MAP, .node = n };
	}
	return (struct go_value){ .kind = GO_NIL };
}

struct go_value go_string(const char *text, size_t len)
{
	struct go_value v = { .kind = GO_STRING };

	v.text = text;
	v.len = len;
	return v;
}

struct go_value go_int(int64_t i)
{
	return (struct go_value){ .kind = GO_INT, .integer = i };
}

struct go_value go_bool(bool b)
{
	return (struct go_value){ .kind = GO_BOOL, .boolean = b };
}

static void print_node(struct strbuf *out, const struct node *n, enum go_numbers numbers)
{
	struct go_value v = go_value_of(n, numbers);

	go_print(out, &v, numbers);
}

static void print_map(struct strbuf *out, const struct node *map, enum go_numbers numbers)
{
	cleanup_arena struct arena *a = arena_new();
	size_t len;
	const struct entry **sorted = go_sorted_entries(a, map, &len);

	strbuf_addstr(out, "map[");
	for (size_t i = 0; i < len; i++) {
		if (i > 0)
			strbuf_addch(out, ' ');
		strbuf_add(out, sorted[i]->key->text, sorted[i]->key->len);
		strbuf_addch(out, ':');
		print_node(out, sorted[i]->value, numbers);
	}
	strbuf_addch(out, ']');
}

void go_print(struct strbuf *out, const struct go_value *v, enum go_numbers numbers)
{
	switch (v->kind) {
	case GO_MISSING:
	case GO_NIL:
		strbuf_addstr(out, "<nil>");
		break;
	case GO_BOOL:
		strbuf_addstr(out, v->boolean ? "true" : "false");
		break;
	case GO_INT:
		strbuf_addf(out, "%" PRId64, v->integer);
		break;
	case GO_FLOAT:
		go_print_float(out, v->real);
		break;
	case GO_STRING:
		strbuf_add(out, v->text, v->len);
		break;
	case GO_SLICE:
		strbuf_addch(out, '[');
		for (size_t i = 0; i < v->node->len; i++) {
			if (i > 0)
				strbuf_addch(out, ' ');
			print_node(out, v->node->items[i], numbers);
		}
		strbuf_addch(out, ']');
		break;
	case GO_MAP:
		print_map(out, v->node, numbers);
		break;
	}
}

static int compare_entries(const void *pa, const void *pb)
{
	const struct entry *a = *(const struct entry *const *)pa;
	const struct entry *b = *(const struct entry *const *)pb;
	size_t n = a->key->len < b->key->len ? a->key->len : b->key->len;
	int c = n ? memcmp(a->key->text, b->key->text, n) : 0;

	if (c != 0)
		return c;
	if (a->key->len != b->key->len)
		return a->key->len < b->key->len ? -1 : 1;
	return a < b ? -1 : a > b;
}

const struct entry **go_sorted_entries(struct arena *a, const struct node *map, size_t *ret_len)
{
	size_t size = ((size_t)map->len + 1) * sizeof(const struct entry *);
	const struct entry **v = arena_alloc(a, size);
	size_t kept = 0;

	for (size_t i = 0; i < map->len; i++)
		v[i] = &map->entries[i];
	qsort(v, map->len, sizeof(const struct entry *), compare_entries);
	for (size_t i = 0; i < map->len; i++) {
		const struct entry *last = kept ? v[kept - 1] : NULL;

		if (last && last->key->len == v[i]->key->len &&
		    memcmp(last->key->text, v[i]->key->text, last->key->len) == 0)
			kept--;
		v[kept++] = v[i];
	}
	*ret_len = kept;
	return v;
}
