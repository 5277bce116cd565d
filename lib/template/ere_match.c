/* SPDX-License-Identifier: Apache-2.0 */
/* All states of the automaton at once, byte by byte. */
#include "base/memory.h"
#include "template/ere_internal.h"

struct states {
	uint16_t *at;
	size_t len;
};

struct matcher {
	const struct ere *ere;
	const unsigned char *text, *end;
	uint32_t *seen;	    /* of each operation: the step that reached it last */
	uint16_t *waiting;  /* operations to look at */
	uint32_t step;
};

static bool is_place(const struct matcher *m, const unsigned char *at, enum ere_place place)
{
	const bool before = at > m->text && ere_is_word(at[-1]);
	const bool behind = at < m->end && ere_is_word(*at);

	switch (place) {
	case ERE_BEGIN:
		return at == m->text;
	case ERE_END:
		return at == m->end;
	case ERE_WORD_BEGIN:
		return !before && behind;
	case ERE_WORD_END:
		return before && !behind;
	case ERE_WORD_EDGE:
		return before != behind;
	default:
		return before == behind;
	}
}

static void wait(struct matcher *m, size_t *waiting, size_t op)
{
	if (m->seen[op] == m->step)
		return;
	m->seen[op] = m->step;
	m->waiting[(*waiting)++] = (uint16_t)op;
}

/* Adds what op leads to without taking a byte. Each operation waits once in a step. */
static void follow(struct matcher *m, const unsigned char *at, size_t op, struct states *to)
{
	size_t waiting = 0;

	wait(m, &waiting, op);
	while (waiting) {
		const size_t i = m->waiting[--waiting];
		const struct ere_op *o = &m->ere->ops[i];

		switch (o->kind) {
		case ERE_SPLIT:
			wait(m, &waiting, (size_t)((ptrdiff_t)i + o->y));
			wait(m, &waiting, (size_t)((ptrdiff_t)i + o->x));
			break;
		case ERE_JUMP:
			wait(m, &waiting, (size_t)((ptrdiff_t)i + o->x));
			break;
		case ERE_ASSERT:
			if (is_place(m, at, o->byte))
				wait(m, &waiting, i + 1);
			break;
		default:
			to->at[to->len++] = (uint16_t)i;
		}
	}
}

static bool takes(const struct ere *e, const struct ere_op *o, unsigned char c)
{
	switch (o->kind) {
	case ERE_BYTE:
		return o->byte == c;
	case ERE_ANY:
		return true;
	case ERE_SET:
		return ere_set_has(&e->sets[o->x], c);
	default:
		return false;
	}
}

static bool run(struct matcher *m, struct states *now, struct states *next)
{
	const struct ere_op *ops = m->ere->ops;
	struct states *swap;

	m->step++;
	follow(m, m->text, 0, now);
	for (const unsigned char *p = m->text; p < m->end && now->len; p++) {
		m->step++;
		next->len = 0;
		for (size_t i = 0; i < now->len; i++)
			if (takes(m->ere, &ops[now->at[i]], *p))
				follow(m, p + 1, now->at[i] + (size_t)1, next);
		swap = now;
		now = next;
		next = swap;
	}
	/* Nothing is seen twice: what is the last operation has matched. */
	return m->seen[m->ere->len - 1] == m->step && now->len;
}

bool ere_matches(const struct ere *ere, const char *text, size_t len)
{
	const size_t ops = ere->len;
	cleanup_free uint32_t *seen = xcalloc(ops, sizeof(*seen));
	cleanup_free uint16_t *room = xreallocarray(NULL, 3 * ops, sizeof(*room));
	struct states now = { .at = room }, next = { .at = room + ops };
	struct matcher m = {
		.ere = ere,
		.text = (const unsigned char *)text,
		.end = (const unsigned char *)text + len,
		.seen = seen,
		.waiting = room + 2 * ops,
	};

	return run(&m, &now, &next);
}
