/* SPDX-License-Identifier: Apache-2.0 */
#include "tree/yaml_quick.h"

#include "base/utf8.h"
#include "tree/number.h"
#include "tree/resolve.h"

/* What a byte is to a scalar without quotes. */
enum {
	BEGINS = 1 << 0,    /* it may be the first one */
	ENDS = 1 << 1,	    /* it may end the scalar, what stands beside it willing */
	FLOW_ENDS = 1 << 2, /* the same between brackets */
};
#define ENDS_ALL (ENDS | FLOW_ENDS)

static const uint8_t classes[256] = {
	['\0'] = ENDS_ALL,	['\t'] = ENDS_ALL,	['\n'] = ENDS_ALL,
	['#'] = ENDS_ALL,	[':'] = ENDS_ALL,	[','] = FLOW_ENDS,
	['?'] = FLOW_ENDS,	['['] = FLOW_ENDS,	[']'] = FLOW_ENDS,
	['{'] = FLOW_ENDS,	['}'] = FLOW_ENDS,	['$'] = BEGINS | FLOW_ENDS,
	['('] = BEGINS,		[')'] = BEGINS,		['+'] = BEGINS,
	['.'] = BEGINS,		['/'] = BEGINS,		[';'] = BEGINS,
	['<'] = BEGINS,		['='] = BEGINS,		['^'] = BEGINS,
	['_'] = BEGINS,		['\\'] = BEGINS,	['~'] = BEGINS,
	['0' ... '9'] = BEGINS, ['A' ... 'Z'] = BEGINS, ['a' ... 'z'] = BEGINS,
	[0x80 ... 0xff] = BEGINS,
};

/* What was written between two places of this line. */
static void count(struct yaml_quick *q, const char *from, const char *to)
{
	if (!q->ascii)
		q->continuation += (uint32_t)((size_t)(to - from) -
					      utf8_count(from, (size_t)(to - from)));
}

/* The next scalar is about to be read: what ended the last one may go. */
static void cut_last(struct yaml_quick *q)
{
	if (q->cut)
		*q->cut = '\0';
	q->cut = NULL;
}

static void set_text(struct yaml_quick *q, struct node *n, char *text, char *end)
{
	n->text = text;
	n->len = (uint32_t)(end - text);
	q->cut = end;
}

static bool begins_plain(const char *p)
{
	return classes[(unsigned char)*p] & BEGINS || (*p == '-' && !yaml_quick_blank(p[1]));
}

/* Where a line of a plain scalar ends: at "\n", ": ", " #" or the end of the text. */
static char *plain_stop(char *p)
{
	for (;; p++) {
		while (!(classes[(unsigned char)*p] & ENDS))
			p++;
		if (*p == '#' ? p[-1] == ' ' : *p != ':' || yaml_quick_blank(p[1]))
			return p;
	}
}

static char *without_blanks(char *start, char *end)
{
	while (end > start && (end[-1] == ' ' || end[-1] == '\t'))
		end--;
	return end;
}

/* A plain scalar from p on, which stop ends. */
static void take_plain(struct yaml_quick *q, struct node *n, char *stop)
{
	char *start = q->p, *end = without_blanks(start, stop);

	count(q, start, end);
	n->plain = true;
	set_text(q, n, start, end);
	q->p = end;
}

bool yaml_quick_plain(struct yaml_quick *q, struct node *n)
{
	char *stop;

	cut_last(q);
	if (!begins_plain(q->p))
		return false;
	stop = plain_stop(q->p);
	if (*stop == '\t')
		return false;
	take_plain(q, n, stop);
	return true;
}

/* The same between brackets; NULL for what libyaml has doubts about. */
static char *flow_stop(struct yaml_quick *q, char *p)
{
	size_t len;

	for (;; p++) {
		while (!(classes[(unsigned char)*p] & FLOW_ENDS))
			p++;
		switch (*p) {
		case '#':
			if (p[-1] == ' ')
				return p;
			break;
		case ':':
			if (yaml_quick_blank(p[1]))
				return p;
			if (strchr(",?[]{}", p[1]))
				return NULL;
			break;
		case '$':
			len = q->r->flags & READ_FLOW_REFS ? yaml_reference_length(p, q->end) : 0;
			p += len ? len - 1 : 0;
			break;
		case '\n':
		case ',':
		case ']':
		case '}':
			return p;
		default:
			return NULL;
		}
	}
}

bool yaml_quick_flow_plain(struct yaml_quick *q, struct node *n)
{
	char *stop;

	cut_last(q);
	if (!begins_plain(q->p))
		return false;
	stop = flow_stop(q, q->p);
	if (!stop)
		return false;
	take_plain(q, n, stop);
	return true;
}

/* Adds the line at p to what is written to to; p is behind it then. NULL to give up. */
static char *add_plain_line(struct yaml_quick *q, char *to)
{
	char *stop, *end;

	/* No indicator counts here, but what stands before it must be looked at. */
	stop = *q->p == ':' ? q->p : plain_stop(q->p);
	if (*stop == '\t' || *stop == ':')
		return NULL;
	end = without_blanks(q->p, stop);
	memmove(to, q->p, (size_t)(end - q->p));
	to += end - q->p;
	q->p = end;
	return to;
}

/* The line breaks between two lines of a scalar: one is a space, of more the first is nothing. */
static char *fold(char *to, size_t breaks)
{
	if (breaks == 1) {
		*to++ = ' ';
	} else {
		memset(to, '\n', breaks - 1);
		to += breaks - 1;
	}
	return to;
}

