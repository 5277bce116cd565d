/* SPDX-License-Identifier: Apache-2.0 */
#include "tree/gotemplate_parse.h"

#include "base/limits.h"
#include "tree/gotemplate_parser.h"

#include <stdlib.h>

int gotemplate_fail(struct gotemplate_parser *p, const char *at, const char *fmt, ...)
{
	struct pos pos = place_of(&p->place, at);
	cleanup_strbuf struct strbuf why = STRBUF_INIT;
	va_list ap;

	va_start(ap, fmt);
	strbuf_vaddf(&why, fmt, ap);
	va_end(ap);
	return error_set_at(p->err, ERR_INVALID, &pos, "cannot read the go-template: %s", why.buf);
}

void gotemplate_push(struct arena *a, void ***items, size_t *count, void *item)
{
	if ((*count & (*count - 1)) == 0) {
		void **grown = arena_alloc(a, (*count ? *count * 2 : 1) * sizeof(*grown));

		if (*count)
			memcpy(grown, *items, *count * sizeof(*grown));
		*items = grown;
	}
	(*items)[(*count)++] = item;
}

static void release(struct gotemplate_parser *p)
{
	free(p->variables);
}

/* The end of an action: "}}", or a blank and "-}}". */
static bool at_trim_close(const struct gotemplate_parser *p)
{
	return p->end - p->at >= 4 && is_space(*p->at) && memcmp(p->at + 1, "-}}", 3) == 0;
}

static bool at_close(const struct gotemplate_parser *p)
{
	return starts_with(p, "}}") || at_trim_close(p);
}

static bool skip_space(struct gotemplate_parser *p)
{
	const char *start = p->at;

	while (p->at < p->end && is_space(*p->at) && !at_trim_close(p))
		p->at++;
	return p->at > start;
}

static void take_close(struct gotemplate_parser *p)
{
	p->trim = at_trim_close(p);
	p->at += p->trim ? 4 : 2;
}

static int expect_close(struct gotemplate_parser *p)
{
	skip_space(p);
	if (p->at == p->end)
		return gotemplate_fail(p, p->at, "'{{' is not closed");
	if (!at_close(p))
		return gotemplate_fail(p, p->at, "expected '}}'");
	take_close(p);
	return 0;
}

static void declare(struct gotemplate_parser *p, const char *name)
{
	ALLOC_GROW(p->variables, p->variable_count + 1, p->variable_alloc);
	p->variables[p->variable_count++] = name;
}

static bool at_command_end(const struct gotemplate_parser *p)
{
	return p->at == p->end || *p->at == '|' || *p->at == ')' || at_close(p);
}

static int parse_command(struct gotemplate_parser *p, bool first, struct pipeline *pipe)
{
	struct gt_command *c = arena_zalloc(p->arena, sizeof(*c));
	const char *start = p->at;

	do {
		struct term *t;

		if (at_command_end(p))
			break;
		if (gotemplate_term(p, &t) < 0)
			return -ERR_INVALID;
		PUSH(p, c->terms, c->count, t);
	} while (skip_space(p));
	if (!at_command_end(p))
		return gotemplate_fail(p, p->at, "expected a blank, '|' or '}}'");
	if (c->count == 0)
		return gotemplate_fail(p, start, "expected a value");
	if (!first && c->terms[0]->field_count == 0 &&
	    (c->terms[0]->kind == TERM_VALUE || c->terms[0]->kind == TERM_DOT ||
	     c->terms[0]->kind == TERM_NIL))
		return gotemplate_fail(p, start, "what stands behind '|' must be a function");
	PUSH(p, pipe->commands, pipe->count, c);
	return 0;
}

/* "$x :=", "$x =", "$i, $e :=" at the beginning of a pipeline; nothing otherwise. */
static int parse_declaration(struct gotemplate_parser *p, bool range, struct pipeline *pipe)
{
	const char *start = p->at;

	while (p->at < p->end && *p->at == '$') {
		const char *name = gotemplate_variable(p);

		skip_space(p);
		if (pipe->variable_count == 2)
			return gotemplate_fail(p, start, "too many variables are declared");
		pipe->variables[pipe->variable_count++] = name;
		if (p->at == p->end || *p->at != ',')
			break;
		if (!range)
			return gotemplate_fail(p, p->at, "two variables can only be declared in a range");
		p->at++;
		skip_space(p);
	}
	if (pipe->variable_count > 0 && starts_with(p, ":=")) {
		p->at += 2;
	} else if (pipe->variable_count > 0 && starts_with(p, "=")) {
		p->at++;
		pipe->assign = true;
	} else if (pipe->variable_count == 2) {
		return gotemplate_fail(p, p->at, "expected ':='");
	} else {
		p->at = start;
		pipe->variable_count = 0;
	}
	for (size_t i = 0; i < pipe->variable_count; i++) {
		if (pipe->assign && !gotemplate_knows_variable(p, pipe->variables[i]))
			return gotemplate_fail(p, start, "there is no variable '%s'",
					       pipe->variables[i]);
		if (!pipe->assign)
			declare(p, pipe->variables[i]);
	}
	return 0;
}

