/* SPDX-License-Identifier: Apache-2.0 */
/* Bracket expressions: sets of bytes, in the C locale. */
#include <string.h>

#include "template/ascii.h"
#include "template/ere_internal.h"

static void add(struct ere_set *s, unsigned c)
{
	s->bits[c >> 5] |= (uint32_t)1 << (c & 31);
}

static bool is_upper(unsigned char c)
{
	return ascii_is_upper((char)c);
}

static bool is_lower(unsigned char c)
{
	return ascii_is_lower((char)c);
}

static bool is_alpha(unsigned char c)
{
	return is_upper(c) || is_lower(c);
}

static bool is_digit(unsigned char c)
{
	return ascii_is_digit((char)c);
}

static bool is_alnum(unsigned char c)
{
	return is_alpha(c) || is_digit(c);
}

static bool is_xdigit(unsigned char c)
{
	return is_digit(c) || ((c | 0x20) >= 'a' && (c | 0x20) <= 'f');
}

static bool is_blank(unsigned char c)
{
	return ascii_is_blank((char)c);
}

static bool is_space(unsigned char c)
{
	return ascii_is_space((char)c);
}

static bool is_cntrl(unsigned char c)
{
	return c < 0x20 || c == 0x7f;
}

static bool is_graph(unsigned char c)
{
	return c > 0x20 && c < 0x7f;
}

static bool is_print(unsigned char c)
{
	return c == ' ' || is_graph(c);
}

static bool is_punct(unsigned char c)
{
	return is_graph(c) && !is_alnum(c);
}

static const struct class {
	const char *name;
	bool (*has)(unsigned char c);
} classes[] = {
	{ "alpha", is_alpha }, { "digit", is_digit }, { "alnum", is_alnum }, { "upper", is_upper },
	{ "lower", is_lower }, { "space", is_space }, { "blank", is_blank }, { "punct", is_punct },
	{ "print", is_print }, { "graph", is_graph }, { "cntrl", is_cntrl },
	{ "xdigit", is_xdigit },
};

bool ere_add_class(struct ere_set *s, const char *name, size_t len)
{
	for (size_t i = 0; i < sizeof(classes) / sizeof(*classes); i++) {
		if (strlen(classes[i].name) != len || memcmp(classes[i].name, name, len) != 0)
			continue;
		for (unsigned c = 0; c < 256; c++)
			if (classes[i].has((unsigned char)c))
				add(s, c);
		return true;
	}
	return false;
}

/* One element: a byte, "[.a.]", "[=a=]" or "[:alpha:]". */
struct element {
	char kind; /* 0, or the sign behind the inner '[' */
	unsigned char byte;
	const char *name;
	size_t len;
};

/* "[.a.]" and its like; *at stands behind the two opening signs. */
static const char *read_symbol(const char **at, const char *end, struct element *e)
{
	const char *p = *at;

	for (; end - p >= 2; p++) {
		if (p[0] != e->kind || p[1] != ']' || p == *at)
			continue;
		e->name = *at;
		e->len = (size_t)(p - *at);
		*at = p + 2;
		if (e->kind == ':')
			return NULL;
		e->byte = (unsigned char)*e->name;
		return e->len == 1 ? NULL : "invalid collation character";
	}
	return "unmatched [, [^, [:, [., or [=";
}

static const char *read_element(const char **at, const char *end, struct element *e)
{
	const char *p = *at;

	*e = (struct element){ .byte = (unsigned char)*p };
	if (*p == '[' && end - p > 1 && (p[1] == ':' || p[1] == '.' || p[1] == '=')) {
		e->kind = p[1];
		*at += 2;
		return read_symbol(at, end, e);
	}
	*at += 1;
	return NULL;
}

/* The end of a range; *at stands behind its '-'. */
static const char *add_range(const char **at, const char *end, unsigned first, struct ere_set *s)
{
	struct element last;
	const char *problem = read_element(at, end, &last);

	if (problem)
		return problem;
	if (last.kind == ':' || last.kind == '=' || last.byte < first)
		return "invalid range end";
	for (unsigned c = first; c <= last.byte; c++)
		add(s, c);
	return NULL;
}

static const char *add_element(const char **at, const char *end, bool first, struct ere_set *s)
{
	/* A lone '-' may stand at either end only; elsewhere it is undefined, and refused. */
	const bool stray = !first && **at == '-' && end - *at > 1 && (*at)[1] != ']';
	struct element e;
	const char *problem = stray ? "invalid range end" : read_element(at, end, &e);

	if (problem)
		return problem;
	if (e.kind == ':')
		return ere_add_class(s, e.name, e.len) ? NULL : "invalid character class name";
	if (e.kind != '=' && end - *at > 1 && **at == '-' && (*at)[1] != ']') {
		*at += 1;
		return add_range(at, end, e.byte, s);
	}
	add(s, e.byte);
	return NULL;
}

const char *ere_read_set(const char **at, const char *end, struct ere_set *ret)
{
	const bool negated = *at < end && **at == '^';
	const char *problem;
	bool first = true;

	*ret = (struct ere_set){ 0 };
	*at += negated;
	for (; *at < end && (first || **at != ']'); first = false) {
		problem = add_element(at, end, first, ret);
		if (problem)
			return problem;
	}
	if (*at == end)
		return "unmatched [, [^, [:, [., or [=";
	*at += 1;
	for (unsigned i = 0; negated && i < 8; i++)
		ret->bits[i] = ~ret->bits[i];
	return NULL;
}
