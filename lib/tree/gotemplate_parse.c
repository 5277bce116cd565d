/* SPDX-License-Identifier: Apache-2.0 */
#include "tree/gotemplate_parse.h"

#include "base/limits.h"
#include "base/memory.h"
#include "base/utf8.h"
#include "tree/scan.h"

#include <errno.h>
#include <stdlib.h>

struct parser {
	struct arena *arena;
	const char *at, *end;
	struct place place;
	struct error *err;
	bool trim; /* the last action ended in "-}}" */
	unsigned depth, range_depth;
	const char **variables; /* that may be used here, innermost last */
	size_t variable_count, variable_alloc;
};

static void release(struct parser *p)
{
	free(p->variables);
}

__attribute__((format(printf, 3, 4)))
static int fail(struct parser *p, const char *at, const char *fmt, ...)
{
	struct pos pos = place_of(&p->place, at);
	cleanup_strbuf struct strbuf why = STRBUF_INIT;
	va_list ap;

	va_start(ap, fmt);
	strbuf_vaddf(&why, fmt, ap);
	va_end(ap);
	return error_set_at(p->err, ERR_INVALID, &pos, "cannot read the go-template: %s", why.buf);
}

/* Grows an array of pointers in the arena by one. */
static void push(struct arena *a, void ***items, size_t *count, void *item)
{
	if ((*count & (*count - 1)) == 0) {
		void **grown = arena_alloc(a, (*count ? *count * 2 : 1) * sizeof(*grown));

		if (*count)
			memcpy(grown, *items, *count * sizeof(*grown));
		*items = grown;
	}
	(*items)[(*count)++] = item;
}
#define PUSH(p, items, count, item) push((p)->arena, (void ***)&(items), &(count), item)

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static bool starts_with(const struct parser *p, const char *word)
{
	size_t len = strlen(word);

	return (size_t)(p->end - p->at) >= len && memcmp(p->at, word, len) == 0;
}

/* The end of an action: "}}", or a blank and "-}}". */
static bool at_trim_close(const struct parser *p)
{
	return p->end - p->at >= 4 && is_space(*p->at) && memcmp(p->at + 1, "-}}", 3) == 0;
}

static bool at_close(const struct parser *p)
{
	return starts_with(p, "}}") || at_trim_close(p);
}

static bool skip_space(struct parser *p)
{
	const char *start = p->at;

	while (p->at < p->end && is_space(*p->at) && !at_trim_close(p))
		p->at++;
	return p->at > start;
}

static void take_close(struct parser *p)
{
	p->trim = at_trim_close(p);
	p->at += p->trim ? 4 : 2;
}

static int expect_close(struct parser *p)
{
	skip_space(p);
	if (p->at == p->end)
		return fail(p, p->at, "'{{' is not closed");
	if (!at_close(p))
		return fail(p, p->at, "expected '}}'");
	take_close(p);
	return 0;
}

static size_t word_length(const struct parser *p, const char *at)
{
	size_t n = 0;

	while (at + n < p->end && scan_is_word(at[n]))
		n++;
	return n;
}

static bool is_keyword(const struct parser *p, const char *word)
{
	size_t len = strlen(word);

	return starts_with(p, word) && word_length(p, p->at) == len;
}

/* "text" or 'c'. *ret_char is the last character. */
static int parse_quoted(struct parser *p, struct strbuf *out, uint32_t *ret_char, size_t *ret_count)
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
				return fail(p, p->at, "a bad escape in quotes");
			continue;
		}
		len = utf8_sequence(p->at, p->end);
		*ret_char = len ? utf8_decode(p->at, &len) : 0xfffd;
		strbuf_add(out, p->at, len ? len : 1);
		p->at += len ? len : 1;
	}
	if (p->at == p->end || *p->at != quote)
		return fail(p, start, "the quoted text does not end");
	p->at++;
	return 0;
}

static int parse_string(struct parser *p, struct term *t)
{
	cleanup_strbuf struct strbuf text = STRBUF_INIT;
	uint32_t last;
	size_t count;

	if (*p->at == '`') {
		const char *close = memchr(p->at + 1, '`', (size_t)(p->end - p->at - 1));

		if (!close)
			return fail(p, p->at, "the quoted text does not end");
		strbuf_add(&text, p->at + 1, (size_t)(close - p->at - 1));
		p->at = close + 1;
	} else if (parse_quoted(p, &text, &last, &count) < 0) {
		return -ERR_INVALID;
	}
	t->value = go_string(arena_memdupz(p->arena, text.buf, text.len), text.len);
	return 0;
}

