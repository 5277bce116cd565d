/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* What the parts of evaluation share: eval.c, eval_text.c, eval_map.c. Private to them. */

#include "base/limits.h"
#include "template/eval.h"

#define BYTES_PER_NODE 32 /* of a string: it is not free because it is one node */
#define LARGEST_OUTPUT (LIMIT_OUTPUT_NODES * (BYTES_PER_NODE + 1))

/* Reports *err at pos; false. code: if it has none. */
bool eval_report(struct eval *ev, const char *code, const struct pos *pos, struct error *err);
/* Reports once that `what` is used up, and stops everything; false. */
bool eval_out_of_budget(struct eval *ev, const struct pos *pos, const char *what);

/* Take from the budgets; false, after a report: they are used up. */
static inline bool eval_take_step(struct eval *ev, const struct pos *pos)
{
	if (ev->stopped)
		return false;
	if (ev->steps == 0)
		return eval_out_of_budget(ev, pos, "the allowed number of steps");
	ev->steps--;
	return true;
}

static inline bool eval_take_weight(struct eval *ev, const struct pos *pos, size_t weight)
{
	if (weight > ev->weight)
		return eval_out_of_budget(ev, pos, "10000000 nodes of output");
	ev->weight -= weight;
	return true;
}

/* The weight of a constant stays with it, for the next visit. */
static inline void eval_keep_weight(const struct tpl *t)
{
	((struct tpl *)t)->count = (uint32_t)eval_weight(t->node, LIMIT_OUTPUT_NODES);
}

/* The value of an expression; reports what is wrong. */
bool eval_expr(struct eval *ev, const struct expr *e, struct value *ret);
/* A TPL_TEXT, as eval_tpl(). checked: what holds JSON must go on to. */
bool eval_text(struct eval *ev, const struct tpl *t, bool checked, struct node **ret);
/* A TPL_JSON, a TPL_MAP. */
bool eval_json(struct eval *ev, const struct tpl *t, struct node **ret);
bool eval_map(struct eval *ev, const struct tpl *t, struct node **ret);
