/* SPDX-License-Identifier: Apache-2.0 */
/* Values to document nodes and back. */
#include "template/value.h"

#include <string.h>

#include "base/limits.h"
#include "template/quantity.h"

static int list_to_node(struct arena *a, const struct value *v, const struct pos *pos,
			struct node **ret, struct error *err)
{
	struct node **items = arena_alloc(a, v->count * sizeof(*items));

	for (size_t i = 0; i < v->count; i++) {
		int rc = value_to_node(a, &v->items[i], pos, &items[i], err);

		if (rc < 0)
			return rc;
	}
	*ret = node_seq(a, items, v->count, pos);
	return 0;
}

static bool is_whole_text(const char *text, size_t len)
{
	return len > 0 && text[len - 1] >= '0' && text[len - 1] <= '9';
}

int value_to_node(struct arena *a, const struct value *v, const struct pos *pos, struct node **ret,
		  struct error *err)
{
	char buf[VALUE_TEXT_MAX];
	const char *text;
	size_t len;
	int rc;

	switch (v->kind) {
	case VALUE_NULL:
		*ret = node_new(a, NODE_NULL, pos);
		return 0;
	case VALUE_BOOL:
		*ret = node_new(a, NODE_BOOL, pos);
		(*ret)->boolean = v->boolean;
		return 0;
	case VALUE_NODE:
		*ret = v->node;
		return 0;
	case VALUE_LIST:
		return list_to_node(a, v, pos, ret, err);
	case VALUE_STRING:
	case VALUE_NUMBER:
	case VALUE_QUANTITY:
	default:
		break;
	}
	rc = value_text(v, buf, &text, &len, err);
	if (rc < 0) {
		error_locate(err, pos);
		return rc;
	}
	if (v->kind == VALUE_NUMBER || (v->kind == VALUE_QUANTITY && is_whole_text(text, len)))
		*ret = node_number(a, text, len, pos);
	else
		*ret = node_string(a, text, len, pos);
	return 0;
}

size_t value_least_text(const struct value *v, size_t limit)
{
	size_t sum = 1;

	if (v->kind == VALUE_STRING)
		return sum + v->len;
	if (v->kind == VALUE_NODE)
		return node_least_text(v->node, limit);
	for (size_t i = 0; v->kind == VALUE_LIST && i < v->count && sum <= limit; i++)
		sum += value_least_text(&v->items[i], limit - sum);
	return sum;
}

static int list_from_node(struct arena *a, const struct node *n, struct value *ret,
			  struct error *err)
{
	struct value *items = arena_alloc(a, n->len * sizeof(*items));
	size_t weight = 0;
	uint32_t count = 0;
	int rc;

	/* Shared parts are expanded here, so stop as soon as it is too much. */
	while (count < n->len && weight <= LIMIT_LIST_ITEMS) {
		rc = value_from_node(a, n->items[count], &items[count], err);
		if (rc < 0)
			return rc;
		weight += 1 + (items[count].kind == VALUE_LIST ? items[count].weight : 0);
		count++;
	}
	rc = value_list(items, count, ret, err);
	if (rc < 0)
		error_locate(err, &n->pos);
	return rc;
}

int value_from_node(struct arena *a, const struct node *n, struct value *ret, struct error *err)
{
	struct value v = { .kind = VALUE_NODE, .node = (struct node *)n };
	struct decimal d;

	if (n->tag) {
		*ret = v;
		return 0;
	}
	switch (n->kind) {
	case NODE_NULL:
		v = (struct value){ .kind = VALUE_NULL };
		break;
	case NODE_BOOL:
		v = value_bool(n->boolean);
		break;
	case NODE_STRING:
		v = value_string(n->text, n->len);
		break;
	case NODE_NUMBER:
		decimal_scan(n->text, n->len, DECIMAL_STRICT, &d);
		/* What is out of range passes through as it was written. */
		if (d.used == n->len && decimal_value(&d, 0, 0, &v.number))
			v.kind = VALUE_NUMBER;
		else
			v = (struct value){ .kind = VALUE_NODE, .node = (struct node *)n };
		break;
	case NODE_SEQ:
		return list_from_node(a, n, ret, err);
	case NODE_MAP:
	default:
		break;
	}
	*ret = v;
	return 0;
}