static int parse_char(struct parser *p, struct term *t)
{
	cleanup_strbuf struct strbuf text = STRBUF_INIT;
	const char *start = p->at;
	uint32_t value = 0;
	size_t count;

	if (parse_quoted(p, &text, &value, &count) < 0)
		return -ERR_INVALID;
	if (count != 1)
		return fail(p, start, "there must be one character between single quotes");
	t->value = go_int(value);
	return 0;
}

/* Text of a number without underscores, as strtoll and strtod take it. */
static int parse_number(struct parser *p, struct term *t)
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
		return fail(p, start, "'%s' is no number", buf);
	return 0;
}

static int parse_fields(struct parser *p, struct term *t)
{
	while (p->at < p->end && *p->at == '.') {
		size_t len = word_length(p, p->at + 1);

		if (len == 0)
			return fail(p, p->at, "expected the name of a field behind '.'");
		PUSH(p, t->fields, t->field_count, arena_memdupz(p->arena, p->at + 1, len));
		p->at += 1 + len;
	}
	return 0;
}

static bool variable_known(const struct parser *p, const char *name)
{
	for (size_t i = p->variable_count; i > 0; i--)
		if (strcmp(p->variables[i - 1], name) == 0)
			return true;
	return strcmp(name, "$") == 0;
}

static const char *variable_name(struct parser *p)
{
	size_t len = 1 + word_length(p, p->at + 1);
	const char *name = arena_memdupz(p->arena, p->at, len);

	p->at += len;
	return name;
}

static void declare(struct parser *p, const char *name)
{
	ALLOC_GROW(p->variables, p->variable_count + 1, p->variable_alloc);
	p->variables[p->variable_count++] = name;
}

static int parse_pipeline(struct parser *p, const char *context, struct pipeline **ret);

static int parse_word(struct parser *p, struct term *t)
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
			return fail(p, word, "the function '%s' is not supported", unsupported[i]);
	if (t->kind == TERM_FUNCTION && !t->function)
		return fail(p, word, "there is no function '%.*s'", (int)len, word);
	p->at += len;
	return 0;
}

static int parse_bracket(struct parser *p, struct term *t)
{
	const char *start = p->at++;

	t->kind = TERM_PIPE;
	if (++p->depth > LIMIT_DEPTH)
		return fail(p, start, "it is nested too deeply");
	if (parse_pipeline(p, "brackets", &t->pipe) < 0)
		return -ERR_INVALID;
	p->depth--;
	if (p->at == p->end || *p->at != ')')
		return fail(p, start, "'(' is not closed");
	p->at++;
	return 0;
}

static int parse_term(struct parser *p, struct term **ret)
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
		t->name = variable_name(p);
		if (!variable_known(p, t->name))
			return fail(p, start, "there is no variable '%s'", t->name);
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
		r = fail(p, p->at, "'%c' means nothing here", c);
	}
	if (r < 0)
		return r;
	if (p->at < p->end && *p->at == '.' && t->kind != TERM_VARIABLE && t->kind != TERM_PIPE)
		return fail(p, p->at, "'.' cannot stand behind this");
	return parse_fields(p, t);
}

static bool at_command_end(const struct parser *p)
{
	return p->at == p->end || *p->at == '|' || *p->at == ')' || at_close(p);
}

static int parse_command(struct parser *p, bool first, struct pipeline *pipe)
{
	struct gt_command *c = arena_zalloc(p->arena, sizeof(*c));
	const char *start = p->at;

	do {
		struct term *t;

		if (at_command_end(p))
			break;
		if (parse_term(p, &t) < 0)
			return -ERR_INVALID;
		PUSH(p, c->terms, c->count, t);
	} while (skip_space(p));
	if (!at_command_end(p))
		return fail(p, p->at, "expected a blank, '|' or '}}'");
	if (c->count == 0)
		return fail(p, start, "expected a value");
	if (!first && c->terms[0]->field_count == 0 &&
	    (c->terms[0]->kind == TERM_VALUE || c->terms[0]->kind == TERM_DOT ||
	     c->terms[0]->kind == TERM_NIL))
		return fail(p, start, "what stands behind '|' must be a function");
	PUSH(p, pipe->commands, pipe->count, c);
	return 0;
}

