/* SPDX-License-Identifier: Apache-2.0 */
#include "tree/jsonpath_parse.h"

#include "base/limits.h"
#include "tree/scan.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct parser {
	struct arena *arena;
	struct place *place;
	struct error *err;
	const char *at, *end; /* of the part being read */
	bool inner;	      /* a part of an expression: its end closes it */
	unsigned depth;
};

__attribute__((format(printf, 3, 4)))
static int fail(struct parser *p, const char *at, const char *fmt, ...)
{
	struct pos pos = place_of(p->place, at);
	cleanup_strbuf struct strbuf why = STRBUF_INIT;
	va_list ap;

	va_start(ap, fmt);
	strbuf_vaddf(&why, fmt, ap);
	va_end(ap);
	return error_set_at(p->err, ERR_INVALID, &pos, "cannot read the jsonpath: %s", why.buf);
}

static struct step *new_step(struct parser *p, enum step_kind kind, const char *at)
{
	struct step *s = arena_zalloc(p->arena, sizeof(*s));

	s->kind = kind;
	s->pos = place_of(p->place, at);
	return s;
}

static void append(struct parser *p, struct step *list, struct step *s)
{
	if (list->count == list->alloc) {
		size_t alloc = list->alloc ? list->alloc * 2 : 4;
		struct step **grown = arena_alloc(p->arena, alloc * sizeof(*grown));

		if (list->count)
			memcpy(grown, list->steps, list->count * sizeof(*grown));
		list->steps = grown;
		list->alloc = alloc;
	}
	list->steps[list->count++] = s;
}

static void append_text(struct parser *p, struct step *list, enum step_kind kind, const char *at,
			const char *text, size_t len)
{
	struct step *s = new_step(p, kind, at);

	s->text = arena_memdupz(p->arena, text, len);
	s->len = len;
	append(p, list, s);
}

static bool starts_with(const struct parser *p, const char *prefix)
{
	size_t len = strlen(prefix);

	return (size_t)(p->end - p->at) >= len && memcmp(p->at, prefix, len) == 0;
}

static bool is_terminator(char c)
{
	return c != '\0' && strchr(" \t\r\n.,[]$@{}", c);
}

static int parse_inside(struct parser *p, struct step *list);

/* Reads a part of an expression as an expression of its own. lead is put before it ("."). */
static int parse_part(struct parser *p, const char *start, const char *end, bool field,
		      struct step *list);

static int parse_field(struct parser *p, struct step *list)
{
	cleanup_strbuf struct strbuf name = STRBUF_INIT;
	const char *start = p->at;

	while (p->at < p->end && !is_terminator(*p->at)) {
		if (*p->at == '\\' && p->at + 1 < p->end)
			p->at++;
		if (*p->at != '\\')
			strbuf_addch(&name, *p->at);
		p->at++;
	}
	if (p->at - start == 1 && *start == '*')
		append(p, list, new_step(p, STEP_WILDCARD, start));
	else
		append_text(p, list, STEP_FIELD, start, name.buf, name.len);
	return 0;
}

static int parse_recursive(struct parser *p, struct step *list)
{
	if (list->count > 0 && list->steps[list->count - 1]->kind == STEP_RECURSIVE)
		return fail(p, p->at, "'..' stands there twice");
	append(p, list, new_step(p, STEP_RECURSIVE, p->at));
	p->at += 2;
	if (p->at < p->end && scan_is_word(*p->at))
		return parse_field(p, list);
	return 0;
}

static int parse_number(struct parser *p, struct step *list)
{
	const char *start = p->at;
	size_t len;
	char *copy, *stop;
	struct step *s;

	if (*p->at == '+' || *p->at == '-')
		p->at++;
	while (p->at < p->end && (*p->at == '.' || (*p->at >= '0' && *p->at <= '9')))
		p->at++;
	len = (size_t)(p->at - start);
	copy = arena_memdupz(p->arena, start, len);
	s = new_step(p, STEP_INT, start);
	errno = 0;
	s->integer = strtoll(copy, &stop, 10);
	if (errno != 0 || *stop != '\0' || stop == copy) {
		s->kind = STEP_FLOAT;
		s->real = strtod(copy, &stop);
		if (*stop != '\0' || stop == copy)
			return fail(p, start, "'%s' is no number", copy);
	}
	append(p, list, s);
	return 0;
}

