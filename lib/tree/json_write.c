/* SPDX-License-Identifier: Apache-2.0 */
#include "tree/write.h"

#include <string.h>

#include "base/utf8.h"
#include "tree/keys.h"
#include "tree/order.h"

struct json_writer {
	struct strbuf *out;
	struct order order;
	unsigned flags;
	size_t indent;
	size_t level;
};

enum { PLAIN, ESCAPED, HTML, HIGH };

#define ESCAPED8 ESCAPED, ESCAPED, ESCAPED, ESCAPED, ESCAPED, ESCAPED, ESCAPED, ESCAPED

static const uint8_t classes[256] = {
	ESCAPED8,	  ESCAPED8,	ESCAPED8,     ESCAPED8,	    ['"'] = ESCAPED,
	['\\'] = ESCAPED, ['<'] = HTML, ['>'] = HTML, ['&'] = HTML, [0x80 ... 0xff] = HIGH,
};

static void add_unicode_escape(struct strbuf *out, uint32_t c)
{
	static const char hex[] = "0123456789abcdef";
	const char text[6] = {
		'\\', 'u', hex[c >> 12 & 15], hex[c >> 8 & 15], hex[c >> 4 & 15], hex[c & 15]
	};

	strbuf_add(out, text, sizeof(text));
}

static void add_escape(struct strbuf *out, unsigned char c)
{
	static const char plain[] = "\"\\\b\f\n\r\t";
	static const char letter[] = "\"\\bfnrt";
	const char *at = c ? strchr(plain, c) : NULL;

	if (!at) {
		add_unicode_escape(out, c);
		return;
	}
	strbuf_addch(out, '\\');
	strbuf_addch(out, letter[at - plain]);
}

/* One character beyond ASCII; returns its length. */
static size_t add_high(struct strbuf *out, const char *p, const char *end, unsigned flags)
{
	size_t n = utf8_sequence(p, end);

	if (n == 0) {
		strbuf_add(out, "\xef\xbf\xbd", 3);
		return 1;
	}
	if ((flags & WRITE_ESCAPE_HTML) && n == 3 && memcmp(p, "\xe2\x80", 2) == 0 &&
	    ((unsigned char)p[2] & 0xfe) == 0xa8)
		add_unicode_escape(out, 0x2000 + ((unsigned char)p[2] & 0x3f));
	else
		strbuf_add(out, p, n);
	return n;
}

void json_write_string(struct strbuf *out, const char *s, size_t len, unsigned flags)
{
	const char *p = s, *end = s + len, *run;

	strbuf_grow(out, len + 2);
	strbuf_addch(out, '"');
	for (;;) {
		run = p;
		while (p < end && classes[(unsigned char)*p] == PLAIN)
			p++;
		strbuf_add(out, run, (size_t)(p - run));
		if (p == end)
			break;
		switch (classes[(unsigned char)*p]) {
		case HIGH:
			p += add_high(out, p, end, flags);
			break;
		case HTML:
			if (flags & WRITE_ESCAPE_HTML)
				add_unicode_escape(out, (unsigned char)*p++);
			else
				strbuf_addch(out, *p++);
			break;
		default:
			add_escape(out, (unsigned char)*p++);
		}
	}
	strbuf_addch(out, '"');
}

static void line_end(struct json_writer *w)
{
	if (w->flags & WRITE_COMPACT)
		return;
	strbuf_addch(w->out, '\n');
	strbuf_addchars(w->out, ' ', w->level * w->indent);
}

static void write_node(struct json_writer *w, const struct node *n);

static void write_seq(struct json_writer *w, const struct node *n)
{
	if (!n->len) {
		strbuf_add(w->out, "[]", 2);
		return;
	}
	strbuf_addch(w->out, '[');
	w->level++;
	for (size_t i = 0; i < n->len; i++) {
		if (i)
			strbuf_addch(w->out, ',');
		line_end(w);
		write_node(w, n->items[i]);
	}
	w->level--;
	line_end(w);
	strbuf_addch(w->out, ']');
}

static void write_map(struct json_writer *w, const struct node *n)
{
	size_t at;

	if (!n->len) {
		strbuf_add(w->out, "{}", 2);
		return;
	}
	at = order_begin(&w->order, n);
	strbuf_addch(w->out, '{');
	w->level++;
	for (size_t i = 0; i < n->len; i++) {
		struct entry e = order_entry(&w->order, n, at, i);

		if (i)
			strbuf_addch(w->out, ',');
		line_end(w);
		json_write_string(w->out, e.key->text, e.key->len, w->flags);
		strbuf_add(w->out, ": ", w->flags & WRITE_COMPACT ? 1 : 2);
		write_node(w, e.value);
	}
	w->level--;
	line_end(w);
	strbuf_addch(w->out, '}');
	order_end(&w->order, at);
}

static void write_node(struct json_writer *w, const struct node *n)
{
	switch (n->kind) {
	case NODE_NULL:
		strbuf_add(w->out, "null", 4);
		break;
	case NODE_BOOL:
		strbuf_addstr(w->out, n->boolean ? "true" : "false");
		break;
	case NODE_NUMBER:
		if (w->flags & WRITE_GO_NUMBERS)
			tree_write_go_number(w->out, n->text, n->len);
		else
			strbuf_add(w->out, n->text, n->len);
		break;
	case NODE_SEQ:
		write_seq(w, n);
		break;
	case NODE_MAP:
		write_map(w, n);
		break;
	default:
		json_write_string(w->out, n->text, n->len, w->flags);
	}
}

void tree_write_json(struct strbuf *out, const struct node *n, unsigned flags)
{
	struct json_writer w = { .out = out,
				 .flags = flags,
				 .indent = flags & WRITE_INDENT_2 ? 2 : 4 };

	w.order.compare = flags & WRITE_SORT_KEYS ? key_compare_bytes : NULL;
	write_node(&w, n);
	order_release(&w.order);
	if (!(flags & WRITE_COMPACT))
		strbuf_addch(out, '\n');
}
