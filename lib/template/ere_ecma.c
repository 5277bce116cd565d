/* SPDX-License-Identifier: Apache-2.0 */
#include "template/ere_ecma.h"

#include <stdbool.h>
#include <string.h>

#include "base/strbuf.h"
#include "template/ere_internal.h"

struct writer {
	const char *at, *end; /* of the pattern */
	struct strbuf *out;
};

/* One byte of text; in a bracket expression '-' is a sign too. */
static void put(struct writer *w, unsigned char c, bool in_set)
{
	const char *signs = in_set ? "^$\\.*+?()[]{}|/-" : "^$\\.*+?()[]{}|/";
	bool sign = c && strchr(signs, (char)c);

	/* In a set fewer need it. */
	if (in_set && strchr(".*+?()$|", (char)c))
		sign = false;
	if (c == '\t' || c == '\r' || c == '\n')
		strbuf_addstr(w->out, c == '\t' ? "\\t" : c == '\r' ? "\\r" : "\\n");
	else if (c < ' ' || c == 0x7f)
		strbuf_addf(w->out, "\\x%02x", c);
	else
		strbuf_addf(w->out, sign ? "\\%c" : "%c", c);
}

/* The members of a set among ASCII, as ranges. */
static void put_members(struct writer *w, const struct ere_set *s)
{
	for (unsigned c = 0; c < 0x80; c++) {
		unsigned last = c;

		if (!ere_set_has(s, (unsigned char)c))
			continue;
		while (last + 1 < 0x80 && ere_set_has(s, (unsigned char)(last + 1)))
			last++;
		put(w, (unsigned char)c, true);
		if (last > c + 1)
			strbuf_addch(w->out, '-');
		if (last > c)
			put(w, (unsigned char)last, true);
		c = last;
	}
}

static void put_class(struct writer *w, const char *name, size_t len, bool word)
{
	struct ere_set s = { 0 };

	ere_add_class(&s, name, len);
	if (word)
		s.bits['_' >> 5] |= (uint32_t)1 << ('_' & 31);
	put_members(w, &s);
}

/* One element of a bracket expression: a byte, "[.a.]", "[=a=]" or "[:alpha:]". */
static void write_element(struct writer *w)
{
	const char *p = w->at, *name = p + 2, *close;

	if (*p != '[' || w->end - p < 2 || !strchr(":.=", p[1])) {
		put(w, (unsigned char)*w->at++, true);
		return;
	}
	/* A name is a byte at least, which may be its own sign. */
	for (close = name + 1; close[0] != p[1] || close[1] != ']'; close++)
		;
	if (p[1] == ':')
		put_class(w, name, (size_t)(close - name), false);
	else
		put(w, (unsigned char)*name, true);
	w->at = close + 2;
}

/* Behind the '['. */
static void write_set(struct writer *w)
{
	bool first = true;

	strbuf_addch(w->out, '[');
	if (*w->at == '^')
		strbuf_addch(w->out, *w->at++);
	for (; first || *w->at != ']'; first = false) {
		write_element(w);
		if (w->at[0] == '-' && w->at[1] != ']') {
			strbuf_addch(w->out, *w->at++);
			write_element(w);
		}
	}
	w->at++;
	strbuf_addch(w->out, ']');
}

/* Behind the backslash. */
static void write_escape(struct writer *w)
{
	char c = *w->at++;

	switch (c) {
	case 'w':
	case 'W':
	case 's':
	case 'S':
		strbuf_addstr(w->out, c == 'W' || c == 'S' ? "[^" : "[");
		put_class(w, (c | 0x20) == 'w' ? "alnum" : "space", 5, (c | 0x20) == 'w');
		strbuf_addch(w->out, ']');
		break;
	case '<':
		strbuf_addstr(w->out, "\\b(?=\\w)");
		break;
	case '>':
		strbuf_addstr(w->out, "\\b(?<=\\w)");
		break;
	case 'b':
	case 'B':
		strbuf_addf(w->out, "\\%c", c);
		break;
	case '`':
	case '\'':
		strbuf_addch(w->out, c == '`' ? '^' : '$');
		break;
	default:
		put(w, (unsigned char)c, false);
	}
}

/* Makes a group of what stands from start on. */
static void put_in_group(struct writer *w, size_t start)
{
	static const char begin[] = "(?:";
	const size_t n = sizeof(begin) - 1, len = w->out->len - start;

	strbuf_addstr(w->out, begin);
	memmove(w->out->buf + start + n, w->out->buf + start, len);
	memcpy(w->out->buf + start, begin, n);
	strbuf_addch(w->out, ')');
}

/* Operators behind what stands from start on; ECMA takes one, a second one repeats a group. */
static void write_operators(struct writer *w, size_t start)
{
	for (bool first = true; w->at < w->end && strchr("*+?{", *w->at); first = false) {
		if (!first)
			put_in_group(w, start);
		strbuf_addch(w->out, *w->at);
		if (*w->at++ != '{')
			continue;
		if (*w->at == ',')
			strbuf_addch(w->out, '0');
		while (w->at[-1] != '}')
			strbuf_addch(w->out, *w->at++);
	}
}

static void write_alternatives(struct writer *w);

static void write_item(struct writer *w)
{
	char c = *w->at++;

	switch (c) {
	case '(':
		strbuf_addch(w->out, c);
		write_alternatives(w);
		w->at++;
		strbuf_addch(w->out, ')');
		break;
	case '[':
		write_set(w);
		break;
	case '\\':
		write_escape(w);
		break;
	case '.': /* line ends too */
		strbuf_addstr(w->out, "[\\s\\S]");
		break;
	case '^':
	case '$':
		strbuf_addch(w->out, c);
		break;
	default:
		put(w, (unsigned char)c, false);
	}
}

static void write_alternatives(struct writer *w)
{
	while (w->at < w->end && *w->at != ')') {
		size_t start = w->out->len;

		if (*w->at == '|') {
			strbuf_addch(w->out, *w->at++);
			continue;
		}
		write_item(w);
		write_operators(w, start);
	}
}

void ere_to_ecma(const char *pattern, size_t len, struct strbuf *out)
{
	struct writer w = { .at = pattern, .end = pattern + len, .out = out };

	write_alternatives(&w);
}