static int parse_quote(struct parser *p, struct step *list)
{
	cleanup_strbuf struct strbuf text = STRBUF_INIT;
	const char *start = p->at, *c;
	char quote = *start;
	uint32_t ignored;

	for (p->at++;; p->at++) {
		if (p->at == p->end || *p->at == '\n')
			return fail(p, start, "the quoted text does not end");
		if (*p->at == quote && p->at[-1] != '\\')
			break;
	}
	c = start + 1;
	while (c < p->at) {
		if (*c != '\\') {
			strbuf_addch(&text, *c++);
			continue;
		}
		c++;
		if (!scan_unescape(&c, p->at, quote, &text, &ignored))
			return fail(p, c, "a bad escape in quotes");
	}
	p->at++;
	append_text(p, list, STEP_TEXT, start, text.buf, text.len);
	return 0;
}

/* One part of a slice; false: not a number. */
static bool parse_slice_part(const char **at, const char *end, struct slice_part *ret)
{
	char buf[24];
	const char *c = *at;
	size_t len;

	if (c < end && *c == '-')
		c++;
	while (c < end && *c >= '0' && *c <= '9')
		c++;
	len = (size_t)(c - *at);
	if (len == 0)
		return true;
	if (len >= sizeof(buf) || (len == 1 && **at == '-'))
		return false;
	memcpy(buf, *at, len);
	buf[len] = '\0';
	errno = 0;
	ret->value = strtoll(buf, NULL, 10);
	ret->known = true;
	*at = c;
	return errno == 0 && ret->value > -INT32_MAX && ret->value < INT32_MAX;
}

static int parse_slice(struct parser *p, const char *start, const char *end, struct step *list)
{
	struct step *s = new_step(p, STEP_ARRAY, start);
	const char *c = start;
	int parts = 1;

	if (end - start == 1 && *start == '*') {
		parts = 2;
		c = end;
	} else if (!parse_slice_part(&c, end, &s->slice[0])) {
		return fail(p, start, "'%.*s' is no index", (int)(end - start), start);
	}
	while (c < end && *c == ':' && parts < 3) {
		c++;
		if (!parse_slice_part(&c, end, &s->slice[parts++]))
			break;
	}
	if (c < end)
		return fail(p, start, "'%.*s' is no index", (int)(end - start), start);
	if (parts == 1) {
		s->slice[1] = (struct slice_part){ .known = true, .derived = true,
						   .value = s->slice[0].value + 1 };
	}
	append(p, list, s);
	return 0;
}

/* What stands between "[" and "]" of anything but a filter. */
static int parse_subscript(struct parser *p, const char *start, const char *end, struct step *list)
{
	if (end - start >= 2 && *start == '\'' && end[-1] == '\'' &&
	    !memchr(start + 1, '\'', (size_t)(end - start - 2)))
		return parse_part(p, start + 1, end - 1, true, list);
	return parse_slice(p, start, end, list);
}

static int parse_union(struct parser *p, const char *start, const char *end, struct step *list)
{
	struct step *u = new_step(p, STEP_UNION, start);

	for (const char *c = start;;) {
		const char *comma = memchr(c, ',', (size_t)(end - c));
		const char *stop = comma ? comma : end;
		struct step *one = new_step(p, STEP_LIST, c);

		while (c < stop && *c == ' ')
			c++;
		while (stop > c && stop[-1] == ' ')
			stop--;
		if (parse_subscript(p, c, stop, one) < 0)
			return -ERR_INVALID;
		append(p, u, one);
		if (!comma)
			break;
		c = comma + 1;
	}
	append(p, list, u);
	return 0;
}

static int parse_array(struct parser *p, struct step *list)
{
	const char *start = p->at + 1;
	const char *close = memchr(start, ']', (size_t)(p->end - start));
	const char *newline = memchr(start, '\n', (size_t)(p->end - start));

	if (!close || (newline && newline < close))
		return fail(p, p->at, "'[' is not closed");
	p->at = close + 1;
	if (memchr(start, ',', (size_t)(close - start)))
		return parse_union(p, start, close, list);
	return parse_subscript(p, start, close, list);
}

/* Where the text of a filter ends: the ")" that does not stand in quotes. NULL: nowhere. */
static const char *find_filter_end(const char *c, const char *end)
{
	bool begun = false, ended = false;
	char pair = 0;

	for (const char *start = c; c < end && *c != '\n'; c++) {
		if (*c == '"' || *c == '\'') {
			if (!begun) {
				begun = true;
				pair = *c;
			} else if (c > start && c[-1] != '\\' && *c == pair) {
				ended = true;
			}
		} else if (*c == ')' && begun == ended) {
			return c;
		}
	}
	return NULL;
}

static int filter_operator(const char *text, size_t len)
{
	static const char *const names[] = { "", "<", ">", "==", "!=", "<=", ">=" };

	for (size_t i = 1; i < sizeof(names) / sizeof(names[0]); i++)
		if (strlen(names[i]) == len && memcmp(names[i], text, len) == 0)
			return (int)i;
	return -1;
}

