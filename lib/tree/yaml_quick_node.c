/* SPDX-License-Identifier: Apache-2.0 */
#include "tree/yaml_quick.h"

#include "base/limits.h"

/* libyaml counts stand-ins for the brackets of references, three bytes each: it decides then. */
#define MOST_ALIAS_NODES (LIMIT_ALIAS_NODES / 4)

struct node *yaml_quick_container(struct yaml_quick *q, enum node_kind kind,
				  const struct yaml_place *place)
{
	struct node *n = builder_node(&q->r->build, kind, place->line, place->column);

	n->tag = place->tag;
	return n;
}

struct node *yaml_quick_string(struct yaml_quick *q, const struct yaml_place *place)
{
	struct node *n = yaml_quick_container(q, NODE_STRING, place);

	if (place->tag)
		n->pos.column = yaml_quick_column(q);
	return n;
}

/* A node is complete: it is a child of what is being read. */
static void push(struct yaml_quick *q, struct node *n, size_t weight, uint32_t height)
{
	builder_push(&q->r->build, n);
	q->weight += weight;
	if (height > q->height)
		q->height = height;
}

static struct yaml_anchor *anchor(struct yaml_quick *q, struct node *n,
				  const struct yaml_place *place)
{
	return yaml_set_anchor(q->r, place->anchor, place->anchor_len, n);
}

/* Sets *ret_weight, which counts the text before it is given a meaning. */
static bool complete(struct yaml_quick *q, struct node *n, const struct yaml_place *place,
		     size_t *ret_weight)
{
	struct yaml_anchor *a;

	*ret_weight = 1 + n->len / YAML_BYTES_PER_WEIGHT;
	if (q->r->build.full || !yaml_quick_resolve(q, n))
		return false;
	if (place->anchor) {
		a = anchor(q, n, place);
		a->weight = *ret_weight;
		a->open = false;
	}
	return true;
}

bool yaml_quick_push(struct yaml_quick *q, struct node *n, const struct yaml_place *place)
{
	size_t weight;

	if (!complete(q, n, place, &weight))
		return false;
	push(q, n, weight, 0);
	return true;
}

bool yaml_quick_push_key(struct yaml_quick *q, struct node *n, const struct yaml_place *place,
			 const char *start)
{
	const bool merge = n->plain && !n->tag && n->len == 2 && memcmp(n->text, "<<", 2) == 0;
	size_t weight;

	if (q->p - 1 - start > YAML_QUICK_KEY || !complete(q, n, place, &weight))
		return false;
	if (n->kind != NODE_STRING && yaml_key(q->r, n, &n) < 0)
		return false;
	if (merge)
		n->boolean = q->merges = true;
	push(q, n, weight, 0);
	return true;
}

bool yaml_quick_alias(struct yaml_quick *q)
{
	const char *name = q->p + 1;
	const struct yaml_anchor *a;

	for (q->p++; yaml_quick_in_name(*q->p);)
		q->p++;
	if (!yaml_quick_blank(*q->p) && !(q->flow_depth && strchr(",]}", *q->p)))
		return false;
	a = strmap_get(&q->r->anchors, name, (size_t)(q->p - name));
	if (!a || a->open || q->depth + a->height > LIMIT_DEPTH)
		return false;
	q->r->alias_weight += a->weight;
	if (q->r->alias_weight > MOST_ALIAS_NODES)
		return false;
	push(q, a->node, a->weight, a->height);
	return true;
}

bool yaml_quick_enter(struct yaml_quick *q, struct yaml_level *ret, struct node *n,
		      const struct yaml_place *place)
{
	*ret = (struct yaml_level){
		.node = n, .base = q->r->build.top, .weight = q->weight, .height = q->height,
		.merges = q->merges, .anchor = place->anchor ? anchor(q, n, place) : NULL,
	};
	q->weight = 1;
	q->height = 0;
	q->merges = false;
	return ++q->depth <= LIMIT_DEPTH && !q->r->build.full;
}

static bool check_keys(struct yaml_quick *q, struct node *map)
{
	struct yaml_reader *r = q->r;

	if (q->merges)
		return yaml_merge(r, map) == 0;
	return builder_check_keys(&r->build, map,
				  r->flags & (READ_DUPLICATE_KEYS_LAST_WINS | READ_OC), "YAML",
				  r->err) == 0;
}

bool yaml_quick_leave(struct yaml_quick *q, const struct yaml_level *level)
{
	struct node *n = level->node;
	size_t weight = q->weight;
	uint32_t height = q->height + 1;

	q->depth--;
	builder_close(&q->r->build, n, level->base);
	if (n->kind == NODE_MAP && !check_keys(q, n))
		return false;
	if (level->anchor) {
		level->anchor->weight = weight;
		level->anchor->height = height;
		level->anchor->open = false;
	}
	q->weight = level->weight;
	q->height = level->height;
	q->merges = level->merges;
	push(q, n, weight, height);
	return true;
}
