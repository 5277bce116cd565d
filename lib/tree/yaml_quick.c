/* SPDX-License-Identifier: Apache-2.0 */
#include "tree/yaml_quick.h"

#include "base/limits.h"

/* Blocks, which are made of lines and columns. */

static bool block_node(struct yaml_quick *q, int indent, bool in_map, bool keys);

static bool is_entry(const char *p)
{
	return *p == '-' && yaml_quick_blank(p[1]);
}

static struct yaml_place place_here(const struct yaml_quick *q)
{
	return (struct yaml_place){ .line = q->line, .column = yaml_quick_column(q) };
}

/* A value or item that is not there. */
static bool push_nothing(struct yaml_quick *q, const struct yaml_place *place)
{
	struct node *n = yaml_quick_container(q, NODE_STRING, place);

	n->plain = true;
	return yaml_quick_push(q, n, place);
}

/* At the first '-'. A list may stand in the column of the keys of the map around it. */
static bool block_list(struct yaml_quick *q, const struct yaml_place *place, bool in_map);

/* What is behind the ':' or '-' before p, and belongs to a map or list in a column. */
static bool block_child(struct yaml_quick *q, int column, bool in_map)
{
	struct yaml_place place = place_here(q);

	if (!yaml_quick_at_end(q->p)) {
		while (*q->p == ' ')
			q->p++;
		return block_node(q, column, in_map, !in_map);
	}
	if (!yaml_quick_end_line(q))
		return false;
	if (q->column > column)
		return block_node(q, column, false, true);
	if (!in_map || q->column != column || !is_entry(q->p))
		return push_nothing(q, &place);
	place = place_here(q);
	return block_list(q, &place, true);
}

static bool block_list(struct yaml_quick *q, const struct yaml_place *place, bool in_map)
{
	const int column = (int)yaml_quick_column(q) - 1;
	struct yaml_level level;

	if (!yaml_quick_enter(q, &level, yaml_quick_container(q, NODE_SEQ, place), place))
		return false;
	do {
		q->p++;
		if (!block_child(q, column, false))
			return false;
	} while (q->column == column && is_entry(q->p));
	if (q->column > column || (q->column == column && !in_map))
		return false;
	return yaml_quick_leave(q, &level);
}

/*
 * The part of a scalar that is in this line, and the rest too if it is in quotes. Sets *ret_key
 * if it is a key; p is behind its ':' then.
 */
static bool line_scalar(struct yaml_quick *q, struct node *n, bool *ret_key)
{
	const uint32_t line = q->line;
	char *p;

	if (*q->p == '"' || *q->p == '\'') {
		if (!yaml_quick_quoted(q, n))
			return false;
	} else if (!yaml_quick_plain(q, n)) {
		return false;
	}
	for (p = q->p; *p == ' ';)
		p++;
	*ret_key = *p == ':' && yaml_quick_blank(p[1]);
	if (*ret_key)
		q->p = p + 1;
	return !*ret_key || q->line == line;
}

/* A key, and what stands before it. */
struct key {
	struct yaml_place place;
	const char *start;
	struct node *node;
};

/* At the beginning of a line. */
static bool read_key(struct yaml_quick *q, struct key *ret)
{
	bool key;

	ret->start = q->p;
	if (!yaml_quick_place(q, &ret->place))
		return false;
	ret->node = yaml_quick_string(q, &ret->place);
	return line_scalar(q, ret->node, &key) && key;
}

/* Behind the first key. */
static bool block_map(struct yaml_quick *q, const struct yaml_place *place, struct key *key)
{
	const int column = (int)key->place.column - 1;
	struct yaml_level level;

	if (!yaml_quick_enter(q, &level, yaml_quick_container(q, NODE_MAP, place), place))
		return false;
	for (;;) {
		if (!yaml_quick_push_key(q, key->node, &key->place, key->start) ||
		    !block_child(q, column, true))
			return false;
		if (q->column != column)
			break;
		if (!read_key(q, key))
			return false;
	}
	return q->column < column && yaml_quick_leave(q, &level);
}