static int parse_filter(struct parser *p, struct step *list)
{
	struct step *f = new_step(p, STEP_FILTER, p->at);
	const char *start = p->at + 3;
	const char *close = find_filter_end(start, p->end);
	const char *op = start, *right;
	int operator;

	if (!close)
		return fail(p, p->at, "the filter does not end");
	if (close + 1 >= p->end || close[1] != ']')
		return fail(p, close, "expected ')]' at the end of the filter");
	p->at = close + 2;
	append(p, f, new_step(p, STEP_LIST, start));
	append(p, f, new_step(p, STEP_LIST, start));
	append(p, list, f);
	while (op < close && !strchr("!<>=", *op))
		op++;
	right = op;
	while (right < close && strchr("!<>=", *right))
		right++;
	if (op == start || right == op || right == close)
		return parse_part(p, start, close, false, f->steps[0]);
	operator = filter_operator(op, (size_t)(right - op));
	if (operator < 0)
		return fail(p, op, "there is no operator '%.*s'", (int)(right - op), op);
	f->operator = (enum filter_operator)operator;
	if (parse_part(p, start, op, false, f->steps[0]) < 0)
		return -ERR_INVALID;
	return parse_part(p, right, close, false, f->steps[1]);
}

static int parse_identifier(struct parser *p, struct step *list)
{
	const char *start = p->at;
	size_t len;

	while (p->at < p->end && !is_terminator(*p->at))
		p->at++;
	len = (size_t)(p->at - start);
	if ((len == 4 && memcmp(start, "true", 4) == 0) ||
	    (len == 5 && memcmp(start, "false", 5) == 0)) {
		struct step *s = new_step(p, STEP_BOOL, start);

		s->boolean = len == 4;
		append(p, list, s);
	} else if (len == 5 && memcmp(start, "range", 5) == 0) {
		append(p, list, new_step(p, STEP_RANGE, start));
	} else if (len == 3 && memcmp(start, "end", 3) == 0) {
		append(p, list, new_step(p, STEP_END, start));
	} else {
		return fail(p, start, "'%.*s' is neither 'range' nor 'end', nor begins with '.'",
			    (int)len, start);
	}
	return 0;
}

static int parse_one(struct parser *p, struct step *list)
{
	char c = *p->at;

	if (starts_with(p, "[?("))
		return parse_filter(p, list);
	if (starts_with(p, ".."))
		return parse_recursive(p, list);
	switch (c) {
	case ' ':
	case '@':
	case '$':
		p->at++;
		return 0;
	case '[':
		return parse_array(p, list);
	case '"':
	case '\'':
		return parse_quote(p, list);
	case '.':
		p->at++;
		return parse_field(p, list);
	case '\r':
	case '\n':
		return fail(p, p->at, "'{' is not closed");
	default:
		break;
	}
	if (c == '+' || c == '-' || (c >= '0' && c <= '9'))
		return parse_number(p, list);
	if (scan_is_word(c))
		return parse_identifier(p, list);
	return fail(p, p->at, "'%c' means nothing here", c);
}

/* Reads steps up to "}". */
static int parse_inside(struct parser *p, struct step *list)
{
	while (p->at < p->end) {
		if (*p->at == '}') {
			p->at++;
			return 0;
		}
		if (parse_one(p, list) < 0)
			return -ERR_INVALID;
	}
	return p->inner ? 0 : fail(p, p->at, "'{' is not closed");
}

static int parse_part(struct parser *p, const char *start, const char *end, bool field,
		      struct step *list)
{
	struct parser part = *p;

	part.at = start;
	part.end = end;
	part.inner = true;
	if (++part.depth > LIMIT_DEPTH)
		return fail(p, start, "it is nested too deeply");
	if (field && parse_field(&part, list) < 0)
		return -ERR_INVALID;
	return parse_inside(&part, list);
}

int jsonpath_parse(struct arena *a, const char *text, size_t len, const char *name,
		   struct jsonpath **ret, struct error *err)
{
	struct place place = place_begin(text, arena_strdup(a, name));
	struct parser p = { .arena = a, .place = &place, .err = err, .at = text,
			    .end = text + len };
	struct jsonpath *path = arena_zalloc(a, sizeof(*path));

	path->root = new_step(&p, STEP_LIST, text);
	while (p.at < p.end) {
		const char *brace = memchr(p.at, '{', (size_t)(p.end - p.at));
		const char *stop = brace ? brace : p.end;
		struct step *list;

		if (stop > p.at)
			append_text(&p, path->root, STEP_TEXT, p.at, p.at, (size_t)(stop - p.at));
		p.at = stop;
		if (!brace)
			break;
		list = new_step(&p, STEP_LIST, brace);
		append(&p, path->root, list);
		p.at++;
		if (parse_inside(&p, list) < 0)
			return -ERR_INVALID;
	}
	*ret = path;
	return 0;
}
