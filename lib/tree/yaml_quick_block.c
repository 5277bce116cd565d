/* SPDX-License-Identifier: Apache-2.0 */
#include "tree/yaml_quick.h"

/* The scalars behind '|' and '>'. */
struct block {
	struct yaml_quick *q;
	bool literal;
	char chomp; /* '-', '+', or NUL to keep one line break */
	int indent; /* 0: not known yet */
	char *to;
	size_t breaks;	     /* of empty lines since the last one that was not */
	bool broken;	     /* that one ended in a line break */
	bool blank;	     /* and began with a blank, so that no line is folded beside it */
};

/* Behind the indicator: "+", "-", a digit, in any order. */
static bool read_header(struct block *b, int around)
{
	struct yaml_quick *q = b->q;
	char *p = q->p;

	for (int i = 0; i < 2; i++, p++)
		if (!b->chomp && (*p == '+' || *p == '-'))
			b->chomp = *p;
		else if (!b->indent && *p >= '1' && *p <= '9')
			b->indent = *p - '0';
		else
			break;
	if (b->indent && around > 0)
		b->indent += around;
	/* A comment here needs no blank before it, but who writes that? */
	if (!yaml_quick_at_end(p) || *p == '#')
		return false;
	p = memchr(p, '\n', (size_t)(q->end - p));
	q->p = p ? p + 1 : q->end;
	q->line += p != NULL;
	return true;
}

/*
 * Skips the indentation of lines and those that have nothing else, which are counted. p is at the
 * first character of a line then, or of its indentation if that is too small. False for tabs.
 */
static bool skip_empty(struct block *b, int around)
{
	struct yaml_quick *q = b->q;
	int widest = 0, column;
	char *p;

	for (p = q->p;; p++, q->line++, b->breaks++) {
		q->line_start = p;
		while (*p == ' ' && (!b->indent || p - q->line_start < b->indent))
			p++;
		column = (int)(p - q->line_start);
		if (column > widest)
			widest = column;
		if (*p == '\t' && (!b->indent || column < b->indent))
			return false;
		if (*p != '\n')
			break;
	}
	if (!b->indent)
		b->indent = widest > around + 1 ? widest : around + 1;
	if (!b->indent)
		b->indent = 1;
	q->p = p;
	return true;
}

static void add_breaks(struct block *b, const char *p)
{
	const bool blank = *p == ' ' || *p == '\t';

	if (b->literal || b->blank || blank || !b->broken) {
		if (b->broken)
			*b->to++ = '\n';
	} else if (!b->breaks) {
		*b->to++ = ' ';
	}
	memset(b->to, '\n', b->breaks);
	b->to += b->breaks;
	b->breaks = 0;
	b->blank = blank;
}

static void add_line(struct block *b)
{
	struct yaml_quick *q = b->q;
	char *end = memchr(q->p, '\n', (size_t)(q->end - q->p));
	size_t len = (size_t)((end ? end : q->end) - q->p);

	add_breaks(b, q->p);
	memmove(b->to, q->p, len);
	b->to += len;
	b->broken = end != NULL;
	q->line += b->broken;
	q->p += len + b->broken;
}

bool yaml_quick_block(struct yaml_quick *q, struct node *n, int indent)
{
	struct block b = { .q = q, .literal = *q->p == '|', .to = q->p };
	char *text = q->p;

	if (q->cut)
		*q->cut = '\0';
	q->cut = NULL;
	q->p++;
	if (!read_header(&b, indent) || !skip_empty(&b, indent))
		return false;
	while (q->p - q->line_start == b.indent && q->p < q->end) {
		add_line(&b);
		if (!skip_empty(&b, indent))
			return false;
	}
	if (b.broken && b.chomp != '-')
		*b.to++ = '\n';
	if (b.chomp == '+') {
		memset(b.to, '\n', b.breaks);
		b.to += b.breaks;
	}
	*b.to = '\0';
	n->text = text;
	n->len = (uint32_t)(b.to - text);
	q->p = q->line_start;
	return yaml_quick_next(q);
}
