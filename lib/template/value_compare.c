/* SPDX-License-Identifier: Apache-2.0 */
/* Equality and order of values. */
#include "template/expr_internal.h"

#include <string.h>

#include "base/limits.h"
#include "template/fraction.h"

bool value_is_numeric(const struct value *v)
{
	return v->kind == VALUE_NUMBER || v->kind == VALUE_QUANTITY;
}

bool value_comparable(const struct value *a, const struct value *b)
{
	return a->kind == b->kind || (value_is_numeric(a) && value_is_numeric(b));
}

static bool spend(size_t *steps, size_t n)
{
	if (*steps < n)
		return false;
	*steps -= n;
	return true;
}

static int same_text(const char *a, size_t a_len, const char *b, size_t b_len, size_t *steps)
{
	if (a_len != b_len)
		return 0;
	if (a == b)
		return 1;
	if (!spend(steps, a_len / BYTES_PER_STEP))
		return -1;
	return memcmp(a, b, a_len) == 0;
}

static int same_number(const struct node *a, const struct node *b)
{
	struct fraction x, y;
	struct decimal d, e;

	if (a->len == b->len && memcmp(a->text, b->text, a->len) == 0)
		return 1;
	decimal_scan(a->text, a->len, DECIMAL_STRICT, &d);
	decimal_scan(b->text, b->len, DECIMAL_STRICT, &e);
	return decimal_value(&d, 0, 0, &x) && decimal_value(&e, 0, 0, &y) &&
	       fraction_compare(x, y) == 0;
}

static int same_node(const struct node *a, const struct node *b, unsigned depth, size_t *steps);

static int same_map(const struct node *a, const struct node *b, unsigned depth, size_t *steps)
{
	for (uint32_t i = 0; i < a->len; i++) {
		const struct node *key = a->entries[i].key;
		ptrdiff_t at;
		int same;

		/* Looking up a key walks the other map. */
		if (!spend(steps, b->len))
			return -1;
		at = node_index(b, key->text, key->len);
		if (at < 0)
			return 0;
		same = same_node(a->entries[i].value, b->entries[at].value, depth, steps);
		if (same <= 0)
			return same;
	}
	return 1;
}

/* Documents that !let made of each other may share parts many times over; steps bound the work. */
static int same_node(const struct node *a, const struct node *b, unsigned depth, size_t *steps)
{
	if (a == b)
		return 1;
	if (!spend(steps, 1) || depth == 0)
		return -1;
	if ((a->tag || b->tag) && (!a->tag || !b->tag || strcmp(a->tag, b->tag) != 0))
		return 0;
	if (a->kind != b->kind || (a->len != b->len && a->kind != NODE_NUMBER))
		return 0;
	switch (a->kind) {
	case NODE_BOOL:
		return a->boolean == b->boolean;
	case NODE_STRING:
		return same_text(a->text, a->len, b->text, b->len, steps);
	case NODE_NUMBER:
		return same_number(a, b);
	case NODE_SEQ:
		for (uint32_t i = 0; i < a->len; i++) {
			int same = same_node(a->items[i], b->items[i], depth - 1, steps);

			if (same <= 0)
				return same;
		}
		return 1;
	case NODE_MAP:
		return same_map(a, b, depth - 1, steps);
	default:
		return 1;
	}
}

static int same_list(const struct value *a, const struct value *b, size_t *steps)
{
	if (a->count != b->count)
		return 0;
	for (size_t i = 0; a->items != b->items && i < a->count; i++) {
		int same = value_same(&a->items[i], &b->items[i], steps);

		if (same <= 0)
			return same;
	}
	return 1;
}

int value_same(const struct value *a, const struct value *b, size_t *steps)
{
	if (!spend(steps, 1))
		return -1;
	if (!value_comparable(a, b))
		return 0;
	switch (a->kind) {
	case VALUE_NULL:
		return 1;
	case VALUE_BOOL:
		return a->boolean == b->boolean;
	case VALUE_NUMBER:
	case VALUE_QUANTITY:
		return a->number.num == b->number.num && a->number.den == b->number.den;
	case VALUE_STRING:
		return same_text(a->text, a->len, b->text, b->len, steps);
	case VALUE_LIST:
		return same_list(a, b, steps);
	case VALUE_NODE:
	default:
		return same_node(a->node, b->node, 2 * LIMIT_DEPTH, steps);
	}
}

bool value_equal(const struct value *a, const struct value *b)
{
	size_t steps = SIZE_MAX;

	return value_same(a, b, &steps) == 1;
}

int value_order(const struct value *a, const struct value *b)
{
	size_t len;
	int order;

	if (a->kind != VALUE_STRING)
		return fraction_compare(a->number, b->number);
	len = a->len < b->len ? a->len : b->len;
	order = len ? memcmp(a->text, b->text, len) : 0;
	return order ? order : (a->len > b->len) - (a->len < b->len);
}
