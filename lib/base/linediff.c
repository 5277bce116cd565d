/* SPDX-License-Identifier: Apache-2.0 */
#include "base/linediff.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

#define CONTEXT 3
/* Changed lines that are looked for; the memory is in proportion to the square. */
#define MOST_CHANGES 2000

struct line {
	const char *text;
	size_t len; /* without the line end */
};

struct lines {
	struct line *v;
	size_t n, alloc;
};

/* One step of the way from the first text to the second. */
enum edit { KEEP, DROP, ADD };

struct script {
	unsigned char *v; /* enum edit, in order */
	size_t n, alloc;
};

static void split(struct lines *l, const struct diff_side *side)
{
	const char *p = side->text, *end = p + side->len;

	while (p < end) {
		const char *nl = memchr(p, '\n', (size_t)(end - p));
		const char *stop = nl ? nl : end;

		ALLOC_GROW(l->v, l->n + 1, l->alloc);
		l->v[l->n++] = (struct line){ p, (size_t)(stop - p) };
		p = nl ? nl + 1 : end;
	}
}

static bool same(const struct line *a, const struct line *b)
{
	return a->len == b->len && !memcmp(a->text, b->text, a->len);
}

static void push(struct script *s, enum edit e)
{
	ALLOC_GROW(s->v, s->n + 1, s->alloc);
	s->v[s->n++] = (unsigned char)e;
}

static void reverse(struct script *s)
{
	for (size_t i = 0, k = s->n; i + 1 < k; i++) {
		unsigned char e = s->v[i];

		s->v[i] = s->v[--k];
		s->v[k] = e;
	}
}

/* How far each diagonal was reached after d changes: 2 d + 1 of them. */
struct trace {
	ptrdiff_t **rounds;
	size_t n;
};

static ptrdiff_t reached(const ptrdiff_t *round, ptrdiff_t d, ptrdiff_t k)
{
	return k < -d || k > d ? -1 : round[k + d];
}

/* On diagonal k with d changes: did a line come in (from above), or go (from the left)? */
static bool came_down(const ptrdiff_t *before, ptrdiff_t d, ptrdiff_t k)
{
	return k == -d || (k != d && reached(before, d - 1, k - 1) < reached(before, d - 1, k + 1));
}

/* True when the end was reached; the rounds are kept to walk back. */
static bool search(const struct lines *a, const struct lines *b, struct trace *t)
{
	const ptrdiff_t n = (ptrdiff_t)a->n, m = (ptrdiff_t)b->n;

	for (ptrdiff_t d = 0; d <= n + m && d <= MOST_CHANGES; d++) {
		const ptrdiff_t *before = d ? t->rounds[d - 1] : NULL;
		ptrdiff_t *round = xreallocarray(NULL, (size_t)(2 * d + 1), sizeof(*round));

		t->rounds = xreallocarray(t->rounds, (size_t)d + 1, sizeof(*t->rounds));
		t->rounds[t->n++] = round;
		for (ptrdiff_t k = -d; k <= d; k++)
			round[k + d] = -1;
		for (ptrdiff_t k = -d; k <= d; k += 2) {
			ptrdiff_t x = 0, y;

			if (d)
				x = came_down(before, d, k) ? reached(before, d - 1, k + 1)
							    : reached(before, d - 1, k - 1) + 1;
			y = x - k;
			while (x < n && y < m && y >= 0 && x >= 0 && same(&a->v[x], &b->v[y])) {
				x++;
				y++;
			}
			round[k + d] = x;
			if (x >= n && y >= m)
				return true;
		}
	}
	return false;
}

static void walk_back(const struct lines *a, const struct lines *b, const struct trace *t,
		      struct script *s)
{
	ptrdiff_t x = (ptrdiff_t)a->n, y = (ptrdiff_t)b->n;

	for (ptrdiff_t d = (ptrdiff_t)t->n - 1; d >= 0; d--) {
		const ptrdiff_t k = x - y;
		const ptrdiff_t *before = d ? t->rounds[d - 1] : NULL;
		const bool down = d && came_down(before, d, k);
		const ptrdiff_t from = !d ? 0 : reached(before, d - 1, down ? k + 1 : k - 1);
		const ptrdiff_t start = !d ? 0 : down ? from : from + 1;

		for (; x > start; x--, y--)
			push(s, KEEP);
		if (d)
			push(s, down ? ADD : DROP);
		x = from;
		y = d ? from - (down ? k + 1 : k - 1) : 0;
	}
	reverse(s);
}

