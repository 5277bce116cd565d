/* SPDX-License-Identifier: Apache-2.0 */
/* Go-templates: what pipelines are made of. */
#include "tree/gotemplate_parser.h"

#include "base/limits.h"
#include "base/utf8.h"

#include <errno.h>
#include <stdlib.h>

/* "text" or 'c'. *ret_char is the last character. */
static int parse_quoted(struct gotemplate_parser *p, struct strbuf *out, uint32_t *ret_char,
			size_t *ret_count)
{
	const char *start = p->at;
	char quote = *p->at++;

	*ret_count = 0;
	while (p->at < p->end && *p->at != '\n' && *p->at != quote) {
		size_t len;

		(*ret_count)++;
		if (*p->at == '\\') {
			p->at++;
			if (!scan_unescape(&p->at, p->end, quote, out, ret_char))
				return gotemplate_fail(p, p->at, "a bad escape in quotes");
			continue;
		}
		len = utf8_sequence(p->at, p->end);
		*ret_char = len ? utf8_decode(p->at, &len) : 0xfffd;
		strbuf_add(out, p->at, len ? len : 1);
		p->at += len ? len : 1;
	}
	if (p->at == p->end || *p->at != quote)
		return gotemplate_fail(p, start, "the quoted text does not end");
	p->at++;
	return 0;
}

static int parse_string(struct gotemplate_parser *p, struct term *t)
{
	cleanup_strbuf struct strbuf text = STRBUF_INIT;
	uint32_t last;
	size_t count;

	if (*p->at == '`') {
		const char *close = memchr(p->at + 1, '`', (size_t)(p->end - p->at - 1));

		if (!close)
			return gotemplate_fail(p, p->at, "the quoted text does not end");
		strbuf_add(&text, p->at + 1, (size_t)(close - p->at - 1));
		p->at = close + 1;
	} else if (parse_quoted(p, &text, &last, &count) < 0) {
		return -ERR_INVALID;
	}
	t->value = go_string(arena_memdupz(p->arena, text.buf, text.len), text.len);
	return 0;
}

static int parse_char(struct gotemplate_parser *p, struct term *t)
{
	cleanup_strbuf struct strbuf text = STRBUF_INIT;
	const char *start = p->at;
	uint32_t value = 0;
	size_t count;

	if (parse_quoted(p, &text, &value, &count) < 0)
		return -ERR_INVALID;
	if (count != 1)
		return gotemplate_fail(p, start, "there must be one character between single quotes");
	t->value = go_int(value);
	return 0;
}

/* Text of a number without underscores, as strtoll and strtod take it. */
static int parse_number(struct gotemplate_parser *p, struct term *t)
{
	const char *start = p->at;
	char buf[64];
	size_t len = 0;
	int base = 0;
	char *stop, *digits = buf;
	bool hex;

	while (p->at < p->end && len + 1 < sizeof(buf) &&
	       (scan_is_word(*p->at) || *p->at == '.' ||
		((*p->at == '+' || *p->at == '-') &&
		 (p->at == start || strchr("eEpP", p->at[-1]))))) {
		if (*p->at != '_')
			buf[len++] = *p->at;
		p->at++;
	}
	buf[len] = '\0';
	digits += buf[0] == '+' || buf[0] == '-';
	hex = digits[0] == '0' && (digits[1] | 0x20) == 'x';
	if (digits[0] == '0' && ((digits[1] | 0x20) == 'b' || (digits[1] | 0x20) == 'o')) {
		base = (digits[1] | 0x20) == 'b' ? 2 : 8;
		memmove(digits, digits + 2, strlen(digits + 2) + 1);
	}
	errno = 0;
	if (strpbrk(buf, hex ? ".pP" : ".eEpP")) {
		t->value = (struct go_value){ .kind = GO_FLOAT, .real = strtod(buf, &stop) };
	} else {
		t->value = go_int(strtoll(buf, &stop, base));
	}
	if (*stop != '\0' || *digits == '\0' || (errno == ERANGE && t->value.kind == GO_INT))
		return gotemplate_fail(p, start, "'%s' is no number", buf);
	return 0;
}