int gotemplate_pipeline(struct gotemplate_parser *p, const char *context, struct pipeline **ret)
{
	struct pipeline *pipe = arena_zalloc(p->arena, sizeof(*pipe));

	skip_space(p);
	pipe->pos = place_of(&p->place, p->at);
	if (parse_declaration(p, strcmp(context, "range") == 0, pipe) < 0)
		return -ERR_INVALID;
	for (;;) {
		skip_space(p);
		if (pipe->count == 0 && at_command_end(p))
			return gotemplate_fail(p, p->at, "there is no value for '%s'", context);
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

static int parse_list(struct gotemplate_parser *p, struct gt_list *list, enum list_end *ret_end);

static struct gt_node *new_node(struct gotemplate_parser *p, enum gt_node_kind kind, const char *at)
{
	struct gt_node *n = arena_zalloc(p->arena, sizeof(*n));

	n->kind = kind;
	n->pos = place_of(&p->place, at);
	return n;
}

/* Behind "else": "}}", or "if" and "with" again, which need no end of their own. */
static int parse_else(struct gotemplate_parser *p, struct gt_node *n);

/* if, with, range: *at stands behind the word. */
static int parse_control(struct gotemplate_parser *p, struct gt_node *n)
{
	static const char *const words[] = { [GT_IF] = "if", [GT_WITH] = "with",
					     [GT_RANGE] = "range" };
	size_t variables = p->variable_count;
	enum list_end end;
	int r;

	if (++p->depth > LIMIT_DEPTH)
		return gotemplate_fail(p, p->at, "it is nested too deeply");
	if (gotemplate_pipeline(p, words[n->kind], &n->pipe) < 0 || expect_close(p) < 0)
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

static int parse_else(struct gotemplate_parser *p, struct gt_node *n)
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
		return gotemplate_fail(p, at, "'else' is not followed by '{{end}}'");
	return 0;
}

static int parse_loop_word(struct gotemplate_parser *p, enum gt_node_kind kind,
			   struct gt_list *list)
{
	struct gt_node *n = new_node(p, kind, p->at);

	if (p->range_depth == 0)
		return gotemplate_fail(p, p->at, "'%s' stands outside of a range",
				       kind == GT_BREAK ? "break" : "continue");
	p->at += kind == GT_BREAK ? 5 : 8;
	PUSH(p, list->nodes, list->count, n);
	return expect_close(p);
}

static int refuse_keyword(struct gotemplate_parser *p)
{
	static const char *const words[] = { "define", "block", "template" };

	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (is_keyword(p, words[i]))
			return gotemplate_fail(p, p->at, "'%s' is not supported", words[i]);
	return 0;
}

static int parse_block(struct gotemplate_parser *p, enum gt_node_kind kind, size_t word,
		       struct gt_list *list)
{
	struct gt_node *n = new_node(p, kind, p->at);

	p->at += word;
	PUSH(p, list->nodes, list->count, n);
	return parse_control(p, n);
}

/* One action; *at stands behind "{{" and the trim marker. */
static int parse_action(struct gotemplate_parser *p, struct gt_list *list)
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
	if (gotemplate_pipeline(p, "action", &n->pipe) < 0)
		return -ERR_INVALID;
	PUSH(p, list->nodes, list->count, n);
	return expect_close(p);
}

static int parse_comment(struct gotemplate_parser *p)
{
	const char *close = memmem(p->at, (size_t)(p->end - p->at), "*/", 2);

	if (!close)
		return gotemplate_fail(p, p->at, "the comment does not end");
	p->at = close + 2;
	if (!at_close(p))
		return gotemplate_fail(p, p->at, "a comment must be alone between '{{' and '}}'");
	take_close(p);
	return 0;
}

/* Text up to the next action, with blanks trimmed as the actions beside it want. */
static void parse_text(struct gotemplate_parser *p, struct gt_list *list)
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

static int parse_list(struct gotemplate_parser *p, struct gt_list *list, enum list_end *ret_end)
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
	__attribute__((cleanup(release))) struct gotemplate_parser p = {
		.arena = a, .at = text, .end = text + len, .err = err,
		.place = place_begin(text, arena_strdup(a, name))
	};
	struct gotemplate *t = arena_zalloc(a, sizeof(*t));
	enum list_end end;

	if (parse_list(&p, &t->list, &end) < 0)
		return -ERR_INVALID;
	if (end != END_OF_TEXT)
		return gotemplate_fail(&p, p.at, "'%s' stands outside of if, range and with",
				       end == END_AT_ELSE ? "else" : "end");
	*ret = t;
	return 0;
}