/* "$x :=", "$x =", "$i, $e :=" at the beginning of a pipeline; nothing otherwise. */
static int parse_declaration(struct parser *p, bool range, struct pipeline *pipe)
{
	const char *start = p->at;

	while (p->at < p->end && *p->at == '$') {
		const char *name = variable_name(p);

		skip_space(p);
		if (pipe->variable_count == 2)
			return fail(p, start, "too many variables are declared");
		pipe->variables[pipe->variable_count++] = name;
		if (p->at == p->end || *p->at != ',')
			break;
		if (!range)
			return fail(p, p->at, "two variables can only be declared in a range");
		p->at++;
		skip_space(p);
	}
	if (pipe->variable_count > 0 && starts_with(p, ":=")) {
		p->at += 2;
	} else if (pipe->variable_count > 0 && starts_with(p, "=")) {
		p->at++;
		pipe->assign = true;
	} else if (pipe->variable_count == 2) {
		return fail(p, p->at, "expected ':='");
	} else {
		p->at = start;
		pipe->variable_count = 0;
	}
	for (size_t i = 0; i < pipe->variable_count; i++) {
		if (pipe->assign && !variable_known(p, pipe->variables[i]))
			return fail(p, start, "there is no variable '%s'", pipe->variables[i]);
		if (!pipe->assign)
			declare(p, pipe->variables[i]);
	}
	return 0;
}

static int parse_pipeline(struct parser *p, const char *context, struct pipeline **ret)
{
	struct pipeline *pipe = arena_zalloc(p->arena, sizeof(*pipe));

	skip_space(p);
	pipe->pos = place_of(&p->place, p->at);
	if (parse_declaration(p, strcmp(context, "range") == 0, pipe) < 0)
		return -ERR_INVALID;
	for (;;) {
		skip_space(p);
		if (pipe->count == 0 && at_command_end(p))
			return fail(p, p->at, "there is no value for '%s'", context);
		if (parse_command(p, pipe->count == 0, pipe) < 0)
			return -ERR_INVALID;
		if (p->at == p->end || *p->at != '|')
			break;
		p->at++;
	}
	*ret = pipe;
	return 0;
}

enum list_end { END_OF_TEXT, END_OF_BLOCK, END_AT_ELSE };

static int parse_list(struct parser *p, struct gt_list *list, enum list_end *ret_end);

static struct gt_node *new_node(struct parser *p, enum gt_node_kind kind, const char *at)
{
	struct gt_node *n = arena_zalloc(p->arena, sizeof(*n));

	n->kind = kind;
	n->pos = place_of(&p->place, at);
	return n;
}

/* Behind "else": "}}", or "if" and "with" again, which need no end of their own. */
static int parse_else(struct parser *p, struct gt_node *n);

/* if, with, range: *at stands behind the word. */
static int parse_control(struct parser *p, struct gt_node *n)
{
	static const char *const words[] = { [GT_IF] = "if", [GT_WITH] = "with",
					     [GT_RANGE] = "range" };
	size_t variables = p->variable_count;
	enum list_end end;
	int r;

	if (++p->depth > LIMIT_DEPTH)
		return fail(p, p->at, "it is nested too deeply");
	if (parse_pipeline(p, words[n->kind], &n->pipe) < 0 || expect_close(p) < 0)
		return -ERR_INVALID;
	p->range_depth += n->kind == GT_RANGE;
	r = parse_list(p, &n->body, &end);
	p->range_depth -= n->kind == GT_RANGE;
	if (r == 0 && end == END_AT_ELSE)
		r = parse_else(p, n);
	else if (r == 0 && end == END_OF_TEXT)
		r = error_set_at(p->err, ERR_INVALID, &n->pos,
				 "cannot read the go-template: '%s' has no '{{end}}'",
				 words[n->kind]);
	p->variable_count = variables;
	p->depth--;
	return r;
}

static int parse_else(struct parser *p, struct gt_node *n)
{
	const char *at;
	enum list_end end;
	struct gt_node *inner;

	skip_space(p);
	at = p->at;
	if ((n->kind == GT_IF && is_keyword(p, "if")) ||
	    (n->kind == GT_WITH && is_keyword(p, "with"))) {
		inner = new_node(p, n->kind, at);
		p->at += n->kind == GT_IF ? 2 : 4;
		PUSH(p, n->otherwise.nodes, n->otherwise.count, inner);
		return parse_control(p, inner);
	}
	if (expect_close(p) < 0 || parse_list(p, &n->otherwise, &end) < 0)
		return -ERR_INVALID;
	if (end != END_OF_BLOCK)
		return fail(p, at, "'else' is not followed by '{{end}}'");
	return 0;
}

static int parse_loop_word(struct parser *p, enum gt_node_kind kind, struct gt_list *list)
{
	struct gt_node *n = new_node(p, kind, p->at);

	if (p->range_depth == 0)
		return fail(p, p->at, "'%s' stands outside of a range",
			    kind == GT_BREAK ? "break" : "continue");
	p->at += kind == GT_BREAK ? 5 : 8;
	PUSH(p, list->nodes, list->count, n);
	return expect_close(p);
}