static int parse_fields(struct gotemplate_parser *p, struct term *t)
{
	while (p->at < p->end && *p->at == '.') {
		size_t len = word_length(p, p->at + 1);

		if (len == 0)
			return gotemplate_fail(p, p->at, "expected the name of a field behind '.'");
		PUSH(p, t->fields, t->field_count, arena_memdupz(p->arena, p->at + 1, len));
		p->at += 1 + len;
	}
	return 0;
}

bool gotemplate_knows_variable(const struct gotemplate_parser *p, const char *name)
{
	for (size_t i = p->variable_count; i > 0; i--)
		if (strcmp(p->variables[i - 1], name) == 0)
			return true;
	return strcmp(name, "$") == 0;
}

const char *gotemplate_variable(struct gotemplate_parser *p)
{
	size_t len = 1 + word_length(p, p->at + 1);
	const char *name = arena_memdupz(p->arena, p->at, len);

	p->at += len;
	return name;
}

static int parse_word(struct gotemplate_parser *p, struct term *t)
{
	static const char *const unsupported[] = { "html", "js", "urlquery", "call", "slice" };
	size_t len = word_length(p, p->at);
	const char *word = p->at;

	if (is_keyword(p, "nil")) {
		t->kind = TERM_NIL;
	} else if (is_keyword(p, "true") || is_keyword(p, "false")) {
		t->value = go_bool(len == 4);
	} else {
		t->kind = TERM_FUNCTION;
		t->function = gotemplate_function(word, len);
	}
	for (size_t i = 0; i < ARRAY_SIZE(unsupported); i++)
		if (is_keyword(p, unsupported[i]))
			return gotemplate_fail(p, word, "the function '%s' is not supported", unsupported[i]);
	if (t->kind == TERM_FUNCTION && !t->function)
		return gotemplate_fail(p, word, "there is no function '%.*s'", (int)len, word);
	p->at += len;
	return 0;
}

static int parse_bracket(struct gotemplate_parser *p, struct term *t)
{
	const char *start = p->at++;

	t->kind = TERM_PIPE;
	if (++p->depth > LIMIT_DEPTH)
		return gotemplate_fail(p, start, "it is nested too deeply");
	if (gotemplate_pipeline(p, "brackets", &t->pipe) < 0)
		return -ERR_INVALID;
	p->depth--;
	if (p->at == p->end || *p->at != ')')
		return gotemplate_fail(p, start, "'(' is not closed");
	p->at++;
	return 0;
}

int gotemplate_term(struct gotemplate_parser *p, struct term **ret)
{
	struct term *t = arena_zalloc(p->arena, sizeof(*t));
	char c = *p->at, next = p->at + 1 < p->end ? p->at[1] : '\0';
	const char *start = p->at;
	int r = 0;

	*t = (struct term){ .kind = TERM_VALUE, .pos = place_of(&p->place, p->at) };
	*ret = t;
	if (c == '.' && !(next >= '0' && next <= '9')) {
		t->kind = TERM_DOT;
		if (scan_is_word(next))
			return parse_fields(p, t);
		p->at++;
	} else if (c == '$') {
		t->kind = TERM_VARIABLE;
		t->name = gotemplate_variable(p);
		if (!gotemplate_knows_variable(p, t->name))
			return gotemplate_fail(p, start, "there is no variable '%s'", t->name);
	} else if (c == '"' || c == '`') {
		r = parse_string(p, t);
	} else if (c == '\'') {
		r = parse_char(p, t);
	} else if (c == '(') {
		r = parse_bracket(p, t);
	} else if ((c >= '0' && c <= '9') || c == '.' || c == '+' || c == '-') {
		r = parse_number(p, t);
	} else if (scan_is_word(c)) {
		r = parse_word(p, t);
	} else {
		r = gotemplate_fail(p, p->at, "'%c' means nothing here", c);
	}
	if (r < 0)
		return r;
	if (p->at < p->end && *p->at == '.' && t->kind != TERM_VARIABLE && t->kind != TERM_PIPE)
		return gotemplate_fail(p, p->at, "'.' cannot stand behind this");
	return parse_fields(p, t);
}
