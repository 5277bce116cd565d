/* SPDX-License-Identifier: Apache-2.0 */
#include "tree/yaml_quick.h"

/* What is read between brackets, where lines and columns mean little. */

static bool flow_node(struct yaml_quick *q);

/* Blanks, line breaks and comments. In the first column may stand what ends the document. */
static bool skip_blanks(struct yaml_quick *q)
{
	char *p = q->p;

	for (;; p++) {
		if (*p == '#' && (p == q->line_start || p[-1] == ' ')) {
			p = memchr(p, '\n', (size_t)(q->end - p));
			if (!p)
				return false;
		}
		if (*p == '\n') {
			q->line++;
			q->line_start = p + 1;
			q->continuation = 0;
		} else if (*p != ' ') {
			break;
		}
	}
	q->p = p;
	return p != q->line_start || (*p != '-' && *p != '.' && *p != '%');
}

/* A key or value. */
static bool flow_scalar(struct yaml_quick *q, struct node *n)
{
	if (*q->p == '"' || *q->p == '\'')
		return yaml_quick_quoted(q, n);
	return yaml_quick_flow_plain(q, n);
}

/* Behind an item: a comma, and blanks behind it, or the end. */
static bool separator(struct yaml_quick *q, char closing)
{
	if (!skip_blanks(q))
		return false;
	if (*q->p == closing)
		return true;
	if (*q->p != ',')
		return false;
	q->p++;
	return skip_blanks(q);
}

static bool items(struct yaml_quick *q)
{
	while (*q->p != ']')
		if (!flow_node(q) || !separator(q, ']'))
			return false;
	return true;
}

static bool key(struct yaml_quick *q)
{
	const char *start = q->p;
	const uint32_t line = q->line;
	struct yaml_place place;
	struct node *n;

	if (!yaml_quick_place(q, &place))
		return false;
	n = yaml_quick_string(q, &place);
	if (!flow_scalar(q, n) || q->line != line)
		return false;
	while (*q->p == ' ')
		q->p++;
	if (*q->p != ':')
		return false;
	q->p++;
	return yaml_quick_push_key(q, n, &place, start);
}

static bool entries(struct yaml_quick *q)
{
	while (*q->p != '}')
		if (!key(q) || !skip_blanks(q) || !flow_node(q) || !separator(q, '}'))
			return false;
	return true;
}

static bool flow_node(struct yaml_quick *q)
{
	const char *start = q->p;
	struct yaml_place place;
	struct node *n;

	if (!yaml_quick_place(q, &place))
		return false;
	if (*q->p == '[' || *q->p == '{')
		return yaml_quick_flow(q, &place);
	if (*q->p == '*')
		return q->p == start && yaml_quick_alias(q);
	n = yaml_quick_string(q, &place);
	return flow_scalar(q, n) && yaml_quick_push(q, n, &place);
}

bool yaml_quick_flow(struct yaml_quick *q, const struct yaml_place *place)
{
	struct node *n = yaml_quick_container(q, *q->p == '{' ? NODE_MAP : NODE_SEQ, place);
	struct yaml_level level;

	if (!yaml_quick_enter(q, &level, n, place) || ++q->flow_depth > YAML_USUAL_FLOW_DEPTH)
		return false;
	q->p++;
	if (!skip_blanks(q) || !(n->kind == NODE_MAP ? entries(q) : items(q)))
		return false;
	q->p++;
	q->flow_depth--;
	return yaml_quick_leave(q, &level);
}
