/* SPDX-License-Identifier: Apache-2.0 */
/* A pattern to the code of an automaton, in one pass: operators move or copy what is there. */
#include <string.h>

#include "base/limits.h"
#include "base/memory.h"
#include "template/ascii.h"
#include "template/ere_internal.h"

struct parser {
	struct ere *ere;
	const char *at, *end;
	unsigned depth;
	const char *problem; /* the first one, a constant; everything ends then */
};

static void fail(struct parser *p, const char *problem)
{
	if (!p->problem)
		p->problem = problem;
	p->at = p->end;
}

/* Room for count more operations behind the last; NULL: the program would be too large. */
static struct ere_op *extend(struct parser *p, size_t count)
{
	struct ere *e = p->ere;

	if (count > LIMIT_PATTERN_OPS - e->len) {
		fail(p, "its repetitions are too large");
		return NULL;
	}
	ALLOC_GROW(e->ops, e->len + count, e->alloc);
	e->len += count;
	return e->ops + e->len - count;
}

static void emit(struct parser *p, struct ere_op op)
{
	struct ere_op *to = extend(p, 1);

	if (to)
		*to = op;
}

/* Puts an operation before those from start on. */
static void insert(struct parser *p, size_t start, struct ere_op op)
{
	struct ere_op *ops;

	if (!extend(p, 1))
		return;
	ops = p->ere->ops;
	memmove(ops + start + 1, ops + start, (p->ere->len - start - 1) * sizeof(*ops));
	ops[start] = op;
}

static struct ere_op split(size_t x, size_t y)
{
	return (struct ere_op){ .kind = ERE_SPLIT, .x = (int16_t)x, .y = (int16_t)y };
}

static struct ere_op jump_back(size_t by)
{
	return (struct ere_op){ .kind = ERE_JUMP, .x = (int16_t)-(ptrdiff_t)by };
}

static void emit_byte(struct parser *p, char c)
{
	emit(p, (struct ere_op){ .kind = ERE_BYTE, .byte = (unsigned char)c });
}

static void emit_set(struct parser *p, const struct ere_set *s)
{
	struct ere *e = p->ere;

	ALLOC_GROW(e->sets, e->set_count + 1, e->set_alloc);
	e->sets[e->set_count] = *s;
	emit(p, (struct ere_op){ .kind = ERE_SET, .x = (int16_t)e->set_count++ });
}

/* \w and \s, and with negated the others. */
static void emit_class(struct parser *p, const char *name, bool negated)
{
	struct ere_set s = { 0 };

	ere_add_class(&s, name, strlen(name));
	if (name[0] == 'a')
		s.bits['_' >> 5] |= (uint32_t)1 << ('_' & 31);
	for (unsigned i = 0; negated && i < 8; i++)
		s.bits[i] = ~s.bits[i];
	emit_set(p, &s);
}

/* The place that the sign behind a backslash asserts, or -1. */
static int place_of_sign(char c)
{
	static const char signs[] = "`'<>bB";
	static const char places[] = { ERE_BEGIN,    ERE_END,	    ERE_WORD_BEGIN,
				       ERE_WORD_END, ERE_WORD_EDGE, ERE_NO_WORD_EDGE };
	const char *at = strchr(signs, c);

	return at ? places[at - signs] : -1;
}

/* Whether an item was read that may be repeated: not so a place. */
static bool read_place(struct parser *p, int place)
{
	emit(p, (struct ere_op){ .kind = ERE_ASSERT, .byte = (uint8_t)place });
	return false;
}

/* What a backslash makes of the next byte. */
static bool read_escape(struct parser *p)
{
	char c;

	if (p->at == p->end) {
		fail(p, "trailing backslash");
		return false;
	}
	c = *p->at++;
	if (place_of_sign(c) >= 0)
		return read_place(p, place_of_sign(c));
	if (c == 'w' || c == 'W')
		emit_class(p, "alnum", c == 'W');
	else if (c == 's' || c == 'S')
		emit_class(p, "space", c == 'S');
	else if (c >= '1' && c <= '9')
		fail(p, "back-references are not supported");
	else
		emit_byte(p, c);
	return true;
}

static void read_alternatives(struct parser *p);

static void read_group(struct parser *p)
{
	if (p->depth == LIMIT_PATTERN_DEPTH) {
		fail(p, "it nests too deep");
		return;
	}
	p->depth++;
	read_alternatives(p);
	p->depth--;
	if (p->at == p->end || *p->at != ')')
		fail(p, "unmatched ( or \\(");
	else
		p->at++;
}

static void read_set(struct parser *p)
{
	struct ere_set s;
	const char *problem = ere_read_set(&p->at, p->end, &s);

	if (problem)
		fail(p, problem);
	else
		emit_set(p, &s);
}

static bool read_item(struct parser *p)
{
	char c = *p->at++;

	switch (c) {
	case '(':
		read_group(p);
		return true;
	case '[':
		read_set(p);
		return true;
	case '\\':
		return read_escape(p);
	case '.':
		emit(p, (struct ere_op){ .kind = ERE_ANY });
		return true;
	case '^':
	case '$':
		return read_place(p, c == '^' ? ERE_BEGIN : ERE_END);
	case '*':
	case '+':
	case '?':
	case '{':
		fail(p, "invalid preceding regular expression");
		return false;
	default:
		emit_byte(p, c);
		return true;
	}
}

