/* SPDX-License-Identifier: Apache-2.0 */
#include "tree/yaml_writer.h"

#include <string.h>

#include "tree/number.h"
#include "tree/resolve.h"

/* Longer keys, and such over several lines, are written behind a '?'. */
#define LONGEST_SIMPLE_KEY 128
#define STEP		   2

static const char *tag_of(const struct yaml_writer *w, const struct node *n)
{
	return w->flags & WRITE_TAGS ? n->tag : NULL;
}

/* What a string that is not quoted would not read back as. */
static bool reads_as_string(const char *text, size_t len)
{
	if (yaml_resolve(text, len).kind != RESOLVED_STRING)
		return false;
	return !memchr(text, ':', len) || !yaml_is_base60(text, len);
}

static void write_string(struct yaml_writer *w, const struct node *n, const struct yaml_look *look,
			 bool key)
{
	const char *tag = tag_of(w, n);
	enum yaml_style style = STYLE_DOUBLE;

	if (tag)
		yaml_emit_tag(&w->emit, tag);
	if (look->newline)
		style = STYLE_LITERAL;
	else if (tag)
		style = n->len ? STYLE_PLAIN : STYLE_SINGLE;
	else if (key && n->len == 2 && memcmp(n->text, "<<", 2) == 0)
		style = STYLE_DOUBLE; /* plain it would be a merge */
	else if (reads_as_string(n->text, n->len))
		style = STYLE_PLAIN;
	if (style == STYLE_LITERAL && look->tabs_literal_ok && w->flags & WRITE_TABS) {
		struct yaml_look readable = *look;

		readable.literal_ok = true;
		yaml_emit_scalar(&w->emit, n->text, n->len, &readable, style, key);
		return;
	}
	yaml_emit_scalar(&w->emit, n->text, n->len, look, style, key);
}

static void write_number(struct yaml_writer *w, const struct node *n)
{
	cleanup_strbuf struct strbuf text = STRBUF_INIT;

	if (w->flags & WRITE_GO_NUMBERS) {
		number_add_go_yaml(&text, n->text, n->len);
		yaml_emit_word(&w->emit, text.buf, text.len);
		return;
	}
	/* Without a tag a number that no float64 holds would read back as text. */
	if (number_is_beyond_double(n->text, n->len))
		yaml_emit_indicator(&w->emit, "!!float", true, false);
	yaml_emit_word(&w->emit, n->text, n->len);
}

static void write_empty(struct yaml_writer *w, const char *brackets)
{
	yaml_emit_indicator(&w->emit, brackets, true, false);
}

int yaml_enter_map(struct yaml_writer *w)
{
	const int indent = w->emit.indent;

	w->emit.indent = indent < 0 ? 0 : indent + STEP;
	return indent;
}

int yaml_enter_seq(struct yaml_writer *w, bool in_map)
{
	const int indent = w->emit.indent;

	if (indent < 0)
		w->emit.indent = 0;
	else if (!in_map || w->emit.indention)
		w->emit.indent += STEP;
	return indent;
}

void yaml_leave(struct yaml_writer *w, int indent)
{
	w->emit.indent = indent;
}

void yaml_write_dash(struct yaml_writer *w)
{
	yaml_emit_indent(&w->emit);
	yaml_emit_indicator(&w->emit, "-", true, true);
}

static void write_seq(struct yaml_writer *w, const struct node *n, bool in_map)
{
	int indent;

	if (tag_of(w, n))
		yaml_emit_tag(&w->emit, n->tag);
	if (!n->len) {
		write_empty(w, "[]");
		return;
	}
	indent = yaml_enter_seq(w, in_map);
	for (size_t i = 0; i < n->len; i++) {
		yaml_write_dash(w);
		yaml_write_node(w, n->items[i], false);
	}
	yaml_leave(w, indent);
}

void yaml_write_key(struct yaml_writer *w, const struct node *key)
{
	const char *tag = tag_of(w, key);
	size_t len = key->len + (tag ? strlen(tag) : 0);
	struct yaml_look look;

	if (!tag && len <= LONGEST_SIMPLE_KEY && yaml_is_word(key)) {
		yaml_emit_word_key(&w->emit, key->text, len);
		return;
	}
	look = yaml_look_at_node(key);
	yaml_emit_indent(&w->emit);
	if (!look.multiline && len <= LONGEST_SIMPLE_KEY) {
		write_string(w, key, &look, true);
		yaml_emit_indicator(&w->emit, ":", false, false);
		return;
	}
	yaml_emit_indicator(&w->emit, "?", true, true);
	write_string(w, key, &look, false);
	yaml_emit_indent(&w->emit);
	yaml_emit_indicator(&w->emit, ":", true, true);
}

static void write_map(struct yaml_writer *w, const struct node *n)
{
	size_t at;
	int indent;

	if (tag_of(w, n))
		yaml_emit_tag(&w->emit, n->tag);
	if (!n->len) {
		write_empty(w, "{}");
		return;
	}
	at = order_begin(&w->order, n);
	indent = yaml_enter_map(w);
	for (size_t i = 0; i < n->len; i++) {
		struct entry e = order_entry(&w->order, n, at, i);

		yaml_write_key(w, e.key);
		yaml_write_node(w, e.value, true);
	}
	yaml_leave(w, indent);
	order_end(&w->order, at);
}

void yaml_write_node(struct yaml_writer *w, const struct node *n, bool in_map)
{
	struct yaml_look look;

	switch (n->kind) {
	case NODE_NULL:
		yaml_emit_word(&w->emit, "null", 4);
		break;
	case NODE_BOOL:
		yaml_emit_word(&w->emit, n->boolean ? "true" : "false", n->boolean ? 4 : 5);
		break;
	case NODE_NUMBER:
		write_number(w, n);
		break;
	case NODE_SEQ:
		write_seq(w, n, in_map);
		break;
	case NODE_MAP:
		write_map(w, n);
		break;
	default:
		if (!tag_of(w, n) && yaml_is_word(n)) {
			yaml_emit_word(&w->emit, n->text, n->len);
			break;
		}
		look = yaml_look_at_node(n);
		write_string(w, n, &look, false);
	}
}

void yaml_writer_begin(struct yaml_writer *w, struct strbuf *out, unsigned flags)
{
	w->flags = flags;
	w->emit = (struct yaml_emitter){ .out = out,
					 .line_start = out->len,
					 .indent = -1,
					 .whitespace = true,
					 .indention = true };
	w->order.compare = flags & WRITE_SORT_KEYS ? key_compare_natural : NULL;
}

void yaml_writer_end(struct yaml_writer *w)
{
	yaml_emit_indent(&w->emit);
}

void yaml_writer_release(struct yaml_writer *w)
{
	order_release(&w->order);
}

void tree_write_yaml(struct strbuf *out, const struct node *n, unsigned flags)
{
	struct yaml_writer w = { 0 };

	yaml_writer_begin(&w, out, flags);
	yaml_write_node(&w, n, false);
	yaml_writer_end(&w);
	yaml_writer_release(&w);
}