/* A scalar, or a map that begins with it as a key. */
static bool scalar_or_map(struct yaml_quick *q, struct key *key, int indent, bool keys)
{
	const struct yaml_place bare = { .line = key->place.line, .column = key->place.column };
	bool is_key;

	key->node = yaml_quick_string(q, &key->place);
	if (!line_scalar(q, key->node, &is_key))
		return false;
	if (is_key)
		return keys && block_map(q, &bare, key);
	if (key->node->plain ? !yaml_quick_plain_lines(q, key->node, indent)
			     : !yaml_quick_end_line(q))
		return false;
	return yaml_quick_push(q, key->node, &key->place);
}

static bool block_scalar(struct yaml_quick *q, const struct yaml_place *place, int indent)
{
	struct node *n = yaml_quick_string(q, place);

	return yaml_quick_block(q, n, indent) && yaml_quick_push(q, n, place);
}

/* What a tag or an anchor that ends its line is for. */
static bool block_below(struct yaml_quick *q, const struct yaml_place *place, int indent,
			bool in_map)
{
	struct key key;
	bool same;

	if (!yaml_quick_end_line(q))
		return false;
	same = in_map && q->column == indent;
	if (is_entry(q->p) && (same || q->column > indent))
		return block_list(q, place, same);
	return q->column > indent && read_key(q, &key) && block_map(q, place, &key);
}

/*
 * Any node, at its first character; goes on to the next token. indent is the column of the block
 * around it, -1 if there is none; in_map: which is a map, and the node is behind a ':' in the
 * same line; keys: a map or list may begin here.
 */
static bool block_node(struct yaml_quick *q, int indent, bool in_map, bool keys)
{
	struct key key = { .start = q->p };

	if (!yaml_quick_place(q, &key.place))
		return false;
	if (q->p > key.start && yaml_quick_at_end(q->p))
		return block_below(q, &key.place, indent, in_map);
	switch (*q->p) {
	case '|':
	case '>':
		return block_scalar(q, &key.place, indent);
	case '[':
	case '{':
		return yaml_quick_flow(q, &key.place) && yaml_quick_end_line(q);
	case '*':
		return q->p == key.start && yaml_quick_alias(q) && yaml_quick_end_line(q);
	default:
		break;
	}
	if (!is_entry(q->p))
		return scalar_or_map(q, &key, indent, keys);
	return keys && q->p == key.start && block_list(q, &key.place, false);
}

static bool document(struct yaml_quick *q)
{
	if (!block_node(q, -1, false, true) || q->column >= 0)
		return false;
	strmap_release(&q->r->anchors);
	yaml_add_document(q->r);
	return true;
}

static bool read_documents(struct yaml_quick *q)
{
	if (!yaml_quick_next(q))
		return false;
	for (;;) {
		if (q->marker) {
			q->p += 3;
			if (!yaml_quick_end_line(q))
				return false;
		}
		if (q->column >= 0 && !document(q))
			return false;
		if (!q->marker)
			return true;
	}
}

static bool read_copy(struct yaml_quick *q, const char *text, size_t len)
{
	bool ok;

	q->p = arena_alloc(q->r->build.arena, len + 1);
	memcpy(q->p, text, len);
	q->end = q->p + len;
	*q->end = '\0';
	ok = read_documents(q);
	if (ok && q->cut)
		*q->cut = '\0';
	return ok;
}

bool yaml_quick_read(struct yaml_reader *r, const char *text, size_t len)
{
	cleanup_error struct error ignored = ERROR_INIT;
	cleanup_arena struct arena *own = NULL;
	struct yaml_reader copy = *r;
	struct yaml_quick q = { .r = &copy, .line = 1 };
	bool ok;

	if (len > LIMIT_INPUT_BYTES)
		return false;
	if (len >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0) {
		text += 3;
		len -= 3;
	}
	if (!yaml_quick_knows(text, len, &q.ascii))
		return false;
	copy.build.arena = own = arena_new();
	copy.err = &ignored;
	ok = read_copy(&q, text, len);
	builder_release(&copy.build);
	strmap_release(&copy.anchors);
	if (!ok) {
		/* libyaml would take long to find the same. */
		if (copy.build.full)
			builder_fail_full(&copy.build, q.line, yaml_quick_column(&q), "YAML",
					  r->err);
		free(copy.documents);
		return false;
	}
	arena_join(r->build.arena, TAKE_PTR(own));
	r->documents = copy.documents;
	r->documents_len = copy.documents_len;
	return true;
}