bool yaml_quick_plain_lines(struct yaml_quick *q, struct node *n, int indent)
{
	char *text = q->p - n->len, *to = q->p;
	uint32_t line = q->line;

	if (!yaml_quick_end_line(q))
		return false;
	while (q->column > indent) {
		if (q->commented)
			return false;
		to = add_plain_line(q, fold(to, q->line - line));
		if (!to)
			return false;
		line = q->line;
		set_text(q, n, text, to);
		if (!yaml_quick_end_line(q))
			return false;
	}
	return true;
}

bool yaml_quick_resolve(struct yaml_quick *q, struct node *n)
{
	struct resolved res;
	size_t len = n->len;

	if (!n->plain || n->tag)
		return true;
	res = yaml_resolve(n->text, len);
	switch (res.kind) {
	case RESOLVED_INFINITY:
	case RESOLVED_NAN:
		return false;
	case RESOLVED_INT:
	case RESOLVED_FLOAT:
		n->kind = NODE_NUMBER;
		if (number_scan(n->text, n->text + len) != len)
			n->text = yaml_number_text(q->r->build.arena, n->text, len, &res, &len);
		n->len = (uint32_t)len;
		return true;
	case RESOLVED_NULL:
		n->kind = NODE_NULL;
		break;
	case RESOLVED_TRUE:
	case RESOLVED_FALSE:
		n->kind = NODE_BOOL;
		n->boolean = res.kind == RESOLVED_TRUE;
		break;
	default:
		return true;
	}
	n->text = NULL;
	n->len = 0;
	return true;
}

/* A scalar in quotes, while what it says is written over it. */
struct quoted {
	struct yaml_quick *q;
	char quote;
	char *p;     /* read */
	char *to;    /* written */
	char *solid; /* written, up to the last character that no line end takes away */
};

/* At a line break: it and all blanks around it become one space, or some line breaks. */
static bool quoted_break(struct quoted *s, bool escaped)
{
	struct yaml_quick *q = s->q;
	size_t breaks = escaped;

	s->to = escaped ? s->to : s->solid;
	for (; *s->p == ' ' || *s->p == '\t' || *s->p == '\n'; s->p++)
		if (*s->p == '\n') {
			breaks += !escaped || s->p[-1] != '\\';
			q->line++;
			q->line_start = s->p + 1;
		}
	/* In the first column may stand what ends the document. */
	if (s->p == q->line_start)
		return false;
	q->continuation = 0;
	if (!escaped)
		s->to = fold(s->to, breaks);
	else
		while (--breaks)
			*s->to++ = '\n';
	s->solid = s->to;
	return true;
}

static bool hex_digits(const char *p, int count, uint32_t *ret)
{
	*ret = 0;
	for (int i = 0; i < count; i++) {
		char c = p[i], small = (char)(c | 0x20);

		if (c >= '0' && c <= '9')
			*ret = *ret << 4 | (uint32_t)(c - '0');
		else if (small >= 'a' && small <= 'f')
			*ret = *ret << 4 | (uint32_t)(small - 'a' + 10);
		else
			return false;
	}
	return true;
}

static bool quoted_code_point(struct quoted *s, int digits)
{
	uint32_t c;

	if (!hex_digits(s->p + 2, digits, &c) || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
		return false;
	s->p += 2 + digits;
	s->solid = s->to += utf8_encode(c, s->to);
	return true;
}

/* At the backslash. */
static bool quoted_escape(struct quoted *s)
{
	static const char plain[] = "abtnvfre \"/\\", meant[] = "\a\b\t\n\v\f\r\033 \"/\\";
	const char *at;
	char c = s->p[1];

	switch (c) {
	case 'x':
		return quoted_code_point(s, 2);
	case 'u':
		return quoted_code_point(s, 4);
	case 'U':
		return quoted_code_point(s, 8);
	case '\n':
		s->p++;
		return quoted_break(s, true);
	default:
		break;
	}
	at = c ? strchr(plain, c) : NULL;
	if (!at)
		return false;
	*s->to++ = meant[at - plain];
	s->solid = s->to;
	s->p += 2;
	return true;
}

/* From the first character on that does not stand for itself. */
static bool quoted_rest(struct quoted *s)
{
	for (;;) {
		char c = *s->p;

		if (c == s->quote) {
			if (c == '"' || s->p[1] != '\'')
				return true;
			s->p++;
		} else if (c == '\\' && s->quote == '"') {
			if (!quoted_escape(s))
				return false;
			continue;
		} else if (c == '\n') {
			if (!quoted_break(s, false))
				return false;
			continue;
		} else if (c == '\0') {
			return false;
		}
		s->q->continuation += ((unsigned char)c & 0xc0) == 0x80;
		*s->to++ = c;
		if (c != ' ' && c != '\t')
			s->solid = s->to;
		s->p++;
	}
}

bool yaml_quick_quoted(struct yaml_quick *q, struct node *n)
{
	struct quoted s = { .q = q, .quote = *q->p };
	char *text = q->p + 1;

	cut_last(q);
	s.p = text;
	while (*s.p != s.quote && *s.p != '\\' && *s.p != '\n' && *s.p)
		s.p++;
	count(q, text, s.p);
	s.to = s.p;
	s.solid = without_blanks(text, s.p);
	if (!quoted_rest(&s))
		return false;
	q->p = s.p + 1;
	*s.to = '\0';
	n->text = text;
	n->len = (uint32_t)(s.to - text);
	return true;
}