/* A number; -1 if there is none. */
static int read_number(struct parser *p)
{
	int n = -1;

	for (; p->at < p->end && ascii_is_digit(*p->at); p->at++)
		if (n < LIMIT_PATTERN_OPS)
			n = (n < 0 ? 0 : n * 10) + (*p->at - '0');
	return n;
}

/* "n}", "n,}", "n,m}" or ",m}" behind a '{'; -1 in *ret_max: no bound. */
static bool read_bounds(struct parser *p, int *ret_min, int *ret_max)
{
	int min = read_number(p), max = min;
	bool comma = p->at < p->end && *p->at == ',';

	if (comma) {
		p->at++;
		max = read_number(p);
		min = min < 0 ? 0 : min;
	}
	if (p->at == p->end || *p->at++ != '}' || min < 0)
		fail(p, "it has a '{' that begins no repetition");
	else if (max >= 0 && max < min)
		fail(p, "invalid content of \\{\\}");
	else if (min > LIMIT_PATTERN_OPS || max > LIMIT_PATTERN_OPS)
		fail(p, "its repetitions are too large");
	*ret_min = min;
	*ret_max = max;
	return !p->problem;
}

static void append_copy(struct parser *p, const struct ere_op *item, size_t len)
{
	struct ere_op *to = len ? extend(p, len) : NULL;

	if (to)
		memcpy(to, item, len * sizeof(*item));
}

/* min copies of the item, then one that repeats, or max - min that may be left out. */
static void repeat(struct parser *p, size_t start, int min, int max)
{
	cleanup_free struct ere_op *item = NULL;
	size_t len = p->ere->len - start, optional;

	if (len) {
		item = xreallocarray(NULL, len, sizeof(*item));
		memcpy(item, p->ere->ops + start, len * sizeof(*item));
	}
	p->ere->len = start;
	for (int i = 0; i < min && !p->problem; i++)
		append_copy(p, item, len);
	if (max < 0) {
		emit(p, split(1, len + 2));
		append_copy(p, item, len);
		emit(p, jump_back(len + 1));
		return;
	}
	optional = (size_t)(max - min) * (len + 1);
	if (optional > LIMIT_PATTERN_OPS)
		fail(p, "its repetitions are too large");
	for (; optional && !p->problem; optional -= len + 1) {
		emit(p, split(1, optional));
		append_copy(p, item, len);
	}
}

/* One operator behind the item that begins at start. */
static void read_operator(struct parser *p, size_t start)
{
	const size_t len = p->ere->len - start;
	int min, max;

	switch (*p->at++) {
	case '*':
		insert(p, start, split(1, len + 2));
		emit(p, jump_back(len + 1));
		break;
	case '+':
		emit(p, split(1, 0));
		p->ere->ops[p->ere->len - 1].y = (int16_t)-(ptrdiff_t)len;
		break;
	case '?':
		insert(p, start, split(1, len + 1));
		break;
	default:
		if (read_bounds(p, &min, &max))
			repeat(p, start, min, max);
	}
}

static bool at_operator(const struct parser *p)
{
	return p->at < p->end && *p->at && strchr("*+?{", *p->at);
}

static void read_branch(struct parser *p)
{
	while (p->at < p->end && *p->at != '|' && *p->at != ')') {
		size_t start = p->ere->len;

		if (read_item(p))
			while (at_operator(p))
				read_operator(p, start);
	}
}

static void read_alternatives(struct parser *p)
{
	size_t start = p->ere->len, last_jump = 0;

	read_branch(p);
	/* Each branch but the last is "split, branch, jump to the end"; jumps are linked till then. */
	while (p->at < p->end && *p->at == '|') {
		p->at++;
		insert(p, start, split(1, p->ere->len - start + 2));
		emit(p, (struct ere_op){ .kind = ERE_JUMP, .x = (int16_t)last_jump });
		last_jump = p->ere->len;
		start = p->ere->len;
		read_branch(p);
	}
	while (last_jump && !p->problem) {
		struct ere_op *jump = &p->ere->ops[last_jump - 1];

		last_jump = (size_t)jump->x;
		jump->x = (int16_t)(p->ere->len - (size_t)(jump - p->ere->ops));
	}
}

int ere_compile(struct ere *ere, const char *pattern, size_t len, struct error *err)
{
	struct parser p = { .ere = ere, .at = pattern, .end = pattern + len };

	if (len > LIMIT_PATTERN_BYTES)
		return error_set(err, ERR_INVALID, "it is longer than %d characters",
				 LIMIT_PATTERN_BYTES);
	read_alternatives(&p);
	if (p.at < p.end)
		fail(&p, "unmatched ) or \\)");
	emit(&p, (struct ere_op){ .kind = ERE_MATCH });
	if (p.problem)
		return error_set(err, ERR_INVALID, "%s", p.problem);
	return 0;
}

void ere_release(struct ere *ere)
{
	free(ere->ops);
	free(ere->sets);
	*ere = (struct ere)ERE_INIT;
}