static void replace_all(const struct lines *a, const struct lines *b, struct script *s)
{
	for (size_t i = 0; i < a->n; i++)
		push(s, DROP);
	for (size_t i = 0; i < b->n; i++)
		push(s, ADD);
}

static void compare(const struct lines *a, const struct lines *b, struct script *s)
{
	struct trace t = { 0 };

	if (search(a, b, &t))
		walk_back(a, b, &t, s);
	else
		replace_all(a, b, s);
	for (size_t i = 0; i < t.n; i++)
		free(t.rounds[i]);
	free(t.rounds);
}

static void add_line(struct strbuf *out, char mark, const struct line *l, bool colour)
{
	const char *escape = mark == '-' ? "\x1b[31m" : mark == '+' ? "\x1b[32m" : "";

	if (colour)
		strbuf_addstr(out, escape);
	strbuf_addch(out, mark);
	strbuf_add(out, l->text, l->len);
	if (colour && *escape)
		strbuf_addstr(out, "\x1b[0m");
	strbuf_addch(out, '\n');
}

/* The end of the hunk that begins at `at`: where more than twice the context is the same. */
static size_t hunk_end(const struct script *s, size_t at)
{
	size_t kept = 0, end = at;

	for (size_t i = at; i < s->n && kept <= 2 * CONTEXT; i++) {
		kept = s->v[i] == KEEP ? kept + 1 : 0;
		if (!kept)
			end = i + 1;
	}
	return end + CONTEXT < s->n ? end + CONTEXT : s->n;
}

static void add_hunk(struct strbuf *out, const struct lines *a, const struct lines *b,
		     const struct script *s, size_t from, size_t to, size_t x, size_t y,
		     bool colour)
{
	size_t drops = 0, adds = 0, keeps = 0;

	for (size_t i = from; i < to; i++) {
		drops += s->v[i] == DROP;
		adds += s->v[i] == ADD;
		keeps += s->v[i] == KEEP;
	}
	/* An empty side is named by the line before it. */
	strbuf_addf(out, "%s@@ -%zu,%zu +%zu,%zu @@%s\n", colour ? "\x1b[36m" : "",
		    x + (keeps + drops > 0), keeps + drops, y + (keeps + adds > 0), keeps + adds,
		    colour ? "\x1b[0m" : "");
	for (size_t i = from; i < to; i++) {
		const enum edit e = s->v[i];

		add_line(out, e == KEEP ? ' ' : e == DROP ? '-' : '+',
			 e == ADD ? &b->v[y] : &a->v[x], colour);
		x += e != ADD;
		y += e != DROP;
	}
}

static void add_hunks(struct strbuf *out, const struct lines *a, const struct lines *b,
		      const struct script *s, bool colour)
{
	size_t x = 0, y = 0, at = 0;

	for (size_t i = 0; i < s->n; i++) {
		size_t from, end;

		if (s->v[i] == KEEP)
			continue;
		from = i - at < CONTEXT ? at : i - CONTEXT;
		for (; at < from; at++) {
			x += s->v[at] != ADD;
			y += s->v[at] != DROP;
		}
		end = hunk_end(s, i);
		add_hunk(out, a, b, s, from, end, x, y, colour);
		for (; at < end; at++) {
			x += s->v[at] != ADD;
			y += s->v[at] != DROP;
		}
		i = end - 1;
	}
}

bool linediff(struct strbuf *out, const struct diff_side *from, const struct diff_side *to,
	      bool colour)
{
	struct lines a = { 0 }, b = { 0 };
	struct script s = { 0 };
	bool differ = from->len != to->len || memcmp(from->text, to->text, from->len) != 0;

	if (differ) {
		split(&a, from);
		split(&b, to);
		compare(&a, &b, &s);
		strbuf_addf(out, "--- %s\n+++ %s\n", from->name, to->name);
		add_hunks(out, &a, &b, &s, colour);
	}
	free(a.v);
	free(b.v);
	free(s.v);
	return differ;
}
