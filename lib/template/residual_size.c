/* SPDX-License-Identifier: Apache-2.0 */
#include "template/residual.h"

/* How large a residual becomes at least, before it is printed. */

static size_t expr_size(const struct expr *e, size_t limit)
{
	size_t sum = 1;

	if (e->kind == EXPR_CONST)
		return value_least_text(&e->value, limit);
	for (uint32_t i = 0; i < e->argc && sum <= limit; i++)
		sum += expr_size(e->args[i], limit - sum);
	return sum;
}

static size_t text_size(const struct tpl *t, size_t limit)
{
	size_t sum = 1;

	for (size_t i = 0; i < t->count && sum <= limit; i++)
		sum += t->pieces[i].expr ? expr_size(t->pieces[i].expr, limit - sum)
					 : t->pieces[i].len;
	return sum;
}

static size_t map_size(const struct tpl *t, size_t limit)
{
	size_t sum = 1;

	for (size_t i = 0; i < t->count && sum <= limit; i++) {
		sum += residual_size(t->entries[i].key, limit - sum);
		if (sum <= limit)
			sum += residual_size(t->entries[i].value, limit - sum);
	}
	return sum;
}

static size_t items_size(const struct tpl *t, size_t count, size_t limit)
{
	size_t sum = 1;

	for (size_t i = 0; i < count && sum <= limit; i++)
		sum += residual_size(t->items[i], limit - sum);
	return sum;
}

static size_t let_size(const struct tpl *t, size_t limit)
{
	size_t sum = 1;

	for (size_t i = 0; i < t->count && sum <= limit; i++)
		sum += residual_size(t->bindings[i].value, limit - sum);
	return sum <= limit ? sum + items_size(t, 1, limit - sum) : sum;
}

size_t residual_size(const struct tpl *t, size_t limit)
{
	size_t sum = t && t->expr ? expr_size(t->expr, limit) : 1;

	if (!t || sum > limit)
		return sum;
	limit -= sum;
	switch ((enum tpl_kind)t->kind) {
	case TPL_CONST:
		return sum + node_least_text(t->node, limit);
	case TPL_MAP:
		return sum + map_size(t, limit);
	case TPL_TEXT:
		return sum + text_size(t, limit);
	case TPL_LET:
		return sum + let_size(t, limit);
	case TPL_SEQ:
		return sum + items_size(t, t->count, limit);
	case TPL_IF:
	case TPL_ASSERT:
		return sum + items_size(t, 2, limit);
	case TPL_FOR:
		return sum + items_size(t, 1, limit);
	case TPL_EXPR:
	case TPL_JSON:
		break;
	}
	return sum;
}