static int refuse_keyword(struct parser *p)
{
	static const char *const words[] = { "define", "block", "template" };

	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (is_keyword(p, words[i]))
			return fail(p, p->at, "'%s' is not supported", words[i]);
	return 0;
}

static int parse_block(struct parser *p, enum gt_node_kind kind, size_t word,
		       struct gt_list *list)
{
	struct gt_node *n = new_node(p, kind, p->at);

	p->at += word;
	PUSH(p, list->nodes, list->count, n);
	return parse_control(p, n);
}

/* One action; *at stands behind "{{" and the trim marker. */
static int parse_action(struct parser *p, struct gt_list *list)
{
	struct gt_node *n;

	if (is_keyword(p, "if"))
		return parse_block(p, GT_IF, 2, list);
	if (is_keyword(p, "with"))
		return parse_block(p, GT_WITH, 4, list);
	if (is_keyword(p, "range"))
		return parse_block(p, GT_RANGE, 5, list);
	if (is_keyword(p, "break"))
		return parse_loop_word(p, GT_BREAK, list);
	if (is_keyword(p, "continue"))
		return parse_loop_word(p, GT_CONTINUE, list);
	if (refuse_keyword(p) < 0)
		return -ERR_INVALID;
	n = new_node(p, GT_PRINT, p->at);
	if (parse_pipeline(p, "action", &n->pipe) < 0)
		return -ERR_INVALID;
	PUSH(p, list->nodes, list->count, n);
	return expect_close(p);
}

static int parse_comment(struct parser *p)
{
	const char *close = memmem(p->at, (size_t)(p->end - p->at), "*/", 2);

	if (!close)
		return fail(p, p->at, "the comment does not end");
	p->at = close + 2;
	if (!at_close(p))
		return fail(p, p->at, "a comment must be alone between '{{' and '}}'");
	take_close(p);
	return 0;
}

/* Text up to the next action, with blanks trimmed as the actions beside it want. */
static void parse_text(struct parser *p, struct gt_list *list)
{
	const char *start = p->at, *stop = p->end;
	const char *brace = memmem(p->at, (size_t)(p->end - p->at), "{{", 2);
	struct gt_node *n;

	if (brace) {
		stop = brace;
		p->at = brace + 2;
		if (p->end - p->at >= 2 && p->at[0] == '-' && is_space(p->at[1])) {
			p->at += 2;
			while (stop > start && is_space(stop[-1]))
				stop--;
		}
	} else {
		p->at = p->end;
	}
	while (p->trim && start < stop && is_space(*start))
		start++;
	p->trim = false;
	if (start == stop)
		return;
	n = new_node(p, GT_TEXT, start);
	n->text = arena_memdupz(p->arena, start, (size_t)(stop - start));
	n->len = (size_t)(stop - start);
	PUSH(p, list->nodes, list->count, n);
}

static int parse_list(struct parser *p, struct gt_list *list, enum list_end *ret_end)
{
	int r = 0;

	while (r == 0) {
		bool more = memmem(p->at, (size_t)(p->end - p->at), "{{", 2) != NULL;

		parse_text(p, list);
		*ret_end = END_OF_TEXT;
		if (!more)
			return 0;
		if (starts_with(p, "/*")) {
			r = parse_comment(p);
			continue;
		}
		skip_space(p);
		if (is_keyword(p, "end")) {
			p->at += 3;
			*ret_end = END_OF_BLOCK;
			return expect_close(p);
		}
		if (is_keyword(p, "else")) {
			p->at += 4;
			*ret_end = END_AT_ELSE;
			return 0;
		}
		r = parse_action(p, list);
	}
	return r;
}

int gotemplate_parse(struct arena *a, const char *text, size_t len, const char *name,
		     struct gotemplate **ret, struct error *err)
{
	__attribute__((cleanup(release))) struct parser p = {
		.arena = a, .at = text, .end = text + len, .err = err,
		.place = place_begin(text, arena_strdup(a, name))
	};
	struct gotemplate *t = arena_zalloc(a, sizeof(*t));
	enum list_end end;

	if (parse_list(&p, &t->list, &end) < 0)
		return -ERR_INVALID;
	if (end != END_OF_TEXT)
		return fail(&p, p.at, "'%s' stands outside of if, range and with",
			    end == END_AT_ELSE ? "else" : "end");
	*ret = t;
	return 0;
}
